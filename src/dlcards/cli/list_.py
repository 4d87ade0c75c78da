"""``dlcards list``: what there is."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from dlcards.cli.console import table, terminal_width
from dlcards.cli.settings import Settings
from dlcards.languages import codes
from dlcards.problems import ContentError, Problem, UsageError

_PARTS = ("figure", "code", "derivation", "questions", "requires")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]+)?")
_COLUMNS = (
    *("id", "kind", "subject", "title", "level", "figure", "code", "derivation", "sources"),
    "translations",
)


@click.command(epilog="Example: dlcards list --deck calculus --format json")
@click.option("--deck", metavar="NAME", help="Only the entries of a deck, in learning order.")
@click.option("--subject", metavar="NAME", help="Only the entries of a folder.")
@click.option("--level", metavar="LEVEL", help="Only entries checked at this level.")
@click.option(
    "--missing",
    metavar="WHAT",
    help="Only entries without: figure, code, derivation, questions, requires, or a language.",
)
@click.option("--decks", "show_decks", is_flag=True, help="List the decks instead.")
@click.option(
    "--format", "output_format", type=click.Choice(("table", "json", "csv")), default="table"
)
@click.pass_obj
def command(
    settings: Settings,
    deck: str | None,
    subject: str | None,
    level: str | None,
    missing: str | None,
    show_decks: bool,
    output_format: str,
) -> int:
    """List entries with their level of check, lists and exercises, or the decks."""
    from dlcards.claims.verdict import Level
    from dlcards.commands.list_ import list_decks

    if missing is not None and missing not in _PARTS and not _LANGUAGE.fullmatch(missing):
        raise UsageError(
            f"--missing {missing}: one of {', '.join(_PARTS)}, or the code of a language"
        )
    root = settings.find_root()
    broken: tuple[Problem, ...] = ()
    if show_decks:
        rows = list_decks(root)
        columns: Sequence[str] = ("name", "title", "entries", "exercises", "derivations")
    else:
        rows, broken = _readable(root, deck)
        _known("subject", subject, {row["subject"] for row in rows})
        _known("level", level, (*map(str, Level), "computed"))
        if missing is not None and missing not in _PARTS:
            spoken = {language for row in rows for language in row["translations"]}
            _known("missing", missing, {*_PARTS, *codes(), *spoken})
        columns = _COLUMNS
        rows = [row for row in rows if _wanted(row, subject, level, missing)]
    click.echo(_shown(rows, columns, output_format), nl=output_format != "csv")
    if output_format == "table" and not show_decks and not settings.quiet:
        click.echo(_counts(rows))
    if broken:
        from dlcards.cli.problems import show_problems

        show_problems(broken)
    return 1 if broken else 0


def _readable(root: Path, deck: str | None) -> tuple[list[dict[str, Any]], tuple[Problem, ...]]:
    """Return what can be read, and the problems of files that cannot."""
    from dlcards.commands.list_ import list_entries

    try:
        return list_entries(root, deck), ()
    except ContentError as error:
        from dlcards.commands.survey import survey_readable

        return survey_readable(root, deck), error.problems


def _known(what: str, value: str | None, values: Iterable[str | None]) -> None:
    """Refuse a value that no entry has: it is misspelt."""
    known = sorted({each for each in values if each})
    if value is not None and value not in known:
        raise UsageError(f"--{what} {value}: one of {', '.join(known)}")


def _wanted(
    row: dict[str, Any], subject: str | None, level: str | None, missing: str | None
) -> bool:
    if subject is not None and row["subject"] != subject:
        return False
    if level is not None and row["level"] != level:
        return False
    if missing is None:
        return True
    if row["kind"] in ("list", "exercise"):
        return False
    if missing in _PARTS:
        return not row[missing]
    return missing not in row["translations"]


def _shown(rows: Sequence[dict[str, Any]], columns: Sequence[str], output_format: str) -> str:
    if output_format == "json":
        return json.dumps(list(rows), ensure_ascii=False, indent=1)
    cells = [[_cell(row[column]) for column in columns] for row in rows]
    if output_format == "csv":
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerows([columns, *cells])
        return buffer.getvalue()
    return table(columns, cells, terminal_width())


def _counts(rows: Sequence[dict[str, Any]]) -> str:
    """Return how many entries, derivations, lists and exercises there are."""
    kinds = Counter(str(row["kind"]) for row in rows)
    lists, families = kinds.pop("list", 0), kinds.pop("exercise", 0)
    counted = (
        (kinds.total(), "entry", "entries"),
        (sum(row["derivation"] > 0 for row in rows), "derivation", "derivations"),
        (lists, "list", "lists"),
        (families, "family of exercises", "families of exercises"),
    )
    told = [f"{n:,} {one if n == 1 else many}" for n, one, many in counted if n]
    return ", ".join(told) or "nothing there"


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "-"
    if isinstance(value, list | tuple):
        return " ".join(str(v) for v in value) or "-"
    return str(value) if value not in (None, "", 0) else "-"
