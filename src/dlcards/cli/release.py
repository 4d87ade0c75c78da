"""``dlcards release``: record what learners get, so that updates never cost them anything."""

from __future__ import annotations

from pathlib import Path

import click

from dlcards.cli.console import Progress
from dlcards.cli.settings import Settings


@click.command(epilog="Example: dlcards release --version 1.2.0")
@click.option("--version", metavar="V", help="Name of the release, such as 1.2.0.")
@click.option("--dry-run", is_flag=True, help="List what would be released and write nothing.")
@click.option(
    "--retire", multiple=True, metavar="GUID[#SLOT]", help="Confirm that it is gone for good."
)
@click.option(
    "--revive", multiple=True, metavar="GUID[#SLOT]", help="Confirm that a retired one is back."
)
@click.option(
    "--reword",
    multiple=True,
    metavar="GUID#SLOT",
    help="Confirm that a question means the same in other words.",
)
@click.option("--lang", multiple=True, metavar="CODE", help="Release this language too.")
@click.option(
    "--check",
    "before",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Only check that the ledger lost nothing since this earlier state of it.",
)
@click.option("--jobs", type=click.IntRange(1, 64), help="Worker processes.")
@click.pass_obj
def command(
    settings: Settings,
    version: str | None,
    dry_run: bool,
    retire: tuple[str, ...],
    revive: tuple[str, ...],
    reword: tuple[str, ...],
    lang: tuple[str, ...],
    before: Path | None,
    jobs: int | None,
) -> int:
    """Bring decks/ledger.tsv up to date with all decks and list what is new.

    Without --version, only --retire, --revive and --reword are written down, so that check
    and build accept them before the release.
    """
    from dlcards.cli.problems import show_problems
    from dlcards.commands.release import ReleaseRequest, check_ledger, release_decks
    from dlcards.release.obstacles import Decisions

    root = settings.find_own_root()
    if before is not None:
        problems = check_ledger(root, before)
        show_problems(problems)
        return 1 if problems else 0
    decided = version is None and bool(retire or revive or reword)
    version = "" if version is None else version
    if not decided and (not version.strip() or not version.isprintable()):
        raise click.UsageError("which release? Give --version, such as --version 1.2.0")
    request = ReleaseRequest(
        root=root,
        version=version,
        languages=lang,
        decisions=Decisions(retire=retire, revive=revive, reword=reword),
        jobs=jobs,
        write=not dry_run,
    )
    result = release_decks(request, Progress(settings.quiet, settings.verbose))
    if result.problems:
        show_problems(result.problems)
    if not result.ok:
        return 1
    if not settings.quiet:
        click.echo(result.notes if result.changed else "nothing to release: no deck changed")
    return 0
