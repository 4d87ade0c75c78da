"""``dlcards lint``: what is wrong in a package of anybody."""

from __future__ import annotations

from pathlib import Path

import click

from dlcards.cli.problems import FORMATS, report


@click.command(epilog="Example: dlcards lint shared-deck.apkg")
@click.argument("package", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "output_format", type=click.Choice(FORMATS), default="text")
def command(package: Path, output_format: str) -> int:
    """Find broken formulas, missing media, duplicates and empty cards; change nothing."""
    from dlcards.commands.lint import lint_package
    from dlcards.problems import has_errors

    found = lint_package(package)
    numbers = {"notes": found.notes, "cards": found.cards, "media": found.media}
    report(found.problems, output_format, numbers)
    if output_format == "text":
        click.echo(f"{found.notes:,} notes, {found.cards:,} cards, {found.media:,} media files")
    return 1 if has_errors(found.problems) else 0
