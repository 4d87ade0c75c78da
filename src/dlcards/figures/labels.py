"""Labels: from text with ``$formula$`` to mathtext, and to a free place in the picture."""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.textpath import text_to_path

from dlcards.claims.parser import FormulaError, parse_formula
from dlcards.claims.print.latex import to_latex
from dlcards.claims.statement import WITHOUT_LATEX, Statement, find_latex
from dlcards.figures import style
from dlcards.figures.arrays import Array

MATH = re.compile(r"\$([^$]*)\$")
MINUS = re.compile(r"(?<!\w)-(?=\d)")

REPLACEMENTS = (
    (re.compile(r"\\(?:lVert|rVert|Vert|parallel)(?![A-Za-z])"), r"\\|"),
    (re.compile(r"\\(?:lvert|rvert)(?![A-Za-z])"), "|"),
    (re.compile(r"\\tfrac(?![A-Za-z])"), r"\\frac"),
    (re.compile(r"\\(?:big|Big|bigg|Bigg)[lrm]?\b|\\(?:text|display)style\b"), ""),
    (re.compile(r"\\(?:text|operatorname)\*?\{"), r"\\mathrm{"),
    (re.compile(r"\\le(?![A-Za-z])"), r"\\leq"),
    (re.compile(r"\\ge(?![A-Za-z])"), r"\\geq"),
    (re.compile(r"\\ne(?![A-Za-z])"), r"\\neq"),
    (re.compile(r"\\implies(?![A-Za-z])"), r"\\Rightarrow"),
    (re.compile(r"\\middle(?![A-Za-z])"), ""),
    (re.compile(r"\\bmod(?![A-Za-z])"), r"\\;\\mathrm{mod}\\;"),
    (re.compile(r"\\xrightarrow\{((?:[^{}]|\{[^{}]*\})*)\}"), r"\\overset{\1}{\\rightarrow}"),
)
"""What LaTeX on cards may say and Matplotlib's mathtext calls otherwise."""

FRACTION = re.compile(
    r"(^|[-+=(<>|,] ?|\\(?:leq|geq|neq|mid|to) )"
    r"\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}"
    r"(?= ?[-+=)<>|,]| \\(?:leq|geq|neq|mid|to)\b|$)"
)
"""A fraction of plain parts that nothing stands close to."""
TOO_CLOSE = 26.0
"""The cost of a place that covers so much of a curve that the legend is better."""
BLOCKED = 1000.0
"""The cost of a place that covers another text or leaves the picture."""


def mathtext(latex: str) -> str:
    r"""Rewrite the LaTeX of a card as Matplotlib's mathtext, without dollars.

    Examples
    --------
    >>> mathtext(r"\lVert x \rVert \le \tfrac{1}{2}")
    '\\| x \\| \\leq 1/2'
    """
    for pattern, replacement in REPLACEMENTS:
        latex = pattern.sub(replacement, latex)
    return FRACTION.sub(_on_one_line, latex).replace(r"\frac", r"\dfrac")


def _on_one_line(match: re.Match[str]) -> str:
    """Write a/b for a fraction, whose parts would be too small to read on a phone."""
    before, above, below = match.groups()
    above = f"({above})" if re.search(r"[-+ ]", above.strip()[1:]) else above
    below = f"({below})" if re.search(r"[-+ ]", below) else below
    return f"{before}{above}/{below}"


NUMBER = re.compile(r"-?(?:[0-9.]+\\cdot )?10\^\{-?[0-9]+\}")
"""A number as :func:`dlcards.figures.style.number_text` writes it, no formula of an entry."""


def label_text(text: str, statement: Statement | None = None) -> str:
    """Turn a label of a spec into text for Matplotlib: formulas become mathtext.

    Parameters
    ----------
    text : str
        Plain text with ``$formula$`` in the claim language.
    statement : Statement, optional
        The entry's, for its types and glyphs.

    Raises
    ------
    FormulaError
        If a formula cannot be read.

    Examples
    --------
    >>> label_text("at $x + 1$")
    'at $x + 1$'
    """
    pieces = MATH.split(text)
    for i in range(0, len(pieces), 2):
        pieces[i] = MINUS.sub("\N{MINUS SIGN}", pieces[i])
    for i in range(1, len(pieces), 2):
        # A kind may write LaTeX of its own; no formula of an entry begins with a backslash.
        if NUMBER.fullmatch(pieces[i]) or pieces[i].startswith("\\"):
            pieces[i] = f"${pieces[i]}$"
            continue
        pieces[i] = "$" + mathtext(formula_latex(pieces[i], statement)) + "$"
    return "".join(pieces)


