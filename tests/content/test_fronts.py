"""Fronts that show a name without saying what it is, and code that copies its formula."""

from __future__ import annotations

import pytest

from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import FormulaProblem
from dlcards.content.fronts import front_problems
from dlcards.content.library import Item, Trees
from dlcards.content.schema import Entry
from dlcards.documents import read_document

BASE = """\
kind: equation
title: Tangent plane
topic: test
let: {a: vector(n), u: unit(n), t: real, f: smooth_function(n)}
define: {g: "grad(f(a), a)"}
claim: f(a + t*u) == f(a) + t*u.T @ g + O(t**2)
meaning: A test.
blanks: [t*u.T @ g]
sources: ["https://example.org"]
"""
CODE = """\
kind: concept
title: Product
topic: test
let: {A: "matrix(n, n)", B: "matrix(n, n)", x: vector(n), c: real}
claim: c*(A @ B @ x) == A @ B @ (c*x)
meaning: A test.
sources: ["https://example.org"]
"""


def found(text: str) -> list[FormulaProblem]:
    document, problems = read_document(text, "a.yaml")
    assert document is not None, problems
    entry = Entry.model_validate(document.data)
    statement, misread = read_statement(entry.statement_text("a"))
    assert statement is not None, misread
    trees = Trees(statement, {}, ())
    return list(front_problems(Item("a", "test", entry, "", lambda: trees, document)))


@pytest.mark.parametrize(
    "words",
    [
        'prompts: {cloze: "With g the gradient of f at a: what belongs in the gap?"}',
        "conditions: g is the gradient of f at a",
        'prompts: {cloze: "The slope along u is uᵀg: what belongs in the gap?"}',
        "without: [cloze]",
    ],
    ids=["in the question", "in the conditions", "in a formula", "no such card"],
)
def test_a_front_that_says_what_the_name_is_passes(words: str) -> None:
    assert found(f"{BASE}{words}\n") == []


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ("", ("blanks", "@key")),
        ('prompts: {cloze: "What belongs in the gap?"}', ("prompts", "cloze")),
        (
            'prompts: {cloze: "The tangent gradient: what belongs in the gap?"}',
            ("prompts", "cloze"),
        ),
        ("symbols: {g: the gradient at a}", ("blanks", "@key")),
    ],
    ids=["no words", "other words", "only within words", "only on the back"],
)
def test_a_name_from_define_must_be_said_on_the_front(words: str, path: tuple[str, ...]) -> None:
    (problem,) = found(f"{BASE}{words}\n")
    assert (problem.code, problem.path) == ("undefined-on-front", path)
    assert " g " in problem.message


LONG = """\
kind: equation
title: A step
topic: test
let: {w: vector(n), g: vector(n), eta: real}
define: {w_new: w - eta*g, L_train: "norm(w - eta*g)"}
claim: norm(w_new) == L_train
meaning: A test.
blanks: [w_new]
sources: ["https://example.org"]
"""


@pytest.mark.parametrize(
    ("front", "missing"),
    [
        ("w_new are the weights after the step, Lₜᵣₐᵢₙ their size: what belongs here?", []),
        ("$w_new$ are the weights after the step, $L_train$ their size: what belongs here?", []),
        ("w_newᵀ is the new row, $2*L_train$ twice its size: what belongs here?", []),
        ("w′ are the weights after the step, w'ᵀ a row, Lₜᵣₐᵢₙ a size: what belongs here?", []),
        ("What belongs in the blank, of renewed w_newer weights?", ["w′", "Lₜᵣₐᵢₙ"]),
        ("$w_newer$ and $L$, w and w²: what belongs in the blank?", ["w′", "Lₜᵣₐᵢₙ"]),
    ],
    ids=["signs", "formulas", "parts", "as on the card", "other words", "other names"],
)
def test_a_name_of_several_letters_is_found_on_the_front(front: str, missing: list[str]) -> None:
    told = found(f'{LONG}prompts: {{cloze: "{front}"}}\n')
    assert [problem.message.split(" shows ")[1].split()[0] for problem in told] == missing


def code(equals: str, line: str, more: str = "") -> list[str]:
    text = (
        f'code:\n  equals: "{equals}"\n  numpy: |\n    def f(A, B, x, c):\n        {line}\n{more}'
    )
    return [problem.code for problem in found(CODE + text)]


@pytest.mark.parametrize(
    ("equals", "line"),
    [
        ("A @ B", "return A @ B"),
        ("c*x/(1 - c)", "return c * x / (1 - c)"),
        ("A*A", "return A*A"),
        ("log(c/(1 - c))", "return np.log(c / (1 - c))"),
    ],
)
def test_code_that_copies_the_formula_is_told(equals: str, line: str) -> None:
    assert code(equals, line) == ["trivial-code"]
    assert code(equals, line, "without: [code]\n") == []


@pytest.mark.parametrize(
    ("equals", "line"),
    [
        ("x.T @ x", "return x @ x"),
        ("norm(x)", "return np.linalg.norm(x)"),
        ("A @ B", "return np.matmul(A, B)"),
        ("A @ x", "y = A @ x\n        return y"),
        ("x", "return x"),
    ],
)
def test_code_for_which_one_must_know_numpy_passes(equals: str, line: str) -> None:
    assert code(equals, line) == []


def in_words(prompt: str) -> list[str]:
    text = "code:\n  equals: c*x\n  from_words: true\n  numpy: |\n    def f(x, c):\n"
    return [each.message for each in found(f"{CODE}{text}        return c*x\n{prompt}")]


def test_code_that_is_asked_for_in_words_may_be_the_formula() -> None:
    assert in_words("prompts: {code: What is `c` times `x` in NumPy?}\n") == []


def test_a_question_without_the_formula_names_every_argument() -> None:
    (message,) = in_words("prompts: {code: What is `c` times the vector in NumPy?}\n")
    assert message == "the question does not say what x is, and shows no formula"


def test_code_asked_for_in_words_needs_the_words() -> None:
    assert in_words("") == ["no words ask for the code"]
