"""Pictures: read the pictures and sounds that contributors put beside their entries.

Each file is read in a worker process, once for the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache as memoize
from pathlib import Path

from dlcards.cache import store
from dlcards.claims.statement import FormulaProblem
from dlcards.claims.statement import Path as TextPath
from dlcards.content.library import Item
from dlcards.content.schema import ImageFigure
from dlcards.documents import quoted
from dlcards.files import read_regular, refuse_links
from dlcards.media import MediaError, Picture, read_picture, read_sound
from dlcards.model import OURS, Illustration, MediaFile
from dlcards.validation import nearest
from dlcards.workers import run_tasks

SECONDS_PER_PICTURE = 20.0
WIDEST = 640
"""CSS pixels; a larger picture is shown smaller, with all its pixels."""


@dataclass(frozen=True, slots=True)
class OwnMedia:
    """Pictures and sounds of contributors.

    Parameters
    ----------
    figures : mapping of str to Illustration
        By id of the entry.
    sounds : mapping of str to mapping of str to MediaFile
        By id of the entry and the name of the file in it.
    problems : mapping of str to tuple of FormulaProblem
    """

    figures: Mapping[str, Illustration] = field(default_factory=dict)
    sounds: Mapping[str, Mapping[str, MediaFile]] = field(default_factory=dict)
    problems: Mapping[str, tuple[FormulaProblem, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file that an entry names."""

    item: Item
    place: TextPath
    name: str
    is_sound: bool


def take_pictures(
    items: Sequence[Item], root: Path, *, cache: Path | None, jobs: int, namespace: str = OURS
) -> OwnMedia:
    """Read the files that entries name.

    Parameters
    ----------
    items : sequence of Item
    root : Path
        The project; a file lies in the folder of its entry or below.
    cache : Path or None
    jobs : int
        Worker processes; none is started when everything is in the cache.
    namespace : str
        First part of the names of the media files.
    """
    found: dict[str, list[FormulaProblem]] = {}
    figures: dict[str, Illustration] = {}
    sounds: dict[str, dict[str, MediaFile]] = {}
    todo: list[tuple[_Wanted, bytes]] = []
    for wanted in (each for item in items for each in _wanted(item)):
        try:
            data = _content(wanted, root)
            if wanted.is_sound:
                suffix = read_sound(data)
                file = MediaFile(_media_name(wanted, data, suffix, namespace), data)
                sounds.setdefault(wanted.item.id, {})[wanted.name] = file
            else:
                todo.append((wanted, data))
        except MediaError as error:
            found.setdefault(wanted.item.id, []).append(_problem(wanted, error))
    for (wanted, _), read in zip(todo, _read([data for _, data in todo], cache, jobs), strict=True):
        if isinstance(read, Picture):
            figures[wanted.item.id] = _illustration(wanted, read, namespace)
        else:
            found.setdefault(wanted.item.id, []).append(_problem(wanted, read))
    return OwnMedia(figures, sounds, {name: tuple(told) for name, told in found.items()})


def _wanted(item: Item) -> Iterator[_Wanted]:
    entry = item.entry
    if item.image is not None:
        yield _Wanted(item, ("figure", "file"), item.image.file, is_sound=False)
    for slot, question in entry.questions.items():
        if question.audio is not None:
            place = ("questions", slot, "audio")
            yield _Wanted(item, place, question.audio, is_sound=True)


def _content(wanted: _Wanted, root: Path) -> bytes:
    """Return the bytes of a file beside an entry; nothing leads out of its folder."""
    folder = root / "formulas" / wanted.item.subject
    parts = wanted.name.split("/")
    if any(part in ("", ".", "..") or part.startswith(".") for part in parts) or any(
        sign in wanted.name for sign in "\\:"
    ):
        message = f"{quoted(wanted.name)} leads out of the folder of the entry"
        raise MediaError(message, "put the file beside the entry, and write its name alone")
    path = folder.joinpath(*parts)
    try:
        refuse_links(path, root)
        return read_regular(path)
    except FileNotFoundError:
        shown = (folder / wanted.name).relative_to(root).as_posix()
        raise MediaError(f"there is no file {shown}", _near(path)) from None
    except OSError as error:
        why = (error.strerror or "unknown reason").lower()
        message = f"{quoted(wanted.name)} cannot be read: {why}"
        raise MediaError(message, "copy the file there") from None


