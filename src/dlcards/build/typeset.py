"""Families of exercises become what their cards show, with the numbers of each variant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dlcards import languages
from dlcards.claims.verdict import Level
from dlcards.content.families import ExerciseItem
from dlcards.content.library import Library
from dlcards.exercises.answers import expected
from dlcards.exercises.lock import Locked
from dlcards.exercises.model import ANSWER, Family, Text, Variant
from dlcards.exercises.printing import (
    Printed,
    names_of,
    printed,
    printed_answer,
    printed_mistake,
)
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
        related=library.titles(exercise.drills, lang),
        tags=(*library.project.tags, *exercise.tags),
    )


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
                _prose(printed_mistake(wrong, family, variant)),
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
