"""The search for an exact point at which a claim is false."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias

from flint import fmpq

from dlcards.claims.balls.errors import (
    NoValue,
    TooMuchWork,
    Undefined,
    Unsettled,
    Unsupported,
    WrongShape,
)
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix, column, diagonal
from dlcards.claims.balls.numbers import (
    HALF,
    ONE,
    ZERO,
    Infinity,
    Number,
    PiMultiple,
    add,
    as_float,
    multiply,
    precision,
    subtract,
)
from dlcards.claims.balls.point import Memory
from dlcards.claims.balls.values import Laws, Value, as_matrix, as_number, plain
from dlcards.claims.judge.compare import Comparison, Outcome, compare
from dlcards.claims.judge.conditions import (
    Condition,
    conditions,
    distance,
    granted,
    holds,
    is_equation,
    is_free,
)
from dlcards.claims.judge.constants import (
    all_parts,
    constants_of,
    has_angles,
    marks_of,
    sizes_in,
    span_of,
)
from dlcards.claims.judge.convergence import convergence
from dlcards.claims.judge.descent import Coordinate, Latent, descend, is_inside, raised
from dlcards.claims.judge.distribution import distribution
from dlcards.claims.judge.kinks import (
    Kink,
    Threshold,
    has_jumps,
    is_slope,
    jump_of_slope,
    kinks,
    may_move,
    moved_to_kink,
    moved_to_threshold,
    needed,
    thresholds,
    zero_between,
)
from dlcards.claims.judge.missing import missing_hypothesis
from dlcards.claims.judge.numeric.laws import DEPENDENT, INDEPENDENT
from dlcards.claims.judge.numeric.point import Scope, names_in
from dlcards.claims.judge.numeric.values import NumericError
from dlcards.claims.judge.optimum import Optimum, optimum_in, optimum_mistake
from dlcards.claims.judge.orders import order_mistake, orders_in
from dlcards.claims.judge.scan import Scan, is_scannable, rows_for
from dlcards.claims.judge.show import show_point, show_sides, show_value
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import (
    LARGEST_SIZE,
    Point,
    centred,
    contains,
    draw_point,
    in_order,
    scaled,
)
from dlcards.claims.points.hypotheses import satisfied, satisfying
from dlcards.claims.points.source import THEMES, Source, Tier, power_of_ten, rounded, tier_of
from dlcards.claims.statement import Claim, Type
from dlcards.claims.tree import Node, num
from dlcards.claims.types import BOUNDED, PARAMETRIC_TYPES, REALS, WHOLE
from dlcards.claims.types.matrices.drawn import PATTERNS
from dlcards.claims.types.numbers.drawn import DENSE, NUMBER_DOMAINS
from dlcards.claims.unparser import formula_text

PRECISIONS = (128, 320, 900)
"""Bits of the balls; the next is used where the one before does not settle a point."""

_FINE = (900, 1800)
_SPANS = (60, 250)
"""Bits between the constants of a claim above which it is evaluated with more of them."""

_WEIGHTS = {128: 1, 320: 2, 900: 4, 1800: 8}
"""What an evaluation costs at a precision."""

EQUATION_POINTS = 60
WHOLE_POINTS = 80
INEQUALITY_POINTS = 120
ONE_NAME_POINTS = 200
CONVERGENCE_POINTS = 8
"""How many points have to agree."""

_DENSITY_DISCOUNT = 8
"""Probabilities of several variables take many cheap evaluations, of densities."""

POINT_WORK = 200_000
CLAIM_WORK = 60_000
SEARCH_WORK = 20_000
WHOLE_WORK = 10_000
CHEAP_WORK = 4_000
COSTLY_WORK = 20_000
"""How many evaluations of subformulas one point, the sampling and the searches may take.

A claim that has not cost CHEAP_WORK yet is tried at twice as many points, an equation between
smooth formulas a third of it.
"""

FEWEST_POINTS = 8
FEWEST_ONE_NAME_POINTS = 40
"""A claim whose points cost too much is tried at so many at least, unless they cost far more.

One about a single number may change its form anywhere on the line.
"""

FEWEST_BENIGN = 3
"""A claim needs to hold at so many ordinary points."""

BENIGN_DOUBT = 0.10
OTHER_DOUBT = 0.30
"""Largest part of points that may stay unsettled, among ordinary ones and the others."""

_COSTLY = 5
"""A point that costs so many times the others is left out: mostly one right beside a kink."""

_COSTLY_POINTS = 3
"""So many of them are tried with COSTLY_WORK all the same."""

SEARCH_STEPS = 45
CONSTANT_POINTS = 90
WHOLE_NUMBERS = {1: 100, 2: 12, 3: 6}
MORE_WHOLE_NUMBERS = {1: 1000, 2: 40, 3: 13}
"""How far whole numbers are tried one by one, by how many names are whole.

The second where the claim is no equation between smooth formulas, so that it may fail at
one number alone.
"""

_KINK_POINTS = 2
CONDITION_WORK = 16_000
_CONDITION_POINTS = 12
_CONDITION_STARTS = 4
_SIZES_IN_QUESTION = 6
_SUSPECT_BITS = (12, 53)
_SUSPECT_VALLEYS = 2
"""Points of a quick look are tried as they are, and first as numbers that are quicker to read."""

_CENTRED_POINTS = 3
_BESIDE_EQUATION = 1e-12
"""How far apart, squared, sides have to be where an equation inside a claim nearly holds."""

EQUALITY_POINTS = 6
_EXPLAINING_POINTS = 12
_DRAWS_PER_POINT = 25
_DRAWS_AT_FIRST = 150
_OUTCOMES = 200


class Refuted(Exception):
    """An exact point at which a claim is false or undefined."""

    def __init__(self, message: str, code: str = "refuted-claim", hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


class Undecided(Exception):
    """A claim that the numbers neither support nor refute."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class _Reached(Exception):
    """A point at which everything that is wanted holds."""

    def __init__(self, point: Point) -> None:
        super().__init__()
        self.point = point


class Unsatisfied(Exception):
    """Hypotheses that hardly any point satisfies."""


@dataclass(slots=True)
class Tally:
    """What the points that were tried told."""

    agreed: Counter[Tier] = field(default_factory=Counter)
    trivial: Counter[Tier] = field(default_factory=Counter)
    unsettled: Counter[Tier] = field(default_factory=Counter)
    too_costly: int = 0
    estimated: int = 0
    digits: float = math.inf
    sizes: set[int] = field(default_factory=set)
    doubt: str = ""

    @property
    def points(self) -> int:
        """Points that count in favour of the claim."""
        return self.agreed.total() or self.trivial.total()

    def doubts(self, *, varied: bool) -> str:
        """Say what keeps the claim from being decided, if anything does.

        Parameters
        ----------
        varied : bool
            Whether points can differ at all.
        """
        if not self.points:
            return self.doubt or "no point could be compared"
        benign = self.agreed[Tier.BENIGN] + self.trivial[Tier.BENIGN]
        if varied and benign < FEWEST_BENIGN:
            return f"only {benign} ordinary points could be compared: {self.doubt}"
        others = (self.agreed + self.trivial).total() - benign
        open_benign = self.unsettled[Tier.BENIGN]
        open_others = self.unsettled.total() - open_benign
        for unsettled, settled, most in (
            (open_benign, benign, BENIGN_DOUBT),
            (open_others, others, OTHER_DOUBT),
        ):
            if unsettled > 1 and unsettled > most * (unsettled + settled):
                counted = f"{unsettled} of {unsettled + settled} points could not be settled"
                return f"{counted}: {self.doubt}"
        if self.too_costly > 2 * (self.agreed + self.trivial).total():
            return f"most points need too much work: {self.doubt}"
        return ""


