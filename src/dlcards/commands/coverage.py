"""Which chapters of the sources the entries cover, and which they do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from dlcards.build.choose import is_within
from dlcards.commands.study import read_known
from dlcards.content.library import Item, Library, Source
from dlcards.content.lists import NoteList
from dlcards.content.references import check_source
from dlcards.content.selection import deck_content, find_deck
from dlcards.problems import UsageError
from dlcards.validation import Guesses, nearest


def coverage(
    root: Path, deck: str | None = None, wanted: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return every place of every source with the entries that cite it, or a place inside it.

    A source whose places are not listed has those that entries cite.

    Parameters
    ----------
    root : Path
    deck : str or None
        Only the entries of this deck count.
    wanted : sequence of str
        Only these sources, chapters or sections: ``DLB``, ``DLB:6``.

    Raises
    ------
    UsageError
        For a deck, a source or a place that does not exist.
    ContentError
        When an entry cannot be read.
    """
    library = read_known(root)
    cited = _cited(library, deck)
    rows = list(_rows(library, cited))
    wrong = [_unknown(library, rows, text) for text in wanted if not _within(rows, (text,))]
    if wrong:
        raise UsageError("\nerror: ".join(wrong))
    return _within(rows, wanted) if wanted else rows


def counted(rows: Iterable[dict[str, Any]]) -> str:
    """Return how many places of each work are covered, a line each."""
    works: dict[str, list[bool]] = {}
    for row in rows:
        code, _, place = row["source"].partition(":")
        if place:
            works.setdefault(code, []).append(bool(row["entries"]))
    return "\n".join(
        f"{code}: {sum(covered)} of {len(covered)} covered" for code, covered in works.items()
    )


def _cited(library: Library, deck: str | None) -> dict[str, list[str]]:
    """Return the entries and lists that cite something, by the citation without equation."""
    if deck is None:
        every: tuple[Item | NoteList, ...] = (*library.items.values(), *library.lists.values())
    else:
        every = deck_content(library, find_deck(library, deck))
    cited: dict[str, list[str]] = {}
    for each in every:
        sources = each.head.sources if isinstance(each, NoteList) else each.entry.sources
        for text in dict.fromkeys(source.partition("#")[0] for source in sources):
            cited.setdefault(text, []).append(each.id)
    return cited


def _rows(library: Library, cited: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    known = {text for text in cited if text.partition(":")[0] in library.sources}
    for source in library.sources.values():
        own = sorted(text.partition(":")[2] for text in known if is_within(text, source.code))
        yield _row(source, "", source.title, cited)
        for place in dict.fromkeys((*source.places, *(each for each in own if each))):
            yield _row(source, place, source.places.get(place, ""), cited)


def _row(source: Source, place: str, title: str, cited: dict[str, list[str]]) -> dict[str, Any]:
    wanted = f"{source.code}:{place}" if place else source.code
    entries = {name for text, names in cited.items() if is_within(text, wanted) for name in names}
    return {"source": wanted, "title": title, "entries": sorted(entries)}


def _within(rows: Iterable[dict[str, Any]], wanted: Iterable[str]) -> list[dict[str, Any]]:
    asked = tuple(wanted)
    return [row for row in rows if any(is_within(row["source"], text) for text in asked)]


def _unknown(library: Library, rows: Iterable[dict[str, Any]], text: str) -> str:
    wrong = check_source(library.sources, text, Guesses()) if library.sources else None
    if wrong is not None:
        return "; ".join(wrong)
    hint = nearest(text, [row["source"] for row in rows]) or "see dlcards list --sources"
    return f"{text!r} is not a source in formulas/sources.yaml; {hint}"
