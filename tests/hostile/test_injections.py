"""Texts that would be scripts elsewhere are visible text on cards, or a problem."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
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
from dlcards.commands.build import build
from dlcards.problems import Severity
from dlcards.requests import BuildRequest
from samples import Project

pytestmark = pytest.mark.slow

DECK = {"title": "Tests::Hostile", "description": "", "contents": [{"subject": "hostile"}]}
PARABOLA = {"kind": "function_plot", "exprs": ["x**2"], "x": [-1, 1], "alt": "A parabola."}
Count = Callable[..., None]
MARKUP = frozenset("$*`\\")
SHOWN = frozenset(
    {
        "meaning",
        "conditions",
        "why",
        "pitfall",
        "personal",
        "symbol",
        "ask",
        "answer",
        "more",
        "hint",
    }
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


@pytest.mark.exhaustive(every=22, of=6)
@pytest.mark.parametrize("place", KEYS)
def test_injections_in_an_entry(
    project: Project, tmp_path: Path, place: str, every: int, count: Count
) -> None:
    texts = {f"e-{number}": text for number, text in enumerate(INJECTIONS[::every])}
    entries = {name: entry({place: text}) for name, text in texts.items()}
    root = write(project, {"honest": entry({}), **entries}, "For the tests.")
    package, refused = built(root, tmp_path / "out")
    assert "dlcards/honest" in package.notes
    count("injected texts", len(texts))
    count("injected texts, of which refused", len(refused))
    assert [(f.guid, f.what, texts.get(f.guid.split("/")[1])) for f in check_package(package)] == []
    accepted = {name for name in texts if f"formulas/hostile/{name}.yaml" not in refused}
    assert {f"dlcards/{name}" for name in accepted} <= package.notes.keys()
    if place in SHOWN:
        plain = {name for name in accepted if not MARKUP & set(texts[name])}
        assert len(plain) > 60 / every
        for name in plain:
            seen = visible("\n".join(package.notes[f"dlcards/{name}"]))
            assert " ".join(texts[name].split()) in " ".join(seen.split()), texts[name]


TRANSLATED: Mapping[str, Callable[[str], Mapping[str, object]]] = {
    "words": lambda text: {"title": text, "meaning": text, "why": text, "symbols": {"x": text}},
    "more words": lambda text: {"conditions": text, "pitfall": text, "example": {"text": text}},
    "questions": lambda text: {"questions": {"q1": dict.fromkeys(("ask", "answer", "more"), text)}},
    "prompts": lambda text: {"prompts": dict.fromkeys(("meaning", "recall", "cloze"), text)},
    "figure": lambda text: {"figure": {"alt": text, "caption": text}},
}


@pytest.mark.exhaustive(every=len(TRANSLATED), of=6)
@pytest.mark.parametrize("place", TRANSLATED)
def test_injections_in_translations(
    project: Project, tmp_path: Path, place: str, every: int, count: Count
) -> None:
    texts = {f"e-{number}": text for number, text in enumerate(INJECTIONS[::every])}
    example = {"given": {"x": "2"}, "compute": "x**2", "text": "A square."}
    whole = {**entry({"conditions": "x", "pitfall": "y"}), "example": example, "figure": PARABOLA}
    root = write(project, dict.fromkeys(texts, whole), "For the tests.")
    for name, text in texts.items():
        words = TRANSLATED[place](text)
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
    assert len(package.notes) > len(texts)
    assert len(refused) < len(texts) / 2
    count("injected texts", len(texts))
    count("injected texts, of which refused", len(refused))
    assert [str(fault) for fault in check_package(package)] == []


LISTED: Mapping[str, Callable[[str], Mapping[str, object]]] = {
    "ask": lambda text: {"notes": {"a": {"ask": text, "answer": "One"}}},
    "answer": lambda text: {"notes": {"a": {"ask": "Which?", "answer": text}}},
    "id": lambda text: {"notes": {text: {"ask": "Which?", "answer": "One"}}},
    "title": lambda text: {"title": text},
    "topic": lambda text: {"topic": text},
    "tag": lambda text: {"tags": [text]},
    "source": lambda text: {"sources": [text]},
}


@pytest.mark.exhaustive(every=6)
@pytest.mark.parametrize("quoted", [False, True], ids=["plain", "quoted"])
@pytest.mark.parametrize("place", LISTED)
def test_injections_in_a_list(
    project: Project, tmp_path: Path, place: str, quoted: bool, count: Count
) -> None:
    texts = {f"e-{number}": text for number, text in enumerate(INJECTIONS)}
    root = write(project, {"honest": entry({})}, "For the tests.")
    for name, text in texts.items():
        change = LISTED[place](text)
        data = {"title": "L", "topic": "l", "sources": ["A book"], **change}
        notes = data.pop("notes", {"a": {"ask": "Which?", "answer": "One"}})
        assert isinstance(notes, dict)
        body = as_yaml({"notes": notes}) if quoted else f"notes:\n{_in_lines(notes)}"
        path = root / "formulas" / "hostile" / f"{name}.notes.yaml"
        path.write_text(f"{_plainly(data)}\n{body}\n", encoding="utf-8")
    package, refused = built(root, tmp_path / "out")
    count("injected texts", len(texts))
    count("injected texts, of which refused", len(refused))
    assert [(f.guid, f.what, texts.get(f.guid.split("/")[1])) for f in check_package(package)] == []
    accepted = {name for name in texts if f"formulas/hostile/{name}.notes.yaml" not in refused}
    assert {f"dlcards/{name}/a" for name in accepted} <= package.notes.keys()
    if place in ("ask", "answer", "title"):
        assert len(accepted) > len(texts) / 2
        for name in accepted:  # plain text: every sign stands for itself
            seen = visible("\n".join(package.notes[f"dlcards/{name}/a"]))
            shown = texts[name].replace("`", "")  # backticks set code
            assert " ".join(shown.split()) in " ".join(seen.replace("`", "").split()), shown


def _plainly(data: Mapping[str, object]) -> str:
    return "\n".join(
        f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in data.items()
    )


def _in_lines(notes: Mapping[str, Mapping[str, str]]) -> str:
    """Return notes as a list is written, in quotes only where it must be."""
    lines = []
    for name, note in notes.items():
        ask, answer = (_quoted(note[key]) for key in ("ask", "answer"))
        lines.append(f"  {_quoted(name)}: {{ask: {ask}, answer: {answer}}}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if '"' in text or "\\" in text else f'"{text}"'


FIGURED: Mapping[str, Callable[[str], Mapping[str, object]]] = {
    "alt": lambda text: {"alt": text},
    "caption": lambda text: {"caption": text},
    "title": lambda text: {"title": text},
    "xlabel": lambda text: {"xlabel": text},
    "label": lambda text: {"exprs": [{"expr": "x**2", "label": text}]},
    "kept label": lambda text: {"keep_labels": [text], "front_safe": True},
}


@pytest.mark.exhaustive(every=len(FIGURED), of=6)
@pytest.mark.parametrize("place", FIGURED)
def test_injections_in_a_figure(
    project: Project, tmp_path: Path, place: str, every: int, count: Count
) -> None:
    texts = {f"e-{number}": text for number, text in enumerate(INJECTIONS[::every])}
    entries = {
        name: {**entry({}), "figure": {**PARABOLA, **FIGURED[place](text)}}
        for name, text in texts.items()
    }
    honest = {**entry({}), "figure": PARABOLA}
    root = write(project, {"honest": honest, **entries}, "For the tests.")
    package, refused = built(root, tmp_path / "out")
    count("injected texts", len(texts))
    count("injected texts, of which refused", len(refused))
    assert package.pictures
    assert [(f.guid, f.what) for f in check_package(package)] == []
    if place in ("alt", "caption"):
        accepted = {name for name in texts if f"formulas/hostile/{name}.yaml" not in refused}
        assert len(accepted) > len(texts) / 2
        for name in accepted:
            seen = visible("\n".join(package.notes[f"dlcards/{name}"]))
            assert " ".join(texts[name].split()) in " ".join(seen.split()), texts[name]


SOURCED: Mapping[str, Callable[[str], Mapping[str, object]]] = {
    "title": lambda text: {"title": text},
    "address": lambda text: {"title": "A book", "url": text},
    "address with a beginning": lambda text: {"title": "A book", "url": f"https://x.org/{text}"},
    "place": lambda text: {"title": "A book", "places": {"1": text}},
    "address of a place": lambda text: {"title": "A book", "urls": {"1": text}},
}


@pytest.mark.exhaustive(every=len(SOURCED), of=6)
@pytest.mark.parametrize("place", SOURCED)
def test_injections_in_the_sources(
    project: Project, tmp_path: Path, place: str, every: int, count: Count
) -> None:
    texts = {f"S{number}": text for number, text in enumerate(INJECTIONS[::every])}
    cited = {f"e-{code.lower()}": {**entry({}), "sources": [f"{code}:1"]} for code in texts}
    root = write(project, cited, "For the tests.")
    sources = {code: SOURCED[place](text) for code, text in texts.items()}
    (root / "formulas" / "sources.yaml").write_text(as_yaml(sources), encoding="utf-8")
    package, refused = built(root, tmp_path / "out")
    count("injected texts", len(texts))
    assert not refused
    assert len(package.notes) >= len(texts)
    assert [(f.guid, f.what) for f in check_package(package)] == []


def test_injections_as_codes_of_sources(project: Project, tmp_path: Path, count: Count) -> None:
    for number, text in enumerate(INJECTIONS):
        cited = {**entry({}), "sources": [f"{text}:1", f"x {number}"]}
        root = write(project, {"honest": entry({}), "cited": cited}, "For the tests.")
        sources = as_yaml({text: {"title": "A book"}})
        (root / "formulas" / "sources.yaml").write_text(sources, encoding="utf-8")
        count("injected texts")
        package, _ = built(root, tmp_path / "out")
        assert [(f.guid, f.what) for f in check_package(package)] == [], text


@pytest.mark.exhaustive(every=48)
@pytest.mark.parametrize("text", INJECTIONS)
def test_injections_in_the_description_of_a_deck(
    project: Project, tmp_path: Path, text: str, count: Count
) -> None:
    root = write(project, {"honest": entry({})}, text)
    deck = {**DECK, "description": text, "version": text[:30]}
    (root / "decks" / "hostile.yaml").write_text(as_yaml(deck), encoding="utf-8")
    count("injected texts")
    request = BuildRequest(root, ("hostile",), jobs=0)
    result = build(request, Progress(quiet=True))
    if not result.ok:  # a backslash has no place in a version
        assert {p.location.line for p in result.problems} == {_line(deck, "version")}
        count("injected texts, of which refused")
        (root / "decks" / "hostile.yaml").write_text(
            as_yaml({**deck, "version": "1"}), encoding="utf-8"
        )
        result = build(request, Progress(quiet=True))
    assert result.ok
    package = read(result.decks[0].package, tmp_path)
    assert [fault.what for fault in check_package(package)] == []
    assert any(" ".join(text.split()) in visible(told) for told in package.descriptions)


def _line(data: Mapping[str, object], key: str) -> int:
    return 1 + list(data).index(key)
