"""Python code as HTML with classes; the colours are those of the cards' style sheet."""

from __future__ import annotations

import re

from dlcards.cards.html import code_text, shield

_TOKEN_CLASSES = (
    ("Comment", "co"),
    ("Keyword.Constant", "nu"),
    ("Keyword", "kw"),
    ("Operator.Word", "kw"),
    ("Name.Function", "fn"),
    ("Name.Builtin", "bi"),
    ("Literal.Number", "nu"),
    ("Literal.String", "st"),
    ("Operator", "op"),
)


def highlight(source: str) -> str:
    """Return a block of Python code.

    Parameters
    ----------
    source : str
        Lines are kept as they are; blank lines around are dropped.

    Returns
    -------
    str
        ``<pre class="code"><code>…</code></pre>``; empty for empty code. Its text is
        the code itself, ready to be copied.

    Examples
    --------
    >>> highlight("x = y")
    '<pre class="code"><code>x <span class="py-op">=</span> y</code></pre>'
    """
    stripped = re.sub(r"\A(?:[ \t]*\n)+", "", source).rstrip()
    if not stripped:
        return ""
    from pygments.lexers.python import PythonLexer  # start-up

    lexer = PythonLexer(stripnl=False, ensurenl=False)
    spans = "".join(_span(str(kind), value) for kind, value in lexer.get_tokens(stripped))
    return f'<pre class="code"><code>{shield(spans)}</code></pre>'


def _span(kind: str, value: str) -> str:
    shown = code_text(value)
    name = kind.removeprefix("Token.")
    for prefix, css in _TOKEN_CLASSES:
        if name == prefix or name.startswith(f"{prefix}."):
            return f'<span class="py-{css}">{shown}</span>'
    return shown
