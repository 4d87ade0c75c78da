"""How much is tried before an attempt is given up; one table, each with its reason."""

from __future__ import annotations

MAX_SUM = 30
"""Terms of a sum with plain bounds that are written out; longer ones need a closed form."""

MAX_SIDE = 6
"""Rows of a stand-in matrix; the sizes tried are 1 to 3, and up to 6 to tell sizes apart."""

MAX_ATOMS = 64
"""Points of a finite law; the identities of such laws have one term for each."""

LAW_POINTS = 3
"""Points of the general law that stands for "any random variable"."""

MAX_CASES = 64
"""Combinations of indices, signs and positions that one proof may be split into."""

MAX_SIGNED = 3
"""Numbers whose signs are told apart: 3 signs each, so at most 27 cases."""

MAX_OPERATIONS = 1500
"""Operations of an expression that SymPy may simplify; more take longer than a proof may."""

MAX_FACTOR = 400
"""Operations of an expression that is factored to find its sign."""

MAX_ORDER = 6
"""Taylor coefficients searched for the first that is not zero."""

PROBES = 12
"""Points at which a simplification is compared with the numbers, on four scales each way."""

PROBES_NEEDED = 4
"""How many of these points must have a value."""

PROBE_DIGITS = 30
"""Decimal digits of the comparison: cancellation of a dozen digits still leaves eighteen."""

MAX_TERMS = 20_000
"""Terms of a polynomial in exact arithmetic."""

MAX_WORK = 400_000
"""Products of terms in one decision by exact arithmetic, about half a second."""

MAX_POWER = 64
"""Exponents that are multiplied out."""

MAX_UNKNOWNS = 60
"""Variables of a polynomial ring."""
