from __future__ import annotations

from collections.abc import Mapping

import pytest
from entry_data import entries, text_of

from dlcards.claims.resolver import read_formula, read_statement
from dlcards.claims.statement import (
    FormulaProblem,
    Path,
    Statement,
    StatementText,
    hypotheses,
)
from dlcards.claims.unparser import formula_text

ClaimTexts = tuple[tuple[Path, str, Mapping[str, str]], ...]


def text(claim: str = "", **keys: object) -> StatementText:
    claims: ClaimTexts = ((("claim",), claim, {}),) if claim else ()
    return StatementText("entry", claims=claims, **keys)  # type: ignore[arg-type]


def problems_of(source: StatementText) -> tuple[FormulaProblem, ...]:
    return read_statement(source)[1]


def sound(source: StatementText) -> Statement:
    statement, problems = read_statement(source)
    assert statement is not None, problems
    return statement


@pytest.mark.parametrize("name", ["equations", "examples"])
def test_every_entry_of_the_data_reads(name: str) -> None:
    read = [read_statement(text_of(entry)) for entry in entries(name)]
    assert all(statement is not None for statement, _ in read)
    assert {p.code for _, problems in read for p in problems} <= {"unpinned-definition"}


class TestStatement:
    def test_several_names_share_a_type(self) -> None:
        statement = sound(text("P(A | B) >= 0", let={"A, B": "event"}))
        assert [t.name for t in statement.types.values()] == ["event", "event"]

    def test_a_name_used_as_a_shape_becomes_a_size(self) -> None:
        statement = sound(text("norm(x) <= n*norminf(x)", let={"x": "vector(n)"}))
        assert statement.types["n"].name == "dim"

    def test_declarations_come_after_what_they_need(self) -> None:
        let = {"eta": "interval(0, 2/L)", "L": "positive"}
        assert list(sound(text("eta*L <= 2", let=let)).types) == ["L", "eta"]

    def test_definitions_come_after_what_they_need(self) -> None:
        define = {"q": "p(2)", "p(x)": "x + a"}
        statement = sound(text("q == a + 2", let={"a": "real"}, define=define))
        assert list(statement.definitions) == ["p", "q"]

    def test_a_definition_introduces_its_head(self) -> None:
        source = text("g(a) >= 0", let={"a": "real"}, definition="g(t) == t**2")
        statement = sound(source)
        assert statement.definitions["g"].parameters == ("t",)
        assert statement.definition is not None
        assert statement.definition.op == "rel"

    def test_the_equality_case_stands_beside_its_claim(self) -> None:
        claims: ClaimTexts = ((("claim", 0, "formula"), "x**2 >= 0", {"x": "y +"}),)
        problem = problems_of(StatementText("entry", let={"x": "real"}, claims=claims))[0]
        assert problem.path == ("claim", 0, "equality", "x")

    def test_code_and_example_are_read(self) -> None:
        source = text(
            "x + x == 2*x",
            let={"x": "real"},
            code_equals="2*x",
            code_numpy="def double(x):\n    return 2 * x",
            example_given={"x": "3"},
            example_compute=("2*x",),
        )
        statement = sound(source)
        assert statement.code is not None
        assert statement.code.equals is not None
        assert statement.example is not None
        assert list(statement.example.given) == ["x"]

    def test_all_mistakes_come_at_once(self) -> None:
        source = text("z == foo(x)", let={"x": "reel", "y": "vector()"}, define={"exp": "1"})
        codes = [problem.code for problem in problems_of(source)]
        expected = "unknown-type bad-syntax reserved-name unknown-name unknown-word"
        assert " ".join(codes) == expected


REAL: Mapping[str, str] = {"x": "real"}
LAWS: Mapping[str, str] = {"X": "Normal(0, 1)"}

