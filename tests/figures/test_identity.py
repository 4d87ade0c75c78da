"""A picture is known by what it shows; drawn by another library it keeps its name."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bundled import library
from dlcards import figures
from dlcards.build.illustrate import FigureRequest, draw
from dlcards.claims.statement import StatementText
from dlcards.figures import gallery
from dlcards.figures.identity import SHARED_VERSION, spec_digest
from dlcards.release.diff import compare_packages

ROOT = Path(__file__).parents[2]
VERSIONS = Path(__file__).parent / "golden" / "versions.txt"
SQUARE = {"kind": "function_plot", "exprs": ["f(x)"], "x": [0, 2]}
ENTRY = StatementText("square", define={"f(x)": "g(x)**2", "g(x)": "x + 1", "h(x)": "2*x"})


def digest(
    spec: Mapping[str, Any], text: StatementText = ENTRY, *, lang: str = "en", front: bool = False
) -> str:
    read, problems = figures.parse_spec(spec)
    assert read is not None, problems
    return spec_digest(read, text, lang=lang, front=front)


@pytest.mark.parametrize(
    "changed",
    [
        {**SQUARE, "x": [0, 3]},
        {**SQUARE, "title": "A square"},
        {**SQUARE, "points": [{"x": 1, "label": "here"}]},
        {**SQUARE, "params": {"a": 2}},
        {"panels": [SQUARE, SQUARE]},
        {"panels": [SQUARE], "title": "A square"},
    ],
)
def test_whatever_is_drawn_changes_the_digest(changed: Mapping[str, Any]) -> None:
    assert digest(changed) != digest(SQUARE)


def test_front_language_and_formulas_that_are_used_change_the_digest() -> None:
    inner = replace(ENTRY, define={**ENTRY.define, "g(x)": "x + 2"})
    glyph = replace(ENTRY, show={"x": "t"})
    found = {
        digest(SQUARE),
        digest(SQUARE, front=True),
        digest(SQUARE, lang="ko"),
        digest(SQUARE, inner),
        digest(SQUARE, glyph),
    }
    assert len(found) == 5


@pytest.mark.parametrize(
    "same",
    [
        {**SQUARE, "alt": "A curve", "caption": "It rises.", "front_safe": True},
        {**SQUARE, "title": "", "seed": 0},
        {"x": ["log(1)", 2.0], "exprs": ["f(x)"], "kind": "function_plot"},
        {**SQUARE, "x": [1e-17 - 1e-17, 2 + 1e-15]},
    ],
)
def test_words_defaults_order_and_last_digits_change_nothing(same: Mapping[str, Any]) -> None:
    assert digest(same) == digest(SQUARE)


def test_formulas_that_the_figure_does_not_use_change_nothing() -> None:
    other = replace(ENTRY, id="renamed", define={**ENTRY.define, "h(x)": "3*x"}, let={"z": "real"})
    assert digest(SQUARE, other) == digest(SQUARE)


def test_a_panel_that_inherits_is_one_that_says_the_same() -> None:
    own = {"panels": [{**SQUARE, "ylabel": "y"}, {**SQUARE, "ylabel": "y", "exprs": ["h(x)"]}]}
    inherited = {**SQUARE, "ylabel": "y", "panels": [{}, {"exprs": ["h(x)"]}]}
    assert digest(own) == digest(inherited)


def test_a_picture_drawn_anew_keeps_its_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    request = FigureRequest("square", SQUARE, ENTRY)
    before = draw(request)
    real = figures.render

    def other(*args: Any, **options: Any) -> figures.Drawing:
        drawing = real(*args, **options)
        return replace(drawing, svg=drawing.svg.replace(b"<svg", b"<!-- newer --><svg"))

    monkeypatch.setattr(figures, "render", other)
    after = draw(request)
    assert after.svg != before.svg
    assert after.digest == before.digest


# ── Versions ──────────────────────────────────────────────────────────────────────


def drawn(kind: str) -> str:
    """Return a hash of the pictures of a kind, as far as a learner sees them: to a pixel."""
    total = hashlib.sha256()
    for path in sorted((ROOT / "docs" / "figures").glob(f"{kind}-*.svg")):
        text = path.read_text(encoding="utf-8")
        total.update(re.sub(r"\d+\.\d+", lambda n: str(round(float(n[0]))), text).encode())
    return total.hexdigest()[:12]


def versions() -> str:
    lines = [f"{k.name} {SHARED_VERSION}.{k.version} {drawn(k.name)}" for k in figures.KINDS]
    return "\n".join(lines) + "\n"


@pytest.mark.slow
def test_a_kind_that_draws_otherwise_has_another_version() -> None:
    """After a change, raise `version` of the kind, or SHARED_VERSION for all kinds.

    If learners need not get it (a pixel, another Matplotlib), leave both. In either case
    write the file anew: PYTHONPATH=tests/support python tests/figures/test_identity.py
    """
    doc = test_a_kind_that_draws_otherwise_has_another_version.__doc__
    assert VERSIONS.read_text(encoding="utf-8") == versions(), doc


@pytest.mark.slow
def test_every_kind_has_pictures_to_compare() -> None:
    assert all(gallery.picture_name(kind, 1).startswith(kind.name) for kind in figures.KINDS)
    assert len({drawn(kind.name) for kind in figures.KINDS}) == len(figures.KINDS)


# ── Two versions of Matplotlib ────────────────────────────────────────────────────


def of_each_kind() -> dict[str, str]:
    """Return an entry whose figure has one panel, for each kind that such a figure has."""
    content = library()
    found: dict[str, str] = {}
    for item in content.items.values():
        kind = str((item.entry.figure or {}).get("kind", ""))
        if kind and "file" not in (item.entry.figure or {}):
            found.setdefault(kind, item.id)
    return found


def write_project(root: Path, chosen: Sequence[str]) -> Path:
    """Write a project of some entries, without what they need of others."""
    folder = root / "formulas" / "figures"
    folder.mkdir(parents=True)
    (root / "decks").mkdir()
    (root / "decks" / "figures.yaml").write_text(DECK, encoding="utf-8")
    shutil.copy(ROOT / "formulas" / "sources.yaml", root / "formulas")
    for name in chosen:
        (path,) = (ROOT / "formulas").rglob(f"{name}.yaml")
        entry = yaml.safe_load(path.read_text(encoding="utf-8"))
        kept = {key: value for key, value in entry.items() if key not in OF_OTHERS}
        text = yaml.safe_dump(kept, sort_keys=False, allow_unicode=True)
        (folder / path.name).write_text(text, encoding="utf-8")
    return root


DECK = "title: Figures\ndescription: One of each kind\ncontents: [{subject: figures}]\n"
OF_OTHERS = ("requires", "derivation", "algorithm")


@pytest.mark.slow
@pytest.mark.exhaustive(of=10)
def test_another_matplotlib_changes_no_note(tmp_path: Path, every: int) -> None:
    """Build a figure of each kind with the oldest Matplotlib allowed, and with the installed."""
    old = tmp_path / "matplotlib"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    install += ["--target", str(old), "matplotlib==3.9.0"]
    if subprocess.run(install, check=False, capture_output=True).returncode != 0:
        pytest.skip("no package index within reach")
    chosen = [*of_each_kind().values()][::every]
    assert len(chosen) * every > 0.8 * len(figures.KINDS)
    root = write_project(tmp_path / "project", chosen)
    packages = []
    for name, path in (("old", [old, ROOT / "src"]), ("new", [ROOT / "src"])):
        output = tmp_path / name
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, path))}
        command = [sys.executable, "-m", "dlcards", "--root", str(root), "build", "--jobs", "1"]
        command += ["--all", "--output", str(output)]
        subprocess.run(command, check=True, env=environment, capture_output=True)
        (package,) = output.glob("*.apkg")
        packages.append(package)
    found = compare_packages(*packages)
    assert found.media_changed  # the two do draw different bytes
    assert (found.notes, found.media_added, found.media_removed) == ((), (), ())
    assert found.unchanged >= len(chosen)


if __name__ == "__main__":
    VERSIONS.write_text(versions(), encoding="utf-8")
