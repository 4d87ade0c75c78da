"""Build decks, unless nothing has changed since the last build.

On the warm path: imports nothing that takes time to load.
"""

from __future__ import annotations

import time

from dlcards.cache.manifest import unchanged, what_changed
from dlcards.cache.stamp import take_stamp
from dlcards.garbage import without_collection
from dlcards.project import check_language, deck_names, output_folder
from dlcards.requests import STUDY, BuildRequest, BuildResult, Watcher


def build(request: BuildRequest, watcher: Watcher) -> BuildResult:
    """Build decks.

    A package is written only when nothing is wrong; whatever happens, the packages of
    earlier builds stay as they are until their successors are complete.

    Raises
    ------
    UsageError
        For a deck that does not exist, or a choice of nothing.
    """
    check_language(request.language)
    output = output_folder(request.root, request.output)
    stamp = take_stamp(request.root, time.time_ns())
    chosen = (STUDY,) if request.choice.given() else ()
    names = deck_names(request.root) if request.every else request.decks or chosen
    if request.use_cache:
        same = unchanged(request, output, names, stamp)
        if same is not None:
            return same
        for line in what_changed(request, output, names, stamp):
            watcher.say(line)
    from dlcards.build.flow import build_decks  # start-up

    with without_collection():
        return build_decks(request, names, output, stamp, watcher)
