"""SVG reduced to a drawing: shapes and letters, in attributes that are known to draw.

What editors add for themselves is left out. What could run, load or move is refused, so that
nothing disappears from a drawing without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from xml.etree import ElementTree as ET

from dlcards.media.files import LONGEST_SIDE, MediaError, Picture

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
MOST_ELEMENTS = 20_000
DEEPEST = 50
DEFAULT_SIZE = (300, 150)

ELEMENTS = frozenset(
    "svg g defs path rect circle ellipse line polyline polygon text tspan textPath use symbol"  # noqa: SIM905
    " clipPath mask linearGradient radialGradient stop marker pattern title desc".split()
)
_LEFT_OUT = frozenset({"metadata", "title", "desc", "namedview"})
_STYLES = frozenset(
    "fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin"  # noqa: SIM905
    " stroke-dasharray stroke-dashoffset stroke-miterlimit opacity color stop-color stop-opacity"
    " font-family font-size font-style font-weight font-variant letter-spacing word-spacing"
    " text-anchor text-decoration dominant-baseline alignment-baseline baseline-shift"
    " writing-mode visibility display overflow clip-path clip-rule mask marker-start marker-mid"
    " marker-end vector-effect paint-order shape-rendering text-rendering".split()
)
_GEOMETRY = frozenset(
    "id d x y x1 y1 x2 y2 dx dy cx cy r rx ry fx fy width height points transform viewBox"  # noqa: SIM905
    " preserveAspectRatio offset gradientUnits gradientTransform spreadMethod clipPathUnits"
    " maskUnits maskContentUnits markerWidth markerHeight markerUnits refX refY orient"
    " patternUnits patternContentUnits patternTransform rotate textLength lengthAdjust"
    " startOffset version".split()
)
_EVENT = re.compile(r"on[a-z]+\Z", re.IGNORECASE)
_LOCAL = re.compile(r"#[\w.:-]+\Z")
_URL = re.compile(r"url\(\s*(?P<quote>['\"]?)(?P<target>[^'\")]*)(?P=quote)\s*\)", re.IGNORECASE)
_LOADING = re.compile(r"(?i)(?:javascript|data|https?|file|expression|@import|\\|&)")
_LENGTH = re.compile(
    r"(?i)\s*((?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:e[-+]?[0-9]+)?)\s*(px|pt|pc|mm|cm|in|q)?\s*\Z"
)
_PIXELS: Mapping[str, float] = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
    "q": 96 / 101.6,
}
_DOCTYPE = re.compile(r"<!DOCTYPE\s+svg(?:\s+PUBLIC\s+\"[^\"<>]*\"\s+\"[^\"<>]*\")?\s*>")


def read_svg(data: bytes) -> Picture:
    """Return a drawing without anything that is not drawn.

    Raises
    ------
    MediaError
        When it is no SVG, when it is too large, or when something in it could run, load
        or move.

    Examples
    --------
    >>> kept = read_svg(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    ...     b'<metadata>mine</metadata><path d="M0 0h9"/></svg>')
    >>> kept.width, b"mine" in kept.content
    (9, False)
    """
    root = _parse(data)
    if root.tag != f"{{{SVG}}}svg":
        raise MediaError("this is no SVG", "save it as 'plain SVG'")
    for count, (depth, _) in enumerate(_walk(root)):
        if depth > DEEPEST or count > MOST_ELEMENTS:
            message = f"the drawing has more than {MOST_ELEMENTS:,} parts, or nests too deep"
            raise MediaError(message, "simplify it, or save it as PNG")
    _refuse_repetition(root)
    width, height = _size(root)
    kept = _reduced(root)
    kept.set("width", str(width))
    kept.set("height", str(height))
    kept.set("xmlns", SVG)
    return Picture("".join(_written(kept)).encode(), ".svg", width, height)


def _parse(data: bytes) -> ET.Element:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MediaError("the drawing is not UTF-8 text", "save it as UTF-8") from None
    text = _DOCTYPE.sub("", re.sub(r"\A\s*<\?xml[^<>]*\?>", "", text), count=1)
    if re.search(r"<!(?:DOCTYPE|ENTITY|ATTLIST|ELEMENT)", text, re.IGNORECASE):
        raise MediaError("the drawing declares a document type", "save it as 'plain SVG'")
    try:
        return ET.fromstring(text)  # noqa: S314 - no entity can be declared
    except ET.ParseError as error:
        raise MediaError(f"the drawing is broken: {error}", "save it again") from error
    except RecursionError:
        raise MediaError("the drawing nests too deep", "simplify it") from None


def _walk(root: ET.Element) -> Iterator[tuple[int, ET.Element]]:
    stack = [(0, root)]
    while stack:
        depth, element = stack.pop()
        yield depth, element
        stack += [(depth + 1, child) for child in element]


def _refuse_repetition(root: ET.Element) -> None:
    """Refuse parts that use each other so often that drawing them never ends."""
    named = {element.get("id"): element for _, element in _walk(root) if element.get("id")}
    sizes: dict[int, int] = {}
    running: set[int] = set()

    def size(element: ET.Element, depth: int) -> int:
        key = id(element)
        if key in sizes:
            return sizes[key]
        if key in running or depth > 4 * DEEPEST:
            raise MediaError("the drawing uses itself", "draw the part once")
        running.add(key)
        total = 1
        for child in element:
            total += size(child, depth + 1)
        target = named.get((element.get("href") or element.get(f"{{{XLINK}}}href") or " ")[1:])
        if target is not None and _name(element) == "use":
            total += size(target, depth + 1)
        running.discard(key)
        sizes[key] = total
        return total

    if size(root, 0) > MOST_ELEMENTS:
        message = f"drawn out, the drawing has more than {MOST_ELEMENTS:,} parts"
        raise MediaError(message, "simplify it, or save it as PNG")


def _size(root: ET.Element) -> tuple[int, int]:
    box = [
        float(n)
        for n in re.findall(r"[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?", root.get("viewBox", ""))
    ]
    found = []
    for place, (key, other) in enumerate(zip(("width", "height"), DEFAULT_SIZE, strict=True)):
        match = _LENGTH.match(root.get(key, ""))
        if match:
            found.append(float(match[1]) * _PIXELS[(match[2] or "").lower()])
        else:
            found.append(box[2 + place] if len(box) == 4 else other)
    if not all(0.5 <= side <= LONGEST_SIDE for side in found):
        message = f"the drawing measures {found[0]:g} × {found[1]:g}"
        raise MediaError(message, f"give it a width and a height between 1 and {LONGEST_SIDE}")
    width, height = (max(1, round(side)) for side in found)
    if len(box) != 4:
        root.set("viewBox", f"0 0 {width} {height}")
    return width, height


def _name(element: ET.Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _reduced(element: ET.Element) -> ET.Element:
    """Return a copy with the elements and attributes that draw."""
    kept = ET.Element(_name(element), _attributes(element))
    kept.text = element.text
    for child in element:
        space, _, name = str(child.tag).rpartition("}")
        if not isinstance(child.tag, str) or space != f"{{{SVG}" or name in _LEFT_OUT:
            _refuse_active(child)
            tail = child.tail or ""
            if len(kept):
                kept[-1].tail = (kept[-1].tail or "") + tail
            else:
                kept.text = (kept.text or "") + tail
            continue
        if name not in ELEMENTS:
            hint = "leave it out, or save the drawing as 'plain SVG' or as PNG"
            raise MediaError(f"the drawing holds <{name}>, which is no shape", hint)
        copy = _reduced(child)
        copy.tail = child.tail
        kept.append(copy)
    return kept


def _refuse_active(element: ET.Element) -> None:
    """Refuse a part that would be left out when something in it runs, to tell about it."""
    for _, inner in _walk(element):
        if _name(inner).lower() == "script":
            raise MediaError("the drawing holds a script", "leave it out")


def _attributes(element: ET.Element) -> dict[str, str]:
    out: dict[str, str] = {}
    for key, value in element.attrib.items():
        space, _, name = key.rpartition("}")
        space = space.lstrip("{")
        if _EVENT.match(name):
            raise MediaError(f"the drawing holds a script, {name}=", "leave it out")
        if name == "href" and space in ("", XLINK):
            if not _LOCAL.match(value):
                raise MediaError("the drawing leads to another file", "draw it inside, or use PNG")
            out["href"] = value
        elif space == "" and name == "style":
            out |= _styles(value)
        elif space == "" and (name in _STYLES or name in _GEOMETRY):
            out[name] = _harmless(name, value)
        elif key == f"{{{XML}}}space":
            out["xml:space"] = value
        # Everything else is for editors.
    return out


def _styles(value: str) -> dict[str, str]:
    """Return the declarations of a style as attributes."""
    out = {}
    for part in value.split(";"):
        name, _, text = part.partition(":")
        if name.strip() in _STYLES:
            out[name.strip()] = _harmless(name.strip(), text.replace("!important", "").strip())
    return out


def _harmless(name: str, value: str) -> str:
    """Return a value; refuse one that loads something."""
    targets = [match["target"].strip() for match in _URL.finditer(value)]
    bare = _URL.sub("", value)
    elsewhere = not all(_LOCAL.match(target) for target in targets) or "url(" in bare.lower()
    if elsewhere or (name not in ("id", "font-family") and _LOADING.search(bare)):
        raise MediaError(f"the drawing loads something in {name}=", "draw it inside, or use PNG")
    return value


def _written(element: ET.Element) -> Iterator[str]:
    """Yield a drawing as text, every name without a prefix."""
    told = "".join(f' {key}="{escape(value)}"' for key, value in element.attrib.items())
    yield f"<{element.tag}{told}>"
    yield escape(element.text or "", quote=False)
    for child in element:
        yield from _written(child)
        yield escape(child.tail or "", quote=False)
    yield f"</{element.tag}>"
