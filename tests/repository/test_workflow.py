"""The workflow shows the cards of exactly the entries that a pull request changes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from samples import Project

ROOT = Path(__file__).parents[2]


def git(root: Path, *arguments: str) -> None:
    name = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
    subprocess.run(["git", *name, *arguments], cwd=root, check=True, capture_output=True)


@pytest.mark.skipif(not shutil.which("bash") or not shutil.which("git"), reason="needs bash, git")
def test_the_step_names_what_changed(project: Project, tmp_path: Path) -> None:
    workflow = (ROOT / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(workflow)["jobs"]["content"]["steps"]
    (script,) = [step["run"] for step in steps if "dlcards preview" in step.get("run", "")]
    root = project({f"formulas/calculus/{name}.yaml": "old" for name in ("a", "b", "c")})
    program = tmp_path / "bin" / "dlcards"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    git(root, "init")
    git(root, "add", "formulas")
    git(root, "commit", "-m", "first")
    (root / "formulas" / "calculus" / "a.yaml").write_text("new", encoding="utf-8")
    (root / "formulas" / "calculus" / "b.yaml").unlink()
    (root / "formulas" / "calculus" / "c.ko.yaml").write_text("new", encoding="utf-8")
    git(root, "add", "formulas")
    git(root, "commit", "-m", "second")
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(
        command, cwd=root, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert done.stdout == "preview --deck a --deck c --output preview\n"
