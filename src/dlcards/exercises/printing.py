"""The texts of a variant, with its numbers: what the card shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dlcards.claims.print.latex import to_latex
from dlcards.claims.print.printer import visible_length
from dlcards.claims.prose import InlineKind
from dlcards.claims.statement import Statement, Type
from dlcards.claims.tree import Node, num, walk
from dlcards.exercises.literals import rows_of
from dlcards.exercises.model import ANSWER, Family, Link, Part, Text, Variant
from dlcards.exercises.values import Names, set_out

LONGEST_PROBLEM = 160
LONGEST_ANSWER = 40

_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{[a-z]+\}")

_NEGATIVE_FACTOR = re.compile(
    r"(?<=[\d}]) (?=(?:\\left)?\(-[^a-zA-Z()]*(?:\\frac[\d{}]*)?(?:\\right)?\))"
)
"""A product of numbers needs its dot: 3 · (-2)."""

_SIGNS: Mapping[str, str] = {
    "<=>": r"\iff",
    "=>": r"\implies",
    "~=": r"\approx",
    "==": "=",
    "!=": r"\ne",
    "<=": r"\le",
    ">=": r"\ge",
    "<": "<",
    ">": ">",
}


@dataclass(frozen=True, slots=True)
class Printed:
    """A run of a printed text: words, or LaTeX without delimiters."""

    kind: InlineKind
    text: str


def names_of(variant: Variant) -> Names:
    """Return what the names of a variant stand for."""
    return Names(variant.values, variant.functions)


def printed(text: Text, family: Family, variant: Variant) -> tuple[Printed, ...]:
    """Print a text with the numbers of a variant."""
    statement = _statement(family, variant)
    return tuple(_part(part, variant, statement) for part in text)


def printed_answer(family: Family, variant: Variant) -> tuple[Printed, ...]:
    """Print what the author says as the answer, or the bare answer."""
    if family.reply:
        return printed(family.reply, family, variant)
    return printed_value(variant.values[ANSWER], family, variant)


def printed_mistake(wrong: Node, family: Family, variant: Variant) -> tuple[Printed, ...]:
    """Print a wrong answer in the words of the right one, where these name the answer."""
    links = [link for part in family.reply for link in part.links]
    if any(node.name == ANSWER for link in links for node in walk(link.formula.node)):
        misled = replace(variant, values={**variant.values, ANSWER: wrong})
        return printed(family.reply, family, misled)
    return printed_value(wrong, family, variant)


def printed_value(value: Node, family: Family, variant: Variant) -> tuple[Printed, ...]:
    """Print an answer, right or wrong."""
    if family.choices and value.op == "num" and 1 <= value.number <= len(family.choices):
        return (Printed(InlineKind.TEXT, family.choices[int(value.number) - 1]),)
    return (Printed(InlineKind.MATH, latex_of(value, _statement(family, variant))),)


def printed_length(text: tuple[Printed, ...]) -> int:
    """Estimate how many letters a printed text has.

    Examples
    --------
    >>> printed_length((Printed(InlineKind.TEXT, "What is "), Printed(InlineKind.MATH, "x^{2}")))
    9
    """
    return sum(
        visible_length(_ENVIRONMENT.sub("", part.text))
        if part.kind is InlineKind.MATH
        else len(part.text)
        for part in text
    )


def latex_of(node: Node, statement: Statement) -> str:
    """Print a formula that was set out; a set stands in braces."""
    if node.op == "rel":
        return _chain([latex_of(side, statement) for side in node.args], node.relations)
    if node.op == "call" and node.name == "set":
        inside = r",\ ".join(to_latex(entry, statement) for entry in node.args)
        return rf"\{{{inside}\}}"
    if node.op == "call" and node.name == "interval":
        ends = r",\ ".join(to_latex(end, statement) for end in node.args)
        return rf"\left[{ends}\right]"
    latex = to_latex(node, statement)
    return latex if r"\int" in latex else _NEGATIVE_FACTOR.sub(r" \\cdot ", latex)


def _chain(sides: Sequence[str], relations: Sequence[str]) -> str:
    """Join the sides of relations; what equals itself as it is written is told once."""
    text = last = sides[0]
    for sign, side in zip(relations, sides[1:], strict=True):
        if sign != "==" or side != last:
            text, last = f"{text} {_SIGNS[sign]} {side}", side
    return text


def _part(part: Part, variant: Variant, statement: Statement) -> Printed:
    if part.kind is not InlineKind.MATH:
        return Printed(part.kind, part.text)
    return Printed(part.kind, " ".join(_links(part.links, variant, statement)))


def _links(links: tuple[Link, ...], variant: Variant, statement: Statement) -> Iterator[str]:
    for link in links:
        if link.sign:
            yield _SIGNS[link.sign]
        yield latex_of(set_out(link.formula.node, names_of(variant)), statement)


def _statement(family: Family, variant: Variant) -> Statement:
    """Declare every name by the type of its value, so that it is printed as such."""
    types = dict(family.types)
    for name, value in variant.values.items():
        types[name] = _type_of(value)
    for name in variant.functions:
        types[name] = Type("function")
    return Statement("", types, {}, show=family.show)


def _type_of(value: Node) -> Type:
    if value.op != "list":
        return Type("real")
    rows = rows_of(value)
    if len(rows[0]) == 1:
        return Type("vector", (num(len(rows)),))
    return Type("matrix", (num(len(rows)), num(len(rows[0]))))
