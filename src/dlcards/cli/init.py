"""``dlcards init``: start a project of one's own."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dlcards.problems import UsageError


@click.command(epilog="Example: dlcards init my-cards --namespace physics-miller")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--namespace",
    metavar="WORD",
    help="First part of every note's identity, for ever: a word that only you use.",
)
def command(folder: Path, namespace: str | None) -> int:
    """Start a project with an example of each kind of card; overwrite nothing."""
    from dlcards.commands.init import start_project

    if namespace is None:
        if not sys.stdin.isatty():
            message = "which namespace? Give --namespace WORD, a word that only you use"
            raise UsageError(f"{message}, such as physics-miller; it can never change")
        click.echo("A namespace tells your notes from everybody else's, and can never change.")
        namespace = click.prompt("Namespace (such as physics-miller)")
    written = start_project(folder, namespace.strip())
    click.echo(f"{folder}: {len(written)} files, an example of each kind of card among them")
    click.echo(f"Next: dlcards --root {folder} preview --watch --open")
    return 0
