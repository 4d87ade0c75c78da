r"""Texts as contributors write them: prose of the claim language, hand-written LaTeX, links.

``\(…\)`` holds LaTeX that nobody checks, ``[words](https://…)`` is a link; what is left is
read by :mod:`dlcards.claims.prose`. Markup of other tools stands as it is written, with a
warning that shows the right way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dlcards.cards.latex import MacroError, expand, fault
from dlcards.claims.prose import Inline, InlineKind, read_prose, relations
from dlcards.claims.resolver import read_formula
from dlcards.claims.statement import EMPTY, FormulaProblem, Path, Statement
from dlcards.documents import quoted

_PART = re.compile(
    r"(?P<dollars>\$\$)|(?P<skip>\\[$*`\\]|\$[^$]*\$|`[^`]*`)"
    r"|\\\((?P<latex>.*?)\\\)|(?P<open>\\\()"
    r"|\[(?P<label>[^\[\]\n]+)\]\((?P<url>[^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)",
    re.DOTALL,
)
_LINK = re.compile(r"https://[^\s\"'<>\\{}]+")
_ADDRESS = re.compile(r"[a-z]+:|www\.|[\w-]+\.[a-z]{2,}(?:/|$)|/", re.IGNORECASE)
_TAG = (
    r"</?(a|b|i|u|p|em|br|hr|li|ul|ol|td|th|tr|sub|sup|img|div|pre|span|font|code|table|strong"
    r"|h[1-6])\b[^<>]*>|&(?:nbsp|lt|gt|amp|quot|#[0-9]+|#x[0-9a-fA-F]+);"
)
_RAW: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\*\*[^*\n]+\*\*"), "write *word* for emphasis"),
    (re.compile(_TAG), "write *word* for emphasis, `code` for code; HTML is shown, not read"),
    (re.compile(r"\{\{c\d+::"), "name the parts to hide under blanks:, see docs/entry-format.md"),
    (re.compile(r"\\\["), r"write \(…\), on the line"),
    (
        re.compile(
            r"\[\]\([^()\n]*\)"
            r"|\[[^\[\]\n]+\]\((?:\s*|\s+https?://[^()\s]*\s*|https?://[^()\s]*\s+)\)"
        ),
        "write [words](https://…), both filled in, without a space inside the brackets",
    ),
    (re.compile(r"\\[A-Za-z]{2,}"), r"write $formula$, which is checked, or \(…\) around LaTeX"),
)


@dataclass(frozen=True, slots=True)
class Link(Inline):
    """Words that lead to a page on the web."""

    url: str = ""


def read_text(
    text: str,
    statement: Statement | None = None,
    path: Path = (),
    macros: Mapping[str, str] = EMPTY,
    *,
    around: str = "",
) -> tuple[tuple[Inline, ...], tuple[FormulaProblem, ...]]:
    r"""Split a text into words, code, emphasis, formulas, LaTeX and links.

    Hand-written LaTeX is an inline of the kind ``MATH`` without a tree; macros of the
    project are written out.

    Parameters
    ----------
    text : str
    statement : Statement, optional
    path : tuple of str or int
    macros : mapping of str to str
    around : str
        Other texts that may introduce a name in words: "x ↦ Ax", "of n draws".

    Examples
    --------
    >>> inlines, problems = read_text(r"see \(\R\) in [a book](https://example.org)",
    ...     macros={"R": r"\mathbb{R}"})
    >>> [(str(inline.kind), inline.text) for inline in inlines]
    [('text', 'see '), ('math', '\\mathbb{R}'), ('text', ' in '), ('text', 'a book')]
    """
    inlines: list[Inline] = []
    problems: list[FormulaProblem] = []
    start = 0
    for match in _PART.finditer(text):
        if match["skip"]:
            continue
        found = _special(match, path, macros, problems)
        if found is not None:
            inlines += _between(text, start, match.start(), statement, path, problems)
            inlines.append(found)
            start = match.end()
    inlines += _between(text, start, len(text), statement, path, problems)
    around = re.sub(r"\$[^$]*\$", " ", around)
    for inline in inlines:
        problems += _raw(inline, path)
        if inline.node is not None and statement is not None:
            problems += _undeclared(inline, statement, path, f"{around} {_words(inlines)}")
    return tuple(inlines), tuple(problems)


def each_name_once(problems: Iterable[FormulaProblem]) -> Iterator[FormulaProblem]:
    """Yield the problems of all texts of a file; an undeclared name is told once, at its first."""
    told: set[str] = set()
    for problem in problems:
        if problem.code != "undeclared-name" or problem.message not in told:
            yield problem
        told.add(problem.message)


def _special(
    match: re.Match[str], path: Path, macros: Mapping[str, str], problems: list[FormulaProblem]
) -> Inline | None:
    """Return LaTeX or a link; None where the text says neither."""
    start, end = match.span()
    if match["dollars"]:
        hint = r"write $formula$ with one dollar on each side, or \(…\) around LaTeX"
        message = "$$ is no sign of this language"
        if not any(problem.message == message for problem in problems):  # the second closes
            problems.append(FormulaProblem(path, "raw-markup", message, hint, start, end))
        return Inline(InlineKind.TEXT, match.group(), start=start, end=end)
    if match["open"]:
        message = r"'\(' opens something that is never closed"
        hint = r"close it with \), or write \\( for the signs themselves"
        problems.append(FormulaProblem(path, "unclosed-sign", message, hint, start, end))
        return None
    if match["latex"] is not None:
        latex, wrong = written_out(match["latex"].strip(), macros)
        if wrong:
            hint = "correct the LaTeX, or name a macro under macros: in dlcards.yaml"
            problems.append(FormulaProblem(path, "bad-latex", wrong, hint, start, end))
        return Inline(InlineKind.MATH, latex, start=start, end=end)
    if _LINK.fullmatch(match["url"]):
        return Link(InlineKind.TEXT, match["label"], start=start, end=end, url=match["url"])
    if _ADDRESS.match(match["url"]):
        message = f"{quoted(match['url'], 60)} is no link: it does not start with https://"
        hint = "write [words](https://…), or name the page under sources:"
        problems.append(_warning(path, "raw-markup", message, hint, start, end))
    return None


def written_out(latex: str, macros: Mapping[str, str]) -> tuple[str, str]:
    """Return LaTeX without the macros of the project, and what is wrong with it."""
    try:
        expanded = expand(latex, macros)
    except MacroError as error:
        return latex, str(error)
    return expanded, fault(expanded) if expanded else "there is no formula between the signs"


def _between(
    text: str,
    start: int,
    end: int,
    statement: Statement | None,
    path: Path,
    problems: list[FormulaProblem],
) -> Iterator[Inline]:
    if start == end:
        return
    inlines, found = read_prose(text[start:end], statement, path)
    problems += [replace(p, start=p.start + start, end=p.end + start) for p in found]
    for inline in inlines:
        yield replace(inline, start=inline.start + start, end=inline.end + start)


def _raw(inline: Inline, path: Path) -> Iterator[FormulaProblem]:
    """Yield a warning for markup that a card would show as it is written."""
    if inline.kind is not InlineKind.TEXT:
        return
    opened: set[str] = set()
    for pattern, hint in _RAW:
        for match in pattern.finditer(inline.text):
            if match.group().startswith("</") and match.group(1) in opened:
                continue
            opened.add(match[1] if match.re.groups else "")
            message = f"{quoted(match.group(), 40)} stands on the card as it is written"
            start, end = inline.start + match.start(), inline.start + match.end()
            yield _warning(path, "raw-markup", message, hint, start, end)


def _words(inlines: Sequence[Inline]) -> str:
    return " ".join(inline.text for inline in inlines if inline.kind is InlineKind.TEXT)


def _undeclared(
    inline: Inline, statement: Statement, path: Path, around: str
) -> Iterator[FormulaProblem]:
    """Yield a warning for names that neither the entry nor a word tells."""
    if relations((inline,)):
        return
    _, problems = read_formula(inline.text, statement, path)
    offset = inline.end - 1 - len(inline.text)
    for problem in problems:
        name = inline.text[problem.start : problem.end]
        if problem.code == "unknown-name" and not re.search(rf"\b{re.escape(name)}", around):
            start, end = problem.start + offset, problem.end + offset
            yield replace(problem, code="undeclared-name", start=start, end=end, warning=True)


def _warning(
    path: Path, code: str, message: str, hint: str, start: int, end: int
) -> FormulaProblem:
    return FormulaProblem(path, code, message, hint, start, end, warning=True)
