"""Matrices as coloured cells with numbers, and patterns computed by named rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.arrays import Array
from dlcards.figures.blocks import (
    LEAST_TEXT,
    WIDTH,
    Arrangement,
    Block,
    Box,
    arrange,
    beyond_lines,
    cell_box,
    inset,
    rectangles,
    sign_width,
    write_signs,
)
from dlcards.figures.expressions import Expressions
from dlcards.figures.kind import Kind, Templates
from dlcards.figures.labels import plain_text, text_size, wrap
from dlcards.figures.panel import Panel
from dlcards.figures.spec import BaseSpec, Label, Number, Sign, Strict, Whole

MAX_SIDE = 64
MAX_CELLS = 16
"""More rows or columns than this become an image without lines and numbers."""

SQUARE = 50.0
"""Side of a cell with a number, where there is room."""

STRONGEST = 0.62
"""Opacity of the largest number: dark enough, and a number on it can still be read."""

SHADES = 24

Row = Annotated[tuple[Number, ...], Field(min_length=1, max_length=MAX_SIDE)]


def _rows(value: object) -> object:
    """Let a vector be written as a flat list: it becomes a column."""
    if isinstance(value, list | tuple) and value and not isinstance(value[0], list | tuple):
        return [[item] for item in value]
    return value


Matrix = Annotated[
    tuple[Row, ...], BeforeValidator(_rows), Field(min_length=1, max_length=MAX_SIDE)
]
Index = Annotated[Whole, Field(ge=0, lt=MAX_SIDE)]
Size = Annotated[Whole, Field(ge=1, le=MAX_SIDE)]


class Highlight(Strict):
    """Cells that are marked, counted from 0."""

    panel: Annotated[Whole, Field(ge=0, le=5)] = Field(0, description="Index of the matrix.")
    row: Index | None = Field(None, description="A whole row.")
    col: Index | None = Field(None, description="A whole column.")
    cell: tuple[Index, Index] | None = Field(None, description="One cell, [row, column].")
    window: tuple[Index, Index, Size, Size] | None = Field(
        None, description="A window, [row, column, height, width]."
    )
    diag: bool = Field(False, description="The diagonal.")


class RuleParams(Strict):
    """Numbers and names of a rule."""

    image: Literal["gradient_checker"] = Field(
        "gradient_checker", description="low_rank: the generated image."
    )
    size: Annotated[Whole, Field(ge=8, le=MAX_SIDE)] = Field(
        32, description="low_rank: pixels on a side."
    )
    ranks: tuple[Size, ...] = Field(
        (1, 2, 5, 32), min_length=1, max_length=6, description="low_rank: the ranks shown."
    )
    glyph: Literal["L"] = Field("L", description="glyph_augment: the letter.")
    transforms: tuple[Literal["identity", "flip", "rotate90", "shift"], ...] = Field(
        ("identity", "flip", "rotate90", "shift"), min_length=1, max_length=6,
        description="glyph_augment: what is done to the letter, one picture for each.",
    )  # fmt: skip
    n: Annotated[Whole, Field(ge=1, le=MAX_CELLS)] = Field(
        6, description="conv_positions: width of the input; attention_heads: tokens."
    )
    k: Annotated[Whole, Field(ge=1, le=MAX_CELLS)] = Field(
        3, description="conv_positions: width of the kernel."
    )
    s: Annotated[Whole, Field(ge=1, le=8)] = Field(1, description="conv_positions: stride.")
    p: Annotated[Whole, Field(ge=0, le=3)] = Field(0, description="conv_positions: padding.")
    heads: Annotated[Whole, Field(ge=1, le=4)] = Field(
        3, description="attention_heads: look at the previous token, itself, the first, the next."
    )
    length: Size = Field(40, description="positional_encoding: positions.")
    dim: Annotated[Whole, Field(ge=2, le=MAX_SIDE, multiple_of=2)] = Field(
        32, description="positional_encoding: dimensions."
    )


class Spec(BaseSpec):
    """Matrices as coloured cells."""

    kind: Literal["heatmap"]
    matrix: Matrix | None = Field(None, description="Rows of numbers; a flat list is a column.")
    matrices: tuple[Matrix, ...] = Field((), max_length=6, description="Several, side by side.")
    rule: (
        Literal[
            "low_rank", "glyph_augment", "conv_positions", "attention_heads", "positional_encoding"
        ]
        | None
    ) = Field(None, description="Instead of matrices: compute them.")
    params: RuleParams = Field(  # type: ignore[assignment]
        RuleParams(), description="Numbers of the rule."
    )
    annotate: bool = Field(False, description="Write the numbers into the cells.")
    labels: tuple[Label, ...] = Field(
        (),
        max_length=6,
        description="Texts above the matrices; positional_encoding: names of its two sides.",
    )
    row_labels: tuple[Label, ...] = Field(
        (), max_length=MAX_CELLS, description="Left of the rows of the first matrix."
    )
    col_labels: tuple[Label, ...] = Field(
        (), max_length=MAX_CELLS, description="Above the columns of the first matrix."
    )
    margins: bool = Field(False, description="Sums of rows and columns at the edges.")
    op_between: tuple[Sign, ...] = Field(
        (), max_length=5, description="Signs between the matrices, such as =, *, o, @ or to."
    )
    highlight: tuple[Highlight, ...] = Field((), max_length=12, description="Marked cells.")


# ---- computed patterns ----------------------------------------------------------------

GLYPHS = {"L": ("1....", "1....", "1....", "1....", "111..")}


def numbers(spec: Spec) -> tuple[Array, ...]:
    """Return the matrices that are shown, as arrays."""
    if spec.rule is not None:
        return tuple(_computed(spec))
    given = spec.matrices or ((spec.matrix,) if spec.matrix is not None else ())
    return tuple(np.array(matrix, dtype=float) for matrix in given)


def _computed(spec: Spec) -> Sequence[Array]:
    params = spec.params
    if spec.rule == "low_rank":
        return _low_rank(params)
    if spec.rule == "glyph_augment":
        return _augmented(params)
    if spec.rule == "attention_heads":
        return _heads(params)
    if spec.rule == "positional_encoding":
        return [positional_encoding(params.length, params.dim)]
    return []


def _image(size: int) -> Array:
    """Return a grey image that no matrix of small rank is equal to."""
    y, x = np.mgrid[0:size, 0:size] / max(1, size - 1)
    disc = np.hypot(x - 0.64, y - 0.38) < 0.24
    checker = (np.floor(4 * x * 0.999) + np.floor(4 * y * 0.999)) % 2
    return np.where(disc, 1.0, 0.15 + 0.45 * (x + y) / 2 + 0.3 * checker)


def _low_rank(params: RuleParams) -> list[Array]:
    u, s, vt = np.linalg.svd(_image(params.size))
    cut = [(u[:, :k] * s[:k]) @ vt[:k] for k in params.ranks]
    return [np.clip(image, 0.0, 1.0) for image in cut]


def _augmented(params: RuleParams) -> list[Array]:
    glyph = np.zeros((9, 9))
    glyph[2:7, 2:7] = [[float(c == "1") for c in row] for row in GLYPHS[params.glyph]]
    change = {
        "identity": glyph,
        "flip": glyph[:, ::-1],
        "rotate90": np.rot90(glyph),
        "shift": np.roll(glyph, (1, 2), axis=(0, 1)),
    }
    return [change[name] for name in params.transforms]


def _heads(params: RuleParams) -> list[Array]:
    """Return causal attention weights, each head with most of its weight on one token."""
    n = params.n
    wanted = (lambda i: max(i - 1, 0), lambda i: i, lambda i: 0, lambda i: i // 2)
    heads = []
    for target in wanted[: params.heads]:
        scores = np.full((n, n), -np.inf)
        for i in range(n):
            scores[i, : i + 1] = 0.0
            scores[i, target(i)] = 3.0
        weights = np.exp(scores)
        heads.append(weights / weights.sum(axis=1, keepdims=True))
    return heads


def positional_encoding(length: int, dim: int) -> Array:
    """Return sines and cosines of falling frequency, one row for each position.

    Examples
    --------
    >>> positional_encoding(2, 4)[0].tolist()
    [0.0, 1.0, 0.0, 1.0]
    """
    angle = np.arange(length)[:, None] / 10000 ** (np.arange(0, dim, 2) / dim)
    return np.stack([np.sin(angle), np.cos(angle)], axis=2).reshape(length, dim)


# ---- drawing --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """How large cells and numbers are.

    Parameters
    ----------
    cells : tuple of (float, float)
        Width and height in pixels, for each matrix.
    text : float
        Size of the numbers.
    top : float
        The largest absolute number.
    """

    cells: tuple[tuple[float, float], ...]
    text: float
    top: float


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the cells; everything is placed in pixels."""
    if spec.rule == "conv_positions":
        _positions(spec.params, panel, spec)
        return
    matrices = numbers(spec)
    look = _look(spec, matrices, panel.shown)
    blocks = [_block(spec, i, m, look, panel) for i, m in enumerate(matrices)]
    placed = arrange(blocks, spec.op_between)
    extra = 30.0 if spec.rule == "positional_encoding" else 0.0
    panel.bare((0.0, float(style.WIDTH)), (placed.height + extra, 0.0), margin=0.0)
    write_signs(panel, placed)
    for i, (matrix, box) in enumerate(zip(matrices, placed.boxes, strict=True)):
        if _is_image(matrix):
            _paint(matrix, box, look, panel)
        else:
            _cells(matrix, box, look, panel)
            if spec.annotate:
                _write(matrix, box, look, panel)
        _texts(spec, i, matrix, box, look, panel)
        _marks(spec, i, matrix, box, panel)
    if spec.rule == "positional_encoding":
        _scale(placed, panel)


