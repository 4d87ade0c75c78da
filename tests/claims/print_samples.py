"""Every small tree of the language, by what it is: for asking whether two print alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from dlcards.claims.parser import parse_type
from dlcards.claims.statement import Statement, Type
from dlcards.claims.tree import Node, call, num, sym

TYPES = {
    "x": "real",
    "A, B": "square(n)",
    "u": "vector(n)",
    "f": "smooth_function",
    "X": "random",
    "Z": "Normal(0, 1)",
    "F, G": "event",
}
SAMPLES = Statement(
    "samples",
    {
        **{n: parse_type(t) for names, t in TYPES.items() for n in names.split(", ")},
        "n": Type("dim"),
    },
    {},
)
NUMBER, VECTOR, MATRIX, EVENT = "number", "vector", "matrix", "event"
Trees = Mapping[str, list[Node]]
LEAVES: Trees = {
    NUMBER: [sym("x"), num(2), num(Fraction(1, 2)), sym("1j")],
    VECTOR: [sym("u"), call("ones", sym("n"))],
    MATRIX: [sym("A"), sym("B"), call("eye", sym("n"))],
    EVENT: [sym("F"), sym("G")],
}
_WORDS = {
    (NUMBER, NUMBER): "exp log sqrt sin cos tan asin sinh tanh abs sign sigmoid erf erfinv gamma"
    " floor ceil factorial digamma f re im conj relu softplus E Var H",
    (VECTOR, NUMBER): "norm norm1 norminf sum prod max min argmax mean var len entropy logsumexp",
    (MATRIX, NUMBER): "det tr rank fro opnorm lammax lammin sum max",
    (VECTOR, VECTOR): "exp log sqrt abs softmax sin",
    (MATRIX, VECTOR): "vec diag eigvals",
    (MATRIX, MATRIX): "exp log sqrt expm logm sqrtm inv pinv softmax_rows eigvecs svdU abs",
    (VECTOR, MATRIX): "diag",
}
_PAIRS = {
    (NUMBER, NUMBER): "binomial max min mod",
    (VECTOR, VECTOR): "xent KL",
}


def grown(inside: Trees) -> Trees:
    """Return every tree with one operation on top of one of the given trees."""
    out: dict[str, list[Node]] = {kind: [] for kind in LEAVES}
    for (kind, result), words in _WORDS.items():
        out[result] += [call(word, arg) for word in words.split() for arg in inside[kind]]
    for kind in (NUMBER, VECTOR, MATRIX):
        out[kind] += [Node("neg", (arg,)) for arg in inside[kind]]
    for arg in inside[NUMBER]:
        out[NUMBER] += _about_numbers(arg)
        out[VECTOR].append(call("grad", arg, sym("u")))
        out[MATRIX].append(call("hess", arg, sym("u")))
    for arg in inside[VECTOR]:
        out[NUMBER].append(Node("index", (arg, num(2))))
    for arg in inside[MATRIX]:
        out[MATRIX].append(Node("T", (arg,)))
        out[NUMBER].append(Node("index", (arg, num(2), num(2))))
        out[VECTOR] += [call("col", arg, num(2)), Node("index", (arg, num(2)))]
    out[EVENT] += [Node("not", (arg,)) for arg in inside[EVENT]]
    out[NUMBER] += [call("P", arg) for arg in inside[EVENT]]
    return out


def _about_numbers(arg: Node) -> Iterator[Node]:
    x, t, i, n = map(sym, "xtin")
    yield from (call("d", arg, x), call("d", arg, x, num(2)), call("pd", arg, x))
    yield from (call("argmin", arg, x), call("limit", arg, t, num(2)))
    yield from (call("limit", arg, t, num(2), sym(side)) for side in ("above", "below"))
    yield from (call(word, arg, i, num(1), n) for word in ("sum", "prod", "max", "argmax"))
    yield call("integral", arg, t, num(1), num(2))
    yield from (call("D", sym(word), arg) for word in ("f", "sigmoid", "log"))
    yield call("D", sym("f"), arg, num(2))
    yield from (call("iid", sym("X"), arg), call("avg", sym("X"), arg))
    yield call("pdf", sym("Z"), arg)


def joined(left: Trees, right: Trees) -> Trees:
    """Return every tree that joins two of the given trees."""
    out: dict[str, list[Node]] = {kind: [] for kind in LEAVES}
    for (first, second), words in _PAIRS.items():
        out[NUMBER] += [
            call(word, a, b) for word in words.split() for a in left[first] for b in right[second]
        ]
    for kind, result, operators in (
        (NUMBER, NUMBER, "add sub mul div pow"),
        (VECTOR, VECTOR, "add sub mul"),
        (MATRIX, MATRIX, "add sub mul matmul"),
        (EVENT, EVENT, "and"),
    ):
        out[result] += [
            Node(operator, (a, b))
            for operator in operators.split()
            for a in left[kind]
            for b in right[kind]
        ]
    for a in left[NUMBER]:
        for kind in (VECTOR, MATRIX):
            out[kind] += [
                tree
                for b in right[kind]
                for tree in (Node("mul", (a, b)), Node("mul", (b, a)), Node("div", (b, a)))
            ]
        out[NUMBER] += [call("pnorm", b, a) for b in right[VECTOR]]
        out[NUMBER] += [call("betainc", a, b, num(2)) for b in right[NUMBER]]
        out[EVENT] += [Node("rel", (a, b), relations=("<",)) for b in right[NUMBER]]
    for a in left[MATRIX]:
        out[VECTOR] += [Node("matmul", (a, b)) for b in right[VECTOR]]
        out[MATRIX] += [call("kron", a, b) for b in right[MATRIX]]
    for a in left[VECTOR]:
        out[NUMBER] += [Node("matmul", (Node("T", (a,)), b)) for b in right[VECTOR]]
        out[VECTOR] += [call("conv", a, b) for b in right[VECTOR]]
    for a in left[EVENT]:
        out[NUMBER] += [call("P", Node("given", (a, b))) for b in right[EVENT]]
    return out


def small_trees() -> Iterator[Node]:
    """Yield all trees of one operation, and nearly all of two, on a few names."""
    one = _together(grown(LEAVES), joined(LEAVES, LEAVES))
    two = _together(grown(one), joined(one, LEAVES), joined(LEAVES, one))
    for trees in (LEAVES, one, two):
        for kind in trees:
            yield from trees[kind]


def _together(*parts: Trees) -> Trees:
    return {kind: [tree for part in parts for tree in part[kind]] for kind in LEAVES}
