"""The build: verify, illustrate, prepare, compose, package."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dlcards.build.choose import all_decks, as_one, choose
from dlcards.build.compose import (
    compose,
    compose_algorithm,
    compose_derivation,
    compose_exercise,
    compose_questions,
)
from dlcards.build.derive import Derived, derive, printed_derivation
from dlcards.build.drill import Drilled, drill
from dlcards.build.guard import guard
from dlcards.build.illustrate import Gallery, illustrate
from dlcards.build.implement import Implemented, implement, printed_algorithm
from dlcards.build.package.decks import package_decks
from dlcards.build.pictures import take_pictures
from dlcards.build.plan import count_levels, plan_deck
from dlcards.build.prepare import prepare, prepare_list, source_link, source_tags
from dlcards.build.verify import Effort, Verified, verifying
from dlcards.cache.manifest import write_manifest
from dlcards.cache.notes import (
    CachedNotes,
    composing_key,
    exercise_key,
    read_notes,
    write_notes,
)
from dlcards.cache.stamp import Stamp
from dlcards.claims.lock import Checked
from dlcards.content.families import ExerciseItem
from dlcards.content.library import DeckSource, Item, Library
from dlcards.content.list_texts import list_located
from dlcards.content.lists import NoteList
from dlcards.content.project_file import of_project
from dlcards.content.reader import read_library
from dlcards.content.selection import (
    Contents,
    cited_by,
    deck_contents,
    each_once,
    find_deck,
    problems_of_decks,
)
from dlcards.content.texts import located
from dlcards.files import clear_leftovers
from dlcards.languages import SOURCE
from dlcards.model import CardContent, DeckPlan, ExerciseContent, MediaFile, Note
from dlcards.problems import Problem, UsageError, as_errors, has_errors, in_order
from dlcards.project import (
    ALGORITHMS_LOCK,
    CHECKS_LOCK,
    DERIVATIONS_LOCK,
    VARIANTS_LOCK,
    cache_folder,
    written_folders,
)
from dlcards.release.personal import read_personal, with_personal
from dlcards.requests import BuildRequest, BuildResult, Watcher

NO_NOTES = CachedNotes()
NOTHING = Implemented()


@dataclass(frozen=True, slots=True)
class Options:
    """How the steps are done.

    Parameters
    ----------
    jobs : int
        Worker processes.
    cache : Path or None
        Folder of the cache; None does everything again.
    language : str
    cached : CachedNotes
        What earlier builds composed.
    """

    jobs: int
    cache: Path | None
    language: str = SOURCE
    cached: CachedNotes = NO_NOTES


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that goes into decks.

    Parameters
    ----------
    verified : Verified
    notes : mapping of str to tuple of Note
        By id of the entry.
    media : mapping of str to MediaFile
        By name.
    cards : mapping of str to CardContent
        What the notes were composed from, of those that were composed now.
    problems : tuple of Problem
        Of all steps.
    keys : mapping of str to str
        The hash of the inputs of the notes of an entry, where nothing is wrong with it.
    derived : Derived
        What is known about the lines of derivations.
    drilled : Drilled
        What is known about the variants of exercises.
    gallery : Gallery
        Figures and sounds, also of lists.
    implemented : Implemented
        What is known about algorithms.
    """

    verified: Verified = field(default_factory=Verified)
    notes: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)
    media: Mapping[str, MediaFile] = field(default_factory=dict)
    cards: Mapping[str, CardContent] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    derived: Derived = field(default_factory=Derived)
    drilled: Drilled = field(default_factory=Drilled)
    gallery: Gallery = field(default_factory=Gallery)
    implemented: Implemented = NOTHING

    def list_notes(
        self, library: Library, questions: NoteList, language: str, deck: str = ""
    ) -> tuple[Note, ...]:
        """Return the notes of a list."""
        figures, sounds = self.gallery.figures, self.gallery.sounds
        prepared = prepare_list(questions, library, lang=language, figures=figures, sounds=sounds)
        return compose_questions(prepared, deck)

    def plan(
        self,
        library: Library,
        deck: DeckSource,
        contents: Contents,
        language: str,
    ) -> DeckPlan:
        """Return the plan of a deck of these notes."""

        def compose_list(questions: NoteList, home: str) -> tuple[Note, ...]:
            return self.list_notes(library, questions, language, home)

        return plan_deck(library, deck, contents, self.notes, compose_list, self.media, language)

    def cards_per_entry(self) -> dict[str, int]:
        """Return how many cards each entry has."""
        return {name: sum(len(note.slots) for note in notes) for name, notes in self.notes.items()}