def _is_image(matrix: Array) -> bool:
    return bool(max(matrix.shape) > MAX_CELLS)


def _decimals(matrix: Array) -> int:
    """Return how many decimals tell the numbers of a matrix apart, at most three."""
    return next((d for d in range(3) if np.allclose(matrix, np.round(matrix, d), atol=1e-9)), 3)


def _cell_text(value: float, decimals: int) -> str:
    return style.number_text(round(value, decimals) + 0.0)


def _widest(matrix: Array, size: float) -> float:
    decimals = _decimals(matrix)
    return max(text_size(_cell_text(v, decimals), size)[0] for v in matrix.ravel())


def _look(spec: Spec, matrices: Sequence[Array], shown: Callable[[str], str] = plain_text) -> Look:
    top = max((float(np.max(np.abs(m))) for m in matrices), default=1.0) or 1.0
    if any(_is_image(m) for m in matrices):
        side = max(max(m.shape) for m in matrices)
        per_row = min(len(matrices), 2)
        room = (WIDTH - 40 - 20 * per_row) / per_row
        cell = min(room, 210.0 if per_row == 2 else 340.0) / side
        return Look(((cell, cell),) * len(matrices), LEAST_TEXT, top)
    between = sum(sign_width(s) for s in spec.op_between)
    between += 12.0 * (len(matrices) - 1 - len(spec.op_between))
    beside = max((text_size(plain_text(t), style.SMALL)[0] for t in spec.row_labels), default=0.0)
    room = WIDTH - between - beside - 12.0 - (70.0 if spec.margins else 0.0)
    cell = room / sum(m.shape[1] for m in matrices)
    if not spec.annotate:
        side = max(10.0, min(cell, 44.0))
        return Look(((side, side),) * len(matrices), style.SMALL, top)
    heads = [text_size(shown(t), style.SMALL)[0] + 12 for t in spec.col_labels]
    widths, size = _number_cells(matrices, min(cell, max([SQUARE, *heads])), room)
    height = min(max(34.0, *widths), SQUARE)
    return Look(tuple((w, height) for w in widths), size, top)


