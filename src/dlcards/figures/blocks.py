"""Blocks of cells in a row with signs between them: what pictures of matrices are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.patches import PathPatch
from matplotlib.path import Path

from dlcards.figures import style
from dlcards.figures.labels import font_size, text_size
from dlcards.figures.panel import Panel

Box = tuple[float, float, float, float]
"""Left, top, width and height in pixels, counted from the top left corner."""

WIDTH = style.WIDTH - 14.0
STEP = 12.0
ROW_GAP = 16.0
LEAST_TEXT = 15.5
"""Smaller text cannot be read on a phone."""

SIGNS = {
    "*": "\N{ASTERISK OPERATOR}",
    "o": "\N{CIRCLED DOT OPERATOR}",
    "@": "\N{BULLET OPERATOR}",
    "-": "\N{MINUS SIGN}",
    "to": "\N{RIGHTWARDS ARROW}",
}
SIGN_SIZE = 21.0


@dataclass(frozen=True, slots=True)
class Block:
    """The room one block needs.

    Parameters
    ----------
    width, height : float
        Of its cells.
    left, right, above, below : float
        For the texts around them.
    """

    width: float
    height: float
    left: float = 0.0
    right: float = 0.0
    above: float = 0.0
    below: float = 0.0

    @property
    def wide(self) -> float:
        """Return the width with the texts around."""
        return self.left + self.width + self.right


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where blocks and signs stand.

    Parameters
    ----------
    boxes : tuple of Box
        Of the cells.
    signs : tuple of (text, x, y)
    height : float
        Of the whole picture.
    """

    boxes: tuple[Box, ...]
    signs: tuple[tuple[str, float, float], ...]
    height: float


def sign_text(sign: str) -> str:
    """Return an operator the way it stands between two blocks.

    Examples
    --------
    >>> sign_text("to"), sign_text("=")
    ('→', '=')
    """
    return SIGNS.get(sign, sign)


def sign_width(sign: str) -> float:
    """Return the room between two blocks that a sign needs."""
    text = sign_text(sign)
    return text_size(text, SIGN_SIZE)[0] + 2 * STEP if text else STEP


def arrange(blocks: Sequence[Block], signs: Sequence[str]) -> Arrangement:
    """Put blocks side by side, in several rows where one is too narrow.

    A row ends before a sign, best before an equals sign or an arrow.
    """
    signs = [*signs, *[""] * (len(blocks) - 1 - len(signs))]
    boxes: list[Box] = []
    written: list[tuple[str, float, float]] = []
    y = 6.0
    for row in _rows(blocks, signs):
        above = max(blocks[i].above for i in row)
        inner = max(blocks[i].height for i in row)
        middle = y + above + inner / 2
        widths = [_sign_before(i, signs, row) for i in row]
        total = sum(widths) + sum(blocks[i].wide for i in row)
        x = (style.WIDTH - total) / 2
        for i, room in zip(row, widths, strict=True):
            if room and signs[i - 1]:
                written.append((sign_text(signs[i - 1]), x + room / 2, middle))
            block = blocks[i]
            x += room + block.left
            boxes.append((x, middle - block.height / 2, block.width, block.height))
            x += block.width + block.right
        y = middle + inner / 2 + max(blocks[i].below for i in row) + ROW_GAP
    return Arrangement(tuple(boxes), tuple(written), y - ROW_GAP + 8.0)


def _sign_before(index: int, signs: Sequence[str], row: Sequence[int]) -> float:
    """Return the room left of a block; a row may begin with a sign."""
    if index == 0 or (index == row[0] and not signs[index - 1]):
        return 0.0
    return sign_width(signs[index - 1])


def _rows(blocks: Sequence[Block], signs: Sequence[str]) -> Iterator[list[int]]:
    row: list[int] = []
    for i in range(len(blocks)):
        longer = [*row, i]
        if row and _total(longer, blocks, signs) > WIDTH:
            breaks = [k for k in row[1:] if signs[k - 1] in ("=", "to")]
            cut = breaks[-1] if breaks else i
            if _total([*range(cut, i), i], blocks, signs) > WIDTH:
                cut = i
            yield [k for k in row if k < cut]
            row = [*range(cut, i), i]
        else:
            row = longer
    yield row


def _total(row: Sequence[int], blocks: Sequence[Block], signs: Sequence[str]) -> float:
    return sum(blocks[i].wide + _sign_before(i, signs, row) for i in row)


def beyond_lines(shown: str) -> float:
    r"""Return by how much a text above a block is taller than its lines, as a fraction is.

    Examples
    --------
    >>> beyond_lines("weights"), beyond_lines("a\nb")
    (0.0, 0.0)
    """
    size = font_size(shown, style.TEXT)
    return max(0.0, text_size(shown, size)[1] - 22.0 * (shown.count("\n") + 1))


def write_signs(panel: Panel, arrangement: Arrangement) -> None:
    """Write the operators between the blocks."""
    for text, x, y in arrangement.signs:
        panel.text(text, x, y, size=SIGN_SIZE, answer=False)


def rectangles(
    panel: Panel,
    boxes: Iterable[Box],
    *,
    face: str = "none",
    alpha: float = 1.0,
    edge: str = "none",
    width: float = 1.0,
    order: float = 2.0,
    dashes: Any = "-",
) -> None:
    """Draw many rectangles of the same look as one path."""
    points: list[tuple[float, float]] = []
    codes: list[Any] = []
    for left, top, wide, high in boxes:
        right, bottom = left + wide, top + high
        points += [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        codes += [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    if points:
        patch = PathPatch(
            Path(points, codes), facecolor=face, edgecolor=edge, linewidth=width, alpha=alpha,
            zorder=order, clip_on=False, linestyle=dashes, joinstyle="miter",
        )  # fmt: skip
        panel.axes.add_patch(patch)


def cell_box(
    box: Box, rows: int, cols: int, row: int, col: int, high: int = 1, wide: int = 1
) -> Box:
    """Return the box of some cells of a block.

    Examples
    --------
    >>> cell_box((0, 0, 30, 20), 2, 3, 1, 2)
    (20.0, 10.0, 10.0, 10.0)
    """
    left, top, width, height = box
    w, h = width / cols, height / rows
    return left + col * w, top + row * h, wide * w, high * h


def inset(box: Box, by: float) -> Box:
    """Return a box that is smaller by some pixels on every side."""
    left, top, width, height = box
    return left + by, top + by, width - 2 * by, height - 2 * by
