"""Notes of other programs turned into texts and lists of ours."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from html.parser import HTMLParser
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote

from dlcards.content.lists import LONGEST_TEXT
from dlcards.files import LONGEST_ID, RESERVED_IDS, is_id
from dlcards.problems import Location, Problem

MOST_ROWS = 200_000
_BLOCKS = frozenset(
    [
        *("br", "div", "p", "li", "ul", "ol", "tr", "td", "th", "table", "hr", "pre"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "blockquote"),
    ]
)
_STRESSED = frozenset({"b", "strong", "i", "em"})
_SKIPPED = frozenset({"script", "style", "svg", "head", "title"})
_PICTURES = frozenset({"img", "audio", "video", "object", "iframe", "embed"})
ASKED_OF_A_SENSE = ("What does the picture show?", "What do you hear?")
TOLD_OF_A_SENSE = ("What the picture shows", "What you hear")
"""What stands for a side that holds only a picture or a sound."""

_SOUND = re.compile(r"\[sound:([^\]]*)\]")
_OLD_MATHS = re.compile(
    r"\[latex\](?P<a>.*?)\[/latex\]|\[\$\$\](?P<b>.*?)\[/\$\$\]|\[\$\](?P<c>.*?)\[/\$\]"
    r"|\\\[(?P<d>.*?)\\\]|\\\((?P<e>.*?)\\\)|\$\$(?P<f>[^$]+)\$\$",
    re.DOTALL,
)
_GAP = re.compile(r"\{\{c(\d+)::(.*?)(?:::(.*?))?\}\}(?!\})", re.DOTALL)
_KEYS: Mapping[str, str] = {
    **dict.fromkeys(("ask", "front", "question", "q", "term", "prompt"), "ask"),
    **dict.fromkeys(("vorderseite", "frage", "앞면", "질문"), "ask"),
    **dict.fromkeys(("answer", "back", "a", "definition", "response"), "answer"),
    **dict.fromkeys(("rückseite", "antwort", "뒷면", "답"), "answer"),
    **dict.fromkeys(("more", "extra", "explanation", "notes", "comment"), "more"),
    **dict.fromkeys(("hint",), "hint"),
    **dict.fromkeys(("tags", "tag", "labels"), "tags"),
    **dict.fromkeys(("id", "guid", "key"), "id"),
}


@dataclass(frozen=True, slots=True)
class ForeignNote:
    """A note as another program has it, in texts of ours."""

    ask: str
    answer: str
    more: str = ""
    hint: str = ""
    tags: tuple[str, ...] = ()
    id: str = ""
    reverse: bool = False
    picture: Shown | None = None
    on_front: bool = False
    audio: str = ""
    ask_audio: str = ""

    def with_media(self, known: Container[str]) -> ForeignNote | None:
        """Return the note with those of its files that are known; None where nothing is left."""
        picture = self.picture if self.picture and self.picture.name in known else None
        audio = self.audio if self.audio in known else ""
        ask_audio = self.ask_audio if self.ask_audio in known else ""
        sides = (
            (self.ask, ASKED_OF_A_SENSE, self.on_front, ask_audio),
            (self.answer, TOLD_OF_A_SENSE, not self.on_front, audio),
        )
        for text, empty, here, sound in sides:
            if text in empty and not (picture and here) and not sound:
                return None
        return replace(self, picture=picture, audio=audio, ask_audio=ask_audio)


class Shown(NamedTuple):
    """A picture by the name of its file, and what is said of it for those who cannot see it."""

    name: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class FieldText:
    """A field as one text of ours, with the files that it shows and plays."""

    text: str
    pictures: tuple[Shown, ...] = ()
    sounds: tuple[str, ...] = ()


@dataclass(slots=True)
class Taken:
    """Notes that were taken, and how often something could not be, by what it is."""

    notes: list[ForeignNote] = field(default_factory=list)
    lost: dict[str, int] = field(default_factory=dict)

    def lose(self, what: str) -> None:
        """Count something that could not be taken."""
        self.lost[what] = self.lost.get(what, 0) + 1


# ── HTML ─────────────────────────────────────────────────────────────────────────


class _Text(HTMLParser):
    """Reads a field as words with our markup."""

    def __init__(self, taken: Taken) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.taken = taken
        self.skipping = 0
        self.href = ""
        self.pictures: list[Shown] = []
        self.sounds: list[str] = []

    def _shows(self, tag: str, attrs: Mapping[str, str | None]) -> None:
        name = unquote(attrs.get("src") or "")
        if tag not in ("img", "audio") or not name or re.match(r"[a-z]+:|//", name, re.IGNORECASE):
            self.taken.lose("films, frames, and files of the web")
        elif tag == "img":
            alt = re.sub(r"[$`*\\<>{}\[\]]", "", attrs.get("alt") or "")
            self.pictures.append(Shown(name, " ".join(alt.split())[:120].strip()))
        else:
            self.sounds.append(name)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self.skipping += 1
            if tag == "script":
                self.taken.lose("scripts")
        elif tag in _PICTURES:
            self._shows(tag, dict(attrs))
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in _STRESSED:
            self.parts.append("\x01")
        elif tag == "code":
            self.parts.append("\x02")
        elif tag == "a":
            self.href = dict(attrs).get("href") or ""
            self.parts.append("\x03" if self.href.startswith("https://") else "")
        elif tag == "anki-mathjax":
            self.parts.append(r"\(")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in _STRESSED:
            self.parts.append("\x01")
        elif tag == "code":
            self.parts.append("\x02")
        elif tag == "a" and self.href.startswith("https://"):
            self.parts.append(f"\x04{self.href}\x05")
            self.href = ""
        elif tag == "anki-mathjax":
            self.parts.append(r"\)")

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.parts.append(re.sub("[\x01-\x05]", "", data))


def to_text(html: str, taken: Taken | None = None) -> str:
    r"""Return a field of HTML as one text of ours, on one line.

    Examples
    --------
    >>> to_text("The <b>slope</b> is&nbsp;[$]x^2[/$], $5")
    'The *slope* is \\(x^2\\), \\$5'
    """
    taken = taken if taken is not None else Taken()
    found = read_field(html, taken)
    for _ in (*found.pictures, *found.sounds):
        taken.lose("pictures and sounds")
    return found.text


def read_field(html: str, taken: Taken) -> FieldText:
    """Return a field of HTML as one text of ours, with its pictures and sounds."""
    reader = _Text(taken)
    reader.feed(html)
    reader.close()
    text = "".join(reader.parts)
    sounds = (*reader.sounds, *(match[1] for match in _SOUND.finditer(text)))
    text = _SOUND.sub("", text)
    out, at = [], 0
    for match in _OLD_MATHS.finditer(text):
        latex = " ".join(re.sub("[\x01-\x05]", "", next(filter(None, match.groups()), "")).split())
        out += [_marked(text[at : match.start()]), rf"\({latex}\)" if latex else ""]
        at = match.end()
    out.append(_marked(text[at:]))
    visible = "".join(c for c in "".join(out) if c.isprintable() or c.isspace())
    words = unicodedata.normalize("NFC", " ".join(visible.split()))
    return FieldText(words, tuple(reader.pictures), sounds)


def _marked(text: str) -> str:
    """Return words with our signs of markup, and others' signs kept from being read as such."""
    parts = text.split("\x02")
    for place, part in enumerate(parts):
        code = place % 2 == 1 and place < len(parts) - 1 and "`" not in part and part.strip()
        bare = re.sub("[\x01-\x05]", "", part)
        parts[place] = f"`{bare}`" if code else _words(part)
    return "".join(parts)


