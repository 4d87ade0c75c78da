"""The printer: what stands on a card is the tree that was checked.

Order and shape stay as the author wrote them: ``x/2`` is one fraction, ``1/2*x`` a
fraction before ``x``. The same tree, the same LaTeX.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from fractions import Fraction
from typing import assert_never

from dlcards.claims.print.glyphs import name_latex
from dlcards.claims.shapes import Kind, kind_of, parameter_kinds
from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node, Op, sym, walk
from dlcards.claims.types import FUNCTION_TYPES
from dlcards.claims.words import ELEMENTWISE_WORDS, IMAGINARY_UNIT, LAW_NAMES, WORD_NAMES, WORDS


class Level(IntEnum):
    """How tightly a printed piece holds together; a looser one gets brackets."""

    CONDITION = 0
    JOINT = 1
    SUM = 2
    NEGATION = 3
    PRODUCT = 4
    FRACTION = 5
    POWER = 6
    ATOM = 7


Printed = tuple[str, Level]
Wrap = Callable[[int, str], str]

_RELATIONS = {"==": "=", "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">"}
_CONSTANTS = {"pi": r"\pi", IMAGINARY_UNIT: r"\mathrm{i}"}
_FIRST_MARK = 0xE000
_MARKS = re.compile("[\ue000-\uf8ff]")
_TALL = (r"\frac", r"\sum", r"\prod", r"\int", r"\begin", r"\left", r"\binom")
_NO_GAP = ("e^", r"\boldsymbol", r"\sqrt", r"\binom", r"\frac", r"\sum", r"\prod", r"\int")
_BIG = frozenset({"sum", "prod", "integral", "limit", "d", "pd", "grad", "hess"})
_INFIX = frozenset({"argmin", "argmax", "kron", "cross"})
_BRACKETED_BASE = frozenset({"exp", "log", "det", "sqrt", "factorial"})
_POWERED_BEFORE_ARGUMENT = frozenset({"sin", "cos", "tan", "tanh", "sinh", "cosh"})


def to_latex(
    node: Node,
    statement: Statement,
    *,
    width: int = 0,
    parts: Sequence[Node] = (),
    wrap: Wrap | None = None,
) -> str:
    r"""Print a formula as LaTeX for MathJax.

    Parameters
    ----------
    node : Node
    statement : Statement
        Its types decide what is bold, its ``show`` which glyph a name has.
    width : int
        A chain of relations that looks longer than so many letters is broken before
        each relation sign; 0 never breaks.
    parts : sequence of Node
        Parts of the formula to hand to ``wrap``, wherever they are printed: subtrees, or
        neighbouring terms of a sum or factors of a product. They never change the layout.
    wrap : callable, optional
        From the number of a part and its LaTeX to what is printed instead.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> to_latex(parse_formula("x**2/2 <= sqrt(a_0)"), Statement("", {}, {}))
    '\\frac{x^{2}}{2} \\le \\sqrt{a_{0}}'
    """
    printer = _Printer(statement, parts if wrap is not None else ())
    text = printer.whole(node, width)
    if wrap is not None:
        for index in range(len(parts)):
            text = _replace_marked(text, index, wrap)
    return text


def definition_latex(name: str, statement: Statement) -> str:
    r"""Print what a definition introduces and stands for, ``p(x) = …``.

    Raises
    ------
    KeyError
        If the statement does not define ``name``.

    Examples
    --------
    >>> from dlcards.claims.parser import parse_formula
    >>> from dlcards.claims.statement import Definition
    >>> square = Definition(("x",), parse_formula("x**2"))
    >>> definition_latex("g", Statement("", {}, {"g": square}))
    'g(x) = x^{2}'
    """
    definition = statement.definitions[name]
    arguments = tuple(sym(parameter) for parameter in definition.parameters)
    head = Node("call", arguments, name=name) if arguments else sym(name)
    return to_latex(Node("rel", (head, definition.body), relations=("==",)), statement)


def visible_length(latex: str) -> int:
    r"""Estimate how many letters wide a printed formula is.

    Examples
    --------
    >>> visible_length(r"\frac{a + b}{2} = \alpha")
    5
    """
    text = _MARKS.sub("", latex)
    text = re.sub(r"\\(?:left|right|boldsymbol|mathbf|mathrm|mathbb|operatorname\*?)", "", text)
    fraction = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
    text = re.sub(r"[_^]\{([^{}]*)\}", lambda m: "." * (len(_letters(m[1])) // 2), text)
    while match := fraction.search(text):
        longer = max(match[1], match[2], key=lambda part: len(_letters(part)))
        text = text[: match.start()] + longer + text[match.end() :]
    return len(_letters(text))


def _letters(text: str) -> str:
    return re.sub(r"[\s{}]|\\[,;!]", "", re.sub(r"\\[A-Za-z]+", "x", text))


def _marks(index: int) -> tuple[str, str]:
    """Return the private characters before and behind a part."""
    return chr(_FIRST_MARK + 2 * index), chr(_FIRST_MARK + 2 * index + 1)


def _marked(text: str, index: int) -> str:
    first, last = _marks(index)
    return f"{first}{text}{last}"


def _replace_marked(text: str, index: int, wrap: Wrap) -> str:
    pieces = re.split("{}(.*?){}".format(*_marks(index)), text)
    return "".join(wrap(index, p) if i % 2 else p for i, p in enumerate(pieces))


def _bare(text: str) -> str:
    return _MARKS.sub("", text)


class _Printer:
    """One formula being printed: the names with another meaning here, and the parts to mark."""

    def __init__(self, statement: Statement, parts: Sequence[Node] = ()) -> None:
        self.statement = statement
        self._parts = parts
        self._kinds: dict[str, Kind] = {}
        self._all_names: set[str] = set()
        self._parameters = parameter_kinds(statement)

    # Helpers the layouts use

    def kind(self, node: Node) -> Kind:
        return kind_of(node, self.statement, self._kinds)

    def name(self, name: str, kind: Kind = Kind.SCALAR, *, function: bool = False) -> str:
        return name_latex(name, self.statement, kind, function=function)

    def function_name(self, name: str) -> str:
        if name in WORD_NAMES:
            return next(word.latex for word in WORDS if word.name == name) or rf"\{name}"
        return self.name(name, function=True)

    def is_function(self, name: str) -> bool:
        declared = self.statement.types.get(name)
        return declared is not None and declared.name in FUNCTION_TYPES

    def tall(self, text: str) -> bool:
        return any(sign in text for sign in _TALL)

    def bracket(self, text: str, opening: str = "(", closing: str = ")") -> str:
        if self.tall(text):
            return rf"\left{opening}{text}\right{closing}"
        return f"{opening}{text}{closing}"

    def go(self, node: Node, least: Level = Level.CONDITION, *, small: bool = False) -> str:
        """Print with brackets when it is looser than ``least``; ``small`` is for exponents."""
        text, level = self.printed(node, small)
        return self.bracket(text) if level < least else text

    def printed(self, node: Node, small: bool = False) -> Printed:
        text, level = self._operation(node, small)
        for index, part in enumerate(self._parts):
            if part == node:
                text = _marked(text, index)
        return text, level

    def arguments(self, args: Sequence[Node]) -> str:
        return ", ".join(self.go(arg, Level.CONDITION) for arg in args)

    def operand(self, node: Node) -> str:
        """Print what an operator such as d/dx acts on."""
        text, level = self.printed(node)
        if level < Level.PRODUCT or node.op in ("mul", "matmul"):
            return self.bracket(text, "[", "]")
        return text

    def body(self, node: Node) -> str:
        """Print what stands after a sum, product, integral or limit sign."""
        return self.go(node, Level.PRODUCT)

    @contextmanager
    def standing_for(self, kinds: Mapping[str, Kind]) -> Iterator[None]:
        before = self._kinds
        self._kinds = {**before, **kinds}
        try:
            yield
        finally:
            self._kinds = before

    def fresh_index(self) -> str:
        used = set(self.statement.types) | set(self.statement.definitions) | set(self._kinds)
        used |= self._all_names
        return next((name for name in "ijklrst" if name not in used), "i")

    # The formula as a whole

    def whole(self, node: Node, width: int = 0) -> str:
        self._all_names = {part.name for part in walk(node)}
        kinds = self._definition_parameters(node)
        with self.standing_for(kinds):
            if node.op != "rel":
                return self.go(node)
            line = self.go(node)
            if not width or visible_length(line) <= width:
                return line
            return self._broken(node)

    def _definition_parameters(self, node: Node) -> Mapping[str, Kind]:
        if node.op == "rel" and node.args[0].op == "call":
            name = node.args[0].name
            if name in self.statement.definitions:
                return self._parameters.get(name, {})
        return {}

    def _broken(self, node: Node) -> str:
        first, *others = (self.go(arg, Level.SUM) for arg in node.args)
        signs = [_RELATIONS[sign] for sign in node.relations]
        lines = [f"{first} &{signs[0]} {others[0]}"] if visible_length(first) < 9 else []
        rest = list(zip(signs, others, strict=True))
        if not lines:
            lines.append(f"&{first}")
            lines += [rf"&\quad {sign} {text}" for sign, text in rest]
        else:
            lines += [f"&{sign} {text}" for sign, text in rest[1:]]
        if len(lines) == 1:
            return f"{first} {signs[0]} {others[0]}"
        return r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}"

    # Operations

    def _operation(self, node: Node, small: bool) -> Printed:
        match node.op:
            case "num":
                return self._number(node.number, small)
            case "sym":
                return self._symbol(node), Level.ATOM
            case "add" | "sub":
                return self._sum(node, small), Level.SUM
            case "neg":
                return "-" + self._unsigned(node.args[0], small), Level.NEGATION
            case "mul" | "matmul":
                return self._product(node, small)
            case "div":
                return self._fraction(node, small)
            case "pow":
                return self._power(node), Level.POWER
            case "T":
                return self._transpose(node), Level.POWER
            case "list":
                return self.matrix(node), Level.ATOM
            case "index":
                return self._entry(node), Level.ATOM
            case "rel":
                return self._relation(node), Level.CONDITION
            case "given":
                return r" \mid ".join(self.go(arg, Level.CONDITION) for arg in node.args), (
                    Level.CONDITION
                )
            case "and":
                return self._joint(node), Level.JOINT
            case "not":
                return self.go(node.args[0], Level.ATOM) + "^{c}", Level.POWER
            case "call":
                return self._call(node)
            case _:
                assert_never(node.op)

    def _number(self, value: Fraction, small: bool) -> Printed:
        if value < 0:
            return "-" + self._number(-value, small)[0], Level.NEGATION
        if value.denominator == 1:
            return str(value.numerator), Level.ATOM
        rest = value.denominator
        for prime in (2, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return _decimal(value), Level.ATOM
        if small:
            return f"{value.numerator}/{value.denominator}", Level.PRODUCT
        return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", Level.PRODUCT

    def _symbol(self, node: Node) -> str:
        if node.name in _CONSTANTS:
            return _CONSTANTS[node.name]
        kind = self.kind(node)
        definition = self.statement.definitions.get(node.name)
        if definition is not None and definition.parameters and node.name not in self._kinds:
            kind = Kind.SCALAR
        return self.name(node.name, kind)

    def _sum(self, node: Node, small: bool) -> str:
        terms = _chain(node, ("add", "sub"))
        pieces = [self.go(terms[0][1], Level.SUM, small=small)]
        signs = [""]
        for op, term in terms[1:]:
            piece = self.go(term, Level.SUM if op == "add" else Level.PRODUCT, small=small)
            pieces.append(self.bracket(piece) if _bare(piece).startswith("-") else piece)
            signs.append(" + " if op == "add" else " - ")
        return self._joined(terms, signs, pieces)

    def _joined(self, chain: _Chain, glues: Sequence[str], pieces: Sequence[str]) -> str:
        """Join terms or factors, and mark the parts that are neighbours among them."""
        shown = list(pieces)
        inside: list[range] = []
        for run, index in sorted(_runs(chain, self._parts), key=lambda found: len(found[0])):
            if all(_nested(run, other) for other in inside):
                inside.append(run)
                first, last = _marks(index)
                shown[run.start] = first + shown[run.start]
                shown[run[-1]] += last
        return "".join(glue + piece for glue, piece in zip(glues, shown, strict=True))

    def _unsigned(self, node: Node, small: bool) -> str:
        text = self.go(node, Level.PRODUCT, small=small)
        return self.bracket(text) if _bare(text).startswith("-") else text

    def _product(self, node: Node, small: bool) -> Printed:
        factors = _chain(node, ("mul", "matmul"))
        if factors[0][1].op == "neg":
            rest = factors[0][1].args[0]
            for op, factor in factors[1:]:
                rest = Node(op, (rest, factor))
            return "-" + self._unsigned(rest, small), Level.NEGATION
        glues, pieces, text = [], [], ""
        so_far = factors[0][1]
        for index, (op, factor) in enumerate(factors):
            least = Level.POWER if factor.op in ("mul", "matmul", "neg") else Level.PRODUCT
            piece = self.go(factor, least, small=small)
            is_last = index == len(factors) - 1
            infix = factor.op == "call" and factor.name in _INFIX
            if infix or (self._stands_open(factor) and not is_last):
                piece = self.bracket(piece)
            glue = ""
            if index:
                glue = self._glue(op, so_far, factor, text, _bare(piece))
                so_far = Node(op, (so_far, factor))
            glues.append(glue)
            pieces.append(piece)
            text += glue + _bare(piece)
        return self._joined(factors, glues, pieces), Level.PRODUCT

    def _stands_open(self, node: Node) -> bool:
        """Tell whether an operator would take the next factor too, as a sum sign does."""
        if node.op != "call":
            return False
        if node.name in ("max", "min"):
            return len(node.args) != 2
        is_prime = node.name in ("d", "pd") and self._prime(node) is not None  # f'(x)
        return node.name in _BIG and not is_prime

    def _glue(self, op: str, left: Node, right: Node, before: str, after: str) -> str:
        if op == "mul" and Kind.SCALAR not in (self.kind(left), self.kind(right)):
            return r" \odot "
        if after[0].isdigit() or after.startswith("-"):
            return r" \cdot "
        if before[-1].isdigit():
            return r" \cdot " if after.startswith(r"\frac") else " "
        if after.startswith(("(", r"\left(")) and before[-1].isalpha():
            return r"\,"
        starts_call = right.op == "call" and not after.startswith(_NO_GAP)
        if before.endswith((")", "]", r"\rVert", "|")) or starts_call:
            return r"\,"
        if after.startswith((r"\left", r"\lVert", "|")):
            return r"\,"
        return " "

    def _fraction(self, node: Node, small: bool) -> Printed:
        above, below = node.args
        if above.op == "neg":
            above, sign = above.args[0], "-"
            text, level = self.printed(above, small)
            if _bare(text).startswith("-"):
                text, level = self.bracket(text), Level.ATOM
        else:
            text, level = self.printed(above, small)
            sign = "-" if level is Level.NEGATION and _bare(text).startswith("-") else ""
            text = text.replace(sign, "", 1)
        if small:
            top = self.bracket(text) if level < Level.NEGATION else text
            ratio = f"{top}/{self.go(below, Level.POWER, small=True)}"
        else:
            ratio = rf"\frac{{{text}}}{{{self.go(below)}}}"
        if sign:
            return sign + ratio, Level.NEGATION
        return ratio, Level.PRODUCT if small else Level.FRACTION

    def _power(self, node: Node) -> str:
        base, exponent = node.args
        above = self.go(exponent, small=True)
        if base.op == "call":
            plain = exponent.op == "sym" or (exponent.op == "num" and exponent.number > 0)
            if base.name in _POWERED_BEFORE_ARGUMENT and plain:  # sin^{-1} is the arc sine
                return rf"\{base.name}^{{{above}}}" + self.bracket(self.go(base.args[0]))
            text, level = self.printed(base)
            if base.name in _BRACKETED_BASE or base.name in _BIG or level < Level.ATOM:
                text = self.bracket(text)
        elif base.op == "T":
            text = self.bracket(self.go(base))
        else:
            text = self.go(base, Level.ATOM)
            if _raised_outside(text):
                text = self.bracket(text)
        if self.kind(base) in (Kind.VECTOR, Kind.ROW):
            above = rf"\odot {above}"
        return f"{text}^{{{above}}}"

    def _transpose(self, node: Node) -> str:
        inner = node.args[0]
        if inner.op == "call" and inner.name == "inv":
            return self.go(inner.args[0], Level.ATOM) + r"^{-\top}"
        text = self.go(inner, Level.ATOM)
        if inner.op == "call" and inner.name in ("hess", "jac", "grad"):
            text = self.bracket(self.go(inner))
        elif _raised_outside(text):
            text = self.bracket(text)
        return text + r"^{\top}"

    def matrix(self, node: Node, brackets: str = "pmatrix") -> str:
        """Print a matrix given by its rows, or a column."""
        if node.args[0].op == "list":
            rows = [" & ".join(self.go(x) for x in row.args) for row in node.args]
        else:
            rows = [self.go(x) for x in node.args]
        return rf"\begin{{{brackets}}}" + r" \\ ".join(rows) + rf"\end{{{brackets}}}"

    def _entry(self, node: Node) -> str:
        base, *indices = node.args
        simple = all(_single(index) for index in indices)
        below = ("" if simple and len(indices) == 2 else ", ").join(
            self.go(index, small=True) for index in indices
        )
        of_matrix = len(indices) == 1 and self.kind(base) is Kind.MATRIX
        if base.op == "sym":
            text = self.name(base.name, Kind.MATRIX if of_matrix else Kind.SCALAR)
            if "_" in text or "^" in text:
                text = f"({self.name(base.name, self.kind(base))})"
        elif base.op == "call":
            text = self.go(base, Level.ATOM)
        else:
            text = self.bracket(self.go(base))
        return f"{text}_{{{below},:}}^{{\\top}}" if of_matrix else f"{text}_{{{below}}}"

    def _relation(self, node: Node) -> str:
        text = self.go(node.args[0], Level.JOINT)
        for sign, arg in zip(node.relations, node.args[1:], strict=True):
            text += f" {_RELATIONS[sign]} {self.go(arg, Level.JOINT)}"
        return text

    def _joint(self, node: Node) -> str:
        pieces = _flat(node)
        if any(piece.op == "rel" for piece in pieces):
            return r",\ ".join(self.go(piece) for piece in pieces)
        return r" \cap ".join(self.go(piece, Level.SUM) for piece in pieces)

    # Calls

    def _call(self, node: Node) -> Printed:
        layout = LAYOUTS.get(node.name)
        if layout is not None and node.name in WORD_NAMES:
            return layout(self, node.args)
        if node.name in WORD_NAMES:
            first, function = node.args[0], self.function_name(node.name)
            if node.name == "det" and first.op == "list":  # a matrix has its brackets
                return function + self.arguments(node.args), Level.ATOM
            if node.name == "diag" and first.op == "list" and first.args[0].op != "list":
                return function + self.bracket(self.arguments(first.args)), Level.ATOM
            if node.name == "log" and self.kind(first) is Kind.MATRIX:  # entry by entry
                function += r"_{\odot}"
            return function + self.bracket(self.arguments(node.args)), Level.ATOM
        name = self.name(node.name, function=True)
        return name + self.bracket(self.arguments(node.args)), Level.ATOM

    def _prime(self, node: Node) -> str | None:
        """Print the derivative of f(x) in x as f'(x) when f is declared."""
        expression, variable, *order = node.args
        simple = expression.op == "call" and expression.args == (variable,)
        if node.name != "d" or not simple or not self.is_function(expression.name):
            return None
        count = int(order[0].number) if order and order[0].op == "num" else 1
        if order and order[0].op != "num":
            return None
        return f"{self.name(expression.name, function=True)}{_primes(count)}({self.go(variable)})"

    def derivative(self, name: str, args: tuple[Node, ...]) -> Printed:
        """Print d and pd."""
        node = Node("call", args, name=name)
        prime = self._prime(node)
        if prime is not None:
            return prime, Level.ATOM
        expression, variable = args[:2]
        order = f"^{{{self.go(args[2], small=True)}}}" if len(args) > 2 else ""
        sign = "d" if name == "d" and variable.op == "sym" else r"\partial"
        below = self.go(variable)
        gap = "" if sign == "d" and not _bare(below).startswith("\\") else " "
        operator = rf"\frac{{{sign}{order}}}{{{sign}{gap}{below}{order}}}"
        if expression.op == "div":
            return f"{operator} {self.go(expression)}", Level.PRODUCT
        return f"{operator} {self.operand(expression)}", Level.PRODUCT

    def indexed(self, node: Node, index: str, indices: tuple[Node, ...]) -> Node:
        """Push an index into an expression that works entry by entry."""
        if self.kind(node) is Kind.SCALAR:
            return node
        if node.op in ("add", "sub", "mul", "div", "neg"):
            return node.with_args(tuple(self.indexed(a, index, indices) for a in node.args))
        if node.op == "pow" and len(indices) == 1:
            return node.with_args((self.indexed(node.args[0], index, indices), node.args[1]))
        if node.op == "call" and node.name in ELEMENTWISE_WORDS:
            return node.with_args(tuple(self.indexed(a, index, indices) for a in node.args))
        return Node("index", (node, *indices))

    def over_entries(self, sign: str, node: Node) -> Printed:
        """Print an operation over all entries of a vector or matrix: sum_i x_i."""
        kind = self.kind(node)
        first = self.fresh_index()
        if kind is Kind.SCALAR:
            return f"{sign} {self.body(node)}", Level.PRODUCT
        with self.standing_for({first: Kind.SCALAR}):
            if kind is Kind.MATRIX:
                second = self.fresh_index()
                with self.standing_for({second: Kind.SCALAR}):
                    entry = self.indexed(node, first, (sym(first), sym(second)))
                    return f"{sign}_{{{first},{second}}} {self.body(entry)}", Level.PRODUCT
            base = node.args[0] if kind is Kind.ROW and node.op == "T" else node
            entry = self.indexed(base, first, (sym(first),))
            return f"{sign}_{{{first}}} {self.body(entry)}", Level.PRODUCT


