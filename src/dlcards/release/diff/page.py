"""A difference as one page for learners, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dlcards.release.diff.effects import Difference, Effect, NoteChange

_MOST = 30  # titles in one list
_QUIET = frozenset({"(deck)", "(tags)"})


def release_page(difference: Difference) -> str:
    """Return what an update brings, what stays and what gets lost, as Markdown.

    Examples
    --------
    >>> print(release_page(Difference(unchanged=3)))
    # What this update brings
    <BLANKLINE>
    Nothing: all 3 notes are the same.
    <BLANKLINE>
    """
    if difference.is_empty() and not difference.harm:
        return (
            "# What this update brings\n\n"
            f"Nothing: all {difference.unchanged} notes are the same.\n"
        )
    sections = (
        ("What this update brings", _brought(difference)),
        ("New", _titles(difference, Effect.NEW)),
        ("Changed", _titles(difference, Effect.UPDATED)),
        ("Decks, styles and pictures", _around(difference)),
        ("What stays", _stays(difference)),
        ("What you would lose", _lost(difference)),
    )
    parts: list[str] = []
    for title, lines in sections:
        found = list(lines)
        if found:
            mark = "##" if parts else "#"
            parts.append("\n".join([f"{mark} {title}", "", *(_printable(line) for line in found)]))
    return "\n\n".join(parts) + "\n"


def counted(number: int, noun: str) -> str:
    """Return a number of things.

    Examples
    --------
    >>> counted(1, "note"), counted(2, "new note")
    ('1 note', '2 new notes')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _of(difference: Difference, *effects: Effect) -> list[NoteChange]:
    return [change for change in difference.notes if change.effect in effects]


def _brought(difference: Difference) -> Iterator[str]:
    new, updated = _of(difference, Effect.NEW), _of(difference, Effect.UPDATED)
    cards = sum(len(change.new_cards) for change in new)
    more = sum(len(change.new_cards) for change in updated)
    yield f"- {counted(len(new), 'new note')} with {counted(cards, 'card')}"
    yield f"- {counted(len(updated), 'note')} with new text, and {counted(more, 'new card')}"
    yield f"- {counted(difference.unchanged, 'note')} as before"


def _titles(difference: Difference, effect: Effect) -> Iterator[str]:
    lines = []
    for change in _of(difference, effect):
        what = [part.name for part in change.fields if part.name not in _QUIET]
        what += ["tags"] if any(part.name == "(tags)" for part in change.fields) else []
        told = f": {', '.join(what)}" if what else ""
        if effect is Effect.UPDATED and change.new_cards:
            told += f"; new cards: {', '.join(change.new_cards)}"
        lines.append(f"- {change.title}{told}")
    yield from _shortened(lines)


def _around(difference: Difference) -> Iterator[str]:
    for kind in difference.note_types:
        if kind.effect is Effect.UPDATED:
            yield f"- cards of the note type {kind.name} look different: {', '.join(kind.what)}"
        elif kind.effect is Effect.NEW:
            yield f"- a new note type, {kind.name}"
    for change in difference.decks:
        yield from (f"- {change.name}: {text}" for text in change.what)
    moved = _of(difference, Effect.MOVED)
    if moved:
        told = "in another deck; cards that you have stay where they are"
        yield f"- {counted(len(moved), 'note')} {told}"
    if difference.media_added:
        yield f"- {counted(len(difference.media_added), 'new picture')}"
    if difference.media_removed:
        number = counted(len(difference.media_removed), "picture")
        yield f"- {number} no longer used: Tools, Check Media lists them"
    if difference.media_changed:
        number = counted(len(difference.media_changed), "picture")
        yield f"- {number} drawn anew, to be seen on notes that changed"


def _stays(difference: Difference) -> Iterator[str]:
    yield "- every review and interval, every flag, every suspended card"
    same = counted(difference.unchanged, "note")
    yield f"- your edits and tags on the {same} without a change"
    left = [f"  - {change.title}" for change in _of(difference, Effect.LEFT)]
    if left:
        yield f"- {counted(len(left), 'note')} no longer in the deck:"
        yield from _shortened(left)


def _lost(difference: Difference) -> Iterator[str]:
    replaced = len(_of(difference, Effect.UPDATED, Effect.REWRITTEN))
    if replaced:
        told = f"your own edits and tags on {counted(replaced, 'note')}, made before this release"
        yield f"- {told}; `dlcards merge` keeps them"
    blank = [
        f"  - {change.title}: {', '.join(change.lost_cards)}"
        for change in difference.notes
        if change.lost_cards and change.effect is not Effect.LEFT
    ]
    if blank:
        yield "- these cards turn blank; Tools, Empty Cards removes them:"
        yield from _shortened(blank)
    for effect, told in (
        (Effect.NOT_UPDATED, "whose new text never arrives"),
        (Effect.CONFLICT, "of another note type now, which Anki refuses"),
    ):
        found = _of(difference, effect)
        if found:
            yield f"- {counted(len(found), 'note')} {told}"
    for kind in difference.note_types:
        if kind.effect is Effect.SECOND_TYPE:
            yield f"- updates of notes of the type {kind.name}: Anki would keep a second type"
        elif kind.effect is Effect.NOT_UPDATED:
            yield f"- the new look of the note type {kind.name}, which never arrives"
    harm = [text for change in difference.notes for text in change.harm if "blank" not in text]
    yield from (f"- {text}" for text in (*difference.harm, *harm))


def _shortened(lines: Sequence[str]) -> Iterable[str]:
    if len(lines) <= _MOST:
        return lines
    return [*lines[:_MOST], f"- and {len(lines) - _MOST} more"]


def _printable(text: str) -> str:
    """Return a text that steers no terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
