"""Texts that would be scripts elsewhere are visible text on cards, or a problem."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from injected import (
    INJECTIONS,
    KEYS,
    Package,
    as_yaml,
    check_package,
    entry,
    faults_of,
    read,
    visible,
)

from dlcards.cli.console import Progress
from dlcards.pipeline.build import build
from dlcards.pipeline.requests import BuildRequest
from dlcards.problems import Severity
from samples import Project

DECK = {"title": "Tests::Hostile", "description": "", "contents": [{"subject": "hostile"}]}
MARKUP = frozenset("$*`\\")
SHOWN = frozenset(
    {"meaning", "conditions", "why", "pitfall", "personal", "symbol", "ask", "answer", "more"}
    | {"prompt-meaning", "prompt-recall", "example", "title", "source-word", "latex-why"}
)
"""Where an accepted text must be seen by the learner, letter for letter."""


def built(root: Path, output: Path) -> tuple[Package, frozenset[str]]:
    """Build what can be built; return it with the files in which a problem was found."""
    refused: set[str] = set()
    while True:
        result = build(
            BuildRequest(root, ("hostile",), output=output, jobs=0), Progress(quiet=True)
        )
        if result.ok:
            return read(result.decks[0].package, output), frozenset(refused)
        wrong = {p.location.file for p in result.problems if p.severity is Severity.ERROR}
        assert wrong
        assert all((root / name).is_file() for name in wrong), wrong
        for name in wrong:
            (root / name).unlink()
        refused |= wrong


def write(project: Project, entries: Mapping[str, Mapping[str, object]], description: str) -> Path:
    files = {f"formulas/hostile/{name}.yaml": as_yaml(data) for name, data in entries.items()}
    return project({**files, "decks/hostile.yaml": as_yaml({**DECK, "description": description})})


def test_there_are_enough_injections() -> None:
    assert len(INJECTIONS) >= 100
    assert len(set(INJECTIONS)) == len(INJECTIONS)


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p onclick=x>",
        '<a href="javascript:x">',
        '<img src="https://evil.example/x.png">',
        "[sound:x.mp3]",
        "[$]x[/$]",
        "{{Front}}",
        r"\(\href{x}{y}\)",
        "<!-- x -->",
    ],
)
def test_the_inspection_would_notice(html: str) -> None:
    assert list(faults_of(html, frozenset()))


@pytest.mark.parametrize("place", KEYS)
def test_injections_in_an_entry(project: Project, tmp_path: Path, place: str) -> None:
    texts = {f"e-{number}": text for number, text in enumerate(INJECTIONS)}
    entries = {name: entry({place: text}) for name, text in texts.items()}
    root = write(project, {"honest": entry({}), **entries}, "For the tests.")
    package, refused = built(root, tmp_path / "out")
    assert "dlcards/honest" in package.notes
    assert [(f.guid, f.what, texts.get(f.guid.split("/")[1])) for f in check_package(package)] == []
    accepted = {name for name in texts if f"formulas/hostile/{name}.yaml" not in refused}
    assert {f"dlcards/{name}" for name in accepted} <= package.notes.keys()
    if place in SHOWN:
        plain = {name for name in accepted if not MARKUP & set(texts[name])}
        assert len(plain) > 60
        for name in plain:
            seen = visible("\n".join(package.notes[f"dlcards/{name}"]))
            assert " ".join(texts[name].split()) in " ".join(seen.split()), texts[name]


def test_injections_in_translations(project: Project, tmp_path: Path) -> None:
    texts = {f"e-{number}": text for number, text in enumerate(INJECTIONS)}
    root = write(project, {name: entry({}) for name in texts}, "For the tests.")
    for name, text in texts.items():
        words = {"title": text, "meaning": text, "why": text, "symbols": {"x": text}}
        words |= {"questions": {"q1": {"ask": text, "answer": text}}}
        path = root / "formulas" / "hostile" / f"{name}.ko.yaml"
        path.write_text(as_yaml(words), encoding="utf-8")
    output = tmp_path / "out"
    refused: set[str] = set()
    while True:
        request = BuildRequest(root, ("hostile",), output=output, jobs=0, language="ko")
        result = build(request, Progress(quiet=True))
        if result.ok:
            break
        wrong = {p.location.file for p in result.problems if p.severity is Severity.ERROR}
        refused |= wrong
        for name in wrong:
            stem = Path(name).name.partition(".")[0]
            (root / "formulas" / "hostile" / f"{stem}.ko.yaml").unlink(missing_ok=True)
    package = read(result.decks[0].package, output)
    assert len(package.notes) > len(INJECTIONS)
    assert len(refused) < len(INJECTIONS) / 2
    assert [str(fault) for fault in check_package(package)] == []


@pytest.mark.parametrize("text", INJECTIONS)
def test_injections_in_the_description_of_a_deck(
    project: Project, tmp_path: Path, text: str
) -> None:
    root = write(project, {"honest": entry({})}, text)
    result = build(BuildRequest(root, ("hostile",), jobs=0), Progress(quiet=True))
    assert result.ok
    package = read(result.decks[0].package, tmp_path)
    assert [fault.what for fault in check_package(package)] == []
    assert any(" ".join(text.split()) in visible(told) for told in package.descriptions)
