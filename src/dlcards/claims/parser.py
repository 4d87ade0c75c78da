"""Text to tree: the grammar of the claim language.

A small parser of its own rather than Python's: nothing a contributor writes ever
reaches ``compile``, every mistake has a place, and the habits of someone who knows
mathematics but no Python (``2x``, ``x^2``, ``f'(x)``, ``|x|``) get an answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction

from dlcards.claims.statement import Type
from dlcards.claims.tree import Node, Op
from dlcards.claims.types import TYPE_NAMES, TYPES
from dlcards.claims.words import CONSTANTS, IMAGINARY_UNIT, WORD_NAMES

MAX_CHARACTERS = 600
MAX_NODES = 300
MAX_DEPTH = 24
MAX_SIGNS = 8
MAX_DIGITS = 9
MAX_DECIMALS = 12
MAX_POWER_DIGITS = 300

NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)?")

_TOKEN = re.compile(
    r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<unit>1j(?![A-Za-z0-9_]))"
    r"|(?P<number>(\d+(\.\d+)?|\.\d+)([eE][-+]?\d{1,2}(?![A-Za-z0-9_]))?)"
    r"|(?P<sign>\*\*|==|!=|<=|>=|[-+*/@<>()\[\],.|&~])"
    r"|(?P<space>[ \n]+)"
)
_RELATIONS = ("==", "!=", "<=", ">=", "<", ">")
_SUMS: Mapping[str, Op] = {"+": "add", "-": "sub"}
_PRODUCTS: Mapping[str, Op] = {"*": "mul", "/": "div", "@": "matmul"}
_CLOSING = {"(": ")", "[": "]"}
_OPERANDS = ("name", "number", "unit")

_WHOLE_SIGNS = (
    ("//", "write / for a fraction, floor(a/b) for the whole part"),
    ("=<", "write <="),
    ("=>", "write >="),
    ("<>", "write !="),
    (":=", "write == for a relation"),
    ("'", "write D(f, x) for f'(x), D(f, x, 2) for f''(x), A.T for a transpose"),
    ("=", "write == for a relation"),
    ("!", "write factorial(n) for n!, != for 'is not'"),
    ("^", "write ** for a power, A.T for a transpose"),
    ("\\", "this is not LaTeX: write sqrt(x), alpha, sum(x[i], i, 1, n)"),
    ("{", "brackets are ( ) and [ ]"),
    ("}", "brackets are ( ) and [ ]"),
    ("$", "leave the dollars out"),
    ("%", "write mod(a, b) for a remainder, x/100 for a percentage"),
    ("#", "put remarks outside the formula"),
    ("\t", "use blanks instead of tabs"),
    ("·", "write *"),
    ("×", "write *"),
    ("−", "write the ordinary -"),
    ("–", "write the ordinary -"),
    ("≤", "write <="),
    ("≥", "write >="),
    ("≠", "write !="),
    ("²", "write **2"),
    ("³", "write **3"),
    ("√", "write sqrt(x)"),
    ("∞", "write oo"),
    ("∑", "write sum(x[i], i, 1, n)"),
    ("∫", "write integral(f(x), x, a, b)"),
    ("∇", "write grad(f(x), x)"),
    ("∂", "write d(f(x), x) or pd(f(x), x)"),
    ("⊤", "write A.T"),
    ("π", "write pi"),
    ("λ", "write lam"),
    ("ε", "write eps"),
    ("σ", "write sigmoid(x) for the sigmoid, or the name sigma"),
    ("θ", "write theta"),
    ("μ", "write mu"),
    ("α", "write alpha"),
    ("β", "write beta"),
    ("η", "write eta"),
)


class FormulaError(ValueError):
    """A text that is not a formula; ``start`` to ``end`` is the part concerned."""

    def __init__(self, code: str, message: str, hint: str = "", start: int = 0, end: int = 0):
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.start = start
        self.end = max(end, start + 1)


@dataclass(frozen=True, slots=True)
class Token:
    """A name, a number, the imaginary unit, a sign or the end of the text."""

    kind: str
    text: str
    start: int
    end: int


def parse_formula(text: str) -> Node:
    """Read a formula.

    Names are not checked here, only the grammar; see
    :func:`dlcards.claims.resolver.read_statement`.

    Raises
    ------
    FormulaError
        If the text is not a formula or exceeds a limit.

    Examples
    --------
    >>> parse_formula("x + 2").op
    'add'
    >>> [arg.name for arg in parse_formula("P(A | B)").args[0].args]
    ['A', 'B']
    """
    parser = _Parser(_tokens(text))
    tree = parser.whole()
    _check_size(tree)
    return tree


def parse_type(text: str) -> Type:
    """Read a declared type such as ``matrix(m, n)``.

    Raises
    ------
    FormulaError
        If the text is no type of the language or has the wrong number of arguments.

    Examples
    --------
    >>> parse_type("interval(0, 1)").name
    'interval'
    """
    tree = parse_formula(text)
    if tree.op not in ("sym", "call"):
        raise FormulaError(
            "unknown-type", f"{text.strip()!r} is not a type", nearest("", TYPE_NAMES), 0, len(text)
        )
    start = tree.start
    end = start + len(tree.name)
    if tree.name not in TYPE_NAMES:
        hint = nearest(tree.name, TYPE_NAMES)
        raise FormulaError("unknown-type", f"'{tree.name}' is not a type", hint, start, end)
    word = next(w for w in TYPES if w.name == tree.name)
    if len(tree.args) not in word.arities:
        raise FormulaError(
            "wrong-arity",
            f"the type '{word.name}' takes {counted(word.arities, 'argument')},"
            f" not {len(tree.args)}",
            f"for example {word.example}",
            tree.start,
            tree.end,
        )
    return Type(tree.name, tree.args)


def parse_head(text: str) -> tuple[str, tuple[str, ...]]:
    """Read what a definition introduces: ``p`` or ``p(x, y)``.

    Raises
    ------
    FormulaError
        If the text is neither a name nor a name with names in brackets.

    Examples
    --------
    >>> parse_head("p(x, y)")
    ('p', ('x', 'y'))
    """
    return head_of(parse_formula(text))


def head_of(tree: Node) -> tuple[str, tuple[str, ...]]:
    """Return the name and the parameters a head introduces.

    Raises
    ------
    FormulaError
        If the tree is neither a name nor a name with names in brackets.
    """
    if tree.op == "sym":
        return tree.name, ()
    parameters = tuple(arg.name for arg in tree.args)
    if tree.op != "call" or not all(arg.op == "sym" for arg in tree.args):
        raise FormulaError(
            "bad-head",
            "a definition introduces a name or a name with parameters",
            "write 'p' or 'p(x)' before the ==",
            tree.start,
            tree.end,
        )
    if len(set(parameters)) < len(parameters):
        raise FormulaError("duplicate-name", "a parameter is named twice", "", tree.start, tree.end)
    return tree.name, parameters


def parse_names(text: str) -> tuple[tuple[str, int], ...]:
    """Read the names of a declaration, ``"f, g"``, with the place of each.

    Raises
    ------
    FormulaError
        If one of them is not a name of the language.

    Examples
    --------
    >>> parse_names("f, g")
    (('f', 0), ('g', 3))
    """
    names = []
    position = 0
    for part in text.split(","):
        name = part.strip()
        start = position + len(part) - len(part.lstrip())
        check_name(name, start)
        names.append((name, start))
        position += len(part) + 1
    return tuple(names)


def check_name(name: str, start: int = 0) -> None:
    """Refuse what cannot be a name.

    Raises
    ------
    FormulaError
        If ``name`` is not letters and digits with at most one ``_subscript``, or is
        a word of the language.
    """
    end = start + len(name)
    if not NAME.fullmatch(name):
        raise FormulaError(
            "bad-name",
            f"{name!r} cannot be a name" if name else "a name is missing",
            "use letters and digits, with one '_' before a subscript: x, mu, x_0, d_k",
            start,
            end,
        )
    if name in WORD_NAMES or name in CONSTANTS:
        raise FormulaError(
            "reserved-name",
            f"'{name}' is a word of the language",
            f"pick another name such as {name}_1, and choose its glyph under 'show'",
            start,
            end,
        )


def nearest(name: str, known: frozenset[str] | tuple[str, ...]) -> str:
    """Return a hint that names the known word closest to ``name``, or nothing."""
    close = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    if not close:
        lower = {word.lower(): word for word in sorted(known)}
        close = [lower[name.lower()]] if name.lower() in lower else []
    return f"did you mean '{close[0]}'?" if close else ""


def counted(numbers: tuple[int, ...], noun: str) -> str:
    """Say ``(1, 4)`` as ``1 or 4 arguments``."""
    listed = " or ".join(str(n) for n in numbers) if numbers != (0,) else "no"
    return f"{listed} {noun}{'' if numbers == (1,) else 's'}"


def _tokens(text: str) -> tuple[Token, ...]:
    if not isinstance(text, str):
        raise FormulaError("bad-syntax", "a formula must be text")
    if len(text) > MAX_CHARACTERS:
        raise FormulaError(
            "too-long",
            f"the formula has {len(text)} characters; {MAX_CHARACTERS} are allowed",
            "give parts of it a name under 'define'",
            MAX_CHARACTERS,
            len(text),
        )
    tokens = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _bad_character(text, position)
        kind = match.lastgroup or ""
        if match.group("number") is not None:
            kind = "number"
        if kind != "space":
            tokens.append(Token(kind, match.group(), match.start(), match.end()))
        position = match.end()
    if not tokens:
        raise FormulaError("bad-syntax", "the formula is empty", "", 0, len(text))
    _check_brackets(tokens)
    tokens.append(Token("end", "", len(text.rstrip()), len(text.rstrip())))
    return tuple(tokens)


def _bad_character(text: str, at: int) -> FormulaError:
    for sign, hint in _WHOLE_SIGNS:
        for start in (at, at - 1):
            if start >= 0 and len(sign) > at - start and text.startswith(sign, start):
                return FormulaError(
                    "bad-character", f"{sign!r} is not a sign here", hint, start, start + len(sign)
                )
    return FormulaError(
        "bad-character",
        f"the character {text[at]!r} is not allowed in a formula",
        "use plain letters, digits and + - * / ** @ ( ) [ ] , . == <= >= < > | & ~",
        at,
        at + 1,
    )


def _check_brackets(tokens: list[Token]) -> None:
    open_tokens: list[Token] = []
    for token in tokens:
        if token.text in _CLOSING:
            open_tokens.append(token)
            if len(open_tokens) > MAX_DEPTH:
                raise _too_deep(token.start, token.end)
        elif token.text in _CLOSING.values():
            if not open_tokens or _CLOSING[open_tokens[-1].text] != token.text:
                raise FormulaError(
                    "unbalanced-bracket",
                    f"'{token.text}' closes nothing",
                    f"'{open_tokens[-1].text}' is still open" if open_tokens else "",
                    token.start,
                    token.end,
                )
            open_tokens.pop()
    if open_tokens:
        last = open_tokens[-1]
        raise FormulaError(
            "unbalanced-bracket", f"'{last.text}' is never closed", "", last.start, last.end
        )


def _too_deep(start: int, end: int) -> FormulaError:
    hint = "give the inner part a name under 'define'"
    return FormulaError("too-deep", "the formula is nested too deeply", hint, start, end)


def _check_size(tree: Node) -> None:
    count = 0
    level: tuple[Node, ...] = (tree,)
    depth = 0
    while level:
        count += len(level)
        depth += 1
        if count > MAX_NODES:
            raise FormulaError(
                "too-long",
                f"the formula has more than {MAX_NODES} parts",
                "give parts of it a name under 'define'",
                tree.start,
                tree.end,
            )
        if depth > 2 * MAX_DEPTH:
            raise _too_deep(tree.start, tree.end)
        level = tuple(child for node in level for child in node.args)


class _Parser:
    """Recursive descent; from loosest to tightest: | & relation sum product sign power."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._tokens = tokens
        self._at = 0
        self._exponents = 0

    def whole(self) -> Node:
        tree = self._condition()
        if self._token.kind != "end":
            raise self._unexpected()
        return tree

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _accept(self, *texts: str) -> Token | None:
        token = self._token
        if token.kind == "sign" and token.text in texts:
            self._at += 1
            return token
        return None

    def _expect(self, text: str) -> Token:
        token = self._accept(text)
        if token is None:
            raise self._unexpected()
        return token

    def _unexpected(self) -> FormulaError:
        token = self._token
        before = self._tokens[self._at - 1] if self._at else None
        if token.kind == "end":
            return FormulaError(
                "bad-syntax", "the formula stops too early", "", token.start - 1, token.end
            )
        ends_operand = before is not None and (
            before.kind in _OPERANDS or before.text in (")", "]")
        )
        if ends_operand and (token.kind in _OPERANDS or token.text == "("):
            assert before is not None
            return FormulaError(
                "bad-syntax",
                f"a sign is missing between '{before.text}' and '{token.text}'",
                f"write {before.text}*{token.text} to multiply",
                before.start,
                token.end,
            )
        hint = ""
        if token.text == "/" and before is not None and before.text == "/":
            hint = "write / for a fraction, floor(a/b) for the whole part"
        elif token.text in _RELATIONS and before is not None and before.text in _RELATIONS:
            hint = "the relations are == != <= >= < >"
        elif token.text == "|":
            hint = "write abs(x) for |x|, norm(x) for ||x||"
        return FormulaError(
            "bad-syntax", f"'{token.text}' cannot stand here", hint, token.start, token.end
        )

    def _condition(self) -> Node:
        node = self._conjunction()
        while self._accept("|"):
            node = _join("given", node, self._conjunction())
        return node

    def _conjunction(self) -> Node:
        node = self._relation()
        while self._accept("&"):
            node = _join("and", node, self._relation())
        return node

    def _relation(self) -> Node:
        items = [self._sum()]
        signs = []
        while token := self._accept(*_RELATIONS):
            signs.append(token.text)
            items.append(self._sum())
        if not signs:
            return items[0]
        return Node(
            "rel", tuple(items), relations=tuple(signs), start=items[0].start, end=items[-1].end
        )

    def _sum(self) -> Node:
        node = self._product()
        while token := self._accept("+", "-"):
            node = _join(_SUMS[token.text], node, self._product())
        return node

    def _product(self) -> Node:
        node = self._signed()
        while token := self._accept("*", "/", "@"):
            node = _join(_PRODUCTS[token.text], node, self._signed())
        return node

    def _signed(self) -> Node:
        signs = []
        while token := self._accept("-", "+", "~"):
            signs.append(token)
            if len(signs) > MAX_SIGNS:
                raise FormulaError(
                    "too-deep", "too many signs in a row", "", signs[0].start, token.end
                )
        node = self._power()
        for token in reversed(signs):
            if token.text != "+":
                op: Op = "neg" if token.text == "-" else "not"
                node = Node(op, (node,), start=token.start, end=node.end)
        return node

    def _power(self) -> Node:
        base = self._operand()
        if not self._accept("**"):
            return base
        self._exponents += 1
        if self._exponents > MAX_DEPTH:
            raise _too_deep(base.start, base.end)
        power = _power(base, self._signed())
        self._exponents -= 1
        return power

    def _operand(self) -> Node:
        node = self._atom()
        while True:
            if self._accept("."):
                node = self._transpose(node)
            elif self._accept("["):
                node = self._index(node)
            elif self._token.text == "(":
                raise self._not_callable(node)
            else:
                return node

    def _transpose(self, node: Node) -> Node:
        token = self._token
        if token.kind != "name" or token.text != "T":
            raise FormulaError(
                "bad-syntax",
                f"'.{token.text}' is not known",
                "only .T, the transpose, follows a dot",
                token.start - 1,
                token.end,
            )
        self._at += 1
        return Node("T", (node,), start=node.start, end=token.end)

    def _index(self, node: Node) -> Node:
        indices = [self._sum()]
        while self._accept(","):
            indices.append(self._sum())
        closing = self._expect("]")
        if len(indices) > 2:
            raise FormulaError(
                "bad-syntax", "one or two indices are possible", "", node.start, closing.end
            )
        return Node("index", (node, *indices), start=node.start, end=closing.end)

    def _not_callable(self, node: Node) -> FormulaError:
        return FormulaError(
            "bad-syntax",
            "only a name can be applied to something",
            "write * to multiply",
            node.start,
            self._token.end,
        )

    def _atom(self) -> Node:
        token = self._token
        if token.kind == "number":
            self._at += 1
            return _number(token)
        if token.kind == "name":
            return self._name()
        if token.kind == "unit":
            self._at += 1
            return Node("sym", name=IMAGINARY_UNIT, start=token.start, end=token.end)
        if opening := self._accept("("):
            inner = self._condition()
            closing = self._expect(")")
            return replace(inner, start=opening.start, end=closing.end)
        if opening := self._accept("["):
            items = self._items("]")
            closing = self._tokens[self._at - 1]
            return Node("list", items, start=opening.start, end=closing.end)
        raise self._unexpected()

    def _name(self) -> Node:
        token = self._token
        if not NAME.fullmatch(token.text):
            raise FormulaError(
                "bad-name",
                f"'{token.text}' cannot be a name",
                "use letters and digits, with one '_' before a subscript: x, mu, x_0, d_k",
                token.start,
                token.end,
            )
        self._at += 1
        if not self._accept("("):
            return Node("sym", name=token.text, start=token.start, end=token.end)
        args = self._items(")")
        end = self._tokens[self._at - 1].end
        return Node("call", args, name=token.text, start=token.start, end=end)

    def _items(self, closing: str) -> tuple[Node, ...]:
        items = [self._condition()]
        while self._accept(","):
            items.append(self._condition())
        self._expect(closing)
        return tuple(items)


