"""The pictures of `docs/decks`, for a sample: drawing all of them takes most of a build."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from dlcards import figures
from dlcards.build.illustrate import FigureRequest, StoredFigure, drawing_key, figure_requests
from dlcards.cache import store
from dlcards.claims.resolver import read_statement
from dlcards.content.reader import read_library
from dlcards.figures.alt import alt_text
from dlcards.figures.identity import spec_digest
from dlcards.figures.words import printed
from dlcards.languages import SOURCE

SIZE = re.compile(r'<svg [^>]*\bwidth="(\d+)" height="(\d+)"')


def take_kept_pictures(root: Path, cache: Path, *, drawn: int) -> None:
    """Put the pictures of the documentation into a cache, but one in `drawn`.

    These are drawn by the build. A front shows the picture of its back: what it may not show
    are other tests' questions, and so is whether the documentation is fresh.
    """
    library, _ = read_library(root)
    requests = [each for item in library.items.values() for each in figure_requests(item, SOURCE)]
    for place, request in enumerate(requests):
        path = root / "docs" / "decks" / f"{request.id}.svg"
        if place % drawn and path.is_file():
            figure = _figure(request, path.read_text(encoding="utf-8"))
            store.write(cache, store.FIGURES, asdict(figure), drawing_key(request))


def _figure(request: FigureRequest, svg: str) -> StoredFigure:
    """Return a figure as if it had been drawn now; names and texts are always those of now."""
    spec, _ = figures.parse_spec(dict(request.spec))
    statement, _ = read_statement(request.text)
    size = SIZE.search(svg)
    assert spec is not None
    assert size is not None
    digest = spec_digest(spec, request.text, lang=request.lang, front=request.front)
    alt = alt_text(spec, request.lang, statement)
    caption = printed(spec.common.caption, statement)
    return StoredFigure(svg, digest, int(size[1]), int(size[2]), alt, caption)
