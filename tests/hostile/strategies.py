"""Entries, decks and translations: valid ones, and ones in which anything may be wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from injected import INJECTIONS

from dlcards.documents import read_document

ROOT = Path(__file__).parents[2]
CASES = tuple(sorted((ROOT / "tests" / "cases").glob("*.yaml")))
CONTENT = tuple(sorted(path for path in (ROOT / "formulas").glob("*/*.yaml")))

NAMES = ("x", "y", "n", "A", "B", "f", "theta", "x_i", "b1", "X", "_", "", "x y", "lambda", "é")
FORMULAS = (
    "x + y == y + x",
    "d(x**2, x) == 2*x",
    "D(f, x)",
    "A @ B",
    "sum(i, i, 1, n) == n*(n + 1)/2",
    "integral(exp(-x**2), x, -oo, oo)",
    "E(X)",
    "P(A | B) == P(B | A)*P(A)/P(B)",
    "norm(A, 2) <= 1",
    "x if x > 0 else -x",
    "9**9**9",
    "((((((((((x))))))))))",
    "x = y",
    "1/0",
    "",
    "…",
)
TYPES = (
    "real positive natural vector(n) matrix(m, n) square(n) function function(n) event"
    " Normal(0, 1) random white(n) invertible(n) probability reel vector( matrix(0, -1)"
)
KEYS = (
    "kind title topic priority let define definition claim unchecked show symbols meaning"
    " conditions why pitfall personal code example figure blanks prompts questions without"
    " requires sources tags formerly description contents exercises version formula equality"
    " latex numpy equals given compute text ask answer more alt caption x exprs q1 q9"
)

names = st.sampled_from(NAMES) | st.text(max_size=8)
formulas = st.recursive(
    st.sampled_from(FORMULAS) | names | st.integers().map(str),
    lambda inner: st.builds(
        "{}{}{}".format,
        inner,
        st.sampled_from([" + ", "*", "**", " == ", " <= ", " @ ", "(", ")", "[", ", ", ".", "|"]),
        inner,
    ),
    max_leaves=8,
)
types = st.sampled_from([*TYPES.split(" "), "matrix(m, n)"]) | formulas
prose = (
    st.sampled_from(INJECTIONS)
    | st.text(max_size=60)
    | formulas.map("It is ${}$.".format)
    | formulas.map("`{}` and *this*".format)
)
keys = st.sampled_from(KEYS.split())
scalars: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | prose
    | formulas
    | types
    | st.sampled_from(["equation", "concept", "q1", "power-rule", "calculus", "https://x.org"])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys | names, inner, max_size=4),
    max_leaves=12,
)
questions = st.fixed_dictionaries({"ask": prose, "answer": prose}, optional={"more": prose})

entries = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["equation", "concept", "algorithm", "notation"]),
        "title": st.sampled_from(["Chain rule", "A & B", "한글"]),
        "topic": st.just("derivatives"),
        "meaning": prose,
        "sources": st.just(["https://example.org"]),
    },
    optional={
        "priority": st.integers(0, 4),
        "let": st.dictionaries(names, types, max_size=5),
        "define": st.dictionaries(names, formulas, max_size=3),
        "definition": formulas,
        "claim": formulas | st.lists(formulas, max_size=3),
        "show": st.dictionaries(names, st.sampled_from([r"\sigma", "x^2", "{", r"\hat{x}"])),
        "symbols": st.dictionaries(formulas, prose, max_size=3),
        "conditions": prose,
        "blanks": st.lists(formulas, max_size=3),
        "code": st.fixed_dictionaries({"numpy": prose | st.just("def f(x):\n    return x\n")}),
        "example": st.fixed_dictionaries(
            {"given": st.dictionaries(names, formulas), "compute": formulas}
        ),
        "unchecked": st.fixed_dictionaries({"latex": prose, "why": prose}),
        "questions": st.dictionaries(st.sampled_from(["q1", "q2", "q8"]), questions),
        "figure": st.dictionaries(keys, values, max_size=6)
        | st.fixed_dictionaries(
            {"kind": st.sampled_from(["function_plot", "heatmap", "comp_graph", "bars", "series"])},
            optional={"alt": prose, "exprs": st.lists(formulas, max_size=2), "x": values},
        ),
        "requires": st.lists(st.sampled_from(["entry", "power-rule", "x"]), max_size=2),
    },
)
decks = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["A::B", "A", "A::", ":", "A b"]) | st.text(max_size=20),
        "description": prose,
        "contents": st.lists(st.dictionaries(keys, values, max_size=2), max_size=3)
        | st.just([{"subject": "calculus"}]),
    },
    optional={"exercises": st.booleans(), "version": prose},
)
translations = st.fixed_dictionaries(
    {},
    optional={
        "title": prose,
        "meaning": prose,
        "symbols": st.dictionaries(formulas, prose, max_size=3),
        "questions": st.dictionaries(st.sampled_from(["q1", "q2"]), questions),
        "figure": st.fixed_dictionaries({}, optional={"alt": prose, "caption": prose}),
    },
)

notes = st.dictionaries(
    st.sampled_from(["femur", "a", "null", "a-b", "A", "a--b", "x" * 61]) | st.text(max_size=5),
    st.fixed_dictionaries({"ask": prose, "answer": prose}) | values,
    max_size=4,
)
lists = st.fixed_dictionaries(
    {"title": prose, "topic": st.just("bones"), "sources": st.just(["Atlas"]), "notes": notes},
    optional={"tags": st.lists(prose, max_size=2), "priority": st.integers(0, 4)},
)


def as_text(data: object) -> str:
    """Return data as YAML, in the notation of JSON."""
    return json.dumps(data, ensure_ascii=False)


@st.composite
def changed_data(draw: st.DrawFn) -> str:
    """Real content in which one value at any depth is another, gone, or doubled."""
    path = draw(st.sampled_from(CONTENT + CASES))
    document, _ = read_document(path.read_text(encoding="utf-8"), path.name)
    data: Any = document.data if document is not None else {"kind": "concept"}
    data = json.loads(json.dumps(data))
    place = data
    while True:
        steps: Sequence[Any] = list(place) if isinstance(place, Mapping) else range(len(place))
        if not steps:
            break
        step = draw(st.sampled_from(steps))
        inner = place[step]
        if isinstance(inner, dict | list) and inner and draw(st.booleans()):
            place = inner
            continue
        if draw(st.booleans()):
            place[step] = draw(values)
        elif isinstance(place, dict):
            place[draw(keys | names)] = place.pop(step)
        else:
            place.append(inner)
        break
    return as_text(data)


_NUMBERS = (0, 1, -1, 2, 3, 0.5, 1e308, -1e308, 1e-308, 1e-300, 10**30, -0.0, 1e15)
_TEXTS = ("", "x", "x**2", "1/0", "1/x", "log(x)", "-oo", "oo", "x/0", "9**9**9", "sqrt(-1)", "nan")
_LABELS = ("$x$", "$", "{", "한글", "n", "A", "a" * 200, "exp(1000*x)", "x**x", "1e400", "tan(x)")
_FORMS: tuple[Any, ...] = (
    [], {}, [0], [0, 0], [1, 0], [[1]], [[1, 2], [3]], [0, 1], ["-oo", "oo"], [1e308, 1e308],
    [0, 1e-300], {"expr": "x"}, {"expr": "x", "label": "$q$"}, True, False, None,
)  # fmt: skip
_FIGURED = ("front_safe", "stack", "seed", "params", "title", "x", "y", "logx", "logy", "panels")


@st.composite
def figures(draw: st.DrawFn) -> dict[str, Any]:
    """An example of a kind of figure in which a few values are others, gone, or doubled."""
    from dlcards.figures import KINDS

    examples = [json.loads(json.dumps(example)) for kind in KINDS for example in kind.examples]
    figure: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(examples))))
    others = st.sampled_from([*_NUMBERS, *_TEXTS, *_LABELS, *_FORMS])
    for _ in range(draw(st.integers(1, 3))):
        place: Any = figure
        step: Any = draw(st.sampled_from([key for key in figure if key != "kind"] or ["x"]))
        inner = figure.get(step)
        while isinstance(inner, dict | list) and inner and draw(st.booleans()):
            place = inner
            step = draw(
                st.sampled_from(list(place) if isinstance(place, dict) else range(len(place)))
            )
            inner = place[step]
        how = draw(st.integers(0, 9))
        if how < 6:
            place[step] = json.loads(json.dumps(draw(others)))
        elif how == 6:
            if isinstance(place, list) or step in place:
                del place[step]
        elif how == 7 and isinstance(inner, list):
            inner.extend(json.loads(json.dumps(inner)) * draw(st.sampled_from([1, 5])))
        elif how == 8:
            other = draw(st.sampled_from(examples))
            key = draw(st.sampled_from([key for key in other if key != "kind"]))
            figure[key] = json.loads(json.dumps(other[key]))
        else:
            figure[draw(st.sampled_from(_FIGURED))] = draw(others | st.just(True))
    return figure


@st.composite
def changed_text(draw: st.DrawFn) -> str:
    """Real content in which characters are gone, new, or elsewhere."""
    text = draw(st.sampled_from(CONTENT + CASES)).read_text(encoding="utf-8")
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = (
            text[:start]
            + draw(st.text(max_size=6) | formulas | st.just(text[start:end] * 2))
            + text[end:]
        )
    return text


@st.composite
def plain_lists(draw: st.DrawFn) -> str:
    """A list in nearly the plainest form, or with a few characters changed."""
    words = st.sampled_from(
        ["Which bone?", "The femur", '"It is: #1"', "a, b", "true", "x", "'a'", "한글", "Null}"]
    ) | st.text(max_size=6)
    ids = st.sampled_from(["femur", "tibia", "a-1", "null", "a--b", "A", "1", "a b"])
    forms = st.sampled_from(
        ["  {}: {{ask: {}, answer: {}}}\n", "  {}:\n    ask: {}\n    answer: {}\n"]
    )
    heads = st.sampled_from(
        ["", "---\n", "# A comment\n", "  ", "tags: [a]\n", "{}\n", "...\n", "priority: 3\n"]
    )
    body = "".join(
        draw(forms).format(draw(ids), draw(words), draw(words))
        for _ in range(draw(st.integers(1, 4)))
    )
    head = f"{draw(heads)}title: Bones\ntopic: bones\nsources: [Atlas]\n{draw(heads)}"
    text = f"{head}notes:\n{body}"
    if draw(st.booleans()):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(st.text(max_size=3)) + text[place + draw(st.integers(0, 3)) :]
    return text


documents = (
    changed_data()
    | changed_text()
    | entries.map(as_text)
    | decks.map(as_text)
    | translations.map(as_text)
    | lists.map(as_text)
    | plain_lists()
    | values.map(as_text)
    | st.text(max_size=300)
)
