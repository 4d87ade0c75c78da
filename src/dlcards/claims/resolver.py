"""From the texts of an entry to a :class:`Statement`, with every mistake at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import assert_never

from dlcards.claims import shapes as kinds
from dlcards.claims.parser import (
    FormulaError,
    counted,
    head_of,
    nearest,
    parse_formula,
    parse_head,
    parse_names,
    parse_type,
)
from dlcards.claims.print.glyphs import is_glyph
from dlcards.claims.print.latex import glyph_clashes
from dlcards.claims.statement import (
    Claim,
    Code,
    Definition,
    Example,
    FormulaProblem,
    Path,
    Statement,
    StatementText,
    Type,
)
from dlcards.claims.tree import Node, walk
from dlcards.claims.types import (
    FUNCTION_TYPES,
    NONNEGATIVE,
    PARAMETRIC_TYPES,
    POSITIVE,
    RANDOM_TYPES,
    WHOLE,
    find_type,
)
from dlcards.claims.unparser import formula_text
from dlcards.claims.words import (
    CLAIM_WORDS,
    CONSTANTS,
    DIRECTIONS,
    ELEMENTWISE_WORDS,
    LAW_NAMES,
    PROBABILITY_WORDS,
    WORD_NAMES,
    WORDS,
    binds,
    find_word,
)


def read_statement(text: StatementText) -> tuple[Statement | None, tuple[FormulaProblem, ...]]:
    """Read and name-check everything an entry states.

    Returns
    -------
    statement : Statement or None
        None when a problem is more than a warning.
    problems : tuple of FormulaProblem
        All that were found, in the order of the entry.

    Examples
    --------
    >>> text = StatementText(
    ...     "sum-rule", let={"x": "real"}, claims=((("claim",), "d(x**2, x) == 2*x", {}),)
    ... )
    >>> statement, problems = read_statement(text)
    >>> [claim.text for claim in statement.claims], problems
    (['d(x**2, x) == 2*x'], ())
    """
    reader = _Reader(text)
    statement = reader.read()
    problems = tuple(dict.fromkeys(reader.problems))
    broken = any(not problem.warning for problem in problems)
    return (None if broken else statement), problems


def read_formula(
    text: str, statement: Statement, path: Path = (), *, strict: bool = True
) -> tuple[Node | None, tuple[FormulaProblem, ...]]:
    """Read one more formula about the names of a statement.

    Parameters
    ----------
    statement : Statement
        What the names mean.
    path : tuple of str or int
        Where the text stands, for the problems.
    strict : bool
        Whether every name must be declared. Otherwise undeclared names, and functions
        of one letter, are fine: enough to print, too little to check.

    Returns
    -------
    node : Node or None
        None when the text could not be read.
    problems : tuple of FormulaProblem

    Examples
    --------
    >>> node, problems = read_formula("f(x) + c", Statement("", {}, {}), strict=False)
    >>> node.op, problems
    ('add', ())
    """
    reader = _Reader(
        StatementText(statement.id),
        types=dict(statement.types),
        definitions=dict(statement.definitions),
        strict=strict,
    )
    node = reader.read_formula(path, text)
    return node, tuple(dict.fromkeys(reader.problems))


MAX_EXPANDED = 20_000
"""Parts that a definition may have once the definitions it uses are put in."""


@dataclass(frozen=True, slots=True)
class _Size:
    """Parts of a formula written out, and how many of them are parameters."""

    parts: int
    parameters: int


_TAKES_SIZES = re.compile(
    rf"\b({'|'.join(sorted(word.name for word in WORDS if word.size_indices))})\("
)


def _sizes_in(node: Node, bound: frozenset[str]) -> Iterator[str]:
    """Yield the free names that words take as sizes."""
    word = find_word(node.name) if node.op == "call" else None
    for index, arg in enumerate(node.args):
        if word is not None and index in word.size_indices:
            names = (part.name for part in walk(arg) if part.op == "sym")
            yield from (name for name in names if name not in bound)
        variable = node.args[1].name if binds(node) and index == 0 else ""
        yield from _sizes_in(arg, bound | {variable} if variable else bound)


def _expanded_size(node: Node, parameters: tuple[str, ...], known: Mapping[str, _Size]) -> _Size:
    inner = [_expanded_size(arg, parameters, known) for arg in node.args]
    parts, uses = sum(size.parts for size in inner), sum(size.parameters for size in inner)
    if node.op == "sym" and node.name in parameters:
        return _Size(1, 1)
    definition = known.get(node.name) if node.op in ("sym", "call") else None
    if definition is not None:
        return _Size(
            min(definition.parts + definition.parameters * parts, 10 * MAX_EXPANDED),
            min(definition.parameters * uses, 10 * MAX_EXPANDED),
        )
    return _Size(1 + parts, uses)


@dataclass(slots=True)
class _Reader:
    """The names seen so far and the problems found on the way."""

    text: StatementText
    problems: list[FormulaProblem] = field(default_factory=list)
    types: dict[str, Type] = field(default_factory=dict)
    sizes: dict[str, Type] = field(default_factory=dict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    parsed: list[tuple[Path, Node]] = field(default_factory=list)
    strict: bool = True

    def read_formula(self, path: Path, text: str) -> Node | None:
        """Read and check one text."""
        node = self._parse(path, text)
        if node is not None:
            self._check_names(path, node, frozenset(), condition=True)
        return node

    def read(self) -> Statement:
        self._read_types()
        self._find_sizes_of_words()
        self._read_definitions()
        definition = self._read_definition()
        self._check_definitions()
        self._check_joint_laws()
        given = self._read_given(("given",), self.text.given)
        claims = self._read_claims()
        code = self._read_code()
        example = self._read_example()
        statement = Statement(
            id=self.text.id,
            types=MappingProxyType({**self._ordered_types(), **self.sizes}),
            definitions=MappingProxyType(self._ordered_definitions()),
            claims=claims,
            definition=definition,
            show=MappingProxyType(dict(self.text.show)),
            code=code,
            example=example,
            given=given,
            unsaid=self._read_unsaid(),
        )
        self._check_show(statement)
        self._check_use(statement)
        if not any(not problem.warning for problem in self.problems):
            self._check_kinds(statement)
        return statement

    # Reporting

    def _report(
        self,
        path: Path,
        code: str,
        message: str,
        hint: str = "",
        at: Node | tuple[int, int] = (0, 0),
        *,
        warning: bool = False,
    ) -> None:
        start, end = (at.start, at.end) if isinstance(at, Node) else at
        self.problems.append(FormulaProblem(path, code, message, hint, start, end, warning))

    def _report_error(self, path: Path, error: FormulaError) -> None:
        place = (error.start, error.end)
        self._report(path, error.code, error.message, error.hint, place)

    def _parse(self, path: Path, text: str) -> Node | None:
        try:
            node = parse_formula(text)
        except FormulaError as error:
            self._report_error(path, error)
            return None
        self.parsed.append((path, node))
        return node

    # Declarations

    def _read_types(self) -> None:
        declared: list[tuple[Path, Type]] = []
        for key, text in self.text.let.items():
            path: Path = ("let", key)
            type_ = self._read_type(path, text)
            if type_ is not None:
                declared.append((path, type_))
            for name, _ in self._read_names((*path, "@key"), key):
                if type_ is None:
                    self.broken.add(name)
                else:
                    self.types[name] = type_
        for _, type_ in declared:
            self._find_sizes(type_)
        for path, type_ in declared:
            for arg in type_.args[1:] if type_.name == "Density" else type_.args:
                self._check_names(path, arg, frozenset())
                self._check_not_random(path, arg)

    def _read_type(self, path: Path, text: str) -> Type | None:
        try:
            return parse_type(text)
        except FormulaError as error:
            self._report_error(path, error)
            return None

    def _read_names(self, path: Path, key: str) -> Iterator[tuple[str, int]]:
        try:
            names = parse_names(key)
        except FormulaError as error:
            self._report_error(path, error)
            self.broken.update(part.strip() for part in key.split(","))
            return
        for name, start in names:
            if name in self.types or name in self.broken:
                self._report(
                    path,
                    "duplicate-name",
                    f"'{name}' is declared twice",
                    at=(start, start + len(name)),
                )
            else:
                yield name, start

    def _find_sizes(self, type_: Type) -> None:
        word = find_type(type_.name)
        assert word is not None
        for arg in type_.args[: word.sizes]:
            for node in walk(arg):
                known = node.name in self.types or node.name in CONSTANTS
                if node.op == "sym" and not known and node.name not in self.broken:
                    self.sizes.setdefault(node.name, Type("dim"))

    def _find_sizes_of_words(self) -> None:
        """Find sizes that stand in no type, such as ``n`` in ``eye(n)``."""
        text = self.text
        claims = [formula for _, formula, _ in text.claims]
        cases = [case for _, _, equality in text.claims for case in equality.values()]
        own = [relation for relations in text.claim_given.values() for relation in relations]
        formulas = [*claims, *cases, *text.given, *own, text.code_equals, *text.example_compute]
        formulas.append(text.sign)
        trees = [(formula, frozenset[str]()) for formula in formulas]
        for head, body in (*text.define.items(), text.definition.partition("==")[::2]):
            with suppress(FormulaError):
                trees.append((body, frozenset(parse_head(head)[1])))
        heads = {name.split("(")[0].strip() for name in text.define}
        heads.add(text.definition.partition("(")[0].partition("==")[0].strip())
        for formula, parameters in trees:
            if not _TAKES_SIZES.search(formula):
                continue
            with suppress(FormulaError):  # told where the formula is read
                for name in _sizes_in(parse_formula(formula), parameters):
                    if not (self._known(name, frozenset()) or name in heads):
                        self.sizes.setdefault(name, Type("dim"))

    def _check_not_random(self, path: Path, arg: Node) -> None:
        for node in walk(arg):
            declared = self.types.get(node.name) if node.op == "sym" else None
            if declared is not None and declared.name in RANDOM_TYPES:
                self._report(
                    path,
                    "random-argument",
                    f"'{node.name}' is random, so it cannot shape another declaration",
                    "declare an ordinary number and use that",
                    node,
                )

    def _ordered_types(self) -> dict[str, Type]:
        """Put what a declaration needs before it, otherwise keep the order of the entry."""
        ordered: dict[str, Type] = {}
        open_names: list[str] = []

        def place(name: str) -> None:
            if name in ordered:
                return
            if name in open_names:
                self._report(
                    ("let",), "circular-definition", f"the declaration of '{name}' needs itself"
                )
                return
            open_names.append(name)
            for arg in self.types[name].args:
                for node in walk(arg):
                    if node.op == "sym" and node.name in self.types:
                        place(node.name)
            open_names.pop()
            ordered[name] = self.types[name]

        for name in self.types:
            place(name)
        return ordered

    # Definitions

    def _read_definitions(self) -> None:
        for key, text in self.text.define.items():
            path: Path = ("define", key)
            body = self._parse(path, text)
            try:
                name, parameters = parse_head(key)
            except FormulaError as error:
                self._report_error((*path, "@key"), error)
                continue
            self._define((*path, "@key"), name, parameters, body, (0, len(name)))

    def _read_definition(self) -> Node | None:
        text = self.text.definition
        if not text.strip():
            return None
        path: Path = ("definition",)
        node = self._parse(path, text)
        if node is None:
            return None
        if node.op != "rel" or node.relations != ("==",):
            self._report(
                path,
                "bad-head",
                "a definition has the form head == body",
                "write one == after the name that is introduced",
                node,
            )
            return None
        head, body = node.args
        try:
            name, parameters = head_of(head)
        except FormulaError as error:
            self._report_error(path, error)
            return None
        self._define(path, name, parameters, body, (head.start, head.start + len(name)))
        return node

    def _define(
        self,
        path: Path,
        name: str,
        parameters: tuple[str, ...],
        body: Node | None,
        at: tuple[int, int],
    ) -> None:
        try:
            for new in (name, *parameters):
                parse_names(new)
        except FormulaError as error:
            code, hint = error.code, error.hint
            if error.code == "reserved-name":
                hint = "a word has its meaning already: state this as a claim, or pick another name"
            self._report(path, code, error.message, hint, at)
            self.broken.add(name)
            return
        if name in self.types or name in self.sizes or name in self.definitions:
            self._report(
                path, "duplicate-name", f"'{name}' already has a meaning", "pick another name", at
            )
            return
        if body is None:
            self.broken.add(name)
            return
        self.definitions[name] = Definition(parameters, body)

    def _check_joint_laws(self) -> None:
        """Check that laws of one and of two variables declare as many."""
        for type_ in dict.fromkeys(self.types.values()):
            names = [name for name, each in self.types.items() if each == type_]
            if type_.name == "Joint" and len(names) != 2:
                self._report(
                    self._key_path(names[0]),
                    "wrong-arity",
                    f"a table is the joint law of two variables, not of {len(names)}",
                    "declare both together, as in 'X, Y: Joint(T)'",
                )
            if type_.name == "Density":
                self._check_density_type(names, type_)

    def _check_density_type(self, names: list[str], type_: Type) -> None:
        function, wanted = type_.args[0], (len(type_.args) - 1) // 2
        path = self._key_path(names[0])[:2]
        known = self._is_function(function.name) if function.op == "sym" else False
        if not known:
            if function.name not in self.broken:
                self._report(
                    path,
                    "not-a-function",
                    "'Density' needs the name of a function first",
                    "define it, as in 'g(x): 2*x', and write 'X: Density(g, 0, 1)'",
                    function,
                )
        elif self._function_arities(function.name) != (wanted,) or len(names) != wanted:
            self._report(
                path,
                "wrong-arity",
                "'Density' declares as many variables as its function takes,"
                " with two bounds for each",
                "for example X: Density(g, 0, 1), and X, Y: Density(h, 0, 1, 0, oo)",
                function,
            )

    def _definition_path(self, name: str) -> Path:
        for key in self.text.define:
            if re.match(rf"\s*{re.escape(name)}\s*(\(|$)", key):
                return ("define", key)
        return ("definition",)

    def _check_definitions(self) -> None:
        for name, definition in self.definitions.items():
            bound = frozenset(definition.parameters)
            self._check_names(self._definition_path(name), definition.body, bound)
        self._check_expansion()

    def _check_expansion(self) -> None:
        """Drop definitions that would be huge if written out: each may double the one before."""
        sizes: dict[str, _Size] = {}
        for name in list(self._ordered_definitions()):
            definition = self.definitions[name]
            sizes[name] = _expanded_size(definition.body, definition.parameters, sizes)
            if sizes[name].parts <= MAX_EXPANDED:
                continue
            if not any(node.name in self.broken for node in walk(definition.body)):
                self._report(
                    self._definition_path(name),
                    "too-long",
                    f"written out, '{name}' has more than {MAX_EXPANDED} parts",
                    "define fewer names in terms of each other",
                    definition.body,
                )
            del self.definitions[name]
            self.broken.add(name)

    def _ordered_definitions(self) -> dict[str, Definition]:
        ordered: dict[str, Definition] = {}
        open_names: list[str] = []

        def place(name: str) -> None:
            if name in ordered:
                return
            if name in open_names:
                self._report(
                    self._definition_path(name),
                    "circular-definition",
                    f"the definition of '{name}' needs itself",
                    "state the recursion as a claim about a declared name",
                )
                return
            open_names.append(name)
            definition = self.definitions[name]
            for node in walk(definition.body):
                if node.name in self.definitions and node.name not in definition.parameters:
                    place(node.name)
            open_names.pop()
            ordered[name] = definition

        for name in self.definitions:
            place(name)
        return ordered

    # Claims, code, example

    def _read_claims(self) -> tuple[Claim, ...]:
        claims = []
        for place, (path, text, equality) in enumerate(self.text.claims):
            node = self._parse(path, text)
            cases = self._read_equality(path, equality)
            beside: Path = path[:-1] if path[-1] == "formula" else ()
            given = self._read_given((*beside, "given"), self.text.claim_given.get(place, ()))
            cited = self.text.claim_cited.get(place, "")
            if node is None:
                continue
            self.check_relation(path, node)
            self._check_names(path, node, frozenset(), condition=True)
            claims.append(Claim(text, node, MappingProxyType(cases), path, given, cited))
        return tuple(claims)

    def _read_unsaid(self) -> tuple[str, ...]:
        for place, name in enumerate(self.text.unsaid):
            if name not in self.types and name not in self.broken:
                self._report(
                    ("unsaid", place),
                    "unknown-name",
                    f"'{name}' is not declared",
                    nearest(name, tuple(self.types)),
                    (0, len(name)),
                )
        return self.text.unsaid

    def _read_given(self, base: Path, texts: tuple[str, ...]) -> tuple[Node, ...]:
        """Read hypotheses; each relates declared names and says more than their types do."""
        given = []
        for place, text in enumerate(texts):
            path: Path = (*base, place)
            node = self._parse(path, text)
            if node is None:
                continue
            if node.op != "rel" and node.name != "all":
                self._report(
                    path,
                    "not-a-relation",
                    "a hypothesis compares two things",
                    "write !=, <, <=, ==, > or >= between them",
                    node,
                )
                continue
            before = len(self.problems)
            self._check_names(path, node, frozenset(), condition=True)
            if len(self.problems) == before:
                self._check_hypothesis(path, node)
            given.append(node)
        return tuple(given)

    def _check_hypothesis(self, path: Path, node: Node) -> None:
        names = {part.name for part in walk(node)}
        if not names & {*self.types, *self.sizes, *self.definitions, *self.broken}:
            self._report(
                path,
                "idle-hypothesis",
                "the hypothesis is about no declared name",
                "delete it, or relate names declared under 'let'",
                node,
            )
        elif any(a == b for a, b in pairwise(node.args)):
            self._report(
                path,
                "idle-hypothesis",
                "both sides of the hypothesis are the same",
                "delete it; '<', '>' and '!=' could never hold, the others always do",
                node,
            )
        elif (said := self._said_by_type(node)) is not None:
            self._report(
                path,
                "idle-hypothesis",
                f"'{said}' says so already",
                "delete it; the types are hypotheses too",
                node,
            )

    def _said_by_type(self, node: Node) -> str | None:
        """Return the type that implies a bound such as ``x > 0``, if one does."""
        if len(node.args) != 2:
            return None
        (name, bound), sign = node.args, node.relations[0]
        if name.op != "sym":
            name, bound, sign = bound, name, _MIRRORED[sign]
        declared = self.types.get(name.name) if name.op == "sym" else None
        number = _plain_number(bound)
        if declared is None or number is None:
            return None
        return declared.name if _implied(declared.name, sign, number) else None

    def _read_equality(self, path: Path, equality: Mapping[str, str]) -> dict[str, Node]:
        base: Path = (*path[:-1], "equality") if path[-1] == "formula" else ("equality",)
        cases: dict[str, Node] = {}
        for name, text in equality.items():
            node = self._parse((*base, name), str(text))
            if name not in self.types and name not in self.broken:
                self._report(
                    (*base, name, "@key"),
                    "unknown-name",
                    f"'{name}' is not declared",
                    nearest(name, tuple(self.types)),
                    (0, len(name)),
                )
            if node is not None:
                self._check_names((*base, name), node, frozenset())
                cases[name] = node
        return cases

    def check_relation(self, path: Path, node: Node) -> None:
        """Report a claim that claims nothing."""
        if node.op == "rel" or (node.op == "call" and node.name in CLAIM_WORDS):
            return
        self._report(
            path,
            "not-a-relation",
            "a claim compares two things",
            "write ==, <= or >= between them",
            node,
        )

    def _read_code(self) -> Code | None:
        if not self.text.code_numpy.strip():
            return None
        equals = None
        if self.text.code_equals.strip():
            path: Path = ("code", "equals")
            equals = self._parse(path, self.text.code_equals)
            if equals is not None:
                self._check_names(path, equals, frozenset())
                self._check_claim_words(path, equals)
        return Code(equals, self.text.code_numpy)

    def _read_example(self) -> Example | None:
        if not self.text.example_compute:
            return None
        given: dict[str, Node] = {}
        for name, text in self.text.example_given.items():
            path: Path = ("example", "given", name)
            node = self._parse(path, text)
            if name not in self.types and name not in self.sizes and name not in self.broken:
                self._report(
                    (*path, "@key"),
                    "unknown-name",
                    f"'{name}' is not declared",
                    nearest(name, tuple(self.types)),
                    (0, len(name)),
                )
            if node is not None:
                self._check_names(path, node, frozenset())
                given[name] = node
        compute = []
        for index, text in enumerate(self.text.example_compute):
            path = ("example", "compute", index)
            node = self._parse(path, text)
            if node is not None:
                self._check_names(path, node, frozenset(), condition=True)
                self._check_claim_words(path, node)
                compute.append(node)
        return Example(MappingProxyType(given), tuple(compute))

    def _check_claim_words(self, path: Path, node: Node) -> None:
        """Refuse words that have no value of their own where a value is computed."""
        for part in walk(node):
            word = find_word(part.name) if part.op == "call" else None
            if word is not None and word.claims_only:
                self._report(
                    path,
                    "misplaced-word",
                    f"'{word.name}' has no value of its own; it stands in a claim",
                    "",
                    part,
                )

    # Names

    def _known(self, name: str, bound: frozenset[str]) -> bool:
        return (
            name in bound
            or name in CONSTANTS
            or name in self.types
            or name in self.sizes
            or name in self.definitions
            or name in self.broken
        )

    def _check_names(
        self, path: Path, node: Node, bound: frozenset[str], *, condition: bool = False
    ) -> None:
        """Check names, arities and places; ``condition`` says that a relation may stand here."""
        if node.op in ("rel", "and", "given") and not condition:
            self._report_misplaced(path, node)
        match node.op:
            case "sym":
                self._check_symbol(path, node, bound)
            case "call":
                self._check_call(path, node, bound)
            case "list":
                self._check_rows(path, node)
                for row in node.args:
                    self._check_names(path, row, bound, condition=condition)
            case "and" | "not" | "given":
                for child in node.args:
                    self._check_names(path, child, bound, condition=child.op != "given")
            case "num":
                pass
            case "index" | "rel" | "T" | "neg" | "add" | "sub" | "mul" | "div" | "pow" | "matmul":
                for child in node.args:
                    self._check_names(path, child, bound)
            case _:
                assert_never(node.op)

    def _report_misplaced(self, path: Path, node: Node) -> None:
        what = {"rel": "a relation", "and": "'&'", "given": "'|'"}[node.op]
        hints = {
            "rel": "write ind(x > 0) for a number that is 1 when the relation holds",
            "and": "'&' joins events: P(A & B)",
            "given": "'|' means 'given': P(A | B), E(X | Y); write abs(x) for |x|",
        }
        self._report(path, "misplaced-relation", f"{what} cannot stand here", hints[node.op], node)

    def _check_symbol(self, path: Path, node: Node, bound: frozenset[str]) -> None:
        name = node.name
        if self._is_function(name) and name not in bound and self.strict:
            self._report(
                path,
                "not-a-value",
                f"'{name}' is a function",
                f"apply it: {name}(x)",
                node,
            )
        elif not self._known(name, bound):
            self._report_unknown(path, node, bound)

    def _report_unknown(self, path: Path, node: Node, bound: frozenset[str]) -> None:
        name = node.name
        if not self.strict and name not in WORD_NAMES:
            return
        place = (node.start, node.start + len(name))
        values = (*self.types, *self.sizes, *self.definitions, *bound, *CONSTANTS)
        if name in WORD_NAMES:
            self._report(
                path,
                "not-a-value",
                f"'{name}' is a word of the language",
                f"apply it: {name}(x)",
                place,
            )
            return
        hint = nearest(name, values)
        spelled = "".join(sorted(name))
        if not hint and len(name) > 1 and all(letter in values for letter in spelled):
            hint = f"write {'*'.join(name)} to multiply"
        known = {"inf": "oo", "infinity": "oo", "I": "eye(n)", "e": "exp(1)"}
        if not hint and name in known:
            hint = f"write {known[name]}"
        self._report(
            path,
            "unknown-name",
            f"'{name}' is not declared",
            hint or f"declare it under 'let', as in '{name}: real'",
            place,
        )

    def _is_function(self, name: str) -> bool:
        declared = self.types.get(name)
        if declared is not None:
            return declared.name in FUNCTION_TYPES
        definition = self.definitions.get(name)
        return definition is not None and bool(definition.parameters)

    def _check_call(self, path: Path, node: Node, bound: frozenset[str]) -> None:
        if node.name in WORD_NAMES:
            self._check_word(path, node, bound)
            return
        self._check_applied(path, node, bound)
        for child in node.args:
            self._check_names(path, child, bound)

    def _check_applied(self, path: Path, node: Node, bound: frozenset[str]) -> None:
        name = node.name
        place = (node.start, node.start + len(name))
        if name in self.broken or (not self.strict and len(name) == 1):
            return
        if name in bound or (self._known(name, bound) and not self._is_function(name)):
            self._report(
                path,
                "not-a-function",
                f"'{name}' is not a function",
                f"write {name}*(…) to multiply, {name}[i] for an entry",
                place,
            )
            return
        if not self._is_function(name):
            functions = [known for known in self.types if self._is_function(known)]
            functions += [known for known in self.definitions if self._is_function(known)]
            self._report(
                path,
                "unknown-word",
                f"'{name}' is not a known function",
                _word_hint(name, tuple(functions)),
                place,
            )
            return
        arities = self._function_arities(name)
        if arities and len(node.args) not in arities:
            self._report(
                path,
                "wrong-arity",
                f"'{name}' takes {counted(arities, 'argument')}, not {len(node.args)}",
                at=node,
            )

    def _function_arities(self, name: str) -> tuple[int, ...]:
        definition = self.definitions.get(name)
        if definition is not None:
            return (len(definition.parameters),)
        args = self.types[name].args
        if args and args[0].op == "num" and args[0].number > 1:
            return (1, int(args[0].number))
        return (1,)

    def _check_word(self, path: Path, node: Node, bound: frozenset[str]) -> None:
        word = find_word(node.name)
        assert word is not None
        if not self._check_arity(path, node):
            return
        if binds(node):
            self._check_binder(path, node, bound)
            return
        if word.variable_index is not None and len(node.args) > word.variable_index:
            self._check_variable(path, node.args[word.variable_index], node, bound)
        args = node.args
        if word.name in _DERIVATIVES:
            self._check_differentiable(path, node)
        if word.name in LAW_NAMES:
            self._report(
                path,
                "misplaced-law",
                f"the law {word.name} is no value",
                f"declare X: {word.name}(…) under 'let', or write distributed(X, {word.name}(…))",
                node,
            )
        if word.name == "D":
            self._check_point_derivative(path, node)
            args = args[1:]
        if word.name == "pdf":
            self._check_density(path, node, bound)
        if word.name == "distributed":
            self._check_law(path, args[1])
        for index, child in enumerate(args):
            if index in _LAW_PLACES.get(word.name, ()) and _is_law(child):
                self._check_arity(path, child)
                for parameter in child.args:
                    self._check_names(path, parameter, bound)
                continue
            allowed = (
                word.name in PROBABILITY_WORDS
                or word.name in ("ind", "union")
                or (word.name == "cases" and index % 2 == 1)
                or (word.name == "pdf" and index == 0)
            )
            self._check_names(path, child, bound, condition=allowed)

    def _check_arity(self, path: Path, node: Node) -> bool:
        word = find_word(node.name)
        assert word is not None
        if len(node.args) in word.arities:
            return True
        self._report(
            path,
            "wrong-arity",
            f"'{word.name}' takes {counted(word.arities, 'argument')}, not {len(node.args)}",
            f"for example {_with_one_more(node) or word.example}",
            node,
        )
        return False

    def _check_law(self, path: Path, law: Node) -> None:
        if not _is_law(law):
            self._report(
                path,
                "misplaced-law",
                "'distributed' needs a law with a name second",
                "for example distributed(X + Y, Normal(0, 2))",
                law,
            )

    def _check_differentiable(self, path: Path, node: Node) -> None:
        """Refuse the derivative of a function that need not have one."""
        for part in walk(node.args[0]):
            declared = self.types.get(part.name) if part.op in ("call", "sym") else None
            if declared is not None and declared.name == "function":
                self._report(
                    path,
                    "not-differentiable",
                    f"'{part.name}' is any function, so it need not have a derivative",
                    f"declare {part.name}: smooth_function",
                    part,
                )
                return

    def _check_binder(self, path: Path, node: Node, bound: frozenset[str]) -> None:
        variable = node.args[1]
        if variable.op != "sym":
            self._report(
                path,
                "not-a-variable",
                f"'{node.name}' needs a plain variable here",
                f"for example {_example_of(node.name)}",
                variable,
            )
            return
        if self._known(variable.name, bound) or variable.name in WORD_NAMES:
            self._report(
                path,
                "shadowed-name",
                f"'{variable.name}' already has a meaning",
                f"pick another letter for the variable of '{node.name}',"
                " and do not declare it under 'let'",
                variable,
            )
        for index, child in enumerate(node.args):
            if node.name == "limit" and index == 3:
                self._check_direction(path, child)
            elif index != 1:
                inner = bound | {variable.name} if index == 0 else bound
                self._check_names(path, child, inner, condition=node.name == "all" and index == 0)
        if node.name == "all" and not (
            node.args[0].op in ("rel", "and") or node.args[0].name == "all"
        ):
            self._report(
                path,
                "not-a-relation",
                "'all' says that a relation holds for every index",
                "write ==, <= or >= between two things",
                node.args[0],
            )

    def _check_direction(self, path: Path, node: Node) -> None:
        if node.op != "sym" or node.name not in DIRECTIONS:
            self._report(
                path,
                "bad-syntax",
                "a limit is approached from above or from below",
                "for example limit(1/x, x, 0, above)",
                node,
            )

    def _check_variable(
        self, path: Path, variable: Node, node: Node, bound: frozenset[str]
    ) -> None:
        base = variable.args[0] if variable.op == "index" else variable
        indexed = node.name in ("d", "pd") and variable.op == "index"
        if base.op != "sym" or (variable.op != "sym" and not indexed):
            self._report(
                path,
                "not-a-variable",
                f"'{node.name}' needs a plain variable here",
                "write D(f, p) for the derivative of f at the point p"
                if node.name in ("d", "pd", "grad", "jac")
                else "",
                variable,
            )
        elif base.name in self.definitions and base.name not in bound:
            self._report(
                path,
                "not-a-variable",
                f"'{base.name}' stands for a formula, so it cannot vary by itself",
                f"take a declared name, or define a function and write D({base.name}, …)",
                variable,
            )
        elif base.name in self.sizes or base.name in CONSTANTS:
            self._report(
                path, "not-a-variable", f"'{base.name}' cannot vary", "declare a variable", variable
            )

    def _check_point_derivative(self, path: Path, node: Node) -> None:
        function = node.args[0]
        known = function.op == "sym" and (
            self._is_function(function.name)
            or function.name in ELEMENTWISE_WORDS
            or function.name in self.broken
            or (not self.strict and function.name not in WORD_NAMES)
        )
        if not known:
            self._report(
                path,
                "not-a-function",
                "'D' needs the name of a function first",
                "write D(f, p) for f'(p), d(f(x), x) for the derivative of an expression",
                function,
            )

    def _check_density(self, path: Path, node: Node, bound: frozenset[str]) -> None:
        variable = node.args[0]
        if _is_law(variable):
            return
        names = [part.name for part in walk(variable) if part.op == "sym"]
        if not all(self._known(name, bound) for name in names):
            return  # told with the other unknown names
        types = [self.types[name].name for name in names if name in self.types]
        random = [name for name in types if name in RANDOM_TYPES]
        if not random or not PARAMETRIC_TYPES.issuperset(random):
            self._report(
                path,
                "not-a-variable",
                "'pdf' needs a variable with a known law first",
                "declare X: 'Normal(0, 1)', say, or write pdf(Normal(0, 1), x)",
                variable,
            )

    def _check_rows(self, path: Path, node: Node) -> None:
        rows = [row for row in node.args if row.op == "list"]
        lengths = {len(row.args) for row in rows}
        if rows and (len(rows) != len(node.args) or len(lengths) != 1):
            self._report(
                path,
                "ragged-list",
                "the rows of a matrix have the same length",
                "[1, 2] is a column, [[1, 2], [3, 4]] a matrix given by its rows",
                node,
            )

    # Checks of the whole

    def _check_show(self, statement: Statement) -> None:
        for name, glyph in self.text.show.items():
            path: Path = ("show", name)
            known = (*self.types, *self.sizes, *self.definitions)
            bound = {
                node.args[1].name
                for _, tree in self.parsed
                for node in walk(tree)
                if node.op == "call" and len(node.args) > 1 and node.args[1].op == "sym"
            }
            parameters = {p for d in self.definitions.values() for p in d.parameters}
            if name not in known and name not in bound | parameters:
                self._report(
                    (*path, "@key"),
                    "unknown-name",
                    f"'{name}' is not declared",
                    nearest(name, known),
                    (0, len(name)),
                )
            if not is_glyph(glyph):
                self._report(
                    path,
                    "bad-glyph",
                    f"{glyph!r} is not a glyph",
                    r"write one letter or Greek letter, with a subscript if need be: \sigma, x_0",
                    at=(0, len(glyph)),
                )

        if any(not problem.warning for problem in self.problems):
            return
        for name, message, hint in glyph_clashes(statement):
            at_show: Path = ("show", name)
            self._report(
                at_show if name in self.text.show else self._key_path(name),
                "ambiguous-glyph",
                message,
                hint,
            )

    def _key_path(self, name: str) -> Path:
        for key in self.text.let:
            if name in (part.strip() for part in key.split(",")):
                return ("let", key, "@key")
        if name in self.definitions:
            path = self._definition_path(name)
            return (*path, "@key") if path[0] == "define" else path
        return ("let",)

    def _check_use(self, statement: Statement) -> None:
        if not self.parsed:
            return
        used = {
            node.name
            for path, tree in self.parsed
            if "given" not in path or path[0] == "example"
            for node in walk(tree)
        }
        if self.text.sign:
            with suppress(FormulaError):  # told where the sign is read
                used |= {node.name for node in walk(parse_formula(self.text.sign))}
        for type_ in self.types.values():
            for arg in type_.args:
                used |= {node.name for node in walk(arg)}
        shared = {type_ for name, type_ in self.types.items() if name in used}
        for name, type_ in self.types.items():  # two names of one law take each other
            if type_.name == "Joint" or (type_.name == "Density" and type_ in shared):
                used.add(name)
        used |= set(self.text.example_given)
        used |= {name for _, _, equality in self.text.claims for name in equality}
        assumed = [
            names
            for path, tree in self.parsed
            if "given" in path and path[0] != "example"
            if len(names := {node.name for node in walk(tree)} & self.types.keys()) > 1
        ]
        while reached := [names for names in assumed if names & used and not names <= used]:
            used = used.union(*reached)  # S @ x == a*x says something of x by S and a
        for key in self.text.let:
            start = 0
            for part in key.split(","):
                name = part.strip()
                at = start + len(part) - len(part.lstrip())
                start += len(part) + 1
                if name in self.types and name not in used:
                    self._report(
                        ("let", key, "@key"),
                        "unused-name",
                        f"'{name}' is declared but never used",
                        "delete it; the card would print it as a hypothesis",
                        (at, at + len(name)),
                    )
        self._check_pinned(statement)

    def _check_pinned(self, statement: Statement) -> None:
        if not self.text.claims:
            return
        pinned: set[str] = set()
        waiting = {node.name for claim in statement.claims for node in walk(claim.tree)}
        for claim in statement.claims:
            for case in claim.equality.values():
                waiting |= {node.name for node in walk(case)}
        for kind in self.types.values():
            waiting |= {node.name for arg in kind.args for node in walk(arg)}
        while waiting:
            name = waiting.pop()
            if name in self.definitions and name not in pinned:
                pinned.add(name)
                waiting |= {node.name for node in walk(self.definitions[name].body)}
        for name in self.definitions:
            if name not in pinned:
                path = self._definition_path(name)
                self._report(
                    path,
                    "unpinned-definition",
                    f"no claim uses '{name}', so nothing checks its definition",
                    f"claim something about '{name}', or delete it",
                    warning=True,
                )

    def _check_kinds(self, statement: Statement) -> None:
        for path, tree in self.parsed:
            for mistake in kinds.mistakes(tree, statement):
                self._report(path, mistake.code, mistake.message, mistake.hint, mistake.node)


_DERIVATIVES = frozenset({"d", "pd", "D", "grad", "jac", "hess"})
_LAW_PLACES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {"distributed": (1,), "converges": (2,), "pdf": (0,), "KL": (0, 1)}
)
"""Where a law may stand: which arguments of which words."""


def _is_law(node: Node) -> bool:
    return node.op == "call" and node.name in LAW_NAMES


_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_STRICTLY_ABOVE: Mapping[str, int] = MappingProxyType(dict.fromkeys(POSITIVE - WHOLE, 0))
_AT_LEAST: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(NONNEGATIVE - POSITIVE, 0) | dict.fromkeys(POSITIVE & WHOLE, 1)
)


def _plain_number(node: Node) -> Fraction | None:
    if node.op == "num":
        return node.number
    if node.op == "neg" and node.args[0].op == "num":
        return -node.args[0].number
    return None


def _implied(type_: str, sign: str, number: Fraction) -> bool:
    """Whether every number of a type stands in a relation to a number."""
    if type_ in _STRICTLY_ABOVE:
        return number <= _STRICTLY_ABOVE[type_] and sign in (">", ">=", "!=")
    if type_ in _AT_LEAST:
        least = _AT_LEAST[type_]
        return (number < least and sign in (">", ">=", "!=")) or (number == least and sign == ">=")
    return type_ == "nonzero" and number == 0 and sign == "!="


_OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "ln": "log",
        "trace": "tr",
        "Tr": "tr",
        "determinant": "det",
        "transpose": "A.T",
        "inverse": "inv",
        "identity": "eye",
        "I": "eye",
        "gradient": "grad",
        "diff": "d",
        "deriv": "d",
        "partial": "pd",
        "int": "integral",
        "integrate": "integral",
        "lim": "limit",
        "product": "prod",
        "Sum": "sum",
        "expectation": "E",
        "Pr": "P",
        "Prob": "P",
        "prob": "P",
        "variance": "Var",
        "covariance": "Cov",
        "indicator": "ind",
        "choose": "binomial",
        "nCr": "binomial",
        "frobenius": "fro",
        "dot": "x.T @ y",
        "inner": "x.T @ y",
        "outer": "x @ y.T",
        "hadamard": "x*y",
        "matmul": "A @ B",
        "pow": "x**y",
        "std": "sqrt(var(x)) or sqrt(Var(X))",
        "kl": "KL",
        "crossentropy": "xent",
        "cross_entropy": "xent",
        "lse": "logsumexp",
    }
)


def _with_one_more(node: Node) -> str:
    """Return how to say the maximum or minimum of more than two numbers."""
    if node.name not in ("max", "min") or len(node.args) == 0:
        return ""
    return f"{node.name}([{', '.join(map(formula_text, node.args))}])"


def _word_hint(name: str, functions: tuple[str, ...]) -> str:
    if name in _OTHER_NAMES:
        return f"write {_OTHER_NAMES[name]}"
    lower = {word.lower(): word for word in sorted(WORD_NAMES)}
    if name.lower() in lower:
        return f"did you mean '{lower[name.lower()]}'?"
    return nearest(name, (*WORD_NAMES, *functions))


def _example_of(name: str) -> str:
    word = find_word(name)
    assert word is not None
    return word.example
