"""``dlcards add``: copy entries of the bundled library into a project."""

from __future__ import annotations

import click

from dlcards.cli.settings import Settings


@click.command(epilog="Example: dlcards add dlcards:calculus/chain-rule")
@click.argument("names", metavar="dlcards:FOLDER/ENTRY", nargs=-1, required=True)
@click.pass_obj
def command(settings: Settings, names: tuple[str, ...]) -> int:
    """Copy entries of the bundled decks into your project, where you may change them."""
    from dlcards.commands.add import add_entries

    added = add_entries(settings.find_own_root(), names)
    for file in added.written:
        click.echo(file)
    if added.left_out:
        click.echo(f"left out of requires and uses: {', '.join(added.left_out)}")
    click.echo("They are yours now: their notes have your namespace. Next: dlcards check")
    return 0
