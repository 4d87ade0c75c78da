"""What stands for random variables and events in a proof: finite laws, moments."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp

from dlcards.claims.prove.budget import LAW_POINTS, MAX_ATOMS
from dlcards.claims.prove.signs import POSITIVE, Signs
from dlcards.claims.prove.symbols import entries, symbol
from dlcards.claims.prove.zero import NoProof
from dlcards.claims.statement import Statement, Type
from dlcards.claims.tree import Node
from dlcards.claims.types import PARAMETRIC_TYPES, RANDOM_TYPES

PARAMETRIC = PARAMETRIC_TYPES
DEPENDENT = frozenset({"random", "random_vector", "centered"})
FINITE = frozenset({"event", "partition"})
INDEPENDENT = frozenset({"independent", "white"})
RANDOM = RANDOM_TYPES | FINITE
WITHOUT_MODEL = PARAMETRIC - {
    *("Normal", "Bernoulli", "Binomial", "Poisson", "Exponential", "Uniform")
}
"""Types that nothing stands for: claims about them are never proved."""


@dataclass(frozen=True, slots=True)
class Space:
    """A finite probability space: the value of every random name at every point.

    Parameters
    ----------
    atoms : tuple of mapping
    weights : tuple
        The probability of each, in the same order.
    known : tuple of (expression, Signs)
        What is known of the odds that the weights are made of.
    """

    atoms: tuple[Mapping[str, Any], ...] = ()
    weights: tuple[Any, ...] = ()
    known: tuple[tuple[Any, Signs], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Random numbers that may depend on each other, known by their moments only.

    Parameters
    ----------
    symbols : tuple of Symbol
    moment : callable
        From the exponents of the symbols to the expectation of their product.
    """

    symbols: tuple[Any, ...]
    moment: Callable[[tuple[int, ...]], Any]


def finite_space(
    statement: Statement,
    size_of: Callable[[Node], int],
    ties: Mapping[str, tuple[int, ...]],
) -> Space:
    """Return a general law on few points for every random name without a named law.

    Every declared event, and every event of a partition, has a positive probability; the
    events made of them may be impossible.

    Parameters
    ----------
    ties : mapping of str to tuple of int
        For names that values are conditions on, the points that share one.

    Raises
    ------
    NoProof
        If the points become too many, or a name has a mean that is fixed.
    """
    types = {n: t for n, t in statement.types.items() if t.name in RANDOM - PARAMETRIC}
    if any(type_.name == "centered" for type_ in types.values()):
        raise NoProof("no finite model of centered")
    atoms: list[dict[str, Any]] = [{}]
    for name, type_ in types.items():
        if type_.name == "event":
            atoms = [{**atom, name: happens} for atom in atoms for happens in (True, False)]
        elif type_.name == "partition":
            count = size_of(type_.args[0])
            atoms = [{**atom, name: _unit(count, i)} for atom in atoms for i in range(count)]
    has_events = len(atoms) > 1
    general = [name for name, type_ in types.items() if type_.name in DEPENDENT]
    if general:
        atoms = [
            {
                **atom,
                **{
                    n: _atom_value(n, types[n], ties.get(n, _ALL_APART)[k], size_of)
                    for n in general
                },
            }
            for atom in atoms
            for k in range(LAW_POINTS)
        ]
    weights: list[Any] = [sp.Integer(1)]
    known: list[tuple[Any, Signs]] = []
    if len(atoms) > 1:
        sign = {"nonnegative": True} if has_events else {"positive": True}
        odds = [sp.Symbol(f"u[{i}]", **sign) for i in range(len(atoms))]
        weights = [odd / sum(odds) for odd in odds]
        if has_events:
            known = _possible(types, atoms, odds)
    for name, type_ in types.items():
        if type_.name in INDEPENDENT:
            law = _independent_law(name, type_, size_of)
            weights = [w * p for w in weights for _, p in law]
            atoms = [{**atom, name: value} for atom in atoms for value, _ in law]
        if len(atoms) > MAX_ATOMS:
            raise NoProof("too many points")
    return Space(tuple(atoms), tuple(weights), tuple(known))


