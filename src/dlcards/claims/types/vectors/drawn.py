"""Vectors of every declared type, with rational entries."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from flint import fmpq

from dlcards.claims.balls.matrices import Matrix, column
from dlcards.claims.balls.numbers import (
    ONE,
    ZERO,
    Infinity,
    Number,
    multiply,
    subtract,
    total,
)
from dlcards.claims.points.domain import Domain, EmptyDomain
from dlcards.claims.points.source import Source, power_of_ten
from dlcards.claims.types.numbers.drawn import exact_sign, scale


def rationals(count: int, source: Source, size: float = 1.0) -> list[fmpq]:
    """Return normal numbers, rounded to rationals."""
    return [source.rational(size * z) for z in source.normals(count)]


def axis(count: int, place: int) -> list[fmpq]:
    """Return a unit vector along an axis."""
    return [fmpq(int(i == place)) for i in range(count)]


def _any(n: int, source: Source) -> list[fmpq]:
    drawn = rationals(n, source)
    if source.corner is not None:
        return ([ZERO] * n, axis(n, 0), [ONE] * n)[source.corner]
    if source.is_special():
        match source.whole(0, 5):
            case 0:
                return axis(n, source.whole(0, n - 1))
            case 5:
                return [drawn[i % 2] for i in range(n)]
            case 1:
                return [source.pick((ONE, fmpq(-1), *source.constants))] * n
            case 2:
                return [fmpq(source.pick((0, 0, 1, -1, 2, -3))) for _ in range(n)]
            case 3:
                return [x if source.chance(0.5) else ZERO for x in drawn]
            case _:
                return [drawn[0]] * n
    if source.is_extreme():
        if source.chance(0.5):
            size = scale(source, 4)
            return [x * size for x in drawn]
        return [x * power_of_ten(source.whole(-4, 4)) for x in drawn]
    return drawn


def _nonzero(n: int, source: Source) -> list[fmpq]:
    found = _any(n, source)
    return found if any(found) else axis(n, source.whole(0, n - 1))


def _nonconstant(n: int, source: Source) -> list[fmpq]:
    if n == 1:
        raise EmptyDomain("one entry alone is constant")
    found = _any(n, source)
    if len({str(x) for x in found}) == 1:
        found[source.whole(0, n - 1)] += 1
    return found


def _positive(n: int, source: Source) -> list[fmpq]:
    drawn = source.normals(n)
    if source.corner is not None or (source.is_special() and source.chance(0.5)):
        return [source.pick((ONE, ONE, *(source.constants if source.corner is None else ())))] * n
    if source.is_extreme():
        if source.chance(0.4):
            size = scale(source, 5)
            return [source.rational(math.exp(0.7 * z)) * size for z in drawn]
        return [source.rational(math.exp(3 * z)) for z in drawn]
    return [source.rational(math.exp(0.7 * z)) for z in drawn]


def open_simplex(n: int, source: Source) -> list[fmpq]:
    """Draw positive numbers that sum to 1."""
    drawn = source.normals(n)
    if source.corner == 0 or (source.is_special() and source.chance(0.5)):
        return [fmpq(1, n)] * n
    spread = 4.0 if source.is_extreme() else 1.0
    weights = [source.rational(math.exp(spread * z)) for z in drawn]
    whole = sum(weights, ZERO)
    return [w / whole for w in weights]


def simplex(n: int, source: Source) -> list[fmpq]:
    """Draw numbers of at least 0 that sum to 1."""
    inside = open_simplex(n, source)
    if source.corner == 1:
        return axis(n, 0)
    if source.tier == "special" and source.corner is None and source.chance(0.4):
        return axis(n, source.whole(0, n - 1))
    if source.tier == "extreme" and source.chance(0.4):
        kept = [x if i == 0 or source.chance(0.5) else ZERO for i, x in enumerate(inside)]
        whole = sum(kept, ZERO)
        return [x / whole for x in kept]
    return inside


def _onehot(n: int, source: Source) -> list[fmpq]:
    return axis(n, source.whole(0, n - 1))


def mask(n: int, source: Source) -> list[Number]:
    """Draw a mask: entries 0 or -oo, at least one of them 0."""
    hidden = [source.corner != 0 and source.chance(0.4) for _ in range(n)]
    if source.tier != "benign" and source.chance(0.3):
        hidden = [True] * n
    hidden[source.whole(0, n - 1)] = False
    return [Infinity(-1) if h else ZERO for h in hidden]


def unit(n: int, source: Source) -> list[fmpq]:
    """Draw a rational vector of length 1, by stereographic projection."""
    drawn = rationals(max(n - 1, 0), source)
    if n == 1 or source.corner is not None or source.is_special():
        found = axis(n, source.whole(0, n - 1))
        return [-x for x in found] if source.chance(0.3) else found
    squares = sum((x * x for x in drawn), ZERO)
    found = [2 * x / (1 + squares) for x in drawn]
    found.insert(source.whole(0, n - 1), (squares - 1) / (squares + 1))
    return found


_NEAR_TIES = frozenset({"vector", "nonzero_vector", "nonconstant", "positive_vector"})


def _each_with_normal(value: Matrix, source: Source) -> Iterator[tuple[Number, fmpq]]:
    entries = value.vector()
    return zip(entries, rationals(len(entries), source), strict=True)


def tied(value: Matrix, kind: str, source: Source) -> Matrix:
    """Return a vector tied to an earlier one: equal, nearly equal, opposite, multiple."""
    factors = {"vector": (1, -1, -2, 3), "nonzero_vector": (1, -1, -2, 3), "unit": (1, -1)}
    factors |= {"nonconstant": (1, -1, 2), "positive_vector": (1, 2)}
    factor = fmpq(source.pick(factors.get(kind, (1,))))
    if kind == "mask":
        return value
    if kind in _NEAR_TIES and source.chance(0.3):
        return column([multiply(x, 1 + z / 1000) for x, z in _each_with_normal(value, source)])
    return column([multiply(factor, x) for x in value.vector()])


def _domain(draw: object, contains: object, benign: str, special: str, extreme: str) -> Domain:
    assert callable(draw)
    assert callable(contains)
    return Domain(
        lambda sizes, source: column(draw(sizes[0], source)),
        lambda value, _: contains(value.vector()),
        benign,
        special,
        extreme,
    )


def _sums_to_one(entries: Sequence[Number]) -> bool:
    return exact_sign(subtract(total(entries), ONE)) == 0


def _signs(entries: Sequence[Number]) -> list[int]:
    return [exact_sign(x) for x in entries]


def _is_onehot(entries: Sequence[Number]) -> bool:
    return _sums_to_one(entries) and sorted(_signs(entries)) == [0] * (len(entries) - 1) + [1]


def _has_length_one(entries: Sequence[Number]) -> bool:
    return _sums_to_one([multiply(x, x) for x in entries])


def _differ(entries: Sequence[Number]) -> bool:
    return any(exact_sign(subtract(x, entries[0])) for x in entries)


_ENTRIES = "0, an axis, equal entries, two values, whole numbers, some entries 0, ties"

VECTOR_DOMAINS: dict[str, Domain] = {
    "vector": _domain(_any, lambda _: True, "normal entries", _ENTRIES, "10⁻⁴ to 10⁴"),
    "nonzero_vector": _domain(
        _nonzero, lambda e: any(_signs(e)), "normal entries", _ENTRIES, "10⁻⁴ to 10⁴"
    ),
    "nonconstant": _domain(_nonconstant, _differ, "normal entries", _ENTRIES, "10⁻⁴ to 10⁴"),
    "positive_vector": _domain(
        _positive,
        lambda e: min(_signs(e)) > 0,
        "entries around 1",
        "equal entries, ties",
        "10⁻⁵ to 10⁵",
    ),
    "simplex": _domain(
        simplex,
        lambda e: min(_signs(e)) >= 0 and _sums_to_one(e),
        "all over the inside",
        "the centre, the corners, ties",
        "some entries 0, some tiny",
    ),
    "open_simplex": _domain(
        open_simplex,
        lambda e: min(_signs(e)) > 0 and _sums_to_one(e),
        "all over the inside",
        "the centre, ties",
        "some entries tiny",
    ),
    "onehot": _domain(_onehot, _is_onehot, "any", "ties", "any"),
    "mask": _domain(
        mask,
        lambda e: all(isinstance(x, Infinity) or x == ZERO for x in e),
        "some entries hidden",
        "all but one hidden, none hidden",
        "all but one hidden",
    ),
    "unit": _domain(
        unit, _has_length_one, "any direction", "along an axis, equal, opposite", "any direction"
    ),
}
"""How vectors of every type are drawn."""
