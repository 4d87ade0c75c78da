"""How names are printed: Greek letters, accents, subscripts and chosen glyphs."""

from __future__ import annotations

import re

from dlcards.claims.shapes import Kind
from dlcards.claims.statement import Statement

_GREEK = (
    "alpha beta gamma delta zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
    "chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
GREEK = frozenset(_GREEK.split())
_OTHER = {
    "lam": r"\lambda",
    "Lam": r"\Lambda",
    "eps": r"\varepsilon",
    "epsilon": r"\varepsilon",
    "phi": r"\varphi",
    "ell": r"\ell",
    "oo": r"\infty",
}
_ACCENTS = {"hat": r"\hat", "bar": r"\bar", "tilde": r"\tilde"}
_SUPERSCRIPTS = {"star": r"\ast", "new": r"\prime"}

_CORE = (
    r"(?:\\(?:hat|bar|tilde|dot|mathcal|mathbb|mathrm|operatorname|boldsymbol|mathbf)"
    r"\{(?:[A-Za-z]{1,16}|\\[A-Za-z]{2,10})\}|\\[A-Za-z]{2,10}|[A-Za-z])"
)
_SUBSCRIPT = (
    r"(?:_(?:[A-Za-z0-9]|\\[A-Za-z]{2,10}"
    r"|\{(?:\\mathrm\{[A-Za-z]{1,12}\}|[A-Za-z0-9,]{1,12}|\\[A-Za-z]{2,10})\}))?"
)
_SUPERSCRIPT = (
    r"(?:'|\^(?:\\ast|\\star|\*|\\prime|[A-Za-z0-9+]|"
    r"\{(?:\\ast|\\star|\*|\\prime|[A-Za-z0-9+]|\([A-Za-z0-9](?:[-+]1)?\))\}))?"
)
_APPLIED = r"(?:\\(?:cos|sin|tan|log) ?)?"
_GLYPH = re.compile(rf"(?P<core>{_APPLIED}{_CORE})(?P<sub>{_SUBSCRIPT})(?P<super>{_SUPERSCRIPT})")
_COMMAND = re.compile(
    r"(?:var)?(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho"
    r"|sigma|tau|upsilon|phi|chi|psi|omega)"
    r"|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega|ell|hat|bar|tilde|dot|mathcal"
    r"|mathbb|mathrm|operatorname|boldsymbol|mathbf|ast|star|prime|cos|sin|tan|log"
)


def is_glyph(text: str) -> bool:
    r"""Tell whether a text may be the printed form of a name.

    Examples
    --------
    >>> is_glyph(r"\sigma"), is_glyph(r"W^{(l)}"), is_glyph(r"x+1")
    (True, True, False)
    """
    commands = re.findall(r"\\([A-Za-z]+)", text)
    return bool(_GLYPH.fullmatch(text) and all(map(_COMMAND.fullmatch, commands)))


def name_latex(
    name: str, statement: Statement, kind: Kind = Kind.SCALAR, *, function: bool = False
) -> str:
    r"""Print a name: columns and matrices are bold, everything else is not.

    Parameters
    ----------
    kind : Kind
        What the name stands for.
    function : bool
        Whether arguments follow, which makes a name of several letters an operator.

    Examples
    --------
    >>> name_latex("w_t", Statement("", {}, {}), Kind.VECTOR)
    '\\boldsymbol{w}_{t}'
    >>> name_latex("yhat", Statement("", {}, {}))
    '\\hat{y}'
    """
    bold = kind is not Kind.SCALAR
    if name in statement.show:
        return _chosen(statement.show[name], bold)
    base, _, subscript = name.partition("_")
    superscript = ""
    accent = _ACCENTS.get(subscript, "")
    if accent:
        subscript = ""
    elif subscript in _SUPERSCRIPTS:
        superscript, subscript = f"^{{{_SUPERSCRIPTS[subscript]}}}", ""
    if not accent:
        base, accent = _split_accent(base)
    letter, digits = _split_digits(base)
    core = _core(letter, bold, function and not digits)
    if accent:
        core = f"{accent}{{{core}}}"
    below = digits + ("," if digits and subscript else "") + _subscript(subscript)
    return core + (f"_{{{below}}}" if below else "") + superscript


def _chosen(glyph: str, bold: bool) -> str:
    match = _GLYPH.fullmatch(glyph)
    if match is None or not bold:
        return glyph
    accented = re.fullmatch(r"(\\(?:hat|bar|tilde|dot))\{(.*)\}", match["core"])
    core = accented[2] if accented else match["core"]
    if not re.fullmatch(r"[A-Za-z]|\\[A-Za-z]+", core):
        return glyph
    core = rf"\boldsymbol{{{core}}}"
    if accented:
        core = f"{accented[1]}{{{core}}}"
    return core + match["sub"] + match["super"]


def _split_accent(base: str) -> tuple[str, str]:
    for ending, accent in _ACCENTS.items():
        if base.endswith(ending) and len(base) > len(ending):
            return base[: -len(ending)], accent
    return base, ""


def _split_digits(base: str) -> tuple[str, str]:
    match = re.fullmatch(r"(.*?[A-Za-z])(\d+)", base)
    return (match[1], match[2]) if match else (base, "")


def _core(letter: str, bold: bool, function: bool) -> str:
    sign = _OTHER.get(letter) or (f"\\{letter}" if letter in GREEK else letter)
    if len(sign) == 1 or sign.startswith("\\"):
        return rf"\boldsymbol{{{sign}}}" if bold else sign
    return rf"\operatorname{{{sign}}}" if function else rf"\mathrm{{{sign}}}"


def _subscript(text: str) -> str:
    if text in GREEK or text in _OTHER:
        return _OTHER.get(text) or f"\\{text}"
    return rf"\mathrm{{{text}}}" if len(text) > 1 and text.isalpha() else text
