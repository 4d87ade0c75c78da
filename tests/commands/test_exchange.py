"""What people have comes in, what they made goes out, any deck can be looked through."""

from __future__ import annotations

import csv
import json
import sqlite3
import zipfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import genanki
import pytest
from PIL import Image

from dlcards.cli import run
from dlcards.commands.lint import lint_package
from dlcards.content.foreign import Taken, read_markdown, to_text
from dlcards.content.reader import read_library
from dlcards.files import write_new
from dlcards.release.diff.read import Limits, read_package
from samples import DECK, ENTRY, Project

pytestmark = pytest.mark.usefixtures("in_process")

TARGET = "formulas/physics/cards.notes.yaml"


@pytest.fixture
def root(project: Project) -> Path:
    return project({"dlcards.yaml": "namespace: physics-miller\n"})


def imported(root: Path, name: str, data: bytes, *options: str) -> dict[str, tuple[str, str]]:
    """Import a file and return the notes of the list that was written."""
    path = root / name
    path.write_bytes(data)
    assert run(["--root", str(root), "import", str(path), "--subject", "physics", *options]) == 0
    library, problems = read_library(root)
    assert problems == ()
    (found,) = library.lists.values()
    return dict(found.notes)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a&nbsp;&lt; b", "a < b"),
        ("<div>one</div><div>two</div>", "one two"),
        ("<b>bold</b> and <i> it </i>", "*bold* and *it*"),
        ("<code>x*y</code>", "`x*y`"),
        (r"\(x^2\) costs $5", r"\(x^2\) costs \$5"),
        (r"\[\frac{1}{2}\]", r"\(\frac{1}{2}\)"),
        ("[$]x[/$], [$$]y[/$$], [latex]z[/latex]", r"\(x\), \(y\), \(z\)"),
        ("<anki-mathjax>x</anki-mathjax>", r"\(x\)"),
        ("2*3*4 and `", r"2\*3\*4 and \`"),
        ('<a href="https://example.org/a">here</a>', "[here](https://example.org/a)"),
        ('<a href="javascript:x">here</a>', "here"),
        ("<script>alert(1)</script>x", "x"),
        ('<img src="a.png">x [sound:b.mp3]', "x"),
        ("\u200bx\u202e", "x"),
    ],
)
def test_a_field_becomes_a_text_of_ours(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    ("name", "data", "notes"),
    [
        ("cards.csv", "question,answer\nWhat?,This\n", [("What?", "This")]),
        ("cards.csv", "What?;This, and that;school\n", [("What?", "This, and that")]),
        ("cards.csv", "a, b, c;d\n(e, f);g\n", [("a, b, c", "d"), ("(e, f)", "g")]),
        ("cards.txt", "What, who?|This\n", [("What, who?", "This")]),
        ("cards.csv", "Vorderseite;Rückseite\nHund;dog\n", [("Hund", "dog")]),
        ("cards.tsv", "What?\tThis\n", [("What?", "This")]),
        ("cards.csv", 'a,b\n"Say ""hi""",007\n', [("a", "b"), ('Say "hi"', "007")]),
        ("cards.txt", "#separator:tab\n#html:true\n<b>a</b>\tb &lt; c\n", [("*a*", "b < c")]),
        (
            "cards.txt",
            "#separator:pipe\n#tags column:3\n#deck column:1\nMine|a|x y|b\n",
            [("a", "b")],
        ),
        ("cards.csv", "front,back,tags,extra\na,b,x y,more\n", [("a", "b")]),
        ("cards.csv", "\ufefffront,back\na,b\n,\n", [("a", "b")]),
        ("cards.md", "Q: What?\nA: This\nand that\n\nnoise\n", [("What?", "This and that")]),
        (
            "cards.md",
            "## What?\n\nThis.\n\n## Why?\nThat.\n",
            [("What?", "This."), ("Why?", "That.")],
        ),
        ("cards.md", "femur :: the **thigh** bone\n", [("femur", "the *thigh* bone")]),
        ("cards.md", "| Front | Back |\n|---|---|\n| a | $x^2$ |\n", [("a", r"\(x^2\)")]),
        ("cards.md", "energy ::: $E = mc^2$ for $5\n", [("energy", r"\(E = mc^2\) for \$5")]),
    ],
)
def test_tables_and_markdown_become_lists(
    root: Path, name: str, data: str, notes: list[tuple[str, str]]
) -> None:
    assert list(imported(root, name, data.encode()).values()) == notes


