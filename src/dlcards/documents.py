"""YAML text to data, read strictly as YAML 1.2 core, with the place of every key and value.

The only user of PyYAML. Reading is done from libyaml's events, without building
positions; they are worked out by :class:`Places` when a problem must be shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from dlcards.problems import Location, Problem

Path = tuple[str | int, ...]
"""The way to a value: keys and list positions, ``("questions", "q1", "ask")``."""

MAX_BYTES = 1_000_000
MAX_DEPTH = 16
MAX_VALUES = 60_000
MAX_DIGITS = 25
MAX_PROBLEMS = 50
"""Reading ends after so many mistakes: nobody corrects more at once, and each costs time."""

_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_KEY_LINE = re.compile(r" *[\w-]+:")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
# Control and format characters, private ones, separators of lines, and all that Unicode calls
# Default_Ignorable_Code_Point; not the tab, the line feed, and the marks of Arabic that show.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\U000f0000-\U0010ffff]"
)


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file that has been read.

    Parameters
    ----------
    file : str
        Path as shown in problems.
    text : str
    data : dict
        The mapping at the top; texts, numbers, booleans, None, lists, dicts.
    """

    file: str
    text: str
    data: dict[str, Any]


def read_document(
    text: str,
    file: str,
    *,
    max_bytes: int = MAX_BYTES,
    max_values: int = MAX_VALUES,
    texts: Container[str] = frozenset(),
) -> tuple[Document | None, tuple[Problem, ...]]:
    r"""Read one YAML mapping.

    Parameters
    ----------
    text : str
    file : str
        How problems call the file.
    max_bytes, max_values : int
        Larger input is refused before any work is spent on it.
    texts : container of str
        Keys below which a number is a text, as it is written: ``007``, ``1.50``.

    Returns
    -------
    Document or None
        None when the text cannot be read at all.
    tuple of Problem
        Every mistake of form: syntax, repeated keys, anchors, tags, odd characters.

    Examples
    --------
    >>> document, problems = read_document("no: 1e-3\nratio: 3:4", "a.yaml")
    >>> document.data
    {'no': 0.001, 'ratio': '3:4'}
    >>> read_document("answer: 1.50", "a.yaml", texts={"answer"})[0].data
    {'answer': '1.50'}
    """
    if len(text) > max_bytes:
        message = f"the file is longer than {max_bytes:,} characters"
        return None, (Problem(Location(file), "too-large", message, "split it"),)
    bad = _characters(text, file)
    if bad:
        return None, bad
    reader = _Reader(text, file, max_values, texts)
    try:
        data = reader.read()
    except _Unreadable as stop:
        return None, (*reader.problems, stop.problem)
    except _TooMany:
        return None, tuple(reader.problems)
    except yaml.YAMLError as error:
        return None, (*reader.problems, _syntax(error, text, file))
    if reader.problems:
        return None, tuple(reader.problems)
    if data is None:
        message, hint = "the file says nothing", "start with: dlcards new concept my-idea"
        return None, (Problem(Location(file), "empty-file", message, hint),)
    if not isinstance(data, dict):
        message = "the file must be a mapping of keys to values"
        place, source = Location(file, 1, 1), line_of(text, 1)
        return None, (Problem(place, "not-a-mapping", message, "write key: value", source=source),)
    return Document(file, text, data), ()


def has_invisible(text: str) -> bool:
    r"""Tell whether a text holds a character that nobody sees.

    Examples
    --------
    >>> has_invisible("합 Σ x²"), has_invisible("a\u00adb")
    (False, True)
    """
    return _FORBIDDEN.search(text) is not None


