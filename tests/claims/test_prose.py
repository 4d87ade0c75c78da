from __future__ import annotations

import pytest

from dlcards.claims.prose import InlineKind, read_prose, relations
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Statement, StatementText


@pytest.fixture
def statement() -> Statement:
    found = read_statement(StatementText("a", let={"x": "real", "A": "square(n)"}))[0]
    assert found is not None
    return found


def split(text: str) -> list[tuple[str, str]]:
    inlines, problems = read_prose(text)
    assert not problems
    return [(str(inline.kind), inline.text) for inline in inlines]


def test_a_text_without_signs_is_one_inline() -> None:
    assert split("Slopes multiply.") == [("text", "Slopes multiply.")]


def test_formulas_code_and_emphasis_are_inlines() -> None:
    assert split("*Never* use `a*b` for $x*y$") == [
        ("emphasis", "Never"),
        ("text", " use "),
        ("code", "a*b"),
        ("text", " for "),
        ("math", "x*y"),
    ]


@pytest.mark.parametrize("text", ["2 * 3 * 4", "a*b*c", "5 * x", "*", "** twice **"])
def test_a_star_between_other_signs_is_a_star(text: str) -> None:
    assert split(text) == [("text", text)]


def test_a_backslash_makes_an_ordinary_sign() -> None:
    assert split(r"It costs \$5 or \`6\` \*now\*") == [("text", "It costs $5 or `6` *now*")]


@pytest.mark.parametrize(("text", "start"), [("costs $5", 6), ("use `x", 4)])
def test_an_open_sign_is_a_problem(text: str, start: int) -> None:
    _, problems = read_prose(text, path=("why",))
    assert [(p.code, p.path, p.start) for p in problems] == [("unclosed-sign", ("why",), start)]


def test_a_mistake_in_a_formula_is_found_in_the_text(statement: Statement) -> None:
    text = "so $x + sigmod(x)$ grows"
    _, problems = read_prose(text, statement, ("why",))
    assert [text[p.start : p.end] for p in problems] == ["sigmod"]


def test_the_tree_counts_from_the_start_of_the_text(statement: Statement) -> None:
    text = "so $2*x$"
    node = read_prose(text, statement)[0][1].node
    assert node is not None
    assert text[node.start : node.end] == "2*x"
    assert text[node.args[1].start : node.args[1].end] == "x"


def test_a_relation_is_asserted_and_needs_declared_names(statement: Statement) -> None:
    inlines, problems = read_prose("as $x + x == 2*x$, see $x**2$", statement)
    assert not problems
    assert [inline.text for inline in relations(inlines)] == ["x + x == 2*x"]
    assert [p.code for p in read_prose("as $q == 2$", statement)[1]] == ["unknown-name"]


def test_a_condition_is_printed_and_not_asserted(statement: Statement) -> None:
    inlines, problems = read_prose("for $if q > 0$ only", statement)
    assert not problems
    assert inlines[1].condition
    assert inlines[1].text == "q > 0"
    assert not relations(inlines)


def test_html_is_just_text() -> None:
    assert read_prose("<b>x</b>")[0][0].kind is InlineKind.TEXT
