"""What is wrong, where, and what to try next.

Problems are values: every step returns them beside its result, and only the
command line prints them. Exceptions are for what no step can go on from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    """How bad a problem is: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file.

    Parameters
    ----------
    file : str
        Path as the reader would type it, with forward slashes.
    line, column : int
        Counted from 1; 0 when the problem concerns the file as a whole.
    """

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return ``file:line:column``, or only ``file`` for the file as a whole."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, described so that it can be fixed.

    Parameters
    ----------
    location : Location
    code : str
        Short stable name such as ``unknown-type``; every code has a section in
        ``docs/problems.md``.
    message : str
        What is wrong, in one sentence without a full stop.
    hint : str
        What to try next.
    severity : Severity
    source : str
        The line of the file, for the caret; empty when there is none.
    width : int
        Number of characters to underline.

    Examples
    --------
    >>> str(Problem(Location("a.yaml", 5, 15), "unknown-type", "'reel' is not a type"))
    "a.yaml:5:15: error: 'reel' is not a type [unknown-type]"
    """

    location: Location
    code: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    source: str = ""
    width: int = 1

    def __str__(self) -> str:
        """Return the problem as one line, the way compilers do."""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.location}: {self.severity}: {self.message}{hint} [{self.code}]"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems by place and drop exact repetitions."""
    return tuple(
        sorted(set(problems), key=lambda p: (p.location, p.severity, p.code, p.message, p.hint))
    )


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether any of the problems stops a build."""
    return any(p.severity is Severity.ERROR for p in problems)


def as_errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Turn warnings into errors, for those who are strict."""
    return tuple(replace(problem, severity=Severity.ERROR) for problem in problems)


class DlcardsError(Exception):
    """Something a step cannot go on from; the command line turns it into an exit code."""

    exit_code = 4


class ContentError(DlcardsError):
    """The content is wrong; carries every problem found."""

    exit_code = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class UsageError(DlcardsError):
    """The command was called in a way that cannot work."""

    exit_code = 2


class ToolError(DlcardsError):
    """Something outside the content failed: a full disk, a missing program."""

    exit_code = 3
