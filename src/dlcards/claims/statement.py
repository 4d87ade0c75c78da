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

EMPTY: Mapping[Any, Any] = MappingProxyType({})

_BETWEEN_DOLLARS = re.compile(r"\$[^$]+\$")
_LATEX = re.compile(r"\\[()\[\]]")


def without_formula(text: str) -> str:
    """Return a text of words; refuse a formula that would be printed as it is written.

    Raises
    ------
    ValueError
        If something stands between dollars, or is LaTeX.
    """
    if found := find_latex(text):
        raise ValueError(f"{found[0]} would be printed as it is written; {WITHOUT_LATEX}")
    if "$" in text and _BETWEEN_DOLLARS.search(text):
        raise ValueError("no formula can stand here; say it in words")
    return text


WITHOUT_LATEX = "write signs such as x² and Aᵀ, or say it in words"
"""What to do where a text is no LaTeX."""


def find_latex(text: str) -> re.Match[str] | None:
    r"""Return the first delimiter of LaTeX in a text that is printed as it is written.

    Examples
    --------
    >>> find_latex(r"Column \(A_{:,2}\)").start()
    7
    """
    return _LATEX.search(text)


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
    """One relation that must hold, with the case in which an inequality is an equality.

    Parameters
    ----------
    given : tuple of Node
        Hypotheses of this claim alone, beside those of the statement.
    cited : str
        Where the source states it, for a claim that no check can decide.
    """

    text: str
    tree: Node
    equality: Mapping[str, Node] = field(default_factory=lambda: EMPTY)
    path: Path = ("claim",)
    given: tuple[Node, ...] = ()
    cited: str = ""


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
    given : tuple of str
        Relations that every claim may assume, beside the types.
    claim_given : mapping of int to tuple of str
        Relations that one claim may assume besides, by the claim's place.
    claim_cited : mapping of int to str
        Where the source states a claim that no check can decide, by the claim's place.
    unsaid : tuple of str
        Names whose types serve the check only: the card prints a more general one.
    sign : str
        A formula that the card prints and nobody claims; its names are used.
    """

    id: str
    let: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    define: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    show: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    definition: str = ""
    claims: tuple[tuple[Path, str, Mapping[str, str]], ...] = ()
    given: tuple[str, ...] = ()
    claim_given: Mapping[int, tuple[str, ...]] = field(default_factory=lambda: EMPTY)
    claim_cited: Mapping[int, str] = field(default_factory=lambda: EMPTY)
    unsaid: tuple[str, ...] = ()
    sign: str = ""
    code_equals: str = ""
    code_numpy: str = ""
    example_given: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    example_compute: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A :class:`StatementText` that has been read: every name is known, every text a tree.

    Parameters
    ----------
    given : tuple of Node
        Relations that every claim may assume; a claim may add its own
        (:func:`hypotheses`).
    unsaid : tuple of str
        Names whose types serve the check only, and are not printed.
    """

    id: str
    types: Mapping[str, Type]
    definitions: Mapping[str, Definition]
    claims: tuple[Claim, ...] = ()
    definition: Node | None = None
    show: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    code: Code | None = None
    example: Example | None = None
    given: tuple[Node, ...] = ()
    unsaid: tuple[str, ...] = ()


def hypotheses(statement: Statement, claim: Claim) -> tuple[Node, ...]:
    """Return the relations that a claim may assume besides the types of its names."""
    return (*statement.given, *claim.given)