def _words(text: str) -> str:
    escaped = re.sub(r"[\\$*`]", lambda match: f"\\{match.group()}", text)
    escaped = re.sub("\x01\\s*([^\x01-\x05\n]*?[^\\s\x01])\\s*\x01", r"*\1*", escaped)
    escaped = re.sub("\x03([^\x03-\x05\\[\\]\n]+)\x04([^\x05()\\s]*)\x05", r"[\1](\2)", escaped)
    return re.sub("\x04[^\x05]*\x05|[\x01-\x05]", "", escaped)


# ── Notes ────────────────────────────────────────────────────────────────────────


def from_fields(
    fields: Sequence[str],
    tags: Iterable[str],
    taken: Taken,
    *,
    cloze: bool,
    reverse: bool,
    front: Sequence[int] = (0,),
) -> None:
    """Take a note of Anki; gaps become questions.

    Parameters
    ----------
    fields : sequence of str
    tags : iterable of str
    taken : Taken
    cloze, reverse : bool
        Whether it has gaps, and whether each side asks for the other.
    front : sequence of int
        Fields that the front shows: the first one with a text asks, and the first of the
        others answers.
    """
    kept = tuple(tag for tag in tags if is_tag(tag))
    if cloze:
        _take_gaps(fields, kept, taken)
        return
    read = [read_field(field, taken) for field in fields]
    asking = _side([read[i] for i in front if i < len(read)], taken)
    telling = _side([each for i, each in enumerate(read) if i not in front], taken)
    picture = next(iter((*asking.pictures, *telling.pictures)), None)
    for _ in (*asking.pictures, *telling.pictures)[1:]:
        taken.lose("further pictures of a note")
    note = ForeignNote(
        asking.text or _what_is_sensed(asking, ASKED_OF_A_SENSE),
        telling.text or _what_is_sensed(telling, TOLD_OF_A_SENSE),
        tags=kept,
        reverse=reverse,
        picture=picture,
        on_front=bool(asking.pictures),
        audio=next(iter(telling.sounds), ""),
        ask_audio=next(iter(asking.sounds), ""),
    )
    _take(note, taken)