class _Unreadable(Exception):
    """Raised inside the reader when going on makes no sense."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class _TooMany(Exception):
    """Raised inside the reader when enough is wrong."""


class _Reader:
    """Builds data from the events of libyaml."""

    def __init__(self, text: str, file: str, max_values: int, texts: Container[str]) -> None:
        self.text = text
        self.file = file
        self.max_values = max_values
        self.texts = texts
        self.problems: list[Problem] = []
        self.count = 0
        self.loader = _loader(text)

    def problem(
        self, mark: Any, code: str, message: str, hint: str = "", width: int = 1
    ) -> Problem:
        return Problem(
            Location(self.file, mark.line + 1, mark.column + 1),
            code,
            shortened(message),
            shortened(hint),
            source=line_of(self.text, mark.line + 1),
            width=width,
        )

    def report(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            raise _TooMany

    def read(self) -> Any:
        get = self.loader.get_event
        get()  # stream start
        event = get()
        if isinstance(event, yaml.StreamEndEvent):
            return None
        value = self.value(get(), 0)
        get()  # document end
        event = get()
        if not isinstance(event, yaml.StreamEndEvent):
            raise _Unreadable(
                self.problem(
                    event.start_mark,
                    "many-documents",
                    "a second document starts here",
                    "keep one entry per file",
                )
            )
        return value

    def value(self, event: Any, depth: int, as_text: bool = False) -> Any:
        self.count += 1
        if self.count > self.max_values:
            raise _Unreadable(
                self.problem(event.start_mark, "too-large", f"more than {self.max_values:,} values")
            )
        if isinstance(event, yaml.AliasEvent):
            self.report(
                self.problem(
                    event.start_mark,
                    "yaml-anchor",
                    f"the alias *{event.anchor} is not allowed",
                    "write the value out, or put a text that starts with * in quotes",
                )
            )
            return None
        if event.anchor is not None:
            self.report(
                self.problem(
                    event.start_mark,
                    "yaml-anchor",
                    f"the anchor &{event.anchor} is not allowed",
                    "write the value out, or put a text that starts with & in quotes",
                )
            )
        if event.tag is not None and event.tag != "!":
            self.report(
                self.problem(
                    event.start_mark,
                    "yaml-tag",
                    f"the tag {event.tag} is not allowed",
                    "put a text that starts with ! in quotes",
                )
            )
        if isinstance(event, yaml.ScalarEvent):
            self.check_escapes(event)
            plain = not event.style and event.implicit[0]
            value = _scalar(event.value) if plain else event.value
            return event.value if as_text and isinstance(value, int | float) else value
        if depth >= MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels"
            raise _Unreadable(self.problem(event.start_mark, "too-deep", message))
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(depth, as_text)
        return self.mapping(event, depth, as_text)

    def check_escapes(self, event: Any) -> None:
        """Report characters that may not be written, not even as an escape."""
        found = _FORBIDDEN.search(event.value) if event.style == '"' else None
        if found is not None:
            message = f"the invisible character U+{ord(found.group()):04X} is not allowed"
            self.report(self.problem(event.start_mark, "bad-character", message, "delete it"))

    def sequence(self, depth: int, as_text: bool) -> list[Any]:
        get = self.loader.get_event
        out: list[Any] = []
        while True:
            event = get()
            if isinstance(event, yaml.SequenceEndEvent):
                return out
            out.append(self.value(event, depth + 1, as_text))

    def mapping(self, start: Any, depth: int, as_text: bool) -> dict[str, Any]:
        get = self.loader.get_event
        out: dict[str, Any] = {}
        while True:
            event = get()
            if isinstance(event, yaml.MappingEndEvent):
                return out
            key = self.value(event, depth + 1)
            if not isinstance(key, str):
                self.report(
                    self.problem(
                        event.start_mark,
                        "key-not-text",
                        f"the key {key!r} is not a text",
                        "put it in quotes",
                    )
                )
                key = str(key)
            following = get()
            if start.flow_style and _split_by_comma(out, key, following):
                self.report(self._comma(event, key, out))
            elif key in out:
                self.report(
                    self.problem(
                        event.start_mark,
                        "duplicate-key",
                        f"the key {key!r} stands here twice",
                        "keep one of them",
                        len(key),
                    )
                )
            out[key] = self.value(following, depth + 1, as_text or key in self.texts)

    def _comma(self, event: Any, key: str, out: dict[str, Any]) -> Problem:
        name, begun = next(reversed(out.items()))
        return self.problem(
            event.start_mark,
            "comma-splits-value",
            f"the comma before {key!r} ends the value of {name!r}",
            f"put it in quotes: {name}: '{begun}, {key}'",
            len(key),
        )


def _split_by_comma(out: dict[str, Any], key: str, following: Any) -> bool:
    """Return whether ``{A: matrix(m, n)}`` was read as two keys."""
    if not out or not isinstance(following, yaml.ScalarEvent) or following.value:
        return False
    last = next(reversed(out.values()))
    return isinstance(last, str) and last.count("(") > last.count(")") and ")" in key


def _loader(text: str) -> Any:
    # The pure-Python parser is only for installations without libyaml.
    return getattr(yaml, "CLoader", yaml.Loader)(text)


def _scalar(value: str) -> Any:
    """Resolve a plain scalar by the core schema of YAML 1.2."""
    if not value:
        return None
    if value[0] in "0123456789+-.":
        return _number(value) if len(value) < MAX_DIGITS else value
    if value in _NULL:
        return None
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    return value


def _number(value: str) -> Any:
    if _INT.match(value):
        return int(value)
    if _FLOAT.match(value):
        return float(value)
    if _OCTAL.match(value):
        return int(value, 8)
    if _HEX.match(value):
        return int(value, 16)
    return value


def _characters(text: str, file: str) -> tuple[Problem, ...]:
    out = []
    for match in _FORBIDDEN.finditer(text):
        line, column = _line_column(text, match.start())
        code = ord(match.group())
        message = f"the invisible character U+{code:04X} is not allowed"
        source = line_of(text, line)
        out.append(
            Problem(
                Location(file, line, column), "bad-character", message, "delete it", source=source
            )
        )
        if len(out) == 20:
            break
    return tuple(out)


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    said = str(getattr(error, "problem", None) or error).split("\n")[0]
    if mark is None:
        return Problem(Location(file), "yaml-syntax", said)
    line, column = mark.line + 1, mark.column + 1
    opened = getattr(error, "context_mark", None)
    if "quoted scalar" in str(getattr(error, "context", "")) and opened is not None:
        line, column = opened.line + 1, opened.column + 1
        said = "unclosed quote"
    source = line_of(text, line)
    found = _quote_or_indent(said, source, text, line, column)
    if found is not None:
        line, column, message, hint = found
        source = line_of(text, line)
    else:
        message, hint = _explain(said, source, text, line)
    return Problem(Location(file, line, column), "yaml-syntax", message, hint, source=source)


LINES_ABOVE = 200
"""So far up is looked for the beginning of a slip."""


def _quote_or_indent(
    said: str, source: str, text: str, line: int, column: int
) -> tuple[int, int, str, str] | None:
    """Return the place and a word about a slip of quotes or indentation; None for others."""
    if said == "unclosed quote":
        sign, other = source[column - 1], {'"': "'", "'": '"'}[source[column - 1]]
        ended = source.rstrip().endswith(other)
        hint = f"the line ends in {other}: write {sign}" if ended else f"close it with {sign}"
        return line, column, f"the quote {sign} opens a text that is never closed", hint
    above_here = list(enumerate(text.splitlines()[: line - 1], 1))[: -LINES_ABOVE - 1 : -1]
    sign = source[column - 2 : column - 1]
    if sign in ("'", '"') and sign and not source[column - 1 :].lstrip().startswith("#"):
        above = next((n for n, other in above_here if other.count('"') % 2), 0)
        if sign == '"' and above and source[: column - 1].count('"') % 2:
            place = line_of(text, above).index('"') + 1
            message = f'the quote " opens a text that goes on to line {line}'
            return above, place, message, "close it in its own line"
        hint = "put the text in double quotes" if sign == "'" else 'write \\" inside the text'
        return line, column - 1, f"the text ends at this quote {sign}", hint
    before = next((other for _, other in above_here if other.strip()), "")
    indent, above_it = len(source) - len(source.lstrip()), len(before) - len(before.lstrip())
    key = _KEY_LINE.match(source)
    if "mapping values" in said and key and key.end() == column and indent > above_it:
        message = "this line is indented deeper than the one above, which has its value already"
        return line, indent + 1, message, f"indent it by {above_it} spaces, as the line above"
    return None


def _explain(said: str, source: str, text: str, line: int) -> tuple[str, str]:
    """Say in words what libyaml means by its usual messages."""
    before = line_of(text, line - 1) if line > 1 else ""
    if "\t" in source or "\t" in before:
        return "a tab cannot indent YAML", "use spaces"
    if "mapping values are not allowed" in said:
        return (
            "a colon followed by a space starts a new value here",
            "put the whole text in quotes",
        )
    if "cannot start any token" in said:
        return "this character cannot start a text", "put the text in quotes"
    if "expected <block end>" in said or "did not find expected key" in said:
        return "this line does not fit the indentation above", "align it with the other keys"
    if "could not find expected ':'" in said or "could not find expected" in said:
        return "a key without a colon", "write key: value, or put a long text in quotes"
    if "did not find expected ',' or" in said or "did not find expected" in said:
        return f"the bracket is not closed ({said})", "close it, or put the text in quotes"
    if "found unexpected end of stream" in said or "unexpected end" in said:
        return "a quote or bracket is never closed", "close it"
    return said, "see whether quotes, brackets and indentation match"


def shortened(text: str, longest: int = 300) -> str:
    """Return a text as far as anybody reads it.

    Examples
    --------
    >>> shortened("a key that nobody ever wrote", 11)
    'a key…wrote'
    """
    if len(text) <= longest:
        return text
    half = (longest - 1) // 2
    return f"{text[:half]}…{text[-half:]}"


def quoted(text: str, longest: int = 300) -> str:
    r"""Return a text between quotes, as it was written.

    Examples
    --------
    >>> print(quoted(r"\frac"))
    '\frac'
    """
    return f"'{shortened(text, longest)}'"


def line_of(text: str, line: int) -> str:
    """Return one line of a text, counted from 1; empty when there is none."""
    lines = text.splitlines()
    return lines[line - 1] if 1 <= line <= len(lines) else ""


def _line_column(text: str, index: int) -> tuple[int, int]:
    line = text.count("\n", 0, index) + 1
    return line, index - (text.rfind("\n", 0, index) + 1) + 1


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands: character ranges of its key and of itself."""

    key: tuple[int, int] | None
    value: tuple[int, int]
    style: str
    text: str


