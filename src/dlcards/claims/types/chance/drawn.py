"""Random variables, events and vectors with exact finite laws."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from flint import fmpq

from dlcards.claims.balls.matrices import Matrix, column
from dlcards.claims.balls.numbers import ONE, ZERO
from dlcards.claims.balls.values import Laws
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.source import Source
from dlcards.claims.types.vectors.drawn import rationals

Outcome: TypeAlias = "fmpq | Matrix"

JOINT = ("random", "random_vector", "event", "partition", "centered")
"""Types whose names share one joint law, so that they may depend on each other."""

TOLD = {
    "random": (
        "up to three values, several names possibly tied",
        "constant, coins, 5 to 12 as likely, chances from constants of the claim, ties, squares",
        "five values up to ±200, a rare one of ±100 or 1000, chances down to 10⁻⁵",
    ),
    "centered": ("as random, with its mean taken off", "as random", "as random"),
    "independent": ("three values", "constant, two values", "a third value of ±100 or 1000"),
    "random_vector": ("five normal vectors, two of them tied", "constant", "unequal chances"),
    "white": ("two values for each entry", "1 and -1", "values up to 10 or so"),
    "event": ("half of the outcomes", "equal, opposite, always", "chances down to 10⁻⁵"),
    "partition": ("eight outcomes", "equal chances", "chances down to 10⁻⁵"),
}
"""What is drawn for random names: ordinary, special and extreme."""

_OUTCOMES = 5
_OUTCOMES_WITH_EVENTS = 8
TAILS = 0.12
"""Part of the special points at which -1, 0 and 1 have chances made of the constants."""

_MANY = 0.12
"""Part of the special points at which a single name takes many values, all as likely."""

_APART = 0.1
"""Part of the special points at which two names are independent coins."""

_FREE = 0.4
"""Part of the special points at which outcomes are not equally likely."""

_WHITE = 5
"""White noise of more dimensions has too many outcomes."""


def chances(count: int, source: Source) -> list[fmpq]:
    """Draw probabilities: ordinary, all equal, or some of them tiny."""
    drawn = source.normals(count)
    tails = _tails(source) if count > 3 else None
    if tails is not None:
        return [tails / 2] * 2 + [(1 - tails) / (count - 2)] * (count - 2)
    if source.is_special() and not source.chance(_FREE):
        return [fmpq(1, count)] * count
    spread = 4.0 if source.is_extreme() else 0.7
    weights = [source.rational(math.exp(spread * z), 6) for z in drawn]
    whole = sum(weights, ZERO)
    return [w / whole for w in weights]


def _tails(source: Source) -> fmpq | None:
    """Return a chance made of the constants of a claim, at some of the special points.

    Bounds such as Chebyshev's are reached where -1 and 1 have this chance together.
    """
    if source.tier != "special" or source.theme >= TAILS or source.corner is not None:
        return None
    made = [x for c in source.constants for x in (c, 1 / c, 1 / c**2, 1 - c) if 0 < x < 1]
    return source.pick(made) if made else None


def joint_law(kinds: Mapping[str, tuple[str, int]], source: Source) -> Laws:
    """Draw a joint law of names, given the type and size of each."""
    if source.is_special() and source.chance(_MANY) and _is_single(kinds):
        return _of_many_values(next(iter(kinds)), source)
    apart = source.tier == "special" and source.corner is None and 1 - source.theme < _APART
    if apart and _are_numbers(kinds):
        return _of_independent(list(kinds), source)
    with_events = any(kind in ("event", "partition") for kind, _ in kinds.values())
    count = _OUTCOMES_WITH_EVENTS if with_events else _OUTCOMES
    laws = Laws(chances(count, source))
    for place, (name, (kind, size)) in enumerate(kinds.items()):
        if kind == "partition":
            laws.joint[name] = list(_partition(size, count, laws, source))
            continue
        laws.joint[name] = _values(kind, size, place, count, laws, source)
        before = [n for n, (k, _) in kinds.items() if k == kind and n in laws.joint and n != name]
        if before and source.tier != "benign" and source.chance(0.4):
            laws.joint[name] = _tied(laws.joint[before[0]], kind, source)
    for name, (kind, _) in kinds.items():
        if kind == "centered":
            laws.joint[name] = list(centred(laws.joint[name], laws.weights))
    return laws


def _are_numbers(kinds: Mapping[str, tuple[str, int]]) -> bool:
    return len(kinds) > 1 and {kind for kind, _ in kinds.values()} == {"random"}


def _of_independent(names: Sequence[str], source: Source) -> Laws:
    """Return a law in which the first two names are independent, as any other two may be.

    The third is 1 where they differ, so that it depends on both together only.
    """
    first, second = (source.pick((fmpq(1, 2), fmpq(1, 4))) for _ in range(2))
    laws = Laws([x * y for x in (first, 1 - first) for y in (second, 1 - second)])
    coins = [(ZERO, ZERO, ONE, ONE), (ZERO, ONE, ZERO, ONE), (ZERO, ONE, ONE, ZERO)]
    for place, name in enumerate(names):
        laws.joint[name] = list(coins[place % 3])
    return laws


def _is_single(kinds: Mapping[str, tuple[str, int]]) -> bool:
    return [kind for kind, _ in kinds.values()] == ["random"]


def _of_many_values(name: str, source: Source) -> Laws:
    """Return the law of a die of 8 or 12 faces."""
    count = source.pick((8, 12))
    laws = Laws([fmpq(1, count)] * count)
    laws.joint[name] = [fmpq(i) for i in range(count)]
    return laws


def centred(values: Sequence[Outcome], weights: Sequence[fmpq]) -> list[fmpq]:
    """Return the values of a random number with their mean taken off."""
    numbers = [x for x in values if isinstance(x, fmpq)]
    mean = sum((w * x for w, x in zip(weights, numbers, strict=True)), ZERO)
    return [x - mean for x in numbers]


def _values(
    kind: str, size: int, place: int, count: int, laws: Laws, source: Source
) -> list[Outcome]:
    if kind == "event":
        return list(_event(place, count, source))
    if kind == "random_vector":
        if source.corner == 0:
            return [column([ONE] * size)] * count
        return list(_vectors(size, place, count, source))
    return list(_numbers(place, count, laws, source))


def _vectors(size: int, place: int, count: int, source: Source) -> list[Matrix]:
    """Draw the values of a random vector, at half of the points one of them twice.

    If all differed, the vector would tell the outcome, and with it every other name.
    """
    values = [column(rationals(size, source)) for _ in range(count)]
    if source.chance(0.5):
        first = place % count
        values[(first + source.whole(1, count - 1)) % count] = values[first]
    return values


def _numbers(place: int, count: int, laws: Laws, source: Source) -> list[fmpq]:
    """Draw the values of a random number, tied differently for every name."""
    palette = rationals(_OUTCOMES, source, 1.5)
    if source.corner is not None:
        return [(ZERO, ONE, fmpq(-1))[source.corner]] * count
    if _tails(source) is not None:
        return [fmpq(-1), ONE, *[ZERO] * (count - 2)]
    few = 3
    if source.is_special():
        few = source.pick((1, 2, 2, _OUTCOMES))
        if few < _OUTCOMES:
            palette = source.pick((palette, [ZERO, ONE, fmpq(-1)], [fmpq(1), fmpq(-1), ZERO]))
    elif source.is_extreme():
        few = _OUTCOMES
    labels = [source.whole(0, few - 1) for _ in range(count)]
    if few == _OUTCOMES:
        labels[:few] = range(few)
    labels[0] = 0
    if few > 1:
        labels[place % (count - 1) + 1] = 1
    values = [palette[label] for label in labels]
    if source.is_extreme():
        size = source.pick((fmpq(1, 100), fmpq(20), fmpq(200)))
        values = [x * size for x in values]
        if source.chance(0.5):
            rare = min(range(count), key=lambda i: float(laws.weights[i]))
            values[rare] = fmpq(source.pick((100, -100, 1000)))
    return values


def _event(place: int, count: int, source: Source) -> list[fmpq]:
    happens = [source.chance(0.5) for _ in range(count)]
    happens[place % count], happens[(place + 3) % count] = True, False
    if source.tier == "special" and source.chance(0.15):
        happens = [True] * count
    return [fmpq(int(h)) for h in happens]


def _partition(n: int, count: int, laws: Laws, source: Source) -> list[Matrix]:
    if n > count:
        raise EmptyDomain(f"a partition into {n} events needs as many outcomes")
    labels = [i if i < n else source.whole(0, n - 1) for i in range(count)]
    if source.is_special():
        sizes = [labels.count(j) for j in range(n)]
        laws.weights = [fmpq(1, n * sizes[label]) for label in labels]
    return [column([fmpq(int(j == label)) for j in range(n)]) for label in labels]


def _tied(values: Sequence[Outcome], kind: str, source: Source) -> list[Outcome]:
    """Return values that depend on earlier ones: equal, opposite, their square, the complement."""
    numbers = [x for x in values if isinstance(x, fmpq)]
    if len(numbers) < len(values):
        return list(values)
    if kind == "event":
        always = all(x == 1 for x in numbers)
        return [1 - x for x in numbers] if source.chance(0.3) and not always else list(numbers)
    match source.whole(0, 3):
        case 0:
            return list(numbers)
        case 1:
            return [-x for x in numbers]
        case 2:
            return [x * x for x in numbers]
        case _:
            return [2 * x + 1 for x in numbers]


def own_law(source: Source) -> list[tuple[fmpq, fmpq]]:
    """Draw the law of a random number that is independent of everything else."""
    values = rationals(3, source, 1.5)
    weights = chances(3, source)
    if source.corner is not None:
        return [(ONE, (ZERO, ONE, fmpq(-1))[source.corner])]
    if source.is_special():
        one, two = source.pick(((ZERO, ONE), (ONE, fmpq(-1)), (values[0], values[0])))
        return [(weights[0], one), (1 - weights[0], two)]
    if source.is_extreme():
        values[2] = fmpq(source.pick((100, -100, 1000)))
    return list(zip(weights, values, strict=True))


def white_law(n: int, source: Source) -> list[list[tuple[fmpq, fmpq]]]:
    """Draw two values with mean 0 and variance 1 for every entry of a vector."""
    if n > _WHITE:
        raise EmptyDomain(f"white noise of more than {_WHITE} dimensions")
    entries = []
    for z in source.normals(n):
        spread = 2.0 if source.is_extreme() else 0.5
        ratio = ONE if source.corner is not None else source.rational(math.exp(spread * z), 6)
        weight = 1 / (1 + ratio * ratio)
        entries.append([(weight, ratio), (1 - weight, -1 / ratio)])
    return entries