def _number_cells(
    matrices: Sequence[Array], cell: float, room: float
) -> tuple[tuple[float, ...], float]:
    """Return widths of cells that have room for their numbers, and the size of the numbers."""
    widths: tuple[float, ...] = ()
    for size in (style.SMALL, LEAST_TEXT):
        least = [max(_widest(m, size) + 7.0, 30.0) for m in matrices]
        if max(least) <= cell:
            return (cell,) * len(matrices), size
        widths = tuple(least)
        if sum(w * m.shape[1] for w, m in zip(widths, matrices, strict=True)) <= room:
            return widths, size
    return widths, LEAST_TEXT


def _title(spec: Spec, index: int) -> str:
    """Return the text above a matrix."""
    if spec.rule == "positional_encoding" or index >= len(spec.labels):
        return ""
    return spec.labels[index]


def _block(spec: Spec, index: int, matrix: Array, look: Look, panel: Panel) -> Block:
    rows, cols = matrix.shape
    cell = look.cells[index]
    width, height = cols * cell[0], rows * cell[1]
    left = right = below = 0.0
    above = 4.0
    title = _title(spec, index)
    if index == 0:
        row_texts = [t for t in spec.row_labels if not panel.hidden(t)]
        left = max((text_size(panel.shown(t), style.SMALL)[0] + 10 for t in row_texts), default=0)
        if any(not panel.hidden(t) for t in spec.col_labels):
            above += 24.0
    if spec.margins:
        right, below = 12.0 + cell[0], 10.0 + cell[1]
    if spec.rule == "positional_encoding" and len(spec.labels) > 1:
        left, below = 26.0, 24.0
    if not panel.hidden(title):
        shown = _wrapped(title, width + left, panel)
        above += 8.0 + 22.0 * (shown.count("\n") + 1) + beyond_lines(shown)
        wide = text_size(shown, style.TEXT)[0]
        spare = max(0.0, wide - width - left - right) / 2
        left, right = left + spare, right + spare
    return Block(width, height, left, right, above, below)


