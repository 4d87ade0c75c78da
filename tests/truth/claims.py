"""The claims of ``data`` and what the judge says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dlcards.claims.judge.judge import check_statement
from dlcards.claims.resolver import read_statement
from dlcards.claims.statement import StatementText
from dlcards.claims.verdict import Verdict

DATA = Path(__file__).parent / "data"
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LISTS = ("cases", "errata", "errata-given", "fresh", "awkward", "hard")


@dataclass(frozen=True, slots=True)
class Case:
    """A claim whose truth is known."""

    id: str
    truth: bool
    aim: str
    why: str
    text: StatementText


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and the verdict on it; an entry that cannot be read has a code only."""

    case: Case
    code: str
    verdict: Verdict | None = None

    @property
    def accepted(self) -> bool:
        return self.verdict is not None and self.verdict.holds

    @property
    def called_false(self) -> bool:
        return self.code == "refuted-claim"


def cases(name: str) -> list[Case]:
    """Read one list."""
    entries = yaml.load((DATA / f"{name}.yaml").read_text(encoding="utf-8"), LOADER)
    return [_case(entry) for entry in entries]


def _case(entry: Mapping[str, Any]) -> Case:
    claims = entry["claim"]
    claims = claims if isinstance(claims, list) else [claims]
    given = entry.get("given") or ()
    text = StatementText(
        entry["id"],
        let=_texts(entry.get("let")),
        define=_texts(entry.get("define")),
        definition=entry.get("definition") or "",
        claims=tuple((("claim", place), *_formula(claim)) for place, claim in enumerate(claims)),
        given=tuple(map(str, given)),
    )
    return Case(
        entry["id"], entry["truth"], entry.get("aim", "natural"), str(entry.get("why", "")), text
    )


def _formula(claim: Any) -> tuple[str, Mapping[str, str]]:
    if isinstance(claim, Mapping):
        return str(claim["formula"]), _texts(claim.get("equality"))
    return str(claim), {}


def _texts(found: Mapping[Any, Any] | None) -> dict[str, str]:
    return {str(name): str(value) for name, value in (found or {}).items()}


@cache
def judged(name: str, *, prove: bool = False, every: int = 1) -> tuple[Judged, ...]:
    """Judge one case in `every` of one list, once."""
    return tuple(_judged(case, prove=prove) for case in cases(name)[::every])


def _judged(case: Case, *, prove: bool) -> Judged:
    statement, problems = read_statement(case.text)
    if statement is None:
        return Judged(case, next(p.code for p in problems if not p.warning))
    verdicts = check_statement(statement, prove=prove)
    worst = next((verdict for verdict in verdicts if not verdict.holds), verdicts[0])
    return Judged(case, worst.code, worst)


def rate(found: Sequence[Judged], wrong: Sequence[Judged]) -> float:
    """Return which part of some cases was judged wrongly."""
    return len(wrong) / max(len(found), 1)


def wrongly(found: Sequence[Judged]) -> Iterator[Judged]:
    """Yield false claims that are accepted and true ones that are not."""
    return (item for item in found if item.accepted != item.case.truth)


def counts(found: Sequence[Judged]) -> Counter[tuple[str, str]]:
    """Count the codes by truth and aim."""
    return Counter(
        ("true" if item.case.truth else f"false, {item.case.aim}", item.code or "accepted")
        for item in found
    )
