"""The printer of a formula on one line of a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias, assert_never

from dlcards.claims.print.printer import is_entrywise
from dlcards.claims.shapes import Kind, kind_of
from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node
from dlcards.claims.words import IMAGINARY_UNIT, WORD_NAMES

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

CONDITION, SUM, OPEN, PRODUCT, POWER, ATOM = range(6)
"""How tightly a piece binds; one that is open to the right takes in all that follows."""


def above(text: str) -> str:
    """Print a superscript, in Unicode superscript signs where there are such."""
    raised = text.translate(_ABOVE)
    twice = re.search(f"[{_RAISED}]", text)
    if not twice and re.fullmatch(f"[{_RAISED}]+", raised):
        return raised
    bracketed = len(text) == 1 or re.fullmatch(r"\([^()]*\)", text)
    return f"^{text}" if bracketed else f"^({text})"


def below(text: str) -> str:
    """Print a subscript, in Unicode subscript signs where there are such."""
    lowered = text.translate(_BELOW)
    if re.fullmatch(r"[₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ]+", lowered):
        return lowered
    return f"_{text}" if re.fullmatch(r"\w+", text) else f"_({text})"


def _plain_glyph(glyph: str) -> str:
    for command, accent in _ACCENTS.items():
        glyph = re.sub(rf"\\{command}\{{([^{{}}]*)\}}", rf"\1{accent}", glyph)
    glyph = re.sub(r"\\([A-Za-z]+) ?", lambda m: _COMMANDS.get(m[1], m[1]), glyph)
    glyph = re.sub(r"(?:mathcal|mathbb|mathrm|operatorname|boldsymbol|mathbf)", "", glyph)
    glyph = re.sub(r"_\{?([^{}^]+)\}?", lambda m: below(m[1]), glyph)
    glyph = re.sub(r"\^\{?([^{}]+)\}?", lambda m: above(m[1]), glyph)
    return re.sub(r"[{}]", "", glyph)


class Line:
    """One formula being printed."""

    def __init__(self, statement: Statement, layouts: Mapping[str, Layout]) -> None:
        self._statement = statement
        self._layouts = layouts

    def kind(self, node: Node) -> Kind:
        """Tell whether a part is a number, a vector or a matrix."""
        return kind_of(node, self._statement)

    def name(self, name: str) -> str:
        """Print a name."""
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
        return below(_NAMES.get(text, text)) if text else ""

    def text(self, node: Node, least: int = CONDITION) -> str:
        """Print a part, in brackets when it binds less tightly than ``least``."""
        text, level = self._operation(node)
        return f"({text})" if level < least else text

    def _operation(self, node: Node) -> tuple[str, int]:
        args = node.args
        match node.op:
            case "num":
                return self._number(node)
            case "sym":
                return self.name(node.name), ATOM
            case "add":
                return f"{self.text(args[0], SUM)} + {self.text(args[1], SUM)}", SUM
            case "sub":
                return f"{self.text(args[0], SUM)} − {self.text(args[1], OPEN)}", SUM
            case "neg":
                return f"−{self.text(args[0], OPEN)}", SUM
            case "mul" | "matmul":
                return self._product(node)
            case "div":
                return f"{self.text(args[0], PRODUCT)}/{self.text(args[1], POWER)}", PRODUCT
            case "pow":
                return self.text(args[0], ATOM) + above(self.text(args[1])), POWER
            case "T":
                return self.text(args[0], ATOM) + "ᵀ", POWER
            case "list":
                return f"[{', '.join(self.text(arg) for arg in args)}]", ATOM
            case "index":
                joined = ",".join(self.text(arg).replace(" ", "") for arg in args[1:])
                simple = all(arg.op in ("num", "sym") for arg in args[1:])
                places = joined.replace(",", "") if simple else joined
                base = self.text(args[0], ATOM)
                if args[0].op == "index":
                    base = f"({base})"
                return base + below(places.replace("−", "-")), ATOM
            case "rel":
                text = self.text(args[0], SUM)
                for sign, arg in zip(node.relations, args[1:], strict=True):
                    text += f" {_RELATIONS[sign]} {self.text(arg, SUM)}"
                return text, CONDITION
            case "given":
                return f"{self.text(args[0])} | {self.text(args[1])}", CONDITION
            case "and":
                return " ∩ ".join(self.event(arg, "union") for arg in args), CONDITION
            case "not":
                return self.text(args[0], ATOM) + "ᶜ", POWER
            case "call":
                return self._call(node)
            case _:
                assert_never(node.op)

    def event(self, node: Node, other: str) -> str:
        """Print an event, in brackets when the other operation on events made it."""
        made_by = node.name if node.op == "call" else node.op
        return f"({self.text(node)})" if made_by == other else self.text(node)

    def _number(self, node: Node) -> tuple[str, int]:
        value = node.number
        if value.denominator == 1:
            return str(value.numerator).replace("-", "−"), ATOM if value >= 0 else SUM
        if 10**6 % value.denominator == 0:
            return f"{float(value):g}".replace("-", "−"), ATOM if value >= 0 else SUM
        return f"{value.numerator}/{value.denominator}", PRODUCT

    def _product(self, node: Node) -> tuple[str, int]:
        first, second = node.args
        left, level = self._operation(first)
        signed = first.op in ("neg", "mul", "matmul") and level == SUM
        sign = "−" if signed else ""
        left = left[len(sign) :] if sign or level >= PRODUCT else f"({left})"
        unsigned = first.args[0] if first.op == "neg" else first
        if is_entrywise(unsigned, self.kind) and not is_entrywise(node, self.kind):
            left = f"({left})"  # what stands side by side binds more tightly
        right = self.text(second, POWER)
        if is_entrywise(node, self.kind):
            gap = " ⊙ "
        elif right[0] in "0123456789":
            gap = "·"
        elif left[-1] in "0123456789" and first.op == "num":
            gap = ""
        else:
            gap = " "
        return f"{sign}{left}{gap}{right}", SUM if sign else PRODUCT

    def _call(self, node: Node) -> tuple[str, int]:
        layout = self._layouts.get(node.name)
        if layout is not None:
            return layout(self, node.args)
        joined = ", ".join(self.text(arg) for arg in node.args)
        name = node.name if node.name in WORD_NAMES else self.name(node.name)
        return f"{name}({joined})", ATOM


Layout: TypeAlias = "Callable[[Line, tuple[Node, ...]], tuple[str, int]]"
"""Prints the call of a word from its arguments."""


def around(left: str, right: str) -> Layout:
    """Print two signs around the argument."""
    return lambda p, args: (left + p.text(args[0]) + right, ATOM)


def span(p: Line, args: tuple[Node, ...]) -> str:
    """Print the bounds of an index around it."""
    return f"{p.text(args[2], SUM)} ≤ {p.text(args[1])} ≤ {p.text(args[3], SUM)}"
