"""Entries as data, for the tests of the claim language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Path as ClaimPath
from dlcards.claims.statement import Statement, StatementText

DATA = Path(__file__).parent / "data"
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast one where it is installed: whole lists are read while tests are collected."""


def entries(name: str) -> list[Mapping[str, Any]]:
    """Return the entries of ``data/<name>.yaml``."""
    found = yaml.load((DATA / f"{name}.yaml").read_text(encoding="utf-8"), LOADER)
    assert found, f"no entries in {name}.yaml"
    return list(found)


def text_of(entry: Mapping[str, Any]) -> StatementText:
    """Return the formula-bearing part of an entry."""
    claims = entry.get("claim", [])
    claims = claims if isinstance(claims, list) else [claims]
    shared = entry.get("equality", {})
    read: list[tuple[ClaimPath, str, Mapping[str, str]]] = []
    for index, claim in enumerate(claims):
        if isinstance(claim, str):
            read.append((("claim", index), claim, shared))
        else:
            path: ClaimPath = ("claim", index, "formula")
            read.append((path, claim["formula"], claim.get("equality", {})))
    return StatementText(
        id=entry["id"],
        let=entry.get("let", {}),
        define=entry.get("define", {}),
        show=entry.get("show", {}),
        claims=tuple(read),
        code_equals=entry.get("code", {}).get("equals", ""),
        code_numpy=entry.get("code", {}).get("numpy", ""),
    )


def statement_of(entry: Mapping[str, Any]) -> Statement:
    """Return an entry's statement, which must be sound."""
    statement, problems = read_statement(text_of(entry))
    assert statement is not None, problems
    return statement


def statements(*names: str) -> list[Statement]:
    """Return every statement of the named data files."""
    return [statement_of(entry) for name in names for entry in entries(name)]
