"""Limits, estimated along several unrelated sequences.

Every sequence takes the variable to its target in its own way: along powers of two,
next to them, along multiples of pi and of odd halves of it, along a fraction with large
terms, and from both sides. Where two sequences settle on different values, or one keeps
moving, there is no limit. The value is an estimate and marked as one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from flint import acb, arb, fmpq

from dlcards.claims.balls.errors import NoValue, Undefined, Unsettled, Unsupported
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import (
    ONE,
    Complex,
    Infinity,
    Jet,
    Number,
    PiMultiple,
    add,
    complex_number,
    current_precision,
    divide,
    imaginary_part,
    multiply,
    precision,
    radius_around,
    rational,
    real_ball,
    real_part,
)
from dlcards.claims.balls.point import Point
from dlcards.claims.balls.values import Value, as_number, plain
from dlcards.claims.tree import Node

Approach: TypeAlias = Callable[[int], Number]
"""A sequence that tends to the target."""

STEPS = (6, 10, 16, 26, 40, 60, 90, 130, 190, 280)
"""Exponents of two at which a sequence is looked at."""
FAR_STEPS = (10**4, 10**6, 10**9)
"""The same far out, where most formulas have overflown but slow ones, as s**0.001, go on."""
FEWEST_STEPS = 5
SETTLED, NEARLY_SETTLED = 1e-13, 1e-6
"""How little the last two steps of a settled sequence may move, relative to 1 + value."""
STILL = 1e-18
"""A sequence whose last two steps move less than this is not followed further."""
APART = 1e-9
"""Two sequences that settle further apart than this have different limits."""
WIDE = 1e-25
"""A sequence is followed while its balls are narrower than this part of the value."""
MOVING = 0.05
"""A sequence whose last steps all move more than this has no limit."""
STEADY = 1 - 1e-9
"""Growth like a logarithm: log(t)/t**0.0001 falls behind it, and tends to 0 in the end."""
GROWTH, LARGE = 1e3, 1e10
"""A sequence that grew by this factor in two steps, beyond this size, is infinite."""


def _towards_infinity(sign: int) -> list[Approach]:
    return [
        lambda k: rational(sign * 2**k),
        lambda k: rational(sign * (2**k + 1)),
        lambda k: rational(sign * (2 ** (k + 1) + 1), 2),
        lambda k: PiMultiple(fmpq(sign * 2**k)),
        lambda k: PiMultiple(fmpq(sign * (2 ** (k + 1) + 1), 2)),
        lambda k: rational(sign * 2**k * 7919, 2477),
        lambda k: rational(sign * 2**k * 5, 3),
    ]


_TOWARDS_ZERO: Sequence[Approach] = (
    lambda k: rational(1, 2**k),
    lambda k: rational(2, 2 ** (k + 1) + 1),
    lambda k: divide(ONE, PiMultiple(fmpq(2**k))),
    lambda k: divide(ONE, PiMultiple(fmpq(2 ** (k + 1) + 1, 2))),
    lambda k: rational(2477, 2**k * 7919),
)


def _towards(target: Number, side: int) -> list[Approach]:
    def moved(step: Approach) -> Approach:
        return lambda k: add(target, multiply(rational(side), step(k)))

    return [moved(step) for step in _TOWARDS_ZERO]


def around(target: Number) -> list[Approach]:
    """Return the ways towards a number, from both sides."""
    return [approach for side in (1, -1) for approach in _towards(target, side)]


_SIDES: Mapping[str, Sequence[int]] = {"above": (1,), "below": (-1,)}


def limit(point: Point, node: Node) -> Value:
    """Return a limit, from both sides where the formula is defined on both."""
    body, name = node.args[0], node.args[1].name
    target = point.evaluate(node.args[2])
    if isinstance(target, Infinity):
        approaches = _towards_infinity(target.sign)
    else:
        place = as_number(target)
        if isinstance(place, Jet | acb):
            raise Unsupported("a limit at a place that is differentiated or integrated over")
        sides = _SIDES[node.args[3].name] if len(node.args) > 3 else (1, -1)
        approaches = [approach for side in sides for approach in _towards(place, side)]

    def at(x: Number) -> Number | Matrix:
        return plain(point.within({name: x}, body))

    found = settled(point, at, approaches)
    for far in _far_places(target, node):
        _expect_near(found, at, far)
    return found


def _far_places(target: Value, node: Node) -> Iterator[arb]:
    """Yield places much nearer to infinity or 0 than the steps of the sequences."""
    if isinstance(target, Infinity):
        yield from (target.sign * arb(2) ** k for k in FAR_STEPS)
    elif isinstance(target, fmpq) and target == 0:
        below = len(node.args) > 3 and node.args[3].name == "below"
        yield from ((-1 if below else 1) * arb(2) ** -k for k in FAR_STEPS)


def _expect_near(found: Value, at: Callable[[Number], Number | Matrix], far: arb) -> None:
    """Doubt a limit if the formula is elsewhere at a place far out, where that can be told."""
    if isinstance(found, Matrix | Infinity | Complex | acb):
        return
    try:
        there = at(far)
        if isinstance(there, Matrix | Complex):
            return
        value, expected = _as_real(there), real_ball(as_number(found))
    except (NoValue, ArithmeticError, TypeError, ValueError):
        return
    if not value.is_finite():
        return
    if not value.overlaps(expected) and abs(value - expected) > APART * (1 + abs(expected).upper()):
        raise Unsettled("a limit of values that move again far out")


def settled(
    point: Point, at: Callable[[Number], Number | Matrix], approaches: Sequence[Approach]
) -> Value:
    """Return where a function settles along all approaches; entry by entry for a matrix.

    Raises
    ------
    Undefined
        If there is no limit.
    Unsettled
        If it could not be found.
    """
    walk = _Walk(at)
    probe = _first_value(at, approaches)
    if not isinstance(probe, Matrix):
        return _settled_parts(point, walk.number, probe, approaches)
    rows, columns = probe.shape
    return Matrix(
        [
            [
                as_number(_settled_parts(point, walk.entry(i, j), probe.rows[i][j], approaches))
                for j in range(columns)
            ]
            for i in range(rows)
        ]
    )


def _settled_parts(
    point: Point, at: Pick, probe: Number | None, approaches: Sequence[Approach]
) -> Value:
    """Return where a number settles; a complex one part by part."""

    def real(approach: Approach, k: int) -> arb:
        return _as_real(real_part(at(approach, k)))

    def imaginary(approach: Approach, k: int) -> arb:
        return _as_real(imaginary_part(at(approach, k)))

    if not isinstance(probe, Complex):
        return _settled_number(point, lambda approach, k: _as_real(at(approach, k)), approaches)
    parts = (_settled_number(point, part, approaches) for part in (real, imaginary))
    return complex_number(*map(as_number, parts))


Step: TypeAlias = Callable[[Approach, int], arb]
"""The value of a real number at a step of an approach."""

Pick: TypeAlias = Callable[[Approach, int], Number]
"""The value of a number, real or complex, there."""


@dataclass(slots=True)
class _Walk:
    """The values of a formula along approaches, each worked out once for all its entries."""

    at: Callable[[Number], Number | Matrix]
    known: dict[tuple[int, int], Number | Matrix | NoValue] = field(default_factory=dict)

    def value(self, approach: Approach, k: int) -> Number | Matrix:
        key = id(approach), k
        if key not in self.known:
            try:
                self.known[key] = self.at(approach(k))
            except (Undefined, Unsettled) as problem:
                self.known[key] = problem
        found = self.known[key]
        if isinstance(found, NoValue):
            raise found
        return found

    def number(self, approach: Approach, k: int) -> Number:
        return _as_number(self.value(approach, k))

    def entry(self, i: int, j: int) -> Pick:
        def pick(approach: Approach, k: int) -> Number:
            value = self.value(approach, k)
            return value.rows[i][j] if isinstance(value, Matrix) else value

        return pick


def _first_value(
    at: Callable[[Number], Number | Matrix], approaches: Sequence[Approach]
) -> Number | Matrix | None:
    for approach in approaches:
        try:
            return at(approach(STEPS[1]))
        except (Undefined, Unsettled):
            continue
    return None


def _as_number(value: Number | Matrix) -> Number:
    if isinstance(value, Matrix):
        raise Unsettled("a limit whose shape changes")
    return value


def _as_real(value: Number) -> arb:
    if isinstance(value, Jet | acb):
        raise Unsupported("a limit that is differentiated or integrated")
    return real_ball(value)


@dataclass(frozen=True, slots=True)
class _Sequence:
    """The values of a formula along one approach."""

    values: list[arb]
    steps: Sequence[int] = STEPS

    @property
    def moves(self) -> list[arb]:
        return [abs(b - a).upper() for a, b in itertools.pairwise(self.values)]

    def limit(self) -> arb | None:
        """Return where the sequence settled, with a safety radius."""
        if len(self.values) < FEWEST_STEPS:
            return None
        last, moves = self.values[-1], self.moves
        scale = 1 + abs(last).upper()
        if moves[-1] < SETTLED * scale and moves[-2] < NEARLY_SETTLED * scale:
            return radius_around(last, 100 * moves[-1] + arb(10) ** -30)
        return None

    def infinite(self) -> int:
        """Return the sign of the infinity the sequence runs to, else 0.

        It grows by a large factor, or at least like the logarithm of the variable.
        """
        last = self.values[-1]
        slopes = [
            (b - a) / (n - m)
            for (a, b), (m, n) in zip(
                itertools.pairwise(self.values), itertools.pairwise(self.steps), strict=False
            )
        ][-4:]
        if len(self.values) > FEWEST_STEPS and self.moving():
            for sign in (1, -1):
                if all(
                    sign * b > STEADY * abs(a) and sign * a > 0
                    for a, b in itertools.pairwise(slopes)
                ):
                    return sign
        if len(self.values) > FEWEST_STEPS and abs(last) > GROWTH * abs(self.values[-3]):
            return 1 if last > LARGE else -1 if last < -LARGE else 0
        return 0

    def one_way(self) -> bool:
        """Tell whether the sequence rises or falls all the time, so that it may settle later."""
        last = list(itertools.pairwise(self.values[-5:]))
        return all(a < b for a, b in last) or all(a > b for a, b in last)

    def moving(self) -> bool:
        """Tell whether the sequence keeps moving."""
        scale = 1 + abs(self.values[-1])
        return len(self.values) > FEWEST_STEPS and all(
            abs(b - a) > MOVING * scale for a, b in itertools.pairwise(self.values[-5:])
        )


def _settled_number(point: Point, at: Step, approaches: Sequence[Approach]) -> Value:
    sequences: list[_Sequence] = []
    problems: list[NoValue] = []
    for approach in approaches:
        try:
            found = _followed(at, approach, problems)
        except Undefined as problem:
            problems.append(problem)
            continue
        if found is not None:
            sequences.append(found)
    point.mode.estimated = True
    if not sequences:
        if any(isinstance(problem, Undefined) for problem in problems):
            raise Undefined("a limit of an undefined formula")
        raise Unsettled("a limit of a formula that cannot be evaluated near the place")
    return _common(sequences)


def _followed(at: Step, approach: Approach, problems: list[NoValue]) -> _Sequence | None:
    """Evaluate a formula along an approach, until its balls grow wide.

    Where it is undefined far from the target, as (1 + a/s)**s for small s, nothing is lost.
    """
    values: list[arb] = []
    undefined: Undefined | None = None
    before = current_precision()
    first = 0
    for place, k in enumerate(STEPS):
        with precision(before + 2 * k + 64):
            try:
                value = at(approach, k)
            except Unsettled as problem:
                problems.append(problem)
                break
            except Undefined as problem:
                values, undefined, first = [], problem, place + 1
                continue
        undefined = None
        if len(values) >= FEWEST_STEPS - 1 and value.rad() > 1e-40 + WIDE * abs(value.mid()):
            break
        values.append(value)
        if len(values) > FEWEST_STEPS and _stands(values):
            break
    if undefined is not None:
        raise undefined
    return _Sequence(values, STEPS[first:]) if len(values) >= FEWEST_STEPS else None


def _stands(values: Sequence[arb]) -> bool:
    """Tell whether the last two steps hardly moved at all."""
    scale = STILL * (1 + abs(values[-1]))
    return all(abs(b - a) < scale for a, b in itertools.pairwise(values[-3:]))


def _common(sequences: Sequence[_Sequence]) -> Value:
    """Return the limit all sequences agree on."""
    limits = [sequence.limit() for sequence in sequences]
    known = [x for x in limits if x is not None]
    for a, b in itertools.combinations(known, 2):
        if not a.overlaps(b) and abs(a - b) > APART * (1 + abs(a).upper()):
            raise Undefined("a limit that differs between two ways of approach")
    unknown = [s for s, x in zip(sequences, limits, strict=True) if x is None]
    if not unknown:
        result = known[0]
        for other in known[1:]:
            result = result.union(other)
        return result
    signs = {sequence.infinite() for sequence in unknown}
    if len(signs) == 1 and signs != {0} and not known:
        return Infinity(signs.pop())
    if 0 not in signs:
        raise Undefined("a limit that differs between two ways of approach")
    if any(sequence.moving() and not sequence.one_way() for sequence in unknown):
        raise Undefined("a limit of values that keep moving")
    raise Unsettled("a limit that does not settle")