def formula_latex(text: str, statement: Statement | None = None) -> str:
    """Print a formula of the claim language as LaTeX.

    Raises
    ------
    FormulaError
        If the formula cannot be read.
    """
    return to_latex(parse_formula(text), statement or Statement("", {}, {}))


def plain_text(text: str) -> str:
    """Return a label as one reads it aloud from a keyboard: without the dollars.

    Examples
    --------
    >>> plain_text("slope $2*x$")
    'slope 2*x'
    """
    return MATH.sub(r"\1", text)


def missing_glyphs(text: str) -> str:
    """Return the characters of a label that cannot be drawn.

    Letters that the font of the figures does not have, such as Hangul, are left to the font of
    the card; signs and pictures are not, since nobody knows how they look there.
    """
    return "".join(c for c in foreign(MATH.sub("", text)) if unicodedata.category(c)[0] != "L")


def foreign(text: str) -> str:
    """Return the characters of a text that the font of the figures does not have.

    Examples
    --------
    >>> foreign("σ′ 함수 ≤")
    '함수'
    """
    known = _known_characters()
    return "".join(dict.fromkeys(c for c in text if ord(c) not in known and c != "\n"))


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a line: words, or a formula.

    Parameters
    ----------
    text : str
    width : float
        In pixels.
    by_card : bool
        Whether the font of the card draws it.
    """

    text: str
    width: float
    by_card: bool


def runs(line: str, size: float) -> list[Run]:
    """Split a line where another font begins; a line of known letters is one run."""
    if not foreign(MATH.sub("", line)):
        return [Run(line, _measured(line, size)[0], by_card=False)]
    found = []
    for part in re.findall(r"\$[^$]*\$|[^$]+", line):
        by_card = not part.startswith("$")
        width = size * sum(_em(c) for c in part) if by_card else _measured(part, size)[0]
        found.append(Run(part, width, by_card))
    return found


def _em(character: str) -> float:
    """Return the usual width of a character, as a share of the size of the font."""
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return 0.95
    return 0.3 if character.isspace() else 0.58


@functools.cache
def _known_characters() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties(family="DejaVu Sans"))).get_charmap())


def formula_error(text: str) -> FormulaError | None:
    """Return what is wrong with the formulas of a label, placed in the label's text."""
    if found := find_latex(text):
        message = f"{found[0]} is LaTeX, which is printed as it is written here"
        hint = f"write $row(A, 2)$ in the claim language; else {WITHOUT_LATEX}"
        return FormulaError("raw-markup", message, hint, found.start(), found.end())
    if text.count("$") % 2:
        at = text.rindex("$")
        return FormulaError("bad-syntax", "a $ is never closed", "write $formula$", at, at + 1)
    for match in MATH.finditer(text):
        try:
            parse_formula(match.group(1))
        except FormulaError as error:
            offset = match.start(1)
            return FormulaError(
                error.code, error.message, error.hint, error.start + offset, error.end + offset
            )
    return None


def font_size(text: str, size: float) -> float:
    """Return the size of a label: larger where it is nothing but a formula.

    Examples
    --------
    >>> font_size("slope $m$", 10), round(font_size("$m$", 10), 1)
    (10, 11.6)
    """
    whole = text.startswith("$") and text.endswith("$") and text.count("$") == 2
    return size * style.FORMULA if whole else size


@functools.lru_cache(maxsize=512)
def text_size(text: str, size: float) -> tuple[float, float]:
    """Return width and height in pixels of a text of one or more lines."""
    width = height = 0.0
    least = _measured("lp", size)[1]
    for line in text.split("\n"):
        parts = runs(line, size)
        width = max(width, sum(part.width for part in parts))
        tall = max([least, *(_measured(p.text, size)[1] for p in parts if not p.by_card)])
        height += tall + (0.2 * size if height else 0.0)
    return width, height


