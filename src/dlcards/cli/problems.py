"""Problems as text, as JSON and as annotations on a pull request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import click

from dlcards.problems import Problem, Severity, in_order

FORMATS = ("text", "json", "github")

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def show_problems(problems: Iterable[Problem], *, summary: bool = True) -> None:
    """Print problems to stderr, sorted, each with its line and a caret."""
    ordered = in_order(problems)
    for problem in ordered:
        click.echo(as_text(problem), err=True)
    if ordered and summary:
        click.echo(count(ordered), err=True)


def as_text(problem: Problem) -> str:
    """Return a problem as a reader of a terminal wants it."""
    colour = _COLOURS[problem.severity]
    head = click.style(str(problem.severity), fg=colour, bold=True)
    hint = f"; {problem.hint}" if problem.hint else ""
    lines = [
        f"{visible(str(problem.location))}: {head}: {visible(problem.message + hint)} "
        + click.style(f"[{problem.code}]", dim=True)
    ]
    if problem.source and problem.location.line:
        lines += _excerpt(problem, colour)
    return "\n".join(lines)


def _excerpt(problem: Problem, colour: str) -> list[str]:
    """Return the source line and a caret below it; long lines are cut around the place."""
    column = problem.location.column - 1
    first = max(0, column - 60) if len(problem.source) > 110 else 0
    shown = visible(problem.source[first : first + 110])
    number = f"{problem.location.line:>5}"
    lead = "".join("\t" if c == "\t" else _blank(c) for c in shown[: column - first])
    width = max(1, min(problem.width, len(shown) - (column - first)))
    caret = click.style("^" * width, fg=colour, bold=True)
    return [f"{number} | {shown}", f"{' ' * len(number)} | {lead}{caret}"]


def visible(text: str) -> str:
    r"""Return a text without the characters that would command a terminal.

    Examples
    --------
    >>> visible("a\x1b[31m")
    'a�[31m'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\t" else "�" for c in text)


def _blank(character: str) -> str:
    """Return spaces as wide as a character: two columns for Hangul and its neighbours."""
    import unicodedata

    return "  " if unicodedata.east_asian_width(character) in "WF" else " "


def as_json(problem: Problem) -> dict[str, Any]:
    """Return a problem as the members of a JSON object."""
    return {
        "file": problem.location.file,
        "line": problem.location.line,
        "column": problem.location.column,
        "severity": str(problem.severity),
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
    }


def as_github(problem: Problem) -> str:
    """Return a problem as a workflow command, shown on the line of a pull request."""
    place = f"file={_property(problem.location.file)}"
    if problem.location.line:
        place += f",line={problem.location.line},col={problem.location.column}"
    title = f"{problem.code}"
    text = problem.message + (f"; {problem.hint}" if problem.hint else "")
    return f"::{problem.severity} {place},title={_property(title)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def report(
    problems: Sequence[Problem], output_format: str, more: dict[str, Any] | None = None
) -> None:
    """Print problems in one of :data:`FORMATS`; JSON and annotations go to stdout."""
    ordered = in_order(problems)
    if output_format == "json":
        members = {"problems": [as_json(p) for p in ordered], **(more or {})}
        text = json.dumps(members, ensure_ascii=False, indent=1)
        # The name of a file need not be text; the escape of a lone surrogate is still JSON.
        click.echo(text.encode("utf-8", "backslashreplace").decode())
    elif output_format == "github":
        for problem in ordered:
            click.echo(as_github(problem))
    else:
        show_problems(ordered)


def count(problems: Sequence[Problem]) -> str:
    """Return how many errors and warnings there are, in words."""
    parts = []
    for severity, name in ((Severity.ERROR, "error"), (Severity.WARNING, "warning")):
        number = sum(p.severity is severity for p in problems)
        if number:
            parts.append(f"{number} {name}{'s' if number > 1 else ''}")
    return ", ".join(parts) or "no problems"
