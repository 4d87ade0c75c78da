"""``dlcards check``: read and verify entries without building a deck."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dlcards.cli.console import Progress, table
from dlcards.cli.settings import Settings

if TYPE_CHECKING:
    from dlcards.content.survivors import Tally
    from dlcards.requests import CheckResult


@click.command(epilog="Example: dlcards check formulas/calculus/chain-rule.yaml")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--mutate/--no-mutate",
    default=None,
    help="Corrupt each claim and report what survives; in part when few entries are named.",
)
@click.option("--run-code", is_flag=True, help="Also run the snippets, in an isolated process.")
@click.option("--fresh", is_flag=True, help="Check everything anew, whatever checks.lock says.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Vary the sampled points.")
@click.option("--lang", multiple=True, metavar="CODE", help="Also count missing translations.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Worker processes.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option(
    "--format", "output_format", type=click.Choice(("text", "json", "github")), default="text"
)
@click.pass_obj
def command(
    settings: Settings,
    paths: tuple[Path, ...],
    mutate: bool | None,
    run_code: bool,
    fresh: bool,
    seed: int,
    lang: tuple[str, ...],
    jobs: int | None,
    strict: bool,
    output_format: str,
) -> int:
    """Check entries: form, claims, snippets, figures and card rules."""
    from dlcards.cli.problems import report
    from dlcards.commands.check import check
    from dlcards.requests import CheckRequest

    request = CheckRequest(
        root=settings.find_root(),
        paths=paths,
        mutate=mutate,
        run_code=run_code,
        fresh=fresh or seed != 0,
        seed=seed,
        languages=lang,
        jobs=jobs,
        strict=strict,
    )
    result = check(request, Progress(settings.quiet, settings.verbose))
    report(result.problems, output_format, {"claims": _claims(result), **_mutation(result)})
    if output_format == "text" and not settings.quiet:
        _summary(result)
        click.echo(_next(result))
    return 0 if result.ok else 1


def _next(result: CheckResult) -> str:
    """Say what to do now."""
    if result.ok:
        return "Next: dlcards build --all"
    first = next(problem for problem in result.problems if problem.severity == "error")
    return f"Next: correct it; dlcards explain {first.code} tells cause and remedy"


def _claims(result: CheckResult) -> Sequence[dict[str, Any]]:
    return [
        {
            "id": checked.id,
            "level": str(verdict.level) if verdict.level else None,
            "claim": verdict.claim,
            "points": verdict.points,
            "note": verdict.note,
        }
        for checked in result.checked
        for verdict in checked.verdicts
    ]


def _mutation(result: CheckResult) -> dict[str, Any]:
    if result.mutation is None:
        return {}
    from dataclasses import asdict

    corruptions = [
        {
            "id": checked.id,
            "claim": found.claim,
            "made": found.made,
            "untried": found.untried,
            "rejected": found.rejected,
            "survivors": list(found.survivors),
        }
        for checked in result.checked
        for found in checked.corruptions
    ]
    return {"mutation": asdict(result.mutation), "corruptions": corruptions}


def _summary(result: CheckResult) -> None:
    levels: dict[str, int] = {}
    for checked in result.checked:
        for verdict in checked.verdicts:
            name = str(verdict.level) if verdict.level else "does not hold"
            levels[name] = levels.get(name, 0) + 1
    if levels:
        rows = [(name, str(number)) for name, number in sorted(levels.items())]
        click.echo(table(("level", "claims"), rows))
    slow = sorted(
        (
            (verdict.seconds, checked.id, verdict.claim)
            for checked in result.checked
            for verdict in checked.verdicts
            if verdict.seconds >= 1
        ),
        reverse=True,
    )[:5]
    if slow:
        click.echo()
        slowest = [(f"{seconds:.1f}", name, claim[:60]) for seconds, name, claim in slow]
        click.echo(table(("slowest, s", "entry", "claim"), slowest))
    if result.mutation is not None:
        click.echo()
        click.echo(table(("corruptions", "number"), _tally_rows(result.mutation)))
    for line in result.notes:
        click.echo(line)
    entries = len(result.checked)
    if not entries and result.notes:  # exercises alone
        return
    click.echo(f"{entries} {'entry' if entries == 1 else 'entries'} checked")


def _tally_rows(tally: Tally) -> list[tuple[str, str]]:
    claims = "1 claim" if tally.claims == 1 else f"{tally.claims:,} claims"
    rows = [
        (f"tried of {claims}", f"{tally.made:,}"),
        ("rejected", f"{tally.rejected:,}"),
        ("true, and explained", f"{tally.explained:,}"),
        ("accepted without a reason", f"{tally.unexplained:,}"),
    ]
    if tally.untried:
        rows.append(("left out; --mutate tries all", f"{tally.untried:,}"))
    return rows
