"""The panel that a kind draws on: curves, points, areas, arrows and texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from dlcards.figures import labels as labelling
from dlcards.figures import style
from dlcards.figures.arrays import Array, steady
from dlcards.figures.expressions import Expressions


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


class Pixels(Protocol):
    """From data to pixels, counted from the top left corner, and back."""

    def __call__(self, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        """Return the pixels of points."""

    def back(self, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        """Return the points at pixels."""


Anchors = Sequence[tuple[float, float]]
"""Places where a label may stand, the best first."""


@dataclass(slots=True)
class WaitingLabel:
    """A label whose anchors are still data coordinates."""

    label: labelling.Label
    anchors: Anchors
    priority: int


@dataclass(slots=True)
class Panel:
    """One picture of a figure, while it is drawn.

    Parameters
    ----------
    axes : Axes
        Where it draws; the layout sets it.
    expressions : Expressions
        Evaluates the formulas of the spec.
    front : bool
        Whether this is the variant for the front of a card.
    keep : frozenset of str
        Labels that stay on the front.
    then : str, optional
        Text of an arrow to the next panel; None draws no arrow.
    xname, yname : str
        Names of the axes where the specification has none, as mathtext.
    frame : str
        ``numbers``, ``plain``, ``zero`` or ``none``: what is drawn of the axes.
    zero_lines : str
        Which axes, ``x`` or ``y``, show a line at zero.
    proportion : float, optional
        Height over width, if neither the usual one nor that of the units.
    """

    axes: Axes = field(init=False)
    expressions: Expressions
    front: bool = False
    keep: frozenset[str] = frozenset()
    title: str = ""
    title_at: float = 0.0
    then: str | None = None
    xlabel: str = ""
    ylabel: str = ""
    xname: str = ""
    yname: str = ""
    frame: str = "numbers"
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
    obstacles: list[tuple[ArrayLike, ArrayLike, float]] = field(default_factory=list)
    holes: list[tuple[float, float, float]] = field(default_factory=list)
    decorations: list[Callable[[Pixels], None]] = field(default_factory=list)

    def later(self, decorate: Callable[[Pixels], None]) -> None:
        """Draw something whose shape needs pixels, once the place of the panel is known."""
        self.decorations.append(decorate)

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
        """Return whether a text is left out here."""
        return not text or (self.front and text not in self.keep)

    def avoid(self, x: ArrayLike, y: ArrayLike, weight: float = 1.0) -> None:
        """Tell the labels which line of the plane they should not cover, and how much."""
        self.obstacles.append((x, y, weight))

    def curve(
        self,
        x: Array,
        y: Array,
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
        x, y = steady(x), steady(y)
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
        """Draw a dot; its label stands beside it. Lines end at the rim of a hollow one."""
        if hollow:
            self.holes.append((x, y, size / 2))
        self.axes.plot(
            [x], [y], marker="o", markersize=size, linestyle="none", color=color,
            markerfacecolor="none" if hollow else color, markeredgewidth=2.2 if hollow else 0.0,
            zorder=6, clip_on=False,
        )  # fmt: skip
        self.avoid(np.full(6, x), np.full(6, y))
        if not self.hidden(label):
            self._wait(label, color, [(x, y)], reach=size * 0.75 + 2, sample="point", priority=1)

    def area(
        self, x: Array, low: ArrayLike, high: ArrayLike, *, color: str, label: str = ""
    ) -> None:
        """Fill between two curves; its label stands inside or beside it."""
        edges = np.broadcast_arrays(np.asarray(low, dtype=float), np.asarray(high, dtype=float))
        bottom, top = (np.clip(v, *self.ylim) for v in edges)
        self.axes.fill_between(x, bottom, top, color=color, alpha=style.FILL, linewidth=0, zorder=1)
        if not self.hidden(label):
            middle = (bottom + top) / 2
            order = np.argsort(-steady(np.abs(top - bottom)), kind="stable")
            tallest = order[: max(1, len(middle) // 2)][::4]
            anchors = [(float(x[i]), float(middle[i])) for i in tallest]
            self._wait(label, color, anchors, sample="area", inside=True, priority=2)

    def line(
        self, axis: Literal["x", "y"], at: float, *, label: str = "", color: str = style.QUIET
    ) -> None:
        """Draw a thin dashed line across the picture, where an axis has one value."""
        lines = {"linestyle": style.DASHES["dashed"], "linewidth": style.THIN}
        if axis == "x":
            self.axes.axvline(at, color=color, zorder=2, **lines)
            xs, ys = np.full(60, at), self._spread(self.ylim, self.ylog)
            order = [58, 54, 48, 40, 30, 20, 10, 2]
        else:
            self.axes.axhline(at, color=color, zorder=2, **lines)
            xs, ys = self._spread(self.xlim, self.xlog), np.full(60, at)
            order = [57, 2, 50, 8, 42, 16, 34, 26]
        self.avoid(xs, ys)
        if not self.hidden(label):
            anchors = [(float(xs[i]), float(ys[i])) for i in order]
            self._wait(label, color, anchors, reach=4.0, dashes="dashed", priority=2)

    def _spread(self, limits: tuple[float, float], log: bool) -> Array:
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
        self, text: str, anchors: Anchors, *, color: str = style.INK, inside: bool = False,
        reach: float = style.GAP, priority: int = 2, size: float = style.TEXT, answer: bool = True,
        toward: tuple[float, float] | None = None,
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
        toward : (x, y), optional
            On which side of the point, in pixels; y points down.
        """
        if text and not (answer and self.hidden(text)):
            self._wait(
                text, color, anchors, inside=inside, reach=reach, priority=priority, size=size,
                toward=toward,
            )  # fmt: skip

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
            size = labelling.font_size(shown, size)
            self.texts.append(FixedText(shown, x, y, color, size, fit, ha, va, rotation))

    def shown(self, text: str) -> str:
        """Return a label's text for Matplotlib."""
        return labelling.label_text(text, self.expressions.statement)

    def _wait(
        self, text: str, color: str, anchors: Anchors, *, reach: float = style.GAP,
        sample: str = "line", dashes: str = "solid", inside: bool = False, priority: int = 2,
        size: float = style.TEXT, toward: tuple[float, float] | None = None,
    ) -> None:  # fmt: skip
        shown = self.shown(text)
        label = labelling.Label(
            shown, color, [], reach, sample, style.DASHES[dashes], inside=inside,
            size=labelling.font_size(shown, size), toward=toward,
        )  # fmt: skip
        self.waiting.append(WaitingLabel(label, anchors, priority))


def hue(name: str | None, index: int) -> str:
    """Return a colour by its name, or else the one with this index.

    Examples
    --------
    >>> hue("blue", 3) == hue(None, 0) == style.BLUE
    True
    """
    return style.NAMED[name] if name else style.color(index)


SPARSE = 60
"""Fewer points than this are a polygon: cutting one off would turn its sides."""


def _visible(x: Array, y: Array, ylim: tuple[float, float], *, log: bool) -> tuple[Array, Array]:
    """Cut off what is far outside the window, keeping what leads there."""
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
    x: Array, y: Array, xlim: tuple[float, float], ylim: tuple[float, float], *, crest: bool
) -> Anchors:
    """Return places along a curve for its label, near the right end or high up first."""
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
