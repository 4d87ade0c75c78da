"""Worksheets: problems in order, solutions apart, the same seed the same sheet."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from dlcards.cards.mathml import mathml
from dlcards.commands.worksheet import Worksheet, WorksheetRequest, make_worksheet
from dlcards.problems import UsageError
from samples import DECK, ENTRY, Project
from silence import Silent

pytestmark = pytest.mark.usefixtures("in_process")

FAMILY = (Path(__file__).parent / "cases" / "right.yaml").read_text(encoding="utf-8")


@pytest.fixture
def root(project: Project) -> Path:
    return project(
        {
            "formulas/calculus/power-rule.yaml": ENTRY,
            "exercises/calculus/ex-add.yaml": FAMILY.replace("title: Test", "title: Adding"),
            "exercises/calculus/ex-more.yaml": FAMILY.replace("title: Test", "title: More")
            .replace("drills:", "level: 2\ndrills:")
            .replace("topic: derivatives", "topic: sums"),
            "decks/calculus.yaml": DECK,
        }
    )


def sheet(root: Path, **options: object) -> Worksheet:
    return make_worksheet(WorksheetRequest(root, "calculus", **options), Silent())  # type: ignore[arg-type]


def titles(made: Worksheet) -> list[str]:
    return re.findall(r'class="title">(\w+)<', made.page)


@pytest.mark.slow
def test_every_family_comes_once_before_one_comes_twice(root: Path) -> None:
    assert titles(sheet(root, count=2)) == ["Adding", "More"]
    assert titles(sheet(root, count=4)) == ["Adding", "Adding", "More", "More"]


@pytest.mark.slow
def test_solutions_stand_on_a_page_of_their_own(root: Path) -> None:
    made = sheet(root, count=4)
    problems, _, solutions = made.page.partition('<section class="solutions">')
    assert "break-before: page" in made.page
    assert problems.count("<li>") == solutions.count("<li>") == made.problems == 4
    assert 'class="answer"' not in problems


@pytest.mark.slow
def test_a_seed_gives_the_same_sheet_again_and_another_seed_another(root: Path) -> None:
    assert sheet(root, seed=3).page == sheet(root, seed=3).page
    assert sheet(root, seed=3).page != sheet(root, seed=4).page


@pytest.mark.slow
def test_no_variant_is_repeated_and_there_may_be_fewer(root: Path) -> None:
    made = sheet(root, count=200)
    asked = re.findall(r'class="problem">(.*?)</p>', made.page)
    assert made.problems == len(asked) == 24


@pytest.mark.slow
def test_only_a_topic(root: Path) -> None:
    assert set(titles(sheet(root, topic="sums"))) == {"More"}


@pytest.mark.parametrize("options", [{"topic": "summs"}, {"topic": "none"}])
def test_an_unknown_topic_is_told_with_the_known_ones(root: Path, options: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="sums"):
        sheet(root, **options)


@pytest.mark.slow
def test_the_page_needs_nothing_else(root: Path) -> None:
    page = sheet(root).page
    assert "http" not in page
    assert "<script" not in page
    assert "<math>" in page


@pytest.mark.parametrize(
    ("latex", "texts"),
    {
        r"\frac{1}{2}": "12",
        r"\begin{pmatrix}-1 & 2 \\ 3 & 4\end{pmatrix}": "(−1234)",
        r"\left(\frac{a}{b}\right)^{2}": "(ab)2",
        r"\det(\boldsymbol{A}) = 10.5": "det(A)=10.5",
        r"\sum_{1 \le i \le n} x_{i}^{2}": "∑1≤i≤nxi2",
        r"\lambda \cdot \sqrt{2} \approx 0.1": "λ·2≈0.1",
        r"x \in \mathbb{R}, \operatorname{tr} < 3": "x∈ℝ,tr<3",
    }.items(),
)
def test_mathml_says_what_the_latex_says(latex: str, texts: str) -> None:
    tree = ET.fromstring(mathml(latex))  # well-formed
    assert "".join(tree.itertext()) == texts
