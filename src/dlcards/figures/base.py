"""What all kinds of figure share: the keys of a spec, the panel one draws on, the layout.

How to add a kind
-----------------
One kind is one module of this package. It defines

1. a spec: a subclass of :class:`PlotSpec` (axes with numbers) or :class:`BaseSpec` (a free
   picture) with a ``kind: Literal["name"]``; every field has a ``Field(description=…)``;
   numbers are :data:`Number` (a YAML number or a constant formula such as ``log(2)``),
   formulas :data:`Formula`, texts :data:`Label`, pairs :data:`Pair`, ranges :data:`Range`;
   every list has a ``max_length``;
2. ``draw(spec, panel)``, which puts things on a :class:`Panel` with ``panel.curve``,
   ``panel.point``, ``panel.area``, ``panel.label``, ``panel.text``, or on ``panel.axes``
   itself (a Matplotlib Axes; what texts must not cover is told to ``panel.avoid``), and
   says its limits with ``panel.limits(x, y)``. Free pictures call ``panel.bare(x, y)``:
   no ticks, equal scales. Matplotlib and NumPy are imported inside functions only;
3. ``check(spec, expressions)``, which yields a ``FormulaProblem`` with a path in the spec
   for everything that the types cannot say;
4. ``alt(spec, lang)``, one phrase in English (``en``) or Korean (``ko``);
5. ``EXAMPLES``: specs as one would write them, at least two, from real entries;
6. ``KIND = Kind(name, summary, Spec, draw, check, alt, EXAMPLES, panels=…)``; ``panels``
   is a function that splits one spec into several drawn side by side, if the kind wants.

Then add ``KIND`` to ``KINDS`` in ``figures/__init__.py`` and run
``python -m dlcards.figures.gallery``. A kind never chooses sizes or colours: see ``style``.
Labels go through ``panel.label`` and its relatives, which find a free place and leave the
label out on the front of a card; ``panel.text`` writes at a fixed place (in a box, a cell)
and shrinks the text to a given width. ``answer=False`` keeps on the front what names nothing:
numbers, signs. ``panel.legend`` explains a colour below the picture. Pictures made of cells or
boxes in a row are laid out by ``blocks``; generated data and learners are in ``clouds``.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from dlcards.claims.parser import FormulaError
from dlcards.claims.statement import FormulaProblem
from dlcards.figures import labels as labelling
from dlcards.figures import style
from dlcards.figures.expressions import Expressions
from dlcards.figures.svg import squeeze

Lang = Literal["en", "ko"]


def _number(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("float_type", "a truth value is not a number")
    if isinstance(value, str):
        try:
            value = float(Expressions().values(value))
        except FormulaError as error:
            raise PydanticCustomError(
                "bad_number", "{said}", {"said": error.message, "hint": error.hint}
            ) from None
    return value


def _text(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _ordered(pair: tuple[float, float]) -> tuple[float, float]:
    if not pair[0] < pair[1]:
        raise PydanticCustomError("empty_range", "the range ends before it begins")
    return pair


Number = Annotated[float, BeforeValidator(_number), Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
"""A number, or a constant formula such as ``log(2)`` or ``2/pi``."""

Pair = tuple[Number, Number]
Range = Annotated[Pair, AfterValidator(_ordered)]
Formula = Annotated[str, BeforeValidator(_text), StringConstraints(min_length=1, max_length=300)]
LONGEST_LABEL = 80
Label = Annotated[str, BeforeValidator(_text), StringConstraints(max_length=LONGEST_LABEL)]
Whole = Annotated[int, Field(strict=True)]


class Strict(BaseModel):
    """A part of a spec: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Point(Strict):
    """A marked point; without ``y`` it stands on the first curve."""

    x: Number | None = Field(None, description="Horizontal place.")
    y: Number | None = Field(None, description="Vertical place; left out: on the first curve.")
    xy: Pair | None = Field(None, description="Both at once, instead of x and y.")
    label: Label = Field("", description="Text beside it; $…$ is a formula.")
    open: bool = Field(False, description="A hollow dot: the point does not belong to the curve.")


class Mark(Strict):
    """A straight line across the picture."""

    at: Number = Field(description="Where it stands.")
    label: Label = Field("", description="Text beside it; $…$ is a formula.")


class BaseSpec(Strict):
    """Keys of every figure."""

    kind: str = Field(description="The kind of figure.")
    alt: str = Field("", max_length=300, description="What is seen, for those who cannot.")
    caption: str = Field("", max_length=300, description="A sentence below, on the back only.")
    title: Label = Field("", description="A few words above the picture.")
    seed: Annotated[int, Field(ge=0, le=2**31)] = Field(0, description="Of all random numbers.")
    params: dict[str, Number] = Field(
        default_factory=dict, max_length=12, description="Values of names used in formulas."
    )
    stack: bool = Field(False, description="Panels below each other instead of side by side.")
    front_safe: bool = Field(
        False,
        strict=True,
        description="May stand on a front, where labels, title and caption are hidden.",
    )
    keep_labels: tuple[Label, ...] = Field(
        (), max_length=12, description="Labels that stay on the front."
    )


