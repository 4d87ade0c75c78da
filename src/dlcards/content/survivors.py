"""Corrupted claims that the check accepted, compared with those that somebody has read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dlcards.claims.judge.task import Corruptions, text_span
from dlcards.claims.statement import FormulaProblem, Path
from dlcards.content.files import read_file
from dlcards.content.library import Library
from dlcards.documents import Document, Places
from dlcards.problems import Problem, Severity
from dlcards.validation import nearest

SURVIVORS = "formulas/survivors.yaml"

_KEYS = ("reason", "accepted")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The survivors that are known to be true.

    Parameters
    ----------
    accepted : mapping of str to mapping
        Per id of an entry the corrupted claims, each with its place in the file.
    document : Document or None
        None when there is no such file.
    """

    accepted: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many corruptions were tried, and what became of them."""

    claims: int = 0
    made: int = 0
    rejected: int = 0
    explained: int = 0
    unexplained: int = 0
    untried: int = 0


def read_survivors(library: Library) -> tuple[Reviewed, tuple[Problem, ...]]:
    """Read ``formulas/survivors.yaml``.

    Returns
    -------
    Reviewed
        Empty when there is no such file; entries with mistakes are left out.
    tuple of Problem
        Mistakes of form, entries that do not exist, and claims that stand there twice.
    """
    path = library.root / SURVIVORS
    if not path.is_file() or path.is_symlink():
        return Reviewed(), ()
    document, problems = read_file(library.root, path)
    if document is None:
        return Reviewed(), problems
    found: list[Problem] = []
    places = Places(document)
    accepted: dict[str, Mapping[str, Path]] = {}
    for name, groups in document.data.items():
        misfits = [*_unknown(name, library, places), *_misshapen(name, groups, places)]
        found += misfits
        if not misfits:
            accepted[name], twice = _accepted(name, groups)
            found += [
                _stale(places, again, "this corruption is explained twice") for again in twice
            ]
    return Reviewed(accepted, document), tuple(found)


def _unknown(name: str, library: Library, places: Places) -> Iterator[Problem]:
    written = (library.root / "formulas").glob(f"*/{name}.yaml") if name.isprintable() else ()
    if name not in library.items and not any(written):
        hint = nearest(name, library.items) or "entries are listed by: dlcards list"
        message = f"there is no entry {name!r}"
        yield places.problem((name,), "unknown-reference", message, hint, key=True)


def _misshapen(name: str, groups: Any, places: Places) -> Iterator[Problem]:
    hint = "write - reason: …, and below it accepted: with the corrupted claims"
    if not isinstance(groups, list):
        yield places.problem((name,), "wrong-type", "expected a list of groups", hint)
        return
    for i, group in enumerate(groups):
        if not isinstance(group, dict):
            yield places.problem((name, i), "wrong-type", "expected a mapping", hint)
            continue
        for key in group:
            if key not in _KEYS:
                message = f"the key {key!r} is not known here"
                known = f"known keys: {', '.join(_KEYS)}"
                yield places.problem((name, i, key), "unknown-key", message, known, key=True)
        for key in _KEYS:
            if key not in group:
                message = f"the key {key!r} is missing"
                yield places.problem((name, i), "missing-key", message, f"add {key}: …")
        yield from _misshapen_values((name, i), group, places)


def _misshapen_values(path: Path, group: Mapping[str, Any], places: Places) -> Iterator[Problem]:
    reason, accepted = group.get("reason", "…"), group.get("accepted", ["…"])
    texts: list[tuple[Path, Any]] = [((*path, "reason"), reason)]
    if not isinstance(accepted, list):
        message = "expected a list of corrupted claims"
        yield places.problem((*path, "accepted"), "wrong-type", message, "write - and a claim")
    else:
        texts += [((*path, "accepted", i), text) for i, text in enumerate(accepted)]
        if not accepted:
            yield places.problem((*path, "accepted"), "empty-value", "no claim is accepted")
    for place, text in texts:
        if not isinstance(text, str):
            yield places.problem(place, "wrong-type", "expected a text", "put it in quotes")
        elif not text.strip():
            yield places.problem(place, "empty-value", "the text is empty", "fill it")


def _accepted(
    name: str, groups: Sequence[Mapping[str, Any]]
) -> tuple[Mapping[str, Path], tuple[Path, ...]]:
    found: dict[str, Path] = {}
    twice: list[Path] = []
    for i, group in enumerate(groups):
        for k, text in enumerate(group["accepted"]):
            path: Path = (name, i, "accepted", k)
            if text.strip() in found:
                twice.append(path)
            found.setdefault(text.strip(), path)
    return found, tuple(twice)


def unexplained(
    corruptions: Sequence[Corruptions], accepted: Mapping[str, Path]
) -> tuple[FormulaProblem, ...]:
    """Return a problem for every corruption of an entry that survived without a reason.

    Examples
    --------
    >>> made = Corruptions("x**2 >= 0", ("claim", 0), 9, ("x**4 >= 0", "x**2 >= -1"))
    >>> [problem.message for problem in unexplained([made], {"x**4 >= 0": ()})]
    ['a corruption of the claim is accepted as well: x**2 >= -1']
    """
    return tuple(
        FormulaProblem(
            found.path,
            "unexplained-survivor",
            f"a corruption of the claim is accepted as well: {text}",
            f"strengthen the claim, or tell in {SURVIVORS} why the corrupted one is true",
            *text_span(found.claim),
        )
        for found in corruptions
        for text in found.survivors
        if text not in accepted
    )


def stale(
    reviewed: Reviewed, corruptions: Mapping[str, Sequence[Corruptions]]
) -> tuple[Problem, ...]:
    """Return a warning for every explained corruption that is rejected or no longer made.

    Parameters
    ----------
    corruptions : mapping of str to sequence of Corruptions
        Entries all of whose claims were corrupted; others are left out.
    """
    if reviewed.document is None:
        return ()
    found = [
        path
        for name, accepted in reviewed.accepted.items()
        if name in corruptions
        for text, path in accepted.items()
        if text not in {text for each in corruptions[name] for text in each.survivors}
    ]
    if not found:
        return ()
    places = Places(reviewed.document)
    return tuple(_stale(places, path, "this corruption does not survive") for path in found)


def _stale(places: Places, path: Path, message: str) -> Problem:
    return places.problem(
        path, "stale-survivor", message, "remove the line", severity=Severity.WARNING
    )


def tally(corruptions: Mapping[str, Sequence[Corruptions]], reviewed: Reviewed) -> Tally:
    """Count corruptions.

    Examples
    --------
    >>> made = Corruptions("x**2 >= 0", ("claim", 0), 9, ("x**4 >= 0", "x**2 >= -1"))
    >>> tally({"square": [made]}, Reviewed({"square": {"x**4 >= 0": ()}}))
    Tally(claims=1, made=9, rejected=7, explained=1, unexplained=1, untried=0)
    """
    all_of_them = [(name, each) for name, found in corruptions.items() for each in found]
    explained = sum(
        text in reviewed.accepted.get(name, {})
        for name, each in all_of_them
        for text in each.survivors
    )
    survivors = sum(len(each.survivors) for _, each in all_of_them)
    return Tally(
        claims=len(all_of_them),
        made=sum(each.made for _, each in all_of_them),
        rejected=sum(each.rejected for _, each in all_of_them),
        explained=explained,
        unexplained=survivors - explained,
        untried=sum(each.untried for _, each in all_of_them),
    )
