"""Alternative texts: what is seen, for those who cannot."""

from __future__ import annotations

from dataclasses import replace

from dlcards.figures.kind import Templates
from dlcards.figures.labels import plain_text
from dlcards.figures.parser import FigureSpec
from dlcards.figures.spec import DrawnText, map_labels
from dlcards.languages import SOURCE, table


def alt_text(spec: FigureSpec, lang: str = SOURCE) -> str:
    """Return what is seen, as written or else told from the spec.

    A written text is in the source language; in another one the translation of the entry
    has its own, and this function tells the spec.
    """
    if spec.common.alt and lang == SOURCE:
        return spec.common.alt
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


def front_alt_text(spec: FigureSpec, lang: str) -> str:
    """Return what a front shows, told without the labels that it hides."""
    keep = frozenset(spec.common.keep_labels)

    def shown(path: tuple[str | int, ...], text: str, drawn: DrawnText) -> str:
        del path
        return text if drawn.on_front or text in keep else ""

    panels = tuple(replace(panel, spec=map_labels(panel.spec, shown)) for panel in spec.panels)
    return _told(replace(spec, panels=panels), lang)
