"""The "where" line of a card, printed from ``let``: the hypotheses under which a claim holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from string import Formatter
from typing import Any, NamedTuple

from dlcards.claims.print.latex import to_latex
from dlcards.claims.statement import Statement, Type
from dlcards.claims.tree import Node, call, sym, walk
from dlcards.claims.types import FUNCTION_TYPES, MATRIX_TYPES, RANDOM_TYPES, VECTOR_TYPES
from dlcards.claims.types.chance import latex as chance
from dlcards.claims.types.matrices import latex as matrices
from dlcards.claims.types.numbers import latex as numbers
from dlcards.claims.types.vectors import latex as vectors
from dlcards.claims.words import LAW_NAMES

_SETS: Mapping[str, str] = {**numbers.SETS, **vectors.SETS, **matrices.SETS, **chance.SETS}
_GENERAL: Mapping[frozenset[str], str] = {**vectors.GENERAL, **matrices.GENERAL}
_INDEPENDENT = LAW_NAMES | {"independent", "white"}
_BRACKETS = {"interval": ("(", ")"), "closed_interval": ("[", "]")}
_FEW = 3
"""This many things are written out; of more, only the first and the last."""
DECOMPOSITIONS = frozenset({"eigvals", "eigvecs", "svdU", "svdS", "svdV"})
"""Words for parts of a decomposition, which cards explain in words."""

_PLAIN = frozenset({"real", "nonzero", "positive", "nonnegative", "probability"})

Words = tuple[str, ...]
"""Plain text and LaTeX in turn, the text first: ``("curvature at most ", "L", "")``."""


class WhereLine(NamedTuple):
    """What some names stand for: their LaTeX with the set they belong to, and more in words."""

    latex: str
    words: Words = ()


def where_lines(
    statement: Statement,
    table: Mapping[str, Any],
    *,
    names: AbstractSet[str] | None = None,
    told: AbstractSet[str] = frozenset(),
    assumed: Collection[str] = (),
) -> tuple[WhereLine, ...]:
    r"""Print what the names of a statement stand for, in the order of their declaration.

    Names of one type share a line. Sizes, definitions and names that serve the
    equality case only are left out.

    Parameters
    ----------
    statement : Statement
    table : mapping
        The wording in one language: ``types``, ``independence`` and ``both``.
    names : set of str, optional
        The names to tell, see :func:`used_names`; unless given, all that the formulas use.
    told : set of str
        Names that stand on other lines of the card; they are left out.
    assumed : collection of str
        Hypotheses that stand there, as :func:`given_latex` prints them.

    Examples
    --------
    >>> from dlcards.claims.resolver import read_statement
    >>> from dlcards.claims.statement import StatementText
    >>> text = StatementText(
    ...     "a", let={"x": "real", "A": "spd(n)"}, claims=((("claim",), "x*A == A*x", {}),)
    ... )
    >>> line = where_lines(read_statement(text)[0], {"types": {"spd": "positive definite"}})[1]
    >>> print(line.latex, line.words)
    \boldsymbol{A} \in \mathbb{R}^{n \times n} ('positive definite',)
    """
    general = _as_said(statement)
    types = general.types
    used = (used_names(statement) if names is None else names) - told
    groups: dict[Type, list[str]] = {}
    for name, type_ in types.items():
        if name in used and type_.name != "dim":
            groups.setdefault(type_, []).append(name)
    shown = used | told
    chances = [
        name for name, type_ in types.items() if name in shown and type_.name in RANDOM_TYPES
    ]
    lines = []
    for type_, group in groups.items():
        latex = _set(statement, type_, group)
        words = _words(statement, type_, group, table["types"])
        if type_.name in _INDEPENDENT:
            more = _independence(general, group, chances, table["independence"])
            both = words and more
            words = _fill(table["both"], first=words, second=more) if both else words or more
        lines.append(WhereLine(latex, words))
    given = (latex for latex in given_latex(statement) if latex not in assumed)
    return (*lines, *map(WhereLine, given))


def part_lines(
    trees: Iterable[Node],
    statement: Statement,
    table: Mapping[str, str],
    defined: Iterable[str] = (),
) -> tuple[WhereLine, ...]:
    """Say what the parts of decompositions in formulas are, which no type tells.

    Parameters
    ----------
    trees : iterable of Node
    statement : Statement
    table : mapping
        The wording in one language: ``parts`` by the name of the word.
    defined : iterable of str
        Defined names in the formulas; one that stands for a part is told at its name.
    """
    heads: dict[Node, str] = {}
    shown = list(trees)
    for name in defined:
        body = statement.definitions[name].body
        if part_of(body) is None:
            shown.append(body)
        else:
            heads[sym(name)] = name
    parts = {head: statement.definitions[name].body for head, name in heads.items()}
    parts |= {node: node for tree in shown for node in walk(tree) if node.name in DECOMPOSITIONS}
    lines = []
    for head, node in parts.items():
        word, matrix = part_of(node) or (node.name, node.args[0])
        said = _fill(table[word], matrix=_formula(to_latex(matrix, statement)))
        lines.append(WhereLine(f"{to_latex(head, statement)}{{:}}", said))
    return tuple(lines)


def part_of(node: Node) -> tuple[str, Node] | None:
    """Return which part of a decomposition a formula is, as a whole, and of which matrix.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> part_of(parse_formula("svdV(A)"))[0], part_of(parse_formula("diag(svdS(A))"))[0]
    ('svdV', 'singular')
    >>> part_of(parse_formula("svdV(A).T"))
    """
    if node.op == "call" and node.name in DECOMPOSITIONS:
        return node.name, node.args[0]
    if node.op == "call" and node.name == "diag" and node.args[0].name == "svdS":
        return "singular", node.args[0].args[0]
    return None


def _as_said(statement: Statement) -> Statement:
    """Return a statement with the types that its card prints."""
    types = {
        name: _general(type_) if name in statement.unsaid else type_
        for name, type_ in statement.types.items()
    }
    return replace(statement, types=types)


def _general(type_: Type) -> Type:
    """Return the most general type of what a type declares, in which nothing is assumed."""
    for group, general in _GENERAL.items():
        if type_.name in group:
            return Type(general, type_.args)
    if type_.name in FUNCTION_TYPES:
        return Type("function", type_.args[:1] if type_.name == "quadratic" else type_.args)
    if type_.name in RANDOM_TYPES & VECTOR_TYPES:
        return Type("vector_variable", () if type_.name in LAW_NAMES else type_.args)
    return Type("variable") if type_.name in RANDOM_TYPES else type_


def given_latex(statement: Statement) -> tuple[str, ...]:
    """Print the hypotheses that stand beside the types, those of single claims last."""
    own = (relation for claim in statement.claims for relation in claim.given)
    relations = dict.fromkeys((*statement.given, *own))
    return tuple(to_latex(relation, statement) for relation in relations)


def _fill(template: str, **parts: Words) -> Words:
    """Put words into the placeholders of a template."""
    filled = [""]
    for text, name, _, _ in Formatter().parse(template):
        filled[-1] += text
        if name is not None:
            first, *others = parts[name]
            filled[-1] += first
            filled += others
    return tuple(filled)


def _formula(latex: str) -> Words:
    return ("", latex, "")


def _words(
    statement: Statement, type_: Type, names: Sequence[str], table: Mapping[str, Any]
) -> Words:
    """Say in words what the set does not show."""
    said = table.get(type_.name, "")
    template = said if isinstance(said, str) else said["many" if len(names) > 1 else "one"]
    if type_.name == "Density":
        return _fill(template, density=_formula(to_latex(type_.args[0], statement)))
    if type_.name == "quadratic":
        return _fill(template, bound=_formula(to_latex(type_.args[1], statement)))
    return _fill(template) if template else ()


def _independence(
    statement: Statement, names: list[str], chances: list[str], table: Mapping[str, str]
) -> Words:
    """Say what random variables are independent of; of two on two lines, the second says it."""
    if len(chances) > 2:
        return _fill(table["others"])
    if len(names) == len(chances):
        return _fill(table["pair"]) if len(names) == 2 else ()
    other = next(name for name in chances if name not in names)
    first = chances.index(names[0]) < chances.index(other)
    if first and statement.types[other].name in _INDEPENDENT:
        return ()
    return _fill(table["other"], name=_formula(to_latex(sym(other), statement)))


def used_names(statement: Statement, opened: Collection[str] | None = None) -> set[str]:
    """Return the names in the formulas of a statement, in its hypotheses, and behind both.

    Parameters
    ----------
    opened : collection of str, optional
        The defined names whose definitions are shown; all of them unless given.
    """
    statement = _as_said(statement)
    opened = statement.definitions if opened is None else opened
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
        if name in statement.definitions and name not in opened:
            continue
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


def _set(statement: Statement, type_: Type, names: Sequence[str]) -> str:
    """Print names with the set they belong to."""
    printed = ", ".join(to_latex(sym(name), statement) for name in names)
    written = _size if type_.name in MATRIX_TYPES else to_latex
    args = [written(arg, statement) for arg in type_.args]
    if type_.name in LAW_NAMES:
        return rf"{printed} \sim {to_latex(call(type_.name, *type_.args), statement)}"
    if type_.name == "Joint":
        return _joint(statement, type_, names)
    if type_.name == "Density":
        bounds = " \\times ".join(
            f"[{a}, {b}]" for a, b in zip(args[1::2], args[2::2], strict=True)
        )
        return rf"({printed}) \in {bounds}" if len(names) > 1 else rf"{printed} \in {bounds}"
    if type_.name == "function" and not args:
        return rf"{printed}: \mathbb{{R}} \to \mathbb{{R}}"
    if type_.name in ("function", "smooth_function", "convex", "quadratic") and args:
        to_vectors = type_.name != "quadratic" and len(args) > 1
        target = r"\mathbb{R}" + (f"^{{{args[1]}}}" if to_vectors else "")
        return rf"{printed}: \mathbb{{R}}^{{{args[0]}}} \to {target}"
    if type_.name == "partition":
        entry = to_latex(sym(names[0]), statement)
        return _from_to("1", args[0], f"{entry}_{{", "}")
    if type_.name in _PLAIN:
        return f"{printed} {_SETS[type_.name]}"
    if type_.name == "integers" and args[1] == r"\infty" and args[0].isdecimal():
        return rf"{printed} \in \{{{args[0]}, {int(args[0]) + 1}, \dots\}}"
    if type_.name == "integers":
        return rf"{printed} \in \{{{_from_to(args[0], args[1])}\}}"
    if type_.name == "vector_variable":
        return rf"{printed} \in \mathbb{{R}}^{{{args[0]}}}" if args else printed
    if type_.name in _SETS:
        if type_.name in _BRACKETS and any(r"\frac" in arg for arg in args):
            left, right = _BRACKETS[type_.name]
            return rf"{printed} \in \left{left}{args[0]}, {args[1]}\right{right}"
        if type_.name == "closed_interval" and r"\infty" in "".join(args):
            left = "(" if args[0] == r"-\infty" else "["
            right = ")" if args[1] == r"\infty" else "]"
            return rf"{printed} \in {left}{args[0]}, {args[1]}{right}"
        return f"{printed} {_SETS[type_.name].format(*args)}"
    return printed


def _joint(statement: Statement, type_: Type, names: Sequence[str]) -> str:
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
    """Print numbered names: a few one by one, of more the first and the last."""
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
