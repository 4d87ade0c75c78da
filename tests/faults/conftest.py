"""A project that was built, shared by all tests that disturb builds."""

from __future__ import annotations

from functools import partial

import pytest
from broken import Workshop, make

from run_once import run_once, shared_folder


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Build the project and its next state once, for all test processes of a run."""
    made = shared_folder(tmp_path_factory, "faults")
    run_once(made, partial(make, made))
    return Workshop(made, tmp_path_factory.mktemp("disturbed"))
