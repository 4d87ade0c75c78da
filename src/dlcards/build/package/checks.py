"""What would make Anki drop, double or misread something, found before it does."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from dlcards.cards.deletions import hidden_texts
from dlcards.cards.generation import LARGEST_BLANK, card_rule
from dlcards.cards.template import TemplateError, unknown_fields
from dlcards.model import DeckPlan, MediaFile, Note, NoteKind, NoteType
from dlcards.problems import Location, Problem, in_order

CardRule = Callable[[Sequence[str]], tuple[int, ...]]

FIELD_SEPARATOR = "\x1f"
_BATCH = 1000
_LONGEST_MEDIA_NAME = 120  # bytes; Anki shortens longer names
_MEDIA_NAME_FORBIDS = re.compile(r'[][<>:"/?*^\\|\x00-\x1f\x7f]')
_STRAY_LESS_THAN = re.compile(r"<(?![A-Za-z/!])")
_REFERENCE = re.compile(
    r"""<(?:img|audio|video|source|object)\b[^>]*?\s(?:src|data)\s*=\s*
        (?:"([^"]*)"|'([^']*)'|([^\s>]+)) | \[sound:([^\]]+)\]""",
    re.IGNORECASE | re.VERBOSE,
)
_OPENINGS = ("<img", "<audio", "<video", "<source", "<object", "[sound:")
_REMOTE = re.compile(r"(?:https?|data):", re.IGNORECASE)


class Examined(NamedTuple):
    """What is wrong with a plan, and the numbers of the cards of each of its notes.

    The cards are complete when nothing is wrong.
    """

    problems: tuple[Problem, ...]
    cards: list[tuple[int, ...]]


def check_plan(plan: DeckPlan) -> tuple[Problem, ...]:
    """Find what would make Anki drop, double or misread something, before it does.

    The location of a problem names the entry a note was composed from.
    """
    return examine_plan(plan).problems


def examine_plan(plan: DeckPlan) -> Examined:
    """Find what is wrong, as :func:`check_plan`, and which cards the notes have."""
    rules, problems = _check_note_types(plan.note_types)
    problems += _check_media(plan.media)
    problems += _check_guids(plan.notes)
    used: set[str] = set()
    card_numbers: list[tuple[int, ...]] = []
    types = {note_type.name: note_type for note_type in plan.note_types}
    media = {file.name for file in plan.media}
    for start in range(0, len(plan.notes), _BATCH):
        batch = plan.notes[start : start + _BATCH]
        spotless = _cards_of_spotless(batch, types, rules)
        if spotless is not None:
            card_numbers += spotless
            continue
        for note in batch:
            if note.note_type not in types:
                problems.append(_unknown_type(note, types))
                continue
            problems += _check_tags(note)
            joined = FIELD_SEPARATOR.join(note.fields)
            shape, rule = types[note.note_type], rules.get(note.note_type)
            wrong = list(_check_note(note, joined, shape, rule))
            problems += wrong
            if rule is not None and not wrong:
                card_numbers.append(rule(note.fields))
            if note.media or _may_refer(joined):
                used |= _check_references(note, media, problems)
    unused = sorted(name for name in media - used if not name.startswith("_"))
    problems += [
        _problem(name, "unused-media", f"no note shows '{name}', so Anki would drop it")
        for name in unused
    ]
    problems += _check_deck_names(plan)
    return Examined(in_order(problems), card_numbers)


def _cards_of_spotless(
    batch: Sequence[Note], types: Mapping[str, NoteType], rules: Mapping[str, CardRule]
) -> list[tuple[int, ...]] | None:
    """Return the cards of many plain notes without a mistake; None means: look closer."""
    name = batch[0].note_type
    shape, rule = types.get(name), rules.get(name)
    if shape is None or rule is None or shape.kind is NoteKind.CLOZE:
        return None
    size = len(shape.fields)
    if any(n.note_type != name or n.media or len(n.fields) != size for n in batch):
        return None
    words = {tag for tags in {note.tags for note in batch} for tag in tags}
    text = FIELD_SEPARATOR.join([FIELD_SEPARATOR.join(note.fields) for note in batch])
    sound = (
        all(_is_word(word) for word in words)
        and all(_is_word(note.guid) for note in batch)
        and text.count(FIELD_SEPARATOR) == size * len(batch) - 1
        and "\0" not in text
        and not _STRAY_LESS_THAN.search(text)
        and not _may_refer(text)
    )
    card_numbers = [rule(note.fields) for note in batch] if sound else []
    return card_numbers if sound and all(card_numbers) else None


