"""Everything a program says to learners in a natural language: one folder of tables each.

A language is a folder named by its code, such as ``en``, with the same tables as every
other: ``cards.yaml`` holds the words of the cards and of the decks, ``where.yaml`` the
hypotheses on their where lines. A table is data only: a sentence that depends on a value
is a template with a named placeholder, ``independent of {name}``, so that each language
keeps its own order of words. To add a language, copy the folder of :data:`SOURCE` and
translate its values; no program names the new code.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SOURCE = "en"
"""The language in which entries are written, and which stands in for a missing one."""


@cache
def codes() -> tuple[str, ...]:
    """Return the codes of the languages there are, sorted.

    Examples
    --------
    >>> SOURCE in codes()
    True
    """
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/cards.yaml")))


def or_source(code: str) -> str:
    """Return the code of a language, or of the source language when there is no such folder.

    Examples
    --------
    >>> or_source("tlh")
    'en'
    """
    return code if code in codes() else SOURCE


@cache
def table(code: str, name: str) -> Mapping[str, Any]:
    """Return one table of a language.

    Parameters
    ----------
    code : str
        Of the language, ``en``.
    name : str
        Of the file without its suffix, ``cards``.

    Raises
    ------
    KeyError
        If there is no such language.
    ValueError
        If the table is not strict YAML.
    OSError
        If the language has no such table.

    Examples
    --------
    >>> table("en", "cards")["labels"]["why"]
    'Why it matters'
    """
    from dlcards.documents import read_document  # start-up

    if code not in codes():
        raise KeyError(code)
    path = FOLDER / code / f"{name}.yaml"
    document, problems = read_document(path.read_text(encoding="utf-8"), f"{code}/{name}.yaml")
    if document is None:
        raise ValueError("\n".join(str(problem) for problem in problems))
    return document.data