LETTER = re.compile(r"\$([A-Za-z])\$")
"""A formula of one letter, which its font draws as it is."""
LETTERS = "cmmi10"
"""The font of such letters."""


def _measured(line: str, size: float) -> tuple[float, float]:
    letter = LETTER.fullmatch(line)
    if letter is not None:
        font = FontProperties(family=LETTERS, size=size)
        width, height, _ = text_to_path.get_text_width_height_descent(letter[1], font, False)
        return float(width), float(height)
    font = FontProperties(family="DejaVu Sans", size=size, math_fontfamily=style.FORMULAS)
    is_math = line.count("$") - line.count(r"\$") >= 2
    width, height, _ = text_to_path.get_text_width_height_descent(line, font, is_math)
    return float(width), float(height)


def wrap(text: str, size: float, width: float) -> str:
    """Break a text at blanks outside formulas so that no line is wider than told.

    A single word or formula that is too wide stays whole.
    """
    if text_size(text, size)[0] <= width:
        return text
    words = re.findall(r"(?:\$[^$]*\$|[^\s$])+", text)
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_size(longer, size)[0] <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


@dataclass(slots=True)
class Label:
    """A label waiting for its place.

    Parameters
    ----------
    text : str
        Mathtext, see :func:`label_text`.
    color : str
    anchors : list of (x, y)
        Pixels; any of them may carry the label, the first is the best.
    reach : float
        Free distance between anchor and text, in pixels.
    sample : str
        What stands for it in the legend: ``line``, ``point`` or ``area``.
    dashes : Any
        Line style of the sample.
    inside : bool
        Whether the text may stand on its anchor (areas).
    toward : (x, y), optional
        The side of the anchor where the text belongs, in pixels; y points down.
    """

    text: str
    color: str
    anchors: list[tuple[float, float]]
    reach: float = style.GAP
    sample: str = "line"
    dashes: Any = "-"
    inside: bool = False
    size: float = style.TEXT
    toward: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A text with its box in pixels: left, bottom, right, top."""

    text: str
    color: str
    box: tuple[float, float, float, float]
    size: float


Box = tuple[float, float, float, float]
SIDES = 16
"""Directions in which a label may stand from its anchor."""
FIRST = (-90, -45, -135, 0, 180, 90, 45, 135)
"""Which directions are tried first, in degrees: above, above and right, …; y points down."""
REACHES = (1.0, 1.7, 2.6, 3.8)


def place(
    labels: Sequence[Label], frame: Box, curves: Array, boxes: Sequence[Box]
) -> tuple[list[Placed], list[Label]]:
    """Give every label the clearest of its possible places.

    Parameters
    ----------
    labels : sequence of Label
        Placed in this order.
    frame : (left, bottom, right, top)
        Where texts may stand, in pixels.
    curves : ndarray (n, 3)
        Points that texts should not cover, a few pixels apart, and how much each counts.
    boxes : sequence of (left, bottom, right, top)
        Texts that stand already.

    Returns
    -------
    list of Placed
    list of Label
        Those for which no clear place was found: they belong in a legend.
    """
    taken = list(boxes)
    placed: list[Placed] = []
    left_over: list[Label] = []
    for label in labels:
        width, height = text_size(label.text, label.size)
        found: tuple[float, Box] | None = None
        candidates, costs = _spots(label, width, height)
        if len(candidates):
            costs = costs + _blocked(candidates, frame, taken) + _covered(candidates, curves)
            best = int(costs.argmin())
            left, top, right, bottom = (float(v) for v in candidates[best])
            found = (float(costs[best]), (left, top, right, bottom))
        if found is None or found[0] >= TOO_CLOSE:
            left_over.append(label)
            continue
        placed.append(Placed(label.text, label.color, found[1], label.size))
        taken.append(found[1])
    return placed, left_over


def _directions(toward: tuple[float, float] | None) -> Array:
    """Return directions in which a label may leave its anchor: steps and their cost."""
    found = []
    for k in range(SIDES):
        angle = 2 * math.pi * k / SIDES
        dx, dy = round(math.cos(angle), 6), round(math.sin(angle), 6)
        if toward is not None:
            size = math.hypot(*toward) or 1.0
            cost = 4.0 * (1 - (dx * toward[0] + dy * toward[1]) / size)
        else:
            degrees = round(math.degrees(math.atan2(dy, dx)))
            cost = 0.3 * FIRST.index(degrees) if degrees in FIRST else 1.6
        found.append((dx, dy, cost))
    return np.array(found)


USUAL = _directions(None)


def _spots(label: Label, width: float, height: float) -> tuple[Array, Array]:
    """Return the boxes in which a label may stand, and what each costs."""
    half = np.array([width / 2, height / 2])
    anchors = np.array(label.anchors, dtype=float).reshape(-1, 2)
    rank = np.arange(len(anchors))
    if label.inside:
        centres, costs = anchors, np.asarray(0.2 * rank, dtype=np.float64)
    else:
        ways = USUAL if label.toward is None else _directions(label.toward)
        steps, reaches = ways[:, :2], label.reach * np.array(REACHES)
        # The point of the box that is nearest to the anchor is a reach away from it.
        moves = steps * reaches[:, None, None] + half * np.clip(1.5 * steps, -1.0, 1.0)
        centres = (anchors[:, None, None, :] + moves).reshape(-1, 2)
        far = 2.0 * np.arange(len(REACHES))
        every = 0.15 * rank[:, None, None] + far[:, None] + ways[:, 2]
        costs = np.asarray(every, dtype=np.float64).ravel()
    return np.concatenate([centres - half, centres + half], axis=1), costs


def _blocked(candidates: Array, frame: Box, taken: Sequence[Box]) -> Array:
    left, bottom, right, top = candidates.T
    outside = (left < frame[0]) | (bottom < frame[1]) | (right > frame[2]) | (top > frame[3])
    cost = np.where(outside, BLOCKED, 0.0)
    for box in taken:
        hit = (
            (left < box[2] + 3) & (right > box[0] - 3) & (bottom < box[3] + 2) & (top > box[1] - 2)
        )
        cost = cost + np.where(hit, BLOCKED, 0.0)
    return cost


def _covered(candidates: Array, curves: Array) -> Array:
    """Return the cost of standing on lines: none may be hidden, quiet ones are cut."""
    if len(curves) == 0:
        return np.zeros(len(candidates))
    weight = curves[:, 2]
    near = _holds(candidates, curves, 3.0)
    hidden = _holds(candidates, curves[weight >= LOUD], 1.0).any(axis=1)
    return np.asarray(4.0 * (near * weight).sum(axis=1) + np.where(hidden, TOO_CLOSE, 0.0))


LOUD = 1.0
"""A line that weighs as much may not be covered by a label, not even where it is cut."""


def _holds(boxes: Array, points: Array, pad: float) -> Any:
    """Return which boxes, made larger by some pixels, hold which points."""
    x, y = points[:, 0][None, :], points[:, 1][None, :]
    left, bottom, right, top = (boxes[:, i][:, None] for i in range(4))
    return (x > left - pad) & (x < right + pad) & (y > bottom - pad) & (y < top + pad)


def collisions(
    placed: Sequence[Placed], fixed: Sequence[Placed], frame: Box, curves: Array
) -> list[tuple[str, str]]:
    """Return what is wrong with the places of labels, and their texts.

    Parameters
    ----------
    placed : sequence of Placed
        Labels whose place was sought: on no line, on no other text, inside the frame.
    fixed : sequence of Placed
        Texts whose place was given, such as those inside a node: on no other text.
    frame, curves
        As for :func:`place`.
    """
    found = []
    for i, label in enumerate(placed):
        left, top, right, bottom = label.box
        loud = curves[curves[:, 2] >= LOUD]
        if left < frame[0] or top < frame[1] or right > frame[2] or bottom > frame[3]:
            found.append(("outside", label.text))
        if len(loud) and _holds(np.array([label.box]), loud, 0.0).any():
            found.append(("on a line", label.text))
        for other in (*placed[:i], *fixed):
            wide = min(right, other.box[2]) - max(left, other.box[0])
            high = min(bottom, other.box[3]) - max(top, other.box[1])
            if min(wide, high) > 0:
                found.append(("on a label", f"{label.text} and {other.text}"))
    return found
