"""From the texts of an algorithm to code and trees, with every mistake at once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dlcards.algorithms.model import (
    NEW,
    OLD,
    Algorithm,
    AlgorithmText,
    Call,
    CallText,
    Gap,
    GapText,
    Invariant,
    Slip,
    SlipText,
)
from dlcards.claims.prose import Inline, read_prose
from dlcards.claims.resolver import read_formula, read_statement
from dlcards.claims.snippets.grammar import Snippet, SnippetError, read_snippet
from dlcards.claims.statement import FormulaProblem, Path, Statement, StatementText
from dlcards.claims.tree import Node
from dlcards.claims.types import FUNCTION_TYPES, RANDOM_TYPES

RETURNED_TYPES = ("real", "integer", "vector", "matrix", "square")
"""Types that say no more than the shape: what is returned has to show the rest."""

_NOT_DRAWN = FUNCTION_TYPES | RANDOM_TYPES | {"event", "partition"}


def read_algorithm(text: AlgorithmText) -> tuple[Algorithm | None, tuple[FormulaProblem, ...]]:
    r"""Read an algorithm; name-check its formulas and refuse code outside the allow-list.

    Returns
    -------
    algorithm : Algorithm or None
        None when something of it cannot be read.
    problems : tuple of FormulaProblem

    Examples
    --------
    >>> from dlcards.claims.statement import StatementText
    >>> text = AlgorithmText("double", StatementText("double"), "Doubles a number.",
    ...     {"x": "real"}, {}, (), "def double(x):\n    return x + x", {"y": "real"},
    ...     ("y == 2*x",), {}, (), (), (), ())
    >>> algorithm, problems = read_algorithm(text)
    >>> algorithm.snippet.arguments, problems
    (('x',), ())
    """
    reader = _Reader(text)
    algorithm = reader.algorithm()
    problems = tuple(dict.fromkeys(reader.problems))
    broken = any(not problem.warning for problem in problems)
    return (None if broken else algorithm), problems


@dataclass(slots=True)
class _Reader:
    text: AlgorithmText
    problems: list[FormulaProblem] = field(default_factory=list)

    def tell(
        self, path: Path, code: str, message: str, hint: str, start: int = 0, end: int = 0
    ) -> None:
        self.problems.append(FormulaProblem(path, code, message, hint, start, end))

    def algorithm(self) -> Algorithm | None:
        text = self.text
        snippet = self.snippet(text.code, (*text.path, "code"))
        self.types()
        if snippet is None or self.problems:
            return None
        if not self.loop(snippet) or not self.arguments(snippet):
            return None
        statement = self.statement(snippet)
        if statement is None:
            return None
        first = len(text.ensures)
        invariants = [
            Invariant(
                each.slot,
                self.prose(each.ask, statement, (*each.path, "ask")),
                claim,
                self.prose(each.answer, statement, (*each.path, "answer")),
                each.path,
            )
            for each, claim in zip(text.invariants, statement.claims[first:], strict=True)
        ]
        gaps = [self.gap(gap, statement) for gap in text.gaps]
        slips = [self.slip(slip, statement) for slip in text.slips]
        calls = [self.call(call, statement) for call in text.calls]
        added = {*text.returns, *(name for name, _ in _loop_names(text))}
        return Algorithm(
            text.id,
            statement,
            snippet,
            self.prose(text.task, statement, (*text.path, "task")),
            tuple(name for name in statement.types if name not in added),
            tuple(text.returns),
            statement.claims[:first],
            tuple(text.loop),
            tuple(invariants),
            tuple(gap for gap in gaps if gap is not None),
            tuple(calls),
            tuple(slip for slip in slips if slip is not None),
        )

    def snippet(self, code: str, path: Path) -> Snippet | None:
        try:
            return read_snippet(code.rstrip("\n"))
        except SnippetError as error:
            self.tell(path, error.code, error.message, error.hint, error.start, error.end)
            return None

    def types(self) -> None:
        """Refuse types that promise what the code has to show, and inputs that no code takes."""
        for key, declared in (("returns", self.text.returns), ("loop", self.text.loop)):
            for name, kind in declared.items():
                word = kind.partition("(")[0].strip()
                if word not in RETURNED_TYPES:
                    message = f"{kind!r} promises more than a shape"
                    hint = f"declare {', '.join(RETURNED_TYPES)}; say the rest as a relation"
                    path = (*self.text.path, key, name)
                    self.tell(path, "returned-type", message, hint, 0, len(kind))
        for name, kind in self.text.let.items():
            if kind.partition("(")[0].strip() in _NOT_DRAWN:
                message = f"{name} is no number, vector or matrix"
                hint = "write a function under define: f(x): …"
                path = (*self.text.path, "let", name)
                self.tell(path, "returned-type", message, hint, 0, len(kind))

    def loop(self, snippet: Snippet) -> bool:
        """Tell whether the loop can be watched: each name is there before and after a pass."""
        if not self.text.invariants and not self.text.loop:
            return True
        found = watched_loop(snippet)
        path = (*self.text.path, "invariants" if self.text.invariants else "loop", "@key")
        if found is None:
            message = "an invariant is about the passes of a loop, and there is none to watch"
            hint = "write one 'for' of the function itself, without break and continue in it"
            self.tell(path, "no-loop", message, hint)
            return False
        before, after = names_around(snippet, found)
        for name in self.text.loop:
            used = {
                suffix for other, suffix in _loop_names(self.text) if other == f"{name}{suffix}"
            }
            here = (*self.text.path, "loop", name, "@key")
            hint = "name a variable that the loop changes"
            if not used:
                message = f"no invariant says anything of {name}{OLD} or {name}{NEW}"
                self.tell(here, "unused-name", message, "delete it, or say something of it")
            elif name not in after:
                message = f"{name} is no variable of the code"
                self.tell(here, "no-loop", message, hint, 0, len(name))
            elif OLD in used and name not in before:
                message = f"{name} has no value before the first pass, so {name}{OLD} has none"
                self.tell(here, "no-loop", message, f"assign it before, or use {name}{NEW}")
        return not self.problems

    def arguments(self, snippet: Snippet) -> bool:
        """Tell whether each argument is declared, and none of them has the name of a result."""
        known = {*_names_of(self.text.base.let), *_names_of(self.text.let)}
        heads = {head.partition("(")[0] for head in (*self.text.base.define, *self.text.define)}
        for argument in snippet.function.args.args:
            name = argument.arg
            if name not in known | heads:
                start = sum(len(x) + 1 for x in snippet.text.split("\n")[: argument.lineno - 1])
                start += argument.col_offset
                message = f"the argument {name} is not declared"
                hint = f"declare it under let or define; there is {', '.join(sorted(known))}"
                path = (*self.text.path, "code")
                self.tell(path, "wrong-snippet", message, hint, start, start + len(name))
        return not self.problems

    def statement(self, snippet: Snippet) -> Statement | None:
        """Read the declarations with everything that holds afterwards or in every pass."""
        text, base = self.text, self.text.base
        loop = dict(_typed_loop_names(text))
        nothing: Mapping[str, str] = {}
        ensures = tuple(
            ((*text.path, "ensures", i), formula, nothing) for i, formula in enumerate(text.ensures)
        )
        held = tuple(((*each.path, "holds"), each.holds, nothing) for each in text.invariants)
        heads = {head.partition("(")[0] for head in (*base.define, *text.define) if "(" in head}
        plain = [name for name in snippet.arguments if name not in heads]
        # The code uses its arguments, if no relation does.
        used = tuple((("code",), f"{name} == {name}", nothing) for name in plain)
        whole = replace(
            base,
            let={**base.let, **text.let, **text.returns, **loop},
            define={**base.define, **text.define},
            given=(*base.given, *text.given),
            claims=(*ensures, *held, *used),
            definition="",
            code_equals="",
            code_numpy="",
            example_given={},
            example_compute=(),
            claim_given={},
            claim_cited={},
        )
        found, problems = read_statement(whole)
        self.problems += self.own(problems, snippet)
        if found is None or self.problems:
            return None
        claims = found.claims[: len(ensures) + len(held)]
        for claim in claims:
            if claim.tree.op != "rel":
                message = "only a relation between numbers, vectors or matrices is tried"
                hint = "write ==, <= or >= between them; max(…) <= … for every entry"
                self.tell(claim.path, "not-a-relation", message, hint, 0, len(claim.text))
        return replace(found, claims=claims)

    def own(self, found: Sequence[FormulaProblem], snippet: Snippet) -> Iterator[FormulaProblem]:
        """Yield the mistakes of the algorithm at their places, not those of its entry."""
        text = self.text
        first = len(text.base.given)
        for problem in found:
            key, where = (*problem.path, "", "")[:2]
            name = str(where).partition("(")[0]
            if key == text.path[0]:
                yield problem
            elif problem.code == "unpinned-definition" and name in snippet.arguments:
                continue
            elif key in ("let", "define"):
                own = text.let if key == "let" else text.define
                if where in own:
                    yield replace(problem, path=(*text.path, *problem.path))
                elif where in text.returns:
                    yield replace(problem, path=(*text.path, "returns", *problem.path[1:]))
            elif key == "given" and isinstance(where, int) and where >= first:
                yield replace(problem, path=(*text.path, "given", where - first))

    def prose(self, text: str, statement: Statement, path: Path) -> tuple[Inline, ...]:
        inlines, found = read_prose(text, statement, path)
        self.problems += found
        return inlines

    def place(self, part: str, path: Path) -> tuple[int, int] | None:
        """Return where a part of the code stands, without the line break that may end it.

        With its line break it must stand there once.
        """
        code = self.text.code.rstrip("\n")
        times = len(re.findall(re.escape(part), code)) if part.strip() else 0
        if times != 1:
            there = "does not stand in the code" if not times else f"stands there {times} times"
            message = f"{part!r} {there}"
            hint = "copy it from the code, with so much around it that it stands there once"
            self.tell(path, "part-not-found", message, hint, 0, len(part))
            return None
        start = code.index(part)
        return start, start + len(part.rstrip())

    def gap(self, gap: GapText, statement: Statement) -> Gap | None:
        hint = self.prose(gap.hint, statement, (*gap.path, "hint")) if gap.hint else ()
        found = self.place(gap.hide, (*gap.path, "hide"))
        if found is None:
            return None
        read = Gap(gap.slot, *found, gap.also, hint, gap.path)
        for i, other in enumerate(gap.also):
            self.replaced(read.start, read.end, other, (*gap.path, "also", i))
        return read

    def slip(self, slip: SlipText, statement: Statement) -> Slip | None:
        says = self.prose(slip.says, statement, (*slip.path, "says"))
        found = self.place(slip.right, (*slip.path, "right"))
        if found is None:
            return None
        wrong = slip.wrong.rstrip()
        self.replaced(*found, wrong, (*slip.path, "wrong"))
        return Slip(slip.slot, *found, wrong, says, slip.path)

    def replaced(self, start: int, end: int, other: str, path: Path) -> None:
        """Refuse a replacement with which the code is none any more."""
        code = self.text.code.rstrip("\n")
        try:
            read_snippet(f"{code[:start]}{other}{code[end:]}")
        except SnippetError as error:
            inside = max(0, error.start - start)
            where = (inside, error.end - start) if inside < len(other) else (0, len(other))
            self.tell(path, error.code, error.message, error.hint or "write Python", *where)

    def call(self, call: CallText, statement: Statement) -> Call:
        given: dict[str, Node] = {}
        for name, formula in call.given.items():
            path = (*call.path, name)
            node, found = read_formula(formula, statement, path)
            self.problems += found
            if name not in statement.types or name in self.text.returns:
                hint = f"one of {', '.join(_names_of({**self.text.base.let, **self.text.let}))}"
                self.tell((*path, "@key"), "unknown-name", f"'{name}' is no input", hint)
            elif node is not None:
                given[name] = node
        return Call(call.slot, given, call.path)


def _names_of(declared: Mapping[str, str]) -> list[str]:
    """Return the names of declarations such as ``x, y: real``, each by itself."""
    return [name.strip() for key in declared for name in key.split(",")]


def _loop_names(text: AlgorithmText) -> Iterator[tuple[str, str]]:
    """Yield the names of variables of the loop that an invariant uses, with what was added."""
    said = " ".join(each.holds for each in text.invariants)
    for name in text.loop:
        for suffix in (OLD, NEW):
            if re.search(rf"(?<!\w){re.escape(name + suffix)}(?!\w)", said):
                yield f"{name}{suffix}", suffix


def _typed_loop_names(text: AlgorithmText) -> Iterator[tuple[str, str]]:
    for name, suffix in _loop_names(text):
        yield name, text.loop[name.removesuffix(suffix)]


def watched_loop(snippet: Snippet) -> ast.For | None:
    """Return the only loop of the function itself, None where there is none to watch."""
    loops = [node for node in snippet.function.body if isinstance(node, ast.For)]
    if len(loops) != 1 or any(
        isinstance(node, ast.Break | ast.Continue | ast.Return) for node in ast.walk(loops[0])
    ):
        return None
    return loops[0]


def names_around(snippet: Snippet, loop: ast.For) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that have a value before a loop, and those after its first pass."""
    place = snippet.function.body.index(loop)
    before = {*snippet.arguments, *_assigned(snippet.function.body[:place])}
    return frozenset(before), frozenset(before | _assigned([loop]))


def _assigned(statements: Sequence[ast.stmt]) -> set[str]:
    return {
        node.id
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def flat(text: AlgorithmText) -> AlgorithmText:
    """Return the text with plain dictionaries, which can travel between processes."""
    base = text.base
    plain = StatementText(
        base.id,
        let=dict(base.let),
        define=dict(base.define),
        show=dict(base.show),
        given=base.given,
        unsaid=base.unsaid,
        claim_given={},
        claim_cited={},
        example_given={},
    )
    return replace(
        text,
        base=plain,
        let=dict(text.let),
        define=dict(text.define),
        returns=dict(text.returns),
        loop=dict(text.loop),
        calls=tuple(replace(call, given=dict(call.given)) for call in text.calls),
    )
