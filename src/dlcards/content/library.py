"""Finds, reads and resolves the content: entries, translations and decks.

Nothing is raised for wrong content: every mistake comes back as a problem beside
what could be read.
"""

from __future__ import annotations

import difflib
import hashlib
import heapq
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import islice
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dlcards.claims.statement import FormulaProblem, Statement, StatementText
from dlcards.content.lists import MAX_BYTES as LONGEST_LIST
from dlcards.content.lists import SUFFIX, NoteList, read_list
from dlcards.content.schema import Deck, Entry, Translation, read_model
from dlcards.documents import MAX_PROBLEMS, Document, Places, read_document, shortened
from dlcards.files import LONGEST_ID, LONGEST_SUBJECT, RESERVED_IDS, is_id
from dlcards.languages import codes
from dlcards.problems import Location, Problem, Severity, UsageError

if TYPE_CHECKING:
    from dlcards.claims.prose import Inline

TextPath = tuple[str, ...]
"""Where a text stands in its entry: ``("questions", "q1", "ask")``."""

MAX_ENTRIES = 20_000
LONGEST_FILE = 4_000_000
LONG_RING = 10
MANY_KNOWN = 20
MOST_COMPARED = 50_000
"""Names that are compared with misspelt ones in one run: seconds of work at most."""
_NOTHING_KNOWN: Mapping[str, Any] = MappingProxyType({})

_HINTS = {
    "refuted-claim": "look for a sign, an index or a missing hypothesis in let",
    "unknown-name": "declare it under let, or correct the name",
    "wrong-snippet": "mend the snippet or what it equals",
    "snippet-not-allowed": "see the allowed part of NumPy in docs/claim-language.md",
    "unbalanced-bracket": "close it",
    "bad-syntax": "see the examples in docs/claim-language.md",
    "wrong-value": "see the key in docs/figure-kinds.md",
    "wrong-type": "see the key in docs/entry-format.md",
    "too-long": "write it shorter, with names under define",
}
"""What to try next where the finder of a mistake has no better advice."""


@dataclass(frozen=True, slots=True)
class Item:
    """An entry that has been read, with everything its files say.

    Parameters
    ----------
    id, subject : str
        File name and folder.
    entry : Entry
    digest : str
        Hash of the text of the file.
    read : callable
        Returns formulas and texts as trees; they are read once.
    document : Document
        For the place of problems.
    translations : mapping of str to Translation
        By language, such as ``ko``.
    """

    id: str
    subject: str
    entry: Entry
    digest: str
    read: Callable[[], Trees]
    document: Document
    translations: Mapping[str, Translation] = field(default_factory=dict)
    translation_documents: Mapping[str, Document] = field(default_factory=dict)
    sound: bool = False
    known: KnownEntry | None = None

    @property
    def statement(self) -> Statement | None:
        """The formulas; None where they cannot be read."""
        return self.read().statement

    @property
    def texts(self) -> Mapping[TextPath, tuple[Inline, ...]]:
        """The texts that may hold formulas, by their place in the entry."""
        return self.read().texts

    @property
    def readable(self) -> bool:
        """Whether the formulas can be read."""
        return self.known is not None or self.statement is not None


