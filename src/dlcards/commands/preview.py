"""The preview of cards: both sides of each, how its formula was checked, its problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dlcards.build.compose import compose_exercise
from dlcards.build.derive import derive
from dlcards.build.drill import drill
from dlcards.build.flow import (
    Content,
    Options,
    draw_figures,
    exercise_contents,
    prepare_and_compose,
    workers,
)
from dlcards.build.implement import implement
from dlcards.build.pictures import named_files
from dlcards.build.prepare import summary
from dlcards.build.verify import Effort, Verified, verify
from dlcards.cards.note_types import all_note_types
from dlcards.cards.render import render
from dlcards.claims.lock import Checked, has_something_to_check, read_lock
from dlcards.claims.print.unicode import to_unicode
from dlcards.claims.verdict import Level, Verdict
from dlcards.content.families import ExerciseItem
from dlcards.content.library import DeckSource, Item, Library
from dlcards.content.list_texts import list_located
from dlcards.content.lists import NoteList
from dlcards.content.project_file import of_project
from dlcards.content.reader import read_library
from dlcards.content.rules import Reviewed, review
from dlcards.content.selection import (
    Chosen,
    deck_content,
    deck_exercises,
    deck_items,
    deck_lists,
    each_once,
    in_decks,
    rules_of,
)
from dlcards.content.texts import checked_text, located
from dlcards.languages import SOURCE
from dlcards.model import Note, NoteType
from dlcards.problems import Problem, Severity, UsageError, in_order
from dlcards.project import CHECKS_LOCK, cache_folder, output_folder
from dlcards.requests import Watcher
from dlcards.validation import nearest
from dlcards.workers import Crew

Json = Mapping[str, Any]
"""Data for the page."""

MOST_NOTES = 200
"""Notes of a list that the page shows."""

FEW = 3
"""Up to so many changed entries are drawn in this process: starting workers takes longer."""


@dataclass(frozen=True, slots=True)
class PreviewRequest:
    """What is to be shown as a page.

    Parameters
    ----------
    root : Path
    names : tuple of str
        Decks or entries; everything when empty.
    language : str
    jobs : int or None
        None for one worker per core.
    """

    root: Path
    names: tuple[str, ...] = ()
    language: str = SOURCE
    jobs: int | None = None


@dataclass(frozen=True, slots=True)
class PreviewedEntry:
    """An entry as the page shows it.

    Parameters
    ----------
    key : str
        Hash of everything its cards are made of.
    pending : bool
        Whether its claims are still to be checked.
    shown : mapping
        Title, checks and cards; all but the problems.
    problems : tuple of Problem
        What was found while it was checked, drawn and composed.
    media : mapping of str to bytes
    """

    key: str
    pending: bool
    shown: Json
    problems: tuple[Problem, ...] = ()
    media: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything the page shows.

    Parameters
    ----------
    entries : mapping of str to PreviewedEntry
        By id, in learning order.
    decks : tuple of mappings
        Name, title and ids of each deck.
    problems : mapping of str to tuple of Problem
        All problems, by id of the entry; under the empty id those of other files.
    shapes : tuple of NoteType
    library : Library or None
        What it was made from, so that the next one reads only what changed.
    """

    entries: Mapping[str, PreviewedEntry] = field(default_factory=lambda: MappingProxyType({}))
    decks: tuple[Json, ...] = ()
    problems: Mapping[str, tuple[Problem, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    shapes: tuple[NoteType, ...] = ()
    library: Library | None = None

    def pending(self) -> bool:
        """Return whether a claim is still to be checked."""
        return any(entry.pending for entry in self.entries.values())

    def cards(self) -> int:
        """Return the number of cards."""
        return sum(len(entry.shown["cards"]) for entry in self.entries.values())

    def entry(self, entry_id: str) -> Json:
        """Return an entry with its problems."""
        problems = [_problem(problem) for problem in self.problems.get(entry_id, ())]
        return {**self.entries[entry_id].shown, "problems": problems}

    def frame(self) -> Json:
        """Return everything but the entries themselves."""
        return {
            "order": list(self.entries),
            "decks": list(self.decks),
            "problems": [_problem(problem) for problem in self.problems.get("", ())],
            "styles": {shape.name: shape.css for shape in self.shapes},
        }


def preview(
    request: PreviewRequest,
    watcher: Watcher,
    before: Preview | None = None,
    *,
    check: bool = True,
    crew: Crew | None = None,
) -> Preview:
    """Make the cards of decks, of entries, or of everything.

    Parameters
    ----------
    request : PreviewRequest
    watcher : Watcher
    before : Preview, optional
        What has not changed since is taken over.
    check : bool
        Check the claims that the lock does not know; otherwise they are pending.
    crew : Crew, optional
        Processes that stay for the next call.

    Raises
    ------
    UsageError
        When a name is neither that of a deck nor of an entry.
    """
    old = before.entries if before is not None else {}
    library, misread = read_library(
        request.root, before=before.library if before is not None else None
    )
    items = _chosen(
        library, request.names, misread, strict=before is None and not of_project(misread)
    )
    shared = (sorted(library.sources.items()), library.project)
    cited = sha256(repr(shared).encode()).hexdigest()
    keys = {item.id: _key(item, library, request.language, cited) for item in items}
    todo = tuple(item for item in items if _is_stale(old.get(item.id), keys[item.id], check))
    known, unknown = _known(library, todo)
    verified = Verified(known)
    if check:
        verified = verify(library, todo, Effort(workers(request.jobs), crew=crew), watcher)
        unknown = frozenset()
    jobs = 0 if before is not None and len(todo) <= FEW else workers(request.jobs)
    cache = cache_folder(output_folder(request.root))
    options = Options(jobs, cache, request.language)
    lists = _named(request.names, library, deck_lists, library.lists)
    list_keys = {each.id: _list_key(each, library, cited) for each in lists}
    stale_lists = [each for each in lists if _is_stale(old.get(each.id), list_keys[each.id], False)]
    gallery = draw_figures(library, todo, options, watcher, stale_lists)
    derived = derive(library, todo if check else (), watcher, jobs=jobs)
    implemented = implement(library, todo if check else (), watcher, jobs=jobs)
    content = prepare_and_compose(library, todo, verified, gallery, options, derived, implemented)
    fresh = {
        item.id: _previewed(item, library, content, keys[item.id], pending=item.id in unknown)
        for item in todo
    }
    entries = {item.id: fresh.get(item.id) or old[item.id] for item in items}
    families: tuple[ExerciseItem, ...] = ()
    if not library.project.translates(request.language):
        families = _named(request.names, library, deck_exercises, library.exercises)
    for family in families:
        key = sha256(f"{request.language}\0{family.document.text}".encode()).hexdigest()
        stale = _is_stale(old.get(family.id), key, check)
        entries[family.id] = (
            _previewed_family(library, family, key, request, watcher) if stale else old[family.id]
        )
    entries |= {each.id: old[each.id] for each in lists if each.id in old}
    for each in stale_lists:
        entries[each.id] = _previewed_list(each, library, content, list_keys[each.id])
    kept = _last_good(before, entries, misread)
    entries |= kept
    decks = tuple(
        {
            "name": source.name,
            "title": source.deck.title,
            "entries": [name for name in _learned(library, source) if name in entries]
            + [name for name in kept if name in _entries_of(before, source.name)],
        }
        for source in library.decks.values()
    )
    shown: tuple[Json, ...] = tuple(deck for deck in decks if deck["entries"])
    shown += _last_good_decks(before, library, misread)
    found = _problems(library, items, families, entries, misread, request)
    return Preview(entries, shown, found, _shapes(library), library)


def _last_good(
    before: Preview | None, entries: Mapping[str, PreviewedEntry], misread: Sequence[Problem]
) -> dict[str, PreviewedEntry]:
    """Return what a file showed before a mistake made it unreadable."""
    broken = {problem.location.file for problem in misread if problem.severity is Severity.ERROR}
    old = before.entries if before is not None else {}
    return {k: v for k, v in old.items() if k not in entries and v.shown["file"] in broken}


def _last_good_decks(
    before: Preview | None, library: Library, misread: Sequence[Problem]
) -> tuple[Json, ...]:
    """Return the decks whose files a mistake made unreadable, as they were."""
    broken = {problem.location.file for problem in misread if problem.severity is Severity.ERROR}
    old = before.decks if before is not None else ()
    return tuple(
        deck
        for deck in old
        if deck["name"] not in library.decks and f"decks/{deck['name']}.yaml" in broken
    )


def _entries_of(before: Preview | None, deck: str) -> frozenset[str]:
    """Return what a deck showed before."""
    old = before.decks if before is not None else ()
    return frozenset(name for each in old if each["name"] == deck for name in each["entries"])


def _shapes(library: Library) -> tuple[NoteType, ...]:
    return all_note_types(library.project.namespace, library.project.style)


def _is_stale(old: PreviewedEntry | None, key: str, check: bool) -> bool:
    return old is None or old.key != key or (check and old.pending)


def _chosen(
    library: Library, names: Sequence[str], misread: Sequence[Problem], *, strict: bool
) -> tuple[Item, ...]:
    """Return the entries of the decks and entries that were named; no name means all."""
    if not names:
        return tuple(library.items.values())
    chosen: dict[str, Item] = {}
    for name in names:
        if name in library.decks:
            chosen |= {item.id: item for item in deck_items(library, library.decks[name])}
        elif name in library.items:
            chosen[name] = library.items[name]
        elif name in library.lists or name in library.exercises:
            continue
        elif strict and not any(name in problem.location.file for problem in misread):
            known = (*library.decks, *library.items, *library.lists, *library.exercises)
            raise UsageError(_unknown(name, known))
    return tuple(chosen.values())


def _learned(library: Library, source: DeckSource) -> tuple[str, ...]:
    """Return the ids of the entries, lists and exercises of a deck, in learning order."""
    exercises = (each.id for each in deck_exercises(library, source))
    content = (each.id for each in deck_content(library, source))
    return (*content, *exercises)


def _named(
    names: Sequence[str],
    library: Library,
    of_deck: Callable[[Library, DeckSource], Sequence[Chosen]],
    known: Mapping[str, Chosen],
) -> tuple[Chosen, ...]:
    """Return what the decks hold that were named, or was named itself; no name means all."""
    if not names:
        return tuple(known.values())
    groups: list[Sequence[Chosen]] = []
    for name in names:
        if name in library.decks:
            groups.append(of_deck(library, library.decks[name]))
        elif name in known:
            groups.append((known[name],))
    return each_once(groups)


def _previewed_family(
    library: Library, item: ExerciseItem, key: str, request: PreviewRequest, watcher: Watcher
) -> PreviewedEntry:
    """Judge a family and show each of its variants as a card of its own."""
    drilled = drill(library, (item,), watcher, jobs=workers(request.jobs))
    contents = exercise_contents(library, (item,), drilled, request.language)
    cards: list[Json] = []
    checks: list[Json] = []
    locked = drilled.families.get(item.id)
    if locked is not None:
        content = contents[item.id]
        for number, variant in enumerate(content.variants, 1):
            note = compose_exercise(replace(content, variants=(variant,)))
            cards += [
                {**card, "name": f"Variant {number}"} for card in _cards(note, _shapes(library))
            ]
        counts = f"{locked.passed} of {locked.tried} draws can be used"
        rejected = "".join(f"; {reason}: {count}" for reason, count in locked.rejected)
        checks = [{"claim": claim, "how": counts + rejected} for claim in item.exercise.claim]
    shown = {
        "id": item.id,
        "title": item.exercise.title,
        "subject": item.subject,
        "topic": item.exercise.topic,
        "kind": "exercise",
        "file": item.document.file,
        "level": "judged" if locked is not None else "refuted",
        "checks": checks,
        "cards": cards,
    }
    return PreviewedEntry(key, pending=False, shown=shown, problems=drilled.problems)


def _unknown(name: str, known: Sequence[str]) -> str:
    hint = nearest(name, known, most=3)
    return f"there is no deck or entry {name!r}" + (f"; {hint}" if hint else "")


def _key(item: Item, library: Library, language: str, cited: str) -> str:
    """Return a hash of everything the cards of an entry are made of."""
    required = [library.items[name] for name in item.entry.requires if name in library.items]
    parts = [
        item.subject,
        language,
        item.document.text,
        *(document.text for _, document in sorted(item.translation_documents.items())),
        *(f"{other.id} {other.entry.title}" for other in required),
        cited,
        *_states(item, library.root),
    ]
    return sha256("\0".join(parts).encode()).hexdigest()


def _list_key(questions: NoteList, library: Library, cited: str) -> str:
    """Return a hash of everything the cards of a list are made of."""
    told = (questions, cited, *_states(questions, library.root))
    return sha256(repr(told).encode()).hexdigest()


def _states(owner: Item | NoteList, root: Path) -> Iterator[str]:
    """Yield size and time of the files that an entry or a list names."""
    for name in named_files(owner):
        try:
            found = (root / "formulas" / owner.subject / name).stat()
        except (OSError, ValueError):
            yield name
            continue
        yield f"{name} {found.st_size} {found.st_mtime_ns}"


def _known(library: Library, items: Sequence[Item]) -> tuple[dict[str, Checked], frozenset[str]]:
    """Return what the lock knows about entries, and the ids of those it does not know."""
    if not items:
        return {}, frozenset()
    lock, _ = read_lock(library.root / CHECKS_LOCK, CHECKS_LOCK)
    known: dict[str, Checked] = {}
    unknown: set[str] = set()
    for item in items:
        if item.statement is None:
            continue
        text = checked_text(item)
        found = lock.find(text)
        if found is not None:
            known[item.id] = found
        elif has_something_to_check(text):
            unknown.add(item.id)
    return known, frozenset(unknown)


def _previewed_list(
    questions: NoteList, library: Library, content: Content, key: str
) -> PreviewedEntry:
    """Return a list as the page shows it: the cards of its first notes."""
    first = dict(islice(questions.notes.items(), MOST_NOTES))
    notes = content.list_notes(library, replace(questions, notes=first), SOURCE)
    misread = content.gallery.problems.get(questions.id, ())
    shown = {
        "id": questions.id,
        "title": questions.head.title,
        "subject": questions.subject,
        "topic": questions.head.topic,
        "kind": "list",
        "file": questions.file,
        "level": f"{len(questions.notes):,} notes",
        "checks": [],
        "cards": [card for note in notes for card in _cards(note, _shapes(library))],
    }
    media = {name: content.media[name].content for note in notes for name in note.media}
    problems = list_located(questions, library.root, misread)
    return PreviewedEntry(key, False, shown, problems, media)


def _previewed(
    item: Item, library: Library, content: Content, key: str, *, pending: bool
) -> PreviewedEntry:
    notes = content.notes.get(item.id, ())
    files = _files_of(item)
    checked = content.verified.checked.get(item.id, Checked())
    found = summary(item.entry, checked.verdicts)
    shown = {
        "id": item.id,
        "title": item.entry.title,
        "subject": item.subject,
        "topic": item.entry.topic,
        "kind": str(item.entry.kind),
        "file": item.document.file,
        "level": "checking" if pending else _level(found.level if found else None, checked),
        "checks": [] if pending else list(_checks(item, checked)),
        "cards": [card for note in notes for card in _cards(note, _shapes(library))],
    }
    media = {name: content.media[name].content for note in notes for name in note.media}
    problems = tuple(p for p in content.problems if p.location.file in files)
    return PreviewedEntry(key, pending, shown, problems, media)


def _level(level: Level | None, checked: Checked) -> str:
    if any(not verdict.holds for verdict in checked.verdicts):
        return "refuted"
    return str(level) if level is not None else "no formula"


def _checks(item: Item, checked: Checked) -> Iterator[Json]:
    """Yield every claim with how it was checked."""
    statement = item.statement
    for index, verdict in enumerate(checked.verdicts):
        formula = verdict.claim
        if statement is not None and index < len(statement.claims):
            formula = to_unicode(statement.claims[index].tree, statement)
        yield {"claim": formula, "how": _how(verdict)}
    if checked.code_points:
        how = f"agrees with the formula on {checked.code_points} inputs"
        yield {"claim": "NumPy code", "how": how}
    if item.entry.unchecked is not None:
        yield {"claim": item.entry.unchecked.latex, "how": f"unchecked: {item.entry.unchecked.why}"}


def _how(verdict: Verdict) -> str:
    if verdict.level is None:
        return f"does not hold: {verdict.message}"
    sampled = verdict.points and verdict.level in (Level.NUMERIC, Level.STATISTICAL)
    note = f" ({verdict.note})" if verdict.note else ""
    return f"{verdict.level}{f' at {verdict.points} points' if sampled else ''}{note}"


def _cards(note: Note, shapes: Sequence[NoteType]) -> Iterator[Json]:
    shape = next(each for each in shapes if each.name == note.note_type)
    for card in render(note, shape):
        yield {
            "name": card.name,
            "number": card.number,
            "type": note.note_type,
            "front": _with_media(card.front, note.media),
            "back": _with_media(card.back, note.media),
        }


def _with_media(html: str, names: Iterable[str]) -> str:
    for name in names:
        html = html.replace(f'src="{name}"', f'src="media/{name}"')
    return html


def _files_of(item: Item) -> frozenset[str]:
    return frozenset((item.document.file, *(d.file for d in item.translation_documents.values())))


def _problems(
    library: Library,
    items: Sequence[Item],
    families: Sequence[ExerciseItem],
    entries: Mapping[str, PreviewedEntry],
    misread: Sequence[Problem],
    request: PreviewRequest,
) -> dict[str, tuple[Problem, ...]]:
    """Return all problems by entry; those of other files only when everything is shown."""
    reviewed = _reviewed(library, entries, rules_of(library, misread))
    owner = {file: item.id for item in library.items.values() for file in _files_of(item)}
    owner |= {each.file: each.id for each in library.lists.values()}
    owner |= {family.document.file: family.id for family in library.exercises.values()}
    found: dict[str, list[Problem]] = {"": []}
    for problem in misread:
        found.setdefault(owner.get(problem.location.file, ""), []).append(problem)
    if request.names:
        wanted = tuple(f"/{name}." for name in request.names)
        found[""] = [p for p in found[""] if any(name in p.location.file for name in wanted)]
    out = {"": in_order(found[""])}
    for item in items:
        more = located(item, reviewed.get(item.id, ()))
        own = (*found.get(item.id, ()), *entries[item.id].problems, *more)
        out[item.id] = in_order(own)
    for name in library.lists:
        if name in entries:
            out[name] = in_order((*found.get(name, ()), *entries[name].problems))
    for family in families:
        out[family.id] = in_order((*found.get(family.id, ()), *entries[family.id].problems))
    return out


def _reviewed(
    library: Library, entries: Mapping[str, PreviewedEntry], rules: frozenset[str]
) -> Mapping[str, Any]:
    needed = {other for item in library.items.values() for other in item.entry.requires}
    used = in_decks(library)
    return review(
        [
            Reviewed(
                item.id,
                item.entry,
                item.id in needed,
                len(entries[item.id].shown["cards"]) if item.id in entries else 0,
                item.id in used,
            )
            for item in library.items.values()
        ],
        rules,
    )


def _problem(problem: Problem) -> Json:
    return {
        "place": str(problem.location),
        "severity": str(problem.severity),
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "source": problem.source,
        "column": problem.location.column,
        "width": problem.width,
    }
