"""Declarative figures: a spec of a few lines in, a small SVG with its alternative text out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from dlcards.claims.statement import FormulaProblem, Path, Statement
from dlcards.figures import labels as labelling
from dlcards.figures.base import (
    BaseSpec,
    Drawing,
    Kind,
    Lang,
    Panel,
    Picture,
    check_labels,
    check_text,
    picture,
)
from dlcards.figures.expressions import Expressions
from dlcards.figures.kinds import (
    bars,
    comp_graph,
    contour2d,
    density,
    function_plot,
    heatmap,
    intervals,
    map2d,
    matrix_shapes,
    mosaic,
    network,
    sampling,
    scatter,
    series,
    surface3d,
    tree,
    vectors2d,
    vectors3d,
    venn,
)

__all__ = [
    "KINDS",
    "Drawing",
    "FigureSpec",
    "alt_text",
    "check",
    "is_font_cache_missing",
    "json_schema",
    "kind_named",
    "lay_out",
    "parse_spec",
    "render",
    "render_png",
]

KINDS: tuple[Kind, ...] = (
    function_plot.KIND,
    density.KIND,
    contour2d.KIND,
    comp_graph.KIND,
    series.KIND,
    sampling.KIND,
    surface3d.KIND,
    heatmap.KIND,
    vectors2d.KIND,
    bars.KIND,
    map2d.KIND,
    matrix_shapes.KIND,
    scatter.KIND,
    vectors3d.KIND,
    mosaic.KIND,
    tree.KIND,
    network.KIND,
    venn.KIND,
    intervals.KIND,
)
"""Every kind of figure, in the order of the documentation."""

MAX_PANELS = 6
OWN_KEYS = ("panels", "title")
"""Keys of a figure that its panels do not inherit."""


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """One panel: its kind, its spec, and where its keys stand in the figure.

    Parameters
    ----------
    kind : Kind
    spec : BaseSpec
    own : frozenset of str
        Keys written in the panel itself; the others are inherited.
    index : int or None
        Its number in ``panels``; None when the figure has no such list.
    """

    kind: Kind
    spec: BaseSpec
    own: frozenset[str] = frozenset()
    index: int | None = None

    def place(self, path: Path) -> Path:
        """Return where a path of the panel's spec stands in the figure's data."""
        if self.index is None or (path and path[0] not in self.own):
            return path
        return ("panels", self.index, *path)


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """A figure that has been read: one or more panels.

    Parameters
    ----------
    panels : tuple of PanelSpec
    data : mapping
        As written.
    title : str
        Above all panels.
    """

    panels: tuple[PanelSpec, ...]
    data: Mapping[str, Any]
    title: str = ""

    @property
    def common(self) -> BaseSpec:
        """The keys that all panels share: alt, caption, front_safe."""
        return self.panels[0].spec


def kind_named(name: str) -> Kind | None:
    """Return the kind with a name, or None."""
    return next((kind for kind in KINDS if kind.name == name), None)


def parse_spec(data: Mapping[str, Any]) -> tuple[FigureSpec | None, tuple[FormulaProblem, ...]]:
    """Read a figure as written in an entry.

    Returns
    -------
    FigureSpec or None
        None when anything does not fit.
    tuple of FormulaProblem
        Every misfit, with its path in ``data``; a final ``"@key"`` points to a key.

    Examples
    --------
    >>> spec, problems = parse_spec({"kind": "function_plot", "expr": "x**2"})
    >>> [p.code for p in problems]
    ['unknown-key', 'missing-key']
    """
    problems: list[FormulaProblem] = []
    panels: list[PanelSpec] = []
    title = data.get("title", "") if "panels" in data else ""
    if not isinstance(title, str):
        problems.append(FormulaProblem(("title",), "wrong-type", "expected a text"))
    for index, own, merged in _merged(data, problems):
        kind = _kind_of(merged, own, index, problems)
        if kind is None:
            continue
        place = PanelSpec(kind, BaseSpec(kind=""), own, index).place
        try:
            spec = kind.spec.model_validate(dict(merged))
        except ValidationError as error:
            items = error.errors(include_url=False)
            inner = {item["loc"][:-1] for item in items}
            problems += [
                _misfit(kind, merged, dict(item), place)
                for item in items
                if not (item["type"] == "too_short" and item["loc"] in inner)
            ]
            continue
        panels.append(PanelSpec(kind, spec, own, index))
    if problems:
        return None, tuple(dict.fromkeys(problems))
    return FigureSpec(tuple(panels), data, title), ()


def _merged(
    data: Mapping[str, Any], problems: list[FormulaProblem]
) -> list[tuple[int | None, frozenset[str], Mapping[str, Any]]]:
    """Return each panel's index, own keys, and data with what it inherits."""
    if "panels" not in data:
        return [(None, frozenset(data), data)]
    panels = data["panels"]
    if not isinstance(panels, list | tuple) or not 1 <= len(panels) <= MAX_PANELS:
        message = f"expected a list of 1 to {MAX_PANELS} panels"
        problems.append(FormulaProblem(("panels",), "wrong-type", message))
        return []
    shared = {key: value for key, value in data.items() if key not in OWN_KEYS}
    merged: list[tuple[int | None, frozenset[str], Mapping[str, Any]]] = []
    for i, panel in enumerate(panels):
        if isinstance(panel, Mapping):
            merged.append((i, frozenset(panel), {**shared, **panel}))
        else:
            message = "expected a mapping of keys to values"
            problems.append(FormulaProblem(("panels", i), "wrong-type", message))
    return merged