def _wrapped(title: str, width: float, panel: Panel) -> str:
    return wrap(panel.shown(title), style.TEXT, max(width + 24.0, 90.0))


def shade(value: float, top: float) -> tuple[str, float]:
    """Return colour and opacity of a number: blue above zero, orange below.

    Examples
    --------
    >>> shade(2.0, 2.0) == (style.BLUE, STRONGEST)
    True
    """
    share = round(SHADES * min(1.0, abs(value) / top)) / SHADES
    return style.BLUE if value >= 0 else style.ORANGE, round(share * STRONGEST, 4)


def _cells(matrix: Array, box: Box, look: Look, panel: Panel) -> None:
    rows, cols = matrix.shape
    groups: dict[tuple[str, float], list[Box]] = {}
    for i in range(rows):
        for j in range(cols):
            key = shade(float(matrix[i, j]), look.top)
            groups.setdefault(key, []).append(cell_box(box, rows, cols, i, j))
    for (color, alpha), boxes in groups.items():
        if alpha:
            rectangles(panel, boxes, face=color, alpha=alpha, order=1)
    every = [b for boxes in groups.values() for b in boxes]
    rectangles(panel, every, edge=style.FAINT, width=1.0, order=1.5)


def _write(matrix: Array, box: Box, look: Look, panel: Panel) -> None:
    rows, cols = matrix.shape
    decimals = _decimals(matrix)
    for i in range(rows):
        for j in range(cols):
            left, top, width, height = cell_box(box, rows, cols, i, j)
            text = _cell_text(float(matrix[i, j]), decimals)
            x, y = left + width / 2, top + height / 2
            panel.text(text, x, y, size=look.text, fit=width - 4, answer=False)


def _paint(matrix: Array, box: Box, look: Look, panel: Panel) -> None:
    """Put a matrix of many cells into the picture as an image with sharp cells."""
    blue, orange = (np.array(_rgb(c)) for c in (style.BLUE, style.ORANGE))
    pixels = np.zeros((*matrix.shape, 4))
    pixels[..., :3] = np.where((matrix < 0)[..., None], orange, blue)
    pixels[..., 3] = np.abs(matrix) / look.top
    left, top, width, height = box
    times = max(1, round(2 * width / matrix.shape[1] / 2))
    pixels = np.kron(np.round(255 * pixels).astype(np.uint8), np.ones((times, times, 1), np.uint8))
    panel.axes.imshow(
        pixels, extent=(left, left + width, top + height, top), interpolation="none",
        aspect="auto", zorder=1, clip_on=False,
    )  # fmt: skip
    panel.axes.set_axis_off()
    panel.limits(panel.xlim, panel.ylim)
    rectangles(panel, [box], edge=style.FAINT, width=1.2)


def _rgb(color: str) -> tuple[float, ...]:
    return tuple(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))


