"""Puts the pictures of a moving figure into one SVG that runs without a script.

What all pictures share is drawn once. The rest lies in groups, of which one after the other is
visible; the last stays. Without animation, or where less motion is asked for, only the last
is seen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from dlcards.figures.svg import SVG, short_name, write

STILL = "still"
"""The part of the SVG that does not move: shown as ``name.svg#still``."""

USED = re.compile(r'(href="#|url\(#)([a-z]+)')


def film(pictures: Sequence[bytes], *, seconds: float, pause: float) -> bytes:
    """Return one SVG that shows pictures of the same width one after the other.

    Parameters
    ----------
    pictures : sequence of bytes
        Squeezed SVGs, see :mod:`dlcards.figures.svg`.
    seconds : float
        From the first to the last.
    pause : float
        How long it rests on the last before it starts again.
    """
    roots = [ET.fromstring(picture) for picture in pictures]  # noqa: S314 -- of this process
    shared: dict[str, str] = {}
    frames = [list(_elements(root, shared)) for root in roots]
    width = roots[-1].get("width")
    height = max(int(root.get("height", "0")) for root in roots)
    step = seconds / (len(pictures) - 1)
    total = seconds + pause
    body = "".join(_body(frames, step, total))
    definitions = "".join(
        text.replace(">", f' id="{name}">', 1)
        if not text.endswith("/>") or text.count("<") > 1
        else f'{text[:-2]} id="{name}"/>'
        for text, name in shared.items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{STILL}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" stroke-linejoin="round">'
        f"{_style(step, total, seconds)}<defs>{definitions}</defs>{body}</svg>"
    ).encode()


def _style(step: float, total: float, seconds: float) -> str:
    """Return the rules by which one group after the other is seen."""
    shown, last = 100 * step / total, 100 * seconds / total
    return (
        "<style>.f{visibility:hidden}@media (prefers-reduced-motion:no-preference){"
        f".f{{animation:f {total:g}s step-end infinite}}"
        f".l{{animation:l {total:g}s step-end infinite}}}}"
        "svg:target .f,svg:target .l{animation:none}"
        f"@keyframes f{{0%{{visibility:visible}}{shown:.3f}%,100%{{visibility:hidden}}}}"
        f"@keyframes l{{0%{{visibility:hidden}}{last:.3f}%,100%{{visibility:visible}}}}</style>"
    )


def _elements(root: ET.Element, shared: dict[str, str]) -> Iterator[str]:
    """Yield what a picture draws, as text; what it refers to gets one name for all pictures."""
    names: dict[str, str] = {}
    found = [child for child in root if child.tag != f"{SVG}defs"]
    for element in root.iter():
        for block in [child for child in element if child.tag == f"{SVG}defs"]:
            for item in block:
                name = item.attrib.pop("id")
                text = write(item)
                names[name] = shared.setdefault(text, short_name(len(shared)))
            if element is not root:
                element.remove(block)
    for child in found:
        yield USED.sub(lambda m: m[1] + names[m[2]], write(child))


def _body(frames: list[list[str]], step: float, total: float) -> Iterator[str]:
    """Yield what is always seen and, between, the groups of the frames."""
    fixed = _fixed(frames)
    rest = [list(frame) for frame in frames]
    for text in [*fixed, None]:
        parts = []
        for frame in rest:
            end = frame.index(text) if text is not None else len(frame)
            parts.append("".join(frame[:end]))
            del frame[: end + 1]
        if len(set(parts)) == 1:
            yield parts[0]
        else:
            yield from _groups(parts, step, total)
        if text is not None:
            yield text


def _groups(parts: list[str], step: float, total: float) -> Iterator[str]:
    for k, part in enumerate(parts[:-1]):
        if part:
            yield f'<g class="f" style="animation-delay:{k * step - total:.3f}s">{part}</g>'
    if parts[-1]:
        yield f'<g class="l">{parts[-1]}</g>'


def _fixed(frames: list[list[str]]) -> list[str]:
    """Return what every frame has once, in the order that all frames agree on."""
    counts = [Counter(frame) for frame in frames]
    once = [text for text in frames[-1] if all(count[text] == 1 for count in counts)]
    places = [{text: i for i, text in enumerate(frame)} for frame in frames]
    kept: list[str] = []
    for text in once:
        if not kept or all(place[text] > place[kept[-1]] for place in places):
            kept.append(text)
    return kept
