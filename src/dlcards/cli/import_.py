"""``dlcards import``: bring notes of a table, a package or Markdown."""

from __future__ import annotations

from pathlib import Path

import click

from dlcards.cli.settings import Settings


@click.command(epilog="Example: dlcards import cards.csv --subject physics")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--subject", default="imported", show_default=True, help="The folder in formulas/.")
@click.option("--name", default="", metavar="NAME", help="Of the list.  [default: the file's]")
@click.pass_obj
def command(settings: Settings, file: Path, subject: str, name: str) -> int:
    """Turn a .csv, .tsv, .apkg or .md into a list, and say what could not be taken."""
    from dlcards.commands.import_notes import import_notes

    done = import_notes(settings.find_own_root(), file, subject, name)
    beside = f", {done.media:,} pictures and sounds" if done.media else ""
    click.echo(f"{done.file}: {done.notes:,} {'note' if done.notes == 1 else 'notes'}{beside}")
    for what, number in done.lost.items():
        click.echo(f"  not taken: {number:,} × {what}")
    click.echo(f"Next: a deck with 'subject: {subject}' under contents, then: dlcards check")
    return 0
