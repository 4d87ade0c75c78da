from __future__ import annotations

import ast
import re
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlcards.claims.parser import FormulaError, parse_formula, parse_head, parse_names, parse_type
from dlcards.claims.tree import Node, Op, call, num, sym, walk
from dlcards.claims.unparser import formula_text


def error_of(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    return caught.value


class TestGrammar:
    def test_products_bind_tighter_than_sums(self) -> None:
        product = Node("mul", (sym("b"), sym("c")))
        assert parse_formula("a + b*c") == Node("add", (sym("a"), product))

    def test_a_minus_covers_a_power_but_not_a_product(self) -> None:
        assert parse_formula("-x**2") == Node("neg", (Node("pow", (sym("x"), num(2))),))
        assert parse_formula("-x*y") == Node("mul", (Node("neg", (sym("x"),)), sym("y")))

    def test_powers_group_from_the_right(self) -> None:
        assert parse_formula("a**b**c") == parse_formula("a**(b**c)")

    def test_an_exponent_may_have_a_sign(self) -> None:
        assert parse_formula("a**-b**2") == parse_formula("a**(-(b**2))")

    def test_a_chain_of_relations_is_one_node(self) -> None:
        chain = parse_formula("a <= b < c")
        assert (chain.op, chain.relations, len(chain.args)) == ("rel", ("<=", "<"), 3)

    def test_the_bar_is_looser_than_a_relation(self) -> None:
        condition = parse_formula("P(X == 1 | Y == 2)").args[0]
        assert condition.op == "given"
        assert [part.op for part in condition.args] == ["rel", "rel"]

    def test_events_join_before_the_bar(self) -> None:
        assert parse_formula("P(A & B | C)").args[0].args[0].op == "and"

    def test_lists_entries_and_transposes(self) -> None:
        assert parse_formula("[[1, 2], [3, 4]]").args[1].args == (num(3), num(4))
        assert parse_formula("A[i, j + 1]").op == "index"
        assert parse_formula("A.T @ x").args[0] == Node("T", (sym("A"),))

    def test_decimal_numbers_are_exact(self) -> None:
        assert parse_formula("0.1").number == Fraction(1, 10)
        assert parse_formula("1e-3").number == Fraction(1, 1000)

    def test_a_formula_may_have_several_lines(self) -> None:
        assert parse_formula("a\n  + b") == parse_formula("a + b")

    def test_greek_names_that_python_reserves_are_names(self) -> None:
        assert parse_formula("lambda*x") == Node("mul", (sym("lambda"), sym("x")))


class TestPositions:
    def test_every_node_knows_its_characters(self) -> None:
        text = "  exp(a_1) \n + 2.5*A.T[i]"
        found = {text[node.start : node.end] for node in walk(parse_formula(text))}
        assert {"exp(a_1)", "a_1", "2.5", "A.T", "A.T[i]", "2.5*A.T[i]", "i"} <= found

    def test_brackets_belong_to_what_they_hold(self) -> None:
        node = parse_formula("2*(x + 1)").args[1]
        assert (node.start, node.end) == (2, 9)

    def test_equality_ignores_positions(self) -> None:
        assert parse_formula("x+1") == parse_formula("  x  +  1 ")


@pytest.mark.parametrize(
    ("text", "code", "start", "end", "hint"),
    [
        ("x^2", "bad-character", 1, 2, "**"),
        ("f'(x)", "bad-character", 1, 2, "D(f, x)"),
        ("x = 2", "bad-character", 2, 3, "=="),
        ("n!", "bad-character", 1, 2, "factorial"),
        (r"\sqrt{x}", "bad-character", 0, 1, "not LaTeX"),
        ("2 ≤ x", "bad-character", 2, 3, "<="),
        ("x²", "bad-character", 1, 2, "**2"),
        ("λ", "bad-character", 0, 1, "lam"),
        ("$x$", "bad-character", 0, 1, "dollars"),
        ("x\t+1", "bad-character", 1, 2, "blanks"),
        ("2x", "bad-syntax", 0, 2, "2*x"),
        ("a b", "bad-syntax", 0, 3, "a*b"),
        ("2(x + 1)", "bad-syntax", 0, 2, "*"),
        ("(a + b)(a - b)", "bad-syntax", 0, 8, "*"),
        ("|x|", "bad-syntax", 0, 1, "abs(x)"),
        ("x // 2", "bad-syntax", 3, 4, "floor"),
        ("a =< b", "bad-character", 2, 4, "<="),
        ("A.t", "bad-syntax", 1, 3, ".T"),
        ("A.inv()", "bad-syntax", 1, 5, ".T"),
        ("[1, 2", "unbalanced-bracket", 0, 1, ""),
        ("x)", "unbalanced-bracket", 1, 2, ""),
        ("(x]", "unbalanced-bracket", 2, 3, "'('"),
        ("a_b_c", "bad-name", 0, 5, "subscript"),
        ("x +", "bad-syntax", 2, 3, ""),
        ("A[1, 2, 3]", "bad-syntax", 0, 10, ""),
        ("sum(i=1)", "bad-character", 5, 6, "=="),
    ],
)
def test_a_mistake_is_found_where_it_is(
    text: str, code: str, start: int, end: int, hint: str
) -> None:
    error = error_of(text)
    assert (error.code, error.start, error.end) == (code, start, end)
    assert hint in error.hint


HOSTILE = {
    "import": "__import__('os').system('id')",
    "class": "().__class__.__bases__",
    "attribute": "x.__class__",
    "real part": "x.real",
    "lambda": "(lambda: 1)()",
    "comprehension": "[i for i in x]",
    "generator": "sum(i for i in x)",
    "dict": "{1:2}",
    "set": "{1,2}",
    "f-string": "f'{x}'",
    "string": "'abc'",
    "walrus": "(x := 5)",
    "await": "await x",
    "yield": "(yield x)",
    "if": "1 if x else 2",
    "and": "x and y",
    "starred": "sum(*x)",
    "keyword": "sum(x, key=1)",
    "slice": "x[1:2]",
    "ellipsis": "...",
    "complex": "2j",
    "remainder": "x%2",
    "shift": "1<<99999",
    "tower": "9**9**9",
    "big power": "2**99999",
    "negative big power": "2**-99999",
    "huge number": "9" * 300,
    "long text": "x+" * 5000 + "x",
    "deep brackets": "(" * 400 + "x" + ")" * 400,
    "deep signs": "-" * 500 + "x",
    "deep calls": "exp(" * 60 + "x" + ")" * 60,
    "deep powers": "x**" * 100 + "x",
    "deep sums": "x+" * 250 + "x",
    "null byte": "x\0",
    "statement": "x;y",
    "full width": "ｅval(x)",
    "homoglyph": "е+x",
    "bidi": "x\u202e+1",
    "comment": "x # hi",
    "backslash": "x\\\n+1",
    "backtick": "`x`",
    "call of a call": "d(x)(x)",
    "call of a transpose": "x.T()",
    "call of an entry": "x[0](1)",
    "private": "_x",
    "dunder": "__builtins__",
    "octal": "0o17",
    "hex": "0xFF",
    "underscored number": "1_000",
    "huge float": "1e308",
    "infinite float": "1e999",
    "tiny float": "1e-300",
    "empty": "",
    "blank": "   ",
    "is": "x is y",
    "decorator": "@x",
    "index bomb": "x" + "[1]" * 100,
    "two statements": "x\nimport os",
    "suffix": "1if x else 2",
    "big list": "[" + "1," * 310 + "1]",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_refused(text: str) -> None:
    error = error_of(text)
    assert error.code
    assert 0 <= error.start < error.end


def test_something_that_is_not_text_is_refused() -> None:
    with pytest.raises(FormulaError, match="must be text"):
        parse_formula(5)  # type: ignore[arg-type]


class TestTypesAndNames:
    def test_a_type_has_arguments(self) -> None:
        type_ = parse_type("interval(0, 2/L)")
        assert (type_.name, len(type_.args)) == ("interval", 2)

    def test_an_unknown_type_gets_the_nearest(self) -> None:
        with pytest.raises(FormulaError) as caught:
            parse_type("reel")
        assert caught.value.code == "unknown-type"
        assert "'real'" in caught.value.hint

    def test_a_type_needs_its_arguments(self) -> None:
        with pytest.raises(FormulaError) as caught:
            parse_type("matrix(n)")
        assert caught.value.code == "wrong-arity"

    def test_names_come_with_their_places(self) -> None:
        assert parse_names("x,  y_0") == (("x", 0), ("y_0", 4))

    @pytest.mark.parametrize("name", ["exp", "P", "pi", "oo"])
    def test_words_are_reserved(self, name: str) -> None:
        with pytest.raises(FormulaError) as caught:
            parse_names(f"a, {name}")
        assert (caught.value.code, caught.value.start) == ("reserved-name", 3)

    def test_a_head_may_have_parameters(self) -> None:
        assert parse_head("p(x, y)") == ("p", ("x", "y"))
        with pytest.raises(FormulaError, match="introduces"):
            parse_head("x + 1")


NAMES = st.sampled_from(["x", "y", "A", "lam", "z_1"])


def _combine(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pair = st.tuples(children, children)
    binary = st.builds(
        Node,
        st.sampled_from(["add", "sub", "mul", "div", "matmul"]),
        pair,
    )
    powers = st.builds(lambda base, k: Node("pow", (base, num(k))), children, st.integers(0, 9))
    unary = st.builds(lambda op, arg: Node(op, (arg,)), st.sampled_from(["neg", "T"]), children)
    calls = st.builds(call, st.sampled_from(["exp", "f"]), children)
    entries = st.builds(lambda base, i: Node("index", (base, i)), children, children)
    return binary | powers | unary | calls | entries


TREES = st.recursive(
    st.builds(sym, NAMES) | st.builds(num, st.integers(0, 999)), _combine, max_leaves=12
)


@pytest.mark.slow
@given(TREES)
@settings(max_examples=300, deadline=None)
def test_what_is_written_reads_back(tree: Node) -> None:
    try:
        read = parse_formula(formula_text(tree))
    except FormulaError as error:
        assume(error.code != "too-long")  # a tower of powers of numbers
        raise
    assert read == tree


_PYTHON: dict[type[ast.operator], Op] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
}


def _from_python(tree: ast.expr) -> Node:
    match tree:
        case ast.Constant(value=int(value)):
            return num(value)
        case ast.Name(id=name):
            return sym(name)
        case ast.UnaryOp(operand=operand):
            return Node("neg", (_from_python(operand),))
        case ast.BinOp(left=left, op=op, right=right):
            return Node(_PYTHON[type(op)], (_from_python(left), _from_python(right)))
        case ast.Attribute(value=value):
            return Node("T", (_from_python(value),))
        case ast.Subscript(value=value, slice=index):
            return Node("index", (_from_python(value), _from_python(index)))
        case ast.Call(func=ast.Name(id=name), args=args):
            return call(name, *(_from_python(arg) for arg in args))
    raise AssertionError(ast.dump(tree))


@pytest.mark.slow
@given(TREES)
@settings(max_examples=300, deadline=None)
def test_arithmetic_reads_as_python_reads_it(tree: Node) -> None:
    text = re.sub(r"\b(\d+)\.T", r"(\1).T", formula_text(tree))  # Python would read 0. first
    assert _from_python(ast.parse(text, mode="eval").body) == tree


def test_a_power_of_numbers_has_so_many_digits() -> None:
    for text in ("10**(-300)", "10**300", "2**900", "(1/3)**500", "x**1000", "1**999"):
        parse_formula(text)
    for text in ("10**301", "(10**300)**2", "((2**60)**60)**60", "(1/10**9)**40", "2**2**2"):
        with pytest.raises(FormulaError) as error:
            parse_formula(text)
        assert error.value.code == "too-long"
