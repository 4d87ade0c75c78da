"""Exercises on paper: problems, and their solutions on a page of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path

from dlcards import languages
from dlcards.build.drill import drill
from dlcards.build.flow import exercise_contents, workers
from dlcards.cards.mathml import mathml
from dlcards.content.families import ExerciseItem, in_order_of_entries
from dlcards.content.library import Library
from dlcards.content.project_file import of_project
from dlcards.content.reader import read_library
from dlcards.content.selection import deck_items, find_deck
from dlcards.languages import SOURCE
from dlcards.model import ExerciseContent, ExerciseVariant, PieceKind, Prose
from dlcards.problems import ContentError, Problem, UsageError, has_errors
from dlcards.requests import Watcher
from dlcards.validation import nearest

STYLE = """\
@page { size: A4; margin: 18mm 16mm; }
body { max-width: 178mm; margin: 0 auto; padding: 8mm 4mm; color: #000; background: #fff;
  font: 11pt/1.45 "Helvetica Neue", Arial, "Noto Sans", sans-serif; }
h1 { margin: 0 0 1mm; font-size: 16pt; }
h2 { margin: 0 0 4mm; font-size: 13pt; }
.about { margin: 0 0 7mm; font-size: 9pt; }
ol { margin: 0; padding-left: 8mm; }
li { break-inside: avoid; margin-bottom: 5mm; }
.title { font-weight: bold; }
.problem { margin: .5mm 0 0; }
.room { height: 22mm; }
.solutions { break-before: page; }
.solutions li { margin-bottom: 4mm; }
.answer { margin: 0; font-weight: bold; }
.step { margin: .5mm 0 0 4mm; }
math { font-size: 1.05em; }
mtd { padding: .1em .4em; }
@media print { body { padding: 0; max-width: none; } }
"""


@dataclass(frozen=True, slots=True)
class WorksheetRequest:
    """What is to be printed.

    Parameters
    ----------
    root : Path
    deck : str
    topic : str
        Only families of this topic; all when empty.
    count : int
        How many problems.
    seed : int
        Another seed gives other variants in another order.
    """

    root: Path
    deck: str
    topic: str = ""
    count: int = 20
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A printable page, how many problems it has, and what is wrong with content."""

    page: str
    problems: int
    found: tuple[Problem, ...] = ()


def make_worksheet(request: WorksheetRequest, watcher: Watcher) -> Worksheet:
    """Choose problems of a deck and print them.

    Every family comes once before one comes twice, in the order in which they are learned;
    no variant is repeated.

    Raises
    ------
    UsageError
        When the deck or the topic does not exist, or has no exercise.
    ContentError
        When a chosen family is wrong.
    """
    library, misread = read_library(request.root)
    if of_project(misread):
        raise ContentError(of_project(misread))
    source = find_deck(library, request.deck)
    families = _families(library, (item.id for item in deck_items(library, source)), request)
    drilled = drill(library, families, watcher, jobs=workers(None))
    files = {family.document.file for family in families}
    found = [problem for problem in misread if problem.location.file in files]
    found += drilled.problems
    if has_errors(found):
        raise ContentError(found)
    contents = exercise_contents(library, families, drilled, SOURCE)
    chosen = _chosen([contents[family.id] for family in families], request)
    language = library.project.labels(SOURCE)
    page = _page(source.deck.title.rpartition("::")[2], chosen, request.seed, language)
    return Worksheet(page, len(chosen), tuple(found))


def _families(
    library: Library, entries: Iterable[str], request: WorksheetRequest
) -> tuple[ExerciseItem, ...]:
    found = tuple(in_order_of_entries(library.exercises, entries))
    if not found:
        raise UsageError(f"the deck {request.deck!r} has no exercises")
    if not request.topic:
        return found
    of_topic = tuple(each for each in found if each.exercise.topic == request.topic)
    if not of_topic:
        topics = sorted({each.exercise.topic for each in found})
        hint = nearest(request.topic, topics) or f"topics: {', '.join(topics)}"
        raise UsageError(f"no exercise of the deck has the topic {request.topic!r}; {hint}")
    return of_topic


def _chosen(
    contents: Sequence[ExerciseContent], request: WorksheetRequest
) -> list[tuple[ExerciseContent, ExerciseVariant]]:
    """Return families with one variant each, taken in turns until there are enough."""
    shuffled = {each.id: _shuffled(each, request.seed) for each in contents}
    order = sorted(contents, key=lambda each: _hash(request.seed, each.id, -1))
    longest = max(len(variants) for variants in shuffled.values())
    turns = [(turn, each) for turn in range(longest) for each in order]
    taken = [pair for pair in turns if pair[0] < len(shuffled[pair[1].id])][: request.count]
    place = {each.id: number for number, each in enumerate(contents)}
    taken.sort(key=lambda pair: (place[pair[1].id], pair[0]))
    return [(each, shuffled[each.id][turn]) for turn, each in taken]


def _shuffled(content: ExerciseContent, seed: int) -> list[ExerciseVariant]:
    numbers = sorted(range(len(content.variants)), key=lambda n: _hash(seed, content.id, n))
    return [content.variants[number] for number in numbers]


def _hash(seed: int, name: str, number: int) -> str:
    return sha256(f"{seed}/{name}/{number}".encode()).hexdigest()


def _page(
    title: str,
    chosen: Sequence[tuple[ExerciseContent, ExerciseVariant]],
    seed: int,
    language: str,
) -> str:
    words = languages.table(language, "cards")["worksheet"]
    about = words["about"].format(count=len(chosen), seed=seed)
    problems = "".join(_problem(content, variant) for content, variant in chosen)
    solutions = "".join(_solution(variant) for _, variant in chosen)
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{escape(title)}</h1>\n<p class="about">{escape(about)}</p>\n<ol>\n{problems}</ol>\n'
        f'<section class="solutions">\n<h2>{escape(words["solutions"])}</h2>\n'
        f"<ol>\n{solutions}</ol>\n</section>\n</body>\n</html>\n"
    )


def _problem(content: ExerciseContent, variant: ExerciseVariant) -> str:
    heading = f'<span class="title">{escape(content.title)}</span>'
    asked = f'<p class="problem">{_html(variant.problem)}</p>'
    return f'<li>{heading}{asked}<div class="room"></div></li>\n'


def _solution(variant: ExerciseVariant) -> str:
    steps = "".join(f'<p class="step">{_html(step)}</p>' for step in variant.steps)
    return f'<li><p class="answer">{_html(variant.answer)}</p>{steps}</li>\n'


def _html(prose: Prose) -> str:
    return "".join(_piece(piece.kind, piece.text) for piece in prose)


def _piece(kind: PieceKind, text: str) -> str:
    if kind in (PieceKind.MATH, PieceKind.DISPLAY):
        return mathml(text)
    tag = {PieceKind.CODE: "code", PieceKind.EMPHASIS: "em"}.get(kind)
    return f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text)
