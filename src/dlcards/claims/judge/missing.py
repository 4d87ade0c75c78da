"""The hypothesis to add where a claim is undefined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dlcards.claims.balls.errors import NoValue
from dlcards.claims.balls.evaluate import Evaluation
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.balls.numbers import Infinity, Mode, sign
from dlcards.claims.balls.values import as_number
from dlcards.claims.judge.canonical import expanded
from dlcards.claims.judge.numeric.point import Scope, names_in
from dlcards.claims.judge.show import show_value
from dlcards.claims.tree import Node, num, walk
from dlcards.claims.unparser import formula_text


def missing_hypothesis(tree: Node, scope: Scope, evaluation: Evaluation, reason: str) -> str:
    """Suggest the declaration or hypothesis under which a claim would be defined.

    Parameters
    ----------
    evaluation : Evaluation
        At the point where the claim is undefined.
    reason : str
        Why it is.
    """
    for part, hypothesis in _candidates(tree, scope):
        if _fails(hypothesis, evaluation):
            return _worded(part, hypothesis, scope, evaluation)
    names = sorted(names_in(tree, scope))
    for words, wanted in _DECLARATIONS:
        if words in reason:
            hints = [
                f"{name}: {wanted[kind.name].format(*map(formula_text, kind.args))}"
                for name in names
                if (kind := scope.types[name]).name in wanted
            ]
            if hints:
                return f"declare {' or '.join(hints)}"
    return ""


def _candidates(tree: Node, scope: Scope) -> Iterator[tuple[Node, Node]]:
    """Yield a part of the formula, and what has to hold for it to be defined."""
    for side in tree.args:
        for node in walk(expanded(side, scope)):
            match node.op, node.name:
                case "div", _:
                    yield node.args[1], _relation("!=", node.args[1])
                case "call", "log":
                    yield node.args[0], _relation(">", node.args[0])
                case "call", "sqrt":
                    yield node.args[0], _relation(">=", node.args[0])
                    yield node.args[0], _relation(">", node.args[0])
                case "pow", _ if node.args[1].op != "num":
                    yield node.args[0], _relation(">", node.args[0])
                case "pow", _ if node.args[1].number < 0:
                    yield node.args[0], _relation("!=", node.args[0])
                case "call", "abs" | "sign" | "relu":
                    yield node.args[0], _relation("!=", node.args[0])


def _relation(sign_text: str, node: Node) -> Node:
    return Node("rel", (node, num(0)), relations=(sign_text,))


def _fails(hypothesis: Node, evaluation: Evaluation) -> bool:
    try:
        found = evaluation.value(hypothesis.args[0])
        if isinstance(found, Matrix | Infinity):
            return False
        value = sign(as_number(found), Mode())
    except (NoValue, TypeError, AttributeError):
        return False
    return not {"!=": value != 0, ">": value > 0, ">=": value >= 0}[hypothesis.relations[0]]


def _worded(part: Node, hypothesis: Node, scope: Scope, evaluation: Evaluation) -> str:
    sign_text = hypothesis.relations[0]
    if part.op == "sym" and part.name in scope.types:
        wanted = _NUMBERS[sign_text].get(scope.types[part.name].name)
        if wanted:
            return f"declare {part.name}: {wanted}"
    names = sorted(names_in(part, scope))
    if len(names) == 1 and sign_text == "!=" and scope.types[names[0]].name in _REALS:
        value = show_value(evaluation.value(Node("sym", name=names[0])))
        if len(value) <= 8:
            return f"add given: [{names[0]} != {value}]"
    return f"add given: [{formula_text(hypothesis)}]"


_REALS = frozenset({"real", "nonzero", "positive", "nonnegative", "interval"})
_NUMBERS: Mapping[str, Mapping[str, str]] = {
    "!=": {"real": "nonzero", "nonnegative": "positive", "integer": "natural"},
    ">": {"real": "positive", "nonzero": "positive", "nonnegative": "positive"},
    ">=": {"real": "nonnegative", "nonzero": "positive"},
}
_DECLARATIONS: tuple[tuple[str, Mapping[str, str]], ...] = (
    (
        "singular",
        {
            "square": "invertible({})",
            "symmetric": "spd({})",
            "psd": "spd({})",
            "matrix": "fullrank({}, {})",
        },
    ),
    ("logarithm", {"simplex": "open_simplex({})", "vector": "positive_vector({})"}),
    ("log", {"simplex": "open_simplex({})", "vector": "positive_vector({})"}),
    ("square root", {"vector": "positive_vector({})"}),
    ("power", {"vector": "positive_vector({})"}),
    (
        "division",
        {
            "simplex": "open_simplex({})",
            "vector": "nonzero_vector({0}) or nonconstant({0})",
            "random": "random, and add given: [Var(X) > 0]",
        },
    ),
    ("kink", {"vector": "nonzero_vector({})"}),
    ("derivative", {"vector": "nonzero_vector({})"}),
)
