"""Cases of bad input that say on the line concerned which problem is expected: ``#! code``."""

from __future__ import annotations

import re

_HERE = re.compile(r" #! (?P<code>[a-z0-9-]+)$")


def without_marks(text: str) -> str:
    """Return a case as a contributor would write it."""
    return "\n".join(_HERE.sub("", line) for line in text.splitlines()) + "\n"


def expected(text: str) -> list[tuple[int, str]]:
    """Return line and code of every problem that a case announces."""
    lines = enumerate(text.splitlines(), 1)
    return [(number, match["code"]) for number, line in lines if (match := _HERE.search(line))]
