"""The page about a deck of one's own, followed in an empty folder."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from dlcards.cli import COMMANDS, run
from dlcards.commands.own_deck_page import MODELS, PAGE, filled
from dlcards.content.reader import read_library

pytestmark = pytest.mark.usefixtures("in_process")

TEXT = (Path(__file__).parents[2] / PAGE).read_text(encoding="utf-8")


def blocks(heading: str, language: str) -> list[str]:
    """Return the examples below a heading."""
    part = re.split(rf"^## {heading}.*$", TEXT, flags=re.MULTILINE)[1].split("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```", part, re.MULTILINE | re.DOTALL)


def commands(block: str) -> list[list[str]]:
    lines = [line.split("#")[0].strip() for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line]


def test_the_tables_are_those_of_the_schema() -> None:
    """Write them by `python -m dlcards.commands.own_deck_page`."""
    assert filled(TEXT) == TEXT
    for model in MODELS.values():
        for name, info in model.model_fields.items():
            assert f"| `{info.alias or name}`" in TEXT
            assert info.description


def test_every_command_there_is_one() -> None:
    shown = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    found = [command for block in shown for command in commands(block)]
    assert len(found) > 8
    for command in found:
        assert command[0] in ("dlcards", "pip", "cd")
        assert command[0] != "dlcards" or command[1] in COMMANDS


@pytest.mark.slow
def test_the_page_leads_to_a_deck_in_anki(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for command in commands(blocks("Start", "sh")[0]):
        if command[0] == "cd":
            monkeypatch.chdir(command[1])
        elif command[0] == "dlcards":
            assert run(command[1:]) == 0, command
    root = tmp_path / "my-cards"
    assert (root / "build" / "algebra.apkg").stat().st_size > 1000
    assert run(["new", "concept", "refraction", "--subject", "optics"]) == 0
    entry, deck = blocks("Write", "yaml")
    (root / "formulas/optics/refraction.yaml").write_text(entry, encoding="utf-8")
    (root / "decks/optics.yaml").write_text(deck, encoding="utf-8")
    macros = blocks("The project", "yaml")[0]
    file = root / "dlcards.yaml"
    kept = re.sub(r"^(rules|macros):.*\n(?: .*\n)*", "", file.read_text(), flags=re.MULTILINE)
    file.write_text(kept + macros, encoding="utf-8")
    assert read_library(root)[1] == ()
    assert run(["build", "--all"]) == 0
    assert (root / "build" / "optics.apkg").is_file()
