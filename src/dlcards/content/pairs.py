"""Cards that ask the same: one fact in the same words, or one question with two answers.

Fronts and answers are compared by the stems of their words and by their formulas, written
in one form. A word counts the more, the fewer cards have it. Notes of lists may differ by
an order or a sign alone, as ``7 - 3`` and ``3 - 7`` do, so these must agree as well.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, log

from dlcards.claims.parser import FormulaError, parse_formula
from dlcards.claims.statement import Path, Statement
from dlcards.claims.tree import Node, sym, walk
from dlcards.claims.unparser import formula_text, type_text
from dlcards.content.fronts import shown_formula
from dlcards.content.library import Item
from dlcards.content.lists import NoteList

ALIKE = 0.55
"""Two cards ask the same fact if they share so much of all that stands on either."""
SAME_FRONT = 0.9
"""Two fronts ask the same question if they share so much."""
ANSWERED = 0.6
"""So much of each answer must stand on the other card."""
MOST_OWNERS = 50
"""Cards that share a rare word; nobody mends more at once."""
MOST_PAIRS = 5
"""Pairs that are told for one card."""

FORMULA = "formula "
"""Begins the term of a formula that is recalled whole."""

_COMMON_WORDS = """
a about all also an and any are as at be been before after both by called can could did do does
each every for from gets give given gives had has have how if in into is it its may mean means
meant more most must named name of off on or other out over per same say says should so some state
such than that the their them then there these they this those to under up us very via was we were
what which who whom whose will with would write you your
"""
_SKIPPED = frozenset(_COMMON_WORDS.split())
_SUFFIXES = (
    "ization isation ation ement ment ness ingly edly ity ive ally ion ing ed al ly es er or e"
)
_ENDINGS = tuple(_SUFFIXES.split())
_SHORTEST_STEM = 3
_TOKEN = re.compile(r"\w+(?: [×x] \w+)+|√?[^\W_]+")
_SAID = re.compile(r"\w+|[^\w\s?.!,;:'\"]")
_SIGN = re.compile(r"\d+|[+−±×·÷*/^=<>≤≥√]|(?<![^\W\d_])-|-(?![^\W\d_])")
"""A number, or a sign between numbers: the hyphen of *log-odds* is none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A card: where its front stands, and the terms of its front and its answer.

    Parameters
    ----------
    id : str
        Of its entry or its list.
    path : tuple
        Of its front in the file.
    front, answer : frozenset of str
    text : str
        The front as it is written.
    plain : bool
        Whether it is a note of a list.
    """

    id: str
    path: Path
    front: frozenset[str]
    answer: frozenset[str]
    text: str
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cards of which one is too many.

    Parameters
    ----------
    code : str
        ``asked-twice`` or ``two-answers``.
    one, other : Asked
        The later card, and the earlier one.
    """

    code: str
    one: Asked
    other: Asked


def repeated_cards(items: Iterable[Item], lists: Iterable[NoteList] = ()) -> tuple[Pair, ...]:
    """Return the pairs of cards that ask one fact twice or give one question two answers.

    The later card of a pair stands in front; notes of lists come after all entries.

    The work grows with the number of cards, not with its square: two cards that share much
    share one of their rarest words, and only such cards are compared.
    """
    cards = [card for item in items for card in _cards(item)]
    cards += [card for each in lists for card in _notes(each)]
    return tuple(dict.fromkeys((*_alike(cards), *_same_formula(cards))))


def _cards(item: Item) -> Iterator[Asked]:
    entry = item.entry
    for slot, question in entry.questions.items():
        path: Path = ("questions", slot, "ask")
        yield _asked(item.id, path, question.ask, question.answer)
    asked = entry.prompts.meaning
    if (entry.kind == "concept" or asked is not None) and "meaning" not in entry.without:
        path = ("prompts", "meaning") if asked is not None else ("title",)
        yield _asked(item.id, path, asked or entry.title, entry.meaning)
    yield from _sign_cards(item)
    formula = _headline(item, item.statement)
    if formula and "recall" not in entry.without:
        asked = entry.prompts.recall
        path = ("prompts", "recall") if asked is not None else ("title",)
        text = asked or entry.title
        front = frozenset(f"{FORMULA}of {term}" for term in terms(text))
        yield Asked(item.id, path, front, frozenset({formula}), text)


def _notes(questions: NoteList) -> Iterator[Asked]:
    for name, (ask, answer) in questions.notes.items():
        yield _asked(questions.id, ("notes", name, "ask"), ask, answer, plain=True)


def _asked(name: str, path: Path, ask: str, answer: str, *, plain: bool = False) -> Asked:
    return Asked(name, path, terms(ask), terms(answer), ask, plain)


def _sign_cards(item: Item) -> Iterator[Asked]:
    """Yield the cards that show the sign of a notation."""
    entry, sign = item.entry, item.sign
    if sign is None:
        return
    shown = f"${_normal(sign.text)}"
    answers = {"recognise": f"{entry.title} {entry.meaning}", "say": entry.say}
    for slot, answer in answers.items():
        if answer and slot not in entry.without:
            front = frozenset({f"{slot} {shown}"})
            yield Asked(item.id, ("sign",), front, terms(answer), f"{slot} {sign.text}")


def terms(text: str) -> frozenset[str]:
    """Return what a text speaks of: the stems of its words, and its formulas in one form.

    Examples
    --------
    >>> sorted(terms("What does normalising keep? $x + 1$"))
    ['$1 + x', 'keep', 'normalis']
    """
    found = []
    for index, part in enumerate(text.split("$")):
        if index % 2:
            found.append(f"${_normal(part)}")
        else:
            found += [_stem(token) for token in _TOKEN.findall(part.casefold())]
    return frozenset(term for term in found if term)


