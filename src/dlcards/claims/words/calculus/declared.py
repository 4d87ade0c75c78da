"""The declarations of the words of this group."""

from __future__ import annotations

from dlcards.claims.words.record import Word

GROUP = "Calculus"

WORDS: tuple[Word, ...] = (
    Word(
        "d",
        (2, 3),
        GROUP,
        "derivative (of the given order) in a variable",
        "d(x**3, x, 2) == 6*x",
        variable_index=1,
    ),
    Word(
        "pd",
        (2, 3),
        GROUP,
        "the same, printed as a partial derivative",
        "pd(x**2*y, x) == 2*x*y",
        variable_index=1,
    ),
    Word(
        "D",
        (2, 3),
        GROUP,
        "f'(p), the gradient or the Jacobian of f at a point p",
        "d(f(2*x), x) == 2*D(f, 2*x)",
        fixed_indices=(0,),
    ),
    Word(
        "grad",
        (2,),
        GROUP,
        "gradient of a number in a vector or matrix",
        "grad(v.T @ u, u) == v",
        variable_index=1,
    ),
    Word(
        "jac",
        (2,),
        GROUP,
        "Jacobian of a vector in a vector",
        "jac(A @ u, u) == A",
        variable_index=1,
    ),
    Word(
        "hess",
        (2,),
        GROUP,
        "Hessian of a number in a vector",
        "hess(u.T @ A @ u, u) == A + A.T",
        variable_index=1,
    ),
    Word(
        "integral",
        (4,),
        GROUP,
        "integral over a variable from … to …",
        "integral(s**2, s, 0, x) == x**3/3",
        binder_index=1,
        bounded=True,
    ),
    Word(
        "limit",
        (3, 4),
        GROUP,
        "limit as a variable approaches a value, from both sides, from above or below",
        "limit((1 + x/s)**s, s, oo) == exp(x)",
        binder_index=1,
        fixed_indices=(3,),
    ),
    Word(
        "O",
        (1,),
        GROUP,
        "an error of at most this order near 0",
        "exp(y) == 1 + y + y**2/2 + O(y**3)",
        "O",
        claims_only=True,
    ),
)
