"""One run of the code at one input, and whether it achieved what it must."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from dlcards.algorithms.inputs import Array, Input, arguments_at, exact, rounded, shape_of
from dlcards.algorithms.model import NEW, OLD, Algorithm
from dlcards.algorithms.reader import names_around, watched_loop
from dlcards.claims.balls.errors import Undefined, WrongShape
from dlcards.claims.balls.values import Value
from dlcards.claims.snippets.grammar import Snippet, SnippetError
from dlcards.claims.snippets.interpreter import ArgumentFunction, interpret
from dlcards.claims.statement import Claim
from dlcards.claims.tree import Node

NUDGE = 1e-9
"""A change of what was returned, relative to its largest entry, that may not count.

A relation may be missed by as much as this changes it: what floats lose on the way.
"""

ROUNDING = 1e-10
"""What may be lost beside, relative to the larger side; with :data:`FLOOR` beside 0."""

FLOOR = 1e-12
FUEL = 400_000
MOST_PASSES = 6
"""Passes in which invariants are tried: the first ones and the last."""

_STARTS, _ENDS = " before the loop", " after a pass"
"""Names that cannot be written: what records the variables of the loop."""

_TURNED = " turned "
_SIGNED = {"eig": "-c", "eigh": "-c", "svd": "c-r", "qr": "cr"}
"""What is known up to sign in the parts of a decomposition: columns, rows, or nothing."""

_SHOWN = 6
_DIGITS = 4

Values = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Run:
    """What the code returned, by name, and its variables before the loop and after each pass."""

    returned: Values
    passes: tuple[Values, ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A relation that a run does not meet.

    Parameters
    ----------
    claim : Claim or None
        None when the code fails or returns something of another shape.
    message : str
        What is found there, without the input.
    error : SnippetError or None
        Where the code fails.
    """

    claim: Claim | None
    message: str
    error: SnippetError | None = None


def run(
    algorithm: Algorithm, snippet: Snippet, at: Input, more: Sequence[ArgumentFunction] = ()
) -> Run:
    """Run code at an input.

    Parameters
    ----------
    more : sequence of ArgumentFunction
        What the code calls under names that nobody can write, see :func:`with_turned_vectors`.

    Raises
    ------
    SnippetError
        When it fails, works too long, changes an argument, or returns something else.
    NoValue
        When an argument has no value.
    """
    arguments = arguments_at(algorithm, at)
    given = [x.copy() if isinstance(x, np.ndarray) else x for x in arguments]
    passes: list[Values] = []
    watched, recorders = _watched(algorithm, snippet, passes)
    result = interpret(watched, [*given, *more, *recorders], fuel=FUEL)
    names = algorithm.snippet.arguments
    for name, before, after in zip(names, arguments, given, strict=True):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=True):
            message = f"the function changes its argument {name}"
            hint = f"write {name} = {name} + …, not {name} += …: the caller still has the array"
            raise SnippetError("wrong-snippet", message, hint, 0, len(snippet.text))
    return Run(_returned(algorithm, snippet, at, result), tuple(passes))


def with_turned_vectors(
    snippet: Snippet, first: int
) -> tuple[Snippet, tuple[ArgumentFunction, ...]]:
    """Return code in which every other vector of a decomposition is turned round, and what does it.

    Eigenvectors, singular vectors and the columns of Q are known up to sign. Nothing does it
    where the code has no decomposition.

    Parameters
    ----------
    first : int
        The first vector to turn, 0 or 1.
    """
    turning = _Turning(set())
    function = turning.visit(copy.deepcopy(snippet.function))
    words = sorted(turning.met)
    arguments = (*snippet.arguments, *(f"{_TURNED}{word}" for word in words))
    turned = (ArgumentFunction(partial(_turned, _SIGNED[word], first)) for word in words)
    return replace(snippet, function=function, arguments=arguments), tuple(turned)


@dataclass(frozen=True, slots=True)
class _Turning(ast.NodeTransformer):
    """Puts a call that turns vectors round each decomposition."""

    met: set[str]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        *path, word = ast.unparse(node.func).split(".")
        if path != ["np", "linalg"] or word not in _SIGNED:
            return node
        self.met.add(word)
        around = ast.Call(ast.Name(f"{_TURNED}{word}", ast.Load()), [node], [])
        return ast.fix_missing_locations(ast.copy_location(around, node))


def _turned(axes: str, first: int, parts: Any) -> Any:
    """Turn every other column (c) or row (r) of the parts of a decomposition."""
    if not isinstance(parts, tuple):  # singular values alone
        return parts
    return tuple(_turned_part(axis, first, part) for axis, part in zip(axes, parts, strict=True))


