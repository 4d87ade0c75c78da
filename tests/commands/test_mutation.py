"""``dlcards check --mutate``: what survives is explained, or an error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dlcards.cli import run
from dlcards.cli.console import Progress
from dlcards.commands import check_entries
from dlcards.commands.check import check
from dlcards.problems import Severity
from dlcards.requests import CheckRequest, CheckResult
from samples import DECK, ENTRY, Project

FILE = "formulas/calculus/hyperbola.yaml"
LOOSE = ENTRY.replace("title: Power rule", "title: Two exponentials").replace(
    "let:\n  x: positive\n  n: real\nclaim: d(x**n, x) == n*x**(n - 1)\n",
    "let:\n  x: real\ndefine:\n  c: 3\nclaim:\n  - exp(x) + exp(-x) >= 2\n  - 0*c*x + exp(x) > 0\n",
)
SURVIVOR = "2*(exp(x) + exp(-x)) >= 2"


def mutated(root: Path, *, strict: bool = False, jobs: int = 0) -> CheckResult:
    return check(CheckRequest(root, mutate=True, strict=strict, jobs=jobs), Progress(quiet=True))


FILES = {FILE: LOOSE, "decks/calculus.yaml": DECK}


@pytest.fixture
def loose(project: Project) -> Path:
    return project(FILES)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> CheckResult:
    """Return what is found in a project in which no survivor is explained."""
    root = tmp_path_factory.mktemp("loose")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text(text, encoding="utf-8")
    return mutated(root)


def explain(root: Path, result: CheckResult, *more: str) -> None:
    """Write a reason for everything that survived."""
    (entry,) = result.checked
    lines = ["hyperbola:", "  - reason: for the test", "    accepted:"]
    texts = [text for found in entry.corruptions for text in found.survivors]
    lines += [f"      - '{text}'" for text in [*texts, *more]]
    (root / "formulas" / "survivors.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.slow
def test_a_survivor_is_an_error_at_the_line_of_its_claim(first: CheckResult) -> None:
    result = first
    found = [p for p in result.problems if p.code == "unexplained-survivor"]
    assert any(p.message.endswith(SURVIVOR) for p in found)
    assert {p.severity for p in found} == {Severity.ERROR}
    lines = LOOSE.splitlines()
    assert {lines[p.location.line - 1].strip() for p in found} <= {
        "- exp(x) + exp(-x) >= 2",
        "- 0*c*x + exp(x) > 0",
    }
    assert not result.ok
    assert result.mutation is not None
    assert result.mutation.unexplained == len(found) > 1
    assert result.mutation.explained == 0
    assert result.mutation.made == result.mutation.rejected + len(found)


@pytest.mark.slow
def test_an_explained_survivor_is_none(loose: Path, first: CheckResult) -> None:
    explain(loose, first)
    after = mutated(loose)
    assert first.mutation is not None
    assert after.mutation is not None
    assert (after.mutation.unexplained, after.mutation.explained) == (
        0,
        first.mutation.unexplained,
    )
    assert not any(p.code == "unexplained-survivor" for p in after.problems)
    assert after.ok


@pytest.mark.slow
def test_a_definition_that_no_claim_pins_is_a_warning(first: CheckResult) -> None:
    (problem,) = [p for p in first.problems if p.code == "unpinned-definition"]
    assert problem.severity is Severity.WARNING
    assert LOOSE.splitlines()[problem.location.line - 1].strip() == "c: 3"


@pytest.mark.slow
def test_a_stale_line_is_a_warning_and_strictly_an_error(loose: Path, first: CheckResult) -> None:
    explain(loose, first, "exp(x) >= 17")
    (problem,) = [p for p in mutated(loose).problems if p.code == "stale-survivor"]
    assert problem.severity is Severity.WARNING
    assert problem.location.file == "formulas/survivors.yaml"
    assert not mutated(loose, strict=True).ok


@pytest.mark.slow
def test_nothing_is_stale_when_a_claim_does_not_hold(loose: Path, first: CheckResult) -> None:
    explain(loose, first)
    path = loose / FILE
    path.write_text(LOOSE.replace("exp(-x) >= 2", "exp(-x) >= 3"), encoding="utf-8")
    codes = {p.code for p in mutated(loose).problems}
    assert "refuted-claim" in codes
    assert not codes & {"stale-survivor", "unexplained-survivor"}


@pytest.mark.slow
def test_nothing_is_said_of_survivors_unless_asked(loose: Path) -> None:
    result = check(CheckRequest(loose, jobs=0), Progress(quiet=True))
    assert result.ok
    assert result.mutation is None


@pytest.mark.slow
def test_workers_find_the_same(loose: Path, first: CheckResult) -> None:
    here, there = first, mutated(loose, jobs=2)
    assert [e.corruptions for e in here.checked] == [e.corruptions for e in there.checked]
    assert here.problems == there.problems


@pytest.mark.slow
@pytest.mark.usefixtures("in_process")
def test_the_command_prints_a_summary(loose: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(["--root", str(loose), "check", "--mutate", "--jobs", "1"])
    told = capsys.readouterr()
    assert code == 1
    assert "tried of 2 claims" in told.out
    assert "accepted without a reason" in told.out
    assert "[unexplained-survivor]" in told.err


@pytest.mark.slow
@pytest.mark.usefixtures("in_process")
def test_the_numbers_are_in_json(loose: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["--root", str(loose), "check", "--mutate", "--format", "json", "--jobs", "1"])
    told = json.loads(capsys.readouterr().out)
    first, second = told["corruptions"]
    assert (first["id"], first["claim"]) == ("hyperbola", "exp(x) + exp(-x) >= 2")
    assert SURVIVOR in first["survivors"]
    assert first["made"] == first["rejected"] + len(first["survivors"])
    assert told["mutation"]["made"] == first["made"] + second["made"]


@pytest.mark.slow
def test_claims_of_a_named_entry_are_corrupted_unless_that_is_declined(loose: Path) -> None:
    def of(*paths: Path, mutate: bool | None) -> CheckResult:
        return check(CheckRequest(loose, paths, mutate=mutate, jobs=0), Progress(quiet=True))

    named, declined, everything = (
        of(loose / FILE, mutate=None),
        of(loose / FILE, mutate=False),
        of(mutate=None),
    )
    assert named.mutation is not None
    assert named.mutation.made > 20
    assert not named.ok
    assert declined.ok
    assert declined.mutation is everything.mutation is None


@pytest.mark.slow
def test_at_most_so_many_corruptions_are_tried_unasked(
    loose: Path, first: CheckResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_entries, "CORRUPTIONS_OF_FEW", 4)
    request = CheckRequest(loose, (loose / FILE,), mutate=None, jobs=0)
    result = check(request, Progress(quiet=True))
    whole = first.mutation
    assert result.mutation is not None
    assert whole is not None
    assert result.mutation.made == 2 * 4
    assert result.mutation.made + result.mutation.untried == whole.made


@pytest.mark.slow
def test_what_the_lock_knows_is_corrupted_but_not_proved_again(
    loose: Path, first: CheckResult
) -> None:
    path = loose / "formulas" / "checks.lock"
    check(CheckRequest(loose, jobs=0), Progress(quiet=True))
    before = path.read_text(encoding="utf-8")
    explain(loose, first)
    result = mutated(loose)
    assert result.ok
    assert path.read_text(encoding="utf-8") == before
    assert result.mutation is not None
    assert result.mutation.made > 20


@pytest.mark.slow
@pytest.mark.usefixtures("in_process")
def test_the_command_tells_how_many_were_tried(
    loose: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--root", str(loose), "check", "hyperbola", "--jobs", "1"]) == 1
    assert "tried of 2 claims" in capsys.readouterr().out
    assert run(["--root", str(loose), "check", "hyperbola", "--no-mutate", "--jobs", "1"]) == 0
    assert "tried of" not in capsys.readouterr().out
