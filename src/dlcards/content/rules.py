"""Rules that make a card worth remembering, as far as a program can judge.

The rules follow Wozniak's *Twenty rules of formulating knowledge*, Matuschak's *How to
write good prompts* and Nielsen's *Augmenting long-term memory*; the limits are ours.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from dlcards.claims.statement import FormulaProblem, Path
from dlcards.content.project_file import ALL_RULES
from dlcards.content.schema import Entry, Exercise

FRONT = 120
FRONT_LONG = 110
ANSWER = 60
CODE_LINES = 8
CODE_COLUMNS = 88
LIST_SIGNS = 2
SIMILAR = 0.85
MOST_ALIKE = 5
MOST_OWNERS = 50
"""Fronts that share a rare run of three letters; nobody mends more at once."""

_ASKING = "(?:what|which|how|why|when|where|who|whose)"
_YES_NO_START = re.compile(
    r"(?i)(?:is|are|does|do|did|can|could|has|have|had|will|would|should|was|were|must|may)\b"
)
_YES_NO_ANSWER = re.compile(r"(?i)(?:yes|no|true|false)[.,!]?")
_TWO = re.compile(rf"(?i)\b{_ASKING}\b[^?]*\b(?:and|or) {_ASKING}\b")
_LIST = re.compile(r"(?i)\b(?:list|enumerate|name (?:all|both|the (?:two|three|four|five)))\b")
_VAGUE = re.compile(r"(?i)\b(?:discuss|describe|something|anything|stuff|tell us about)\b")
_SHAPE = re.compile(rf"(?i)\b(?:{_ASKING}|whom|state|write|complete|give)\b")
_NAME = re.compile(r"(?i)\b(?:called|named|(?:name|kind|sort|type|family|class) of)\b")
_NO_NAME = re.compile(
    r"(?i)\b(?:how|why|when|where|who)\b|\bwhat are\b|\b(?:which|what) (?:numbers?|values?)\b"
    r"|\bof (?:which|what) (?!kind|sort|type|family|class)\w"
)
"""What asks for a reason, a number, or for what something belongs to, and not for a name."""
_MARKUP = re.compile(r"[`*$]")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An entry to be reviewed."""

    id: str
    entry: Entry
    is_root: bool
    cards: int
    in_deck: bool = True


def review(
    entries: Sequence[Reviewed], rules: Container[str] = ALL_RULES
) -> Mapping[str, tuple[FormulaProblem, ...]]:
    """Judge the cards of entries.

    Parameters
    ----------
    entries : sequence of Reviewed
        All entries of a library, so that cards that look alike are found.
    rules : container of str
        Codes of the rules that apply.

    Returns
    -------
    mapping of str to tuple of FormulaProblem
        By id; what cannot be right is an error, what is probably not good a warning.
    """
    found: dict[str, list[FormulaProblem]] = defaultdict(list)
    for reviewed in entries:
        found[reviewed.id] += _entry(reviewed)
    for entry_id, problem in _confusable(entries):
        found[entry_id].append(problem)
    kept = {name: tuple(p for p in told if p.code in rules) for name, told in found.items()}
    return {entry_id: problems for entry_id, problems in kept.items() if problems}


def _entry(reviewed: Reviewed) -> Iterator[FormulaProblem]:
    entry = reviewed.entry
    if not reviewed.in_deck:
        hint = "name it, or its folder, under contents of a file in decks/"
        yield _warning((), "in-no-deck", "no deck holds this entry", hint)
    for slot, question in entry.questions.items():
        place: Path = ("questions", slot)
        yield from _front(question.ask, (*place, "ask"))
        yield from _asked(question.ask, (*place, "ask"))
        yield from _answer(question.answer, question.ask, (*place, "answer"))
        if question.hint is not None and _leaks(plain(question.answer), plain(question.hint)):
            message, hint = "the answer stands in the hint", "let it tell less"
            yield _error((*place, "hint"), "answer-leak", message, hint)
        if _leaks(plain(question.answer), entry.topic.replace("-", " ")):
            message, hint = "the answer stands in the topic, above the question", "ask otherwise"
            yield _error((*place, "answer"), "answer-leak", message, hint)
    for name in type(entry.prompts).model_fields:
        prompt = getattr(entry.prompts, name)
        if prompt is not None:
            yield from _front(prompt, ("prompts", name))
            yield from _title_in(prompt, entry.title, name)
    yield from _names_itself(entry)
    yield from _read_as_named(entry)
    yield from _read_no_name(entry)
    yield from _idle_prompts(entry)
    if entry.code is not None:
        yield from _code(entry.code.numpy)
    yield from _missing(reviewed)


