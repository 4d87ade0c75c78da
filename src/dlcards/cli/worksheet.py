"""``dlcards worksheet``: exercises on paper."""

from __future__ import annotations

from pathlib import Path

import click

from dlcards.cli.console import Progress
from dlcards.cli.settings import Settings


@click.command(epilog="Example: dlcards worksheet --deck calculus --count 20 -o sheet.html")
@click.option("--deck", required=True, metavar="NAME", help="The deck whose entries are drilled.")
@click.option("--topic", default="", metavar="NAME", help="Only exercises of this topic.")
@click.option("--count", type=click.IntRange(1, 200), default=20, help="How many problems.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Another seed, other problems.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The page to write; print it from a browser.",
)
@click.pass_obj
def command(settings: Settings, deck: str, topic: str, count: int, seed: int, output: Path) -> int:
    """Write problems for paper, with the solutions on a page of their own."""
    from dlcards.cli.problems import show_problems
    from dlcards.commands.worksheet import WorksheetRequest, make_worksheet
    from dlcards.files import write_atomically

    request = WorksheetRequest(settings.find_root(), deck, topic, count, seed)
    sheet = make_worksheet(request, Progress(settings.quiet, settings.verbose))
    write_atomically(output, sheet.page)
    show_problems(sheet.found)
    problems = "1 problem" if sheet.problems == 1 else f"{sheet.problems} problems"
    fewer = "" if sheet.problems == count else f"; there are no more than {sheet.problems}"
    click.echo(f"{output}: {problems}{fewer}")
    return 0