_Chain = Sequence[tuple[Op, Node]]


def _chain(node: Node, ops: tuple[Op, ...]) -> _Chain:
    """Return the terms of a sum or factors of a product with their signs; the first adds none."""
    if node.op not in ops:
        return [(ops[0], node)]
    return [*_chain(node.args[0], ops), (node.op, node.args[1])]


def _runs(chain: _Chain, parts: Sequence[Node]) -> Iterator[tuple[range, int]]:
    """Find parts that are some, but not all, neighbours of a chain, each with its number.

    A sum is not torn out of a difference: ``b + c`` is no part of ``a - b + c``.
    """
    ops = tuple({op for op, _ in chain[1:]})
    for index, part in enumerate(parts):
        wanted = _chain(part, ops)
        for start in range(len(chain) - len(wanted) + 1) if 1 < len(wanted) < len(chain) else ():
            found = chain[start : start + len(wanted)]
            same = found[0][1] == wanted[0][1] and found[1:] == wanted[1:]
            if same and found[0][0] != "sub":
                yield range(start, start + len(wanted)), index


def _nested(one: range, other: range) -> bool:
    """Tell whether two runs are apart or one lies inside the other."""
    shared = range(max(one.start, other.start), min(one.stop, other.stop))
    return not shared or len(shared) in (len(one), len(other))


