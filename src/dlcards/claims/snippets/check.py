"""Whether a NumPy snippet computes the formula beside it.

Arguments are matched to the declarations by name:

==================  =========================================================
declared            handed to the snippet
==================  =========================================================
a number            a float; an ``int`` for sizes and whole numbers
``x: vector(n)``    a one-dimensional array
``A: matrix(m, n)`` a two-dimensional array
``f: function``     a function of floats (or one-dimensional arrays); ``df`` is its
                    derivative, gradient or Jacobian, ``ddf`` the second one
``X: random``       the array of its possible values, one per outcome, as ``X`` or
                    ``x``; ``p`` (or ``prob``) are the probabilities of the outcomes
``X: white(n)``     a two-dimensional array, one row per outcome
``A: event``        an array of truth values, one per outcome
a definition        its value, or a function if it has parameters
==================  =========================================================
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlcards.claims.balls import errors as balls
from dlcards.claims.balls.numbers import as_float
from dlcards.claims.balls.values import as_number
from dlcards.claims.judge.conditions import is_free
from dlcards.claims.judge.counterexample import show_value
from dlcards.claims.judge.float_points import float_point, point_at
from dlcards.claims.judge.numeric.evaluate import settle
from dlcards.claims.judge.numeric.functions import FloatFunction
from dlcards.claims.judge.numeric.laws import LISTED
from dlcards.claims.judge.numeric.point import Point, Scope, scope_of
from dlcards.claims.judge.numeric.values import (
    Array,
    Matrix,
    NumericError,
    Undefined,
    Unsettled,
    column,
)
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import Point as ExactPoint
from dlcards.claims.points.draw import draw_point, replacement
from dlcards.claims.points.hypotheses import satisfying
from dlcards.claims.points.source import CORNERS, Source, Tier
from dlcards.claims.shapes import Kind, parameter_kinds
from dlcards.claims.snippets.extremes import LARGEST_SIZE, Extreme, exact_value, extremes
from dlcards.claims.snippets.grammar import Snippet, SnippetError, called_names, read_snippet
from dlcards.claims.snippets.interpreter import FUEL, ArgumentFunction, interpret
from dlcards.claims.statement import Code, Statement, Type
from dlcards.claims.tree import Node, call, num, sym
from dlcards.claims.types import (
    FUNCTION_TYPES,
    MATRIX_TYPES,
    PARAMETRIC_TYPES,
    RANDOM_TYPES,
    VECTOR_TYPES,
    WHOLE_OR_SIZE,
)
from dlcards.claims.unparser import formula_text, type_text

POINTS = 12
FEWEST_POINTS = 6
MOST_DRAWS = 80
MAX_UNSETTLED = 12
FAR_FUEL = 50_000
"""Steps at one point far out."""

TOLERANCE = 1e-9
LOSS = 1000.0
"""How many times more than the formula's own rounding a snippet may lose."""

SMALLEST = 1e-290
"""Below this, floats underflow."""

CHANCE_TYPES = RANDOM_TYPES | {"event", "partition"}


