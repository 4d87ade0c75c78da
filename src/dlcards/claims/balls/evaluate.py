"""The value of a formula at an exact point, with error bars."""

from __future__ import annotations

from collections.abc import Mapping

from dlcards.claims.balls.errors import Unsettled, Unsupported
from dlcards.claims.balls.means import NAMED_LAWS
from dlcards.claims.balls.numbers import Infinity
from dlcards.claims.balls.numbers import precision as of_bits
from dlcards.claims.balls.operators import OPERATORS
from dlcards.claims.balls.point import MAX_WORK, Memory, Point, Reading
from dlcards.claims.balls.values import Laws, Value, plain
from dlcards.claims.balls.words import WORDS
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.tree import Node, walk
from dlcards.claims.words import binds

__all__ = ["LIMITS", "WITHOUT_VALUE", "Evaluation", "Infinity", "Laws"]

WITHOUT_VALUE: Mapping[str, str] = {
    "O": "the judge follows the quotient towards 0",
    "converges": "the judge compares means and variances for large n",
    "distributed": "the judge compares probabilities",
}
"""Words without a value of their own, and what is done instead."""

LIMITS: tuple[tuple[str, str], ...] = (
    ("limits, infinite sums and products", "estimated along several sequences, or extrapolated"),
    (
        "improper integrals",
        "proved where the form of the formula bounds the tail, else estimated",
    ),
    ("means of laws on 0, 1, 2, …", "likewise"),
    ("eigenvectors of equal eigenvalues", "estimated"),
    ("second derivatives of equal eigenvalues, integrals over eigenvalues", "none; floats"),
    ("double integrals with curved kinks", "none; undecided"),
    ("Dirichlet and normal vectors", "means of polynomials of degree 2 and 5 at most"),
)
"""What balls cannot do, or only by an estimate, and what is done instead."""

_MEANS = frozenset({"E", "P", "Var", "Cov"})


class Evaluation:
    """The values of formulas at one point and one precision.

    Parameters
    ----------
    scope : Scope
        Declarations and definitions.
    values : mapping of str to Value
        Of every name that is not random.
    laws : Laws
        Of the random names without a named law.
    precision : int
        Bits of a ball.
    work : int
        How many formulas may be evaluated.
    outcome : mapping of str to Value, optional
        Values of random names that stand outside every expectation.
    memory : Memory, optional
        Keeps values of formulas that are the same at every point, between evaluations of
        one claim.

    Attributes
    ----------
    estimated : bool
        Whether a value took part whose error is estimated, not bounded.
    work : int
        How many more formulas may be evaluated.
    """

    def __init__(
        self,
        scope: Scope,
        values: Mapping[str, Value],
        laws: Laws | None = None,
        *,
        precision: int = 128,
        work: int = MAX_WORK,
        outcome: Mapping[str, Value] | None = None,
        memory: Memory | None = None,
    ) -> None:
        self.precision = precision
        self._point = Point(
            scope,
            values,
            laws or Laws(),
            _READINGS,
            work,
            dict(outcome or {}),
            memory=memory or Memory(),
        )

    @property
    def estimated(self) -> bool:
        """Whether a value took part whose error is estimated, not bounded."""
        return self._point.mode.estimated

    @property
    def work(self) -> int:
        """How many more formulas may be evaluated."""
        return self._point.work

    def closely(self) -> None:
        """Find integrals to nearly all the bits of balls from now on."""
        self._point.mode.closely = True

    def value(self, node: Node) -> Value:
        """Return the value of a formula.

        Raises
        ------
        NoValue
            If it is undefined, cannot be settled, has no ball version, or costs too much.
        """
        with of_bits(self.precision):
            try:
                return self._point.evaluate(node)
            except ZeroDivisionError:
                raise Unsettled("division by a number that may be 0") from None
            except RecursionError:
                raise Unsupported("a formula this deep") from None


def _call(point: Point, node: Node) -> Value:
    """Return what a word, a definition or a declared function is worth."""
    reading = WORDS.get(node.name)
    if reading is not None:
        return (
            point.remembered(node, reading) if _is_constant(point, node) else reading(point, node)
        )
    definition = point.scope.definitions.get(node.name)
    if definition is not None:
        arguments = [point.evaluate(arg) for arg in node.args]
        return point.within(
            dict(zip(definition.parameters, arguments, strict=True)), definition.body
        )
    function = point.values.get(node.name)
    if callable(function):
        return function([plain(point.evaluate(arg)) for arg in node.args], point.mode)
    raise Unsupported(node.name)


def _is_constant(point: Point, node: Node) -> bool:
    """Tell whether a costly formula depends on nothing but its own variables."""
    if node.name not in _MEANS and not binds(node):
        return False
    found = point.memory.constant.get(id(node))
    if found is None:
        point.memory.nodes[id(node)] = node
        found = point.memory.constant[id(node)] = _is_closed(point, node)
    return found and not (point.outcome and node.name in _MEANS)


def _is_closed(point: Point, node: Node) -> bool:
    body = point.expanded(node)
    own = {part.args[1].name for part in walk(body) if binds(part)}
    laws = [(part.op, part.name) for part in walk(body) if part.name in point.scope.types]
    if node.name in _MEANS:
        types = point.scope.types
        named = {name for name in types if types[name].name in NAMED_LAWS}
        numbers = all(
            part.op != "sym" or part.name == "pi"
            for _, name in laws
            for arg in types[name].args
            for part in walk(point.expanded(arg))
        )
        if not numbers:
            return False
        own |= named
    return all(part.op != "sym" or part.name in {"pi", "oo", *own} for part in walk(body)) and all(
        op == "sym" and name in own for op, name in laws
    )


_READINGS: Mapping[str, Reading] = {**OPERATORS, "call": _call}
