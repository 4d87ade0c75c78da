"""Two projects with an entry of the same id live side by side in one collection."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dlcards.cli import run
from samples import DECK, ENTRY

pytest.importorskip("anki", reason="the real Anki is not installed")
import learner

pytestmark = [pytest.mark.anki, pytest.mark.usefixtures("in_process")]

FIGURE = "figure: {kind: function_plot, exprs: [x**2], x: [-2, 2], alt: A parabola.}\n"


def built(folder: Path, namespace: str, entry: str, style: str = "") -> Path:
    """Build a project of one entry, `chain-rule`."""
    files: Mapping[str, str] = {
        "formulas/calculus/chain-rule.yaml": entry + FIGURE,
        "decks/calculus.yaml": DECK.replace("Tests::", f"{namespace}::"),
        "style.css": style,
        **({"dlcards.yaml": f"namespace: {namespace}\n"} if namespace != "dlcards" else {}),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert run(["--root", str(folder), "-q", "build", "--all"]) == 0
    return folder / "build" / "calculus.apkg"


def test_neither_overwrites_the_other(tmp_path: Path) -> None:
    names = ("physics-miller", "lab-7", "dlcards")
    packages = {
        name: built(
            tmp_path / name,
            name,
            ENTRY.replace("Power rule", f"Rule of {name}"),
            f".dl {{ color: #00000{i} }}\n" if name != "dlcards" else "",
        )
        for i, name in enumerate(names)
    }
    with learner.collection(tmp_path / "learner") as col:
        for package in packages.values():
            imported = learner.import_package(col, package)
            assert imported == learner.Imported(new=1, updated=0, duplicate=0, conflicting=0)
        for package in packages.values():  # again: everything stays as it is
            assert learner.import_package(col, package).new == 0
        assert learner.faults(col) == []
        found = {guid: fields[0] for guid, fields in learner.fields(col).items()}
        assert found == {f"{name}/chain-rule": f"Rule of {name}" for name in names}
        media = {path.name for path in Path(col.media.dir()).iterdir()}
        assert len(media) == 3
        assert {name.partition("-chain-rule-")[0] for name in media} == set(names)
        assert {
            tag for tags in learner.tags(col).values() for tag in tags if "derivatives" in tag
        } == {f"{name}::calculus::derivatives" for name in names}
        assert _styles(col) == {
            "physics-miller Formula": "#000000",
            "lab-7 Formula": "#000001",
            "dlcards Formula": "",
        }


def _styles(col: Any) -> dict[str, str]:
    out = {}
    for entry in col.models.all_names_and_ids():
        if entry.name.endswith(" Formula"):
            last = col.models.get(entry.id)["css"].rstrip().splitlines()[-1]
            out[entry.name] = last[13:20] if last.startswith(".dl { color: #0") else ""
    return out
