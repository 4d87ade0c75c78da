"""``dlcards schema``: JSON Schema for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from dlcards.cli.settings import Settings
from dlcards.project import SCHEMA_FILES


@click.command(epilog="Example: dlcards schema --write")
@click.argument("name", type=click.Choice(tuple(SCHEMA_FILES)), default="entry")
@click.option("--write", is_flag=True, help="Write all schemas to their places in the project.")
@click.pass_obj
def command(settings: Settings, name: str, write: bool) -> int:
    """Print the JSON Schema of entries, translations, lists, exercises, decks or the project."""
    if not write:
        click.echo(schema_text(name), nl=False)
        return 0
    from dlcards.files import write_atomically

    root = settings.find_own_root()
    for each, place in SCHEMA_FILES.items():
        write_atomically(root / Path(place), schema_text(each), root)
        click.echo(place)
    return 0


def schema_text(name: str) -> str:
    """Return a schema as it is stored."""
    from dlcards.content.schema import json_schema

    return json.dumps(json_schema(name), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
