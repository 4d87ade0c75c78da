"""Derivations are judged where the lock does not know them, and printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dlcards import languages
from dlcards.build.judging import damaged, finish, judge_unknown, judged
from dlcards.build.pieces import (
    defined_names,
    definitions_of,
    names_in,
    printed,
    types_of,
    with_few_digits,
)
from dlcards.claims.print.latex import to_latex
from dlcards.claims.tree import Node
from dlcards.claims.verdict import Level
from dlcards.content.derivations import derivation_text
from dlcards.content.library import Item, Library
from dlcards.content.schema import ChainItem
from dlcards.derivations.lock import (
    Locked,
    LockedChain,
    fingerprint,
    read_lock,
    write_lock,
)
from dlcards.derivations.model import Chain, Line
from dlcards.model import (
    CheckSummary,
    DerivationContent,
    DerivationLine,
    DerivationSlip,
    Prose,
    SourceLink,
)
from dlcards.problems import Problem
from dlcards.project import DERIVATIONS_LOCK, is_installed
from dlcards.requests import Watcher
from dlcards.workers import Result

if TYPE_CHECKING:
    from dlcards.derivations.model import DerivationText
    from dlcards.derivations.task import Judged

PROVED = (Level.PROVED, Level.PROVED_SMALL, Level.DEFINITION)
_SIGNS = {
    "==": "=",
    "<=": r"\le",
    "<": "<",
    ">=": r"\ge",
    ">": ">",
    "=>": r"\Rightarrow",
    "<=>": r"\Leftrightarrow",
    "≈": "=",
}


@dataclass(frozen=True, slots=True)
class Derived:
    """What was found out about derivations.

    Parameters
    ----------
    derivations : mapping of str to Locked
        By id of the entry, those without a mistake.
    problems : tuple of Problem
    """

    derivations: Mapping[str, Locked] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def derive(
    library: Library,
    items: Sequence[Item],
    watcher: Watcher,
    *,
    jobs: int,
    fresh: bool = False,
    prove: bool = True,
    complete: bool = False,
) -> Derived:
    """Judge every line of the derivations of entries; what the lock knows is not judged again.

    Parameters
    ----------
    library : Library
    items : sequence of Item
    watcher : Watcher
    jobs : int
        Worker processes.
    fresh : bool
        Trust nothing in the lock.
    prove : bool
        Try to prove what holds.
    complete : bool
        Whether these are all entries: what else is in the lock goes.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; what was finished is in the lock.
    """
    texts = {item.id: text for item in items if (text := derivation_text(item)) and item.readable}
    if not texts and not complete:
        return Derived()
    path = library.root / DERIVATIONS_LOCK
    lock = read_lock(path)
    found = judge_unknown(
        items,
        {name: fingerprint(text) for name, text in texts.items()},
        lock.records,
        lambda todo: _judged([texts[item.id] for item in todo], prove, watcher, jobs),
        _locked,
        part="derivation",
        hint="make its steps smaller",
        fresh=fresh,
        complete=complete,
    )
    changed = found.locked != lock.records or lock.damaged
    finish(
        lambda: write_lock(path, found.locked),
        changed=changed and prove and not is_installed(library.root),
        interrupted=found.interrupted,
    )
    problems = [damaged(DERIVATIONS_LOCK, "derivation")] if lock.damaged else []
    return Derived(found.known, (*problems, *found.problems))


def _judged(
    texts: Sequence[DerivationText], prove: bool, watcher: Watcher, jobs: int
) -> list[Result[Judged]]:
    """Judge derivations in worker processes."""
    if not texts:
        return []
    from dlcards.derivations.reader import flat  # start-up
    from dlcards.derivations.task import DerivationTask, judge_derivation  # start-up

    tasks = [DerivationTask(flat(text), prove) for text in texts]
    return judged(judge_derivation, tasks, watcher, "Judging derivations", jobs)


def _locked(key: str, judged: Judged) -> Locked:
    chains = {
        name: LockedChain(
            {line.slot: (line.level, line.points) for line in lines},
            {slip.slot: slip.refuted for slip in slips},
        )
        for name, lines, slips in judged.chains
    }
    return Locked(key, chains)


def counted(locked: Iterable[Locked]) -> tuple[int, int]:
    """Return how many lines were proved, and how many compared with numbers."""
    levels = [level for each in locked for level, _ in each.levels()]
    proved = sum(level in PROVED for level in levels)
    return proved, len(levels) - proved


def printed_derivation(
    item: Item,
    library: Library,
    locked: Locked,
    sources: Sequence[SourceLink] = (),
    source_tags: tuple[str, ...] = (),
    *,
    conditions: Prose = (),
    lang: str = languages.SOURCE,
) -> tuple[DerivationContent, ...]:
    """Print everything that the cards of a derivation show, and of each of its branches.

    What the entry says in words, its conditions, stands beside the hypotheses; where it says
    nothing, the types are printed as they are checked.
    """
    from dlcards.derivations.judge import overall  # start-up

    written = item.entry.derivation
    assert written is not None
    chains = read_chains(item)
    branches = {chain.name: _alone(chain.title) for chain in chains if chain.name}
    contents = []
    for chain in chains:
        found = locked.chains[chain.name]
        statement = chain.statement
        hypotheses = _Hypotheses(chain, lang, said=bool(conditions))
        source = written.branches[chain.name] if chain.name else written
        goal = overall(chain)
        proved, tried = counted([Locked("", {"": found})])
        title = item.title(lang)
        contents.append(
            DerivationContent(
                id=item.first_id,
                title=f"{title}, {chain.title}" if chain.title else title,
                subject=item.subject,
                topic=item.entry.topic,
                goal=to_latex(goal, statement),
                idea=printed(chain.idea, statement),
                lines=tuple(_lines(chain, source, hypotheses, library, branches, lang, goal)),
                slips=tuple(_slips(chain, source, found)),
                branch=chain.name,
                hypotheses=hypotheses.of(hypotheses.shown),
                of_goal=hypotheses.of((goal,)),
                conditions=conditions,
                without=tuple(source.without),
                priority=item.entry.priority,
                lang=library.project.labels(lang),
                written=library.project.language,
                namespace=library.project.namespace,
                sources=tuple(sources),
                source_tags=source_tags,
                check=CheckSummary(Level.NUMERIC, proved=proved, tried=tried),
                related=library.titles(item.entry.requires, lang),
                tags=(*library.project.tags, *item.entry.tags),
            )
        )
    return tuple(contents)


def _alone(title: str) -> str:
    """Return the title of a branch as it stands by itself, not after that of its entry."""
    return title[:1].upper() + title[1:]


def read_chains(item: Item) -> tuple[Chain, ...]:
    """Return the derivation of an entry and its branches, of one that was judged."""
    from dlcards.derivations.reader import read_derivation  # start-up

    text = derivation_text(item)
    derivation = read_derivation(text)[0] if text is not None else None
    return derivation.chains if derivation is not None else ()


def side(chain: Chain, line: Line, node: Node | None = None) -> Node:
    """Return what a line, or a slip in its place, shows: with all that was left out so far."""
    so_far = chain.lines[: chain.lines.index(line) + 1]
    errors = dict.fromkeys(each.error for each in so_far if each.error is not None)
    shown = line.node if node is None else node
    return Node("add", (shown, *errors)) if errors else shown


def _lines(
    chain: Chain,
    source: ChainItem,
    hypotheses: _Hypotheses,
    library: Library,
    branches: Mapping[str, str],
    lang: str,
    goal: Node,
) -> Iterator[DerivationLine]:
    yield DerivationLine(0, "", to_latex(chain.start, chain.statement))
    shown = hypotheses.shown
    unasked: dict[str, tuple[str, ...]] = {
        slot: tuple(written.without) for slot, written in source.lines.items()
    }
    for place, line in enumerate(chain.lines, 1):
        uses: list[tuple[str, str]] = []
        for name in line.uses:
            own = name in branches
            uses += [(name, branches[name])] if own else library.titles((name,), lang)
        so_far = shown[: place + 1]
        in_goal = line is chain.lines[-1] or shown[place] in goal.args
        yield DerivationLine(
            line.slot,
            _SIGNS[line.relation],
            to_latex(shown[place], chain.statement),
            printed(line.by, chain.statement),
            tuple(uses),
            needed=hypotheses.of(so_far if in_goal else (*so_far, shown[-1])),
            beside=hypotheses.of(shown[place - 1 : place + 1]),
            without=unasked[f"l{line.slot}"],
            in_goal=in_goal,
        )


def _slips(chain: Chain, source: ChainItem, found: LockedChain) -> Iterator[DerivationSlip]:
    unasked = {slot for slot, written in source.slips.items() if "slip" in written.without}
    for slip in chain.slips:
        if f"s{slip.slot}" in unasked:
            continue
        right = chain.following(slip)
        assert right is not None
        latex = to_latex(side(chain, right, slip.node), chain.statement)
        says = printed(slip.says, chain.statement)
        refuted = with_few_digits(found.slips.get(slip.slot, ""))
        yield DerivationSlip(slip.slot, right.slot, latex, says, refuted)


class _Hypotheses:
    """What the letters of a chain stand for, as far as a card shows them.

    Parameters
    ----------
    said : bool
        Whether the card says in words under which conditions the formulas hold; if not, names
        are printed with the types that the check uses.
    """

    def __init__(self, chain: Chain, lang: str, *, said: bool) -> None:
        statement = chain.statement
        self._statement = statement if said else replace(statement, unsaid=())
        self._lang = lang
        definition = statement.definition
        introduces = definition is not None and chain.goal == definition
        self._introduced = definition.args[0].name if definition and introduces else ""
        sides = (chain.start, *(side(chain, line) for line in chain.lines))
        self.shown: tuple[Node, ...] = sides
        """The start and every line; the last ends at the goal."""

    def of(self, trees: Sequence[Node]) -> tuple[Prose, ...]:
        """Return what the names in these formulas stand for, definitions first."""
        statement = self._statement
        defined = defined_names(trees, statement)
        bodies = [statement.definitions[name].body for name in defined]
        names = names_in(*trees, *bodies)
        given = tuple(each for each in statement.given if not names.isdisjoint(names_in(each)))
        defined = defined_names((*trees, *given), statement)
        told = [name for name in defined if name != self._introduced]
        types = types_of((*trees, *given), replace(statement, given=given), self._lang)
        return (*definitions_of(told, statement), *types)
