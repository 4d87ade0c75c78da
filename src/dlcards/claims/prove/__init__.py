"""The symbolic reading of formulas: the same tree, walked with SymPy objects.

A proof only raises the level of a claim that has passed the numeric judge. No text
ever reaches SymPy; a checked name becomes a ``Symbol`` and nothing else does. What
SymPy says is taken only with a certificate: an antiderivative is differentiated again,
a closed form of a sum is shown by induction, a limit by Taylor's theorem, and each of
them only where the types and hypotheses imply its conditions.
"""

from dlcards.claims.prove.proof import Proof, prove

__all__ = ["Proof", "prove"]