def _side(fields: Sequence[FieldText], taken: Taken) -> FieldText:
    """Return one side of a card: its first text, the pictures and sounds of all its fields."""
    texts = [each.text for each in fields if each.text]
    if len(texts) > 1:
        taken.lose("further fields")
    sounds = [name for each in fields for name in each.sounds]
    for _ in sounds[1:]:
        taken.lose("further sounds of a note")
    pictures = tuple(picture for each in fields for picture in each.pictures)
    return FieldText(next(iter(texts), ""), pictures, tuple(sounds))


def _what_is_sensed(side: FieldText, words: tuple[str, str]) -> str:
    """Return what stands for a side without a text."""
    return words[0] if side.pictures else words[1] if side.sounds else ""


def _take_gaps(fields: Sequence[str], tags: tuple[str, ...], taken: Taken) -> None:
    text = fields[0] if fields else ""
    if "::image-occlusion:" in text:
        taken.lose("notes of image occlusion")
        return
    extra = read_field(fields[1] if len(fields) > 1 else "", taken)
    shown = read_field(text, taken)
    picture = next(iter((*shown.pictures, *extra.pictures)), None)
    for _ in (*shown.pictures, *extra.pictures)[1:]:
        taken.lose("further pictures of a note")
    numbers = sorted({int(match[1]) for match in _GAP.finditer(text)})
    if not numbers:
        taken.lose("notes without a gap")
    for number in numbers:
        hidden = [m for m in _GAP.finditer(text) if int(m[1]) == number]
        ask = read_field(_GAP.sub(partial(_shown, number), text), Taken()).text
        answer = to_text(", ".join(m[2] for m in hidden))
        note = ForeignNote(
            ask,
            answer,
            extra.text,
            tags=tags,
            picture=picture,
            on_front=bool(shown.pictures),
            audio=next(iter((*extra.sounds, *shown.sounds)), ""),
        )
        _take(note, taken)


def _shown(number: int, gap: re.Match[str]) -> str:
    """Return what stands for a gap when one of them is asked."""
    return f"[{gap[3] or '…'}]" if int(gap[1]) == number else gap[2]


def is_tag(text: str) -> bool:
    """Tell whether Anki would keep a tag as it is."""
    words = text.isprintable() and '"' not in text and not any(c.isspace() for c in text)
    nfc = unicodedata.is_normalized("NFC", text)
    return words and nfc and 0 < len(text) <= 100 and all(text.split("::"))


def _take(note: ForeignNote, taken: Taken) -> None:
    if not note.ask or not note.answer:
        taken.lose("notes without a question or an answer")
    elif max(len(note.ask), len(note.answer), len(note.more)) > LONGEST_TEXT:
        taken.lose(f"notes longer than {LONGEST_TEXT} characters")
    else:
        taken.notes.append(note)


