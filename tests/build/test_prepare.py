"""Entries are printed: one formula in front, the names it uses, the rest folded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dlcards.build.pieces import definitions_of, types_of
from dlcards.build.prepare import prepare, summary
from dlcards.cards.blanks import without_marks
from dlcards.cards.note_types import note_types
from dlcards.cards.tags import source_tag
from dlcards.claims.lock import Checked
from dlcards.claims.parser import parse_formula
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import StatementText
from dlcards.claims.verdict import Level, Tried, Verdict
from dlcards.content.reader import read_library
from dlcards.model import CardContent, CheckSummary, PieceKind, Prose
from samples import Project

ENTRY = """\
kind: equation
title: Logistic loss
topic: losses
let:
  z: real
  y: probability
define:
  yhat: sigmoid(z)
definition: L == -(y*log(yhat) + (1 - y)*log(1 - yhat))
claim:
  - d(L, z) == yhat - y
  - {formula: L == softplus(z) - y*z, shown: false}
symbols:
  z: the score
  yhat: the predicted probability, $sigmoid(z)$
meaning: Punishes *confident* mistakes, see `loss`.
example: {text: Nearly right., given: {z: 2, y: 1/2}, compute: "yhat - y"}
questions:
  q1: {ask: "What is the slope of $L$ in $z$?", answer: "$yhat - y$", more: The error.}
