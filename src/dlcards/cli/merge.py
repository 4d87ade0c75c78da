"""``dlcards merge``: a new release, and every edit of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from dlcards.cli.settings import Settings

_PACKAGE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(epilog="Example: dlcards merge new.apkg --mine export.apkg -o merged.apkg")
@click.argument("new", type=_PACKAGE)
@click.option("--mine", type=_PACKAGE, required=True, help="Your export of the deck from Anki.")
@click.option("--base", type=_PACKAGE, help="The release that you have, to tell edits exactly.")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="The package to write and to import.",
)
@click.pass_obj
def command(settings: Settings, new: Path, mine: Path, base: Path | None, target: Path) -> int:
    """Bring the texts of NEW to your notes and keep your edits, tags and remarks."""
    from dlcards.cli.problems import show_problems
    from dlcards.commands.merge import MergeRequest, merge_packages
    from dlcards.problems import UsageError
    from dlcards.release.merge import describe_merge

    if any(target.resolve() == path.resolve() for path in (new, mine, base) if path):
        raise click.UsageError("write the merged package to a file of its own")
    try:
        root: Path | None = settings.find_root()
    except UsageError:
        root = None  # learners have no project
    merged = merge_packages(MergeRequest(new, mine, base, target, root))
    show_problems(merged.problems)
    if merged.problems:
        return 1
    if not settings.quiet:
        click.echo(describe_merge(merged))
    return 0