def _kind_of(
    data: Mapping[str, Any], own: frozenset[str], index: int | None, problems: list[FormulaProblem]
) -> Kind | None:
    if "kind" not in data:
        message = "the key 'kind' is missing"
        problems.append(FormulaProblem((), "missing-key", message, "add kind: function_plot"))
        return None
    kind = kind_named(str(data["kind"]))
    if kind is None:
        path = ("panels", index, "kind") if index is not None and "kind" in own else ("kind",)
        hint = _nearest(str(data["kind"]), [kind.name for kind in KINDS])
        message = f"{data['kind']!r} is not a kind of figure"
        problems.append(FormulaProblem(path, "unknown-value", message, hint))
    return kind


def _misfit(
    kind: Kind, data: Mapping[str, Any], item: dict[str, Any], place: Any
) -> FormulaProblem:
    """Turn one of pydantic's errors into ours."""
    path = place(_path_in(data, item["loc"]))
    code, context = item["type"], item.get("ctx") or {}
    name = path[-1] if path else "?"
    if code == "extra_forbidden":
        hint = _nearest(str(name), _keys_at(kind.spec, item["loc"][:-1]))
        message = f"the key {name!r} is not known here"
        return FormulaProblem((*path, "@key"), "unknown-key", message, hint)
    if code == "missing":
        message = f"the key {item['loc'][-1]!r} is missing"
        return FormulaProblem(path, "missing-key", message, f"add {item['loc'][-1]}: …")
    if code in ("literal_error", "enum"):
        hint = f"one of {context.get('expected', '')}"
        return FormulaProblem(path, "unknown-value", f"{item['input']!r} is not allowed here", hint)
    if code in ("too_short", "string_too_short"):
        return FormulaProblem(path, "empty-value", f"{name!r} is empty", "fill it or remove it")
    if code in ("too_long", "string_too_long"):
        message = f"longer than {context.get('max_length')}"
        return FormulaProblem(path, "too-long", message, "shorten it or split it")
    if code in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        words = {"ge": "at least", "le": "at most", "gt": "more than", "lt": "less than"}
        said = " ".join(f"{words[k]} {v}" for k, v in context.items() if k in words)
        return FormulaProblem(path, "out-of-range", f"{item['input']!r} is out of range", said)
    if code == "bad_number":
        return FormulaProblem(path, "bad-number", str(item["msg"]), str(context.get("hint", "")))
    if code.endswith("_type"):
        return FormulaProblem(path, "wrong-type", str(item["msg"]))
    return FormulaProblem(path, "wrong-value", str(item["msg"]))


