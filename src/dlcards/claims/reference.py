"""``docs/claim-language.md``, written from the tables so that it cannot go stale."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from dlcards.claims.balls.evaluate import LIMITS, WITHOUT_VALUE
from dlcards.claims.parser import parse_formula, parse_names, parse_type
from dlcards.claims.points.draw import DOMAINS
from dlcards.claims.print.latex import to_latex
from dlcards.claims.print.where import WhereLine, Words, where_lines
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import Claim, Statement, StatementText
from dlcards.claims.tree import sym, walk
from dlcards.claims.types import FUNCTIONS, MATRICES, RANDOM, TYPES
from dlcards.claims.types.chance.drawn import TOLD
from dlcards.claims.types.record import TypeWord
from dlcards.claims.words import WORDS
from dlcards.claims.words.record import Word

DECLARATIONS: Mapping[str, str] = MappingProxyType(
    {
        "x, y": "real",
        "a, b": "positive",
        "r, w": "interval(-1, 1)",
        "k": "natural",
        "f": "smooth_function",
        "u, v": "vector(n)",
        "e, h": "vector(3)",
        "A, B": "square(n)",
        "S": "spd(n)",
        "M": "matrix(m, n)",
        "c": "probability",
        "z": "complex",
        "p, q": "open_simplex(n)",
        "F, G": "event",
        "X, Y": "random",
        "U, W, Z": "Normal(0, 1)",
    }
)
"""What the names in the examples of the words are."""

_WORKED = (
    (
        "A derivative",
        "let:\n  x: real\nclaim: d(sigmoid(x), x) == sigmoid(x)*(1 - sigmoid(x))",
        {"x": "real"},
        "d(sigmoid(x), x) == sigmoid(x)*(1 - sigmoid(x))",
    ),
    (
        "Functions nobody knows",
        "let:\n  x: real\n  f, g: smooth_function\nclaim: d(f(g(x)), x) == D(f, g(x))*D(g, x)",
        {"x": "real", "f, g": "smooth_function"},
        "d(f(g(x)), x) == D(f, g(x))*D(g, x)",
    ),
    (
        "Matrices of any size",
        "let:\n  A: square(n)\n  x: vector(n)\nclaim: grad(x.T @ A @ x, x) == (A + A.T) @ x",
        {"A": "square(n)", "x": "vector(n)"},
        "grad(x.T @ A @ x, x) == (A + A.T) @ x",
    ),
    (
        "A sum over entries",
        "let:\n  x: vector(n)\nclaim: norm(x)**2 == sum(x[i]**2, i, 1, n)",
        {"x": "vector(n)"},
        "norm(x)**2 == sum(x[i]**2, i, 1, n)",
    ),
    (
        "An inequality, with the case in which both sides are equal",
        (
            "let:\n  x, y: vector(n)\n  c: real\nclaim:\n"
            "  formula: abs(x.T @ y) <= norm(x)*norm(y)\n  equality:\n    y: c*x"
        ),
        {"x, y": "vector(n)"},
        "abs(x.T @ y) <= norm(x)*norm(y)",
    ),
    (
        "Conditional probability",
        "let:\n  A, B: event\nclaim: P(A | B) == P(B | A)*P(A)/P(B)",
        {"A, B": "event"},
        "P(A | B) == P(B | A)*P(A)/P(B)",
    ),
    (
        "A chain of equalities",
        "let:\n  X: random\nclaim: Var(X) == E((X - E(X))**2) == E(X**2) - E(X)**2",
        {"X": "random"},
        "Var(X) == E((X - E(X))**2) == E(X**2) - E(X)**2",
    ),
    (
        "Where something is smallest",
        (
            "let:\n  X: fullrank(m, n)\n  w: vector(n)\n  y: vector(m)\nclaim: >-\n"
            "  argmin(norm(X @ w - y)**2, w)\n  == inv(X.T @ X) @ X.T @ y"
        ),
        {"X": "fullrank(m, n)", "w": "vector(n)", "y": "vector(m)"},
        "argmin(norm(X @ w - y)**2, w) == inv(X.T @ X) @ X.T @ y",
    ),
)

_PITFALLS = (
    ("`x^2`", "`x**2`", "a power has two stars"),
    ("`2x`, `x y`", "`2*x`, `x*y`", "every product has its sign"),
    ("`A*x`, `A*B`", "`A @ x`, `A @ B`", "`*` multiplies by a number, or entry by entry"),
    ("`x*y` for the dot product", "`x.T @ y`", "vectors are columns"),
    ("`A^T`, `A'`", "`A.T`", "the transpose"),
    ("`f'(x)`", "`D(f, x)`", "`D(f, p)` is the derivative of f at the point p"),
    ("`d(f(x))`", "`d(f(x), x)`", "a derivative needs its variable"),
    ("`x = 2`", "`x == 2`", "a relation has two signs"),
    ("`|x|`, `||x||`", "`abs(x)`, `norm(x)`", "`|` means *given*"),
    ("`n!`", "`factorial(n)`", ""),
    ("`sum(x[i], i=1, n)`", "`sum(x[i], i, 1, n)`", "the index needs no declaration"),
    ("`x[0]` for the first entry", "`x[1]`", "indices start at 1"),
    ("`limit(1/x, x, 0+)`", "`limit(1/x, x, 0, above)`", "or `below`; neither is both sides"),
    ("`X ~ Normal(0, 1)`", "`distributed(X, Normal(0, 1))`", "`~A` is the opposite event"),
    ("`exp(A)` of a matrix", "`expm(A)`", "`exp` works entry by entry"),
    ("`log(x, 2)`", "`log(x)/log(2)`", "the logarithm is the natural one"),
    ("`lambda` typed as λ", "`lam` or `lambda`", "Greek letters have their English names"),
    ("`P`, `E`, `H`, `d`, `D`, `O` as names", "`P_A`, and a glyph under `show`", "words"),
    ("`x_i` for an entry", "`x[i]`", "`x_i` is a name of its own"),
    ("a formula that starts with `[`, `*`, `&`", "put it in quotes", "YAML reads these signs"),
)


class Meaning(NamedTuple):
    """What a formula means where usage differs.

    Parameters
    ----------
    about, rule : str
    holds, fails : str
        A claim that holds by the rule, and one that does not.
    code : str
        What the judge says of the latter.
    """

    about: str
    rule: str
    holds: str
    fails: str
    code: str


MEANINGS: tuple[Meaning, ...] = (
    Meaning(
        "limits",
        "two-sided wherever the formula has values on both sides, one-sided where it has them"
        " on one; where both exist they must agree",
        "limit(sqrt(r), r, 0) == 0",
        "limit(sign(r), r, 0) == 0",
        "undefined-at-point",
    ),
    Meaning(
        "the variable of a limit",
        "is real, also at `oo`; there are no limits along whole numbers only",
        "limit((1 + 1/n)**n, n, oo) == exp(1)",
        "limit(sin(pi*n), n, oo) == 0",
        "undefined-at-point",
    ),
    Meaning(
        "`O(x**2)`",
        "x tends to 0, from both sides where its type allows; other names stay where they are;"
        " inside stands a power of one declared name",
        "exp(x*y) == 1 + x*y + O(x**2)",
        "exp(x*y) == 1 + O(x**2)",
        "refuted-claim",
    ),
    Meaning(
        "`argmin`, `argmax`",
        "the one place where the smallest or largest value is taken: attained, inside the type of"
        " the variable, and unique",
        "argmin((x - 1)**2, x) == 1",
        "argmin((x**2 - 1)**2, x) == 1",
        "refuted-claim",
    ),
    Meaning(
        "derivatives",
        "exist where both sides have the same slope; at a kink or jump there is none",
        "d(x*abs(x), x) == 2*abs(x)",
        "d(abs(x), x) == sign(x)",
        "undefined-at-point",
    ),
    Meaning(
        "integrals",
        "improper ones must converge absolutely; there are no principal values, and none is"
        " infinite. With the bounds exchanged an integral changes its sign",
        "integral(1/sqrt(r), r, 0, 1) == 2",
        "integral(1/r, r, -1, 1) == 0",
        "undefined-at-point",
    ),
    Meaning(
        "sums and products",
        "over nothing are 0 and 1, also when the upper bound lies far below the lower one",
        "sum(k, k, 3, 1) == 0",
        "sum(k, k, 5, 1) == -9",
        "refuted-claim",
    ),
    Meaning(
        "powers",
        "`0**0` is 1; a negative number has whole powers only, 0 no negative ones; roots and"
        " logarithms are real, of the numbers that have them",
        "x**0 == 1",
        "(-8)**(1/3) == -2",
        "undefined-at-point",
    ),
    Meaning(
        "`cases`, `ind`",
        "only the branch that is chosen needs a value",
        "cases(1/x, x != 0, 0)*x == ind(x != 0)",
        "ind(x != 0)*(1/x)*x == ind(x != 0)",
        "undefined-at-point",
    ),
    Meaning(
        "`entropy`, `xent`, `KL` of vectors",
        "an entry of probability 0 counts nothing; where only the second vector has the 0 the"
        " value is infinite. Outside these words `0*log(0)` has no value",
        "entropy([1, 0]) == 0",
        "0*log(0) == 0",
        "undefined-at-point",
    ),
    Meaning(
        "`H`",
        "of a `random` name, which has finitely many values: at least 0; of a law with a density"
        " the differential entropy, which may be negative",
        "H(X) >= 0",
        "H(U) + log(a) >= 0",
        "refuted-claim",
    ),
    Meaning(
        "conditions",
        "have no value at probability 0, so none on a value of a continuous law, unless it shares"
        " a `Density`;"
        " `E(Y | X)` is a random variable, `E(Y | X == x)` a number",
        "E(E(Y | X)) == E(Y)",
        "P(U > 0 | U == 1) == 1",
        "undefined-at-point",
    ),
    Meaning(
        "events",
        "have a probability above 0, so that one can condition on them; it may be 1",
        "P(F | G)*P(G) == P(F & G)",
        "P(F) < 1",
        "refuted-claim",
    ),
    Meaning(
        "independence",
        "names with a named law are independent of each other and of everything else, but for"
        " the two of a `Joint` or `Density`; names declared `random` may depend on each other",
        "E(U*X) == E(U)*E(X)",
        "E(X*Y) == E(X)*E(Y)",
        "refuted-claim",
    ),
    Meaning(
        "degenerate laws",
        "do not exist: a variance, rate or shape is above 0, the bounds of `Uniform` are in order"
        " and apart",
        "Var(s*U) == s**2",
        "E(V) == x",
        "undefined-at-point",
    ),
    Meaning(
        "moments",
        "of heavy tails may be infinite; such a formula has no value",
        "E(U**4) == 3",
        "E(T) == 0",
        "undefined-at-point",
    ),
    Meaning(
        "`probability`, `interval`",
        "are open, `closed_interval` and `simplex` are closed",
        "c > 0",
        "t > 0",
        "refuted-claim",
    ),
)
"""The rules of the page, each with two claims that a test puts to the judge."""

MEANING_DECLARATIONS: Mapping[str, str] = MappingProxyType(
    {
        **{names: DECLARATIONS[names] for names in ("x, y", "a, b", "c", "F, G", "X, Y")},
        "U": "Normal(0, 1)",
        "V": "Normal(x, 0)",
        "T": "StudentT(1)",
        "s": "nonzero",
        "t": "closed_interval(0, 1)",
    }
)
"""What the names in the claims of :data:`MEANINGS` are."""


def example_text(word: Word) -> StatementText:
    """Return a word's example as a statement with the declarations it needs.

    Examples
    --------
    >>> from dlcards.claims.words import find_word
    >>> dict(example_text(find_word("tr")).let)
    {'A, B': 'square(n)'}
    """
    return _text(word.name, word.example)


def meaning_text(claim: str) -> StatementText:
    """Return a claim of :data:`MEANINGS` as a statement with the declarations it needs."""
    return _text("meaning", claim, MEANING_DECLARATIONS)


def markdown(table: Mapping[str, Any]) -> str:
    """Write the reference of the claim language.

    Parameters
    ----------
    table : mapping
        The wording of the where lines, see :func:`~dlcards.claims.print.where.where_lines`.
    """
    parts = [_INTRODUCTION, _worked(table), _SIGNS, _types(table), _words(), _meanings()]
    return "\n\n".join([*parts, _exactness(), _drawn(), _pitfalls(), _SHARPNESS, _LIMITS]) + "\n"


_INTRODUCTION = """# The claim language