def _raised_outside(text: str) -> bool:
    """Tell whether a printed base has a superscript that no brackets enclose."""
    bare = _bare(text)
    return "^" in re.sub(r"\{[^{}]*\}", "", bare) and not bare.endswith(")")


def _flat(node: Node) -> list[Node]:
    if node.op != "and":
        return [node]
    return [piece for arg in node.args for piece in _flat(arg)]


def _single(index: Node) -> bool:
    if index.op == "num":
        return 0 <= index.number < 10 and index.number.denominator == 1
    return index.op == "sym" and len(index.name) == 1


def _decimal(value: Fraction) -> str:
    whole, rest = divmod(value, 1)
    digits = ""
    while rest:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
    return f"{whole}.{digits}"


def _primes(count: int) -> str:
    return "'" * count if count <= 3 else f"^{{({count})}}"


# One layout per word; words with an operator in the table need none.

Layout = Callable[[_Printer, tuple[Node, ...]], Printed]


def _exp(p: _Printer, args: tuple[Node, ...]) -> Printed:
    if p.kind(args[0]) is Kind.MATRIX:  # entry by entry, not the exponential of the matrix
        return r"\exp_{\odot}" + p.bracket(p.go(args[0])), Level.ATOM
    power = p.go(args[0], small=True)
    if _bare(power) == "1":
        return "e", Level.ATOM
    if any(_needs_height(node) for node in walk(args[0])) or visible_length(power) > 24:
        return r"\exp" + p.bracket(p.go(args[0])), Level.ATOM
    return f"e^{{{power}}}", Level.POWER


