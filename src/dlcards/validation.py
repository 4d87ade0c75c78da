"""What does not fit a pydantic model, told to the one who wrote it.

The only translator of pydantic's errors: entries, decks, translations and figures use it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from dlcards.documents import MAX_PROBLEMS, Path, quoted, shortened

MOST_COMPARED = 50_000
"""Words that are compared with misspelt ones while content is read: seconds of work at most."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """One mistake in data that should fit a model.

    Parameters
    ----------
    path : tuple of str or int
        Where it is in the data; for a missing key, where the key should be added.
    code, message, hint : str
        As in :class:`dlcards.problems.Problem`.
    at_key : bool
        Whether the key at the path is wrong, not its value.
    """

    path: Path
    code: str
    message: str
    hint: str = ""
    at_key: bool = False


def misfits(model: type[BaseModel], data: object, error: ValidationError) -> list[Misfit]:
    """Translate pydantic's errors about data that was fitted to a model.

    Examples
    --------
    >>> class Mark(BaseModel):
    ...     label: str
    >>> try:
    ...     Mark.model_validate({"label": 3})
    ... except ValidationError as error:
    ...     [misfit.message for misfit in misfits(Mark, {"label": 3}, error)]
    ['expected a text, found 3']
    """
    items: list[dict[str, Any]] = [
        dict(item) for item in error.errors(include_url=False)[:MAX_PROBLEMS]
    ]
    misspelt = set(_misspelt(model, data, items))
    around = {item["loc"][:k] for item in items for k in range(len(item["loc"]))}
    return [
        _misfit(model, data, item)
        for item in items
        if not (item["type"] == "missing" and item["loc"] in misspelt)
        # A list is also too short when pydantic has dropped its wrong items.
        and not (item["type"] == "too_short" and item["loc"] in around)
    ]


def nearest(word: str, allowed: Iterable[str], *, most: int = 1) -> str:
    """Ask whether a similar word was meant; empty when there is none.

    Examples
    --------
    >>> nearest("titel", ["title", "topic"])
    "did you mean 'title'?"
    """
    close = difflib.get_close_matches(shortened(word, 100), list(allowed), n=most, cutoff=0.5)
    return f"did you mean {' or '.join(map(repr, close))}?" if close else ""


class Guesses:
    """Asks what :func:`nearest` asks, until it has compared too many words.

    Parameters
    ----------
    left : int
        Words that may still be compared.

    Examples
    --------
    >>> guesses = Guesses(3)
    >>> guesses.nearest("titel", ["title", "topic"]), guesses.nearest("titel", ["title", "topic"])
    ("did you mean 'title'?", '')
    """

    def __init__(self, left: int = MOST_COMPARED) -> None:
        self._left = left

    def nearest(self, word: str, allowed: Collection[str]) -> str:
        """Ask whether a similar word was meant; empty when there is none or no budget left."""
        if len(allowed) > self._left:
            return ""
        self._left -= len(allowed)
        return nearest(word, allowed)


def _misspelt(
    model: type[BaseModel], data: object, items: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[str | int, ...]]:
    """Yield the places of keys that are not missing but written with a typing mistake."""
    for item in items:
        if item["type"] == "extra_forbidden":
            *parent, name = item["loc"]
            allowed = _keys_at(model, _path_in(data, parent))
            word = shortened(str(name), 100)
            for close in difflib.get_close_matches(word, allowed, n=1, cutoff=0.5):
                yield (*parent, close)


_TYPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_BOUNDS = {"ge": "at least", "le": "at most", "gt": "more than", "lt": "less than"}


def _misfit(model: type[BaseModel], data: object, item: Mapping[str, Any]) -> Misfit:
    path = _path_in(data, item["loc"])
    kind, context = item["type"], item.get("ctx") or {}
    name = _named(path)
    if kind == "extra_forbidden":
        allowed = _keys_at(model, path[:-1])
        known = f"known keys: {', '.join(allowed)}" if allowed else "remove it"
        hint = nearest(str(item["loc"][-1]), allowed) or known
        return Misfit(path, "unknown-key", f"the key {name} is not known here", hint, at_key=True)
    if kind == "missing":
        key = item["loc"][-1]
        return Misfit(path, "missing-key", f"the key {key!r} is missing", f"add {key}: …")
    if kind == "literal_error":
        allowed = re.findall(r"'([^']+)'", str(context.get("expected", "")))
        value = shortened(str(item["input"]), 100)
        hint = nearest(value, allowed) or f"one of {', '.join(allowed)}"
        at_key = bool(item["loc"]) and item["loc"][-1] == "[key]"
        return Misfit(path, "unknown-value", f"{quoted(value)} is not allowed here", hint, at_key)
    if kind in _TYPES:
        message = f"expected {_TYPES[kind]}, found {_described(item['input'])}"
        hint = f"write {_TYPES[kind]}"
        if kind == "string_type":
            hint = "write it in quotes, or fill it in"
        return Misfit(path, "wrong-type", message, hint)
    if kind == "string_pattern_mismatch":
        message, hint = "is not a valid name", "lower-case letters, digits and single hyphens"
        if path[-1:] == ("title",):
            message = "is not a deck name"
            hint = "use :: between parent and child, no space beside it, and not Default"
            if len(path) > 1:
                message, hint = "is not the name of a sub-deck", "no :: in it, and not Default"
        return Misfit(path, "bad-name", f"{quoted(str(item['input']))} {message}", hint)
    if kind in ("string_too_long", "too_long"):
        message = f"longer than {context.get('max_length')}"
        return Misfit(path, "too-long", message, "shorten it or split it")
    if kind == "too_short" and context.get("actual_length"):
        message = f"{name} holds {context['actual_length']} values"
        return Misfit(path, "out-of-range", message, f"at least {context.get('min_length')}")
    if kind in ("string_too_short", "too_short"):
        hint = f"fill it or remove {'it' if path and isinstance(path[-1], int) else 'the key'}"
        return Misfit(path, "empty-value", f"{name} is empty", hint)
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        said = " ".join(f"{_BOUNDS[k]} {v}" for k, v in context.items() if k in _BOUNDS)
        return Misfit(path, "out-of-range", f"{item['input']!r} is out of range", said)
    if kind == "bad_number":
        return Misfit(path, "bad-number", str(item["msg"]), str(context.get("hint", "")))
    if kind == "bad_tag":
        return Misfit(path, "bad-tag", str(item["msg"]), str(context.get("hint", "")))
    message, _, hint = str(context.get("error", item["msg"])).partition("; ")
    return Misfit(path, "wrong-value", message, hint)


def _named(path: Path) -> str:
    """Return what a place in data is called.

    Examples
    --------
    >>> _named(("questions", "q1", "ask")), _named(("sources", 0))
    ("'ask'", "the first of 'sources'")
    """
    *_, around, last = "", "", *path
    if not isinstance(last, int):
        return quoted(str(last)) if path else "this"
    first = _ORDINALS[last] if last < len(_ORDINALS) else f"number {last + 1}"
    return f"the {first} of {quoted(str(around))}" if around else f"the {first} value"


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


def _keys_at(model: type[BaseModel], path: Iterable[str | int]) -> list[str]:
    """Return the keys that a model knows at a place in its data."""
    current: type[BaseModel] | None = model
    for step in path:
        for name, info in current.model_fields.items() if current else ():
            if step in (name, info.alias):
                current = _model_in(info.annotation)
                break
    if current is None:
        return []
    return [info.alias or name for name, info in current.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the model inside an annotation such as ``list[Question] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None


def _described(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return shortened(f"{value!r}", 80)
