"""The symbolic reading of formulas: the same tree, walked with SymPy objects.

A proof only raises the level of a claim that has passed the numeric judge. No text
ever reaches SymPy; a checked name becomes a ``Symbol`` and nothing else does.
"""

from dlcards.claims.prove.proving import Proof, prove

__all__ = ["Proof", "prove"]
