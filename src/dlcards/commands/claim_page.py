"""``docs/claim-language.md``: ``python -m dlcards.commands.claim_page`` writes it."""

from __future__ import annotations

from pathlib import Path

from dlcards import languages
from dlcards.claims.reference import markdown
from dlcards.files import write_atomically


def page() -> str:
    """Return the page, with where lines worded as on English cards.

    Examples
    --------
    >>> page().splitlines()[0]
    '# The claim language'
    """
    return markdown(languages.table(languages.SOURCE, "where"))


if __name__ == "__main__":
    root = Path(__file__).parents[3]
    write_atomically(root / "docs" / "claim-language.md", page(), root)
