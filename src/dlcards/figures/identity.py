"""What makes a picture the same picture: its specification, not the bytes of its drawing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from dlcards.claims.statement import StatementText
from dlcards.figures import FigureSpec

SHARED_VERSION = 2
"""Of what all kinds share: style, labels, layout. Each kind has a version of its own beside it.

Raise one of the two when pictures change in a way that learners should get: all notes with
such a picture are then changed in the next release.
"""

_NOT_DRAWN = {"alt", "caption", "front_safe"}
_NAME = re.compile(r"[^\W\d]\w*")


def spec_digest(spec: FigureSpec, text: StatementText, *, lang: str, front: bool) -> str:
    """Return the hash of everything that a picture shows.

    Parameters
    ----------
    spec : FigureSpec
    text : StatementText
        The formulas of the entry; those that the figure uses count.
    lang : str
    front : bool
        Whether it is the variant for the front of a card.

    Examples
    --------
    >>> from dlcards.figures import parse_spec
    >>> spec, _ = parse_spec({"kind": "venn"})
    >>> words, _ = parse_spec({"kind": "venn", "caption": "Two sets", "sets": 2})
    >>> entry = StatementText("sets")
    >>> from dlcards.languages import SOURCE
    >>> spec_digest(spec, entry, lang=SOURCE, front=False) == spec_digest(
    ...     words, entry, lang=SOURCE, front=False)
    True
    """
    shown = {
        "version": SHARED_VERSION,
        "title": spec.title,
        "panels": _panels(spec),
        "lang": lang,
        "front": front,
    }
    if spec.frames:
        shown["frames"] = [_panels(frame) for frame in spec.frames]
    shown["formulas"] = formulas_used(json.dumps(shown["panels"], ensure_ascii=False), text)
    written = json.dumps(shown, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:8]


def _panels(spec: FigureSpec) -> list[dict[str, Any]]:
    return [
        {
            "version": panel.kind.version,
            "spec": _rounded(
                panel.spec.model_dump(mode="json", exclude_defaults=True, exclude=_NOT_DRAWN)
                | {"kind": panel.kind.name}
            ),
        }
        for panel in spec.panels
    ]


def _rounded(value: Any) -> Any:
    """Round numbers: the last digit of ``log(2)`` depends on the machine."""
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if isinstance(value, Mapping):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value


def formulas_used(words: str, text: StatementText) -> list[tuple[str, str, str]]:
    """Return the formulas of an entry that some words name, directly or through others.

    Examples
    --------
    >>> text = StatementText("x", define={"f(x)": "g(x)**2", "g(x)": "x + 1", "h(x)": "2*x"})
    >>> [head for _, head, _ in formulas_used("f(x)", text)]
    ['f(x)', 'g(x)']
    """
    head, _, body = text.definition.partition("==")
    formulas = [("let", *item) for item in text.let.items()]
    formulas += [("define", *item) for item in text.define.items()]
    formulas += [("show", *item) for item in text.show.items()]
    formulas += [("definition", head, body)] if head else []
    names = set(_NAME.findall(words))
    found: set[tuple[str, str, str]] = set()
    while True:
        new = {item for item in formulas if _introduced(*item[:2]) & names} - found
        if not new:
            return sorted(found)
        found |= new
        names |= {name for _, _, body in new for name in _NAME.findall(body)}


def _introduced(kind: str, key: str) -> set[str]:
    """Return the names that a formula says something about."""
    return set(_NAME.findall(key if kind in ("let", "show") else key.partition("(")[0]))
