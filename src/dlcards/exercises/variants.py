"""The variants of a family: drawn, worked out, and drawn again where a condition fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dlcards.claims.parser import FormulaError, parse_formula
from dlcards.claims.prose import InlineKind
from dlcards.claims.statement import Definition, FormulaProblem, Path
from dlcards.claims.tree import Node, walk
from dlcards.claims.unparser import formula_text
from dlcards.exercises.compare import numbers_in, same
from dlcards.exercises.draws import BadDraw, WideDraw, admits, drawn
from dlcards.exercises.literals import as_fraction
from dlcards.exercises.model import ANSWER, Family, Formula, Variant
from dlcards.exercises.printing import (
    LONGEST_ANSWER,
    LONGEST_PROBLEM,
    names_of,
    printed,
    printed_answer,
    printed_length,
)
from dlcards.exercises.values import Names, NoResult, put_in, relation_holds, worked_out

TRIALS = 1000
LEAST_PASSING = 10
"""Of a thousand draws so many must pass; fewer are an error."""

ATTEMPTS = 1000
"""So often a variant is drawn before there is none."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Why a draw is not used.

    Parameters
    ----------
    reason : str
        ``a != b``, ``the answer is 0``.
    path : tuple of str or int
        The key concerned.
    """

    reason: str
    path: Path


@dataclass(frozen=True, slots=True)
class Passing:
    """How many of a thousand draws can be used, and what rejects the others.

    Parameters
    ----------
    passed, tried : int
    rejected : mapping of Rejected to int
        The most frequent first.
    undecided : tuple of str
        Two answers to one and the same problem, where there are such.
    """

    passed: int
    tried: int
    rejected: Mapping[Rejected, int] = field(default_factory=dict)
    undecided: tuple[str, ...] = ()


class DrawFailed(ValueError):
    """A draw that can never succeed: a mistake of the author."""

    def __init__(self, problem: FormulaProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def draw_once(family: Family, index: int, attempt: int) -> Variant | Rejected:
    """Draw a variant, or tell why this draw cannot be used.

    Raises
    ------
    DrawFailed
        If something under ``draw`` is wrong whatever the numbers.
    """
    return _finished(family, index, {}, attempt)


def choose_variants(
    family: Family, pinned: Sequence[Mapping[str, str]] = (), count: int | None = None
) -> tuple[Variant, ...]:
    """Return the variants of a family: the pinned ones that may stay, the others drawn.

    Parameters
    ----------
    family : Family
    pinned : sequence of mapping of str to str
        Drawn values of earlier variants, in order.
    count : int, optional
        How many at most; as many as the family wants when it is left out.

    Raises
    ------
    DrawFailed
    """
    chosen: list[Variant] = []
    seen: set[tuple[str, ...]] = set()
    for index in range(1, (family.count if count is None else count) + 1):
        found = _kept(family, index, pinned[index - 1], seen) if index <= len(pinned) else None
        attempt = 0
        while found is None and attempt < ATTEMPTS:
            candidate = draw_once(family, index, attempt)
            if isinstance(candidate, Variant) and _is_new(family, candidate, seen):
                found = candidate
            attempt += 1
        if found is None:
            break
        seen.add(_note(family, found))
        chosen.append(found)
    return tuple(chosen)


def passing(family: Family) -> Passing:
    """Draw a thousand times and count what can be used.

    Raises
    ------
    DrawFailed
    """
    reasons: Counter[Rejected] = Counter()
    answers: dict[str, Node] = {}
    undecided: tuple[str, ...] = ()
    for attempt in range(TRIALS):
        found = draw_once(family, 0, attempt)
        if isinstance(found, Rejected):
            reasons[found] += 1
            continue
        asked = "".join(part.text for part in printed(family.ask, family, found))
        answer = found.values[ANSWER]
        other = answers.setdefault(asked, answer)
        if not undecided and not same(answer, other, family.types):
            undecided = (formula_text(other), formula_text(answer))
    passed = TRIALS - reasons.total()
    return Passing(passed, TRIALS, dict(reasons.most_common()), undecided)


def drawn_text(variant: Variant) -> dict[str, str]:
    """Return the drawn values as text, for the lock."""
    return {name: formula_text(value) for name, value in variant.drawn.items()}


def _kept(
    family: Family, index: int, values: Mapping[str, str], seen: Iterable[tuple[str, ...]]
) -> Variant | None:
    """Return a pinned variant where its values may still be drawn and all conditions hold."""
    wanted = [drawn.name for drawn in family.draws if drawn.is_draw]
    if sorted(values) != sorted(wanted):
        return None
    try:
        read = {name: worked_out(parse_formula(text), Names()) for name, text in values.items()}
        found = _finished(family, index, read, None)
    except (FormulaError, NoResult, DrawFailed):
        return None
    return found if isinstance(found, Variant) and _is_new(family, found, seen) else None


def _finished(
    family: Family, index: int, pinned: Mapping[str, Node], attempt: int | None
) -> Variant | Rejected:
    """Work out all names from pinned values, or from the draws of an attempt."""
    values: dict[str, Node] = {}
    functions: dict[str, Definition] = {}
    raw: dict[str, Node] = {}
    names = Names(values, functions)
    for each in family.draws:
        node, path = each.formula.node, each.formula.path
        if each.parameters:
            functions[each.name] = Definition(each.parameters, node)
            continue
        try:
            if not each.is_draw:
                values[each.name] = worked_out(node, names)
            elif attempt is None:
                if not admits(node, pinned[each.name], names):
                    return Rejected(f"{each.name} is drawn from something else now", path)
                raw[each.name] = values[each.name] = pinned[each.name]
            else:
                seed = f"{family.id}/{index}/{attempt}/{each.name}"
                raw[each.name] = values[each.name] = drawn(node, names, seed)
        except NoResult as error:
            return Rejected(f"{each.name} has no value: {error}", path)
        except WideDraw as error:
            raise _draw_failed(each.formula, "draw-wide", str(error)) from None
        except BadDraw as error:
            raise _draw_failed(each.formula, "bad-draw", str(error)) from None
    return _conditioned(family, Variant(index, raw, values, functions))


def _draw_failed(formula: Formula, code: str, message: str) -> DrawFailed:
    hint = "draw smaller numbers: whole ones that one calculates with on paper"
    if code == "bad-draw":
        hint = "see the draws in docs/exercises.md"
    return DrawFailed(FormulaProblem(formula.path, code, message, hint, 0, len(formula.text)))


def _conditioned(family: Family, variant: Variant) -> Variant | Rejected:
    names = names_of(variant)
    early = [each for each in family.given if not _speaks_of_answer(each.node)]
    late = [each for each in family.given if _speaks_of_answer(each.node)]
    return (
        _first_unmet(early, names)
        or _work_out_answer(family, variant)
        or _first_unmet(late, names)
        or _not_trivial(family, variant)
        or _not_long(family, variant)
        or variant
    )


def _speaks_of_answer(condition: Node) -> bool:
    return any(part.op == "sym" and part.name == ANSWER for part in walk(condition))


def _first_unmet(conditions: Iterable[Formula], names: Names) -> Rejected | None:
    for condition in conditions:
        try:
            if not relation_holds(put_in(condition.node, names)):
                return Rejected(condition.text, condition.path)
        except NoResult as error:
            return Rejected(f"{condition.text} has no value: {error}", condition.path)
    return None


def _work_out_answer(family: Family, variant: Variant) -> Rejected | None:
    """Keep the answer among the values of the variant."""
    assert isinstance(variant.values, dict)
    try:
        variant.values[ANSWER] = worked_out(family.answer.node, names_of(variant))
    except NoResult as error:
        return Rejected(f"the answer has no value: {error}", family.answer.path)
    return None


def _not_trivial(family: Family, variant: Variant) -> Rejected | None:
    answer = variant.values[ANSWER]
    path = family.answer.path
    if family.choices:
        return None
    if "zero" not in family.allows and all(as_fraction(n) == 0 for n in numbers_in(answer)):
        return Rejected("the answer is 0", path)
    if "given" in family.allows:
        return None
    for name in _shown_names(family):
        if name in variant.values and same(variant.values[name], answer, family.types):
            return Rejected(f"the answer is the given {name}", path)
    return None


def _shown_names(family: Family) -> list[str]:
    """Return the names whose values the problem tells."""
    trees = [link.formula.node for part in family.ask for link in part.links]
    return list(dict.fromkeys(name for tree in trees for name in _values_in(tree)))


def _values_in(node: Node) -> list[str]:
    if node.op == "sym":
        return [node.name]
    if node.op == "call" and node.name == "name":
        return []
    if node.op == "index":
        return []
    return [name for arg in node.args for name in _values_in(arg)]


def _not_long(family: Family, variant: Variant) -> Rejected | None:
    if printed_length(printed(family.ask, family, variant)) > LONGEST_PROBLEM:
        return Rejected(f"the problem has more than {LONGEST_PROBLEM} letters", ("ask",))
    if printed_length(printed_answer(family, variant)) > LONGEST_ANSWER:
        path: Path = ("reply",) if family.reply else ("answer",)
        return Rejected(f"the answer has more than {LONGEST_ANSWER} letters", path)
    return None


def _note(family: Family, variant: Variant) -> tuple[str, ...]:
    """Return what tells a variant from the others."""
    if family.note:
        names = names_of(variant)
        return tuple(formula_text(worked_out(each.node, names)) for each in family.note)
    text = printed(family.ask, family, variant)
    return tuple(part.text for part in text if part.kind is InlineKind.MATH)


def _is_new(family: Family, variant: Variant, seen: Iterable[tuple[str, ...]]) -> bool:
    return _note(family, variant) not in seen
