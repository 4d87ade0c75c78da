"""What an entry states: declarations, local definitions and claims, read and name-checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from dlcards.claims.tree import Node

Path = tuple[str | int, ...]
"""Where a text stands in its entry: ``("claim", 0, "formula")``."""

EMPTY: Mapping[str, Any] = MappingProxyType({})

_BETWEEN_DOLLARS = re.compile(r"\$[^$]+\$")


def without_formula(text: str) -> str:
    """Return a text of words; refuse a formula that would be printed as it is written.

    Raises
    ------
    ValueError
        If something stands between dollars.
    """
    if "$" in text and _BETWEEN_DOLLARS.search(text):
        raise ValueError("no formula can stand here; say it in words")
    return text


@dataclass(frozen=True, slots=True)
class FormulaProblem:
    """A mistake inside one text of an entry.

    Parameters
    ----------
    path : tuple of str or int
        The text in the entry; a final ``"@key"`` points to a key, not its value.
    start, end : int
        The characters concerned, counted from 0 in that text.
    warning : bool
        Whether the statement can be used all the same.
    """

    path: Path
    code: str
    message: str
    hint: str = ""
    start: int = 0
    end: int = 0
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Type:
    """A declared type such as ``matrix(m, n)``; ``dim`` is a size used as a shape."""

    name: str
    args: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """A local name: ``p(x): ...`` has the parameter ``x``; ``p: ...`` has none."""

    parameters: tuple[str, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Claim:
    """One relation that must hold, with the case in which an inequality is an equality."""

    text: str
    tree: Node
    equality: Mapping[str, Node] = field(default_factory=lambda: EMPTY)
    path: Path = ("claim",)


@dataclass(frozen=True, slots=True)
class Code:
    """A NumPy function and the formula it must equal."""

    equals: Node | None
    numpy: str
    path: Path = ("code",)


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: values for some names, and the formulas computed from them."""

    given: Mapping[str, Node]
    compute: tuple[Node, ...]
    path: Path = ("example",)


@dataclass(frozen=True, slots=True)
class StatementText:
    """The formula-bearing part of an entry, as text.

    Parameters
    ----------
    let, define, show : mapping of str to str
    definition : str
        ``head == body``: introduces ``head`` and is shown on the card.
    claims : tuple of (path, formula, equality)
        The path is that of the formula's text; the equality case is looked for beside
        a path that ends in ``"formula"``, and under ``("equality",)`` otherwise.
    """

    id: str
    let: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    define: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    show: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    definition: str = ""
    claims: tuple[tuple[Path, str, Mapping[str, str]], ...] = ()
    code_equals: str = ""
    code_numpy: str = ""
    example_given: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    example_compute: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A :class:`StatementText` that has been read: every name is known, every text a tree."""

    id: str
    types: Mapping[str, Type]
    definitions: Mapping[str, Definition]
    claims: tuple[Claim, ...] = ()
    definition: Node | None = None
    show: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    code: Code | None = None
    example: Example | None = None
