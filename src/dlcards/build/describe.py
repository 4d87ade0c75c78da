"""What a learner reads about a deck before opening it."""

from __future__ import annotations

from dlcards import languages
from dlcards.cards import html
from dlcards.content.project_file import LIBRARY, Project


def describe_deck(text: str, *, lang: str, version: str, project: Project = LIBRARY) -> str:
    """Return the description of a deck as HTML: what it is, how it updates, its licence.

    Parameters
    ----------
    text : str
        The author's own words, plain text.
    lang : str
        The source language stands in for one that does not exist.
    version : str
    project : Project
        Whose content it is.

    Examples
    --------
    >>> describe_deck("Limits & slopes.", lang=languages.SOURCE, version="1.0.0")[:30]
    '<p>Limits &amp; slopes.</p><p>'
    """
    words = languages.table(languages.or_source(lang), "cards")["decks"]
    told = words["about"].format(version=version)
    credit = project.credit()
    parts = (
        text,
        *(" ".join(part.split()) for part in told.split("\n\n")),
        words["credit"].format(credit=credit) if credit else "",
    )
    return "".join(html.element("p", html.text(part.strip())) for part in parts)
