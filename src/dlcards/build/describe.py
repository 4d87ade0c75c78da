"""What a learner reads about a deck before opening it."""

from __future__ import annotations

from dlcards import languages
from dlcards.cards import html


def describe_deck(text: str, *, lang: str, version: str) -> str:
    """Return the description of a deck as HTML: what it is, how it updates, its licence.

    Parameters
    ----------
    text : str
        The author's own words, plain text.
    lang : str
        The source language stands in for one that does not exist.
    version : str

    Examples
    --------
    >>> describe_deck("Limits & slopes.", lang=languages.SOURCE, version="1.0.0")[:30]
    '<p>Limits &amp; slopes.</p><p>'
    """
    about = languages.table(languages.or_source(lang), "cards")["decks"]["about"]
    told = about.format(version=version)
    parts = (text, *(" ".join(part.split()) for part in told.split("\n\n")))
    return "".join(html.element("p", html.text(part.strip())) for part in parts)
