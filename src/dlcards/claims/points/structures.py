"""Values that stand in a simple relation to each other, as hypotheses often ask for.

Independent and disjoint events, standardized and symmetric random numbers, orthogonal
vectors, projections, matrices with common eigenvectors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import TypeAlias

from flint import fmpq

from dlcards.claims.balls.errors import NoValue
from dlcards.claims.balls.matrices import Matrix, column, diagonal, inverse, matmul, transpose
from dlcards.claims.balls.numbers import ONE, ZERO, Number, multiply
from dlcards.claims.balls.values import Laws
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.points.draw import Point
from dlcards.claims.points.source import THEMES, Source, Tier
from dlcards.claims.types.chance.drawn import centred
from dlcards.claims.types.matrices.drawn import MATRIX_DOMAINS, PATTERNS, invertible, orthogonal
from dlcards.claims.types.vectors.drawn import axis, rationals

Structure: TypeAlias = "Callable[[Scope, Point, Sequence[str], Source], Point | None]"

_MOST_COINS = 4
_SQUARES = frozenset({"square", "symmetric", "spd", "psd", "diagonal", "orthogonal", "invertible"})
_DIAGONAL = _SQUARES - {"orthogonal"}
_AT_LEAST_0 = frozenset({"positive_vector", "simplex", "open_simplex"})
_CHANCES = tuple(fmpq(a, b) for a, b in ((1, 2), (1, 3), (1, 4), (2, 3), (3, 4), (1, 10)))
_RATIOS = tuple(fmpq(a, b) for a, b in ((1, 1), (1, 2), (2, 1), (1, 3), (3, 2), (4, 1)))


def structured(scope: Scope, point: Point, names: Sequence[str], source: Source) -> Iterator[Point]:
    """Yield points whose values of some names stand in a simple relation, in any order."""
    kinds = {scope.types[name].name for name in names}
    found: list[Structure] = []
    if "independent" in kinds:
        found += [_coins]
    if kinds & {"event", "random", "centered"}:
        found += [
            _coins,
            _coins,
            _correlated,
            _correlated,
            _third_of_two,
            _apart,
            _given_the_last,
            _even,
        ]
    if "random_vector" in kinds:
        found += [_signs]
    if kinds & {"vector", "nonzero_vector", "unit", "nonconstant", "matrix"}:
        found += [_axes, _axes]
    if kinds & _AT_LEAST_0:
        found += [_disjoint, _permuted]
    if kinds & (_SQUARES | {"matrix"}):
        found += [_patterns, _patterns, _common_eigenvectors, _common_eigenvectors, _inverses]
    for place in source.order(len(found)):
        moved = found[place](scope, point, names, source)
        if moved is not None:
            yield moved


def _coin_names(scope: Scope, point: Point) -> list[str]:
    """Return the names of the joint law that may be coins."""
    return _of_kinds(scope, list(point.laws.joint), "event", "random", "centered")


def _of_kinds(scope: Scope, names: Sequence[str], *kinds: str) -> list[str]:
    return [name for name in names if scope.types[name].name in kinds]


def _with_law(
    scope: Scope, point: Point, weights: list[fmpq], values: dict[str, list[fmpq]]
) -> Point | None:
    """Return a point with another joint law, if it tells the values of all random names."""
    if {*point.laws.joint} - {*values}:
        return None
    moved = point.copy()
    joint: dict[str, list[fmpq | Matrix]] = {name: [*xs] for name, xs in values.items()}
    for name, xs in values.items():
        if scope.types[name].name == "centered":
            joint[name] = [*centred(xs, weights)]
    moved.laws = Laws(weights, joint, point.laws.independent, point.laws.white)
    return moved


def _two_values(kind: str, source: Source) -> tuple[fmpq, tuple[fmpq, fmpq]]:
    """Return a chance and two values: an event, or a random number of variance 1."""
    if kind == "event":
        return source.pick(_CHANCES), (ONE, ZERO)
    ratio = source.pick(_RATIOS)
    mean = source.pick((ZERO, ZERO, ZERO, ONE, fmpq(-1, 2))) if kind != "centered" else ZERO
    return 1 / (1 + ratio * ratio), (mean + ratio, mean - 1 / ratio)


def _tosses(chances: Sequence[fmpq]) -> list[tuple[tuple[int, ...], fmpq]]:
    """Return all outcomes of independent coins, 0 or 1 for each, with their chances."""
    found = []
    for place in product((0, 1), repeat=len(chances)):
        weight = ONE
        for side, chance in zip(place, chances, strict=True):
            weight *= 1 - chance if side else chance
        found.append((place, weight))
    return found


def _coins(scope: Scope, point: Point, _: Sequence[str], source: Source) -> Point | None:
    """Make all events and random numbers independent of each other, with two values each."""
    names = _coin_names(scope, point)
    if len(names) > _MOST_COINS:
        return None
    coins = [_two_values(scope.types[name].name, source) for name in names]
    tosses = _tosses([chance for chance, _values in coins])
    places, weights = [place for place, _ in tosses], [weight for _, weight in tosses]
    values = {name: [coins[k][1][place[k]] for place in places] for k, name in enumerate(names)}
    own: dict[str, list[tuple[Number, Number]]] = {}
    for name in point.laws.independent:
        chance, (one, other) = _two_values("random", source)
        own[name] = [(chance, one), (1 - chance, other)]
    moved = _with_law(scope, point, weights if names else point.laws.weights, values)
    if moved is not None:
        moved.laws = Laws(moved.laws.weights, moved.laws.joint, own, moved.laws.white)
    return moved


def _correlated(scope: Scope, point: Point, _: Sequence[str], source: Source) -> Point | None:
    """Make all names fair coins that agree with the first more often than not, or less often."""
    names = _coin_names(scope, point)
    if not 1 < len(names) <= _MOST_COINS:
        return None
    agree = source.pick((ONE, ONE, ZERO, fmpq(3, 4), fmpq(1, 3)))
    weights, places = [], list(product((0, 1), repeat=len(names)))
    for place in places:
        weight = fmpq(1, 2)
        for side in place[1:]:
            weight *= agree if side == place[0] else 1 - agree
        weights.append(weight)
    kept = [k for k, weight in enumerate(weights) if weight]
    values = {}
    for k, name in enumerate(names):
        is_event = scope.types[name].name == "event"
        values[name] = [fmpq(x if is_event else 2 * x - 1) for x in (places[i][k] for i in kept)]
    return _with_law(scope, point, [weights[i] for i in kept], values)


def _third_of_two(scope: Scope, point: Point, _: Sequence[str], source: Source) -> Point | None:
    """Make all names fair coins of which any two are independent, but not three."""
    names = _coin_names(scope, point)
    coins = [(0, 0, 1, 1), (0, 1, 0, 1), (0, 1, 1, 0)]
    values = {}
    for k, name in enumerate(names):
        is_event = scope.types[name].name == "event"
        values[name] = [fmpq(x if is_event else 2 * x - 1) for x in coins[k % 3]]
    return _with_law(scope, point, [fmpq(1, 4)] * 4, values)


def _apart(scope: Scope, point: Point, _: Sequence[str], source: Source) -> Point | None:
    """Make at most one of the events happen; random numbers are 0 at all but one outcome."""
    names = _coin_names(scope, point)
    drawn = rationals(len(names), source)
    values = {
        name: [ONE if i == k else ZERO for i in range(len(names) + 1)]
        for k, name in enumerate(names)
    }
    equal = source.chance(0.5)
    weights = [ONE if equal else abs(x) + fmpq(1, 8) for x in (*drawn, ONE)]
    whole = sum(weights, ZERO)
    return _with_law(scope, point, [w / whole for w in weights], values)


def _given_the_last(scope: Scope, point: Point, _: Sequence[str], source: Source) -> Point | None:
    """Make names independent given one of them, but not without it."""
    names = _coin_names(scope, point)
    if not 2 < len(names) <= _MOST_COINS:
        return None
    common = source.whole(0, len(names) - 1)
    places = list(product((0, 1), repeat=len(names)))
    chances = [(source.pick(_CHANCES), source.pick(_CHANCES)) for _name in names]
    weights = []
    for place in places:
        weight = chances[common][0] if place[common] else 1 - chances[common][0]
        for k, side in enumerate(place):
            if k != common:
                chance = chances[k][place[common]]
                weight *= chance if side else 1 - chance
        weights.append(weight)
    values = {name: [fmpq(place[k]) for place in places] for k, name in enumerate(names)}
    return _with_law(scope, point, weights, values)


def _even(scope: Scope, point: Point, _: Sequence[str], source: Source) -> Point | None:
    """Make the first random number symmetric, and others functions of its size."""
    names = _of_kinds(scope, list(point.laws.joint), "random", "centered")
    names = [names[k] for k in source.order(len(names))]
    a, b, c = (abs(x) + fmpq(1, 8) for x in rationals(3, source))
    xs = [-a - b, -a, ZERO, a, a + b]
    share = source.pick((fmpq(1, 5), fmpq(1, 8), fmpq(1, 4)))
    weights = [share, fmpq(1, 5), 1 - 2 * share - fmpq(2, 5), fmpq(1, 5), share]
    values = {name: [x if k == 0 else x * x - c * k for x in xs] for k, name in enumerate(names)}
    return _with_law(scope, point, weights, values)


def _signs(scope: Scope, point: Point, _: Sequence[str], source: Source) -> Point | None:
    """Make a random vector one of independent entries with mean 0 and variance 1."""
    names = list(point.laws.joint)
    value = point.laws.joint[names[0]][0] if len(names) == 1 else None
    if not isinstance(value, Matrix) or not value.is_vector or len(value.rows) > _MOST_COINS:
        return None
    entries = [_two_values("centered", source) for _row in value.rows]
    weights, vectors = [], []
    for place, weight in _tosses([chance for chance, _values in entries]):
        weights.append(weight)
        vectors.append(column([entry[1][side] for side, entry in zip(place, entries, strict=True)]))
    moved = point.copy()
    joint: dict[str, list[fmpq | Matrix]] = {names[0]: [*vectors]}
    moved.laws = Laws(weights, joint, point.laws.independent, point.laws.white)
    return moved


def _axes(scope: Scope, point: Point, names: Sequence[str], source: Source) -> Point | None:
    """Put vectors along axes that are orthogonal, or the same, and turn them together."""
    moved, turned = point.copy(), {}
    scales = source.chance(0.5)
    for k, name in enumerate(sorted(names)):
        value, kind = point.values.get(name), scope.types[name].name
        if not isinstance(value, Matrix) or kind in _SQUARES | _AT_LEAST_0:
            continue
        count = len(value.entries)
        if count not in turned:
            plain = Source(source.seed, 10**6 + source.index, tier=Tier.BENIGN)
            turned[count] = orthogonal(count, plain), source.whole(0, count - 1)
        turn, first = turned[count]
        factor = source.pick((ONE, -ONE, fmpq(2), fmpq(1, 3))) if scales else ONE
        factor = ONE if kind == "unit" else factor
        vector = matmul(turn, column(axis(count, (first + k) % count))).entries
        rows = len(value.rows)
        width = count // rows
        moved.values[name] = Matrix(
            [
                [multiply(factor, x) for x in vector[i * width : (i + 1) * width]]
                for i in range(rows)
            ]
        )
    return moved


def _disjoint(scope: Scope, point: Point, names: Sequence[str], source: Source) -> Point | None:
    """Give vectors of nonnegative entries different places that are not 0."""
    moved = point.copy()
    found = _of_kinds(scope, names, "simplex")
    for k, name in enumerate(found):
        value = point.values[name]
        assert isinstance(value, Matrix)
        drawn = [abs(x) + fmpq(1, 8) for x in rationals(len(value.rows), source)]
        kept = [x if i % len(found) == k else ZERO for i, x in enumerate(drawn)]
        whole = sum(kept, ZERO)
        if whole == 0:
            return None
        moved.values[name] = column([x / whole for x in kept])
    return moved if found else None


def _permuted(scope: Scope, point: Point, names: Sequence[str], source: Source) -> Point | None:
    """Give a vector the entries of another one in another order."""
    found = [n for n in names if isinstance(point.values.get(n), Matrix)]
    if len(found) < 2 or scope.types[found[0]] != scope.types[found[1]]:
        return None
    value = point.values[found[0]]
    assert isinstance(value, Matrix)
    moved = point.copy()
    moved.values[found[1]] = Matrix([value.rows[i] for i in source.order(len(value.rows))])
    return moved


def _patterns(scope: Scope, point: Point, names: Sequence[str], source: Source) -> Point | None:
    """Make square matrices special ones, seen in other coordinates that they share."""
    moved, bases = point.copy(), {}
    plain = Source(source.seed, 10**6 + source.index, tier=Tier.BENIGN)
    oblique, turned = source.chance(0.3), source.chance(0.5)
    for name in names:
        value, kind = point.values.get(name), scope.types[name].name
        if not isinstance(value, Matrix) or kind not in ("square", "matrix", "invertible"):
            continue
        rows = len(value.rows)
        special = Source(source.seed, source.index + 10, source.constants, tier=Tier.SPECIAL)
        special.theme = THEMES * (source.whole(0, PATTERNS - 1) + 0.5) / PATTERNS
        found = MATRIX_DOMAINS["matrix"].draw(value.shape, special)
        if rows == len(value.rows[0]):
            if rows not in bases:
                basis = invertible(rows, plain) if oblique else orthogonal(rows, plain)
                bases[rows] = basis, _inverse(basis)
            basis, back = bases[rows]
            if (turned or oblique) and back is not None:
                found = matmul(matmul(basis, found), back)
        moved.values[name] = found
    return moved


def _common_eigenvectors(
    scope: Scope, point: Point, names: Sequence[str], source: Source
) -> Point | None:
    """Give symmetric and square matrices common eigenvectors and simple eigenvalues."""
    moved, bases = point.copy(), {}
    plain = Source(source.seed, 10**6 + source.index, tier=Tier.BENIGN)
    is_simple, norm_one = source.chance(0.6), source.chance(0.3)
    for name in names:
        value, kind = point.values.get(name), scope.types[name].name
        if not isinstance(value, Matrix) or kind not in _SQUARES:
            continue
        rows = len(value.rows)
        choices: Sequence[int] = (0, 1, 1, -1) if is_simple else (1, 2, 3, -1, -2)
        if kind in ("spd", "psd"):
            choices = (0, 1) if is_simple and kind == "psd" else (1, 2, 3, 5)
        if kind in ("orthogonal", "invertible"):
            choices = (1, 1, -1)
        entries = [fmpq(source.pick(choices)) for _ in range(rows)]
        whole = sum(entries, ZERO)
        if norm_one and kind in ("spd", "psd") and whole:
            entries = [x / whole for x in entries]
        if rows not in bases:
            bases[rows] = orthogonal(rows, plain)
        turn = bases[rows]
        made = diagonal(entries)
        moved.values[name] = (
            made if kind == "diagonal" else matmul(matmul(turn, made), transpose(turn))
        )
    return moved


def _inverses(scope: Scope, point: Point, names: Sequence[str], source: Source) -> Point | None:
    """Make a matrix the inverse of another one, or one of its powers."""
    found = [n for n in names if isinstance(point.values.get(n), Matrix)]
    found = [n for n in found if scope.types[n].name in _SQUARES]
    if len(found) < 2:
        return None
    first, second = (found[k] for k in source.order(len(found))[:2])
    value = point.values[first]
    assert isinstance(value, Matrix)
    moved = point.copy()
    if source.chance(0.5):
        inverted = _inverse(value)
        if inverted is None:
            return None
        moved.values[second] = inverted
    else:
        moved.values[second] = matmul(value, value)
    return moved


def _inverse(value: Matrix) -> Matrix | None:
    try:
        return inverse(value)
    except NoValue:
        return None