def _turned_part(axis: str, first: int, part: Array) -> Array:
    if axis == "-":
        return part
    signs = np.where(np.arange(part.shape[1 if axis == "c" else 0]) % 2 == first, -1.0, 1.0)
    return part * (signs if axis == "c" else signs[:, None])


def _watched(
    algorithm: Algorithm, snippet: Snippet, passes: list[Values]
) -> tuple[Snippet, list[ArgumentFunction]]:
    """Return code that records the variables of its loop; what is called cannot be written."""
    if not algorithm.loop:
        return snippet, []
    function = copy.deepcopy(snippet.function)
    copied = replace(snippet, function=function)
    loop = watched_loop(copied)
    if loop is None:  # a slip took it away
        return snippet, []
    before, after = names_around(copied, loop)
    first = [name for name in algorithm.loop if name in before]
    then = [name for name in algorithm.loop if name in after]
    function.body.insert(function.body.index(loop), _calling(_STARTS, first, loop))
    loop.body.append(_calling(_ENDS, then, loop.body[-1]))
    recorders = [_recorder(first, passes), _recorder(then, passes)]
    return replace(copied, arguments=(*snippet.arguments, _STARTS, _ENDS)), recorders


def _calling(name: str, variables: Sequence[str], place: ast.AST) -> ast.stmt:
    arguments: list[ast.expr] = [ast.Name(each, ast.Load()) for each in variables]
    statement = ast.Expr(ast.Call(ast.Name(name, ast.Load()), arguments, []))
    return ast.fix_missing_locations(ast.copy_location(statement, place))


def _recorder(names: Sequence[str], passes: list[Values]) -> ArgumentFunction:
    def record(*values: Any) -> float:
        passes.append({name: np.array(x, float) for name, x in zip(names, values, strict=True)})
        return 0.0

    return ArgumentFunction(record)


def _returned(algorithm: Algorithm, snippet: Snippet, at: Input, result: Any) -> dict[str, Array]:
    names = algorithm.returns
    parts = result if isinstance(result, tuple) else (result,)
    if len(parts) != len(names):
        counted = "1 value" if len(parts) == 1 else f"{len(parts)} values"
        raise _misfit(snippet, f"it returns {counted}, declared: {', '.join(names)}")
    found: dict[str, Array] = {}
    for name, part in zip(names, parts, strict=True):
        try:
            array = np.array(part, float)
        except (ValueError, TypeError):
            raise _misfit(snippet, f"{name} is no number or array") from None
        shape = shape_of(algorithm.statement.types[name], at)
        if array.shape != shape:
            message = f"{name} is {_shape(array.shape)}, declared is {_shape(shape)}"
            raise _misfit(snippet, message)
        if not np.isfinite(array).all():
            raise _misfit(snippet, f"{name} is not finite")
        found[name] = array
    return found


def _shape(shape: tuple[int, ...]) -> str:
    return f"of shape {'x'.join(map(str, shape))}" if shape else "a number"


def _misfit(snippet: Snippet, message: str) -> SnippetError:
    last = snippet.text.rstrip().rfind("return")
    hint = "correct the return, or what is declared under returns"
    return SnippetError("wrong-snippet", message, hint, max(last, 0), len(snippet.text))


def first_broken(algorithm: Algorithm, snippet: Snippet, at: Input) -> Broken | None:
    """Return the first relation that the code does not meet at an input, None if it meets all.

    Raises
    ------
    NoValue
        When a relation cannot be settled there.
    """
    try:
        found = run(algorithm, snippet, at)
    except SnippetError as error:
        return Broken(None, error.message, error)
    for claim in algorithm.ensures:
        if message := _misses(claim.tree, at, found.returned):
            return Broken(claim, message)
    for number, before, after in _passes(found.passes):
        values = {f"{name}{OLD}": value for name, value in before.items()}
        values |= {f"{name}{NEW}": value for name, value in after.items()}
        if not all(np.isfinite(array).all() for array in values.values()):
            return Broken(None, f"in pass {number} a number is not finite")
        for invariant in algorithm.invariants:
            if message := _misses(invariant.claim.tree, at, values):
                return Broken(invariant.claim, f"in pass {number} {message}")
    return None


def _passes(passes: Sequence[Values]) -> Iterator[tuple[int, Values, Values]]:
    pairs = list(zip(range(1, len(passes)), passes, passes[1:], strict=False))
    yield from pairs if len(pairs) <= MOST_PASSES else (*pairs[: MOST_PASSES - 1], pairs[-1])


