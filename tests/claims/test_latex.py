from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from entry_data import statements
from latex_reader import LatexError, LatexReader, canonical

from dlcards.claims.mutate import mutants
from dlcards.claims.parser import parse_formula
from dlcards.claims.print.latex import definition_latex, to_latex
from dlcards.claims.print.printer import visible_length
from dlcards.claims.reference import example_text
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Statement, StatementText
from dlcards.claims.tree import walk
from dlcards.claims.words import WORDS
from dlcards.claims.words.record import Word

LET: Mapping[str, str] = {
    "x, y, z, a, b, mu, lam": "real",
    "f, g": "smooth_function",
    "F": "smooth_function(n, m)",
    "h": "smooth_function(n)",
    "u, v, w_t": "vector(n)",
    "A, B": "square(n)",
    "X, Y": "random",
    "K, L": "event",
}


@pytest.fixture(scope="module")
def statement() -> Statement:
    found, problems = read_statement(StatementText("printing", let=LET))
    assert found is not None, problems
    return found


PRINTED = {
    "diag([a, -b])": r"\operatorname{diag}(a, -b)",
    "det([[a, b], [x, y]])": r"\det\begin{pmatrix}a & b \\ x & y\end{pmatrix}",
    "1/2*x": r"\frac{1}{2} x",
    "x/2": r"\frac{x}{2}",
    "u/2": r"\frac{\boldsymbol{u}}{2}",
    "-a*x**2": "-a x^{2}",
    "x + (-y)": "x + (-y)",
    "x - (y - z)": "x - (y - z)",
    "(x + y) - z": "x + y - z",
    "-(x + y)/2": r"-\frac{x + y}{2}",
    "2*3*x": r"2 \cdot 3 x",
    "x*(1 - x)": r"x\,(1 - x)",
    "0.25*x": "0.25 x",
    "0.1234567*x": "0.1234567 x",
    "x**(a/b)": "x^{a/b}",
    "exp(-x**2/2)": "e^{-x^{2}/2}",
    "exp(-(x - mu)**2/(2*lam**2))": (r"\exp\left(-\frac{(x - \mu)^{2}}{2 \lambda^{2}}\right)"),
    "exp(1)": "e",
    "exp(x)**2": "(e^{x})^{2}",
    "(x**2)**3": "(x^{2})^{3}",
    "sin(x)**2": r"\sin^{2}(x)",
    "log(x)**2": r"(\log(x))^{2}",
    "f(x)**2": "f(x)^{2}",
    "E(X)**2": r"\mathbb{E}[X]^{2}",
    "abs(x)": "|x|",
    "sqrt(x/2)": r"\sqrt{\frac{x}{2}}",
    "A @ u": r"\boldsymbol{A} \boldsymbol{u}",
    "u.T @ v": r"\boldsymbol{u}^{\top} \boldsymbol{v}",
    "u*v": r"\boldsymbol{u} \odot \boldsymbol{v}",
    "(u*v).T @ u": r"(\boldsymbol{u} \odot \boldsymbol{v})^{\top} \boldsymbol{u}",
    "(A*B) @ u": r"(\boldsymbol{A} \odot \boldsymbol{B})\,\boldsymbol{u}",
    "A @ B*A": r"\boldsymbol{A} \boldsymbol{B} \odot \boldsymbol{A}",
    "u*v*norm(u)": r"(\boldsymbol{u} \odot \boldsymbol{v})\,\lVert \boldsymbol{u} \rVert",
    "u**2": r"\boldsymbol{u}^{\odot 2}",
    "A**2": r"\boldsymbol{A}^{2}",
    "inv(A).T": r"\boldsymbol{A}^{-\top}",
    "inv(A @ B)": r"(\boldsymbol{A} \boldsymbol{B})^{-1}",
    "(A + B).T": r"(\boldsymbol{A} + \boldsymbol{B})^{\top}",
    "u[1]": "u_{1}",
    "w_t[1]": r"(\boldsymbol{w}_{t})_{1}",
    "A[1, 2]": "A_{12}",
    "A[1, n + 1]": "A_{1, n + 1}",
    "A[1, 12]": "A_{1, 12}",
    "A[1]": r"\boldsymbol{A}_{1,:}^{\top}",
    "row(A, 1)": r"\boldsymbol{A}_{1,:}",
    "row(A.T, 1)": r"(\boldsymbol{A}^{\top})_{1,:}",
    "col(A, 1)": r"\boldsymbol{A}_{:,1}",
    "(A @ u)[1]": r"(\boldsymbol{A} \boldsymbol{u})_{1}",
    "sum(u)": r"\sum_{i} u_{i}",
    "sum((u - v)**2)": r"\sum_{i} (u_{i} - v_{i})^{2}",
    "sum(A)": r"\sum_{i,j} A_{ij}",
    "sum(x + i, i, 1, n)*y": r"\left(\sum_{i=1}^{n} (x + i)\right)\,y",
    "max(u)": r"\max_{i} u_{i}",
    "max(0, 1 - x)": r"\max(0, 1 - x)",
    "integral(exp(-t), t, 0, oo)": r"\int_{0}^{\infty} e^{-t}\,dt",
    "d(f(x), x)": "f'(x)",
    "d(f(x)*g(x), x)": r"\frac{d}{dx} [f(x)\,g(x)]",
    "d(x**3, x, 2)": r"\frac{d^{2}}{dx^{2}} x^{3}",
    "D(f, x, 4)": "f^{(4)}(x)",
    "D(tanh, x)": r"\tanh'(x)",
    "D(h, u)": r"\nabla h(\boldsymbol{u})",
    "D(F, u)": r"J_{F}(\boldsymbol{u})",
    "pd(h(u), u[1])": r"\frac{\partial}{\partial u_{1}} h(\boldsymbol{u})",
    "P(K & L)": r"P(K \cap L)",
    "P(X == 1 & Y > 2)": r"P(X = 1,\ Y > 2)",
    "P(~K)": "P(K^{c})",
    "E(X | Y)": r"\mathbb{E}[X \mid Y]",
    "lammax(A)": r"\lambda_{\max}(\boldsymbol{A})",
    "eye(n)": r"\boldsymbol{I}",
    "KL(u, v)": r"D_{\mathrm{KL}}(\boldsymbol{u} \parallel \boldsymbol{v})",
}