@dataclass(frozen=True, slots=True)
class Trees:
    """What the formulas and texts of an entry say.

    Parameters
    ----------
    statement : Statement or None
        None where the formulas cannot be read.
    texts : mapping of path to tuple of Inline
    problems : tuple of FormulaProblem
        Mistakes in both.
    """

    statement: Statement | None
    texts: Mapping[TextPath, tuple[Inline, ...]]
    problems: tuple[FormulaProblem, ...]


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What an earlier build read in a file without any mistake.

    Parameters
    ----------
    data : dict
        As the YAML parser gave it.
    asserted : tuple of (path, formula)
        The relations in its texts, see :func:`asserted`.
    """

    data: dict[str, Any]
    asserted: tuple[tuple[TextPath, str], ...]


@dataclass(frozen=True, slots=True)
class DeckSource:
    """A deck file that has been read."""

    name: str
    deck: Deck
    document: Document


@dataclass(frozen=True, slots=True)
class Source:
    """A book, course or paper that entries may cite.

    Parameters
    ----------
    places : mapping of str to str
        Section, chapter or key to its title; empty when any place may be cited.
    """

    code: str
    title: str
    url: str
    places: Mapping[str, str]
    urls: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Library:
    """All content below one root."""

    root: FilePath
    items: Mapping[str, Item]
    decks: Mapping[str, DeckSource]
    sources: Mapping[str, Source]
    lists: Mapping[str, NoteList] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Files:
    """The content files below a root, by what they are."""

    entries: Mapping[str, tuple[str, FilePath]]
    translations: Mapping[tuple[str, str], FilePath]
    decks: Mapping[str, FilePath]
    lists: Mapping[str, tuple[str, FilePath]]


def read_library(
    root: FilePath, known: Mapping[str, KnownEntry] = _NOTHING_KNOWN
) -> tuple[Library, tuple[Problem, ...]]:
    """Read everything below a root.

    Parameters
    ----------
    root : Path
        A folder with ``formulas/`` and ``decks/``.
    known : mapping of str to KnownEntry
        By the hash of the text: what need not be read again.

    Returns
    -------
    Library
        What could be read.
    tuple of Problem
        Every mistake in any file.
    """
    problems: list[Problem] = []
    guesses = _Guesses()
    files = _find_files(root, problems)
    sources = _read_sources(root, problems)
    items: dict[str, Item] = {}
    for entry_id in sorted(files.entries):
        subject, path = files.entries[entry_id]
        item = _read_item(root, entry_id, subject, path, problems, known)
        if item is not None:
            items[entry_id] = item
    _read_translations(root, files, items, problems, guesses)
    decks = dict(_read_decks(root, files, problems))
    library = Library(
        root,
        MappingProxyType(items),
        MappingProxyType(decks),
        MappingProxyType(sources),
        MappingProxyType(dict(_read_lists(root, files, sources, problems, guesses))),
    )
    folders = (*files.entries.values(), *files.lists.values())
    subjects = frozenset(subject for subject, _ in folders)
    problems += _references(library, frozenset(files.entries), subjects, guesses)
    return library, tuple(problems)


def _find_files(root: FilePath, problems: list[Problem]) -> _Files:
    entries: dict[str, tuple[str, FilePath]] = {}
    translations: dict[tuple[str, str], FilePath] = {}
    lists: dict[str, tuple[str, FilePath]] = {}
    for folder in _sorted_in(root, root / "formulas", problems):
        if folder.is_symlink():
            problems.append(_file_problem(root, folder, "symlink", "a link is not followed"))
        elif folder.is_dir() and not folder.name.startswith("."):
            for path in _sorted_in(root, folder, problems):
                if path.name.endswith(f"{SUFFIX}.yaml"):
                    _sort_list(root, path, lists, problems)
                else:
                    _sort_file(root, path, entries, translations, problems)
    for name in sorted(lists.keys() & entries.keys()):
        path = lists.pop(name)[1]
        message = f"{name!r} is also an entry"
        problems.append(_file_problem(root, path, "duplicate-id", message, "rename one"))
    decks: dict[str, FilePath] = {}
    for path in _sorted_in(root, root / "decks", problems):
        ordinary = path.suffix == ".yaml" and _ordinary(root, path, problems)
        if ordinary and _good_name(root, path, path.stem, problems):
            decks[path.stem] = path
    return _Files(entries, translations, decks, lists)


def _sorted_in(root: FilePath, folder: FilePath, problems: list[Problem]) -> list[FilePath]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        message = f"cannot be read: {(error.strerror or 'unknown reason').lower()}"
        hint = "see its owner and its rights"
        problems.append(_file_problem(root, folder, "unreadable-file", message, hint))
        return []


def _sort_file(
    root: FilePath,
    path: FilePath,
    entries: dict[str, tuple[str, FilePath]],
    translations: dict[tuple[str, str], FilePath],
    problems: list[Problem],
) -> None:
    if path.name.startswith("."):
        return
    if path.suffix == ".yml":
        hint = f"rename it to {path.stem}.yaml"
        problems.append(_file_problem(root, path, "file-name", "entries end in .yaml", hint))
        return
    if path.suffix != ".yaml" or not _ordinary(root, path, problems):
        return
    entry_id, dot, language = path.stem.partition(".")
    if not _good_place(root, path, entry_id, problems):
        return
    if dot:
        if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", language):
            translations[entry_id, language] = path
        else:
            hint = f"there are {', '.join(codes())}"
            problems.append(
                _file_problem(root, path, "file-name", f"{language!r} is not a language", hint)
            )
    elif entry_id in entries:
        problems.append(_twice(root, path, entry_id, entries[entry_id][1]))
    elif len(entries) >= MAX_ENTRIES:
        problems.append(_file_problem(root, path, "too-large", f"more than {MAX_ENTRIES} entries"))
    else:
        entries[entry_id] = (path.parent.name, path)


def _sort_list(
    root: FilePath, path: FilePath, lists: dict[str, tuple[str, FilePath]], problems: list[Problem]
) -> None:
    name = path.name.removesuffix(f"{SUFFIX}.yaml")
    if name.startswith(".") or not _ordinary(root, path, problems):
        return
    if not _good_place(root, path, name, problems):
        return
    if name in lists:
        problems.append(_twice(root, path, name, lists[name][1]))
    else:
        lists[name] = (path.parent.name, path)


def _twice(root: FilePath, path: FilePath, name: str, other: FilePath) -> Problem:
    message = f"{name!r} is also in {_shown(root, other)}"
    return _file_problem(root, path, "duplicate-id", message, "rename one")


def _good_place(root: FilePath, path: FilePath, name: str, problems: list[Problem]) -> bool:
    """Tell whether an entry or a list and its folder may be called so."""
    good = _good_name(root, path, name, problems)
    return good and _good_subject(root, path.parent, problems)


def _ordinary(root: FilePath, path: FilePath, problems: list[Problem]) -> bool:
    """Tell whether a path is a plain file inside its folder."""
    if path.is_symlink():
        problems.append(
            _file_problem(root, path, "symlink", "a link is not followed", "copy the file")
        )
        return False
    if path.exists() and not path.is_file():
        if not path.is_dir():
            problems.append(_file_problem(root, path, "not-a-file", "this is not an ordinary file"))
        return False
    return True


def _good_name(root: FilePath, path: FilePath, name: str, problems: list[Problem]) -> bool:
    if not is_id(name):
        hint = f"lower-case letters, digits and single hyphens, at most {LONGEST_ID}"
        problems.append(_file_problem(root, path, "file-name", f"{name!r} cannot be an id", hint))
        return False
    if name in RESERVED_IDS:
        message = f"{name!r} cannot be stored on Windows"
        problems.append(_file_problem(root, path, "file-name", message, "choose another name"))
        return False
    return True


def _good_subject(root: FilePath, folder: FilePath, problems: list[Problem]) -> bool:
    """Tell whether a folder may be called so: its name becomes a tag."""
    name = folder.name
    if is_id(name, LONGEST_SUBJECT) and name not in RESERVED_IDS:
        return True
    message = f"{name!r} cannot be a folder of entries"
    hint = f"lower-case letters, digits and single hyphens, at most {LONGEST_SUBJECT}"
    problems.append(_file_problem(root, folder, "file-name", message, hint))
    return False


def _shown(root: FilePath, path: FilePath) -> str:
    return path.relative_to(root).as_posix()


def _file_problem(
    root: FilePath, path: FilePath, code: str, message: str, hint: str = ""
) -> Problem:
    return Problem(Location(_shown(root, path)), code, message, hint)


def read_file(root: FilePath, path: FilePath) -> tuple[Document | None, tuple[Problem, ...]]:
    """Read one YAML file below a root; whatever prevents it is a problem."""
    text, problems = _read_text(root, path, LONGEST_FILE)
    return read_document(text, _shown(root, path)) if text is not None else (None, problems)


def _read_text(
    root: FilePath, path: FilePath, longest: int
) -> tuple[str | None, tuple[Problem, ...]]:
    """Return the text of a file below a root, or what prevents it."""
    shown = _shown(root, path)
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


def _read_item(
    root: FilePath,
    entry_id: str,
    subject: str,
    path: FilePath,
    problems: list[Problem],
    known: Mapping[str, KnownEntry],
) -> Item | None:
    text, found = _read_text(root, path, LONGEST_FILE)
    problems += found
    if text is None:
        return None
    digest = hashlib.sha256(text.encode()).hexdigest()
    before = known.get(digest)
    if before is not None:
        document = Document(_shown(root, path), text, before.data)
        entry, _ = read_model(Entry, document)
        if entry is not None:
            read = cache(partial(_read_trees, entry, entry_id))
            return Item(entry_id, subject, entry, digest, read, document, sound=True, known=before)
    return _read_anew(text, digest, entry_id, subject, _shown(root, path), problems)


def _read_trees(entry: Entry, entry_id: str) -> Trees:
    """Read the formulas and texts of an entry.

    Where the declarations cannot be read, nothing is said of the names in texts.
    """
    from dlcards.claims.prose import read_prose
    from dlcards.claims.resolver import read_statement

    statement, misread = read_statement(entry.statement_text(entry_id))
    problems = list(misread)
    texts = {}
    for path, words in prose_texts(entry):
        texts[path], found = read_prose(words, statement, path)
        unknown = () if statement is not None else ("unknown-name", "unknown-word")
        problems += [problem for problem in found if problem.code not in unknown]
    return Trees(statement, texts, tuple(problems))


def _read_anew(
    text: str, digest: str, entry_id: str, subject: str, shown: str, problems: list[Problem]
) -> Item | None:
    before = len(problems)
    document, found = read_document(text, shown)
    problems += found
    if document is None:
        return None
    entry, found_here = read_model(Entry, document)
    problems += found_here
    if entry is None:
        return None
    places = _LazyPlaces(document)
    problems += _consistency(entry, places)
    trees = _read_trees(entry, entry_id)
    problems += [formula_problem(places, p) for p in trees.problems]
    sound = len(problems) == before
    return Item(entry_id, subject, entry, digest, lambda: trees, document, sound=sound)


class _LazyPlaces:
    """Builds the places of a document when the first problem needs them."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._places: Places | None = None

    def problem(self, *args: Any, **more: Any) -> Problem:
        if self._places is None:
            self._places = Places(self._document)
        return self._places.problem(*args, **more)


