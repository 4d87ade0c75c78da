"""Writes ``docs/figure-kinds.md`` with a picture of every example: ``python -m`` this module."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import matplotlib as mpl
from pydantic import BaseModel

from dlcards import figures
from dlcards.figures.kind import Kind
from dlcards.figures.spec import BaseSpec, PlotSpec
from dlcards.files import make_folder, write_atomically

HEAD = """# Figure kinds

A figure is some lines under `figure:` in an entry. Its `kind` says what is drawn, the other
keys say what is in it. Formulas are written in the claim language (`docs/claim-language.md`) in
the variables `x` and `y`; they may use the definitions of the entry, so that a picture shows what
is proved. A number may be a constant formula such as `log(2)`. In labels, `$…$` holds a formula,
printed in the notation of the cards. Keep labels symbolic where you can: one picture serves every
language.

## A picture that explains

- **The formula's own symbols stand in the picture**: `label: "$sigma$"` is drawn in the letters of
  the card, bold or italic as the types of the entry say. A word is for what has no symbol.
- **`params` name the numbers** of a picture. Every number may then be a formula in these names
  (`tangent_at: [a + h]`), so that curve, point, bracket and tick move together.
- **Annotations** are keys of every figure with axes. A place is a pair of formulas in the names of
  `params`, which may use the definitions of the entry, such as `[a, f(a)]`:

  ```yaml
  params: {a: 1, h: 1.5}
  brackets:
    - {from: [a, f(a)], to: [a + h, f(a)], label: "$h$"}                  # a brace below
    - {from: [a, 0], to: [a, f(a)], label: "$f(a)$", side: left, shape: arrows}
  angles: [{at: [0, 0], from: [1, 0], to: [cos(t), sin(t)], label: "$theta$"}]
  arrows:
    - {from: [0, 3], to: [a, f(a)], label: "$g$", bend: 0.2}
    - {along: [t, f(t)], t: [a, a + h], color: orange}                    # follows the curve
  segments: [{from: [a, 0], to: [a, f(a)], style: dashed, color: grey}]
  regions: [{x: [a, a + h], low: "0", high: f(x), label: "$A$", color: green}]
  notes: [{at: [2, f(2)], label: "$f(x) > 0$"}]
  xticks: [0, {at: a, label: "$a$"}, {at: a + h, label: "$a + h$"}]       # or xticks: pi
  ```

  An angle of 90° gets the square of a right angle. Labels find their own places; lines end where
  a label or a hollow dot (`open: true`) begins.
- **Axes have names**, `x` and `y` if you give none; `frame: plain` leaves the numbers away, `zero`
  all but the lines at zero, `none` everything.
- **One object has one colour**: `color: orange` on a curve, point, arrow or area, in all panels.
- **Before and after**: `then: "$A$"` in a panel draws an arrow to the next one. With `stack: true`
  panels lie below each other and begin together; `ratio: 0.25` makes a small one on top.
- **A caption is held to the picture**: `$f(a) == 1$` is checked with the numbers of `params` and
  the definitions of the entry, and printed with signs. Where a caption or `alt` speaks of a right
  angle or a circle, `equal: true` is demanded. Plain sums such as `4 · 6 + 3 · 4 = 36` must come
  out, `a = 2` must be the `a` of `params`, and decimals and sizes such as `2 by 3` in `alt` must be
  in the picture where it is made of given numbers.
- **A moving figure** has a parameter that runs:

  ```yaml
  animate: {param: h, from: 1.8, to: 0.05, frames: 12, seconds: 3, pause: 3}
  animate: {param: n, values: [4, 8, 16, 32]}
  title: "$n == {n}$"                                                     # shows its value
  ```

  It is one SVG without a script. It rests on its last picture, the only one that is seen where
  animation is off. Give `x` and `y`, so that the window stays. Numbers of steps may run as well.

`dlcards show ID --figure out.svg` draws the figure of an entry. This page and its pictures are
generated: `python -m dlcards.figures.gallery`.
"""

SHARED = (
    ("Every figure", BaseSpec),
    ("Every figure with axes", PlotSpec),
)
PANELS = "`panels` — a list of figures, each with the keys of the figure and its own"


def markdown() -> str:
    """Return the whole page."""
    return "\n".join(_lines()) + "\n"


def picture_name(kind: Kind, number: int) -> str:
    """Return the file name of an example's picture."""
    return f"{kind.name}-{number}.svg"