def _needs_height(node: Node) -> bool:
    if node.op == "div":
        plain_top = node.args[0].op in ("num", "sym", "neg", "pow", "index")
        return not (plain_top and node.args[1].op in ("num", "sym", "pow", "index"))
    tall = ("sum", "prod", "integral", "exp", "cases", "max", "min", "inv")
    return node.op == "list" or (node.op == "call" and node.name in tall) or node.op == "matmul"


def _abs(p: _Printer, args: tuple[Node, ...]) -> Printed:
    inner = p.go(args[0])
    text = rf"\left|{inner}\right|" if p.tall(inner) or "|" in inner else f"|{inner}|"
    return text, Level.ATOM


def _cases(p: _Printer, args: tuple[Node, ...]) -> Printed:
    rows = [rf"{p.go(v)} & {p.go(c)}" for v, c in zip(args[:-1:2], args[1::2], strict=True)]
    rows.append(rf"{p.go(args[-1])} & \text{{otherwise}}")
    return r"\begin{cases}" + r" \\ ".join(rows) + r"\end{cases}", Level.ATOM


def _extreme(sign: str) -> Layout:
    def layout(p: _Printer, args: tuple[Node, ...]) -> Printed:
        if len(args) == 1:
            return p.over_entries(sign, args[0])
        if len(args) == 4:
            return _over_index(sign, p, args)
        return sign + p.bracket(p.arguments(args)), Level.ATOM

    return layout


