"""Reads all content below a root: entries, translations, decks, lists, sources.

Nothing is raised for wrong content: every mistake comes back as a problem beside
what could be read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dlcards.content.families import ExerciseItem, read_exercise, text_digest
from dlcards.content.files import (
    LONGEST_FILE,
    ContentFiles,
    file_problem,
    find_files,
    read_file,
    read_text,
    shown_path,
)
from dlcards.content.library import DeckSource, Item, KnownEntry, Library, Source, Trees
from dlcards.content.lists import MAX_BYTES as LONGEST_LIST
from dlcards.content.lists import NoteList, read_list
from dlcards.content.project_file import of_project, read_project
from dlcards.content.references import check_exercise, check_references, check_source
from dlcards.content.schema import (
    TEXT_KEYS,
    Deck,
    Entry,
    ImageFigure,
    Translation,
    misfits_of,
    read_model,
)
from dlcards.content.texts import (
    SIGN,
    cut_off,
    formula_problem,
    only_in_translation,
    prose_texts,
    texts_around,
)
from dlcards.documents import MAX_PROBLEMS, Document, Places, read_document, shortened
from dlcards.problems import Problem
from dlcards.validation import Guesses

_MARKUP = re.compile(r"[$`*\\<]|\]\(|\{\{c")
_NOTHING_KNOWN: Mapping[str, KnownEntry] = MappingProxyType({})


def read_library(
    root: Path,
    known: Mapping[str, KnownEntry] = _NOTHING_KNOWN,
    before: Library | None = None,
) -> tuple[Library, tuple[Problem, ...]]:
    """Read everything below a root.

    Parameters
    ----------
    root : Path
        A folder with ``formulas/`` and ``decks/``, and ``dlcards.yaml`` of one's own.
    known : mapping of str to KnownEntry
        By the hash of the text: what need not be read again.
    before : Library, optional
        What this process read earlier; an entry without a mistake that is still the same is
        taken over with its trees.

    Returns
    -------
    Library
        What could be read.
    tuple of Problem
        Every mistake in any file. An error in the project file stands alone: nothing else is
        read then, unless `before` tells what the file said.
    """
    problems: list[Problem] = []
    guesses = Guesses()
    project = read_project(root, problems)
    if of_project(problems):
        if before is None or not before.decks:
            nothing: MappingProxyType[str, Any] = MappingProxyType({})
            return Library(root, nothing, nothing, nothing), tuple(problems)
        project = before.project
    files = find_files(root, problems)
    sources = _read_sources(root, problems)
    items: dict[str, Item] = {}
    same = before.items if before is not None and before.project.macros == project.macros else {}
    for entry_id in sorted(files.entries):
        subject, path = files.entries[entry_id]
        item = _read_item(root, entry_id, subject, path, problems, known, project.macros, same)
        if item is not None:
            items[entry_id] = item
    _read_translations(root, files, items, problems, guesses)
    decks = dict(_read_decks(root, files, problems))
    library = Library(
        root,
        MappingProxyType(items),
        MappingProxyType(decks),
        MappingProxyType(sources),
        MappingProxyType(
            dict(_read_lists(root, files, sources, project.macros, problems, guesses))
        ),
        MappingProxyType(
            dict(
                _read_exercises(
                    root,
                    files,
                    sources,
                    problems,
                    guesses,
                    known,
                    before.exercises if before is not None else {},
                )
            )
        ),
        project,
    )
    folders = (*files.entries.values(), *files.lists.values())
    subjects = frozenset(subject for subject, _ in folders)
    known_decks = frozenset(files.decks)
    problems += check_references(library, frozenset(files.entries), subjects, known_decks, guesses)
    return library, tuple(problems)


def _read_item(
    root: Path,
    entry_id: str,
    subject: str,
    path: Path,
    problems: list[Problem],
    known: Mapping[str, KnownEntry],
    macros: Mapping[str, str],
    same: Mapping[str, Item],
) -> Item | None:
    text, found = read_text(root, path, LONGEST_FILE)
    problems += found
    if text is None:
        return None
    written_out = repr(sorted(macros.items())) if macros else ""
    digest = hashlib.sha256(f"{text}{written_out}".encode()).hexdigest()
    old = same.get(entry_id)
    if old is not None and old.sound and (old.digest, old.subject) == (digest, subject):
        return replace(old, translations={}, translation_documents={})
    before = known.get(digest)
    if before is not None:
        document = Document(shown_path(root, path), text, before.data)
        entry, _ = read_model(Entry, document)
        if entry is not None:
            read = cache(partial(_read_trees, entry, entry_id, macros))
            return Item(entry_id, subject, entry, digest, read, document, sound=True, known=before)
    shown = shown_path(root, path)
    return _read_anew(text, digest, entry_id, subject, shown, problems, macros)


def _read_trees(entry: Entry, entry_id: str, macros: Mapping[str, str]) -> Trees:
    """Read the formulas and texts of an entry.

    Where the declarations cannot be read, nothing is said of the names in texts.
    """
    from dlcards.claims.resolver import read_statement  # start-up
    from dlcards.content.prose import each_name_once  # start-up
    from dlcards.content.prose import read_text as read_words  # start-up
    from dlcards.content.signs import sign_problems  # start-up

    statement, misread = read_statement(entry.statement_text(entry_id))
    problems = list(misread)
    texts = {}
    for path, words in prose_texts(entry):
        around = texts_around(entry, path)
        texts[path], found = read_words(words, statement, path, macros, around=around)
        unknown = () if statement is not None else ("unknown-name", "unknown-word")
        if path == SIGN:
            found = tuple(problem for problem in found if not problem.warning)
            found = found or tuple(sign_problems(texts[path], statement))
        problems += [problem for problem in found if problem.code not in unknown]
    return Trees(statement, texts, tuple(each_name_once(problems)))


def _read_anew(
    text: str,
    digest: str,
    entry_id: str,
    subject: str,
    shown: str,
    problems: list[Problem],
    macros: Mapping[str, str],
) -> Item | None:
    before = len(problems)
    document, found = read_document(text, shown, texts=TEXT_KEYS)
    problems += found
    if document is None:
        return None
    entry, found_here = read_model(Entry, document)
    if document.data.get("kind") == "exercise":
        hint = f"move it to exercises/{subject}/; docs/exercises.md tells what it holds"
        message = "an exercise does not stand among the formulas"
        found_here = [Places(document).problem(("kind",), "wrong-value", message, hint)]
    problems += found_here
    if entry is None:
        return None
    places = Places(document)
    problems += _consistency(entry, places)
    if entry.figure is not None and entry.figure.get("kind") == "image":
        wrong = misfits_of(ImageFigure, entry.figure)
        if wrong:
            problems += [
                places.problem(("figure", *m.path), m.code, m.message, m.hint, key=m.at_key)
                for m in wrong
            ]
            return None
        misplaced = tuple(_regions(ImageFigure.model_validate(entry.figure), places))
        problems += misplaced
        if misplaced:
            return None
    trees = _read_trees(entry, entry_id, macros)
    problems += [formula_problem(places, p) for p in trees.problems]
    problems += cut_off(places, text, [path for path, _ in prose_texts(entry)])
    sound = len(problems) == before
    return Item(entry_id, subject, entry, digest, lambda: trees, document, sound=sound)


def _regions(image: ImageFigure, places: Places) -> Iterator[Problem]:
    """Yield regions that have no shape or two, or leave the picture."""
    for slot, part in image.regions.items():
        path = ("figure", "regions", slot)
        given = [shape for shape in (part.rect, part.ellipse) if shape is not None]
        if len(given) != 1:
            message = "a region has one shape"
            yield places.problem(path, "bad-region", message, "write rect: or ellipse:")
            continue
        left, top, width, height = given[0]
        if left + width > 100 or top + height > 100 or not width or not height:
            message = "the region leaves the picture, or hides nothing of it"
            hint = "[left, top, width, height] in per cent, left + width at most 100"
            yield places.problem(path, "bad-region", message, hint)


def _consistency(entry: Entry, places: Places) -> Iterator[Problem]:
    """Yield mistakes that no single key shows."""
    has_formula = bool(entry.claim or entry.definition)
    yield from _notation(entry, places)
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
    if entry.blanks and not (has_formula or entry.sign_formula()):
        hint = "write claim: or definition: with it"
        message = "blanks are parts of a claim or a definition, and there is none"
        yield places.problem(("blanks",), "no-formula", message, hint, key=True)
    told = has_formula or entry.unchecked is not None or entry.sign is not None
    if entry.define and not told:
        hint = "write claim: or definition: with it"
        yield places.problem(("define",), "no-formula", "define without a formula", hint, key=True)
    if "::" in entry.title:
        yield places.problem(("title",), "bad-name", "a title cannot hold ::", "use a dash")


def _notation(entry: Entry, places: Places) -> Iterator[Problem]:
    """Yield what a notation lacks, and what belongs to a notation only."""
    if entry.kind == "notation":
        if entry.sign is None:
            hint = r"write sign: $A.T$, or sign: \(…\) with LaTeX"
            yield places.problem((), "no-sign", "a notation needs its sign", hint)
        for key in ("definition", "unchecked"):
            if entry.sign is not None and getattr(entry, key) is not None:
                message = f"{key} stands beside sign, and a card has one formula"
                hint = "keep sign; what it means goes under claim"
                yield places.problem((key,), "two-formulas", message, hint, key=True)
        return
    for key in ("sign", "say"):
        if getattr(entry, key) is not None:
            message = f"{key} belongs to kind: notation"
            hint = "remove it, or write kind: notation"
            yield places.problem((key,), "no-notation", message, hint, key=True)


def _read_translations(
    root: Path,
    files: ContentFiles,
    items: dict[str, Item],
    problems: list[Problem],
    guesses: Guesses,
) -> None:
    for (entry_id, language), path in sorted(files.translations.items()):
        if entry_id not in files.entries:
            hint = guesses.nearest(entry_id, files.entries)
            message = f"there is no entry {entry_id!r} to translate"
            problems.append(file_problem(root, path, "unknown-reference", message, hint))
            continue
        document, found = read_file(root, path)
        problems += found
        if document is None or entry_id not in items:
            continue
        translation, misfits = read_model(Translation, document)
        problems += misfits
        if translation is not None:
            item = items[entry_id]
            misread = only_in_translation(item, translation, document)
            problems += islice(misread, MAX_PROBLEMS)
            items[entry_id] = replace(
                item,
                translations={**item.translations, language: translation},
                translation_documents={**item.translation_documents, language: document},
            )


def _read_decks(
    root: Path, files: ContentFiles, problems: list[Problem]
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
    root: Path,
    files: ContentFiles,
    sources: Mapping[str, Source],
    macros: Mapping[str, str],
    problems: list[Problem],
    guesses: Guesses,
) -> Iterator[tuple[str, NoteList]]:
    for name, (subject, path) in sorted(files.lists.items()):
        text, found = read_text(root, path, LONGEST_LIST)
        problems += found
        if text is None:
            continue
        read, misfits = read_list(text, shown_path(root, path), name, subject)
        problems += misfits
        if read is None:
            continue
        for source in read.head.sources:
            wrong = check_source(sources, source, guesses)
            if wrong is not None:
                problems.append(file_problem(root, path, "unknown-source", *wrong))
        if _MARKUP.search(text) or read.head.let:
            from dlcards.content.list_texts import list_located, read_marked  # start-up

            read, misread = read_marked(read, macros)
            problems += list_located(read, root, misread)
        yield name, read


def _read_exercises(
    root: Path,
    files: ContentFiles,
    sources: Mapping[str, Source],
    problems: list[Problem],
    guesses: Guesses,
    before: Mapping[str, KnownEntry],
    earlier: Mapping[str, ExerciseItem],
) -> Iterator[tuple[str, ExerciseItem]]:
    known = frozenset(files.entries)
    for name, (subject, path) in sorted(files.exercises.items()):
        text, found = read_text(root, path, LONGEST_FILE)
        problems += found
        if text is None:
            continue
        digest = text_digest(text)
        old = earlier.get(name)
        if old is not None and old.sound and (old.digest, old.subject) == (digest, subject):
            problems += check_exercise(old, known, sources, guesses)
            yield name, old
            continue
        told = len(problems)
        same = before.get(digest)
        data = same.data if same is not None else None
        item, misfits = read_exercise(text, shown_path(root, path), name, subject, data)
        problems += misfits
        if item is None:
            continue
        problems += check_exercise(item, known, sources, guesses)
        if same is None:
            places = Places(item.document)
            problems += [formula_problem(places, p) for p in item.read()[1]]
        yield name, replace(item, sound=len(problems) == told)


def _read_sources(root: Path, problems: list[Problem]) -> dict[str, Source]:
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
    where = Places(document)
    for code, message, hint in wrong[:MAX_PROBLEMS]:
        problems.append(where.problem((code,), "bad-source", message, hint, key=True))
    return out
