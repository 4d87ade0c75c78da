"""Everybody's projects: started complete, with a namespace of their own, apart from the library."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from dlcards import project as project_module
from dlcards.cli import run
from dlcards.commands.add import _without_missing
from dlcards.commands.check import check
from dlcards.content.project_file import ALL_RULES, SMALL_SET, namespace_fault
from dlcards.content.reader import read_library
from dlcards.release.diff.read import Limits, read_package
from dlcards.requests import CheckRequest
from samples import DECK, ENTRY, Project
from silence import Silent

pytestmark = pytest.mark.usefixtures("in_process")

ROOT = Path(__file__).parents[2]
OWN = "namespace: physics-miller\n"


def problems(root: Path) -> list[tuple[str, int, str]]:
    found = read_library(root)[1]
    return [(p.location.file, p.location.line, p.code) for p in found]


def own(project: Project, text: str = OWN, **more: str) -> Path:
    named = {name.replace("_css", ".css"): content for name, content in more.items()}
    return project(
        {
            "dlcards.yaml": text,
            "formulas/calculus/chain-rule.yaml": ENTRY,
            "decks/calculus.yaml": DECK,
            **named,
        }
    )


@pytest.mark.slow
def test_a_new_project_is_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "cards"
    assert run(["init", str(root), "--namespace", "physics-miller"]) == 0
    assert "Next: dlcards" in capsys.readouterr().out
    assert run(["--root", str(root), "check", "--strict"]) == 0
    assert run(["--root", str(root), "build", "--all"]) == 0
    package = read_package(root / "build" / "algebra.apkg", Limits())
    assert len(package.notes) >= 5
    assert {guid.partition("/")[0] for guid in package.notes} == {"physics-miller"}
    assert all(name.startswith("physics-miller-") for name in package.media)
    names = {str(kind["name"]) for kind in package.types.values()}
    assert {"physics-miller Formula", "physics-miller Cloze"} <= names
    kinds = {path.suffix for path in (root / "formulas" / "algebra").iterdir()}
    assert kinds == {".yaml", ".svg"}


@pytest.mark.parametrize("namespace", ["dlcards", "My Cards", "", "a" * 41, "../x"])
def test_a_namespace_of_someone_else_writes_nothing(
    tmp_path: Path, namespace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["init", str(tmp_path / "cards"), "--namespace", namespace]) == 2
    assert repr(namespace) in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_init_asks_for_the_namespace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", str(tmp_path / "cards")]) == 2
    assert "--namespace" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    assert run(["init", str(tmp_path), "--namespace", "mine"]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("namespace: dlcards\n", 1, "bad-namespace"),
        ("namespace: My Cards\n", 1, "bad-namespace"),
        ("title: Mine\n", 1, "missing-key"),
        (f"{OWN}titel: Mine\n", 2, "unknown-key"),
        (f"{OWN}rules: {{set: smal}}\n", 2, "unknown-value"),
        (f"{OWN}rules: {{also: [no-questions]}}\n", 2, "unknown-rule"),
        (f"{OWN}rules: {{except: [nothing]}}\n", 2, "unknown-rule"),
        (f"{OWN}language: english\n", 2, "unknown-language"),
        (f"{OWN}tags: [first year]\n", 2, "bad-tag"),
        (f"{OWN}tags: ['a::']\n", 2, "bad-tag"),
        (f"{OWN}macros: {{frac: x}}\n", 2, "bad-macro"),
        (f"{OWN}macros: {{R2: x}}\n", 2, "bad-macro"),
        (f"{OWN}macros: {{R: '\\R\\R'}}\n", 2, "bad-macro"),
        (f"{OWN}macros: {{link: '\\href{{x}}{{y}}'}}\n", 2, "bad-macro"),
        (f"{OWN}macros: {{half: 'x#2'}}\n", 2, "bad-macro"),
        ("- namespace\n", 1, "not-a-mapping"),
        ("namespace: [\n", 2, "yaml-syntax"),
    ],
)
def test_a_mistake_in_the_project_file_is_told_at_its_line(
    project: Project, text: str, line: int, code: str
) -> None:
    assert problems(own(project, text)) == [("dlcards.yaml", line, code)]


@pytest.mark.parametrize("text", ["namespace: [\n", "titel: Mine\n", "namespace: dlcards\n"])
@pytest.mark.parametrize(
    "command",
    [
        ["check"],
        ["check", "formulas/calculus/chain-rule.yaml"],
        ["build", "--all"],
        ["list"],
        ["list", "--deck", "calculus"],
        ["show", "chain-rule"],
        ["export", "--deck", "calculus", "--format", "csv"],
        ["worksheet", "--deck", "calculus", "--output", "sheet.html"],
        ["release", "--version", "1.0.0"],
    ],
)
def test_a_broken_project_file_is_told_alone(
    project: Project, text: str, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    root = own(project, text)
    entry = root / "formulas/calculus/chain-rule.yaml"
    entry.write_text(ENTRY.replace("Bring", "\\(\\R\\) Bring"), encoding="utf-8")
    assert run(["--root", str(root), *command]) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if ": error: " in line]
    assert {line.partition(":")[0] for line in told} == {"dlcards.yaml"}
    assert not (root / "build" / "calculus.apkg").exists()


@pytest.mark.parametrize(
    ("css", "line"),
    [
        ("@import 'x';", 1),
        (".card {}\n.card { background: url(https://example.org/x.png) }", 2),
        (".card { background: URL(x) }", 1),
        (".card { background: u\\72l(x) }", 1),
        ("</style><script>alert(1)</script>", 1),
        (".a { background: image-set('x' 1x) }", 1),
        ("@font-face { font-family: x }", 1),
    ],
)
def test_a_style_loads_nothing_and_stays_a_style(project: Project, css: str, line: int) -> None:
    assert problems(own(project, style_css=css)) == [("style.css", line, "bad-style")]


@pytest.mark.slow
def test_a_style_comes_after_that_of_the_cards(project: Project) -> None:
    root = own(project, style_css=".dl { font-family: Georgia }\n")
    assert run(["--root", str(root), "build", "--all", "-q"][:4]) == 0
    package = read_package(root / "build" / "calculus.apkg", Limits())
    styles = [str(kind["css"]) for kind in package.types.values()]
    assert all(css.endswith(".dl { font-family: Georgia }\n") for css in styles)


@pytest.mark.slow
def test_default_tags_stand_on_every_note(project: Project) -> None:
    root = own(project, f"{OWN}tags: [Schule::Klasse-9b, 물리]\n")
    assert run(["--root", str(root), "build", "--all"]) == 0
    notes = read_package(root / "build" / "calculus.apkg", Limits()).notes
    (note,) = notes.values()
    assert note.guid == "physics-miller/chain-rule"
    assert {"Schule::Klasse-9b", "물리", "physics-miller::calculus::derivatives"} <= set(note.tags)


def test_author_and_licence_stand_on_the_deck(project: Project) -> None:
    from dlcards.build.describe import describe_deck

    root = own(project, f"{OWN}author: M. Miller\nlicence: CC0\n")
    told = describe_deck("Waves.", lang="en", version="1", project=read_library(root)[0].project)
    assert "CC0, M. Miller" in told
    assert "dlcards contributors" not in told
    assert "CC BY 4.0, dlcards contributors" in describe_deck("Waves.", lang="en", version="1")


@pytest.mark.slow
def test_labels_are_in_the_language_of_the_project(project: Project) -> None:
    root = own(project, f"{OWN}language: ko\n")
    assert run(["--root", str(root), "build", "--all"]) == 0
    (note,) = read_package(root / "build" / "calculus.apkg", Limits()).notes.values()
    assert note.guid == "physics-miller/chain-rule"
    assert "ko" in note.fields
    assert any("출처" in field for field in note.fields)


@pytest.mark.slow
def test_own_projects_start_with_few_rules(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    long = ENTRY.replace("answer: Zero", f"answer: {'zero and nothing else ' * 4}")
    root = own(project)
    (root / "formulas/calculus/chain-rule.yaml").write_text(long, encoding="utf-8")
    assert run(["--root", str(root), "check"]) == 0
    out, err = capsys.readouterr()
    assert "missing" not in err
    assert "rules off in dlcards.yaml: answer-long, " in out
    (root / "dlcards.yaml").write_text(f"{OWN}rules: {{also: [answer-long]}}\n", encoding="utf-8")
    assert run(["--root", str(root), "check"]) == 1
    assert "[answer-long]" in capsys.readouterr().err
    (root / "dlcards.yaml").unlink()
    assert run(["--root", str(root), "check"]) == 1


def test_a_new_entry_asks_for_what_the_rules_want(project: Project) -> None:
    root = own(project)
    for name, also in (("few", ""), ("many", "also: [missing-why, missing-source]")):
        (root / "dlcards.yaml").write_text(f"{OWN}rules: {{{also}}}\n", encoding="utf-8")
        run(["--root", str(root), "new", "concept", name, "--subject", "calculus"])
    few, many = (
        (root / f"formulas/calculus/{name}.yaml").read_text(encoding="utf-8")
        for name in ("few", "many")
    )
    keys = {line.partition(":")[0] for line in few.splitlines() if line[0] not in "# "}
    assert keys == {"kind", "title", "topic", "priority", "meaning", "questions"}
    assert {'why: ""', 'sources: [""]'} <= set(many.splitlines())


@pytest.mark.slow
def test_sources_are_asked_for_by_a_rule(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = "title: W\ntopic: w\nnotes:\n  x: {ask: What?, answer: This}\n"
    root = own(project, **{"formulas/calculus/words.notes.yaml": plain})
    entry = root / "formulas/calculus/chain-rule.yaml"
    entry.write_text(ENTRY.partition("sources:")[0], encoding="utf-8")
    assert run(["--root", str(root), "check", "--strict"]) == 0
    assert run(["--root", str(root), "build", "--all"]) == 0
    notes = read_package(root / "build" / "calculus.apkg", Limits()).notes.values()
    assert not any("Sources" in field for note in notes for field in note.fields)
    capsys.readouterr()
    (root / "dlcards.yaml").write_text(f"{OWN}rules: {{also: [missing-source]}}\n")
    for command in ("check", "build --all"):
        assert run(["--root", str(root), *command.split()]) == 1
        told = capsys.readouterr().err
        for place in ("calculus/chain-rule.yaml:1:1", "calculus/words.notes.yaml:1:1"):
            assert f"{place}: error: no source is named" in told


def test_every_rule_is_a_code_of_the_review() -> None:
    from dlcards.cli.explain import sections

    assert SMALL_SET < ALL_RULES <= set(sections())
    names = ("rules.py", "pairs.py", "references.py")
    files = [ROOT / "src/dlcards/content" / name for name in names]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert all(f'"{rule}"' in text for rule in ALL_RULES)


@pytest.mark.slow
def test_what_is_in_no_deck_is_told(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    root = own(project)
    (root / "formulas/other").mkdir()
    (root / "formulas/other/lonely.yaml").write_text(ENTRY, encoding="utf-8")
    words = "title: W\ntopic: w\nsources: [a b]\nnotes:\n  x: {ask: What?, answer: This}\n"
    (root / "formulas/other/words.notes.yaml").write_text(words, encoding="utf-8")
    run(["--root", str(root), "check"])
    told = capsys.readouterr().err
    assert told.count("[in-no-deck]") == 2
    assert "formulas/other/lonely.yaml" in told
    assert "formulas/other/words.notes.yaml" in told


def test_beside_a_broken_deck_nothing_is_said_of_what_no_deck_holds(project: Project) -> None:
    root = own(project)
    (root / "decks/calculus.yaml").write_text("title: [\n", encoding="utf-8")
    found = check(CheckRequest(root, (), jobs=0), Silent()).problems
    assert {problem.location.file for problem in found} == {"decks/calculus.yaml"}


# The bundled library


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the root of content that lies inside an installed package."""
    package = tmp_path / "site-packages" / "dlcards"
    content = package / "content"
    (content / "formulas" / "calculus").mkdir(parents=True)
    (content / "decks").mkdir()
    (content / "formulas/calculus/power-rule.yaml").write_text(ENTRY, encoding="utf-8")
    (content / "formulas/calculus/square.yaml").write_text(
        ENTRY.replace("sources:", "requires: [power-rule, gone]\nsources:"), encoding="utf-8"
    )
    (content / "decks/calculus.yaml").write_text(DECK, encoding="utf-8")
    monkeypatch.setattr(project_module, "PACKAGE", str(package))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return content