def _over_index(sign: str, p: _Printer, args: tuple[Node, ...]) -> Printed:
    """Print what ranges over an index from … to …, with the range below the sign."""
    term, index, start, stop = args
    with p.standing_for({index.name: Kind.SCALAR}):
        below = f"{p.go(start, small=True)} \\le {p.go(index)} \\le {p.go(stop, small=True)}"
        return f"{sign}_{{{below}}} {p.body(term)}", Level.PRODUCT


def _for_all(p: _Printer, args: tuple[Node, ...]) -> Printed:
    relation, index, start, stop = args
    with p.standing_for({index.name: Kind.SCALAR}):
        numbers = rf"\{{{p.go(start)}, \dots, {p.go(stop)}\}}"
        text = rf"{p.go(relation)} \quad \forall {p.go(index)} \in {numbers}"
    return text, Level.CONDITION


def _repeated(sign: str) -> Layout:
    def layout(p: _Printer, args: tuple[Node, ...]) -> Printed:
        if len(args) == 1:
            return p.over_entries(sign, args[0])
        term, index, start, stop = args
        with p.standing_for({index.name: Kind.SCALAR}):
            below = f"{p.go(index)}={p.go(start, small=True)}"
            text = f"{sign}_{{{below}}}^{{{p.go(stop, small=True)}}} {p.body(term)}"
        return text, Level.PRODUCT

    return layout


