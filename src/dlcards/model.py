"""Frozen records that flow between the steps of a build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from dlcards.claims.verdict import Level
from dlcards.languages import SOURCE

OURS = "dlcards"
"""The namespace of the bundled library."""


class NoteKind(StrEnum):
    """Anki's two kinds of note type."""

    BASIC = "basic"
    CLOZE = "cloze"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a note type; its id never changes, so it may be renamed."""

    name: str
    id: int


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """A card template; its id never changes, so it may be renamed.

    ``slot`` names its card within the note, for ever: ``recall``, ``q1``.
    """

    name: str
    id: int
    front: str
    back: str
    slot: str = ""


@dataclass(frozen=True, slots=True)
class NoteType:
    """A note type as Anki knows it; the first field is the sort field.

    ``stock`` is Anki's number of a note type of its own that its editor treats specially.
    """

    id: int
    name: str
    kind: NoteKind
    fields: tuple[Field, ...]
    templates: tuple[CardTemplate, ...]
    css: str
    stock: int = 0

    def field_names(self) -> tuple[str, ...]:
        """Return the names of the fields, in order."""
        return tuple(field.name for field in self.fields)


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A file of the collection's media folder; the name follows from what a picture shows."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its fields are HTML, ready for Anki.

    Parameters
    ----------
    guid : str
        Readable and permanent: ``dlcards/chain-rule``.
    note_type : str
        Name of the note type.
    fields : tuple of str
        In the order of the note type.
    tags : tuple of str
        Sorted.
    media : tuple of str
        Names of the media files the fields refer to.
    deck : str
        Full name of the deck its cards go to, ``A::B``.
    entry : str
        Id of the entry it was composed from.
    slots : tuple of str
        Released things that must keep their meaning: ``q1``, ``cloze:2``.
    """

    guid: str
    note_type: str
    fields: tuple[str, ...]
    tags: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    deck: str = ""
    entry: str = ""
    slots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Illustration:
    """A drawn figure.

    Parameters
    ----------
    media : MediaFile
        The SVG, named by what it shows.
    alt, caption : str
        Plain text; the caption belongs on the back.
    width, height : int
        CSS pixels; no height where it depends on the library that drew the picture.
    credit : str
        Whose picture it is.
    keep : bool
        Whether its colours stay as they are on a dark card.
    """

    media: MediaFile
    alt: str
    caption: str = ""
    width: int = 0
    height: int = 0
    credit: str = ""
    keep: bool = False

    @property
    def moves(self) -> bool:
        """Whether the SVG is animated; its part ``#still`` is not."""
        return b"@keyframes" in self.media.content


@dataclass(frozen=True, slots=True)
class DeckPlan:
    """A deck to be written.

    Parameters
    ----------
    name : str
        Of the package.
    title, description : str
        Of the deck.
    notes : tuple of Note
        In the order in which new cards appear.
    media : tuple of MediaFile
    note_types : tuple of NoteType
    held : mapping of str to str
        The description of each further deck in the package, by title.
    """

    name: str
    title: str
    description: str
    notes: tuple[Note, ...]
    media: tuple[MediaFile, ...]
    note_types: tuple[NoteType, ...]
    held: Mapping[str, str] = field(default_factory=dict)


class PieceKind(StrEnum):
    """What a piece of prose is."""

    TEXT = "text"
    MATH = "math"
    DISPLAY = "display"
    CODE = "code"
    EMPHASIS = "emphasis"
    WRITTEN = "written"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of prose: plain text, or LaTeX without delimiters when it is mathematics.

    ``WRITTEN`` is LaTeX that a contributor wrote and nobody checked; a link has an address.
    """

    kind: PieceKind
    text: str
    url: str = ""


Prose = tuple[Piece, ...]
"""A text of an entry that has been read; nothing in it is HTML."""


def plain(text: str) -> Prose:
    """Return prose that is only text.

    Examples
    --------
    >>> plain("Chain rule")[0].kind
    <PieceKind.TEXT: 'text'>
    """
    return (Piece(PieceKind.TEXT, text),) if text else ()


def math(latex: str) -> Prose:
    """Return prose that is only one formula inside the line."""
    return (Piece(PieceKind.MATH, latex),) if latex else ()


@dataclass(frozen=True, slots=True)
class SymbolMeaning:
    """A symbol as printed, and what it stands for."""

    latex: str
    meaning: Prose


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture that a card hides; all in parts of the whole, from the left and top."""

    number: int
    left: float
    top: float
    width: float
    height: float
    is_round: bool = False


