"""A second, independent reader: printed LaTeX back to a tree.

It shares nothing with the printer but the glyphs of names, so a printer that shows
something else than what was checked is caught by reading its output back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import cast

from dlcards.claims.print.glyphs import name_latex
from dlcards.claims.shapes import Kind, kind_of, parameter_kinds
from dlcards.claims.statement import Statement
from dlcards.claims.tree import Node, Op, call, num, sym
from dlcards.claims.types import FUNCTION_TYPES
from dlcards.claims.words import LAWS

TOKEN = re.compile(
    r"\\begin\{(?:[pb]matrix|cases|aligned)\}|\\end\{(?:[pb]matrix|cases|aligned)\}"
    r"|\\operatorname\*?\{[A-Za-z]+(?:\\,[a-z]+)?\}|\\mathrm\{[A-Za-z]+\}"
    r"|\\[A-Za-z]+|\\\\|\\.|\d|[A-Za-z]|[^\s]"
)
IGNORED = {r"\left", r"\right", r"\,", r"\ ", r"\quad"}
RELATIONS = {"=": "==", "<": "<", ">": ">", r"\le": "<=", r"\ge": ">=", r"\ne": "!="}
NAMED = {
    r"\operatorname{tr}": "tr",
    r"\operatorname{softplus}": "softplus",
    r"\operatorname{softmax}": "softmax",
    r"\operatorname{ReLU}": "relu",
    r"\operatorname{diag}": "diag",
    r"\operatorname{rank}": "rank",
    r"\operatorname{Var}": "Var",
    r"\operatorname{Cov}": "Cov",
    r"\operatorname{Corr}": "Corr",
    r"\operatorname{erf}": "erf",
    r"\operatorname{vec}": "vec",
    r"\operatorname{logsumexp}": "logsumexp",
    r"\operatorname{mean}": "mean",
    r"\operatorname{var}": "var",
    r"\operatorname{sign}": "sign",
    r"\operatorname{eig}": "eigvals",
    r"\operatorname{eigvec}": "eigvecs",
    **{law.latex: law.name for law in LAWS if law.latex.startswith(r"\operatorname")},
    r"\operatorname{Re}": "re",
    r"\operatorname{Im}": "im",
    r"\psi": "digamma",
    r"\Gamma": "gamma",
    r"\dim": "len",
    r"\sin": "sin",
    r"\cos": "cos",
    r"\tan": "tan",
    r"\arcsin": "asin",
    r"\arccos": "acos",
    r"\arctan": "atan",
    r"\tanh": "tanh",
    r"\sinh": "sinh",
    r"\cosh": "cosh",
    r"\log": "log",
    r"\exp": "exp",
    r"\det": "det",
    "O": "O",
}
STOPS = {
    "",
    "+",
    "-",
    ")",
    "]",
    "}",
    ",",
    ";",
    ":",
    "/",
    "*",
    "&",
    r"\\",
    r"\mid",
    r"\parallel",
    r"\cap",
    r"\cup",
    r"\rVert",
    r"\to",
    r"\rfloor",
    r"\rceil",
    r"\xrightarrow",
    r"\end{pmatrix}",
    r"\end{bmatrix}",
    r"\end{cases}",
    r"\bmod",
    r"\}",
    r"\sim",
    r"\forall",
} | set(RELATIONS)


def mark(name: str, args: tuple[Node, ...] = (), number: Fraction = Fraction(0)) -> Node:
    """Return a node of an operation that only this reader knows."""
    return Node(cast("Op", name), args, number=number)


def is_mark(node: Node, name: str) -> bool:
    """Whether a node is of an operation that only this reader knows."""
    return str(node.op) == name


EYE, ONES, ZEROS = mark("eye"), mark("ones"), mark("zeros")


class LatexError(ValueError):
    """LaTeX that the printer never writes."""


class LatexReader:
    """Reads the formulas of one statement."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.stream: list[str] = []
        self.at = 0
        self.bars = 0
        self.variables: list[str] = []
        self.indices: list[str] = []
        self.parameters = {
            name: kind
            for kinds in parameter_kinds(statement).values()
            for name, kind in kinds.items()
            if name not in statement.types
        }
        self.names: dict[tuple[str, ...], str] = {}
        for name in [*statement.types, *statement.definitions]:
            kind = Kind.SCALAR if self.is_function(name) else self.kind(sym(name))
            for each in dict.fromkeys([kind, Kind.SCALAR]):
                for applied in (False, True):
                    glyph = name_latex(name, statement, each, function=applied)
                    self.names.setdefault(tuple(self.tokens(glyph)), name)
        self.longest = max([len(key) for key in self.names] or [1])

    def read(self, latex: str) -> Node:
        text = latex.removeprefix(r"\begin{aligned}").removesuffix(r"\end{aligned}")
        if text != latex:
            text = re.sub(r" \\\\ &|^&| &(?=[=<>\\])", " ", text)
        self.stream, self.at = self.tokens(text), 0
        node = self.condition()
        if self.peek() == r"\xrightarrow":
            self.take()
            self.raw_group()
            node = call("converges", node, self.condition())
        if self.peek() == r"\sim":
            self.take()
            node = call("distributed", node, self.condition())
        if self.peek() == r"\forall":
            self.take()
            index = sym(self.variable())
            self.eat(r"\in", r"\{")
            start = self.sum()
            self.eat(",", r"\dots", ",")
            node = call("all", node, index, start, self.sum())
            self.eat(r"\}")
        if self.at < len(self.stream):
            raise LatexError(f"cannot go on at {' '.join(self.stream[self.at :][:5])!r}")
        return node

    # Tokens

    def tokens(self, text: str) -> list[str]:
        return [token for token in TOKEN.findall(text) if token not in IGNORED]

    def peek(self, ahead: int = 0) -> str:
        position = self.at + ahead
        return self.stream[position] if position < len(self.stream) else ""

    def take(self) -> str:
        self.at += 1
        return self.stream[self.at - 1] if self.at <= len(self.stream) else ""

    def eat(self, *expected: str) -> None:
        for token in expected:
            if self.peek() != token:
                raise LatexError(f"expected {token!r} at {' '.join(self.stream[self.at :][:5])!r}")
            self.at += 1

    def raw_group(self) -> str:
        if self.peek() != "{":
            return self.take()
        self.eat("{")
        depth, text = 1, ""
        while True:
            token = self.take()
            depth += (token == "{") - (token == "}")
            if depth == 0 or not token:
                return text
            text += token

    # Helpers

    def is_function(self, name: str) -> bool:
        declared = self.statement.types.get(name)
        definition = self.statement.definitions.get(name)
        return (declared is not None and declared.name in FUNCTION_TYPES) or (
            definition is not None and bool(definition.parameters)
        )

    def kind(self, node: Node) -> Kind:
        fixed = {"eye": Kind.MATRIX, "ones": Kind.VECTOR, "zeros": Kind.VECTOR, "norm": Kind.SCALAR}
        if node.op in fixed:
            return fixed[node.op]
        concrete = _concrete(node)
        bound = dict.fromkeys(self.variables + self.indices, Kind.SCALAR)
        return kind_of(concrete, self.statement, {**self.parameters, **bound})

    @contextmanager
    def inside_brackets(self) -> Iterator[None]:
        before, self.bars = self.bars, 0
        yield
        self.bars = before

    def group(self) -> Node:
        if self.peek() == "{":
            self.eat("{")
            with self.inside_brackets():
                node = self.condition()
            self.eat("}")
            return node
        return self.primary()

    # Grammar

    def condition(self) -> Node:
        node = self.event()
        while self.peek() == r"\mid":
            self.take()
            node = Node("given", (node, self.event()))
        return node

    def event(self) -> Node:
        node = self.relation()
        while self.peek() in (r"\cap", r"\cup"):
            joins = self.take()
            right = self.relation()
            node = Node("and", (node, right)) if joins == r"\cap" else call("union", node, right)
        return node

    def relation(self) -> Node:
        items, signs = [self.remainder()], []
        while self.peek() in RELATIONS:
            signs.append(RELATIONS[self.take()])
            items.append(self.remainder())
        return Node("rel", tuple(items), relations=tuple(signs)) if signs else items[0]

    def remainder(self) -> Node:
        node = self.sum()
        if self.peek() != r"\bmod":
            return node
        self.take()
        return call("mod", node, self.factor())

    def sum(self) -> Node:
        node = self.signed()
        while self.peek() in ("+", "-"):
            op: Op = "add" if self.take() == "+" else "sub"
            node = Node(op, (node, self.term()))
        return node

    def signed(self) -> Node:
        if self.peek() != "-":
            return self.term()
        self.eat("-")
        return Node("neg", (self.term(),))

    def term(self) -> Node:
        node = self.factor()
        while True:
            token = self.peek()
            if token == "/":
                self.take()
                node = Node("div", (node, self.factor()))
            elif token in (r"\cdot", r"\odot"):
                self.take()
                node = Node("mul", (node, self.factor()))
            elif token in (r"\otimes", r"\times"):
                self.take()
                word = "kron" if token == r"\otimes" else "cross"
                node = call(word, node, self.factor())
            elif token in STOPS or (token == "|" and self.bars) or self.at_differential():
                return node
            else:
                right = self.factor()
                scalar = Kind.SCALAR in (self.kind(node), self.kind(right))
                node = Node("mul" if scalar else "matmul", (node, right))

    def at_differential(self) -> bool:
        return self.peek() == "d" and bool(self.variables) and self.variable_at(1) is not None

    def variable_at(self, ahead: int) -> str | None:
        wanted = self.tokens(name_latex(self.variables[-1], self.statement))
        found = [self.peek(ahead + k) for k in range(len(wanted))]
        return self.variables[-1] if found == wanted else None

    def factor(self) -> Node:
        node = self.primary()
        while True:
            token = self.peek()
            if token == "^":
                node = self.raised(node)
            elif token == "_":
                node = self.lowered(node)
            elif token == "!":
                self.take()
                node = call("factorial", node)
            else:
                return call("norm", *node.args) if is_mark(node, "norm") else node

    def raised(self, node: Node) -> Node:
        if is_mark(node, "norm"):
            node = call("norm", *node.args)
        self.eat("^")
        start = self.at
        inside = self.raw_group()
        event = node.op in ("sym", "index", "rel", "and", "not", "call")
        if inside.startswith("(") and inside.endswith(")"):
            self.at = start
            self.eat("{")
            copy = self.arguments()[0]
            self.eat("}")
            return call("iid", node, copy)
        if inside == "1/2" and self.kind(node) is Kind.MATRIX:
            return call("sqrtm", node)
        if inside == r"\top":
            return Node("T", (node,))
        if inside == r"-\top":
            return Node("T", (call("inv", node),))
        if inside == "-1" and self.kind(node) is Kind.MATRIX:
            return call("inv", node)
        if inside == "+":
            return call("pinv", node)
        if inside == "c" and event and "c" not in self.names.values():
            return Node("not", (node,))
        self.at = start
        if self.peek(1) == r"\odot":
            self.eat("{", r"\odot")
            exponent = self.condition()
            self.eat("}")
            return Node("pow", (node, exponent))
        return Node("pow", (node, self.group()))

    def lowered(self, node: Node) -> Node:
        self.eat("_")
        if is_mark(node, "norm"):
            start = self.at
            words = {"1": "norm1", "F": "fro", r"\infty": "norminf", r"\mathrm{op}": "opnorm"}
            inside = self.raw_group()
            if inside in words and not (inside == "F" and "F" in self.statement.types):
                return call(words[inside], *node.args)
            self.at = start
            return call("pnorm", *node.args, self.group())
        self.eat("{")
        if self.peek() == ":":
            self.eat(":", ",")
            column = self.sum()
            self.eat("}")
            return call("col", node, column)
        indices = [self.sum() if not self.pairs_up() else self.primary()]
        while self.peek() != "}":
            if self.peek() == ",":
                self.take()
            if self.peek() == ":":
                self.eat(":", "}")
                return call("row", node, indices[0])
            indices.append(self.sum() if not self.pairs_up() else self.primary())
        self.eat("}")
        return Node("index", (node, *indices))

    def pairs_up(self) -> bool:
        """Tell whether two one-letter indices stand side by side, as in A_{ij}."""
        if self.peek(-1) != "{" and self.peek(1) == "}":
            return True
        return bool(
            re.fullmatch(r"[A-Za-z0-9]", self.peek())
            and re.fullmatch(r"[A-Za-z0-9]", self.peek(1))
            and self.peek(2) == "}"
        )

    def arguments(self, opening: str = "(", closing: str = ")") -> tuple[Node, ...]:
        self.eat(opening)
        with self.inside_brackets():
            args = [self.condition()]
            while self.peek() == ",":
                self.take()
                args.append(self.condition())
        self.eat(closing)
        return tuple(args)

    def known_name(self) -> str | None:
        for length in range(min(self.longest, len(self.stream) - self.at), 0, -1):
            name = self.names.get(tuple(self.stream[self.at : self.at + length]))
            if name is not None:
                self.at += length
                return name
        return None

    def variable(self) -> str:
        name = self.known_name()
        if name is not None:
            return name
        token = self.take()
        special = {r"\lambda": "lam", r"\varepsilon": "eps", r"\varphi": "phi"}
        return special.get(token, token.lstrip("\\"))

    # Primaries

    def primary(self) -> Node:
        token = self.peek()
        if re.fullmatch(r"\d", token):
            return self.number()
        readers: dict[str, Callable[[], Node]] = {
            "(": self.bracketed,
            "[": lambda: self.arguments("[", "]")[0],
            "{": self.group,
            "|": self.absolute,
            r"\lVert": self.norm,
            r"\lfloor": lambda: call("floor", self.between(r"\lfloor", r"\rfloor")),
            r"\lceil": lambda: call("ceil", self.between(r"\lceil", r"\rceil")),
            r"\sqrt": lambda: call("sqrt", self.after(r"\sqrt")),
            r"\frac": self.fraction,
            r"\sum": lambda: self.repeated("sum"),
            r"\prod": lambda: self.repeated("prod"),
            r"\max": lambda: self.extreme("max"),
            r"\min": lambda: self.extreme("min"),
            r"\int": self.integral,
            r"\lim": self.limit,
            r"\nabla": self.nabla,
            r"\mathbb": self.expectation,
            r"\mathbf": self.indicator,
            r"\mathcal": self.normal,
            r"\binom": self.binomial,
            r"\bar": self.average,
            r"\begin{pmatrix}": self.matrix,
            r"\begin{bmatrix}": lambda: call("block", self.matrix()),
            r"\begin{cases}": self.cases,
            r"\overline": lambda: call("conj", self.after(r"\overline")),
            r"\chi": self.chi_squared,
            r"\mathrm{t}": lambda: self.subscripted("StudentT"),
            r"\mathrm{F}": lambda: self.subscripted("FisherF"),
            r"\operatorname*{arg\,min}": lambda: self.optimum("argmin"),
            r"\operatorname*{arg\,max}": lambda: self.optimum("argmax"),
            r"\operatorname{svd}": self.singular,
        }
        saved = self.at
        name = self.known_name()
        if name is not None and not (name == "d" and self.at_differential()):
            return self.named(name)
        self.at = saved
        return readers[token]() if token in readers else self.word(token)

    def number(self) -> Node:
        digits = self.take()
        while re.fullmatch(r"\d", self.peek()) or (
            self.peek() == "." and re.fullmatch(r"\d", self.peek(1))
        ):
            digits += self.take()
        return num(Fraction(digits))

    def named(self, name: str) -> Node:
        primes = 0
        while self.peek() == "'":
            self.take()
            primes += 1
        if self.is_function(name) and [self.peek(k) for k in range(3)] == ["^", "{", "("]:
            self.eat("^", "{")
            order = self.arguments()[0]
            self.eat("}")
            return call("D", sym(name), self.arguments()[0], order)
        if primes and self.is_function(name):
            return call("D", sym(name), self.arguments()[0], num(primes))
        if self.is_function(name) and self.peek() == "(":
            return call(name, *self.arguments())
        return sym(name)

    def word(self, token: str) -> Node:
        self.take()
        following = self.peek()
        if token == r"\sigma":
            if following == "'":
                self.take()
                return call("D", sym("sigmoid"), self.arguments()[0], num(1))
            if following == "(":
                return call("sigmoid", *self.arguments())
        if token == r"\lambda" and self.peek(2) in (r"\max", r"\min"):
            which = self.peek(2)[1:]
            self.at += 4
            return call(f"lam{which}", *self.arguments())
        if token == r"\det" and following == r"\begin{pmatrix}":
            return call("det", self.matrix())
        if token in NAMED and following in ("(", "^", "'"):
            return self.applied(NAMED[token])
        if token == "P" and following == "(":
            return call("P", *self.arguments())
        if token == "H" and following == "(":
            return self.entropy()
        if token == "I" and following == "_":
            self.eat("_")
            point = self.group()
            return call("betainc", *self.arguments(), point)
        if token == "I" and following == "(":
            self.eat("(")
            first = self.sum()
            self.eat(";")
            second = self.sum()
            self.eat(")")
            return call("MI", first, second)
        if token == "D" and self.peek(2) == r"\mathrm{KL}":
            return self.divergence()
        if token == "J" and following == "_":
            self.eat("_", "{")
            function = self.variable()
            self.eat("}")
            return call("D", sym(function), self.arguments()[0])
        if token == "f" and following == "_":
            self.eat("_", "{")
            law = self.sum()
            self.eat("}")
            return call("pdf", law, *self.arguments())
        if token == "e":
            return self.exponential()
        if token == r"\boldsymbol":
            return self.bold()
        constants = {r"\pi": "pi", r"\infty": "oo", r"\mathrm{i}": "1j"}
        if token in constants:
            return sym(constants[token])
        if re.fullmatch(r"[A-Za-z]|\\[A-Za-z]+", token):
            self.at -= 1
            return sym(self.variable())
        raise LatexError(f"cannot read {token!r} at {self.at}")

    def applied(self, word: str) -> Node:
        if self.peek() == "'":
            self.take()
            return call("D", sym(word), self.arguments()[0], num(1))
        exponent = None
        if self.peek() == "^":
            self.take()
            exponent = self.group()
            if word == "erf":
                assert exponent == Node("neg", (num(1),))
                word, exponent = "erfinv", None
        entrywise = self.peek() == "_"
        if entrywise:
            self.take()
            self.raw_group()
        args = self.arguments()
        if word in ("log", "exp") and self.kind(args[0]) is Kind.MATRIX and not entrywise:
            word = f"{word}m"
        node = call(word, *args)
        if word == "diag" and self.kind(args[0]) is Kind.SCALAR:
            node = call("diag", Node("list", tuple(args)))
        if word == "softmax" and self.kind(args[0]) is Kind.MATRIX:
            node = call("softmax_rows", *args)
        return node if exponent is None else Node("pow", (node, exponent))

    def exponential(self) -> Node:
        if self.peek() != "^":
            return call("exp", num(1))
        self.take()
        self.eat("{")
        with self.inside_brackets():
            power = self.sum()
        self.eat("}")
        return call("expm" if self.kind(power) is Kind.MATRIX else "exp", power)

    def bold(self) -> Node:
        self.eat("{")
        letter = self.take()
        self.eat("}")
        if letter == "e" and self.peek() == "_":
            self.eat("_")
            return mark("basis", (self.group(),))
        return {"I": EYE, "1": ONES, "0": ZEROS}[letter]

    def bracketed(self) -> Node:
        start = self.at
        try:
            return self.arguments()[0]
        except LatexError:
            self.at = start
        self.eat("(")
        left = self.factor()
        self.eat("*")
        right = self.factor()
        self.eat(")")
        return call("conv", left, right)

    def absolute(self) -> Node:
        self.eat("|")
        before, self.bars = self.bars, 1
        node = self.sum()
        self.bars = before
        self.eat("|")
        return call("abs", node)

    def norm(self) -> Node:
        return mark("norm", (self.between(r"\lVert", r"\rVert"),))

    def between(self, opening: str, closing: str) -> Node:
        self.eat(opening)
        with self.inside_brackets():
            node = self.sum()
        self.eat(closing)
        return node

    def after(self, token: str) -> Node:
        self.eat(token)
        return self.group()

    def repeated(self, word: str) -> Node:
        self.take()
        if self.peek() != "_":
            return call(word, self.term())
        self.eat("_", "{")
        variable = self.variable()
        if self.peek() != "=":
            return self.over_entries(word, variable)
        self.eat("=")
        start = self.sum()
        self.eat("}", "^")
        stop = self.group()
        self.indices.append(variable)
        body = self.term()
        self.indices.pop()
        return call(word, body, sym(variable), start, stop)

    def extreme(self, word: str) -> Node:
        self.take()
        if self.peek() != "_":
            return call(word, *self.arguments())
        self.eat("_", "{")
        return self.ranging(word) or self.over_entries(word, self.variable())

    def ranging(self, word: str) -> Node | None:
        """Read what ranges over an index between two bounds, if something does."""
        if r"\le" not in self.stream[self.at : self.stream.index("}", self.at)]:
            return None
        start = self.sum()
        self.eat(r"\le")
        variable = self.variable()
        self.eat(r"\le")
        stop = self.sum()
        self.eat("}")
        self.indices.append(variable)
        body = self.term()
        self.indices.pop()
        return call(word, body, sym(variable), start, stop)

    def chi_squared(self) -> Node:
        self.eat(r"\chi", "^", "{", "2", "}")
        return self.subscripted("ChiSquared", taken=True)

    def subscripted(self, law: str, *, taken: bool = False) -> Node:
        if not taken:
            self.take()
        self.eat("_")
        return call(law, *self.arguments("{", "}"))

    def over_entries(self, word: str, variable: str) -> Node:
        indices = [variable]
        if self.peek() == ",":
            self.take()
            indices.append(self.variable())
        self.eat("}")
        self.indices += indices
        body = self.term()
        del self.indices[-len(indices) :]
        return call(word, _without_indices(body, tuple(sym(name) for name in indices)))

    def integral(self) -> Node:
        self.eat(r"\int", "_")
        low = self.group_signed()
        self.eat("^")
        high = self.group_signed()
        variable = self.integration_variable()
        self.variables.append(variable)
        body = self.term() if self.peek() != "-" else self.signed()
        self.eat("d")
        self.variable()
        self.variables.pop()
        return call("integral", body, sym(variable), low, high)

    def integration_variable(self) -> str:
        depth, position = 0, self.at
        while position < len(self.stream):
            token = self.stream[position]
            depth += (token == r"\int") - (token == "d" and depth > 0)
            before = self.stream[position - 1]
            after = self.stream[position + 1] if position + 1 < len(self.stream) else ""
            is_letter = bool(re.fullmatch(r"[A-Za-z]|\\[a-z]+", after))
            if token == "d" and depth == 0 and is_letter and before != "{":
                saved, self.at = self.at, position + 1
                variable = self.variable()
                self.at = saved
                return variable
            position += 1
        raise LatexError("an integral without its differential")

    def group_signed(self) -> Node:
        if self.peek() != "{":
            return self.primary()
        self.eat("{")
        node = self.sum()
        self.eat("}")
        return node

    def limit(self) -> Node:
        self.eat(r"\lim", "_", "{")
        variable = self.variable()
        self.eat(r"\to")
        point = self.signed_primary()
        side: tuple[Node, ...] = ()
        if self.peek() == "^":
            self.take()
            side = (sym("above" if self.raw_group() == "+" else "below"),)
        self.eat("}")
        self.indices.append(variable)
        body = self.term()
        self.indices.pop()
        return call("limit", body, sym(variable), point, *side)

    def signed_primary(self) -> Node:
        """Read a point up to a sign raised after it."""
        start = self.at
        node = self.primary()
        if [self.peek(k) for k in range(4)] in (["^", "{", "+", "}"], ["^", "{", "-", "}"]):
            return node
        self.at = start
        return self.sum()

    def nabla(self) -> Node:
        self.eat(r"\nabla")
        word = "grad"
        if self.peek() == "^":
            self.take()
            self.raw_group()
            word = "hess"
        if self.peek() == "_":
            self.eat("_", "{")
            variable = self.sum()
            self.eat("}")
            return call(word, self.factor_operand(), variable)
        return call("D", sym(self.variable()), self.arguments()[0])

    def factor_operand(self) -> Node:
        """Read what an operator acts on: one factor, or all of it when that is a product."""
        return self.term() if self.peek() != "[" else self.factor()

    def optimum(self, word: str) -> Node:
        self.take()
        self.eat("_", "{")
        ranging = self.ranging(word)
        if ranging is not None:
            return ranging
        variable = self.sum()
        if variable.name not in self.names.values():
            return self.over_entries(word, variable.name)
        self.eat("}")
        return call(word, self.term(), variable)

    def expectation(self) -> Node:
        self.take()
        self.raw_group()
        return call("E", *self.arguments("[", "]"))

    def indicator(self) -> Node:
        self.eat(r"\mathbf", "{", "1", "}")
        return call("ind", *self.arguments("[", "]"))

    def normal(self) -> Node:
        self.take()
        self.raw_group()
        args = self.arguments()
        of_vectors = self.kind(args[0]) is Kind.VECTOR
        return call("MultivariateNormal" if of_vectors else "Normal", *args)

    def binomial(self) -> Node:
        self.take()
        above = self.group()
        return call("binomial", above, self.group())

    def average(self) -> Node:
        self.take()
        variable = self.group()
        self.eat("_")
        return call("avg", variable, self.group())

    def singular(self) -> Node:
        self.eat(r"\operatorname{svd}", "_")
        words = {
            r"\boldsymbol{U}": "svdU",
            r"\boldsymbol{\Sigma}": "svdS",
            r"\boldsymbol{V}": "svdV",
        }
        return call(words[self.raw_group()], *self.arguments())

    def entropy(self) -> Node:
        args = self.arguments()
        if all(self.kind(arg) is Kind.VECTOR for arg in args):
            return call("entropy" if len(args) == 1 else "xent", *args)
        if len(args) == 1:
            return call("H", *args)
        if args[-1].op == "given":
            joint = Node("list", (*args[:-1], args[-1].args[0]))
            return call("H", Node("given", (joint, args[-1].args[1])))
        return call("H", Node("list", args))

    def divergence(self) -> Node:
        self.eat("_", "{", r"\mathrm{KL}", "}", "(")
        left = self.sum()
        self.eat(r"\parallel")
        right = self.sum()
        self.eat(")")
        return call("KL", left, right)

    def matrix(self) -> Node:
        self.take()
        rows = [[self.condition()]]
        while self.peek() not in (r"\end{pmatrix}", r"\end{bmatrix}"):
            if self.take() == "&":
                rows[-1].append(self.condition())
            else:
                rows.append([self.condition()])
        self.take()
        if len(rows[0]) == 1:
            return Node("list", tuple(row[0] for row in rows))
        return Node("list", tuple(Node("list", tuple(row)) for row in rows))

    def cases(self) -> Node:
        self.take()
        args: list[Node] = []
        while True:
            args.append(self.condition())
            self.eat("&")
            if self.peek() == r"\text":
                self.take()
                self.raw_group()
            else:
                args.append(self.condition())
            if self.take() == r"\end{cases}":
                return call("cases", *args)

    def fraction(self) -> Node:
        start = self.at
        self.eat(r"\frac")
        sign = self.peek(1)
        if self.peek() == "{" and sign in ("d", r"\partial"):
            found = self.derivative(sign)
            if found is not None:
                return found
        self.at = start + 1
        above = self.group()
        return Node("div", (above, self.group()))

    def derivative(self, sign: str) -> Node | None:
        self.eat("{", sign)
        order: tuple[Node, ...] = ()
        if self.peek() == "^":
            self.take()
            order = (self.group(),)
        if self.peek() == "}":
            self.eat("}", "{")
            if self.peek() != sign:
                return None
            self.eat(sign)
            variable = self.below()
            word = "d" if sign == "d" else "pd"
            return call(word, self.factor_operand(), variable, *order)
        if sign != r"\partial":
            return None
        above = self.term()
        self.eat("}", "{", sign)
        variable = self.below()
        return call("jac", above, variable)

    def below(self) -> Node:
        node = sym(self.variable())
        if self.peek() == "_":
            node = self.lowered(node)
        if self.peek() == "^":
            self.take()
            self.group()
        self.eat("}")
        return node


