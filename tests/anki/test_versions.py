"""Learners have older versions of Anki than we do."""

from __future__ import annotations

import os

import pytest

pytest.importorskip("anki", reason="the real Anki is not installed")
import versions

pytestmark = pytest.mark.anki


def test_the_page_of_updates_tells_of_every_story_and_every_version() -> None:
    """After a change of a story: python tests/anki/versions.py --table."""
    told = versions.written()
    assert tuple(told) == versions.VERSIONS
    for version, cells in told.items():
        assert list(cells) == versions.stories(), version
        assert set(cells.values()) <= {versions.HELD, versions.SKIPPED}
    assert versions.SKIPPED not in told[versions.INSTALLED].values()


@pytest.mark.slow
@pytest.mark.exhaustive(every=2)
@pytest.mark.parametrize("version", versions.VERSIONS[1:])
def test_older_versions_import_and_upgrade_too(version: str) -> None:
    if os.environ.get("DLCARDS_OLD_ANKI") == "0":
        pytest.skip("DLCARDS_OLD_ANKI=0: older versions of Anki are left out")
    outcome = versions.main([version])
    if outcome == versions.NOT_AVAILABLE:
        pytest.skip(f"anki {version} cannot be installed: no package index within reach")
    assert outcome == 0
