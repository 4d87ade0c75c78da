"""Reads a figure as written in an entry: its panels, each fitted to the spec of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dlcards.claims.statement import FormulaProblem, Path
from dlcards.figures.kind import Kind
from dlcards.figures.kinds import KINDS
from dlcards.figures.spec import PARAMS, Animate, BaseSpec, Number
from dlcards.validation import misfits, nearest

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
    frames : tuple of FigureSpec
        The pictures of a moving figure, the last as the figure itself; of another one none.
    """

    panels: tuple[PanelSpec, ...]
    data: Mapping[str, Any]
    title: str = ""
    frames: tuple[FigureSpec, ...] = ()

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
    ['missing-key', 'unknown-key']
    """
    runs, wrong = _runs(data)
    if wrong:
        return None, tuple(wrong)
    if not runs:
        return _parsed(data, {})
    frames: list[FigureSpec] = []
    for given in runs:
        frame, problems = _parsed(data, given)
        if frame is None:
            return None, problems
        frames.append(frame)
    return replace(frames[-1], frames=tuple(frames)), ()


def _runs(data: Mapping[str, Any]) -> tuple[list[dict[str, float]], list[FormulaProblem]]:
    """Return the value of the parameter that runs in each frame; nothing for a still figure."""
    if data.get("animate") is None:
        return [], []
    try:
        animate = Animate.model_validate(data["animate"])
    except ValidationError as error:
        found = misfits(Animate, data["animate"], error)
        return [], [
            FormulaProblem(
                ("animate", *m.path, "@key") if m.at_key else ("animate", *m.path),
                m.code, m.message, m.hint,
            )
            for m in found
        ]  # fmt: skip
    values = animate.values
    if not values and animate.from_ is not None and animate.to is not None:
        step = (animate.to - animate.from_) / (animate.frames - 1)
        values = tuple(animate.from_ + k * step for k in range(animate.frames))
    if len(values) < 2:
        hint = "add from: 0 and to: 1"
        message = "a parameter that runs needs from and to, or values"
        return [], [FormulaProblem(("animate",), "missing-key", message, hint)]
    return [{animate.param: round(value, 12)} for value in values], []


def _parsed(
    data: Mapping[str, Any], given: Mapping[str, float]
) -> tuple[FigureSpec | None, tuple[FormulaProblem, ...]]:
    """Read a figure or one of its frames, with the value of the parameter that runs."""
    problems: list[FormulaProblem] = []
    panels: list[PanelSpec] = []
    title = data.get("title", "") if "panels" in data else ""
    if not isinstance(title, str):
        problems.append(FormulaProblem(("title",), "wrong-type", "expected a text"))
    for index, own, written in _merged(data, problems):
        kind = _kind_of(written, own, index, problems)
        if kind is None:
            continue
        merged = _with_params(written, given, kind)
        place = PanelSpec(kind, BaseSpec(kind=""), own, index).place
        try:
            context = {PARAMS: {**_values(merged.get("params")), **given}}
            spec = kind.spec.model_validate(dict(merged), context=context)
        except ValidationError as error:
            problems += [
                FormulaProblem(
                    (*place(m.path), "@key") if m.at_key else place(m.path),
                    m.code,
                    m.message,
                    m.hint,
                )
                for m in misfits(kind.spec, merged, error)
            ]
            continue
        panels.append(PanelSpec(kind, spec, own, index))
    if problems:
        return None, tuple(dict.fromkeys(problems))
    return FigureSpec(tuple(panels), data, title), ()


def _with_params(
    data: Mapping[str, Any], given: Mapping[str, float], kind: Kind
) -> Mapping[str, Any]:
    """Return the data with the value of the parameter that runs, also where a text shows it."""
    shown = {f"{{{name}}}": f"{value:.3g}" for name, value in given.items()}
    filled: Mapping[str, Any] = _filled(data, shown) if given else data
    params = data.get("params", {})
    of_formulas = kind.spec.model_fields["params"].default_factory is dict
    if not given or not of_formulas or not isinstance(params, Mapping):
        return filled
    return {**filled, "params": {**params, **given}}


def _filled(value: Any, shown: Mapping[str, str]) -> Any:
    """Write numbers for ``{name}`` wherever a text has it."""
    if isinstance(value, str):
        for name, number in shown.items():
            value = value.replace(name, number)
        return value
    if isinstance(value, Mapping):
        return {key: _filled(inner, shown) for key, inner in value.items()}
    return [_filled(inner, shown) for inner in value] if isinstance(value, list | tuple) else value


def _values(params: object) -> dict[str, float]:
    """Return the values of names, of those that have one."""
    if not isinstance(params, Mapping):
        return {}
    found: dict[str, float] = {}
    for name, value in params.items():
        try:
            found[str(name)] = TypeAdapter(Number).validate_python(value)
        except ValidationError:
            continue  # the spec tells what is wrong
    return found


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
        names = [*(kind.name for kind in KINDS), "image"]
        hint = nearest(str(data["kind"]), names) or f"known: {', '.join(names)}"
        message = f"{data['kind']!r} is not a kind of figure"
        problems.append(FormulaProblem(path, "unknown-value", message, hint))
    return kind
