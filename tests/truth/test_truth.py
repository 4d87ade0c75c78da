"""The judge against claims whose truth is known: hardly a false one passes, no true one is false.

The targets are those for claims nobody has seen; ``python -m tests.truth.report`` prints what
becomes of each.
"""

from __future__ import annotations

from itertools import chain

import pytest

from dlcards.claims.balls.means import NAMED_LAWS
from dlcards.claims.verdict import Level

from .claims import LISTS, Case, Judged, cases, judged, rate

pytestmark = [pytest.mark.slow, pytest.mark.exhaustive(of=346), pytest.mark.xdist_group("truth")]

NATURAL_ACCEPTED = 0.05
CRAFTED_ACCEPTED = 0.15
TRUE_REFUSED = 0.10


@pytest.fixture
def found(every: int) -> list[Judged]:
    return list(chain.from_iterable(judged(name, every=every) for name in LISTS))


@pytest.mark.parametrize(
    ("aim", "most"), [("natural", NATURAL_ACCEPTED), ("crafted", CRAFTED_ACCEPTED)]
)
def test_hardly_a_false_claim_is_accepted(found: list[Judged], aim: str, most: float) -> None:
    false = [item for item in found if not item.case.truth and item.case.aim == aim]
    accepted = [item for item in false if item.accepted]
    assert rate(false, accepted) <= most, [item.case.id for item in accepted]


def test_hardly_a_true_claim_is_refused(found: list[Judged]) -> None:
    true = [item for item in found if item.case.truth]
    refused = [item for item in true if not item.accepted]
    assert rate(true, refused) <= TRUE_REFUSED, [(item.case.id, item.code) for item in refused]


def test_no_true_claim_is_called_false(found: list[Judged]) -> None:
    assert [item.case.id for item in found if item.case.truth and item.called_false] == []


@pytest.mark.parametrize("name", LISTS)
def test_no_false_claim_is_proved(name: str, every: int) -> None:
    proved = [
        item.case.id
        for item in judged(name, prove=True, every=every)
        if item.verdict is not None
        and not item.case.truth
        and item.verdict.level in (Level.PROVED, Level.PROVED_SMALL)
    ]
    assert proved == []


def test_a_refutation_names_its_point(found: list[Judged]) -> None:
    for item in found:
        if item.called_false and has_points(item.case) and item.verdict is not None:
            assert " at " in item.verdict.message or " for " in item.verdict.message, item.case.id


def has_points(case: Case) -> bool:
    """Whether anything is drawn: a variable of a law with known parameters has no value."""
    return any(kind.split("(")[0] not in NAMED_LAWS for kind in case.text.let.values())


@pytest.mark.parametrize("name", LISTS)
def test_the_reason_of_every_false_claim_is_known(name: str) -> None:
    assert all(case.why for case in cases(name) if not case.truth)