def _integral(p: _Printer, args: tuple[Node, ...]) -> Printed:
    term, variable, start, stop = args
    with p.standing_for({variable.name: Kind.SCALAR}):
        dx = p.go(variable)
        gap = " " if _bare(dx).startswith("\\") else ""
        limits = f"_{{{p.go(start, small=True)}}}^{{{p.go(stop, small=True)}}}"
        return rf"\int{limits} {p.body(term)}\,d{gap}{dx}", Level.PRODUCT


_SIDES = {"above": "^{+}", "below": "^{-}"}


def _limit(p: _Printer, args: tuple[Node, ...]) -> Printed:
    term, variable, point, *direction = args
    with p.standing_for({variable.name: Kind.SCALAR}):
        at = p.go(point, Level.POWER if direction else Level.CONDITION, small=True)
        side = _SIDES[direction[0].name] if direction else ""
        return rf"\lim_{{{p.go(variable)} \to {at}{side}}} {p.body(term)}", Level.PRODUCT


def _point_derivative(p: _Printer, args: tuple[Node, ...]) -> Printed:
    function, point = args[0].name, args[1]
    count = int(args[2].number) if len(args) > 2 and args[2].op == "num" else 1
    at = p.bracket(p.go(point))
    name = p.function_name(function)
    declared = p.statement.types.get(function)
    if declared is not None and declared.name == "smooth_function" and len(declared.args) == 2:
        return f"J_{{{name}}}{at}", Level.ATOM
    of_vector = declared is None and p.kind(point) is not Kind.SCALAR
    if of_vector or (declared is not None and declared.args):
        return rf"\nabla {name}{at}", Level.ATOM
    if len(args) > 2 and args[2].op != "num":
        return f"{name}^{{({p.go(args[2], small=True)})}}{at}", Level.ATOM
    return f"{name}{_primes(count)}{at}", Level.ATOM


def _nabla(power: str) -> Layout:
    def layout(p: _Printer, args: tuple[Node, ...]) -> Printed:
        return rf"\nabla{power}_{{{p.go(args[1])}}} {p.operand(args[0])}", Level.PRODUCT

    return layout


def _jacobian(p: _Printer, args: tuple[Node, ...]) -> Printed:
    above = p.go(args[0], Level.PRODUCT)
    return rf"\frac{{\partial {above}}}{{\partial {p.go(args[1])}}}", Level.FRACTION


def _optimum(extreme: str) -> Layout:
    sign = rf"\operatorname*{{arg\,{extreme}}}"

    def layout(p: _Printer, args: tuple[Node, ...]) -> Printed:
        if len(args) == 1:
            return p.over_entries(sign, args[0])
        if len(args) == 4:
            return _over_index(sign, p, args)
        return f"{sign}_{{{p.go(args[1])}}} {p.operand(args[0])}", Level.PRODUCT

    return layout


def _raised(power: str) -> Layout:
    def layout(p: _Printer, args: tuple[Node, ...]) -> Printed:
        return p.go(args[0], Level.ATOM) + power, Level.POWER

    return layout


def _norm(subscript: str) -> Layout:
    def layout(p: _Printer, args: tuple[Node, ...]) -> Printed:
        return _between_bars(p, args[0]) + subscript, Level.ATOM

    return layout


def _between_bars(p: _Printer, node: Node) -> str:
    inner = p.go(node)
    if p.tall(inner):
        return rf"\left\lVert {inner} \right\rVert"
    return rf"\lVert {inner} \rVert"


