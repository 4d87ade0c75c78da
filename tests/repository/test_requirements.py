"""The files with versions say what pyproject.toml says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
_PINNED = re.compile(r"([A-Za-z0-9._-]+)==([0-9.]+)(?: *;.*)?")


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pinned(name: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    found = [_PINNED.fullmatch(line) for line in lines if not line.startswith("#")]
    assert found
    assert all(found), lines
    return {canonical(match[1]): match[2] for match in found if match}


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def test_the_lowest_versions_are_the_lower_bounds() -> None:
    bounds = {}
    for text in project()["project"]["dependencies"]:
        name, mark, version = text.partition(">=")
        assert mark, f"{text} has no lower bound"
        bounds[canonical(name)] = numbers(version)
    lowest = {name: numbers(version) for name, version in pinned("lowest.txt").items()}
    assert lowest.keys() == bounds.keys()
    for name, bound in bounds.items():
        version = lowest[name]
        assert version[: len(bound)] == bound, name
        assert not any(version[len(bound) :]), f"{name}: {version} is more than {bound}"


@pytest.mark.parametrize("group", ["project", "test", "dev"])
def test_the_lock_holds_every_direct_dependency(group: str) -> None:
    data = project()
    wanted = data["project"]["dependencies"] if group == "project" else []
    wanted = wanted or [each for each in data["dependency-groups"][group] if isinstance(each, str)]
    locked = pinned("dev.lock")
    assert len(locked) > 50
    for text in wanted:
        match = re.match(r"([A-Za-z0-9._-]+)(?:>=([0-9.]+))?", text)
        assert match is not None
        version = locked[canonical(match[1])]
        assert numbers(version)[:3] >= numbers(match[2] or "0"), text
