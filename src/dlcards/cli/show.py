"""``dlcards show``: one entry in the terminal."""

from __future__ import annotations

from pathlib import Path

import click

from dlcards.cli.console import Progress
from dlcards.cli.settings import Settings


@click.command(epilog="Example: dlcards show chain-rule --figure chain-rule.png")
@click.argument("entry_id", metavar="ID")
@click.option(
    "--figure",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write its figure to this file, .svg or .png.",
)
@click.option("--front", is_flag=True, help="The figure as it stands on a front.")
@click.pass_obj
def command(settings: Settings, entry_id: str, figure: Path | None, front: bool) -> int:
    """Show an entry: formula, checks, cards, prerequisites, sources."""
    from dlcards.cli.problems import show_problems
    from dlcards.commands.show import draw_figure, show_entry
    from dlcards.problems import has_errors

    root = settings.find_root()
    if figure is not None:
        draw_figure(root, entry_id, figure, front=front)
        click.echo(figure)
        return 0
    shown = show_entry(root, entry_id, Progress(settings.quiet, settings.verbose))
    click.secho(shown.title, bold=True)
    width = max(len(name) for name, _ in shown.lines)
    for name, text in shown.lines:
        click.echo(f"  {click.style(name.ljust(width), dim=True)}  {text}")
    show_problems(shown.problems)
    return 1 if has_errors(shown.problems) else 0