def _p_norm(p: _Printer, args: tuple[Node, ...]) -> Printed:
    return f"{_between_bars(p, args[0])}_{{{p.go(args[1], small=True)}}}", Level.ATOM


def _fixed(text: str) -> Layout:
    def layout(p: _Printer, args: tuple[Node, ...]) -> Printed:
        return text, Level.ATOM

    return layout


def _between(left: str, right: str) -> Layout:
    def layout(p: _Printer, args: tuple[Node, ...]) -> Printed:
        return rf"\left{left} {p.go(args[0])} \right{right}", Level.ATOM

    return layout


def _joined(sign: str, level: Level) -> Layout:
    def layout(p: _Printer, args: tuple[Node, ...]) -> Printed:
        left, right = (p.go(arg, Level(level + 1)) for arg in args)
        return f"{left} {sign} {right}", level

    return layout


def _kron(p: _Printer, args: tuple[Node, ...]) -> Printed:
    left, right = (p.go(arg, Level.POWER) for arg in args)
    return rf"{left} \otimes {right}", Level.PRODUCT


def _conv(p: _Printer, args: tuple[Node, ...]) -> Printed:
    return f"({p.go(args[0], Level.POWER)} * {p.go(args[1], Level.POWER)})", Level.ATOM


def _slice(pattern: str) -> Layout:
    def layout(p: _Printer, args: tuple[Node, ...]) -> Printed:
        base = p.go(args[0], Level.ATOM)
        if "_" in base or "^" in base:
            base = p.bracket(base)
        return f"{base}_{{{pattern.format(p.go(args[1], small=True))}}}", Level.ATOM

    return layout


def _divergence(p: _Printer, args: tuple[Node, ...]) -> Printed:
    inner = rf"{p.go(args[0], Level.SUM)} \parallel {p.go(args[1], Level.SUM)}"
    return r"D_{\mathrm{KL}}" + p.bracket(inner), Level.ATOM


def _entropy(p: _Printer, args: tuple[Node, ...]) -> Printed:
    inner = ", ".join(_variables(p, arg) for arg in args)
    return "H" + p.bracket(inner), Level.ATOM


def _variables(p: _Printer, node: Node) -> str:
    if node.op == "given":
        return r" \mid ".join(_variables(p, arg) for arg in node.args)
    if node.op == "list":
        return p.arguments(node.args)
    return p.go(node)


def _information(p: _Printer, args: tuple[Node, ...]) -> Printed:
    return "I" + p.bracket("; ".join(_variables(p, arg) for arg in args)), Level.ATOM


def _expectation(p: _Printer, args: tuple[Node, ...]) -> Printed:
    return r"\mathbb{E}" + p.bracket(p.go(args[0]), "[", "]"), Level.ATOM


def _average(p: _Printer, args: tuple[Node, ...]) -> Printed:
    return rf"\bar{{{p.go(args[0])}}}_{{{p.go(args[1], small=True)}}}", Level.ATOM


def _copy(p: _Printer, args: tuple[Node, ...]) -> Printed:
    return f"{p.go(args[0], Level.ATOM)}^{{({p.go(args[1], small=True)})}}", Level.POWER


def _matrix_exponential(p: _Printer, args: tuple[Node, ...]) -> Printed:
    return f"e^{{{p.go(args[0], small=True)}}}", Level.POWER


def _blocks(p: _Printer, args: tuple[Node, ...]) -> Printed:
    if args[0].op == "list":
        return p.matrix(args[0], "bmatrix"), Level.ATOM
    return p.bracket(p.go(args[0]), "[", "]"), Level.ATOM


def _with_subscript(sign: str) -> Layout:
    def layout(p: _Printer, args: tuple[Node, ...]) -> Printed:
        return f"{sign}_{{{p.arguments(args)}}}", Level.ATOM

    return layout


def _distributed(p: _Printer, args: tuple[Node, ...]) -> Printed:
    return rf"{p.go(args[0], Level.SUM)} \sim {p.go(args[1])}", Level.CONDITION


def _remainder(p: _Printer, args: tuple[Node, ...]) -> Printed:
    left, right = (p.go(arg, Level.POWER) for arg in args)
    return rf"{left} \bmod {right}", Level.JOINT


def _incomplete_beta(p: _Printer, args: tuple[Node, ...]) -> Printed:
    below = p.go(args[2], small=True)
    return f"I_{{{below}}}" + p.bracket(p.arguments(args[:2])), Level.ATOM


def _converges(p: _Printer, args: tuple[Node, ...]) -> Printed:
    target = args[2]
    mode = "d" if target.op == "call" and target.name in LAW_NAMES else "P"
    return rf"{p.go(args[0])} \xrightarrow{{{mode}}} {p.go(target)}", Level.CONDITION


def _derivative(name: str) -> Layout:
    def layout(p: _Printer, args: tuple[Node, ...]) -> Printed:
        return p.derivative(name, args)

    return layout