def _concrete(node: Node) -> Node:
    """Give sizes to the constants that print without one."""
    size = num(2)
    match str(node.op):
        case "eye" | "ones" | "zeros":
            return call(node.op, size)
        case "basis":
            return call("basis", *node.args, size)
        case "norm":
            return call("norm", *node.args)
    return node.with_args(tuple(_concrete(arg) for arg in node.args))


def _without_indices(node: Node, indices: tuple[Node, ...]) -> Node:
    if node.op == "index" and node.args[1:] == indices:
        return node.args[0]
    return node.with_args(tuple(_without_indices(arg, indices) for arg in node.args))


def canonical(node: Node) -> Node:
    """Remove what two readings may differ in without differing in meaning.

    Sums and products are flattened, a division is a factor below, f'(x) is one node
    however it was written, and sizes that are not printed are dropped.
    """
    if node.op == "call" and node.name in ("eye", "ones", "zeros"):
        return mark(node.name)
    if node.op == "call" and node.name == "basis":
        return mark("basis", (canonical(node.args[0]),))
    if node.op == "call" and node.name == "converges" and len(node.args) == 3:
        node = node.with_args((node.args[0], node.args[2]))
    if node.op == "call" and node.name == "pd":
        node = replace(node, name="d")
    if node.op == "num" and node.number < 0:
        return Node("neg", (num(-node.number),))
    node = node.with_args(tuple(canonical(arg) for arg in node.args))
    if node.op == "call" and node.name == "d":
        inner, variable, *order = node.args
        if inner.op == "call" and inner.args == (variable,):
            node = call("D", sym(inner.name), variable, *order)
    if node.op == "call" and node.name == "D" and len(node.args) == 2:
        node = node.with_args((*node.args, canonical(num(1))))
    if node.op in ("add", "sub", "neg"):
        return _flat_sum(node)
    if node.op in ("mul", "matmul", "div", "num"):
        return _flat_product(node)
    if node.op == "and":
        return mark("all", tuple(_events(node)))
    return node