def review_exercise(exercise: Exercise) -> Iterator[FormulaProblem]:
    """Judge the problem of a family: one task, and nothing vague.

    Examples
    --------
    >>> from dlcards.content.schema import Exercise
    >>> two = Exercise.model_construct(ask="What is $a$, and what is $b$?", steps=["$a$"])
    >>> [problem.code for problem in review_exercise(two)]
    ['two-questions']
    """
    ask = exercise.ask
    if ask.count("?") > 1 or _TWO.search(plain(ask)):
        hint = "one family has one task; write a second family"
        yield _error(("ask",), "two-questions", "two questions in one problem", hint)
    if _LIST.search(ask):
        hint = "ask for one thing at a time"
        yield _error(("ask",), "list-question", "a question for a list", hint)
    if _VAGUE.search(ask):
        yield _warning(("ask",), "vague-question", "a vague task", "say what is wanted")


def plain(text: str) -> str:
    """Return a text as it is read: without the signs of markup."""
    return " ".join(_MARKUP.sub("", text).split())


def _front(text: str, path: Path) -> Iterator[FormulaProblem]:
    length = len(plain(text))
    if length > FRONT:
        yield _error(path, "front-long", f"a front of {length} characters", f"at most {FRONT}")
    elif length > FRONT_LONG:
        hint = f"aim at {FRONT_LONG}"
        yield _warning(path, "front-long", f"a front of {length} characters", hint)
    if _VAGUE.search(text):
        yield _warning(path, "vague-question", "a vague question", "say what is wanted")
    if _LIST.search(text):
        yield _error(path, "list-question", "a question for a list", "ask for one thing at a time")
    if text.count("?") > 1 or _TWO.search(plain(text)):
        yield _error(path, "two-questions", "two questions on one front", "split it in two slots")


def _asked(text: str, path: Path) -> Iterator[FormulaProblem]:
    said = plain(text)
    last = re.split(r"(?<=[.:;])\s+", said)[-1]
    if "?" not in said:
        yield _error(path, "no-question", "there is no question", "end it with a question mark")
    elif _YES_NO_START.match(last):
        hint = "ask which, what, how or why"
        yield _error(path, "yes-no-question", "a question for yes or no", hint)
    elif not _SHAPE.search(said):
        hint = "use what, which, how, why"
        yield _warning(path, "shape-of-answer", "it is open what kind of answer is wanted", hint)


def _answer(text: str, ask: str, path: Path) -> Iterator[FormulaProblem]:
    said = plain(text)
    only_formula = text.count("$") == 2 and text.startswith("$") and text.endswith("$")
    if len(said) > ANSWER and not only_formula:
        hint = f"at most {ANSWER}; put the explanation under more"
        yield _error(path, "answer-long", f"an answer of {len(said)} characters", hint)
    if _YES_NO_ANSWER.fullmatch(said):
        hint = "ask which, what, how or why"
        yield _error(path, "yes-no-question", "the answer is yes or no", hint)
    outside = re.sub(r"\([^)]*\)|\$[^$]*\$", "", text)
    if len(re.findall(r"[,;]", outside)) > LIST_SIGNS:
        yield _error(path, "list-question", "the answer is a list", "ask for one thing at a time")
    if _leaks(said, plain(ask)):
        yield _error(path, "answer-leak", "the answer stands in the question", "reword one of them")


def _leaks(answer: str, ask: str) -> bool:
    wanted, given = _words(answer), _words(ask)
    if wanted and wanted[0] in ("a", "an", "the"):
        wanted = wanted[1:]
    if not wanted or len(" ".join(wanted)) < 4:
        return False
    size = len(wanted)
    return any(given[i : i + size] == wanted for i in range(len(given) - size + 1))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _title_in(prompt: str, title: str, name: str) -> Iterator[FormulaProblem]:
    if name in ("recognise", "picture") and _leaks(title, plain(prompt)):
        message = "the name that is asked for stands in the question"
        yield _error(("prompts", name), "answer-leak", message, "leave the name out")


