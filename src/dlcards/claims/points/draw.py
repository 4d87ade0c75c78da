"""One exact point: a value for every declared name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq

from dlcards.claims.balls.errors import WrongShape
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import is_whole, multiply, subtract, total
from dlcards.claims.balls.values import Laws, Value, as_matrix, as_number
from dlcards.claims.judge.numeric.point import Scope, names_in
from dlcards.claims.points.domain import Domain, EmptyDomain
from dlcards.claims.points.source import Source, Tier
from dlcards.claims.statement import Type
from dlcards.claims.tree import Node
from dlcards.claims.types.chance import drawn as chance
from dlcards.claims.types.chance.drawn import JOINT, joint_law, own_law, white_law
from dlcards.claims.types.functions import drawn as functions
from dlcards.claims.types.functions.drawn import (
    FUNCTION_DOMAINS,
    Quadratic,
    SampleFunction,
    quadratic,
)
from dlcards.claims.types.matrices import drawn as matrices
from dlcards.claims.types.numbers import drawn as numbers
from dlcards.claims.types.vectors import drawn as vectors

DRAWING_PRECISION = 128
_ONE_SIZE = (1, 2, 3, 4, 6, 5, 8)
LARGEST_SIZE = 12
_LARGE_SIZES = (LARGEST_SIZE, LARGEST_SIZE, LARGEST_SIZE, 7, 9, 10, 11)
_SHAPED: Mapping[str, Domain] = {
    **vectors.VECTOR_DOMAINS,
    **matrices.MATRIX_DOMAINS,
    **FUNCTION_DOMAINS,
}
DOMAINS: Mapping[str, Domain] = {**numbers.NUMBER_DOMAINS, **_SHAPED}
"""How values of every type are drawn that are not random in the sense of chance."""


@dataclass(slots=True)
class Point:
    """A value for every declared name, and the laws of the random ones.

    Parameters
    ----------
    values : dict of str to value
        Sizes, numbers, vectors, matrices and functions.
    laws : Laws
    tier : Tier
    solved : mapping of Node to values
        Equations that the point was solved for, and the values of their names then: what
        holds by construction, though the balls of both sides only meet.
    """

    values: dict[str, Value] = field(default_factory=dict)
    laws: Laws = field(default_factory=Laws)
    tier: Tier = Tier.BENIGN
    solved: Mapping[Node, Sequence[tuple[str, object]]] = field(default_factory=dict)

    def copy(self) -> Point:
        """Return a point whose values can be replaced without changing this one."""
        return Point(dict(self.values), self.laws, self.tier, self.solved)

    def value_of(self, name: str) -> object:
        """Return the value of a name, or what makes up its law; the chances for no name."""
        laws = self.laws
        if not name:
            return laws.weights
        if name in laws.joint:
            return laws.joint[name]
        return laws.independent.get(name, self.values.get(name))

    def is_solved_for(self, equation: Node) -> bool:
        """Tell whether an equation holds by construction: no name of it was changed since."""
        known = self.solved.get(equation) if self.solved else None
        return known is not None and all(self.value_of(name) is value for name, value in known)


MAX_SIZE = 256
"""The largest vectors and matrices that are drawn."""


def draw_point(
    scope: Scope,
    source: Source,
    largest: int = LARGEST_SIZE,
    sizes: Mapping[str, int] | None = None,
    order: Sequence[tuple[str, Type]] = (),
) -> Point:
    """Draw a value for every declared name.

    Parameters
    ----------
    largest : int
        Of the sizes.
    sizes : mapping of str to int, optional
        Sizes that are not to be chosen.
    order : sequence of (str, Type), optional
        What :func:`in_order` returns, if many points are drawn.

    Raises
    ------
    EmptyDomain
        If a type has no value at this point, as ``interval(a, b)`` where a > b.
    """
    point = Point(tier=source.tier)
    point.values.update(_sizes(scope, source, largest))
    point.values.update({name: fmpq(size) for name, size in (sizes or {}).items()})
    for name, kind in order or in_order(scope):
        arguments = _arguments(kind, scope, point)
        if kind.name == "independent":
            point.laws.independent[name] = list(own_law(source))
        elif kind.name == "white":
            point.laws.white[name] = white_law(_size(arguments[0]), source)
        elif kind.name == "quadratic":
            point.values[name] = quadratic(_size(arguments[0]), arguments[1], source)
        elif kind.name in DOMAINS:
            point.values[name] = _drawn(name, kind, arguments, scope, point, source)
    joint = {
        name: (kind.name, _size(_arguments(kind, scope, point)[0]) if kind.args else 1)
        for name, kind in scope.types.items()
        if kind.name in JOINT
    }
    if joint:
        drawn = joint_law(joint, source)
        point.laws.weights, point.laws.joint = drawn.weights, drawn.joint
    return point


def in_order(scope: Scope) -> list[tuple[str, Type]]:
    """Return the declarations so that each comes after those it depends on."""
    waiting = {name: kind for name, kind in scope.types.items() if kind.name not in (*JOINT, "dim")}
    ordered: list[tuple[str, Type]] = []
    while waiting:
        ready = [
            (name, kind)
            for name, kind in waiting.items()
            if not any((names_in(arg, scope) - {name}) & waiting.keys() for arg in kind.args)
        ]
        for name, kind in ready or list(waiting.items()):
            ordered.append((name, kind))
            del waiting[name]
    return ordered


def _arguments(kind: Type, scope: Scope, point: Point) -> list[Any]:
    known = kind.name in DOMAINS or kind.name in JOINT or kind.name in ("quadratic", "white")
    if not kind.args or not known:
        return []
    values = point.values
    if all(arg.op == "sym" and arg.name in values for arg in kind.args):
        return [values[arg.name] for arg in kind.args]
    evaluation = Evaluation(scope, values, point.laws, precision=DRAWING_PRECISION)
    return [evaluation.value(arg) for arg in kind.args]


def _size(value: Any) -> int:
    if not isinstance(value, fmpq) or not is_whole(value) or value < 1:
        raise EmptyDomain("a size is 1, 2, 3, …")
    if value > MAX_SIZE:
        raise EmptyDomain(f"a size of at most {MAX_SIZE}")
    return int(value.p)


def _drawn(
    name: str, kind: Type, arguments: Sequence[Any], scope: Scope, point: Point, source: Source
) -> Value:
    domain = DOMAINS[kind.name]
    given = [_size(x) for x in arguments] if kind.name in _SHAPED else arguments
    value: Value = domain.draw(given, source)
    before = [
        other
        for other, other_kind in scope.types.items()
        if other_kind == kind and other != name and other in point.values
    ]
    if not before or source.tier is Tier.BENIGN or source.corner is not None:
        return value
    if not source.chance(0.3):
        return value
    return _tied(point.values[source.pick(before)], kind.name, source)


def _tied(value: Value, kind: str, source: Source) -> Value:
    if isinstance(value, Matrix):
        if kind in vectors.VECTOR_DOMAINS:
            return vectors.tied(value, kind, source)
        return matrices.tied(value, kind, source)
    if isinstance(value, SampleFunction | Quadratic):
        return value
    return numbers.tied(as_number(value), kind, source)


def _sizes(scope: Scope, source: Source, largest: int) -> dict[str, Value]:
    """Choose sizes: different ones, so that a wrong transpose does not fit, but equal ones too."""
    names = [name for name, kind in scope.types.items() if kind.name == "dim"]
    sizes = dict(zip(names, _size_values(len(names), source), strict=True))
    for kind in scope.types.values():
        by_name = [arg.name for arg in kind.args if arg.op == "sym" and arg.name in sizes]
        if kind.name == "fullrank" and len(by_name) == 2:
            rows, columns = by_name
            if sizes[rows] < sizes[columns]:
                sizes[rows], sizes[columns] = sizes[columns], sizes[rows]
        if kind.name == "nonconstant" and by_name and sizes[by_name[0]] == 1:
            sizes[by_name[0]] = 2
        if kind.name == "white" and by_name:
            sizes[by_name[0]] = min(sizes[by_name[0]], 4)
        if kind.name == "partition" and by_name:
            sizes[by_name[0]] = min(sizes[by_name[0]], 8)
    return {name: fmpq(min(size, largest)) for name, size in sizes.items()}


def _size_values(count: int, source: Source) -> list[int]:
    if count == 0:
        return []
    if count == 1:
        if source.tier is Tier.EXTREME and source.chance(0.14):
            return [source.pick(_LARGE_SIZES)]
        # Tiers come round after as many points, so that sizes have to move on beside them.
        turn = source.index + source.index // len(_ONE_SIZE)
        return [_ONE_SIZE[turn % len(_ONE_SIZE)]]
    if source.tier is Tier.EXTREME:
        return [source.whole(1, 6) for _ in range(count)]
    if source.tier is Tier.SPECIAL and source.chance(0.4):
        return [source.whole(1, 4)] * count
    return [2 + place for place in source.order(max(4, count))[:count]]


def contains(kind: Type, value: Value, evaluation: Evaluation) -> bool:
    """Tell whether a value is of a declared type.

    Raises
    ------
    NoValue
        If it is too near the border to tell.
    """
    domain = DOMAINS.get(kind.name)
    if domain is None:
        return True
    if kind.name in vectors.VECTOR_DOMAINS | matrices.MATRIX_DOMAINS:
        value = as_matrix(value)
        rows, columns = _declared_shape(kind, evaluation)
        if (len(value.rows), len(value.rows[0])) != (rows, columns):
            raise WrongShape("the value does not have its declared shape")
        return domain.contains(value, ())
    bounds = [evaluation.value(arg) for arg in kind.args]
    if any(isinstance(x, Matrix) for x in (value, *bounds)):
        raise WrongShape("a number is needed")
    return domain.contains(value, bounds)


def _declared_shape(kind: Type, evaluation: Evaluation) -> tuple[int, int]:
    sizes = [_size(evaluation.value(arg)) for arg in kind.args]
    if kind.name in vectors.VECTOR_DOMAINS:
        return sizes[0], 1
    return sizes[0], sizes[-1]


def scaled(scope: Scope, point: Point, factor: fmpq) -> Point | None:
    """Return the point with functions and random numbers so many times as large, if any."""
    moved, laws = point.copy(), point.laws
    found = {n: x for n, x in point.values.items() if isinstance(x, SampleFunction)}
    moved.values.update({name: functions.scaled(x, factor) for name, x in found.items()})
    numbers_of_chance = [n for n in laws.joint if scope.types[n].name in ("random", "centered")]
    if not found and not numbers_of_chance and not laws.independent:
        return None
    joint = {n: [_times(x, factor) for x in laws.joint[n]] for n in numbers_of_chance}
    own = {
        name: [(weight, multiply(value, factor)) for weight, value in law]
        for name, law in laws.independent.items()
    }
    moved.laws = Laws(laws.weights, {**laws.joint, **joint}, own, laws.white)
    return moved


def centred(scope: Scope, point: Point) -> Point | None:
    """Return the point with the means of its random numbers taken off, if it has any."""
    laws = point.laws
    numbers_of_chance = [n for n in laws.joint if scope.types[n].name in ("random", "centered")]
    if not numbers_of_chance and not laws.independent:
        return None
    joint: dict[str, list[fmpq | Matrix]] = dict(laws.joint)
    for name in numbers_of_chance:
        joint[name] = [*chance.centred(laws.joint[name], laws.weights)]
    own = {}
    for name, law in laws.independent.items():
        mean = total(multiply(weight, value) for weight, value in law)
        own[name] = [(weight, subtract(value, mean)) for weight, value in law]
    moved = point.copy()
    moved.laws = Laws(laws.weights, joint, own, laws.white)
    return moved


def _times(x: fmpq | Matrix, factor: fmpq) -> fmpq | Matrix:
    return x if isinstance(x, Matrix) else x * factor


def replacement(kind: Type, scope: Scope, point: Point, source: Source) -> Value:
    """Draw another value of a declared type at a point."""
    arguments = _arguments(kind, scope, point)
    if kind.name == "quadratic":
        return quadratic(_size(arguments[0]), arguments[1], source)
    given = [_size(x) for x in arguments] if kind.name in _SHAPED else arguments
    value: Value = DOMAINS[kind.name].draw(given, source)
    return value
