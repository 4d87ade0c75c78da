"""How the types of vectors print on a card."""

from __future__ import annotations

from collections.abc import Mapping

SETS: Mapping[str, str] = {
    "vector": r"\in \mathbb{{R}}^{{{0}}}",
    "nonzero_vector": r"\in \mathbb{{R}}^{{{0}}}",
    "nonconstant": r"\in \mathbb{{R}}^{{{0}}}",
    "positive_vector": r"\in \mathbb{{R}}^{{{0}}}",
    "simplex": r"\in \mathbb{{R}}^{{{0}}}",
    "open_simplex": r"\in \mathbb{{R}}^{{{0}}}",
    "onehot": r"\in \{{0, 1\}}^{{{0}}}",
    "unit": r"\in \mathbb{{R}}^{{{0}}}",
    "mask": r"\in \{{0, -\infty\}}^{{{0}}}",
}
"""The set that a name belongs to, with places for the arguments of the type."""

GENERAL: Mapping[frozenset[str], str] = {
    frozenset({"nonzero_vector", "nonconstant", "positive_vector", "unit"}): "vector",
    frozenset({"simplex", "open_simplex", "onehot", "mask"}): "vector",
}
"""The type that is printed where one that serves the check only is not to be said."""