def _names_itself(entry: Entry) -> Iterator[FormulaProblem]:
    """Find the title where the card shows it that asks for the name of the formula."""
    if "recognise" in entry.without:
        return
    shown: list[tuple[Path, str | None]] = [
        (("topic",), entry.topic.replace("-", " ")),
        (("conditions",), entry.conditions),
        (("unchecked", "latex"), entry.unchecked.latex if entry.unchecked else None),
    ]
    for path, text in shown:
        if text and _leaks(entry.title, plain(text)):
            message = "the name that is asked for stands on the card that asks for it"
            hint = "leave the name out, or the card: without: [recognise]"
            yield _error(path, "answer-leak", message, hint)


def _read_as_named(entry: Entry) -> Iterator[FormulaProblem]:
    """Find a sign whose name is how it is read, so that two cards have one answer."""
    if entry.say is None or not {"say", "recognise"}.isdisjoint(entry.without):
        return
    said, named = (
        [word for word in _words(text) if word not in ("a", "an", "the")]
        for text in (entry.say, entry.title)
    )
    if said == named:
        message = "the sign is read by its title, so two cards have one answer"
        hint = "leave one of them: without: [say]"
        yield _warning(("say",), "read-as-named", message, hint)


def _read_no_name(entry: Entry) -> Iterator[FormulaProblem]:
    """Find a question about code that the title does not answer; of a sign, the sign does."""
    prompt = entry.prompts.read
    if prompt is None or entry.kind == "notation":
        return
    asked = re.split(r"(?<=[.:;])\s+", plain(prompt))[-1]
    if _NO_NAME.search(asked) and not _NAME.search(asked):
        message = f"the answer is the title, {entry.title!r}, and this does not ask for a name"
        hint = "ask which quantity, method or rule it is, or leave the card out: without: [read]"
        yield _warning(("prompts", "read"), "read-no-name", message, hint)


def _idle_prompts(entry: Entry) -> Iterator[FormulaProblem]:
    """Find questions for cards that the entry does not have."""
    lacking = {"cloze": not entry.blanks, "code": entry.code is None, "read": entry.code is None}
    lacking["picture"] = not (entry.figure or {}).get("front_safe", False)
    for name in type(entry.prompts).model_fields:
        if getattr(entry.prompts, name) is None:
            continue
        if name in entry.without:
            message, hint = f"without leaves out {name}, so nobody is asked this", "delete it"
        elif lacking.get(name, False):
            message, hint = f"the entry has no card {name}, so nobody is asked this", _NEEDS[name]
        else:
            continue
        yield _warning(("prompts", name), "idle-prompt", message, hint)


_NEEDS = {
    "cloze": "delete it, or name blanks",
    "code": "delete it, or add code",
    "read": "delete it, or add code",
    "picture": "delete it, or let the figure stand on a front: front_safe: true",
}
"""What a card needs that an entry lacks, by its name."""


def _code(text: str) -> Iterator[FormulaProblem]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) - 1 > CODE_LINES:
        hint = f"at most {CODE_LINES}; nobody remembers more"
        yield _warning(("code", "numpy"), "code-long", f"{len(lines) - 1} lines of code", hint)
    if any(len(line) > CODE_COLUMNS for line in lines):
        hint = f"at most {CODE_COLUMNS} columns"
        yield _warning(("code", "numpy"), "code-long", "a long line of code", hint)


