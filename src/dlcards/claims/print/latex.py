"""A formula as LaTeX: the printer with the layouts of all words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dlcards.claims.print.printer import Layout, Printer, Wrap, replace_marked
from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node, sym, walk
from dlcards.claims.words import CONSTANTS
from dlcards.claims.words.algebra import latex as algebra
from dlcards.claims.words.calculus import latex as calculus
from dlcards.claims.words.chance import latex as chance
from dlcards.claims.words.choice import latex as choice
from dlcards.claims.words.complex import latex as complex_numbers
from dlcards.claims.words.elementary import latex as elementary
from dlcards.claims.words.laws import latex as laws
from dlcards.claims.words.scores import latex as scores
from dlcards.claims.words.special import latex as special
from dlcards.claims.words.sums import latex as sums

LAYOUTS: Mapping[str, Layout] = {
    **elementary.LAYOUTS,
    **special.LAYOUTS,
    **complex_numbers.LAYOUTS,
    **choice.LAYOUTS,
    **calculus.LAYOUTS,
    **sums.LAYOUTS,
    **algebra.LAYOUTS,
    **scores.LAYOUTS,
    **chance.LAYOUTS,
    **laws.LAYOUTS,
}
"""The words whose layout is not just a sign before brackets."""


def to_latex(
    node: Node,
    statement: Statement,
    *,
    width: int = 0,
    parts: Sequence[Node] = (),
    wrap: Wrap | None = None,
) -> str:
    r"""Print a formula as LaTeX for MathJax.

    Parameters
    ----------
    node : Node
    statement : Statement
        Its types decide what is bold, its ``show`` which glyph a name has.
    width : int
        A chain of relations that looks longer than so many letters is broken before
        each relation sign; 0 never breaks.
    parts : sequence of Node
        Parts of the formula to hand to ``wrap``, wherever they are printed: subtrees, or
        neighbouring terms of a sum or factors of a product. They never change the layout.
    wrap : callable, optional
        From the number of a part and its LaTeX to what is printed instead.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> to_latex(parse_formula("x**2/2 <= sqrt(a_0)"), Statement("", {}, {}))
    '\\frac{x^{2}}{2} \\le \\sqrt{a_{0}}'
    """
    printer = Printer(statement, LAYOUTS, parts if wrap is not None else ())
    text = printer.whole(node, width)
    if wrap is not None:
        for index in range(len(parts)):
            text = replace_marked(text, index, wrap)
    return text


def definition_latex(name: str, statement: Statement) -> str:
    r"""Print what a definition introduces and stands for, ``p(x) = …``.

    Raises
    ------
    KeyError
        If the statement does not define ``name``.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> from dlcards.claims.statement import Definition
    >>> square = Definition(("x",), parse_formula("x**2"))
    >>> definition_latex("g", Statement("", {}, {"g": square}))
    'g(x) = x^{2}'
    """
    definition = statement.definitions[name]
    arguments = tuple(sym(parameter) for parameter in definition.parameters)
    head = Node("call", arguments, name=name) if arguments else sym(name)
    return to_latex(Node("rel", (head, definition.body), relations=("==",)), statement)


RESERVED_GLYPHS: Mapping[str, frozenset[str]] = {
    r"\sigma": frozenset({"sigmoid"}),
    "P": frozenset({"P"}),
    "H": frozenset({"H", "entropy", "xent"}),
    "O": frozenset({"O"}),
    "e": frozenset({"exp"}),
    "I": frozenset({"MI", "betainc"}),
    "d": frozenset({"d", "integral"}),
    r"\pi": frozenset({"pi"}),
    r"\Gamma": frozenset({"gamma"}),
    r"\psi": frozenset({"digamma"}),
    r"\boldsymbol{I}": frozenset({"eye"}),
    r"\boldsymbol{e}": frozenset({"basis"}),
}


def glyph_clashes(statement: Statement) -> Iterator[tuple[str, str, str]]:
    """Find names that print like another name or like a word of the language.

    Yields
    ------
    name, message, hint : str
    """
    trees = [claim.tree for claim in statement.claims]
    trees += [definition.body for definition in statement.definitions.values()]
    trees += [case for claim in statement.claims for case in claim.equality.values()]
    if statement.definition is not None:
        trees.append(statement.definition)
    printer = Printer(statement, LAYOUTS)
    nodes = [node for tree in trees for node in walk(tree)]
    names = dict.fromkeys(
        [*statement.types, *statement.definitions]
        + [node.name for node in nodes if node.op == "sym" and node.name not in ("pi", "oo")]
    )
    hint = "choose another glyph under 'show', or another name"
    used = {node.name for node in nodes if node.op == "call" or node.name in CONSTANTS}
    reserved = dict(RESERVED_GLYPHS)
    if any(t.name == "smooth_function" and len(t.args) == 2 for t in statement.types.values()):
        reserved["J"] = frozenset({"D"})
    seen: dict[str, str] = {}
    entries = _printed_entries(printer, nodes)
    for name in names:
        glyph = printer.go(sym(name))
        if glyph in seen:
            yield name, f"'{name}' and '{seen[glyph]}' are both printed as {glyph}", hint
        elif glyph in entries and entries[glyph] != name:
            yield name, f"'{name}' and an entry of '{entries[glyph]}' are both {glyph}", hint
        elif clashing := sorted(reserved.get(glyph, frozenset()) & used):
            yield name, f"'{name}' is printed as {glyph}, like '{clashing[0]}'", hint
        seen.setdefault(glyph, name)


def _printed_entries(printer: Printer, nodes: Sequence[Node]) -> dict[str, str]:
    return {
        printer.go(node): node.args[0].name
        for node in nodes
        if node.op == "index" and node.args[0].op == "sym"
    }
