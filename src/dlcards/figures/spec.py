"""What a spec may say: the types of its values, and the keys that all kinds share."""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from dlcards.claims.parser import FormulaError
from dlcards.figures.expressions import Expressions


def _number(value: object, info: ValidationInfo) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("float_type", "a truth value is not a number")
    if isinstance(value, str):
        try:
            value = float(Expressions(None, (info.context or {}).get(PARAMS, {})).values(value))
        except FormulaError as error:
            raise PydanticCustomError(
                "bad_number", "{said}", {"said": error.message, "hint": error.hint}
            ) from None
    return value


def _whole(value: object, info: ValidationInfo) -> object:
    found = _number(value, info) if isinstance(value, str) else value
    if isinstance(value, str) and isinstance(found, float):
        if not math.isfinite(found) or abs(found - round(found)) > 1e-9:
            raise PydanticCustomError("int_type", "expected a whole number")
        return round(found)
    return found


def _text(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _ordered(pair: tuple[float, float]) -> tuple[float, float]:
    if not pair[0] < pair[1]:
        raise PydanticCustomError("empty_range", "the range ends before it begins")
    return pair


Number = Annotated[float, BeforeValidator(_number), Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
"""A number, or a formula such as ``log(2)`` or ``2/pi``, perhaps in the names of ``params``."""

PARAMS = "params"
"""Key of the values of names in the context in which a spec is read."""

Pair = tuple[Number, Number]
Range = Annotated[Pair, AfterValidator(_ordered)]
Formula = Annotated[str, BeforeValidator(_text), StringConstraints(min_length=1, max_length=300)]
LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class DrawnText:
    """Marks a type whose values are written into the picture.

    Parameters
    ----------
    on_front : bool
        Whether a front shows them even if ``keep_labels`` does not name them.
    """

    on_front: bool = False


Label = Annotated[
    str, BeforeValidator(_text), StringConstraints(max_length=LONGEST_LABEL), DrawnText()
]
"""A text with ``$formula$``; a front hides it unless ``keep_labels`` names it."""

FixedLabel = Annotated[
    str,
    BeforeValidator(_text),
    StringConstraints(max_length=LONGEST_LABEL),
    DrawnText(on_front=True),
]
"""A text with ``$formula$`` without which the picture says nothing: a front shows it too."""

Sign = Annotated[str, Field(max_length=3), DrawnText(on_front=True)]
"""An operator between two blocks; a front shows it too."""

Whole = Annotated[int, BeforeValidator(_whole), Field(strict=True)]
"""A whole number, or a formula in the names of ``params``."""

Place = tuple[Formula, Formula]
"""Formulas of a point, in the names of ``params`` and the definitions of the entry."""

Hue = Literal["blue", "orange", "green", "purple", "brown", "crimson", "grey", "black"]
"""A colour, for one object in several panels."""


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
    color: Hue = Field("black", description="Its colour.")


class Mark(Strict):
    """A straight line across the picture."""

    at: Number = Field(description="Where it stands.")
    color: Hue = Field("grey", description="Its colour.")
    label: Label = Field("", description="Text beside it; $…$ is a formula.")


class Bracket(Strict):
    """A brace or a measuring line beside a distance."""

    from_: Place = Field(alias="from", description="One end, two formulas.")
    to: Place = Field(description="The other end.")
    label: Label = Field("", description="What is measured.")
    side: Literal["above", "below", "left", "right"] | None = Field(
        None, description="On which side; left out: below, or right of what is upright."
    )
    shape: Literal["brace", "arrows"] = Field(
        "brace", description="A brace, or a line with two heads on the distance itself."
    )
    color: Hue = Field("black", description="Its colour.")


class AngleMark(Strict):
    """An arc between two directions; a square where they meet at a right angle."""

    at: Place = Field(description="The corner, two formulas.")
    from_: Place = Field(alias="from", description="A point on one leg.")
    to: Place = Field(description="A point on the other leg.")
    label: Label = Field("", description="Text beside the arc.")
    color: Hue = Field("black", description="Its colour.")


class Track(Strict):
    """From one point to another, or along a curve."""

    from_: Place | None = Field(None, alias="from", description="Where it starts, two formulas.")
    to: Place | None = Field(None, description="Where it ends.")
    along: Place | None = Field(None, description="Instead of from and to: two formulas in t.")
    t: tuple[Formula, Formula] = Field(("0", "1"), description="From which t to which.")
    label: Label = Field("", description="Text beside it.")
    style: Literal["solid", "dashed", "dotted"] = Field("solid", description="How it is drawn.")
    color: Hue = Field("black", description="Its colour.")


class Arrow(Track):
    """An arrow."""

    bend: Number = Field(0.0, description="How far it bows to its left, as a share of its length.")


class Region(Strict):
    """A shaded region between two heights."""

    x: tuple[Formula, Formula] = Field(description="From x to x.")
    low: Formula = Field("0", description="Formula in x of its lower edge.")
    high: Formula = Field(description="Formula in x of its upper edge.")
    label: Label = Field("", description="Text inside.")
    color: Hue = Field("blue", description="Its colour.")


class Note(Strict):
    """A text at a place."""

    at: Place = Field(description="Where it stands, two formulas.")
    label: Label = Field(description="The text; $…$ is a formula.")
    color: Hue = Field("black", description="Its colour.")


class Tick(Strict):
    """A number on an axis, perhaps with another text."""

    at: Number = Field(description="Where it stands.")
    label: Label = Field("", description="Its text; left out: the number.")


def _tick(value: object) -> object:
    return {"at": value} if isinstance(value, int | float | str) else value


Ticks = (
    Literal["pi"]
    | tuple[Annotated[Tick, BeforeValidator(_tick, json_schema_input_type=Tick | float | str)], ...]
    | None
)


class Animate(Strict):
    """A parameter that runs: a moving figure."""

    param: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]\w{0,15}$")] = Field(
        description="Its name, used in formulas and numbers of the figure."
    )
    from_: Number | None = Field(None, alias="from", description="Its value in the first frame.")
    to: Number | None = Field(None, description="Its value in the last frame, where it rests.")
    frames: Annotated[int, Field(ge=2, le=40, strict=True)] = Field(
        16, description="How many pictures."
    )
    values: tuple[Number, ...] = Field(
        (), max_length=40, description="Instead of from, to and frames: its values."
    )
    seconds: Annotated[Number, Field(ge=0.5, le=20)] = Field(
        3.0, description="How long it runs from the first to the last."
    )
    pause: Annotated[Number, Field(ge=0, le=20)] = Field(
        3.0, description="How many seconds it rests on the last before it starts again."
    )


