"""Algorithms are tried where the lock does not know them, and printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dlcards import languages
from dlcards.algorithms.lock import Locked, fingerprint, read_lock, write_lock
from dlcards.build.judging import damaged, finish, judge_unknown, judged
from dlcards.build.pieces import defined_names, definitions_of, printed, types_of, with_few_digits
from dlcards.claims.print.latex import definition_latex, to_latex
from dlcards.claims.statement import Claim, Statement, Type
from dlcards.claims.tree import Node, num, sym, walk
from dlcards.claims.verdict import Level
from dlcards.content.algorithms import algorithm_text
from dlcards.content.library import Item, Library
from dlcards.model import (
    AlgorithmCall,
    AlgorithmContent,
    AlgorithmGap,
    AlgorithmInvariant,
    AlgorithmSlip,
    CheckSummary,
    Illustration,
    Prose,
    SourceLink,
)
from dlcards.problems import Problem
from dlcards.project import ALGORITHMS_LOCK, is_installed
from dlcards.requests import Watcher
from dlcards.workers import Result

if TYPE_CHECKING:
    from dlcards.algorithms.judge import JudgedAlgorithm
    from dlcards.algorithms.model import Algorithm, AlgorithmText


@dataclass(frozen=True, slots=True)
class Implemented:
    """What was found out about algorithms.

    Parameters
    ----------
    algorithms : mapping of str to Locked
        By id of the entry, those without a mistake.
    problems : tuple of Problem
    """

    algorithms: Mapping[str, Locked] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def implement(
    library: Library,
    items: Sequence[Item],
    watcher: Watcher,
    *,
    jobs: int,
    fresh: bool = False,
    complete: bool = False,
) -> Implemented:
    """Try the algorithms of entries; what the lock knows is not tried again.

    Parameters
    ----------
    library : Library
    items : sequence of Item
    watcher : Watcher
    jobs : int
        Worker processes.
    fresh : bool
        Trust nothing in the lock.
    complete : bool
        Whether these are all entries: what else is in the lock goes.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; what was finished is in the lock.
    """
    texts = {item.id: text for item in items if (text := algorithm_text(item)) and item.readable}
    if not texts and not complete:
        return Implemented()
    path = library.root / ALGORITHMS_LOCK
    lock = read_lock(path)
    found = judge_unknown(
        items,
        {name: fingerprint(text) for name, text in texts.items()},
        lock.records,
        lambda todo: _judged([texts[item.id] for item in todo], watcher, jobs),
        _locked,
        part="algorithm",
        hint="make it smaller, or let it take fewer steps",
        fresh=fresh,
        complete=complete,
    )
    changed = found.locked != lock.records or lock.damaged
    finish(
        lambda: write_lock(path, found.locked),
        changed=changed and not is_installed(library.root),
        interrupted=found.interrupted,
    )
    problems = [damaged(ALGORITHMS_LOCK, "algorithm")] if lock.damaged else []
    return Implemented(found.known, (*problems, *found.problems))


def _judged(
    texts: Sequence[AlgorithmText], watcher: Watcher, jobs: int
) -> list[Result[JudgedAlgorithm]]:
    """Try algorithms in worker processes."""
    if not texts:
        return []
    from dlcards.algorithms.reader import flat  # start-up
    from dlcards.algorithms.task import judge_text  # start-up

    return judged(judge_text, [flat(text) for text in texts], watcher, "Trying algorithms", jobs)


def _locked(key: str, judged: JudgedAlgorithm) -> Locked:
    calls = {slot: (given, returned) for slot, given, returned in judged.calls}
    return Locked(key, judged.inputs, judged.sizes, calls, dict(judged.slips))


def printed_algorithm(
    item: Item,
    library: Library,
    locked: Locked,
    figure: Illustration | None = None,
    sources: Sequence[SourceLink] = (),
    source_tags: tuple[str, ...] = (),
    *,
    lang: str = languages.SOURCE,
) -> AlgorithmContent:
    """Print everything that the cards of an algorithm show."""
    algorithm, source = read(item), item.entry.algorithm
    assert algorithm is not None
    assert source is not None
    statement = algorithm.statement
    unasked = {slot for slot, written in source.slips.items() if "slip" in written.without}
    return AlgorithmContent(
        id=item.first_id,
        title=item.title(lang),
        subject=item.subject,
        topic=item.entry.topic,
        task=printed(algorithm.task, statement),
        code=algorithm.snippet.text,
        where=_where(algorithm, lang),
        ensures=tuple(to_latex(claim.tree, statement) for claim in algorithm.ensures),
        terms=tuple(_terms(algorithm, algorithm.ensures, lang)),
        gaps=tuple(
            AlgorithmGap(gap.slot, gap.start, gap.end, gap.also, printed(gap.hint, statement))
            for gap in algorithm.gaps
        ),
        calls=tuple(_calls(algorithm, locked)),
        slips=tuple(
            AlgorithmSlip(
                slip.slot,
                slip.start,
                slip.end,
                slip.wrong,
                printed(slip.says, statement),
                with_few_digits(locked.slips.get(slip.slot, "")),
            )
            for slip in algorithm.slips
            if f"s{slip.slot}" not in unasked
        ),
        invariants=tuple(
            AlgorithmInvariant(
                each.slot,
                printed(each.ask, statement),
                printed(each.answer, statement),
                to_latex(each.claim.tree, statement),
                tuple(_terms(algorithm, (each.claim,), lang)),
            )
            for each in algorithm.invariants
        ),
        priority=item.entry.priority,
        lang=library.project.labels(lang),
        written=library.project.language,
        namespace=library.project.namespace,
        figure=figure,
        sources=tuple(sources),
        source_tags=source_tags,
        check=CheckSummary(Level.NUMERIC, points=locked.inputs, sizes=locked.sizes),
        related=library.titles(item.entry.requires, lang),
        tags=(*library.project.tags, *item.entry.tags),
    )


def read(item: Item) -> Algorithm | None:
    """Return the algorithm of an entry, of one that was judged."""
    from dlcards.algorithms.reader import read_algorithm  # start-up

    text = algorithm_text(item)
    return read_algorithm(text)[0] if text is not None else None


def _where(algorithm: Algorithm, lang: str) -> tuple[Prose, ...]:
    """Return the types of the arguments; of those made for the trial, such as g, the task tells.

    Hypotheses that speak of what the arguments are made from belong to the trial too.
    """
    statement = algorithm.statement
    declared = [name for name in algorithm.snippet.arguments if name in statement.types]
    known = {*declared, *(arg.name for name in declared for arg in statement.types[name].args)}
    given = tuple(each for each in statement.given if _names(each, statement) <= known)
    types = {name: _without_range(kind) for name, kind in statement.types.items()}
    return types_of(map(sym, declared), replace(statement, given=given, types=types), lang)


def _without_range(kind: Type) -> Type:
    """Return whole numbers without an end that is a number: that far only the trial goes."""
    if kind.name != "integers" or kind.args[1].op != "num":
        return kind
    return (
        Type("natural") if kind.args[0] == num(1) else Type("integers", (kind.args[0], sym("oo")))
    )


def _names(tree: Node, statement: Statement) -> set[str]:
    """Return the declared and defined names in a formula."""
    names = {node.name for node in walk(tree)}
    return {name for name in names if name in statement.types or name in statement.definitions}


def _terms(algorithm: Algorithm, claims: Sequence[Claim], lang: str) -> Iterator[Prose]:
    """Yield what the names in some relations stand for, and what the arguments were made from.

    A relation may hold for such arguments only, as for a rate below a limit.
    """
    told, statement = _where(algorithm, lang), algorithm.statement
    made = [sym(name) for name in algorithm.snippet.arguments if name in statement.definitions]
    trees = [*(claim.tree for claim in claims), *made]
    yield from definitions_of(defined_names(trees, statement), statement)
    yield from (line for line in types_of(trees, statement, lang) if line not in told)


def _calls(algorithm: Algorithm, locked: Locked) -> Iterator[AlgorithmCall]:
    definitions = algorithm.statement.definitions
    functions = tuple(
        definition_latex(name, algorithm.statement)
        for name in algorithm.snippet.arguments
        if name in definitions and definitions[name].parameters
    )
    for call in algorithm.calls:
        yield AlgorithmCall(call.slot, *locked.calls[call.slot], functions)
