"""Checks what a figure would show wrongly, without drawing it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from dlcards.claims.statement import FormulaProblem, Path, Statement
from dlcards.figures.annotations import check_annotations
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind
from dlcards.figures.labels import formula_error, missing_glyphs
from dlcards.figures.parser import FigureSpec
from dlcards.figures.spec import LONGEST_LABEL, BaseSpec, PlotSpec, labels
from dlcards.figures.words import told_problems, word_problems


def check(
    spec: FigureSpec, statement: Statement | None = None, *, answers: Iterable[str] = ()
) -> tuple[FormulaProblem, ...]:
    """Return what a figure would show wrongly, without drawing it.

    Parameters
    ----------
    spec : FigureSpec
    statement : Statement, optional
        The entry's; its definitions may be used in formulas.
    answers : iterable of str
        Texts that must not be read on a front, such as the entry's title.
    """
    problems: list[FormulaProblem] = list(_title_problems(spec.title))
    for panel in spec.panels:
        found = list(_label_problems(panel.spec))
        for part in panel.kind.panels(panel.spec):
            expressions = Expressions(statement, part.named)
            found += panel.kind.check(part, expressions)
            for key in ("alt", "caption"):
                found += word_problems((key,), getattr(part, key), expressions)
            if isinstance(part, PlotSpec):
                found += check_annotations(part, expressions)
                found += _scales(part, panel.kind)
        if spec.common.front_safe:
            found += _leaks(panel.spec, tuple(answers))
        problems += [replace(p, path=_in_data(spec.data, panel.place(p.path))) for p in found]
    if not problems:
        problems += _told(spec)
    return tuple(dict.fromkeys(problems))


def _told(spec: FigureSpec) -> Iterator[FormulaProblem]:
    """Yield what the alternative text tells of the numbers of all panels and they do not show."""
    parts = [(panel.kind, part) for panel in spec.panels for part in panel.kind.panels(panel.spec)]
    numbers: list[float] | None = []
    sizes: list[tuple[int, int]] = []
    for kind, part in parts:
        sizes += kind.sizes(part)
        if kind.numbers is None or numbers is None:
            numbers = None
        else:
            numbers += kind.numbers(part)
            numbers += (float(n) for _, text, _ in labels(part) for n in WRITTEN.findall(text))
    yield from told_problems(("alt",), spec.common.alt, numbers, sizes)


WRITTEN = re.compile(r"\d+\.\d+")

ANGLES = re.compile(
    r"\b(right[- ]angle[sd]?|perpendicular|orthogonal|"
    r"(?<!open )(?<!hollow )(?<!closed )(?<!filled )(?<!small )circles?)\b|\d ?°",
    re.IGNORECASE,
)
"""Words that are true of a picture only if both axes have the same scale."""


def _scales(spec: PlotSpec, kind: Kind) -> Iterator[FormulaProblem]:
    """Yield angles and circles that unequal axes would show wrongly."""
    if spec.equal or (spec.equal is None and kind.equal(spec)) or spec.frame == "none":
        return
    if spec.angles:
        message = "an angle is marked, but the axes have different scales"
        yield FormulaProblem(("angles",), "unequal-axes", message, "add equal: true")
    for key in ("caption", "alt"):
        found = ANGLES.search(getattr(spec, key))
        if found:
            message = f"{found[0]!r} is spoken of, but the axes have different scales"
            hint = "add equal: true, or say it without"
            yield FormulaProblem((key,), "unequal-axes", message, hint)


def _title_problems(title: str) -> Iterator[FormulaProblem]:
    if len(title) > LONGEST_LABEL:
        message = f"the text has {len(title)} characters; {LONGEST_LABEL} are allowed"
        yield FormulaProblem(("title",), "too-long", message, "shorten it")
    else:
        yield from _text_problems(title, ("title",))


def _label_problems(spec: BaseSpec) -> Iterator[FormulaProblem]:
    for path, text, _ in labels(spec):
        yield from _text_problems(text, path)


def _text_problems(text: str, path: Path) -> Iterator[FormulaProblem]:
    """Yield formulas that do not read, and characters that the font does not have."""
    error = formula_error(text)
    if error is not None:
        yield FormulaProblem(path, error.code, error.message, error.hint, error.start, error.end)
        return
    missing = missing_glyphs(text)
    if missing:
        at = text.index(missing[0])
        message = f"the figures' font has no {missing[0]!r}"
        hint = "use a formula or words"
        yield FormulaProblem(path, "unknown-glyph", message, hint, at, at + 1)


def _in_data(data: Any, path: Path) -> Path:
    """Cut a path where the data has a short form: a text instead of a mapping."""
    kept: list[str | int] = []
    for step in path:
        if step == "@key":
            kept.append(step)
            break
        try:
            data = data[step] if not isinstance(data, str) else None
        except (KeyError, IndexError, TypeError):
            break
        if data is None:
            break
        kept.append(step)
    return tuple(kept)


def _leaks(spec: BaseSpec, answers: tuple[str, ...]) -> Iterator[FormulaProblem]:
    """Yield the labels that a front shows and that give an answer away."""
    for path, label, drawn in labels(spec):
        is_kept = path[0] == "keep_labels"
        if (is_kept or drawn.on_front) and any(_gives_away(label, answer) for answer in answers):
            message = f"the label {label!r} gives the answer away on the front"
            hint = (
                "take it out of keep_labels"
                if is_kept
                else "write it otherwise, or drop front_safe"
            )
            yield FormulaProblem(path, "label-leak", message, hint)


def _gives_away(label: str, answer: str) -> bool:
    shown, hidden = _letters(label), _letters(answer)
    return (len(hidden) > 1 and hidden in shown) or (len(shown) > 3 and shown in hidden)


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
