"""Everything that is done about one algorithm, as one task for a worker process."""

from __future__ import annotations

from dlcards.algorithms.judge import JudgedAlgorithm, judge_algorithm
from dlcards.algorithms.model import AlgorithmText
from dlcards.algorithms.reader import read_algorithm


def judge_text(text: AlgorithmText) -> JudgedAlgorithm:
    r"""Read an algorithm and judge it.

    Examples
    --------
    >>> from dlcards.algorithms.model import SlipText
    >>> from dlcards.claims.statement import StatementText
    >>> slip = SlipText(1, "x + x", "x + 2", "It adds 2.", ("algorithm", "slips", 0))
    >>> found = judge_text(AlgorithmText("double", StatementText("double"), "Doubles a number.",
    ...     {"x": "real"}, {}, (), "def double(x):\n    return x + x", {"y": "real"},
    ...     ("y == 2*x",), {}, (), (), (), (slip,)))
    >>> found.inputs, found.slips, found.problems
    (40, ((1, 'y == 2*x: left is 2 and right is 0, at x = 0'),), ())
    """
    algorithm, problems = read_algorithm(text)
    if algorithm is None:
        return JudgedAlgorithm(problems=problems)
    return judge_algorithm(algorithm, text)