def _texts(spec: Spec, index: int, matrix: Array, box: Box, look: Look, panel: Panel) -> None:
    rows, cols = matrix.shape
    left, top, width, height = box
    above = top - 14.0
    if index == 0:
        for i, text in enumerate(spec.row_labels[:rows]):
            y = top + (i + 0.5) * height / rows
            panel.text(text, left - 8, y, color=style.QUIET, size=style.SMALL, ha="right")
        for j, text in enumerate(spec.col_labels[:cols]):
            x = left + (j + 0.5) * width / cols
            panel.text(text, x, above, color=style.QUIET, size=style.SMALL, fit=width / cols + 8)
        if any(not panel.hidden(t) for t in spec.col_labels):
            above -= 26.0
    title = _title(spec, index)
    if not panel.hidden(title):
        shown = _wrapped(title, width, panel)
        lines = shown.count("\n")
        _written(
            panel, title, shown, left + width / 2, above - 11.0 * lines - beyond_lines(shown) / 2
        )
    if spec.margins:
        _sums(matrix, box, look, panel)
    if spec.rule == "positional_encoding" and len(spec.labels) > 1:
        y = top + height / 2
        panel.text(spec.labels[0], left - 16, y, rotation=90.0)
        panel.text(spec.labels[1], left + width / 2, top + height + 15)


def _written(panel: Panel, text: str, shown: str, x: float, y: float) -> None:
    """Write a text whose lines were broken."""
    panel.text(text, x, y)
    if panel.texts and panel.texts[-1].x == x and panel.texts[-1].y == y:
        panel.texts[-1].text = shown


def _sums(matrix: Array, box: Box, look: Look, panel: Panel) -> None:
    rows, cols = matrix.shape
    left, top, width, height = box
    decimals, cell = _decimals(matrix), look.cells[0]
    for i in range(rows):
        text = _cell_text(float(matrix[i].sum()), decimals)
        x = left + width + 8.0 + cell[0] / 2
        panel.text(text, x, top + (i + 0.5) * height / rows, color=style.GREEN, answer=False)
    for j in range(cols):
        text = _cell_text(float(matrix[:, j].sum()), decimals)
        y = top + height + 6.0 + cell[1] / 2
        panel.text(text, left + (j + 0.5) * width / cols, y, color=style.GREEN, answer=False)
    rectangles(
        panel,
        [
            (left + width + 8.0, top, cell[0], height),
            (left, top + height + 6.0, width, cell[1]),
        ],
        edge=style.GREEN, width=1.4, dashes=style.DASHES["dashed"],
    )  # fmt: skip


def _marks(spec: Spec, index: int, matrix: Array, box: Box, panel: Panel) -> None:
    rows, cols = matrix.shape
    colors = (style.ORANGE, style.GREEN, style.PURPLE)
    for k, mark in enumerate(m for m in spec.highlight if m.panel == index):
        boxes = []
        if mark.row is not None:
            boxes.append(cell_box(box, rows, cols, mark.row, 0, 1, cols))
        if mark.col is not None:
            boxes.append(cell_box(box, rows, cols, 0, mark.col, rows, 1))
        if mark.cell is not None:
            boxes.append(cell_box(box, rows, cols, *mark.cell))
        if mark.window is not None:
            boxes.append(cell_box(box, rows, cols, *mark.window))
        if mark.diag:
            boxes += [cell_box(box, rows, cols, i, i) for i in range(min(rows, cols))]
        rectangles(
            panel,
            [inset(b, 1.2 + 2.6 * (k % 3)) for b in boxes],
            edge=colors[k % 3],
            width=3.2,
            order=4,
        )


def _scale(placed: Arrangement, panel: Panel) -> None:
    """Explain the colours of numbers from -1 to 1."""
    left, _, width, _ = placed.boxes[0]
    y, step = placed.height + 4.0, 22.0
    x = left + width / 2 - 5 * step / 2
    for i, value in enumerate((-1.0, -0.5, 0.0, 0.5, 1.0)):
        box = (x + i * step, y, step, 16.0)
        color = style.BLUE if value >= 0 else style.ORANGE
        if value:
            rectangles(panel, [box], face=color, alpha=abs(value), order=1)
        rectangles(panel, [box], edge=style.FAINT)
    panel.text(style.number_text(-1.0), x - 8, y + 8, size=style.SMALL, ha="right", answer=False)
    panel.text("1", x + 5 * step + 8, y + 8, size=style.SMALL, ha="left", answer=False)


# ---- where a kernel stands ----------------------------------------------------------------


def output_size(params: RuleParams) -> int:
    """Return how many positions a kernel has along one side.

    Examples
    --------
    >>> output_size(RuleParams(n=7, k=3, s=2))
    3
    """
    return (params.n + 2 * params.p - params.k) // params.s + 1


