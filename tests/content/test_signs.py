r"""Notation: signs and how they are read, from the file to the cards and back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dlcards.build.flow import Options, make_notes
from dlcards.build.verify import Effort
from dlcards.cards.note_types import note_type
from dlcards.cards.render import RenderedCard, render
from dlcards.cli.console import Progress
from dlcards.commands.check import check
from dlcards.commands.show import show_entry
from dlcards.content.reader import read_library
from dlcards.requests import CheckRequest
from samples import DECK, Project

pytestmark = pytest.mark.usefixtures("in_process")

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
QUIET = Progress(quiet=True)

TRANSPOSE = """\
kind: notation
title: Transpose
topic: matrices
let:
  A: matrix(m, n)
sign: $A.T$
say: A transpose
meaning: Rows and columns exchanged.
code:
  equals: A.T
  numpy: |
    def f(A):
        return A.T
sources: ["https://example.org"]
"""
SET = """\
kind: notation
title: Set
topic: sets
sign: \\(\\mathbb{A}\\)
say: blackboard A
meaning: A collection without order.
sources: ["https://example.org"]
"""


def cards(project: Project, text: str) -> dict[str, RenderedCard]:
    """Return the cards of one entry by the name of their template."""
    root = project({"formulas/calculus/case.yaml": text, "decks/calculus.yaml": DECK})
    library, problems = read_library(root)
    assert not problems, [str(problem) for problem in problems]
    items = tuple(library.items.values())
    content = make_notes(library, items, Effort(0), Options(0, None), QUIET, (), ())
    assert not content.problems, [str(problem) for problem in content.problems]
    (note,) = content.notes["case"]
    return {card.name: card for card in render(note, note_type("formula"))}


def codes(project: Project, **entries: str) -> list[str]:
    files = {f"formulas/calculus/{name}.yaml": text for name, text in entries.items()}
    root = project({**files, "decks/calculus.yaml": DECK})
    told = check(CheckRequest(root, (), mutate=False, jobs=0), QUIET).problems
    return [problem.code for problem in told]


def text_of(html: str) -> str:
    """Return what a reader sees, without folds."""
    bare = re.sub(r"<details.*?</details>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", bare).split())


def test_a_notation_goes_from_the_sign_to_its_reading_meaning_and_code_and_back(
    project: Project,
) -> None:
    made = cards(project, TRANSPOSE)
    sign = r"\[\boldsymbol{A}^{\top}\]"
    assert set(made) == {"Recall", "Recognise", "To code", "From code", "Read aloud"}
    for name, answer in (("Read aloud", "A transpose"), ("Recognise", "Transpose")):
        assert sign in made[name].front
        assert answer not in text_of(made[name].front)
        assert answer in text_of(made[name].back)
    assert sign in made["To code"].front
    for name in ("Recall", "From code"):
        assert sign not in made[name].front
        assert sign in made[name].back


def test_the_reading_stands_on_every_other_back(project: Project) -> None:
    made = cards(project, TRANSPOSE)
    for name in ("Recall", "Recognise", "To code", "From code"):
        assert made[name].back.count('<p class="reading">A transpose</p>') == 1, name
        assert "A transpose" not in made[name].front


def test_the_code_is_compared_with_the_sign_and_the_badge_says_so(project: Project) -> None:
    back = cards(project, TRANSPOSE)["Recall"].back
    assert "check-notation" in back
    assert "The code was compared with the sign on" in back
    assert "✓" not in back


def test_another_formula_that_the_code_was_compared_with_is_shown(project: Project) -> None:
    other = TRANSPOSE.replace("sign: $A.T$", "sign: \\(\\boldsymbol{A}'\\)")
    back = cards(project, other)["Recall"].back
    assert re.search(r"compared on \d+ inputs with \\\(\\boldsymbol\{A\}\^\{\\top\}\\\)", back)
    assert "compared with the sign" not in back


def test_code_that_nothing_was_compared_with_is_not_called_checked(project: Project) -> None:
    alone = TRANSPOSE.replace("  equals: A.T\n", "")
    back = cards(project, alone)["Recall"].back
    assert "No machine has compared the code with the sign." in back


def test_hand_written_latex_is_marked_and_says_nothing_of_the_names_of_the_code(
    project: Project,
) -> None:
    made = cards(project, SET)
    assert '<div class="written">\\[\\mathbb{A}\\]</div>' in made["Recognise"].front
    assert "as the author wrote them" in made["Recognise"].back
    named = TRANSPOSE.replace("sign: $A.T$", "sign: \\(\\boldsymbol{A}'\\)")
    assert 'class="where"' not in cards(project, named)["Recognise"].front


def test_the_relations_of_a_sign_stand_below_also_true_and_are_counted(project: Project) -> None:
    claimed = TRANSPOSE.replace("meaning:", "claim: (A.T).T == A\nmeaning:")
    back = cards(project, claimed)["Recall"].back
    assert "Also true" in back
    assert "Consequences that were proved: 1." in back


def test_a_name_that_only_the_sign_uses_is_used(project: Project) -> None:
    chance = TRANSPOSE.replace("A: matrix(m, n)", "X: random\n  x: vector(n)")
    chance = chance.replace("$A.T$", "$Var(X)$").replace("equals: A.T", "equals: var(x)")
    chance = chance.replace("def f(A):\n        return A.T", "def f(x):\n        return np.var(x)")
    front = cards(project, chance)["To code"].front
    assert r"\operatorname{Var}(X)" in front
    assert r"\boldsymbol{x}" not in front


def test_a_part_of_the_sign_can_be_a_blank(project: Project) -> None:
    root = project({
        "formulas/calculus/case.yaml": f"{TRANSPOSE}blanks: [A]\n", "decks/calculus.yaml": DECK
    })  # fmt: skip
    library, problems = read_library(root)
    assert not problems
    items = tuple(library.items.values())
    content = make_notes(library, items, Effort(0), Options(0, None), QUIET, (), ())
    assert [note.slots for note in content.notes["case"]][1] == ("cloze:1",)


def test_a_translation_has_its_own_reading(project: Project) -> None:
    words = "title: 전치\nsay: A의 전치\nmeaning: 행과 열을 바꾼 것.\n"
    root = project({
        "formulas/calculus/case.yaml": TRANSPOSE,
        "formulas/calculus/case.ko.yaml": words,
        "decks/calculus.yaml": DECK,
    })  # fmt: skip
    request = CheckRequest(root, (), mutate=False, jobs=0, languages=("ko",))
    told = check(request, QUIET).problems
    assert [p.code for p in told if p.code == "missing-translation"] == []


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (TRANSPOSE.replace("exchanged", "swapped, that is all"), "asked-twice"),
        (SET.replace("\\(\\mathbb{A}\\)", "$A.T$\nlet: {A: 'matrix(m, n)'}"), "two-answers"),
    ],
)
def test_one_sign_in_two_entries_is_told(project: Project, other: str, code: str) -> None:
    assert code in codes(project, one=TRANSPOSE, two=other)


def test_one_hand_written_sign_in_two_entries_is_told(project: Project) -> None:
    assert "asked-twice" in codes(project, one=SET, two=SET.replace("Set", "Collection"))


@pytest.mark.slow
def test_show_tells_the_sign_and_how_it_is_read(project: Project) -> None:
    root = project({"formulas/calculus/case.yaml": TRANSPOSE, "decks/calculus.yaml": DECK})
    lines = dict(show_entry(root, "case", QUIET).lines)
    assert lines["sign"] == "Aᵀ"
    assert lines["read aloud"] == "A transpose"


@pytest.mark.parametrize("text", BLOCK.findall((ROOT / "docs/notation.md").read_text("utf-8")))
def test_the_examples_of_the_page_are_entries_without_a_mistake(
    project: Project, text: str
) -> None:
    alone = re.sub(r"^requires: .*$", "requires: []", text, flags=re.MULTILINE)
    alone = re.sub(r"^sources: .*$", 'sources: ["https://example.org"]', alone, flags=re.MULTILINE)
    assert set(codes(project, case=alone)) <= {"orphan"}