def build_decks(
    request: BuildRequest, names: Sequence[str], output: Path, stamp: Stamp, watcher: Watcher
) -> BuildResult:
    """Build decks; an error in any step ends the build before anything is written.

    Parameters
    ----------
    request : BuildRequest
    names : sequence of str
        The decks.
    output : Path
        Folder of the packages.
    stamp : Stamp
        The state of all files before anything is read.
    watcher : Watcher

    Raises
    ------
    UsageError
        For a deck that does not exist.
    """
    clear_leftovers(*written_folders(request.root, output))
    language = request.language
    folder = cache_folder(output)
    cache = folder if request.use_cache else None
    cached = read_notes(cache, language, stamp.code)
    if cached.damaged:
        watcher.say("the cached notes are damaged; all notes are composed anew")

    library, problems = read_library(request.root, cached.entries)
    files = {f"decks/{name}.yaml" for name in names} | {
        p.location.file for p in of_project(problems)
    }
    unread = [problem for problem in problems if problem.location.file in files]
    if has_errors(unread):
        return BuildResult((), in_order(unread))
    decks, chosen = contents_of(library, request, names)
    items = each_once(contents.items for contents in chosen.values())
    found = list(problems_of_decks(problems, library, decks, items))
    if has_errors(found):
        return BuildResult((), in_order(found))

    options = Options(workers(request.jobs), cache, language, cached)
    effort = Effort(options.jobs, fresh=cache is None)
    lists = each_once(contents.lists for contents in chosen.values())
    families = each_once(contents.families for contents in chosen.values())
    content = make_notes(library, items, effort, options, watcher, lists, families)
    found += content.problems
    if has_errors(found) or (request.strict and found):
        return BuildResult((), _ordered(found, request.strict))

    found += guard(
        request.root,
        library,
        content.notes,
        of_lists(content, library, language, lists),
        language=language,
        complete=request.every and not request.core and not problems,
    )
    if has_errors(found):
        return BuildResult((), _ordered(found, request.strict))

    overlay, misread = read_personal(request.root)
    found += misread
    if has_errors(found):
        return BuildResult((), _ordered(found, request.strict))
    plans = [
        with_personal(content.plan(library, deck, chosen[deck.name], language), overlay)
        for deck in decks
    ]
    if request.choice.given() and not all(plan.notes for plan in plans):
        told = f"nothing that {request.choice.options()} names has cards in {language!r}"
        raise UsageError(f"{told}; leave out --lang, or choose something else")
    if request.choice.given() and not request.decks:
        plans = [as_one(library, plan, chosen[plan.name]) for plan in plans]
    levels = {
        name: count_levels(contents.items, content.verified.checked)
        for name, contents in chosen.items()
    }
    built, more = package_decks(request.root, output, plans, levels, request.suffix())

    # The steps that judge have already repaired a damaged lock; other warnings last.
    locks = (CHECKS_LOCK, DERIVATIONS_LOCK, ALGORITHMS_LOCK, VARIANTS_LOCK)
    lasting = [problem for problem in found if problem.location.file not in locks]
    for deck in built:
        write_manifest(request, output, deck, stamp, lasting)
    composed = {name: (key, content.notes[name]) for name, key in content.keys.items()}
    write_notes(folder, language, stamp.code, library, {**cached.notes, **composed})
    return BuildResult(built, _ordered((*found, *more), request.strict))


