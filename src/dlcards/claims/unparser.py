"""A tree back to the text of the claim language, for messages and fingerprints."""

from __future__ import annotations

from fractions import Fraction

from dlcards.claims.statement import Type
from dlcards.claims.tree import Node

_SIGNS = {
    "add": (" + ", 3),
    "sub": (" - ", 3),
    "mul": ("*", 4),
    "div": ("/", 4),
    "matmul": (" @ ", 4),
    "pow": ("**", 6),
    "given": (" | ", 0),
    "and": (" & ", 1),
}
_ATOM = 7


def formula_text(node: Node) -> str:
    """Write a tree as a formula that reads back to the same tree.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> formula_text(parse_formula("(x+1) * exp( -x )"))
    '(x + 1)*exp(-x)'
    """
    return _text(node, 0)


def type_text(kind: Type) -> str:
    """Write a declared type.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_type
    >>> type_text(parse_type("matrix(m,n)"))
    'matrix(m, n)'
    """
    if not kind.args:
        return kind.name
    return f"{kind.name}({', '.join(map(formula_text, kind.args))})"


def _text(node: Node, outer: int) -> str:
    text, level = _parts(node)
    return f"({text})" if level < outer else text


def _parts(node: Node) -> tuple[str, int]:
    args = node.args
    if node.op == "num":
        return _number(node)
    if node.op == "sym":
        return node.name, _ATOM
    if node.op == "call":
        return f"{node.name}({', '.join(_text(arg, 0) for arg in args)})", _ATOM
    if node.op == "list":
        return f"[{', '.join(_text(arg, 0) for arg in args)}]", _ATOM
    if node.op == "index":
        return f"{_text(args[0], _ATOM)}[{', '.join(_text(arg, 0) for arg in args[1:])}]", _ATOM
    if node.op == "T":
        return f"{_text(args[0], _ATOM)}.T", _ATOM
    if node.op == "neg":
        return f"-{_text(args[0], 6)}", 5
    if node.op == "not":
        return f"~{_text(args[0], _ATOM)}", 5
    if node.op == "rel":
        signs = [*(f" {sign} " for sign in node.relations), ""]
        return "".join(_text(arg, 3) + sign for arg, sign in zip(args, signs, strict=True)), 2
    sign, level = _SIGNS[node.op]
    left, right = (7, 6) if node.op == "pow" else (level, level + 1)
    return _text(args[0], left) + sign + _text(args[1], right), level


_SMALL = Fraction(1, 10**5)
"""Below it there are more than four zeros after the point, which nobody counts."""


def _scientific(number: Fraction) -> str:
    """Write a small number as code does: 1e-8."""
    exponent = 0
    while number < 1:
        number, exponent = number * 10, exponent - 1
    return f"{float(number):.15g}e{exponent}"


def _number(node: Node) -> tuple[str, int]:
    number = node.number
    if number < 0:
        return str(number), 3
    if number.denominator == 1:
        return str(number.numerator), _ATOM
    powers = number.denominator
    for prime in (2, 5):
        while powers % prime == 0:
            powers //= prime
    if powers == 1 and number < _SMALL:
        return _scientific(number), _ATOM
    if powers == 1:
        digits = f"{number.numerator / number.denominator:.15f}".rstrip("0")
        return digits, _ATOM
    return str(number), 4
