"""Algorithms of entries: their texts with their places, and how readable their code is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from dlcards.content.library import Item
from dlcards.documents import Path, Places, slot_path
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

    place = _places(item)
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
        tuple(
            InvariantText(int(k[1:]), each.ask, each.holds, each.answer, place("invariants", k))
            for k, each in found.invariants.items()
        ),
        tuple(
            GapText(int(k[1:]), gap.hide, tuple(gap.also), gap.hint or "", place("gaps", k))
            for k, gap in found.gaps.items()
        ),
        tuple(
            CallText(int(k[1:]), dict(given), place("calls", k)) for k, given in found.calls.items()
        ),
        tuple(
            SlipText(int(k[1:]), slip.right, slip.wrong, slip.says, place("slips", k))
            for k, slip in found.slips.items()
        ),
    )


def _places(item: Item) -> Callable[[str, str], Path]:
    """Return where a slot of a part of the algorithm stands."""
    data = item.document.data["algorithm"]
    return lambda key, slot: slot_path(("algorithm", key), data[key], slot)


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
    yield from _idle_names(item, found, code)


def _idle_names(item: Item, found: AlgorithmItem, code: str) -> Iterator[Problem]:
    """Yield slips that leave a name without use: learners find the line by the name alone."""
    used, place = _used_names(code), _places(item)
    for slot, slip in found.slips.items():
        left = _used_names(code.replace(slip.right.rstrip(), slip.wrong.rstrip(), 1))
        idle = sorted(used - left) if left else ()
        if idle:
            message = f"with this slip the code no longer uses {', '.join(idle)}"
            hint = f"an idle name gives the line away: keep {idle[0]} in the wrong code"
            path = (*place("slips", slot), "wrong")
            severity = Severity.WARNING
            yield Places(item.document).problem(path, "idle-name", message, hint, severity=severity)


def _used_names(code: str) -> frozenset[str]:
    """Return the arguments and variables whose values code uses; none if it is no Python."""
    try:
        nodes = [*ast.walk(ast.parse(code))]
    except SyntaxError:
        return frozenset()
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return frozenset(node.id for node in names if isinstance(node.ctx, ast.Load)) & own


def _too_wide(places: Places, path: Path, width: int, start: int) -> Problem:
    message = f"a line of {width} letters, where a phone shows {WIDEST}"
    hint = "break it inside brackets, or give a part a name"
    end = start + width if start else 0
    severity = Severity.WARNING
    return places.problem(path, "code-wide", message, hint, start=start, end=end, severity=severity)


def _replacements(item: Item, found: AlgorithmItem) -> Iterator[tuple[Path, str, str]]:
    """Yield what may stand in place of parts of the code, with its place."""
    place = _places(item)
    for name, slip in found.slips.items():
        yield (*place("slips", name), "wrong"), slip.right, slip.wrong
    for slot, gap in found.gaps.items():
        for i, other in enumerate(gap.also):
            yield (*place("gaps", slot), "also", i), gap.hide, other