class BaseSpec(Strict):
    """Keys of every figure."""

    kind: str = Field(description="The kind of figure.")
    alt: str = Field(
        "", max_length=300, description="What is seen, for those who cannot; $…$ as in captions."
    )
    caption: str = Field(
        "",
        max_length=300,
        description="A sentence below, on the back only; a relation between $…$ is checked.",
    )
    title: Label = Field("", description="A few words above the picture.")
    seed: Annotated[int, Field(ge=0, le=2**31)] = Field(0, description="Of all random numbers.")
    params: dict[str, Number] = Field(
        default_factory=dict, max_length=12, description="Values of names used in formulas."
    )
    then: Label | None = Field(
        None, description="An arrow to the next panel with this text, such as $A$ or nothing."
    )
    animate: Animate | None = Field(None, description="A moving figure.")
    stack: bool = Field(False, description="Panels below each other instead of side by side.")
    front_safe: bool = Field(
        False,
        strict=True,
        description="May stand on a front, where labels, title and caption are hidden.",
    )
    keep_labels: tuple[Label, ...] = Field(
        (), max_length=12, description="Labels that stay on the front."
    )

    @property
    def named(self) -> dict[str, float]:
        """Return the numbers that formulas may name; those of a generator have fixed names."""
        given = self.params
        pairs = given.items() if isinstance(given, dict) else given
        return {k: float(v) for k, v in pairs if type(v) in (int, float)}


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
    frame: Literal["numbers", "plain", "zero", "none"] | None = Field(
        None,
        description="Axes with numbers, without, only the lines at zero, or none at all.",
    )
    xticks: Ticks = Field(
        None,
        description="Numbers below: a list, items with a label as well; pi for multiples of π.",
    )
    yticks: Ticks = Field(None, description="Numbers at the left, in the same way.")
    ratio: Annotated[Number, Field(ge=0.1, le=2)] | None = Field(
        None, description="Height over width, such as 0.3 for a small panel above another."
    )
    brackets: tuple[Bracket, ...] = Field(
        (), max_length=8, description="Braces or measuring lines with what they measure."
    )
    angles: tuple[AngleMark, ...] = Field((), max_length=6, description="Marks of angles.")
    arrows: tuple[Arrow, ...] = Field((), max_length=12, description="Arrows, also along curves.")
    segments: tuple[Track, ...] = Field(
        (), max_length=12, description="Straight pieces, or curves given by two formulas in t."
    )
    regions: tuple[Region, ...] = Field((), max_length=8, description="Shaded regions.")
    notes: tuple[Note, ...] = Field((), max_length=8, description="Texts at a place.")


