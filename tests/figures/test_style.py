"""Colours that everybody can tell apart, by day and by night."""

from itertools import combinations, pairwise

import pytest

from dlcards.figures import style

CARD, NIGHT = (1.0, 1.0, 1.0), (0x2C / 255,) * 3
COLORS = sorted({*style.COLORS, *style.NAMED.values()})
Rgb = tuple[float, ...]


def rgb(color: str) -> Rgb:
    return tuple(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))


def filtered(color: Rgb) -> Rgb:
    """``invert(1) hue-rotate(180deg)`` as browsers compute it."""
    r, g, b = (1 - c for c in color)
    rows = ((-0.574, 1.430, 0.144), (0.426, 0.430, 0.144), (0.426, 1.430, -0.856))
    return tuple(min(1.0, max(0.0, x * r + y * g + z * b)) for x, y, z in rows)


def luminance(color: Rgb) -> float:
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: Rgb, b: Rgb) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("color", COLORS)
def test_a_text_stands_out_by_day_and_by_night(color: str) -> None:
    assert contrast(rgb(color), CARD) >= 4.5
    assert contrast(filtered(rgb(color)), NIGHT) >= 4.5


LINES = [style.FAINT, *(style.ramp(0.75 - 0.35 * k / 4) for k in range(5))]


@pytest.mark.parametrize("color", LINES)
def test_a_line_stands_out_by_day_and_by_night(color: str) -> None:
    assert contrast(rgb(color), CARD) >= 3
    assert contrast(filtered(rgb(color)), NIGHT) >= 3


def deuteranopic(color: Rgb) -> Rgb:
    """The colour as seen without green cones (Machado et al., severity 1)."""
    r, g, b = color
    rows = ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969))
    return tuple(min(1.0, max(0.0, x * r + y * g + z * b)) for x, y, z in rows)


def lab(color: Rgb) -> Rgb:
    """Lightness, and how far toward red and yellow: distances are as they are seen."""
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color)
    shares = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (s ** (1 / 3) if s > 0.008856 else 7.787 * s + 16 / 116 for s in shares)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_the_first_four_colors_differ_without_green_cones() -> None:
    for a, b in combinations(style.COLORS[:4], 2):
        seen = (lab(deuteranopic(rgb(color))) for color in (a, b))
        apart = sum((x - y) ** 2 for x, y in zip(*seen, strict=True)) ** 0.5
        assert apart > 20, (a, b)


def test_text_is_eleven_pixels_on_a_phone() -> None:
    assert min(style.TEXT, style.SMALL) * 320 / style.WIDTH >= 11


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-3, 3, [-2, 0, 2]),
        (0.8, 1.3, [0.8, 0.9, 1.0, 1.1, 1.2, 1.3]),
        (0, 6.283, [0, 2, 4, 6]),
    ],
)
def test_ticks_are_few_and_round(low: float, high: float, ticks: list[float]) -> None:
    most = 6 if len(ticks) > 4 else 4
    assert style.tick_values(low, high, most) == pytest.approx(ticks)


def test_a_ramp_goes_from_pale_to_deep() -> None:
    shades = [luminance(rgb(style.ramp(k / 5))) for k in range(6)]
    assert all(a > b for a, b in pairwise(shades))
