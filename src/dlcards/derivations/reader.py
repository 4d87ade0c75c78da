"""From the texts of a derivation to trees, with every mistake at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dlcards.claims.prose import Inline, read_prose
from dlcards.claims.resolver import read_formula, read_statement
from dlcards.claims.statement import FormulaProblem, Path, Statement, StatementText
from dlcards.claims.tree import Node
from dlcards.derivations.model import (
    ABOUT,
    LOGICAL,
    RELATIONS,
    Chain,
    ChainText,
    Derivation,
    DerivationText,
    Line,
    LineText,
    Slip,
    SlipText,
)
from dlcards.derivations.relations import composed, reached

_ABOUT = re.compile(r"\s*(?:≈|~=)\s*(.*)", re.DOTALL)


def read_derivation(
    text: DerivationText,
) -> tuple[Derivation | None, tuple[FormulaProblem, ...]]:
    """Read and name-check every line of a derivation.

    Returns
    -------
    derivation : Derivation or None
        None when a line cannot be read, or the entry itself.
    problems : tuple of FormulaProblem

    Examples
    --------
    >>> base = StatementText("e", {"x": "real"},
    ...     claims=((("claim", 0, "formula"), "(x + 1)**2 - 1 == x**2 + 2*x", {}),))
    >>> line = LineText(1, "x**2 + 2*x", "multiply out", (), "==", ("lines", 0))
    >>> chain = ChainText("", "", "Squares.", "(x + 1)**2 - 1", {}, (), (line,), (), ())
    >>> derivation, problems = read_derivation(DerivationText("e", base, (chain,)))
    >>> derivation.chains[0].lines[0].relation, problems
    ('==', ())
    """
    entry, _ = read_statement(text.base)
    if entry is None:
        return None, ()
    reader = _Reader(text, entry)
    chains = [reader.chain(chain) for chain in text.chains]
    reader.unused_branches()
    read = tuple(chain for chain in chains if chain is not None)
    problems = tuple(dict.fromkeys(reader.problems))
    broken = any(not problem.warning for problem in problems)
    return (None if broken or len(read) < len(chains) else Derivation(text.id, read)), problems


@dataclass(slots=True)
class _Reader:
    text: DerivationText
    entry: Statement
    problems: list[FormulaProblem] = field(default_factory=list)

    def tell(self, path: Path, code: str, message: str, hint: str, length: int = 0) -> None:
        self.problems.append(FormulaProblem(path, code, message, hint, 0, length))

    def chain(self, chain: ChainText) -> Chain | None:
        base = replace(
            self.text.base,
            let={**self.text.base.let, **chain.let},
            given=(*self.text.base.given, *chain.given),
        )
        statement = self.statement(base, chain)
        if statement is None:
            return None
        before = len(self.problems)
        idea = self.prose(chain.idea, statement, (*chain.path, "idea")) if chain.idea else ()
        start = self.node(chain.start, statement, (*chain.path, "from"))
        lines = [self.line(line, statement) for line in chain.lines]
        slips = [self.slip(slip, statement, chain) for slip in chain.slips]
        if start is None or len(self.problems) > before:
            return None
        read = Chain(
            chain.name,
            chain.title,
            idea,
            statement,
            base,
            start,
            tuple(line for line in lines if line is not None),
            tuple(slip for slip in slips if slip is not None),
            chain.path,
            first_given=len(self.text.base.given),
        )
        self.problems += _mixed(read, chain)
        self.problems += _alike(read, chain)
        if len(self.problems) > before:
            return None
        return self.ending(read, chain) if not chain.name else read

    def statement(self, base: StatementText, chain: ChainText) -> Statement | None:
        """Return the declarations of the entry with those of a chain, which its lines use."""
        bare = replace(self.entry, claims=(), code=None, example=None)
        if not (chain.let or chain.given):
            return bare
        first = len(base.claims)
        nothing: Mapping[str, str] = {}
        lines = tuple(((*line.path, "line"), _beside(chain, line), nothing) for line in chain.lines)
        found, problems = read_statement(replace(base, claims=(*base.claims, *lines)))
        self.problems += self.own(chain, problems)
        if found is None:
            return None
        assert len(found.claims) == first + len(lines)
        return replace(found, claims=(), code=None, example=None)

    def own(self, chain: ChainText, found: Sequence[FormulaProblem]) -> Iterator[FormulaProblem]:
        """Yield the mistakes in the declarations and lines of a chain, not those of the entry."""
        first = len(self.text.base.given)
        written = {(*line.path, "line"): line.line for line in chain.lines}
        for problem in found:
            path: tuple[str | int, ...] = (*problem.path, "", "")
            key, where = path[:2]
            if key == "let" and where in chain.let:
                code = "unused-hypothesis" if problem.code == "unused-name" else problem.code
                yield replace(problem, path=(*chain.path, *problem.path), code=code)
            elif key == "given" and isinstance(where, int) and where >= first:
                yield replace(problem, path=(*chain.path, "given", where - first))
            elif problem.path in written:
                after = problem.start - len(written[problem.path]) - len(_EQUALS)
                if after < 0:
                    yield problem
                else:
                    end = problem.end - problem.start + after
                    yield replace(problem, path=(*chain.path, "from"), start=after, end=end)

    def node(self, text: str, statement: Statement, path: Path) -> Node | None:
        node, found = read_formula(text, statement, path)
        self.problems += found
        return node

    def prose(self, text: str, statement: Statement, path: Path) -> tuple[Inline, ...]:
        inlines, found = read_prose(text, statement, path)
        self.problems += found
        return inlines

    def line(self, line: LineText, statement: Statement) -> Line | None:
        path = (*line.path, "line")
        node = self.node(line.line, statement, path)
        by = self.prose(line.by, statement, (*line.path, "by"))
        relation, error = line.relation.strip(), None
        if about := _ABOUT.fullmatch(relation):
            relation = ABOUT
            error = self.error(about[1], line, statement)
            if error is None:
                return None
        elif relation not in RELATIONS:
            hint = f"one of {', '.join(RELATIONS)}, or ≈ O(h**2)"
            message = f"{relation!r} is no relation between lines"
            self.tell((*line.path, "relation"), "bad-relation", message, hint, len(line.relation))
            return None
        if node is None:
            return None
        return Line(line.slot, node, relation, error, by, line.uses, line.path)

    def error(self, text: str, line: LineText, statement: Statement) -> Node | None:
        path = (*line.path, "relation")
        node = self.node(text, statement, path) if text else None
        if node is not None and not (node.op == "call" and node.name == "O"):
            node = None
        if node is None:
            message = "≈ stands without what the line leaves out"
            self.tell(path, "bad-relation", message, "write ≈ O(h**2)", len(line.relation))
        return node

    def slip(self, slip: SlipText, statement: Statement, chain: ChainText) -> Slip | None:
        slots = [line.slot for line in chain.lines]
        if slip.after not in (0, *slots[:-1]):
            known = ", ".join(map(str, (0, *slots[:-1])))
            message = f"no line comes after line {slip.after}, so nothing can stand in its place"
            self.tell((*slip.path, "after"), "unknown-line", message, f"one of {known}")
            return None
        node = self.node(slip.line, statement, (*slip.path, "line"))
        says = self.prose(slip.says, statement, (*slip.path, "says"))
        return Slip(slip.slot, slip.after, node, says, slip.path) if node is not None else None

    def ending(self, chain: Chain, text: ChainText) -> Chain | None:
        """Find the claim of the entry that a chain ends at, with its own hypotheses."""
        goals = [(claim.tree, claim.given) for claim in self.entry.claims]
        if self.entry.definition is not None:
            goals.insert(0, (self.entry.definition, ()))
        for goal, given in goals:
            if _ends_at(chain, goal):
                statement = replace(chain.statement, given=(*chain.statement.given, *given))
                own = self.own_given(goal)
                base = replace(chain.text, given=(*chain.text.given, *own))
                return replace(chain, statement=statement, text=base, goal=goal)
        last = text.lines[-1]
        message = "the derivation does not end at a claim of the entry"
        hint = _claims_as_hint(self.text.base)
        self.tell((*last.path, "line"), "chain-end", message, hint, len(last.line))
        return None

    def own_given(self, goal: Node) -> tuple[str, ...]:
        for place, claim in enumerate(self.entry.claims):
            if claim.tree == goal:
                return self.text.base.claim_given.get(place, ())
        return ()

    def unused_branches(self) -> None:
        used = {name for chain in self.text.chains for line in chain.lines for name in line.uses}
        for chain in self.text.chains:
            if chain.name and chain.name not in used:
                message = f"no line uses the branch '{chain.name}'"
                hint = f"add uses: [{chain.name}] to the line that rests on it"
                self.problems.append(
                    FormulaProblem((*chain.path, "@key"), "unused-branch", message, hint)
                )


def _claims_as_hint(text: StatementText) -> str:
    said = [formula for _, formula, _ in text.claims]
    if text.definition:
        said.insert(0, text.definition)
    shown = " or ".join(" ".join(each.split()) for each in said[:2])
    return f"start at one side and end at the other of: {shown}" if shown else "add a claim"


def _ends_at(chain: Chain, goal: Node) -> bool:
    if chain.start.op != "rel":
        return reached(chain.start, chain.lines, goal)
    if chain.lines[-1].node == goal:
        return True
    relation = composed([line.relation for line in chain.lines])
    return chain.start == goal and relation == "<=>"


def _mixed(chain: Chain, text: ChainText) -> Iterator[FormulaProblem]:
    """Yield lines whose relation does not go with what stands before them."""
    start_is_relation = chain.start.op == "rel"
    before: list[str] = []
    for line, written in zip(chain.lines, text.lines, strict=True):
        path, length = (*line.path, "line"), len(written.line)
        is_relation = line.node.op == "rel"
        if (line.relation in LOGICAL) != start_is_relation or is_relation != start_is_relation:
            if start_is_relation:
                message = "the chain starts at a relation, so each line is one"
                hint = "write relation: <=> or => and a line with ==, <= …"
            else:
                message = "the chain starts at an expression, so no line is a relation"
                hint = "write only the new side; 'relation' says how it follows"
            yield FormulaProblem(path, "mixed-relations", message, hint, 0, length)
            return
        before.append(line.relation)
        if composed(before) is None:
            said = ", ".join(dict.fromkeys(r for r in before if r != "=="))
            message = f"lines with {said} say nothing together"
            hint = "keep to one direction"
            yield FormulaProblem(path, "mixed-relations", message, hint, 0, length)
            return


def _alike(chain: Chain, text: ChainText) -> Iterator[FormulaProblem]:
    """Yield slips that are written a second time."""
    seen: dict[tuple[int, Node], int] = {}
    for slip, written in zip(chain.slips, text.slips, strict=True):
        first = seen.setdefault((slip.after, slip.node), slip.slot)
        if first != slip.slot:
            message = f"slip {slip.slot} is slip {first} once more"
            hint = "write another false line, or delete it"
            path = (*slip.path, "line")
            yield FormulaProblem(path, "mistakes-alike", message, hint, 0, len(written.line))


def _beside(chain: ChainText, line: LineText) -> str:
    """Return a line as a relation, in which it stands first, so that mistakes keep their place."""
    if line.relation.strip() in LOGICAL:
        return line.line
    return f"{line.line}{_EQUALS}{chain.start}"


_EQUALS = " == "


def flat(text: DerivationText) -> DerivationText:
    """Return the text with plain dictionaries, which can travel between processes."""
    base = text.base
    plain = replace(
        base,
        let=dict(base.let),
        define=dict(base.define),
        show=dict(base.show),
        claims=tuple((path, formula, dict(case)) for path, formula, case in base.claims),
        claim_given=dict(base.claim_given),
        claim_cited=dict(base.claim_cited),
        example_given=dict(base.example_given),
    )
    chains = tuple(replace(chain, let=dict(chain.let)) for chain in text.chains)
    return replace(text, base=plain, chains=chains)
