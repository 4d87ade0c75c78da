"""Start a project that is complete: an example of each kind, schemas, sources, a workflow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from dlcards import __version__
from dlcards.content.project_file import namespace_fault
from dlcards.content.schema import json_schema
from dlcards.files import write_new
from dlcards.problems import UsageError
from dlcards.project import SCHEMA_FILES

EXAMPLES: Mapping[str, str] = {
    "dlcards.yaml": "dlcards.yaml",
    "style.css": "style.css",
    "README.md": "readme.md",
    "formulas/sources.yaml": "sources.yaml",
    "formulas/algebra/binomial-square.yaml": "binomial-square.yaml",
    "formulas/algebra/number-line.yaml": "number-line.yaml",
    "formulas/algebra/number-line.svg": "number-line.svg",
    "formulas/algebra/number-words.notes.yaml": "number-words.notes.yaml",
    "decks/algebra.yaml": "deck.yaml",
    ".github/workflows/cards.yml": "workflow.yml",
}
"""Files of a new project and the files beside this one that they are made from."""

EDITOR = {
    "yaml.schemas": {
        "./formulas/entry.schema.json": ["formulas/*/*.yaml", "!formulas/*/*.*.yaml"],
        "./formulas/translation.schema.json": ["formulas/*/*.*.yaml", "!formulas/*/*.notes.yaml"],
        "./formulas/list.schema.json": "formulas/*/*.notes.yaml",
        "./exercises/exercise.schema.json": "exercises/*/*.yaml",
        "./decks/deck.schema.json": "decks/*.yaml",
        "./formulas/project.schema.json": "dlcards.yaml",
    },
    "yaml.validate": True,
}


def start_project(folder: Path, namespace: str) -> tuple[Path, ...]:
    """Write a new project; overwrite nothing, and leave nothing behind when it fails.

    Raises
    ------
    UsageError
        When the namespace cannot be used, or one of the files exists.
    OSError
        When a file cannot be written.
    """
    wrong = namespace_fault(namespace)
    if wrong is not None:
        raise UsageError("; ".join(wrong))
    contents = project_files(namespace)
    taken = [name for name in contents if (folder / name).exists()]
    if taken:
        raise UsageError(f"{folder / taken[0]} exists already; choose another folder")
    written: list[Path] = []
    try:
        for name, text in contents.items():
            write_new(folder / name, text, folder)
            written.append(folder / name)
    except OSError:
        for path in written:
            path.unlink()
        raise
    return tuple(written)


def project_files(namespace: str) -> dict[str, str]:
    """Return the text of every file of a new project by its path."""
    skeleton = files(__package__) / "skeleton"
    out = {
        name: (skeleton / file)
        .read_text(encoding="utf-8")
        .replace("NAMESPACE", namespace)
        .replace("VERSION", __version__)
        for name, file in EXAMPLES.items()
    }
    for name, place in SCHEMA_FILES.items():
        out[place] = json.dumps(json_schema(name), ensure_ascii=False, indent=1, sort_keys=True)
        out[place] += "\n"
    out[".vscode/settings.json"] = json.dumps(EDITOR, indent=2) + "\n"
    out[".gitignore"] = "/build/\n"
    out[".gitattributes"] = "decks/ledger.tsv merge=union\n"
    return out
