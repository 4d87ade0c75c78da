"""Squeezes the SVG that Matplotlib writes, without changing what one sees.

Numbers get the precision an eye can tell apart, identifiers nobody refers to go,
the others become short, and the size is stated in CSS pixels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
_OUTSIDE_COLOUR = "".join(f"(?<!#{'[0-9a-f]' * n})" for n in range(6))
NUMBER = re.compile(rf"{_OUTSIDE_COLOUR}(?:-?\d+\.\d+(?:e-?\d+)?|-?\d+e-?\d+)")
"""A number, but not the 4e8 in the colour #4e8ec4."""
REFERENCE = re.compile(r"url\(#([^)]+)\)")
CURVED = re.compile(r"[^MLz\d\s.e-]")
UNUSED = (f"{SVG}metadata", f"{SVG}style")
DIGITS = 2


@dataclass(frozen=True, slots=True)
class Words:
    """Words that the font of the card draws, because that of the figures lacks their letters.

    Parameters
    ----------
    text : str
    x, y : float
        Where its baseline begins, in pixels from the top left corner.
    width, size : float
        In pixels; the letters are set to this width whatever the font.
    color : str
    turn : str
        A transformation, empty for upright words.
    """

    text: str
    x: float
    y: float
    width: float
    size: float
    color: str
    turn: str = ""


def _words(words: Words) -> str:
    shown = _escaped(words.text).replace(">", "&gt;")
    turn = f' transform="{words.turn}"' if words.turn else ""
    return (
        f'<text x="{words.x:.1f}" y="{words.y:.1f}" textLength="{words.width:.1f}" '
        f'lengthAdjust="spacingAndGlyphs" font-family="sans-serif" font-size="{words.size:g}" '
        f'fill="{words.color}"{turn}>{shown}</text>'
    )


def squeeze(svg: bytes, width: int, height: int, words: Sequence[Words] = ()) -> bytes:
    """Rewrite Matplotlib's SVG as a short one.

    Parameters
    ----------
    svg : bytes
    width, height : int
        CSS pixels; also the view box.
    words : sequence of Words
        Added as text elements.

    Returns
    -------
    bytes
        One line of UTF-8 without declaration, metadata and comments.
    """
    root = ET.fromstring(svg)  # noqa: S314 -- written by this process
    _drop(root)
    names = _short_names(root)
    for element in root.iter():
        _shorten(element, names)
    _flatten(root)
    attributes = {
        "width": str(width),
        "height": str(height),
        "viewBox": f"0 0 {width} {height}",
        "stroke-linejoin": "round",
    }
    body = "".join([*(write(child) for child in root), *map(_words, words)])
    head = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg"{head}>{body}</svg>'.encode()


def _drop(element: ET.Element) -> None:
    for child in list(element):
        if not isinstance(child.tag, str) or child.tag in UNUSED:
            element.remove(child)
        else:
            _drop(child)
    for child in list(element):
        if child.tag == f"{SVG}defs" and not len(child):
            element.remove(child)


def _short_names(root: ET.Element) -> dict[str, str]:
    """Name what is referred to ``a``, ``b``, … in the order of reference."""
    used: list[str] = []
    for element in root.iter():
        for key, value in element.attrib.items():
            if key in (HREF, "href") and value.startswith("#"):
                used.append(value[1:])
            elif "url(#" in value:
                used.extend(REFERENCE.findall(value))
    return {name: short_name(i) for i, name in enumerate(dict.fromkeys(used))}