_ALL_APART = tuple(range(LAW_POINTS))


def _possible(
    types: Mapping[str, Type], atoms: Sequence[Mapping[str, Any]], odds: Sequence[Any]
) -> list[tuple[Any, Signs]]:
    """Return the odds that are positive because an event was declared."""
    known: list[tuple[Any, Signs]] = [(sp.Add(*odds), POSITIVE)]
    for name, type_ in types.items():
        if type_.name == "event":
            happening = [odd for odd, atom in zip(odds, atoms, strict=True) if atom[name]]
            known.append((sp.Add(*happening), POSITIVE))
        elif type_.name == "partition":
            for place in range(len(atoms[0][name])):
                there = [odd for odd, atom in zip(odds, atoms, strict=True) if atom[name][place]]
                known.append((sp.Add(*there), POSITIVE))
    return known


def _unit(count: int, place: int) -> Any:
    return sp.Matrix(count, 1, lambda i, _: sp.Integer(i == place))


def _atom_value(name: str, type_: Type, place: int, size_of: Callable[[Node], int]) -> Any:
    if type_.name == "random":
        return sp.Symbol(f"v_{name}[at {place}]", real=True)
    return entries(f"{name}[at {place}]", size_of(type_.args[0]), 1)


def _independent_law(
    name: str, type_: Type, size_of: Callable[[Node], int]
) -> list[tuple[Any, Any]]:
    if type_.name == "independent":
        odd = sp.Symbol(f"q_{name}", positive=True)
        values = [sp.Symbol(f"v_{name}[at {k}]", real=True) for k in range(2)]
        return [(values[0], odd / (1 + odd)), (values[1], 1 / (1 + odd))]
    laws = []
    for i in range(size_of(type_.args[0])):
        odd = sp.Symbol(f"q_{name}[{i}]", positive=True)
        laws.append([(odd, 1 / (1 + odd**2)), (-1 / odd, odd**2 / (1 + odd**2))])
    return [
        (sp.Matrix([value for value, _ in pick]), sp.prod([weight for _, weight in pick]))
        for pick in itertools.product(*laws)
    ]


def moment_groups(
    statement: Statement,
    size_of: Callable[[Node], int],
    parameters: Callable[[Type], Sequence[Any]],
) -> tuple[dict[str, Any], tuple[Group, ...]]:
    """Return random names as symbols, and the moments that are all one knows of them.

    What is proved from moments alone holds for every law that has them.

    Raises
    ------
    NoProof
        If a name is an event.
    """
    values: dict[str, Any] = {}
    groups: list[Group] = []
    dependent: list[Any] = []
    centered: set[Any] = set()
    for name, type_ in statement.types.items():
        if type_.name in FINITE:
            raise NoProof("events have no moments")
        if type_.name in WITHOUT_MODEL:
            raise NoProof(f"no moments of {type_.name}")
        if type_.name in ("random", "centered"):
            values[name] = symbol(name, real=True)
            dependent.append(values[name])
            if type_.name == "centered":
                centered.add(values[name])
        elif type_.name == "random_vector":
            values[name] = entries(name, size_of(type_.args[0]), 1)
            dependent.extend(values[name])
        elif type_.name == "independent":
            values[name] = symbol(name, real=True)
            groups.append(_free_group((values[name],), frozenset()))
        elif type_.name == "white":
            values[name] = entries(name, size_of(type_.args[0]), 1)
            groups.extend(_white_group(entry) for entry in values[name])
        elif type_.name in PARAMETRIC:
            values[name] = symbol(name, real=True)
            groups.append(_law_group(values[name], type_.name, parameters(type_)))
    if dependent:
        groups.append(_free_group(tuple(dependent), frozenset(centered)))
    return values, tuple(groups)


