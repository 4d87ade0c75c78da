"""Tests that share what is costly run in one process."""

from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("grouped")
def test_a_group_is_seen_by_the_scheduler(request: pytest.FixtureRequest) -> None:
    """Without its mark in the node id, each of the processes makes what tests share."""
    scheduled = "PYTEST_XDIST_WORKER" in os.environ
    assert request.node.nodeid.endswith("@grouped") is scheduled
