r"""Blanks inside a printed formula.

A formula whose blanks are marked is ordinary LaTeX: part 2 stands in
``{\class{blank2}{…}}``. :func:`mark` finds a part in the printed formula and marks it;
:func:`cloze_latex` turns the marks into Anki's cloze deletions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dlcards.cards.html import latex_text

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_MARK = re.compile(r"\{\\class\{blank(\d+)\}\{")


def commands(names: str) -> frozenset[str]:
    r"""Return control sequences from their names, separated by spaces.

    Examples
    --------
    >>> sorted(commands("le ge"))
    ['\\ge', '\\le']
    """
    return frozenset(f"\\{name}" for name in names.split())


_RELATIONS = frozenset("=<>") | commands("le ge ne leq geq neq approx sim to in mid propto quad")
_OPENING = frozenset("{([") | commands("lVert lvert langle lfloor lceil") | {r"\{"}
_CLOSING = frozenset("})]") | commands("rVert rvert rangle rfloor rceil") | {r"\}"}
_BEFORE_SUM = _RELATIONS | _OPENING | frozenset(",|+&") | {r"\\"}
_AFTER_SUM = _RELATIONS | _CLOSING | frozenset(",|+-&") | {r"\\", r"\right"}
_PAIRS = {"}": "{", r"\right": r"\left", r"\end": r"\begin"}


@dataclass(frozen=True, slots=True)
class BlankError:
    """Why a part of a formula cannot be hidden."""

    code: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


def tokens(latex: str) -> list[_Token]:
    r"""Split LaTeX into control sequences and characters; spaces are dropped.

    Examples
    --------
    >>> [token.text for token in tokens(r"\sin x")]
    ['\\sin', 'x']
    """
    found = (_Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(latex))
    return [token for token in found if not token.text.isspace()]


def mark(latex: str, part: str, slot: int) -> str | BlankError:
    r"""Mark the one place where a part stands in a formula.

    Parameters
    ----------
    latex : str
        The printed formula, possibly with other parts marked already.
    part : str
        The part as printed.
    slot : int
        Number of the cloze, from 1.

    Returns
    -------
    str or BlankError
        An error when the part does not occur, occurs again in what stays visible,
        or is no complete part: it cuts through a group or tears a product apart.
        A part may lie inside another one that is marked already.

    Examples
    --------
    >>> mark(r"\frac{x^{2}}{y}", "x^{2}", 1)
    '\\frac{{\\class{blank1}{x^{2}}}}{y}'
    """
    wanted = [token.text for token in tokens(part)]
    all_tokens = tokens(latex)
    texts = [token.text for token in all_tokens]
    places = _places(texts, wanted) if wanted else []
    torn = any(_torn(texts, place, place + len(wanted)) for place in places)
    if not wanted or not _balanced(wanted) or torn:
        return BlankError(
            "bad-blank", f"{part!r} is not a complete part of the formula", "hide a whole term"
        )
    if not places:
        return BlankError(
            "blank-not-found",
            f"the part {part} does not occur in the formula {without_marks(latex)}",
            "write the part as the formula writes it",
        )
    if len(places) > 1:
        return BlankError(
            "blank-visible",
            f"the part {part} stands {len(places)} times in the formula, so the rest shows it",
            "hide a larger part, or one that occurs once",
        )
    start = all_tokens[places[0]].start
    end = all_tokens[places[0] + len(wanted) - 1].end
    return f"{latex[:start]}{{\\class{{blank{slot}}}{{{latex[start:end]}}}}}{latex[end:]}"


def _balanced(texts: Sequence[str]) -> bool:
    open_: list[str] = []
    for text in texts:
        if text in ("{", r"\left", r"\begin"):
            open_.append(text)
        elif text in ("}", r"\right", r"\end"):
            if not open_ or open_.pop() != _PAIRS[text]:
                return False
        elif text in ("&", r"\\") and not open_:
            return False
    return not open_


def _places(texts: Sequence[str], wanted: Sequence[str]) -> list[int]:
    width = len(wanted)
    first = wanted[0]
    return [
        i
        for i in range(len(texts) - width + 1)
        if texts[i] == first and texts[i : i + width] == wanted and not _names_mark(texts, i)
    ]


def _names_mark(texts: Sequence[str], index: int) -> bool:
    r"""Tell whether a place lies in the name of a mark, ``\class{blank1}``."""
    before = "".join(texts[max(0, index - 8) : index])
    return re.search(r"\\class\{[a-z0-9]*\Z", before) is not None


def _torn(texts: Sequence[str], start: int, end: int) -> bool:
    """Tell whether a sum would be cut out of a product or out of a difference."""
    if not _is_sum(texts[start:end]):
        return False
    before = texts[start - 1] if start else "="
    after = texts[end] if end < len(texts) else "="
    return before not in _BEFORE_SUM or after not in _AFTER_SUM


def _is_sum(texts: Sequence[str]) -> bool:
    depth = 0
    for index, text in enumerate(texts):
        depth += (text in _OPENING) - (text in _CLOSING)
        if text in "+-" and index and not depth:
            return True
    return False


def _marks(latex: str) -> list[tuple[int, int, int, str]]:
    """Return start, end, slot and content of every outermost mark."""
    found: list[tuple[int, int, int, str]] = []
    position = 0
    while match := _MARK.search(latex, position):
        close = _closing(latex, match.end())
        position = close + 2
        found.append((match.start(), position, int(match.group(1)), latex[match.end() : close]))
    return found


def _closing(latex: str, start: int) -> int:
    depth = 1
    for token in _TOKEN.finditer(latex, start):
        depth += {"{": 1, "}": -1}.get(token.group(), 0)
        if depth == 0:
            return token.start()
    raise ValueError(f"unbalanced braces in {latex}")


def without_marks(latex: str) -> str:
    r"""Return the formula as it reads with nothing marked.

    Raises
    ------
    ValueError
        If the braces of a mark are not balanced.

    Examples
    --------
    >>> without_marks(r"a + {\class{blank1}{b}}")
    'a + b'
    """
    for start, end, _, content in reversed(_marks(latex)):
        latex = latex[:start] + without_marks(content) + latex[end:]
    return latex


def slots(latex: str) -> tuple[int, ...]:
    """Return the numbers of the blanks in a marked formula, sorted.

    Raises
    ------
    ValueError
        If the braces of a mark are not balanced.
    """
    found: set[int] = set()
    for _, _, slot, content in _marks(latex):
        found |= {slot, *slots(content)}
    return tuple(sorted(found))


def cloze_latex(marked: str) -> str:
    r"""Turn marks into cloze deletions, escaped for a field.

    The hint is the hidden part made invisible, so that the gap has its size.

    Raises
    ------
    ValueError
        If the braces of a mark are not balanced.

    Examples
    --------
    >>> cloze_latex(r"a + {\class{blank1}{b}}")
    'a + {\\class{blank1}{ {{c1::b::\\phantom{b} }} } }'
    """
    pieces = []
    position = 0
    for start, end, slot, content in _marks(marked):
        shown = cloze_latex(content).strip()
        size = latex_text(_without_double_colon(without_marks(content))).strip()
        pieces.append(_outside(marked[position:start]))
        hidden = f"{{{{c{slot}::{_apart(shown)}::\\phantom{{{_apart(size)}}} }}}}"
        pieces.append(f"{{\\class{{blank{slot}}}{{ {hidden} }} }}")
        position = end
    pieces.append(_outside(marked[position:]))
    return _join_apart(pieces)


def _outside(latex: str) -> str:
    return latex_text(_without_double_colon(latex))


def _apart(latex: str) -> str:
    """Keep a closing brace away from the one that follows."""
    return f"{latex} " if latex.endswith("}") else latex


def _without_double_colon(latex: str) -> str:
    return latex.replace("::", ":{}:")


def _join_apart(pieces: Sequence[str]) -> str:
    joined = ""
    for piece in pieces:
        apart = joined.endswith(("{", "}")) and piece[:1] == joined[-1:]
        joined += (" " if apart else "") + piece
    return joined
