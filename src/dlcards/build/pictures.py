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
from dlcards.content.lists import NoteList
from dlcards.content.schema import ImageFigure, ListFigure
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
        By id of the entry, or ``list/note``.
    sounds : mapping of str to mapping of str to MediaFile
        By the same id, and the name of the file in the entry or note.
    problems : mapping of str to tuple of FormulaProblem
        By id of the entry or list.
    """

    figures: Mapping[str, Illustration] = field(default_factory=dict)
    sounds: Mapping[str, Mapping[str, MediaFile]] = field(default_factory=dict)
    problems: Mapping[str, tuple[FormulaProblem, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A file that an entry or a note of a list names.

    Parameters
    ----------
    file_id : str
        Of the entry or list that has the problem.
    owner : str
        Id of the entry, or ``list/note``.
    media_id : str
        Part of the name of the media file.
    subject : str
        Folder of the entry or list.
    place : tuple of str or int
    name : str
    figure : ImageFigure, ListFigure or None
        None for a sound.
    """

    file_id: str
    owner: str
    media_id: str
    subject: str
    place: TextPath
    name: str
    figure: ImageFigure | ListFigure | None = None


def take_pictures(
    items: Sequence[Item],
    lists: Sequence[NoteList],
    root: Path,
    *,
    cache: Path | None,
    jobs: int,
    namespace: str = OURS,
) -> OwnMedia:
    """Read the files that entries and lists name.

    Parameters
    ----------
    items : sequence of Item
    lists : sequence of NoteList
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
    everything = (
        each for group in (*map(_of_entry, items), *map(_of_list, lists)) for each in group
    )
    for wanted in everything:
        try:
            data = _content(wanted, root)
            if wanted.figure is None:
                suffix = read_sound(data)
                file = MediaFile(_media_name(wanted, data, suffix, namespace), data)
                sounds.setdefault(wanted.owner, {})[wanted.name] = file
            else:
                todo.append((wanted, data))
        except MediaError as error:
            found.setdefault(wanted.file_id, []).append(_problem(wanted, error))
    pictures = read_pictures([data for _, data in todo], cache, jobs)
    for (wanted, _), read in zip(todo, pictures, strict=True):
        if isinstance(read, Picture):
            figures[wanted.owner] = _illustration(wanted, read, namespace)
        else:
            found.setdefault(wanted.file_id, []).append(_problem(wanted, read))
    return OwnMedia(figures, sounds, {name: tuple(told) for name, told in found.items()})


def named_files(owner: Item | NoteList) -> tuple[str, ...]:
    """Return the files that an entry or a list names, as it names them."""
    wanted = _of_entry(owner) if isinstance(owner, Item) else _of_list(owner)
    return tuple(each.name for each in wanted)


def _of_entry(item: Item) -> Iterator[_Wanted]:
    whose = (item.id, item.id, item.first_id, item.subject)
    if item.image is not None:
        yield _Wanted(*whose, ("figure", "file"), item.image.file, item.image)
    for slot, question in item.entry.questions.items():
        if question.audio is not None:
            yield _Wanted(*whose, ("questions", slot, "audio"), question.audio)


def _of_list(questions: NoteList) -> Iterator[_Wanted]:
    for name, note in questions.more.items():
        owner, media_id = f"{questions.id}/{name}", f"{questions.id}-{name}"
        whose = (questions.id, owner, media_id, questions.subject)
        if note.figure is not None:
            place = ("notes", name, "figure", "file")
            yield _Wanted(*whose, place, note.figure.file, note.figure)
        for key, sound in (("audio", note.audio), ("ask_audio", note.ask_audio)):
            if sound is not None:
                yield _Wanted(*whose, ("notes", name, key), sound)


def _content(wanted: _Wanted, root: Path) -> bytes:
    """Return the bytes of a file beside an entry; nothing leads out of its folder."""
    folder = root / "formulas" / wanted.subject
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
    code = "bad-sound" if wanted.figure is None else "bad-picture"
    return FormulaProblem(wanted.place, code, str(error), error.hint)


def read_pictures(
    contents: Sequence[bytes], cache: Path | None, jobs: int
) -> Iterator[Picture | MediaError]:
    """Yield a picture, or what is wrong with it, for the content of each file.

    Each is read in a worker process that can be stopped: a picture may be hostile.
    """
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
    spec = wanted.figure
    assert spec is not None
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
    return f"{namespace}-{wanted.media_id}-{digest}{suffix}"