def _missing(reviewed: Reviewed) -> Iterator[FormulaProblem]:
    entry = reviewed.entry
    if entry.figure is None and entry.kind != "notation" and "figure" not in entry.missing:
        yield _warning((), "missing-figure", "no figure", "add figure:, see docs/figure-kinds.md")
    if entry.kind == "notation":
        yield from _missing_in_notation(entry)
    wanted = 3 if entry.kind == "equation" else 2
    asked = entry.questions or "questions" not in entry.missing
    if asked and len(entry.questions) < wanted and entry.kind != "notation":
        message = f"fewer than {wanted} questions"
        yield _warning((), "missing-question", message, "ask what it means and when it fails")
    if entry.kind == "algorithm" and entry.algorithm is None:
        message = "no code, so nothing says what the algorithm achieves"
        yield _warning((), "missing-code", message, "add algorithm:, see docs/algorithms.md")
    if entry.kind == "equation":
        if entry.code is None and "code" not in entry.missing:
            yield _warning((), "missing-code", "no code", "add code:")
        if entry.why is None:
            yield _warning((), "missing-why", "no why", "add why:")
        if entry.pitfall is None:
            yield _warning((), "missing-pitfall", "no pitfall", "add pitfall:")
        if not entry.blanks and "cloze" not in entry.without:
            yield _warning((), "missing-blanks", "no blanks", "name the parts worth recalling")
    for part, there in entry.parts().items():
        if there and part in entry.missing:
            message = f"a reason why there is no {part}, and it is there"
            yield _warning(("missing", part), "needless-reason", message, "delete the reason")
    if not entry.requires and not reviewed.is_root:
        message = "nothing leads to this entry and it builds on nothing"
        yield _warning((), "orphan", message, "add requires:")
    if reviewed.cards == 1:
        yield _warning((), "orphan", "the entry has only one card", "ask from a second side")


def _missing_in_notation(entry: Entry) -> Iterator[FormulaProblem]:
    if entry.say is None and "say" not in entry.without:
        yield _warning((), "missing-say", "no say", "add say:, how the sign is read aloud")
    asked = entry.code is not None and not {"code", "read"} <= set(entry.without)
    if not asked and not entry.questions and "code" not in entry.missing:
        message = "no card leads from the sign to NumPy"
        yield _warning((), "missing-code", message, "add code:, or a question for the call")


def _confusable(entries: Sequence[Reviewed]) -> Iterator[tuple[str, FormulaProblem]]:
    """Yield fronts of different entries that one could take for each other."""
    fronts = [
        (reviewed.id, ("questions", slot, "ask"), question.ask)
        for reviewed in entries
        for slot, question in reviewed.entry.questions.items()
    ]
    grams = [_trigrams(text) for _, _, text in fronts]
    often = Counter(gram for shape in grams for gram in shape)
    owners: dict[str, list[int]] = defaultdict(list)
    for index, shape in enumerate(grams):
        # Who shares so much shares one of the rarest: the others need not be looked up.
        rarest = sorted(shape, key=lambda gram: (often[gram], gram))
        rarest = rarest[: len(shape) - ceil(SIMILAR * len(shape)) + 1]
        candidates = dict.fromkeys(other for gram in rarest for other in owners[gram])
        alike = 0
        for other in candidates:
            shared = len(shape & grams[other])
            union = len(shape) + len(grams[other]) - shared
            if fronts[other][0] != fronts[index][0] and shared / union > SIMILAR:
                yield _alike(fronts[index], fronts[other])
                alike += 1
            if alike == MOST_ALIKE:
                break
        for gram in rarest:
            if len(owners[gram]) < MOST_OWNERS:
                owners[gram].append(index)


def _alike(one: tuple[str, Path, str], other: tuple[str, Path, str]) -> tuple[str, FormulaProblem]:
    same = _words(one[2]) == _words(other[2])
    message = f"this front {'is' if same else 'looks like'} that of {other[0]} ({other[1][1]})"
    hint = "add a word that tells them apart"
    return one[0], FormulaProblem(one[1], "confusable-fronts", message, hint, warning=not same)


@lru_cache(maxsize=20_000)
def _trigrams(text: str) -> frozenset[str]:
    said = re.sub(r"\d+", "#", " ".join(_words(text)))
    return frozenset(said[i : i + 3] for i in range(max(1, len(said) - 2)))


def _error(path: Iterable[str | int], code: str, message: str, hint: str) -> FormulaProblem:
    return FormulaProblem(tuple(path), code, message, hint)


def _warning(path: Iterable[str | int], code: str, message: str, hint: str) -> FormulaProblem:
    return FormulaProblem(tuple(path), code, message, hint, warning=True)
