"""Predict the effect of an import on every note and note type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlcards.cards.html import without_related_titles
from dlcards.release.diff.effects import (
    DeckChange,
    Difference,
    Effect,
    FieldChange,
    NoteChange,
    TypeChange,
)
from dlcards.release.diff.read import ReadNote, ReadPackage

_DECK_SETTINGS = ("conf", "newLimit", "reviewLimit", "desiredRetention")


def compare(old: ReadPackage, new: ReadPackage) -> Difference:
    """Predict what importing the new package does to learners who have the old one."""
    types = tuple(_type_changes(old, new))
    common = old.media.keys() & new.media.keys()
    # The name of a picture says what it shows: drawn anew under its name it is the same.
    redrawn = {name for name in common if old.media[name] != new.media[name]}
    notes = []
    for guid in sorted(old.notes.keys() | new.notes.keys()):
        before, after = old.notes.get(guid), new.notes.get(guid)
        change = _note_change(before, after, new.types)
        if change is not None:
            notes.append(change)
    changed = {change.guid for change in notes}
    harm = [f"the GUID '{guid}' is used twice" for guid in new.doubled]
    harm += _doubled_under_another_guid(old, new)
    return Difference(
        notes=tuple(notes),
        note_types=types,
        media_added=tuple(sorted(new.media.keys() - common)),
        media_removed=tuple(sorted(old.media.keys() - common)),
        media_changed=tuple(sorted(redrawn)),
        decks=(*_deck_changes(old, new), *_option_changes(old, new)),
        unchanged=len(new.notes.keys() - changed),
        harm=tuple(harm),
    )


def _note_change(
    before: ReadNote | None,
    after: ReadNote | None,
    types: Mapping[str, dict[str, Any]],
) -> NoteChange | None:
    if before is None:
        assert after is not None
        cards = _card_names(after.cards, types.get(after.type_id, {}))
        return NoteChange(after.guid, _title(after), Effect.NEW, new_cards=cards)
    if after is None:
        return NoteChange(before.guid, _title(before), Effect.LEFT)
    kind = types.get(after.type_id, {})
    fields = tuple(_field_changes(before, after, kind))
    content = [change for change in fields if change.name != "(deck)"]
    new_cards = _card_names(after.cards - before.cards, kind)
    lost = _card_names(before.cards - after.cards, kind)
    harm = []
    if before.type_id != after.type_id:
        effect = Effect.CONFLICT
    elif content or new_cards or lost:
        effect = Effect.UPDATED if after.modified > before.modified else Effect.NOT_UPDATED
    elif after.modified > before.modified:
        effect = Effect.REWRITTEN
    elif fields:
        effect = Effect.MOVED
    else:
        return None
    if lost:
        harm.append(f"cards that turn blank: {', '.join(lost)}")
    harm += _moved_questions(before, after, kind)
    return NoteChange(after.guid, _title(after), effect, fields, new_cards, lost, tuple(harm))


def _title(note: ReadNote) -> str:
    return re.sub(r"<[^>]*>", "", note.fields[0])[:80]


def _field_names(kind: Mapping[str, Any], count: int) -> list[str]:
    names = [str(part.get("name", "")) for part in kind.get("flds", ())]
    return names + [f"field {i + 1}" for i in range(len(names), count)]


def _field_changes(
    before: ReadNote, after: ReadNote, kind: Mapping[str, Any]
) -> Iterator[FieldChange]:
    count = max(len(before.fields), len(after.fields))
    pad: tuple[str, ...] = ("",) * count
    names = _field_names(kind, count)
    for name, old, new in zip(names, before.fields + pad, after.fields + pad, strict=False):
        if without_related_titles(old) != without_related_titles(new):
            yield FieldChange(name, old, new)
    if before.tags != after.tags:
        yield FieldChange("(tags)", " ".join(before.tags), " ".join(after.tags))
    if before.deck != after.deck:
        yield FieldChange("(deck)", before.deck, after.deck)


def _card_names(positions: frozenset[int], kind: Mapping[str, Any]) -> tuple[str, ...]:
    templates = [str(part.get("name", "")) for part in kind.get("tmpls", ())]
    if kind.get("type") == 1:
        return tuple(f"blank {i + 1}" for i in sorted(positions))
    return tuple(templates[i] if i < len(templates) else f"card {i + 1}" for i in sorted(positions))


def _moved_questions(before: ReadNote, after: ReadNote, kind: Mapping[str, Any]) -> list[str]:
    """Find text that moved from one field to another, where another card's history is."""
    names = _field_names(kind, len(after.fields))
    harm = []
    pairs = list(zip(before.fields, after.fields, strict=False))
    held = {old: i for i, (old, _) in reversed(list(enumerate(pairs))) if len(old) > 3}
    for j, (was, now) in enumerate(pairs):
        if was and was != now and now in held:
            harm.append(f"'{names[j]}' holds now what '{names[held[now]]}' held")
    return harm


