r"""LaTeX as MathML, which every browser sets on its own: for pages that are printed offline.

Reads what :mod:`dlcards.claims.print` writes, no more: fractions, roots, indices, brackets,
matrices, sums, words and Greek letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from dlcards.cards.latex import tokens

_GREEK = (
    "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ iota ι kappa κ"
    " lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ"
    " omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω ell ℓ"
    " partial ∂ nabla ∇ infty ∞ top ⊤ emptyset ∅ dots … ldots … cdots ⋯"
)
_SIGNS = (
    "cdot · times × odot ⊙ otimes ⊗ ast ∗ le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ approx ≈ sim ∼"
    " equiv ≡ in ∈ notin ∉ to → mapsto ↦ iff ⟺ implies ⟹ pm ± mid ∣ cap ∩ cup ∪ propto ∝"
    " sum ∑ prod ∏ int ∫ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lVert ‖ rVert ‖ Vert ‖ lvert | rvert |"
    " langle ⟨ rangle ⟩ prime ′ circ ∘ parallel ∥"
)


def _table(text: str) -> dict[str, str]:
    parts = text.split()
    return {f"\\{name}": sign for name, sign in zip(parts[::2], parts[1::2], strict=True)}


LETTERS: Mapping[str, str] = _table(_GREEK)
SIGNS: Mapping[str, str] = {**_table(_SIGNS), r"\{": "{", r"\}": "}", r"\|": "‖"}
WORDS = frozenset(
    f"\\{name}"
    for name in [
        "sin",
        "cos",
        "tan",
        "tanh",
        "sinh",
        "cosh",
        "arcsin",
        "arccos",
        "arctan",
        "log",
        "ln",
        "exp",
        "det",
        "dim",
        "max",
        "min",
        "lim",
        "ker",
        "gcd",
        "Pr",
        "arg",
        "sup",
        "inf",
    ]
)
SPACES: Mapping[str, str] = {
    r"\,": "0.17em",
    r"\:": "0.22em",
    r"\;": "0.28em",
    "\\ ": "0.33em",
    r"\quad": "1em",
    r"\qquad": "2em",
    r"\!": "-0.17em",
}
_UNDER = frozenset({r"\sum", r"\prod", r"\max", r"\min", r"\lim"})
_STYLES: Mapping[str, str] = {
    r"\boldsymbol": "bold",
    r"\mathbf": "bold",
    r"\mathrm": "normal",
    r"\operatorname": "normal",
    r"\text": "normal",
    r"\mathbb": "double",
}
_ACCENTS: Mapping[str, str] = {
    r"\hat": "^",
    r"\widehat": "^",
    r"\bar": "¯",
    r"\overline": "¯",
    r"\tilde": "~",
    r"\widetilde": "~",
    r"\vec": "→",
    r"\dot": "˙",
}
_FENCES: Mapping[str, tuple[str, str]] = {
    "pmatrix": ("(", ")"),
    "bmatrix": ("[", "]"),
    "vmatrix": ("|", "|"),
    "matrix": ("", ""),
    "aligned": ("", ""),
    "cases": ("{", ""),
}
_DOUBLE = {"R": "ℝ", "E": "𝔼", "N": "ℕ", "Z": "ℤ", "C": "ℂ"}


def mathml(latex: str) -> str:
    r"""Return a formula as MathML.

    Examples
    --------
    >>> mathml(r"\frac{x}{2}")
    '<math><mfrac><mi>x</mi><mn>2</mn></mfrac></math>'
    >>> mathml("x^{2}")
    '<math><msup><mi>x</mi><mn>2</mn></msup></math>'
    """
    return f"<math>{_row(_Reader(tokens(latex)).items())}</math>"


class _Reader:
    def __init__(self, found: list[str]) -> None:
        self._tokens = found
        self._at = 0

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        part = self._peek()
        self._at += 1
        return part

    def items(self, *ends: str) -> list[str]:
        """Read until one of the ends, which is left where it stands."""
        return list(self._items(ends))

    def _items(self, ends: tuple[str, ...]) -> Iterator[str]:
        while self._peek() and self._peek() not in ends:
            yield self._with_scripts()

    def _with_scripts(self) -> str:
        first = self._peek()
        base = self._atom()
        below = above = ""
        while self._peek() in ("_", "^", "'"):
            sign = self._next()
            if sign == "'":
                above += "<mo>′</mo>"
            elif sign == "_":
                below = self._argument()
            else:
                above += self._argument()
        if not below and not above:
            return base
        kind = "munder" if first in _UNDER else "msub"
        if below and above:
            kind = f"{kind}over" if kind == "munder" else "msubsup"
            return f"<{kind}>{base}{below}{above}</{kind}>"
        if below:
            return f"<{kind}>{base}{below}</{kind}>"
        return f"<msup>{base}{above}</msup>"

    def _argument(self) -> str:
        if self._peek() != "{":
            return self._atom()
        self._next()
        inside = self.items("}")
        self._next()
        return _row(inside)

    def _raw(self) -> str:
        """Return the text of an argument as it is written."""
        if self._peek() != "{":
            return self._next()
        self._next()
        text = ""
        while self._peek() not in ("}", ""):
            text += self._next()
        self._next()
        return text

    def _atom(self) -> str:
        part = self._next()
        if part == "{":
            self._at -= 1
            return self._argument()
        if part.isdigit() or part == ".":
            while self._peek().isdigit() or self._peek() == ".":
                part += self._next()
            return f"<mn>{part}</mn>"
        if part.isalpha():
            return f"<mi>{part}</mi>"
        if part in LETTERS:
            return f"<mi>{LETTERS[part]}</mi>"
        if part in WORDS:
            return f"<mi>{part[1:]}</mi>"
        if part in SIGNS:
            return f"<mo>{escape(SIGNS[part])}</mo>"
        if part in SPACES:
            return f'<mspace width="{SPACES[part]}"></mspace>'
        if part in _STYLES:
            return self._styled(_STYLES[part])
        if part in _ACCENTS:
            return f"<mover>{self._argument()}<mo>{_ACCENTS[part]}</mo></mover>"
        return self._structure(part)

    def _structure(self, part: str) -> str:
        if part in (r"\frac", r"\dfrac", r"\tfrac"):
            return f"<mfrac>{self._argument()}{self._argument()}</mfrac>"
        if part == r"\binom":
            inside = f'<mfrac linethickness="0">{self._argument()}{self._argument()}</mfrac>'
            return f"<mrow><mo>(</mo>{inside}<mo>)</mo></mrow>"
        if part == r"\sqrt":
            return f"<msqrt>{self._argument()}</msqrt>"
        if part == r"\left":
            return self._fenced()
        if part == r"\begin":
            return self._table(self._raw())
        if part == "-":
            return "<mo>−</mo>"
        if part.startswith("\\"):
            return f"<mtext>{escape(part)}</mtext>"
        return f"<mo>{escape(part)}</mo>"

    def _styled(self, style: str) -> str:
        if self._peek() == "*":
            self._next()
        if style == "double":
            letters = "".join(_DOUBLE.get(letter, letter) for letter in self._raw())
            return f"<mi>{letters}</mi>"
        if style == "normal":
            words = self._raw().replace(r"\,", " ")
            return f'<mi mathvariant="normal">{escape(words)}</mi>'
        return f'<mrow style="font-weight: bold">{self._argument()}</mrow>'

    def _fenced(self) -> str:
        opening = self._fence()
        inside = _row(self.items(r"\right"))
        self._next()
        closing = self._fence()
        return f"<mrow>{opening}{inside}{closing}</mrow>"

    def _fence(self) -> str:
        part = self._next()
        return "" if part == "." else f"<mo>{escape(SIGNS.get(part, part))}</mo>"

    def _table(self, name: str) -> str:
        rows: list[list[str]] = [[]]
        while self._peek() and self._peek() != r"\end":
            rows[-1].append(_row(self.items("&", r"\\", r"\end")))
            if self._peek() == "&":
                self._next()
            elif self._peek() == r"\\":
                self._next()
                rows.append([])
        self._next()
        self._raw()
        cells = (f"<mtr>{''.join(f'<mtd>{cell}</mtd>' for cell in row)}</mtr>" for row in rows)
        opening, closing = _FENCES.get(name, ("", ""))
        table = f"<mtable>{''.join(cells)}</mtable>"
        if opening:
            table = f"<mo>{opening}</mo>{table}"
        return f"<mrow>{table}<mo>{closing}</mo></mrow>" if closing else f"<mrow>{table}</mrow>"


def _row(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"<mrow>{''.join(items)}</mrow>"
