r"""LaTeX on a card: split into tokens, and looked through for what may not stand there."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)


def tokens(latex: str) -> list[str]:
    r"""Split LaTeX into control sequences and characters; spaces are dropped.

    Examples
    --------
    >>> tokens(r"\sin x")
    ['\\sin', 'x']
    """
    return [token for token in _TOKEN.findall(latex) if not token.isspace()]


def commands(names: str) -> frozenset[str]:
    r"""Return control sequences from their names, separated by spaces.

    Examples
    --------
    >>> sorted(commands("le ge"))
    ['\\ge', '\\le']
    """
    return frozenset(f"\\{name}" for name in names.split())


_ACTIVE = commands(
    "href url require def gdef edef xdef let newcommand renewcommand providecommand"
    " DeclareMathOperator newenvironment renewenvironment class cssId style data mmlToken"
    " includegraphics input include write toggle endtoggle mathtip texttip bbox unicode"
)
"""Commands that do more than set a formula: link, load, define, or reach out of it."""


def fault(latex: str) -> str:
    r"""Return why LaTeX would not be typeset, or would do more; empty when nothing is wrong.

    Examples
    --------
    >>> fault(r"\frac{1}{2"), fault("x")
    ('an opening brace is never closed', '')
    """
    depth = 0
    for token in tokens(latex):
        if token in (r"\(", r"\)", r"\[", r"\]"):
            return f"{token} ends the mathematics of a card"
        if token in _ACTIVE:
            return f"{token} does more than set a formula"
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth < 0:
            return "a closing brace has no opening one"
    return "an opening brace is never closed" if depth else ""