MISTAKES = {
    "unknown name": ("x == y", REAL, "unknown-name", "y"),
    "glued names": ("x*y == xy", {"x, y": "real"}, "unknown-name", "xy"),
    "unknown word": ("x == tanhh(x)", REAL, "unknown-word", "tanhh"),
    "too few arguments": ("binomial(x) == x", REAL, "wrong-arity", "binomial(x)"),
    "even cases": ("x == cases(1, x > 0, 2, 3)", REAL, "wrong-arity", "cases(1, x > 0, 2, 3)"),
    "a number applied": ("x(1 - x) == x", REAL, "not-a-function", "x"),
    "a function not applied": (
        "f + x == x",
        {"x": "real", "f": "smooth_function"},
        "not-a-value",
        "f",
    ),
    "a word not applied": ("x == sin", REAL, "not-a-value", "sin"),
    "no relation": ("x + 1", REAL, "not-a-relation", "x + 1"),
    "a relation inside a sum": ("x + (x > 0) == 1", REAL, "misplaced-relation", "(x > 0)"),
    "a bar for the absolute value": ("x + (x | 2) == 1", REAL, "misplaced-relation", "(x | 2)"),
    "a shadowed name": ("sum(x, x, 1, 3) == 6", REAL, "shadowed-name", "x"),
    "a density without chance": ("pdf(2*pi, 1) == 1", {}, "not-a-variable", "2*pi"),
    "a law for a number": ("E(Normal(0, 1)) == 0", {}, "misplaced-law", "Normal(0, 1)"),
    "no law to compare with": ("distributed(X, X)", LAWS, "misplaced-law", "X"),
    "a law of three numbers": ("pdf(Beta(1, 2, 3), 1) == 1", {}, "wrong-arity", "Beta(1, 2, 3)"),
    "the slope of any function": (
        "d(f(x), x) == x",
        {"x": "real", "f": "function"},
        "not-differentiable",
        "f(x)",
    ),
    "a limit from the left": ("limit(1/t, t, 0, left) == oo", {}, "bad-syntax", "left"),
    "for all without a relation": ("all(i**2, i, 1, 3)", {}, "not-a-relation", "i**2"),
    "a density without a law": ("pdf(Y, 1) == E(Y)", {"Y": "random"}, "not-a-variable", "Y"),
    "a density of a size": ("pdf(pi, x) == x", REAL, "not-a-variable", "pi"),
    "no plain variable": ("d(x**2, 2*x) == x", REAL, "not-a-variable", "2*x"),
    "a ragged matrix": ("[[1, x], [2]] == x", REAL, "ragged-list", "[[1, x], [2]]"),
    "a matrix product with *": (
        "A*x == x",
        {"A": "square(n)", "x": "vector(n)"},
        "wrong-operator",
        "A*x",
    ),
    "a multiple with @": (
        "c @ x == x",
        {"c": "real", "x": "vector(n)"},
        "wrong-operator",
        "c @ x",
    ),
}


