"""``dlcards pull``: remarks and tags of one's own, from Anki into the project."""

from __future__ import annotations

from pathlib import Path

import click

from dlcards.cli.settings import Settings


@click.command(epilog="Example: dlcards pull export.apkg")
@click.argument("export", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def command(settings: Settings, export: Path) -> int:
    """Write the Personal texts and own tags of EXPORT into formulas/personal.yaml."""
    from dlcards.cli.problems import show_problems
    from dlcards.commands.pull import pull_personal
    from dlcards.problems import UsageError
    from dlcards.project import is_installed
    from dlcards.release.personal import PERSONAL_FILE

    root = settings.find_own_root()
    if is_installed(root):
        raise UsageError("there is no project here; start one with: dlcards init my-cards")
    pulled = pull_personal(root, export)
    show_problems(pulled.problems)
    if pulled.problems:
        return 1
    if not settings.quiet:
        click.echo(f"{PERSONAL_FILE}: remarks or tags on {len(pulled.overlay)} notes")
        if pulled.without_media:
            click.echo("pictures and sounds stay in Anki alone: " + ", ".join(pulled.without_media))
    return 0