def _check_guids(notes: Sequence[Note]) -> Iterator[Problem]:
    seen: dict[str, Note] = {}
    for note in notes:
        if note.guid in seen:
            yield _duplicate(note, seen[note.guid].entry or "another note")
        seen[note.guid] = note


def _problem(place: str, code: str, message: str, hint: str = "") -> Problem:
    return Problem(Location(place), code, message, hint)


def _duplicate(note: Note, other: str) -> Problem:
    return _problem(
        note.entry or note.guid,
        "duplicate-guid",
        f"the GUID '{note.guid}' is used twice, here and by {other}",
        "give one of the two another id",
    )


def _unknown_type(note: Note, types: Mapping[str, NoteType]) -> Problem:
    return _problem(
        note.entry or note.guid,
        "unknown-note-type",
        f"the note '{note.guid}' is of the type '{note.note_type}', which the deck does not hold",
        f"the note types are: {', '.join(sorted(types)) or 'none'}",
    )


def _check_note_types(
    note_types: Sequence[NoteType],
) -> tuple[dict[str, CardRule], list[Problem]]:
    rules: dict[str, CardRule] = {}
    problems: list[Problem] = []
    ids: set[int] = set()
    for note_type in note_types:
        if note_type.name in rules or note_type.id in ids:
            problems.append(
                _problem(
                    note_type.name,
                    "duplicate-note-type",
                    f"the note type '{note_type.name}' shares its name or id with another",
                )
            )
        ids.add(note_type.id)
        mistakes = tuple(_template_mistakes(note_type))
        problems += [_problem(note_type.name, "bad-template", text) for text in mistakes]
        if not mistakes:
            rules[note_type.name] = card_rule(note_type)
    return rules, problems


def _template_mistakes(note_type: NoteType) -> Iterator[str]:
    names = note_type.field_names()
    ids = [f.id for f in note_type.fields] + [t.id for t in note_type.templates]
    if len(set(names)) < len(names) or len(set(ids)) < len(ids):
        yield f"two fields or templates of '{note_type.name}' share a name or an id"
    for template in note_type.templates:
        for side in (template.front, template.back):
            try:
                unknown = unknown_fields(side, names)
            except TemplateError as error:
                yield f"the template '{template.name}' cannot be read: {error}"
                continue
            for name in unknown:
                yield f"the template '{template.name}' shows '{name}', which is not a field"


def _may_refer(joined: str) -> bool:
    """Tell whether fields may show media; plain searches are ten times the speed of a pattern."""
    text = joined.lower()
    return any(opening in text for opening in _OPENINGS)


def _check_tags(note: Note) -> Iterator[Problem]:
    for tag in note.tags:
        if not _is_word(tag):
            message = f"the tag '{tag}' of the note '{note.guid}' is empty or holds a space"
            place = note.entry or note.guid
            yield _problem(place, "bad-tag", message, "join its words with a hyphen")


def _check_note(
    note: Note, joined: str, note_type: NoteType, rule: CardRule | None
) -> Iterator[Problem]:
    place = note.entry or note.guid
    if not _is_word(note.guid):
        message = f"the GUID {note.guid!r} is empty or holds a space"
        yield _problem(place, "bad-guid", message, "use letters, digits, hyphens and slashes")
    expected = len(note_type.fields)
    if len(note.fields) != expected:
        message = f"the note '{note.guid}' has {len(note.fields)} fields instead of {expected}"
        yield _problem(place, "wrong-field-count", message)
        return
    if joined.count(FIELD_SEPARATOR) != expected - 1 or "\0" in joined:
        message = f"a field of the note '{note.guid}' holds a control character"
        yield _problem(place, "control-character", message, "remove it from the text")
    if "<" in joined and _STRAY_LESS_THAN.search(joined):
        message = f"a field of the note '{note.guid}' holds a '<' that opens no tag"
        yield _problem(place, "unescaped-html", message, "write it as &lt;")
    if note_type.kind is NoteKind.CLOZE:
        yield from _check_blanks(note)
    elif rule is not None and not rule(note.fields):
        yield _problem(
            place,
            "note-without-cards",
            f"no card would be made of the note '{note.guid}'",
            "fill a field that a front shows",
        )


