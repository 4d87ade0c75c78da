"""Projects with injected texts, and what may stand in the fields of a package."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

HERE = Path(__file__).parent
INJECTIONS = tuple((HERE / "injections.txt").read_text(encoding="utf-8").splitlines())

PICTURE_TAGS = frozenset(["svg", "g", "path", "use", "defs", "clipPath", "rect", "image"])
_PICTURED = "style href transform d x y id clip-path width height viewBox stroke-linejoin"
PICTURE_ATTRIBUTES = frozenset(_PICTURED.split())
_TAGS = (
    "a b br code dd details div dl dt em figcaption figure img li mark ol p pre section small span"
    " strong sub summary sup table tbody td th tr ul"
)
_ATTRIBUTES = "alt class height href lang src start width"
TAGS = frozenset(_TAGS.split())
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
_ANKI = re.compile(r"\[/?(?:latex|\$|sound:|anki:|\[type:)", re.IGNORECASE)
_MATH = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)
_COMMANDS = re.compile(
    r"\\(?:href|url|require|def|gdef|let|newcommand|renewcommand|includegraphics|input|write"
    r"|class(?!\{blank\d+\}\{)|cssId|style|data|mmlToken|unicode)(?![A-Za-z])"
)
_BLANK = re.compile(r"\{\{c\d+::")
_WORD_JOINER = "\N{WORD JOINER}"


@dataclass
class Fault:
    """Something in a field that is more than visible text."""

    guid: str
    what: str


class _Reader(HTMLParser):
    """Notes every tag and attribute that has no business in a field, and the text."""

    def __init__(self, media: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.media = media
        self.faults: list[str] = []
        self.text: list[str] = []
        self.typeset: list[str] = []
        self.inside_code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside_code += tag in ("pre", "code")
        if tag not in TAGS:
            self.faults.append(f"tag {tag}")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.faults.append(f"attribute {name}")
            elif name == "href" and not re.match(r"https?://", value or ""):
                self.faults.append(f"link to {value}")
            elif name == "src" and value not in self.media:
                self.faults.append(f"picture {value}")
            elif name == "alt":
                self.text.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.inside_code -= tag in ("pre", "code")

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if not self.inside_code:  # MathJax leaves programs alone
            self.typeset.append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"instruction {data}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"declaration {data}")


def faults_of(html: str, media: frozenset[str], *, blanks: bool = False) -> Iterator[str]:
    """Yield what stands in a field beside visible text."""
    reader = _Reader(media)
    reader.feed(html)
    reader.close()
    yield from reader.faults
    yield from (f"for Anki: {found}" for found in _ANKI.findall(html))
    if "{{" in (_BLANK.sub("", html) if blanks else html):
        yield "braces"
    for formula in _MATH.findall("".join(reader.typeset)):
        yield from (f"command {found}" for found in _COMMANDS.findall(formula))


def visible(html: str) -> str:
    """Return the text that a reader sees, without what only shields it."""
    reader = _Reader(frozenset())
    reader.feed(html)
    reader.close()
    return "".join(reader.text).replace(_WORD_JOINER, "")


@dataclass
class Package:
    """The fields of a package by GUID."""

    notes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    media: frozenset[str] = frozenset()
    pictures: Mapping[str, str] = field(default_factory=dict)
    descriptions: tuple[str, ...] = ()


def read(package: Path, folder: Path) -> Package:
    """Read a package the plain way."""
    with zipfile.ZipFile(package) as archive:
        names: dict[str, str] = json.loads(archive.read("media"))
        pictures = {name: archive.read(key).decode() for key, name in names.items()}
        database = Path(archive.extract("collection.anki2", folder))
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT guid, flds FROM notes").fetchall()
        decks = json.loads(connection.execute("SELECT decks FROM col").fetchone()[0])
    database.unlink()
    told = tuple(deck.get("desc", "") for deck in decks.values())
    notes = {guid: tuple(fields.split("\x1f")) for guid, fields in rows}
    return Package(notes, frozenset(pictures), pictures, told)


def check_package(package: Package) -> list[Fault]:
    """Return everything in a package that is more than visible text."""
    found = [
        Fault(guid, what)
        for guid, fields in package.notes.items()
        for text in fields
        for what in faults_of(text, package.media, blanks="/cloze" in guid)
    ]
    found += [
        Fault("description", what)
        for text in package.descriptions
        for what in faults_of(text, frozenset())
    ]
    found += [
        Fault(name, what) for name, svg in package.pictures.items() for what in picture_faults(svg)
    ]
    return found


def picture_faults(svg: str) -> Iterator[str]:
    """Yield what stands in a picture beside lines and colours."""
    for element in ET.fromstring(svg).iter():
        tag = str(element.tag).removeprefix("{http://www.w3.org/2000/svg}")
        if tag not in PICTURE_TAGS:
            yield f"tag {tag}"
        for name, value in element.attrib.items():
            if name not in PICTURE_ATTRIBUTES:
                yield f"attribute {name}"
            elif name == "href" and not value.startswith(("#", "data:image/png;base64,")):
                yield f"link to {value}"
            elif "url(" in value and not re.fullmatch(r"(?:[^(]|url\(#\w+\))*", value):
                yield f"load of {value}"
        if (element.text or "").strip() or (element.tail or "").strip():
            yield "text"


Keys = Mapping[str, Sequence[str | int]]

KEYS: Keys = {
    "title": ("title",),
    "meaning": ("meaning",),
    "conditions": ("conditions",),
    "why": ("why",),
    "pitfall": ("pitfall",),
    "personal": ("personal",),
    "symbol": ("symbols", "x"),
    "symbol-key": ("symbols", "@key"),
    "ask": ("questions", "q1", "ask"),
    "answer": ("questions", "q1", "answer"),
    "more": ("questions", "q1", "more"),
    "hint": ("questions", "q1", "hint"),
    "prompt-meaning": ("prompts", "meaning"),
    "prompt-recall": ("prompts", "recall"),
    "prompt-cloze": ("prompts", "cloze"),
    "example": ("example", "text"),
    "compute": ("example", "compute"),
    "source": ("sources", 0),
    "source-word": ("sources", 1),
    "tag": ("tags", 0),
    "topic": ("topic",),
    "claim": ("claim",),
    "let": ("let", "x"),
    "let-key": ("let", "@key"),
    "show": ("show", "x"),
    "blank": ("blanks", 0),
    "code": ("code", "numpy"),
    "code-comment": ("code", "@comment"),
    "latex": ("unchecked", "latex"),
    "latex-text": ("unchecked", "@text"),
    "latex-why": ("unchecked", "why"),
    "requires": ("requires", 0),
}
"""Where a text is put into an entry."""

LINK = "https://example.org/"


def entry(places: Mapping[str, str]) -> dict[str, object]:
    """Return an entry with texts at places named in `KEYS`."""
    data: dict[str, object] = {
        "kind": "concept",
        "title": "Square",
        "topic": "powers",
        "let": {"x": "real"},
        "claim": "x**2 == x*x",
        "symbols": {"x": "a number"},
        "meaning": "The square of a number.",
        "questions": {"q1": {"ask": "What is the square of one?", "answer": "One"}},
        "blanks": ["x**2"],
        "sources": [LINK],
    }
    for place, text in places.items():
        path = KEYS[place]
        if path[0] == "unchecked":
            for key in ("claim", "blanks", "example", "code"):
                data.pop(key, None)
        put(data, path, text)
    return data


def put(data: dict[str, object], path: Sequence[str | int], text: str) -> None:
    """Put a text at a place."""
    first, rest = path[0], path[1:]
    inner = data.get(str(first))
    if not rest:
        data[str(first)] = text
    elif first == "unchecked":
        latex = {"latex": text, "@text": rf"x = \text{{{text}}}", "why": "x"}[str(rest[0])]
        data["unchecked"] = {"latex": latex, "why": text if rest[0] == "why" else "It is told."}
    elif first == "code":
        numpy = text if rest[0] == "numpy" else f"def f(x):\n    # {text}\n    return x * x\n"
        data["code"] = {"equals": "x**2", "numpy": numpy}
    elif first == "example":
        example = {"given": {"x": "2"}, "compute": "x**2"}
        data["example"] = {**example, str(rest[0]): text}
    elif isinstance(rest[0], int):
        listed = list(inner) if isinstance(inner, list) else []
        data[str(first)] = [*listed[: rest[0]], text]
    elif rest[0] == "@key":
        data[str(first)] = {**(inner if isinstance(inner, dict) else {}), text: "real"}
    else:
        below = dict(inner) if isinstance(inner, dict) else {}
        put(below, rest, text)
        data[str(first)] = below


def as_yaml(data: Mapping[str, object]) -> str:
    """Return data as YAML in the notation of JSON, without the keys of lists to guess."""
    return "\n".join(
        f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in data.items()
    )