class PlotSpec(BaseSpec):
    """Keys of every figure with axes."""

    x: Range | None = Field(None, description="Horizontal range, [from, to].")
    y: Range | None = Field(None, description="Vertical range; left out: as the curves need.")
    xlabel: Label = Field("", description="What the horizontal axis measures.")
    ylabel: Label = Field("", description="What the vertical axis measures.")
    equal: bool | None = Field(None, description="The same scale on both axes.")
    points: tuple[Point, ...] = Field((), max_length=24, description="Marked points.")
    hlines: tuple[Mark, ...] = Field((), max_length=12, description="Horizontal lines.")
    vlines: tuple[Mark, ...] = Field((), max_length=12, description="Vertical lines.")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of figure.

    Parameters
    ----------
    name : str
    summary : str
        What it draws, in a few words.
    spec : type
    draw : callable (spec, panel) -> None
    check : callable (spec, expressions) -> iterable of FormulaProblem
    alt : callable (spec, lang) -> str
    examples : tuple of dict
    panels : callable (spec) -> tuple of spec
        The panels of one spec; most kinds have one.
    """

    name: str
    summary: str
    spec: type[BaseSpec]
    draw: Callable[[Any, Panel], None]
    check: Callable[[Any, Expressions], Iterable[FormulaProblem]]
    alt: Callable[[Any, Lang], str]
    examples: tuple[Mapping[str, Any], ...]
    panels: Callable[[Any], tuple[Any, ...]] = lambda spec: (spec,)


@dataclass(slots=True)
class FixedText:
    """A text at a place the kind chose, in data coordinates."""

    text: str
    x: float
    y: float
    color: str
    size: float
    fit: float | None
    ha: str
    va: str
    rotation: float = 0.0


@dataclass(slots=True)
class WaitingLabel:
    """A label whose anchors are still data coordinates."""

    label: labelling.Label
    anchors: Any
    priority: int


@dataclass(slots=True)
class Panel:
    """One picture of a figure, while it is drawn.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    expressions : Expressions
        Evaluates the formulas of the spec.
    front : bool
        Whether this is the variant for the front of a card.
    keep : frozenset of str
        Labels that stay on the front.
    zero_lines : str
        Which axes, ``x`` or ``y``, show a line at zero.
    proportion : float, optional
        Height over width, if neither the usual one nor that of the units.
    """

    axes: Any
    expressions: Expressions
    front: bool = False
    keep: frozenset[str] = frozenset()
    title: str = ""
    title_at: float = 0.0
    xlabel: str = ""
    ylabel: str = ""
    equal: bool = False
    is_bare: bool = False
    margin: float = 8.0
    xlim: tuple[float, float] = (0.0, 1.0)
    ylim: tuple[float, float] = (0.0, 1.0)
    xlog: bool = False
    ylog: bool = False
    xticks: list[tuple[float, str]] | None = None
    yticks: list[tuple[float, str]] | None = None
    show_yticks: bool = True
    zero_lines: str = "xy"
    proportion: float | None = None
    waiting: list[WaitingLabel] = field(default_factory=list)
    texts: list[FixedText] = field(default_factory=list)
    obstacles: list[Any] = field(default_factory=list)

    def limits(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Say which part of the plane is seen; formulas are drawn after this."""
        self.xlim, self.ylim = x, y
        self.axes.set_xlim(*x)
        self.axes.set_ylim(*y)

    def bare(self, x: tuple[float, float], y: tuple[float, float], *, margin: float = 8.0) -> None:
        """Make it a picture without axes, with the same scale in both directions.

        With ``x=(0, 480)``, ``y=(height, 0)`` and no margin, units are pixels.
        """
        self.is_bare = self.equal = True
        self.margin = margin
        self.limits(x, y)

    def hidden(self, text: str) -> bool:
        """Tell whether a text is left out here."""
        return not text or (self.front and text not in self.keep)

    def avoid(self, x: Any, y: Any, weight: float = 1.0) -> None:
        """Tell the labels which line of the plane they should not cover, and how much."""
        self.obstacles.append((x, y, weight))

    def curve(
        self,
        x: Any,
        y: Any,
        *,
        color: str,
        label: str = "",
        dashes: str = "solid",
        width: float = style.LINE,
        order: float = 3.0,
        crest: bool = False,
    ) -> None:
        """Draw a curve; its label stands beside it in its colour.

        With ``crest`` the label stands high up rather than near the right end.
        """
        import numpy as np

        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        x, y = _visible(x, y, self.ylim, log=self.ylog)
        if dashes == "solid":
            self.axes.plot(x, y, color=color, linewidth=width, zorder=order)
        else:
            self.axes.plot(
                x, y, color=color, linewidth=width, zorder=order, linestyle=style.DASHES[dashes]
            )
        self.avoid(x, y)
        if not self.hidden(label):
            anchors = _anchors(x, y, self.xlim, self.ylim, crest=crest)
            self._wait(label, color, anchors, reach=6.0, dashes=dashes, priority=3)

    def point(
        self,
        x: float,
        y: float,
        *,
        label: str = "",
        color: str = style.INK,
        hollow: bool = False,
        size: float = style.MARKER,
    ) -> None:
        """Draw a dot; its label stands beside it."""
        import numpy as np

        self.axes.plot(
            [x], [y], marker="o", markersize=size, linestyle="none", color=color,
            markerfacecolor="none" if hollow else color, markeredgewidth=2.2 if hollow else 0.0,
            zorder=6, clip_on=False,
        )  # fmt: skip
        self.avoid(np.full(6, x), np.full(6, y))
        if not self.hidden(label):
            self._wait(label, color, [(x, y)], reach=size * 0.75 + 2, sample="point", priority=1)

    def area(self, x: Any, low: Any, high: Any, *, color: str, label: str = "") -> None:
        """Fill between two curves; its label stands inside or beside it."""
        import numpy as np

        low, high = np.broadcast_arrays(np.asarray(low, dtype=float), np.asarray(high, dtype=float))
        low, high = (np.clip(v, *self.ylim) for v in (low, high))
        self.axes.fill_between(x, low, high, color=color, alpha=style.FILL, linewidth=0, zorder=1)
        if not self.hidden(label):
            middle = (low + high) / 2
            tallest = np.argsort(-np.abs(high - low))[: max(1, len(middle) // 2)][::4]
            anchors = [(float(x[i]), float(middle[i])) for i in tallest]
            self._wait(label, color, anchors, sample="area", inside=True, priority=2)

    def line(self, *, x: float | None = None, y: float | None = None, label: str = "") -> None:
        """Draw a thin dashed line across the picture at one x or one y."""
        import numpy as np

        color, lines = style.QUIET, {"linestyle": style.DASHES["dashed"], "linewidth": style.THIN}
        if x is not None:
            self.axes.axvline(x, color=color, zorder=2, **lines)
            xs, ys = np.full(60, x), self._spread(self.ylim, self.ylog)
            order = [58, 54, 48, 40, 30, 20, 10, 2]
        else:
            self.axes.axhline(y, color=color, zorder=2, **lines)
            xs, ys = self._spread(self.xlim, self.xlog), np.full(60, y)
            order = [57, 2, 50, 8, 42, 16, 34, 26]
        self.avoid(xs, ys)
        if not self.hidden(label):
            anchors = [(float(xs[i]), float(ys[i])) for i in order]
            self._wait(label, color, anchors, reach=4.0, dashes="dashed", priority=2)

    def _spread(self, limits: tuple[float, float], log: bool) -> Any:
        import numpy as np

        return np.geomspace(*limits, 60) if log else np.linspace(*limits, 60)

    def arrow(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        color: str,
        label: str = "",
        width: float = style.LINE,
        order: float = 5.0,
    ) -> None:
        """Draw an arrow; its label stands beside its head."""
        import numpy as np

        self.axes.annotate(
            "", xy=end, xytext=start, zorder=order, annotation_clip=False,
            arrowprops={"arrowstyle": "-|>,head_width=0.28,head_length=0.55", "color": color,
                        "linewidth": width, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 20},
        )  # fmt: skip
        xs, ys = (np.linspace(start[i], end[i], 40) for i in (0, 1))
        self.avoid(xs, ys)
        if not self.hidden(label):
            anchors = [(float(xs[i]), float(ys[i])) for i in (39, 34, 20, 28)]
            self._wait(label, color, anchors, priority=1)

    def label(
        self, text: str, anchors: Any, *, color: str = style.INK, inside: bool = False,
        reach: float = style.GAP, priority: int = 2, size: float = style.TEXT, answer: bool = True,
    ) -> None:  # fmt: skip
        """Let a text find its place at one of several points, the first is the best.

        Parameters
        ----------
        text : str
            Plain text with ``$formula$``.
        anchors : list of (x, y)
            Data coordinates.
        inside : bool
            Whether the text stands on the point instead of beside it.
        priority : int
            Small numbers choose first.
        answer : bool
            False for a text that gives nothing away and stays on the front.
        """
        if text and not (answer and self.hidden(text)):
            self._wait(
                text, color, anchors, inside=inside, reach=reach, priority=priority, size=size
            )

    def legend(self, text: str, *, color: str) -> None:
        """Explain a colour below the picture."""
        if not self.hidden(text):
            self._wait(text, color, [], sample="bar")

    def text(
        self, text: str, x: float, y: float, *, color: str = style.INK, size: float = style.TEXT,
        fit: float | None = None, ha: str = "center", va: str = "center", rotation: float = 0.0,
        answer: bool = True,
    ) -> None:  # fmt: skip
        """Write at a fixed place; ``fit`` is the width it may have, in data units.

        ``answer=False`` says that the text gives nothing away and stays on the front.
        """
        if text and not (answer and self.hidden(text)):
            shown = self.shown(text)
            self.texts.append(FixedText(shown, x, y, color, size, fit, ha, va, rotation))

    def shown(self, text: str) -> str:
        """Return a label's text for Matplotlib."""
        return labelling.label_text(text, self.expressions.statement)

    def _wait(
        self, text: str, color: str, anchors: Any, *, reach: float = style.GAP,
        sample: str = "line", dashes: str = "solid", inside: bool = False, priority: int = 2,
        size: float = style.TEXT,
    ) -> None:  # fmt: skip
        label = labelling.Label(
            self.shown(text), color, [], reach, sample, style.DASHES[dashes],
            inside=inside, size=size,
        )  # fmt: skip
        self.waiting.append(WaitingLabel(label, anchors, priority))


SPARSE = 60
"""Fewer points than this are a polygon: cutting one off would turn its sides."""


def _visible(x: Any, y: Any, ylim: tuple[float, float], *, log: bool) -> tuple[Any, Any]:
    """Cut off what is far outside the window, keeping what leads there."""
    import numpy as np

    if log or len(x) < SPARSE:
        return x, y
    span = ylim[1] - ylim[0]
    y = np.clip(y, ylim[0] - span, ylim[1] + span)
    outside = (y > ylim[1]) | (y < ylim[0])
    lonely = outside.copy()
    lonely[1:] &= outside[:-1]
    lonely[:-1] &= outside[1:]
    return x, np.where(lonely, np.nan, y)


def _anchors(
    x: Any, y: Any, xlim: tuple[float, float], ylim: tuple[float, float], *, crest: bool
) -> Any:
    """Return places along a curve for its label, near the right end or high up first."""
    import numpy as np

    seen = (y > ylim[0]) & (y < ylim[1]) & (x > min(xlim)) & (x < max(xlim))
    where = np.flatnonzero(seen)
    if len(where) == 0:
        return []
    shares = np.array([0.92, 0.8, 0.97, 0.7, 0.6, 0.08, 0.2, 0.5, 0.4, 0.3, 0.03, 0.86, 0.14])
    if crest:
        where = where[np.argsort(-y[where], kind="stable")][: max(13, len(where) // 3)]
        shares = np.linspace(0, 1, 13)
    picked = where[(shares * (len(where) - 1)).astype(int)]
    return [(float(x[i]), float(y[i])) for i in picked]


# ---- layout ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn figure.

    Parameters
    ----------
    svg : bytes
    width, height : int
        CSS pixels.
    alt : str
        What is seen, plain text.
    """

    svg: bytes
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A laid out figure: Matplotlib's, and its size in pixels."""

    figure: Any
    width: int
    height: int
    panels: tuple[Panel, ...]

    def svg(self) -> bytes:
        """Return the squeezed SVG."""
        import matplotlib as mpl
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        buffer = io.BytesIO()
        with mpl.rc_context(style.settings()):
            FigureCanvasSVG(self.figure).print_svg(
                buffer, metadata={"Date": None}, bbox_inches_restore=None
            )
        return squeeze(buffer.getvalue(), self.width, self.height)

    def png(self, width: int) -> bytes:
        """Return a PNG of some width in pixels, transparent like the SVG."""
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        buffer = io.BytesIO()
        with mpl.rc_context(style.RC):
            self.figure.set_dpi(72 * width / self.width)
            FigureCanvasAgg(self.figure).print_png(buffer, metadata={"Software": None})
            self.figure.set_dpi(72)
        return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class Margins:
    """Pixels around the axes of a panel."""

    left: float
    right: float
    bottom: float
    top: float


def picture(jobs: list[tuple[Kind, Any, Panel]], stack: bool, heading: str) -> Picture:
    """Draw panels on one figure and lay them out by hand.

    Parameters
    ----------
    jobs : list of (kind, spec, panel)
        Panels without axes.
    stack : bool
        Below each other instead of side by side.
    heading : str
        Mathtext above all panels.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context(style.settings()):
        figure = Figure(figsize=(style.WIDTH / 72, 1), dpi=72)
        FigureCanvasAgg(figure)
        for kind, spec, panel in jobs:
            panel.axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
            panel.axes.set_axis_off()
            kind.draw(spec, panel)
        panels = tuple(panel for _, _, panel in jobs)
        height = _lay_out(figure, panels, stack=stack, heading=heading)
    return Picture(figure, style.WIDTH, height, panels)


def _columns(count: int, stack: bool) -> int:
    if stack:
        return 1
    return 2 if count in (2, 4) else min(count, 3)


def _lay_out(figure: Any, panels: tuple[Panel, ...], *, stack: bool, heading: str) -> int:
    columns = _columns(len(panels), stack)
    rows = [panels[i : i + columns] for i in range(0, len(panels), columns)]
    boxes: list[tuple[float, float, float, float]] = []
    margins: list[Margins] = []
    y = 30.0 if heading else 0.0
    for row in rows:
        around = _row_margins(row, style.WIDTH / columns)
        free = style.WIDTH - sum(m.left + m.right for m in around)
        width = free / len(row) if len(row) == columns else free / columns
        heights = [
            _axes_height(p, m, width, columns, len(rows)) for p, m in zip(row, around, strict=True)
        ]
        inner, above = max(heights), max(m.top for m in around)
        x = 0.0
        for panel, margin in zip(row, around, strict=True):
            boxes.append(_fitted(panel, x + margin.left, y + above, width, inner))
            panel.title_at = y + above - 15
            x += margin.left + width + margin.right
        margins += around
        y += above + inner + max(m.bottom for m in around)
    height = y
    placed, samples = [], []
    for panel, box, margin in zip(panels, boxes, margins, strict=True):
        transform = _Pixels(panel, box)
        ticks = _tick_texts(panel, transform, margin)
        wide = (box[0] - 2, box[1] - 2, box[0] + box[2] + margin.right - 2, box[1] + box[3] + 2)
        texts, left_over = _place_labels(panel, transform, wide)
        placed += [*ticks, *texts]
        samples += left_over
    legend, legend_height = _legend(samples, height)
    height += legend_height
    total = math.ceil(height)
    figure.set_size_inches(style.WIDTH / 72, total / 72)
    for panel, box in zip(panels, boxes, strict=True):
        left, above, width, inner = box
        panel.axes.set_position(
            (
                left / style.WIDTH,
                (total - above - inner) / total,
                width / style.WIDTH,
                inner / total,
            )
        )
        _frame(panel)
    if heading:
        placed.append(_Text(heading, style.WIDTH / 2, 15, style.INK, style.TEXT))
    for text in placed:
        _write(figure, text, total)
    for entry in legend:
        _write_sample(figure, entry, total)
    return total


@dataclass(frozen=True, slots=True)
class _Text:
    """A text at a pixel, counted from the top left corner."""

    text: str
    x: float
    y: float
    color: str
    size: float
    ha: str = "center"
    va: str = "center_baseline"
    rotation: float = 0.0


@dataclass(frozen=True, slots=True)
class _Sample:
    """A line, dot or area of the legend with its text."""

    label: labelling.Label
    x: float
    y: float


class _Pixels:
    """From data to pixels, counted from the top left corner, for a box of the layout."""

    def __init__(self, panel: Panel, box: tuple[float, float, float, float]) -> None:
        self.panel = panel
        self.box = box

    def __call__(self, x: Any, y: Any) -> tuple[Any, Any]:
        left, top, width, height = self.box
        return (
            left + width * self._share(x, self.panel.xlim, self.panel.xlog),
            top + height * (1 - self._share(y, self.panel.ylim, self.panel.ylog)),
        )

    @staticmethod
    def _share(value: Any, limits: tuple[float, float], log: bool) -> Any:
        import numpy as np

        low, high = limits
        if log:
            with np.errstate(all="ignore"):
                return np.log(np.asarray(value) / low) / math.log(high / low)
        return (np.asarray(value) - low) / (high - low)


def _choose_ticks(panel: Panel, cell: float) -> None:
    if panel.is_bare:
        panel.xticks, panel.yticks = panel.xticks or [], panel.yticks or []
        return
    most = 7 if cell > 300 else 4
    if panel.xticks is None:
        panel.xticks = _ticks(panel.xlim, panel.xlog, most)
    if panel.yticks is None:
        most = 6 if cell > 300 else 4
        panel.yticks = _ticks(panel.ylim, panel.ylog, most) if panel.show_yticks else []


def _ticks(limits: tuple[float, float], log: bool, most: int) -> list[tuple[float, str]]:
    if log:
        values = style.log_tick_values(*limits, most)
        if all(1 <= v <= 1000 for v in values):
            return [(v, f"{v:.0f}") for v in values]
        return [(v, f"$10^{{{round(math.log10(v))}}}$") for v in values]
    return [(v, style.number_text(v)) for v in style.tick_values(*limits, most)]


def _row_margins(row: Sequence[Panel], cell: float) -> list[Margins]:
    """Choose ticks; neighbours with the same heights share the numbers of the first."""
    for panel in row:
        _choose_ticks(panel, cell)
    for panel in row[1:]:
        if panel.yticks == row[0].yticks and panel.ylim == row[0].ylim:
            panel.yticks = [(value, "") for value, _ in panel.yticks or []]
    return [_margins(panel) for panel in row]


def _margins(panel: Panel) -> Margins:
    left = right = bottom = top = panel.margin
    if panel.yticks:
        widths = [labelling.text_size(text, style.SMALL)[0] for _, text in panel.yticks if text]
        left = max(widths, default=-2.0) + 12
    if panel.xticks:
        half = [labelling.text_size(text, style.SMALL)[0] / 2 for _, text in panel.xticks]
        bottom = 30.0 + TICK_LINE * _more_lines(panel)
        right = max(right, half[-1] + 5)
        left = max(left, half[0] + 5)
    if not panel.hidden(panel.xlabel):
        bottom += 24
    if not panel.hidden(panel.ylabel):
        left += 24
    if not panel.hidden(panel.title):
        top = 32.0
    return Margins(left, right, bottom, top)


TICK_LINE = 19.0


def _more_lines(panel: Panel) -> int:
    """Return how many lines the texts below the axis have beyond the first."""
    return max((text.count("\n") for _, text in panel.xticks or []), default=0)


def _axes_height(panel: Panel, margin: Margins, width: float, columns: int, rows: int) -> float:
    if panel.proportion is not None:
        return panel.proportion * width
    if panel.equal:
        least, most = (0.1, 1.6) if panel.is_bare else (0.3, 1.02)
        return min(max(width * _proportion(panel), least * width), most * width)
    whole = {1: 0.75 if rows == 1 else 0.5, 2: 1.0, 3: 1.25}[columns] * style.WIDTH / columns
    return max(whole - margin.top - margin.bottom, 0.5 * width)


def _proportion(panel: Panel) -> float:
    """Return height over width of the part of the plane that is seen."""
    return abs((panel.ylim[1] - panel.ylim[0]) / (panel.xlim[1] - panel.xlim[0]))


def _fitted(
    panel: Panel, left: float, top: float, width: float, height: float
) -> tuple[float, float, float, float]:
    """Shrink a box to the panel's proportions where both scales are the same."""
    if not panel.equal:
        return left, top, width, height
    ratio = _proportion(panel)
    if width * ratio <= height:
        return left, top + (height - width * ratio) / 2, width, width * ratio
    return left + (width - height / ratio) / 2, top, height / ratio, height


def _frame(panel: Panel) -> None:
    """Draw the axes: two quiet lines with short ticks, and the zero lines."""
    if panel.is_bare:
        return
    axes, (left, right), (low, high) = panel.axes, panel.xlim, panel.ylim
    thin: dict[str, Any] = {"color": style.FAINT, "linewidth": 1.2, "clip_on": False, "zorder": 0.5}
    axes.plot([left, right], [low, low], **thin)
    axes.plot([left, left], [low, high], **thin)
    if "y" in panel.zero_lines and not panel.ylog and min(low, high) < 0 < max(low, high):
        axes.plot([left, right], [0, 0], **thin)
    if "x" in panel.zero_lines and not panel.xlog and left < 0 < right:
        axes.plot([0, 0], [low, high], **thin)
    ticks: dict[str, Any] = {"linestyle": "none", "color": style.FAINT, "markersize": 5}
    ticks |= {"clip_on": False, "zorder": 0.5, "markeredgewidth": 1.2}
    if panel.xticks:
        axes.plot([v for v, _ in panel.xticks], [low] * len(panel.xticks), marker=3, **ticks)
    if panel.yticks:
        axes.plot([left] * len(panel.yticks), [v for v, _ in panel.yticks], marker=0, **ticks)
    if panel.xlog:
        axes.set_xscale("log")
    if panel.ylog:
        axes.set_yscale("log")
    axes.set_xlim(left, right)
    axes.set_ylim(low, high)


def _tick_texts(panel: Panel, pixels: _Pixels, margin: Margins) -> list[_Text]:
    left, top, width, height = pixels.box
    bottom = top + height
    texts = []
    for value, text in panel.xticks or []:
        x, _ = pixels(value, panel.ylim[0])
        y = bottom + 17 + TICK_LINE * text.count("\n") / 2
        texts.append(_Text(text, float(x), y, style.QUIET, style.SMALL))
    for value, text in [tick for tick in panel.yticks or [] if tick[1]]:
        _, y = pixels(panel.xlim[0], value)
        texts.append(_Text(text, left - 7, float(y), style.QUIET, style.SMALL, ha="right"))
    if not panel.hidden(panel.xlabel):
        at = bottom + (41 if panel.xticks else 17) + TICK_LINE * _more_lines(panel)
        texts.append(_Text(panel.shown(panel.xlabel), left + width / 2, at, style.INK, style.TEXT))
    if not panel.hidden(panel.ylabel):
        x = left - margin.left + 12
        y = top + height / 2
        texts.append(
            _Text(panel.shown(panel.ylabel), x, y, style.INK, style.TEXT, va="center", rotation=90)
        )
    if not panel.hidden(panel.title):
        shown = panel.shown(panel.title)
        size = _shrunk(shown, style.TEXT, width + margin.left)
        texts.append(_Text(shown, left + width / 2, panel.title_at, style.INK, size))
    return texts


def _shrunk(text: str, size: float, width: float) -> float:
    actual = labelling.text_size(text, size)[0]
    return size if actual <= width else size * width / actual


def _place_labels(
    panel: Panel, pixels: _Pixels, frame: tuple[float, float, float, float]
) -> tuple[list[_Text], list[labelling.Label]]:
    fixed = [_fixed(text, pixels) for text in panel.texts]
    taken = [_box(text) for text in fixed]
    points = _obstacle_pixels(panel, pixels)
    waiting = sorted(panel.waiting, key=lambda w: w.priority)
    limit = 0.62 * pixels.box[2]
    for item in waiting:
        label = item.label
        label.text = labelling.wrap(label.text, label.size, limit)
        at = [pixels(x, y) for x, y in item.anchors]
        label.anchors = [(float(x), float(y)) for x, y in at]
    placed, left_over = labelling.place([w.label for w in waiting], frame, points, taken)
    texts = [
        _Text(
            p.text,
            (p.box[0] + p.box[2]) / 2,
            (p.box[1] + p.box[3]) / 2,
            p.color,
            p.size,
            va="center",
        )
        for p in placed
    ]
    return [*fixed, *texts], left_over


def _fixed(text: FixedText, pixels: _Pixels) -> _Text:
    x, y = pixels(text.x, text.y)
    size = text.size
    if text.fit is not None:
        limits = pixels.panel.xlim
        size = _shrunk(text.text, size, text.fit / (limits[1] - limits[0]) * pixels.box[2])
    va = {"center": "center_baseline"}.get(text.va, text.va)
    return _Text(text.text, float(x), float(y), text.color, size, text.ha, va, text.rotation)


def _box(text: _Text) -> tuple[float, float, float, float]:
    width, height = labelling.text_size(text.text, text.size)
    if text.rotation:
        width, height = height, width
    left = text.x - {"left": 0.0, "center": 0.5, "right": 1.0}[text.ha] * width
    top = text.y - {"top": 0.0, "bottom": 1.0}.get(text.va, 0.5) * height
    return left, top, left + width, top + height


def _obstacle_pixels(panel: Panel, pixels: _Pixels) -> Any:
    """Return points of all curves, some pixels apart, each with its weight."""
    import numpy as np

    parts = [np.empty((0, 3))]
    for x, y, weight in panel.obstacles:
        px, py = pixels(x, y)
        line = np.column_stack([np.atleast_1d(px), np.atleast_1d(py)]).astype(float)
        dense = _densified(line)
        parts.append(np.column_stack([dense, np.full(len(dense), weight)]))
    points = np.concatenate(parts)
    return points[np.isfinite(points).all(axis=1)]


def _densified(line: Any, step: float = 5.0) -> Any:
    import numpy as np

    if len(line) < 2:
        return line
    gaps = np.hypot(*np.diff(line, axis=0).T)
    length = np.concatenate([[0.0], np.cumsum(np.where(np.isfinite(gaps), gaps, 0.0))])
    count = int(min(max(length[-1] / step, 2), 2000))
    at = np.linspace(0, length[-1], count)
    return np.column_stack([np.interp(at, length, line[:, i]) for i in (0, 1)])


def _legend(labels: list[labelling.Label], top: float) -> tuple[list[_Sample], float]:
    """Arrange the labels that found no place in rows below the picture."""
    samples: list[_Sample] = []
    seen: set[tuple[str, str]] = set()
    x, y, row = 12.0, top + 14, 24.0
    for label in labels:
        text = labelling.wrap(label.text.replace("\n", " "), label.size, style.WIDTH - 70)
        if (text, label.color) in seen:
            continue
        seen.add((text, label.color))
        width, height = labelling.text_size(text, label.size)
        if x > 12 and x + 34 + width > style.WIDTH - 8:
            x, y, row = 12.0, y + row, 24.0
        row = max(row, height + 8)
        label.text = text
        samples.append(_Sample(label, x, y + (row - 24) / 2))
        x += 34 + width + 20
    return samples, (y + row - 14 - top + 4) if samples else 0.0


def _write(figure: Any, text: _Text, total: float) -> None:
    multiline = "\n" in text.text
    figure.text(
        text.x / style.WIDTH, 1 - text.y / total, text.text, color=text.color, fontsize=text.size,
        ha=text.ha, va="center" if multiline else text.va, rotation=text.rotation,
        rotation_mode="default", linespacing=1.1, multialignment="center", zorder=10,
    )  # fmt: skip


def _write_sample(figure: Any, sample: _Sample, total: float) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    label, y = sample.label, 1 - sample.y / total
    left, right = sample.x / style.WIDTH, (sample.x + 26) / style.WIDTH
    if label.sample in ("area", "bar"):
        mark: Any = Rectangle(
            (left, y - 7 / total), right - left, 14 / total, color=label.color, linewidth=0,
            alpha=style.FILL if label.sample == "area" else style.SOLID,
            transform=figure.transFigure,
        )  # fmt: skip
    elif label.sample == "point":
        mark = Line2D(
            [(left + right) / 2], [y], color=label.color, marker="o", markersize=style.MARKER,
            markeredgewidth=0, linestyle="none", transform=figure.transFigure,
        )  # fmt: skip
    else:
        mark = Line2D(
            [left, right], [y, y], color=label.color, linewidth=style.LINE,
            linestyle=label.dashes, transform=figure.transFigure,
        )  # fmt: skip
    figure.add_artist(mark)
    _write(
        figure,
        _Text(label.text, sample.x + 34, sample.y, style.INK, label.size, ha="left"),
        total,
    )


# ---- marks every plot has ----------------------------------------------------------------

Height = Callable[[float], float]
"""The height of the first curve at a place."""


def draw_marks(spec: PlotSpec, panel: Panel, height: Height | None = None) -> None:
    """Draw the points and straight lines of a spec; call it after ``panel.limits``."""
    panel.equal = panel.equal if spec.equal is None else spec.equal
    panel.xlabel, panel.ylabel = spec.xlabel, spec.ylabel
    for line in spec.hlines:
        panel.line(y=line.at, label=line.label)
    for line in spec.vlines:
        panel.line(x=line.at, label=line.label)
    for point in spec.points:
        x, y = point_place(point, height)
        panel.point(x, y, label=point.label, hollow=point.open)


def point_place(point: Point, height: Height | None = None) -> tuple[float, float]:
    """Return where a point stands; without ``y`` it is on the first curve, or at 0."""
    if point.xy is not None:
        return point.xy
    x = point.x if point.x is not None else 0.0
    if point.y is not None:
        return x, point.y
    return x, height(x) if height is not None else 0.0


def check_marks(
    spec: PlotSpec,
    x: tuple[float, float],
    y: tuple[float, float] | None,
    height: Height | None = None,
) -> Iterator[FormulaProblem]:
    """Yield the points and lines of a spec that nobody would see.

    Parameters
    ----------
    x, y : (float, float)
        The window; no ``y`` when the curves decide.
    """
    high = y or (-math.inf, math.inf)
    for i, line in enumerate(spec.vlines):
        yield from outside(("vlines", i, "at"), line.at, x, "x")
    for i, line in enumerate(spec.hlines):
        yield from outside(("hlines", i, "at"), line.at, high, "y")
    for i, point in enumerate(spec.points):
        at, level = point_place(point, height)
        names = ("xy", "xy") if point.xy is not None else ("x", "y")
        yield from outside(("points", i, names[0]), at, x, "x")
        if math.isfinite(level):
            named = names[1] if point.y is not None or point.xy is not None else "x"
            yield from outside(("points", i, named), level, high, "y")
        else:
            message = "the first curve has no value here"
            yield FormulaProblem(("points", i), "no-value", message, "give the point a y")


def outside(
    path: tuple[str | int, ...], value: float, limits: tuple[float, float], key: str
) -> Iterator[FormulaProblem]:
    """Yield a problem when a value lies outside the window."""
    low, high = limits
    slack = 1e-9 * (high - low) if math.isfinite(high - low) else 0.0
    if not low - slack <= value <= high + slack:
        message = f"{value:.4g} lies outside the window, which goes from {low:g} to {high:g}"
        yield FormulaProblem(path, "outside-window", message, f"change it, or {key}")


# ---- checks every kind needs ----------------------------------------------------------


def check_text(text: str, path: tuple[str | int, ...]) -> Iterator[FormulaProblem]:
    """Yield what is wrong with a text of a figure: formulas, unknown characters, its length."""
    if len(text) > LONGEST_LABEL:
        message = f"the text has {len(text)} characters; {LONGEST_LABEL} are allowed"
        yield FormulaProblem(path, "too-long", message, "shorten it")
    else:
        yield from _check_value(text, path, is_text=True)


def check_labels(spec: BaseModel, path: tuple[str | int, ...] = ()) -> Iterator[FormulaProblem]:
    """Yield what is wrong with the texts of a spec: formulas and unknown characters."""
    for name in type(spec).model_fields:
        if name not in ("alt", "caption", "kind"):
            value = getattr(spec, name)
            yield from _check_value(value, (*path, name), is_text=name in TEXT_KEYS)


TEXT_KEYS = frozenset(
    [
        "label",
        "title",
        "xlabel",
        "ylabel",
        "labels",
        "row_labels",
        "col_labels",
        "keep_labels",
        "prior",
        "event",
        "edge",
        "edge_labels",
        "root",
        "categories",
        "universe",
    ]
)


def _check_value(
    value: object, path: tuple[str | int, ...], *, is_text: bool
) -> Iterator[FormulaProblem]:
    if isinstance(value, BaseModel):
        yield from check_labels(value, path)
    elif isinstance(value, tuple | list):
        for i, item in enumerate(value):
            yield from _check_value(item, (*path, i), is_text=is_text)
    elif isinstance(value, str) and is_text:
        error = labelling.formula_error(value)
        if error is not None:
            yield FormulaProblem(
                path, error.code, error.message, error.hint, error.start, error.end
            )
            return
        missing = labelling.missing_glyphs(value)
        if missing:
            at = value.index(missing[0])
            message = f"the figures' font has no {missing[0]!r}"
            hint = "use a formula, or a Latin or Greek text"
            yield FormulaProblem(path, "unknown-glyph", message, hint, at, at + 1)
