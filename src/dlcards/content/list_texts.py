"""Notes of lists that hold more than plain words: formulas, LaTeX, emphasis, links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from dlcards.claims.prose import Inline, relations
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import EMPTY, FormulaProblem, Statement, StatementText
from dlcards.claims.statement import Path as TextPath
from dlcards.content.files import read_text as read_file
from dlcards.content.lists import MAX_BYTES, MAX_VALUES, NoteList
from dlcards.content.prose import each_name_once, read_text
from dlcards.content.schema import TEXT_KEYS
from dlcards.content.texts import formula_problem
from dlcards.documents import MAX_PROBLEMS, Document, Places, read_document
from dlcards.problems import Problem

_SIGN = re.compile(r"[$`*\\<]|\]\(|\{\{c\d")
_NAME = re.compile(r"[A-Za-z]\w*")


def read_marked(
    questions: NoteList, macros: Mapping[str, str]
) -> tuple[NoteList, tuple[FormulaProblem, ...]]:
    """Read the texts of a list that hold signs of markup; the others stay as they are."""
    marked: dict[str, dict[str, tuple[Inline, ...]]] = {}
    let = questions.head.let
    read, found = read_statement(StatementText(questions.id, let=let))
    problems = [p for p in found if p.code != "unused-name" and not p.warning]
    statement = read or Statement(questions.id, EMPTY, EMPTY)
    for name, texts in _texts(questions):
        if any(_SIGN.search(text) for text in texts.values()):
            around = " ".join(texts.values())
            marked[name] = {}
            for key, text in texts.items():
                path = ("notes", name, key)
                marked[name][key], found = read_text(text, statement, path, macros, around=around)
                problems += found
    if not marked and not problems:
        return questions, ()
    told = tuple(islice(each_name_once(problems), MAX_PROBLEMS))
    return replace(questions, marked=MappingProxyType(marked)), told


def _texts(questions: NoteList) -> Iterator[tuple[str, dict[str, str]]]:
    for name, (ask, answer) in questions.notes.items():
        texts = {"ask": ask, "answer": answer}
        more = questions.more.get(name)
        if more is not None:
            texts |= {k: t for k, t in (("more", more.more), ("hint", more.hint)) if t}
        yield name, texts


def list_statement(questions: NoteList) -> StatementText | None:
    """Return the relations that the texts of a list assert, to be checked like claims."""
    claims: list[tuple[TextPath, str, dict[str, str]]] = [
        (("notes", name, key), relation.text, {})
        for name, texts in questions.marked.items()
        for key, inlines in texts.items()
        for relation in relations(inlines)
    ]
    if not claims:
        return None
    used = {word for _, formula, _ in claims for word in _NAME.findall(formula)}
    let = {
        names: kind
        for names, kind in questions.head.let.items()
        if used & {name.strip() for name in names.split(",")}
    }
    return StatementText(questions.id, let=let, claims=tuple(claims))


def list_located(
    questions: NoteList, root: Path, found: tuple[FormulaProblem, ...]
) -> tuple[Problem, ...]:
    """Return mistakes in the texts of a list as problems at their places in its file."""
    if not found:
        return ()
    places = list_places(questions, root)
    return tuple(formula_problem(places, problem) for problem in found[:MAX_PROBLEMS])


def list_places(questions: NoteList, root: Path) -> Places:
    """Return where the texts of a list stand in its file, which is read for it once more."""
    text, _ = read_file(root, root / questions.file, MAX_BYTES)
    document, _ = read_document(
        text or "", questions.file, max_bytes=MAX_BYTES, max_values=MAX_VALUES, texts=TEXT_KEYS
    )
    return Places(document or Document(questions.file, "", {}))
