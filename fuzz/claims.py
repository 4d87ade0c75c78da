"""Fuzz formulas, prose and snippets: only problems come out.

python fuzz/claims.py fuzz/found fuzz/corpus/claims -max_total_time=600
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "hostile"))

with atheris.instrument_imports(include=["dlcards", "swallow"]):
    from swallow import swallow_claim

    from dlcards.claims.print.latex import to_latex
    from dlcards.claims.resolver import read_statement
    from dlcards.claims.statement import StatementText


def one(data: bytes) -> None:
    """Read one input as a formula, and as an entry: declarations, then claims."""
    text = data.decode("utf-8", "replace")
    swallow_claim(text)
    let, _, claims = text.partition("\n")
    pairs = (part.partition(":") for part in let.split(";"))
    statement, _ = read_statement(
        StatementText(
            "fuzzed",
            {name.strip(): kind.strip() for name, _, kind in pairs if name.strip()},
            claims=tuple((("claim",), line, {}) for line in claims.splitlines()[:6]),
        )
    )
    if statement is not None:
        for claim in statement.claims:
            to_latex(claim.tree, statement)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
