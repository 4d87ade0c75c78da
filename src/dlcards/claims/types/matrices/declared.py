"""The types of matrices."""

from __future__ import annotations

from dlcards.claims.types.record import TypeWord

GROUP = "Matrices"

TYPES: tuple[TypeWord, ...] = (
    TypeWord("matrix", (2,), 2, GROUP, "any matrix: rows, columns", "matrix(m, n)"),
    TypeWord("square", (1,), 1, GROUP, "any square matrix", "square(n)"),
    TypeWord(
        "symmetric",
        (1,),
        1,
        GROUP,
        "equal to its transpose",
        "symmetric(n)",
        wider=("square",),
        symmetric=True,
    ),
    TypeWord(
        "spd",
        (1,),
        1,
        GROUP,
        "symmetric positive definite",
        "spd(n)",
        wider=("square", "symmetric", "psd", "invertible"),
        symmetric=True,
    ),
    TypeWord(
        "psd",
        (1,),
        1,
        GROUP,
        "symmetric positive semidefinite",
        "psd(n)",
        wider=("square", "symmetric"),
        symmetric=True,
    ),
    TypeWord("invertible", (1,), 1, GROUP, "has an inverse", "invertible(n)", wider=("square",)),
    TypeWord(
        "orthogonal",
        (1,),
        1,
        GROUP,
        "its transpose is its inverse",
        "orthogonal(n)",
        wider=("square", "invertible"),
    ),
    TypeWord(
        "diagonal",
        (1,),
        1,
        GROUP,
        "zero off the diagonal",
        "diagonal(n)",
        wider=("square", "symmetric"),
        symmetric=True,
    ),
    TypeWord(
        "fullrank", (2,), 2, GROUP, "independent columns", "fullrank(m, n)", wider=("matrix",)
    ),
    TypeWord("mask_rows", (2,), 2, GROUP, "every row is a mask of 0 and -oo", "mask_rows(m, n)"),
    TypeWord(
        "joint_table",
        (2,),
        2,
        GROUP,
        "entries of at least 0 that sum to 1",
        "joint_table(m, n)",
        wider=("matrix",),
        sums_to_one=True,
    ),
    TypeWord(
        "stochastic",
        (2,),
        2,
        GROUP,
        "every row is a distribution: conditional probabilities",
        "stochastic(m, n)",
        wider=("matrix",),
    ),
)
