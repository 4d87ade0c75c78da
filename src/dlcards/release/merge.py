"""Bring a release to a learner and keep what the learner wrote: three ways, field by field.

What the learner did not touch takes the new text; an edit stays. Where both changed the same
field, the learner's text stays and the conflict is told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dlcards.cards.generation import card_rule
from dlcards.cards.html import without_related_titles
from dlcards.cards.template import TemplateError
from dlcards.model import CardTemplate, Field, NoteKind, NoteType
from dlcards.problems import Location, Problem
from dlcards.release.diff.read import ReadNote, ReadPackage
from dlcards.release.diff.report import word_difference
from dlcards.release.ledger import FIRST_TIME

PERSONAL = "Personal"
"""The field that is the learner's own."""

SYSTEM_TAGS = frozenset({"marked", "leech"})
"""Tags that Anki carries only together with the learning progress."""

_APART = 7  # seconds after a release: no release and no build has such a time
_SHORT = 800  # characters that are easily compared by eye
_FIELDS, _TEMPLATES = "flds", "tmpls"
_EXTENDING = (
    "tick 'Merge note types' and let it update notes 'Always', this once;"
    " the next sync then sends the whole collection"
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A text that both the release and the learner changed; the learner's stays.

    Parameters
    ----------
    owner : str
        GUID of the note, or name of the note type.
    title, field : str
    old : str or None
        None when it is unknown what the learner had before.
    new, mine : str
    """

    owner: str
    title: str
    field: str
    old: str | None
    new: str
    mine: str


@dataclass(frozen=True, slots=True)
class MergedNote:
    """A note for the learner's collection.

    Parameters
    ----------
    note : ReadNote
    positions : mapping of int to int
        Of its cards: in the release, and in the learner's note type.
    """

    note: ReadNote
    positions: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Merge:
    """What goes into the merged package, and what is to be told about it.

    Parameters
    ----------
    notes : mapping of str to MergedNote
        By GUID.
    types : mapping of str to dict
        Note types by id.
    conflicts : tuple of Conflict
    added, updated, kept, left_out : tuple of str
        GUIDs: new to the learner; with new text; with text or tags of the learner's own;
        deleted by the learner, or moved to another note type.
    unchanged : int
        How many notes of the learner stay as they are.
    extended : mapping of str to tuple of str
        Fields and templates that are new to a note type of the learner, by its name.
    problems : tuple of Problem
    """

    notes: Mapping[str, MergedNote] = field(default_factory=dict)
    types: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unchanged: int = 0
    extended: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def system_tags(self) -> tuple[str, ...]:
        """Return the GUIDs of updated notes with tags that a plain import drops."""
        return tuple(g for g in self.updated if SYSTEM_TAGS & set(self.notes[g].note.tags))


@dataclass(frozen=True, slots=True)
class _Layout:
    """The note type of the learner beside that of the release.

    Parameters
    ----------
    theirs : dict
        The learner's, as Anki stores it, with the new styles and templates.
    from_new, from_old : tuple of int
        For each of its fields, the place in the release and in the one before; -1 for none.
    cards : tuple of int
        For each template of the release, the place in the learner's note type; -1 for none.
    known : int
        How many fields the learner has; those that the release has added follow.
    conflicts : tuple of Conflict
    added : tuple of str
        Fields and templates that the release has added; they follow the learner's.
    missing : tuple of str
        Fields and templates that the learner's note type lacks, nobody knows why.
    """

    theirs: dict[str, Any]
    from_new: tuple[int, ...]
    from_old: tuple[int, ...]
    cards: tuple[int, ...]
    known: int
    conflicts: tuple[Conflict, ...] = ()
    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def new_fields(self, fields: Sequence[str], own: Sequence[str]) -> tuple[str, ...]:
        """Return fields of the release in the learner's order, with the learner's in the gaps."""
        return _arranged(self.from_new, fields, self.own_fields(own))

    def old_fields(self, fields: Sequence[str]) -> tuple[str, ...]:
        """Return fields of the release before in the learner's order."""
        return _arranged(self.from_old, fields, self.own_fields(()))

    def own_fields(self, fields: Sequence[str]) -> tuple[str, ...]:
        """Return the learner's fields, with those that were added empty."""
        return (*fields, *("",) * (len(self.from_new) - len(fields)))

    def positions(self, cards: Iterable[int], fields: Sequence[str]) -> dict[int, int]:
        """Return where the cards of a note of the release are in the learner's note type."""
        is_cloze = self.theirs.get("type") == 1
        moved = {
            i: i if is_cloze else self.cards[i]
            for i in sorted(cards)
            if is_cloze or i < len(self.cards)
        }
        try:
            shown = card_rule(_note_type(self.theirs))(fields)
        except TemplateError:  # a template of the learner's own making
            shown = tuple(moved.values())
        return {i: place for i, place in moved.items() if place >= 0 and place in shown}


def _arranged(
    places: Sequence[int], texts: Sequence[str], others: Sequence[str]
) -> tuple[str, ...]:
    return tuple(
        texts[place] if 0 <= place < len(texts) else other
        for place, other in zip(places, others, strict=False)
    )


def merge(
    new: ReadPackage,
    mine: ReadPackage,
    base: ReadPackage | None = None,
    *,
    releases: Collection[int] = (),
    export: str = "",
) -> Merge:
    """Merge a release with what a learner has.

    Parameters
    ----------
    new : ReadPackage
        The release.
    mine : ReadPackage
        An export of the learner's collection; notes of other decks are left alone.
    base : ReadPackage, optional
        The release that the learner has. Without it, every text that differs on a note that
        was touched counts as an edit.
    releases : collection of int
        Times of releases, in seconds since 1970, beside those in the new one: a note of the
        learner with such a time is untouched.
    export : str
        Name of the export, for problems.
    """
    old = base or ReadPackage({}, {}, {})
    times = {FIRST_TIME, *releases, *(note.modified for note in new.notes.values())}
    times |= {int(kind.get("mod", 0)) for kind in new.types.values()}
    shared = [guid for guid in new.notes if guid in mine.notes]
    layouts = _layouts(new, mine, old, times)
    problems = tuple(_problems(new, mine, layouts, export))
    if problems:
        return Merge(problems=problems)
    notes: dict[str, MergedNote] = {}
    usable = {key: layout for key, layout in layouts.items() if not layout.missing}
    conflicts = [conflict for layout in usable.values() for conflict in layout.conflicts]
    updated, kept, left_out = [], [], []
    for guid, note in new.notes.items():
        own = mine.notes.get(guid)
        layout = layouts[note.type_id, own.type_id if own else note.type_id]
        if layout.missing or (own is None and guid in old.notes):
            left_out.append(guid)
            continue
        ours = replace(note, fields=layout.new_fields(note.fields, own.fields if own else ()))
        merged = ours
        if own is not None:
            own = replace(own, fields=layout.own_fields(own.fields))
            before = own if own.modified in times else old.notes.get(guid)
            if before is not None and before is not own:
                same_type = before.type_id == note.type_id
                fields = layout.old_fields(before.fields)
                before = replace(before, fields=fields) if same_type else None
            merged, found = _merge_note(before, ours, own, layout)
            conflicts += found
            updated += [guid] if merged is not own else []
            kept += [guid] if _differ(merged, ours) else []
        notes[guid] = MergedNote(merged, layout.positions(note.cards, merged.fields))
    return Merge(
        notes=notes,
        types={
            theirs: layout.theirs
            for (ours, theirs), layout in usable.items()
            if ours == theirs or theirs not in new.types
        },
        conflicts=tuple(conflicts),
        added=tuple(guid for guid in notes if guid not in mine.notes),
        updated=tuple(updated),
        kept=tuple(kept),
        left_out=tuple(left_out),
        unchanged=len(shared) - len(updated) - sum(guid in mine.notes for guid in left_out),
        extended={
            str(layout.theirs.get("name")): layout.added
            for layout in usable.values()
            if layout.added
        },
    )


# ── Notes ──────────────────────────────────────────────────────────────────────────


def _merge_note(
    before: ReadNote | None, ours: ReadNote, own: ReadNote, layout: _Layout
) -> tuple[ReadNote, list[Conflict]]:
    """Return the learner's note with what is new, the very same when nothing is."""
    names = [str(part.get("name", "")) for part in layout.theirs[_FIELDS]]
    fields, conflicts = [], []
    rows = zip(names, ours.fields, own.fields, strict=False)
    for i, (name, new, mine) in enumerate(rows):
        old = before.fields[i] if before is not None else None
        text = mine if name == PERSONAL and mine else _choose(old, new, mine)
        if i >= layout.known:  # the learner never had this field
            text = new
        if text is None:
            text = mine
            title = re.sub(r"<[^>]*>", "", own.fields[0])[:80]
            conflicts.append(Conflict(own.guid, title, name, old, new, mine))
        fields.append(text)
    tags = set(own.tags) | set(ours.tags)
    if before is not None:
        added, removed = set(ours.tags) - set(before.tags), set(before.tags) - set(ours.tags)
        tags = (set(own.tags) | added) - removed
    merged = replace(own, fields=tuple(fields), tags=tuple(sorted(tags)))
    if not _differ(merged, own):
        return own, conflicts
    return replace(merged, modified=max(ours.modified, own.modified) + _APART), conflicts


def _choose(old: str | None, new: str, mine: str) -> str | None:
    """Return the text that wins, or None when both sides changed it."""
    new_text, my_text = without_related_titles(new), without_related_titles(mine)
    if new_text == my_text:
        return new
    if old is None:
        return None
    old_text = without_related_titles(old)
    if my_text == old_text:
        return new
    return mine if new_text == old_text else None


def _differ(one: ReadNote, other: ReadNote) -> bool:
    """Tell whether content differs; titles of related entries are none."""
    if set(one.tags) != set(other.tags):
        return True
    texts = [[without_related_titles(text) for text in note.fields] for note in (one, other)]
    return texts[0] != texts[1]


# ── Note types ─────────────────────────────────────────────────────────────────────


def _layouts(
    new: ReadPackage, mine: ReadPackage, old: ReadPackage, times: Collection[int]
) -> dict[tuple[str, str], _Layout]:
    """Return how the note types differ, by id of ours and of the learner's."""
    pairs = {(number, number) for number in new.types}
    for guid, note in new.notes.items():
        if guid in mine.notes:
            pairs.add((note.type_id, mine.notes[guid].type_id))
    layouts = {}
    for ours, theirs in sorted(pairs):
        own = mine.types.get(theirs, new.types[ours])
        layouts[ours, theirs] = _layout(old.types.get(ours), new.types[ours], own, times)
    return layouts


def _layout(
    old: dict[str, Any] | None, new: dict[str, Any], mine: dict[str, Any], times: Collection[int]
) -> _Layout:
    """Bring what is new in a note type to the learner's, edits and own fields stay."""
    before = mine if int(mine.get("mod", 0)) in times else old
    added: dict[str, list[dict[str, Any]]] = {_FIELDS: [], _TEMPLATES: []}
    missing = ["kind"] if new.get("type") != mine.get("type") else []
    for key, parts in added.items():
        there = zip(_places(mine, key, new[key]), _places(old, key, new[key]), strict=True)
        for part, places in zip(new[key], there, strict=True):
            if max(places) >= 0:
                continue  # the learner has it, or deleted it
            if before is None or str(new.get("id")) != str(mine.get("id")):
                missing.append(str(part.get("name")))
            else:
                parts.append(part | {"ord": len(mine[key]) + len(parts)})
    name = str(mine.get("name"))
    conflicts = []

    def chosen(what: str, key: str, parts: Sequence[dict[str, Any] | None]) -> str:
        was, ours, own = (None if part is None else str(part.get(key, "")) for part in parts)
        assert ours is not None
        assert own is not None
        text = _choose(was, ours, own)
        if text is None:
            conflicts.append(Conflict(name, name, what, was, ours, own))
        return own if text is None else text

    templates = []
    ours = _places(new, _TEMPLATES, mine[_TEMPLATES])
    theirs = _places(before, _TEMPLATES, mine[_TEMPLATES])
    for own, place, was in zip(mine[_TEMPLATES], ours, theirs, strict=True):
        if place < 0:
            templates.append(own)
            continue
        three = (
            before[_TEMPLATES][was] if before and was >= 0 else None,
            new[_TEMPLATES][place],
            own,
        )
        title = str(own.get("name"))
        front = chosen(f"front of {title}", "qfmt", three)
        back = chosen(f"back of {title}", "afmt", three)
        templates.append(own | {"qfmt": front, "afmt": back})
    style = chosen("style", "css", (before, new, mine))
    fields = [*mine[_FIELDS], *added[_FIELDS]]
    merged = mine | {"css": style, _FIELDS: fields, _TEMPLATES: [*templates, *added[_TEMPLATES]]}
    if merged != mine:
        latest = max(int(new.get("mod", 0)), int(mine.get("mod", 0)))
        merged["mod"] = latest + _APART
    return _Layout(
        theirs=merged,
        from_new=_places(new, _FIELDS, fields),
        from_old=_places(old, _FIELDS, fields),
        cards=_places(merged, _TEMPLATES, new[_TEMPLATES]),
        known=len(mine[_FIELDS]),
        conflicts=tuple(conflicts),
        added=tuple(str(part.get("name")) for parts in added.values() for part in parts),
        missing=tuple(missing),
    )


def _places(
    kind: Mapping[str, Any] | None, key: str, parts: Sequence[Mapping[str, Any]]
) -> tuple[int, ...]:
    """Return where fields or templates are in another note type, -1 for one that is not there.

    As in Anki, ids tell, and names where one of the two has no id.
    """
    by_id: dict[int, int] = {}
    without_id: dict[str, int] = {}
    by_name: dict[str, int] = {}
    for place, part in enumerate(kind[key] if kind else ()):
        if part.get("id"):
            by_id.setdefault(part["id"], place)
        else:
            without_id.setdefault(part["name"], place)
        by_name.setdefault(part["name"], place)
    return tuple(
        by_id.get(part["id"], without_id.get(part["name"], -1))
        if part.get("id")
        else by_name.get(part["name"], -1)
        for part in parts
    )


def _note_type(kind: Mapping[str, Any]) -> NoteType:
    return NoteType(
        id=0,
        name=str(kind.get("name")),
        kind=NoteKind.CLOZE if kind.get("type") == 1 else NoteKind.BASIC,
        fields=tuple(Field(str(part["name"]), 0) for part in kind[_FIELDS]),
        templates=tuple(
            CardTemplate(str(part["name"]), 0, str(part["qfmt"]), str(part["afmt"]))
            for part in kind[_TEMPLATES]
        ),
        css="",
    )


# ── What stands in the way ─────────────────────────────────────────────────────────


def _problems(
    new: ReadPackage,
    mine: ReadPackage,
    layouts: Mapping[tuple[str, str], _Layout],
    export: str,
) -> Iterator[Problem]:
    place = Location(export)
    if not new.notes.keys() & mine.notes.keys():
        message = "the export holds no note of this deck"
        yield Problem(place, "foreign-export", message, "export the deck that you study")
        return
    for guid in sorted({*new.doubled, *mine.doubled} & new.notes.keys()):
        message = f"the GUID '{guid}' is used twice"
        yield Problem(place, "duplicate-guid", message, "delete one of the two notes in Anki")
    for (ours, theirs), layout in layouts.items():
        if layout.missing and ours == theirs:
            lacking = ", ".join(f"'{name}'" for name in layout.missing)
            message = f"the note type '{layout.theirs.get('name')}' of the export lacks {lacking}"
            hint = "give the release that you have with --base: it tells whether you deleted it"
            yield Problem(place, "note-type-lacks", message, hint)


# ── The report ─────────────────────────────────────────────────────────────────────


def describe_merge(merged: Merge) -> str:
    """Return what a merge does, in words, every conflict with its texts side by side.

    Examples
    --------
    >>> print(describe_merge(Merge(unchanged=3)))
    notes: 0 with new text, 0 new, 3 as before
    """
    counts = (len(merged.updated), len(merged.added), merged.unchanged)
    parts = ["notes: {} with new text, {} new, {} as before".format(*counts)]
    for name, new in merged.extended.items():
        added = ", ".join(f"'{each}'" for each in new)
        parts.append(f"new to the note type '{name}': {added}; in the import dialog, {_EXTENDING}")
    if merged.kept:
        parts.append(f"notes with texts or tags of your own, which stay: {len(merged.kept)}")
    if merged.left_out:
        parts.append("left out, because you deleted the note or changed its note type:")
        parts += [f"  {guid}" for guid in merged.left_out]
    if merged.conflicts:
        parts.append(f"texts changed on both sides, where yours stay: {len(merged.conflicts)}")
    for conflict in merged.conflicts:
        title = f" ({conflict.title})" if conflict.title != conflict.owner else ""
        parts.append(f"  {conflict.owner}{title}, {conflict.field}")
        parts += [f"    {line}" for line in _side_by_side(conflict)]
    if merged.system_tags():
        what = f"marked notes and leeches with new text: {len(merged.system_tags())}"
        parts.append(f"{what}; tick 'Import any learning progress' to keep these tags")
    return "\n".join("".join(c if c.isprintable() else "\ufffd" for c in part) for part in parts)


def _side_by_side(conflict: Conflict) -> list[str]:
    if len(conflict.new) + len(conflict.mine) > _SHORT:
        return [f"new to yours: {word_difference(conflict.new, conflict.mine)}"]
    old = "(unknown without --base)" if conflict.old is None else conflict.old
    return [f"old:   {old}", f"new:   {conflict.new}", f"yours: {conflict.mine}"]
