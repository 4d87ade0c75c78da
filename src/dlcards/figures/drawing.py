"""Draws a figure: its panels laid out with Matplotlib, written as SVG or PNG."""

from __future__ import annotations

from dataclasses import dataclass

from dlcards.claims.statement import Statement
from dlcards.figures.alt import alt_text, front_alt_text
from dlcards.figures.expressions import Expressions
from dlcards.figures.labels import label_text
from dlcards.figures.layout import Picture, picture
from dlcards.figures.moving import film
from dlcards.figures.panel import Panel
from dlcards.figures.parser import FigureSpec
from dlcards.figures.words import printed
from dlcards.languages import SOURCE


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn figure.

    Parameters
    ----------
    svg : bytes
    width, height : int
        CSS pixels.
    alt, caption : str
        What is seen, and what is said about it; plain text.
    """

    svg: bytes
    width: int
    height: int
    alt: str
    caption: str = ""


def lay_out(
    spec: FigureSpec, statement: Statement | None = None, *, front: bool = False
) -> Picture:
    """Draw a figure with Matplotlib, labels placed, not yet written to a file.

    Raises
    ------
    FormulaError
        If a formula of the spec cannot be evaluated; :func:`check` tells which.
    """
    common = spec.common
    keep = frozenset(common.keep_labels)
    jobs = []
    for panel in spec.panels:
        for part in panel.kind.panels(panel.spec):
            canvas = Panel(Expressions(statement, part.named), front, keep)
            canvas.title = part.title
            canvas.then = part.then
            jobs.append((panel.kind, part, canvas))
    heading = spec.title if not front or spec.title in keep else ""
    return picture(jobs, common.stack, label_text(heading, statement) if heading else "")


def render(
    spec: FigureSpec,
    *,
    statement: Statement | None = None,
    front: bool = False,
    lang: str = SOURCE,
    answers: tuple[str, ...] = (),
) -> Drawing:
    """Draw a figure as SVG, a moving one as one that moves.

    Parameters
    ----------
    spec : FigureSpec
    statement : Statement, optional
        The entry's: its definitions may be used in formulas, its glyphs in labels.
    front : bool
        Without the labels, title and axis names, except those of ``keep_labels``.
    lang : str
        Code of the language of the alternative text.
    answers : tuple of str
        Of which the alternative text of a front must not say a word.

    Raises
    ------
    FormulaError
        If a formula of the spec cannot be evaluated; :func:`check` tells which.
    """
    drawn = lay_out(spec, statement, front=front)
    svg, height = drawn.svg(), drawn.height
    common, animate = spec.common, spec.common.animate
    if spec.frames and animate is not None:
        pictures = [lay_out(frame, statement, front=front) for frame in spec.frames[:-1]]
        height = max(height, *(picture.height for picture in pictures))
        svg = film(
            [*(picture.svg() for picture in pictures), svg],
            seconds=animate.seconds,
            pause=animate.pause,
        )
    alt = front_alt_text(spec, lang, answers) if front else alt_text(spec, lang, statement)
    caption = printed(common.caption, statement)
    return Drawing(svg, drawn.width, height, alt, caption)


def render_png(
    spec: FigureSpec, *, statement: Statement | None = None, front: bool = False, width: int = 800
) -> bytes:
    """Draw a figure as a transparent PNG, for programs that show no SVG; a moving one at rest.

    Parameters
    ----------
    spec, statement, front
        As for :func:`render`.
    width : int
        In pixels, 100 to 4000; the height follows.

    Raises
    ------
    FormulaError
        If a formula of the spec cannot be evaluated; :func:`check` tells which.
    ValueError
        If the width is out of range.
    """
    if not 100 <= width <= 4000:
        message = f"a width of {width} pixels is not between 100 and 4000"
        raise ValueError(message)
    return lay_out(spec, statement, front=front).png(width)
