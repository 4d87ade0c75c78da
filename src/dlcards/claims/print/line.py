"""A formula on one line of a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import assert_never

from dlcards.claims.shapes import Kind, kind_of
from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node
from dlcards.claims.words import IMAGINARY_UNIT

_SMALL_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega"
)
_CAPITAL_NAMES = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
_GREEK: Mapping[str, str] = dict(zip(_SMALL_NAMES.split(), "αβγδεζηθικλμνξπρστυφχψω", strict=True))
_CAPITALS: Mapping[str, str] = dict(zip(_CAPITAL_NAMES.split(), "ΓΔΘΛΞΠΣΥΦΨΩ", strict=True))
_OTHER = {"lam": "λ", "Lam": "Λ", "eps": "ε", "ell": "ℓ", "oo": "∞", IMAGINARY_UNIT: "i"}
_NAMES: Mapping[str, str] = {**_GREEK, **_CAPITALS, **_OTHER}
_COMMANDS: Mapping[str, str] = {
    **_GREEK,
    **_CAPITALS,
    "varepsilon": "ε",
    "varphi": "φ",
    "vartheta": "ϑ",
    "ell": "ℓ",
    "prime": "′",
    "ast": "*",
    "star": "*",
}
_ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307"}
_ABOVE = str.maketrans("0123456789+-=()niTkmtc'", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵏᵐᵗᶜ′")
_BELOW = str.maketrans("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵏᵐᵗᶜ′"
_RELATIONS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "<": "<", ">": ">"}

_CONDITION, _SUM, _OPEN, _PRODUCT, _POWER, _ATOM = range(6)
"""How tightly a piece holds together; what stands open to the right takes all that follows."""


def to_unicode(node: Node, statement: Statement) -> str:
    """Print a formula with Unicode signs, on one line.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> to_unicode(parse_formula("sum(x[i]**2, i, 1, n) <= 2*pi"), Statement("", {}, {}))
    '∑ᵢ₌₁ⁿ xᵢ² ≤ 2π'
    """
    return _Line(statement).text(node)


def _above(text: str) -> str:
    raised = text.translate(_ABOVE)
    twice = re.search(f"[{_RAISED}]", text)
    if not twice and re.fullmatch(f"[{_RAISED}]+", raised):
        return raised
    bracketed = len(text) == 1 or re.fullmatch(r"\([^()]*\)", text)
    return f"^{text}" if bracketed else f"^({text})"


def _below(text: str) -> str:
    lowered = text.translate(_BELOW)
    if re.fullmatch(r"[₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ]+", lowered):
        return lowered
    return f"_{text}" if re.fullmatch(r"\w+", text) else f"_({text})"


def _plain_glyph(glyph: str) -> str:
    for command, accent in _ACCENTS.items():
        glyph = re.sub(rf"\\{command}\{{([^{{}}]*)\}}", rf"\1{accent}", glyph)
    glyph = re.sub(r"\\([A-Za-z]+) ?", lambda m: _COMMANDS.get(m[1], m[1]), glyph)
    glyph = re.sub(r"(?:mathcal|mathbb|mathrm|operatorname|boldsymbol|mathbf)", "", glyph)
    glyph = re.sub(r"_\{?([^{}^]+)\}?", lambda m: _below(m[1]), glyph)
    glyph = re.sub(r"\^\{?([^{}]+)\}?", lambda m: _above(m[1]), glyph)
    return re.sub(r"[{}]", "", glyph)


class _Line:
    def __init__(self, statement: Statement) -> None:
        self._statement = statement

    def kind(self, node: Node) -> Kind:
        return kind_of(node, self._statement)

    def name(self, name: str) -> str:
        if name in self._statement.show:
            return _plain_glyph(self._statement.show[name])
        base, _, subscript = name.partition("_")
        if subscript in _ACCENTS:
            return _NAMES.get(base, base) + _ACCENTS[subscript]
        for ending in ("hat", "bar", "tilde"):
            if base.endswith(ending) and len(base) > len(ending):
                stem = base[: -len(ending)]
                return _NAMES.get(stem, stem) + _ACCENTS[ending] + self._subscript(subscript)
        return _NAMES.get(base, base) + self._subscript(subscript)

    def _subscript(self, text: str) -> str:
        return _below(_NAMES.get(text, text)) if text else ""

    def text(self, node: Node, least: int = _CONDITION) -> str:
        text, level = self._operation(node)
        return f"({text})" if level < least else text

    def _operation(self, node: Node) -> tuple[str, int]:
        args = node.args
        match node.op:
            case "num":
                return self._number(node)
            case "sym":
                return self.name(node.name), _ATOM
            case "add":
                return f"{self.text(args[0], _SUM)} + {self.text(args[1], _SUM)}", _SUM
            case "sub":
                return f"{self.text(args[0], _SUM)} − {self.text(args[1], _OPEN)}", _SUM
            case "neg":
                return f"−{self.text(args[0], _OPEN)}", _SUM
            case "mul" | "matmul":
                return self._product(node)
            case "div":
                return f"{self.text(args[0], _PRODUCT)}/{self.text(args[1], _POWER)}", _PRODUCT
            case "pow":
                return self.text(args[0], _ATOM) + _above(self.text(args[1])), _POWER
            case "T":
                return self.text(args[0], _ATOM) + "ᵀ", _POWER
            case "list":
                return f"[{', '.join(self.text(arg) for arg in args)}]", _ATOM
            case "index":
                joined = ",".join(self.text(arg).replace(" ", "") for arg in args[1:])
                simple = all(arg.op in ("num", "sym") for arg in args[1:])
                below = joined.replace(",", "") if simple else joined
                base = self.text(args[0], _ATOM)
                if args[0].op == "index":
                    base = f"({base})"
                return base + _below(below.replace("−", "-")), _ATOM
            case "rel":
                text = self.text(args[0], _SUM)
                for sign, arg in zip(node.relations, args[1:], strict=True):
                    text += f" {_RELATIONS[sign]} {self.text(arg, _SUM)}"
                return text, _CONDITION
            case "given":
                return f"{self.text(args[0])} | {self.text(args[1])}", _CONDITION
            case "and":
                return " ∩ ".join(self.event(arg, "union") for arg in args), _CONDITION
            case "not":
                return self.text(args[0], _ATOM) + "ᶜ", _POWER
            case "call":
                return self._call(node)
            case _:
                assert_never(node.op)

    def event(self, node: Node, other: str) -> str:
        """Print an event in brackets where it is made by the other operation on events."""
        made_by = node.name if node.op == "call" else node.op
        return f"({self.text(node)})" if made_by == other else self.text(node)

    def _number(self, node: Node) -> tuple[str, int]:
        value = node.number
        if value.denominator == 1:
            return str(value.numerator).replace("-", "−"), _ATOM if value >= 0 else _SUM
        if 10**6 % value.denominator == 0:
            return f"{float(value):g}".replace("-", "−"), _ATOM if value >= 0 else _SUM
        return f"{value.numerator}/{value.denominator}", _PRODUCT

    def _product(self, node: Node) -> tuple[str, int]:
        first, second = node.args
        left, level = self._operation(first)
        signed = first.op in ("neg", "mul", "matmul") and level == _SUM
        sign = "−" if signed else ""
        left = left[len(sign) :] if sign or level >= _PRODUCT else f"({left})"
        right = self.text(second, _POWER)
        if node.op == "mul" and Kind.SCALAR not in (self.kind(first), self.kind(second)):
            gap = " ⊙ "
        elif right[0] in "0123456789":
            gap = "·"
        elif left[-1] in "0123456789" and first.op == "num":
            gap = ""
        else:
            gap = " "
        return f"{sign}{left}{gap}{right}", _SUM if sign else _PRODUCT

    def _call(self, node: Node) -> tuple[str, int]:
        layout = _LAYOUTS.get(node.name)
        if layout is not None:
            return layout(self, node.args)
        joined = ", ".join(self.text(arg) for arg in node.args)
        return f"{self.name(node.name)}({joined})", _ATOM


Layout = Callable[[_Line, tuple[Node, ...]], tuple[str, int]]


def _around(left: str, right: str) -> Layout:
    return lambda p, args: (left + p.text(args[0]) + right, _ATOM)


def _over(sign: str) -> Layout:
    def layout(p: _Line, args: tuple[Node, ...]) -> tuple[str, int]:
        if len(args) == 1:
            return f"{sign} {p.text(args[0], _OPEN)}", _OPEN
        body, index, start, stop = args
        below = _below(f"{p.text(index)}={p.text(start)}".replace(" ", "").replace("−", "-"))
        above = _above(p.text(stop).replace(" ", "").replace("−", "-"))
        return f"{sign}{below}{above} {p.text(body, _OPEN)}", _OPEN

    return layout


def _integral(p: _Line, args: tuple[Node, ...]) -> tuple[str, int]:
    body, variable, start, stop = args
    limits = f"[{p.text(start)}, {p.text(stop)}]"
    return f"∫{limits} {p.text(body, _OPEN)} d{p.text(variable)}", _OPEN


def _limit(p: _Line, args: tuple[Node, ...]) -> tuple[str, int]:
    side = {"above": "⁺", "below": "⁻"}[args[3].name] if len(args) > 3 else ""
    below = f"{p.text(args[1])} → {p.text(args[2], _POWER if side else _CONDITION)}{side}"
    return f"lim({below}) {p.text(args[0], _OPEN)}", _OPEN


def _derivative(sign: str) -> Layout:
    def layout(p: _Line, args: tuple[Node, ...]) -> tuple[str, int]:
        order = _above(p.text(args[2])) if len(args) > 2 else ""
        body = p.text(args[0], _OPEN)
        return f"{sign}{order}/{sign}{p.text(args[1])}{order} {body}", _OPEN

    return layout


def _at_point(p: _Line, args: tuple[Node, ...]) -> tuple[str, int]:
    count = int(args[2].number) if len(args) > 2 and args[2].op == "num" else 1
    return f"{p.name(args[0].name)}{'′' * count}({p.text(args[1])})", _ATOM


def _nabla(sign: str) -> Layout:
    return lambda p, args: (f"{sign}{_below(p.text(args[1]))} {p.text(args[0], _POWER)}", _PRODUCT)


def _under(word: str) -> Layout:
    def layout(p: _Line, args: tuple[Node, ...]) -> tuple[str, int]:
        if len(args) == 1:
            return f"{word}({p.text(args[0])})", _ATOM
        below = p.text(args[1]) if len(args) == 2 else f"({_range(p, args)})"
        return f"{word}_{below} {p.text(args[0], _OPEN)}", _OPEN

    return layout


def _extreme(word: str) -> Layout:
    def layout(p: _Line, args: tuple[Node, ...]) -> tuple[str, int]:
        if len(args) == 4:
            return f"{word}_({_range(p, args)}) {p.text(args[0], _OPEN)}", _OPEN
        return f"{word}({', '.join(p.text(arg) for arg in args)})", _ATOM

    return layout


def _range(p: _Line, args: tuple[Node, ...]) -> str:
    return f"{p.text(args[2], _SUM)} ≤ {p.text(args[1])} ≤ {p.text(args[3], _SUM)}"


def _for_all(p: _Line, args: tuple[Node, ...]) -> tuple[str, int]:
    numbers = f"{{{p.text(args[2])}, …, {p.text(args[3])}}}"
    return f"{p.text(args[0])} ∀ {p.text(args[1])} ∈ {numbers}", _CONDITION


def _exp(p: _Line, args: tuple[Node, ...]) -> tuple[str, int]:
    power = p.text(args[0])
    return (f"e{_above(power)}", _POWER) if len(power) <= 3 else (f"exp({power})", _ATOM)


_LAYOUTS: Mapping[str, Layout] = {
    "exp": _exp,
    "sqrt": lambda p, args: ("√" + p.text(args[0], _ATOM), _POWER),
    "abs": _around("|", "|"),
    "norm": _around("‖", "‖"),
    "norm1": _around("‖", "‖₁"),
    "norminf": _around("‖", "‖_∞"),
    "fro": _around("‖", "‖_F"),
    "floor": _around("⌊", "⌋"),
    "ceil": _around("⌈", "⌉"),
    "E": _around("E[", "]"),
    "ind": _around("1[", "]"),
    "sigmoid": _around("σ(", ")"),
    "entropy": _around("H(", ")"),
    "xent": lambda p, args: (f"H({p.text(args[0])}, {p.text(args[1])})", _ATOM),
    "max": _extreme("max"),
    "min": _extreme("min"),
    "all": _for_all,
    "digamma": _around("ψ(", ")"),
    "erfinv": _around("erf⁻¹(", ")"),
    "conj": _around("conj(", ")"),
    "re": _around("Re(", ")"),
    "im": _around("Im(", ")"),
    "mod": lambda p, args: (f"{p.text(args[0], _POWER)} mod {p.text(args[1], _POWER)}", _CONDITION),
    "expm": _around("expm(", ")"),
    "sqrtm": lambda p, args: (p.text(args[0], _ATOM) + "^(1/2)", _POWER),
    "distributed": lambda p, args: (f"{p.text(args[0], _SUM)} ~ {p.text(args[1])}", _CONDITION),
    "iid": lambda p, args: (f"{p.text(args[0], _ATOM)}^({p.text(args[1])})", _POWER),
    "gamma": _around("Γ(", ")"),
    "factorial": lambda p, args: (p.text(args[0], _ATOM) + "!", _POWER),
    "sum": _over("∑"),
    "prod": _over("∏"),
    "integral": _integral,
    "limit": _limit,
    "d": _derivative("d"),
    "pd": _derivative("∂"),
    "D": _at_point,
    "grad": _nabla("∇"),
    "hess": _nabla("∇²"),
    "jac": lambda p, args: (
        f"∂{p.text(args[0], _POWER)}/∂{p.text(args[1], _POWER)}",
        _PRODUCT,
    ),
    "argmin": _under("argmin"),
    "argmax": _under("argmax"),
    "inv": lambda p, args: (p.text(args[0], _ATOM) + "⁻¹", _POWER),
    "pinv": lambda p, args: (p.text(args[0], _ATOM) + "⁺", _POWER),
    "eye": lambda p, args: ("𝐈", _ATOM),
    "ones": lambda p, args: ("𝟏", _ATOM),
    "zeros": lambda p, args: ("𝟎", _ATOM),
    "kron": lambda p, args: (f"{p.text(args[0], _POWER)} ⊗ {p.text(args[1], _POWER)}", _PRODUCT),
    "cross": lambda p, args: (f"{p.text(args[0], _POWER)} × {p.text(args[1], _POWER)}", _PRODUCT),
    "union": lambda p, args: (" ∪ ".join(p.event(arg, "and") for arg in args), _CONDITION),
    "KL": lambda p, args: (f"D_KL({p.text(args[0])} ‖ {p.text(args[1])})", _ATOM),
    "converges": lambda p, args: (f"{p.text(args[0])} → {p.text(args[2])}", _CONDITION),
}
