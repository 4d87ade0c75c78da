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
from typing import TypeAlias, assert_never

from dlcards.claims.print.glyphs import name_latex
from dlcards.claims.shapes import Kind, kind_of, parameter_kinds
from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node, Op, sym, walk
from dlcards.claims.types import FUNCTION_TYPES
from dlcards.claims.words import ELEMENTWISE_WORDS, IMAGINARY_UNIT, WORD_NAMES, WORDS


class Level(IntEnum):
    """How tightly a printed piece binds; one that binds too loosely for its place gets brackets."""

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
Layout: TypeAlias = "Callable[[Printer, tuple[Node, ...]], Printed]"
"""Prints the call of a word from its arguments."""

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
    """Return the private-use characters that stand before and after a marked part."""
    return chr(_FIRST_MARK + 2 * index), chr(_FIRST_MARK + 2 * index + 1)


def _marked(text: str, index: int) -> str:
    first, last = _marks(index)
    return f"{first}{text}{last}"


def replace_marked(text: str, index: int, wrap: Wrap) -> str:
    """Replace each marked part by what ``wrap`` makes of its number and its LaTeX."""
    pieces = re.split("{}(.*?){}".format(*_marks(index)), text)
    return "".join(wrap(index, p) if i % 2 else p for i, p in enumerate(pieces))


def unmarked(text: str) -> str:
    """Return printed text without the marks of its parts."""
    return _MARKS.sub("", text)


class Printer:
    """One formula being printed: names that mean something else here, and parts to mark."""

    def __init__(
        self, statement: Statement, layouts: Mapping[str, Layout], parts: Sequence[Node] = ()
    ) -> None:
        self.statement = statement
        self._layouts = layouts
        self._parts = parts
        self._kinds: dict[str, Kind] = {}
        self._all_names: set[str] = set()
        self._parameters = parameter_kinds(statement)

    # Helpers the layouts use

    def kind(self, node: Node) -> Kind:
        """Tell whether a part is a number, a vector or a matrix."""
        return kind_of(node, self.statement, self._kinds)

    def name(self, name: str, kind: Kind = Kind.SCALAR, *, function: bool = False) -> str:
        """Print a declared name."""
        return name_latex(name, self.statement, kind, function=function)

    def function_name(self, name: str) -> str:
        """Print the name of a word or function."""
        if name in WORD_NAMES:
            return next(word.latex for word in WORDS if word.name == name) or rf"\{name}"
        return self.name(name, function=True)

    def is_function(self, name: str) -> bool:
        """Tell whether a name is declared as a function."""
        declared = self.statement.types.get(name)
        return declared is not None and declared.name in FUNCTION_TYPES

    def tall(self, text: str) -> bool:
        """Tell whether brackets around a text have to grow."""
        return any(sign in text for sign in _TALL)

    def bracket(self, text: str, opening: str = "(", closing: str = ")") -> str:
        """Put brackets of the right height around a text."""
        if self.tall(text):
            return rf"\left{opening}{text}\right{closing}"
        return f"{opening}{text}{closing}"

    def go(self, node: Node, least: Level = Level.CONDITION, *, small: bool = False) -> str:
        """Print a part, in brackets if it binds less tightly than ``least``; ``small``: raised."""
        text, level = self.printed(node, small)
        return self.bracket(text) if level < least else text

    def printed(self, node: Node, small: bool = False) -> Printed:
        """Print a part, and tell how tightly it holds together."""
        text, level = self._operation(node, small)
        for index, part in enumerate(self._parts):
            if part == node:
                text = _marked(text, index)
        return text, level

    def arguments(self, args: Sequence[Node]) -> str:
        """Print arguments with commas between them."""
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
        """Let names mean something else inside the block."""
        before = self._kinds
        self._kinds = {**before, **kinds}
        try:
            yield
        finally:
            self._kinds = before

    def fresh_index(self) -> str:
        """Return a letter that the formula does not use."""
        used = set(self.statement.types) | set(self.statement.definitions) | set(self._kinds)
        used |= self._all_names
        return next((name for name in "ijklrst" if name not in used), "i")

    # The formula as a whole

    def whole(self, node: Node, width: int = 0) -> str:
        """Print a formula, broken where it is wider than ``width``."""
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
            pieces.append(self.bracket(piece) if unmarked(piece).startswith("-") else piece)
            signs.append(" + " if op == "add" else " - ")
        return self._joined(terms, signs, pieces, lambda part: _chain(part, ("add", "sub")))

    def _joined(
        self, chain: _Chain, glues: Sequence[str], pieces: Sequence[str], split: _Split
    ) -> str:
        """Join terms or factors, and mark the parts that are neighbours among them."""
        shown = list(pieces)
        inside: list[range] = []
        for run, index in sorted(_runs(chain, self._parts, split), key=lambda found: len(found[0])):
            if all(_nested(run, other) for other in inside):
                inside.append(run)
                first, last = _marks(index)
                shown[run.start] = first + shown[run.start]
                shown[run[-1]] += last
        return "".join(glue + piece for glue, piece in zip(glues, shown, strict=True))

    def _unsigned(self, node: Node, small: bool) -> str:
        text = self.go(node, Level.PRODUCT, small=small)
        return self.bracket(text) if unmarked(text).startswith("-") else text

    def _product(self, node: Node, small: bool) -> Printed:
        factors = self._factors(node)
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
                so_far = Node(op, (so_far, factor))
                glue = self._glue(so_far, text, unmarked(piece))
            glues.append(glue)
            pieces.append(piece)
            text += glue + unmarked(piece)
        return self._joined(factors, glues, pieces, self._factors), Level.PRODUCT

    def _factors(self, node: Node) -> _Chain:
        """Return the factors of a product with their signs.

        What stands side by side binds more tightly than ⊙: an entrywise product is one factor of
        any other, (x ⊙ y)ᵀz, and stands in brackets.
        """
        if node.op not in ("mul", "matmul"):
            return [("mul", node)]
        left, right = node.args
        if is_entrywise(left, self.kind) and not is_entrywise(node, self.kind):
            return [("mul", left), (node.op, right)]
        return [*self._factors(left), (node.op, right)]

    def _stands_open(self, node: Node) -> bool:
        """Tell whether an operator would take in the next factor, as a sum sign does."""
        if node.op != "call":
            return False
        if node.name in ("max", "min"):
            return len(node.args) != 2
        is_prime = node.name in ("d", "pd") and self._prime(node) is not None  # f'(x)
        return node.name in _BIG and not is_prime

    def _glue(self, product: Node, before: str, after: str) -> str:
        right = product.args[1]
        if is_entrywise(product, self.kind):
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
            if unmarked(text).startswith("-"):
                text, level = self.bracket(text), Level.ATOM
        else:
            text, level = self.printed(above, small)
            sign = "-" if level is Level.NEGATION and unmarked(text).startswith("-") else ""
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
            if _ends_in_script(text):
                text = self.bracket(text)
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
        layout = self._layouts.get(node.name)
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
        return f"{self.name(expression.name, function=True)}{primes(count)}({self.go(variable)})"

    def derivative(self, name: str, args: tuple[Node, ...]) -> Printed:
        """Print an ordinary derivative (``d``) or a partial one (``pd``)."""
        node = Node("call", args, name=name)
        prime = self._prime(node)
        if prime is not None:
            return prime, Level.ATOM
        expression, variable = args[:2]
        order = f"^{{{self.go(args[2], small=True)}}}" if len(args) > 2 else ""
        sign = "d" if name == "d" and variable.op == "sym" else r"\partial"
        below = self.go(variable)
        gap = "" if sign == "d" and not unmarked(below).startswith("\\") else " "
        operator = rf"\frac{{{sign}{order}}}{{{sign}{gap}{below}{order}}}"
        if expression.op == "div":
            return f"{operator} {self.go(expression)}", Level.PRODUCT
        return f"{operator} {self.operand(expression)}", Level.PRODUCT

    def indexed(self, node: Node, index: str, indices: tuple[Node, ...]) -> Node:
        """Move an index into an expression that works entry by entry."""
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
_Split = Callable[[Node], _Chain]
"""How a sum or product falls into its terms or factors."""