def _path_in(data: Any, loc: Iterable[str | int]) -> Path:
    """Keep of pydantic's location what is a way into the data."""
    path: list[str | int] = []
    for step in loc:
        in_mapping = isinstance(data, Mapping) and step in data
        in_list = isinstance(data, list | tuple) and isinstance(step, int) and step < len(data)
        if in_mapping or in_list:
            path.append(step)
            data = data[step]
    return tuple(path)


def _keys_at(model: Any, loc: Iterable[str | int]) -> list[str]:
    """Return the keys known at a location, as far as it leads through models."""
    current: Any = model
    for step in loc:
        if isinstance(step, str) and current is not None:
            found = current.model_fields.get(step)
            current = _model_in(found.annotation) if found else current
    return list(current.model_fields) if current is not None else []


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and hasattr(annotation, "model_fields"):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


def _nearest(word: str, allowed: list[str]) -> str:
    close = difflib.get_close_matches(word, allowed, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(allowed)}"


def check(
    spec: FigureSpec, statement: Statement | None = None, *, answers: Iterable[str] = ()
) -> tuple[FormulaProblem, ...]:
    """Return what a figure would show wrongly, without drawing it.

    Parameters
    ----------
    spec : FigureSpec
    statement : Statement, optional
        The entry's; its definitions may be used in formulas.
    answers : iterable of str
        Texts that must not be read on a front, such as the entry's title.
    """
    problems: list[FormulaProblem] = list(check_text(spec.title, ("title",)))
    for panel in spec.panels:
        for part in panel.kind.panels(panel.spec):
            expressions = Expressions(statement, part.params)
            found = [*check_labels(part), *panel.kind.check(part, expressions)]
            problems += [replace(p, path=_in_data(spec.data, panel.place(p.path))) for p in found]
    problems += _leaks(spec.common, tuple(answers))
    return tuple(dict.fromkeys(problems))


def _in_data(data: Any, path: Path) -> Path:
    """Cut a path where the data has a short form: a text instead of a mapping."""
    kept: list[str | int] = []
    for step in path:
        if step == "@key":
            kept.append(step)
            break
        try:
            data = data[step] if not isinstance(data, str) else None
        except (KeyError, IndexError, TypeError):
            break
        if data is None:
            break
        kept.append(step)
    return tuple(kept)


def _leaks(common: BaseSpec, answers: tuple[str, ...]) -> list[FormulaProblem]:
    if not common.front_safe:
        return []
    leaks = []
    for i, label in enumerate(common.keep_labels):
        shown = _letters(label)
        if any(len(_letters(a)) > 1 and _letters(a) in shown for a in answers) or any(
            len(shown) > 3 and shown in _letters(a) for a in answers
        ):
            message = f"the label {label!r} gives the answer away on the front"
            hint = "take it out of keep_labels"
            leaks.append(FormulaProblem(("keep_labels", i), "label-leak", message, hint))
    return leaks


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def lay_out(
    spec: FigureSpec, statement: Statement | None = None, *, front: bool = False
) -> Picture:
    """Draw a figure with Matplotlib, labels placed, not yet written to a file.

    Raises
    ------
    FormulaError
        If a formula of the spec cannot be evaluated; :func:`check` tells which.
    """
    common = spec.common
    keep = frozenset(common.keep_labels)
    jobs = []
    for panel in spec.panels:
        for part in panel.kind.panels(panel.spec):
            canvas = Panel(None, Expressions(statement, part.params), front, keep)
            canvas.title = part.title
            jobs.append((panel.kind, part, canvas))
    heading = spec.title if not front or spec.title in keep else ""
    return picture(jobs, common.stack, labelling.label_text(heading, statement) if heading else "")