LAYOUTS: Mapping[str, Layout] = {
    "exp": _exp,
    "sqrt": lambda p, args: (rf"\sqrt{{{p.go(args[0])}}}", Level.ATOM),
    "abs": _abs,
    "floor": _between(r"\lfloor", r"\rfloor"),
    "ceil": _between(r"\lceil", r"\rceil"),
    "factorial": lambda p, args: (p.go(args[0], Level.ATOM) + "!", Level.POWER),
    "binomial": lambda p, args: (
        rf"\binom{{{p.go(args[0], small=True)}}}{{{p.go(args[1], small=True)}}}",
        Level.ATOM,
    ),
    "ind": lambda p, args: (r"\mathbf{1}" + p.bracket(p.go(args[0]), "[", "]"), Level.ATOM),
    "max": _extreme(r"\max"),
    "min": _extreme(r"\min"),
    "cases": _cases,
    "d": _derivative("d"),
    "pd": _derivative("pd"),
    "D": _point_derivative,
    "grad": _nabla(""),
    "hess": _nabla("^{2}"),
    "jac": _jacobian,
    "integral": _integral,
    "limit": _limit,
    "sum": _repeated(r"\sum"),
    "prod": _repeated(r"\prod"),
    "argmin": _optimum("min"),
    "argmax": _optimum("max"),
    "inv": _raised("^{-1}"),
    "pinv": _raised("^{+}"),
    "norm": _norm(""),
    "norm1": _norm("_{1}"),
    "norminf": _norm(r"_{\infty}"),
    "pnorm": _p_norm,
    "fro": _norm("_{F}"),
    "opnorm": _norm(r"_{\mathrm{op}}"),
    "eye": _fixed(r"\boldsymbol{I}"),
    "ones": _fixed(r"\boldsymbol{1}"),
    "zeros": _fixed(r"\boldsymbol{0}"),
    "basis": lambda p, args: (
        rf"\boldsymbol{{e}}_{{{p.go(args[0], small=True)}}}",
        Level.ATOM,
    ),
    "kron": _kron,
    "cross": _joined(r"\times", Level.PRODUCT),
    "conv": _conv,
    "col": _slice(":,{}"),
    "row": _slice("{},:"),
    "entropy": _entropy,
    "xent": _entropy,
    "KL": _divergence,
    "H": _entropy,
    "MI": _information,
    "E": _expectation,
    "union": _joined(r"\cup", Level.JOINT),
    "pdf": lambda p, args: (
        rf"f_{{{p.go(args[0])}}}" + p.bracket(p.go(args[1])),
        Level.ATOM,
    ),
    "avg": _average,
    "iid": _copy,
    "distributed": _distributed,
    "ChiSquared": _with_subscript(r"\chi^{2}"),
    "StudentT": _with_subscript(r"\mathrm{t}"),
    "FisherF": _with_subscript(r"\mathrm{F}"),
    "betainc": _incomplete_beta,
    "conj": lambda p, args: (rf"\overline{{{p.go(args[0])}}}", Level.ATOM),
    "mod": _remainder,
    "all": _for_all,
    "expm": _matrix_exponential,
    "sqrtm": _raised("^{1/2}"),
    "block": _blocks,
    "converges": _converges,
}

RESERVED_GLYPHS: Mapping[str, frozenset[str]] = {
    r"\sigma": frozenset({"sigmoid"}),
    "P": frozenset({"P"}),
    "H": frozenset({"H", "entropy", "xent"}),
    "O": frozenset({"O"}),
    "e": frozenset({"exp"}),
    "I": frozenset({"MI", "betainc"}),
    "d": frozenset({"d", "integral"}),
    r"\pi": frozenset({"pi"}),
    r"\Gamma": frozenset({"gamma"}),
    r"\psi": frozenset({"digamma"}),
    r"\boldsymbol{I}": frozenset({"eye"}),
    r"\boldsymbol{e}": frozenset({"basis"}),
}


def glyph_clashes(statement: Statement) -> Iterator[tuple[str, str, str]]:
    """Find names that print like another name or like a word of the language.

    Yields
    ------
    name, message, hint : str
    """
    trees = [claim.tree for claim in statement.claims]
    trees += [definition.body for definition in statement.definitions.values()]
    trees += [case for claim in statement.claims for case in claim.equality.values()]
    if statement.definition is not None:
        trees.append(statement.definition)
    printer = _Printer(statement)
    nodes = [node for tree in trees for node in walk(tree)]
    names = dict.fromkeys(
        [*statement.types, *statement.definitions]
        + [node.name for node in nodes if node.op == "sym" and node.name not in ("pi", "oo")]
    )
    hint = "choose another glyph under 'show', or another name"
    used = {node.name for node in nodes}
    reserved = dict(RESERVED_GLYPHS)
    if any(t.name == "smooth_function" and len(t.args) == 2 for t in statement.types.values()):
        reserved["J"] = frozenset({"D"})
    seen: dict[str, str] = {}
    entries = _printed_entries(printer, nodes)
    for name in names:
        glyph = printer.go(sym(name))
        if glyph in seen:
            yield name, f"'{name}' and '{seen[glyph]}' are both printed as {glyph}", hint
        elif glyph in entries and entries[glyph] != name:
            yield name, f"'{name}' and an entry of '{entries[glyph]}' are both {glyph}", hint
        elif clashing := sorted(reserved.get(glyph, frozenset()) & used):
            yield name, f"'{name}' is printed as {glyph}, like '{clashing[0]}'", hint
        seen.setdefault(glyph, name)


def _printed_entries(printer: _Printer, nodes: Sequence[Node]) -> dict[str, str]:
    return {
        printer.go(node): node.args[0].name
        for node in nodes
        if node.op == "index" and node.args[0].op == "sym"
    }
