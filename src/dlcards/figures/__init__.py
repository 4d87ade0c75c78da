"""Declarative figures: a spec of a few lines in, a small SVG with its alternative text out."""

from __future__ import annotations

from dlcards.figures.settings import load_matplotlib

load_matplotlib()  # before any other module does

from dlcards.figures.alt import alt_text  # noqa: E402
from dlcards.figures.checks import check  # noqa: E402
from dlcards.figures.drawing import Drawing, lay_out, render, render_png  # noqa: E402
from dlcards.figures.kinds import KINDS  # noqa: E402
from dlcards.figures.parser import FigureSpec, kind_named, parse_spec  # noqa: E402

__all__ = [
    "KINDS",
    "Drawing",
    "FigureSpec",
    "alt_text",
    "check",
    "kind_named",
    "lay_out",
    "parse_spec",
    "render",
    "render_png",
]
