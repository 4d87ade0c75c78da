"""A derivation from its skeleton to the released deck, by the commands alone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dlcards.cli import run
from samples import DECK, Project

Run = Callable[..., tuple[int, str, str]]

ENTRY = """\
kind: concept
title: Square of a sum
topic: sums
let:
  a, b: real
claim: (a + b)**2 == a**2 + 2*a*b + b**2
meaning: Both squares, and twice the product.
questions:
  q1: {ask: "Which term of the square of a sum is forgotten?", answer: The product}
  q2: {ask: "How often does the product stand in the square of a sum?", answer: Twice}
sources: ["https://example.org/algebra"]
"""
LINES = {
    "l1": '{line: "(a + b)*a + (a + b)*b", by: distributive law}',
    "l2": '{line: "a*a + b*a + a*b + b*b", by: distributive law}',
    "l3": '{line: "a**2 + 2*a*b + b**2", by: collect}',
}
SLIP = '{after: 0, line: "a**2 + b**2", says: The product is lost.}'


def derivation(*slots: str, slips: str = f"[{SLIP}]") -> str:
    lines = "".join(f"    {slot}: {LINES[slot]}\n" for slot in slots)
    idea = "Each summand meets each."
    return f"derivation:\n  idea: {idea}\n  from: (a + b)**2\n  lines:\n{lines}  slips: {slips}\n"


@pytest.fixture
def root(project: Project) -> Path:
    return project(
        {
            "formulas/calculus/square.yaml": ENTRY,
            "decks/calculus.yaml": f"{DECK}derivations: true\n",
        }
    )


@pytest.fixture
def dlcards(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    for module in ("build.flow", "commands.check_entries", "commands.release", "commands.show"):
        monkeypatch.setattr(f"dlcards.{module}.workers", lambda jobs: 0)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["--root", str(root), *arguments])
        output = capsys.readouterr()
        return code, output.out, output.err

    return call


def write(root: Path, text: str) -> None:
    path = root / "formulas" / "calculus" / "square.yaml"
    path.write_text(ENTRY + text, encoding="utf-8")


def released(root: Path, dlcards: Run, text: str) -> None:
    """Release a derivation a while ago: no two releases have one time."""
    write(root, text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SOURCE_DATE_EPOCH", str(int(time.time()) - 1000))
        code, _, err = dlcards("release", "--version", "1.0.0")
    assert code == 0, err


# A skeleton


@pytest.mark.slow
def test_a_skeleton_becomes_cards(dlcards: Run, root: Path) -> None:
    code, out, _ = dlcards("new", "derivation", "square")
    assert code == 0
    assert "dlcards check formulas/calculus/square.yaml" in out
    path = root / "formulas" / "calculus" / "square.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.startswith(ENTRY)
    assert '  from: "(a + b)**2"\n' in text
    assert '    - line: "a**2 + 2*a*b + b**2"\n' in text
    for blank, filled in (
        ('idea: ""', "idea: Each summand meets each."),
        ('by: ""', "by: multiply out"),
        ('line: ""', "line: a**2 + b**2"),
        ('says: ""', "says: The product is lost."),
    ):
        assert text.count(blank) == 1, blank
        text = text.replace(blank, filled)
    path.write_text(text, encoding="utf-8")
    code, out, err = dlcards("check", str(path))
    assert code == 0, err
    code, out, err = dlcards("build", "--deck", "calculus")
    assert code == 0, err
    assert "3 notes" in out
    _, out, _ = dlcards("show", "square")
    assert "multiply out" in out


def test_a_skeleton_as_it_is_written_tells_its_blanks_alone(dlcards: Run, root: Path) -> None:
    dlcards("new", "derivation", "square")
    path = root / "formulas" / "calculus" / "square.yaml"
    blank = [
        number
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.endswith('""')
    ]
    code, _, err = dlcards("check", str(path))
    assert code == 1
    assert [int(n) for n in re.findall(r"square\.yaml:(\d+):\d+", err)] == blank


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("square",), "has a derivation already", id="twice"),
        pytest.param(("sqare",), "square", id="misspelt"),
        pytest.param(("square", "--subject", "calculus"), "--subject", id="subject"),
        pytest.param(("square", "--drills", "square"), "--drills", id="drills"),
    ],
)
def test_a_skeleton_goes_to_an_entry_without_one(
    dlcards: Run, root: Path, arguments: tuple[str, ...], message: str
) -> None:
    write(root, derivation("l1", "l2", "l3"))
    code, _, err = dlcards("new", "derivation", *arguments)
    assert code == 2
    assert message in err
    path = root / "formulas" / "calculus" / "square.yaml"
    assert path.read_text(encoding="utf-8") == ENTRY + derivation("l1", "l2", "l3")


# Slots


COMMANDS = (
    pytest.param(("check",), id="check"),
    pytest.param(("build", "--deck", "calculus"), id="build"),
    pytest.param(("release", "--version", "1.1.0"), id="release"),
)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_released_line_may_not_vanish(dlcards: Run, root: Path, command: tuple[str, ...]) -> None:
    released(root, dlcards, derivation("l1", "l2", "l3"))
    write(root, derivation("l1", "l3"))
    code, _, err = dlcards(*command)
    assert code == 1
    for slot in ("n2", "r2"):
        assert f"the released slot 'dlcards/square/derivation#{slot}' is gone" in err
    assert err.count("lost-slot") == 2


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_released_slip_may_not_vanish(dlcards: Run, root: Path, command: tuple[str, ...]) -> None:
    released(root, dlcards, derivation("l1", "l2", "l3"))
    write(root, derivation("l1", "l2", "l3", slips="[]"))
    code, _, err = dlcards(*command)
    assert code == 1
    assert "the released slot 'dlcards/square/derivation#s1' is gone" in err


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_released_derivation_may_not_vanish(
    dlcards: Run, root: Path, command: tuple[str, ...]
) -> None:
    released(root, dlcards, derivation("l1", "l2", "l3"))
    write(root, "")
    code, _, err = dlcards(*command)
    assert code == 1
    assert "'dlcards/square/derivation' is in no deck" in err
    assert "'dlcards/square/derivation/whole' is in no deck" in err


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_line_may_not_take_the_slot_of_another(
    dlcards: Run, root: Path, command: tuple[str, ...]
) -> None:
    released(root, dlcards, derivation("l1", "l2", "l3"))
    moved = derivation("l1", "l2", "l3").replace(LINES["l2"], LINES["l3"], 1)
    write(root, moved.replace(f"    l3: {LINES['l3']}\n", ""))
    code, _, err = dlcards(*command)
    assert code == 1
    assert "'n2' asks what 'n3' asked when released" in err


@pytest.mark.slow
def test_a_retired_line_leaves_its_slot_empty(dlcards: Run, root: Path) -> None:
    released(root, dlcards, derivation("l1", "l2", "l3"))
    before = slots(root)
    write(root, derivation("l1", "l3"))
    gone = [f"dlcards/square/derivation#{slot}" for slot in ("n2", "r2")]
    decided = [part for key in gone for part in ("--retire", key)]
    code, _, err = dlcards("release", "--version", "1.1.0", *decided)
    assert code == 0, err
    assert slots(root) == before - set(gone)
    assert dlcards("build", "--deck", "calculus")[0] == 0
    write(root, derivation("l1", "l2", "l3"))
    code, _, err = dlcards("check")
    assert code == 1
    assert "was retired" in err


@pytest.mark.slow
def test_a_line_put_between_takes_the_next_free_slot(dlcards: Run, root: Path) -> None:
    released(root, dlcards, derivation("l1", "l3"))
    before = slots(root)
    write(root, derivation("l1", "l2", "l3"))
    code, _, err = dlcards("release", "--version", "1.1.0")
    assert code == 0, err
    assert slots(root) == before | {f"dlcards/square/derivation#{s}" for s in ("n2", "r2")}


def slots(root: Path) -> set[str]:
    ledger = (root / "decks" / "ledger.tsv").read_text(encoding="utf-8")
    return {line.split("\t")[1] for line in ledger.splitlines() if line.startswith("slot\t")}


# Translations


@pytest.mark.slow
def test_a_translated_deck_has_no_derivation_in_the_source_language(
    dlcards: Run, root: Path
) -> None:
    write(root, derivation("l1", "l2", "l3"))
    code, out, err = dlcards("build", "--deck", "calculus")
    assert code == 0, err
    assert "3 notes" in out
    code, out, err = dlcards("build", "--deck", "calculus", "--lang", "ko")
    assert code == 0, err
    assert ": 1 note, 5 cards" in out
