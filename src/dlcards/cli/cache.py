"""``dlcards cache``: what builds keep to be quick the next time."""

from __future__ import annotations

from pathlib import Path

import click

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
    """Tell how much is kept between builds, or delete it; packages and verdicts stay."""
    from dlcards.cache import inventory as caches
    from dlcards.cache.manifest import output_folder
    from dlcards.requests import BuildRequest

    folder = output_folder(BuildRequest(settings.find_root(), output=output))
    if what == "clear":
        deleted = caches.clear(folder)
        if not settings.quiet:
            click.echo(f"{deleted} files deleted")
        return 0
    from dlcards.cli.console import table

    rows = [
        (name, str(files), f"{size / 1024:,.0f} KB") for name, files, size in caches.count(folder)
    ]
    click.echo(table(("kept", "files", "size"), rows))
    return 0
