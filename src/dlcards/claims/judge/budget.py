"""How many points a claim is tried at, and how much work they may take."""

from __future__ import annotations

PRECISIONS = (128, 320, 900)
"""Bits of the balls; the next is used where the one before does not settle a point."""

FINE = (900, 1800)
SPANS = (60, 250)
"""Bits between the constants of a claim above which it is evaluated with more of them."""

WEIGHTS = {128: 1, 320: 2, 900: 4, 1800: 8}
"""What an evaluation costs at a precision."""

EQUATION_POINTS = 60
WHOLE_POINTS = 80
INEQUALITY_POINTS = 120
ONE_NAME_POINTS = 200
CONVERGENCE_POINTS = 8
"""How many points have to agree."""

POINT_WORK = 200_000
CLAIM_WORK = 60_000
SEARCH_WORK = 20_000
WHOLE_WORK, ONE_WHOLE_WORK = 10_000, 250_000
CHEAP_WORK = 4_000
COSTLY_WORK = 20_000
"""How many evaluations of subformulas one point, the sampling and the searches may take.
ONE_WHOLE_WORK is for claims about a single whole number that may fail at one alone.

A claim that has not cost CHEAP_WORK yet is tried at twice as many points, an equation between
smooth formulas a third of it.
"""

DRAWING_EFFORT, SEARCH_EFFORT = 80_000, 30_000
"""The same for solving hypotheses, of the sampling and of all that comes after."""

CONDITION_WORK = 16_000
FEWEST_POINTS = 8
FEWEST_ONE_NAME_POINTS = 40
"""A claim whose points cost too much is tried at so many at least, unless they cost far more.

One about a single number may change its form anywhere on the line.
"""

FEWEST_BENIGN = 3
"""A claim needs to hold at so many ordinary points."""

BENIGN_DOUBT = 0.10
OTHER_DOUBT = 0.30
"""Largest part of points that may stay unsettled, among ordinary ones and the others."""

LARGE_WHOLE = 100
"""Beyond this, a whole number has no neighbour that tells more."""