def _free_group(symbols: tuple[Any, ...], centered: frozenset[Any]) -> Group:
    def moment(exponents: tuple[int, ...]) -> Any:
        used = [(s, k) for s, k in zip(symbols, exponents, strict=True) if k]
        if not used:
            return sp.Integer(1)
        if len(used) == 1 and used[0][1] == 1 and used[0][0] in centered:
            return sp.Integer(0)
        return sp.Symbol("m[" + ",".join(f"{s.name}^{k}" for s, k in used) + "]", real=True)

    return Group(symbols, moment)


def _white_group(entry: Any) -> Group:
    def moment(exponents: tuple[int, ...]) -> Any:
        (k,) = exponents
        return sp.Integer(k != 1) if k < 3 else sp.Symbol(f"m[{entry.name}^{k}]", real=True)

    return Group((entry,), moment)


def _law_group(entry: Any, law: str, parameters: Sequence[Any]) -> Group:
    def moment(exponents: tuple[int, ...]) -> Any:
        return raw_moment(law, parameters, exponents[0])

    return Group((entry,), moment)


def raw_moment(law: str, parameters: Sequence[Any], order: int) -> Any:
    """Return E(X**order) of a named law, in closed form.

    Examples
    --------
    >>> n, p = sp.symbols("n p")
    >>> sp.expand(raw_moment("Binomial", [n, p], 1))
    n*p
    >>> raw_moment("Normal", [0, 1], 4)
    3
    """
    if law in WITHOUT_MODEL:
        raise NoProof(f"no moments of {law}")
    first = parameters[0]
    if law == "Bernoulli":
        return sp.Integer(1) if order == 0 else first
    if law == "Exponential":
        return sp.factorial(order) / first**order
    if law == "Uniform":
        low, high = parameters
        terms = [low**k * high ** (order - k) for k in range(order + 1)]
        return sp.Add(*terms) / (order + 1)
    if law == "Normal":
        return sp.Add(
            *(
                sp.binomial(order, 2 * k)
                * sp.factorial2(2 * k - 1)
                * parameters[1] ** k
                * first ** (order - 2 * k)
                for k in range(order // 2 + 1)
            )
        )
    # Both counting laws have simple factorial moments; Stirling numbers turn them round.
    factorial_moments = (
        [first**k for k in range(order + 1)]
        if law == "Poisson"
        else [sp.ff(first, k) * parameters[1] ** k for k in range(order + 1)]
    )
    return sp.Add(*(stirling(order, k) * m for k, m in enumerate(factorial_moments)))


def stirling(n: int, k: int) -> int:
    """Return the number of ways to split n things into k groups (second kind).

    Examples
    --------
    >>> [stirling(4, k) for k in range(5)]
    [0, 1, 7, 6, 1]
    """
    row = [1]
    for size in range(1, n + 1):
        row = [(j * row[j] if j < size else 0) + (row[j - 1] if j else 0) for j in range(size + 1)]
    return row[k]


def expectation_by_moments(expression: Any, groups: Sequence[Group]) -> Any:
    """Return the expectation of a polynomial in random symbols.

    Raises
    ------
    NoProof
        If it is not a polynomial in them.
    """
    symbols = [entry for group in groups for entry in group.symbols]
    used = [entry for entry in symbols if expression.has(entry)]
    if not used:
        return expression
    try:
        polynomial = sp.Poly(sp.expand(expression), *used)
    except sp.PolynomialError:
        raise NoProof("not a polynomial in the random variables") from None
    if polynomial.free_symbols_in_domain & set(symbols) or polynomial.total_degree() > 12:
        raise NoProof("not a polynomial in the random variables")
    terms = []
    for exponents, coefficient in polynomial.terms():
        powers = dict(zip(used, exponents, strict=True))
        moments = [g.moment(tuple(powers.get(s, 0) for s in g.symbols)) for g in groups]
        terms.append(coefficient * sp.Mul(*moments))
    return sp.Add(*terms)
