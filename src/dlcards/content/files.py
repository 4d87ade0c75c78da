"""Finds the files of content and reads their text; whatever prevents it is a problem."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

from dlcards.content.lists import SUFFIX
from dlcards.content.schema import TEXT_KEYS
from dlcards.documents import Document, read_document
from dlcards.files import LONGEST_ID, LONGEST_SUBJECT, RESERVED_IDS, is_id
from dlcards.languages import codes
from dlcards.problems import Location, Problem

MAX_ENTRIES = 20_000
LONGEST_FILE = 4_000_000


@dataclass(frozen=True, slots=True)
class ContentFiles:
    """The content files below a root, by what they are."""

    entries: Mapping[str, tuple[str, Path]]
    translations: Mapping[tuple[str, str], Path]
    decks: Mapping[str, Path]
    lists: Mapping[str, tuple[str, Path]]
    exercises: Mapping[str, tuple[str, Path]]


def find_files(root: Path, problems: list[Problem]) -> ContentFiles:
    """Return the files below a root; what is named or placed wrongly becomes a problem."""
    entries: dict[str, tuple[str, Path]] = {}
    translations: dict[tuple[str, str], Path] = {}
    lists: dict[str, tuple[str, Path]] = {}
    for folder in _sorted_in(root, root / "formulas", problems):
        if folder.is_symlink():
            problems.append(file_problem(root, folder, "symlink", "a link is not followed"))
        elif folder.is_file() and _is_stray(folder):
            hint = f"move it to formulas/FOLDER/{near_miss(folder.name) or folder.name}"
            message = "an entry lies in a folder of formulas/"
            problems.append(file_problem(root, folder, "file-name", message, hint))
        elif folder.is_dir() and not folder.name.startswith("."):
            for path in _sorted_in(root, folder, problems):
                if path.name.endswith(f"{SUFFIX}.yaml"):
                    _sort_list(root, path, lists, problems)
                else:
                    _sort_file(root, path, entries, translations, problems)
    for name in sorted(lists.keys() & entries.keys()):
        path = lists.pop(name)[1]
        message = f"{name!r} is also an entry"
        problems.append(file_problem(root, path, "duplicate-id", message, "rename one"))
    exercises: dict[str, tuple[str, Path]] = {}
    for folder in _sorted_in(root, root / "exercises", problems):
        if folder.is_symlink():
            problems.append(file_problem(root, folder, "symlink", "a link is not followed"))
        elif folder.is_dir() and not folder.name.startswith("."):
            for path in _sorted_in(root, folder, problems):
                _sort_exercise(root, path, exercises, problems)
    for name in sorted(exercises.keys() & (entries.keys() | lists.keys())):
        path = exercises.pop(name)[1]
        message = f"{name!r} is also an entry or a list"
        problems.append(file_problem(root, path, "duplicate-id", message, "rename one"))
    decks: dict[str, Path] = {}
    for path in _sorted_in(root, root / "decks", problems):
        if not path.is_dir() and (right := near_miss(path.name)) is not None:
            hint = f"rename it to {right}"
            problems.append(file_problem(root, path, "file-name", "decks end in .yaml", hint))
        ordinary = path.suffix == ".yaml" and _is_ordinary(root, path, problems)
        if ordinary and _has_good_name(root, path, path.stem, problems):
            decks[path.stem] = path
    return ContentFiles(entries, translations, decks, lists, exercises)


_TOP_FILES = frozenset({"sources", "survivors", "personal"})
"""Files of formulas/ that are no entries, without their suffix."""


def _is_stray(path: Path) -> bool:
    """Tell whether a file in formulas/ itself is meant as an entry, or as one of its files."""
    return path.name.partition(".")[0] not in _TOP_FILES and (
        path.suffix == ".yaml" or near_miss(path.name) is not None
    )


def near_miss(name: str) -> str | None:
    """Return the name that a content file should have; None where it is right or no such file.

    Examples
    --------
    >>> near_miss("chain-rule.yml"), near_miss("chain-rule.yaml.txt"), near_miss("picture.png")
    ('chain-rule.yaml', 'chain-rule.yaml', None)
    """
    match = re.fullmatch(r"(.+?)(?:\.ya?ml)?\.(?:ya?ml|txt|yaml~)", name, re.IGNORECASE)
    if match is None or name.endswith(".yaml"):
        return None
    return f"{match[1]}.yaml"


def _sorted_in(root: Path, folder: Path, problems: list[Problem]) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        message = f"cannot be read: {(error.strerror or 'unknown reason').lower()}"
        hint = "see its owner and its rights"
        problems.append(file_problem(root, folder, "unreadable-file", message, hint))
        return []


def _sort_file(
    root: Path,
    path: Path,
    entries: dict[str, tuple[str, Path]],
    translations: dict[tuple[str, str], Path],
    problems: list[Problem],
) -> None:
    if path.name.startswith("."):
        return
    if (right := near_miss(path.name)) is not None:
        hint = f"rename it to {right}"
        problems.append(file_problem(root, path, "file-name", "entries end in .yaml", hint))
        return
    if path.suffix != ".yaml" or not _is_ordinary(root, path, problems):
        return
    entry_id, dot, language = path.stem.partition(".")
    if not _has_good_names(root, path, entry_id, problems):
        return
    if dot:
        if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", language):
            translations[entry_id, language] = path
        else:
            hint = f"there are {', '.join(codes())}"
            problems.append(
                file_problem(root, path, "file-name", f"{language!r} is not a language", hint)
            )
    elif entry_id in entries:
        problems.append(_taken(root, path, entry_id, entries[entry_id][1]))
    elif len(entries) >= MAX_ENTRIES:
        problems.append(file_problem(root, path, "too-large", f"more than {MAX_ENTRIES} entries"))
    else:
        entries[entry_id] = (path.parent.name, path)


def _sort_list(
    root: Path, path: Path, lists: dict[str, tuple[str, Path]], problems: list[Problem]
) -> None:
    name = path.name.removesuffix(f"{SUFFIX}.yaml")
    if name.startswith(".") or not _is_ordinary(root, path, problems):
        return
    if not _has_good_names(root, path, name, problems):
        return
    if name in lists:
        problems.append(_taken(root, path, name, lists[name][1]))
    else:
        lists[name] = (path.parent.name, path)


def _sort_exercise(
    root: Path, path: Path, exercises: dict[str, tuple[str, Path]], problems: list[Problem]
) -> None:
    if path.name.startswith("."):
        return
    if path.suffix == ".yml":
        hint = f"rename it to {path.stem}.yaml"
        problems.append(file_problem(root, path, "file-name", "exercises end in .yaml", hint))
        return
    if path.suffix != ".yaml" or not _is_ordinary(root, path, problems):
        return
    if not _has_good_names(root, path, path.stem, problems):
        return
    if path.stem in exercises:
        problems.append(_taken(root, path, path.stem, exercises[path.stem][1]))
    elif len(exercises) >= MAX_ENTRIES:
        problems.append(file_problem(root, path, "too-large", f"more than {MAX_ENTRIES} exercises"))
    else:
        exercises[path.stem] = (path.parent.name, path)


def _taken(root: Path, path: Path, name: str, other: Path) -> Problem:
    message = f"{name!r} is also in {shown_path(root, other)}"
    return file_problem(root, path, "duplicate-id", message, "rename one")


def _has_good_names(root: Path, path: Path, name: str, problems: list[Problem]) -> bool:
    """Return whether an entry or a list and its folder have names that may be used."""
    good = _has_good_name(root, path, name, problems)
    return good and _has_good_folder(root, path.parent, problems)


def _is_ordinary(root: Path, path: Path, problems: list[Problem]) -> bool:
    """Return whether a path is an ordinary file, not a link."""
    if path.is_symlink():
        problems.append(
            file_problem(root, path, "symlink", "a link is not followed", "copy the file")
        )
        return False
    if path.exists() and not path.is_file():
        if not path.is_dir():
            problems.append(file_problem(root, path, "not-a-file", "this is not an ordinary file"))
        return False
    return True


def _has_good_name(root: Path, path: Path, name: str, problems: list[Problem]) -> bool:
    if not is_id(name):
        hint = f"lower-case letters, digits and single hyphens, at most {LONGEST_ID}"
        problems.append(file_problem(root, path, "file-name", f"{name!r} cannot be an id", hint))
        return False
    if name in RESERVED_IDS:
        message = f"{name!r} cannot be stored on Windows"
        problems.append(file_problem(root, path, "file-name", message, "choose another name"))
        return False
    return True


def _has_good_folder(root: Path, folder: Path, problems: list[Problem]) -> bool:
    """Return whether the name of a folder can be a tag."""
    name = folder.name
    if is_id(name, LONGEST_SUBJECT) and name not in RESERVED_IDS:
        return True
    message = f"{name!r} cannot be a folder of entries"
    hint = f"lower-case letters, digits and single hyphens, at most {LONGEST_SUBJECT}"
    problems.append(file_problem(root, folder, "file-name", message, hint))
    return False


def shown_path(root: Path, path: Path) -> str:
    """Return a path as problems show it."""
    return path.relative_to(root).as_posix()


def file_problem(root: Path, path: Path, code: str, message: str, hint: str = "") -> Problem:
    """Return a problem of a file as a whole."""
    return Problem(Location(shown_path(root, path)), code, message, hint)


def read_file(
    root: Path, path: Path, texts: Container[str] = TEXT_KEYS
) -> tuple[Document | None, tuple[Problem, ...]]:
    """Read one YAML file below a root; whatever prevents it is a problem.

    Below the keys `texts` a number is a text, as it is written.
    """
    text, problems = read_text(root, path, LONGEST_FILE)
    if text is None:
        return None, problems
    return read_document(text, shown_path(root, path), texts=texts)


def read_text(root: Path, path: Path, longest: int) -> tuple[str | None, tuple[Problem, ...]]:
    """Return the text of a file below a root, or what prevents it."""
    shown = shown_path(root, path)
    try:
        if path.stat().st_size > longest:
            return None, (
                Problem(Location(shown), "too-large", "the file is too large", "split it"),
            )
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        column = error.start - error.object.rfind(b"\n", 0, error.start)
        message = "this is not UTF-8 text"
        hint = "save the file as UTF-8"
        return None, (Problem(Location(shown, line, column), "not-utf-8", message, hint),)
    except OSError as error:
        message = f"cannot be read: {(error.strerror or 'unknown reason').lower()}"
        return None, (Problem(Location(shown), "unreadable-file", message),)
    return text.replace("\r\n", "\n"), ()
