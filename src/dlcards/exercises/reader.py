"""From the texts of a family to a :class:`Family`, with every mistake at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from dlcards.claims.parser import (
    FormulaError,
    parse_formula,
    parse_head,
    parse_names,
    parse_type,
)
from dlcards.claims.prose import Inline, InlineKind, read_prose
from dlcards.claims.statement import FormulaProblem, Path, Type
from dlcards.claims.tree import Node, walk
from dlcards.claims.words import CONSTANTS, DIRECTIONS, WORD_NAMES, binds
from dlcards.exercises.draws import KINDS, is_draw
from dlcards.exercises.model import (
    ANSWER,
    Drawn,
    Family,
    FamilyText,
    Formula,
    Link,
    Mistake,
    Part,
    Text,
)
from dlcards.exercises.values import WORDS

_LINK = re.compile(r"<=>|=>|~=|⇔|⇒|≈")
_UNMARKED = re.compile(r"(?<!\S)\S+ (?:==|<=|>=|!=) \S+|(?<!\w)\w+\*\*\w+")
_SPELLED = {"⇔": "<=>", "⇒": "=>", "≈": "~="}
_RELATION = re.compile(r"\s*(==|!=|<=|>=|<|>)")
FREE_TYPES = ("real", "positive", "nonnegative", "nonzero", "probability", "interval")
"""What a free variable may be."""


def read_family(text: FamilyText) -> tuple[Family | None, tuple[FormulaProblem, ...]]:
    """Read and name-check everything a family says.

    Returns
    -------
    Family or None
        None where anything is wrong.
    tuple of FormulaProblem

    Examples
    --------
    >>> family, problems = read_family(FamilyText("ex-sum", "What is $a + 2$?", "a + 2",
    ...     {"a": "integers(1, 9)"}, ("answer - 2 == a",)))
    >>> [drawn.name for drawn in family.draws], problems
    (['a'], ())
    """
    reader = _Reader(text)
    family = reader.read()
    problems = tuple(dict.fromkeys(reader.problems))
    return (None if problems else family), problems


@dataclass(slots=True)
class _Reader:
    text: FamilyText
    problems: list[FormulaProblem] = field(default_factory=list)
    types: dict[str, Type] = field(default_factory=dict)
    functions: dict[str, int] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    broken: bool = False

    def read(self) -> Family:
        text = self.text
        self._read_types()
        draws = tuple(self._read_draws())
        answer = self._formula(("answer",), text.answer)
        ask = self._text(("ask",), text.ask)
        self.known.add(ANSWER)
        given = self._formulas("given", text.given)
        claims = self._formulas("claim", text.claims)
        reply = self._text(("reply",), text.reply) if text.reply else ()
        steps = tuple(self._text(("steps", i), step) for i, step in enumerate(text.steps))
        hint = self._text(("hint",), text.hint) if text.hint else ()
        mistakes = tuple(
            Mistake(
                self._formula(("mistakes", i, "answer"), wrong),
                self._text(("mistakes", i, "says"), says),
            )
            for i, (wrong, says) in enumerate(text.mistakes)
        )
        note = self._formulas("note", text.note)
        self._check_claims(claims, answer)
        self._check_links(steps)
        self._check_use(draws)
        return Family(
            text.id,
            dict(self.types),
            draws,
            given,
            ask,
            answer,
            claims,
            dict(text.show),
            reply,
            text.choices,
            steps,
            hint,
            mistakes,
            note,
            text.allows,
            text.count,
        )

    # Reporting

    def _report(
        self, path: Path, code: str, message: str, hint: str = "", start: int = 0, end: int = 0
    ) -> None:
        self.problems.append(FormulaProblem(path, code, message, hint, start, end))

    # Declarations

    def _read_types(self) -> None:
        for key, written in self.text.let.items():
            try:
                kind = parse_type(written)
            except FormulaError as error:
                self._error(("let", key), error)
                self.broken = True
                continue
            if kind.name not in FREE_TYPES:
                message = f"a free variable cannot be of type '{kind.name}'"
                hint = f"one of {', '.join(FREE_TYPES)}; what is drawn stands under draw"
                self._report(("let", key), "unknown-type", message, hint, 0, len(written))
            for name, _ in self._names(("let", key, "@key"), key):
                self.types[name] = kind
                self.known.add(name)

    def _names(self, path: Path, key: str) -> Iterator[tuple[str, int]]:
        try:
            found = parse_names(key)
        except FormulaError as error:
            self._error(path, error)
            self.broken = True
            return
        seen: set[str] = set()
        for name, start in found:
            twice = name in self.known or name in seen
            seen.add(name)
            if twice or name == ANSWER or name in WORDS or name in KINDS:
                reason = "is declared twice" if twice else "is a word of exercises"
                where = (start, start + len(name))
                hint = "choose another name"
                code = "duplicate-name" if twice else "reserved-name"
                self._report(path, code, f"'{name}' {reason}", hint, *where)
            else:
                yield name, start

    def _read_draws(self) -> Iterator[Drawn]:
        for key, written in self.text.draw.items():
            path: Path = ("draw", key)
            parameters: tuple[str, ...] = ()
            heads: list[str]
            if "(" in key:
                try:
                    head, parameters = parse_head(key)
                except FormulaError as error:
                    self._error((*path, "@key"), error)
                    self.broken = True
                    continue
                if head in self.known:
                    message = f"'{head}' is declared twice"
                    self._report((*path, "@key"), "duplicate-name", message, "choose another name")
                heads = [head]
            else:
                heads = [name for name, _ in self._names((*path, "@key"), key)]
            node = self._parse(path, written)
            if node is None:
                self.broken = True
            else:
                self._check_draw(path, node, frozenset(parameters), bool(parameters))
            for name in heads:
                self.known.add(name)
                if parameters:
                    self.functions[name] = len(parameters)
                if node is not None:
                    formula = Formula(node, path, written)
                    yield Drawn(name, formula, parameters, is_draw(node))

    def _check_draw(
        self, path: Path, node: Node, parameters: frozenset[str], is_function: bool
    ) -> None:
        if not is_draw(node) or is_function:
            self._check_names(path, node, parameters)
            return
        kind = KINDS[node.name]
        if not kind.fewest <= len(node.args) <= kind.most:
            message = f"'{node.name}' takes other arguments"
            hint = f"write {kind.arguments}: {kind.description}"
            self._report(path, "wrong-arity", message, hint, node.start, node.end)
            return
        for place, arg in enumerate(node.args):
            if place != kind.inner:
                self._check_names(path, arg, frozenset())
            elif is_draw(arg):
                self._check_draw(path, arg, frozenset(), is_function=False)
            else:
                hint = f"write {kind.arguments}"
                message = f"the entries of a {node.name} are drawn: integers(-5, 5)"
                self._report(path, "bad-draw", message, hint, arg.start, arg.end)

    # Formulas

    def _error(self, path: Path, error: FormulaError) -> None:
        self._report(path, error.code, error.message, error.hint, error.start, error.end)

    def _parse(self, path: Path, text: str, offset: int = 0) -> Node | None:
        try:
            return _shifted(parse_formula(text), offset)
        except FormulaError as error:
            start, end = error.start + offset, error.end + offset
            self._report(path, error.code, error.message, error.hint, start, end)
            return None

    def _formula(self, path: Path, text: str) -> Formula:
        node = self._parse(path, text)
        if node is None:
            return Formula(Node("num"), path, text)
        self._check_names(path, node, frozenset())
        if node.op in ("rel", "and"):
            message = "a value is needed here, not a relation"
            self._report(path, "not-a-value", message, "write one side only", node.start, node.end)
        return Formula(node, path, text)

    def _formulas(self, key: str, texts: tuple[str, ...]) -> tuple[Formula, ...]:
        found = []
        for place, text in enumerate(texts):
            path: Path = (key, place)
            node = self._parse(path, text)
            if node is None:
                continue
            self._check_names(path, node, frozenset())
            if key != "note" and node.op not in ("rel", "and"):
                message = "a relation is needed here"
                self._report(
                    path, "not-a-relation", message, "write a == b or a != b", 0, len(text)
                )
            found.append(Formula(node, path, text))
        return tuple(found)

    def _check_names(self, path: Path, node: Node, bound: frozenset[str]) -> None:
        """Report unknown names and words, and remember the known ones as used."""
        if node.op == "sym":
            self._check_name(path, node, bound)
            return
        inner = bound
        if node.op == "call":
            if binds(node):
                variable = node.args[1]
                if variable.name in self.known and variable.name not in self.types:
                    message = f"'{variable.name}' is drawn, so it cannot be an index"
                    where = (variable.start, variable.end)
                    self._report(path, "duplicate-name", message, "choose another letter", *where)
                inner = bound | {variable.name}
            self._check_call(path, node)
        for arg in node.args:
            self._check_names(path, arg, inner)

    def _check_name(self, path: Path, node: Node, bound: frozenset[str]) -> None:
        name = node.name
        if name in self.known:
            self.used.add(name)
        elif name not in bound and name not in CONSTANTS and name not in DIRECTIONS:
            if self.broken:
                return
            close = get_close_matches(name, sorted(self.known), n=1, cutoff=0.6)
            hint = f"do you mean '{close[0]}'" if close else "declare it under draw or let"
            message = f"'{name}' is not declared here"
            self._report(path, "unknown-name", message, hint, node.start, node.end)

    def _check_call(self, path: Path, node: Node) -> None:
        name = node.name
        if name in self.functions:
            self.used.add(name)
            if len(node.args) != self.functions[name]:
                message = f"'{name}' takes {self.functions[name]} arguments"
                self._report(path, "wrong-arity", message, "", node.start, node.end)
        elif name in WORDS:
            fewest, most = WORDS[name]
            if not fewest <= len(node.args) <= most:
                wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
                message = f"'{name}' takes {wanted} arguments"
                hint = "see docs/exercises.md"
                self._report(path, "wrong-arity", message, hint, node.start, node.end)
        elif name in KINDS:
            message = f"'{name}' is a draw and stands alone under draw"
            hint = "give it a name there, and use the name"
            self._report(path, "bad-draw", message, hint, node.start, node.end)
        elif name not in WORD_NAMES:
            words = sorted({*WORD_NAMES, *WORDS, *self.functions})
            close = get_close_matches(name, words, n=1, cutoff=0.6)
            hint = f"do you mean '{close[0]}'" if close else "see docs/exercises.md"
            message = f"'{name}' is not a word of the claim language"
            self._report(path, "unknown-word", message, hint, node.start, node.end)

    # Texts

    def _text(self, path: Path, text: str) -> Text:
        inlines, problems = read_prose(text, None, path)
        self.problems += [each for each in problems if each.code == "unclosed-sign"]
        return tuple(self._part(path, inline) for inline in inlines)

    def _part(self, path: Path, inline: Inline) -> Part:
        if inline.kind is not InlineKind.MATH:
            formula = _UNMARKED.search(inline.text) if inline.kind is InlineKind.TEXT else None
            if formula is not None:
                message = f"'{formula.group()}' stands outside of dollars and is printed as it is"
                self._report(path, "raw-markup", message, "put the formula between dollars")
            return Part(inline.kind, inline.text)
        links = tuple(self._links(path, inline.text, inline.end - 1 - len(inline.text)))
        return Part(inline.kind, inline.text, links, inline.condition)

    def _links(self, path: Path, text: str, offset: int) -> Iterator[Link]:
        sign, start = "", 0
        for match in (*_LINK.finditer(text), None):
            end = match.start() if match is not None else len(text)
            piece = text[start:end]
            if piece.strip() or sign:
                yield from self._link(path, sign, piece, offset + start)
            if match is not None:
                sign, start = _SPELLED.get(match.group(), match.group()), match.end()

    def _link(self, path: Path, sign: str, piece: str, offset: int) -> Iterator[Link]:
        relation = _RELATION.match(piece)
        if relation is not None and not sign:
            sign, skipped = relation.group(1), relation.end()
            piece, offset = piece[skipped:], offset + skipped
        node = self._parse(path, piece, offset)
        if node is not None:
            self._check_names(path, node, frozenset())
            yield Link(sign, Formula(node, path, piece.strip()))

    # What no single text shows

    def _check_claims(self, claims: tuple[Formula, ...], answer: Formula) -> None:
        """Report claims that say nothing of the answer, or only repeat how it was written."""
        if not claims:
            return
        spoken = [claim for claim in claims if _speaks_of(ANSWER, claim.node)]
        told = [_replaced(claim.node, answer.node) for claim in spoken]
        if any(not _repeats(part) for tree in told for part in _single(tree)):
            return
        message = "no claim speaks of the answer, so nothing checks it"
        if spoken:
            message = "the claim only repeats how the answer was written, so nothing checks it"
        hint = "write what links it to the question: d(f, x) == answer"
        place = (*spoken, *claims)[0]
        self._report(place.path, "unclaimed-answer", message, hint, 0, len(place.text))

    def _check_links(self, steps: tuple[Text, ...]) -> None:
        before = False
        for place, step in enumerate(steps):
            for part in step:
                for link in part.links:
                    if link.sign and not before:
                        message = f"'{link.sign}' continues a formula, and none stands before it"
                        hint = "begin with what is asked, and go on in the next step"
                        start = link.formula.node.start
                        self._report(("steps", place), "nothing-before", message, hint, start)
                    before = True

    def _check_use(self, draws: tuple[Drawn, ...]) -> None:
        if self.problems:
            return
        for drawn in draws:
            if drawn.name in self.used:
                continue
            key = str(drawn.formula.path[-1])
            start = max(key.find(drawn.name), 0)
            message = f"'{drawn.name}' is used nowhere"
            path = (*drawn.formula.path, "@key")
            end = start + len(drawn.name)
            self._report(path, "unused-name", message, "delete it, or use it", start, end)
        names = {name for name in self.types if name not in self.used}
        for name in sorted(names):
            key = next(key for key in self.text.let if name in re.split(r"\W+", key))
            start = max(key.find(name), 0)
            message = f"'{name}' is used nowhere"
            path = ("let", key, "@key")
            self._report(path, "unused-name", message, "delete it", start, start + len(name))


def _speaks_of(name: str, node: Node) -> bool:
    return any(part.op == "sym" and part.name == name for part in walk(node))


def _replaced(node: Node, answer: Node) -> Node:
    """Put in the formula of the answer for its name."""
    if node.op == "sym":
        return answer if node.name == ANSWER else node
    return node.with_args(tuple(_replaced(arg, answer) for arg in node.args)) if node.args else node


def _single(node: Node) -> Iterator[Node]:
    """Yield the relations that are joined by ``&``."""
    if node.op == "and":
        for part in node.args:
            yield from _single(part)
    else:
        yield node


def _repeats(relation: Node) -> bool:
    return all(side == relation.args[0] for side in relation.args)


def _shifted(node: Node, by: int) -> Node:
    if not by:
        return node
    args = tuple(_shifted(arg, by) for arg in node.args)
    return replace(node, args=args, start=node.start + by, end=node.end + by)
