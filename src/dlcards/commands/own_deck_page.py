"""The tables of keys in ``docs/own-deck.md``: ``python -m dlcards.commands.own_deck_page``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel

from dlcards.content import schema
from dlcards.files import write_atomically

PAGE = "docs/own-deck.md"
MODELS: Mapping[str, type[BaseModel]] = {
    "project": schema.ProjectFile,
    "rules": schema.RuleSet,
    "deck": schema.Deck,
    "contents": schema.Selection,
    "list": schema.WholeList,
    "note": schema.PlainQuestion,
    "picture": schema.ImageFigure,
}
_TABLE = re.compile(r"(<!-- keys: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str) -> str:
    """Return a page with its tables of keys as the schema has them."""
    return _TABLE.sub(lambda match: f"{match[1]}{key_table(MODELS[match[2]])}{match[3]}", page)


def key_table(model: type[BaseModel]) -> str:
    """Return the keys of a model as a table.

    Examples
    --------
    >>> print(key_table(schema.RuleSet).splitlines()[3])
    | `also` | And these codes. |
    """
    rows = ["| key | what it holds |", "|---|---|"]
    for name, info in model.model_fields.items():
        must = ", **required**" if info.is_required() else ""
        said = (info.description or "").replace("|", "\\|")
        rows.append(f"| `{info.alias or name}`{must} | {said} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    root = Path(__file__).parents[3]
    text = (root / PAGE).read_text(encoding="utf-8")
    write_atomically(root / PAGE, filled(text), root)
