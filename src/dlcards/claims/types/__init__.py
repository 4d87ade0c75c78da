"""The types of the claim language: what a name can be declared as, one folder for each group.

``declared`` has the records, ``drawn`` how values are drawn and recognised, ``symbols`` what
stands for a value in a proof, ``latex`` the set that prints on a card; the words beside it
stand in ``where.yaml`` of every language. Declarations load no library.
"""

from __future__ import annotations

from dlcards.claims.types.chance import declared as chance
from dlcards.claims.types.functions import declared as functions
from dlcards.claims.types.matrices import declared as matrices
from dlcards.claims.types.numbers import declared as numbers
from dlcards.claims.types.record import TypeWord
from dlcards.claims.types.vectors import declared as vectors
from dlcards.claims.words import LAW_NAMES, LAWS

GROUPS: tuple[tuple[TypeWord, ...], ...] = (
    numbers.TYPES,
    vectors.TYPES,
    matrices.TYPES,
    functions.TYPES,
    chance.TYPES,
)
"""The groups, in the order of the reference."""

TYPES = tuple(word for group in GROUPS for word in group)
TYPE_NAMES = frozenset(word.name for word in TYPES)

WHOLE = frozenset(word.name for word in TYPES if word.whole)
WHOLE_OR_SIZE = WHOLE | {"dim"}
"""Types whose values are whole numbers, a size among them."""
BOUNDED = frozenset(word.name for word in TYPES if word.bounded)
POSITIVE = frozenset(word.name for word in TYPES if word.sign == "positive")
NONNEGATIVE = POSITIVE | {word.name for word in TYPES if word.sign == "nonnegative"}
REALS = frozenset(word.name for word in numbers.TYPES if not word.whole) - {"complex"}
SYMMETRIC = frozenset(word.name for word in TYPES if word.symmetric)
SUMS_TO_ONE = frozenset(word.name for word in TYPES if word.sums_to_one)

FUNCTIONS, MATRICES, RANDOM = functions.GROUP, matrices.GROUP, chance.GROUP
FUNCTION_TYPES = frozenset(word.name for word in functions.TYPES)
MATRIX_TYPES = frozenset(word.name for word in matrices.TYPES)
RANDOM_TYPES = frozenset(word.name for word in chance.TYPES) - {"event", "partition"}
SHARED_TYPES = frozenset({"Joint", "Density"})
"""Types of which two names share one law; their order says which is which."""
PARAMETRIC_TYPES = LAW_NAMES | SHARED_TYPES
"""Random variables whose law is known."""

VECTOR_TYPES = (
    frozenset(word.name for word in vectors.TYPES)
    | frozenset(law.name for law in LAWS if law.of_vectors)
    | {"random_vector", "white"}
)


def find_type(name: str) -> TypeWord | None:
    """Return the type with this name, or None.

    Examples
    --------
    >>> find_type("interval").arities
    (2,)
    """
    return next((word for word in TYPES if word.name == name), None)