def _doubled_under_another_guid(old: ReadPackage, new: ReadPackage) -> list[str]:
    """Find notes whose content is there again under a new GUID: learners get both."""
    gone = {
        (note.type_id, note.fields): guid
        for guid, note in old.notes.items()
        if guid not in new.notes
    }
    titles = {
        (note.type_id, note.fields[0]): guid
        for guid, note in old.notes.items()
        if guid not in new.notes
    }
    harm = []
    for guid, note in new.notes.items():
        if guid in old.notes:
            continue
        was = gone.get((note.type_id, note.fields)) or titles.get((note.type_id, note.fields[0]))
        if was is not None:
            harm.append(f"'{was}' comes again as '{guid}': learners get it twice, without history")
    return harm


def _deck_changes(old: ReadPackage, new: ReadPackage) -> Iterator[DeckChange]:
    for name in sorted(old.decks.keys() | new.decks.keys()):
        before, after = old.decks.get(name), new.decks.get(name)
        if before is None:
            yield DeckChange(name, ("a new deck",))
        elif after is None:
            yield DeckChange(name, ("no longer in the package: learners keep the deck",))
        elif before != after:
            what = []
            if before.get("desc") != after.get("desc"):
                what.append("another description, which replaces the learner's")
            settings = _settings(before, after, _DECK_SETTINGS)
            if settings:
                what.append(f"{settings}: only for those who do not have the deck yet")
            if what:
                yield DeckChange(name, tuple(what))


def _option_changes(old: ReadPackage, new: ReadPackage) -> Iterator[DeckChange]:
    for name in sorted(new.options):
        before, after = old.options.get(name), new.options[name]
        if before is None:
            text = "new; they come to those who import deck options too"
            yield DeckChange(f"deck options {name}", (text,))
            continue
        keys = sorted((before.keys() | after.keys()) - {"mod", "usn", "id"})
        settings = _settings(before, after, keys)
        if settings:
            text = f"{settings}: learners who have these options keep theirs"
            yield DeckChange(f"deck options {name}", (text,))


def _settings(before: Mapping[str, Any], after: Mapping[str, Any], keys: Iterable[str]) -> str:
    """Return the settings that differ: ``new.perDay 20 → 30``."""
    told = []
    for key in keys:
        was, now = before.get(key), after.get(key)
        if isinstance(was, dict) and isinstance(now, dict):
            inner = sorted(map(str, was.keys() | now.keys()))
            pairs = [(f"{key}.{name}", was.get(name), now.get(name)) for name in inner]
        else:
            pairs = [(key, was, now)]
        told += [f"{name} {old} → {new}" for name, old, new in pairs if old != new]
    return ", ".join(told)


def _type_changes(old: ReadPackage, new: ReadPackage) -> Iterator[TypeChange]:
    names = {str(kind.get("name")): key for key, kind in old.types.items()}
    for key, after in sorted(new.types.items()):
        before = old.types.get(key)
        name = str(after.get("name"))
        if before is None:
            if name in names:
                reason = f"its id was {names[name]} and is {key} now"
                yield TypeChange(name, Effect.SECOND_TYPE, (reason,))
            else:
                yield TypeChange(name, Effect.NEW, ())
            continue
        what = tuple(_type_differences(before, after))
        if _skeleton(before) != _skeleton(after):
            yield TypeChange(name, Effect.SECOND_TYPE, what)
        elif what:
            later = int(after.get("mod", 0)) > int(before.get("mod", 0))
            yield TypeChange(name, Effect.UPDATED if later else Effect.NOT_UPDATED, what)


def _skeleton(kind: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what Anki compares to tell one note type from another."""

    def identity(part: Mapping[str, Any]) -> object:
        return part.get("id") or part.get("name")

    return (
        kind.get("type"),
        tuple(identity(part) for part in kind.get("flds", ())),
        tuple(identity(part) for part in kind.get("tmpls", ())),
    )


def _type_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    if before.get("name") != after.get("name"):
        yield f"renamed from '{before.get('name')}'"
    if before.get("type") != after.get("type"):
        yield "kind changed"
    if before.get("css") != after.get("css"):
        yield "style changed"
    for key, word in (("flds", "field"), ("tmpls", "template")):
        old, new = _by_identity(before, key), _by_identity(after, key)
        yield from (f"{word} '{old[i].get('name')}' removed" for i in old if i not in new)
        yield from (f"{word} '{new[i].get('name')}' added" for i in new if i not in old)
        both = [i for i in old if i in new]
        if both != [i for i in new if i in old]:
            yield f"{word}s in another order"
        for i in both:
            was, now = old[i].get("name"), new[i].get("name")
            if was != now:
                yield f"{word} '{was}' renamed to '{now}' (a new one for Anki before 23.12)"
            sides = (("qfmt", "front"), ("afmt", "back"))
            changed = [side for at, side in sides if old[i].get(at) != new[i].get(at)]
            if changed:
                yield f"template '{now}' changed ({' and '.join(changed)})"


def _by_identity(kind: Mapping[str, Any], key: str) -> dict[object, Mapping[str, Any]]:
    return {part.get("id") or part.get("name"): part for part in kind.get(key, ())}
