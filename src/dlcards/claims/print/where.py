"""The "where" line of a card, printed from ``let``: the hypotheses under which a claim holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dlcards.claims.print.latex import to_latex
from dlcards.claims.statement import Statement, Type
from dlcards.claims.tree import Node, call, sym, walk
from dlcards.claims.words import LAW_NAMES, MATRIX_TYPES, RANDOM_TYPES

_SETS: Mapping[str, str] = {
    "real": r"\in \mathbb{R}",
    "nonzero": r"\ne 0",
    "positive": "> 0",
    "nonnegative": r"\ge 0",
    "probability": r"\in (0, 1)",
    "interval": r"\in ({0}, {1})",
    "closed_interval": r"\in [{0}, {1}]",
    "complex": r"\in \mathbb{{C}}",
    "natural": r"\in \{{1, 2, 3, \dots\}}",
    "integer": r"\in \mathbb{{Z}}",
    "vector": r"\in \mathbb{{R}}^{{{0}}}",
    "nonzero_vector": r"\in \mathbb{{R}}^{{{0}}}",
    "nonconstant": r"\in \mathbb{{R}}^{{{0}}}",
    "positive_vector": r"\in \mathbb{{R}}^{{{0}}}",
    "simplex": r"\in \mathbb{{R}}^{{{0}}}",
    "open_simplex": r"\in \mathbb{{R}}^{{{0}}}",
    "mask": r"\in \{{0, -\infty\}}^{{{0}}}",
    "mask_rows": r"\in \{{0, -\infty\}}^{{{0} \times {1}}}",
    "joint_table": r"\in \mathbb{{R}}^{{{0} \times {1}}}",
    "onehot": r"\in \{{0, 1\}}^{{{0}}}",
    "unit": r"\in \mathbb{{R}}^{{{0}}}",
    "matrix": r"\in \mathbb{{R}}^{{{0} \times {1}}}",
    "square": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "symmetric": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "spd": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "psd": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "invertible": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "orthogonal": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "diagonal": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "fullrank": r"\in \mathbb{{R}}^{{{0} \times {1}}}",
    "random_vector": r"\in \mathbb{{R}}^{{{0}}}",
    "white": r"\in \mathbb{{R}}^{{{0}}}",
}
_INDEPENDENT = LAW_NAMES | {"independent", "white"}
_BRACKETS = {"interval": "()", "closed_interval": "[]"}
_FEW = 3
"""So many things are written out; of more, the first and the last."""
_PLAIN = frozenset({"real", "nonzero", "positive", "nonnegative", "probability"})

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "nonzero_vector": "not the zero vector",
        "nonconstant": "entries not all equal",
        "positive_vector": "all entries positive",
        "simplex": "entries at least 0 with sum 1",
        "open_simplex": "positive entries with sum 1",
        "mask": "at least one entry 0",
        "mask_rows": "at least one entry 0 in every row",
        "joint_table": "entries at least 0 with sum 1",
        "onehot": "exactly one entry 1",
        "unit": "length 1",
        "symmetric": "symmetric",
        "spd": "symmetric positive definite",
        "psd": "symmetric positive semidefinite",
        "invertible": "invertible",
        "orthogonal": "orthogonal",
        "diagonal": "diagonal",
        "fullrank": "linearly independent columns",
        "smooth_function": "differentiable as often as needed",
        "Density": "with density {0}",
        "positive_function": "differentiable as often as needed, with positive values",
        "convex": "convex and differentiable",
        "quadratic": "convex and quadratic, curvature at most",
        "event": "event",
        "events": "events",
        "partition": "events of which exactly one happens",
        "random": "random variable with finite moments",
        "randoms": "random variables with finite moments, possibly dependent",
        "centered": "random variable with mean 0 and finite moments",
        "independent": "random variable with finite moments",
        "independents": "random variables with finite moments",
        "random_vector": "random vector with finite moments",
        "random_vectors": "random vectors with finite moments, possibly dependent",
        "white": "random vector, entries independent with mean 0 and variance 1",
        "whites": "random vectors, entries independent with mean 0 and variance 1",
        "pair": "independent of each other",
        "other": "independent of {0}",
        "others": "independent of the others",
    },
    "ko": {
        "nonzero_vector": "영벡터가 아님",
        "nonconstant": "성분이 모두 같지는 않음",
        "positive_vector": "모든 성분이 양수",
        "simplex": "성분은 0 이상이고 합이 1",
        "open_simplex": "성분은 양수이고 합이 1",
        "mask": "성분 중 적어도 하나는 0",
        "mask_rows": "각 행의 성분 중 적어도 하나는 0",
        "joint_table": "성분은 0 이상이고 합이 1",
        "onehot": "성분 하나만 1",
        "unit": "길이 1",
        "symmetric": "대칭행렬",
        "spd": "양의 정부호 대칭행렬",
        "psd": "양의 준정부호 대칭행렬",
        "invertible": "가역행렬",
        "orthogonal": "직교행렬",
        "diagonal": "대각행렬",
        "fullrank": "열들이 일차독립",
        "smooth_function": "필요한 만큼 미분가능",
        "Density": "밀도 {0}",
        "positive_function": "필요한 만큼 미분가능하고 값이 양수",
        "convex": "볼록하고 미분가능",
        "quadratic": "볼록한 이차함수, 곡률의 상한",
        "event": "사건",
        "events": "사건",
        "partition": "그중 정확히 하나만 일어나는 사건들",
        "random": "적률이 유한한 확률변수",
        "randoms": "적률이 유한한 확률변수(종속일 수 있음)",
        "centered": "평균이 0이고 적률이 유한한 확률변수",
        "independent": "적률이 유한한 확률변수",
        "independents": "적률이 유한한 확률변수",
        "random_vector": "적률이 유한한 확률벡터",
        "random_vectors": "적률이 유한한 확률벡터(종속일 수 있음)",
        "white": "성분이 서로 독립이고 평균 0, 분산 1인 확률벡터",
        "whites": "성분이 서로 독립이고 평균 0, 분산 1인 확률벡터",
        "pair": "서로 독립",
        "other": "{0}와(과) 독립",
        "others": "나머지와 독립",
    },
}


def where_lines(statement: Statement, lang: str = "en") -> tuple[tuple[str, str], ...]:
    r"""Print what the names of a statement stand for, in the order of their declaration.

    Names of one type share a line. Sizes, definitions and names that serve the
    equality case only are left out.

    Parameters
    ----------
    lang : str
        ``"en"`` or ``"ko"``; another language gets English.

    Returns
    -------
    tuple of (latex, words)
        The LaTeX holds the names with the set they belong to; the words, plain text,
        may be empty. A formula inside the words stands between ``\(`` and ``\)``.

    Examples
    --------
    >>> from dlcards.claims.resolver import read_statement
    >>> from dlcards.claims.statement import StatementText
    >>> text = StatementText(
    ...     "a", let={"x": "real", "A": "spd(n)"}, claims=((("claim",), "x*A == A*x", {}),)
    ... )
    >>> where_lines(read_statement(text)[0])[0]
    ('x \\in \\mathbb{R}', '')
    """
    used = _used_names(statement)
    groups: dict[Type, list[str]] = {}
    for name, type_ in statement.types.items():
        if name in used and type_.name != "dim":
            groups.setdefault(type_, []).append(name)
    words = _WORDS.get(lang, _WORDS["en"])
    chances = [n for type_, names in groups.items() if type_.name in RANDOM_TYPES for n in names]
    lines = []
    for type_, names in groups.items():
        latex, text = _line(statement, type_, names, words)
        if type_.name in _INDEPENDENT:
            added = _independence(statement, names, chances, words)
            text = ", ".join(part for part in (text, added) if part)
        lines.append((latex, text))
    lines += [(latex, "") for latex in given_latex(statement)]
    return tuple(lines)


def given_latex(statement: Statement) -> tuple[str, ...]:
    """Print the hypotheses that stand beside the types, those of single claims last."""
    own = (relation for claim in statement.claims for relation in claim.given)
    relations = dict.fromkeys((*statement.given, *own))
    return tuple(to_latex(relation, statement) for relation in relations)


def _independence(
    statement: Statement, names: list[str], chances: list[str], words: Mapping[str, str]
) -> str:
    """Say of what random variables are independent; of two on two lines the second says it."""
    if len(chances) > 2:
        return words["others"]
    if len(names) == len(chances):
        return words["pair"] if len(names) == 2 else ""
    other = next(name for name in chances if name not in names)
    first = chances.index(names[0]) < chances.index(other)
    if first and statement.types[other].name in _INDEPENDENT:
        return ""
    return words["other"].format(rf"\({to_latex(sym(other), statement)}\)")


def _used_names(statement: Statement) -> set[str]:
    trees: list[Node] = [claim.tree for claim in statement.claims]
    trees += [relation for claim in statement.claims for relation in claim.given]
    trees += statement.given
    if statement.definition is not None:
        trees.append(statement.definition)
    if not trees and statement.code is not None and statement.code.equals is not None:
        trees.append(statement.code.equals)
    if not trees and statement.example is not None:
        trees += statement.example.compute
    used = {node.name for tree in trees for node in walk(tree)}
    waiting = set(used)
    while waiting:
        name = waiting.pop()
        found = {node.name for tree in _behind(statement, name) for node in walk(tree)}
        waiting |= found - used
        used |= found
    return used


def _behind(statement: Statement, name: str) -> Iterable[Node]:
    if name in statement.definitions:
        return (statement.definitions[name].body,)
    type_ = statement.types.get(name)
    if type_ is None:
        return ()
    if type_.name == "Joint":  # a table speaks of both its variables
        others = (sym(other) for other, each in statement.types.items() if each == type_)
        return (*type_.args, *others)
    return type_.args


def _line(
    statement: Statement, type_: Type, names: list[str], words: Mapping[str, str]
) -> tuple[str, str]:
    printed = ", ".join(to_latex(sym(name), statement) for name in names)
    written = _size if type_.name in MATRIX_TYPES else to_latex
    args = [written(arg, statement) for arg in type_.args]
    plural = type_.name + "s" if len(names) > 1 else type_.name
    description = words.get(plural) or words.get(type_.name, "")
    if type_.name in LAW_NAMES:
        return rf"{printed} \sim {to_latex(call(type_.name, *type_.args), statement)}", ""
    if type_.name == "Joint":
        return _joint(statement, type_, names), ""
    if type_.name == "Density":
        bounds = " \\times ".join(
            f"[{a}, {b}]" for a, b in zip(args[1::2], args[2::2], strict=True)
        )
        pair = f"({printed})" if len(names) > 1 else printed
        return rf"{pair} \in {bounds}", description.format(rf"\({args[0]}\)")
    if type_.name == "function" and not args:
        return rf"{printed}: \mathbb{{R}} \to \mathbb{{R}}", ""
    if type_.name in ("function", "smooth_function", "convex") and args:
        target = r"\mathbb{R}" + (f"^{{{args[1]}}}" if len(args) > 1 else "")
        return rf"{printed}: \mathbb{{R}}^{{{args[0]}}} \to {target}", description
    if type_.name == "quadratic":
        return rf"{printed}: \mathbb{{R}}^{{{args[0]}}} \to \mathbb{{R}}", (
            rf"{description} \({args[1]}\)"
        )
    if type_.name == "partition":
        entry = to_latex(sym(names[0]), statement)
        return _from_to("1", args[0], f"{entry}_{{", "}"), description
    if type_.name in _PLAIN:
        return f"{printed} {_SETS[type_.name]}", description
    if type_.name == "integers":
        return rf"{printed} \in \{{{_from_to(args[0], args[1])}\}}", description
    if type_.name in _SETS:
        if type_.name in _BRACKETS and any(r"\frac" in arg for arg in args):
            left, right = _BRACKETS[type_.name]
            return rf"{printed} \in \left{left}{args[0]}, {args[1]}\right{right}", description
        return f"{printed} {_SETS[type_.name].format(*args)}", description
    return printed, description


def _joint(statement: Statement, type_: Type, names: list[str]) -> str:
    """Print what a table says about its two variables."""
    i, j = sym("i"), sym("j")
    first, second = (
        Node("rel", (sym(name), index), relations=("==",))
        for name, index in zip(names, (i, j), strict=True)
    )
    probability = call("P", Node("and", (first, second)))
    entry = Node("index", (type_.args[0], i, j))
    return to_latex(Node("rel", (probability, entry), relations=("==",)), statement)


def _from_to(first: str, last: str, before: str = "", after: str = "") -> str:
    """Print what is numbered from the first to the last: a few one by one."""
    ends = [first, last]
    between = r", \dots, "
    if first.isdecimal() and last.isdecimal() and 0 <= int(last) - int(first) < _FEW:
        ends = [str(number) for number in range(int(first), int(last) + 1)]
        between = ", "
    return between.join(f"{before}{number}{after}" for number in ends)


def _size(node: Node, statement: Statement) -> str:
    """Print a size; a sum needs brackets beside the sign of multiplication."""
    printed = to_latex(node, statement)
    return f"({printed})" if node.op in ("add", "sub") else printed
