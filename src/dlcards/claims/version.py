"""The version of the checker: a fingerprint of its code."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

_LEFT_OUT = frozenset(
    {
        "print",
        "latex.py",
        "unicode.py",
        "lock.py",
        "locks.py",
        "reference.py",
        "version.py",
        "verdict.py",
    }
)
"""Parts that decide nothing: how formulas are printed and how verdicts are kept."""

_DOCSTRING = re.compile(r'^[ \t]*[rR]?"""(?:[^"\\]|\\.|"(?!""))*"""[ \t]*$', re.MULTILINE)
_SILENT = re.compile(r"^[ \t]*(?:#.*)?$\n?", re.MULTILINE)


@cache
def checker_version() -> str:
    """Return a fingerprint of the code that decides verdicts.

    Docstrings, lines of comment and blank lines have no part in it, so that rewording
    them checks nothing again. An installed release gives the same fingerprint as the
    sources it was made of.
    """
    digest = hashlib.sha256()
    for name, text in sorted(_modules(files("dlcards.claims"), "")):
        digest.update(f"{name}\n{code_of(text)}\n".encode())
    return digest.hexdigest()[:12]


@cache
def version_with(package: str, left_out: frozenset[str] = frozenset()) -> str:
    """Return a fingerprint of the checker and of the modules of a package that uses it.

    Parameters
    ----------
    package : str
        ``dlcards.exercises``
    left_out : frozenset of str
        Names of modules that decide nothing.
    """
    digest = hashlib.sha256(checker_version().encode())
    for item in sorted(files(package).iterdir(), key=lambda each: each.name):
        if item.name.endswith(".py") and item.name not in left_out:
            digest.update(f"{item.name}\n{code_of(item.read_text(encoding='utf-8'))}\n".encode())
    return digest.hexdigest()


def code_of(text: str) -> str:
    r"""Return the text of a module without docstrings, lines of comment and blank lines.

    Examples
    --------
    >>> code_of("# why\nx = 1  # kept\n\n")
    'x = 1  # kept\n'
    """
    return _SILENT.sub("", _DOCSTRING.sub("", text))


def _modules(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
    for item in folder.iterdir():
        if item.name in _LEFT_OUT:
            continue
        if item.is_dir():
            yield from _modules(item, f"{prefix}{item.name}/")
        elif item.name.endswith(".py"):
            yield f"{prefix}{item.name}", item.read_text(encoding="utf-8")
