"""Unknown smooth functions for SymPy."""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp


class UnknownFunction(sp.Function):  # type: ignore[misc]
    """Any real function; the derivatives of a smooth one are again unknown functions.

    SymPy's own undefined functions answer a derivative at a composite point with
    ``Subs`` objects, which nothing can compare.
    """

    positive = False
    smooth = True
    indices: tuple[int, ...] = ()
    stem = ""

    @classmethod
    def eval(cls, *arguments: Any) -> None:
        """Leave the function unevaluated."""
        return

    def _eval_is_extended_real(self) -> bool:
        return True

    def _eval_is_finite(self) -> bool:
        return True

    def _eval_is_extended_positive(self) -> bool | None:
        return True if self.positive else None

    def fdiff(self, argindex: int = 1) -> Any:
        """Return the partial derivative in one argument."""
        function = type(self)
        indices = tuple(sorted((*function.indices, argindex)))
        return unknown_function(function.stem, indices=indices)(*self.args)


@cache
def unknown_function(
    stem: str, *, positive: bool = False, smooth: bool = True, indices: tuple[int, ...] = ()
) -> type[UnknownFunction]:
    """Return the class of an unknown function, or of one of its partial derivatives.

    Parameters
    ----------
    stem : str
        Its name, checked by the reader of formulas.
    smooth : bool
        Whether it has derivatives; nothing is proved by differentiating another.
    indices : tuple of int
        The arguments, counted from 1, in which it has been differentiated.

    Examples
    --------
    >>> x = sp.Symbol("x", real=True)
    >>> f = unknown_function("f")
    >>> sp.diff(f(x**2), x) == 2 * x * unknown_function("f", indices=(1,))(x**2)
    True
    """
    # SymPy compares functions by class, so one name must always give one class.
    kind = ("_positive" if positive else "") + ("" if smooth else "_any")
    name = "_".join(["fn", stem, *map(str, indices)]) + kind
    body = {"positive": positive, "smooth": smooth, "indices": indices, "stem": stem}
    return type(name, (UnknownFunction,), body)