@pytest.mark.parametrize(
    "command",
    [
        ["new", "concept", "mine", "--subject", "calculus"],
        ["release", "--version", "1.0.0"],
        ["pull", __file__],
        ["schema", "--write"],
        ["add", "dlcards:power-rule"],
    ],
)
def test_outside_a_project_writing_commands_name_init(
    installed: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(path for path in installed.rglob("*"))
    assert run(command) == 2
    assert "dlcards init" in capsys.readouterr().err
    assert sorted(path for path in installed.rglob("*")) == before


@pytest.mark.slow
def test_checking_the_bundled_content_writes_nothing_into_it(installed: Path) -> None:
    (installed / "formulas/calculus/square.yaml").unlink()
    before = sorted(path for path in installed.rglob("*"))
    assert run(["check"]) == 0
    assert sorted(path for path in installed.rglob("*")) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dlcards:calculus/square", "dlcards:square", "dlcards:calculus"])
def test_entries_of_the_library_are_copied(
    installed: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "mine"
    assert run(["init", str(root), "--namespace", "mine"]) == 0
    assert run(["--root", str(root), "add", name]) == 0
    copy = (root / "formulas/calculus/square.yaml").read_text(encoding="utf-8")
    whole = name == "dlcards:calculus"
    assert ("requires: [power-rule]\n" if whole else "requires: []\n") in copy
    assert "left out of requires and uses: " in capsys.readouterr().out
    assert read_library(root)[1] == ()
    assert (installed / "formulas/calculus/square.yaml").is_file()
    assert run(["--root", str(root), "add", name]) == 2
    assert "exists already" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("square", "write dlcards:folder/entry"),
        ("dlcards:calculus/squares", "did you mean 'calculus/square'"),
        ("dlcards:algebra/square", "did you mean dlcards:calculus/square?"),
        ("dlcards:../../etc/passwd", "the library has no"),
        ("other:square", "write dlcards:folder/entry"),
    ],
)
def test_what_is_not_there_is_not_copied(
    installed: Path, tmp_path: Path, name: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "mine"
    run(["init", str(root), "--namespace", "mine"])
    assert run(["--root", str(root), "add", name]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.slow
def test_every_entry_of_the_library_can_be_taken_alone() -> None:
    there = {path.stem: path for path in (ROOT / "formulas").glob("*/*.yaml")}
    named = re.compile(r"^(?:requires|distinct):|\buses:", re.MULTILINE)
    tried = 0
    for entry, path in there.items():
        text = path.read_text(encoding="utf-8")
        copy, missing = _without_missing(text, {entry}, there.keys())
        left = [line for line in copy.splitlines() if named.search(line)]
        listed = {
            word
            for line in left
            for value in re.findall(r"\[(.*?)\]", line)
            for word in re.split(r", *", value)
        }
        assert listed.isdisjoint(there.keys() - {entry}), entry
        tried += bool(missing)
    assert tried > 100


@pytest.mark.slow
def test_sources_come_with_the_entries_that_cite_them(installed: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "formulas/sources.yaml", installed / "formulas/sources.yaml")
    entry = installed / "formulas/calculus/power-rule.yaml"
    cited = ENTRY.replace("https://example.org/calculus", "DLB:6.5")
    entry.write_text(cited, encoding="utf-8")
    root = tmp_path / "mine"
    run(["init", str(root), "--namespace", "mine"])
    assert run(["--root", str(root), "add", "dlcards:power-rule"]) == 0
    library, found = read_library(root)
    assert found == ()
    assert set(library.sources) == {"BOOK", "DLB"}
    assert "6.5" in library.sources["DLB"].places


def test_a_word_of_ones_own_is_a_namespace() -> None:
    assert namespace_fault("physics-miller") is None