blanks: ["log(yhat)"]
requires: [first]
sources: ["BOOK:2.1#3.4", "https://example.org/notes"]
"""
SOURCES = 'BOOK: {title: A Book, url: "https://example.org", places: {"2.1": Losses}}\n'
FIRST = """\
kind: concept
title: The first
topic: losses
meaning: First of all.
sources: ["BOOK:2.1"]
"""
KOREAN = (
    "title: 로지스틱 손실\nmeaning: $yhat$ 가 틀리면 벌한다.\nquestions: {q1: {answer: 차이}}\n"
)
TYPES = {note_type.name: note_type for note_type in note_types()}


@pytest.fixture
def root(project: Project) -> Path:
    return project(
        {
            "formulas/ml/loss.yaml": ENTRY,
            "formulas/ml/loss.ko.yaml": KOREAN,
            "formulas/ml/first.yaml": FIRST,
            "formulas/sources.yaml": SOURCES,
        }
    )


def content(root: Path, lang: str = "en") -> CardContent:
    library, problems = read_library(root)
    assert not problems, [str(p) for p in problems]
    checked = Checked((), 0, (("0.38", "0.38"),), (False,))
    card, found = prepare(library.items["loss"], library, checked, None, None, lang=lang)
    assert not found
    return card


def words(prose: Prose) -> str:
    return "".join(f"[{p.text}]" if p.kind is PieceKind.MATH else p.text for p in prose)


def test_the_headline_comes_with_the_names_it_uses(root: Path) -> None:
    headline, names = content(root).formulas
    assert headline.startswith("L = -")
    assert names == r"\hat{y} = \sigma(z)"


def test_what_only_a_definition_uses_is_told_beside_it(root: Path) -> None:
    card = content(root)
    assert [words(line) for line in card.where] == [r"[y \in (0, 1)]"]
    assert [words(line) for line in card.where_defined] == [r"[z \in \mathbb{R}]"]
    recall = TYPES["dlcards Formula"].templates[0]
    front, back = recall.front, recall.back
    assert "{{Where}}" in front
    assert "{{WhereDefined}}" not in front
    assert "{{WhereDefined}}" in back


def test_the_blanks_are_marked_in_the_headline(root: Path) -> None:
    entry = root / "formulas/ml/loss.yaml"
    text = entry.read_text(encoding="utf-8")
    entry.write_text(text.replace('["log(yhat)"]', "[y*log(yhat), log(yhat)]"), encoding="utf-8")
    card = content(root)
    assert r"{\class{blank1}{y\,{\class{blank2}{\log(\hat{y})}}}}" in card.marked
    assert without_marks(card.marked) == card.formulas[0]


def test_a_removed_blank_leaves_its_number_empty_whatever_the_order(root: Path) -> None:
    entry = root / "formulas/ml/loss.yaml"
    text = entry.read_text(encoding="utf-8")
    whole = "{b3: y*log(yhat), b2: log(yhat)}"
    entry.write_text(text.replace('["log(yhat)"]', whole), encoding="utf-8")
    assert r"{\class{blank3}{y\,{\class{blank2}{\log(\hat{y})}}}}" in content(root).marked
    entry.write_text(text.replace('["log(yhat)"]', "{b2: log(yhat)}"), encoding="utf-8")
    assert r"{\class{blank2}{\log(\hat{y})}}" in content(root).marked


@pytest.mark.parametrize("blank", ["b9: y", "b0: y", "q1: y", "b1: {a: y}"])
def test_a_blank_has_a_slot(root: Path, blank: str) -> None:
    entry = root / "formulas/ml/loss.yaml"
    text = entry.read_text(encoding="utf-8")
    entry.write_text(text.replace('["log(yhat)"]', f"{{{blank}}}"), encoding="utf-8")
    _, problems = read_library(root)
    assert [p.location.line for p in problems if p.location.file.endswith("loss.yaml")] == [
        next(i for i, line in enumerate(text.splitlines(), 1) if line.startswith("blanks:"))
    ]


@pytest.mark.parametrize(
    ("blank", "code"),
    [("2*y", "blank-not-found"), ("y", "blank-visible"), ("y +", "bad-syntax")],
)
def test_a_blank_that_cannot_be_hidden_points_to_its_key(root: Path, blank: str, code: str) -> None:
    entry = root / "formulas/ml/loss.yaml"
    text = entry.read_text(encoding="utf-8")
    entry.write_text(text.replace('["log(yhat)"]', f"[log(yhat), {blank}]"), encoding="utf-8")
    library, _ = read_library(root)
    _, problems = prepare(library.items["loss"], library, Checked(), None, None)
    assert [(p.code, p.path) for p in problems] == [(code, ("blanks", 1))]


def test_a_claim_that_only_pins_is_not_printed(root: Path) -> None:
    (further,) = content(root).further
    assert r"\frac{d}{dz}" in further


def test_texts_are_split_into_pieces(root: Path) -> None:
    card = content(root)
    kinds = [str(piece.kind) for piece in card.meaning]
    assert kinds == ["text", "emphasis", "text", "code", "text"]
    assert words(card.questions["q1"].ask) == "What is the slope of [L] in [z]?"
    assert card.symbols[1].latex == r"\hat{y}"


def test_the_example_shows_given_and_computed_numbers(root: Path) -> None:
    text, given, result = content(root).example
    assert words(text) == "Nearly right."
    assert words(given) == r"[z = 2], [y = \frac{1}{2}]"
    assert words(result) == r"[\hat{y} - y \approx 0.38]"


def test_sources_become_links_and_tags(root: Path) -> None:
    card = content(root)
    assert [(s.text, s.url) for s in card.sources] == [
        ("A Book, 2.1 Losses, eq. 3.4", "https://example.org"),
        ("example.org/notes", "https://example.org/notes"),
    ]
    assert "book::2.1" in card.source_tags
    assert not any("http" in tag for tag in card.source_tags)
    assert source_tag("3B1B-CA:4") == "3b1b::ca::04"


def test_prerequisites_are_named_by_their_titles(root: Path) -> None:
    assert content(root).related == (("first", "The first"),)


def test_a_translation_replaces_texts_and_leaves_the_rest_english(root: Path) -> None:
    card = content(root, "ko")
    assert card.title == "로지스틱 손실"
    assert words(card.meaning) == r"[\hat{y}] 가 틀리면 벌한다."
    assert words(card.questions["q1"].answer) == "차이"
    assert words(card.questions["q1"].ask) == "What is the slope of [L] in [z]?"
    assert card.formulas == content(root).formulas


def test_the_weakest_claim_decides_the_badge(root: Path) -> None:
    library, _ = read_library(root)
    defining = library.items["loss"].entry
    claims = [defining.claim[0]] * 2
    entry = defining.model_copy(update={"definition": None, "claim": claims})
    tried = Tried(benign=20, estimated=1, sizes=(1, 12))
    verdicts = (Verdict("a", Level.PROVED, 16), Verdict("b", Level.NUMERIC, 20, tried=tried))
    found = summary(entry, verdicts)
    assert found is not None
    assert (found.level, found.points, found.sizes) == (Level.NUMERIC, 20, (1, 12))
    assert found.estimated
    assert summary(entry, ()) is None


def test_a_definition_is_a_definition_whatever_follows_from_it(root: Path) -> None:
    library, _ = read_library(root)
    entry = library.items["loss"].entry
    verdicts = (Verdict("a", Level.PROVED, 16), Verdict("b", Level.NUMERIC, 20))
    found = summary(entry, verdicts)
    assert found is not None
    assert (found.level, found.proved, found.tried) == (Level.DEFINITION, 1, 1)
    assert summary(entry, ()) == CheckSummary(Level.DEFINITION)


def test_what_the_types_say_earns_no_badge(root: Path) -> None:
    library, _ = read_library(root)
    entry = library.items["loss"].entry
    entry = entry.model_copy(update={"definition": None, "claim": [entry.claim[0]] * 3})
    truism, proved = Verdict("a", Level.DEFINITION), Verdict("b", Level.PROVED, 16)
    numeric = Verdict("c", Level.NUMERIC, 20)
    found = summary(entry, (proved, truism))
    assert found is not None
    assert found.level is Level.PROVED
    headline = summary(entry, (truism, proved, numeric))
    assert headline == CheckSummary(Level.DEFINITION, proved=1, tried=1)
    assert summary(entry, (truism,)) == CheckSummary(Level.DEFINITION)


def test_a_relation_in_a_text_earns_no_badge(root: Path) -> None:
    library, _ = read_library(root)
    entry = library.items["loss"].entry
    in_text = Verdict("2 + 2 == 4", Level.NUMERIC, 20)
    of_claims = tuple(Verdict("a", Level.PROVED, 16) for _ in entry.claim)
    found = summary(entry, (*of_claims, in_text))
    assert found == CheckSummary(Level.DEFINITION, proved=len(of_claims))
    bare = entry.model_copy(update={"definition": None, "claim": []})
    assert summary(bare, (in_text,)) is None


def test_a_formula_inside_the_where_line_is_printed_as_one(root: Path) -> None:
    entry = root / "formulas/ml/loss.yaml"
    bent = "let:\n  f: quadratic(n, b)\n  w: vector(n)\n  b: positive\n"
    text = entry.read_text(encoding="utf-8").replace("let:\n", bent, 1)
    entry.write_text(text.replace("  - d(L", "  - f(w) == f(w)\n  - d(L"), encoding="utf-8")
    said = "; ".join(map(words, content(root).where_further))
    assert "curvature at most [b]" in said


def test_parts_of_a_decomposition_are_told_in_words() -> None:
    text = StatementText("a", let={"A": "symmetric(n)", "Q": "matrix(n, n)"}, define={})
    statement, _ = read_statement(replace(text, claims=((("claim",), "A @ Q == Q @ A", {}),)))
    assert statement is not None
    tree = parse_formula("eigvecs(A) @ diag(eigvals(A))")
    told = [words(line) for line in types_of([tree], statement, "en")]
    assert told[1:] == [
        (
            r"[\operatorname{eigvec}(\boldsymbol{A}){:}] orthonormal eigenvectors of "
            r"[\boldsymbol{A}] as columns, in the order of the eigenvalues"
        ),
        r"[\operatorname{eig}(\boldsymbol{A}){:}] eigenvalues of [\boldsymbol{A}], smallest first",
    ]


@pytest.mark.parametrize(
    ("meant", "told"),
    [
        ("svdV(A)", "right singular vectors of [\\boldsymbol{A}] as columns"),
        ("diag(svdS(A))", "singular values of [\\boldsymbol{A}], largest first"),
        (
            "eigvals(A.T @ A)",
            "eigenvalues of [\\boldsymbol{A}^{\\top} \\boldsymbol{A}], smallest first",
        ),
    ],
)
def test_a_name_for_a_part_of_a_decomposition_is_told_as_what_it_is(meant: str, told: str) -> None:
    text = StatementText(
        "a",
        let={"A": "matrix(m, n)"},
        define={"q": meant},
        claims=((("claim",), "norm(q) >= 0*norm(A)", {}),),
    )
    statement, problems = read_statement(text)
    assert statement is not None, problems
    lines = [words(line) for line in types_of([parse_formula("q")], statement, "en")]
    assert [line.partition("{:}] ")[2] for line in lines[1:]] == [told]
    assert definitions_of(["q"], statement) == ()


def test_a_name_that_is_more_than_a_part_keeps_its_definition() -> None:
    text = StatementText(
        "a",
        let={"A": "symmetric(n)"},
        define={"q": "max(eigvals(A))**2"},
        claims=((("claim",), "q >= 0", {}),),
    )
    statement, _ = read_statement(text)
    assert statement is not None
    assert len(definitions_of(["q"], statement)) == 1
    lines = [words(line) for line in types_of([parse_formula("q")], statement, "en")]
    assert lines[-1].startswith(r"[\operatorname{eig}(\boldsymbol{A}){:}] eigenvalues of ")


def _alone(root: Path, entry: str) -> CardContent:
    """Return the content of an entry written in place of the sample."""
    (root / "formulas/ml/loss.ko.yaml").unlink()
    (root / "formulas/ml/loss.yaml").write_text(entry, encoding="utf-8")
    return content(root)


LAYER = """\
kind: concept
title: Weight gradient
topic: losses
meaning: Inputs times errors.
let:
  X: matrix(m, n)
  W: matrix(n, k)
  Y: matrix(m, k)
