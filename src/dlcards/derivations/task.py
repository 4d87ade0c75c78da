"""Everything that is done about one derivation, as one task for a worker process."""

from __future__ import annotations

from dataclasses import dataclass

from dlcards.claims.statement import FormulaProblem
from dlcards.derivations.judge import judge_chain
from dlcards.derivations.model import DerivationText
from dlcards.derivations.reader import read_derivation


@dataclass(frozen=True, slots=True)
class DerivationTask:
    """A derivation to be judged."""

    text: DerivationText
    prove: bool = True


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """How surely a line follows."""

    slot: int
    level: str
    points: int


@dataclass(frozen=True, slots=True)
class JudgedSlip:
    """What refutes a false line."""

    slot: int
    refuted: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a derivation.

    Parameters
    ----------
    chains : tuple of (str, lines, slips)
        By the name of the branch; that of the derivation itself is empty.
    problems : tuple of FormulaProblem
    """

    chains: tuple[tuple[str, tuple[JudgedLine, ...], tuple[JudgedSlip, ...]], ...] = ()
    problems: tuple[FormulaProblem, ...] = ()


def judge_derivation(task: DerivationTask) -> Judged:
    """Read a derivation and judge each of its chains.

    Examples
    --------
    >>> from dlcards.claims.statement import StatementText
    >>> from dlcards.derivations.model import ChainText, LineText
    >>> base = StatementText("e", {"x": "real"},
    ...     claims=((("claim", 0, "formula"), "(x + 1)**2 - 1 == x*(x + 2)", {}),))
    >>> lines = (LineText(1, "x**2 + 2*x", "multiply out", (), "==", ("lines", 0)),
    ...     LineText(2, "x*(x + 2)", "take out x", (), "==", ("lines", 1)))
    >>> chain = ChainText("", "", "Squares.", "(x + 1)**2 - 1", {}, (), lines, (), ())
    >>> found = judge_derivation(DerivationTask(DerivationText("e", base, (chain,))))
    >>> [line.level for line in found.chains[0][1]], found.problems
    (['proved', 'proved'], ())
    """
    derivation, problems = read_derivation(task.text)
    if derivation is None:
        return Judged(problems=problems)
    found = list(problems)
    chains = []
    for chain, text in zip(derivation.chains, task.text.chains, strict=True):
        judged = judge_chain(chain, text, prove=task.prove)
        found += judged.problems
        lines = tuple(
            JudgedLine(slot, str(verdict.level), verdict.points) for slot, verdict in judged.lines
        )
        slips = tuple(JudgedSlip(slot, message) for slot, message in judged.slips)
        chains.append((chain.name, lines, slips))
    return Judged(tuple(chains), tuple(found))