def contents_of(
    library: Library, request: BuildRequest, names: Sequence[str]
) -> tuple[tuple[DeckSource, ...], dict[str, Contents]]:
    """Return the decks to build and what of each is wanted, by its name.

    Raises
    ------
    UsageError
        For a deck that does not exist, or a choice of nothing.
    """
    choice = request.choice
    if not choice.given():
        decks = tuple(find_deck(library, name) for name in names)
        return decks, {d.name: deck_contents(library, d, core=request.core) for d in decks}
    decks = tuple(find_deck(library, name) for name in request.decks) or (all_decks(library),)
    chosen: dict[str, Contents] = {}
    wrong: list[str] = []
    for deck in decks:
        chosen[deck.name], mistakes = choose(library, deck, choice, core=request.core)
        wrong += mistakes
    if wrong:
        raise UsageError("\nerror: ".join(dict.fromkeys(wrong)))
    return decks, chosen


def make_notes(
    library: Library,
    items: Sequence[Item],
    effort: Effort,
    options: Options,
    watcher: Watcher,
    lists: Sequence[NoteList] = (),
    families: Sequence[ExerciseItem] = (),
) -> Content:
    """Make the notes of entries and exercises; verify lists too.

    The steps: verify and illustrate, derive, implement, prepare and compose, drill. Derivations,
    algorithms and exercises have no translations, so that only cards as their author wrote them
    have any.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; finished verdicts are in the lock, finished figures in the cache.
    """
    verified, gallery = verify_and_illustrate(library, items, effort, options, watcher, lists)
    derived = derive(
        library,
        items,
        watcher,
        jobs=options.jobs,
        fresh=not effort.trusts_lock(),
        prove=effort.prove,
        complete=effort.complete,
    )
    implemented = implement(
        library,
        items,
        watcher,
        jobs=options.jobs,
        fresh=not effort.trusts_lock(),
        complete=effort.complete,
    )
    content = prepare_and_compose(library, items, verified, gallery, options, derived, implemented)
    told = [
        problem
        for each in lists
        for problem in list_located(each, library.root, gallery.problems.get(each.id, ()))
    ]
    content = replace(content, problems=(*content.problems, *told))
    if library.project.translates(options.language):
        return content
    drilled = drill(
        library,
        families,
        watcher,
        jobs=options.jobs,
        fresh=effort.fresh,
        complete=effort.complete,
    )
    return with_exercises(content, library, families, drilled, options)


def verify_and_illustrate(
    library: Library,
    items: Sequence[Item],
    effort: Effort,
    options: Options,
    watcher: Watcher,
    lists: Sequence[NoteList] = (),
) -> tuple[Verified, Gallery]:
    """Check formulas in worker processes while this process draws; errors as `make_notes`."""
    with verifying(library, items, effort, lists) as verification:
        gallery = draw_figures(library, items, options, watcher, lists)
        return verification.result(watcher), gallery


def draw_figures(
    library: Library,
    items: Sequence[Item],
    options: Options,
    watcher: Watcher,
    lists: Sequence[NoteList] = (),
) -> Gallery:
    """Draw the figures of entries, and read what they and lists name; errors as `make_notes`."""
    drawn = illustrate(
        items,
        cache=options.cache,
        jobs=options.jobs,
        language=library.project.labels(options.language),
        watcher=watcher,
        namespace=library.project.namespace,
    )
    own = take_pictures(
        items,
        lists,
        library.root,
        cache=options.cache,
        jobs=options.jobs,
        namespace=library.project.namespace,
    )
    safe = {item.id for item in items if item.image is not None and item.image.front_safe}
    return replace(
        drawn,
        figures={**drawn.figures, **own.figures},
        fronts={**drawn.fronts, **{k: v for k, v in own.figures.items() if k in safe}},
        problems={**drawn.problems, **own.problems},
        sounds=own.sounds,
    )


