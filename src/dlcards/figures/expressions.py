"""Formulas of a figure: read once, evaluated on whole arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from dlcards.claims.parser import FormulaError, parse_formula
from dlcards.claims.statement import FormulaProblem, Path, Statement
from dlcards.claims.tree import Node, call, num, sym, walk
from dlcards.claims.words import CONSTANTS, WORD_NAMES
from dlcards.figures.arrays import steady

MAX_ORDER = 4
"""The order of derivative that the grid takes at once."""

NOTHING: Mapping[str, float] = MappingProxyType({})


class Expressions:
    """Evaluates the formulas of one figure.

    Parameters
    ----------
    statement : Statement, optional
        The entry's: its definitions may be used by name.
    params : mapping of str to float
        Values of further names.
    """

    def __init__(
        self, statement: Statement | None = None, params: Mapping[str, float] = NOTHING
    ) -> None:
        self.statement = statement
        self.params = params

    def values(self, text: str, **names: Any) -> Any:
        """Evaluate a formula; where it is undefined the value is nan.

        Raises
        ------
        FormulaError
            If the text is not a formula or does not have a value.
        """
        return self._on_grid(text, parse_formula(text), names)

    def sampled(self, text: str, name: str, x: Any) -> tuple[Any, Any]:
        """Return places and values of a formula in one name, with gaps where it jumps.

        Raises
        ------
        FormulaError
            If the text is not a formula or does not have a value.
        """
        return torn(x, self.values(text, **{name: x}), lambda at: self.values(text, **{name: at}))

    def derivative(self, text: str, at: float, order: int = 1, name: str = "x") -> float:
        """Return an exact derivative of a formula in one name at one point.

        Raises
        ------
        FormulaError
            If the text is not a formula or does not have a value.

        Examples
        --------
        >>> Expressions().derivative("x**3", 2.0, 2)
        12.0
        """
        tree = parse_formula(text)
        while order:
            step = min(order, MAX_ORDER)
            tree = call("d", tree, sym(name), num(step))
            order -= step
        return float(self._on_grid(text, tree, {name: at}))

    def gradient(self, text: str, x: Any, y: Any) -> Any:
        """Return the exact gradient of a formula in x and y, as an array ``(2, ...)``.

        Raises
        ------
        FormulaError
            If the text is not a formula or does not have a value.

        Examples
        --------
        >>> Expressions().gradient("x**2 + y", 3.0, 0.0).tolist()
        [6.0, 1.0]
        """
        from dlcards.claims.arrays.grid import GridError, gradient

        known = {**self.params, "x": x, "y": y}
        try:
            return steady(gradient(parse_formula(text), ("x", "y"), known, self.statement))
        except GridError as error:
            raise _not_evaluated(error, text) from None

    def _on_grid(self, text: str, tree: Node, names: Mapping[str, Any]) -> Any:
        import numpy as np

        from dlcards.claims.arrays.grid import GridError, evaluate_on_grid

        try:
            result = evaluate_on_grid(tree, {**self.params, **names}, self.statement)
        except GridError as error:
            raise _not_evaluated(error, text) from None
        shape = np.broadcast(*names.values()).shape if names else ()
        return np.broadcast_to(steady(result), shape).copy()

    def mistakes(self, text: str, variables: tuple[str, ...], path: Path) -> list[FormulaProblem]:
        """Return what is wrong with a formula before it is evaluated."""
        try:
            tree = parse_formula(text)
        except FormulaError as error:
            return [
                FormulaProblem(path, error.code, error.message, error.hint, error.start, error.end)
            ]
        return [
            FormulaProblem(path, "unknown-name", *_unknown(node, variables), node.start, node.end)
            for node in walk(tree)
            if self._is_unknown(node, variables, tree)
        ]

    def _is_unknown(self, node: Node, variables: tuple[str, ...], tree: Node) -> bool:
        definitions = self.statement.definitions if self.statement else {}
        if node.op == "call":
            return node.name not in WORD_NAMES and node.name not in definitions
        if node.op != "sym":
            return False
        known = (*variables, *self.params, *CONSTANTS, *definitions, *bound_names(tree))
        return node.name not in known


def torn(x: Any, y: Any, function: Callable[[Any], Any]) -> tuple[Any, Any]:
    """Put a gap where the function jumps, so that no upright line is drawn there."""
    import numpy as np

    finite = y[np.isfinite(y)]
    if len(finite) < 2:
        return x, y
    step = np.abs(np.diff(y))
    usual = max(float(np.median(step[np.isfinite(step)])), 1e-9 * float(np.ptp(finite)), 1e-300)
    with np.errstate(invalid="ignore"):
        jumps = np.flatnonzero(step > 12 * usual)
    for i in jumps[::-1][:40]:
        a, b, fa, fb = x[i], x[i + 1], y[i], y[i + 1]
        for _ in range(40):
            middle = (a + b) / 2
            value = float(function(np.array([middle]))[0])
            if not math.isfinite(value) or abs(value - fa) < abs(value - fb):
                a, fa = middle, value if math.isfinite(value) else fa
            else:
                b, fb = middle, value
        if abs(fb - fa) > 0.5 * step[i]:
            x = np.insert(x, i + 1, [a, a, b])
            y = np.insert(y, i + 1, [fa, np.nan, fb])
    return x, y


def bound_names(tree: Node) -> frozenset[str]:
    """Return the running names of the sums, products and integrals of a formula."""
    return frozenset(
        node.args[1].name
        for node in walk(tree)
        if node.op == "call" and node.name in ("sum", "prod", "integral") and len(node.args) > 1
    )


def _unknown(node: Node, variables: tuple[str, ...]) -> tuple[str, str]:
    message = f"{node.name!r} is not known in this figure"
    if node.op == "call":
        return message, "use a word of the claim language or a definition of the entry"
    return message, f"use {' or '.join(variables)}, or give it a value under params"


def _not_evaluated(error: Any, text: str) -> FormulaError:
    """Turn the grid's refusal into a mistake in the text."""
    node = error.node
    whole = node.end <= node.start or node.end > len(text)
    start, end = (0, len(text)) if whole else (node.start, node.end)
    hint = "figures draw numbers: see docs/claim-language.md for words on a grid"
    return FormulaError("not-drawable", error.message, hint, start, end)