@pytest.mark.parametrize(("formula", "latex"), PRINTED.items(), ids=PRINTED.keys())
def test_a_formula_prints_as_a_textbook_would(
    statement: Statement, formula: str, latex: str
) -> None:
    # d(f(x), x) is f'(x) only for a declared function; the rest stays as written.
    assert to_latex(parse_formula(formula), statement) == latex


class TestNames:
    @pytest.mark.parametrize(
        ("name", "latex"),
        [
            ("lam", r"\lambda"),
            ("lambda", r"\lambda"),
            ("eps", r"\varepsilon"),
            ("x1", "x_{1}"),
            ("w_t", "w_{t}"),
            ("d_model", r"d_{\mathrm{model}}"),
            ("sigma_0", r"\sigma_{0}"),
            ("yhat", r"\hat{y}"),
            ("theta_hat", r"\hat{\theta}"),
            ("w_star", r"w^{\ast}"),
            ("loss", r"\mathrm{loss}"),
        ],
    )
    def test_a_name_prints_as_its_symbol(self, name: str, latex: str) -> None:
        assert to_latex(parse_formula(name), Statement("", {}, {})) == latex

    def test_columns_and_matrices_are_bold(self) -> None:
        text = StatementText("", let={"yhat": "vector(n)", "Sigma": "spd(n)"})
        statement = read_statement(text)[0]
        assert statement is not None
        printed = [to_latex(parse_formula(name), statement) for name in ("yhat", "Sigma")]
        assert printed == [r"\hat{\boldsymbol{y}}", r"\boldsymbol{\Sigma}"]

    def test_a_chosen_glyph_is_made_bold_as_well(self) -> None:
        show = {"h": "h^{(l)}", "what": r"\hat{w}"}
        text = StatementText("", let={"h, what": "vector(n)"}, show=show)
        statement = read_statement(text)[0]
        assert statement is not None
        printed = [to_latex(parse_formula(name), statement) for name in ("h", "what")]
        assert printed == [r"\boldsymbol{h}^{(l)}", r"\hat{\boldsymbol{w}}"]


class TestDefinitions:
    def test_a_definition_prints_with_its_parameters(self) -> None:
        text = StatementText("", let={"mu": "real"}, define={"p(x)": "exp(-(x - mu)**2)"})
        statement = read_statement(text)[0]
        assert statement is not None
        assert definition_latex("p", statement) == r"p(x) = e^{-(x - \mu)^{2}}"

    def test_a_parameter_looks_like_what_it_stands_for(self) -> None:
        text = StatementText(
            "",
            let={"x": "vector(n)"},
            define={"q(t)": "t.T @ t"},
            claims=((("claim",), "q(x) == norm(x)**2", {}),),
        )
        statement = read_statement(text)[0]
        assert statement is not None
        assert definition_latex("q", statement) == (
            r"q(\boldsymbol{t}) = \boldsymbol{t}^{\top} \boldsymbol{t}"
        )


