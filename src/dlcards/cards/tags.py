"""The tags of notes, by which Anki finds and groups them."""

from __future__ import annotations

import re
from collections.abc import Iterable


def source_tag(text: str) -> str:
    """Return the tag under which Anki groups the cards of a chapter or video.

    Examples
    --------
    >>> source_tag("3B1B-CA:4"), source_tag("DLB:6.5.2#6.44")
    ('3b1b::ca::04', 'dlb::6.5.2')
    """
    code, _, rest = text.partition(":")
    place = rest.partition("#")[0]
    if place.isdigit():
        place = place.zfill(2)
    parts = (code.lower().replace("-", "::"), place)
    return "::".join(part for part in parts if part).replace(" ", "-").replace("/", "::")


def note_tags(
    namespace: str,
    subject: str,
    topic: str,
    priority: int,
    kind: str,
    sources: Iterable[str] = (),
    more: Iterable[str] = (),
) -> tuple[str, ...]:
    """Return the tags of a note.

    Parameters
    ----------
    namespace, subject, topic : str
    priority : int
    kind : str
        Of its entry, or what it is: ``exercise``, ``derivation``.
    sources : iterable of str
        As :func:`source_tag` returns them.
    more : iterable of str

    Examples
    --------
    >>> note_tags("dlcards", "calculus", "limits", 1, "concept", more=["first steps"])
    ('dlcards::calculus::limits', 'first-steps', 'kind::concept', 'priority::1')
    """
    tags = {f"{namespace}::{subject}::{topic}", f"priority::{priority}", f"kind::{kind}", *more}
    tags.update(f"source::{tag}" for tag in sources)
    # Anki separates tags by spaces.
    return tuple(sorted(re.sub(r"\s+", "-", tag) for tag in tags))


def has_tag(tags: Iterable[str], wanted: Iterable[str]) -> bool:
    """Tell whether one of the tags is wanted, or lies below one, as in Anki's search.

    Examples
    --------
    >>> has_tag(["source::3b1b::ca::04"], ["Source::3b1b"]), has_tag(["kind::concept"], ["kin"])
    (True, False)
    """
    sought = [each.casefold() for each in wanted]
    return any(f"{tag}::".casefold().startswith(f"{each}::") for tag in tags for each in sought)