def short_name(index: int) -> str:
    """Return the name with a number: ``a`` to ``z``, then ``aa`` and so on.

    Examples
    --------
    >>> short_name(0), short_name(27)
    ('a', 'ab')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(97 + rest) + letters
    return letters


def _shorten(element: ET.Element, names: dict[str, str]) -> None:
    attributes = {}
    for key, value in element.attrib.items():
        if key == "id":
            if value in names:
                attributes["id"] = names[value]
        elif key in (HREF, "href"):
            attributes["href"] = "#" + names[value[1:]] if value.startswith("#") else value
        elif key == "style":
            attributes["style"] = _style(value, names)
        elif "url(#" in value:
            attributes[key] = REFERENCE.sub(lambda m: f"url(#{names[m.group(1)]})", value)
        elif key == "d":
            attributes["d"] = _path(value)
        elif key == "transform":
            attributes[key] = NUMBER.sub(_precise, value).replace(", ", " ")
        elif key == "type":
            continue
        else:
            attributes[key] = NUMBER.sub(_rounded, value)
    element.attrib.clear()
    element.attrib.update(attributes)
    element.text = element.tail = None


def _style(text: str, names: dict[str, str]) -> str:
    text = REFERENCE.sub(lambda m: f"url(#{names[m.group(1)]})", text)
    parts = (part.strip().replace(": ", ":") for part in text.split(";"))
    kept = (p for p in parts if p and p not in ("opacity:1", "stroke-linejoin:round"))
    return NUMBER.sub(_rounded, ";".join(kept))


def _rounded(match: re.Match[str]) -> str:
    return _digits(float(match.group()), DIGITS)


def _precise(match: re.Match[str]) -> str:
    """Keep the digits of a scale, which multiplies glyph coordinates of some thousands."""
    value = float(match.group())
    return _digits(value, 5 if abs(value) < 2 else DIGITS)


def _digits(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    text = text.replace("-0.", "-.") if text.startswith("-0.") else text
    text = text[1:] if text.startswith("0.") else text
    return "0" if text in ("", "-", "-0") else text


def _path(data: str) -> str:
    """Shorten path data; straight lines become relative, on a grid of a tenth of a pixel."""
    tokens = data.split()
    if "." in data and not CURVED.search(data):
        return _relative(tokens)
    tokens = [NUMBER.sub(_rounded, token) if token[-1].isdigit() else token for token in tokens]
    return _joined(tokens)


def _relative(tokens: list[str]) -> str:
    parts: list[str] = []
    at, start, last = (0, 0), (0, 0), ""
    i = 0
    while i < len(tokens):
        if tokens[i] == "z":
            parts.append("z")
            at, last = start, "z"
            i += 1
            continue
        point = round(10 * float(tokens[i + 1])), round(10 * float(tokens[i + 2]))
        if tokens[i] == "M":
            parts += ["M", _tenths(point[0]), _tenths(point[1])]
            start = point
        elif point != at or last == "M":
            step = point[0] - at[0], point[1] - at[1]
            parts += ["" if last == "L" else "l", _tenths(step[0]), _tenths(step[1])]
        else:
            i += 3
            continue
        at, last = point, tokens[i]
        i += 3
    return _joined([part for part in parts if part])


def _tenths(value: int) -> str:
    return _digits(value / 10, 1)


def _joined(tokens: list[str]) -> str:
    return re.sub(r" ?([A-Za-z]) ?", r"\1", " ".join(tokens)).replace(" -", "-")


def _flatten(element: ET.Element) -> None:
    """Take away groups that say nothing."""
    for child in list(element):
        _flatten(child)
    kept: list[ET.Element] = []
    for child in list(element):
        if child.tag == f"{SVG}g" and not child.attrib:
            kept.extend(child)
        elif child.tag == f"{SVG}defs" and not len(child):
            continue
        else:
            kept.append(child)
    for child in list(element):
        element.remove(child)
    element.extend(kept)


def write(element: ET.Element) -> str:
    """Write an element without blanks."""
    tag = element.tag.removeprefix(SVG)
    attributes = "".join(f' {key}="{_escaped(value)}"' for key, value in element.attrib.items())
    if not len(element):
        return f"<{tag}{attributes}/>"
    return f"<{tag}{attributes}>{''.join(write(child) for child in element)}</{tag}>"


def _escaped(value: str) -> str:
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return value.replace("\n", "")
