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

from dlcards.cli.choice import choosing
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
_NEEDED = ("id", "kind", "title", "level", "cards", "needed")
_PLACES = ("source", "title", "entries")


@click.command(epilog="Example: dlcards list --deck calculus --format json")
@click.option("--deck", metavar="NAME", help="Only the entries of a deck, in learning order.")
@click.option("--subject", metavar="NAME", help="Only the entries of a folder.")
@click.option("--level", metavar="LEVEL", help="Only entries checked at this level.")
@click.option(
    "--missing",
    metavar="WHAT",
    help="Only entries without: figure, code, derivation, questions, requires, or a language; "
    "with --sources, only places without: entries.",
)
@choosing
@click.option("--core", is_flag=True, help="Only what has priority 1 of what was chosen.")
@click.option(
    "--per-day", type=click.IntRange(1, 9999), help="New cards a day.  [default: 10, and 20]"
)
@click.option("--decks", "show_decks", is_flag=True, help="List the decks instead.")
@click.option("--sources", "show_sources", is_flag=True, help="List what is covered of each work.")
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
    sources: tuple[str, ...],
    topics: tuple[str, ...],
    tags: tuple[str, ...],
    ids: tuple[str, ...],
    core: bool,
    per_day: int | None,
    show_decks: bool,
    show_sources: bool,
    output_format: str,
) -> int:
    """List entries with their level of check, what a chapter needs, the decks or the sources."""
    from dlcards.claims.verdict import Level
    from dlcards.commands.list_ import list_decks
    from dlcards.requests import RATES, Choice

    root = settings.find_root()
    choice = Choice(sources, topics, tags, ids)
    if show_sources:
        others = (subject, level, topics, tags, ids, core, per_day, show_decks)
        if any(others) or missing not in (None, "entries"):
            told = "--source, --deck, --missing entries and --format"
            raise UsageError(f"--sources goes with {told} only")
        return _show_sources(root, deck, sources, missing is not None, output_format)
    if missing is not None and missing not in _PARTS and not _LANGUAGE.fullmatch(missing):
        raise UsageError(
            f"--missing {missing}: one of {', '.join(_PARTS)}, or the code of a language"
        )
    if (core or per_day) and not choice.given():
        option = "--core" if core else "--per-day"
        raise UsageError(f"{option} goes with --source, --topic, --tag or --id")
    broken: tuple[Problem, ...] = ()
    columns: Sequence[str] = _COLUMNS
    summary = ""
    explained = 0
    if show_decks:
        rows = list_decks(root)
        columns = ("name", "title", "entries", "exercises", "derivations")
    else:
        if choice.given():
            from dlcards.commands.study import study

            needed = study(root, deck, choice, core=core)
            rows, columns = needed.rows, _NEEDED
            summary = needed.summary((per_day,) if per_day else RATES)
        else:
            rows, broken = _readable(root, deck)
        _known("subject", subject, {row["subject"] for row in rows})
        _known("level", level, (*map(str, Level), "computed"))
        if missing is not None and missing not in _PARTS:
            spoken = {language for row in rows for language in row["translations"]}
            _known("missing", missing, {*_PARTS, *codes(), *spoken})
        rows = [row for row in rows if _wanted(row, subject, level, missing)]
        if missing in _PARTS:
            listed = len(rows)
            rows = [row for row in rows if missing not in row["missing"]]
            explained = listed - len(rows)
    click.echo(_shown(rows, columns, output_format), nl=output_format != "csv")
    if output_format == "table" and not show_decks and not settings.quiet:
        click.echo(f"\n{summary}" if summary else _counts(rows))
        if explained:
            click.echo(f"{explained:,} more say why (missing: in the entry)")
    if broken:
        from dlcards.cli.problems import show_problems

        show_problems(broken)
    return 1 if broken else 0


def _show_sources(
    root: Path, deck: str | None, sources: Sequence[str], uncovered: bool, output_format: str
) -> int:
    """List the places of sources, and how many of each work are covered."""
    from dlcards.commands.coverage import counted, coverage

    rows = coverage(root, deck, sources)
    told = counted(rows)
    if uncovered:
        rows = [row for row in rows if not row["entries"]]
    if output_format == "table":
        rows = [{**row, "entries": len(row["entries"])} for row in rows]
    click.echo(_shown(rows, _PLACES, output_format), nl=output_format != "csv")
    if output_format == "table":
        click.echo(f"\n{told}")
    return 0


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