@dataclass(frozen=True, slots=True)
class _Start:
    """A point from which a walk downhill may start."""

    slack: float
    index: int
    seed: str
    latent: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the comparisons at one point told together."""

    slack: float = math.inf
    digits: float = math.inf
    estimated: bool = False
    trivial: bool = True

    @property
    def tightness(self) -> float | None:
        """The slack; None where both sides are 0, which says nothing about what is beside."""
        return None if self.trivial else self.slack


@dataclass(slots=True)
class Trial:
    """The search for an exact point at which a claim is false.

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
    _agreed_work: int = 0
    constants: tuple[fmpq, ...] = ()
    marks: tuple[fmpq, ...] = ()
    names: tuple[str, ...] = ()
    _varies: bool = True
    _kinks: tuple[Kink, ...] = ()
    _thresholds: tuple[Threshold, ...] = ()
    _is_free: bool = False
    _allowed: int = 0
    _ladder: tuple[int, ...] = PRECISIONS
    _largest: int = LARGEST_SIZE
    _order: Sequence[tuple[str, Type]] = ()
    _forms: dict[int, tuple[Optimum | None, bool]] = field(default_factory=dict)
    _drawn: int = 0
    _accepted: int = 0
    _memory: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        tree = self.claim.tree
        self._order = in_order(self.scope)
        self.names = tuple(sorted(names_in(tree, self.scope)))
        kinds = {kind.name for kind in self.scope.types.values()}
        self._varies = bool(self.names) and (not kinds <= PARAMETRIC_TYPES or self._is_asymptotic())
        if tree.op == "rel":
            self.constants = constants_of(tree, self.scope)
            self.marks = tuple(x for mark in marks_of(tree, self.scope) for x in (mark, -mark))
            self._kinks = kinks(tree, self.scope)
            self._thresholds = thresholds(tree, self.scope)
            self._is_free = is_free(tree, self.scope)

        span = span_of(tree, self.scope)
        if span > _SPANS[0]:
            self._ladder = PRECISIONS[1:] if span <= _SPANS[1] else _FINE
        if any(node.name in _COSTLY_WORDS for node in all_parts(tree, self.scope)):
            self._largest = _COSTLY_SIZE

    def run(self) -> Tally:
        """Return what the points told in favour of the claim.

        Raises
        ------
        Refuted
            At the first point that speaks against the claim.
        Undecided
            If too many points could not be settled.
        NoValue
            If the claim cannot be evaluated.
        """
        if self.claim.tree.op != "rel":
            self._sample(CONVERGENCE_POINTS if self.claim.tree.name != "all" else EQUATION_POINTS)
            if self.claim.tree.name == "converges":
                self._at_centred_laws()
        else:
            starts = self._sample(self._wanted())
            self._at_constants()
            self._at_whole_numbers()
            self._at_suspects()
            self._at_conditions()
            self._between_points()
            self._at_large_sizes()
            self._at_patterns()
            if self._may_fail_at_a_size():
                self._at_sizes_of_constants()
            if self._is_ordered():
                self._at_far_whole_numbers()
                self._at_scales()
            if self._may_touch():
                self._search(starts)
            self._equality_cases()
        doubts = self.tally.doubts(varied=self._varies)
        if doubts:
            raise Undecided(doubts)
        return self.tally

    def _is_asymptotic(self) -> bool:
        return self.claim.tree.op != "rel"

    def _is_ordered(self) -> bool:
        return any(sign in ("<", "<=", ">", ">=") for sign in self.claim.tree.relations)

    def _may_touch(self) -> bool:
        """Tell whether the sides may come near to each other where the claim is false."""
        return self._is_ordered() or "!=" in self.claim.tree.relations

    def _wanted(self) -> int:
        kinds = [self.scope.types[name].name for name in self.names]
        if not self._varies:
            return 1
        if len(kinds) == 1 and kinds[0] in NUMBER_DOMAINS:
            return ONE_NAME_POINTS
        if self._is_ordered() or has_jumps(self.claim.tree, self.scope):
            return INEQUALITY_POINTS
        return WHOLE_POINTS if set(kinds) & WHOLE else EQUATION_POINTS

    # Sampling

    def _sample(self, wanted: int) -> list[_Start]:
        starts: list[_Start] = []
        costly: list[Point] = []
        budget = CLAIM_WORK * (2 if self.closely else 1)
        cheap = CHEAP_WORK // (3 if wanted == EQUATION_POINTS else 1)
        most = 2 * wanted + 20
        fewest = FEWEST_ONE_NAME_POINTS if wanted == ONE_NAME_POINTS else FEWEST_POINTS
        for index in (*_FIRST_POINTS, *range(len(_FIRST_POINTS), most)):
            if self.tally.points >= wanted and (index >= 2 * wanted or self.work > cheap):
                break
            settled = self.tally.points >= fewest and self.tally.agreed[Tier.BENIGN] >= 4
            if self.work > budget * (1 if settled else 6):
                break
            found = self._drawn_point(index)
            if found is None:
                continue
            point, source, seed, moved = found
            before = self.work
            try:
                result = self._at(point)
            except Refuted as refuted:
                raise (self._shortest(refuted) if self.explain else refuted) from None
            except Unsettled as error:
                self._note_doubt(point, error)
                self.tally.unsettled[point.tier] += 1
                continue
            except TooMuchWork as error:
                self._note_doubt(point, error)
                self.tally.too_costly += 1
                costly.append(point)
                continue
            except Unsupported:
                if not self.tally.points:
                    raise
                self.tally.unsettled[point.tier] += 1
                continue
            self._agreed_work += self.work - before
            self._count(point, result)
            if not moved and not result.trivial and math.isfinite(result.slack):
                starts.append(_Start(result.slack, index, seed, tuple(source.latent)))
        self._again(costly)
        return starts

    def _again(self, costly: Sequence[Point]) -> None:
        """Spend more on a few of the points that cost too much: they may have that in common."""
        limit = self.work + CLAIM_WORK // 2
        self._allowed = COSTLY_WORK
        for point in costly[:_COSTLY_POINTS]:
            if self.work > limit:
                break
            with suppress(Unsettled, TooMuchWork, Unsupported):
                self._count(point, self._at(point))
                self.tally.too_costly -= 1
        self._allowed = 0

    def _at_constants(self) -> None:
        """Set each number of the claim to the constants in it, and to their neighbours."""
        kinds = {name: self.scope.types[name].name for name in self.names}
        moving = [n for n in kinds if kinds[n] in _WITH_CONSTANTS and may_move(n, self.scope)]
        seed, limit, tried = f"{self.seed} constants", self.work + CLAIM_WORK, 0
        for number, (name, value) in enumerate(self._constant_values(moving)):
            if self.work > limit or tried >= CONSTANT_POINTS:
                return
            found = self._satisfying(Source(seed, 3 + 7 * number))
            if found is None:
                continue
            moved = found.copy()
            try:
                moved.values[name] = self._placed(value, name, found)
                kind = self.scope.types[name]
                inside = contains(kind, moved.values[name], self._evaluation(moved))
                if inside and satisfied(self.scope, moved, self.hypotheses):
                    tried += 1
                    found_there = self._at(moved)
                    if value in self.marks:
                        self._doubt_equality(moved, found_there.slack, name)
            except (Unsettled, TooMuchWork, Unsupported, EmptyDomain):
                continue

    def _at_whole_numbers(self) -> None:
        """Try all small whole numbers: of one name, or of two or three together."""
        whole = [n for n in self.names if self.scope.types[n].name in WHOLE]
        whole = [name for name in whole if may_move(name, self.scope)]
        if len(whole) not in WHOLE_NUMBERS:
            return
        more = self._may_touch() or has_jumps(self.claim.tree, self.scope)
        most = (MORE_WHOLE_NUMBERS if more else WHOLE_NUMBERS)[len(whole)]
        numbers = range(1, most + 1)
        kinds = {self.scope.types[name].name for name in whole}
        if kinds != {"natural"}:
            with_negative = "integer" in kinds
            numbers = range(-most // 2 if with_negative else -DENSE, most + 1)
            numbers = numbers[: most + 1] if with_negative else numbers
        limit = self.work + WHOLE_WORK * (2 if len(whole) > 2 else 1)
        found: Point | None = None
        together = sorted(product(numbers, repeat=len(whole)), key=_largest_of)
        for number, values in enumerate(together):
            if self.work > limit:
                return
            if number % _WHOLE_RUN == 0:
                found = self._satisfying(Source(f"{self.seed} whole", 3 + 7 * number))
            if found is None:
                continue
            moved = found.copy()
            moved.values.update(zip(whole, map(fmpq, values), strict=True))
            try:
                evaluation = self._evaluation(moved)
                typed = [(self.scope.types[name], moved.values[name]) for name in whole]
                inside = all(contains(kind, value, evaluation) for kind, value in typed)
                if inside and satisfied(self.scope, moved, self.hypotheses):
                    self._at(moved)
            except (Unsettled, TooMuchWork, Unsupported, EmptyDomain):
                continue

    def _at_suspects(self) -> None:
        """Try points at which a quick look in floating point finds a claim about numbers false."""
        tree = self.claim.tree
        if not (self._may_touch() or self._kinks or has_jumps(tree, self.scope)):
            return
        formulas = (tree, *self.hypotheses)
        names = sorted(frozenset[str]().union(*(names_in(f, self.scope) for f in formulas)))
        if {*names} != {*self.scope.types} or not is_scannable(formulas, self.scope, names):
            return
        inequalities = [c.relation for c in conditions(tree, self.scope) if not is_equation(c)]
        try:
            scan = Scan(self.scope, names, self.hypotheses, rows_for(formulas))
            rows = scan.suspects(tree, _SUSPECT_VALLEYS if self._may_touch() else 0)
            rows += scan.meeting(inequalities) if len(inequalities) > 1 else []
        except NumericError:
            return
        limit = self.work + CLAIM_WORK // 2
        self._allowed = COSTLY_WORK
        for row in rows:
            for bits in _SUSPECT_BITS:
                point = Point({name: rounded(x, bits) for name, x in row.items()})
                with suppress(Unsettled, TooMuchWork, Unsupported, EmptyDomain):
                    if self.work < limit and self._is_allowed(point, self._evaluation(point)):
                        self._at(point)
        self._allowed = 0

    def _at_centred_laws(self) -> None:
        """Try random variables with mean 0, where a limit may be another one or none."""
        for index in range(3, 3 + _CENTRED_POINTS):
            found = self._satisfying(Source(f"{self.seed} centred", index, self.constants))
            moved = centred(self.scope, found) if found is not None else None
            if moved is not None and satisfied(self.scope, moved, self.hypotheses):
                with suppress(Unsettled, TooMuchWork, Unsupported):
                    self._at(moved)

    def _at_sizes_in_question(self, found: Sequence[Condition]) -> None:
        """Try points of the sizes at which the conditions about sizes hold."""
        sizes = {name for name, kind in self.scope.types.items() if kind.name == "dim"}
        about = [c.relation for c in found if names_in(c.relation, self.scope) <= sizes]
        names = sorted(frozenset[str]().union(*(names_in(r, self.scope) for r in about)))
        limit = self.work + WHOLE_WORK
        for wanted in (about, *([each] for each in about if len(about) > 1)):
            if not is_scannable(wanted, self.scope, names):
                return
            try:
                rows = Scan(self.scope, names, wanted).spread(_SIZES_IN_QUESTION)
            except NumericError:
                continue
            for number, row in enumerate(rows):
                source = Source(f"{self.seed} sizes in question", number, self.constants)
                chosen = {name: int(x) for name, x in row.items()}
                with suppress(NoValue, EmptyDomain):
                    drawn = draw_point(self.scope, source, sizes=chosen)
                    point = satisfying(self.scope, drawn, self.hypotheses, source)
                    if point is not None and self.work <= limit:
                        self._at(point)

    def _at_conditions(self) -> None:
        """Look for points at which the conditions inside a claim hold, if drawn ones hardly do."""
        found = conditions(self.claim.tree, self.scope)
        self._at_sizes_in_question(found)
        starts: list[tuple[Source, Point]] = []
        for index in range(_CONDITION_POINTS) if found else ():
            seed = f"{self.seed} conditions"
            source = Source(seed, index, self.constants, tier=Tier.BENIGN, fine=True)
            point = self._satisfying(source)
            if point is not None:
                starts.append((source, point))
        held = [self._held(point, found) for _, point in starts]
        goals: list[tuple[Condition, ...]]
        goals = [(each,) for each in found if not any(each in known for known in held)]
        if len(found) > 1 and not any(len(known) == len(found) for known in held):
            goals.append(found)
        for wanted in goals if starts else ():
            limit = self.work + CONDITION_WORK
            for source, point in starts[:_CONDITION_STARTS]:
                if self.work < limit:
                    self._towards(wanted, source, point, limit)

    def _between_points(self) -> None:
        """Look for kinks and zeros of denominators that lie between all exact points."""
        parts = [
            part
            for part in needed(self.claim.tree, self.scope)
            if is_slope(part) or (part.op == "div" and part.args[1].op != "num")
        ]
        if any(map(orders_in, self.claim.tree.args)):
            return  # such a claim is about what is near 0
        for index in range(3, 3 + _KINK_POINTS) if parts else ():
            found = self._satisfying(Source(f"{self.seed} between", index, self.constants))
            if found is None:
                continue
            for part in parts:
                if is_slope(part):
                    at = jump_of_slope(self.scope, found, part, self.constants)
                    problem = "a derivative at a kink or jump right beside it"
                else:
                    at = zero_between(self.scope, found, part.args[1], self.constants)
                    problem = "division by zero right beside it"
                if at is None or self._is_beside_a_hole(at):
                    continue
                if self._is_allowed(at, self._evaluation(at)):
                    raise self._undefined(at, Undefined(problem), {})

    def _held(self, point: Point, found: Sequence[Condition]) -> set[Condition]:
        evaluation = self._evaluation(point, work=CHEAP_WORK)
        known = set()
        for each in found:
            with suppress(NoValue):
                if holds(each, evaluation):
                    known.add(each)
        self.work += CHEAP_WORK - max(evaluation.work, 0)
        return known

    def _towards(
        self, wanted: Sequence[Condition], source: Source, point: Point, limit: int
    ) -> None:
        """Go from a point to one at which some conditions hold, and try the claim there."""

        def far(at: Point | None) -> float | None:
            if at is None or self.work > limit:
                return None
            evaluation = self._evaluation(at, work=CHEAP_WORK)
            try:
                found = distance(wanted, evaluation) if self._is_allowed(at, evaluation) else None
            except NoValue:
                return None
            finally:
                self.work += CHEAP_WORK - max(evaluation.work, 0)
            if found == 0:
                raise _Reached(at)
            return found

        start = far(point)
        if start is None:
            return
        try:
            among = self._coordinates(point)
            if 0 < len(among) <= _MOST_LATENT:
                descend(point, start, among, far)
            elif 0 < len(source.latent) <= _MOST_LATENT:
                latent = [Latent(place) for place in range(len(source.latent))]
                here = tuple(source.latent)
                descend(here, start, latent, lambda z: far(self._latent_point(source, z)))
        except _Reached as reached:
            with suppress(Unsettled, TooMuchWork, Unsupported):
                self._at(reached.point)
                self._doubt_equations(wanted, reached.point)

    def _latent_point(self, source: Source, latent: tuple[float, ...]) -> Point | None:
        return self._satisfying(
            Source(source.seed, source.index, self.constants, latent, source.tier, fine=True)
        )

    def _doubt_equations(self, wanted: Sequence[Condition], point: Point) -> None:
        """Doubt a claim that is false beside a point where an equation inside it holds."""
        if not any(map(is_equation, wanted)):
            return
        tree = granted(self.claim.tree, wanted, self.scope)
        evaluation = self._evaluation(point, PRECISIONS[1])
        values = [evaluation.value(side) for side in tree.args]
        for sign, a, b in zip(tree.relations, values, values[1:], strict=False):
            with precision(PRECISIONS[1]):
                apart = compare(sign, a, b).outcome is Outcome.APART
                if apart and compare("!=", a, b).slack > _BESIDE_EQUATION:
                    where = self._where(point)
                    raise Undecided(f"an equation inside the claim nearly holds{where}")

    def _placed(self, value: _Placeable, name: str, point: Point) -> Value:
        """Return a number, also one beside an end of an interval, in the shape of a name."""
        if isinstance(value, _First):
            filled = as_matrix(_filled(ONE, point.values[name]))
            first = [value.number, *filled.rows[0][1:]]
            return Matrix([first, *filled.rows[1:]])
        if isinstance(value, _Inward):
            kind = self.scope.types[name]
            ends = kind.args or _UNIT_INTERVAL
            end = self._evaluation(point).value(ends[0 if value.distance > 0 else 1])
            if isinstance(end, Infinity):
                raise EmptyDomain("nothing lies beside infinity")
            value = add(as_number(end), value.distance)
        return _filled(value, point.values[name])

    def _is_approximated(self) -> bool:
        """Tell whether limits take part, whose estimates fail far out."""
        parts = all_parts(self.claim.tree, self.scope)
        laws = {kind.name for kind in self.scope.types.values()}
        return bool(laws & _ENDLESS) or any(part.name in _LIMITS for part in parts)

    def _at_large_sizes(self) -> None:
        """Try long vectors: equal entries, an axis, ordinary ones."""
        sizes = [name for name, kind in self.scope.types.items() if kind.name == "dim"]
        tree = self.claim.tree
        if not _has_only_vectors(tree, self.scope) or len(sizes) != 1 or self.work > CLAIM_WORK:
            return
        seed = f"{self.seed} sizes"
        for number, size in enumerate(_LARGE_SIZES):
            source = Source(seed, number)
            try:
                drawn = draw_point(self.scope, source, sizes={sizes[0]: size})
                point = satisfying(self.scope, drawn, self.hypotheses, source)
                if point is not None:
                    self._at(point)
            except (Unsettled, TooMuchWork, Unsupported, EmptyDomain):
                continue

    def _at_far_whole_numbers(self) -> None:
        """Try an inequality about one whole number far out."""
        whole = [n for n in self.names if self.scope.types[n].name in WHOLE]
        if len(whole) != 1 or not may_move(whole[0], self.scope) or self._is_approximated():
            return
        kind, limit = self.scope.types[whole[0]], self.work + CLAIM_WORK
        self._allowed = POINT_WORK
        for number, far in enumerate(_FAR_WHOLE):
            found = self._satisfying(Source(f"{self.seed} far", 3 + 7 * number))
            if found is None or self.work > limit:
                break
            moved = found.copy()
            moved.values[whole[0]] = fmpq(far)
            with suppress(Unsettled, TooMuchWork, Unsupported, EmptyDomain):
                inside = contains(kind, moved.values[whole[0]], self._evaluation(moved))
                if inside and satisfied(self.scope, moved, self.hypotheses):
                    self._at(moved)
        self._allowed = 0

    def _may_fail_at_a_size(self) -> bool:
        return self._may_touch() or has_jumps(self.claim.tree, self.scope)

    def _at_patterns(self) -> None:
        """Try every kind of special matrix at small sizes."""
        kinds = {kind.name for kind in self.scope.types.values()}
        names = [name for name, kind in self.scope.types.items() if kind.name == "dim"]
        if not names or not kinds & _PATTERNED:
            return
        limit = self.work + WHOLE_WORK
        sizes: tuple[int, ...] = _FEW_PATTERN_SIZES if self._may_be_singular() else ()
        sizes = _PATTERN_SIZES if self._may_fail_at_a_size() else sizes
        for number, (size, pattern) in enumerate(product(sizes, range(PATTERNS))):
            source = Source(f"{self.seed} patterns", number + 3, self.constants, tier=Tier.SPECIAL)
            source.theme = THEMES * (pattern + 0.5) / PATTERNS
            with suppress(NoValue, EmptyDomain):
                drawn = draw_point(self.scope, source, sizes=dict.fromkeys(names, size))
                point = satisfying(self.scope, drawn, self.hypotheses, source)
                if point is not None and self.work <= limit:
                    self._at(point)

    def _may_be_singular(self) -> bool:
        return any(part.name in _INVERSES for part in all_parts(self.claim.tree, self.scope))

    def _at_sizes_of_constants(self) -> None:
        """Try vectors and matrices of the sizes at which the constants of a bound may break it."""
        names = [name for name, kind in self.scope.types.items() if kind.name == "dim"]
        limit = self.work + WHOLE_WORK
        costly = self._largest < LARGEST_SIZE
        tried = [(size, _SIZED_POINTS) for size in sizes_in(self.constants)]
        tried += [(size, _CORNER_POINTS) for size in _RARE_SIZES]
        for size, indices in tried if names and not costly else ():
            for index in indices:
                tier = Tier.SPECIAL if index % 2 else Tier.EXTREME
                source = Source(f"{self.seed} size {size}", index, self.constants, tier=tier)
                with suppress(NoValue, EmptyDomain):
                    drawn = draw_point(self.scope, source, sizes=dict.fromkeys(names, size))
                    point = satisfying(self.scope, drawn, self.hypotheses, source)
                    if point is not None and self.work <= limit:
                        self._at(point)

    def _at_scales(self) -> None:
        """Try functions and random numbers that are large beside the constants of a bound."""
        factor = 10 * max(self.constants, default=ZERO)
        limit = self.work + WHOLE_WORK
        for index in range(_SCALED_POINTS) if factor > _LARGE_WHOLE else ():
            found = self._satisfying(Source(f"{self.seed} scales", index))
            moved = scaled(self.scope, found, factor) if found is not None else None
            if moved is None or self.work > limit:
                return
            with suppress(Unsettled, TooMuchWork, Unsupported):
                if satisfied(self.scope, moved, self.hypotheses):
                    self._at(moved)

    def _constant_values(self, names: Sequence[str]) -> Iterator[tuple[str, _Placeable]]:
        nothing, step = ZERO, fmpq(1, 1000)
        yield from ((name, mark) for mark in self.marks for name in names)
        for name in names if len(self.names) == 1 else ():
            for x in _LINE:
                yield name, x
        for part in _ANGLES if has_angles(self.claim.tree, self.scope) else ():
            for name in names:
                yield name, PiMultiple(part)
        numbers = [name for name in names if self.scope.types[name].name in NUMBER_DOMAINS]
        if not self._is_approximated():
            yield from ((name, far) for far in _FAR for name in names)
            if any(part.name == "log" for part in all_parts(self.claim.tree, self.scope)):
                yield from ((name, far) for far in _VERY_FAR for name in numbers)
        for c in self.constants if self._is_ordered() else ():
            for name in names:
                if name not in numbers:
                    yield name, _First(10 * c)
                    yield name, _First(1 / (10 * c))
        bounded = [n for n in names if self.scope.types[n].name in BOUNDED]
        for small in () if self._is_approximated() else (*_NEAR, *self._small_constants()):
            for name in bounded:
                yield name, _Inward(small)
                yield name, _Inward(-small)
        near = [] if self._is_approximated() else [(factor, nothing) for factor in _FACTORS]
        for factor, moved in ((ONE, nothing), *near, *((ONE, m) for m in (step, -step, ONE, -ONE))):
            for c in self.constants:
                for name in names:
                    yield name, c * factor + moved
                    yield name, -c * factor - moved

    def _small_constants(self) -> Iterator[fmpq]:
        """Yield distances from an end made of the constants below 1."""
        for c in self.constants:
            if c < 1:
                yield from (c, c * 3 / 2, c / 2)

    def _note_doubt(self, point: Point, error: Exception) -> None:
        if not self.tally.doubt or point.tier is Tier.BENIGN:
            self.tally.doubt = f"{error}{self._where(point)}"

    def _count(self, point: Point, found: _Found) -> None:
        tally = self.tally
        (tally.trivial if found.trivial else tally.agreed)[point.tier] += 1
        tally.estimated += found.estimated
        tally.digits = min(tally.digits, found.digits)
        for name in self.names:
            value = point.values.get(name)
            if self.scope.types[name].name == "dim" and isinstance(value, fmpq):
                tally.sizes.add(int(value.p))

    def _drawn_point(self, index: int) -> tuple[Point, Source, str, bool] | None:
        """Draw a point that satisfies the hypotheses; move it to a kink half of the time."""
        attempts = _DRAWS_PER_POINT if self.hypotheses else 1
        if self.hypotheses and not self._accepted:
            attempts = _DRAWS_AT_FIRST
        for attempt in range(attempts):
            seed = f"{self.seed} {attempt}" if attempt else self.seed
            source = Source(seed, index, self.constants)
            found = self._satisfying(source)
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

    def _satisfying(self, source: Source) -> Point | None:
        try:
            point = draw_point(self.scope, source, self._largest, order=self._order)
            if not self.hypotheses:
                return point
            return satisfying(self.scope, point, self.hypotheses, source)
        except (EmptyDomain, Undefined, Unsettled, OverflowError):  # a walk may go too far
            return None

    def _moved(self, point: Point, index: int, source: Source) -> Point | None:
        moved = None
        if self._thresholds and index % 2 == 0:
            moved = moved_to_threshold(self.scope, point, self._thresholds, source)
        elif self._kinks and index % 2 == 1:
            moved = moved_to_kink(self.scope, point, self._kinks, source)
        if moved is not None:
            moved.tier = Tier.SPECIAL
        return moved

    def _shortest(self, first: Refuted) -> Refuted:
        """Look for a counter-example that is quicker to read: round numbers, small sizes."""
        best, again = first, f"{self.seed} again"
        for index in range(_EXPLAINING_POINTS):
            found = self._satisfying(Source(again, index, self.constants))
            if found is None:
                continue
            try:
                self._at(found)
            except Refuted as other:
                if other.code == first.code and len(str(other)) < len(str(best)):
                    best = other
            except NoValue:
                continue
        return best

    # One point

    def _allowance(self) -> int:
        """Return what one point may cost: when several are known, not much more than these."""
        if self._allowed:
            return self._allowed
        if self.tally.points < FEWEST_BENIGN:
            return POINT_WORK
        return max(CHEAP_WORK, min(POINT_WORK, _COSTLY * self._agreed_work // self.tally.points))

    def _evaluation(
        self,
        point: Point,
        bits: int = PRECISIONS[0],
        outcome: Mapping[str, Value] | None = None,
        work: int = POINT_WORK,
    ) -> Evaluation:
        return Evaluation(
            self.scope,
            point.values,
            point.laws,
            precision=bits,
            work=work,
            outcome=outcome or {},
            memory=self._memory,
        )

    def _at(self, point: Point) -> _Found:
        """Compare all sides at a point."""
        tree = self.claim.tree
        if tree.name == "converges":
            return self._converges(point)
        if tree.name == "distributed":
            return self._distributed(point)
        if tree.name == "all":
            return self._everywhere(point, tree)
        if tree.op != "rel":
            raise Unsupported(f"a claim with {tree.name or tree.op}")
        found = _Found()
        for outcome in self._outcomes(point):
            found = _joined(found, self._compared(tree, point, outcome))
        return found

    def _everywhere(self, point: Point, tree: Node) -> _Found:
        """Compare at every value of the index of ``all(relation, i, 1, n)``."""
        relation, index, *ends = tree.args
        low, high = (whole_number(self._evaluation(point).value(end)) for end in ends)
        found = _Found()
        for k in range(low, min(high, low + _OUTCOMES) + 1):
            at = point.copy()
            at.values[index.name] = fmpq(k)
            found = _joined(found, self._holds_at(at, relation))
        return found

    def _holds_at(self, point: Point, relation: Node) -> _Found:
        """Compare what stands inside ``all``: a relation, several, or ``all`` again."""
        if relation.name == "all":
            return self._everywhere(point, relation)
        if relation.op == "and":
            first, second = (self._holds_at(point, part) for part in relation.args)
            return _joined(first, second)
        if relation.op != "rel":
            raise Unsupported(f"'all' of {relation.name or relation.op}")
        return self._compared(relation, point, {})

    def _outcomes(self, point: Point) -> Iterator[Mapping[str, Value]]:
        """Yield what random names are worth; nothing unless the claim is about outcomes."""
        if not self._is_free:
            yield {}
            return
        laws = point.laws
        random = [name for name in self.names if self.scope.types[name].name in _RANDOM]
        joint: list[dict[str, Value]] = [
            {name: laws.joint[name][place] for name in random if name in laws.joint}
            for place in range(len(laws.weights) or 1)
        ]
        own: list[list[dict[str, Value]]] = [
            [{name: value} for value in self._values_of(name, point)]
            for name in random
            if name not in laws.joint
        ]
        for count, parts in enumerate(product(joint, *own)):
            if count == _OUTCOMES:
                return
            merged: dict[str, Value] = {}
            for part in parts:
                merged.update(part)
            yield merged

    def _values_of(self, name: str, point: Point) -> Sequence[Value]:
        """Return some values that an independent random name takes."""
        if name in point.laws.independent:
            return [value for _, value in point.laws.independent[name]]
        if name in point.laws.white:
            entries = point.laws.white[name]
            return [column([entry[k][1] for entry in entries]) for k in (0, 1)]
        kind = self.scope.types[name].name
        if kind not in _SUPPORTS:
            raise Unsupported(f"a claim about outcomes of {kind}")
        return list(_SUPPORTS[kind])

    def _compared(self, tree: Node, point: Point, outcome: Mapping[str, Value]) -> _Found:
        found = _Found()
        for k, sign in enumerate(tree.relations):
            left, right = tree.args[k], tree.args[k + 1]
            optimum, is_of_order = self._form(sign, left, right)
            try:
                if optimum is not None:
                    self._optimal(point, optimum)
                    found = _joined(found, _Found(trivial=False))
                elif is_of_order:
                    self._of_order(point, left, right)
                    found = _joined(found, _Found(trivial=False))
                else:
                    found = _joined(found, self._related(point, sign, left, right, outcome))
            except Undefined as error:
                raise self._undefined(point, error, outcome) from None
        return found

    def _form(self, sign: str, left: Node, right: Node) -> tuple[Optimum | None, bool]:
        """Return the optimum that a relation states, if any, and whether it states an order."""
        found = self._forms.get(id(left))
        if found is None:
            optimum = optimum_in(left, right, self.scope) if sign == "==" else None
            found = optimum, bool(orders_in(left) or orders_in(right))
            self._forms[id(left)] = found
        return found

    def _related(
        self, point: Point, sign: str, left: Node, right: Node, outcome: Mapping[str, Value]
    ) -> _Found:
        reason = "the error bars stay wide"
        found: _Found | None = None
        start = self.work
        touching = False
        for bits in self._ladder if self.names else self._ladder[-2:]:
            if self.work - start > self._allowance():
                break
            result: Comparison | None = None
            allowed = self._allowance()
            evaluation = self._evaluation(point, bits, outcome, allowed)
            try:
                a, b = evaluation.value(left), evaluation.value(right)
                estimated = evaluation.estimated
                with precision(bits):
                    result = compare(sign, a, b, estimated=estimated)
            except Unsettled as error:
                reason = str(error)
            except TooMuchWork:
                if found is None:
                    raise
            finally:
                spent = allowed - max(evaluation.work, 0)
                self.work += spent * _WEIGHTS[bits]
            if result is None:
                continue
            if result.outcome is Outcome.APART:
                raise Refuted(f"false{self._where(point, outcome)}: {show_sides(a, b)}")
            if result.outcome is Outcome.TOUCH:
                # 1 - exp(-exp(9)) is not 1: what is equal to many digits need not be equal.
                reason = "both sides are equal as far as their digits tell"
                touching = bits == self._ladder[-1]
            if result.outcome is Outcome.AGREE and not (result.coarse and bits < PRECISIONS[1]):
                uncertain = estimated or result.coarse
                trivial = result.trivial and not _is_zero(left) and not _is_zero(right)
                found = _Found(result.slack, result.digits, uncertain, trivial)
                if self._varies:
                    return found  # otherwise this is the only point, so more digits are asked
            if estimated:
                reason = "an estimated value is too close to call"
        if found is not None and not self._varies:
            self._beside_zero(point, sign, left, right, outcome)
        if touching and self._parts_beside(point, sign, left, right, outcome):
            raise Undecided(f"{reason}{self._where(point, outcome)}")
        if found is None:
            raise Unsettled(reason)
        return found

    def _beside_zero(
        self, point: Point, sign: str, left: Node, right: Node, outcome: Mapping[str, Value]
    ) -> None:
        """Look once more, with many bits, whether a side that seems to be 0 is."""
        if not (_is_zero(left) or _is_zero(right)):
            return
        bits = _FINE[-1]
        evaluation = self._evaluation(point, bits, outcome)
        evaluation.closely()
        with suppress(Unsettled, TooMuchWork):
            a, b = evaluation.value(left), evaluation.value(right)
            with precision(bits):
                apart = compare(sign, a, b).outcome is Outcome.APART
                if apart and not evaluation.estimated:
                    raise Refuted(f"false{self._where(point, outcome)}: {show_sides(a, b)}")

    def _parts_beside(
        self, point: Point, sign: str, left: Node, right: Node, outcome: Mapping[str, Value]
    ) -> bool:
        """Tell whether sides that meet at a point are apart beside it.

        Where they are not, one has come so near to its limit, as ``tanh(x)`` for x = 1000,
        that no digits tell whether it gets there.
        """
        beside, count = point.copy(), 0
        for name in self.names:
            value = point.values.get(name)
            if self.scope.types[name].name in _STRETCHED and isinstance(value, Matrix):
                rows = []
                for row in value.rows:
                    rows.append([multiply(x, _stretch(count + k)) for k, x in enumerate(row, 1)])
                    count += len(row)
                beside.values[name] = Matrix(rows)
            elif self.scope.types[name].name in _MOVING and isinstance(value, fmpq | PiMultiple):
                count += 1
                beside.values[name] = multiply(value, _stretch(count))
            elif isinstance(value, fmpq) and abs(value) > _LARGE_WHOLE:
                return False
        if not count:
            return point.tier is not Tier.EXTREME
        bits = self._ladder[-1]
        try:
            evaluation = self._evaluation(beside, bits, outcome, self._allowance())
            a, b = evaluation.value(left), evaluation.value(right)
            with precision(bits):
                return compare(sign, a, b).outcome is Outcome.AGREE
        except NoValue:
            return False

    def _optimal(self, point: Point, optimum: Optimum) -> None:
        seed = f"{self.seed} rivals"
        source = Source(seed, self.tally.points + 3, self.constants)
        found = optimum_mistake(self.scope, point, optimum, source, lambda p: self._counted(p, 200))
        if found is None:
            return
        best, rival = found
        if rival is best:
            message = f"{show_value(best)} lies outside the domain"
        else:
            message = f"{show_value(rival)} is as good or better than {show_value(best)}"
        raise Refuted(f"not the only optimum{self._where(point)}: {message}")

    def _counted(self, point: Point, bits: int) -> Evaluation:
        self.work += 50 if bits <= PRECISIONS[1] else 400
        return self._evaluation(point, bits)

    def _of_order(self, point: Point, left: Node, right: Node) -> None:
        side = order_mistake(self.scope, point, left, right, self._counted)
        if side:
            raise Refuted(f"the error is of a lower order for {side}{self._where(point)}")

    def _converges(self, point: Point) -> _Found:
        try:
            result, tends_to, stated = convergence(
                self.claim.tree, point, lambda p: self._counted(p, PRECISIONS[0])
            )
        except Undefined as error:
            raise self._undefined(point, error, {}) from None
        if result.outcome is Outcome.APART:
            sides = f"{show_value(tends_to)} instead of {show_value(stated)}"
            raise Refuted(f"does not converge{self._where(point)}: {sides}")
        if result.outcome is not Outcome.AGREE:
            raise Unsettled("a limit that is too close to call")
        return _Found(digits=result.digits, estimated=not result.trivial, trivial=result.trivial)

    def _distributed(self, point: Point) -> _Found:
        made: list[Evaluation] = []

        def evaluation_of(scope: Scope, at: Point) -> Evaluation:
            found = Evaluation(scope, at.values, at.laws, precision=PRECISIONS[0], work=POINT_WORK)
            made.append(found)
            return found

        try:
            with precision(PRECISIONS[0]):
                result, compared, a, b = distribution(
                    self.claim.tree, self.scope, point, evaluation_of
                )
        except Undefined as error:
            raise self._undefined(point, error, {}) from None
        finally:
            self.work += sum(POINT_WORK - max(each.work, 0) for each in made) // _DENSITY_DISCOUNT
        if result.outcome is Outcome.APART:
            what = formula_text(compared)
            where = self._where(point)
            raise Refuted(f"another law{where}: {what} is {show_value(a)}, not {show_value(b)}")
        if result.outcome is not Outcome.AGREE:
            raise Unsettled("a probability that is too close to call")
        return _Found(digits=result.digits, estimated=True, trivial=False)

    def _undefined(self, point: Point, error: Undefined, outcome: Mapping[str, Value]) -> Refuted:
        hint = missing_hypothesis(
            self.claim.tree, self.scope, self._evaluation(point, PRECISIONS[0], outcome), str(error)
        )
        return Refuted(
            f"undefined{self._where(point, outcome)}: {error}", "undefined-at-point", hint
        )

    def _where(self, point: Point, outcome: Mapping[str, Value] | None = None) -> str:
        if not outcome:
            return show_point(self.scope, point, self.names)
        shown = point.copy()
        shown.values.update(outcome)
        return show_point(self.scope, shown, self.names)

    # Inequalities

    def _search(self, starts: Sequence[_Start]) -> None:
        """Walk downhill from the tightest points of an inequality."""
        limit = self.work + SEARCH_WORK
        ends: list[tuple[float, int, _Start, _Start]] = []
        for number, start in enumerate(_chosen(starts)):
            walk = f"{self.seed} walk {number}"
            kicks = Source(walk, 10**6, tier=Tier.BENIGN)
            best, step = start, 0.5
            for _ in range(SEARCH_STEPS):
                if self.work > limit or not best.latent:
                    break
                latent = tuple(
                    z + step * kicks.normal() if kicks.chance(0.5) else z for z in best.latent
                )
                slack = self._slack_at(start, latent)
                if slack is not None and slack < best.slack:
                    best = _Start(slack, start.index, start.seed, latent)
                    step = min(step * 1.3, 1.5)
                else:
                    step = max(step * 0.93, 0.003)
            ends.append((best.slack, number, start, best))
        limit = self.work + SEARCH_WORK // 3
        for start, best in _lowest(ends):
            self._descend(start, best, limit)

    def _descend(self, start: _Start, best: _Start, limit: int) -> None:
        """Go to the very bottom from the end of a walk, over a few numbers.

        Raises
        ------
        Refuted
            If the inequality fails there.
        Undecided
            If a strict inequality comes as near to equality as can be told.
        """
        source = Source(start.seed, start.index, self.constants, best.latent)
        point = self._satisfying(source)
        among = self._coordinates(point) if point is not None else []
        if point is None:
            return
        if 0 < len(among) <= _MOST_MOVING:
            bottom = descend(
                point, raised(best.slack), among, lambda at: raised(self._slack_of(at))
            )
            if bottom.is_inside:
                self._doubt_strictness(bottom.point, bottom.slack)
        elif not among and 0 < len(best.latent) <= _MOST_LATENT and self.work < limit:
            self._descend_latent(start, best, limit)

    def _descend_latent(self, start: _Start, best: _Start, limit: int) -> None:
        """Do the same over the normal numbers that matrices, laws and functions are made of."""

        def point_at(latent: tuple[float, ...]) -> Point | None:
            source = Source(start.seed, start.index, self.constants, latent, fine=True)
            return self._satisfying(source)

        def slack_at(latent: tuple[float, ...]) -> float | None:
            point = point_at(latent) if self.work < limit else None
            try:
                return None if point is None else raised(self._at(point).tightness)
            except NoValue:
                return None

        bottom = descend(
            best.latent, raised(best.slack), [Latent(i) for i in range(len(best.latent))], slack_at
        )
        point = point_at(bottom.point)
        if bottom.is_inside and point is not None:
            self._doubt_strictness(point, bottom.slack)

    def _coordinates(self, point: Point) -> list[Coordinate]:
        """Return the numbers of a point that may move by themselves."""
        found: list[Coordinate] = []
        for name in self.names:
            kind, value = self.scope.types[name].name, point.values.get(name)
            if kind in _MOVING and may_move(name, self.scope):
                found.append(Coordinate(name))
            elif kind == "complex":
                found += [Coordinate(name, (0,)), Coordinate(name, (1,))]
            elif kind in _MOVING_ENTRIES and isinstance(value, Matrix):
                found += [
                    Coordinate(name, (row, place))
                    for row in range(len(value.rows))
                    for place in range(len(value.rows[0]))
                ]
        return found

    def _doubt_equality(self, point: Point, slack: float, name: str) -> None:
        """Doubt a strict inequality that is nearly an equality at a mark and at no other place."""
        among = [each for each in self._coordinates(point) if each.name == name]
        if among and 0 < slack < _EQUAL and is_inside(point, slack, among, self._slack_of):
            self._doubt_strictness(point, slack)

    def _doubt_strictness(self, point: Point, slack: float) -> None:
        is_strict = any(sign in ("<", ">", "!=") for sign in self.claim.tree.relations)
        if is_strict and 0 < slack < _EQUAL and not self._is_beside_a_hole(point):
            where = self._where(point)
            raise Undecided(f"both sides come nearer to each other than {_EQUAL:g}{where}")

    def _is_beside_a_hole(self, point: Point) -> bool:
        """Tell whether a hypothesis excludes a place that no digits tell from a point."""
        evaluation = self._evaluation(point)
        for hypothesis in self.hypotheses:
            if hypothesis.relations in (("!=",), ("<",), (">",)):
                with suppress(NoValue):
                    a, b = (as_number(evaluation.value(arg)) for arg in hypothesis.args)
                    if abs(as_float(subtract(a, b))) < _BESIDE_A_HOLE:
                        return True
        return False

    def _slack_of(self, point: Point) -> float | None:
        try:
            allowed = self._is_allowed(point, self._evaluation(point))
            return self._at(point).tightness if allowed else None
        except NoValue:
            return None

    def _is_allowed(self, point: Point, evaluation: Evaluation) -> bool:
        """Tell whether a point whose numbers were moved is still of its types and hypotheses."""
        for name in self.names:
            kind = self.scope.types[name]
            if kind.name in _MOVING | _MOVING_ENTRIES and not contains(
                kind, point.values[name], evaluation
            ):
                return False
        return satisfied(self.scope, point, self.hypotheses)

    def _slack_at(self, start: _Start, latent: tuple[float, ...]) -> float | None:
        source = Source(start.seed, start.index, self.constants, latent)
        point = self._satisfying(source)
        if point is None:
            return None
        try:
            return self._at(point).slack
        except NoValue:
            return None

    def _equality_cases(self) -> None:
        """See that an inequality is an equality where it is said to be one."""
        tree, cases = self.claim.tree, self.claim.equality
        if not cases:
            return
        for index in range(EQUALITY_POINTS):
            found = self._drawn_point(index + 3)
            if found is None:
                continue
            point = self._equality_point(found[0])
            if point is not None and not satisfied(self.scope, point, self.hypotheses):
                continue
            for k, sign in enumerate(tree.relations):
                if sign not in ("<=", ">=") or point is None:
                    continue
                evaluation = self._evaluation(point, PRECISIONS[1])
                try:
                    a, b = evaluation.value(tree.args[k]), evaluation.value(tree.args[k + 1])
                    with precision(PRECISIONS[1]):
                        result = compare("==", a, b, estimated=evaluation.estimated)
                except Undefined as error:
                    raise self._undefined(point, error, {}) from None
                except (Unsettled, TooMuchWork):
                    continue
                if result.outcome is Outcome.APART:
                    raise Refuted(
                        f"not an equality in the stated case{self._where(point)}:"
                        f" {show_sides(a, b)}",
                        hint="mend 'equality', or the constant of the inequality",
                    )

    def _equality_point(self, point: Point) -> Point | None:
        moved = point.copy()
        for name, node in self.claim.equality.items():
            evaluation = self._evaluation(moved)
            try:
                if name in moved.laws.joint:
                    values = [
                        _atom(self._evaluation(moved, outcome=outcome).value(node))
                        for outcome in _joint_outcomes(moved)
                    ]
                    laws = moved.laws
                    joint = {**laws.joint, name: values}
                    moved.laws = Laws(laws.weights, joint, laws.independent, laws.white)
                else:
                    value = evaluation.value(node)
                    shaped = isinstance(moved.values.get(name), Matrix)
                    moved.values[name] = as_matrix(value) if shaped else value
            except (Undefined, Unsettled, TooMuchWork):
                return None
        return moved


_FIRST_POINTS = (3, 4, 0, 5, 1, 6, 2, 7)
"""Corners and ordinary points in turn, since a costly claim is tried at few points."""

_MOVING = REALS
"""Numbers that a descent moves, at most so many at once."""
_MOVING_ENTRIES = frozenset({"vector", "nonzero_vector", "positive_vector"})
_MOST_MOVING = 6
_MOST_LATENT = 12
"""Numbers of a point that a descent moves at once; the second where they are not its own."""
_DESCENTS = 2

_STRETCHED = frozenset({"vector", "nonzero_vector", "nonconstant", "positive_vector", "matrix"})
_STRETCHED = _STRETCHED | {"square", "symmetric", "diagonal"}
"""Vectors and matrices whose entries are moved, each by another part of itself."""


_PATTERNED = frozenset({"matrix", "square"})
_PATTERN_SIZES = (4, 2, 3, 5, 4, 5, 2, 3)
_FEW_PATTERN_SIZES = (2, 3)
_INVERSES = frozenset({"inv", "logm", "sqrtm"})

_LARGE_WHOLE = 100
"""Beyond this, a whole number has no neighbour that tells more."""


def _stretch(k: int) -> fmpq:
    return 1 + fmpq(k, 1000)


_EQUAL = 1e-28
"""A strict inequality whose sides come this near to each other inside its domain is doubted."""

_BESIDE_A_HOLE = 1e-15

_COSTLY_WORDS = frozenset({"eigvecs", "svdU", "svdS", "svdV", "sqrtm", "logm"})
_COSTLY_SIZE = 5
"""The largest size that is tried where eigenvectors are needed."""

_RANDOM = DEPENDENT | INDEPENDENT
_SUPPORTS: Mapping[str, Sequence[fmpq]] = {
    "Normal": (ZERO, ONE, fmpq(-1), fmpq(7, 3), fmpq(-20), fmpq(1, 1000)),
    "Exponential": (ZERO, ONE, fmpq(7, 3), fmpq(20), fmpq(1, 1000)),
    "Bernoulli": (ZERO, ONE),
    "Poisson": (ZERO, ONE, fmpq(2), fmpq(9)),
}
"""Some values that a random variable of a named law takes."""


_WITH_CONSTANTS = frozenset(
    {*NUMBER_DOMAINS, "vector", "square", "symmetric", "invertible", "spd", "psd", "diagonal"}
)
"""Types whose values are set to the constants of a claim: matrices to multiples of identity."""


def _filled(number: Number, like: object) -> Value:
    """Return a number, or a vector or matrix made of it like another one."""
    if not isinstance(like, Matrix):
        return number
    size = len(like.rows)
    return column([number] * size) if like.is_vector and size > 1 else diagonal([number] * size)


def whole_number(value: object) -> int:
    """Return a value that is a whole number."""
    if not isinstance(value, fmpq) or value.q != 1:
        raise WrongShape("a whole number is needed")
    return int(value.p)


def _chosen(starts: Sequence[_Start]) -> list[_Start]:
    """Return the tightest points of each kind, of several sizes; ordinary ones move most freely."""
    ordered = sorted((s for s in starts if s.slack != 0), key=lambda start: start.slack)
    chosen = []
    for tier, count in ((Tier.BENIGN, 3), (Tier.EXTREME, 1), (Tier.SPECIAL, 1)):
        of_tier = [start for start in ordered if tier_of(start.index) is tier]
        chosen += _varied(of_tier)[:count]
    return chosen


def _lowest(
    ends: Sequence[tuple[float, int, _Start, _Start]],
) -> list[tuple[_Start, _Start]]:
    """Return the starts and ends of the walks that came lowest, of several sizes if there are.

    A walk that went nowhere started where the numbers that it moves have no influence.
    """
    walked = [end for end in ends if end[2].slack != end[3].slack]
    ordered = {best: start for _, _, start, best in sorted(walked or ends)}
    chosen = _varied(list(ordered))[:_DESCENTS]
    return [(ordered[best], best) for best in chosen]


def _varied(starts: Sequence[_Start]) -> list[_Start]:
    """Return the first start of every size, then the others."""
    first = {len(start.latent): start for start in reversed(starts)}
    firsts = [start for start in starts if first[len(start.latent)] is start]
    return [*firsts, *(start for start in starts if start not in firsts)]


_LIMITS = frozenset({"integral", "limit", "O", "oo", "argmin", "argmax"})
_ENDLESS = PARAMETRIC_TYPES - {"Bernoulli", "Categorical", "Joint"}

_LARGE_SIZES = (200, 64, 150, 100)

_MAKING_MATRICES = frozenset({"jac", "hess", "grad", "d", "D", "outer", "diag", "eye", "kron"})

_VECTORS = frozenset({"dim", "vector", "nonzero_vector", "positive_vector", "simplex"}) | {
    "open_simplex",
    "nonconstant",
    "onehot",
    "unit",
    "real",
    "positive",
    "nonzero",
    "nonnegative",
}


def _has_only_vectors(tree: Node, scope: Scope) -> bool:
    """Tell whether nothing in a claim has more entries than a vector."""
    if any(kind.name not in _VECTORS for kind in scope.types.values()):
        return False
    return not any(
        part.name in _MAKING_MATRICES or (part.op == "matmul" and part.args[1].op == "T")
        for part in all_parts(tree, scope)
    )


_LINE = tuple(map(fmpq, (10, -10, 8, -8, 5, -5, 15, -15, 6, 4, 7, 12)))
"""Numbers at which a claim about a single one is tried besides."""

_FAR = tuple(
    sign * power_of_ten(sense * exponent)
    for exponent in (12, 30)
    for sense in (1, -1)
    for sign in (1, -1)
)
"""Numbers far beyond those that are drawn: what cannot be settled there does not count."""

_VERY_FAR = tuple(power_of_ten(sign * e) for e in (100, 400, 1000) for sign in (1, -1))
"""The same where logarithms are taken."""

_WHOLE_RUN = 4
"""So many whole numbers are tried with the same other values."""

_FAR_WHOLE = (700, 1000, 3000, 10_000)
_SIZED_POINTS = (4, 1, 0, 2, *range(5, 21))
_CORNER_POINTS, _RARE_SIZES = (0,), (9, 10, 11)
"""Sizes that are hardly drawn are tried with zeros or identities at least."""

_SCALED_POINTS = 8

_FACTORS = (*(1 + sign * power_of_ten(-k) for k in (3, 9) for sign in (1, -1)), fmpq(2), HALF)
_FACTORS = (*_FACTORS, fmpq(10), fmpq(1, 10))
"""What the constants of a claim are multiplied by: they may be small or large."""


@dataclass(frozen=True, slots=True)
class _Inward:
    """A number so far above the lower end of an interval, or below the upper one."""

    distance: fmpq


@dataclass(frozen=True, slots=True)
class _First:
    """A number as the first entry of a vector or diagonal of ones."""

    number: fmpq


_Placeable: TypeAlias = "Number | _Inward | _First"

_UNIT_INTERVAL = (num(0), num(1))
_NEAR = tuple(power_of_ten(-k) for k in (9, 12, 30))

_ANGLES = (fmpq(1, 2), fmpq(1), fmpq(-1, 2), fmpq(3, 2), fmpq(1, 4), fmpq(2), fmpq(1, 3))
"""Multiples of pi that are tried in claims about angles."""


def _largest_of(values: tuple[int, ...]) -> int:
    return max(map(abs, values))


def _atom(value: Value) -> fmpq | Matrix:
    """Return a value that a random name takes exactly."""
    found = plain(value)
    if not isinstance(found, fmpq | Matrix):
        raise Unsettled("a random value that is not exact")
    return found


def _joint_outcomes(point: Point) -> Iterator[dict[str, Value]]:
    for place in range(len(point.laws.weights)):
        yield {name: values[place] for name, values in point.laws.joint.items()}


def _joined(a: _Found, b: _Found) -> _Found:
    return _Found(
        min(a.slack, b.slack),
        min(a.digits, b.digits),
        a.estimated or b.estimated,
        a.trivial and b.trivial,
    )


def _is_zero(node: Node) -> bool:
    return node.op == "num" and node.number == 0
