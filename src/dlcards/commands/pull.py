"""Pull the owner's remarks and tags from an export into the project."""

from __future__ import annotations

from pathlib import Path

from dlcards.commands.merge import read_export
from dlcards.content.project_file import of_project
from dlcards.content.reader import read_library
from dlcards.files import write_atomically
from dlcards.problems import has_errors
from dlcards.release.personal import PERSONAL_FILE, Pulled, pull, read_personal, write_personal


def pull_personal(root: Path, export: Path) -> Pulled:
    """Write the file of remarks and tags, unless there is a problem.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    before, problems = read_personal(root)
    mine, more = read_export(export)
    if mine is None or has_errors(problems):
        return Pulled(problems=(*problems, *more))
    library, found = read_library(root)
    if of_project(found):
        return Pulled(problems=of_project(found))
    tags = {tag for item in library.items.values() for tag in item.entry.tags}
    known = frozenset(tags.union(library.project.tags))
    pulled = pull(mine, before, known, export.name, library.project.namespace)
    if not pulled.problems:
        write_atomically(root / PERSONAL_FILE, write_personal(pulled.overlay))
    return pulled
