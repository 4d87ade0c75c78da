"""Everything about one entry, for a reader at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from dlcards.build.derive import Derived, derive, read_chains, side
from dlcards.build.drill import Drilled, drill
from dlcards.build.flow import (
    Content,
    Options,
    draw_figures,
    exercise_contents,
    prepare_and_compose,
    workers,
)
from dlcards.build.implement import Implemented, implement, read
from dlcards.build.prepare import source_link
from dlcards.build.verify import Effort, verify
from dlcards.claims.lock import Checked
from dlcards.claims.print.unicode import to_unicode
from dlcards.claims.prose import Inline
from dlcards.claims.statement import Statement
from dlcards.claims.verdict import Level
from dlcards.content.families import ExerciseItem
from dlcards.content.library import Item, Library
from dlcards.content.lists import NoteList
from dlcards.content.project_file import of_project
from dlcards.content.reader import read_library
from dlcards.content.texts import located
from dlcards.figures import check, parse_spec, render, render_png
from dlcards.files import write_atomically
from dlcards.languages import SOURCE
from dlcards.model import Prose
from dlcards.problems import ContentError, Problem, UsageError, has_errors, in_order
from dlcards.project import cache_folder, output_folder
from dlcards.requests import Watcher
from dlcards.validation import nearest

MOST_NOTES = 20
"""Notes of a list that are shown at once."""


@dataclass(frozen=True, slots=True)
class EntryReport:
    """An entry as named lines.

    Parameters
    ----------
    title : str
    lines : tuple of (str, str)
        Name and text; an empty name continues the one before.
    """

    title: str
    lines: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...] = ()


def find_item(root: Path, entry_id: str) -> tuple[Library, Item, tuple[Problem, ...]]:
    """Return an entry with its library and its problems.

    Raises
    ------
    UsageError
        When there is no such entry; the message names the nearest.
    ContentError
        When it cannot be read.
    """
    library, problems = read_library(root)
    if entry_id in library.items:
        item = library.items[entry_id]
        own = tuple(p for p in problems if p.location.file == item.document.file)
        return library, item, own
    broken = of_project(problems)
    broken += tuple(p for p in problems if Path(p.location.file).stem == entry_id)
    if broken:
        raise ContentError(broken)
    hint = nearest(entry_id, library.items, most=3)
    raise UsageError(f"there is no entry {entry_id!r}" + (f"; {hint}" if hint else ""))


def show_entry(root: Path, entry_id: str, watcher: Watcher) -> EntryReport:
    """Check one entry or exercise and return everything about it, or about a list or its note."""
    library, problems = read_library(root)
    name, _, note = entry_id.partition("/")
    if name in library.lists:
        return _show_list(library.lists[name], note)
    if entry_id in library.exercises:
        return _show_exercise(library, library.exercises[entry_id], problems, watcher)
    library, item, problems = find_item(root, entry_id)
    options = Options(workers(None), cache_folder(output_folder(root)))
    verified = verify(library, (item,), Effort(options.jobs), watcher)
    content = Content(verified)
    derived = Derived()
    if not has_errors(problems):
        gallery = draw_figures(library, (item,), options, watcher)
        derived = derive(library, (item,), watcher, jobs=options.jobs)
        implemented = implement(library, (item,), watcher, jobs=options.jobs)
        content = prepare_and_compose(
            library, (item,), verified, gallery, options, derived, implemented
        )
    cards = [slot for note in content.notes.get(item.id, ()) for slot in note.slots]
    lines = (
        *_formulas(item),
        *_checks(verified.checked.get(item.id, Checked())),
        *_derivation(item, derived),
        *_algorithm(item, content.implemented),
        *_relations(library, item),
        ("cards", f"{len(cards)}: {', '.join(cards)}" if cards else "none"),
    )
    return EntryReport(item.entry.title, lines, in_order((*problems, *content.problems)))


def _show_list(questions: NoteList, note: str) -> EntryReport:
    """Return what a list holds, or one of its notes.

    Raises
    ------
    UsageError
        When there is no such note.
    """
    chosen = (note,) if note else tuple(questions.notes)[:MOST_NOTES]
    if note and note not in questions.notes:
        hint = nearest(note, questions.notes, most=3)
        message = f"there is no note {note!r} in {questions.id}"
        raise UsageError("; ".join(part for part in (message, hint) if part))
    lines = [
        (name, f"{ask}  →  {answer}") for name in chosen for ask, answer in [questions.notes[name]]
    ]
    left = len(questions.notes) - len(chosen)
    if left and not note:
        lines.append(("…", f"{left:,} more"))
    lines += [("file", questions.file), ("notes", f"{len(questions.notes):,}")]
    return EntryReport(questions.head.title, tuple(lines))


def _show_exercise(
    library: Library, item: ExerciseItem, found: Iterable[Problem], watcher: Watcher
) -> EntryReport:
    drilled = drill(library, (item,), watcher, jobs=workers(None))
    own = [problem for problem in found if problem.location.file == item.document.file]
    lines = (
        ("drills", ", ".join(item.exercise.drills)),
        ("level", str(item.exercise.level)),
        ("file", item.document.file),
        *_variants(library, item, drilled),
    )
    return EntryReport(item.exercise.title, lines, in_order((*own, *drilled.problems)))


def _variants(library: Library, item: ExerciseItem, drilled: Drilled) -> Iterator[tuple[str, str]]:
    """Yield how many draws can be used, and every variant with its answer."""
    locked = drilled.families.get(item.id)
    if locked is None:
        return
    yield "draws", f"{locked.passed} of {locked.tried} can be used"
    for reason, count in locked.rejected:
        yield "", f"rejected by {reason}: {count}"
    content = exercise_contents(library, (item,), drilled, SOURCE)[item.id]
    for number, variant in enumerate(content.variants, 1):
        yield f"variant {number}", _line(variant.problem)
        yield "", f"answer: {_line(variant.answer)}"


def _line(prose: Prose) -> str:
    return "".join(piece.text for piece in prose)


def _formulas(item: Item) -> Iterator[tuple[str, str]]:
    statement = item.statement
    if item.sign is not None:
        yield "sign", _sign(item.sign, statement)
        yield "read aloud", item.entry.say or "not told"
    if item.entry.unchecked is not None:
        yield "formula", item.entry.unchecked.latex
    if statement is None:
        return
    name = "formula"
    if statement.definition is not None:
        yield name, to_unicode(statement.definition, statement)
        name = ""
    for claim in statement.claims:
        yield name, to_unicode(claim.tree, statement)
        name = ""
    where = ", ".join(f"{name}: {kind}" for name, kind in item.entry.let.items())
    if where:
        yield "where", where
    yield "meaning", item.entry.meaning


def _sign(sign: Inline, statement: Statement | None) -> str:
    if sign.node is None or statement is None:
        return sign.text
    return to_unicode(sign.node, statement)


def _checks(checked: Checked) -> Iterator[tuple[str, str]]:
    name = "checked"
    for verdict in checked.verdicts:
        level = str(verdict.level) if verdict.level else f"does not hold: {verdict.message}"
        sampled = verdict.points and verdict.level in (Level.NUMERIC, Level.STATISTICAL)
        points = f" at {verdict.points} points" if sampled else ""
        time = f", {verdict.seconds:.2f} s" if verdict.seconds else ""
        note = f" ({verdict.note})" if verdict.note else ""
        yield name, f"{level}{points}{time}{note}: {verdict.claim}"
        name = ""
    if checked.code_points:
        yield "code", f"agrees with the formula on {checked.code_points} inputs"


def _derivation(item: Item, derived: Derived) -> Iterator[tuple[str, str]]:
    """Yield every line of a derivation with its rule and how surely it follows."""
    locked = derived.derivations.get(item.id)
    if locked is None:
        return
    for chain in read_chains(item):
        found = locked.chains[chain.name]
        name = f"branch {chain.name}" if chain.name else "derivation"
        yield name, to_unicode(chain.start, chain.statement)
        for line in chain.lines:
            level, points = found.lines[line.slot]
            how = f"{level} at {points} points" if level == Level.NUMERIC else level
            rule = "".join(inline.text for inline in line.by)
            said = ", ".join((rule, *line.uses))
            shown = to_unicode(side(chain, line), chain.statement)
            yield "", f"{_SIGNS.get(line.relation, line.relation)} {shown}  ({said}; {how})"
        yield "idea", "".join(inline.text for inline in chain.idea)
        for slip in chain.slips:
            right = chain.following(slip)
            assert right is not None
            shown = to_unicode(side(chain, right, slip.node), chain.statement)
            yield f"slip after {slip.after}", f"{shown}: {found.slips[slip.slot]}"


def _algorithm(item: Item, implemented: Implemented) -> Iterator[tuple[str, str]]:
    """Yield the code of an algorithm, what it achieves, its calls, and where its slips fail."""
    algorithm = read(item)
    if algorithm is None:
        return
    name = "code"
    for line in algorithm.snippet.text.split("\n"):
        yield name, line
        name = ""
    locked = implemented.algorithms.get(item.id)
    if locked is None:
        return
    name = "achieves"
    for claim in algorithm.ensures:
        yield name, to_unicode(claim.tree, algorithm.statement)
        name = ""
    for invariant in algorithm.invariants:
        yield "in each pass", to_unicode(invariant.claim.tree, algorithm.statement)
    low, high = locked.sizes or (0, 0)
    yield "tried", f"at {locked.inputs} inputs" + (f", sizes {low} to {high}" if high else "")
    for call in algorithm.calls:
        given, returned = locked.calls[call.slot]
        yield f"call {call.slot}", f"{given}: {returned}".replace("\n", ", ")
    for slip in algorithm.slips:
        yield f"slip {slip.slot}", f"{slip.wrong}: {locked.slips[slip.slot]}"


_SIGNS = {"==": "=", "<=": "≤", ">=": "≥", "=>": "⇒", "<=>": "⇔", "≈": "="}


def _relations(library: Library, item: Item) -> Iterator[tuple[str, str]]:
    if item.entry.figure is not None:
        yield "figure", str(item.entry.figure.get("kind", ""))
    yield "file", item.document.file
    yield "builds on", ", ".join(item.entry.requires) or "nothing"
    later = [other.id for other in library.items.values() if item.id in other.entry.requires]
    yield "leads to", ", ".join(sorted(later)) or "nothing"
    name = "sources"
    for source in item.entry.sources:
        link = source_link(library.sources, source)
        yield name, f"{link.text}  {link.url}".rstrip()
        name = ""


def draw_figure(root: Path, entry_id: str, target: Path, *, front: bool = False) -> None:
    """Write the figure of an entry as SVG or PNG.

    Raises
    ------
    UsageError
        When the entry has no figure, or the file name ends in neither .svg nor .png.
    ContentError
        When the figure is wrong.
    OSError
        When the file cannot be written.
    """
    if target.suffix not in (".svg", ".png"):
        raise UsageError(f"{target.name}: a figure is written as .svg or .png")
    _, item, problems = find_item(root, entry_id)
    if has_errors(problems):
        raise ContentError(problems)
    if item.entry.figure is None:
        raise UsageError(f"{entry_id} has no figure")
    spec, misfits = parse_spec(item.entry.figure)
    found = misfits if spec is None else check(spec, item.statement)
    wrong = [p for p in found if not p.warning]
    if spec is None or wrong:
        inside = [replace(p, path=("figure", *p.path)) for p in wrong]
        raise ContentError(located(item, inside))
    if target.suffix == ".png":
        data = render_png(spec, statement=item.statement, front=front)
    else:
        data = render(spec, statement=item.statement, front=front).svg
    write_atomically(target, data)