<!-- Generated by `python -m dlcards.commands.claim_page`; edit the tables, not this file. -->

A formula is text that looks like arithmetic on a keyboard: `x**2/2`, `A @ x`, `exp(-x)`. From
this one text the card's LaTeX is printed and the claim is checked, so what a card shows is what
was checked.

Every name is declared under `let` with a *type*. The types are the hypotheses of the claim: the
check draws numbers, vectors, matrices, functions and random variables of these types, awkward
ones included, and the card prints them in its "where" line. So declare what the formula needs
and no more: `log(x)` needs `x: positive`, `inv(A)` needs `A: invertible(n)`.

A name used as a size, such as `n` in `vector(n)` or `eye(n)`, needs no declaration.

What no type can say stands under `given`, as relations about the declared names: `given: x != 2`
for a fraction over `x - 2`, `given: [a + b > 0, P(F) > 0]`. Draws are made to satisfy them and the
card prints them. Equations are solved, whatever they are about: `P(F & G) == P(F)*P(G)`,
`A @ B == B @ A`, `f(0) == f(1)`, `x**2 + y**2 == 1`. A hypothesis of one claim alone stands beside
its formula: `claim: {formula: ..., given: [x < y]}`."""

_SIGNS = """## Signs

| you write | meaning |
|---|---|
| `+ - * /` | on numbers; `*` and `/` also entry by entry on vectors |
| `**` | power; entry by entry on a vector, repeated product on a square matrix |
| `@` | matrix product, `A @ x`, `x.T @ y`, `x @ y.T` |
| `.T` | transpose; vectors are columns |
| `x[i]`, `A[i, j]` | entries, counted from 1 |
| `[1, 2]`, `[[1, 2], [3, 4]]` | a column; a matrix by its rows |
| `== != <= >= < >` | relations; chains such as `a == b == c` are fine |
| `P(A \\| B)`, `E(X \\| Y)` | given |
| `A & B`, `~A`, `P(X == 1 & Y > 2)` | both events; the opposite event |
| `pi`, `oo`, `1j` | π, infinity, the imaginary unit i; e is `exp(1)` |