def read_table(text: str, file: str, separator: str) -> tuple[Taken, tuple[Problem, ...]]:
    """Take the rows of a table: CSV, TSV, or what Anki exports as plain text.

    Parameters
    ----------
    text : str
    file : str
        For problems.
    separator : str
        Empty to find it out.
    """
    taken = Taken()
    lines = text.splitlines(keepends=True)
    head: dict[str, str] = {}
    while lines and lines[0].startswith("#") and ":" in lines[0]:
        key, _, value = lines.pop(0)[1:].strip().partition(":")
        head[key.lower()] = value.strip()
    named = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " ", "colon": ":"}
    given = head.get("separator", "")
    separator = named.get(given.lower(), given if len(given) == 1 else separator)
    separator = separator or _separator(lines)
    as_html = head.get("html", "").lower() == "true"
    try:
        rows = list(
            csv.reader(io.StringIO("".join(lines), newline=""), delimiter=separator, strict=True)
        )
    except csv.Error as error:
        message = f"the table cannot be read: {error}"
        hint = "see whether every quote is closed, and double those inside"
        return taken, (Problem(Location(file), "bad-table", message, hint),)
    if len(rows) > MOST_ROWS:
        message = f"more than {MOST_ROWS:,} rows"
        return taken, (Problem(Location(file), "too-large", message, "split the file"),)
    columns = _columns(rows, head)
    for row in rows:
        cells = {key: row[i].strip() for i, key in columns.items() if i < len(row)}
        if not any(cells.values()):
            continue
        if len([cell for i, cell in enumerate(row) if cell.strip() and i not in columns]):
            taken.lose("cells of further columns")
        texts = {
            k: to_text(t, taken) if as_html or "<" in t else _plain(t) for k, t in cells.items()
        }
        tags = [tag for tag in cells.get("tags", "").split() if is_tag(tag)]
        note = ForeignNote(
            texts.get("ask", ""),
            texts.get("answer", ""),
            texts.get("more", ""),
            texts.get("hint", ""),
            tuple(tags),
            cells.get("id", ""),
        )
        if "{{c1::" in cells.get("ask", ""):
            _take_gaps((cells["ask"], cells.get("answer", "")), note.tags, taken)
        else:
            _take(note, taken)
    return taken, ()


def _separator(lines: Sequence[str]) -> str:
    """Return the sign that splits the most of the first rows, all alike if possible."""
    first = "".join(lines[:50])

    def split(sign: str) -> tuple[int, int, int]:
        try:
            rows = list(csv.reader(io.StringIO(first, newline=""), delimiter=sign))
        except csv.Error:
            return 0, 0, 0
        widths = [len(row) for row in rows if row]
        return sum(width > 1 for width in widths), -len(set(widths)), first.count(sign)

    return max("\t;|,", key=split)


def _columns(rows: list[list[str]], head: Mapping[str, str]) -> dict[int, str]:
    """Return what each column holds; a row of names is taken away."""
    names = [cell.strip().lower() for cell in rows[0]] if rows else []
    known = {i: _KEYS[name] for i, name in enumerate(names) if name in _KEYS}
    if {"ask", "answer"} <= set(known.values()):
        del rows[0]
        return known
    special = {
        int(value) - 1: key
        for column, key in (("tags column", "tags"), ("guid column", "id"))
        if (value := head.get(column, "")).isdecimal()
    }
    for column in ("notetype column", "deck column"):
        if head.get(column, "").isdecimal():
            special[int(head[column]) - 1] = "skipped"
    width = max((len(row) for row in rows), default=0)
    free = [i for i in range(width) if i not in special]
    keys = dict(zip(free, ("ask", "answer"), strict=False))
    if len(free) == 3 and not special:
        keys[free[2]] = "tags"
    return {**keys, **special}


def _plain(text: str) -> str:
    """Return words that are no HTML, with others' signs kept from being read as markup."""
    return to_text(text.replace("&", "&amp;").replace("<", "&lt;"))


_ASKED = re.compile(r"(?:\*\*)?(?:Q|Question|F|Frage)[:.](?:\*\*)?\s*(.*)", re.IGNORECASE)
_ANSWERED = re.compile(r"(?:\*\*)?(?:A|Answer|Antwort)[:.](?:\*\*)?\s*(.*)", re.IGNORECASE)
_PAIR = re.compile(r"(?:[-*+] +)?(\S.*?) (:::?) (.+)")
_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*")
_ROW = re.compile(r"\|(.+)\|")