def _misses(tree: Node, at: Input, found: Values) -> str:
    """Return how a relation is missed at an input, empty where it holds."""
    values = {name: exact(array) for name, array in found.items()}
    try:
        sides = _sides(tree, at, values)
        if all(_holds(sign, a - b, 0.0) for a, b, sign in _pairs(sides, tree)):
            return ""
        slacks = _slacks(tree, at, found, sides)
    except (Undefined, WrongShape) as error:
        return str(error)
    for (a, b, sign), slack in zip(_pairs(sides, tree), slacks, strict=True):
        if not _holds(sign, a - b, slack):
            return f"left is {written(a)} and right is {written(b)}"
    return ""


def _sides(tree: Node, at: Input, values: Mapping[str, Value]) -> list[Array]:
    evaluation = at.evaluation(values)
    return [rounded(evaluation.value(arg)) for arg in tree.args]


def _pairs(sides: Sequence[Array], tree: Node) -> Iterator[tuple[Array, Array, str]]:
    for a, b, sign in zip(sides, sides[1:], tree.relations, strict=False):
        if a.size == b.size == 1:
            yield a.reshape(()), b.reshape(()), sign
        elif a.shape != b.shape:
            raise WrongShape(f"left is {_shape(a.shape)} and right is {_shape(b.shape)}")
        else:
            yield a, b, sign


def _slacks(tree: Node, at: Input, found: Values, sides: Sequence[Array]) -> list[float]:
    """Return by how much each relation may be missed: as if a last digit were another one."""
    rng = np.random.default_rng(len(found))
    pairs = list(_pairs(sides, tree))
    slacks = [
        FLOOR + ROUNDING * float(max(np.max(np.abs(a)), np.max(np.abs(b)))) for a, b, _ in pairs
    ]
    for _ in range(2):
        moved = {name: exact(_nudged(array, rng)) for name, array in found.items()}
        try:
            near = list(_pairs(_sides(tree, at, moved), tree))
        except Undefined:  # beyond the border, as a root of what was hardly positive
            continue
        for place, (a, b, _) in enumerate(near):
            before, after = pairs[place][0] - pairs[place][1], a - b
            slacks[place] += float(np.max(np.abs(after - before)))
    return slacks


def _nudged(array: Array, rng: np.random.Generator) -> Array:
    """Return numbers a little beside; what is exactly 0 was never computed."""
    size = float(np.max(np.abs(array), initial=0.0))
    signs = rng.choice((-1.0, 1.0), array.shape)
    return np.asarray(array + NUDGE * size * np.where(array == 0, 0.0, signs))


_RELATIONS: Mapping[str, Callable[[Array, float], Any]] = {
    "==": lambda gap, slack: np.abs(gap) <= slack,
    "!=": lambda gap, slack: np.abs(gap) > slack,
    "<=": lambda gap, slack: gap <= slack,
    "<": lambda gap, slack: gap < slack,
    ">=": lambda gap, slack: gap >= -slack,
    ">": lambda gap, slack: gap > -slack,
}


def _holds(sign: str, gap: Array, slack: float) -> bool:
    return bool(np.all(_RELATIONS[sign](gap, slack)))


def differs(algorithm: Algorithm, snippet: Snippet, at: Input) -> str:
    """Return how another version of the code answers otherwise at an input, empty if alike."""
    right = run(algorithm, algorithm.snippet, at).returned
    try:
        other = run(algorithm, snippet, at).returned
    except SnippetError as error:
        return error.message
    for name, array in right.items():
        size = max(1.0, float(np.max(np.abs(array), initial=0.0)))
        if not np.allclose(array, other[name], rtol=0, atol=10 * NUDGE * size):
            return f"{name} is {written(other[name])} in place of {written(array)}"
    return ""


def told(algorithm: Algorithm, at: Input) -> str:
    """Say at which input something was found: what is drawn, without sizes that shapes tell."""
    shown: list[str] = []
    for name in algorithm.inputs:
        is_size = at.scope.types[name].name == "dim"
        if not is_size or name in algorithm.snippet.arguments:
            shown.append(f"{name} = {written(_without_axis(algorithm, name, at))}")
    return ", ".join(shown)


def _without_axis(algorithm: Algorithm, name: str, at: Input) -> Array:
    array = rounded(at.values[name])
    kind = algorithm.statement.types[name].name
    return array[:, 0] if array.ndim == 2 and "vector" in kind else array


def written(array: Array) -> str:
    """Write numbers as Python does, with few digits; a column as a list.

    Examples
    --------
    >>> written(np.array([[1.0], [0.25]])), written(np.asarray(1 / 3))
    ('[1, 0.25]', '0.3333')
    """
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 0:
        return f"{float(array) + 0.0:.{_DIGITS}g}"
    parts = [written(part) for part in array[:_SHOWN]]
    return f"[{', '.join(parts)}{', …' if len(array) > _SHOWN else ''}]"