def slot_path(path: Path, written: object, slot: str) -> Path:
    """Return where a slot stands: in a list by its number, in a mapping by its name.

    Examples
    --------
    >>> slot_path(("slips",), [{}, {}], "s2"), slot_path(("slips",), {"s2": {}}, "s2")
    (('slips', 1), ('slips', 's2'))
    """
    return (*path, int(slot[1:]) - 1 if isinstance(written, list) else slot)


class Places:
    """Where the keys and values of a document stand.

    Built when the first problem must be shown.

    Examples
    --------
    >>> document, _ = read_document("let: {x: reel}", "a.yaml")
    >>> Places(document).location(("let", "x"))
    Location(file='a.yaml', line=1, column=10)
    """

    def __init__(self, document: Document) -> None:
        self._document = document

    @cached_property
    def _lines(self) -> list[str]:
        return self._document.text.splitlines()

    @cached_property
    def _places(self) -> dict[Path, _Place]:
        loader = _loader(self._document.text)
        loader.get_event()
        loader.get_event()
        return dict(self._read(loader.get_event, loader.get_event(), (), None))

    def _read(
        self, get: Callable[[], Any], event: Any, path: Path, key: tuple[int, int] | None
    ) -> Iterator[tuple[Path, _Place]]:
        start = event.start_mark.index
        if isinstance(event, yaml.SequenceStartEvent):
            position = 0
            yield path, _Place(key, (start, start + 1), "[", "")
            while not isinstance(item := get(), yaml.SequenceEndEvent):
                yield from self._read(get, item, (*path, position), None)
                position += 1
        elif isinstance(event, yaml.MappingStartEvent):
            yield path, _Place(key, (start, start + 1), "{", "")
            while not isinstance(item := get(), yaml.MappingEndEvent):
                where = (item.start_mark.index, item.end_mark.index)
                yield from self._read(get, get(), (*path, item.value), where)
        else:
            end = event.end_mark.index
            yield path, _Place(key, (start, end), event.style or "", event.value)

    def comment_after(self, path: Path) -> str:
        """Return the comment that ends the line of a text without quotes; empty without one."""
        place = self._places.get(path)
        if place is None or place.style:
            return ""
        text, end = self._document.text, place.value[1]
        line_end = text.find("\n", end)
        rest = text[end : line_end if line_end >= 0 else len(text)].strip()
        return rest if rest.startswith("#") else ""

    def location(self, path: Path, offset: int = 0, *, key: bool = False) -> Location:
        """Return the place of a value, or of a character inside a text.

        Parameters
        ----------
        path : tuple of str or int
            Where it is missing, the nearest value around it is taken.
        offset : int
            Characters into the text, as the reader of the value counts them.
        key : bool
            Whether the key is meant instead of its value.
        """
        place, whole = self._find(path)
        if place is None:
            return Location(self._document.file)
        if (key or not whole) and place.key is not None:
            index = place.key[0]
        else:
            index = place.value[0] + self._into(place, offset if whole else 0)
        line, column = _line_column(self._document.text, index)
        return Location(self._document.file, line, column)

    def problem(
        self,
        path: Path,
        code: str,
        message: str,
        hint: str = "",
        *,
        start: int = 0,
        end: int = 0,
        key: bool = False,
        **more: Any,
    ) -> Problem:
        """Return a problem at a value, with its source line and the width of the caret."""
        location = self.location(path, start, key=key)
        place, whole = self._find(path)
        source = self._lines[location.line - 1] if 1 <= location.line <= len(self._lines) else ""
        width = end - start
        if width <= 0 and place is not None:
            first, last = place.key if (key or not whole) and place.key else place.value
            width = last - first
        width = max(1, min(width, len(source) - location.column + 1))
        message, hint = shortened(message), shortened(hint)
        return Problem(location, code, message, hint, source=source, width=width, **more)

    def _find(self, path: Path) -> tuple[_Place | None, bool]:
        """Return the value at a path or the nearest around it, and whether it is the one meant."""
        whole = True
        # One claim may stand without a list: claim.0.given.1 is claim.given.1, or claim.given.
        for single in (path[:1] + path[2:], path[:1] + path[2:-1]):
            if path[1:2] == (0,) and path[:2] not in self._places and single in self._places:
                return self._places[single], True
        while path not in self._places:
            if not path:
                return None, False
            # A single text stands for a list of one claim: claim.0.formula is claim itself.
            whole = whole and path[-1] in (0, "formula")
            path = path[:-1]
        place = self._places[path]
        return place, whole

    def _into(self, place: _Place, offset: int) -> int:
        """Turn an offset into the value into an offset into the raw text."""
        raw = self._document.text[place.value[0] : place.value[1]]
        if offset <= 0 and place.style not in ("|", ">"):
            return 1 if place.style in ("'", '"') and place.text else 0
        j = 1 if place.style in ("'", '"') else 0
        if place.style in ("|", ">"):
            j = raw.find("\n") + 1
        i = 0
        while i < min(offset, len(place.text)) and j < len(raw):
            j += _raw_length(raw, j, place.style, place.text[i])
            i += 1
        while j < len(raw) and i < len(place.text) and _skips(raw[j], place.text[i]):
            j += 1
        return min(j, len(raw))


_ESCAPE = {"x": 4, "u": 6, "U": 10}


def _skips(raw: str, wanted: str) -> bool:
    return raw in " \t\r\n" and raw != wanted and not wanted.isspace()


def _raw_length(raw: str, j: int, style: str, wanted: str) -> int:
    """Count the raw characters that stand for one character of the value, from ``j`` on."""
    start = j
    while j < len(raw) and _skips(raw[j], wanted):
        j += 1
    if j >= len(raw):
        return j - start
    if style == '"' and raw[j] == "\\" and j + 1 < len(raw):
        return j - start + _ESCAPE.get(raw[j + 1], 2)
    if style == "'" and raw.startswith("''", j):
        return j - start + 2
    if wanted in " \n" and raw[j] in " \n":
        while j < len(raw) and raw[j] in " \t\r\n" and style != "|" and "\n" in raw[j : j + 1]:
            j += 1
        return max(1, j - start) if j > start else 1
    return j - start + 1
