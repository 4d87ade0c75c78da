"""The note types are what learners' collections remember: numbers never change."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dlcards import languages
from dlcards.build import compose as compose_module
from dlcards.cards import note_types as note_types_module
from dlcards.cards.note_types import FOLDERS, all_note_types, note_types
from dlcards.cards.render import render
from dlcards.model import CardContent, NoteType, plain

GOLDEN = Path(__file__).parent / "golden" / "note-types.txt"
FIELD = re.compile(r"\{\{[#^/]?(?:cloze:)?([^}]*)\}\}")
TYPES = {note_type.name: note_type for note_type in note_types()}
TEMPLATES = [
    pytest.param(note_type, template, id=f"{note_type.name} {template.name}")
    for note_type in note_types()
    for template in note_type.templates
]


def numbers() -> list[str]:
    """Return one line for everything Anki recognises by its number or its place."""
    lines = []
    for note_type in all_note_types():
        lines.append(f"{note_type.name}: {note_type.id} {note_type.kind}")
        lines += [f"  field {field.id} {field.name}" for field in note_type.fields]
        lines += [f"  template {template.id} {template.name}" for template in note_type.templates]
    return lines


def test_the_released_note_types_are_unchanged() -> None:
    assert GOLDEN.read_text(encoding="utf-8").splitlines() == numbers()


def test_every_number_is_used_once() -> None:
    ids = [note_type.id for note_type in all_note_types()]
    for note_type in all_note_types():
        ids += [field.id for field in note_type.fields]
        ids += [template.id for template in note_type.templates]
    assert len(ids) > 80
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(("note_type", "template"), TEMPLATES)
def test_a_template_uses_known_fields_only(note_type: NoteType, template: object) -> None:
    used = FIELD.findall(template.front + template.back)  # type: ignore[attr-defined]
    assert used
    assert set(used) <= set(note_type.field_names())


@pytest.mark.parametrize(("note_type", "template"), TEMPLATES)
def test_a_template_holds_no_words(note_type: NoteType, template: object) -> None:
    for side in (template.front, template.back):  # type: ignore[attr-defined]
        bare = re.sub(r"<script>.*?</script>|<[^>]*>|\{\{[^}]*\}\}", "", side, flags=re.DOTALL)
        assert bare.split() == []


@pytest.mark.parametrize(("note_type", "template"), TEMPLATES)
def test_every_element_is_closed(note_type: NoteType, template: object) -> None:
    for side in (template.front, template.back):  # type: ignore[attr-defined]
        open_elements: list[str] = []
        for close, name in re.findall(r"<(/?)([a-z][a-z0-9]*)", side.split("<script>")[0]):
            if close:
                assert open_elements.pop() == name
            elif name != "hr":
                open_elements.append(name)
        assert side.count("<div") == side.count("</div")


def test_every_field_is_shown_or_reserved() -> None:
    for note_type in note_types():
        shown = {
            name
            for template in note_type.templates
            for name in FIELD.findall(template.front + template.back)
        }
        hidden = set(note_type.field_names()) - shown
        assert hidden <= {"Id", "Extra1", "Extra2", "Extra3", "Title"}


def test_a_front_stands_in_the_condition_of_its_field() -> None:
    for template in TYPES["dlcards Formula"].templates:
        match = re.fullmatch(r"\{\{#(\w+)\}\}\n.*\{\{/(\w+)\}\}\n", template.front, re.DOTALL)
        assert match
        assert match.group(1) == match.group(2)


def test_the_answer_has_its_anchor() -> None:
    for note_type in note_types():
        for template in note_type.templates:
            assert template.back.count('id="answer"') == 1
            assert 'id="answer"' not in template.front


def test_the_front_picture_is_not_repeated_on_the_back() -> None:
    picture = next(t for t in TYPES["dlcards Formula"].templates if t.name == "Picture")
    assert "{{PictureFront}}" in picture.front
    assert "{{PictureFront}}" not in picture.back


def test_the_style_follows_anki_and_not_the_system() -> None:
    css = note_types()[0].css
    assert ".nightMode" in css
    assert ".night_mode" in css
    assert "prefers-color-scheme" not in css
    assert "invert(1) hue-rotate(180deg)" in css
    assert not re.search(r"@import|url\(|@font-face", css)


def test_night_redefines_every_colour() -> None:
    css = re.sub(r"/\*.*?\*/", "", note_types()[0].css, flags=re.DOTALL)
    light, night = re.findall(r"\{([^}]*--page:[^}]*)\}", css)
    colours = set(re.findall(r"(--[a-z-]+):", light))
    assert len(colours) > 10
    assert colours == set(re.findall(r"(--[a-z-]+):", night))
    assert not re.findall(r"#[0-9a-f]{3,6}", css.replace(light, "").replace(night, ""))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1])
def test_every_text_colour_can_be_read(theme: int) -> None:
    block = re.findall(r"\{([^}]*--page:[^}]*)\}", note_types()[0].css)[theme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    for name in ("ink", "quiet", "accent", "good", "warn"):
        assert contrast(colours[name], colours["page"]) >= 4.5, name
    for name in [name for name in colours if name.startswith("code-")]:
        assert contrast(colours[name], colours["soft"]) >= 4.5, name
    assert contrast(colours["accent"], colours["tint"]) >= 3


def test_sizes_do_not_follow_the_root_of_a_page() -> None:
    """It has 15 px in Anki and 16 in the preview, and both show the same boxes."""
    for note_type in all_note_types():
        assert not re.findall(r"[0-9.]+rem\b", note_type.css)


def test_the_folders_hold_what_is_loaded() -> None:
    root = Path(__file__).parents[2] / "src" / "dlcards" / "cards"
    found = {path.parent.name for path in root.glob("*/note_type.yaml")}
    assert found == {*FOLDERS, "occlusion"}
    for folder in FOLDERS:
        text = (root / folder / "note_type.yaml").read_text(encoding="utf-8")
        pages = {path.name for path in (root / folder).glob("*.html")}
        assert pages
        assert pages == set(re.findall(r"page: ([a-z-]+\.html)", text))


def test_the_documentation_names_every_field_and_template() -> None:
    text = (Path(__file__).parents[2] / "docs" / "cards.md").read_text(encoding="utf-8")
    ranges = {"A": range(1, 9), "Q": range(1, 9), "Extra": range(1, 4), "Question ": range(1, 9)}
    derivation = (("Next line", "n", 10), ("Rule", "r", 10), ("Slip", "s", 6))
    algorithm = (("Gap", "g", 8), ("Call", "c", 3), ("Invariant", "i", 3))
    for card, slot, most in (*derivation, *algorithm):
        stems = (f"{card} ", f"Ask {slot}", f"Reply {slot}")
        ranges |= dict.fromkeys(stems, range(1, most + 1))
    known = {f"{stem}{number}" for stem, numbers in ranges.items() for number in numbers}
    known |= {"RecallQ", "MeaningQ", "TermBackQ"}
    for note_type in note_types():
        assert f"### {note_type.name}" in text
        names = [template.name for template in note_type.templates]
        for name in (*note_type.field_names(), *names):
            assert name in known or name in text, name


def test_a_card_is_a_page_a_template_a_condition_and_a_phrase(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read, table = note_types_module._read, languages.table(languages.SOURCE, "cards")
    line = "  Toy: {id: 1, when: Extra1, page: toy.html}\n"
    page = '<h1 class="ask">{{Extra1}}</h1>\n<!-- answer -->\n<p>{{Meaning}}</p>\n'
    pages = {
        "formula/note_type.yaml": read("formula/note_type.yaml") + line,
        "formula/toy.html": page,
    }
    monkeypatch.setattr(note_types_module, "_read", lambda path: pages.get(path) or read(path))
    monkeypatch.setattr(compose_module, "CARD_FIELDS", {"toy": "Extra1"})
    phrases = {**table["prompts"], "toy": {"concept": "What is *{title}* good for?"}}
    monkeypatch.setattr(languages, "table", lambda code, name: {**table, "prompts": phrases})
    note_types.cache_clear()
    try:
        (note,), problems = compose_module.compose(
            CardContent("a", "concept", "Limit", "s", "t", formulas=("x",), meaning=plain("M"))
        )
        (card,) = render(note, note_types()[0])
    finally:
        monkeypatch.undo()
        note_types.cache_clear()
    assert problems == ()
    assert note.slots == ("toy",)
    assert "What is <em>Limit</em> good for?" in card.front
    assert "<p>M" in card.back
