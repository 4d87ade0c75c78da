"""Polynomials multiplied out: ``(x - 2)*(x + 3)`` is ``x**2 + x - 6``.

What is no polynomial, such as ``exp(3*x)``, counts as one more variable.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from dlcards.claims.tree import Node, num
from dlcards.claims.unparser import formula_text
from dlcards.exercises.literals import as_fraction, as_integer, literal

MOST_TERMS = 200
LARGEST_POWER = 12

_Monomial = tuple[tuple[str, int], ...]
_Polynomial = dict[_Monomial, Fraction]


class NotPolynomial(ValueError):
    """A formula with too many terms, or a derivative that cannot be written out."""


def expanded(node: Node) -> Node:
    """Multiply out, collect equal powers, and put the highest first.

    Raises
    ------
    NotPolynomial
        For more than 200 terms.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> from dlcards.claims.unparser import formula_text
    >>> formula_text(expanded(parse_formula("(x - 2)*(x + 3)")))
    'x**2 + x - 6'
    """
    atoms: dict[str, Node] = {}
    return _written(_polynomial(node, atoms), atoms)


def _polynomial(node: Node, atoms: dict[str, Node]) -> _Polynomial:
    number = as_fraction(node)
    if number is not None:
        return {(): number} if number else {}
    left, right = node.args[:1], node.args[1:2]
    match node.op:
        case "add":
            return _sum(_polynomial(left[0], atoms), _polynomial(right[0], atoms), 1)
        case "sub":
            return _sum(_polynomial(left[0], atoms), _polynomial(right[0], atoms), -1)
        case "neg":
            return _sum({}, _polynomial(left[0], atoms), -1)
        case "mul":
            return _product(_polynomial(left[0], atoms), _polynomial(right[0], atoms))
        case "div":
            below = as_fraction(right[0])
            if below:
                return _product(_polynomial(left[0], atoms), {(): 1 / below})
        case "pow":
            power = as_integer(right[0])
            if power is not None and 0 <= power <= LARGEST_POWER:
                result: _Polynomial = {(): Fraction(1)}
                for _ in range(power):
                    result = _product(result, _polynomial(left[0], atoms))
                return result
        case "call" if node.name == "d" and len(node.args) == 2:
            return _derivative(_polynomial(left[0], atoms), node.args[1].name, atoms)
    name = formula_text(node)
    atoms[name] = node
    return {((name, 1),): Fraction(1)}


def _sum(a: _Polynomial, b: _Polynomial, sign: int) -> _Polynomial:
    total = dict(a)
    for monomial, factor in b.items():
        total[monomial] = total.get(monomial, Fraction(0)) + sign * factor
    return {monomial: factor for monomial, factor in total.items() if factor}


def _product(a: _Polynomial, b: _Polynomial) -> _Polynomial:
    if len(a) * len(b) > MOST_TERMS:
        raise NotPolynomial(f"more than {MOST_TERMS} terms")
    total: _Polynomial = {}
    for first, one in a.items():
        for second, other in b.items():
            powers = dict(first)
            for name, power in second:
                powers[name] = powers.get(name, 0) + power
            monomial = tuple(sorted(powers.items()))
            total[monomial] = total.get(monomial, Fraction(0)) + one * other
    return {monomial: factor for monomial, factor in total.items() if factor}


def _derivative(terms: _Polynomial, name: str, atoms: Mapping[str, Node]) -> _Polynomial:
    total: _Polynomial = {}
    for monomial, factor in terms.items():
        if any(other != name and atoms[other].op != "sym" for other, _ in monomial):
            raise NotPolynomial("the derivative of something that is no polynomial")
        powers = dict(monomial)
        power = powers.pop(name, 0)
        if power:
            if power > 1:
                powers[name] = power - 1
            lower = tuple(sorted(powers.items()))
            total[lower] = total.get(lower, Fraction(0)) + factor * power
    return total


def _written(terms: _Polynomial, atoms: Mapping[str, Node]) -> Node:
    """Write a sum: highest degree first, then by name."""
    ordered = sorted(terms, key=lambda m: (-sum(power for _, power in m), _rank(m)))
    total: Node | None = None
    for monomial in ordered:
        factor = terms[monomial]
        term = _term(abs(factor), monomial, atoms)
        if total is None:
            total = Node("neg", (term,)) if factor < 0 else term
        else:
            total = Node("sub" if factor < 0 else "add", (total, term))
    return total if total is not None else num(0)


def _rank(monomial: _Monomial) -> tuple[tuple[str, int], ...]:
    return tuple((name, -power) for name, power in monomial)


def _term(factor: Fraction, monomial: _Monomial, atoms: Mapping[str, Node]) -> Node:
    term: Node | None = None if factor == 1 and monomial else literal(factor)
    for name, power in sorted(monomial, key=lambda part: (atoms[part[0]].op != "sym", part[0])):
        atom = atoms[name]
        raised = Node("pow", (atom, num(power))) if power > 1 else atom
        term = raised if term is None else Node("mul", (term, raised))
    assert term is not None
    return term
