"""The lock file keeps verdicts, and never more than was found."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dlcards.claims.lock import (
    HEADER,
    Checked,
    Lock,
    best,
    fingerprint,
    format_lock,
    has_something_to_check,
    parse_lock,
    read_lock,
    updated,
    write_lock,
)
from dlcards.claims.statement import StatementText
from dlcards.claims.verdict import Level, Tried, Verdict
from dlcards.claims.version import checker_version

TEXT = StatementText(
    id="ridge",
    let={"x": "real", "n": "natural"},
    define={"p": "x**n"},
    claims=(
        (("claim", 0), "p == x**n", {}),
        (("claim", 1, "formula"), "x <= abs(x)", {"x": "1"}),
    ),
    code_equals="p",
    code_numpy="def power(x, n):\n    return x**n",
    example_given={"x": "2"},
    example_compute=("p", "[1, x]"),
)
CHECKED = Checked(
    verdicts=(
        Verdict("p == x**n", Level.PROVED, 20),
        Verdict("x <= abs(x)", Level.NUMERIC, 150, "sharpness not shown"),
    ),
    code_points=12,
    examples=(("8", "8"), ("[1, 2]", r"\begin{pmatrix}1\\2\end{pmatrix}")),
    exact=(True, False),
)
LOCK = Lock({fingerprint(TEXT): CHECKED, "0" * 24: Checked(), "f" * 24: Checked()})


def test_what_is_written_is_read_back() -> None:
    lock, problems = parse_lock(format_lock(LOCK))
    assert problems == ()
    assert lock.find(TEXT) == CHECKED
    assert set(lock.records) == set(LOCK.records)


def test_the_text_is_sorted_and_does_not_depend_on_the_order_of_work() -> None:
    backwards = Lock(dict(reversed(list(LOCK.records.items()))))
    assert format_lock(LOCK) == format_lock(backwards)
    keys = [line[:24] for line in format_lock(LOCK).splitlines() if not line.startswith("#")]
    assert keys == sorted(keys)
    assert len(keys) == 3


@pytest.mark.parametrize(
    "changed",
    [
        replace(TEXT, let={"x": "positive", "n": "natural"}),
        replace(TEXT, let={"n": "natural", "x": "real"}),
        replace(TEXT, define={"p": "x**(n + 1)"}),
        replace(TEXT, definition="q == 1"),
        replace(TEXT, claims=TEXT.claims[:1]),
        replace(TEXT, claims=((("claim", 0), "p == x", {}), TEXT.claims[1])),
        replace(TEXT, claims=(TEXT.claims[0], (("claim", 1), "x <= abs(x)", {"x": "2"}))),
        replace(TEXT, code_equals="x"),
        replace(TEXT, code_numpy="def power(x, n):\n    return x*n"),
        replace(TEXT, example_given={"x": "3"}),
        replace(TEXT, example_compute=("x",)),
    ],
)
def test_whatever_is_checked_changes_the_fingerprint(changed: StatementText) -> None:
    assert fingerprint(changed) != fingerprint(TEXT)


@pytest.mark.parametrize(
    "changed",
    [
        replace(TEXT, id="lasso"),
        replace(TEXT, show={"x": r"\xi"}),
        replace(TEXT, claims=tuple((("meaning",), f, e) for _, f, e in TEXT.claims)),
        replace(TEXT, define={"p": " x**n\n"}),
    ],
)
def test_the_rest_does_not(changed: StatementText) -> None:
    assert fingerprint(changed) == fingerprint(TEXT)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("<<<<<<< ours", "a merge is not finished"),
        ("a" * 24, "unreadable line"),
        ("a" * 24 + " {", "unreadable line"),
        ("a" * 24 + " {}", "unreadable line"),
        ("a" * 24 + ' {"claims": [["surely", 3]]}', "unreadable line"),
        ("a" * 24 + ' {"claims": [["proved", 3]], "more": 1}', "unreadable line"),
        ("a" * 24 + ' {"claims": 7}', "unreadable line"),
        ("a" * 24 + ' {"claims": [], "code": "x"}', "unreadable line"),
        ("a" * 24 + ' {"claims": [], "examples": ["x"]}', "unreadable line"),
        ("a" * 24 + ' {"claims": ' + "[" * 9000 + "]" * 9000 + "}", "unreadable line"),
        ("0" * 24 + ' {"claims": []}', "the line stands here twice"),
    ],
)
def test_a_bad_line_is_a_problem_at_its_line_and_the_others_stay(line: str, message: str) -> None:
    text = f'{HEADER}\n{"0" * 24} {{"claims": []}}\n{line}\n{"f" * 24} {{"claims": []}}\n'
    lock, problems = parse_lock(text, "formulas/checks.lock")
    assert [(str(p.location), p.code, p.message) for p in problems] == [
        ("formulas/checks.lock:3:1", "bad-lock", message)
    ]
    assert set(lock.records) == {"0" * 24, "f" * 24}


def test_lines_out_of_order_are_a_problem_and_are_used() -> None:
    lines = [f'{digit * 24} {{"claims": []}}' for digit in "132"]
    lock, problems = parse_lock("\n".join([HEADER, *lines]))
    assert [(p.location.line, p.message) for p in problems] == [(4, "the line is out of order")]
    assert len(lock.records) == 3


def test_something_else_is_not_taken_for_a_lock() -> None:
    lock, problems = parse_lock("hello")
    assert not lock.records
    assert [p.code for p in problems] == ["bad-lock"]


def test_a_missing_file_is_an_empty_lock(tmp_path: Path) -> None:
    assert read_lock(tmp_path / "checks.lock") == (Lock(), ())


def test_a_file_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "formulas" / "checks.lock"
    assert write_lock(path, LOCK, {"numpy": "2.0"})
    assert path.read_text().startswith(f"{HEADER}, version {checker_version()}, numpy 2.0\n")
    assert not write_lock(path, LOCK, {"numpy": "3.0"})
    assert "numpy 2.0" in path.read_text()
    assert write_lock(path, Lock())
    assert list(path.parent.iterdir()) == [path]


def test_a_record_for_other_claims_is_not_used() -> None:
    assert Lock({fingerprint(TEXT): Checked()}).find(TEXT) is None


def test_a_record_without_the_worked_numbers_is_not_used() -> None:
    bare = replace(CHECKED, examples=(), exact=())
    assert Lock({fingerprint(TEXT): bare}).find(TEXT) is None


def test_new_records_join_and_unused_ones_go() -> None:
    lock = updated(LOCK, {"a" * 24: CHECKED}, keep=["f" * 24, "e" * 24])
    assert set(lock.records) == {"a" * 24, "f" * 24}
    assert set(updated(LOCK, {}).records) == set(LOCK.records)


def test_a_proof_once_found_is_kept() -> None:
    numeric = replace(CHECKED.verdicts[0], level=Level.NUMERIC)
    weaker = replace(CHECKED, verdicts=(numeric, CHECKED.verdicts[1]))
    assert best(CHECKED, weaker) == CHECKED
    assert best(weaker, CHECKED) == CHECKED
    assert best(None, weaker) == weaker


def test_a_statement_without_claims_needs_no_check() -> None:
    assert not has_something_to_check(StatementText("vector", {"x": "vector(n)"}))
    assert has_something_to_check(TEXT)


@pytest.mark.slow
def test_reading_a_lock_needs_no_mathematics() -> None:
    code = (
        "import sys, dlcards.claims.lock; "
        "print([m for m in ('numpy', 'sympy', 'pydantic') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def test_hypotheses_are_part_of_what_was_checked() -> None:
    changed = (
        replace(TEXT, given=("x > 1",)),
        replace(TEXT, given=("x > 2",)),
        replace(TEXT, claim_given={0: ("x > 1",)}),
        replace(TEXT, claim_given={1: ("x > 1",)}),
        replace(TEXT, claim_cited={1: "DLB:3.13"}),
    )
    assert len({fingerprint(text) for text in (TEXT, *changed)}) == len(changed) + 1


def test_what_was_tried_is_kept() -> None:
    tried = Tried(benign=100, special=40, extreme=60, estimated=2, digits=15, sizes=(1, 12))
    verdicts = (
        Verdict("p == x**n", Level.NUMERIC, 200, tried=tried),
        Verdict("x <= abs(x)", Level.CITED, 0, "DLB:3.13", tried=Tried(unsettled=3)),
    )
    checked = Checked(verdicts, examples=CHECKED.examples, exact=CHECKED.exact)
    lock, problems = parse_lock(format_lock(Lock({fingerprint(TEXT): checked})))
    assert problems == ()
    assert lock.find(TEXT) == checked