@dataclass(frozen=True, slots=True)
class QuestionContent:
    """One question with its short answer.

    ``more`` explains and is not to be recalled, ``hint`` opens on the front, ``audio`` is the
    name of a sound that the back plays, ``ask_audio`` of one that the front plays; ``picture``
    stands below the question.
    """

    ask: Prose
    answer: Prose
    more: Prose = ()
    hint: Prose = ()
    audio: str = ""
    ask_audio: str = ""
    picture: Illustration | None = None


@dataclass(frozen=True, slots=True)
class SourceLink:
    """A citation as a reader would say it, with its address if it has one."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """How surely the formula on the card holds.

    Parameters
    ----------
    points : int
        At which both sides were compared.
    sizes : tuple of int or None
        The smallest and largest size of vectors and matrices that were tried.
    estimated : bool
        Whether an error was estimated somewhere, not bounded.
    proved, tried : int
        Of a definition, how many of its consequences were proved, and compared at points.
    written : bool
        Whether a text of the card holds LaTeX that nobody checked.
    code : int
        Of a notation, on how many inputs its code agreed with a formula.
    code_formula : str
        That formula as LaTeX, where it is not the sign itself.
    """

    level: Level
    points: int = 0
    note: str = ""
    sizes: tuple[int, int] | None = None
    estimated: bool = False
    proved: int = 0
    tried: int = 0
    written: bool = False
    code: int = 0
    code_formula: str = ""


NO_QUESTIONS: Mapping[str, QuestionContent] = MappingProxyType({})
NO_PROMPTS: Mapping[str, Prose] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CardContent:
    """Everything a learner may read about one entry, in one language.

    Parameters
    ----------
    id, kind, title, subject, topic
        As in the entry; ``subject`` and ``topic`` are ids such as ``calculus``.
    lang : str
        Code of the language, part of the GUID of a translation.
    written : str
        Code of the language in which the project is written.
    namespace : str
        First part of every GUID.
    formulas : tuple of str
        LaTeX without delimiters: the headline, then the names it uses; empty for a
        concept in words.
    further : tuple of str
        Other relations that hold, folded on the back.
    where : tuple of Prose
        What each name in the headline stands for: ``x`` a real number, ``f`` a function.
    where_defined : tuple of Prose
        The same for names that only the definitions beside the headline use.
    recalled : pair of tuple of Prose, optional
        ``where`` and ``where_defined`` of *Recall*, where its question puts a part of the
        headline in words.
    where_further : tuple of Prose
        The same for names that only ``further`` uses.
    marked : str
        The headline with its blanks marked, see :mod:`dlcards.cards.blanks`; empty when
        there are none.
    term : str
        The title in the source language, for cards that ask for the word itself.
    say : str
        How the sign of a notation is read aloud.
    sign_written : bool
        Whether the headline is LaTeX that nobody checked.
    prompts : mapping
        The entry's own wording of ``recall``, ``meaning``, ``recognise``, ``picture``,
        ``code``, ``read``.
    without : tuple of str
        Standard cards that make no sense for this entry.
    figure, figure_front : Illustration or None
        ``figure_front`` may stand on a front: it does not show the answer.
    sources : tuple of SourceLink
    source_tags : tuple of str
        ``3b1b::calculus::04``, ``dlb::6.5``, without the leading ``source::``.
    related : tuple of (id, title)
        Entries to learn before.
    personal : Prose
        The deck author's own remark, if any.
    regions : tuple of Region
        Parts of the picture that cards hide, one at a time.
    hide_all : bool
        Whether the other regions are hidden too.
    """

    id: str
    kind: str
    title: str
    subject: str
    topic: str
    priority: int = 2
    lang: str = SOURCE
    written: str = SOURCE
    namespace: str = OURS
    formulas: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    where: tuple[Prose, ...] = ()
    where_defined: tuple[Prose, ...] = ()
    recalled: tuple[tuple[Prose, ...], tuple[Prose, ...]] | None = None
    where_further: tuple[Prose, ...] = ()
    conditions: Prose = ()
    symbols: tuple[SymbolMeaning, ...] = ()
    meaning: Prose = ()
    why: Prose = ()
    pitfall: Prose = ()
    code: str = ""
    code_from_words: bool = False
    example: tuple[Prose, ...] = ()
    marked: str = ""
    term: str = ""
    say: str = ""
    sign_written: bool = False
    questions: Mapping[str, QuestionContent] = field(default_factory=lambda: NO_QUESTIONS)
    prompts: Mapping[str, Prose] = field(default_factory=lambda: NO_PROMPTS)
    without: tuple[str, ...] = ()
    figure: Illustration | None = None
    figure_front: Illustration | None = None
    sources: tuple[SourceLink, ...] = ()
    source_tags: tuple[str, ...] = ()
    check: CheckSummary | None = None
    related: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
    personal: Prose = ()
    regions: tuple[Region, ...] = ()
    hide_all: bool = True


@dataclass(frozen=True, slots=True)
class PlainQuestions:
    """Questions and answers in plain words, all about one thing.

    Parameters
    ----------
    shared : CardContent
        What all notes show; its id begins the id of each.
    notes : mapping of str to (str, str)
        Question and answer by id.
    rich : mapping of str to CardContent
        What the notes show that hold more than plain words, by id.
    """

    shared: CardContent
    notes: Mapping[str, tuple[str, str]]
    rich: Mapping[str, CardContent] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class DerivationLine:
    """A line of a derivation; the first is the start, without sign and rule.

    Parameters
    ----------
    slot : int
        Its number for ever, 0 for the start.
    sign, latex : str
        How it follows, and what it says.
    by : Prose
        The rule.
    uses : tuple of (id, title)
        What it rests on.
    needed, beside : tuple of Prose
        What the letters stand for up to this line with the goal, and in this line and the one
        before it.
    without : tuple of str
        Cards that do not ask for it, of `next` and `rule`.
    in_goal : bool
        Whether the goal shows it: then the goal does not stand beside the question for it.
    """

    slot: int
    sign: str
    latex: str
    by: Prose = ()
    uses: tuple[tuple[str, str], ...] = ()
    needed: tuple[Prose, ...] = ()
    beside: tuple[Prose, ...] = ()
    without: tuple[str, ...] = ()
    in_goal: bool = False


@dataclass(frozen=True, slots=True)
class DerivationSlip:
    """A false line in place of the line ``instead``, what is said to it, and what refutes it."""

    slot: int
    instead: int
    latex: str
    says: Prose
    refuted: str = ""


@dataclass(frozen=True, slots=True)
class DerivationContent:
    """A derivation, or one of its branches, in one language.

    Parameters
    ----------
    id : str
        Of the entry; part of the GUID.
    branch : str
        Name of the branch, empty for the derivation itself.
    goal : str
        What it shows.
    hypotheses, of_goal : tuple of Prose
        What the letters stand for in all lines, and in the goal.
    conditions : Prose
        When it holds, in words.
    without : tuple of str
        Cards that make no sense, of `idea` and `whole`.
    related : tuple of (id, title)
        Entries to learn before.
    """

    id: str
    title: str
    subject: str
    topic: str
    goal: str
    idea: Prose
    lines: tuple[DerivationLine, ...]
    slips: tuple[DerivationSlip, ...] = ()
    branch: str = ""
    hypotheses: tuple[Prose, ...] = ()
    of_goal: tuple[Prose, ...] = ()
    conditions: Prose = ()
    without: tuple[str, ...] = ()
    priority: int = 2
    lang: str = SOURCE
    written: str = SOURCE
    namespace: str = OURS
    figure: Illustration | None = None
    sources: tuple[SourceLink, ...] = ()
    source_tags: tuple[str, ...] = ()
    check: CheckSummary | None = None
    related: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()


EXERCISE_PRIORITY = 2
"""Of every family of exercises: after the core."""


@dataclass(frozen=True, slots=True)
class AlgorithmGap:
    """A part of the code, from ``start`` to ``end``, and what else could stand there."""

    slot: int
    start: int
    end: int
    also: tuple[str, ...] = ()
    hint: Prose = ()


@dataclass(frozen=True, slots=True)
class AlgorithmCall:
    """Values and what is returned for them, computed; functions as formulas."""

    slot: int
    given: str
    returned: str
    functions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlgorithmSlip:
    """A mistake in place of a part of the code, what is said to it, and where it fails."""

    slot: int
    start: int
    end: int
    wrong: str
    says: Prose
    fails: str = ""


@dataclass(frozen=True, slots=True)
class AlgorithmInvariant:
    """A question about every pass of the loop, its answer and the relation that was tried.

    ``terms`` tells the names in the relation that the front does not.
    """

    slot: int
    ask: Prose
    answer: Prose
    holds: str
    terms: tuple[Prose, ...] = ()


@dataclass(frozen=True, slots=True)
class AlgorithmContent:
    """An algorithm in one language.

    Parameters
    ----------
    id : str
        Of the entry; part of the GUID.
    task : Prose
        What it returns, in one sentence.
    where : tuple of Prose
        What the arguments are.
    ensures : tuple of str
        What holds for what it returns, as formulas.
    terms : tuple of Prose
        The names in these formulas that are no arguments.
    related : tuple of (id, title)
        Entries to learn before.
    """

    id: str
    title: str
    subject: str
    topic: str
    task: Prose
    code: str
    where: tuple[Prose, ...] = ()
    ensures: tuple[str, ...] = ()
    terms: tuple[Prose, ...] = ()
    gaps: tuple[AlgorithmGap, ...] = ()
    calls: tuple[AlgorithmCall, ...] = ()
    slips: tuple[AlgorithmSlip, ...] = ()
    invariants: tuple[AlgorithmInvariant, ...] = ()
    priority: int = 2
    lang: str = SOURCE
    written: str = SOURCE
    namespace: str = OURS
    figure: Illustration | None = None
    sources: tuple[SourceLink, ...] = ()
    source_tags: tuple[str, ...] = ()
    check: CheckSummary | None = None
    related: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExerciseMistake:
    """A wrong answer of one variant, and what is said to it.

    Parameters
    ----------
    check : str
        What the card compares with, as JSON.
    """

    answer: Prose
    says: Prose
    check: str = ""


@dataclass(frozen=True, slots=True)
class ExerciseVariant:
    """One exercise with its result and the worked lines that lead to it.

    Parameters
    ----------
    check : str
        What the card compares a learner's answer with, as JSON; without it nothing is.
    """

    problem: Prose
    answer: Prose
    steps: tuple[Prose, ...] = ()
    hint: Prose = ()
    mistakes: tuple[ExerciseMistake, ...] = ()
    check: str = ""


@dataclass(frozen=True, slots=True)
class ExerciseContent:
    """A family of exercises at one level; a learner meets another variant at each showing.

    Parameters
    ----------
    id : str
        ``ex-det-2x2``; part of the GUID.
    variants : tuple of ExerciseVariant
        At least one; the first is shown where no script runs.
    related : tuple of (id, title)
        Entries it drills.
    """

    id: str
    title: str
    subject: str
    topic: str
    variants: tuple[ExerciseVariant, ...]
    level: int = 1
    priority: int = EXERCISE_PRIORITY
    lang: str = SOURCE
    written: str = SOURCE
    namespace: str = OURS
    figure: Illustration | None = None
    sources: tuple[SourceLink, ...] = ()
    source_tags: tuple[str, ...] = ()
    check: CheckSummary | None = None
    related: tuple[tuple[str, str], ...] = ()
    tags: tuple[str, ...] = ()
