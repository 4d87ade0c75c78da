"""A part of a formula is hidden only where it is printed, whole, once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcards.cards import blanks
from dlcards.claims.parser import parse_formula
from dlcards.claims.print.latex import to_latex
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Statement, StatementText

LET = {"f, g": "function", "a, b, c, e, x, y": "real", "A, B": "square(n)", "v": "vector(n)"}
CHAIN = "d(f(g(x)), x) == D(f, g(x))*D(g, x)"


@pytest.fixture(scope="module")
def statement() -> Statement:
    found, problems = read_statement(StatementText("a", let=LET))
    assert found is not None, problems
    return found


def marked(statement: Statement, formula: str, *parts: str) -> str:
    trees = [parse_formula(part) for part in parts]
    latex, problems = blanks.mark(parse_formula(formula), statement, dict(enumerate(trees, 1)))
    assert not problems
    assert blanks.without_marks(latex) == to_latex(parse_formula(formula), statement)
    assert blanks.slots(latex) == tuple(range(1, len(parts) + 1))
    return latex


def error(statement: Statement, formula: str, part: str) -> str:
    _, problems = blanks.mark(parse_formula(formula), statement, {1: parse_formula(part)})
    (problem,) = problems
    assert problem.path == ("blanks", "b1")
    assert problem.message
    assert problem.hint
    return problem.code


def test_a_part_is_wrapped_where_it_is_printed(statement: Statement) -> None:
    assert marked(statement, CHAIN, "D(f, g(x))") == (
        r"\frac{d}{dx} f(g(x)) = {\class{blank1}{f'(g(x))}}\,g'(x)"
    )


@pytest.mark.parametrize(
    ("formula", "part", "shown"),
    [
        ("a*b*c", "b*c", r"a {\class{blank1}{b c}}"),
        ("a*b*c", "a*b", r"{\class{blank1}{a b}} c"),
        ("A @ B @ v", "B @ v", r"\boldsymbol{A} {\class{blank1}{\boldsymbol{B} \boldsymbol{v}}}"),
        ("a + b - c", "b - c", r"a + {\class{blank1}{b - c}}"),
        ("(a + b)/c", "a + b", r"\frac{{\class{blank1}{a + b}}}{c}"),
        ("-a*b/c", "a*b", r"-\frac{{\class{blank1}{a b}}}{c}"),
        ("a*(b + c)", "b + c", r"a\,({\class{blank1}{b + c}})"),
    ],
)
def test_neighbouring_terms_and_factors_are_a_part(
    statement: Statement, formula: str, part: str, shown: str
) -> None:
    assert marked(statement, formula, part) == shown


@pytest.mark.parametrize(
    ("formula", "part"),
    [
        (CHAIN, "D(f, x)"),
        ("a - b + c", "b + c"),  # it stands there, but means something else
        ("a*b + c", "b + c"),
        ("a*b", "b*a"),
        ("sin(x)**2", "sin(x)"),  # printed as sin²(x)
    ],
)
def test_a_part_that_does_not_occur(statement: Statement, formula: str, part: str) -> None:
    assert error(statement, formula, part) == "blank-not-found"


@pytest.mark.parametrize(
    ("formula", "part"), [("x + x", "x"), (CHAIN, "g(x)"), ("v[i]*v[i]", "i"), ("d(x*y, x)", "x")]
)
def test_a_part_that_the_rest_would_show(statement: Statement, formula: str, part: str) -> None:
    assert error(statement, formula, part) == "blank-visible"


def test_a_small_blank_may_lie_inside_a_large_one(statement: Statement) -> None:
    both = marked(statement, "a + b*c", "b*c", "c")
    assert both == r"a + {\class{blank1}{b {\class{blank2}{c}}}}"
    assert marked(statement, "a + b*c", "c", "b*c").count("blank1}{c}") == 1
    assert blanks.cloze_latex(both) == (
        r"a + {\class{blank1}{ {{c1::b {\class{blank2}{ {{c2::c::\phantom{c} }} } }"
        r" ::\phantom{b c} }} } }"
    )


def test_blanks_that_cross_are_not_both_hidden(statement: Statement) -> None:
    parts = [parse_formula("a*b*c"), parse_formula("b*c*e")]
    latex, problems = blanks.mark(parse_formula("a*b*c*e*x"), statement, dict(enumerate(parts, 1)))
    assert latex == r"{\class{blank1}{a b c}} e x"
    assert [(p.code, p.path) for p in problems] == [("blank-not-found", ("blanks", "b2"))]


def test_the_blank_has_the_size_of_what_it_hides(statement: Statement) -> None:
    field = blanks.cloze_latex(marked(statement, "a + 1/3", "1/3"))
    assert r"{{c1::\frac{1}{3} ::\phantom{\frac{1}{3} } }}" in field


def test_no_double_colon_is_taken_for_a_hint() -> None:
    assert "a:{}:b" in blanks.cloze_latex(r"x + {\class{blank1}{a::b}}")


ATOMS = st.sampled_from(["x", r"\alpha", r"\frac{a}{b}", r"u_{i_{j}}", r"\sqrt{y^{2}}", "{z}"])


@pytest.mark.slow
@given(st.lists(ATOMS, min_size=1, max_size=5), st.data())
def test_anki_reads_back_exactly_what_was_hidden(atoms: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(atoms) - 1))
    part = atoms[index]
    field = blanks.cloze_latex(
        " + ".join(
            rf"{{\class{{blank1}}{{{a}}}}}" if i == index else a for i, a in enumerate(atoms)
        )
    )
    # Anki ends a cloze at the first pair of closing braces.
    found = re.findall(r"\{\{c1::(.*?)(?:::(.*?))?\}\}", field)
    assert len(found) == 1
    hidden, hint = found[0]
    assert hidden.replace(" ", "") == part.replace(" ", "")
    assert hint.replace(" ", "") == r"\phantom{" + part.replace(" ", "") + "}"
    rest = re.sub(r"\{\{c1::.*?\}\}", "", field)
    assert rest.count("{") == rest.count("}")
    assert "{{" not in rest
    assert "}}" not in rest