Names are letters and digits with at most one subscript: `x`, `mu`, `x_0`, `d_k`, `theta_hat`.
Greek names print as Greek letters (`lam` is λ, `eps` is ε), `hat`, `bar` and `tilde` at the end
as accents (`yhat`, `theta_hat`), `w_star` as w*, `w_new` as w′. `show` chooses another glyph.

In a text, `$x**2$` prints a formula, `$2 + 2 == 4$` prints it and checks it, and `$if x > 0$`
prints the condition x > 0 without claiming it."""

_SHARPNESS = """## Would a slip be noticed?

`dlcards check formulas/calculus/chain-rule.yaml` answers that too, for up to three entries at a
time: it changes a sign, a factor, an index or a name of each claim and checks the result
(`--no-mutate` skips it, `--mutate` does it for all entries). Nearly all of these corruptions
must be rejected. Some happen to be true, such as `det(B @ A)` for `det(A @ B)`; these are listed
in `formulas/survivors.yaml`, with one short reason why they are true:

```yaml
la-determinant:
  - reason: determinants are numbers, and numbers commute
    accepted:
      - 'det(B @ A) == det(A)*det(B)'
```

If a false one is accepted, say more: an inequality gets its `equality` case, a bound becomes an
equation, or a second claim pins what the first leaves open."""

_LIMITS = """## Limits