class TestLayout:
    def test_a_long_chain_is_broken_before_its_signs(self, statement: Statement) -> None:
        chain = parse_formula("E((X - Y)**2) == E(X**2) - 2*E(X*Y) + E(Y**2) == a")
        assert r"\begin{aligned}" not in to_latex(chain, statement)
        broken = to_latex(chain, statement, width=25)
        assert broken.startswith(r"\begin{aligned}")
        assert broken.count(r"\\") == 1
        assert broken.count("&=") == 2

    def test_the_length_of_a_fraction_is_that_of_its_longer_half(self) -> None:
        assert visible_length(r"\frac{a + b + c}{2}") == 5
        assert visible_length(r"\alpha = \boldsymbol{x}") == 3

    def test_parts_can_be_replaced(self, statement: Statement) -> None:
        formula = parse_formula("d(f(g(x)), x) == D(f, g(x))*D(g, x)")
        parts = [parse_formula("D(f, g(x))"), parse_formula("D(g, x)")]
        printed = to_latex(formula, statement, parts=parts, wrap=lambda i, latex: f"<{i}:{latex}>")
        assert printed == r"\frac{d}{dx} f(g(x)) = <0:f'(g(x))>\,<1:g'(x)>"

    def test_a_part_inside_a_part_is_replaced_too(self, statement: Statement) -> None:
        parts = [parse_formula("f(x + y)"), parse_formula("x + y")]
        printed = to_latex(
            parse_formula("2*f(x + y)"), statement, parts=parts, wrap=lambda i, s: f"<{i}:{s}>"
        )
        assert printed == "2 <0:f(<1:x + y>)>"

    @pytest.mark.parametrize(
        ("formula", "part"),
        [
            ("(A*B) @ u*x", "(A*B) @ u"),
            ("x*(A*B) @ u", "(A*B) @ u"),
            ("u*v*norm(u)*x", "u*v*norm(u)"),
            ("(A*B) @ u", "A*B"),
            ("u*v*u", "u*v"),
        ],
    )
    def test_neighbours_beside_an_entrywise_product_are_replaced(
        self, statement: Statement, formula: str, part: str
    ) -> None:
        printed = to_latex(
            parse_formula(formula),
            statement,
            parts=[parse_formula(part)],
            wrap=lambda _, latex: f"<{latex}>",
        )
        inside = to_latex(parse_formula(part), statement)
        assert f"<{inside}>" in printed

    @pytest.mark.slow
    def test_parts_never_change_the_layout(self) -> None:
        checked = 0
        for each in statements("equations", "examples"):
            for tree in (claim.tree for claim in each.claims):
                plain = to_latex(tree, each, width=34)
                inside = tuple(dict.fromkeys(walk(tree)))
                for parts in (*((part,) for part in inside), inside):
                    same = to_latex(tree, each, width=34, parts=parts, wrap=lambda _, latex: latex)
                    assert same == plain
                    checked += 1
        assert checked > 1500


_KNOWN = (
    "frac sqrt left right boldsymbol mathbf mathrm mathbb mathcal operatorname top cdot odot "
    "otimes times cap cup mid parallel le ge ne to infty sum prod int lim partial nabla lVert "
    "rVert lfloor rfloor lceil rceil begin end text binom bar hat tilde log exp sin cos tan "
    "arcsin arccos arctan tanh sinh cosh det max min dim xrightarrow pi Gamma lambda mu eta "
    "sigma Sigma varepsilon varphi Phi theta psi chi bmod sim forall in dots quad overline"
)
KNOWN_MACROS = frozenset(_KNOWN.split())


@pytest.fixture(scope="module")
def everything() -> list[Statement]:
    found = statements("equations", "examples")
    for word in WORDS:
        statement, problems = read_statement(example_text(word))
        assert statement is not None, problems
        found.append(statement)
    return found


@pytest.mark.slow
def test_only_macros_that_mathjax_has_are_printed(everything: list[Statement]) -> None:
    printed = [to_latex(c.tree, statement) for statement in everything for c in statement.claims]
    assert len(printed) > 200
    used = {macro for text in printed for macro in re.findall(r"\\([A-Za-z]+)", text)}
    assert used <= KNOWN_MACROS


def test_brackets_balance(everything: list[Statement]) -> None:
    for statement in everything:
        for claim in statement.claims:
            text = to_latex(claim.tree, statement)
            assert text.count("{") == text.count("}")
            assert text.count(r"\left") - text.count(r"\leftarrow") == text.count(
                r"\right"
            ) - text.count(r"\rightarrow")


@pytest.mark.slow
@pytest.mark.parametrize("width", [0, 20])
def test_every_claim_reads_back_as_itself(everything: list[Statement], width: int) -> None:
    for statement in everything[: -len(WORDS)]:
        reader = LatexReader(statement)
        for claim in statement.claims:
            printed = to_latex(claim.tree, statement, width=width)
            assert canonical(reader.read(printed)) == canonical(claim.tree), printed


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.name)
def test_the_example_of_every_word_reads_back(word: Word) -> None:
    statement, _ = read_statement(example_text(word))
    assert statement is not None
    tree = statement.claims[0].tree
    printed = to_latex(tree, statement)
    assert canonical(LatexReader(statement).read(printed)) == canonical(tree), printed


@pytest.mark.slow
@pytest.mark.exhaustive(of=2)
def test_no_corruption_prints_like_the_claim_it_corrupts(every: int) -> None:
    read, unread = 0, []
    for statement in [*statements("equations")][::every]:
        for index, claim in enumerate(statement.claims):
            original = to_latex(claim.tree, statement)
            for mutant in mutants(statement, index):
                if canonical(mutant.claim.tree) == canonical(claim.tree):
                    continue
                printed = to_latex(mutant.claim.tree, mutant.statement)
                assert printed != original, mutant.label
                try:
                    tree = LatexReader(mutant.statement).read(printed)
                except LatexError:
                    unread.append(printed)
                    continue
                if canonical(tree) == canonical(mutant.claim.tree):
                    read += 1
                else:
                    unread.append(printed)
    assert read > 2000 / every
    assert unread == []
