"""``dlcards export``: a deck for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from dlcards.cli.console import Progress
from dlcards.cli.settings import Settings

FORMS = ("csv", "crowdanki", "markdown")


@click.command(epilog="Example: dlcards export --deck calculus --format markdown")
@click.option("--deck", required=True, metavar="NAME", help="The deck.")
@click.option("--format", "form", type=click.Choice(FORMS), required=True, help="What to write.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder.  [default: build/FORMAT below the root]",
)
@click.pass_obj
def command(settings: Settings, deck: str, form: str, output: Path | None) -> int:
    """Write a deck as CSV, as a folder for CrowdAnki, or as Markdown."""
    from dlcards.commands.export import export_deck
    from dlcards.project import output_folder

    root = settings.find_root()
    target = output or output_folder(root) / form
    progress = Progress(settings.quiet, settings.verbose)
    click.echo(export_deck(root, deck, form, target, progress))
    return 0
