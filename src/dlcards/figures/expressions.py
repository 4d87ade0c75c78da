"""Formulas of a figure, evaluated at many points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from dlcards.claims.parser import FormulaError, parse_formula
from dlcards.claims.statement import FormulaProblem, Path, Statement
from dlcards.claims.tree import Node, call, num, sym, walk
from dlcards.claims.types import PARAMETRIC_TYPES
from dlcards.claims.words import CONSTANTS, WORD_NAMES, binds
from dlcards.figures.arrays import steady

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
        """Evaluate a formula; where it is undefined or unsettled the value is nan.

        Raises
        ------
        FormulaError
            If the text is not a formula or does not have a value.
        """
        return self._tabulated(text, parse_formula(text), names)

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
        tree = call("d", parse_formula(text), sym(name), num(order))
        return float(self._tabulated(text, tree, {name: at}))

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
        from dlcards.claims.tabulation.tabulate import NotDrawable, gradient  # start-up

        known = {**self.params, "x": x, "y": y}
        try:
            return steady(gradient(parse_formula(text), ("x", "y"), known, self.statement))
        except NotDrawable as error:
            raise _not_evaluated(error, text) from None

    def _tabulated(self, text: str, tree: Node, names: Mapping[str, Any]) -> Any:
        from dlcards.claims.tabulation.tabulate import NotDrawable, tabulate  # start-up

        try:
            result = tabulate(tree, {**self.params, **names}, self.statement)
        except NotDrawable as error:
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
        types = self.statement.types if self.statement else {}
        random = (name for name, kind in types.items() if kind.name in PARAMETRIC_TYPES)
        known = (*variables, *self.params, *CONSTANTS, *definitions, *bound_names(tree), *random)
        return node.name not in known


def torn(x: Any, y: Any, function: Callable[[Any], Any]) -> tuple[Any, Any]:
    """Put a gap where the function jumps, so that no upright line is drawn there."""
    finite = y[np.isfinite(y)]
    if len(finite) < 2:
        return x, y
    step = np.abs(np.diff(y))
    usual = max(float(np.median(step[np.isfinite(step)])), 1e-9 * float(np.ptp(finite)), 1e-300)
    with np.errstate(invalid="ignore"):
        jumps = np.flatnonzero(step > 12 * usual)[-40:]
    a, b, fa, fb = x[jumps], x[jumps + 1], y[jumps], y[jumps + 1]
    for _ in range(40):
        jumping = np.abs(fb - fa) > 0.5 * step[jumps]
        jumps, a, b, fa, fb = (part[jumping] for part in (jumps, a, b, fa, fb))
        if not len(jumps):
            return x, y
        middle = (a + b) / 2
        value = function(middle)
        known = np.isfinite(value)
        left = ~known | (np.abs(value - fa) < np.abs(value - fb))
        a, fa = np.where(left, middle, a), np.where(left & known, value, fa)
        b, fb = np.where(left, b, middle), np.where(left, fb, value)
    for i, *ends in reversed(list(zip(jumps, a, b, fa, fb, strict=True))):
        x = np.insert(x, i + 1, [ends[0], ends[0], ends[1]])
        y = np.insert(y, i + 1, [ends[2], np.nan, ends[3]])
    return x, y


def bound_names(tree: Node) -> frozenset[str]:
    """Return the names that sums, integrals, limits and the like bind in a formula."""
    return frozenset(node.args[1].name for node in walk(tree) if binds(node))


def _unknown(node: Node, variables: tuple[str, ...]) -> tuple[str, str]:
    message = f"{node.name!r} is not known in this figure"
    if node.op == "call":
        return message, "use a word of the claim language or a definition of the entry"
    return message, f"use {' or '.join(variables)}, or give it a value under params"


def _not_evaluated(error: Any, text: str) -> FormulaError:
    """Turn a refusal to evaluate into a mistake in the text."""
    node = error.node
    whole = node.end <= node.start or node.end > len(text)
    start, end = (0, len(text)) if whole else (node.start, node.end)
    hint = "figures draw numbers: every name needs a value, and the formula must be a number"
    return FormulaError("not-drawable", error.message, hint, start, end)