def prepare_and_compose(
    library: Library,
    items: Sequence[Item],
    verified: Verified,
    gallery: Gallery,
    options: Options,
    derived: Derived,
    implemented: Implemented = NOTHING,
) -> Content:
    """Print the texts of entries and compose their notes, or take these from the cache."""
    problems = [*verified.problems, *derived.problems, *implemented.problems]
    notes: dict[str, tuple[Note, ...]] = {}
    cards: dict[str, CardContent] = {}
    keys: dict[str, str] = {}
    as_written = not library.project.translates(options.language)
    for item in items:
        problems += located(item, gallery.problems.get(item.id, ()))
        if not item.readable:
            continue
        checked = verified.checked.get(item.id, Checked())
        pictures = (gallery.figures.get(item.id), gallery.fronts.get(item.id))
        sounds = gallery.sounds.get(item.id, {})
        heard = {name: file.name for name, file in sounds.items()}
        lines = derived.derivations.get(item.id) if as_written else None
        tried = implemented.algorithms.get(item.id) if as_written else None
        line_key = repr((lines, tried)) if lines or tried else ""
        key = composing_key(item, library, checked, pictures, heard, options.language, line_key)
        cached = options.cached.notes_of(item, key)
        media = {picture.media.name for picture in pictures if picture is not None}
        media.update(heard.values())
        if cached is not None and all(media.issuperset(note.media) for note in cached):
            notes[item.id], keys[item.id] = cached, key
            continue
        cards[item.id], misread = prepare(
            item, library, checked, *pictures, sounds=heard, lang=options.language
        )
        notes[item.id], misfits = compose(cards[item.id])
        shown = cards[item.id]
        if lines is not None:
            chains = printed_derivation(
                item,
                library,
                lines,
                shown.sources,
                shown.source_tags,
                conditions=shown.conditions,
                lang=options.language,
            )
            notes[item.id] += tuple(n for chain in chains for n in compose_derivation(chain))
        if tried is not None:
            algorithm = printed_algorithm(
                item,
                library,
                tried,
                shown.figure,
                shown.sources,
                shown.source_tags,
                lang=options.language,
            )
            notes[item.id] += compose_algorithm(algorithm)
        wrong = located(item, (*misread, *misfits))
        problems += wrong
        if not wrong:
            keys[item.id] = key
    figures = (*gallery.figures.values(), *gallery.fronts.values())
    files = {figure.media.name: figure.media for figure in figures}
    files |= {each.name: each for heard in gallery.sounds.values() for each in heard.values()}
    return Content(
        verified,
        notes,
        files,
        cards,
        tuple(problems),
        keys,
        derived,
        gallery=gallery,
        implemented=implemented,
    )


def with_exercises(
    content: Content,
    library: Library,
    families: Iterable[ExerciseItem],
    drilled: Drilled,
    options: Options,
) -> Content:
    """Print the variants of families and compose their notes, or take these from the cache."""
    notes, keys, anew = dict(content.notes), dict(content.keys), []
    for item in families:
        locked = drilled.families.get(item.id)
        if locked is None:
            continue
        keys[item.id] = exercise_key(item, library, locked, options.language)
        cached = options.cached.notes_of(item, keys[item.id])
        if cached is not None:
            notes[item.id] = cached
        else:
            anew.append(item)
    contents = exercise_contents(library, anew, drilled, options.language) if anew else {}
    notes |= {name: (compose_exercise(each),) for name, each in contents.items()}
    problems = (*content.problems, *drilled.problems)
    return replace(content, notes=notes, keys=keys, problems=problems, drilled=drilled)


def exercise_contents(
    library: Library, families: Iterable[ExerciseItem], drilled: Drilled, language: str
) -> dict[str, ExerciseContent]:
    """Print the variants of families, with their sources or those of what they drill."""
    from dlcards.build.typeset import printed_family  # start-up

    contents: dict[str, ExerciseContent] = {}
    for item in families:
        locked = drilled.families.get(item.id)
        if locked is None:
            continue
        cited = cited_by(library, item)
        labels = library.project.labels(language)
        links = [source_link(library.sources, text, labels) for text in cited]
        tags = source_tags(library.sources, cited)
        contents[item.id] = printed_family(item, library, locked, links, tags, lang=language)
    return contents


def of_lists(
    content: Content, library: Library, language: str, lists: Sequence[NoteList]
) -> Callable[[NoteList], tuple[Note, ...]]:
    """Return a function that makes the notes of one of these lists; of another one none."""
    known = {each.id for each in lists}

    def notes(each: NoteList) -> tuple[Note, ...]:
        return content.list_notes(library, each, language) if each.id in known else ()

    return notes


def workers(jobs: int | None) -> int:
    """Return the number of worker processes: one per core unless told otherwise."""
    if jobs is not None:
        return jobs
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _ordered(problems: Iterable[Problem], strict: bool) -> tuple[Problem, ...]:
    ordered = in_order(problems)
    return as_errors(ordered) if strict else ordered
