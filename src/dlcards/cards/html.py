r"""The HTML of fields: built from records, so that no text of an entry can become markup.

Anki reads more than HTML out of a field: ``{{c1::…}}`` makes a card, ``[sound:…]`` plays,
``[latex]`` runs a program and ``\(`` starts mathematics. A text that contains such signs
must show them, not trigger them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from dlcards.model import Illustration, Piece, PieceKind, Prose

_BRACES = re.compile(r"\{(?=\{)|\}(?=\})")
_ANKI_BRACKET = re.compile(r"\[(?=/?(?:latex|sound:|anki:|\$|\[type:))", re.IGNORECASE)
_MATH_DELIMITER = re.compile(r"\\(?=[()\[\]])")
_SPECIAL = re.compile(r"[&<>\"'{}\[\\]")
_RELATED = re.compile(r'(<li data-entry="[^"]*">)[^<]*</li>')
_WORD_JOINER = "⁠"


def text(value: str) -> str:
    r"""Return plain text as HTML that shows exactly that text.

    Examples
    --------
    >>> text("a < b {{c1::x}} [sound:x]")
    'a &lt; b &#123;{c1::x&#125;} &#91;sound:x]'
    """
    if not _SPECIAL.search(value):
        return value
    # MathJax reads decoded text, so an entity would not keep it from \(.
    shielded = _MATH_DELIMITER.sub("\\\\" + _WORD_JOINER, value)
    return shield(escape(shielded))


def code_text(value: str) -> str:
    """Return code as HTML; what a reader copies is exactly the code.

    Examples
    --------
    >>> code_text("x[0] @ {{1}}")
    'x[0] @ &#123;{1&#125;}'
    """
    return shield(escape(value, quote=False))


def shield(html: str) -> str:
    """Keep Anki from finding clozes, sounds or LaTeX in HTML whose tags hold no brackets."""
    braced = _BRACES.sub(lambda match: "&#123;" if match.group() == "{" else "&#125;", html)
    return _ANKI_BRACKET.sub("&#91;", braced)


def latex_text(latex: str) -> str:
    r"""Return LaTeX so that neither HTML nor a cloze ends inside it, and Anki runs nothing.

    Examples
    --------
    >>> latex_text(r"\frac{a_{1}}{b} < 1")
    '\\frac{a_{1} }{b} &lt; 1'
    """
    spaced = re.sub(r"\}(?=\})", "} ", re.sub(r"\{(?=\{)", "{ ", latex))
    return _ANKI_BRACKET.sub("&#91;", escape(spaced, quote=False))


def inline_math(latex: str) -> str:
    r"""Return a formula inside a line.

    Examples
    --------
    >>> inline_math("x^2")
    '\\(x^2\\)'
    """
    return rf"\({latex_text(latex)}\)"


def display_math(latex: str) -> str:
    r"""Return a formula on a line of its own.

    Examples
    --------
    >>> display_math("x^2")
    '\\[x^2\\]'
    """
    inside = latex_text(latex)
    apart = " " if _ANKI_BRACKET.match(f"[{inside}") else ""  # the bracket of \[ counts too
    return rf"\[{apart}{inside}\]"


def prose(pieces: Prose) -> str:
    r"""Return prose as HTML.

    Examples
    --------
    >>> from dlcards.model import math, plain
    >>> prose(plain("the slope ") + math("D"))
    'the slope \\(D\\)'
    """
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> str:
    if piece.kind is PieceKind.TEXT:
        return text(piece.text)
    if piece.kind is PieceKind.MATH:
        return inline_math(piece.text)
    if piece.kind is PieceKind.WRITTEN:
        return f'<span class="written">{inline_math(piece.text)}</span>'
    if piece.kind is PieceKind.LINK:
        return link(piece.text, piece.url)
    if piece.kind is PieceKind.DISPLAY:
        return display_math(piece.text)
    if piece.kind is PieceKind.CODE:
        return f"<code>{code_text(piece.text)}</code>"
    return f"<em>{text(piece.text)}</em>"


def attribute(value: str) -> str:
    """Return a text fit for a double-quoted attribute, braces and brackets included."""
    return shield(escape(value.replace("\n", " ")))


def element(name: str, content: str, *, css: str = "") -> str:
    """Wrap HTML in an element; nothing in, nothing out.

    Examples
    --------
    >>> element("p", "x", css="meaning")
    '<p class="meaning">x</p>'
    """
    if not content:
        return ""
    attributes = f' class="{css}"' if css else ""
    return f"<{name}{attributes}>{content}</{name}>"


def fold(label: str, content: str, *, css: str = "") -> str:
    """Return a section that the reader opens, by keyboard too and without JavaScript."""
    if not content:
        return ""
    # AnkiMobile passes taps on only to elements of this class.
    summary = element("summary", text(label), css="tappable")
    return element("details", summary + element("div", content), css=css)


def paragraphs(items: Iterable[Prose]) -> str:
    """Return one paragraph for each prose."""
    return "".join(element("p", prose(item)) for item in items)


def related(entries: Iterable[tuple[str, str]]) -> str:
    """Return a list of other entries, each with its id beside its title.

    Examples
    --------
    >>> related([("chain-rule", "Chain rule")])
    '<ul><li data-entry="chain-rule">Chain rule</li></ul>'
    """
    items = (f'<li data-entry="{attribute(name)}">{text(title)}</li>' for name, title in entries)
    return element("ul", "".join(items))


def without_related_titles(html: str) -> str:
    """Return HTML with the ids of other entries alone: their titles are content of theirs.

    Examples
    --------
    >>> without_related_titles(related([("chain-rule", "Chain rule")]))
    '<ul><li data-entry="chain-rule"></li></ul>'
    """
    return _RELATED.sub(r"\1</li>", html) if "<li data-entry=" in html else html


def link(label: str, url: str) -> str:
    """Return a link, or only its text when there is no web address.

    Examples
    --------
    >>> link("Notes", "javascript:alert(1)")
    'Notes'
    """
    if not re.match(r"https?://[^\s\"<>]+\Z", url):
        return text(label)
    return f'<a href="{attribute(url)}">{text(label)}</a>'


def figure(illustration: Illustration, *, caption: bool) -> str:
    """Return a figure; its caption may tell the answer and belongs on the back."""
    sides = {"width": illustration.width, "height": illustration.height}
    size = "".join(f' {side}="{length}"' for side, length in sides.items() if length)
    name = attribute(illustration.media.name)
    image = f'<img src="{name}" alt="{attribute(illustration.alt)}"{size}>'
    if illustration.moves:
        # Inside an image Chromium does not tell that less motion is asked for.
        still = f'<source media="(prefers-reduced-motion: reduce)" srcset="{name}#still">'
        image = f"<picture>{still}{image}</picture>"
    told = text(illustration.caption) + element("small", text(illustration.credit))
    below = element("figcaption", told) if caption else ""
    kept = ' class="keep"' if illustration.keep else ""
    return f"<figure{kept}>{image}{below}</figure>"


def sound(name: str) -> str:
    """Return what plays a sound in Anki.

    Examples
    --------
    >>> sound("mine-a-1f.mp3")
    '[sound:mine-a-1f.mp3]'
    """
    return f"[sound:{name}]"
