"""Fronts that cannot be answered, or need no answer: undefined names, code that is copied.

A front shows the hypotheses, but not what stands under ``define``: a name from there must
be said in words wherever the formula with that name is asked about.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator

from dlcards.claims.parser import FormulaError, parse_formula
from dlcards.claims.print.unicode import to_unicode
from dlcards.claims.statement import FormulaProblem, Path, Statement
from dlcards.claims.tree import Node, sym, walk
from dlcards.content.library import Item
from dlcards.content.schema import Entry
from dlcards.documents import slot_path

NEW = "_new"
"""Ends the name of what a step makes."""

_FEW_NODES = 1
"""A blank of so few parts, a letter or a number, may stand in a hypothesis too."""

_WORD = re.compile(r"[^\s,;:.()|=<>≤≥+−*/?‖]+")
_PROSE = re.compile(r"[a-z]{2}")
_NAME = re.compile(r"[A-Za-z]\w*")
_SAME_NAME = frozenset({"abs", *(f"np.{name}" for name in ("abs", "exp", "log", "sqrt"))})
"""Functions of a number that everybody writes as the formula does."""


def front_problems(item: Item) -> Iterator[FormulaProblem]:
    """Yield the fronts of an entry that lack a name, and code that only copies the formula."""
    statement = item.statement
    if statement is None:
        return
    if item.entry.blanks and "cloze" not in item.entry.without:
        yield from _undefined(item, statement)
        yield from _told(item, statement)
    code = item.entry.code
    if code is not None and "code" not in item.entry.without:
        yield from _asked_in_words(item.entry) if code.from_words else _copied(item.entry)


def _undefined(item: Item, statement: Statement) -> Iterator[FormulaProblem]:
    """Yield the auxiliary names in a formula with a blank of which its front says nothing."""
    entry, tree = item.entry, shown_formula(item, statement)
    if tree is None:
        return
    head = statement.definition.args[0].name if statement.definition is not None else ""
    names = (node.name for node in walk(tree) if node.op in ("sym", "call"))
    used = dict.fromkeys(n for n in names if n in statement.definitions and n != head)
    prompt = entry.prompts.cloze
    front = f"{prompt or entry.title} {entry.conditions or ''}"
    path: Path = ("prompts", "cloze") if prompt is not None else ("blanks", "@key")
    for name in used:
        shown, *others = _signs_of(name, statement)
        if not any(says(front, name, sign) for sign in (shown, *others)):
            message = f"the front of the blanks shows {shown} and does not say what it is"
            hint = f"prompts: {{cloze: '… with {shown} for …: what belongs in the blank?'}}"
            yield FormulaProblem(path, "undefined-on-front", message, hint, warning=True)


def _told(item: Item, statement: Statement) -> Iterator[FormulaProblem]:
    """Yield blanks whose answer stands in a hypothesis, which the front prints."""
    if not statement.given:
        return
    printed = {part for relation in statement.given for part in walk(relation)}
    for slot, text in item.entry.blanks.items():
        try:
            blank = parse_formula(text)
        except FormulaError:
            continue  # told where the blanks are marked
        if len([*walk(blank)]) > _FEW_NODES and blank in printed:
            message = f"the front prints {to_unicode(blank, statement)} as a part of a hypothesis"
            hint = "blank another part, or write the hypothesis another way under given"
            path = slot_path(("blanks",), item.document.data["blanks"], slot)
            yield FormulaProblem(path, "told-by-hypothesis", message, hint, warning=True)


def _signs_of(name: str, statement: Statement) -> tuple[str, ...]:
    """Return how a name is written in words, as cards show it first: they show w′ for w_new."""
    written = to_unicode(sym(name), statement)
    base = name.removesuffix(NEW)
    if base == name or name in statement.show:
        return (written,)
    plain = to_unicode(sym(base), statement)
    return (f"{plain}′", f"{plain}'", written)


def says(front: str, name: str, sign: str) -> bool:
    """Return whether a text speaks of a name: in a formula, or by its sign.

    The sign stands alone, or within letters of a formula such as UΣVᵀ, but not within a word.

    Examples
    --------
    >>> says("The last factor of UΣVᵀ", "V", "V"), says("The value", "a", "a")
    (True, False)
    >>> says("The weights w_new after the step", "w_new", "w_new")
    True
    """
    parts = front.split("$")
    if any(name in _NAME.findall(formula) for formula in parts[1::2]):
        return True
    wanted = unicodedata.normalize("NFC", sign)
    words = _WORD.findall(unicodedata.normalize("NFC", " ".join(parts[::2])))
    long = _PROSE.search(wanted) is not None
    rests = (word.replace(wanted, "") if long else word for word in words if wanted in word)
    return any(not _PROSE.search(rest) for rest in rests)


def shown_formula(item: Item, statement: Statement) -> Node | None:
    """Return the formula that the cards of an entry show first."""
    if item.sign is not None:
        return item.sign.node
    if statement.definition is not None:
        return statement.definition
    claims = zip(item.entry.claim, statement.claims, strict=False)
    return next((claim.tree for item, claim in claims if item.shown), None)


def _asked_in_words(entry: Entry) -> Iterator[FormulaProblem]:
    """Yield arguments of which a front without the formula says nothing."""
    prompt = entry.prompts.code
    if prompt is None:
        message, hint = "no words ask for the code", "add prompts: {code: …}"
        yield FormulaProblem(("code", "from_words"), "undefined-on-front", message, hint)
        return
    function = _function(entry)
    told = set(_NAME.findall(prompt))
    for argument in function.args.args if function is not None else ():
        if argument.arg not in told:
            message = f"the question does not say what {argument.arg} is, and shows no formula"
            hint = f"name `{argument.arg}` in the question"
            yield FormulaProblem(("prompts", "code"), "undefined-on-front", message, hint)


def _function(entry: Entry) -> ast.FunctionDef | None:
    """Return the function of an entry; what is wrong with it is told with other code."""
    try:
        body = ast.parse(entry.code.numpy).body if entry.code is not None else []
    except (SyntaxError, ValueError, RecursionError):
        return None
    return next((node for node in body if isinstance(node, ast.FunctionDef)), None)


def _copied(entry: Entry) -> Iterator[FormulaProblem]:
    """Yield code that repeats a formula sign by sign: nothing of NumPy is to be known for it."""
    code = entry.code
    if code is None or code.equals is None or not re.search(r"[-+*/@]", code.equals):
        return
    function = _function(entry)
    if function is None or len(function.body) != 1:
        return
    (line,) = function.body
    if not isinstance(line, ast.Return) or line.value is None:
        return
    called = {ast.unparse(node.func) for node in ast.walk(line.value) if isinstance(node, ast.Call)}
    if called <= _SAME_NAME and _signs(ast.unparse(line.value)) == _signs(code.equals):
        message = "the code repeats the formula sign by sign, so there is nothing to recall"
        hint = "write without: [code], or from_words: true and a question that says all in words"
        yield FormulaProblem(("code", "numpy"), "trivial-code", message, hint, warning=True)


def _signs(text: str) -> str:
    return re.sub(r"[\s()]|\bnp\.", "", text)