@pytest.mark.parametrize(("claim", "let", "code", "part"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_found_where_it_is(
    claim: str, let: Mapping[str, str], code: str, part: str
) -> None:
    found = problems_of(text(claim, let=let))
    assert [(problem.code, claim[problem.start : problem.end]) for problem in found] == [
        (code, part)
    ]
    assert found[0].path == ("claim",)


def test_a_name_that_a_hypothesis_about_others_needs_is_used() -> None:
    let = {"S": "symmetric(n)", "a, b": "real", "x, y": "vector(n)"}
    eigenvectors = ("S @ x == a*x", "S @ y == b*y", "a != b")
    assert sound(text("x.T @ y == 0", let=let, given=eigenvectors))
    alone = problems_of(text("x.T @ y == 0", let={**let, "s, t": "real"}, given=("s < t",)))
    assert {p.code for p in alone} == {"unused-name"}


DECLARATIONS = {
    "twice": ({"x": "real", "y, x": "positive"}, "duplicate-name", ("let", "y, x", "@key")),
    "unused": ({"x": "real", "y": "real"}, "unused-name", ("let", "y", "@key")),
    "reserved": ({"x": "real", "P": "real"}, "reserved-name", ("let", "P", "@key")),
    "unknown bound": ({"x": "interval(0, b)"}, "unknown-name", ("let", "x")),
    "in a circle": (
        {"x": "interval(0, y)", "y": "interval(0, x)"},
        "circular-definition",
        ("let",),
    ),
    "random bound": (
        {"x": "Normal(y, 1)", "y": "random"},
        "random-argument",
        ("let", "x"),
    ),
}


@pytest.mark.parametrize(("let", "code", "path"), DECLARATIONS.values(), ids=DECLARATIONS)
def test_a_wrong_declaration_is_found(
    let: Mapping[str, str], code: str, path: tuple[str, ...]
) -> None:
    found = problems_of(text("x == x", let=let))
    assert (code, path) in [(problem.code, problem.path) for problem in found]


class TestDefinitions:
    def test_one_that_no_claim_uses_is_a_warning(self) -> None:
        found = problems_of(text("x == x + 0", let=REAL, define={"q": "x + 1"}))
        assert [(p.code, p.warning) for p in found] == [("unpinned-definition", True)]

    def test_one_used_by_a_used_one_is_pinned(self) -> None:
        define = {"q": "x + 1", "p": "2*q"}
        assert not problems_of(text("p == 2*x + 2", let=REAL, define=define))

    def test_without_claims_nothing_has_to_be_pinned(self) -> None:
        assert not problems_of(text(let={"x": "real"}, definition="q == x + 1"))

    @pytest.mark.parametrize(
        ("definition", "code"),
        [
            ("x + 1", "bad-head"),
            ("x + 1 == 2", "bad-head"),
            ("x == 2", "duplicate-name"),
            ("exp == 2", "reserved-name"),
            ("q == q + x", "circular-definition"),
        ],
    )
    def test_a_wrong_one_is_found(self, definition: str, code: str) -> None:
        found = problems_of(text("x == x + 0", let=REAL, definition=definition))
        assert code in [problem.code for problem in found]


class TestGlyphs:
    def test_two_names_may_not_look_alike(self) -> None:
        source = text("x + y == y + x", let={"x, y": "real"}, show={"y": "x"})
        assert [p.code for p in problems_of(source)] == ["ambiguous-glyph"]

    def test_a_word_keeps_its_glyph(self) -> None:
        source = text("sigmoid(s) >= 0", let={"s": "real"}, show={"s": r"\sigma"})
        assert [(p.code, p.path) for p in problems_of(source)] == [
            ("ambiguous-glyph", ("show", "s"))
        ]

    def test_a_name_may_not_look_like_an_entry(self) -> None:
        source = text("x[1] == x_1", let={"x": "vector(n)", "x_1": "real"})
        assert [p.code for p in problems_of(source)] == ["ambiguous-glyph"]

    @pytest.mark.parametrize("glyph", ["x+1", r"\href{a}", r"x}{", r"\frac{1}{2}", "", "<b>"])
    def test_a_glyph_is_a_letter_not_a_formula(self, glyph: str) -> None:
        source = text("x >= x - 1", let=REAL, show={"x": glyph})
        assert [p.code for p in problems_of(source)] == ["bad-glyph"]

    def test_a_glyph_belongs_to_a_name(self) -> None:
        source = text("x >= x - 1", let=REAL, show={"z": r"\zeta"})
        assert [(p.code, p.path) for p in problems_of(source)] == [
            ("unknown-name", ("show", "z", "@key"))
        ]


class TestOneFormula:
    def test_names_mean_what_the_statement_says(self) -> None:
        statement = sound(text("f(x) == f(x) + 0", let={"x": "real", "f": "smooth_function"}))
        node, problems = read_formula("f(x) + z", statement, ("blanks", 0))
        assert node is not None
        assert [(p.code, p.path, p.start) for p in problems] == [("unknown-name", ("blanks", 0), 7)]

    def test_printing_asks_for_less_than_checking(self) -> None:
        empty = Statement("", {}, {})
        assert not read_formula("g(z) + D(f, a)", empty, strict=False)[1]
        assert [p.code for p in read_formula("sigmod(z)", empty, strict=False)[1]] == [
            "unknown-word"
        ]


class TestGiven:
    def test_hypotheses_of_the_entry_and_of_one_claim(self) -> None:
        let = {"x, y": "real"}
        claims: ClaimTexts = (
            (("claim", 0, "formula"), "x/y == 1", {}),
            (("claim", 1, "formula"), "x**2 >= 0", {}),
        )
        statement = sound(
            StatementText(
                "entry", let=let, claims=claims, given=("y != 0",), claim_given={0: ("x == y",)}
            )
        )
        first, second = statement.claims
        assert [formula_text(node) for node in hypotheses(statement, first)] == ["y != 0", "x == y"]
        assert [formula_text(node) for node in hypotheses(statement, second)] == ["y != 0"]

    def test_a_mistake_has_its_place(self) -> None:
        claims: ClaimTexts = ((("claim", 0, "formula"), "x >= 0", {}),)
        source = StatementText(
            "entry", let={"x": "real"}, claims=claims, claim_given={0: ("x > 0", "0 < z")}
        )
        (problem,) = problems_of(source)
        assert problem.path == ("claim", 0, "given", 1)
        assert (problem.code, problem.start, problem.end) == ("unknown-name", 4, 5)

    @pytest.mark.parametrize(
        ("type_", "idle", "telling"),
        [
            ("positive", "x > 0", "x > 1"),
            ("positive", "-1 < x", "x < 9"),
            ("nonnegative", "x >= 0", "x > 0"),
            ("nonzero", "0 != x", "x != 1"),
            ("natural", "x >= 1", "x != 1"),
            ("probability", "x != 0", "x > 0.5"),
        ],
    )
    def test_what_a_type_says_is_no_hypothesis(self, type_: str, idle: str, telling: str) -> None:
        source = text("x == x + 0", let={"x": type_}, given=(idle,))
        assert [problem.code for problem in problems_of(source)] == ["idle-hypothesis"]
        assert sound(text("x == x + 0", let={"x": type_}, given=(telling,)))

    def test_probabilities_may_be_assumed(self) -> None:
        assert sound(text("P(A | B) >= 0", let={"A, B": "event"}, given=("P(B) > 0",)))


class TestLaws:
    def test_a_table_is_the_law_of_two_variables(self) -> None:
        let = {"T": "joint_table(2, 3)", "X, Y": "Joint(T)"}
        assert sound(text("P(X == 1) == sum(T[1, j], j, 1, 3)", let=let))
        for names in ("X", "X, Y, Z"):
            found = problems_of(
                text("E(X) >= 1", let={"T": "joint_table(2, 3)", names: "Joint(T)"})
            )
            assert "wrong-arity" in [problem.code for problem in found]

    def test_a_density_has_bounds_for_each_variable(self) -> None:
        define = {"g(x)": "2*x", "h(x, y)": "x + y"}
        let = {"X": "Density(g, 0, 1)", "Y, Z": "Density(h, 0, 1, 0, 1)"}
        assert sound(text("E(X) == g(1) - E(Y*Z) + h(0, 0)", let=let, define=define))

    @pytest.mark.parametrize(
        ("let", "code"),
        [
            ({"X": "Density(g, 0, 1, 0, 1)"}, "wrong-arity"),
            ({"X, Y": "Density(g, 0, 1)"}, "wrong-arity"),
            ({"X": "Density(x**2, 0, 1)"}, "not-a-function"),
        ],
    )
    def test_a_density_that_is_none(self, let: Mapping[str, str], code: str) -> None:
        source = text("E(X) == g(1)", let=let, define={"g(t)": "2*t"})
        assert code in [problem.code for problem in problems_of(source)]

    @pytest.mark.parametrize(
        "claim",
        [
            "distributed(X + Y, Normal(0, 2))",
            "P(X > 0 | X + Y == 1) >= 0",
            "pdf(X | Y == 1, 2) == pdf(X, 2)",
            "pdf(X**2, 1) == pdf(ChiSquared(1), 1)",
            "KL(Normal(0, 1), Normal(0, 2)) >= 0",
            "E(avg(X, k)) == E(X)",
            "P(iid(X, 1) > iid(X, 2)) == 1/2",
        ],
    )
    def test_where_laws_and_copies_may_stand(self, claim: str) -> None:
        names = [name for name in ("X", "Y") if name in claim]
        let = {", ".join(names): "Normal(0, 1)"} if names else {}
        assert sound(text(claim, let=let | ({"k": "natural"} if "k" in claim else {})))


class TestSizes:
    @pytest.mark.parametrize(
        "claim", ["tr(eye(k)) == k", "sum(ones(k)) == k", "norm(zeros(k)) == 0"]
    )
    def test_a_size_of_a_word_needs_no_declaration(self, claim: str) -> None:
        assert sound(text(claim)).types["k"].name == "dim"

    def test_an_index_or_a_parameter_is_no_size(self) -> None:
        statement = sound(text("sum(tr(eye(k)), k, 1, 3) == 6"))
        assert not statement.types
        assert not sound(text("t(3) == 3", define={"t(k)": "tr(eye(k))"})).types


@pytest.mark.parametrize("formula", ["avg(X, 3)", "iid(X, 1)"])
def test_words_of_claims_have_no_value_elsewhere(formula: str) -> None:
    source = text("E(X) == E(X) + 0", let={"X": "random"}, example_compute=(formula,))
    assert [problem.code for problem in problems_of(source)] == ["misplaced-word"]


def test_a_size_may_be_called_d_unless_something_is_differentiated() -> None:
    let = {"x": "vector(d)", "t": "real"}
    plain = StatementText("s", let, claims=((("claim",), "t*norm(x)**2 == t*x.T @ x", {}),))
    assert [p.code for p in read_statement(plain)[1]] == []
    slope = "d(t**2, t)*norm(x) == 2*t*norm(x)"
    both = StatementText("s", let, claims=((("claim",), slope, {}),))
    assert [p.code for p in read_statement(both)[1]] == ["ambiguous-glyph"]


def test_the_maximum_of_three_numbers_is_that_of_a_vector() -> None:
    text = StatementText("s", {"x": "real"}, claims=((("claim",), "max(x, 0, 1) >= x", {}),))
    (problem,) = read_statement(text)[1]
    assert (problem.code, problem.hint) == ("wrong-arity", "for example max([x, 0, 1])")