def test_what_could_not_be_taken_is_told(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "front,back,other\na,<img src=x>b,more\nonly a question,,\n" + f"long,{'x' * 1300},\n"
    assert len(imported(root, "cards.csv", rows.encode())) == 1
    told = capsys.readouterr().out
    assert f"{TARGET}: 1 note\n" in told
    for what in ("pictures", "further columns", "without a question", "longer than"):
        assert what in told
    assert "Next: " in told


def test_ids_are_words_and_never_the_same() -> None:
    taken = read_markdown("What is it? :: a\nWhat is it! :: b\n뼈 :: c\n123 :: d\nnull :: e\n")
    from dlcards.content.foreign import _ids

    assert list(_ids(taken.notes)) == ["what-is-it", "what-is-it-2", "note-3", "note-4", "null"]


@pytest.mark.parametrize(
    ("name", "data", "code", "told"),
    [
        (
            "cards.csv",
            "f,b\nGrö,x\n".encode("latin-1"),
            1,
            "cards.csv:2:3: error: this is not UTF-8",
        ),
        ("cards.csv", b"", 1, "nothing-to-import"),
        ("cards.csv", b"alone\n", 1, "nothing-to-import"),
        ("cards.csv", b'a,"b\n', 1, "bad-table"),
        ("cards.md", b"just words\n", 1, "nothing-to-import"),
        ("cards.xlsx", b"PK", 2, "reads no .xlsx files"),
        ("cards.cvs", b"a,b", 2, "did you mean '.csv'"),
        ("cards.apkg", b"no zip", 2, "not an Anki package"),
    ],
)
def test_bad_input_gives_one_problem_and_writes_nothing(
    root: Path, name: str, data: bytes, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / name).write_bytes(data)
    before = sorted(root.rglob("*"))
    command = ["--root", str(root), "import", str(root / name), "--subject", "physics"]
    assert run(command) == code
    assert told in (err := capsys.readouterr().err), err
    assert sorted(root.rglob("*")) == before


@pytest.mark.parametrize("subject", ["../x", "Physics", "con", "a/b"])
def test_a_folder_has_a_good_name(root: Path, subject: str) -> None:
    (root / "cards.csv").write_text("a,b\n", encoding="utf-8")
    assert run(["--root", str(root), "import", str(root / "cards.csv"), "--subject", subject]) == 2


def test_a_list_is_never_overwritten(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imported(root, "cards.csv", b"a,b\n")
    command = ["--root", str(root), "import", str(root / "cards.csv"), "--subject", "physics"]
    assert run(command) == 2
    assert "exists already" in capsys.readouterr().err
    assert run([*command, "--name", "others"]) == 0


# Packages of other makers

BASIC = genanki.Model(
    1_111_111_111,
    "Their Basic",
    fields=[{"name": "Front"}, {"name": "Back"}, {"name": "Extra"}],
    templates=[
        {"name": "1", "qfmt": "{{Front}}", "afmt": "{{Back}}"},
        {"name": "2", "qfmt": "{{Back}}", "afmt": "{{Front}}"},
    ],
)
CLOZE = genanki.Model(
    1_111_111_112,
    "Their Cloze",
    model_type=genanki.Model.CLOZE,
    fields=[{"name": "Text"}, {"name": "More"}],
    templates=[{"name": "C", "qfmt": "{{cloze:Text}}", "afmt": "{{cloze:Text}}{{More}}"}],
)


def package(path: Path, notes: Sequence[genanki.Note], media: Sequence[Path] = ()) -> Path:
    deck = genanki.Deck(1_222_222_222, "Theirs")
    for note in notes:
        deck.add_note(note)
    made = genanki.Package(deck)
    made.media_files = [str(file) for file in media]
    made.write_to_file(str(path))
    return path


def basic(front: str, back: str, *, extra: str = "", tags: Sequence[str] = ()) -> Any:
    return genanki.Note(model=BASIC, fields=[front, back, extra], tags=list(tags))


def cloze(text: str, more: str = "") -> Any:
    return genanki.Note(model=CLOZE, fields=[text, more])


def test_a_package_made_with_genanki_becomes_a_list(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = package(
        tmp_path / "cards.apkg",
        [
            basic("What is <b>light</b>?", r"A wave, \(c\)", extra="x", tags=["Optik::A"]),
            cloze("The {{c1::focal}} {{c2::length::of a lens}} is \\(f\\)", "See the book."),
            basic("picture", '<img src="a.png">'),
        ],
    )
    found = imported(root, "cards.apkg", made.read_bytes())
    assert list(found.values()) == [
        ("What is *light*?", r"A wave, \(c\)"),
        (r"The […] length is \(f\)", "focal"),
        (r"The focal [of a lens] is \(f\)", "length"),
    ]
    library, _ = read_library(root)
    more = library.lists["cards"].more
    assert more["what-is-light"].tags == ["Optik::A"]
    assert more["what-is-light"].reverse is True
    told = capsys.readouterr().out
    assert "further fields" in told
    assert "pictures" in told
    (root / "decks/p.yaml").write_text(DECK.replace("calculus", "physics"), encoding="utf-8")
    assert run(["--root", str(root), "build", "--all"]) == 0


@pytest.mark.slow
def test_pictures_and_sounds_come_with_their_notes(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    for name, colour in (("a lens.png", "red"), ("b.jpg", "blue"), ("g.gif", "red")):
        Image.new("RGB", (9, 9), colour).save(folder / name)
    (folder / "broken.png").write_bytes((folder / "a lens.png").read_bytes()[:40])
    (folder / "s.mp3").write_bytes(b"ID3" + bytes(99))
    (folder / "..evil.png").write_bytes((folder / "b.jpg").read_bytes())
    notes = [
        basic('What is this? <img alt="A $lens$" src="a%20lens.png">', "A lens [sound:s.mp3]"),
        basic('<img src="b.jpg">', "Blue"),
        basic("[sound:s.mp3]", '<img src="../../..evil.png"> text'),
        basic("Gone", '<img src="gone.png">'),
        basic("Moving", 'It moves <img src="g.gif">'),
        basic("Broken", 'It is broken <img src="broken.png">'),
        basic("Web", 'It is far <img src="https://example.org/x.png"><img src="..evil.png">'),
        cloze('A {{c1::lens}} <img src="b.jpg">'),
    ]
    made = package(tmp_path / "made.apkg", notes, sorted(folder.iterdir()))
    found = imported(root, "cards.apkg", made.read_bytes())
    assert [answer for _, answer in found.values()] == [
        *("A lens", "Blue", "text", "It moves", "It is broken", "It is far", "lens")
    ]
    told = capsys.readouterr().out
    assert "7 notes, 4 pictures and sounds" in told
    for what in ("no PNG, JPEG", "is broken", "the package lacks", "of the web", "no picture and"):
        assert what in told
    more = read_library(root)[0].lists["cards"].more
    files = sorted(path.name for path in (root / "formulas/physics/cards").iterdir())
    assert files == ["a-lens.png", "b.jpg", "evil.jpg", "s.mp3"]
    first = more["what-is-this"].figure
    assert first is not None
    assert (first.file, first.alt, first.front) == ("cards/a-lens.png", "A lens", True)
    assert more["what-is-this"].audio == "cards/s.mp3"
    (root / "decks/p.yaml").write_text(DECK.replace("calculus", "physics"), encoding="utf-8")
    assert run(["--root", str(root), "build", "--all"]) == 0
    assert len(read_package(root / "build/p.apkg", Limits()).media) == 6  # named by their notes


def test_the_front_is_what_the_template_shows(root: Path, tmp_path: Path) -> None:
    model = genanki.Model(
        1_111_111_113,
        "Their Words",
        fields=[{"name": n} for n in ("No", "Word", "Image", "Meaning")],
        templates=[
            {"name": "1", "qfmt": "{{#Word}}{{hint:Word}}{{/Word}}{{Image}}", "afmt": "{{Meaning}}"}
        ],
    )
    note = genanki.Note(model=model, fields=["", "lens", "", "it bends light"])
    made = package(tmp_path / "made.apkg", [note])
    found = imported(root, "cards.apkg", made.read_bytes())
    assert list(found.values()) == [("lens", "it bends light")]


@pytest.mark.slow
def test_a_failure_leaves_no_file_behind(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
    made = package(
        tmp_path / "cards.apkg", [basic("x", '<img src="a.png">y')], [tmp_path / "a.png"]
    )

    def full(path: Path, content: str | bytes, below: Path) -> None:
        if path.suffix == ".yaml":
            raise OSError(28, "No space left on device")
        write_new(path, content, below)

    monkeypatch.setattr("dlcards.commands.import_notes.write_new", full)
    assert run(["--root", str(root), "import", str(made), "--subject", "physics"]) == 3
    assert not [path for path in (root / "formulas").rglob("*") if path.is_file()]


def codes(path: Path) -> list[str]:
    return sorted(problem.code for problem in lint_package(path).problems)


def test_a_sound_deck_of_others_has_no_problem(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"x")
    notes = [
        basic(r"\(\color{red}{x}\) <b>b</b>", '<img src="a.png">'),
        cloze(r"{{c1::\(\frac{1}{2}\)}}"),
        cloze(r"\(a_{ {{c1::1}} }\)"),
    ]
    assert codes(package(tmp_path / "d.apkg", notes, [picture])) == []


@pytest.mark.parametrize(
    ("notes", "code"),
    [
        ([basic(r"\(\frac{1}{2\)", "b")], "broken-formula"),
        ([basic(r"\(x \in \R\)", "b")], "broken-formula"),
        ([basic(r"\[\begin{alig} x \end{alig}\]", "b")], "broken-formula"),
        ([basic(r"\[\begin{align} x\]", "b")], "broken-formula"),
        ([basic(r"\(x", "b")], "broken-formula"),
        ([basic("a", '<img src="gone.png">')], "missing-media"),
        ([basic("a", "[sound:gone.mp3]")], "missing-media"),
        ([basic("Same", "1"), basic("<b>same</b>", "2")], "duplicate-note"),
        ([basic("a", "<script>x</script>")], "script-in-field"),
        ([basic("a", '<b onclick="x">b</b>')], "script-in-field"),
        ([basic("a", '<img src="https://example.org/x.png">')], "remote-media"),
        ([cloze("no gap")], "cloze-without-blank"),
        ([cloze("{{c1::a}} {{c2::b")], "unclosed-cloze"),
    ],
)
def test_what_is_wrong_in_a_deck_of_others_is_told(
    tmp_path: Path, notes: Sequence[Any], code: str
) -> None:
    path = package(tmp_path / "d.apkg", notes)
    before = path.read_bytes()
    assert code in codes(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def changed(path: Path, statement: str) -> Path:
    """Change the collection inside a package."""
    database = path.with_suffix(".db")
    with zipfile.ZipFile(path) as archive:
        database.write_bytes(archive.read("collection.anki2"))
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement)
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(database, "collection.anki2")
        archive.writestr("media", "{}")
    return path


def test_a_card_with_an_empty_front_is_told(tmp_path: Path) -> None:
    path = package(tmp_path / "d.apkg", [basic("a", "b")])
    changed(path, "UPDATE notes SET flds = 'a' || char(31) || '' || char(31) || ''")
    assert codes(path) == ["empty-card"]


@pytest.mark.slow
def test_a_bomb_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bomb.apkg"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", bytes(100_000_000))
    for command in (["lint", str(path)], ["import", str(path), "--subject", "x"]):
        made = tmp_path / "mine"
        made.mkdir(exist_ok=True)
        (made / "dlcards.yaml").write_text("namespace: mine\n", encoding="utf-8")
        assert run(["--root", str(made), *command]) == 3
        assert "unpacks like a bomb" in capsys.readouterr().err
        assert [p.name for p in made.iterdir()] == ["dlcards.yaml"]


def test_many_problems_of_a_sort_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = package(tmp_path / "d.apkg", [basic(rf"\(\R_{i}\)", f"{i}") for i in range(50)])
    assert run(["lint", str(path)]) == 0
    out, err = capsys.readouterr()
    assert err.count("[broken-formula]") == 21
    assert "30 more" in err
    assert "50 notes, 100 cards" in out


# Out again


@pytest.fixture
def whole(project: Project) -> Path:
    return project(
        {
            "dlcards.yaml": "namespace: physics-miller\n",
            "formulas/calculus/power-rule.yaml": ENTRY,
            "formulas/calculus/words.notes.yaml": "title: W\ntopic: w\nsources: [A b]\nnotes:\n"
            "  x: {ask: 'What is *it*, $x**2$?', answer: This}\n",
            "decks/calculus.yaml": DECK.replace("  - subject", "  - title: 1 Rules\n    subject"),
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "crowdanki", "markdown"])
def test_a_deck_goes_out(whole: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--root", str(whole), "export", "--deck", "calculus", "--format", form]
    assert run(command) == 0
    path = Path(capsys.readouterr().out.strip())
    text = path.read_text(encoding="utf-8")
    assert "physics-miller/power-rule" in text or form == "markdown"
    assert "Which power has the derivative 2x?" in text
    assert "What is" in text
    first = path.read_bytes()
    assert run(command) == 0
    assert path.read_bytes() == first


@pytest.mark.slow
def test_csv_is_what_anki_imports(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["--root", str(whole), "export", "--deck", "calculus", "--format", "csv"])
    lines = Path(capsys.readouterr().out.strip()).read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["#separator:comma", "#html:true"]
    rows = list(csv.reader(line for line in lines if not line.startswith("#")))
    assert {row[0] for row in rows} == {"physics-miller/power-rule", "physics-miller/words/x"}
    assert {row[2] for row in rows} == {"Tests::Calculus::1 Rules"}


@pytest.mark.slow
def test_crowdanki_nests_and_names_everything(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["--root", str(whole), "export", "--deck", "calculus", "--format", "crowdanki"])
    deck = json.loads(Path(capsys.readouterr().out.strip()).read_text(encoding="utf-8"))
    (child,) = deck["children"]
    assert (deck["name"], child["name"]) == ("Tests::Calculus", "1 Rules")
    assert len(child["notes"]) == 2
    known = {model["crowdanki_uuid"] for model in deck["note_models"]}
    assert {note["note_model_uuid"] for note in child["notes"]} <= known


def test_nothing_is_counted_without_a_loss() -> None:
    assert Taken().lost == {}
