"""Blocks of empty cells that show which shapes fit together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field

from dlcards.claims.statement import FormulaProblem
from dlcards.figures import style
from dlcards.figures.blocks import (
    WIDTH,
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
from dlcards.figures.spec import BaseSpec, Hue, Label, Sign, Strict, Whole

LARGEST = 34.0
SMALLEST = 12.0
SLANT = 0.42
"""How far the next layer of a tensor is shifted, in cells."""

COLORS = (style.BLUE, style.GREEN, style.PURPLE, style.BROWN, style.CRIMSON, style.BLUE)
"""Of the blocks; orange is kept for what is marked."""

Count = Annotated[Whole, Field(ge=1, le=16)]
Index = Annotated[Whole, Field(ge=0, le=15)]


class Marked(Strict):
    """Cells that are marked, counted from 0."""

    row: Index | None = Field(None, description="A row.")
    col: Index | None = Field(None, description="A column.")
    cell: tuple[Index, Index] | None = Field(None, description="One cell, [row, column].")


class Split(Strict):
    """Where a block is cut into two; the second part has a colour of its own."""

    row: Annotated[Whole, Field(ge=1, le=15)] | None = Field(
        None, description="Before this row, counted from 0."
    )
    col: Annotated[Whole, Field(ge=1, le=15)] | None = Field(
        None, description="Before this column, counted from 0."
    )
    color: Hue = Field("orange", description="Colour of the second part.")
    labels: tuple[Label, ...] = Field((), max_length=2, description="Texts in both parts.")


class Shape(Strict):
    """One block."""

    label: Label = Field("", description="Text above it.")
    rows: Count = Field(description="Height in cells.")
    cols: Count = Field(description="Width in cells.")
    depth: Annotated[Whole, Field(ge=1, le=6)] = Field(1, description="Layers of a tensor.")
    highlight: Marked | None = Field(None, description="Marked cells.")
    ghost_rows: Annotated[Whole, Field(ge=1, le=16)] | None = Field(
        None, description="Height after broadcasting: the added copies are dashed."
    )
    band: Annotated[Whole, Field(ge=1, le=16)] | None = Field(
        None, description="Only this many cells of each row, around the diagonal, are used."
    )

    color: Hue | None = Field(None, description="Its colour, if not the next in order.")
    split: Split | None = Field(None, description="A cut into two blocks.")

    @property
    def height(self) -> int:
        """Return the rows that are drawn."""
        return max(self.rows, self.ghost_rows or 0)


class Spec(BaseSpec):
    """Shapes of matrices and tensors."""

    kind: Literal["matrix_shapes"]
    blocks: tuple[Shape, ...] = Field(min_length=1, max_length=6, description="The blocks.")
    ops: tuple[Sign, ...] = Field(
        (), max_length=6, description="Signs between the blocks: @ (product), =, +, o, to."
    )
    dims: bool = Field(False, description="Write the sizes below.")


# ---- drawing --------------------------------------------------------------------------


def draw(spec: Spec, panel: Panel) -> None:
    """Draw the blocks; everything is placed in pixels."""
    cell = _cell(spec)
    blocks = [_block(shape, spec, cell, panel) for shape in spec.blocks]
    placed = arrange(blocks, spec.ops[: len(spec.blocks) - 1])
    panel.bare((0.0, float(style.WIDTH)), (placed.height, 0.0), margin=0.0)
    write_signs(panel, placed)
    for i, (shape, box) in enumerate(zip(spec.blocks, placed.boxes, strict=True)):
        color = COLORS[i] if shape.color is None else style.NAMED[shape.color]
        _draw_shape(shape, box, cell, color, panel)
        middle = box[0] + box[2] / 2
        if not panel.hidden(shape.label):
            shown = _wrapped(shape, cell, panel)
            lines = shown.count("\n")
            top = box[1] - _lift(shape, cell) - 15.0 - 10.0 * lines - beyond_lines(shown) / 2
            panel.text(shape.label, middle, top)
            panel.texts[-1].text = shown
        if spec.dims:
            panel.text(
                size_text(shape), middle, box[1] + box[3] + 16.0, color=style.QUIET,
                size=style.SMALL, answer=False,
            )  # fmt: skip


def size_text(shape: Shape) -> str:
    """Write the size of a block.

    Examples
    --------
    >>> size_text(Shape(rows=2, cols=3))
    '2 × 3'
    """
    sizes = (shape.rows, shape.cols, *((shape.depth,) if shape.depth > 1 else ()))
    return " × ".join(map(str, sizes))


def _cell(spec: Spec) -> float:
    """Return the side of a cell so that all blocks stand in one row, if that is readable."""
    signs = [*spec.ops, *[""] * len(spec.blocks)][: len(spec.blocks) - 1]
    columns = sum(s.cols + SLANT * (s.depth - 1) for s in spec.blocks)
    free = WIDTH - 4.0 - sum(sign_width(sign) for sign in signs)
    tallest = max(s.height for s in spec.blocks)
    cell = min(LARGEST, free / columns, 250.0 / tallest)
    for _ in range(12):
        widths = [max(s.cols * cell, _texts_width(s, spec, cell)) for s in spec.blocks]
        if sum(widths) <= free or cell <= 20.0:
            break
        cell *= 0.94
    return max(cell, SMALLEST)


def _texts_width(shape: Shape, spec: Spec, cell: float) -> float:
    label = wrap(plain_text(shape.label), style.TEXT, max(shape.cols * cell + 16.0, 96.0))
    width = text_size(label, style.TEXT)[0]
    if spec.dims:
        width = max(width, text_size(size_text(shape), style.SMALL)[0])
    return width


def _wrapped(shape: Shape, cell: float, panel: Panel) -> str:
    return wrap(panel.shown(shape.label), style.TEXT, max(shape.cols * cell + 16.0, 96.0))


def _lift(shape: Shape, cell: float) -> float:
    """Return how far the last layer of a tensor stands above the first."""
    return SLANT * cell * (shape.depth - 1)


def _block(shape: Shape, spec: Spec, cell: float, panel: Panel) -> Block:
    width, height = shape.cols * cell, shape.height * cell
    lift = _lift(shape, cell)
    text = 0.0
    above = 4.0 + lift
    if not panel.hidden(shape.label):
        shown = _wrapped(shape, cell, panel)
        text = text_size(shown, style.TEXT)[0]
        above += 26.0 + 20.0 * shown.count("\n") + beyond_lines(shown)
    if spec.dims:
        text = max(text, text_size(size_text(shape), style.SMALL)[0])
    beside = max(0.0, (text - width) / 2)
    return Block(width, height, beside, max(beside, lift), above, 28.0 if spec.dims else 4.0)


def _draw_shape(shape: Shape, box: Box, cell: float, color: str, panel: Panel) -> None:
    left, top, width, _ = box
    rows = shape.rows
    height = rows * cell
    for layer in range(shape.depth - 1, -1, -1):
        shift = SLANT * cell * layer
        _layer(shape, (left + shift, top - shift, width, height), color, panel, front=layer == 0)
    if shape.ghost_rows and shape.ghost_rows > rows:
        ghost = (left, top + height, width, (shape.ghost_rows - rows) * cell)
        cells = _cells(ghost, shape.ghost_rows - rows, shape.cols)
        rectangles(panel, [ghost], face=color, alpha=0.1, order=1)
        rectangles(panel, cells, edge=color, width=1.1, dashes=style.DASHES["dotted"], order=1.5)
    if shape.split is not None:
        _split(shape, shape.split, (left, top, width, height), color, panel)
    if shape.highlight is not None:
        _mark(shape, shape.highlight, (left, top, width, height), panel)


def _split(shape: Shape, split: Split, box: Box, color: str, panel: Panel) -> None:
    """Paint the second part of a block, and name both."""
    row, col = split.row or 0, split.col or 0
    rows, cols = shape.rows, shape.cols
    first = cell_box(box, rows, cols, 0, 0, row or rows, col or cols)
    second = cell_box(box, rows, cols, row, col, rows - row, cols - col)
    other = style.NAMED[split.color]
    rectangles(panel, [second], face=other, alpha=0.4, order=1.2)
    rectangles(panel, [inset(second, 1.0)], edge=other, width=2.6, order=3)
    for text, (left, top, width, height), tint in zip(
        split.labels, (first, second), (color, other), strict=False
    ):
        panel.text(text, left + width / 2, top + height / 2, color=tint, fit=width - 4)


def _layer(shape: Shape, box: Box, color: str, panel: Panel, *, front: bool) -> None:
    rows, cols = shape.rows, shape.cols
    if not front:
        left, top, width, height = box
        step = height / rows
        sliver = SLANT * step
        strips = [(left, top, width, sliver), (left + width - sliver, top, sliver, height)]
        rectangles(panel, strips, face=color, alpha=0.16, order=0.8)
        points_x = [left, left, left + width, left + width, left + width - sliver]
        points_y = [top + sliver, top, top, top + height, top + height]
        panel.axes.plot(points_x, points_y, color=color, linewidth=1.6, zorder=2, clip_on=False)
        return
    every = _cells(box, rows, cols)
    if shape.band is None:
        rectangles(panel, [box], face=color, alpha=0.22, order=1)
    else:
        used = [
            cell_box(box, rows, cols, i, j)
            for i in range(rows) for j in band_columns(shape, i)
        ]  # fmt: skip
        rectangles(panel, used, face=color, alpha=0.5, order=1)
    rectangles(panel, every, edge=color, width=0.9, order=1.5)
    rectangles(panel, [box], edge=color, width=2.2, order=2)


def band_columns(shape: Shape, row: int) -> range:
    """Return the columns of a row that a banded matrix uses.

    Examples
    --------
    >>> list(band_columns(Shape(rows=6, cols=6, band=3), 0))
    [0, 1]
    """
    first = row - ((shape.band or 1) - 1) // 2
    return range(max(0, first), min(shape.cols, first + (shape.band or 1)))


def _cells(box: Box, rows: int, cols: int) -> list[Box]:
    return [cell_box(box, rows, cols, i, j) for i in range(rows) for j in range(cols)]


def _mark(shape: Shape, marked: Marked, box: Box, panel: Panel) -> None:
    rows, cols = shape.rows, shape.cols
    boxes = []
    if marked.row is not None:
        boxes.append(cell_box(box, rows, cols, marked.row, 0, 1, cols))
    if marked.col is not None:
        boxes.append(cell_box(box, rows, cols, 0, marked.col, rows, 1))
    if marked.cell is not None:
        boxes.append(cell_box(box, rows, cols, *marked.cell))
    rectangles(panel, boxes, face=style.ORANGE, alpha=0.55, order=3)
    rectangles(panel, [inset(b, 0.8) for b in boxes], edge=style.ORANGE, width=3.0, order=4)


# ---- checks ---------------------------------------------------------------------------


def check(spec: Spec, expressions: Expressions) -> Iterator[FormulaProblem]:
    """Yield products whose inner sizes differ, sums of other shapes, marks outside."""
    del expressions
    if len(spec.ops) > len(spec.blocks):
        message = f"{len(spec.ops)} signs for {len(spec.blocks)} blocks"
        yield FormulaProblem(("ops",), "out-of-range", message, "one sign between two blocks")
    for i, shape in enumerate(spec.blocks):
        marked = shape.highlight or Marked()
        cell = marked.cell or (0, 0)
        limits = (
            ("row", marked.row or 0, shape.rows), ("col", marked.col or 0, shape.cols),
            ("cell", cell[0], shape.rows), ("cell", cell[1], shape.cols),
        )  # fmt: skip
        for key, index, count in limits:
            if index >= count:
                message = f"{index} is outside a block of {size_text(shape)}"
                hint = "rows and columns are counted from 0"
                yield FormulaProblem(("blocks", i, "highlight", key), "out-of-range", message, hint)
        if shape.split is not None:
            yield from _split_problems(i, shape, shape.split)
        if shape.ghost_rows is not None and shape.ghost_rows <= shape.rows:
            message = f"the block has {shape.rows} rows already"
            path = ("blocks", i, "ghost_rows")
            yield FormulaProblem(path, "out-of-range", message, "make it larger")
    yield from _shape_problems(spec)


def _split_problems(i: int, shape: Shape, split: Split) -> Iterator[FormulaProblem]:
    if (split.row is None) == (split.col is None):
        message = "a block is cut either before a row or before a column"
        yield FormulaProblem(("blocks", i, "split"), "missing-key", message, "col: 2")
        return
    key, at, count = ("row", split.row, shape.rows) if split.row else ("col", split.col, shape.cols)
    if at is not None and at >= count:
        message = f"{at} is outside a block of {size_text(shape)}"
        hint = "rows and columns are counted from 0"
        yield FormulaProblem(("blocks", i, "split", key), "out-of-range", message, hint)


def _shape_problems(spec: Spec) -> Iterator[FormulaProblem]:
    """Follow the equation from left to right; products bind more than sums."""
    size: tuple[int, int] | None = None
    """Of the side so far."""
    left: tuple[int, int] | None = None
    """Of the side before the equals sign."""
    for first, sign, term in _terms(spec):
        found = (term[0].height, term[0].cols)
        for i, shape in enumerate(term[1:], first + 1):
            if found[1] != shape.height:
                message = f"a product of {found[1]} columns with {shape.height} rows does not exist"
                path = ("blocks", i, "rows")
                yield FormulaProblem(path, "wrong-shape", message, "make them same")
            found = (found[0], shape.cols)
        if sign in ("+", "-", "o") and size is not None:
            if size != found:
                message = f"{size[0]} × {size[1]} and {found[0]} × {found[1]} do not fit"
                yield FormulaProblem(("blocks", first), "wrong-shape", message, "give ghost_rows")
            continue
        left = size if sign == "=" else None
        size = found
    if left is not None and size is not None and left != size:
        message = f"left of = the size is {left[0]} × {left[1]}, right {size[0]} × {size[1]}"
        yield FormulaProblem(("blocks",), "wrong-shape", message, "make the sizes agree")


def _terms(spec: Spec) -> Iterator[tuple[int, str, list[Shape]]]:
    """Yield each product: the index of its first factor, the sign before it, its factors."""
    signs = ["", *spec.ops, *[""] * len(spec.blocks)][: len(spec.blocks)]
    starts = [i for i, sign in enumerate(signs) if i == 0 or sign != "@"]
    for start, end in pairwise([*starts, len(spec.blocks)]):
        yield start, signs[start], list(spec.blocks[start:end])


def sizes(spec: Spec) -> Iterator[tuple[int, int]]:
    """Yield rows and columns of each block."""
    for shape in spec.blocks:
        yield from ((shape.rows, shape.cols), (shape.height, shape.cols))


def alt(spec: Spec, say: Templates) -> str:
    """State the size of every block and the signs between."""
    parts = [f"{plain_text(shape.label)} ({size_text(shape)})".strip() for shape in spec.blocks]
    words = {"@": "·", "o": "⊙", "to": "→", "": ","}
    text = parts[0]
    for i, part in enumerate(parts[1:]):
        sign = spec.ops[i] if i < len(spec.ops) else ""
        said = words.get(sign, sign)
        text += (f" {said} " if said != "," else ", ") + part
    return say("blocks", blocks=text)


EXAMPLES: tuple[dict[str, Any], ...] = (
    {
        "kind": "matrix_shapes",
        "blocks": [
            {"label": "$A$", "rows": 2, "cols": 3, "highlight": {"row": 0}},
            {"label": "$B$", "rows": 3, "cols": 4, "highlight": {"col": 1}},
            {"label": "$A @ B$", "rows": 2, "cols": 4, "highlight": {"cell": [0, 1]}},
        ],
        "ops": ["@", "="],
        "dims": True,
    },
    {
        "kind": "matrix_shapes",
        "blocks": [
            {"label": "weights", "rows": 3, "cols": 5, "highlight": {"row": 1}},
            {"label": "$V$", "rows": 5, "cols": 2},
            {"label": "output", "rows": 3, "cols": 2, "highlight": {"row": 1}},
        ],
        "ops": ["@", "="],
        "dims": True,
    },
    {
        "kind": "matrix_shapes",
        "blocks": [
            {"label": "scalar", "rows": 1, "cols": 1},
            {"label": "vector", "rows": 4, "cols": 1},
            {"label": "matrix", "rows": 4, "cols": 3},
            {"label": "tensor", "rows": 4, "cols": 3, "depth": 3},
        ],
    },
    {
        "kind": "matrix_shapes",
        "blocks": [
            {"label": "$A$", "rows": 3, "cols": 4},
            {"label": "$b$", "rows": 1, "cols": 4, "ghost_rows": 3},
            {"label": "$C$", "rows": 3, "cols": 4},
        ],
        "ops": ["+", "="],
    },
    {
        "kind": "matrix_shapes",
        "blocks": [
            {"label": "fully connected", "rows": 6, "cols": 6},
            {"label": "convolution (banded)", "rows": 6, "cols": 6, "band": 3},
        ],
    },
    {
        "kind": "matrix_shapes",
        "blocks": [
            {"label": "$A.T$", "rows": 2, "cols": 4, "color": "grey"},
            {"label": "$V$", "rows": 2, "cols": 2},
            {"label": "$D$", "rows": 2, "cols": 4},
            {"label": "$U.T$", "rows": 4, "cols": 4},
        ],
        "ops": ["=", "@", "@"],
    },
    {
        "kind": "matrix_shapes",
        "blocks": [
            {"rows": 3, "cols": 4, "split": {"col": 2, "labels": ["$A$", "$B$"]}},
            {"rows": 4, "cols": 2, "color": "blue", "split": {"row": 2, "labels": ["$C$", "$D$"]}},
        ],
        "ops": ["@"],
    },
)

KIND = Kind(
    "matrix_shapes",
    "blocks of empty cells that show which shapes fit together",
    Spec,
    draw,
    check,
    alt,
    EXAMPLES,
    sizes=sizes,
)
