"""Labels: formulas in the notation of the cards, each in a free place."""

from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib.text import Text

from dlcards import figures
from dlcards.claims.parser import FormulaError
from dlcards.claims.words import WORDS
from dlcards.figures import labels
from dlcards.figures.kind import Kind
from dlcards.figures.labels import Label, place
from dlcards.figures.spec import map_labels
from dlcards.figures.svg import SVG


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("at $x_0$", "at $x_{0}$"),
        ("$sigmoid(x)$", r"$\sigma(x)$"),
        ("-0.5 and a-b", "\N{MINUS SIGN}0.5 and a-b"),
        ("$norm(x) <= 1$", r"$\| x \| \leq 1$"),
        ("$x == 1/4$", "$x = 1/4$"),
        ("$x**2/2 + 1$", "$x^{2}/2 + 1$"),
        ("$(2 - 2*x)/2$", "$(2 - 2 x)/2$"),
        ("$(1 + 1/n)**n$", r"$\left(1 + \dfrac{1}{n}\right)^{n}$"),
    ],
)
def test_formulas_are_printed_as_on_the_cards(text: str, shown: str) -> None:
    assert labels.label_text(text) == shown


def test_a_formula_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(FormulaError):
        labels.label_text("$x +$")


@pytest.mark.slow
def test_most_words_of_the_language_can_stand_in_a_label() -> None:
    from matplotlib.mathtext import MathTextParser

    parser = MathTextParser("path")
    drawn = []
    for word in WORDS:
        try:
            parser.parse("$" + labels.mathtext(labels.formula_latex(word.example)) + "$")
        except ValueError:
            continue
        drawn.append(word.name)
    assert len(drawn) >= 0.8 * len(WORDS)


def test_labels_that_want_the_same_place_move_apart() -> None:
    waiting = [Label(f"label {i}", "#222222", [(200.0, 150.0)]) for i in range(6)]
    placed, left_over = place(waiting, (0, 0, 480, 360), np.empty((0, 3)), [])
    assert len(placed) + len(left_over) == 6
    assert len(placed) >= 2
    for a, b in combinations(placed, 2):
        apart = a.box[2] <= b.box[0] or b.box[2] <= a.box[0]
        assert apart or a.box[3] <= b.box[1] or b.box[3] <= a.box[1]


def test_a_label_avoids_curves_and_borders() -> None:
    line = np.column_stack([np.linspace(0, 480, 200), np.full(200, 100.0), np.ones(200)])
    (only,), _ = place([Label("above", "#222222", [(470.0, 100.0)])], (0, 0, 480, 360), line, [])
    assert only.box[2] <= 480
    assert only.box[3] < 100 or only.box[1] > 100


def test_a_label_without_a_free_place_goes_to_the_legend() -> None:
    wall = np.array([(x, y, 1.0) for x in range(0, 480, 6) for y in range(0, 360, 6)])
    walled = Label("walled in", "#222222", [(9.0, 9.0)])
    placed, left_over = place([walled], (0, 0, 480, 360), wall, [])
    assert (len(placed), len(left_over)) == (0, 1)


def test_long_labels_are_broken_at_blanks_outside_formulas() -> None:
    broken = labels.wrap("a rather long label with $x + y + z$", 17, 120)
    assert "$x + y + z$" in broken
    assert all(labels.text_size(line, 17)[0] <= 125 for line in broken.split("\n"))
    assert broken.replace("\n", " ") == "a rather long label with $x + y + z$"


def test_letters_of_other_scripts_are_left_to_the_font_of_the_card() -> None:
    assert labels.foreign("σ′ 함수 ≤") == "함수"
    assert labels.missing_glyphs("σ′ 함수 ≤") == ""
    assert labels.missing_glyphs("함수 🙂") == "🙂"


def test_korean_words_are_text_and_formulas_beside_them_outlines() -> None:
    spec, problems = figures.parse_spec(
        {
            "kind": "function_plot",
            "exprs": [{"expr": "x**2", "label": "함수 $f(x)$"}],
            "x": [-1, 2],
            "ylabel": "오차의 크기",
        }
    )
    assert spec is not None, problems
    assert figures.check(spec) == ()
    root = ET.fromstring(figures.render(spec).svg)
    words = root.findall(f"{SVG}text")
    assert [word.text for word in words] == ["오차의 크기", "함수 "]
    assert "rotate(-90" in words[0].attrib["transform"]
    drawn = {text.get_text() for text in figures.lay_out(spec).figure.texts}
    assert "$f(x)$" in drawn
    assert not any(labels.foreign(text) for text in drawn)


@pytest.mark.slow
@pytest.mark.exhaustive(of=4)
@pytest.mark.parametrize("kind", figures.KINDS, ids=lambda kind: kind.name)
def test_no_kind_draws_a_box_for_a_korean_label(kind: Kind, every: int) -> None:
    """A letter that the font does not have would be drawn as a box."""
    for example in kind.examples[::every]:
        spec, problems = figures.parse_spec(example)
        assert spec is not None, problems
        panels = tuple(
            replace(p, spec=map_labels(p.spec, lambda path, text, drawn: "이름" if text else ""))
            for p in spec.panels
        )
        picture = figures.lay_out(replace(spec, panels=panels))
        drawn = [text.get_text() for text in picture.figure.findobj(Text)]
        assert not any(labels.foreign(labels.MATH.sub("", text)) for text in drawn)
