"""Copy entries of the bundled library into a project, where they may be changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from dlcards.content.files import ContentFiles, find_files
from dlcards.files import read_text, write_atomically, write_new
from dlcards.model import OURS
from dlcards.problems import Problem, UsageError
from dlcards.project import bundled_content
from dlcards.validation import nearest

_REQUIRES = re.compile(r"^requires:(?P<value>.*\n(?:(?:[ \t-].*|\s*)\n)*)", re.MULTILINE)
_USES = re.compile(r"\buses: *\[(?P<value>[^\]]*)\]")
_DISTINCT = re.compile(r"^distinct: *\n(?:[ \t]+.*\n)*", re.MULTILINE)
_BLOCK = re.compile(r"^(?P<code>[\w-]+):.*\n?(?:[ \t#].*\n?|\s*\n)*", re.MULTILINE)
_CODE = re.compile(r"(?<![\w-])[\w-]+(?=:)")
_WORD = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Added:
    """The files that were written, and entries named in them that the project does not have."""

    written: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def add_entries(root: Path, names: tuple[str, ...]) -> Added:
    """Copy entries with their translations and the sources that they cite.

    Parameters
    ----------
    root : Path
        The project.
    names : tuple of str
        ``dlcards:calculus/chain-rule``, ``dlcards:chain-rule``, or a folder,
        ``dlcards:calculus``.

    Raises
    ------
    UsageError
        When there is no such entry, or the project has one with its id.
    OSError
        When a file cannot be written; nothing stays behind.
    """
    library = bundled_content()
    if library is None or library == root:
        raise UsageError("there is no bundled library to copy from")
    there, own = find_files(library, []), find_files(root, _ignored())
    chosen = tuple(dict.fromkeys(entry for name in names for entry in _named(name, there)))
    for entry in chosen:
        for known in (own.entries, own.lists):
            if entry in known:
                place = known[entry][1].relative_to(root).as_posix()
                raise UsageError(f"{entry!r} exists already: {place}")
    known_ids = {*own.entries, *chosen}
    copies: dict[Path, str] = {}
    left_out: dict[str, None] = {}
    for entry in chosen:
        subject, path = there.entries[entry]
        folder = root / "formulas" / subject
        text, missing = _without_missing(read_text(path), known_ids, there.entries.keys())
        copies[folder / path.name] = text
        left_out |= dict.fromkeys(missing)
        for (name, _), other in there.translations.items():
            if name == entry:
                copies[folder / other.name] = read_text(other)
    sources = _with_sources(library, root, copies)
    written: list[Path] = []
    try:
        for target, text in copies.items():
            write_new(target, text, root)
            written.append(target)
        if sources is not None:
            write_atomically(root / "formulas" / "sources.yaml", sources, root)
    except OSError:
        for target in written:
            target.unlink()
        raise
    shown = tuple(path.relative_to(root).as_posix() for path in written)
    return Added(shown, tuple(left_out))


def _ignored() -> list[Problem]:
    """Return a list for problems that another command tells."""
    return []


def _named(name: str, there: ContentFiles) -> Iterator[str]:
    """Yield the ids of the entries that a name stands for."""
    library, colon, rest = name.partition(":")
    if not colon or library != OURS or not rest:
        raise UsageError(f"{name!r}: write {OURS}:folder/entry, such as {OURS}:calculus/chain-rule")
    folder, slash, entry = rest.partition("/")
    if not slash:
        inside = [key for key, (subject, _) in there.entries.items() if subject == rest]
        if inside:
            yield from sorted(inside)
            return
        folder, entry = "", rest
    found = there.entries.get(entry)
    if found is None or folder not in ("", found[0]):
        known = [f"{subject}/{key}" for key, (subject, _) in there.entries.items()]
        hint = f"did you mean {OURS}:{found[0]}/{entry}?" if found else nearest(rest, known, most=3)
        raise UsageError("; ".join(p for p in (f"the library has no {rest!r}", hint) if p))
    yield entry


def _without_missing(text: str, known: Set[str], library: Set[str]) -> tuple[str, list[str]]:
    """Return an entry that names only known ones, and those of the library that it named besides.

    It names prerequisites, what the lines of a derivation rest on (these may be branches too),
    and what tells entries apart.
    """
    required = _REQUIRES.search(text)
    words = _WORD.findall(re.sub(r"#.*", "", required["value"])) if required else []
    absent = (library | {*words}) - known
    missing: dict[str, None] = {}

    def kept(value: str) -> str:
        names = _WORD.findall(value)
        missing.update(dict.fromkeys(name for name in names if name in absent))
        return ", ".join(name for name in names if name not in absent)

    if required and not absent.isdisjoint(words):
        line = f"requires: [{kept(' '.join(words))}]\n"
        text = text[: required.start()] + line + text[required.end() :]
    text = _USES.sub(lambda match: f"uses: [{kept(match['value'])}]", text)
    return _DISTINCT.sub(lambda match: _without_lines(match[0], absent), text), [*missing]


def _without_lines(block: str, absent: Set[str]) -> str:
    """Return a block of one line for each entry without those that are absent."""
    head, *lines = block.splitlines(keepends=True)
    kept = [line for line in lines if line.partition(":")[0].strip() not in absent]
    return "".join((head, *kept)) if kept else ""


def _with_sources(library: Path, root: Path, copies: dict[Path, str]) -> str | None:
    """Return the project's sources with those that copies cite; None when none is new."""
    theirs = read_text(library / "formulas" / "sources.yaml")
    ours = read_text(root / "formulas" / "sources.yaml")
    cited = set(_CODE.findall("\n".join(copies.values())))
    known = {match["code"] for match in _BLOCK.finditer(ours)}
    blocks = [
        match.group().rstrip("\n") + "\n"
        for match in _BLOCK.finditer(theirs)
        if match["code"] in cited - known
    ]
    if not blocks:
        return None
    return "".join((f"{ours.rstrip()}\n" if ours.strip() else "", *blocks))
