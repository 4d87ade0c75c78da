"""Snippets that differ from their formula somewhere: hardly one passes, no right one is refused."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import yaml

from dlcards.claims.resolver import read_statement
from dlcards.claims.snippets.check import SnippetVerdict, check_snippet
from dlcards.claims.statement import StatementText

from .claims import DATA

pytestmark = [pytest.mark.slow, pytest.mark.exhaustive(of=14), pytest.mark.xdist_group("snippets")]

PASSED = 0.10


@cache
def verdicts(every: int) -> tuple[tuple[dict[str, Any], SnippetVerdict], ...]:
    text = (DATA / "wrong-code.yaml").read_text(encoding="utf-8")
    return tuple((case, _checked(case)) for case in yaml.safe_load(text)[::every])


def _checked(case: dict[str, Any]) -> SnippetVerdict:
    code = case["code"]
    statement, problems = read_statement(
        StatementText(
            case["id"],
            {str(name): str(kind) for name, kind in case["let"].items()},
            code_equals=code["equals"],
            code_numpy=code["numpy"],
        )
    )
    assert statement is not None, problems
    return check_snippet(statement)


def test_hardly_a_wrong_snippet_passes(every: int) -> None:
    wrong = [(case, verdict) for case, verdict in verdicts(every) if not case["truth"]]
    passed = [(case["id"], case["why"]) for case, verdict in wrong if verdict.holds]
    assert len(passed) <= PASSED * len(wrong), passed


def test_no_right_snippet_is_refused(every: int) -> None:
    right = [(case, verdict) for case, verdict in verdicts(every) if case["truth"]]
    assert right
    assert [(case["id"], verdict.message) for case, verdict in right if not verdict.holds] == []
