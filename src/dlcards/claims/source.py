"""A tree back to the text that reads as this tree."""

from __future__ import annotations

from dlcards.claims.tree import Node

_LEVELS = {
    "given": 0,
    "and": 1,
    "rel": 2,
    "add": 3,
    "sub": 3,
    "mul": 4,
    "div": 4,
    "matmul": 4,
    "neg": 5,
    "not": 5,
    "pow": 6,
}
_OPERAND = 7
_SIGNS = {
    "given": " | ",
    "and": " & ",
    "add": " + ",
    "sub": " - ",
    "mul": "*",
    "div": "/",
    "matmul": " @ ",
}


def to_source(node: Node) -> str:
    """Print a formula in the claim language, with no more brackets than needed.

    Examples
    --------
    >>> from dlcards.claims.language import parse_formula
    >>> to_source(parse_formula("((a)+b) *(c**(2))"))
    '(a + b)*c**2'
    """
    return _text(node, 0)


def _text(node: Node, least: int) -> str:
    text = _operation(node)
    return f"({text})" if _level(node) < least else text


def _level(node: Node) -> int:
    if node.op == "num":
        if node.number < 0:
            return _LEVELS["neg"]
        return _OPERAND if _is_decimal(node) else _LEVELS["div"]
    return _LEVELS.get(node.op, _OPERAND)


def _is_decimal(node: Node) -> bool:
    return 10**12 % node.number.denominator == 0


def _operation(node: Node) -> str:
    args = node.args
    match node.op:
        case "num":
            return _number(node)
        case "sym":
            return node.name
        case "call":
            return f"{node.name}({', '.join(_text(arg, 0) for arg in args)})"
        case "list":
            return f"[{', '.join(_text(arg, 0) for arg in args)}]"
        case "index":
            return f"{_text(args[0], _OPERAND)}[{', '.join(_text(arg, 3) for arg in args[1:])}]"
        case "T":
            return _text(args[0], _OPERAND) + ".T"
        case "neg":
            return "-" + _text(args[0], _LEVELS["neg"])
        case "not":
            return "~" + _text(args[0], _LEVELS["not"])
        case "pow":
            return f"{_text(args[0], _OPERAND)}**{_text(args[1], _LEVELS['neg'])}"
        case "rel":
            pieces = [_text(args[0], 3)]
            for sign, arg in zip(node.relations, args[1:], strict=True):
                pieces += [sign, _text(arg, 3)]
            return " ".join(pieces)
        case _:
            level = _LEVELS[node.op]
            return _text(args[0], level) + _SIGNS[node.op] + _text(args[1], level + 1)


def _number(node: Node) -> str:
    value = node.number
    if value.denominator == 1:
        return str(value.numerator)
    if not _is_decimal(node):
        return f"{value.numerator}/{value.denominator}"
    sign, value = ("-", -value) if value < 0 else ("", value)
    whole, rest = divmod(value, 1)
    digits = ""
    while rest:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
    return f"{sign}{whole}.{digits}"