A formula has at most 600 characters and 300 parts, a number at most 9 digits and 12 decimals, a
power of numbers 300 digits: `10**(-300)` is one, `1e-300` is not read. `max` and `min` take two
numbers or one vector, `max([x, y, z])`. A size may be called `d` where nothing is differentiated
with `d`. What grows longer gets a name under `define`. A definition may have parameters,
`p(x): exp(-x)`, and needs a claim that uses it; nothing else would notice a slip in it.

A claim that holds only up to an error says so with `O`: `exp(y) == 1 + y + O(y**2)`. Like `avg`,
`iid`, `distributed` and `converges` it stands in claims only, not in code or worked examples. A law
stands under `let` or as an argument of `distributed`, `converges`, `pdf` and `KL`. What cannot
be said at all stands under `unchecked` with its LaTeX and the reason."""


def _text(name: str, claim: str, declarations: Mapping[str, str] = DECLARATIONS) -> StatementText:
    used = {node.name for node in walk(parse_formula(claim))}
    let = {
        ", ".join(kept): type_
        for names, type_ in declarations.items()
        if (kept := [each for each, _ in parse_names(names) if each in used])
    }
    return StatementText(name, let=let, claims=((("claim",), claim, {}),))


def _read(text: StatementText) -> Statement:
    statement, problems = read_statement(text)
    assert statement is not None, problems
    return statement


def _printed(text: StatementText) -> str:
    statement = _read(text)
    return f"${to_latex(statement.claims[0].tree, statement)}$"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _worked(table: Mapping[str, Any]) -> str:
    lines = ["## Examples"]
    for title, source, let, claim in _WORKED:
        text = StatementText(title, let=let, claims=((("claim",), claim, {}),))
        lines += ["", f"**{title}**", "", "```yaml", source, "```", "", _printed(text)]
        where = [
            f"${latex}$" + (f" ({_said(words)})" if words else "")
            for latex, words in where_lines(_read(text), table)
        ]
        lines += ["", f"where {', '.join(where)}"]
    return "\n".join(lines)


def _said(words: Words) -> str:
    """Return words as Markdown; every second one is a formula."""
    return "".join(f"${part}$" if i % 2 else part for i, part in enumerate(words))


def _declared(word: TypeWord, table: Mapping[str, Any]) -> WhereLine:
    name = {FUNCTIONS: "f", RANDOM: "X", MATRICES: "A"}.get(word.group, "x")
    type_ = parse_type(word.example)
    types = {name: type_, "Y": type_} if word.name == "Joint" else {name: type_}
    shape = {"T": parse_type("joint_table(m, n)")} if word.name == "Joint" else {}
    claims = tuple(Claim(each, sym(each)) for each in types)
    return where_lines(Statement(word.name, {**types, **shape}, {}, claims=claims), table)[0]


def _types(table: Mapping[str, Any]) -> str:
    lines = ["## Types"]
    for group in dict.fromkeys(word.group for word in TYPES):
        lines += ["", f"### {group}", "", "| type | meaning | on the card |", "|---|---|---|"]
        for word in (each for each in TYPES if each.group == group):
            latex, words = _declared(word, table)
            printed = f"${latex}$ {_said(words)}".strip()
            lines.append(f"| `{word.example}` | {_cell(word.description)} | {_cell(printed)} |")
    return "\n".join(lines)


def _words() -> str:
    lines = [
        "## Words",
        "",
        "The examples are true statements about "
        + ", ".join(f"`{names}: {type_}`" for names, type_ in DECLARATIONS.items())
        + ".",
    ]
    for group in dict.fromkeys(word.group for word in WORDS):
        lines += ["", f"### {group}", "", "| word | meaning | example | prints as |"]
        lines.append("|---|---|---|---|")
        for word in (each for each in WORDS if each.group == group):
            printed = _printed(example_text(word)).replace("|", r"\vert ")
            told = f"| `{word.name}` | {_cell(word.description)} | `{_cell(word.example)}` "
            lines.append(f"{told}| {printed} |")
    return "\n".join(lines)


def _meanings() -> str:
    lines = [
        "## What is meant",
        "",
        "Where usage differs, this holds. The claims in the last two columns are about "
        + ", ".join(f"`{names}: {type_}`" for names, type_ in MEANING_DECLARATIONS.items())
        + ".",
        "",
        "| about | rule | holds | does not |",
        "|---|---|---|---|",
    ]
    for about, rule, true, false, code in MEANINGS:
        refused = "no value" if code == "undefined-at-point" else "false"
        lines.append(f"| {about} | {_cell(rule)} | `{_cell(true)}` | `{_cell(false)}`: {refused} |")
    return "\n".join(lines)


def _exactness() -> str:
    lines = [
        "## How exact a value is",
        "",
        "Both sides are evaluated at exact points with error bars: fractions and fractions of π",
        "stay exact, every other number is a ball that contains the true value. Two sides differ",
        "when their balls are apart; precision is raised until that is clear. An estimated value",
        "is marked as such and never refutes what it nearly equals. Exceptions:",
        "",
        "| what | value |",
        "|---|---|",
    ]
    lines += [f"| `{word}` | none; {instead} |" for word, instead in WITHOUT_VALUE.items()]
    lines += [f"| {what} | {instead} |" for what, instead in LIMITS]
    return "\n".join(lines)


def _drawn() -> str:
    lines = [
        "## What is drawn",
        "",
        "A claim is tried at 60 to 200 points and at their kinks, poles and borders: each type at",
        "ordinary, special and extreme values, sizes 1 to 8 and 12. Values of one type may be",
        "tied. An inequality is searched downhill from the points where it is tightest.",
        "",
        "| type | ordinary | special | extreme |",
        "|---|---|---|---|",
    ]
    told = {name: (d.benign, d.special, d.extreme) for name, d in DOMAINS.items()}
    for name, parts in {**told, **TOLD}.items():
        lines.append(f"| `{name}` | {' | '.join(map(_cell, parts))} |")
    return "\n".join(lines)


def _pitfalls() -> str:
    lines = ["## Slips everybody makes", "", "| not | but | because |", "|---|---|---|"]
    lines += [f"| {_cell(a)} | {_cell(b)} | {_cell(c)} |" for a, b, c in _PITFALLS]
    return "\n".join(lines)
