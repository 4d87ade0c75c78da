"""Declarative figures: a spec of a few lines in, a small SVG with its alternative text out."""

from __future__ import annotations

from dlcards.figures.alt import alt_text
from dlcards.figures.checks import check
from dlcards.figures.drawing import Drawing, lay_out, render, render_png
from dlcards.figures.kinds import KINDS
from dlcards.figures.parser import FigureSpec, kind_named, parse_spec

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
