"""Characters that nobody sees, by their properties, and names that Anki would change."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import pytest

from dlcards.content.lists import read_list
from dlcards.content.reader import read_library
from dlcards.documents import has_invisible, read_document
from samples import DECK, Project

IGNORABLE = (
    "00AD 034F 061C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164 FE00-FE0F"
    " FEFF FFA0 FFF0-FFF8 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF"
)
"""Default_Ignorable_Code_Point, from DerivedCoreProperties.txt of Unicode 16."""
SHOWN = "0600-0605 06DD 070F 0890-0891 08E2 110BD 110CD"
"""Prepended_Concatenation_Mark: format characters of Arabic and Kaithi that one sees."""
NEEDED = "\n\t"
LIST = "title: L\ntopic: l\nsources: [A book]\nnotes:\n  a: {{ask: {}, answer: One}}\n"


def spread(ranges: str) -> frozenset[int]:
    ends = [part.partition("-") for part in ranges.split()]
    return frozenset(
        code
        for first, _, last in ends
        for code in range(int(first, 16), int(last or first, 16) + 1)
    )


@pytest.mark.slow
def test_every_character_is_judged_by_its_properties() -> None:
    ignorable, shown = spread(IGNORABLE), spread(SHOWN)
    for code in range(sys.maxunicode + 1):
        category = unicodedata.category(chr(code))
        invisible = category in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") or code in ignorable
        if chr(code) in NEEDED or code in shown:
            invisible = False
        if category != "Cn" or invisible:  # what is not assigned may become anything
            assert has_invisible(chr(code)) == invisible, f"U+{code:04X} {category}"


def test_what_korean_and_mathematics_need_may_stand() -> None:
    hangul = "".join(map(chr, range(0xAC00, 0xD7A4)))
    jamo = "".join(chr(c) for c in range(0x1100, 0x1200) if c not in (0x115F, 0x1160))
    signs = "".join(map(chr, (*range(0x2200, 0x2300), *range(0x1D400, 0x1D800))))
    for text in (hangul, jamo, signs, "x̂ ∑ ‖x‖ a b a b 　", "é", "🎲"):
        assert not has_invisible(text)


@pytest.mark.parametrize("code", sorted(spread(IGNORABLE) - set(range(0xE0010, 0xE0FFF)))[::3])
def test_it_is_told_wherever_it_stands(code: int) -> None:
    sign = chr(code)
    if code != 0xFEFF and not 0xFFF0 <= code <= 0xFFF8:  # YAML itself refuses some
        for text in (f"meaning: a{sign}b\n", f'meaning: "a\\U{code:08X}b"\n', f"a{sign}: b\n"):
            _, problems = read_document(text, "a.yaml")
            assert [problem.code for problem in problems] == ["bad-character"], text
    for ask in (f"What{sign}is?", f'"What{sign}is?"', f'"What\\U{code:08X}is?"'):
        _, problems = read_list(LIST.format(ask), "l.notes.yaml", "l", "s")
        assert "bad-character" in {problem.code for problem in problems}, ask


@pytest.mark.parametrize(
    "title",
    [
        "A ", " A", "A:: B", "A ::B", "A::", "::A", "A::::B", "A:B", 'A"', "A\u3000", "A\u00a0::B",
        "Default", "default", "DEFAULT", "e\u0301", "A::\uac00\u11a8", "\t", "A\u2003::B", "",
    ],
)  # fmt: skip
def test_a_deck_is_called_as_anki_will_call_it(project: Project, title: str) -> None:
    escaped = title.encode("unicode_escape").decode("ascii").replace('"', '\\"')
    text = f'title: "{escaped}"\n' + "".join(
        line for line in DECK.splitlines(keepends=True) if not line.startswith("title:")
    )
    root: Path = project({"decks/calculus.yaml": text})
    _, problems = read_library(root)
    wrong = {p.code for p in problems if p.location.file == "decks/calculus.yaml"}
    assert wrong & {"bad-name", "empty-value"}, title
