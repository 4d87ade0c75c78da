"""``dlcards preview``: every card, front and back, in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlcards.cli.console import Progress
from dlcards.cli.settings import Settings
from dlcards.languages import SOURCE

if TYPE_CHECKING:
    from dlcards.commands.preview import PreviewRequest


@click.command(epilog="Example: dlcards preview --deck calculus --watch --open")
@click.option(
    "--deck", "names", multiple=True, metavar="NAME|ID", help="A deck or an entry; repeatable."
)
@click.option("--watch", is_flag=True, help="Show every change as soon as a file is saved.")
@click.option("--open", "open_page", is_flag=True, help="Open the page in the browser.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the page to this folder instead of serving it.",
)
@click.option(
    "--mathjax",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with MathJax 3, for work without network.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes any free port.")
@click.option("--lang", default=SOURCE, metavar="CODE", help="Language of the cards.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Worker processes.")
@click.pass_obj
def command(
    settings: Settings,
    names: tuple[str, ...],
    watch: bool,
    open_page: bool,
    output: Path | None,
    mathjax: Path | None,
    port: int,
    lang: str,
    jobs: int | None,
) -> int:
    """Show every card, front and back, as Anki will show it."""
    from dlcards.commands.preview import PreviewRequest, preview
    from dlcards.commands.preview_site import find_mathjax, write_site
    from dlcards.problems import UsageError

    if output is not None and watch:
        raise UsageError("--watch serves the page; it does not go with --output")
    found = find_mathjax(mathjax)
    request = PreviewRequest(settings.find_root(), names, lang, jobs)
    progress = Progress(settings.quiet, settings.verbose)
    if output is None:
        return _serve(request, progress, found, port, watch=watch, open_page=open_page)
    page = write_site(preview(request, progress), output, found)
    click.echo(page)
    if open_page:
        click.launch(page.resolve().as_uri())
    return 0


def _serve(
    request: PreviewRequest,
    progress: Progress,
    mathjax: Path | None,
    port: int,
    *,
    watch: bool,
    open_page: bool,
) -> int:
    from dlcards.commands.preview import preview
    from dlcards.commands.preview_site import Serving, Site, wait, watch_content

    first = preview(request, progress, check=not watch)
    site = Site(first, mathjax, live=watch)
    with Serving(site, port) as address:
        click.echo(f"{first.cards()} cards: {address} (Ctrl-C ends it)")
        if open_page:
            click.launch(address)
        try:
            if watch:
                watch_content(request, site, first, progress)
            else:
                wait()
        except KeyboardInterrupt:
            return 0
    return 0