def _positions(params: RuleParams, panel: Panel, spec: Spec) -> None:
    """Draw input and output of a convolution, and the windows of the first row."""
    out = output_size(params)
    side = params.n + 2 * params.p
    cell = min(34.0, (WIDTH - 80.0) / (side + out))
    named = any(not panel.hidden(t) for t in spec.labels)
    blocks = [
        Block(side * cell, side * cell, above=32.0 if named else 6.0, below=30.0),
        Block(out * cell, out * cell, above=32.0 if named else 6.0, below=30.0),
    ]
    placed = arrange(blocks, ("to",))
    panel.bare((0.0, float(style.WIDTH)), (placed.height, 0.0), margin=0.0)
    write_signs(panel, placed)
    source, result = placed.boxes
    every = [(i, j) for i in range(side) for j in range(side)]
    inner = range(params.p, params.p + params.n)
    padding = [
        cell_box(source, side, side, i, j) for i, j in every if not (i in inner and j in inner)
    ]
    rectangles(panel, [cell_box(source, side, side, i, j) for i, j in every], edge=style.FAINT)
    rectangles(panel, padding, face=style.FAINT, alpha=0.3, order=1)
    rectangles(
        panel, [cell_box(result, out, out, i, j) for i in range(out) for j in range(out)],
        edge=style.FAINT,
    )  # fmt: skip
    for j in range(min(out, 3)):
        color = style.color(j)
        window = cell_box(source, side, side, 0, j * params.s, params.k, params.k)
        rectangles(panel, [window], face=color, alpha=0.16, order=1)
        rectangles(panel, [inset(window, 1.5 + 2.2 * j)], edge=color, width=2.6, order=4)
        mine = cell_box(result, out, out, 0, j)
        rectangles(panel, [mine], face=color, alpha=0.45, order=1)
        rectangles(panel, [inset(mine, 1.5)], edge=color, width=2.6, order=4)
    for i, ((left, top, width, height), count) in enumerate(
        zip(placed.boxes, (params.n, out), strict=True)
    ):
        x = left + width / 2
        size = f"{count} \N{MULTIPLICATION SIGN} {count}"
        panel.text(size, x, top + height + 17, size=style.SMALL, color=style.QUIET, answer=False)
        if i < len(spec.labels):
            panel.text(spec.labels[i], x, top - 17)


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield ragged rows, marks outside, texts too many, numbers that do not fit."""
    del expressions
    given = [spec.matrix is not None, bool(spec.matrices), spec.rule is not None]
    if sum(given) != 1:
        message = "exactly one of matrix, matrices and rule is needed"
        yield FormulaProblem((), "missing-key", message, "add matrix: [[1, 2], [3, 4]]")
        return
    ragged = list(_ragged(spec))
    yield from ragged
    if ragged:
        return
    if spec.rule is not None:
        yield from _rule_problems(spec)
        return
    matrices = numbers(spec)
    yield from _text_problems(spec, matrices)
    for i, mark in enumerate(spec.highlight):
        yield from _outside(i, mark, matrices)


def _ragged(spec: Spec) -> Iterator[FormulaProblem]:
    named: list[tuple[tuple[str | int, ...], Sequence[Sequence[float]]]] = [
        (("matrices", i), m) for i, m in enumerate(spec.matrices)
    ]
    if spec.matrix is not None:
        named.append((("matrix",), spec.matrix))
    for path, matrix in named:
        for i, row in enumerate(matrix):
            if len(row) != len(matrix[0]):
                message = f"this row has {len(row)} numbers, the first has {len(matrix[0])}"
                yield FormulaProblem((*path, i), "wrong-shape", message, "give all the same")


def _rule_problems(spec: Spec) -> Iterator[FormulaProblem]:
    params = spec.params
    if spec.rule == "conv_positions" and params.k > params.n + 2 * params.p:
        message = "the kernel is wider than the padded input"
        yield FormulaProblem(("params", "k"), "out-of-range", message, "make k smaller")
    if spec.rule == "conv_positions" and params.n + 2 * params.p + output_size(params) > 26:
        message = "input and output together are more than 26 cells wide"
        yield FormulaProblem(("params", "n"), "too-large", message, "make n smaller")
    if spec.rule == "low_rank" and max(params.ranks) > params.size:
        message = f"an image of {params.size} rows has no larger rank"
        where = params.ranks.index(max(params.ranks))
        yield FormulaProblem(("params", "ranks", where), "out-of-range", message, "make it smaller")
    counts = {
        "low_rank": len(params.ranks), "glyph_augment": len(params.transforms),
        "attention_heads": params.heads,
    }  # fmt: skip
    wanted = counts.get(spec.rule or "", 2)
    if spec.labels and len(spec.labels) != wanted:
        message = f"there are {len(spec.labels)} labels for {wanted} pictures"
        yield FormulaProblem(("labels",), "out-of-range", message, "give each its label")


def _text_problems(spec: Spec, matrices: Sequence[Array]) -> Iterator[FormulaProblem]:
    rows, cols = matrices[0].shape
    texts = (("labels", len(matrices)), ("row_labels", rows), ("col_labels", cols))
    for key, count in texts:
        found = len(getattr(spec, key))
        if found and found != count:
            message = f"{found} texts for {count}"
            yield FormulaProblem((key,), "out-of-range", message, "give each its text")
    if len(spec.op_between) > len(matrices) - 1:
        message = f"{len(spec.op_between)} signs between {len(matrices)} matrices"
        yield FormulaProblem(("op_between",), "out-of-range", message, "one sign between two")
    if spec.margins and len(matrices) > 1:
        message = "sums at the edges need a picture of one matrix"
        yield FormulaProblem(("margins",), "wrong-value", message, "use matrix instead of matrices")
    look = _look(spec, matrices)
    for i, matrix in enumerate(matrices):
        path: tuple[str | int, ...] = ("matrices", i) if spec.matrices else ("matrix",)
        wide = matrix.shape[1] * look.cells[i][0]
        if spec.annotate and (_is_image(matrix) or wide > WIDTH):
            message = "the numbers of this matrix do not fit into the picture"
            yield FormulaProblem(path, "too-large", message, "shorten them or drop annotate")


def _outside(index: int, mark: Highlight, matrices: Sequence[Array]) -> Iterator[FormulaProblem]:
    path = ("highlight", index)
    if mark.panel >= len(matrices):
        message = f"there is no matrix {mark.panel}"
        hint = f"matrices are counted from 0 to {len(matrices) - 1}"
        yield FormulaProblem((*path, "panel"), "out-of-range", message, hint)
        return
    rows, cols = matrices[mark.panel].shape
    i, j, high, wide = mark.window or (0, 0, 1, 1)
    cell = mark.cell or (0, 0)
    ends = {
        "row": ((mark.row or 0) + 1, 1),
        "col": (1, (mark.col or 0) + 1),
        "cell": (cell[0] + 1, cell[1] + 1),
        "window": (i + high, j + wide),
    }
    for key, (last_row, last_col) in ends.items():
        if last_row > rows or last_col > cols:
            message = f"the matrix has only {rows} rows and {cols} columns"
            hint = "rows and columns are counted from 0"
            yield FormulaProblem((*path, key), "out-of-range", message, hint)


def shown(spec: Spec) -> Iterator[float]:
    """Yield the numbers in the cells and, at the edges, their sums."""
    for matrix in numbers(spec):
        yield from map(float, matrix.ravel())
        if spec.margins:
            yield from map(float, (*matrix.sum(axis=0), *matrix.sum(axis=1)))


def sizes(spec: Spec) -> Iterator[tuple[int, int]]:
    """Yield rows and columns of each matrix."""
    for matrix in numbers(spec):
        yield matrix.shape[0], matrix.shape[1]


def alt(spec: Spec, say: Templates) -> str:
    """State the numbers of small matrices, the size of large ones."""
    if spec.rule is not None:
        return _rule_alt(spec, say)
    parts = []
    for i, matrix in enumerate(numbers(spec)):
        name = plain_text(spec.labels[i]) + " " if i < len(spec.labels) and spec.labels[i] else ""
        parts.append(name + _said(matrix))
    signs = [*spec.op_between, *[","] * len(parts)]
    text = parts[0] + "".join(
        (f" {sign} " if sign != "," else ", ") + part
        for sign, part in zip(signs, parts[1:], strict=False)
    )
    return say("matrices", matrices=text)


def _said(matrix: Array) -> str:
    rows, cols = matrix.shape
    if rows * cols > 25:
        return f"{rows} × {cols}"
    decimals = _decimals(matrix)
    return "[" + "; ".join(", ".join(_cell_text(v, decimals) for v in row) for row in matrix) + "]"


def _rule_alt(spec: Spec, say: Templates) -> str:
    p = spec.params
    match spec.rule:
        case "glyph_augment":
            return say("rule", spec.rule, letter=p.glyph, changes=", ".join(p.transforms))
        case "conv_positions":
            return say(
                "rule", spec.rule, kernel=p.k, stride=p.s, input=p.n, padding=p.p,
                output=output_size(p),
            )  # fmt: skip
        case "attention_heads":
            return say("rule", spec.rule, heads=p.heads, tokens=p.n)
        case "positional_encoding":
            return say("rule", spec.rule, positions=p.length, dimensions=p.dim)
        case _:
            ranks = ", ".join(map(str, p.ranks))
            return say("rule", "low_rank", size=f"{p.size} × {p.size}", ranks=ranks)


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "heatmap",
        "matrices": [
            [[1, 2, 0, 1], [0, 1, 3, 1], [2, 1, 0, 0], [1, 0, 1, 2]],
            [[1, 0], [0, -1]],
            [[0, -1, -1], [-1, 1, 3], [2, 0, -2]],
        ],
        "labels": ["I", "K", "S"],
        "op_between": ["*", "="],
        "annotate": True,
        "highlight": [{"panel": 0, "window": [0, 1, 2, 2]}, {"panel": 2, "cell": [0, 1]}],
    },
    {
        "kind": "heatmap",
        "matrices": [
            [[2, 1], [1, 2]],
            [[0.71, -0.71], [0.71, 0.71]],
            [[3, 0], [0, 1]],
            [[0.71, 0.71], [-0.71, 0.71]],
        ],
        "labels": ["$A$", "$Q$", "Λ", "$Q.T$"],
        "op_between": ["=", "", ""],
        "annotate": True,
    },
    {
        "kind": "heatmap",
        "matrix": [[0.1, 0.2, 0.1], [0.15, 0.05, 0.4]],
        "row_labels": ["x = 0", "x = 1"],
        "col_labels": ["y = 0", "y = 1", "y = 2"],
        "annotate": True,
        "margins": True,
    },
    {
        "kind": "heatmap",
        "matrix": [[3, 1, 2], [0, 5, 1], [4, 2, -1]],
        "annotate": True,
        "highlight": [{"diag": True}],
    },
    {
        "kind": "heatmap",
        "matrix": [
            [1, 0, 0, 0], [0.6, 0.4, 0, 0], [0.1, 0.7, 0.2, 0], [0.3, 0.1, 0.1, 0.5],
        ],
        "annotate": True,
        "row_labels": ["$q_1$", "$q_2$", "$q_3$", "$q_4$"],
        "col_labels": ["$k_1$", "$k_2$", "$k_3$", "$k_4$"],
    },
    {
        "kind": "heatmap",
        "matrices": [
            [[1, 0, 0], [1, 0, 0], [1, 0, 0]],
            [[1, 1, 1], [0, 0, 0], [0, 0, 0]],
        ],
        "labels": ["batch norm: one feature, all examples",
                   "layer norm: one example, all features"],
    },
    {
        "kind": "heatmap",
        "rule": "low_rank",
        "params": {"image": "gradient_checker", "size": 32, "ranks": [1, 2, 5, 32]},
        "labels": ["k = 1", "k = 2", "k = 5", "original"],
    },
    {
        "kind": "heatmap",
        "rule": "glyph_augment",
        "params": {"glyph": "L", "transforms": ["identity", "flip", "rotate90", "shift"]},
        "labels": ["original", "flip", "rotate", "shift"],
    },
    {
        "kind": "heatmap",
        "rule": "conv_positions",
        "params": {"n": 7, "k": 3, "s": 2, "p": 0},
        "labels": ["input", "output"],
    },
    {
        "kind": "heatmap",
        "rule": "attention_heads",
        "params": {"n": 6, "heads": 3},
        "labels": ["head 1: previous", "head 2: self", "head 3: first"],
    },
    {
        "kind": "heatmap",
        "rule": "positional_encoding",
        "params": {"length": 40, "dim": 32},
        "labels": ["position", "dimension"],
    },
)  # fmt: skip

KIND = Kind(
    "heatmap",
    "matrices as coloured cells with numbers, and patterns computed by named rules",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
    version=2,
    numbers=shown,
    sizes=sizes,
)