def _join(op: Op, left: Node, right: Node) -> Node:
    return Node(op, (left, right), start=left.start, end=right.end)


def _number(token: Token) -> Node:
    digits = token.text.lower().partition("e")[0].partition(".")
    value = Fraction(token.text)
    if (
        len(digits[0]) > MAX_DIGITS
        or len(digits[2]) > MAX_DECIMALS
        or value >= 10**MAX_DIGITS
        or value.denominator > 10**MAX_DECIMALS
    ):
        raise FormulaError("too-long", "the number is too long", "", token.start, token.end)
    return Node("num", number=value, start=token.start, end=token.end)


def _power(base: Node, exponent: Node) -> Node:
    digits = _digits(base)
    if digits is not None:
        size = exponent.args[0] if exponent.op == "neg" else exponent
        if size.op == "num" and (
            size.number * Fraction(digits) > MAX_POWER_DIGITS or size.number.denominator > 12
        ):
            message = f"a power of numbers may have {MAX_POWER_DIGITS} digits"
            raise FormulaError("too-long", message, "", base.start, exponent.end)
        if size.op == "pow" and _is_number(size.args[0]):
            raise FormulaError(
                "too-long", "a tower of powers of numbers", "", base.start, exponent.end
            )
    return _join("pow", base, exponent)


def _digits(node: Node) -> float | None:
    """Return about how many digits a number has, above or below its fraction bar.

    None for a formula that is not made of numbers.
    """
    if node.op == "num":
        return math.log10(max(node.number.numerator, node.number.denominator))
    if node.op not in ("neg", "add", "sub", "mul", "div", "pow"):
        return None
    parts = [_digits(arg) for arg in node.args]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if node.op == "pow":
        size = node.args[1].args[0] if node.args[1].op == "neg" else node.args[1]
        return known[0] * float(size.number) if size.op == "num" else None
    return sum(known)


def _is_number(node: Node) -> bool:
    return node.op == "num" or (node.op == "neg" and node.args[0].op == "num")
