"""The texts of an entry: which hold formulas, what they assert, where mistakes in them stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from dlcards.claims.statement import FormulaProblem, StatementText
from dlcards.content.families import ExerciseItem
from dlcards.content.library import Item, TextPath
from dlcards.content.schema import Entry, Translation
from dlcards.documents import MAX_PROBLEMS, Document, Places, shortened
from dlcards.problems import Location, Problem, Severity

_HINTS = {
    "refuted-claim": "look for a sign, an index or a missing hypothesis in let",
    "unknown-name": "declare it under let, or correct the name",
    "wrong-snippet": "correct the snippet or what it equals",
    "snippet-not-allowed": "see the allowed part of NumPy in docs/claim-language.md",
    "unbalanced-bracket": "close it",
    "bad-syntax": "see the examples in docs/claim-language.md",
    "wrong-value": "see the key in docs/figure-kinds.md",
    "wrong-type": "see the key in docs/entry-format.md",
    "too-long": "write it shorter, with names under define",
}
"""What to try next where the finder of a mistake has no better advice."""

SIGN: TextPath = ("sign",)
QUESTION_KEYS = ("ask", "answer", "more", "hint")
_COMMENT = re.compile(r"\S[ \t]+#")
_MAY_ASSERT = re.compile(r"\$[^$]*(?:[=<>]|converges)[^$]*\$")


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
    """Return the relations that the texts of an entry assert, each with its place.

    A relation in a figure belongs to them if it needs no names: ``$y == 2*x$`` beside a line
    says which line it is, ``$2 + 2 == 4$`` says that it holds.
    """
    from dlcards.claims.prose import read_prose, relations  # start-up

    found = [
        (path, relation.text) for path, text in item.texts.items() for relation in relations(text)
    ]
    for path, label in _texts_in(item.entry.figure, ("figure",)):
        if _MAY_ASSERT.search(label):
            inlines, unknown = read_prose(label)
            found += [(path, relation.text) for relation in relations(inlines) if not unknown]
    return tuple(found)


def prose_texts(entry: Entry) -> Iterator[tuple[TextPath, str]]:
    """Yield every text of an entry that may hold formulas, with its place."""
    if entry.sign is not None:
        yield SIGN, entry.sign
    for key in ("meaning", "conditions", "why", "pitfall", "personal"):
        words = getattr(entry, key)
        if words is not None:
            yield (key,), words
    for symbol, words in entry.symbols.items():
        yield ("symbols", symbol), words
    for slot, question in entry.questions.items():
        for key in QUESTION_KEYS:
            words = getattr(question, key)
            if words is not None:
                yield ("questions", slot, key), words
    for name in type(entry.prompts).model_fields:
        words = getattr(entry.prompts, name)
        if words is not None:
            yield ("prompts", name), words
    figure = entry.figure or {}
    if figure.get("kind") == "image" and isinstance(figure.get("ask"), str):
        yield ("figure", "ask"), figure["ask"]
    if entry.example is not None and entry.example.text is not None:
        yield ("example", "text"), entry.example.text


def texts_around(entry: Entry, path: TextPath) -> str:
    """Return the words beside a text that may introduce a name: its question, the symbols."""
    parts = list(entry.symbols)
    if path[0] == "questions":
        question = entry.questions[path[1]]  # type: ignore[index]
        parts += [text for key in QUESTION_KEYS if (text := getattr(question, key))]
    return " ".join(parts)


def cut_off(places: Places, text: str, paths: Iterable[TextPath]) -> Iterator[Problem]:
    """Yield a warning for every text that a comment ends, which mostly was part of it."""
    if not _COMMENT.search(text):
        return
    for path in (("title",), *paths):
        comment = places.comment_after(path)
        if comment:
            message = f"{shortened(comment, 60)!r} is a comment, not part of the text"
            hint = "put the text in quotes, or the comment on a line of its own"
            yield places.problem(path, "cut-off", message, hint, severity=Severity.WARNING)


def only_in_translation(
    item: Item, translation: Translation, document: Document
) -> Iterator[Problem]:
    """Yield the relations of a translation that its entry does not assert: nobody checks them."""
    texts = _texts_in(translation.model_dump(exclude_none=True))
    suspects = [(path, text) for path, text in texts if _MAY_ASSERT.search(text)]
    if not suspects:
        return
    from dlcards.claims.prose import relations  # start-up
    from dlcards.content.prose import read_text  # start-up

    found = item.known.asserted if item.known is not None else asserted(item)
    known = {"".join(formula.split()) for _, formula in found}
    places = Places(document)
    for path, text in suspects:
        for inline in relations(read_text(text, item.statement)[0]):
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
    elif isinstance(value, dict | list | tuple):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in parts:
            yield from _texts_in(inner, (*path, key))


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
    places = Places(document)
    out = []
    texts = [(("title",), item.entry.title), *prose_texts(item.entry)]
    if item.entry.say is not None:
        texts.append((("say",), item.entry.say))
    for path, _ in texts:
        if path == SIGN:
            continue
        value: Any = written
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        if not value:
            message = f"{'.'.join(map(str, path))} is not translated into {language!r}"
            out.append(
                places.problem(
                    path, "missing-translation", message, "add it", severity=Severity.WARNING
                )
            )
    return out


def formula_problem(places: Places, found: FormulaProblem) -> Problem:
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


def located(item: Item | ExerciseItem, found: Iterable[FormulaProblem]) -> list[Problem]:
    """Return mistakes inside the texts of an entry or a family as problems at their places."""
    problems = list(islice(found, MAX_PROBLEMS))
    if not problems:
        return []
    places = Places(item.document)
    return [formula_problem(places, problem) for problem in problems]
