"""``dlcards explain``: what a code means, with an example and the remedy."""

from __future__ import annotations

import re
from importlib.resources import files

import click

from dlcards.problems import UsageError


@click.command(epilog="Example: dlcards explain unknown-type")
@click.argument("code", required=False)
@click.option("--all", "everything", is_flag=True, help="Print every section, as Markdown.")
def command(code: str | None, everything: bool) -> int:
    """Explain the code of a problem: cause, example, remedy; or a level of check, or a word."""
    if everything:
        click.echo("\n".join(map(_text, ("problems", "levels", "words"))), nl=False)
        return 0
    found = sections() | levels() | _sections(_text("words"))
    if code is None:
        click.echo("\n".join(found))
        return 0
    name = code.strip("[]")
    if name not in found:
        raise UsageError(_unknown(name, tuple(found)))
    click.secho(name, bold=True)
    click.echo(f"\n{found[name]}")
    return 0


def sections() -> dict[str, str]:
    """Return what there is to say about every code, by code.

    Examples
    --------
    >>> sections()["unknown-type"].splitlines()[2]
    '    let: {x: reel}'
    """
    return _sections(_text("problems"))


def levels() -> dict[str, str]:
    """Return what every level of a check means, by level.

    Examples
    --------
    >>> levels()["unchecked"].split(".")[0]
    'The formula cannot be said in the claim language'
    """
    return _sections(_text("levels"))


def _sections(text: str) -> dict[str, str]:
    _, *parts = re.split(r"^## (\S+)\n", text, flags=re.MULTILINE)
    return {name: part.strip("\n") for name, part in zip(parts[::2], parts[1::2], strict=True)}


def _text(name: str) -> str:
    return (files(__package__) / f"{name}.md").read_text(encoding="utf-8")


def _unknown(name: str, known: tuple[str, ...]) -> str:
    import difflib

    close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    near = f"; did you mean {' or '.join(close)}?" if close else ""
    return f"there is no code {name!r}{near} All codes are listed by: dlcards explain"
