"""How the types of matrices print on a card."""

from __future__ import annotations

from collections.abc import Mapping

SETS: Mapping[str, str] = {
    "matrix": r"\in \mathbb{{R}}^{{{0} \times {1}}}",
    "square": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "symmetric": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "spd": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "psd": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "invertible": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "orthogonal": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "diagonal": r"\in \mathbb{{R}}^{{{0} \times {0}}}",
    "fullrank": r"\in \mathbb{{R}}^{{{0} \times {1}}}",
    "mask_rows": r"\in \{{0, -\infty\}}^{{{0} \times {1}}}",
    "joint_table": r"\in \mathbb{{R}}^{{{0} \times {1}}}",
    "stochastic": r"\in \mathbb{{R}}^{{{0} \times {1}}}",
}
"""The set that a name belongs to, with places for the arguments of the type."""

GENERAL: Mapping[frozenset[str], str] = {
    frozenset({"symmetric", "spd", "psd", "invertible", "orthogonal", "diagonal"}): "square",
    frozenset({"fullrank", "mask_rows", "joint_table", "stochastic"}): "matrix",
}
"""The type that is printed where one that serves the check only is not to be said."""
