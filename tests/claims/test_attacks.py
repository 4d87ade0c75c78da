"""Hostile entries: nothing of them is executed, and all of them come to an end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from snippets import BOMBS, HONEST, HOSTILE
from test_parser import HOSTILE as HOSTILE_FORMULAS

from dlcards.claims.judge.task import CheckTask, check_task, portable
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import StatementText
from dlcards.workers import run_tasks

SECONDS = 15.0

RESOURCE_BOMBS: list[tuple[str, dict[str, str]]] = [
    ("2**(9*9*9*9*9*9*9)", {}),
    ("((2**64)**64)**64", {}),
    ("(1/3)**((9**8)/9**7)**9", {}),
    ("eval(x)", {"x": "real"}),
    ("factorial(10**9)", {}),
    ("factorial(factorial(9))", {}),
    ("sum(1, i, 1, 10**9)", {}),
    ("prod(2, i, 1, 10**9)", {}),
    ("eye(10**6)[1, 1]", {}),
    ("tr(eye(9999999))", {}),
    ("ones(10**9)[1]", {}),
    ("zeros(10**5, 10**5)[1, 1]", {}),
    (
        (
            "integral(integral(integral(integral(exp(-a - b - c - h), a, 0, 1), b, 0, 1), c, 0, 1),"
            " h, 0, 1)"
        ),
        {},
    ),
    (
        "kron(kron(kron(kron(kron(A, A), kron(A, A)), kron(A, A)), kron(A, A)), kron(A, A))[1, 1]",
        {"A": "square(n)"},
    ),
    ("x**x**x**x**x", {"x": "positive"}),
    ("exp(exp(exp(exp(exp(x)))))", {"x": "positive"}),
    ("sum(sum(sum(sum(1, i, 1, 999), j, 1, 999), k, 1, 999), l, 1, 999)", {}),
    ("gamma(10**9)", {}),
    ("binomial(1000, 500)**99", {}),
    ("d(d(d(d(d(d(exp(x), x), x), x), x), x), x)", {"x": "real"}),
    ("d(exp(x), x, 99)", {"x": "real"}),
    ("det(A)", {"A": "square(999999)"}),
    ("det(A)", {"A": "square(64)"}),
    ("p[1]", {"p": "vector(10**9)"}),
    ("E(X)", {"X": "Binomial(10**9, 1/2)"}),
    ("E(X)", {"X": "Poisson(10**12)"}),
    ("E(X.T @ X)", {"X": "white(30)"}),
    ("E(A*B*C*F*G*K)", {"A, B, C, F, G, K": "Normal(0, 1)"}),
    ("cosh(x)**64**1", {"x": "real"}),
    ("((((x + 1)**64)**64)**64)**64", {"x": "real"}),
    ("conv(conv(conv(x, x), conv(x, x)), conv(x, x))[1]", {"x": "vector(n)"}),
    ("limit(sum(1/k**2, k, 1, n), n, oo)", {}),
    ("sum(1/k, k, 1, oo)", {}),
    (
        (
            "(a + b + c + t)**64*(a + b - c - t)**64*(a*b + c*t + a**2)**64/(a + b + c + t)**64"
            "/(a + b - c - t)**64/(a*b + c*t + a**2)**64"
        ),
        {"a, b, c, t": "positive"},
    ),
    ("inv(inv(inv(A + A.T @ A) + A) + A @ A @ A)[1, 1]", {"A": "invertible(n)"}),
    ("hess(hess(f(x), x)[1, 1], x)[1, 1]", {"f": "smooth_function(n)", "x": "vector(n)"}),
]
DEFINITION_BOMBS = [
    StatementText(
        "doubling",
        {"x": "real"},
        {"a1": "x"} | {f"a{k + 1}": f"a{k} + a{k}" for k in range(1, 60)},
        claims=((("claim",), "a60 == 1", {}),),
    ),
    StatementText(
        "nesting",
        {"x": "real"},
        {"f1(t)": "t*t"} | {f"f{k + 1}(t)": f"f{k}(f{k}(t))" for k in range(1, 30)},
        claims=((("claim",), "f30(x) == 1", {}),),
    ),
]


def claim(formula: str, let: dict[str, str]) -> StatementText:
    return StatementText("bomb", let, claims=((("claim",), f"{formula} == 1", {}),))


def snippet(text: str) -> StatementText:
    return StatementText(
        "snippet",
        {"x": "vector(n)"},
        claims=((("claim",), "sum(x) == n*mean(x)", {}),),
        code_equals="sum(x)",
        code_numpy=text,
    )


@pytest.mark.slow
@pytest.mark.exhaustive(of=3)
def test_resource_bombs_are_stopped_by_counting_before_any_clock(every: int) -> None:
    texts = ([claim(*bomb) for bomb in RESOURCE_BOMBS] + DEFINITION_BOMBS)[::every]
    results = run_tasks(
        check_task, [CheckTask(portable(text)) for text in texts], jobs=2, seconds_per_task=SECONDS
    )
    failures = {
        text.claims[0][1]: result.message
        for text, result in zip(texts, results, strict=True)
        if result.value is None
    }
    assert failures == {}
    accepted = [
        text.claims[0][1]
        for text, result in zip(texts, results, strict=True)
        if result.value is not None and result.value.holds
    ]
    # The quotient of large powers equals 1 where it is defined, and a + b - c - t may be 0.
    assert accepted == []


@pytest.mark.parametrize("text", DEFINITION_BOMBS, ids=lambda text: text.id)
def test_definitions_cannot_double_each_other_without_end(text: StatementText) -> None:
    statement, problems = read_statement(text)
    assert statement is None
    assert [problem.code for problem in problems if not problem.warning] == ["too-long"]


@pytest.mark.slow
@pytest.mark.exhaustive(of=4)
def test_hostile_snippets_are_refused(every: int) -> None:
    texts = (*HOSTILE, *BOMBS)[::every]
    outcomes = [check_task(CheckTask(snippet(text), prove=False)) for text in texts]
    refused = [
        any(p.code in ("snippet-not-allowed", "wrong-snippet") for p in outcome.problems)
        for outcome in outcomes
    ]
    named = [bool(text.strip()) for text in texts]
    assert refused == named


AUDITED = """
import json, sys, os
sys.path.insert(0, {tests!r})
from dlcards.claims.judge.task import CheckTask, check_task, portable
from dlcards.claims.snippets.grammar import FILE_NAME
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import StatementText

