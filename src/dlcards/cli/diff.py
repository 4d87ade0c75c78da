"""``dlcards diff``: what a new package does to learners who have an older one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlcards.cli.settings import Settings

if TYPE_CHECKING:
    from dlcards.release.diff import Difference

_PACKAGE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(epilog="Example: dlcards diff calculus-1.0.apkg build/calculus.apkg")
@click.argument("old", type=_PACKAGE)
@click.argument("new", type=_PACKAGE)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(("text", "json", "page")),
    default="text",
    help="A list for maintainers, JSON, or a page for learners in plain words.",
)
@click.pass_obj
def command(settings: Settings, old: Path, new: Path, output_format: str) -> int:
    """Show what importing NEW does to learners who have OLD; exit 1 if it hurts them."""
    from dlcards.release.diff import compare_packages, describe, release_page

    difference = compare_packages(old, new)
    if output_format == "json":
        click.echo(as_json(difference))
    elif output_format == "page":
        click.echo(release_page(difference), nl=False)
    elif not settings.quiet:
        click.echo(describe(difference))
    return 1 if difference.hurts() else 0


def as_json(difference: Difference) -> str:
    """Return a difference as JSON, with ``hurts`` for programs that only want to know that."""
    from dataclasses import asdict

    return json.dumps(
        {"hurts": difference.hurts()} | asdict(difference), ensure_ascii=False, indent=1
    )
