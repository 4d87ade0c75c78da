"""How the types of chance print on a card."""

from __future__ import annotations

from collections.abc import Mapping

SETS: Mapping[str, str] = {
    "random_vector": r"\in \mathbb{{R}}^{{{0}}}",
    "white": r"\in \mathbb{{R}}^{{{0}}}",
}
"""The set that a name belongs to, with places for the arguments of the type."""
