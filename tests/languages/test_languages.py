from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from dlcards import figures, languages
from dlcards.build.compose import compose
from dlcards.build.describe import describe_deck
from dlcards.cards.note_types import note_type
from dlcards.model import CardContent, plain

SOURCE = languages.FOLDER / languages.SOURCE
TABLES = sorted(path.stem for path in SOURCE.iterdir())
MAY_DIFFER = ("/names/", "/prompts/term/", "/prompts/term-back/")
"""Names of topics, and the cards that ask for a word of another language."""


def texts(data: object, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text of a table with the way to it."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from texts(value, f"{prefix}/{key}")
    else:
        assert isinstance(data, str), prefix
        yield prefix, data


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def shape(code: str, table: str) -> dict[str, set[str]]:
    """Return the keys of a table that every language has, each with its placeholders."""
    found = texts(languages.table(code, table))
    return {key: placeholders(text) for key, text in found if not key.startswith(MAY_DIFFER)}


@pytest.fixture
def klingon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A new language: one folder and nothing else."""
    shutil.copytree(languages.FOLDER, tmp_path / "languages")
    shutil.copytree(SOURCE, tmp_path / "languages" / "tlh")
    monkeypatch.setattr(languages, "FOLDER", tmp_path / "languages")
    languages.codes.cache_clear()
    languages.table.cache_clear()
    yield "tlh"
    languages.codes.cache_clear()
    languages.table.cache_clear()


def test_a_folder_is_a_language(klingon: str) -> None:
    assert klingon in languages.codes()
    assert languages.or_source(klingon) == klingon
    assert shape(klingon, "cards") == shape(languages.SOURCE, "cards")


def test_a_copied_folder_speaks_on_cards_pictures_and_decks(klingon: str) -> None:
    assert said(klingon) == said(languages.SOURCE)


def said(code: str) -> tuple[dict[str, str], list[str], str]:
    """Return a note, what every picture of the gallery shows, and a description of a deck."""
    content = CardContent("a", "concept", "Limit", "s", "t", lang=code, meaning=plain("M"))
    (note,), problems = compose(content)
    assert problems == ()
    fields = dict(zip(note_type("formula").field_names(), note.fields, strict=True))
    assert fields.pop("Lang") == code
    specs = [figures.parse_spec({**kind.examples[0], "alt": ""})[0] for kind in figures.KINDS]
    seen = [figures.alt_text(spec, code) for spec in specs if spec is not None]
    return fields, seen, describe_deck("Limits.", lang=code, version="1.0.0")


def test_the_source_language_stands_in_for_a_missing_one() -> None:
    assert languages.or_source("tlh") == languages.SOURCE
    with pytest.raises(KeyError, match="tlh"):
        languages.table("tlh", "cards")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("code", languages.codes())
def test_every_language_has_every_key_and_placeholder(code: str, table: str) -> None:
    assert shape(code, table) == shape(languages.SOURCE, table)


@pytest.mark.parametrize("code", languages.codes())
def test_every_language_has_the_tables_of_the_source_language(code: str) -> None:
    found = sorted(path.stem for path in (languages.FOLDER / code).iterdir())
    assert found == TABLES


@pytest.mark.parametrize("code", languages.codes())
def test_every_prompt_is_one_question_or_one_task(code: str) -> None:
    for name, prompts in languages.table(code, "cards")["prompts"].items():
        for kind, sentence in prompts.items():
            place = f"{code} {name} {kind}"
            assert sentence.count("?") <= 1, place
            assert sentence.count("*") in (0, 2), place
            assert len(sentence) <= (90 if code == languages.SOURCE else 50), place