texts = json.load(sys.stdin)

def task(item):
    return CheckTask(StatementText(
        "entry", item["let"], item["define"], claims=((("claim",), item["claim"], {{}}),),
        code_equals=item["equals"], code_numpy=item["numpy"],
        example_given=item["given"], example_compute=tuple(item["compute"]),
    ))

check_task(task(texts[0]))  # loads what is loaded once
trusted = tuple(os.path.realpath(p) for p in (sys.prefix, sys.base_prefix, {source!r}))
seen = []

def audit(event, arguments):
    if event == "compile":
        name = arguments[1]
        if name != FILE_NAME and not str(name).startswith(trusted):
            seen.append([event, str(arguments)[:200]])
    elif event == "exec":
        name = arguments[0].co_filename
        if not os.path.realpath(name).startswith(trusted) and not name.startswith("<frozen"):
            seen.append([event, name])
    elif event == "open":
        # Python itself looks for the line of a SyntaxError in a file of that name.
        if arguments[0] != FILE_NAME and not isinstance(arguments[0], int) and not (
            os.path.realpath(os.fsdecode(arguments[0])).startswith(trusted)
        ):
            seen.append([event, str(arguments)[:200]])
    elif event.startswith(("socket", "subprocess", "os.system", "os.exec", "os.posix_spawn",
                           "os.spawn", "os.fork", "os.remove", "os.rename", "shutil", "ctypes.dl",
                           "pickle", "urllib", "ftplib", "http")):
        seen.append([event, str(arguments)[:200]])

sys.addaudithook(audit)
held = [check_task(task(item)).holds for item in texts]
print(json.dumps([seen, held]))
"""


def item(**parts: object) -> dict[str, object]:
    empty = {
        "let": {"x": "vector(n)"},
        "define": {},
        "claim": "sum(x) == n*mean(x)",
        "equals": "",
        "numpy": "",
        "given": {},
        "compute": [],
    }
    return {**empty, **parts}


@pytest.mark.slow
@pytest.mark.exhaustive(of=4)
def test_nothing_of_an_entry_is_executed_opened_or_sent(every: int) -> None:
    honest = [item(equals="sum(x)", numpy="def f(x):\n    return np.sum(x)"), item()]
    formulas = [text for text in HOSTILE_FORMULAS.values() if isinstance(text, str)]
    hostile = [
        *[item(claim=text) for text in formulas],
        *[item(claim=f"sum(x) == {text}") for text in formulas],
        *[item(let={"x": text}) for text in formulas],
        *[item(let={text: "real"}) for text in formulas],
        *[item(define={"y": text}, claim="y == 1") for text in formulas],
        *[item(define={text: "1"}) for text in formulas],
        *[item(given={"x": text}, compute=[text]) for text in formulas],
        *[item(equals=text, numpy="def f(x):\n    return x") for text in formulas if text.strip()],
        *[item(equals="sum(x)", numpy=text) for text in (*HOSTILE, *BOMBS) if text],
    ]
    assert len(hostile) > 500
    hostile = hostile[::every]
    code = AUDITED.format(
        tests=str(Path(__file__).parent),
        source=str(Path(__file__).parents[2] / "src"),
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(honest + hostile),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    seen, held = json.loads(run.stdout)
    assert seen == []
    assert held[:2] == [True, True]
    assert [i for i, holds in zip(hostile, held[2:], strict=True) if holds] == []


@pytest.mark.slow
def test_the_audit_would_notice() -> None:
    assert HONEST
    code = AUDITED.format(tests="", source="/nowhere").replace(
        "held =", "exec('1'); open('/etc/hostname').close(); held ="
    )
    run = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps([item()]), capture_output=True, text=True
    )
    seen, _ = json.loads(run.stdout)
    assert {event for event, _ in seen} >= {"exec", "compile", "open"}
