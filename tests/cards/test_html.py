"""Nothing an author writes becomes markup, a cloze, a sound or LaTeX of Anki's."""

from __future__ import annotations

import html as standard
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcards.cards import html
from dlcards.cards.highlight import highlight
from dlcards.model import Illustration, MediaFile, Piece, PieceKind

SIGNS = r"""
<b> </div> <!-- --> & &amp; " ' { {{ }} {{c1:: :: \( \) \[ [latex] [/latex] [$]
[sound:a.mp3] [anki:tts] [[type:A]] a 한 javascript:
"""
HOSTILE = st.lists(st.sampled_from([*SIGNS.split(), " ", "\n"]), max_size=8).map("".join)
TRIGGERS = re.compile(r"\{\{|\}\}|\[(?:/?latex|sound:|anki:|\$|\[type:)|<(?!/?(?:em|code)>)")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def shown(markup: str) -> str:
    """Return what a reader sees of HTML."""
    parser = _Text()
    parser.feed(markup)
    parser.close()
    return "".join(parser.parts).replace("\u2060", "")


@pytest.mark.slow
@given(HOSTILE)
def test_text_shows_what_was_written_and_triggers_nothing(value: str) -> None:
    markup = html.text(value)
    assert shown(markup) == value
    assert not TRIGGERS.search(markup)


@given(HOSTILE)
def test_text_never_starts_mathematics(value: str) -> None:
    decoded = standard.unescape(html.text(value))
    assert not re.search(r"\\[()\[\]]", decoded)


@pytest.mark.slow
@given(HOSTILE, st.sampled_from([PieceKind.TEXT, PieceKind.CODE, PieceKind.EMPHASIS]))
def test_prose_holds_only_the_elements_it_made(value: str, kind: PieceKind) -> None:
    markup = html.prose((Piece(kind, value),))
    assert shown(markup) == value
    assert not TRIGGERS.search(markup)


@given(HOSTILE)
def test_an_attribute_ends_where_it_should(value: str) -> None:
    markup = html.attribute(value)
    assert '"' not in markup
    assert not TRIGGERS.search(markup)


@pytest.mark.parametrize(
    ("latex", "field"),
    [
        (r"a < b", r"a &lt; b"),
        (r"\begin{matrix} a & b \end{matrix}", r"\begin{matrix} a &amp; b \end{matrix}"),
        (r"x_{a_{b}}", r"x_{a_{b} }"),
        (r"{{a}}", r"{ {a} }"),
        (r"{{{a}}}", r"{ { {a} } }"),
    ],
)
def test_latex_is_escaped_and_its_braces_stand_apart(latex: str, field: str) -> None:
    assert html.latex_text(latex) == field


def test_code_can_be_copied() -> None:
    source = "def f(x):\n    # <b> {{c1::x}} [sound:a]\n    return {'a': {'b': x[0] < 1}}"
    markup = highlight(source)
    assert shown(markup) == source
    assert "{{" not in markup
    assert "}}" not in markup
    assert "[sound" not in markup


@pytest.mark.slow
@given(st.text(alphabet="{}[]c1:latexsound/$<>&\"' \nx=()", max_size=30))
def test_no_code_triggers_anything(source: str) -> None:
    markup = highlight(source)
    assert not re.search(r"\{\{|\[(?:/?latex|sound:|anki:|\$)", markup)


def test_code_is_coloured_by_classes() -> None:
    markup = highlight("def f(x):\n    return x * 2  # twice")
    for css in ("py-kw", "py-fn", "py-op", "py-nu", "py-co"):
        assert f'class="{css}"' in markup
    assert "style=" not in markup


def test_the_caption_stays_off_the_front() -> None:
    drawn = Illustration(MediaFile("a.svg", b""), 'a "curve"', "the answer", 480, 300)
    assert "the answer" not in html.figure(drawn, caption=False)
    assert "<figcaption>the answer</figcaption>" in html.figure(drawn, caption=True)
    assert 'alt="a &quot;curve&quot;"' in html.figure(drawn, caption=False)


def test_a_moving_figure_holds_still_where_less_motion_is_asked_for() -> None:
    moving = Illustration(MediaFile("a.svg", b"<svg><style>@keyframes f{}</style></svg>"), "alt")
    markup = html.figure(moving, caption=False)
    assert '<source media="(prefers-reduced-motion: reduce)" srcset="a.svg#still">' in markup
    assert markup.count('src="a.svg"') == 1
    still = Illustration(MediaFile("a.svg", b"<svg/>"), "alt")
    assert "<picture>" not in html.figure(still, caption=False)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", 'https://a/"onclick=', ""]
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert html.link("book", url) == "book"


def test_an_empty_section_leaves_no_trace() -> None:
    assert html.fold("Symbols", "") == ""
    assert html.element("p", "") == ""
