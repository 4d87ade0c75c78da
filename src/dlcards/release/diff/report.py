"""A difference as text."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from dlcards.release.diff.effects import EFFECTS, HARMFUL, Difference, Effect, NoteChange

_WORD = re.compile(r"<[^>]*>|\\[A-Za-z]+|\w+|\s+|.", re.DOTALL)
_MOST_PAIRS = 100_000
"""Pairs of equal words, one old and one new, beyond which their order is not compared."""
_CONTEXT = 6
_LONGEST = 10_000
"""Characters of a removed or added text that are shown; longer ones are told by their length."""


def word_difference(old: str, new: str) -> str:
    """Return one text with the removed and added words marked.

    Examples
    --------
    >>> word_difference("the slope of a sum", "the slopes of a sum")
    'the [-slope-]{+slopes+} of a sum'
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    first = _common(before, after)
    if first == len(before) == len(after):
        return _shortened(before, first=True, last=True)
    last = _common(before[first:][::-1], after[first:][::-1])
    head = _shortened(before[:first], first=True, last=False)
    tail = _shortened(before[len(before) - last :], first=False, last=True)
    middle = _changed(before[first : len(before) - last], after[first : len(after) - last])
    return f"{head}{middle}{tail}"


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """Return how many words both texts begin with."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((i for i, (old, new) in pairs if old != new), min(len(before), len(after)))


def _changed(before: Sequence[str], after: Sequence[str]) -> str:
    """Mark what differs between the first and the last difference."""
    counts = Counter(after)
    if sum(counts[word] for word in before) > _MOST_PAIRS:
        removed, added = (sum(map(len, words)) for words in (before, after))
        return f"[-{removed} characters-]{{+{added} characters+}}"
    pieces = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(_shortened(before[i:j], first=False, last=False))
            continue
        gone, come = _text(before[i:j]), _text(after[k:m])
        pieces.append(f"[-{gone}-]" if gone else "")
        pieces.append(f"{{+{come}+}}" if come else "")
    return "".join(pieces)


def _text(words: Sequence[str]) -> str:
    length = sum(map(len, words))
    return "".join(words) if length <= _LONGEST else f"{length} characters"


def _shortened(words: Sequence[str], *, first: bool, last: bool) -> str:
    """Leave out the middle of a long unchanged part."""
    if len(words) <= 4 * _CONTEXT:
        return "".join(words)
    head = "" if first else "".join(words[: 2 * _CONTEXT])
    tail = "" if last else "".join(words[-2 * _CONTEXT :])
    return f"{head} … {tail}"


def describe(difference: Difference) -> str:
    """Return a difference as text: first what hurts, then what changes.

    Examples
    --------
    >>> print(describe(Difference(unchanged=3)))
    no difference: 3 notes, all the same
    """
    if difference.is_empty() and not difference.harm:
        return f"no difference: {difference.unchanged} notes, all the same"
    parts = [_headline(difference)]
    parts += [f"harm: {text}" for text in difference.harm]
    for kind in difference.note_types:
        what = f" ({'; '.join(kind.what)})" if kind.what else ""
        parts.append(
            f"{_mark(kind.effect in HARMFUL)} note type {kind.name}: {EFFECTS[kind.effect]}{what}"
        )
    for change in difference.notes:
        parts += _note_lines(change)
    for deck in difference.decks:
        parts += [f"  {deck.name}: {text}" for text in deck.what]
    for word, names in (
        ("added", difference.media_added),
        ("no longer there", difference.media_removed),
        ("changed under the same name", difference.media_changed),
    ):
        if names:
            parts.append(f"media {word}: {', '.join(names)}")
    # A package from elsewhere shall not steer the reader's terminal.
    return "\n".join("".join(c if c.isprintable() else "\ufffd" for c in part) for part in parts)


def _headline(difference: Difference) -> str:
    counts = dict.fromkeys(Effect, 0)
    for change in difference.notes:
        counts[change.effect] += 1
    parts = [f"{number} {effect}" for effect, number in counts.items() if number]
    return "notes: " + ", ".join([*parts, f"{difference.unchanged} unchanged"])


def _mark(harmful: bool) -> str:
    return "!" if harmful else " "


def _note_lines(change: NoteChange) -> Iterator[str]:
    harmful = bool(change.harm) or change.effect in HARMFUL
    yield f"{_mark(harmful)} {change.guid} ({change.title}): {EFFECTS[change.effect]}"
    yield from (f"    harm: {text}" for text in change.harm)
    if change.new_cards and change.effect is not Effect.NEW:
        yield f"    new cards: {', '.join(change.new_cards)}"
    for part in change.fields:
        yield f"    {part.name}: {word_difference(part.old, part.new)}"
