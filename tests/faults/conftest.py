"""A project that was built, shared by all tests that disturb builds."""

from __future__ import annotations

import pytest
from broken import Workshop


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Build the project and its next state once."""
    return Workshop(tmp_path_factory.mktemp("faults"))
