"""Check entries without building anything: all of the work behind ``dlcards check``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

from dlcards.algorithms.lock import Locked as Tried
from dlcards.build.derive import counted
from dlcards.build.drill import Drilled
from dlcards.build.flow import Options, make_notes, of_lists, workers
from dlcards.build.guard import guard
from dlcards.build.verify import Effort
from dlcards.claims.lock import Checked
from dlcards.content.families import ExerciseItem
from dlcards.content.fronts import front_problems
from dlcards.content.library import Item, Library
from dlcards.content.list_texts import list_places
from dlcards.content.lists import SUFFIX, NoteList
from dlcards.content.pairs import Asked, repeated_cards
from dlcards.content.project_file import of_project
from dlcards.content.reader import read_library
from dlcards.content.rules import Reviewed, review, review_exercise
from dlcards.content.selection import in_decks, rules_of
from dlcards.content.texts import located, missing_translations
from dlcards.derivations.lock import Locked
from dlcards.documents import MAX_PROBLEMS, Places
from dlcards.files import clear_leftovers
from dlcards.languages import SOURCE
from dlcards.problems import (
    Location,
    Problem,
    Severity,
    UsageError,
    as_errors,
    has_errors,
    in_order,
)
from dlcards.project import cache_folder, check_language, output_folder, written_folders
from dlcards.release.personal import read_personal
from dlcards.requests import CheckedEntry, CheckRequest, CheckResult, Watcher

FEW_ENTRIES = 3
"""Claims of so many named entries are corrupted without being asked to."""

CORRUPTIONS_OF_FEW = 60
"""So many corruptions of each claim are tried then; most claims have no more."""


def check_entries(request: CheckRequest, watcher: Watcher) -> CheckResult:
    """Check entries: form, references, claims, snippets, figures and cards.

    Raises
    ------
    UsageError
        When a path names no entry.
    """
    for language in request.languages:
        check_language(language)
    output = output_folder(request.root)
    clear_leftovers(*written_folders(request.root, output))
    library, problems = read_library(request.root)
    if of_project(problems):
        return CheckResult((), in_order(problems))
    problems = (*problems, *read_personal(request.root)[1])
    items, lists, files = _chosen(request, library, problems)
    found = [p for p in problems if not files or p.location.file in files]
    few = 0 < len(items) <= FEW_ENTRIES and bool(files)
    effort = Effort(
        workers(request.jobs),
        fresh=request.fresh,
        seed=request.seed,
        mutate=few if request.mutate is None else request.mutate,
        most_corruptions=CORRUPTIONS_OF_FEW if request.mutate is None else None,
        run_code=request.run_code,
        complete=not files and not found,
    )
    options = Options(effort.jobs, cache_folder(output))
    families = _families(library, files)
    content = make_notes(library, items, effort, options, watcher, lists, families)
    found += content.problems
    found += guard(
        request.root,
        library,
        content.notes,
        of_lists(content, library, SOURCE, lists),
        language=SOURCE,
        complete=not files and not has_errors(found),
    )
    rules = rules_of(library, problems)
    found += _reviewed(library, items, lists, content.cards_per_entry(), rules)
    for family in families:
        told = review_exercise(family.exercise)
        found += located(family, [p for p in told if p.code in rules])
    if "in-no-deck" in rules:
        found += [p for p in _lists_in_no_deck(library) if not files or p.location.file in files]
    derivations = content.derived.derivations
    notes = (
        *_told(library),
        *_listed(lists),
        *_translations(request, items, found),
        *_counted(families, content.drilled, named=bool(files)),
        *_lines_counted(derivations),
        *_algorithms_counted(content.implemented.algorithms),
    )
    ordered = in_order(found)
    if request.strict:
        ordered = as_errors(ordered)
    verified = content.verified
    content_read: tuple[Item | NoteList, ...] = (*items, *lists)
    checked = tuple(
        CheckedEntry(
            item.id,
            verified.checked.get(item.id, Checked()).verdicts,
            verified.corruptions.get(item.id, ()),
        )
        for item in content_read
        if isinstance(item, Item) or item.id in verified.checked
    )
    return CheckResult(checked, ordered, notes, verified.tally)


def _chosen(
    request: CheckRequest, library: Library, problems: Sequence[Problem]
) -> tuple[tuple[Item, ...], tuple[NoteList, ...], frozenset[str]]:
    """Return what was named, and the files whose problems count; no file means everything."""
    if not request.paths:
        return tuple(library.items.values()), tuple(library.lists.values()), frozenset()
    families = {family.document.file for family in library.exercises.values()}
    items: dict[str, Item] = {}
    lists = {each.file: each for each in library.lists.values()}
    named: dict[str, NoteList] = {}
    files: set[str] = set()
    known = {item.document.file: item for item in library.items.values()}
    wrong = {problem.location.file for problem in problems}
    for path in request.paths:
        matching = _matching(path, request.root, sorted({*known, *families, *lists, *wrong}))
        if not matching:
            message = f"{path} is no entry or exercise below {request.root}"
            raise UsageError(f"{message}; entries are listed by: dlcards list")
        for file in matching:
            files.add(file)
            if file in lists:
                named[file] = lists[file]
            if file in known:
                items[known[file].id] = known[file]
                files |= {d.file for d in known[file].translation_documents.values()}
    return tuple(items.values()), tuple(named.values()), frozenset(files)


def _matching(path: Path, root: Path, files: Sequence[str]) -> list[str]:
    """Return the files that a path names: from here, from the root, or by the id of an entry."""
    for inside in (_below(path, root), _below(root / path, root)):
        found = [f for f in files if f == inside or (inside and f"{f}/".startswith(f"{inside}/"))]
        if found:
            return found
    names = (f"{path.as_posix()}.yaml", f"{path.as_posix()}{SUFFIX}.yaml")
    return [file for file in files if file.rpartition("/")[2] in names]


def _below(path: Path, root: Path) -> str | None:
    absolute = path if path.is_absolute() else Path.cwd() / path
    try:
        return absolute.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return None


def _families(library: Library, files: frozenset[str]) -> tuple[ExerciseItem, ...]:
    """Return the families in the files that were named; none means all."""
    families = library.exercises.values()
    return tuple(f for f in families if not files or f.document.file in files)


def _counted(families: Sequence[ExerciseItem], drilled: Drilled, *, named: bool) -> Iterator[str]:
    """Say how many draws pass of families that were named, and how many variants were judged."""
    judged = [drilled.families[f.id] for f in families if f.id in drilled.families]
    if not named:
        if judged:
            variants = sum(len(each.variants) for each in judged)
            now = f", {drilled.judged} of them now, in {drilled.seconds:.0f} s"
            done = f"{variants} variants of {len(judged)} families are judged"
            yield f"exercises: {done}{now if drilled.judged else ''}"
        return
    for family in families:
        locked = drilled.families.get(family.id)
        if locked is not None:
            reasons = "; ".join(f"{reason}: {count}" for reason, count in locked.rejected)
            rejected = f"; rejected by {reasons}" if reasons else ""
            counts = (
                f"{len(locked.variants)} variants; {locked.passed} of {locked.tried} draws pass"
            )
            yield f"{family.id}: {counts}{rejected}"


def _lines_counted(derivations: Mapping[str, Locked]) -> Iterator[str]:
    """Say how many lines of derivations follow, and how surely."""
    if derivations:
        proved, tried = counted(derivations.values())
        total = f"{proved + tried} lines of {len(derivations)} derivations follow"
        yield f"{total}: {proved} proved, {tried} compared with numbers"


def _algorithms_counted(algorithms: Mapping[str, Tried]) -> Iterator[str]:
    """Say at how many inputs algorithms achieved what they must."""
    if algorithms:
        inputs = sum(each.inputs for each in algorithms.values())
        slips = sum(len(each.slips) for each in algorithms.values())
        achieved = f"{len(algorithms)} algorithms achieve what they must"
        yield f"{achieved} at {inputs} inputs; {slips} slips do not"


def _reviewed(
    library: Library,
    items: Sequence[Item],
    lists: Sequence[NoteList],
    cards: dict[str, int],
    rules: frozenset[str],
) -> list[Problem]:
    needed = {other for item in library.items.values() for other in item.entry.requires}
    used = in_decks(library)
    reviewed = review(
        [
            Reviewed(item.id, item.entry, item.id in needed, cards.get(item.id, 0), item.id in used)
            for item in library.items.values()
        ],
        rules,
    )
    of_pairs = rules | {"needless-distinct"}
    pairs = (problem for problem in _repeated(library, items, lists) if problem.code in of_pairs)
    repeated = list(islice(pairs, MAX_PROBLEMS))
    told = {problem.location for problem in repeated}
    found = [
        problem
        for item in items
        for problem in located(item, (*reviewed.get(item.id, ()), *front_problems(item)))
    ]
    return repeated + [p for p in found if p.code != "confusable-fronts" or p.location not in told]


def _repeated(
    library: Library, items: Sequence[Item], lists: Sequence[NoteList]
) -> Iterator[Problem]:
    """Yield the pairs of cards that ask the same, at the card that stands in these files."""
    chosen = {item.id for item in items} | {each.id for each in lists}

    @cache
    def places(name: str) -> Places:
        if name in library.items:
            return Places(library.items[name].document)
        return list_places(library.lists[name], library.root)

    accepted: set[tuple[str, str]] = set()
    for pair in repeated_cards(library.items.values(), library.lists.values()):
        ids = (pair.one.id, pair.other.id)
        if reason := _distinct(library, *ids):
            accepted.add(reason)
        elif not chosen.isdisjoint(ids):
            one, other = pair.one, pair.other
            if one.id not in chosen:
                one, other = other, one
            yield _twice(places, pair.code, one, other)
    for item in items:
        for other_id in item.entry.distinct:
            exists = other_id in library.items or other_id in library.lists
            if (item.id, other_id) not in accepted and exists:
                message = f"no card of {other_id} asks the same as a card of this entry"
                yield places(item.id).problem(
                    ("distinct", other_id), "needless-distinct", message, "remove it", key=True
                )


def _distinct(library: Library, one: str, other: str) -> tuple[str, str] | None:
    """Return the entry that says how two entries, or a list and it, differ, and the other."""
    for pair in ((one, other), (other, one)):
        item = library.items.get(pair[0])
        if item is not None and pair[1] in item.entry.distinct:
            return pair
    return None


def _twice(places: Callable[[str], Places], code: str, one: Asked, other: Asked) -> Problem:
    place = places(other.id).location(other.path)
    if code == "two-answers":
        message = f"the same question has another answer at {place}"
        hint = "add what tells the questions apart, or keep one of them"
    else:
        message = f"the card at {place} asks the same fact in the same words"
        hint = "keep one of them, or ask from another side in other words"
    return places(one.id).problem(
        one.path,
        code,
        message,
        hint,
        severity=Severity.ERROR if code == "two-answers" else Severity.WARNING,
    )


def _lists_in_no_deck(library: Library) -> Iterator[Problem]:
    used = in_decks(library)
    for name, questions in library.lists.items():
        if name not in used:
            message = "no deck holds this list"
            hint = f"a deck needs under contents: subject: {questions.subject}"
            place = Location(questions.file)
            yield Problem(place, "in-no-deck", message, hint, Severity.WARNING)


def _listed(lists: Sequence[NoteList]) -> tuple[str, ...]:
    if not lists:
        return ()
    notes = sum(len(each.notes) for each in lists)
    return (f"{len(lists)} list{'s' * (len(lists) != 1)} read: {notes:,} note{'s' * (notes != 1)}",)


def _told(library: Library) -> tuple[str, ...]:
    """Say which rules of the bundled library this project does without."""
    off = library.project.rules_off()
    if not off:
        return ()
    return (f"rules off in dlcards.yaml: {', '.join(off)}",)


def _translations(
    request: CheckRequest, items: Sequence[Item], problems: list[Problem]
) -> tuple[str, ...]:
    """Count what is missing in each language that was asked for."""
    notes = []
    for language in request.languages:
        missing = [(item, missing_translations(item, language)) for item in items]
        whole = sum(not gaps for _, gaps in missing)
        notes.append(f"{language}: {whole} of {len(items)} entries are translated")
        for _, gaps in missing:
            problems += gaps
    return tuple(notes)