def read_markdown(text: str) -> Taken:
    """Take questions from Markdown: ``Q:`` and ``A:``, ``a :: b``, tables, headings with a text.

    Examples
    --------
    >>> read_markdown("femur :: the longest bone").notes[0].answer
    'the longest bone'
    """
    taken = Taken()
    ask, asking, pending = "", False, 0
    answer: list[str] = []

    def finish() -> None:
        nonlocal ask, answer, pending
        if ask and answer:
            _take(ForeignNote(_from_markdown(ask), _from_markdown(" ".join(answer))), taken)
        elif pending:
            taken.lose("lines that are no question")
        ask, answer, pending = "", [], 0

    for line in text.splitlines():
        said = line.strip()
        asked, answered = _ASKED.fullmatch(said), _ANSWERED.fullmatch(said)
        heading, pair, row = _HEADING.fullmatch(said), _PAIR.fullmatch(said), _ROW.fullmatch(said)
        if asked or heading:
            finish()
            ask, asking = (asked or heading)[1], bool(asked)  # type: ignore[index]
        elif answered and ask:
            answer.append(answered[1])
        elif pair:
            finish()
            note = ForeignNote(
                _from_markdown(pair[1]), _from_markdown(pair[3]), reverse=pair[2] == ":::"
            )
            _take(note, taken)
        elif row and not re.fullmatch(r"[\s|:-]+", said):
            cells = [cell.strip() for cell in row[1].split("|")]
            if len(cells) >= 2 and not {cell.lower() for cell in cells[:2]} <= _KEYS.keys():
                _take(ForeignNote(_from_markdown(cells[0]), _from_markdown(cells[1])), taken)
        elif not said:
            if asking and answer:
                finish()
        elif ask and (answer or not asking):
            answer.append(said)
        elif said and not row and said != "---":
            pending += 1
            if not ask:
                finish()
    finish()
    return taken


def _from_markdown(text: str) -> str:
    html = text.replace("&", "&amp;").replace("<", "&lt;")
    html = re.sub(r"\*\*(.+?)\*\*|__(.+?)__", lambda m: f"<b>{m[1] or m[2]}</b>", html)
    html = re.sub(r"(?<![\w*])\*(?!\s)([^*]+)(?<!\s)\*(?![\w*])", r"<i>\1</i>", html)
    html = re.sub(r"`([^`]+)`", r"<code>\1</code>", html)
    html = re.sub(r"\[([^\[\]]+)\]\((https://[^()\s]+)\)", r'<a href="\2">\1</a>', html)
    html = re.sub(r"(?<![\\$])\$(?![\s$])([^$\n]+?)(?<![\s\\])\$(?![\d$])", r"\\(\1\\)", html)
    return to_text(html)


# ── The list ─────────────────────────────────────────────────────────────────────


def write_list(
    title: str,
    topic: str,
    source: str,
    notes: Sequence[ForeignNote],
    media: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the text of a list with these notes.

    Parameters
    ----------
    title, topic, source : str
    notes : sequence of ForeignNote
    media : mapping of str to str
        Where the files lie now, by the names that the notes have for them.
    """
    lines = [
        f"title: {_quoted(title)}",
        f"topic: {topic}",
        f"sources: [{_quoted(source)}]",
        "notes:",
    ]
    for name, note in zip(_ids(notes), notes, strict=True):
        lines.append(f"  {name}:")
        lines += [f"    ask: {_quoted(note.ask)}", f"    answer: {_quoted(note.answer)}"]
        lines += [f"    more: {_quoted(note.more)}"] if note.more else []
        lines += [f"    hint: {_quoted(note.hint)}"] if note.hint else []
        tags = ", ".join(_quoted(tag) for tag in note.tags)
        lines += [f"    tags: [{tags}]"] if tags else []
        lines += ["    reverse: true"] if note.reverse else []
        if note.picture:
            place, alt = media[note.picture.name], note.picture.alt or "A picture"
            front = ", front: true" if note.on_front else ""
            told = f"kind: image, file: {_quoted(place)}, alt: {_quoted(alt)}{front}"
            lines.append(f"    figure: {{{told}}}")
        for key, sound in (("audio", note.audio), ("ask_audio", note.ask_audio)):
            lines += [f"    {key}: {_quoted(media[sound])}"] if sound else []
    return "\n".join(lines) + "\n"


def _ids(notes: Iterable[ForeignNote]) -> Iterator[str]:
    seen: set[str] = set()
    for number, note in enumerate(notes, 1):
        name = slug(note.id) or slug(note.ask) or f"note-{number}"
        if name in seen:
            name = next(n for k in range(2, MOST_ROWS) if (n := f"{name[:48]}-{k}") not in seen)
        seen.add(name)
        yield name


def slug(text: str) -> str:
    """Return a text as an id; empty where nothing of it is left.

    Examples
    --------
    >>> slug("Which bone is the longest?"), slug("뼈")
    ('which-bone-is-the-longest', '')
    """
    spelt = text.replace("ß", "ss").replace("ø", "o").replace("æ", "ae").replace("ł", "l")
    bare = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall(r"[a-z0-9]+", bare)[:8])[:48].strip("-").lstrip("0123456789-")
    return name if is_id(name, LONGEST_ID) and name not in RESERVED_IDS else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
