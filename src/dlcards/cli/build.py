"""``dlcards build``: check, draw, compose and write decks."""

from __future__ import annotations

from pathlib import Path

import click

from dlcards.cli.choice import choosing
from dlcards.cli.console import Progress
from dlcards.cli.settings import Settings
from dlcards.languages import SOURCE


@click.command(epilog="Example: dlcards build --deck calculus")
@click.option("--deck", "decks", multiple=True, metavar="NAME", help="A deck; may be repeated.")
@click.option("--all", "every", is_flag=True, help="Every deck there is.")
@choosing
@click.option("--with-prerequisites", is_flag=True, help="Also what the chosen entries require.")
@click.option("--core", is_flag=True, help="Only what has priority 1, with what it requires.")
@click.option("--lang", default=SOURCE, show_default=True, help="Language of the cards.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the packages.  [default: build/ below the root]",
)
@click.option(
    "--jobs", type=click.IntRange(1, 64), help="Worker processes.  [default: number of cores]"
)
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("--no-cache", is_flag=True, help="Draw and check everything anew.")
@click.pass_obj
def command(
    settings: Settings,
    decks: tuple[str, ...],
    every: bool,
    sources: tuple[str, ...],
    topics: tuple[str, ...],
    tags: tuple[str, ...],
    ids: tuple[str, ...],
    with_prerequisites: bool,
    core: bool,
    lang: str,
    output: Path | None,
    jobs: int | None,
    strict: bool,
    no_cache: bool,
) -> int:
    """Check formulas, draw figures and write Anki packages."""
    from dlcards.commands.build import build
    from dlcards.requests import BuildRequest, Choice

    choice = Choice(sources, topics, tags, ids, with_prerequisites)
    if not decks and not every and not choice.given():
        message = (
            "which deck? Give --deck NAME or --all, or a part of them: --source, --topic, --tag, "
            "--id; the decks are listed by: dlcards list --decks"
        )
        raise click.UsageError(message)
    if every and choice.given():
        message = "--all builds whole decks; leave it out, and the choice is made from all of them"
        raise click.UsageError(message)
    if with_prerequisites and not choice.given():
        message = "--with-prerequisites goes with --source, --topic, --tag or --id"
        raise click.UsageError(message)
    root = settings.find_root()
    request = BuildRequest(
        root=root,
        decks=decks,
        every=every,
        choice=choice,
        core=core,
        language=lang,
        output=output,
        jobs=jobs,
        strict=strict,
        use_cache=not no_cache,
    )
    result = build(request, Progress(settings.quiet, settings.verbose))
    if result.problems:
        from dlcards.cli.problems import show_problems

        show_problems(result.problems)
    for deck in result.decks:
        if not settings.quiet:
            click.echo(deck.summary())
    if result.ok and result.decks and not settings.quiet:
        click.echo("Next: in Anki, File → Import, and choose the package")
    return 0 if result.ok else 1
