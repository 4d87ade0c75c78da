from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from entry_data import statements

from dlcards import languages
from dlcards.claims.parser import parse_type
from dlcards.claims.print.where import where_lines
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Claim, Path, Statement, StatementText
from dlcards.claims.tree import sym
from dlcards.claims.types import TYPES
from dlcards.claims.types.record import TypeWord


def lines(
    claim: str, let: Mapping[str, str], lang: str = "en", **equality: str
) -> tuple[tuple[str, str], ...]:
    claims = ((("claim", 0, "formula"), claim, equality),)
    statement, problems = read_statement(StatementText("a", let=let, claims=claims))
    assert statement is not None, problems
    return printed(statement, lang)


def printed(statement: Statement, lang: str = "en") -> tuple[tuple[str, str], ...]:
    r"""Return the lines, with every formula inside the words between ``\(`` and ``\)``."""
    return tuple(
        (latex, "".join(rf"\({part}\)" if i % 2 else part for i, part in enumerate(words)))
        for latex, words in where_lines(statement, languages.table(lang, "where"))
    )


def test_names_of_one_type_share_a_line() -> None:
    assert lines("x.T @ y == y.T @ x", {"x": "vector(n)", "y": "vector(n)"}) == (
        (r"\boldsymbol{x}, \boldsymbol{y} \in \mathbb{R}^{n}", ""),
    )


def test_hypotheses_are_told_in_words() -> None:
    assert lines("inv(A) @ A == eye(n)", {"A": "invertible(n)"}) == (
        (r"\boldsymbol{A} \in \mathbb{R}^{n \times n}", "invertible"),
    )
    assert lines("E(X) == E(X) + 0", {"X": "random"}) == (
        ("X", "random variable with finite moments"),
    )


def test_a_name_of_the_equality_case_alone_is_left_out() -> None:
    let = {"x, y": "vector(n)", "c": "real"}
    found = lines("x.T @ y <= norm(x)*norm(y)", let, y="c*x")
    assert "c" not in str(found)


def test_sizes_and_definitions_are_left_out() -> None:
    text = StatementText(
        "a",
        let={"x": "vector(n)"},
        define={"m": "sum(x)/n"},
        claims=((("claim",), "m == mean(x)", {}),),
    )
    statement = read_statement(text)[0]
    assert statement is not None
    assert printed(statement) == ((r"\boldsymbol{x} \in \mathbb{R}^{n}", ""),)


def test_independence_is_a_hypothesis() -> None:
    let = {"X": "Normal(0, 1)", "Y": "Poisson(2)"}
    assert lines("Var(X + Y) == 3", let) == (
        (r"X \sim \mathcal{N}(0, 1)", ""),
        (r"Y \sim \operatorname{Poisson}(2)", r"independent of \(X\)"),
    )
    let = {"X": "independent", "Y": "independent"}
    assert lines("E(X*Y) == E(X)*E(Y)", let) == (
        ("X, Y", "random variables with finite moments, independent of each other"),
    )
    let = {"X": "Normal(0, 1)", "Y": "random"}
    assert lines("E(X + Y) == E(Y)", let)[0] == (
        r"X \sim \mathcal{N}(0, 1)",
        r"independent of \(Y\)",
    )
    let = {"X": "independent", "Y": "Poisson(2)", "Z": "random"}
    assert lines("E(X + Y + Z) == E(X + Z) + 2", let)[1][1] == "independent of the others"
    assert lines("Var(X) == 1", {"X": "Normal(0, 1)"}) == ((r"X \sim \mathcal{N}(0, 1)", ""),)


@pytest.mark.parametrize(
    ("type_", "printed"),
    [
        ("integers(0, 1)", r"i \in \{0, 1\}"),
        ("integers(1, 3)", r"i \in \{1, 2, 3\}"),
        ("integers(1, 4)", r"i \in \{1, \dots, 4\}"),
        ("integers(1, n)", r"i \in \{1, \dots, n\}"),
    ],
)
def test_a_few_values_are_written_one_by_one(type_: str, printed: str) -> None:
    assert lines("i*x == x*i", {"i": type_, "x": "vector(n)"})[0] == (printed, "")


def test_korean_cards_get_korean_words() -> None:
    assert lines("A == A.T", {"A": "symmetric(n)"}, "ko") == (
        (r"\boldsymbol{A} \in \mathbb{R}^{n \times n}", "대칭행렬"),
    )


@pytest.mark.parametrize("lang", languages.codes())
@pytest.mark.parametrize("word", TYPES, ids=lambda word: word.name)
def test_every_type_says_something(word: TypeWord, lang: str) -> None:
    names = ("x", "y") if word.name == "Joint" else ("x",)
    types = dict.fromkeys(names, parse_type(word.example))
    statement = Statement("", types, {}, claims=(Claim("", sym("x")),))
    latex, words = printed(statement, lang)[0]
    assert words or latex.removeprefix(r"\boldsymbol{x}").removeprefix("x")


def test_every_claim_of_the_data_has_its_hypotheses() -> None:
    claiming = [each for each in statements("equations", "examples") if each.claims]
    found = [printed(statement) for statement in claiming]
    assert len(found) > 100
    assert all(found)


def test_hypotheses_beside_the_types_come_last() -> None:
    claims: tuple[tuple[Path, str, dict[str, str]], ...] = (
        (("claim",), "(x**2 - 4)/(x - 2) == x + 2", {}),
    )
    text = StatementText(
        "a", let={"x": "real", "c": "real"}, claims=claims, given=("x != 2", "c > 4")
    )
    statement, problems = read_statement(text)
    assert [problem.code for problem in problems] == ["unused-name"]
    text = replace(text, let={"x": "real"}, given=("x != 2",), claim_given={0: ("x < 9",)})
    statement, _ = read_statement(text)
    assert statement is not None
    assert [latex for latex, _ in printed(statement)] == [
        r"x \in \mathbb{R}",
        r"x \ne 2",
        "x < 9",
    ]


@pytest.mark.parametrize(
    ("type_", "line"),
    [
        ("symmetric(n)", (r"\boldsymbol{x} \in \mathbb{R}^{n \times n}", ())),
        ("unit(n)", (r"\boldsymbol{x} \in \mathbb{R}^{n}", ())),
        ("convex", (r"x: \mathbb{R} \to \mathbb{R}", ())),
        ("quadratic(n, 2)", (r"x: \mathbb{R}^{n} \to \mathbb{R}", ())),
        ("Normal(0, 1)", ("x", ("random variable",))),
        ("random_vector(n)", (r"\boldsymbol{x} \in \mathbb{R}^{n}", ("random vector",))),
        ("white(n)", (r"\boldsymbol{x} \in \mathbb{R}^{n}", ("random vector",))),
    ],
)
def test_a_type_that_serves_the_check_is_not_printed(
    type_: str, line: tuple[str, tuple[str, ...]]
) -> None:
    types = {"x": parse_type(type_)}
    statement = Statement("", types, {}, claims=(Claim("", sym("x")),), unsaid=("x",))
    assert where_lines(statement, languages.table("en", "where")) == (line,)


def test_an_interval_without_end_is_open_there() -> None:
    types = {"x": parse_type("closed_interval(1, oo)")}
    statement = Statement("", types, {}, claims=(Claim("", sym("x")),))
    assert [latex for latex, _ in printed(statement)] == [r"x \in [1, \infty)"]