# ---- the labels of a spec ---------------------------------------------------------------

Change = Callable[[tuple[str | int, ...], str, DrawnText], str]
"""From path, text and kind of a label to its new text."""

Model = TypeVar("Model", bound=BaseModel)


def labels(spec: BaseModel) -> Iterator[tuple[tuple[str | int, ...], str, DrawnText]]:
    """Yield path, text and kind of every label of a spec, wherever its types have one.

    Examples
    --------
    >>> [(path, text) for path, text, _ in labels(Mark(at=1, label="peak"))]
    [(('label',), 'peak')]
    """
    found: list[tuple[tuple[str | int, ...], str, DrawnText]] = []

    def note(path: tuple[str | int, ...], text: str, drawn: DrawnText) -> str:
        found.append((path, text, drawn))
        return text

    map_labels(spec, note)
    yield from found


def map_labels(spec: Model, change: Change) -> Model:
    """Return a spec with every label changed; one that is left out counts as empty.

    A list whose labels are all empty afterwards becomes an empty list.
    """
    changed = _changed(spec, type(spec), None, change, ())
    assert isinstance(changed, type(spec))
    return changed


def _changed(
    value: Any, hint: Any, drawn: DrawnText | None, change: Change, path: tuple[str | int, ...]
) -> Any:
    """Walk through a value along its type."""
    if get_origin(hint) is Annotated:
        hint, *marks = get_args(hint)
        drawn = _mark_among(marks) or drawn
        return _changed(value, hint, drawn, change, path)
    if get_origin(hint) in (Union, types.UnionType):
        arm = next((arm for arm in get_args(hint) if _fits(value, arm)), None)
        return _changed(value, arm, drawn, change, path)
    if hint is str and drawn is not None:
        return change(path, value or "", drawn)
    if isinstance(value, BaseModel):
        return value.model_copy(
            update={
                name: _changed(
                    getattr(value, name),
                    info.annotation,
                    _mark_among(info.metadata),
                    change,
                    (*path, info.alias or name),
                )
                for name, info in type(value).model_fields.items()
            }
        )
    inner = get_args(hint)
    if isinstance(value, tuple):
        hints = inner if inner[-1:] != (...,) else inner[:1] * len(value)
        items = tuple(
            _changed(item, of, drawn, change, (*path, i))
            for i, (item, of) in enumerate(zip(value, hints, strict=True))
        )
        return items if any(item != "" for item in items) else ()
    if isinstance(value, Mapping):
        return {
            key: _changed(item, inner[1], drawn, change, (*path, key))
            for key, item in value.items()
        }
    return value


def _mark_among(marks: Any) -> DrawnText | None:
    return next((mark for mark in marks if isinstance(mark, DrawnText)), None)


def _fits(value: Any, hint: Any) -> bool:
    """Return whether a value belongs to one arm of a union; a label may be left out."""
    if get_origin(hint) is Annotated:
        hint, *marks = get_args(hint)
        if value is None and _mark_among(marks) is not None:
            return True
    kind = get_origin(hint) or hint
    return isinstance(kind, type) and isinstance(value, kind)