@dataclass(frozen=True, slots=True)
class SnippetVerdict:
    """What the check of a snippet found.

    Parameters
    ----------
    points : int
        Inputs on which it agreed with its formula.
    code : str
        Empty, or ``wrong-snippet``, ``snippet-not-allowed``,
        ``undefined-at-point``, ``check-failed``.
    message, hint : str
        The problem in words; a wrong snippet carries an input and both results.
    start, end : int
        The offending piece, in characters of the snippet.
    compared : bool
        False when there is no formula to compare with.
    seconds : float
        Time spent; never part of a comparison.
    """

    points: int = 0
    code: str = ""
    message: str = ""
    hint: str = ""
    start: int = 0
    end: int = 0
    compared: bool = True
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether the snippet may stand on a card."""
        return not self.code


@dataclass(frozen=True, slots=True)
class Input:
    """One input: the arguments in order, and what the formula is worth there.

    Parameters
    ----------
    tolerance : float
        Relative to the size of the numbers.
    slack : float, optional
        Where the value is exact: how much an honest computation in floats may lose beside.
    far : float
        A whole number so large that a loop up to it may be too much work, or 0.
    """

    arguments: tuple[Any, ...]
    expected: Array
    tolerance: float
    slack: float | None = None
    far: float = 0.0


def check_snippet(statement: Statement, *, seed: int = 0) -> SnippetVerdict:
    r"""Compare a snippet with its formula on random inputs, without executing it.

    Parameters
    ----------
    statement : Statement
        With a ``code`` part.
    seed : int
        Another seed takes other inputs.

    Examples
    --------
    >>> from dlcards.claims.resolver import read_statement
    >>> from dlcards.claims.statement import StatementText
    >>> numpy = "def total(x):\n    return np.cumsum(x)[-1]"
    >>> text = StatementText("total", {"x": "vector(n)"}, code_equals="sum(x)", code_numpy=numpy)
    >>> statement, _ = read_statement(text)
    >>> check_snippet(statement).holds
    True
    """
    start = time.process_time()
    try:
        verdict = _check(statement, seed)
    except SnippetError as error:
        verdict = _failed(error.code, error.message, error.hint, error.start, error.end)
    except Undefined as error:
        verdict = _failed("undefined-at-point", f"the formula is undefined: {error}")
    except NumericError as error:
        verdict = _failed("check-failed", f"the formula cannot be computed: {error}")
    except (ArithmeticError, ValueError, TypeError, LookupError, RecursionError) as error:
        # What NumPy makes of values that do not fit each other in a way not foreseen.
        verdict = _failed("check-failed", f"{type(error).__name__}: {error}"[:200])
    return replace(verdict, seconds=time.process_time() - start)


def _failed(
    code: str, message: str, hint: str = "", start: int = 0, end: int = 1
) -> SnippetVerdict:
    return SnippetVerdict(0, code, message, hint, start, end)


def _check(statement: Statement, seed: int) -> SnippetVerdict:
    code = statement.code
    assert code is not None
    snippet = read_snippet(code.numpy)
    if code.equals is None:
        return SnippetVerdict(compared=False)
    points = 0
    too_far = math.inf
    for item in sample_inputs(statement, snippet, seed=seed):
        if item.far >= too_far:
            continue
        arguments = [x.copy() if isinstance(x, np.ndarray) else x for x in item.arguments]
        try:
            returned = interpret(snippet, arguments, fuel=FAR_FUEL if item.far else FUEL)
        except SnippetError as error:
            if not item.far or error.code != "snippet-not-allowed":
                raise
            too_far = item.far
            continue
        result = _as_numbers(returned)
        _check_untouched(snippet, item, arguments)
        if not agrees(result, item):
            raise _disagreement(snippet, code, item, result)
        points += 1
    return SnippetVerdict(points)


def sample_inputs(statement: Statement, snippet: Snippet, *, seed: int = 0) -> list[Input]:
    """Draw inputs for a snippet, and compute what it should return for each.

    Raises
    ------
    SnippetError
        ``wrong-snippet`` if an argument is not declared.
    NumericError
        If the formula has no value at a point of the declared domain.
    """
    assert statement.code is not None
    assert statement.code.equals is not None
    scope = scope_of(statement)
    sources = [_source(statement, scope, snippet, name) for name in snippet.arguments]
    inputs: list[Input] = []
    unsettled = 0
    with np.errstate(all="ignore"):
        for corner, point in _points(statement, scope, seed):
            try:
                expected = _expected(point, statement.code.equals)
            except Undefined:
                if not corner:
                    raise
                continue
            except Unsettled:
                unsettled += 1
                if unsettled > MAX_UNSETTLED:
                    raise
                continue
            arguments = tuple(source(point) for source in sources)
            tolerance = max(TOLERANCE, 10 * point.tolerance)
            if np.isfinite(expected).all():
                inputs.append(Input(arguments, expected, tolerance))
            if len(inputs) == POINTS:
                break
        if len(inputs) < FEWEST_POINTS:
            raise NumericError(f"it has a value at {len(inputs)} of {MOST_DRAWS} drawn points")
        inputs += _extreme_inputs(statement, scope, snippet, sources, seed)
    usual = inputs[:POINTS]
    rank = max(item.expected.ndim for item in usual)
    ranks = [
        max(map(np.ndim, values)) for values in zip(*(x.arguments for x in usual), strict=True)
    ]
    return [_with_axes(item, rank, ranks) for item in inputs]


def _points(statement: Statement, scope: Scope, seed: int) -> Iterator[tuple[bool, Point]]:
    """Yield ordinary points, corners first, each with whether it is a corner.

    Functions are ordinary at corners too: of a straight line, floats see little.
    """
    assert statement.code is not None
    name = f"{_seed(statement, statement.code, seed)}"
    functions = {n: kind for n, kind in scope.types.items() if kind.name in FUNCTION_TYPES}
    for index in range(MOST_DRAWS):
        corner = index < CORNERS
        source = Source(name, index, tier=Tier.SPECIAL if corner else Tier.BENIGN)
        usual = Source(name, index + MOST_DRAWS, tier=Tier.BENIGN)
        try:
            drawn = draw_point(scope, source)
            for function, kind in functions.items() if corner else ():
                drawn.values[function] = replacement(kind, scope, drawn, usual)
            exact = satisfying(scope, drawn, statement.given, source)
            if exact is None or _smallest_size(scope, exact) == 1:
                continue  # a gradient of one entry would be a number; size 1 is an extreme
            point = float_point(scope, exact)
        except (EmptyDomain, balls.NoValue, ArithmeticError):
            continue
        if point is not None:
            yield corner, point


def _smallest_size(scope: Scope, exact: ExactPoint) -> float:
    sizes = [exact.values[name] for name, kind in scope.types.items() if kind.name == "dim"]
    return min((as_float(as_number(size)) for size in sizes), default=math.inf)


def _with_axes(item: Input, rank: int, ranks: Sequence[int]) -> Input:
    """Return an input whose parts have as many axes as at other sizes.

    A vector or matrix of one entry may have shrunk to a number, a matrix of one column to
    a vector.
    """
    expected = item.expected
    if expected.ndim < rank:
        expected = expected.reshape((-1,) + (1,) * (rank - 1))
    arguments = tuple(
        np.reshape(value, (1,) * axes) if axes and np.size(value) == 1 else value
        for value, axes in zip(item.arguments, ranks, strict=True)
    )
    return replace(item, arguments=arguments, expected=expected)


def _extreme_inputs(
    statement: Statement,
    scope: Scope,
    snippet: Snippet,
    sources: Sequence[Callable[[Point], Any]],
    seed: int,
) -> Iterator[Input]:
    code = statement.code
    assert code is not None
    assert code.equals is not None
    name = f"{_seed(statement, code, seed)}"
    found = extremes(
        statement, scope, code.equals, name, snippet.thresholds, has_steps=snippet.has_steps
    )
    for extreme in found:
        try:
            point = point_at(scope, extreme.values)
            if point is None:
                continue
            arguments = tuple(source(point) for source in sources)
            lost = _lost(point, code.equals, extreme)
        except NumericError:
            continue
        slack = LOSS * (extreme.slack + lost)
        yield Input(arguments, extreme.expected, TOLERANCE, slack, extreme.far)


def _lost(point: Point, formula: Node, extreme: Extreme) -> float:
    """Return what floats lose of the formula itself.

    Where the formula as it is written has no value in floats, the snippet needs another
    way; only beyond the usual sizes nobody asks for one.
    """
    try:
        own = _expected(point, formula)
    except NumericError:
        if extreme.largest > LARGEST_SIZE:
            raise
        return 0.0
    finite = bool(np.isfinite(own).all())
    if extreme.far and extreme.largest > LARGEST_SIZE and not finite:
        raise NumericError("floats are too small for the formula")
    alike = finite and own.shape == extreme.expected.shape
    return float(np.max(np.abs(own - extreme.expected))) if alike else 0.0


def _check_untouched(snippet: Snippet, item: Input, arguments: Sequence[Any]) -> None:
    for name, before, after in zip(snippet.arguments, item.arguments, arguments, strict=True):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=True):
            message = f"the function changes its argument {name}"
            hint = "write x = x*2, not x *= 2: the caller still has the array"
            raise SnippetError("wrong-snippet", message, hint, 0, len(snippet.text))


def agrees(result: Array, item: Input) -> bool:
    """Tell whether a snippet's result is the formula's value, up to honest rounding."""
    if item.slack is None:
        return difference(result, item.expected) <= item.tolerance
    if result.shape != item.expected.shape:
        return difference(result, item.expected) <= item.tolerance
    if not np.isfinite(result).all():
        return False
    gap = float(np.max(np.abs(result - item.expected), initial=0.0))
    size = float(np.max(np.abs(item.expected), initial=0.0))
    return gap <= item.tolerance * size + item.slack + SMALLEST


def difference(result: Array, expected: Array) -> float:
    """Return the largest difference relative to the size of the numbers, or infinity."""
    if result.shape != expected.shape or not result.size:
        return np.inf
    gap = float(np.max(np.abs(result - expected)))
    size = float(np.max(np.abs(expected)) + np.max(np.abs(result)))
    if gap == 0:
        return 0.0
    return gap / (size + 1e-6) if np.isfinite(gap) else np.inf


def _seed(statement: Statement, code: Code, seed: int) -> int:
    assert code.equals is not None
    lines = [f"{name}: {type_text(kind)}" for name, kind in statement.types.items()]
    text = "\n".join([*lines, formula_text(code.equals), code.numpy, str(seed)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _expected(point: Point, formula: Node) -> Array:
    """Return the formula's value; one per outcome if it is random.

    What floats do not know, the mean under many a law, has a value with error bars.
    """
    try:
        value = point.evaluate(formula)
    except NumericError as error:
        try:
            if is_free(formula, point.scope):
                return _plain(point.distribution(formula))
            return exact_value(point.scope, point.values, formula)
        except balls.Undefined as reason:
            raise Undefined(str(reason)) from None
        except balls.NoValue as reason:
            raise type(error)(f"{error}; with error bars: {reason}") from None
    return _plain(settle(point, value))


def _plain(value: Matrix | Any) -> Array:
    """Return a number, a vector as one axis, a matrix as two."""
    if isinstance(value, Matrix):
        entries = np.asarray(value.entries, float)
        return entries[..., 0] if value.is_vector else entries
    return np.asarray(value, float)


def _as_numbers(result: Any) -> Array:
    try:
        numbers = np.asarray(result)
    except ValueError:
        raise SnippetError("wrong-snippet", "the function returns a ragged list") from None
    if numbers.dtype.kind == "O" and all(type(x) is int for x in numbers.flat):
        numbers = np.array([_rounded(x) for x in numbers.flat]).reshape(numbers.shape)
    if numbers.dtype.kind == "c" and np.allclose(numbers.imag, 0, atol=1e-12):
        numbers = numbers.real
    if numbers.dtype.kind not in "biuf":
        raise SnippetError("wrong-snippet", "the function returns no real numbers")
    return numbers.astype(float)


def _rounded(whole: int) -> float:
    """Return a whole number of any size as a float."""
    return math.copysign(math.inf, whole) if whole.bit_length() > 1023 else float(whole)


def _disagreement(snippet: Snippet, code: Code, item: Input, result: Array) -> SnippetError:
    assert code.equals is not None
    shown = [
        f"{name} = {_show(value)}"
        for name, value in zip(snippet.arguments, item.arguments, strict=True)
        if not isinstance(value, ArgumentFunction)
    ]
    where = f" for {', '.join(shown)}" if shown else ""
    formula = formula_text(code.equals)
    if result.shape != item.expected.shape:
        message = f"the function returns {_shape(result)}, but {formula} is {_shape(item.expected)}"
    else:
        message = (
            f"the function returns {_show(result)}, but {formula} is {_show(item.expected)}{where}"
        )
    start = snippet.text.find("def ")
    end = snippet.text.find("\n", start)
    return SnippetError("wrong-snippet", message, "", start, end if end > 0 else len(snippet.text))


def _show(value: Any) -> str:
    array = np.asarray(value, float)
    if array.ndim == 2:
        return show_value(Matrix(array))
    if array.ndim == 1:
        return show_value(column(array))
    return show_value(array)


def _shape(array: Array) -> str:
    if array.ndim == 0:
        return "a number"
    return f"an array of shape {'x'.join(map(str, array.shape))}"


# -- where arguments come from


def _source(
    statement: Statement, scope: Scope, snippet: Snippet, name: str
) -> Callable[[Point], Any]:
    kind = scope.types.get(name)
    if kind is not None and kind.name in CHANCE_TYPES:
        return _outcomes_of(scope, snippet, name, name)
    if kind is not None and kind.name in FUNCTION_TYPES:
        return lambda point: _function(point, statement, name, 0)
    if kind is not None:
        return lambda point: _number_or_array(point, name, kind.name)
    if name in scope.definitions:
        if scope.definitions[name].parameters:
            return lambda point: _function(point, statement, name, 0)
        return lambda point: _argument(_plain(settle(point, point.evaluate(sym(name)))))
    if name in ("p", "prob") and any(map(_has_outcomes, scope.types.values())):
        return _weights
    random_name = name.upper() if name.islower() else ""
    if random_name in scope.types and scope.types[random_name].name in CHANCE_TYPES:
        return _outcomes_of(scope, snippet, name, random_name)
    order = _derivative_order(scope, name)
    if order:
        return lambda point: _function(point, statement, name[order:], order)
    raise _unknown_argument(scope, snippet, name)


def _derivative_order(scope: Scope, name: str) -> int:
    """Return 1 for ``df`` and 2 for ``ddf`` where ``f`` is a function."""
    for order in (1, 2):
        function = name[order:]
        kind = scope.types.get(function)
        definition = scope.definitions.get(function)
        known = (kind is not None and kind.name in FUNCTION_TYPES) or (
            definition is not None and bool(definition.parameters)
        )
        if known and name[:order] == "d" * order:
            return order
    return 0


def _has_outcomes(kind: Type) -> bool:
    return kind.name in CHANCE_TYPES and (kind.name in LISTED or kind.name not in PARAMETRIC_TYPES)


def _outcomes_of(
    scope: Scope, snippet: Snippet, argument: str, name: str
) -> Callable[[Point], Array]:
    kind = scope.types[name]
    if not _has_outcomes(kind):
        message = f"the values of {name} cannot be listed: {type_text(kind)} has too many"
        hint = "let the function take the parameters of the law"
        raise SnippetError("wrong-snippet", message, hint, *_argument_place(snippet, argument))
    return lambda point: _outcomes(point, name, kind.name)


def _argument_place(snippet: Snippet, name: str) -> tuple[int, int]:
    node = next(a for a in snippet.function.args.args if a.arg == name)
    lines = snippet.text.split("\n")
    start = sum(len(line) + 1 for line in lines[: node.lineno - 1]) + node.col_offset
    return start, start + len(name)


def _unknown_argument(scope: Scope, snippet: Snippet, name: str) -> SnippetError:
    called = {function for function, _ in called_names(snippet)}
    known = ", ".join([*scope.types, *scope.definitions])
    hint = f"an argument is called as it is declared: {known}"
    if name in called:
        hint = "a function is declared under 'let'; df is the derivative of f"
    message = f"the argument {name} is not declared"
    return SnippetError("wrong-snippet", message, hint, *_argument_place(snippet, name))


def _argument(array: Array) -> float | Array:
    return float(array) if array.ndim == 0 else np.array(array)


def _number_or_array(point: Point, name: str, kind: str) -> int | float | Array:
    value = point.values[name]
    assert not isinstance(value, FloatFunction)
    if isinstance(value, Matrix):
        one_axis = kind in VECTOR_TYPES and kind not in MATRIX_TYPES
        return np.array(value.entries[:, 0] if one_axis else value.entries)
    number = float(np.asarray(value))
    return round(number) if kind in WHOLE_OR_SIZE else number


def _outcomes(point: Point, name: str, kind: str) -> Array:
    assert point.law is not None
    values = point.law.values[name]
    if kind in ("event", "partition"):
        return np.array(values.reshape(values.shape[:2]) > 0.5)
    return np.array(values.reshape(values.shape[:2]))


def _weights(point: Point) -> Array:
    assert point.law is not None
    return np.array(point.law.weights)


def _function(point: Point, statement: Statement, name: str, order: int) -> ArgumentFunction:
    """Return a declared or defined function, or a derivative of it, for a snippet to call."""
    kinds = _argument_kinds(point, statement, name)

    def function(*values: Any) -> Any:
        if len(values) != len(kinds):
            raise ValueError(f"{name} takes {len(kinds)} arguments, not {len(values)}")
        if kinds == (Kind.SCALAR,) and np.ndim(values[0]):
            array = np.asarray(values[0], float)
            return np.reshape([_call(point, name, [x], order) for x in array.ravel()], array.shape)
        return _argument(_call(point, name, values, order))

    return ArgumentFunction(function)


def _argument_kinds(point: Point, statement: Statement, name: str) -> tuple[Kind, ...]:
    value = point.values.get(name)
    if isinstance(value, FloatFunction):
        return (Kind.SCALAR if value.inputs is None else Kind.VECTOR,)
    return tuple(parameter_kinds(statement)[name].values())


def _call(point: Point, name: str, values: Sequence[Any], order: int) -> Array:
    # These names cannot be written, so that they shadow nothing.
    names = [f" argument {place}" for place in range(len(values))]
    before = dict(point.values)
    point.values.update(zip(names, map(_value, values), strict=True))
    arguments = [sym(given) for given in names]
    node = call(name, *arguments)
    if order and np.ndim(values[0]) and order == 2:
        node = call("hess", node, arguments[0])
    elif order:
        node = call("D", sym(name), arguments[0], num(order))
        if order == 1:
            node = call("D", sym(name), arguments[0])
    try:
        return _plain(settle(point, point.evaluate(node)))
    finally:
        point.values.clear()
        point.values.update(before)


def _value(argument: Any) -> float | Matrix:
    array = np.asarray(argument, float)
    if array.ndim == 0:
        return float(array)
    return column(array) if array.ndim == 1 else Matrix(array)
