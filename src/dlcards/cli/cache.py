"""``dlcards cache``: what makes the next build quick."""

from __future__ import annotations

from pathlib import Path

import click

from dlcards.cli.console import table
from dlcards.cli.settings import Settings


@click.command(epilog="Example: dlcards cache stat")
@click.argument("what", type=click.Choice(("stat", "clear")))
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the packages.  [default: build/ below the root]",
)
@click.pass_obj
def command(settings: Settings, what: str, output: Path | None) -> int:
    """Show how much is stored between builds, or delete it; packages and verdicts stay."""
    from dlcards.cache import store
    from dlcards.project import cache_folder, output_folder

    folder = cache_folder(output_folder(settings.find_root(), output))
    if what == "clear":
        deleted = store.clear(folder)
        if not settings.quiet:
            click.echo(f"{deleted} files deleted")
        return 0
    rows = [
        (title, str(files), f"{size / 1024:,.0f} KB") for title, files, size in store.count(folder)
    ]
    click.echo(table(("what", "files", "size"), rows))
    return 0
