"""Learners have older versions of Anki than we do."""

from __future__ import annotations

import os

import pytest

pytest.importorskip("anki", reason="the real Anki is not installed")
import versions

pytestmark = [pytest.mark.anki, pytest.mark.slow]


@pytest.mark.exhaustive(every=2)
@pytest.mark.parametrize("version", ["24.11", "2.1.66"])
def test_older_versions_import_and_upgrade_too(version: str) -> None:
    if os.environ.get("DLCARDS_OLD_ANKI") == "0":
        pytest.skip("DLCARDS_OLD_ANKI=0: older versions of Anki are left out")
    outcome = versions.main([version])
    if outcome == versions.NOT_AVAILABLE:
        pytest.skip(f"anki {version} cannot be installed: no package index within reach")
    assert outcome == 0
