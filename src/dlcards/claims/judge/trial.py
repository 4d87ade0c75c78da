"""A claim under trial: the points drawn for it, and what they told so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from flint import fmpq

from dlcards.claims.balls.errors import NoValue, Undefined, Unsettled
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.numbers import as_float, subtract
from dlcards.claims.balls.point import Memory
from dlcards.claims.balls.values import Value, as_number
from dlcards.claims.judge.budget import (
    CHEAP_WORK,
    DRAWING_EFFORT,
    FEWEST_BENIGN,
    FINE,
    POINT_WORK,
    PRECISIONS,
    SPANS,
)
from dlcards.claims.judge.conditions import is_free
from dlcards.claims.judge.constants import all_parts, constants_of, marks_of, span_of
from dlcards.claims.judge.kinks import (
    Kink,
    Threshold,
    has_jumps,
    kinks,
    moved_to_kink,
    moved_to_threshold,
    thresholds,
)
from dlcards.claims.judge.missing import missing_hypothesis
from dlcards.claims.judge.numeric.point import Scope, names_in
from dlcards.claims.judge.optimum import Optimum
from dlcards.claims.judge.show import show_point
from dlcards.claims.judge.tally import Found, Refuted, Tally, Unsatisfied
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import LARGEST_SIZE, Point, contains, draw_point, in_order
from dlcards.claims.points.equations import Effort
from dlcards.claims.points.hypotheses import satisfied, satisfying
from dlcards.claims.points.source import Source, Tier
from dlcards.claims.statement import Claim, Type
from dlcards.claims.tree import Node
from dlcards.claims.types import PARAMETRIC_TYPES, REALS
from dlcards.claims.unparser import formula_text

_DRAWS_PER_POINT = 25
_DRAWS_AT_FIRST = 150
_MANY_DRAWS, _FEW_DRAWS = 300, 2
"""After so many draws, the second is tried where equations are costly to satisfy."""

_BESIDE_A_HOLE = 1e-15
_COSTLY = 5
"""A point that costs so many times the others is left out: mostly one right beside a kink."""

_COSTLY_WORDS = frozenset({"eigvecs", "svdU", "svdS", "svdV", "sqrtm", "logm"})
_COSTLY_SIZE = 5
"""The largest size that is tried where eigenvectors are needed."""

_LIMITS = frozenset({"integral", "limit", "O", "oo", "argmin", "argmax"})
_ENDLESS = PARAMETRIC_TYPES - {"Bernoulli", "Categorical", "Joint"}


MOVING = REALS
"""Numbers that a descent moves, and entries of vectors that do."""

MOVING_ENTRIES = frozenset({"vector", "nonzero_vector", "positive_vector"})


@dataclass(slots=True)
class Trial:
    """A claim, the points drawn for it, and what they told so far.

    Parameters
    ----------
    scope : Scope
        The declarations the claim depends on.
    hypotheses : tuple of Node
        Relations that every point has to satisfy.
    seed : str
        All points follow from it.
    explain : bool
        Whether to look for the counter-example that is quickest to read.
    closely : bool
        Whether somebody doubts the claim, so that more points are tried.
    """

    scope: Scope
    claim: Claim
    hypotheses: tuple[Node, ...]
    seed: str
    explain: bool = True
    closely: bool = False
    tally: Tally = field(default_factory=Tally)
    work: int = 0
    agreed_work: int = 0
    constants: tuple[fmpq, ...] = ()
    marks: tuple[fmpq, ...] = ()
    names: tuple[str, ...] = ()
    varies: bool = True
    kinks: tuple[Kink, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    is_free: bool = False
    allowed: int = 0
    ladder: tuple[int, ...] = PRECISIONS
    largest: int = LARGEST_SIZE
    _order: Sequence[tuple[str, Type]] = ()
    forms: dict[int, tuple[Optimum | None, bool]] = field(default_factory=dict)
    effort: Effort = field(default_factory=lambda: Effort(DRAWING_EFFORT))
    _drawn: int = 0
    _accepted: int = 0
    _memory: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        tree = self.claim.tree
        self._order = in_order(self.scope)
        self.names = tuple(sorted(names_in(tree, self.scope)))
        kinds = {kind.name for kind in self.scope.types.values()}
        self.varies = bool(self.names) and (not kinds <= PARAMETRIC_TYPES or self.is_asymptotic())
        if tree.op == "rel":
            self.constants = constants_of(tree, self.scope)
            self.marks = tuple(x for mark in marks_of(tree, self.scope) for x in (mark, -mark))
            self.kinks = kinks(tree, self.scope)
            self.thresholds = thresholds(tree, self.scope)
            self.is_free = is_free(tree, self.scope)

        span = span_of(tree, self.scope)
        if span > SPANS[0]:
            self.ladder = PRECISIONS[1:] if span <= SPANS[1] else FINE
        if any(node.name in _COSTLY_WORDS for node in all_parts(tree, self.scope)):
            self.largest = _COSTLY_SIZE

    def is_asymptotic(self) -> bool:
        """Tell whether the claim is no relation: convergence, a law, all of an index."""
        return self.claim.tree.op != "rel"

    def is_ordered(self) -> bool:
        """Tell whether an inequality takes part."""
        return any(sign in ("<", "<=", ">", ">=") for sign in self.claim.tree.relations)

    def may_touch(self) -> bool:
        """Tell whether the sides may come near to each other where the claim is false."""
        return self.is_ordered() or "!=" in self.claim.tree.relations

    def latent_point(self, source: Source, latent: tuple[float, ...]) -> Point | None:
        """Draw the point that is made of given normal numbers."""
        return self.satisfying(
            Source(source.seed, source.index, self.constants, latent, source.tier, fine=True)
        )

    def is_approximated(self) -> bool:
        """Tell whether limits take part, whose estimates fail far out."""
        parts = all_parts(self.claim.tree, self.scope)
        laws = {kind.name for kind in self.scope.types.values()}
        return bool(laws & _ENDLESS) or any(part.name in _LIMITS for part in parts)

    def may_fail_at_a_size(self) -> bool:
        """Tell whether the claim may be false at one size alone."""
        return self.may_touch() or has_jumps(self.claim.tree, self.scope)

    def note_doubt(self, point: Point, error: Exception) -> None:
        """Remember why a point settled nothing; an ordinary one tells most."""
        if not self.tally.doubt or point.tier is Tier.BENIGN:
            self.tally.doubt = f"{error}{self.where(point)}"

    def count(self, point: Point, found: Found) -> None:
        """Count a point that agrees with the claim."""
        tally = self.tally
        (tally.trivial if found.trivial else tally.agreed)[point.tier] += 1
        tally.estimated += found.estimated
        tally.digits = min(tally.digits, found.digits)
        for name in self.names:
            value = point.values.get(name)
            if self.scope.types[name].name == "dim" and isinstance(value, fmpq):
                tally.sizes.add(int(value.p))

    def drawn_point(self, index: int) -> tuple[Point, Source, str, bool] | None:
        """Draw a point that satisfies the hypotheses; move it to a kink half of the time."""
        attempts = _DRAWS_PER_POINT if self.hypotheses else 1
        if self.hypotheses and not self._accepted:
            attempts = _DRAWS_AT_FIRST
        elif self._drawn > _MANY_DRAWS and self.effort.left < DRAWING_EFFORT // 2:
            attempts = _FEW_DRAWS
        for attempt in range(attempts):
            seed = f"{self.seed} {attempt}" if attempt else self.seed
            source = Source(seed, index, self.constants)
            found = self.satisfying(source)
            self._drawn += 1
            if found is None:
                continue
            self._accepted += 1
            moved = self._moved(found, index, source)
            if moved is not None and satisfied(self.scope, moved, self.hypotheses):
                return moved, source, seed, True
            return found, source, seed, False
        if self.hypotheses and self._drawn >= _DRAWS_AT_FIRST and not self._accepted:
            listed = ", ".join(map(formula_text, self.hypotheses))
            raise Unsatisfied(f"none of {self._drawn} points satisfies {listed}")
        return None

    def satisfying(self, source: Source) -> Point | None:
        """Draw a point, and move it until it satisfies the hypotheses; None if that fails."""
        try:
            point = draw_point(self.scope, source, self.largest, order=self._order)
            if not self.hypotheses:
                return point
            return satisfying(self.scope, point, self.hypotheses, source, self.effort)
        except (EmptyDomain, Undefined, Unsettled, OverflowError):  # a walk may go too far
            return None

    def sized(self, source: Source, sizes: Mapping[str, int]) -> Point | None:
        """Draw a point of chosen sizes that satisfies the hypotheses; None if that fails."""
        drawn = draw_point(self.scope, source, sizes=sizes)
        return satisfying(self.scope, drawn, self.hypotheses, source, self.effort)

    def _moved(self, point: Point, index: int, source: Source) -> Point | None:
        moved = None
        if self.thresholds and index % 2 == 0:
            moved = moved_to_threshold(self.scope, point, self.thresholds, source)
        elif self.kinks and index % 2 == 1:
            moved = moved_to_kink(self.scope, point, self.kinks, source)
        if moved is not None:
            moved.tier = Tier.SPECIAL
        return moved

    def allowance(self) -> int:
        """Return what one point may cost: when several are known, not much more than these."""
        if self.allowed:
            return self.allowed
        if self.tally.points < FEWEST_BENIGN:
            return POINT_WORK
        return max(CHEAP_WORK, min(POINT_WORK, _COSTLY * self.agreed_work // self.tally.points))

    def evaluation(
        self,
        point: Point,
        bits: int = PRECISIONS[0],
        outcome: Mapping[str, Value] | None = None,
        work: int = POINT_WORK,
    ) -> Evaluation:
        """Return what evaluates formulas at a point."""
        return Evaluation(
            self.scope,
            point.values,
            point.laws,
            precision=bits,
            work=work,
            outcome=outcome or {},
            memory=self._memory,
        )

    def counted(self, point: Point, bits: int) -> Evaluation:
        """Return the same, with its work counted ahead."""
        self.work += 50 if bits <= PRECISIONS[1] else 400
        return self.evaluation(point, bits)

    def undefined(self, point: Point, error: Undefined, outcome: Mapping[str, Value]) -> Refuted:
        """Return the refutation by a point at which a side has no value."""
        hint = missing_hypothesis(
            self.claim.tree, self.scope, self.evaluation(point, PRECISIONS[0], outcome), str(error)
        )
        return Refuted(
            f"undefined{self.where(point, outcome)}: {error}", "undefined-at-point", hint
        )

    def where(self, point: Point, outcome: Mapping[str, Value] | None = None) -> str:
        """Say at which values, and outcome, something was seen."""
        if not outcome:
            return show_point(self.scope, point, self.names)
        shown = point.copy()
        shown.values.update(outcome)
        return show_point(self.scope, shown, self.names)

    def is_beside_a_hole(self, point: Point) -> bool:
        """Tell whether a hypothesis excludes a place that no digits tell from a point."""
        evaluation = self.evaluation(point)
        for hypothesis in self.hypotheses:
            if hypothesis.relations in (("!=",), ("<",), (">",)):
                with suppress(NoValue):
                    a, b = (as_number(evaluation.value(arg)) for arg in hypothesis.args)
                    if abs(as_float(subtract(a, b))) < _BESIDE_A_HOLE:
                        return True
        return False

    def is_allowed(self, point: Point, evaluation: Evaluation) -> bool:
        """Tell whether a point whose numbers were moved is still of its types and hypotheses."""
        for name in self.names:
            kind = self.scope.types[name]
            if kind.name in MOVING | MOVING_ENTRIES and not contains(
                kind, point.values[name], evaluation
            ):
                return False
        return satisfied(self.scope, point, self.hypotheses)
