"""What is known of a declared type: how its values are drawn and which ones it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class EmptyDomain(ValueError):
    """A declared type without a value at this point, such as ``interval(1, 0)``."""


@dataclass(frozen=True, slots=True)
class Domain:
    """One declared type.

    Parameters
    ----------
    draw : callable
        From the values of the type's arguments and a source to a value.
    contains : callable
        Tells whether a value is of the type, from the value and the type's arguments.
    benign, special, extreme : str
        What is drawn, in the reader's words; see :class:`.source.Tier`.
    """

    draw: Callable[..., Any]
    contains: Callable[..., bool]
    benign: str
    special: str
    extreme: str
