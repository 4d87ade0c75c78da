"""The folders of a project: where content lies, and where commands write.

On the warm path: imports nothing that takes time to load.
"""

from __future__ import annotations

import os
from pathlib import Path

from dlcards.files import refuse_links

PACKAGE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - faster
"""The folder of this package."""

CHECKS_LOCK = "formulas/checks.lock"
VARIANTS_LOCK = "exercises/variants.lock"
DERIVATIONS_LOCK = "formulas/derivations.lock"
ALGORITHMS_LOCK = "formulas/algorithms.lock"
PROJECT_FILE = "dlcards.yaml"
STYLE_FILE = "style.css"
SCHEMA_FILES: dict[str, str] = {
    "entry": "formulas/entry.schema.json",
    "translation": "formulas/translation.schema.json",
    "exercise": "exercises/exercise.schema.json",
    "list": "formulas/list.schema.json",
    "deck": "decks/deck.schema.json",
    "project": "formulas/project.schema.json",
}
"""Where the JSON Schema of each model lies in a project."""

PICTURE_SUFFIXES = (".svg", ".png", ".jpg", ".jpeg", ".webp")
SOUND_SUFFIXES = (".mp3", ".ogg", ".oga", ".opus", ".wav", ".flac", ".m4a")
MEDIA_SUFFIXES = (*PICTURE_SUFFIXES, *SOUND_SUFFIXES)


def find_root(given: Path | None, start: Path) -> Path:
    """Return the folder with ``dlcards.yaml``, or with formulas/ and decks/: the given or nearest.

    Without any, the content installed with the package is used, so that an installed
    ``dlcards build --deck calculus`` works in any folder.

    Raises
    ------
    UsageError
        When there is no content anywhere.
    OSError
        When formulas/ or decks/ is a link: what is written there would land elsewhere.
    """
    top = (given or start).resolve()
    for folder in (top,) if given is not None else (top, *top.parents):
        whole = (folder / "decks").is_dir() and (folder / "formulas").is_dir()
        if whole or (folder / PROJECT_FILE).is_file():
            for name in ("decks", "formulas", "exercises"):
                refuse_links(folder / name, folder)
            return folder
    bundled = Path(PACKAGE) / "content"
    if given is None and (bundled / "decks").is_dir():
        return bundled
    from dlcards.problems import UsageError  # start-up

    message = f"no project at {'or above ' * (given is None)}{top}"
    raise UsageError(f"{message}; start one with: dlcards init my-cards")


def is_installed(root: Path) -> bool:
    """Return whether this is the content installed with the package, which is never written to."""
    return root.is_relative_to(PACKAGE)


def bundled_content() -> Path | None:
    """Return the root of the content that comes with the package; None where it is missing."""
    for folder in (Path(PACKAGE) / "content", Path(PACKAGE).parents[1]):
        if (folder / "decks").is_dir() and (folder / "formulas").is_dir():
            return folder
    return None


def refuse_installed(root: Path) -> None:
    """Refuse to write into the content installed with the package.

    Raises
    ------
    UsageError
        When this is the root of that content.
    """
    if is_installed(root):
        from dlcards.problems import UsageError  # start-up

        message = "there is no project here, and the bundled decks are read-only"
        raise UsageError(f"{message}; start a project with: dlcards init my-cards")


def output_folder(root: Path, given: Path | None = None) -> Path:
    """Return the folder of the packages: the given one, or ``build/`` below the root.

    Raises
    ------
    OSError
        When ``build/``, or the cache below the folder, is a link.
    """
    if given is not None:
        folder = given.resolve()
    else:
        top = Path.cwd() if is_installed(root) else root
        folder = top / "build"
        refuse_links(folder, top)
    refuse_links(cache_folder(folder), folder)
    return folder


def cache_folder(output: Path) -> Path:
    """Return the folder of the cache, see :mod:`dlcards.cache`."""
    return output / ".cache"


def written_folders(root: Path, output: Path) -> tuple[Path, ...]:
    """Return the folders in which dlcards writes files."""
    cache = cache_folder(output)
    try:
        folders = (path for path in cache.iterdir() if path.is_dir() and not path.is_symlink())
        inner = tuple(sorted(folders))
    except OSError:
        inner = ()
    return (root / "formulas", root / "decks", root / "exercises", output, cache, *inner)


def deck_names(root: Path) -> tuple[str, ...]:
    """Return the names of all decks."""
    return tuple(sorted(path.stem for path in (root / "decks").glob("*.yaml")))


def check_language(code: str) -> None:
    """Refuse what is no code of a language: it becomes part of file names.

    Raises
    ------
    UsageError
        For anything but two or three letters, and a region if need be.
    """
    if not is_language(code):
        from dlcards.problems import UsageError  # start-up

        message = f"{code!r} is not the code of a language: two or three letters, then -REGION"
        raise UsageError(message)


def is_language(code: str) -> bool:
    """Tell whether a text is the code of a language: two or three letters, a region if need be.

    Examples
    --------
    >>> is_language("pt-BR"), is_language("portuguese")
    (True, False)
    """
    main, dash, region = code.partition("-")
    good = main.isalpha() and main.islower() and 2 <= len(main) <= 3
    if dash:
        good = good and region.isalpha() and 2 <= len(region) <= 4
    return good and code.isascii()