def render(
    spec: FigureSpec,
    *,
    statement: Statement | None = None,
    front: bool = False,
    lang: Lang = "en",
) -> Drawing:
    """Draw a figure as SVG.

    Parameters
    ----------
    spec : FigureSpec
    statement : Statement, optional
        The entry's: its definitions may be used in formulas, its glyphs in labels.
    front : bool
        Without the labels, title and axis names, except those of ``keep_labels``.
    lang : str
        Of the alternative text.

    Raises
    ------
    FormulaError
        If a formula of the spec cannot be evaluated; :func:`check` tells which.
    """
    drawn = lay_out(spec, statement, front=front)
    alt = _generated_alt(_without_labels(spec), lang) if front else alt_text(spec, lang)
    return Drawing(drawn.svg(), drawn.width, drawn.height, alt)


def render_png(
    spec: FigureSpec, *, statement: Statement | None = None, front: bool = False, width: int = 800
) -> bytes:
    """Draw a figure as a transparent PNG, for programs that show no SVG.

    Parameters
    ----------
    spec, statement, front
        As for :func:`render`.
    width : int
        In pixels, 100 to 4000; the height follows.

    Raises
    ------
    FormulaError
        If a formula of the spec cannot be evaluated; :func:`check` tells which.
    ValueError
        If the width is out of range.
    """
    if not 100 <= width <= 4000:
        message = f"a width of {width} pixels is not between 100 and 4000"
        raise ValueError(message)
    return lay_out(spec, statement, front=front).png(width)


def alt_text(spec: FigureSpec, lang: Lang = "en") -> str:
    """Return what is seen, as written or else told from the spec.

    A written text is English; for Korean the entry's translation has its own, and this
    function tells the spec.
    """
    if spec.common.alt and lang == "en":
        return spec.common.alt
    return _generated_alt(spec, lang)


def _generated_alt(spec: FigureSpec, lang: Lang) -> str:
    parts = [
        panel.kind.alt(part, lang)
        + (f" ({labelling.plain_text(part.title)})" if part.title else "")
        for panel in spec.panels
        for part in panel.kind.panels(panel.spec)
    ]
    if len(parts) == 1:
        return parts[0]
    head = f"{len(parts)} panels: " if lang == "en" else f"그림 {len(parts)}개: "
    return head + "; ".join(dict.fromkeys(parts))


def _without_labels(spec: FigureSpec) -> FigureSpec:
    """Return the figure as its front shows it."""
    keep = set(spec.common.keep_labels)
    panels = []
    for panel in spec.panels:
        bare = _strip(panel.spec, keep)
        panels.append(replace(panel, spec=bare))
    return replace(spec, panels=tuple(panels))


SINGLE_LABELS = frozenset(
    [
        "label",
        "title",
        "xlabel",
        "ylabel",
        "alt",
        "caption",
        "event",
        "edge",
        "edge_labels",
        "root",
        "universe",
    ]
)
LABEL_LISTS = frozenset({"labels", "row_labels", "col_labels", "prior", "highlight", "panels"})


def _is_texts(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, str) for item in value)


def _strip(value: Any, keep: set[str]) -> Any:
    if isinstance(value, tuple):
        return tuple(_strip(item, keep) for item in value)
    if not hasattr(value, "model_fields_set"):
        return value
    changed = {}
    for name in type(value).model_fields:
        held = getattr(value, name)
        if name in SINGLE_LABELS:
            changed[name] = held if held in keep else ""
        elif name in LABEL_LISTS and _is_texts(held):
            changed[name] = tuple(text for text in held if text in keep)
        else:
            changed[name] = _strip(held, keep)
    return value.model_copy(update=changed)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a figure, for editors."""
    return {
        "oneOf": [
            {**kind.spec.model_json_schema(), "title": kind.name, "description": kind.summary}
            for kind in KINDS
        ]
    }


def is_font_cache_missing() -> bool:
    """Tell whether the first figure on this machine will first look through its fonts."""
    from pathlib import Path as FilePath

    import matplotlib as mpl

    return not any(FilePath(mpl.get_cachedir()).glob("fontlist-*.json"))
