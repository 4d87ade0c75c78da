"""Illustrate: draw the figures of entries in worker processes, each once for the same inputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache as memoize
from pathlib import Path
from typing import Any

from dlcards.cache import store
from dlcards.claims.statement import FormulaProblem, StatementText
from dlcards.content.library import Item
from dlcards.languages import SOURCE, or_source
from dlcards.model import OURS, Illustration, MediaFile
from dlcards.requests import Watcher
from dlcards.workers import Failure, Result, run_tasks

SECONDS_PER_FIGURE = 60.0


@dataclass(frozen=True, slots=True)
class FigureRequest:
    """A figure to be drawn.

    Parameters
    ----------
    id : str
        The entry.
    spec : mapping
        As written in the entry.
    text : StatementText
        The formulas of the entry; figures may use its definitions.
    front : bool
        Whether the variant for the front is wanted, without labels that give the
        answer away.
    title : str
        The answer that a front must not give away.
    lang : str
        Of the alternative text.
    first_id : str
        Names the picture; the id where there is no other.
    """

    id: str
    spec: Mapping[str, Any]
    text: StatementText
    front: bool = False
    title: str = ""
    lang: str = SOURCE
    first_id: str = ""


@dataclass(frozen=True, slots=True)
class StoredFigure:
    """A finished figure, as it travels between processes and lies in the cache.

    ``digest`` is the hash of what it shows, see :mod:`dlcards.figures.identity`.
    """

    svg: str
    digest: str
    width: int
    height: int
    alt: str
    caption: str
    problems: tuple[FormulaProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Gallery:
    """The figures of a build.

    Parameters
    ----------
    figures, fronts : mapping of str to Illustration
        By id of the entry.
    problems : mapping of str to tuple of FormulaProblem
        Paths begin with ``figure``.
    drawn : int
        How many were drawn now; the others came from the cache.
    damaged : int
        How many of these lie damaged in the cache.
    sounds : mapping of str to mapping of str to MediaFile
        By id of the entry, or ``list/note``, and the name of the file in it.
    """

    figures: Mapping[str, Illustration] = field(default_factory=dict)
    fronts: Mapping[str, Illustration] = field(default_factory=dict)
    problems: Mapping[str, tuple[FormulaProblem, ...]] = field(default_factory=dict)
    drawn: int = 0
    interrupted: bool = False
    damaged: int = 0
    sounds: Mapping[str, Mapping[str, MediaFile]] = field(default_factory=dict)


def illustrate(
    items: Sequence[Item],
    *,
    cache: Path | None,
    jobs: int,
    language: str,
    watcher: Watcher,
    namespace: str = OURS,
) -> Gallery:
    """Draw the figures of entries.

    Parameters
    ----------
    items : sequence of Item
    cache : Path or None
        Folder of the cache; None draws everything.
    jobs : int
        Worker processes; none is started when everything is in the cache.
    language : str
        Of the alternative texts.
    watcher : Watcher
    namespace : str
        First part of the names of the media files.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; finished figures are in the cache.
    """
    requests = [request for item in items for request in figure_requests(item, language)]
    with watcher.step("Drawing figures", len(requests)) as advance:
        gallery = draw_all(requests, cache=cache, jobs=jobs, namespace=namespace, on_done=advance)
    if gallery.interrupted:
        raise KeyboardInterrupt
    cached = len(requests) - gallery.drawn
    watcher.say(f"figures: {gallery.drawn} drawn, {cached} from the cache")
    if gallery.damaged:
        watcher.say(f"figures: {gallery.damaged} damaged in the cache, drawn anew")
    return gallery


def figure_requests(item: Item, language: str) -> Iterator[FigureRequest]:
    """Yield the figure of an entry, and the same for its fronts, if it may stand there."""
    if not item.readable or item.entry.figure is None or item.image is not None:
        return
    text = item.entry.statement_text(item.id)
    spec, title = item.entry.figure, item.entry.title
    request = FigureRequest(item.id, spec, text, title=title, lang=language, first_id=item.first_id)
    yield request
    if shows_front(spec):
        yield replace(request, front=True)


def draw_all(
    requests: Sequence[FigureRequest],
    *,
    cache: Path | None,
    jobs: int,
    namespace: str = OURS,
    on_done: Callable[[int], None] = lambda done: None,
) -> Gallery:
    """Draw figures, each in the cache or in a worker process.

    Parameters
    ----------
    requests : sequence of FigureRequest
    cache : Path or None
    jobs : int
    namespace : str
        First part of the names of the media files.
    on_done : callable
        Called with the number of figures that were finished.
    """
    keys = [drawing_key(request) for request in requests]
    cached = [_from_cache(cache, key) for key in keys]
    missing = [i for i, (figure, _) in enumerate(cached) if figure is None]
    on_done(len(requests) - len(missing))

    def finished(position: int, result: Result[StoredFigure]) -> None:
        if result.value is not None:
            store.write(cache, store.FIGURES, asdict(result.value), keys[missing[position]])
        on_done(1)

    results = run_tasks(
        draw,
        [requests[i] for i in missing],
        jobs=jobs,
        seconds_per_task=SECONDS_PER_FIGURE,
        on_done=finished,
        small=True,
    )
    drawings = [figure for figure, _ in cached]
    failures: dict[int, Result[StoredFigure]] = {}
    for i, result in zip(missing, results, strict=True):
        drawings[i] = result.value
        if result.value is None:
            failures[i] = result
    gallery = _gallery(requests, drawings, failures, namespace, len(missing))
    return replace(gallery, damaged=sum(damaged for _, damaged in cached))


def shows_front(spec: Mapping[str, Any]) -> bool:
    """Return whether a figure may stand on a front, without reading the rest of it.

    Examples
    --------
    >>> shows_front({"kind": "bars", "front_safe": True}), shows_front({"kind": "bars"})
    (True, False)
    """
    panels = spec.get("panels")
    first = panels[0] if isinstance(panels, list) and panels else {}
    own = first if isinstance(first, Mapping) else {}
    return {**spec, **own}.get("front_safe") is True


def draw(request: FigureRequest) -> StoredFigure:
    """Draw one figure; runs in a worker."""
    from dlcards.claims.resolver import read_statement  # start-up
    from dlcards.figures import check, parse_spec, render  # start-up
    from dlcards.figures.identity import spec_digest  # start-up

    spec, problems = parse_spec(dict(request.spec))
    if spec is None:
        return StoredFigure("", "", 0, 0, "", "", tuple(problems))
    statement, _ = read_statement(request.text)
    found = check(spec, statement, answers=(request.title,))
    if any(not problem.warning for problem in found):
        return StoredFigure("", "", 0, 0, "", "", found)
    drawing = render(
        spec,
        statement=statement,
        front=request.front,
        lang=or_source(request.lang),
        answers=(request.title,),
    )
    return StoredFigure(
        drawing.svg.decode(),
        spec_digest(spec, request.text, lang=request.lang, front=request.front),
        drawing.width,
        drawing.height,
        drawing.alt,
        drawing.caption,
        found,
    )


def _gallery(
    requests: Sequence[FigureRequest],
    drawings: Sequence[StoredFigure | None],
    failures: Mapping[int, Result[StoredFigure]],
    namespace: str,
    drawn: int,
) -> Gallery:
    figures: dict[str, Illustration] = {}
    fronts: dict[str, Illustration] = {}
    problems: dict[str, tuple[FormulaProblem, ...]] = {}
    interrupted = False
    for i, (request, drawing) in enumerate(zip(requests, drawings, strict=True)):
        if drawing is None:
            interrupted |= failures[i].failure is Failure.INTERRUPTED
            problems[request.id] = (_failed(failures[i]),)
            continue
        found = tuple(_inside(problem) for problem in drawing.problems)
        problems[request.id] = tuple(dict.fromkeys((*problems.get(request.id, ()), *found)))
        if drawing.svg:
            pictures = fronts if request.front else figures
            pictures[request.id] = _illustration(request, drawing, namespace)
    return Gallery(figures, fronts, problems, drawn, interrupted)


def _inside(problem: FormulaProblem) -> FormulaProblem:
    return replace(problem, path=("figure", *problem.path))


def _failed(result: Result[StoredFigure]) -> FormulaProblem:
    hints = {
        Failure.TIMEOUT: "use fewer points, samples or panels",
        Failure.MEMORY: "use fewer points, samples or panels",
        Failure.INTERRUPTED: "run the command again",
    }
    hint = hints.get(result.failure or Failure.ERROR, "please report this as a bug")
    message = f"the figure could not be drawn: {result.message}"
    return FormulaProblem(("figure", "@key"), "figure-failed", message, hint)


def _illustration(request: FigureRequest, drawing: StoredFigure, namespace: str) -> Illustration:
    part = "-front" if request.front else ""
    name = f"{namespace}-{request.first_id or request.id}{part}-{drawing.digest}.svg"
    media = MediaFile(name, drawing.svg.encode())
    # The height follows the size of letters, which differs between versions of Matplotlib.
    return Illustration(media, drawing.alt, drawing.caption, drawing.width)


# ── Cache ────────────────────────────────────────────────────────────────────────


def drawing_key(request: FigureRequest) -> str:
    """Return the hash of all that a drawing depends on."""
    read = {
        "spec": dict(request.spec),
        "front": request.front,
        "title": request.title,
        "lang": request.lang,
        "let": dict(request.text.let),
        "define": dict(request.text.define),
        "definition": request.text.definition,
        "show": dict(request.text.show),
        "code": _code_digest(),
    }
    text = json.dumps(read, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@memoize
def _code_digest() -> str:
    """Return the hash of the code that draws, with the versions of the libraries it uses."""
    from importlib.metadata import version  # start-up

    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for pattern in ("figures/**/*.py", "claims/**/*.py", "languages/*/figures.yaml"):
        for path in sorted(package.glob(pattern)):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    for name in ("matplotlib", "numpy", "python-flint"):
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()


def _from_cache(cache: Path | None, key: str) -> tuple[StoredFigure | None, bool]:
    """Return a figure of the cache, and whether one lies there damaged."""
    data, damaged = store.read(cache, store.FIGURES, key)
    if data is None:
        return None, damaged
    try:
        problems = tuple(_problem(item) for item in data.pop("problems"))
        figure = StoredFigure(**data, problems=problems)
    except (TypeError, KeyError, AttributeError):
        return None, True
    texts = (figure.svg, figure.digest, figure.alt, figure.caption)
    numbers = (figure.width, figure.height)
    sound = all(type(t) is str for t in texts) and all(type(n) is int for n in numbers)
    return (figure, False) if sound else (None, True)


def _problem(data: dict[str, Any]) -> FormulaProblem:
    return FormulaProblem(**{**data, "path": tuple(data["path"])})