def formula_problem(places: Places | _LazyPlaces, found: FormulaProblem) -> Problem:
    """Turn a mistake inside a text of an entry into a problem at its place in the file."""
    path, key = found.path, False
    if path and path[-1] == "@key":
        path, key = path[:-1], True
    return places.problem(
        path,
        found.code,
        found.message,
        found.hint or _HINTS.get(found.code, ""),
        start=found.start,
        end=found.end,
        key=key,
        severity=Severity.WARNING if found.warning else Severity.ERROR,
    )


def located(item: Item, found: Iterable[FormulaProblem]) -> list[Problem]:
    """Return mistakes inside the texts of an entry as problems at their places in its file."""
    problems = list(islice(found, MAX_PROBLEMS))
    if not problems:
        return []
    places = Places(item.document)
    return [formula_problem(places, problem) for problem in problems]


def _consistency(entry: Entry, places: _LazyPlaces) -> Iterator[Problem]:
    """Yield mistakes that no single key shows."""
    has_formula = bool(entry.claim or entry.definition)
    if entry.unchecked is not None and has_formula:
        yield places.problem(
            ("unchecked",),
            "two-formulas",
            "unchecked stands beside a claim or definition",
            "keep one of them",
            key=True,
        )
    if entry.kind == "equation" and not has_formula and entry.unchecked is None:
        yield places.problem(
            (),
            "no-formula",
            "an equation needs a claim, a definition or unchecked",
            "write claim: left == right",
        )
    if entry.blanks and not has_formula:
        hint = "write claim: or definition: with it"
        message = "blanks are parts of a claim or a definition, and there is none"
        yield places.problem(("blanks",), "no-formula", message, hint, key=True)
    if entry.define and not has_formula and entry.unchecked is None:
        hint = "write claim: or definition: with it"
        yield places.problem(("define",), "no-formula", "define without a formula", hint, key=True)
    if "::" in entry.title:
        yield places.problem(("title",), "bad-name", "a title cannot hold ::", "use a dash")


