"""The project file ``dlcards.yaml``: whose cards these are, and which rules they follow.

A folder without one is the bundled library, or a project older than this file: its notes
have the namespace ``dlcards``, and all rules apply.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from dlcards.cards.latex import macro_fault
from dlcards.content.files import read_file, read_text
from dlcards.content.schema import ProjectFile, RuleSet, read_model
from dlcards.documents import Document, Places
from dlcards.files import LONGEST_SUBJECT, is_id
from dlcards.languages import SOURCE, or_source
from dlcards.model import OURS
from dlcards.problems import Location, Problem, has_errors
from dlcards.project import PROJECT_FILE, STYLE_FILE, is_language
from dlcards.validation import nearest

LONGEST_STYLE = 50_000

ALL_RULES = frozenset(
    [
        *("answer-leak", "answer-long", "asked-twice", "code-long", "confusable-fronts"),
        *("front-long", "idle-prompt", "two-answers"),
        *("in-no-deck", "list-question", "missing-blanks", "missing-code", "missing-figure"),
        *("missing-pitfall", "missing-question", "missing-say", "missing-source", "missing-why"),
        *("needless-reason", "no-question", "orphan", "read-as-named"),
        *("read-no-name",),
        *("shape-of-answer", "two-questions", "vague-question", "yes-no-question"),
    ]
)
SMALL_SET = frozenset(
    {"answer-leak", "asked-twice", "confusable-fronts", "in-no-deck", "two-answers"}
)
"""Rules whose breach is a mistake in any deck; the others are a matter of taste."""

_SETS: Mapping[str, frozenset[str]] = {
    "all": ALL_RULES,
    "small": SMALL_SET,
    "none": frozenset(),
}

_LOADING = re.compile(
    r"(?i)(?P<sign>[<\\])|(?P<rule>@(?:import|namespace|font-face|charset))"
    r"|(?P<function>(?:url|src|image|image-set|cross-fade|element|expression|paint)\()"
)
"""What could end the style sheet, hide a word, or load something from elsewhere."""


@dataclass(frozen=True, slots=True)
class Project:
    """What holds for all content of a project.

    Parameters
    ----------
    namespace : str
        First part of every GUID, tag, name of a picture and name of a note type.
    title, author, licence : str
        Told in the description of each deck.
    language : str
        In which the entries are written. Labels are in English where there are no others.
    tags : tuple of str
        Of every note.
    rules : frozenset of str
        Codes of the rules that apply.
    macros : mapping of str to str
        LaTeX by the name of the macro, without its backslash.
    style : str
        CSS after that of the cards.
    """

    namespace: str = OURS
    title: str = ""
    author: str = ""
    licence: str = ""
    language: str = SOURCE
    tags: tuple[str, ...] = ()
    rules: frozenset[str] = ALL_RULES
    macros: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    style: str = ""

    def rules_off(self) -> tuple[str, ...]:
        """Return the rules that the bundled library keeps and this project does not."""
        return tuple(sorted(ALL_RULES - self.rules))

    def labels(self, language: str) -> str:
        """Return the language of the labels on cards in a language; SOURCE is as written."""
        return or_source(self.language) if language == SOURCE else language

    def translates(self, language: str) -> bool:
        """Return whether cards in a language are translated, not as their author wrote them.

        Examples
        --------
        >>> LIBRARY.translates(SOURCE), Project(language="de").translates("fr")
        (False, True)
        """
        return self.labels(language) != self.labels(SOURCE)

    def credit(self) -> str:
        """Return licence and author in one line; empty where neither is named."""
        return ", ".join(part for part in (self.licence, self.author) if part)


LIBRARY = Project(author="dlcards contributors", licence="CC BY 4.0")
"""The bundled library, which needs no project file."""


def read_project(root: Path, problems: list[Problem]) -> Project:
    """Read the project file and the style of a project; mistakes become problems."""
    path = root / PROJECT_FILE
    if path.is_symlink():
        message = "a link is not followed"
        problems.append(Problem(Location(PROJECT_FILE), "symlink", message, "copy the file"))
        return LIBRARY
    if not path.is_file():
        for wrong in ("dlcards.yml", "dlcard.yaml", "dlcards.yaml.txt"):
            if (root / wrong).is_file():
                message, hint = "the project file is called otherwise", f"rename it to {path.name}"
                problems.append(Problem(Location(wrong), "file-name", message, hint))
        return LIBRARY
    document, found = read_file(root, path)
    problems += found
    if document is None:
        return LIBRARY
    file, misfits = read_model(ProjectFile, document)
    problems += misfits
    if file is None:
        return LIBRARY
    problems += _mistakes(file, document)
    return Project(
        namespace=file.namespace,
        title=file.title or "",
        author=file.author or "",
        licence=file.licence or "",
        language=file.language,
        tags=tuple(file.tags),
        rules=_rules(file.rules),
        macros=MappingProxyType(dict(file.macros)),
        style=_read_style(root, problems),
    )


def of_project(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the errors of the project file and the style.

    Until they are mended, namespace, rules and macros are unknown, and whatever else is said
    may be wrong.
    """
    files = (PROJECT_FILE, STYLE_FILE)
    return tuple(p for p in problems if p.location.file in files and has_errors((p,)))


