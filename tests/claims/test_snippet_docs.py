"""docs/snippets.md says what is allowed, and its examples hold."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import yaml
from entry_data import statement_of

from dlcards.claims.snippets.check import POINTS, check_snippet
from dlcards.claims.snippets.grammar import (
    ATTRIBUTES,
    BUILTINS,
    FOLDED,
    FOLDING,
    KEYWORDS,
    LINALG,
    LOOPS,
    MATH,
    MATH_VALUES,
    MAX_CHARACTERS,
    METHODS,
    NUMPY,
    VALUES,
)

TEXT = (Path(__file__).parents[2] / "docs" / "snippets.md").read_text(encoding="utf-8")


def test_everything_that_is_allowed_is_listed() -> None:
    listed = set(re.findall(r"`([A-Za-z_0-9]+)`", TEXT))
    allowed = NUMPY | LINALG | METHODS | ATTRIBUTES | KEYWORDS | BUILTINS | VALUES
    allowed |= FOLDED | FOLDING | MATH | MATH_VALUES | LOOPS
    assert sorted(allowed - listed) == []
    assert f"at most {MAX_CHARACTERS} ASCII" in TEXT
    assert f"on {POINTS} random" in TEXT


def test_everything_that_is_allowed_exists() -> None:
    assert all([NUMPY, VALUES, LINALG, METHODS, ATTRIBUTES])
    assert [name for name in sorted(NUMPY | VALUES) if not hasattr(np, name)] == []
    assert [name for name in sorted(LINALG) if not hasattr(np.linalg, name)] == []
    assert [name for name in sorted(FOLDED) if getattr(np, name).nin != 2] == []
    assert [name for name in sorted(MATH | MATH_VALUES) if not hasattr(math, name)] == []
    assert [name for name in sorted(METHODS | ATTRIBUTES) if not hasattr(np.ndarray, name)] == []


def test_the_examples_hold() -> None:
    examples = [
        yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    ]
    assert len(examples) == 3
    for example in examples:
        statement = statement_of({"id": "example", "claim": "1 + 1 == 2", **example})
        assert check_snippet(statement).message == ""