def _events(node: Node) -> Iterator[Node]:
    if node.op in ("and", "all"):
        for arg in node.args:
            yield from _events(arg)
    else:
        yield node


def _flat_sum(node: Node) -> Node:
    terms: list[Node] = []

    def collect(part: Node, sign: int) -> None:
        if part.op in ("add", "sub"):
            collect(part.args[0], sign)
            collect(part.args[1], sign if part.op == "add" else -sign)
        elif part.op == "neg":
            collect(part.args[0], -sign)
        elif is_mark(part, "terms"):
            for term in part.args:
                collect(term.args[0], sign * int(term.number))
        else:
            terms.append(mark("term", (part,), number=Fraction(sign)))

    collect(node, 1)
    if len(terms) == 1 and terms[0].number > 0:
        return terms[0].args[0]
    return mark("terms", tuple(terms))


def _flat_product(node: Node) -> Node:
    above: list[Node] = []
    below: list[Node] = []
    signs = [1]

    def collect(part: Node, up: bool) -> None:
        if part.op in ("mul", "matmul"):
            collect(part.args[0], up)
            collect(part.args[1], up)
        elif part.op == "div":
            collect(part.args[0], up)
            collect(part.args[1], not up)
        elif is_mark(part, "factors"):
            signs[0] *= int(part.number)
            for factor in part.args[0].args:
                collect(factor, up)
            for factor in part.args[1].args:
                collect(factor, not up)
        elif is_mark(part, "terms") and len(part.args) == 1:
            signs[0] *= int(part.args[0].number)
            collect(part.args[0].args[0], up)
        elif part.op == "num":
            for value, there in ((part.number.numerator, up), (part.number.denominator, not up)):
                if value != 1:
                    (above if there else below).append(mark("whole", number=Fraction(value)))
        else:
            (above if up else below).append(part)

    collect(node, True)
    if not above and not below and signs[0] > 0:
        return mark("whole", number=Fraction(1))
    if len(above) == 1 and not below and signs[0] > 0:
        return above[0]
    ordered = tuple(sorted(below, key=repr))
    factors = mark("factors", (mark("up", tuple(above)), mark("down", ordered)), number=Fraction(1))
    if signs[0] < 0:
        return mark("terms", (mark("term", (factors,), number=Fraction(-1)),))
    return factors
