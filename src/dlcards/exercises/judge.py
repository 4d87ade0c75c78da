"""One variant judged: its answer, every step, and that every mistake is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise, product

from dlcards.claims.judge.judge import check_relation
from dlcards.claims.resolver import read_formula
from dlcards.claims.statement import FormulaProblem, Path, Statement
from dlcards.claims.tree import Node, walk
from dlcards.claims.unparser import formula_text
from dlcards.claims.verdict import Level, Verdict
from dlcards.exercises.compare import (
    as_list,
    belongs,
    is_set,
    numbers_in,
    same,
    sample_points,
)
from dlcards.exercises.literals import as_fraction, as_integer
from dlcards.exercises.model import ANSWER, Family, Formula, Link, Text, Variant
from dlcards.exercises.polynomials import NotPolynomial, expanded
from dlcards.exercises.values import (
    Names,
    NoResult,
    free_names,
    holds_at,
    put_in,
    rounded,
    value_at,
    worked_out,
)

_JOINS = frozenset({"<=>", "=>"})
_REACH = 12
_MOST_POINTS = 700


@dataclass(frozen=True, slots=True)
class _Before:
    """The formula before a link: its side that goes on, and the whole where it is a relation."""

    side: Node
    relation: Node | None


def judge_variant(family: Family, variant: Variant) -> Iterator[FormulaProblem]:
    """Yield what is wrong in a variant: every claim, step and mistake is judged anew.

    Examples
    --------
    >>> from dlcards.exercises.model import FamilyText
    >>> from dlcards.exercises.reader import read_family
    >>> from dlcards.exercises.variants import choose_variants
    >>> family, _ = read_family(FamilyText("ex-sum", "What is $a + 2$?", "a + 3",
    ...     {"a": "integers(1, 9)"}, ("answer == a + 2",)))
    >>> variant = choose_variants(family)[0]
    >>> [(p.code, p.message) for p in judge_variant(family, variant)]
    [('wrong-answer', 'the claim is false in variant 1 (a = 5): left 8, right 7')]
    """
    yield from _Judge(family, variant).problems()


class _Judge:
    def __init__(self, family: Family, variant: Variant) -> None:
        self.family = family
        self.variant = variant
        self.answer = variant.values[ANSWER]
        values = {**variant.values, ANSWER: as_list(self.answer)}
        self.names = Names(values, variant.functions)

    def problems(self) -> Iterator[FormulaProblem]:
        wrong = list(self._of_choices())
        for claim in self.family.claims:
            wrong += self._of_claim(claim)
        yield from wrong
        if wrong:
            return
        before: _Before | None = None
        for step in self.family.steps:
            found, before = self._of_text(step, before)
            yield from found
        for text in (self.family.reply, self.family.hint):
            yield from self._of_text(text, None)[0]
        yield from self._of_mistakes()

    # Reporting

    def _where(self) -> str:
        drawn = self.variant.drawn or self.variant.values
        told = ", ".join(f"{name} = {formula_text(value)}" for name, value in drawn.items())
        return f"in variant {self.variant.index} ({told})"

    def _problem(
        self, path: Path, code: str, message: str, hint: str, node: Node | None = None
    ) -> FormulaProblem:
        start, end = (node.start, node.end) if node is not None else (0, 0)
        return FormulaProblem(path, code, message, hint, start, end)

    # The answer

    def _of_choices(self) -> Iterator[FormulaProblem]:
        count = len(self.family.choices)
        number = as_integer(self.answer)
        if count and (number is None or not 1 <= number <= count):
            told = formula_text(self.answer)
            message = f"the answer is {told} {self._where()}, not the number of a choice"
            hint = f"the answer to a question with choices is a number from 1 to {count}"
            yield self._problem(self.family.answer.path, "answer-type", message, hint)

    def _of_claim(self, claim: Formula) -> Iterator[FormulaProblem]:
        try:
            tree = put_in(claim.node, self.names)
        except NoResult as error:
            message = f"the claim has no value {self._where()}: {error}"
            yield self._problem(claim.path, "wrong-answer", message, "see the values", claim.node)
            return
        misread = self._misread(tree)
        if misread is not None:
            yield replace(misread, path=claim.path, start=0, end=len(claim.text))
            return
        for part in _conjuncts(tree):
            verdict = self._judged(part)
            if verdict.holds:
                continue
            if verdict.code == "wrong-shape" or "shape" in verdict.message:
                message = f"the answer is of another type than the claim needs: {verdict.message}"
                hint = "a number, a vector [a, b], a matrix [[a, b], [c, d]]: as the claim compares"
                place = self.family.answer
                yield self._problem(place.path, "answer-type", message, hint, place.node)
                return
            message = f"the claim {_verb(verdict)} {self._where()}: {_told(verdict)}"
            hint = "correct the answer, or the claim that links it to the question"
            yield self._problem(claim.path, "wrong-answer", message, hint, claim.node)

    def _judged(self, relation: Node) -> Verdict:
        left, right = relation.args if len(relation.args) == 2 else (None, None)
        if left is not None and left == right and relation.relations == ("==",):
            with suppress(NoResult):  # the same on both sides says nothing, but is not wrong
                value_at(left, next(sample_points(free_names(left), self.family.types)))
                return Verdict(formula_text(relation), Level.DEFINITION)
        return check_relation(relation, self._statement(relation), explain=False)

    def _statement(self, tree: Node) -> Statement:
        """Declare what is free in a formula: the variable of an integral is not."""
        free = free_names(tree)
        types = {name: kind for name, kind in self.family.types.items() if name in free}
        return Statement(self.family.id, types, {})

    def _misread(self, tree: Node) -> FormulaProblem | None:
        """Return the first mistake that the reader of claims finds, once names have values."""
        if self.variant.index != 1:
            return None
        for part in _conjuncts(tree):
            _, problems = read_formula(formula_text(part), self._statement(part))
            found = next((p for p in problems if p.code not in _ABOUT_SIZE), None)
            if found is not None:
                return found
        return None

    # Texts

    def _of_text(
        self, text: Text, before: _Before | None
    ) -> tuple[list[FormulaProblem], _Before | None]:
        """Judge what a text asserts, and return the formula that the next may go on from."""
        problems: list[FormulaProblem] = []
        links = [link for part in text if not part.condition for link in part.links]
        for place, link in enumerate(links):
            after = links[place + 1] if place + 1 < len(links) else self._next_step(link)
            found, before = self._of_link(link, before, after)
            problems += found
        return problems, before

    def _next_step(self, link: Link) -> Link | None:
        """Return the first formula of the step after that of a formula."""
        path = link.formula.path
        if path[0] != "steps":
            return None
        number = path[1]
        assert isinstance(number, int)
        for step in self.family.steps[number + 1 :]:
            for part in step:
                if part.links:
                    return part.links[0]
        return None

    def _of_link(
        self, link: Link, before: _Before | None, after: Link | None
    ) -> tuple[list[FormulaProblem], _Before | None]:
        node = link.formula.node
        try:
            tree = put_in(node, self.names)
        except NoResult as error:
            message = f"this has no value {self._where()}: {error}"
            return [self._problem(link.formula.path, "step-fails", message, "", node)], before
        ahead = _Before(tree.args[-1], tree) if tree.op == "rel" else _Before(tree, None)
        if link.sign in _JOINS and before is not None:
            return list(self._of_join(link, before.relation, tree)), ahead
        if link.sign == "~=" and before is not None:
            return list(self._of_rounding(link, before.side, tree)), ahead
        if link.sign and before is not None:
            inner = tree.args if tree.op == "rel" else (tree,)
            signs = tree.relations if tree.op == "rel" else ()
            tree = Node("rel", (before.side, *inner), relations=(link.sign, *signs))
            ahead = _Before(tree.args[-1], tree)
        joined = after is not None and after.sign in _JOINS
        if tree.op not in ("rel", "and") or joined:
            return [], ahead
        return list(self._of_relation(link, tree)), ahead

    def _of_relation(self, link: Link, tree: Node) -> Iterator[FormulaProblem]:
        path, node = link.formula.path, link.formula.node
        misread = self._misread(tree)
        if misread is not None:
            yield replace(misread, path=path, start=node.start, end=node.end)
            return
        for part in _conjuncts(tree):
            if _is_identity(part):
                continue
            verdict = self._judged(part)
            if not verdict.holds:
                message = f"this {_verb(verdict)} {self._where()}: {_told(verdict)}"
                hint = "every line equals the one before; see the two sides"
                yield self._problem(path, "step-fails", message, hint, node)
                return

    def _of_rounding(self, link: Link, exact: Node, tree: Node) -> Iterator[FormulaProblem]:
        path, node = link.formula.path, link.formula.node
        digits = _digits(node, link.formula.text, self.names)
        if digits is None:
            message = "how many digits are right is not said"
            hint = "write ≈ round(a, 3), or a number with its decimals"
            yield self._problem(path, "step-fails", message, hint, node)
            return
        try:
            wanted, said = rounded(worked_out(exact, self.names), digits), as_fraction(tree)
        except NoResult as error:
            yield self._problem(path, "step-fails", f"no number: {error}", "", node)
            return
        if said is None or abs(wanted - said) > Fraction(1, 10**digits) / 1000:
            told = formula_text(tree)
            message = f"{told} is not {float(wanted)} {self._where()}, to {digits} decimals"
            yield self._problem(path, "step-fails", message, "correct the step", node)

    def _of_join(self, link: Link, before: Node | None, tree: Node) -> Iterator[FormulaProblem]:
        """Judge ``<=>`` and ``=>`` at many points: where one relation holds, so does the other."""
        path, node = link.formula.path, link.formula.node
        if before is None or tree.op not in ("rel", "and"):
            message = f"'{link.sign}' stands between two relations"
            hint = "write == between two values"
            yield self._problem(path, "step-fails", message, hint, node)
            return
        ever = False
        for point in self._points(before, tree):
            first, second = _truth(before, point), _truth(tree, point)
            ever = ever or (first and second)
            if first != second and (first or link.sign == "<=>"):
                at = ", ".join(f"{name} = {value}" for name, value in point.items())
                which = ("holds", "does not") if first else ("does not hold", "does")
                message = f"at {at} the line before {which[0]}, this one {which[1]}"
                hint = "solve the equation of this variant by hand"
                message = f"{message}, {self._where()}"
                yield self._problem(path, "step-fails", message, hint, node)
                return
        if not ever:
            message = f"neither relation holds at any point that was tried {self._where()}"
            hint = (
                "solutions are looked for among small fractions, the drawn numbers and the answer"
            )
            yield self._problem(path, "step-fails", message, hint, node)

    def _points(self, *trees: Node) -> Iterator[dict[str, Fraction]]:
        names = sorted(frozenset[str]().union(*map(free_names, trees)))
        numbers = dict.fromkeys(self._numbers(trees))
        tried = 0
        for values in product(numbers, repeat=len(names)):
            point = dict(zip(names, values, strict=True))
            if all(belongs(self.family.types.get(name), value) for name, value in point.items()):
                yield point
                tried += 1
            if tried >= _MOST_POINTS:
                return

    def _numbers(self, trees: tuple[Node, ...]) -> Iterator[Fraction]:
        values = [*self.variant.values.values(), *(part for tree in trees for part in walk(tree))]
        written = [self.answer, *values]
        for value in written:
            for entry in numbers_in(value) if value.op == "list" or is_set(value) else [value]:
                exact = as_fraction(entry)
                if exact is not None:
                    yield exact
                    yield -exact
        for number in range(_REACH + 1):
            yield Fraction(number)
            yield Fraction(-number)
            yield Fraction(2 * number + 1, 2)
            yield Fraction(-2 * number - 1, 2)

    # Mistakes

    def _of_mistakes(self) -> Iterator[FormulaProblem]:
        known: list[tuple[int, Node]] = []
        for number, mistake in enumerate(self.family.mistakes, 1):
            place = mistake.answer
            yield from self._of_text(mistake.says, None)[0]
            try:
                wrong = worked_out(place.node, Names(self.variant.values, self.variant.functions))
            except NoResult as error:
                message = f"the mistake has no value {self._where()}: {error}"
                hint = "exclude such draws under given"
                yield self._problem(place.path, "mistake-right", message, hint, place.node)
                continue
            if same(wrong, self.answer, self.family.types):
                told = formula_text(self.answer)
                message = f"the mistake is right {self._where()}: both are {told}"
                hint = f"exclude such draws: given: answer != {place.text}"
                yield self._problem(place.path, "mistake-right", message, hint, place.node)
                continue
            for other, value in known:
                if same(wrong, value, self.family.types):
                    message = f"mistakes {other} and {number} are the same {self._where()}"
                    other_text = self.family.mistakes[other - 1].answer.text
                    hint = f"exclude such draws: given: {other_text} != {place.text}"
                    yield self._problem(place.path, "mistakes-alike", message, hint, place.node)
                    break
            known.append((number, wrong))


_ABOUT_SIZE = frozenset({"too-long", "too-large", "too-deep"})


def _conjuncts(tree: Node) -> Iterator[Node]:
    """Yield single relations: ``a == b == c`` is two, ``a == b & c == d`` as well."""
    if tree.op == "and":
        for part in tree.args:
            yield from _conjuncts(part)
    elif tree.op == "rel" and len(tree.args) > 2:
        pairs = pairwise(tree.args)
        for sign, sides in zip(tree.relations, pairs, strict=True):
            yield Node("rel", sides, relations=(sign,))
    else:
        yield tree


def _is_identity(relation: Node) -> bool:
    """Tell whether both sides are the same polynomial; claims go to the judge all the same."""
    if relation.relations != ("==",) or not free_names(relation):
        return False
    left, right = relation.args
    if "list" in (left.op, right.op):
        return False
    try:
        return as_fraction(expanded(Node("sub", (left, right)))) == 0
    except NotPolynomial:
        return False


def _truth(relation: Node, point: Mapping[str, Fraction]) -> bool:
    try:
        return holds_at(relation, point)
    except NoResult:
        return False


def _digits(node: Node, text: str, names: Names) -> int | None:
    """Return how many decimals are claimed to be right."""
    if node.op == "call" and node.name == "round":
        try:
            return as_integer(worked_out(node.args[1], names))
        except NoResult:
            return None
    if as_fraction(node) is not None and node.op in ("num", "neg"):
        return len(text.partition(".")[2].rstrip())
    return None


def _verb(verdict: Verdict) -> str:
    return {"undecided-claim": "cannot be decided", "undefined-at-point": "has no value"}.get(
        verdict.code, "is false"
    )


def _told(verdict: Verdict) -> str:
    message = verdict.message
    for start in ("false at every point: ", "false: ", "false "):
        message = message.removeprefix(start)
    return message
