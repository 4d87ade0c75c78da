"""Why a formula has no value, or none that is known well enough."""

from __future__ import annotations


class NoValue(ValueError):
    """A formula without a usable value at a point."""


class Undefined(NoValue):
    """A formula that mathematics gives no value at this point."""


class Unsettled(NoValue):
    """A value that this precision cannot decide; a higher one may."""


class Unsupported(NoValue):
    """A word, or a use of it, that has no ball version."""


class TooMuchWork(NoValue):
    """A formula that needs more evaluations than one point may take."""


class WrongShape(NoValue):
    """Vectors or matrices that do not fit each other."""
