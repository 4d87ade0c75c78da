"""The JSON Schemas for editors: as `dlcards schema` writes them, and true of all content."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from dlcards.cli.schema import schema_text
from dlcards.commands.init import start_project
from dlcards.project import SCHEMA_FILES

ROOT = Path(__file__).parents[2]


class Loader(yaml.CSafeLoader):
    """Reads YAML without turning words and dates into other things."""


Loader.yaml_implicit_resolvers = {
    key: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(("timestamp", "value"))]
    for key, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def content(name: str) -> list[Path]:
    if name == "deck":
        return sorted((ROOT / "decks").glob("*.yaml"))
    files = sorted((ROOT / "formulas").glob("*/*.yaml"))
    return [path for path in files if ("." in path.stem) == (name == "translation")]


def described(schema: Any, path: str = "") -> Iterator[tuple[str, bool]]:
    """Yield every key of a schema and whether it has a description."""
    if isinstance(schema, dict):
        for key, value in schema.get("properties", {}).items():
            yield f"{path}/{key}", bool(value.get("description"))
        for key, value in schema.items():
            if key == "if":
                continue
            yield from described(value, f"{path}/{key}")
    elif isinstance(schema, list):
        for i, value in enumerate(schema):
            yield from described(value, f"{path}/{i}")


@pytest.mark.parametrize("name", SCHEMA_FILES)
def test_the_file_is_what_the_command_writes(name: str) -> None:
    """Mend it by `dlcards schema --write`."""
    assert (ROOT / SCHEMA_FILES[name]).read_text(encoding="utf-8") == schema_text(name)


@pytest.mark.parametrize("name", SCHEMA_FILES)
def test_it_is_draft_7_and_describes_every_key(name: str) -> None:
    schema = json.loads(schema_text(name))
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    keys = list(described(schema))
    assert len(keys) > 3
    assert [key for key, has_description in keys if not has_description] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["entry", "deck", "translation"])
def test_all_content_is_valid(name: str) -> None:
    files = content(name)
    assert len(files) > {"entry": 50, "deck": 1, "translation": -1}[name]
    validator = jsonschema.Draft7Validator(json.loads(schema_text(name)))
    wrong = []
    for path in files:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader)
        wrong += [
            f"{path.name}: {list(error.absolute_path)}: {error.message[:200]}"
            for error in validator.iter_errors(data)
        ]
    assert wrong == []


def test_editors_find_the_schemas() -> None:
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    named = {Path(place).as_posix().removeprefix("./") for place in settings["yaml.schemas"]}
    assert named == set(SCHEMA_FILES.values())


@pytest.mark.slow
def test_a_list_is_completed_and_checked_like_an_entry(tmp_path: Path) -> None:
    start_project(tmp_path / "cards", "mine")
    (path,) = (tmp_path / "cards" / "formulas").glob("*/*.notes.yaml")
    text = path.read_text(encoding="utf-8")
    validator = jsonschema.Draft7Validator(json.loads(schema_text("list")))
    assert list(validator.iter_errors(yaml.load(text, Loader))) == []
    for old, new in (("ask:", "aks:"), ("topic: numbers", "topic: Two words"), ("{x: real}", "3")):
        assert old in text
        assert list(validator.iter_errors(yaml.load(text.replace(old, new), Loader))) != []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [("kind: equation", "kind: equasion"), ("pitfall:", "pitfal:"), ("priority: 1", "priority: 9")],
)
def test_a_mistake_is_underlined(old: str, new: str) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    entry = text.split("```yaml\n")[1].split("```")[0].replace("priority: 2", "priority: 1")
    validator = jsonschema.Draft7Validator(json.loads(schema_text("entry")))
    assert list(validator.iter_errors(yaml.load(entry, Loader))) == []
    assert old in entry
    assert list(validator.iter_errors(yaml.load(entry.replace(old, new), Loader))) != []