def _read_translations(
    root: FilePath,
    files: _Files,
    items: dict[str, Item],
    problems: list[Problem],
    guesses: _Guesses,
) -> None:
    for (entry_id, language), path in sorted(files.translations.items()):
        if entry_id not in files.entries:
            hint = guesses.nearest(entry_id, files.entries)
            message = f"there is no entry {entry_id!r} to translate"
            problems.append(_file_problem(root, path, "unknown-reference", message, hint))
            continue
        document, found = read_file(root, path)
        problems += found
        if document is None or entry_id not in items:
            continue
        translation, misfits = read_model(Translation, document)
        problems += misfits
        if translation is not None:
            item = items[entry_id]
            problems += islice(_only_in_translation(item, translation, document), MAX_PROBLEMS)
            items[entry_id] = replace(
                item,
                translations={**item.translations, language: translation},
                translation_documents={**item.translation_documents, language: document},
            )


_MAY_ASSERT = re.compile(r"\$[^$]*(?:[=<>]|converges)[^$]*\$")


def _only_in_translation(
    item: Item, translation: Translation, document: Document
) -> Iterator[Problem]:
    """Yield the relations of a translation that its entry does not assert: nobody checks them."""
    texts = _texts_in(translation.model_dump(exclude_none=True))
    suspects = [(path, text) for path, text in texts if _MAY_ASSERT.search(text)]
    if not suspects:
        return
    from dlcards.claims.prose import read_prose, relations

    found = item.known.asserted if item.known is not None else asserted(item)
    known = {"".join(formula.split()) for _, formula in found}
    places = _LazyPlaces(document)
    for path, text in suspects:
        for inline in relations(read_prose(text, item.statement)[0]):
            if "".join(inline.text.split()) not in known:
                said = shortened(inline.text, 60)
                yield places.problem(
                    path,
                    "translated-relation",
                    f"no text of the entry says ${said}$, so nobody checks it",
                    "write the formula as the entry does",
                    start=inline.start,
                    end=inline.end,
                )


