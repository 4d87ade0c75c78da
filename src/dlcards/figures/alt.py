"""Alternative texts: what is seen, for those who cannot."""

from __future__ import annotations

from dataclasses import replace

from dlcards.figures.kind import Lang
from dlcards.figures.labels import plain_text
from dlcards.figures.parser import FigureSpec
from dlcards.figures.spec import DrawnText, map_labels


def alt_text(spec: FigureSpec, lang: Lang = "en") -> str:
    """Return what is seen, as written or else told from the spec.

    A written text is English; for Korean the entry's translation has its own, and this
    function tells the spec.
    """
    if spec.common.alt and lang == "en":
        return spec.common.alt
    return _generated_alt(spec, lang)


def _generated_alt(spec: FigureSpec, lang: Lang) -> str:
    parts = [
        panel.kind.alt(part, lang) + (f" ({plain_text(part.title)})" if part.title else "")
        for panel in spec.panels
        for part in panel.kind.panels(panel.spec)
    ]
    if len(parts) == 1:
        return parts[0]
    head = f"{len(parts)} panels: " if lang == "en" else f"그림 {len(parts)}개: "
    return head + "; ".join(dict.fromkeys(parts))


def front_alt_text(spec: FigureSpec, lang: Lang) -> str:
    """Return what a front shows, told without the labels that it hides."""
    keep = frozenset(spec.common.keep_labels)

    def shown(path: tuple[str | int, ...], text: str, drawn: DrawnText) -> str:
        del path
        return text if drawn.on_front or text in keep else ""

    panels = tuple(replace(panel, spec=map_labels(panel.spec, shown)) for panel in spec.panels)
    return _generated_alt(replace(spec, panels=panels), lang)