def namespace_fault(namespace: str) -> tuple[str, str] | None:
    """Return why a word cannot be a namespace and what to write instead, or None.

    Examples
    --------
    >>> namespace_fault("physics-9b"), namespace_fault("dlcards")[0]
    (None, "'dlcards' is the namespace of the bundled library")
    """
    if not is_id(namespace, LONGEST_SUBJECT):
        hint = f"at most {LONGEST_SUBJECT} lower-case letters, digits and single hyphens"
        return f"{namespace!r} cannot be a namespace", hint
    if namespace == OURS:
        message = f"{namespace!r} is the namespace of the bundled library"
        return message, "choose a word of your own, such as physics-miller"
    return None


def _mistakes(file: ProjectFile, document: Document) -> list[Problem]:
    """Return mistakes that a type does not show."""
    places = Places(document)
    out = []
    if (wrong := namespace_fault(file.namespace)) is not None:
        out.append(places.problem(("namespace",), "bad-namespace", *wrong))
    if not is_language(file.language):
        message = f"{file.language!r} is not the code of a language"
        hint = "two or three letters, then -REGION if need be"
        out.append(places.problem(("language",), "unknown-language", message, hint))
    for key, named in (("also", file.rules.also), ("except", file.rules.without)):
        for i, rule in enumerate(named):
            if rule not in ALL_RULES:
                hint = nearest(rule, sorted(ALL_RULES)) or "see: dlcards explain"
                message = f"there is no rule {rule!r}"
                out.append(places.problem(("rules", key, i), "unknown-rule", message, hint))
    for name in file.macros:
        wrong = macro_fault(name, file.macros)
        out += [places.problem(("macros", name), "bad-macro", *wrong)] if wrong else []
    return out


def _rules(chosen: RuleSet) -> frozenset[str]:
    return (_SETS[chosen.set] | set(chosen.also)) - set(chosen.without)


def _read_style(root: Path, problems: list[Problem]) -> str:
    path = root / STYLE_FILE
    if path.is_symlink():
        message = "a link is not followed"
        problems.append(Problem(Location(STYLE_FILE), "symlink", message, "copy the file"))
        return ""
    if not path.is_file():
        return ""
    text, found = read_text(root, path, LONGEST_STYLE)
    problems += found
    if text is None:
        return ""
    if (wrong := _LOADING.search(text)) is not None:
        line = text.count("\n", 0, wrong.start()) + 1
        column = wrong.start() - text.rfind("\n", 0, wrong.start())
        message = f"{wrong.group()!r} may not stand in a style"
        hint = "a style sets colours, sizes and fonts; it loads nothing and holds no markup"
        source = text.splitlines()[line - 1]
        place = Location(STYLE_FILE, line, column)
        width = len(wrong.group())
        problems.append(Problem(place, "bad-style", message, hint, source=source, width=width))
        return ""
    return text
