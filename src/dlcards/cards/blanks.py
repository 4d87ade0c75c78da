r"""Blanks: parts of a printed formula that a cloze card hides, one at a time.

A formula whose blanks are marked is ordinary LaTeX: blank 2 stands in
``{\class{blank2}{…}}``. :func:`mark` has the printer mark parts of the tree;
:func:`cloze_latex` turns the marks into Anki's cloze deletions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from dlcards.cards.html import latex_text
from dlcards.claims.print.latex import to_latex
from dlcards.claims.statement import FormulaProblem, Statement
from dlcards.claims.tree import Node

_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_MARK = re.compile(r"\{\\class\{blank(\d+)\}\{")


def mark(
    tree: Node, statement: Statement, parts: Mapping[int, Node], *, width: int = 0
) -> tuple[str, tuple[FormulaProblem, ...]]:
    r"""Print a formula with its blanks marked.

    Parameters
    ----------
    tree : Node
    statement : Statement
    parts : mapping of int to Node
        What each blank hides, by its number. A part may lie inside another.
    width : int
        As in :func:`~dlcards.claims.print.latex.to_latex`.

    Returns
    -------
    str
        The LaTeX with the marks.
    tuple of FormulaProblem
        Parts that are not printed, or printed more than once, so that the rest of the
        formula shows what is hidden.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> formula, part = parse_formula("x**2/y == z"), parse_formula("x**2")
    >>> mark(formula, Statement("", {}, {}), {2: part})[0]
    '\\frac{{\\class{blank2}{x^{2}}}}{y} = z'
    """
    printed: Counter[int] = Counter()
    numbers = tuple(parts)

    def wrap(index: int, latex: str) -> str:
        printed[numbers[index]] += 1
        return rf"{{\class{{blank{numbers[index]}}}{{{latex}}}}}"

    marked = to_latex(tree, statement, width=width, parts=tuple(parts.values()), wrap=wrap)
    problems = []
    for number, part in parts.items():
        path = ("blanks", f"b{number}")
        shown = to_latex(part, statement)
        if not printed[number]:
            message = f"the part {shown} does not occur in the formula {without_marks(marked)}"
            hint = "write a whole term as the formula writes it"
            problems.append(FormulaProblem(path, "blank-not-found", message, hint))
        elif printed[number] > 1:
            times = f"{printed[number]} times"
            message = f"the part {shown} stands {times} in the formula, so the rest shows it"
            hint = "hide a larger part, or one that occurs once"
            problems.append(FormulaProblem(path, "blank-visible", message, hint))
    return marked, tuple(problems)


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
    for brace in _BRACE.finditer(latex, start):
        depth += {"{": 1, "}": -1}.get(brace.group(), 0)
        if depth == 0:
            return brace.start()
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

    The hint is the hidden part made invisible, so that the blank has its size.

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
    """Part a closing brace from the next one: two together end a cloze for Anki."""
    return f"{latex} " if latex.endswith("}") else latex


def _without_double_colon(latex: str) -> str:
    return latex.replace("::", ":{}:")


def _join_apart(pieces: Sequence[str]) -> str:
    joined = ""
    for piece in pieces:
        apart = joined.endswith(("{", "}")) and piece[:1] == joined[-1:]
        joined += (" " if apart else "") + piece
    return joined