@lru_cache(maxsize=1 << 16)
def _stem(token: str) -> str:
    if token in _SKIPPED:
        return ""
    if token.endswith("s") and not token.endswith(("ss", "us", "is")):
        token = token[:-1]
    for ending in _ENDINGS:
        if token.endswith(ending) and len(token) - len(ending) >= _SHORTEST_STEM:
            token = token.removesuffix(ending)
            break
    return token[:-1] if len(token) > _SHORTEST_STEM and token[-1] == token[-2] else token


def _normal(formula: str) -> str:
    try:
        return formula_text(_sorted(parse_formula(formula)))
    except FormulaError:
        return "".join(formula.split())


def _sorted(node: Node) -> Node:
    """Return a formula with the parts of sums and products of numbers in one order."""
    args = tuple(_sorted(arg) for arg in node.args)
    if node.op in ("add", "mul"):
        args = tuple(sorted(args, key=formula_text))
    return node.with_args(args) if args else node


def _headline(item: Item, statement: Statement | None) -> str:
    """Return the formula that is recalled, its names numbered and each with its type."""
    if item.sign is not None and item.sign.node is None:
        return f"{FORMULA}{_normal(item.sign.text)}"
    if statement is None:
        return ""
    tree = shown_formula(item, statement)
    if tree is None:
        return ""
    names: dict[str, str] = {}
    for node in walk(tree):
        if node.op in ("sym", "call") and node.name in statement.definitions:
            return ""  # what it says stands under define
        if node.op == "sym":
            names.setdefault(node.name, f"_{len(names)}")
    types = [
        f"{new}: {_renamed_type(statement, old, names)}"
        for old, new in names.items()
        if old in statement.types
    ]
    return "; ".join((FORMULA + formula_text(_renamed(tree, names)), *types))


def _renamed_type(statement: Statement, name: str, names: Mapping[str, str]) -> str:
    return re.sub(r"\w+", lambda m: names.get(m[0], m[0]), type_text(statement.types[name]))


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    if node.op == "sym":
        return sym(names.get(node.name, node.name))
    return node.with_args(tuple(_renamed(a, names) for a in node.args)) if node.args else node


def _same_formula(cards: Sequence[Asked]) -> Iterator[Pair]:
    """Yield entries that ask for the same formula, apart from its letters."""
    first: dict[str, Asked] = {}
    for card in cards:
        for term in card.answer:
            if term.startswith(FORMULA) and (other := first.setdefault(term, card)) is not card:
                yield Pair("asked-twice", card, other)


def _alike(cards: Sequence[Asked]) -> Iterator[Pair]:
    wholes = [card.front | card.answer for card in cards]
    often = Counter(term for whole in wholes for term in whole)
    weight = {term: log(1 + len(cards) / number) for term, number in often.items()}

    def heavy(some: Iterable[str]) -> float:
        return fsum(map(weight.__getitem__, some))  # whatever the order of a set

    weights = [(heavy(w), heavy(c.front)) for w, c in zip(wholes, cards, strict=True)]

    def answered(card: Asked, other: Asked) -> bool:
        there = card.answer & (other.front | other.answer)
        return heavy(there) >= ANSWERED * heavy(card.answer)

    def judged(one: int, other: int) -> str:
        card, earlier = cards[one], cards[other]
        (whole, front), (others, others_front) = weights[one], weights[other]
        code = ""
        if _share(heavy(wholes[one] & wholes[other]), whole + others) >= ALIKE and (
            answered(card, earlier) and answered(earlier, card)
        ):
            code = "asked-twice"
        if _share(heavy(card.front & earlier.front), front + others_front) >= SAME_FRONT:
            answers = heavy(card.answer) + heavy(earlier.answer)
            same = _share(heavy(card.answer & earlier.answer), answers) >= SAME_FRONT
            code = "asked-twice" if same else "two-answers"
        return code if not code or _really(code, card, earlier) else ""

    owners: dict[str, list[int]] = defaultdict(list)
    for index, card in enumerate(cards):
        rare = _rarest(wholes[index], weight) | _rarest(card.front, weight)
        found = 0
        for other in dict.fromkeys(i for term in rare for i in owners[term]):
            code = judged(index, other) if found < MOST_PAIRS else ""
            if code:
                found += 1
                yield Pair(code, card, cards[other])
        for term in rare:
            if len(owners[term]) < MOST_OWNERS:
                owners[term].append(index)


def _share(common: float, both: float) -> float:
    """Return what two sets have in common, of all that is in either; `both` weighs each in full.

    Examples
    --------
    >>> _share(2.0, 3.0 + 5.0)
    0.3333333333333333
    """
    return common / ((both - common) or 1)


def _really(code: str, card: Asked, other: Asked) -> bool:
    """Return whether a pair holds with a note of a list, of which there may be thousands alike.

    One question is the same word by word; one fact has the same numbers and signs in one order.
    """
    if not (card.plain or other.plain):
        return True
    said = _said if code == "two-answers" else _signs
    return said(card.text) == said(other.text)


def _said(text: str) -> list[str]:
    return _SAID.findall(text.casefold())


def _signs(text: str) -> list[str]:
    return [sign for words in text.split("$")[::2] for sign in _SIGN.findall(words)]


def _rarest(some: frozenset[str], weight: Mapping[str, float]) -> dict[str, None]:
    """Return the rarest terms, of which a card that is alike has at least one."""
    ordered = sorted(some, key=lambda term: (-weight[term], term))
    left = sum(weight[term] for term in ordered)
    least = ALIKE * left
    chosen: dict[str, None] = {}
    for term in ordered:
        chosen[term] = None
        left -= weight[term]
        if left < least:
            break
    return chosen
