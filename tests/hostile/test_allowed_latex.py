"""LaTeX of contributors sets a formula and nothing else, in Anki's own MathJax too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import check_deck
import pytest

from dlcards.cards.latex import DEEPEST, ENVIRONMENTS, MOST_ROWS, SETTING, fault

DEFINING = (
    "def gdef edef xdef let newcommand renewcommand providecommand newenvironment renewenvironment"
    " DeclareMathOperator DeclarePairedDelimiter DeclarePairedDelimiterX DeclarePairedDelimiterXPP"
    " DeclareMathSymbol NewCommandCopy Newextarrow newtagform renewtagform usetagform mathtoolsset"
    " definecolor color textcolor colorbox fcolorbox newline require autoload label ref eqref tag"
    " notag nonumber shoveleft shoveright href url class cssId style data unicode mmlToken toggle"
    " mathtip texttip bbox includegraphics input include write hbox vbox setlength providecommand"
    " abovewithdelims above genfrac Huge huge LARGE tiny newif iffalse catcode csname expandafter"
)
SIZES = (
    r"\rule{1000em}{1000em}", r"\Rule{1000em}{1em}{1em}", r"\hspace{1000em}", r"\hskip 1000em",
    r"\kern 1000em", r"\mkern 1000mu", r"\mskip 1000mu", r"\mspace{1000mu}", r"\raise 1000em{x}",
    r"\lower 1000em{x}", r"\moveleft 1000em{x}", r"\Space{1em}{9em}{9em}", r"\vspace{9em}",
    r"a \\[1000em] b", r"\begin{matrix}a \\ [1000em] b\end{matrix}", r"\\*[1000em]",
    r"\genfrac{}{}{1000em}{}{a}{b}", r"a \above 1000em b", r"\raisebox{1000em}{x}",
    r"\sqrt{" * 40 + "x" + "}" * 40, "{" * 40 + "}" * 40, r"\left(" * 40 + r"\right)" * 40,
    r"x^{" * 30 + "x" + "}" * 30, r"a \\" * 40, r"\begin{matrix}" * 30 + r"\end{matrix}" * 30,
    r"\Huge x", r"\mathmakebox[1000em]{x}", r"\smashoperator{x}", r"\prescript{a}{b}{c}",
)  # fmt: skip
HOSTILE = (
    r"\DeclarePairedDelimiter{\sum}{|}{|}", r"\DeclarePairedDelimiterX\sum[1]{|}{|}{#1}",
    r"\Newextarrow\sum{5,5}{8672}", r"\def\sum{x}", r"\gdef\sum{x}", r"\let\sum=\prod",
    r"\newcommand{\frac}[2]{x}", r"\newenvironment{matrix}{x}{y}", r"\definecolor{x}{rgb}{1,0,0}",
    r"\label{a}x", r"\tag{1}x", r"\require{color}\color{red}", r"\mathtoolsset{legacycolonsymbols}",
)  # fmt: skip
USUAL = r"\sum_{i=1}^{n} \frac{x_i}{2} \le \begin{matrix} a & b \\ c & d \end{matrix} \to \sqrt{x}"


@pytest.mark.parametrize("name", DEFINING.split())
def test_nothing_is_defined(name: str) -> None:
    assert "is not among the commands" in fault(rf"x \{name}{{y}}{{z}}")


@pytest.mark.parametrize("latex", SIZES)
def test_sizes_are_bounded(latex: str) -> None:
    assert fault(latex)


@pytest.mark.parametrize("latex", [*HOSTILE, "a % b", "#1", r"\begin{equation}x\end{equation}"])
def test_hostile(latex: str) -> None:
    assert fault(latex)


@pytest.mark.parametrize(
    "name", ["align", "equation", "eqnarray", "CD", "multlined", "", "matrix*", r"\x", "x}{y"]
)
def test_other_environments(name: str) -> None:
    assert fault(rf"\begin{{{name}}}x\end{{{name}}}")
    assert fault(r"\begin x \end x")


def test_what_is_usual_may_stand() -> None:
    assert fault(USUAL) == ""
    assert fault("") == ""  # between two dollars may stand nothing; the reader tells it
    assert fault("{" * DEEPEST + "}" * DEEPEST) == ""
    assert fault(r"a \\" * MOST_ROWS) == ""
    for name in ENVIRONMENTS:
        assert fault(rf"\begin{{{name}}} a \\ b \end{{{name}}}") == ""


def forms(command: str) -> Iterator[str]:
    """Yield formulas with a command in every way in which one may be called."""
    whole = {
        r"\left": r"\left( x \right)", r"\right": r"\left( x \right)",
        r"\middle": r"\left( x \middle| y \right)", r"\begin": r"\begin{matrix} a \end{matrix}",
        r"\end": r"\begin{matrix} a \end{matrix}", r"\of": r"\root 3 \of x",
        r"\root": r"\root 3 \of x", r"\limits": r"\sum\limits_a", r"\nolimits": r"\sum\nolimits_a",
        r"\\": r"\begin{matrix} a \\ b \end{matrix}",
    }  # fmt: skip
    if command in whole:
        yield whole[command]
        return
    yield from (f"a {command} b", f"{command}{{a}}", f"{command}{{a}}{{b}}", f"{command}( a")
    yield from (f"{command}{{a}}{{b}}{{c}}", f"{command}[a]{{b}}")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.exhaustive(of=8)
def test_in_the_browser(
    chromium: Any, tmp_path: Any, every: int, count: Callable[..., None]
) -> None:
    """Everything allowed is known to Anki's MathJax, and leaves the next card as it was."""
    with (
        check_deck.served(tmp_path) as address,
        check_deck.reviewer(chromium, address, 900) as (page, _),
    ):

        def shown(latex: str) -> tuple[str, list[Any]]:
            html = rf"\({latex}\)"
            side = check_deck.Side("g", "c", 1, "front", html)
            assert check_deck.show(page, side, "light")
            faults = page.evaluate(check_deck.INSPECT)
            picture = page.evaluate(
                "() => [...document.querySelectorAll('#qa mjx-math')].map(e => e.innerHTML).join()"
            )
            return picture, [each for each in faults if each[0] != "overflow"]

        before, wrong = shown(USUAL)
        assert not wrong
        assert "mjx-mfrac" in before
        unknown = []
        for command in sorted(SETTING)[::every]:
            if all(shown(form)[1] for form in forms(command)):
                unknown.append(command)
            count("commands of LaTeX that may stand, in a browser")
        assert not unknown, " ".join(unknown)
        for name in sorted(ENVIRONMENTS):
            more = "{ll}" if name == "array" else ""
            cells = r"a \\ b" if name == "gathered" else r"a & b \\ c & d"
            assert not shown(rf"\begin{{{name}}}{more} {cells} \end{{{name}}}")[1], name
        assert shown(USUAL)[0] == before
        assert shown(HOSTILE[0])[0] is not None
        assert shown(USUAL)[0] != before, "the page forgets definitions: this test shows nothing"