def pictures() -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of every picture."""
    for kind in figures.KINDS:
        for number, example in enumerate(kind.examples, 1):
            spec, problems = figures.parse_spec(example)
            assert spec is not None, (kind.name, number, problems)
            yield picture_name(kind, number), figures.render(spec).svg


def write(docs: Path) -> None:
    """Write the page and its pictures into a folder, and delete pictures of no example."""
    folder = docs / "figures"
    make_folder(folder, docs)
    drawn = dict(pictures())
    for name, content in drawn.items():
        write_atomically(folder / name, content)
    for stale in folder.glob("*.svg"):
        if stale.name not in drawn:
            stale.unlink()
    write_atomically(docs / "figure-kinds.md", markdown())


def _lines() -> Iterator[str]:
    yield HEAD
    yield f"<!-- drawn with Matplotlib {mpl.__version__} -->"
    yield ""
    known: set[str] = set()
    for title, model in SHARED:
        yield f"## {title}"
        yield ""
        if model is BaseSpec:
            yield f"- {PANELS}."
        yield from _keys(model, known | {"kind"})
        yield ""
        known |= set(model.model_fields)
    for kind in figures.KINDS:
        yield from _kind(kind)


def _kind(kind: Kind) -> Iterator[str]:
    yield f"## `{kind.name}`"
    yield ""
    yield f"{kind.summary[0].upper()}{kind.summary[1:]}."
    yield ""
    yield from _keys(kind.spec, _common(kind.spec))
    for number, example in enumerate(kind.examples, 1):
        spec, _ = figures.parse_spec(example)
        assert spec is not None
        yield ""
        alt = figures.alt_text(spec).replace("[", "(").replace("]", ")").replace("\n", " ")
        yield f"![{alt}](figures/{picture_name(kind, number)})"
        yield ""
        yield "```yaml"
        yield "figure:"
        yield from ("  " + line for line in yaml_lines(example))
        yield "```"
    yield ""


def _common(model: type[BaseModel]) -> set[str]:
    """Return keys described once for all kinds, unless this kind needs or means them otherwise."""
    base = PlotSpec if issubclass(model, PlotSpec) else BaseSpec
    same = {
        name
        for name, info in base.model_fields.items()
        if model.model_fields[name].description == info.description
        and model.model_fields[name].is_required() == info.is_required()
    }
    return same | {"kind"}


def _keys(
    model: type[BaseModel],
    skip: set[str],
    depth: int = 0,
    above: tuple[type[BaseModel], ...] = (),
) -> Iterator[str]:
    for name, info in model.model_fields.items():
        if name in skip:
            continue
        required = ", required" if info.is_required() else ""
        key = info.alias or name
        choice = _choice(info.annotation)
        words = ", ".join(f"`{word}`" for word in choice)
        among = f" {'One of' if len(choice) > 1 else 'Always'} {words}." if choice else ""
        yield f"{'  ' * depth}- `{key}`{required} — {info.description}{among}"
        inner = _model_in(info.annotation)
        if inner is not None and inner not in (model, *above):
            yield from _keys(inner, set(), depth + 1, (model, *above))


def _choice(annotation: Any) -> tuple[str, ...]:
    """Return the words a key may have."""
    if get_origin(annotation) is Literal:
        return tuple(str(word) for word in get_args(annotation))
    if get_origin(annotation) is dict or get_origin(annotation) is None:
        return ()
    found = [_choice(inner) for inner in get_args(annotation)]
    return next((words for words in found if words), ())


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is dict:
        return None
    for inner in get_args(annotation):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


def yaml_lines(data: Mapping[str, Any]) -> list[str]:
    """Return a spec as YAML, one key on a line, lists of mappings one item on a line.

    Examples
    --------
    >>> yaml_lines({"kind": "venn", "disjoint": True})
    ['kind: venn', 'disjoint: true']
    """
    lines = []
    for key, value in data.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{_scalar(key)}:")
            lines += [f"  - {_flow(item)}" for item in value]
        else:
            lines.append(f"{_scalar(key)}: {_flow(value)}")
    return lines


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """Write a text bare when that is surely read as the same text."""
    if isinstance(value, str) and value.replace("_", "").isalpha() and value.isascii():
        reserved = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
        return json.dumps(value) if value.lower() in reserved - {"y", "n"} else value
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs"))
