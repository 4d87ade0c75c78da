"""Snippets are walked, not run, and mean what Python means by them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from snippets import BOMBS, HONEST, HOSTILE

from dlcards.claims.snippets.grammar import FILE_NAME, SnippetError, read_snippet
from dlcards.claims.snippets.interpreter import ArgumentFunction, interpret


def arguments(kinds: list[str]) -> list[Any]:
    rng = np.random.default_rng(0)
    square = rng.standard_normal((3, 3))
    made: dict[str, Any] = {
        "number": 0.7,
        "vector": rng.standard_normal(3),
        "positive": np.array([0.0, 0.25, 0.75]),
        "matrix": rng.standard_normal((4, 3)),
        "square": square,
        "spd": square @ square.T + np.eye(3),
    }
    if kinds == ["matrix", "vector", "number"]:
        return [made["matrix"], rng.standard_normal(4), 0.5]
    return [np.copy(made[kind]) if kind != "number" else made[kind] for kind in kinds]


@pytest.mark.parametrize("name", HONEST)
def test_the_interpreter_agrees_with_python(name: str) -> None:
    text, kinds = HONEST[name]
    snippet = read_snippet(text)
    namespace: dict[str, Any] = {"np": np}
    exec(text, namespace)
    expected = namespace[snippet.name](*arguments(kinds))
    got = interpret(snippet, arguments(kinds))
    assert np.shape(got) == np.shape(expected)
    assert np.asarray(got).dtype == np.asarray(expected).dtype
    np.testing.assert_allclose(got, expected, rtol=1e-12)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_not_array_arithmetic_is_refused_at_its_place(text: str) -> None:
    with pytest.raises(SnippetError) as caught:
        read_snippet(text)
    assert caught.value.code == "snippet-not-allowed"
    assert 0 <= caught.value.start < caught.value.end
    assert caught.value.start <= max(2000, len(text))


@pytest.mark.parametrize("text", BOMBS)
def test_work_and_memory_are_bounded(text: str) -> None:
    with pytest.raises(SnippetError):
        interpret(read_snippet(text), [np.arange(3.0)])


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    s = 9\n    for i in range(99):\n        s = s * s\n    return s",
        "def f(x):\n    return 9**9**9",
        "def f(x):\n    return math.factorial(10**5)",
        "def f(x):\n    return math.comb(10**6, 10**5)",
        "def f(x):\n    return math.perm(10**6, 10**5)",
        "def f(x):\n    return math.prod([9**9999, 9**9999])",
    ],
)
def test_whole_numbers_cannot_grow_without_bound(text: str) -> None:
    with pytest.raises(SnippetError, match="a whole number becomes too large") as caught:
        interpret(read_snippet(text), [0.0])
    assert caught.value.code == "snippet-not-allowed"


def test_whole_numbers_are_exact() -> None:
    text = (
        "def f(n):\n    r = 1\n    for k in range(1, n + 1):\n        r *= k\n"
        "    return r // math.factorial(n - 1), r % 10**6"
    )
    assert interpret(read_snippet(text), [200]) == (200, 0)


def test_integers_of_an_array_wrap_around() -> None:
    text = "def f(n):\n    return (np.arange(1, n + 1) ** 6).sum()"
    exact = sum(k**6 for k in range(1, 1001))
    assert interpret(read_snippet(text), [1000]) == (exact + 2**63) % 2**64 - 2**63 != exact


def test_the_place_of_a_refused_piece_is_the_piece() -> None:
    text = "def f(x):\n    y = x + 1\n    return np.load(y)"
    with pytest.raises(SnippetError) as caught:
        read_snippet(text)
    assert text[caught.value.start : caught.value.end] == "np.load"
    assert str(caught.value) == "np.load is not allowed in a snippet"


def test_the_place_of_a_failure_is_the_failing_piece() -> None:
    text = "def f(x):\n    return x @ np.eye(7)"
    with pytest.raises(SnippetError) as caught:
        interpret(read_snippet(text), [np.arange(3.0)])
    assert caught.value.code == "wrong-snippet"
    assert text[caught.value.start : caught.value.end] in ("x @ np.eye(7)", "np.eye(7)")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f(x):\n    return y", "the name y is not known"),
        ("def f(x):\n    x + 1", "the function returns nothing"),
        ("def f(x):\n    return x[9]", "the snippet fails: index 9 is out of bounds"),
        ("def f(x):\n    return 1 / 0", "the snippet fails: division by zero"),
        (
            "def f(x):\n    return np.ones((2, 3)) @ np.ones(5)",
            "the snippet fails: a product of arrays whose inner sizes are 3 and 5",
        ),
        (
            "def f(x):\n    return np.ones(3) + np.ones(5)",
            "the snippet fails: arrays of the shapes (3,) and (5,) do not fit",
        ),
        ("def f(x):\n    a, b = x\n    return a", "3 values for 2 names"),
        ("def f(x):\n    return x(2)", "x is not a function"),
    ],
)
def test_a_failing_snippet_says_why(text: str, message: str) -> None:
    with pytest.raises(SnippetError, match="^" + re.escape(message)) as caught:
        interpret(read_snippet(text), [np.arange(3.0)])
    assert caught.value.code == "wrong-snippet"


def test_functions_come_as_arguments() -> None:
    snippet = read_snippet("def slope(f, x, h):\n    return (f(x + h) - f(x - h)) / (2 * h)")
    assert interpret(snippet, [ArgumentFunction(np.square), 3.0, 0.5]) == 6.0


def test_a_function_can_only_be_called() -> None:
    snippet = read_snippet("def f(g):\n    return np.array([g])")
    with pytest.raises(SnippetError, match="can only be called"):
        interpret(snippet, [ArgumentFunction(np.square)])


def test_nothing_of_a_snippet_is_ever_executed(monkeypatch: pytest.MonkeyPatch) -> None:
    import ast
    import builtins

    calls: list[str] = []
    monkeypatch.setattr(builtins, "exec", lambda *a: calls.append("exec"))
    monkeypatch.setattr(builtins, "eval", lambda *a: calls.append("eval"))
    real, seen = builtins.compile, []

    def watched(
        source: Any, filename: Any, mode: str, flags: int = 0, *rest: Any, **kw: Any
    ) -> Any:
        seen.append((filename, flags))
        return real(source, filename, mode, flags, *rest, **kw)

    monkeypatch.setattr(builtins, "compile", watched)
    for text, kinds in HONEST.values():
        interpret(read_snippet(text), arguments(kinds))
    assert not calls
    assert len(seen) == len(HONEST)
    assert all(name == FILE_NAME and flags & ast.PyCF_ONLY_AST for name, flags in seen)
