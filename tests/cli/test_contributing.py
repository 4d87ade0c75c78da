"""What CONTRIBUTING.md promises is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from dlcards.cli import run
from dlcards.cli.explain import sections
from samples import DECK, Project

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def example() -> str:
    (found,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert isinstance(found, str)
    return found


@pytest.mark.slow
def test_the_first_formula_goes_from_nothing_to_a_card(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = project(
        {
            "formulas/sources.yaml": (ROOT / "formulas/sources.yaml").read_text(encoding="utf-8"),
            "decks/own.yaml": DECK.replace("subject: calculus", "subject: machine-learning"),
        }
    )
    call = ["--root", str(root)]
    (new,) = re.findall(r"^dlcards (new .*)$", TEXT, re.MULTILINE)
    assert run([*call, *new.split()]) == 0
    path = root / "formulas" / "machine-learning" / "ml-swish-slope.yaml"
    skeleton = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(skeleton) <= set(yaml.safe_load(example()))
    path.write_text(example(), encoding="utf-8")
    assert run([*call, "check", "--jobs", "1", "--format", "github", str(path)]) == 0
    told = capsys.readouterr().out
    # Alone in its project, it hangs on nothing; everything else is complete.
    assert re.findall(r"title=([a-z-]+)", told) == ["orphan"]
    site = tmp_path / "site"
    assert run([*call, "preview", "--deck", "ml-swish-slope", "--output", str(site)]) == 0
    assert "Towards which number does the slope" in (site / "data.js").read_text("utf-8")


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert len(links) > 6
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_code_it_names_exists() -> None:
    table = TEXT.partition("## Writing fronts and backs")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([a-z]+-[a-z-]+)`", table))
    assert len(named) > 6
    assert named <= set(sections())


@pytest.mark.parametrize("place", re.findall(r"`(src/[a-z_/.]+)`", TEXT))
def test_every_place_in_the_source_exists(place: str) -> None:
    assert (ROOT / place).exists()
