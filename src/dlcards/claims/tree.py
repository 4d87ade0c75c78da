"""The tree of a formula: what a claim is once its text has been read.

Every reader of a formula (numeric, symbolic, LaTeX) walks this tree and nothing
else, so what is shown and what is checked cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

Op = Literal[
    "num",
    "sym",
    "call",
    "list",
    "index",
    "rel",
    "T",
    "neg",
    "not",
    "add",
    "sub",
    "mul",
    "div",
    "pow",
    "matmul",
    "given",
    "and",
]
"""What a node does; every reader of a tree handles each."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operation with its arguments.

    Two nodes are equal when they say the same; where they stand in the text
    (``start`` to ``end``, counted in characters from 0) does not matter.

    Parameters
    ----------
    op : Op
        ``num`` (``number``), ``sym`` (``name``), ``call`` (word or function
        ``name`` of ``args``), ``list`` (a row of ``args``), ``index`` (``args[0]``
        at the one or two indices that follow), ``rel`` (``relations[i]`` stands
        between ``args[i]`` and ``args[i + 1]``), ``T`` (transpose), ``neg``,
        ``not``, or one of the binary operators ``add sub mul div pow matmul
        given and``.
    """

    op: Op
    args: tuple[Node, ...] = ()
    name: str = ""
    number: Fraction = Fraction(0)
    relations: tuple[str, ...] = ()
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    _free: frozenset[str] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def free(self) -> frozenset[str]:
        """The names with which its value changes: those outside of averages.

        They are kept, since a formula is asked again at every point of a claim.
        """
        found = self._free
        if found is None:
            if self.op == "sym":
                found = frozenset((self.name,))
            elif self.name in _AVERAGES and not any(arg.op == "given" for arg in self.args):
                found = frozenset()
            else:
                found = frozenset().union(*(arg.free for arg in self.args))
            object.__setattr__(self, "_free", found)
        return found

    def with_args(self, args: tuple[Node, ...]) -> Node:
        """Return the same operation on other arguments."""
        return replace(self, args=args)


_AVERAGES = frozenset({"E", "P", "Var", "Cov", "Corr", "H", "MI"})


def num(value: int | Fraction) -> Node:
    """Return a number."""
    return Node("num", number=Fraction(value))


def sym(name: str) -> Node:
    """Return a name."""
    return Node("sym", name=name)


def call(name: str, *args: Node) -> Node:
    """Return a word of the language, or a declared function, of its arguments."""
    return Node("call", args, name=name)


def walk(node: Node) -> Iterator[Node]:
    """Yield the node and everything inside it, from the outside in."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        waiting += found.args[::-1]
