"""From entries to notes: verify, illustrate, prepare, compose."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from dlcards.build.compose import compose
from dlcards.build.illustrate import FigureRequest, Gallery, illustrate, shows_front
from dlcards.build.prepare import prepare
from dlcards.build.verification import Effort, Verified, verify_items
from dlcards.cache.notes import Kept, composing_key
from dlcards.claims.lock import Checked
from dlcards.content.library import Item, Library, located
from dlcards.model import CardContent, MediaFile, Note
from dlcards.problems import Problem
from dlcards.requests import Watcher

NOTHING_KEPT = Kept()


@dataclass(frozen=True, slots=True)
class Work:
    """How the steps are to be done.

    Parameters
    ----------
    jobs : int
    cache : Path or None
        Folder of finished work, None to do everything anew.
    language : str
    kept : Kept
        What earlier builds composed.
    """

    jobs: int
    cache: Path | None
    language: str = "en"
    kept: Kept = NOTHING_KEPT


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that goes into decks.

    Parameters
    ----------
    notes : mapping of str to tuple of Note
        By id of the entry.
    media : mapping of str to MediaFile
        By name.
    cards : mapping of str to CardContent
        What the notes were composed from, of those that were composed now.
    keys : mapping of str to str
        The hash of what the notes of an entry come from, where nothing is wrong with it.
    checked : mapping of str to Checked
    """

    notes: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)
    media: Mapping[str, MediaFile] = field(default_factory=dict)
    cards: Mapping[str, CardContent] = field(default_factory=dict)
    checked: Mapping[str, Checked] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)

    def cards_per_entry(self) -> dict[str, int]:
        """Return how many cards each entry has."""
        return {name: sum(len(note.slots) for note in notes) for name, notes in self.notes.items()}


def workers(jobs: int | None) -> int:
    """Return the number of worker processes: one per core unless told otherwise."""
    if jobs is not None:
        return jobs
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def read_content(library: Library, items: Sequence[Item], work: Work, watcher: Watcher) -> Content:
    """Check, draw and compose entries; nothing wrong reaches a note."""
    effort = Effort(work.jobs, fresh=work.cache is None)
    verified, gallery = verify_and_draw(library, items, effort, work, watcher)
    return compose_items(library, items, verified, work, watcher, gallery)


def verify_and_draw(
    library: Library, items: Sequence[Item], effort: Effort, work: Work, watcher: Watcher
) -> tuple[Verified, Gallery]:
    """Check entries in workers while their figures are drawn.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; finished figures and verdicts are kept.
    """
    galleries: list[Gallery] = []

    def draw() -> None:
        galleries.append(_illustrate(items, work, watcher))

    verified = verify_items(library, items, effort, watcher, draw)
    return verified, galleries[0]


def compose_items(
    library: Library,
    items: Sequence[Item],
    verified: Verified,
    work: Work,
    watcher: Watcher,
    gallery: Gallery | None = None,
) -> Content:
    """Compose entries that were checked; without a gallery, draw their figures first.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; finished figures are kept in the cache.
    """
    problems = list(verified.problems)
    if gallery is None:
        gallery = _illustrate(items, work, watcher)
    notes: dict[str, tuple[Note, ...]] = {}
    cards: dict[str, CardContent] = {}
    keys: dict[str, str] = {}
    for item in items:
        problems += located(item, gallery.problems.get(item.id, ()))
        if not item.readable:
            continue
        checked = verified.checked.get(item.id, Checked())
        pictures = (gallery.figures.get(item.id), gallery.fronts.get(item.id))
        key = composing_key(item, library, checked, pictures, work.language)
        kept = work.kept.notes_of(item, key)
        known = {picture.media.name for picture in pictures if picture is not None}
        if kept is not None and all(known.issuperset(note.media) for note in kept):
            notes[item.id], keys[item.id] = kept, key
            continue
        content, misread = prepare(item, library, checked, *pictures, lang=work.language)
        composed, misfits = compose(content)
        wrong = located(item, (*misread, *misfits))
        problems += wrong
        notes[item.id] = composed
        cards[item.id] = content
        if not wrong:
            keys[item.id] = key
    drawings = (*gallery.figures.values(), *gallery.fronts.values())
    media = {drawing.media.name: drawing.media for drawing in drawings}
    return Content(notes, media, cards, verified.checked, tuple(problems), keys)


def _illustrate(items: Sequence[Item], work: Work, watcher: Watcher) -> Gallery:
    """Draw the figures of entries; Ctrl-C is raised again when finished ones are kept."""
    requests = []
    for item in items:
        if item.readable and item.entry.figure is not None:
            request = FigureRequest(
                item.id,
                item.entry.figure,
                item.entry.statement_text(item.id),
                title=item.entry.title,
                lang=work.language,
            )
            requests.append(request)
            if shows_front(item.entry.figure):
                requests.append(replace(request, front=True))
    with watcher.step("Drawing figures", len(requests)) as advance:
        folder = work.cache / "figures" if work.cache is not None else None
        gallery = illustrate(requests, cache_folder=folder, jobs=work.jobs, on_done=advance)
    if gallery.interrupted:
        raise KeyboardInterrupt
    watcher.say(f"figures: {gallery.drawn} drawn, {len(requests) - gallery.drawn} kept")
    if gallery.damaged:
        watcher.say(f"figures: {gallery.damaged} kept ones were damaged and are drawn anew")
    return gallery