def _is_word(text: str) -> bool:
    return text != "" and text.isprintable() and " " not in text  # no other space is printable


def _check_blanks(note: Note) -> Iterator[Problem]:
    place = note.entry or note.guid
    read = [hidden_texts(text) for text in note.fields]
    numbers = {number for hidden in read for number in hidden.texts}
    if any(hidden.unclosed for hidden in read):
        message = f"a blank of the note '{note.guid}' is never closed, so Anki would drop it"
        yield _problem(place, "unclosed-cloze", message, "separate braces of formulas: '} }'")
    if any(hidden.shared for hidden in read):
        message = f"a blank of the note '{note.guid}' has several numbers"
        hint = "Anki before 25 cannot read it: give each blank one number"
        yield _problem(place, "cloze-number", message, hint)
    if not numbers:
        message = f"the note '{note.guid}' has no blank, so no card would be made of it"
        yield _problem(place, "cloze-without-blank", message, "add a blank")
    wrong = sorted(n for n in numbers if not 1 <= n <= LARGEST_BLANK)
    if wrong:
        message = f"the blank {wrong[0]} of the note '{note.guid}' is out of range"
        yield _problem(place, "cloze-number", message, f"number from 1 to {LARGEST_BLANK}")


def _check_references(note: Note, media: set[str], problems: list[Problem]) -> set[str]:
    """Return the media a note shows, and add a problem for each that is not there."""
    shown: set[str] = set()
    for text in note.fields:
        if "<" in text or "[" in text:
            shown.update(next(filter(None, m.groups()), "") for m in _REFERENCE.finditer(text))
    if not shown and not note.media:
        return shown
    shown = {html.unescape(name) for name in shown if name and not _REMOTE.match(name)}
    # Other makers write addresses, and what shows a card reads them as such.
    shown = {name if name in media else unquote(name) for name in shown}
    for name in sorted((shown | set(note.media)) - media):
        message = f"the note '{note.guid}' shows '{name}', which the deck does not hold"
        problems.append(_problem(note.entry or note.guid, "missing-media", message))
    return shown


def _check_media(media: Sequence[MediaFile]) -> list[Problem]:
    problems: list[Problem] = []
    seen: set[str] = set()
    for file in media:
        key = file.name.casefold()  # some learners' disks do not tell cases apart
        if key in seen:
            message = f"two media files are called '{file.name}'"
            problems.append(_problem(file.name, "duplicate-media", message))
        seen.add(key)
        if not _is_media_name(file.name):
            message = f"Anki would rename the media file '{file.name}'"
            hint = "use letters, digits, hyphens and one dot"
            problems.append(_problem(file.name, "bad-media-name", message, hint))
    return problems


def _is_media_name(name: str) -> bool:
    return (
        bool(name.strip(". "))
        and name == name.strip()
        and unicodedata.is_normalized("NFC", name)
        and len(name.encode()) <= _LONGEST_MEDIA_NAME
        and not _MEDIA_NAME_FORBIDS.search(name)
    )


def _check_deck_names(plan: DeckPlan) -> Iterator[Problem]:
    for name in sorted({plan.title} | {note.deck for note in plan.notes if note.deck}):
        parts = name.split("::")
        if not all(part.strip() for part in parts) or '"' in name:
            message = f"'{name}' is not a deck name that Anki keeps"
            yield _problem(plan.title, "bad-deck-name", message, "write 'Deck' or 'Deck::Sub-deck'")
