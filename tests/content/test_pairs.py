"""Which cards ask the same, wherever they stand in the library."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dlcards.cli.console import Progress
from dlcards.commands.check import check
from dlcards.content.pairs import MOST_OWNERS, MOST_PAIRS, repeated_cards, terms
from dlcards.content.reader import read_library
from dlcards.problems import Problem, Severity
from dlcards.requests import CheckRequest
from samples import DECK, Project

HEAD = 'kind: concept\ntopic: test\nmeaning: {meaning}\nsources: ["https://example.org"]\n'
KEEPS = "{ask: What does normalising a vector keep?, answer: Its direction}"

OTHERWISE = "{ask: What do vectors keep when one normalises them?, answer: The direction}"


def entry(title: str, *questions: str, meaning: str = "", more: str = "") -> str:
    rows = "".join(f"  q{i}: {text}\n" for i, text in enumerate(questions, 1))
    told = meaning or f"{title}."
    asked = f"questions:\n{rows}" if rows else ""
    return f"title: {title}\n{HEAD.format(meaning=told)}{more}{asked}"


def notes(*questions: str) -> str:
    rows = "".join(f"  n{i}: {text}\n" for i, text in enumerate(questions, 1))
    return f"title: Short\ntopic: test\nsources: [A book]\nnotes:\n{rows}"


def found(project: Project, *paths: str, **entries: str) -> list[Problem]:
    """Return what is told about pairs of entries and lists; a list begins with its title."""
    files = {
        f"formulas/calculus/{name}{'.notes' if chr(10) + 'notes:' in text else ''}.yaml": text
        for name, text in entries.items()
    }
    root = project({**files, "decks/calculus.yaml": DECK})
    request = CheckRequest(root, tuple(Path(path) for path in paths), mutate=False, jobs=0)
    told = ("asked-twice", "two-answers", "needless-distinct", "confusable-fronts")
    return [p for p in check(request, Progress(quiet=True)).problems if p.code in told]


def codes(project: Project, **entries: str) -> list[str]:
    return [problem.code for problem in found(project, **entries)]


@pytest.mark.parametrize(
    "other",
    [
        KEEPS,
        OTHERWISE,
        "{ask: When a vector keeps its direction what is it then?, answer: Normalised}",
    ],
    ids=["the same", "in another form", "the other way round"],
)
def test_one_fact_in_the_same_words_is_told_with_both_places(project: Project, other: str) -> None:
    one, two = entry("Length", KEEPS), entry("Arrow", "{ask: Why?, answer: So}", other)
    (problem,) = found(project, arrow=two, length=one)
    assert problem.code == "asked-twice"
    assert str(problem.location) == "formulas/calculus/length.yaml:7:13"
    assert "formulas/calculus/arrow.yaml:8:13" in problem.message
    assert problem.severity is Severity.WARNING


def test_one_question_with_two_answers_is_an_error(project: Project) -> None:
    one = entry("Length", "{ask: Which norm does weight decay use?, answer: The Euclidean one}")
    two = entry("Decay", "{ask: Which norm uses the weight decay?, answer: That of Frobenius}")
    (problem,) = found(project, decay=two, length=one)
    assert (problem.code, problem.severity) == ("two-answers", Severity.ERROR)


def test_two_cards_of_one_entry_are_compared_too(project: Project) -> None:
    assert codes(project, length=entry("Length", KEEPS, KEEPS)) == ["asked-twice"]


def test_a_question_that_its_own_meaning_answers_is_found(project: Project) -> None:
    meaning = "Normalising a vector keeps its direction."
    assert codes(project, length=entry("Unit vector", KEEPS, meaning=meaning)) == ["asked-twice"]


def test_equal_titles_are_one_question(project: Project) -> None:
    one = entry("Gradient", meaning="A row of slopes.")
    two = entry("Gradient", meaning="Where it rises fastest.")
    assert codes(project, one=one, two=two) == ["two-answers"]


@pytest.mark.parametrize(
    ("let", "claim", "expected"),
    [
        ("a: real, b: real", "(a - b)**2 == a**2 - 2*a*b + b**2", ["asked-twice"]),
        ("a: real, b: real", "(a + b)**2 == a**2 + 2*a*b + b**2", []),
        ("a: positive, b: real", "(a - b)**2 == a**2 - 2*a*b + b**2", []),
    ],
    ids=["other letters", "another formula", "another type"],
)
def test_a_formula_is_the_same_whatever_its_letters(
    project: Project, let: str, claim: str, expected: list[str]
) -> None:
    square = "let: {x: real, y: real}\nclaim: (x - y)**2 == x**2 - 2*x*y + y**2\n"
    one = entry("Square of a difference", more=square)
    two = entry("Binomial", more=f"let: {{{let}}}\nclaim: {claim}\n")
    assert codes(project, one=one, two=two) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{ask: What is the shape of a 2 × 3 matrix transposed?, answer: 3 × 2}",) * 2,
    ],
)
def test_the_same_card_is_found_with_numbers_too(project: Project, one: str, other: str) -> None:
    assert codes(project, a=entry("Turn", one), b=entry("Shape", other)) == ["asked-twice"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "{ask: In which space does the column space of a 5 × 2 matrix lie?, answer: In ℝ⁵}",
            "{ask: In which space does the null space of a 2 × 5 matrix lie?, answer: In ℝ⁵}",
        ),
        (
            "{ask: What is the slope of the sigmoid at 0?, answer: One quarter}",
            "{ask: What is the slope of tanh at 0?, answer: One}",
        ),
        (
            '{ask: "What is the derivative of $x**2$?", answer: $2*x$}',
            '{ask: "What is the derivative of $x**3$?", answer: $3*x**2$}',
        ),
    ],
)
def test_facts_that_only_sound_alike_pass(project: Project, one: str, other: str) -> None:
    assert "asked-twice" not in codes(project, a=entry("One", one), b=entry("Two", other))


def test_a_pair_is_told_at_the_entry_that_is_checked(project: Project) -> None:
    arrow, length = entry("Arrow", KEEPS), entry("Length", KEEPS)
    for name in ("arrow", "length"):
        (problem,) = found(project, f"formulas/calculus/{name}.yaml", arrow=arrow, length=length)
        assert problem.location.file == f"formulas/calculus/{name}.yaml"


def test_a_pair_is_accepted_with_a_reason(project: Project) -> None:
    one = entry("Length", KEEPS, more="distinct: {arrow: that is a picture}\n")
    assert codes(project, arrow=entry("Arrow", OTHERWISE), length=one) == []


@pytest.mark.parametrize(
    ("distinct", "expected"),
    [("{arrow: once alike}", ["needless-distinct"]), ("{arow: once alike}", [])],
)
def test_an_acceptance_that_nothing_needs_is_told(
    project: Project, distinct: str, expected: list[str]
) -> None:
    one = entry("Length", KEEPS, more=f"distinct: {distinct}\n")
    assert codes(project, arrow=entry("Arrow"), length=one) == expected


@pytest.mark.parametrize("other", [KEEPS, OTHERWISE], ids=["the same", "in another form"])
def test_a_note_of_a_list_is_compared_with_the_entries(project: Project, other: str) -> None:
    (problem,) = found(project, short=notes("{ask: Why?, answer: So}", other), a=entry("A", KEEPS))
    assert (problem.code, problem.severity) == ("asked-twice", Severity.WARNING)
    assert str(problem.location) == "formulas/calculus/short.notes.yaml:6:13"
    assert "formulas/calculus/a.yaml:7:13" in problem.message


@pytest.mark.parametrize(
    "lists", [{"one": notes(KEEPS), "two": notes(OTHERWISE)}, {"one": notes(KEEPS, OTHERWISE)}]
)
def test_notes_of_lists_are_compared_with_each_other(
    project: Project, lists: dict[str, str]
) -> None:
    assert codes(project, **lists) == ["asked-twice"]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("{ask: Which norm does weight decay use?, answer: That of Frobenius}", ["two-answers"]),
        ("{ask: Which norm does weight DECAY use, answer: That of Frobenius}", ["two-answers"]),
        ("{ask: Which norm uses the weight decay?, answer: That of Frobenius}", []),
    ],
    ids=["the same words", "but for signs and capitals", "another order"],
)
@pytest.mark.parametrize("whole", [notes, lambda one: entry("Decay", one)], ids=["list", "entry"])
def test_a_note_has_two_answers_for_the_same_words_only(
    project: Project, whole: Callable[[str], str], other: str, expected: list[str]
) -> None:
    one = "{ask: Which norm does weight decay use?, answer: The Euclidean one}"
    assert codes(project, one=whole(one), two=notes(other)) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{ask: What is 12 - 5?, answer: seven}", "{ask: What is 5 - 12?, answer: minus seven}"),
        ("{ask: What is 12 - 5?, answer: seven}", "{ask: What is 5 + 12?, answer: seventeen}"),
        ("{ask: What is 3 + 4?, answer: '7'}", "{ask: What is 7 + 4?, answer: '11'}"),
        ("{ask: What is 3-4?, answer: minus one}", "{ask: What is 4-3?, answer: one}"),
    ],
)
def test_notes_with_other_numbers_or_signs_are_other_notes(
    project: Project, one: str, other: str
) -> None:
    assert codes(project, sums=notes(one, other)) == []


def test_a_pair_with_a_list_is_told_at_the_file_that_is_checked(project: Project) -> None:
    files = {"length": entry("Length", KEEPS), "short": notes(KEEPS)}
    for file in ("length.yaml", "short.notes.yaml"):
        (problem,) = found(project, f"formulas/calculus/{file}", **files)
        assert problem.location.file == f"formulas/calculus/{file}"


def test_a_pair_of_an_entry_and_a_list_is_accepted_with_a_reason(project: Project) -> None:
    distinct = "distinct: {short: that is a drill}\n"
    one = entry("Length", KEEPS, more=distinct)
    assert codes(project, length=one, short=notes(OTHERWISE)) == []
    other = notes("{ask: Why?, answer: So}")
    assert codes(project, length=one, short=other) == ["needless-distinct"]


def test_words_are_compared_by_their_stems_and_formulas_in_one_order() -> None:
    assert terms("Normalised vectors") == terms("What normalises a vector?")
    assert terms("$a*b + 1$") == terms("$1 + b*a$") != terms("$1 + a@b$")


@pytest.mark.slow
def test_the_work_grows_with_the_number_of_cards(project: Project) -> None:
    """A hundred times as many comparisons are possible, but only cards that share a word count."""
    names = ("alpha", "beta", "gamma", "delta", "kappa", "sigma", "omega", "theta", "lambda", "rho")
    words = [f"{a}{b}" for a in names for b in names]

    def spent(count: int) -> float:
        root = project(
            {
                f"formulas/calculus/e{i}.yaml": entry(
                    f"Title {words[i % 100]}{i}",
                    f"{{ask: What is the {words[i % 100]} of the {words[i * 7 % 100]}{i}?,"
                    f" answer: A {words[i * 3 % 100]}{i}}}",
                )
                for i in range(count)
            }
        )
        library, _ = read_library(root)
        times = []
        for _ in range(3):  # the shortest is least disturbed by other work
            start = time.process_time()
            repeated_cards(library.items.values(), library.lists.values())
            times.append(time.process_time() - start)
        return min(times)

    small, large = spent(100), spent(1000)
    assert large < 40 * small


def test_many_copies_are_told_a_few_times_each(project: Project) -> None:
    root = project({f"formulas/calculus/e{i}.yaml": entry(f"T{i}", KEEPS) for i in range(120)})
    library, _ = read_library(root)
    pairs = repeated_cards(library.items.values())
    assert 100 < len(pairs) <= MOST_PAIRS * 120
    assert MOST_OWNERS < 120
