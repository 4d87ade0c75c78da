"""Alternative texts: what is seen, for those who cannot."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from dlcards.claims.statement import Statement
from dlcards.figures.kind import Templates
from dlcards.figures.labels import plain_text
from dlcards.figures.parser import FigureSpec
from dlcards.figures.spec import DrawnText, map_labels
from dlcards.figures.words import printed
from dlcards.languages import SOURCE, table


def alt_text(spec: FigureSpec, lang: str = SOURCE, statement: Statement | None = None) -> str:
    """Return what is seen, as written or else told from the spec.

    A written text is in the source language; in another one the translation of the entry
    has its own, and this function tells the spec.
    """
    if spec.common.alt and lang == SOURCE:
        return printed(spec.common.alt, statement)
    return _told(spec, lang)


def _told(spec: FigureSpec, lang: str) -> str:
    texts = table(lang, "figures")
    parts = [
        panel.kind.alt(part, Templates(texts[panel.kind.name]))
        + (f" ({plain_text(part.title)})" if part.title else "")
        for panel in spec.panels
        for part in panel.kind.panels(panel.spec)
    ]
    if len(parts) == 1:
        return parts[0]
    panels = "; ".join(dict.fromkeys(parts))
    return Templates(texts["figure"])("panels", count=len(parts), panels=panels)


def front_alt_text(spec: FigureSpec, lang: str, answers: tuple[str, ...] = ()) -> str:
    """Return what a front shows, told without the labels that it hides.

    Where even that would say a word of an answer, as "density" does of the Gaussian density,
    it says only what kind of picture it is.
    """
    keep = frozenset(spec.common.keep_labels)

    def shown(path: tuple[str | int, ...], text: str, drawn: DrawnText) -> str:
        del path
        return text if drawn.on_front or text in keep else ""

    panels = tuple(replace(panel, spec=map_labels(panel.spec, shown)) for panel in spec.panels)
    hidden = replace(spec, panels=panels)
    if any(says_a_word_of(_told(hidden, code), answers) for code in {lang, SOURCE}):
        return Templates(table(lang, "figures")["figure"])("neutral", count=len(spec.panels))
    return _told(hidden, lang)


WORD = re.compile(r"[^\W\d_]{4,}")
COMMON = (
    "with", "from", "line", "function", "matrix", "number", "value", "sample", "plane", "curve",
    "graph",
)  # fmt: skip
"""Words that say nothing about which formula is asked for."""


def says_a_word_of(text: str, answers: Iterable[str]) -> bool:
    """Return whether a text has a telling word of an answer, whatever its ending.

    Examples
    --------
    >>> says_a_word_of("gradient arrows at 2 points", ["Gradient vector"])
    True
    >>> says_a_word_of("Graph of a curve", ["Graph of the sigmoid"])
    False
    """
    said = {word[:5] for word in WORD.findall(text.casefold())}
    asked = {word for answer in answers for word in WORD.findall(answer.casefold())}
    return any(word[:5] in said for word in asked if not word.startswith(COMMON))