def _near(path: Path) -> str:
    try:
        names = [each.name for each in path.parent.iterdir() if each.suffix != ".yaml"]
    except OSError:
        names = []
    return nearest(path.name, names) or "put the file beside the entry"


def _problem(wanted: _Wanted, error: MediaError) -> FormulaProblem:
    code = "bad-sound" if wanted.is_sound else "bad-picture"
    return FormulaProblem(wanted.place, code, str(error), error.hint)


def _read(
    contents: Sequence[bytes], cache: Path | None, jobs: int
) -> Iterator[Picture | MediaError]:
    """Yield a picture, or what is wrong with it, for the content of each file."""
    keys = [hashlib.sha256(_code() + data).hexdigest()[:32] for data in contents]
    known = [_from_cache(cache, key) for key in keys]
    missing = [i for i, picture in enumerate(known) if picture is None]
    tasks = [contents[i] for i in missing]
    results = run_tasks(
        _attempt, tasks, jobs=jobs, seconds_per_task=SECONDS_PER_PICTURE, small=False
    )
    fresh = dict(zip(missing, results, strict=True))
    for i, key in enumerate(keys):
        picture = known[i]
        if picture is None:
            result = fresh[i]
            if result.value is None:
                hint = "save it smaller and simpler"
                yield MediaError(f"the picture could not be read: {result.message}", hint)
                continue
            if isinstance(result.value, tuple):
                yield MediaError(*result.value)
                continue
            picture = result.value
            _to_cache(cache, key, picture)
        yield picture


def _attempt(data: bytes) -> Picture | tuple[str, str]:
    """Read a picture in a worker; what is wrong travels as a value."""
    try:
        return read_picture(data)
    except MediaError as error:
        return str(error), error.hint


@memoize
def _code() -> bytes:
    """Return the hash of the code that reads pictures, with the version of its decoder."""
    from importlib.metadata import version  # start-up

    folder = Path(__file__).parent.parent / "media"
    digest = hashlib.sha256(version("pillow").encode())
    for path in sorted(folder.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()


def _from_cache(cache: Path | None, key: str) -> Picture | None:
    data = store.read(cache, store.PICTURES, key).data
    try:
        content = base64.b64decode(data["content"])
        return Picture(content, str(data["suffix"]), int(data["width"]), int(data["height"]))
    except (TypeError, KeyError, ValueError):
        return None


def _to_cache(cache: Path | None, key: str, picture: Picture) -> None:
    data = {
        "content": base64.b64encode(picture.content).decode(),
        "suffix": picture.suffix,
        "width": picture.width,
        "height": picture.height,
    }
    store.write(cache, store.PICTURES, data, key)


def _illustration(wanted: _Wanted, picture: Picture, namespace: str) -> Illustration:
    spec = wanted.item.image
    assert isinstance(spec, ImageFigure)
    name = _media_name(wanted, picture.content, picture.suffix, namespace)
    scale = min(1.0, WIDEST / picture.width)
    night = spec.night or ("invert" if picture.is_drawing else "keep")
    return Illustration(
        MediaFile(name, picture.content),
        spec.alt,
        caption=spec.caption or "",
        width=max(1, round(picture.width * scale)),
        height=max(1, round(picture.height * scale)),
        credit=spec.credit or "",
        keep=night == "keep",
    )


def _media_name(wanted: _Wanted, data: bytes, suffix: str, namespace: str) -> str:
    digest = hashlib.sha256(data).hexdigest()[:12]
    return f"{namespace}-{wanted.item.first_id}-{digest}{suffix}"
