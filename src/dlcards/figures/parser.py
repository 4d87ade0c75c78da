"""Reads a figure as written in an entry: its panels, each fitted to the spec of its kind."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from dlcards.claims.statement import FormulaProblem, Path
from dlcards.figures.kind import Kind
from dlcards.figures.kinds import KINDS
from dlcards.figures.spec import BaseSpec

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
