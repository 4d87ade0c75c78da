"""How every figure looks: sizes, colours, ticks. No kind chooses its own.

Lengths are CSS pixels at the natural width of 480. A phone shows a figure at 320,
two thirds of that, so the smallest text here is 17: eleven pixels and a bit on a phone.

Cards in night mode filter their images with ``invert(1) hue-rotate(180deg)``: dark and
light change places, hues stay. So every colour here is of middle lightness: a text has a
contrast of at least 4.5 against white and, filtered, against Anki's dark card, a line of at
least 3. No white is ever painted to hide something, since behind it the card would shine
through: lines are cut where a label stands.

Formulas are drawn with the fonts that TeX and the cards have, Computer Modern, words with
DejaVu Sans. Both come with Matplotlib, under licences that allow their outlines in a picture.
"""

from __future__ import annotations

import math
from typing import Any

WIDTH = 480
TEXT = 17.0
SMALL = 16.5
LINE = 2.8
THIN = 1.6
FORMULAS = "cm"
FORMULA = 1.16
"""How much larger a formula is set than a word, whose small letters are taller."""
MARKER = 9.0
GAP = 7.0

INK = "#222222"
QUIET = "#6b6b6b"
FAINT = "#888888"
BLUE = "#0f5fb0"
ORANGE = "#c24a00"
GREEN = "#00786a"
PURPLE = "#7d2f86"
BROWN = "#704214"
CRIMSON = "#a8326f"

COLORS = (BLUE, ORANGE, GREEN, PURPLE, BROWN, CRIMSON)
"""The order in which curves, groups and clusters take their colours.

Without green cones the first four still differ; two more are told apart by their labels.
"""

NAMED = {
    "blue": BLUE,
    "orange": ORANGE,
    "green": GREEN,
    "purple": PURPLE,
    "brown": BROWN,
    "crimson": CRIMSON,
    "grey": QUIET,
    "black": INK,
}
"""What a specification may call a colour, for one object in several panels."""

FILL = 0.28
"""Opacity of areas."""

SOLID = 0.62
"""Opacity of bars: strong, and a number written on them can still be read."""

DASHES: dict[str, Any] = {
    "solid": "-",
    "dashed": (0, (4.5, 2.2)),
    "dotted": (0, (1.2, 1.7)),
}


def color(index: int) -> str:
    """Return the colour of the curve with this index.

    Examples
    --------
    >>> color(0) == color(6) == BLUE
    True
    """
    return COLORS[index % len(COLORS)]


def ramp(fraction: float, hue: str = BLUE) -> str:
    """Return a shade between a pale and a deep variant of a colour, as ``#rrggbb``.

    Parameters
    ----------
    fraction : float
        0 is pale, 1 is deep.
    hue : str
        The colour in the middle.

    Examples
    --------
    >>> ramp(0.5, "#336699")
    '#336699'
    """
    fraction = min(1.0, max(0.0, fraction))
    toward = 1.0 if fraction < 0.5 else 0.0
    share = abs(fraction - 0.5) * (1.1 if fraction < 0.5 else 0.9)
    channels = [int(hue[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    mixed = [c + (toward - c) * share for c in channels]
    return "#" + "".join(f"{round(255 * c):02x}" for c in mixed)


def tick_values(low: float, high: float, most: int = 5) -> list[float]:
    """Return few round numbers inside a range.

    Parameters
    ----------
    low, high : float
    most : int
        At most this many.

    Examples
    --------
    >>> tick_values(-4, 4)
    [-4.0, -2.0, 0.0, 2.0, 4.0]
    >>> tick_values(0, 1, 3)
    [0.0, 0.5, 1.0]
    """
    span = high - low
    exponent = math.floor(math.log10(span / max(most, 1))) if span > 0 else 0
    for power in range(exponent, exponent + 3):
        for step in (1.0, 2.0, 4.0, 5.0):
            size = step * 10.0**power
            first = math.ceil(low / size - 1e-9)
            last = math.floor(high / size + 1e-9)
            rare = step == 4.0 and math.floor(high / size / 1.25) - math.ceil(low / size / 1.25) > 1
            if last - first + 1 <= most and not rare:
                return [round(i * size, 12) + 0.0 for i in range(first, last + 1)]
    return []


def log_tick_values(low: float, high: float, most: int = 5) -> list[float]:
    """Return powers of ten inside a range of positive numbers.

    Examples
    --------
    >>> log_tick_values(1e-4, 10)
    [0.0001, 0.001, 0.01, 0.1, 1.0, 10.0]
    """
    first = math.ceil(math.log10(low) - 1e-9)
    last = math.floor(math.log10(high) + 1e-9)
    step = max(1, math.ceil((last - first) / most))
    start = first + (-first) % step
    return [float(f"1e{i}") for i in range(start, last + 1, step)]


def number_text(value: float, digits: int = 4) -> str:
    """Write a number the way it stands in a figure, with a true minus sign.

    Examples
    --------
    >>> number_text(-0.5), number_text(2.0)
    ('\N{MINUS SIGN}0.5', '2')
    """
    text = f"{value:.{digits}g}"
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        power = f"10^{{{int(exponent)}}}"
        return f"${power}$" if mantissa == "1" else f"${mantissa}\\cdot {power}$"
    return text.replace("-", "\N{MINUS SIGN}")