def _texts_in(value: object, path: TextPath = ()) -> Iterator[tuple[TextPath, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts_in(inner, (*path, key))


def _read_decks(
    root: FilePath, files: _Files, problems: list[Problem]
) -> Iterator[tuple[str, DeckSource]]:
    for name, path in sorted(files.decks.items()):
        document, found = read_file(root, path)
        problems += found
        if document is None:
            continue
        deck, misfits = read_model(Deck, document)
        problems += misfits
        if deck is not None:
            yield name, DeckSource(name, deck, document)


def _read_lists(
    root: FilePath,
    files: _Files,
    sources: Mapping[str, Source],
    problems: list[Problem],
    guesses: _Guesses,
) -> Iterator[tuple[str, NoteList]]:
    for name, (subject, path) in sorted(files.lists.items()):
        text, found = _read_text(root, path, LONGEST_LIST)
        problems += found
        if text is None:
            continue
        read, misfits = read_list(text, _shown(root, path), name, subject)
        problems += misfits
        if read is None:
            continue
        for source in read.head.sources:
            wrong = check_source(sources, source, guesses)
            if wrong is not None:
                problems.append(_file_problem(root, path, "unknown-source", *wrong))
        yield name, read


def _read_sources(root: FilePath, problems: list[Problem]) -> dict[str, Source]:
    path = root / "formulas" / "sources.yaml"
    if not path.is_file() or path.is_symlink():
        return {}
    document, found = read_file(root, path)
    problems += found
    if document is None:
        return {}
    out = {}
    wrong: list[tuple[str, str, str]] = []
    for code, value in document.data.items():
        if not isinstance(value, dict) or not isinstance(value.get("title"), str):
            wrong.append((code, f"the source {shortened(code)!r} needs a title", "title: …"))
            continue
        places, urls = value.get("places") or {}, value.get("urls") or {}
        if not isinstance(places, dict) or not isinstance(urls, dict):
            message = f"places and urls of the source {shortened(code)!r} are mappings"
            wrong.append((code, message, "places: {6.5: Back-Propagation}"))
            continue
        out[code] = Source(
            code,
            value["title"],
            str(value.get("url") or ""),
            {str(place): str(title) for place, title in places.items()},
            {str(place): str(url) for place, url in urls.items()},
        )
    where = _LazyPlaces(document)
    for code, message, hint in wrong[:MAX_PROBLEMS]:
        problems.append(where.problem((code,), "bad-source", message, hint, key=True))
    return out


def _references(
    library: Library, known: frozenset[str], subjects: frozenset[str], guesses: _Guesses
) -> Iterator[Problem]:
    for item in library.items.values():
        yield from _references_of(library, item, known, guesses)
    yield from islice(_cycles(library), MAX_PROBLEMS)
    for source in library.decks.values():
        yield from islice(_selections(source, known, subjects, guesses), MAX_PROBLEMS)


def _references_of(
    library: Library, item: Item, known: frozenset[str], guesses: _Guesses
) -> Iterator[Problem]:
    places = _LazyPlaces(item.document)
    for i, other in enumerate(item.entry.requires):
        if other == item.id:
            message = f"{other!r} requires itself"
            yield places.problem(("requires", i), "cycle", message, "remove it")
        elif other not in known:
            message = f"there is no entry {other!r}"
            hint = guesses.nearest(other, known)
            yield places.problem(("requires", i), "unknown-reference", message, hint)
    for i, text in enumerate(item.entry.sources):
        wrong = check_source(library.sources, text, guesses)
        if wrong is not None:
            yield places.problem(("sources", i), "unknown-source", *wrong)
    for old in item.entry.formerly:
        if old in known:
            message = f"{old!r} is the id of another entry"
            yield places.problem(("formerly",), "duplicate-id", message, "ids are never reused")


def check_source(
    sources: Mapping[str, Source], text: str, guesses: _Guesses | None = None
) -> tuple[str, str] | None:
    """Return what is wrong with a citation and the remedy, or None.

    A citation is ``CODE:place`` or ``CODE:place#equation`` of a code in
    ``formulas/sources.yaml``, a web address, or a text with a space in it.
    """
    guesses = guesses or _Guesses()
    if re.match(r"https?://[^\s\"'<>]+\Z", text):
        return None
    code, colon, rest = text.partition(":")
    if not colon or " " in code:
        if not sources or " " in text:
            return None
        return f"{text!r} is not a source", "write CODE:section, a web address or a title"
    if code not in sources:
        if " " in text:
            return None
        hint = guesses.nearest(code, sources) or f"known: {', '.join([*sources][:MANY_KNOWN])}"
        return f"the source {code!r} is not in formulas/sources.yaml", hint
    place = rest.partition("#")[0]
    places = sources[code].places
    if places and place not in places:
        hint = guesses.nearest(place, places) or "its places stand in formulas/sources.yaml"
        return f"{code} has no {place!r}", hint
    return None


def _selections(
    source: DeckSource, known: frozenset[str], subjects: frozenset[str], guesses: _Guesses
) -> Iterator[Problem]:
    places = _LazyPlaces(source.document)
    for i, selection in enumerate(source.deck.contents):
        path: tuple[str | int, ...] = ("contents", i)
        given = [k for k in ("subject", "kind", "entries") if getattr(selection, k) is not None]
        if len(given) != 1:
            message = "one of subject, kind, entries belongs here"
            yield places.problem(path, "bad-selection", message, "write one of them")
        if selection.subject is not None and selection.subject not in subjects:
            message = f"there is no folder formulas/{selection.subject} with entries"
            hint = guesses.nearest(selection.subject, subjects)
            yield places.problem((*path, "subject"), "unknown-reference", message, hint)
        for k, entry_id in enumerate(selection.entries or ()):
            if entry_id not in known:
                message = f"there is no entry {entry_id!r}"
                hint = guesses.nearest(entry_id, known)
                yield places.problem((*path, "entries", k), "unknown-reference", message, hint)


def _cycles(library: Library) -> Iterator[Problem]:
    """Yield one problem for each ring of prerequisites."""
    state: dict[str, int] = {}
    for start in library.items:
        stack: list[tuple[str, Iterator[str]]] = []
        if start not in state:
            stack.append((start, iter(library.items[start].entry.requires)))
            state[start] = 1
        while stack:
            current, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                state[current] = 2
                stack.pop()
            elif following in library.items and state.get(following) is None:
                state[following] = 1
                stack.append((following, iter(library.items[following].entry.requires)))
            elif state.get(following) == 1 and following != current:
                ring = [name for name, _ in stack]
                ring = [*ring[ring.index(following) :], following]
                if len(ring) > 2 * LONG_RING:
                    ring = [*ring[:LONG_RING], "…", *ring[-LONG_RING:]]
                item = library.items[current]
                position = item.entry.requires.index(following)
                yield Places(item.document).problem(
                    ("requires", position),
                    "cycle",
                    f"the prerequisites go in a circle: {' → '.join(ring)}",
                    "remove one of them",
                )


class _Guesses:
    """Tells the nearest name, as long as not too many names were looked at."""

    def __init__(self, left: int = MOST_COMPARED) -> None:
        self._left = left

    def nearest(self, word: str, known: Collection[str]) -> str:
        if len(known) > self._left:
            return ""
        self._left -= len(known)
        close = difflib.get_close_matches(shortened(word, 100), known, n=1, cutoff=0.5)
        return f"did you mean {close[0]!r}?" if close else ""


def find_deck(library: Library, name: str) -> DeckSource:
    """Return the deck with a name.

    Raises
    ------
    UsageError
        When there is none; the message names the decks there are.
    """
    if name in library.decks:
        return library.decks[name]
    known = ", ".join(sorted(library.decks)) or "none yet"
    hint = _Guesses().nearest(name, library.decks)
    message = f"there is no deck {name!r}"
    raise UsageError("; ".join(part for part in (message, hint, f"decks: {known}") if part))


def deck_items(library: Library, source: DeckSource) -> tuple[Item, ...]:
    """Return the entries of a deck in learning order.

    Prerequisites come first, then the lower priority number, then the title.
    """
    contents = source.deck.contents
    subjects = {each.subject for each in contents}
    kinds = {each.kind for each in contents}
    named = {name for each in contents for name in each.entries or ()}
    return learning_order(
        library,
        (
            item.id
            for item in library.items.values()
            if item.subject in subjects or item.entry.kind in kinds or item.id in named
        ),
    )


def deck_lists(library: Library, source: DeckSource) -> tuple[NoteList, ...]:
    """Return the lists of plain questions in the folders of a deck, by name."""
    subjects = {selection.subject for selection in source.deck.contents}
    return tuple(each for each in library.lists.values() if each.subject in subjects)


def learning_order(library: Library, chosen: Iterable[str]) -> tuple[Item, ...]:
    """Sort entries so that each comes after the entries it requires, directly or not."""
    wanted = set(chosen)
    after: dict[str, list[str]] = {}
    missing: dict[str, int] = {}
    todo = [*wanted]
    while todo:  # what is required, chosen or not, each once
        name = todo.pop()
        if name in missing:
            continue
        needs = {n for n in library.items[name].entry.requires if n in library.items and n != name}
        missing[name] = len(needs)
        for need in needs:
            after.setdefault(need, []).append(name)
        todo += needs
    free = [name for name, number in missing.items() if not number]
    ready: list[tuple[int, str, str]] = []
    out: list[Item] = []
    while free or ready:
        while free:
            name = free.pop()
            if name in wanted:
                heapq.heappush(ready, _rank(library.items[name]))
            else:  # not on any card: it holds nothing up
                free += _freed(name, after, missing)
        if ready:
            name = heapq.heappop(ready)[-1]
            out.append(library.items[name])
            free += _freed(name, after, missing)
    return tuple(out)


def _freed(name: str, after: Mapping[str, Sequence[str]], missing: dict[str, int]) -> Iterator[str]:
    """Yield the entries for which this one was the last that they require."""
    for other in after.get(name, ()):
        missing[other] -= 1
        if not missing[other]:
            yield other


def _rank(item: Item) -> tuple[int, str, str]:
    return item.entry.priority, item.entry.title, item.id


def checked_text(item: Item) -> StatementText:
    """Return the formulas of an entry with the relations that its texts assert.

    A relation between dollars is a claim like any other; it is checked, and not shown
    twice.
    """
    text = item.entry.statement_text(item.id)
    found = item.known.asserted if item.known is not None else asserted(item)
    claims: list[tuple[TextPath, str, dict[str, str]]] = [
        (path, formula, {}) for path, formula in found
    ]
    return replace(text, claims=(*text.claims, *claims)) if claims else text


def asserted(item: Item) -> tuple[tuple[TextPath, str], ...]:
    """Return the relations that the texts of an entry assert, each with its place."""
    from dlcards.claims.prose import relations

    return tuple(
        (path, relation.text) for path, text in item.texts.items() for relation in relations(text)
    )


def prose_texts(entry: Entry) -> Iterator[tuple[TextPath, str]]:
    """Yield every text of an entry that may hold formulas, with its place."""
    for key in ("meaning", "conditions", "why", "pitfall", "personal"):
        words = getattr(entry, key)
        if words is not None:
            yield (key,), words
    for symbol, words in entry.symbols.items():
        yield ("symbols", symbol), words
    for slot, question in entry.questions.items():
        for key in ("ask", "answer", "more"):
            words = getattr(question, key)
            if words is not None:
                yield ("questions", slot, key), words
    for name in type(entry.prompts).model_fields:
        words = getattr(entry.prompts, name)
        if words is not None:
            yield ("prompts", name), words
    if entry.example is not None and entry.example.text is not None:
        yield ("example", "text"), entry.example.text


def missing_translations(item: Item, language: str) -> list[Problem]:
    """Return a warning for every text of an entry that a language lacks."""
    document = item.translation_documents.get(language)
    translation = item.translations.get(language)
    if document is None or translation is None:
        message = f"there is no translation into {language!r}"
        hint = f"write {item.document.file.removesuffix('.yaml')}.{language}.yaml"
        return [
            Problem(
                Location(item.document.file), "missing-translation", message, hint, Severity.WARNING
            )
        ]
    written = translation.model_dump(exclude_none=True)
    places = _LazyPlaces(document)
    out = []
    for path, _ in (((("title",)), item.entry.title), *prose_texts(item.entry)):
        value: Any = written
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        if not value:
            message = f"{'.'.join(path)} is not translated into {language!r}"
            out.append(
                places.problem(
                    path, "missing-translation", message, "add it", severity=Severity.WARNING
                )
            )
    return out
