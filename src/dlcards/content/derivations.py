"""Derivations of entries: their texts with their places, and what they rest on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dlcards.content.library import Item, Library
from dlcards.content.schema import BranchItem, ChainItem
from dlcards.documents import Path, Places, slot_path
from dlcards.problems import Problem, Severity
from dlcards.validation import Guesses

if TYPE_CHECKING:
    from dlcards.derivations.model import ChainText, DerivationText

LONGEST_RULE = 60
"""A rule is named, not explained."""

LONGEST_SENTENCE = 160
"""An idea, or what went wrong in a slip."""


def derivation_text(item: Item) -> DerivationText | None:
    """Return the derivation of an entry as it was written, None where there is none."""
    from dlcards.derivations.model import DerivationText  # start-up

    found = item.entry.derivation
    if found is None:
        return None
    data = item.document.data["derivation"]
    chains = [_chain("", found, data, ("derivation",))]
    for name, branch in found.branches.items():
        path = ("derivation", "branches", name)
        chains.append(_chain(name, branch, data["branches"][name], path))
    return DerivationText(item.first_id, item.entry.statement_text(item.id), tuple(chains))


def _chain(name: str, chain: ChainItem, data: Mapping[str, Any], path: Path) -> ChainText:
    from dlcards.derivations.model import ChainText, LineText, SlipText  # start-up

    def place(key: str, slot: str) -> Path:
        return slot_path((*path, key), data[key], slot)

    return ChainText(
        name,
        chain.title if isinstance(chain, BranchItem) else "",
        chain.idea,
        chain.start,
        dict(chain.let),
        tuple(chain.given),
        tuple(
            LineText(
                int(slot[1:]),
                line.line,
                line.by,
                tuple(line.uses),
                line.relation,
                place("lines", slot),
            )
            for slot, line in chain.lines.items()
        ),
        tuple(
            SlipText(int(slot[1:]), slip.after, slip.line, slip.says, place("slips", slot))
            for slot, slip in chain.slips.items()
        ),
        path,
    )


def check_derivation(
    library: Library, item: Item, known: frozenset[str], guesses: Guesses
) -> Iterator[Problem]:
    """Yield rules that are no names, and what lines rest on that is not there or comes later."""
    text = derivation_text(item)
    if text is None:
        return
    places = Places(item.document)
    branches = {chain.name for chain in text.chains if chain.name}
    yield from _capitals(text, places)
    before: frozenset[str] | None = None
    for chain in text.chains:
        sentences = [((*chain.path, "idea"), chain.idea)]
        sentences += [((*slip.path, "says"), slip.says) for slip in chain.slips]
        for place, sentence in sentences:
            if len(sentence) > LONGEST_SENTENCE:
                message = f"a sentence of {len(sentence)} letters"
                hint = f"say it in at most {LONGEST_SENTENCE}"
                yield places.problem(place, "too-long", message, hint)
        if len(chain.lines) == 1:
            for slip in chain.slips:
                message = "this slip stands in the only line, so there is nothing to find"
                hint = "divide the step in two, or delete the slip"
                path, severity = (*slip.path, "line"), Severity.WARNING
                yield places.problem(path, "lone-slip", message, hint, severity=severity)
        for line in chain.lines:
            if len(line.by) > LONGEST_RULE:
                message = f"a rule of {len(line.by)} letters"
                hint = f"name it in at most {LONGEST_RULE}; what it needs is told by 'uses'"
                yield places.problem((*line.path, "by"), "long-rule", message, hint)
            for i, other in enumerate(line.uses):
                path = (*line.path, "uses", i)
                if other in branches:
                    circle = _circle(text, chain.name, other)
                    if circle and chain.name == min(circle):
                        message = f"the branch {' → '.join((*circle, circle[0]))} rests on itself"
                        yield places.problem(path, "cycle", message, "remove it")
                    continue
                if other not in known:
                    message = f"there is no entry or branch {other!r}"
                    hint = guesses.nearest(other, known | branches)
                    yield places.problem(path, "unknown-reference", message, hint)
                    continue
                before = before if before is not None else _learned_before(library, item)
                if other == item.id:
                    message = f"{other!r} is the entry that is derived"
                    yield places.problem(path, "cycle", message, "remove it")
                elif other not in before:
                    message = f"line {line.slot} uses {other!r}, which is not learned before"
                    yield places.problem(
                        path,
                        "unlisted-use",
                        message,
                        f"add {other} to requires",
                        severity=Severity.WARNING,
                    )


def _capitals(text: DerivationText, places: Places) -> Iterator[Problem]:
    """Yield titles of branches with a capital that the derivation itself writes small elsewhere."""
    sentences = [chain.idea for chain in text.chains]
    sentences += [line.by for chain in text.chains for line in chain.lines]
    sentences += [slip.says for chain in text.chains for slip in chain.slips]
    words = {word for sentence in sentences for word in re.findall(r"\w+", sentence)}
    for chain in text.chains:
        first = next(iter(re.findall(r"\w+", chain.title)), "")
        if first != first.lower() and first.lower() in words:
            message = f"the title stands after that of the entry, and {first!r} has a capital"
            hint, path = f"write {first.lower()!r}", (*chain.path, "title")
            severity = Severity.WARNING
            yield places.problem(path, "capital-inside", message, hint, severity=severity)


def _circle(text: DerivationText, start: str, first: str) -> tuple[str, ...]:
    """Return branches by which one rests on itself over a branch that it uses; empty if none."""
    uses = {chain.name: {u for line in chain.lines for u in line.uses} for chain in text.chains}
    todo: list[tuple[str, ...]] = [(start,) if first == start else (start, first)]
    seen: set[str] = set()
    while todo:
        way = todo.pop()
        if start in uses[way[-1]]:
            return way
        for name in sorted(uses[way[-1]] & uses.keys() - seen):
            seen.add(name)
            todo.append((*way, name))
    return ()


def _learned_before(library: Library, item: Item) -> frozenset[str]:
    """Return everything an entry requires, directly or not."""
    found: set[str] = set()
    todo = list(item.entry.requires)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            other = library.items.get(name)
            todo += other.entry.requires if other is not None else ()
    return frozenset(found)
