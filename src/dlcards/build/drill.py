"""Exercises are drawn, judged where the lock does not know them, and printed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from dlcards import languages
from dlcards.claims.statement import FormulaProblem
from dlcards.claims.verdict import Level
from dlcards.content.families import ExerciseItem, family_text
from dlcards.content.library import Item, Library
from dlcards.content.texts import formula_problem
from dlcards.documents import MAX_PROBLEMS, Places
from dlcards.exercises.answers import expected
from dlcards.exercises.lock import Locked, VariantsLock, fingerprint, read_lock, write_lock
from dlcards.exercises.model import ANSWER, Family, Text, Variant
from dlcards.exercises.printing import (
    Printed,
    names_of,
    printed,
    printed_answer,
    printed_value,
)
from dlcards.exercises.task import FamilyTask, Judged, judge_family, portable
from dlcards.exercises.values import worked_out
from dlcards.exercises.variants import choose_variants
from dlcards.model import (
    CheckSummary,
    ExerciseContent,
    ExerciseMistake,
    ExerciseVariant,
    Piece,
    PieceKind,
    Prose,
    SourceLink,
)
from dlcards.problems import Problem
from dlcards.project import VARIANTS_LOCK, is_installed
from dlcards.requests import Watcher
from dlcards.workers import Result, run_tasks

SECONDS = 300.0
"""A family that takes longer to judge is told to be too slow."""


@dataclass(frozen=True, slots=True)
class Drilled:
    """What was found out about families.

    Parameters
    ----------
    families : mapping of str to Locked
        Variants and counts by id, of families without a mistake.
    problems : tuple of Problem
    judged : int
        Families that were judged now; the lock knew the others.
    seconds : float
        What that took, by the clock.
    """

    families: Mapping[str, Locked] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    judged: int = 0
    seconds: float = 0.0


def drill(
    library: Library,
    items: Sequence[ExerciseItem],
    watcher: Watcher,
    *,
    jobs: int,
    fresh: bool = False,
    complete: bool = False,
) -> Drilled:
    """Judge every variant of families; what the lock knows is not judged again.

    Parameters
    ----------
    library : Library
    items : sequence of ExerciseItem
    watcher : Watcher
    jobs : int
        Worker processes.
    fresh : bool
        Trust no verdict in the lock; its variants stay.
    complete : bool
        Whether these are all families: what else is in the lock goes.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; what was finished is in the lock.
    """
    path = library.root / VARIANTS_LOCK
    lock = read_lock(path)
    readable = [item for item in items if item.family is not None]
    texts = {item.id: family_text(item.exercise, item.first_id) for item in readable}
    keys = {name: fingerprint(text) for name, text in texts.items()}
    before = {item.id: lock.families.get(item.first_id) for item in readable}
    known: dict[str, Locked] = {}
    todo: list[ExerciseItem] = []
    for item in readable:
        locked = before[item.id]
        if locked is not None and locked.key == keys[item.id] and not fresh:
            known[item.id] = locked
        else:
            todo.append(item)
    tasks = []
    for item in todo:
        locked = before[item.id]
        pinned = locked.variants if locked is not None else ()
        tasks.append(FamilyTask(portable(texts[item.id]), pinned))
    start = time.perf_counter()
    results = _judged(tasks, watcher, jobs)
    seconds = time.perf_counter() - start
    problems: list[Problem] = []
    for item, result in zip(todo, results, strict=True):
        judged = result.value
        if judged is None:
            problems += _failed(item, result)
            continue
        problems += placed(item, judged.problems)
        if not judged.problems:
            known[item.id] = Locked(
                keys[item.id], judged.variants, judged.passed, judged.tried, judged.rejected
            )
    first_ids = {item.id: item.first_id for item in readable}
    found = {first_ids[name]: locked for name, locked in known.items()}
    kept = {} if complete else dict(lock.families)
    if complete:  # a family with a mistake keeps its variants
        names = {item.first_id for item in library.exercises.values()}
        kept = {name: each for name, each in lock.families.items() if name in names}
    families = {**kept, **found}
    if (families != lock.families or lock.damaged) and not is_installed(library.root):
        with suppress(OSError):  # what cannot be written is judged again next time
            write_lock(path, VariantsLock(families))
    if any(result.message == "interrupted" for result in results):
        raise KeyboardInterrupt
    return Drilled(known, tuple(problems), len(tasks), seconds)


def _judged(tasks: Sequence[FamilyTask], watcher: Watcher, jobs: int) -> list[Result[Judged]]:
    if not tasks:
        return []
    with watcher.step("Judging exercises", len(tasks)) as advance:
        return run_tasks(
            judge_family,
            tasks,
            jobs=jobs,
            seconds_per_task=SECONDS,
            on_done=lambda _, __: advance(1),
            small=True,
        )


def _failed(item: ExerciseItem, result: Result[Judged]) -> Iterator[Problem]:
    if result.message == "interrupted":
        return
    message = f"the family could not be judged: {result.message or result.failure}"
    hint = "make its formulas simpler"
    yield Places(item.document).problem((), "check-failed", message, hint)


def placed(item: ExerciseItem, found: Iterable[FormulaProblem]) -> list[Problem]:
    """Return mistakes inside the texts of a family as problems at their places in its file."""
    problems = list(found)[:MAX_PROBLEMS]
    if not problems:
        return []
    places = Places(item.document)
    return [formula_problem(places, problem) for problem in problems]


def printed_family(
    item: ExerciseItem,
    library: Library,
    locked: Locked,
    sources: Sequence[SourceLink] = (),
    source_tags: tuple[str, ...] = (),
    *,
    lang: str = languages.SOURCE,
) -> ExerciseContent:
    """Print everything that the card of a family shows.

    Parameters
    ----------
    item : ExerciseItem
    library : Library
        For the titles of what it drills.
    locked : Locked
        Its variants, judged.
    """
    family = item.family
    assert family is not None
    exercise = item.exercise
    variants = variants_of(family, locked)
    related = [library.items[name] for name in exercise.drills if name in library.items]
    return ExerciseContent(
        id=item.first_id,
        title=exercise.title,
        subject=item.subject,
        topic=exercise.topic,
        variants=tuple(_variant(family, variant) for variant in variants),
        level=exercise.level,
        lang=library.project.labels(lang),
        written=library.project.language,
        namespace=library.project.namespace,
        sources=tuple(sources),
        source_tags=source_tags,
        check=CheckSummary(Level.NUMERIC),
        related=tuple((other.first_id, _title(other, lang)) for other in related),
        tags=(*library.project.tags, *exercise.tags),
    )


def _title(item: Item, lang: str) -> str:
    translation = item.translations.get(lang)
    return (translation.title if translation is not None else None) or item.entry.title


def variants_of(family: Family, locked: Locked) -> tuple[Variant, ...]:
    """Return the variants that the lock names."""
    return choose_variants(family, locked.variants, len(locked.variants))


def _variant(family: Family, variant: Variant) -> ExerciseVariant:
    def text(words: Text) -> Prose:
        return _prose(printed(words, family, variant))

    mistakes = []
    for mistake in family.mistakes:
        wrong = worked_out(mistake.answer.node, names_of(variant))
        mistakes.append(
            ExerciseMistake(
                _prose(printed_value(wrong, family, variant)),
                text(mistake.says),
                expected(family, variant, wrong),
            )
        )
    return ExerciseVariant(
        problem=text(family.ask),
        answer=_prose(printed_answer(family, variant)),
        steps=tuple(map(text, family.steps)),
        hint=text(family.hint),
        mistakes=tuple(mistakes),
        check=expected(family, variant, variant.values[ANSWER]),
    )


def _prose(parts: Iterable[Printed]) -> Prose:
    return tuple(Piece(PieceKind(part.kind.value), part.text) for part in parts)
