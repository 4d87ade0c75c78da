"""Algorithms of entries: their texts with their places, and how readable their code is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dlcards.content.library import Item
from dlcards.documents import Path, Places
from dlcards.problems import Problem, Severity

if TYPE_CHECKING:
    from dlcards.algorithms.model import AlgorithmText
    from dlcards.content.schema import AlgorithmItem

MOST_LINES = 15
WIDEST = 46
"""Letters of a line that fit on a phone of 360 pixels."""


def algorithm_text(item: Item) -> AlgorithmText | None:
    """Return the algorithm of an entry as it was written, None where there is none."""
    found = item.entry.algorithm
    return None if found is None else _text(item, found)


def _text(item: Item, found: AlgorithmItem) -> AlgorithmText:
    from dlcards.algorithms.model import (  # start-up
        AlgorithmText,
        CallText,
        GapText,
        InvariantText,
        SlipText,
    )

    data = item.document.data["algorithm"]

    def place(key: str, slot: str) -> tuple[int, tuple[str | int, ...]]:
        number = int(slot[1:])
        return number, ("algorithm", key, number - 1 if isinstance(data[key], list) else slot)

    invariants = []
    for slot, each in found.invariants.items():
        number, path = place("invariants", slot)
        invariants.append(InvariantText(number, each.ask, each.holds, each.answer, path))
    gaps = []
    for name, gap in found.gaps.items():
        number, path = place("gaps", name)
        gaps.append(GapText(number, gap.hide, tuple(gap.also), gap.hint or "", path))
    calls = []
    for name_of, given in found.calls.items():
        number, path = place("calls", name_of)
        calls.append(CallText(number, dict(given), path))
    slips = []
    for key, slip in found.slips.items():
        number, path = place("slips", key)
        slips.append(SlipText(number, slip.right, slip.wrong, slip.says, path))
    return AlgorithmText(
        item.first_id,
        item.entry.statement_text(item.id),
        found.task,
        dict(found.let),
        dict(found.define),
        tuple(found.given),
        found.code,
        dict(found.returns),
        tuple(found.ensures),
        dict(found.loop),
        tuple(invariants),
        tuple(gaps),
        tuple(calls),
        tuple(slips),
    )


def check_algorithm(item: Item) -> Iterator[Problem]:
    """Yield an algorithm in an entry of another kind, and code that a phone cannot show."""
    found = item.entry.algorithm
    if found is None:
        return
    places = Places(item.document)
    if item.entry.kind != "algorithm":
        message = f"an entry of kind {item.entry.kind} has no algorithm"
        hint = "write kind: algorithm"
        yield places.problem(("kind",), "wrong-value", message, hint)
    code = found.code.rstrip("\n")
    lines = code.split("\n")
    path: Path = ("algorithm", "code")
    if len(lines) > MOST_LINES:
        message = f"{len(lines)} lines of code"
        hint = f"at most {MOST_LINES}: show the core, and let it take what surrounds it"
        yield places.problem(path, "code-long", message, hint)
    start = 0
    for line in lines:
        if len(line) > WIDEST:
            yield _too_wide(places, path, len(line), start)
        start += len(line) + 1
    widest = max(WIDEST, *map(len, lines))
    for path, old, new in _replacements(item, found):
        wide = max(map(len, code.replace(old, new, 1).split("\n")))
        if wide > widest:
            yield _too_wide(places, path, wide, 0)


def _too_wide(places: Places, path: Path, width: int, start: int) -> Problem:
    message = f"a line of {width} letters, where a phone shows {WIDEST}"
    hint = "break it inside brackets, or give a part a name"
    end = start + width if start else 0
    severity = Severity.WARNING
    return places.problem(path, "code-wide", message, hint, start=start, end=end, severity=severity)


def _replacements(item: Item, found: AlgorithmItem) -> Iterator[tuple[Path, str, str]]:
    """Yield what may stand in place of parts of the code, with its place."""
    data = item.document.data["algorithm"]

    def place(key: str, slot: str) -> Path:
        written = int(slot[1:]) - 1 if isinstance(data[key], list) else slot
        return ("algorithm", key, written)

    for name, slip in found.slips.items():
        yield (*place("slips", name), "wrong"), slip.right, slip.wrong
    for slot, gap in found.gaps.items():
        for i, other in enumerate(gap.also):
            yield (*place("gaps", slot), "also", i), gap.hide, other