define:
  Delta: X @ W - Y
claim: grad(fro(X @ W - Y)**2/2, W) == X.T @ Delta
prompts:
  recall: A layer computes XW; Δ is the gradient at its output. What is that of W?
requires: [first]
sources: ["BOOK:2.1"]
"""


def test_a_letter_that_question_and_answer_leave_out_stands_on_the_back(root: Path) -> None:
    recalled = _alone(root, LAYER).recalled
    assert recalled is not None
    front, back = ("; ".join(map(words, lines)) for lines in recalled)
    assert r"\boldsymbol{X}" in front
    assert r"\boldsymbol{W}" in front
    assert r"\boldsymbol{Y}" not in front
    assert r"\boldsymbol{Y}" in back


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("; Δ is the gradient at its output", ""),  # the answer needs a letter that nobody named
        ("grad(fro(X @ W - Y)**2/2, W) == X.T @ Delta", "Y + Delta == X @ W"),  # both asked for
        ("prompts:\n  recall: A layer", "conditions: |\n  A layer"),
    ],
)
def test_where_the_whole_relation_is_asked_for_all_letters_are_told(
    root: Path, old: str, new: str
) -> None:
    card = _alone(root, LAYER.replace(old, new))
    assert card.recalled is None
    assert len(card.where) == 3


SLOPE = """\
kind: concept
title: Steepest direction
topic: losses
meaning: The gradient points uphill.
let:
  x: vector(n)
  f: smooth_function(n)
  u: unit(n)
given: g != zeros(n)
define: {g: "grad(f(x), x)"}
claim: argmax(u.T @ g, u) == g/norm(g)
requires: [first]
sources: ["BOOK:2.1"]
"""


def test_a_name_keeps_its_typeface_where_its_definition_is_not_shown(root: Path) -> None:
    said = [words(line) for line in _alone(root, SLOPE).where]
    assert said[-1] == r"[\boldsymbol{g} \ne \boldsymbol{0}]"


def test_what_only_a_definition_in_words_uses_is_not_told(root: Path) -> None:
    part = SLOPE.replace("  u: unit(n)\ngiven: g != zeros(n)\n", "  A: symmetric(n)\n")
    part = part.replace("  f: smooth_function(n)\n", "  i: integers(1, n)\n")
    part = part.replace("grad(f(x), x)", "col(eigvecs(A), i)")
    part = part.replace("  x: vector(n)\n", "")
    claims = "[norm(g) == 1, norm(2*g) == 2]"
    card = _alone(root, part.replace("argmax(u.T @ g, u) == g/norm(g)", claims))
    assert (card.where, card.where_defined, card.where_further) == ((), (), ())