def is_entrywise(node: Node, kind: Callable[[Node], Kind]) -> bool:
    """Tell whether a node multiplies entry by entry."""
    return node.op == "mul" and Kind.SCALAR not in map(kind, node.args)


def _chain(node: Node, ops: tuple[Op, ...]) -> _Chain:
    """Return the terms of a sum or factors of a product with their signs; the first adds none."""
    if node.op not in ops:
        return [(ops[0], node)]
    return [*_chain(node.args[0], ops), (node.op, node.args[1])]


def _runs(chain: _Chain, parts: Sequence[Node], split: _Split) -> Iterator[tuple[range, int]]:
    """Find parts that are some, but not all, neighbours of a chain, each with its number.

    A sum is not torn out of a difference: ``b + c`` is no part of ``a - b + c``.
    """
    for index, part in enumerate(parts):
        wanted = split(part)
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
    bare = unmarked(text)
    return "^" in re.sub(r"\{[^{}]*\}", "", bare) and not bare.endswith(")")


def _ends_in_script(text: str) -> bool:
    """Tell whether a printed base ends in a sub- or superscript that no brackets enclose."""
    before, bare = "", unmarked(text)
    while bare != before:
        before, bare = bare, re.sub(r"\{[^{}]*\}", "", bare)
    return bare.endswith(("_", "^"))


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


def primes(count: int) -> str:
    """Return the sign of a derivative of some order."""
    return "'" * count if count <= 3 else f"^{{({count})}}"


def over_index(sign: str, p: Printer, args: tuple[Node, ...]) -> Printed:
    """Print an operator over an index, with the range of the index below its sign."""
    term, index, start, stop = args
    with p.standing_for({index.name: Kind.SCALAR}):
        below = f"{p.go(start, small=True)} \\le {p.go(index)} \\le {p.go(stop, small=True)}"
        return f"{sign}_{{{below}}} {p.body(term)}", Level.PRODUCT


def infix(sign: str, level: Level) -> Layout:
    """Print a sign between two arguments."""

    def layout(p: Printer, args: tuple[Node, ...]) -> Printed:
        left, right = (p.go(arg, Level(level + 1)) for arg in args)
        return f"{left} {sign} {right}", level

    return layout
