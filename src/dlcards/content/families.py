"""Families of exercises: one file each, ``exercises/<subject>/<id>.yaml``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from dlcards.claims.statement import FormulaProblem
from dlcards.content.schema import Exercise, read_model
from dlcards.documents import Document, read_document
from dlcards.problems import Problem

if TYPE_CHECKING:
    from dlcards.exercises.model import Family, FamilyText


@dataclass(frozen=True, slots=True)
class ExerciseItem:
    """A family that has been read.

    Parameters
    ----------
    id, subject : str
        File name and folder.
    exercise : Exercise
    digest : str
        Hash of the text of the file.
    read : callable
        Returns the family as trees, None where they cannot be read, and its mistakes.
    document : Document
        For the place of problems.
    sound : bool
        Whether nothing is wrong with it.
    """

    id: str
    subject: str
    exercise: Exercise
    digest: str
    read: Callable[[], tuple[Family | None, tuple[FormulaProblem, ...]]]
    document: Document
    sound: bool = False

    @property
    def first_id(self) -> str:
        """The id that the note and the draws keep when the family is renamed."""
        return self.exercise.formerly[0] if self.exercise.formerly else self.id

    @property
    def family(self) -> Family | None:
        """The family; None where it cannot be read."""
        return self.read()[0]


def read_exercise(
    text: str, file: str, name: str, subject: str, data: dict[str, Any] | None = None
) -> tuple[ExerciseItem | None, list[Problem]]:
    """Read the text of a family; its formulas are read when they are asked for.

    Parameters
    ----------
    data : dict, optional
        What an earlier build read in this text.
    """
    problems: Iterable[Problem] = ()
    document: Document | None
    if data is not None:
        document = Document(file, text, data)
    else:
        document, problems = read_document(text, file)
    if document is None:
        return None, list(problems)
    exercise, misfits = read_model(Exercise, document)
    if exercise is None:
        return None, [*problems, *misfits]
    digest = text_digest(text)
    first = exercise.formerly[0] if exercise.formerly else name
    read = cache(partial(_read, exercise, first))
    return ExerciseItem(name, subject, exercise, digest, read, document), list(problems)


def text_digest(text: str) -> str:
    """Return the hash of the text of a file."""
    return hashlib.sha256(text.encode()).hexdigest()


def _read(exercise: Exercise, first_id: str) -> tuple[Family | None, tuple[FormulaProblem, ...]]:
    from dlcards.exercises.reader import read_family  # start-up

    return read_family(family_text(exercise, first_id))


def family_text(exercise: Exercise, first_id: str) -> FamilyText:
    """Return the formulas and texts of a family, as they were written."""
    from dlcards.exercises.model import FamilyText  # start-up

    return FamilyText(
        first_id,
        exercise.ask,
        exercise.answer,
        exercise.draw,
        tuple(exercise.claim),
        exercise.let,
        exercise.show,
        tuple(exercise.given),
        exercise.reply or "",
        tuple(exercise.choices),
        tuple(exercise.steps),
        exercise.hint or "",
        tuple((each.answer, each.says) for each in exercise.mistakes),
        tuple(exercise.note),
        frozenset(exercise.allows),
        exercise.variants,
    )


def in_order_of_entries(
    exercises: Mapping[str, ExerciseItem], entries: Iterable[str]
) -> Iterator[ExerciseItem]:
    """Yield the families that drill these entries, in their order; of one entry by level.

    A family stands with the last of its entries: only then all of it has been learned.
    """
    place = {name: number for number, name in enumerate(entries)}
    ready = [
        (max(place[name] for name in each.exercise.drills), each.exercise.level, each.id)
        for each in exercises.values()
        if all(name in place for name in each.exercise.drills)
    ]
    for _, _, name in sorted(ready):
        yield exercises[name]
