"""The words of the claim language: one folder for each group, with all that is known of its words.

``declared`` has the records (arguments, LaTeX, an example, the slips that are tried),
``latex`` and ``unicode`` the layouts that are not simple, ``balls`` the values with error
bars, ``arrays`` the values in floats, ``symbols`` the reading in SymPy. Declarations load
no library; the evaluators import the other files. The examples are true statements over
the declarations of :data:`dlcards.claims.reference.DECLARATIONS`.
"""

from __future__ import annotations

from dlcards.claims.tree import Node
from dlcards.claims.words.algebra import declared as algebra
from dlcards.claims.words.calculus import declared as calculus
from dlcards.claims.words.chance import declared as chance
from dlcards.claims.words.choice import declared as choice
from dlcards.claims.words.complex import declared as complex_numbers
from dlcards.claims.words.elementary import declared as elementary
from dlcards.claims.words.laws import declared as laws
from dlcards.claims.words.record import Law, Word
from dlcards.claims.words.scores import declared as scores
from dlcards.claims.words.special import declared as special
from dlcards.claims.words.sums import declared as sums

GROUPS: tuple[tuple[Word, ...], ...] = (
    elementary.WORDS,
    special.WORDS,
    complex_numbers.WORDS,
    choice.WORDS,
    calculus.WORDS,
    sums.WORDS,
    algebra.WORDS,
    scores.WORDS,
    chance.WORDS,
    laws.WORDS,
)
"""The groups, in the order of the reference."""

WORDS = tuple(word for group in GROUPS for word in group)
WORD_NAMES = frozenset(word.name for word in WORDS)
LAWS: tuple[Law, ...] = laws.LAWS
LAW_NAMES = frozenset(law.name for law in LAWS)
_BINDERS = frozenset(word.name for word in WORDS if word.binder_index is not None)
ELEMENTWISE_WORDS = frozenset(word.name for word in elementary.WORDS)
PROBABILITY_WORDS = frozenset({"E", "Var", "Cov", "P", "H"})
CLAIM_WORDS = frozenset({"converges", "distributed", "all"})
"""Words that claim something without a sign between two sides."""

IMAGINARY_UNIT = "1j"
CONSTANTS = frozenset({"pi", "oo", IMAGINARY_UNIT})
DIRECTIONS = ("above", "below")
"""From where a limit is approached: its fourth argument."""


def find_word(name: str) -> Word | None:
    """Return the word with this name, or None.

    Examples
    --------
    >>> find_word("integral").arities
    (4,)
    """
    return next((word for word in WORDS if word.name == name), None)


def binds(node: Node) -> bool:
    """Tell whether a call binds a name of its own, an index or a variable: its second argument.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> binds(parse_formula("max(i, i, 1, 3)")), binds(parse_formula("max(x, y)"))
    (True, False)
    """
    return node.op == "call" and node.name in _BINDERS and len(node.args) > 2
