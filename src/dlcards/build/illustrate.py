"""Draws the figures of entries, each in a worker, each only once for the same content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from dlcards.claims.statement import FormulaProblem, StatementText
from dlcards.files import read_kept, seal, unseal, write_atomically
from dlcards.model import Illustration, MediaFile
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
    """

    id: str
    spec: Mapping[str, Any]
    text: StatementText
    front: bool = False
    title: str = ""
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished drawing, as it travels between processes and rests in the cache."""

    svg: str
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
        How many of them were in the cache and could not be read.
    """

    figures: Mapping[str, Illustration]
    fronts: Mapping[str, Illustration]
    problems: Mapping[str, tuple[FormulaProblem, ...]]
    drawn: int
    interrupted: bool = False
    damaged: int = 0


def illustrate(
    requests: Sequence[FigureRequest],
    *,
    cache_folder: Path | None,
    jobs: int,
    namespace: str = "dlcards",
    on_done: Callable[[int], None] = lambda done: None,
) -> Gallery:
    """Draw figures.

    Parameters
    ----------
    requests : sequence of FigureRequest
    cache_folder : Path or None
        Where finished drawings are kept, by the hash of all they depend on.
    jobs : int
        Worker processes; none is started when everything is in the cache.
    namespace : str
        First part of the names of the media files.
    on_done : callable
        Told how many more are finished.
    """
    keys = [drawing_key(request) for request in requests]
    found = [_from_cache(cache_folder, key) for key in keys]
    missing = [i for i, drawing in enumerate(found) if drawing is None]
    damaged = sum(_is_kept(cache_folder, keys[i]) for i in missing)
    on_done(len(requests) - len(missing))

    def finished(position: int, result: Result[Drawn]) -> None:
        if result.value is not None:
            _to_cache(cache_folder, keys[missing[position]], result.value)
        on_done(1)

    results = run_tasks(
        draw,
        [requests[i] for i in missing],
        jobs=jobs,
        seconds_per_task=SECONDS_PER_FIGURE,
        on_done=finished,
        small=True,
    )
    drawings: list[Drawn | None] = list(found)
    failures: dict[int, Result[Drawn]] = {}
    for i, result in zip(missing, results, strict=True):
        drawings[i] = result.value
        if result.value is None:
            failures[i] = result
    gallery = _gallery(requests, drawings, failures, namespace, len(missing))
    return replace(gallery, damaged=damaged)


def shows_front(spec: Mapping[str, Any]) -> bool:
    """Tell whether a figure may stand on a front, without reading the rest of it.

    Examples
    --------
    >>> shows_front({"kind": "bars", "front_safe": True}), shows_front({"kind": "bars"})
    (True, False)
    """
    panels = spec.get("panels")
    first = panels[0] if isinstance(panels, list) and panels else {}
    own = first if isinstance(first, Mapping) else {}
    return {**spec, **own}.get("front_safe") is True


def draw(request: FigureRequest) -> Drawn:
    """Draw one figure; runs in a worker."""
    from dlcards.claims.resolver import read_statement
    from dlcards.figures import check, parse_spec, render

    spec, problems = parse_spec(dict(request.spec))
    if spec is None:
        return Drawn("", 0, 0, "", "", tuple(problems))
    statement, _ = read_statement(request.text)
    found = check(spec, statement, answers=(request.title,))
    if any(not problem.warning for problem in found):
        return Drawn("", 0, 0, "", "", found)
    drawing = render(
        spec,
        statement=statement,
        front=request.front,
        lang="ko" if request.lang == "ko" else "en",
    )
    return Drawn(
        drawing.svg.decode(),
        drawing.width,
        drawing.height,
        drawing.alt,
        str(request.spec.get("caption") or ""),
        found,
    )


def _gallery(
    requests: Sequence[FigureRequest],
    drawings: Sequence[Drawn | None],
    failures: Mapping[int, Result[Drawn]],
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
            shelf = fronts if request.front else figures
            shelf[request.id] = _illustration(request, drawing, namespace)
    return Gallery(figures, fronts, problems, drawn, interrupted)


def _inside(problem: FormulaProblem) -> FormulaProblem:
    return replace(problem, path=("figure", *problem.path))


def _failed(result: Result[Drawn]) -> FormulaProblem:
    hints = {
        Failure.TIMEOUT: "use fewer points, samples or panels",
        Failure.MEMORY: "use fewer points, samples or panels",
        Failure.INTERRUPTED: "run the command again",
    }
    hint = hints.get(result.failure or Failure.ERROR, "please report this as a bug")
    message = f"the figure could not be drawn: {result.message}"
    return FormulaProblem(("figure", "@key"), "figure-failed", message, hint)


def _illustration(request: FigureRequest, drawing: Drawn, namespace: str) -> Illustration:
    content = drawing.svg.encode()
    digest = hashlib.sha256(content).hexdigest()[:8]
    part = "-front" if request.front else ""
    media = MediaFile(f"{namespace}-{request.id}{part}-{digest}.svg", content)
    return Illustration(media, drawing.alt, drawing.caption, drawing.width, drawing.height)


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


@cache
def _code_digest() -> str:
    """Return the hash of the code that draws, with the version of Matplotlib and NumPy."""
    from importlib.metadata import version

    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for pattern in ("figures/**/*.py", "claims/**/*.py", "languages/*/figures.yaml"):
        for path in sorted(package.glob(pattern)):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    for name in ("matplotlib", "numpy"):
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()


def _is_kept(folder: Path | None, key: str) -> bool:
    return folder is not None and (folder / f"{key}.json").exists()


def _from_cache(folder: Path | None, key: str) -> Drawn | None:
    """Return a kept drawing; one that was damaged counts as missing."""
    if folder is None:
        return None
    try:
        sealed = unseal(read_kept(folder / f"{key}.json").decode())
        if sealed is None:
            return None
        kept = json.loads(sealed[1])
        problems = tuple(_problem(item) for item in kept.pop("problems"))
        drawn = Drawn(**kept, problems=problems)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    texts, numbers = (drawn.svg, drawn.alt, drawn.caption), (drawn.width, drawn.height)
    sound = all(type(t) is str for t in texts) and all(type(n) is int for n in numbers)
    return drawn if sound else None


def _problem(item: dict[str, Any]) -> FormulaProblem:
    return FormulaProblem(**{**item, "path": tuple(item["path"])})


def _to_cache(folder: Path | None, key: str, drawing: Drawn) -> None:
    if folder is None:
        return
    body = json.dumps(asdict(drawing), ensure_ascii=False)
    try:
        write_atomically(folder / f"{key}.json", seal(body))
    except OSError:
        # A cache that cannot be written costs time, not correctness.
        return


def cached_files(folder: Path) -> Iterator[Path]:
    """Yield the kept drawings."""
    yield from sorted(folder.glob("*.json"))
