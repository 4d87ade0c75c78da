"""What may be written in an entry, a deck and a translation: pydantic models.

Field descriptions become the JSON Schema that editors use while one types.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticCustomError, PydanticKnownError, core_schema

from dlcards.claims.statement import StatementText, without_formula
from dlcards.documents import Document, Places
from dlcards.files import ID_PATTERN, LONGEST_ID, LONGEST_SUBJECT
from dlcards.languages import SOURCE
from dlcards.problems import Problem
from dlcards.validation import Misfit, misfits

Model = TypeVar("Model", bound=BaseModel)

KINDS = ("equation", "concept", "algorithm", "notation")
TEXT_KEYS = frozenset(
    [
        *("title", "meaning", "conditions", "why", "pitfall", "personal", "symbols", "prompts"),
        *("sign", "say"),
        *("ask", "answer", "more", "hint", "alt", "caption", "credit", "tags", "description"),
    ]
)
"""Keys below which a bare number is a text, as it is written."""

MANY = 100
"""No entry has more prerequisites, sources, names or symbols than this."""

MOST_LINES = 10
"""A longer derivation is split into branches."""

MOST_SLIPS = 6

MOST_GAPS = 8
MOST_CALLS = 3
MOST_INVARIANTS = 3

CORE = 1
"""The priority of the entries that are learned first, and alone by those in a hurry."""


def _as_text(value: object) -> object:
    """Read a bare number as text: ``x: 3`` is the formula 3."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _as_list(value: object) -> object:
    """Read one text as a list of one."""
    return [value] if isinstance(value, str | int | float) else value


def _numbered(value: object) -> object:
    """Read a list of blanks as blanks 1, 2, 3."""
    return {f"b{i}": part for i, part in enumerate(value, 1)} if isinstance(value, list) else value


def _claim(value: object) -> object:
    return {"formula": value} if isinstance(value, str) else value


def _claims(value: object) -> object:
    return [value] if isinstance(value, str | dict) else value


def _words(text: str) -> str:
    return text if text.startswith(("http://", "https://")) else without_formula(text)


Written = str | int | float
"""What YAML makes of an unquoted text: `42` is a number, and is read as it was written."""
OneOrMore = Written | list[Written]

Formula = Annotated[
    str,
    BeforeValidator(_as_text, json_schema_input_type=Written),
    StringConstraints(min_length=1, max_length=600),
    Field(description="A formula in the claim language (docs/claim-language.md)."),
]
Given = Annotated[
    list[Formula],
    BeforeValidator(_as_list, json_schema_input_type=OneOrMore),
    Field(
        default_factory=list,
        max_length=8,
        description="Hypotheses beside the types, as relations: `x != 2`, `a + b > 0`.",
    ),
]
RegionSlot = Literal[
    "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10",
    "r11", "r12", "r13", "r14", "r15", "r16", "r17", "r18", "r19", "r20",
]  # fmt: skip
BlankSlot = Literal["b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8"]
Prose = Annotated[
    str,
    BeforeValidator(_as_text, json_schema_input_type=Written),
    StringConstraints(min_length=1, max_length=1200, strip_whitespace=True),
    Field(description="Plain text with $formula$, `code` and *emphasis*; no HTML."),
]
Words = Annotated[
    str,
    BeforeValidator(_as_text, json_schema_input_type=Written),
    StringConstraints(min_length=1, max_length=1200, strip_whitespace=True),
    AfterValidator(_words),
    Field(description="Plain words; no formula, no HTML."),
]
Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120, strip_whitespace=True),
    AfterValidator(_words),
]
FileName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    Field(description="A file beside the entry, or in a folder below."),
]
EntryId = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=LONGEST_ID)]
Topic = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=LONGEST_SUBJECT)]


def _tag(text: str) -> str:
    """Refuse a tag that Anki would split or rewrite."""
    parts = text.split("::")
    odd = any(c.isspace() or not c.isprintable() or c == '"' for c in text)
    if odd or not all(parts) or not unicodedata.is_normalized("NFC", text):
        hint = "no space and no quote; `a::b` with a name on each side"
        raise PydanticCustomError(
            "bad_tag", "{tag} cannot be a tag of Anki", {"tag": repr(text), "hint": hint}
        )
    return text


Tag = Annotated[
    str,
    BeforeValidator(_as_text, json_schema_input_type=Written),
    StringConstraints(min_length=1, max_length=100),
    AfterValidator(_tag),
    Field(description="A tag of Anki: any letters, `parent::child`."),
]


class _Strict(BaseModel):
    # Validators take long to build: that waits until a file of their sort is there.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Question(_Strict):
    """One question and its one short answer."""

    ask: Prose = Field(description="One question, at most 120 characters; no yes/no question.")
    answer: Prose = Field(description="The one short answer, at most 60 characters.")
    more: Prose | None = Field(
        None, description="An explanation below the answer, not to be recalled."
    )
    hint: Prose | None = Field(None, description="Opens on the front, for those who ask for it.")
    audio: FileName | None = Field(None, description="A sound file beside the entry, on the back.")


class ClaimItem(_Strict):
    """A claim with its own hypotheses and the case in which its inequality is an equality."""

    formula: Formula
    given: Given
    equality: dict[str, Formula] = Field(
        default_factory=dict, max_length=MANY, description="Values for which both sides are equal."
    )
    cited: Line | None = Field(
        None,
        description="Where a source states it, DLB:3.13, when no check can decide it.",
    )
    shown: bool = Field(
        True,
        description="Whether the card prints it; a claim that only pins a definition need not.",
    )


class CodeItem(_Strict):
    """A NumPy function, checked against a formula, never executed by a build."""

    equals: Formula | None = Field(None, description="What the function returns, as a formula.")
    numpy: Annotated[str, StringConstraints(min_length=1, max_length=2000)] = Field(
        description="Exactly one `def`, in the allowed part of NumPy."
    )
    from_words: bool = Field(
        False, description="The card that asks for it shows no formula: the prompt says all."
    )


class UncheckedItem(_Strict):
    """A formula that no machine check covers; the card says so."""

    latex: Annotated[str, StringConstraints(min_length=1, max_length=600)] = Field(
        description="The formula as it is printed, without dollars."
    )
    why: Words = Field(description="Why it cannot be checked.")


class ExampleItem(_Strict):
    """A worked example: numbers go in, the build computes what comes out."""

    given: dict[str, Formula] = Field(
        max_length=MANY, description="Values for names declared in `let`."
    )
    compute: Annotated[
        list[Formula], BeforeValidator(_as_list, json_schema_input_type=OneOrMore)
    ] = Field(
        min_length=1, max_length=4, description="Formulas whose values are computed and shown."
    )
    text: Prose | None = Field(None, description="A sentence before the numbers.")


Share = Annotated[float, Field(ge=0, le=100)]


class HiddenPart(_Strict):
    """A part of a picture; numbers are per cent of its width and height."""

    rect: Annotated[list[Share], Field(min_length=4, max_length=4)] | None = Field(
        None, description="`[left, top, width, height]` in per cent of the picture."
    )
    ellipse: Annotated[list[Share], Field(min_length=4, max_length=4)] | None = Field(
        None, description="The same, for the ellipse inside that rectangle."
    )


class OwnPicture(_Strict):
    """A picture in a file, with its words."""

    kind: Literal["image"] = Field(description="A picture of your own.")
    file: FileName = Field(description="PNG, JPEG, WebP or SVG beside this file, or below.")
    alt: Line = Field(description="What is seen, for those who cannot.")
    caption: Words | None = Field(None, description="The sentence below, on the back.")
    credit: Line | None = Field(None, description="Whose picture it is, and its licence.")
    night: Literal["keep", "invert"] | None = Field(
        None, description="On a dark card: drawings are inverted, photographs kept, unless said."
    )


class ImageFigure(OwnPicture):
    """A picture of one's own."""

    front_safe: bool = Field(False, description="Whether it may be asked what it shows.")
    regions: dict[RegionSlot, HiddenPart] = Field(
        default_factory=dict,
        description="Parts that cards hide, `r1` to `r20` (image occlusion); a slot is for ever.",
    )
    hide: Literal["all", "one"] = Field(
        "all", description="Whether a card hides all regions, or the asked one alone."
    )
    ask: Prose | None = Field(None, description="The question above the hidden parts.")


class Prompts(_Strict):
    """The entry's own wording of the standard fronts."""

    meaning: Prose | None = Field(None, description="Asks what it is, in words.")
    recall: Prose | None = Field(None, description="Asks for the formula.")
    recognise: Prose | None = Field(None, description="Shows the formula, asks for its name.")
    picture: Prose | None = Field(None, description="Shows the figure, asks what it is.")
    code: Prose | None = Field(None, description="Asks for the NumPy code.")
    read: Prose | None = Field(None, description="Shows the NumPy code, asks for the formula.")
    say: Prose | None = Field(None, description="Shows the sign, asks how it is read aloud.")
    cloze: Prose | None = Field(None, description="Stands above a formula with a blank.")


def _slots(prefix: str, most: int) -> BeforeValidator:
    """Read a list as slots 1, 2, 3, as blanks are read."""

    def numbered(value: object) -> object:
        if not isinstance(value, list):
            return value
        if len(value) > most:
            length = {"field_type": "List", "max_length": most, "actual_length": len(value)}
            raise PydanticKnownError("too_long", length)
        return {f"{prefix}{i}": part for i, part in enumerate(value, 1)}

    return BeforeValidator(numbered)


class LineItem(_Strict):
    """One line of a derivation."""

    line: Formula = Field(description="The next side of the chain, or the next relation.")
    by: Prose = Field(description="The rule, in a few words: at most 60 letters.")
    uses: list[EntryId] = Field(
        default_factory=list,
        max_length=MANY,
        description="Ids of the entries, or names of the branches, that the line rests on.",
    )
    relation: Annotated[str, StringConstraints(min_length=1, max_length=60)] = Field(
        "==",
        description="How it follows: == (unless given), <=, <, >=, >, =>, <=>, ≈ O(h**2).",
    )
    without: list[Literal["next", "rule"]] = Field(
        default_factory=list,
        max_length=2,
        description="Cards that anybody could answer: the step is shown, not asked for.",
    )


Unasked = Annotated[
    list[Literal["slip"]],
    Field(
        default_factory=list,
        max_length=1,
        description="slip, if its neighbours give it away: it is checked, not asked for.",
    ),
]


class SlipItem(_Strict):
    """A plausible false line; the check must refute it."""

    after: Annotated[int, Field(ge=0, le=MOST_LINES)] = Field(
        description="The line after which it is written, 0 for the start."
    )
    line: Formula = Field(description="The false line.")
    says: Prose = Field(description="What went wrong, in one sentence.")
    without: Unasked


LineSlot = Literal["l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8", "l9", "l10"]
SlipSlot = Literal["s1", "s2", "s3", "s4", "s5", "s6"]


class ChainItem(_Strict):
    """A chain of lines with its slips."""

    idea: Prose = Field(description="The one sentence that carries it.")
    let: dict[str, Formula] = Field(
        default_factory=dict, max_length=MANY, description="Further names with their types."
    )
    given: Given
    start: Formula = Field(
        alias="from", description="Where the chain starts: a side of the claim, or a relation."
    )
    lines: Annotated[
        dict[LineSlot, LineItem],
        _slots("l", MOST_LINES),
        Field(
            min_length=1,
            max_length=MOST_LINES,
            description="The lines in order; `l1` … `l10` when one was removed or put between.",
        ),
    ]
    slips: Annotated[
        dict[SlipSlot, SlipItem],
        _slots("s", MOST_SLIPS),
        Field(
            default_factory=dict,
            max_length=MOST_SLIPS,
            description="Plausible false lines; `s1` … `s6` when one was removed.",
        ),
    ]
    without: list[Literal["idea", "whole"]] = Field(
        default_factory=list,
        max_length=2,
        description="Cards that make no sense: of an idea that the goal tells, of a single step.",
    )


class BranchItem(ChainItem):
    """A case or a lemma: a derivation of its own."""

    title: Line = Field(
        description="What it shows, as it stands after the title of the entry: in lower case."
    )


class DerivationItem(ChainItem):
    """Why the claim of the entry is true, line by line."""

    branches: dict[EntryId, BranchItem] = Field(
        default_factory=dict,
        max_length=4,
        description="Cases and lemmas, by the name under which a line uses them.",
    )


Code = Annotated[str, StringConstraints(min_length=1, max_length=400)]


class GapItem(_Strict):
    """A part of the code that a card hides."""

    hide: Code = Field(description="A part of the code, copied; it stands there once.")
    also: Annotated[list[Code], BeforeValidator(_as_list, json_schema_input_type=OneOrMore)] = (
        Field(
            default_factory=list,
            max_length=4,
            description="What could stand there as well; it must return the same everywhere.",
        )
    )
    hint: Prose | None = Field(None, description="Opens on the front, for those who ask for it.")


class SlipInCode(_Strict):
    """A plausible mistake; the check must refuse the code with it."""

    right: Code = Field(description="A part of the code, copied; it stands there once.")
    wrong: Code = Field(description="What somebody writes there by mistake.")
    says: Prose = Field(description="What goes wrong, in one sentence.")
    without: Unasked


class InvariantItem(_Strict):
    """What holds in every pass of the loop, asked for."""

    ask: Prose = Field(description="One question, at most 120 characters; no yes/no question.")
    answer: Prose = Field(description="The one short answer, at most 60 characters.")
    holds: Formula = Field(
        description="The relation, between x_old and x_new for a variable x of the loop."
    )


class AlgorithmItem(_Strict):
    """A core in NumPy, tried at drawn inputs and checked by what it must achieve."""

    task: Prose = Field(description="What it returns, in one sentence; stands on every front.")
    let: dict[str, Formula] = Field(
        default_factory=dict, max_length=MANY, description="Its inputs with their types."
    )
    define: dict[str, Formula] = Field(
        default_factory=dict,
        max_length=MANY,
        description="Inputs that follow from others, and functions that it calls.",
    )
    given: Given
    code: Annotated[str, StringConstraints(min_length=1, max_length=2000)] = Field(
        description="Exactly one `def` of at most 15 lines, in the allowed part of NumPy."
    )
    returns: dict[str, Formula] = Field(
        min_length=1, max_length=6, description="What it returns, in order: `w: vector(n)`."
    )
    ensures: Annotated[
        list[Formula],
        BeforeValidator(_as_list, json_schema_input_type=OneOrMore),
        Field(min_length=1, max_length=6, description="What holds then, whatever the inputs."),
    ]
    loop: dict[str, Formula] = Field(
        default_factory=dict, max_length=6, description="Variables of its loop, for invariants."
    )
    invariants: Annotated[
        dict[Literal["i1", "i2", "i3"], InvariantItem],
        _slots("i", MOST_INVARIANTS),
        Field(
            default_factory=dict,
            max_length=MOST_INVARIANTS,
            description="What holds in every pass; `i1` … `i3` when one was removed.",
        ),
    ]
    gaps: Annotated[
        dict[Literal["g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8"], GapItem],
        _slots("g", MOST_GAPS),
        Field(
            default_factory=dict,
            max_length=MOST_GAPS,
            description="Parts hidden one at a time; `g1` … `g8` when one was removed.",
        ),
    ]
    calls: Annotated[
        dict[Literal["c1", "c2", "c3"], dict[str, Formula]],
        _slots("c", MOST_CALLS),
        Field(
            default_factory=dict,
            max_length=MOST_CALLS,
            description="Small values for the inputs; what it returns is computed and asked.",
        ),
    ]
    slips: Annotated[
        dict[SlipSlot, SlipInCode],
        _slots("s", MOST_SLIPS),
        Field(
            default_factory=dict,
            max_length=MOST_SLIPS,
            description="Plausible mistakes; `s1` … `s6` when one was removed.",
        ),
    ]


class Entry(_Strict):
    """One equation, concept, algorithm or piece of notation."""

    kind: Literal["equation", "concept", "algorithm", "notation"] = Field(
        description="What the entry is."
    )
    title: Line = Field(description="Its name, as a textbook prints it.")
    topic: Topic = Field(description="Group inside the subject (the folder), such as derivatives.")
    priority: Annotated[int, Field(ge=1, le=3)] = Field(
        2, description="1 for the core, which is learned first, 3 for what can wait."
    )
    let: dict[str, Formula] = Field(
        default_factory=dict,
        max_length=MANY,
        description="Every name with its type: the hypotheses.",
    )
    given: Given
    define: dict[str, Formula] = Field(
        default_factory=dict, max_length=MANY, description="Auxiliary local names."
    )
    definition: Formula | None = Field(
        None, description="`head == body`: introduces the head and is the formula on the card."
    )
    claim: Annotated[
        list[Annotated[ClaimItem, BeforeValidator(_claim)]],
        BeforeValidator(_claims, json_schema_input_type=str | ClaimItem | list[str | ClaimItem]),
    ] = Field(default_factory=list, max_length=6, description="Relations that are checked.")
    unchecked: UncheckedItem | None = Field(None, description="Instead of a claim.")
    sign: Prose | None = Field(
        None, description="Of a notation: the sign, as `$formula$` or hand-written LaTeX."
    )
    say: Line | None = Field(None, description="Of a notation: how the sign is read aloud.")
    unsaid: list[Line] = Field(
        default_factory=list,
        max_length=MANY,
        description="Names whose types serve the check only; the card prints a general one.",
    )
    show: dict[str, Annotated[str, StringConstraints(max_length=60)]] = Field(
        default_factory=dict,
        max_length=MANY,
        description="Another glyph for a name, such as s: \\sigma.",
    )
    symbols: dict[str, Prose] = Field(
        default_factory=dict,
        max_length=MANY,
        description="What each symbol means; keys are formulas.",
    )
    meaning: Prose = Field(description="What it says, in one sentence.")
    conditions: Prose | None = Field(None, description="When it holds; shown on the front.")
    why: Prose | None = Field(None, description="Why it matters.")
    pitfall: Prose | None = Field(None, description="The typical mistake.")
    personal: Prose | None = Field(None, description="Your own remark, for your own deck.")
    code: CodeItem | None = Field(None, description="One NumPy function, checked.")
    example: ExampleItem | None = Field(None, description="Numbers go in; the build computes.")
    derivation: DerivationItem | None = Field(
        None, description="Why the claim is true, line by line (docs/derivations.md)."
    )
    algorithm: AlgorithmItem | None = Field(
        None, description="A core in NumPy and what it must achieve (docs/algorithms.md)."
    )
    figure: dict[str, Any] | None = Field(None, description="A figure (docs/figure-kinds.md).")
    blanks: Annotated[
        dict[BlankSlot, Formula],
        BeforeValidator(_numbered, json_schema_input_type=list[Formula] | dict[BlankSlot, Formula]),
    ] = Field(
        default_factory=dict,
        max_length=4,
        description="Parts hidden one at a time (cloze); `{b2: …}` leaves blank 1 empty.",
    )
    prompts: Prompts = Field(
        default_factory=Prompts, description="The entry's own wording of standard fronts."
    )
    questions: dict[Literal["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8"], Question] = Field(
        default_factory=dict, description="Released slots keep their meaning for ever."
    )
    without: list[
        Literal["recall", "meaning", "recognise", "picture", "code", "read", "say", "cloze"]
    ] = Field(
        default_factory=list,
        max_length=MANY,
        description="Standard cards that make no sense for this entry.",
    )
    missing: dict[Literal["figure", "code", "questions"], Line] = Field(
        default_factory=dict, description="Parts left out on purpose, each with the reason."
    )
    requires: list[EntryId] = Field(
        default_factory=list, max_length=MANY, description="Entries to learn before."
    )
    sources: list[Line] = Field(
        default_factory=list, max_length=MANY, description="Where it is taught: DLB:6.5.2#6.44."
    )
    distinct: dict[EntryId, Words] = Field(
        default_factory=dict,
        max_length=MANY,
        description="Entries or lists with a card that sounds like one here: what differs.",
    )
    tags: list[Tag] = Field(default_factory=list, max_length=MANY, description="Further tags.")
    formerly: list[EntryId] = Field(
        default_factory=list,
        max_length=MANY,
        description="Earlier ids; the GUID stays that of the first.",
    )

    def parts(self) -> dict[str, bool]:
        """Return whether there is a figure, code and a question; `missing` may say why not.

        A notation has code where a question leads to it, such as "`np.argmin(y)`".
        """
        code = self.code is not None or self.algorithm is not None
        if self.kind == "notation":
            asked = (f"{each.ask} {each.answer}" for each in self.questions.values())
            code = code or any("`" in text for text in asked)
        return {
            "figure": self.figure is not None,
            "code": code,
            "questions": bool(self.questions),
        }

    def sign_formula(self) -> str:
        """Return the sign where it is written in the claim language."""
        dollars = self.sign is not None and self.sign[0] == self.sign[-1] == "$"
        return self.sign[1:-1] if self.sign and dollars and "$" not in self.sign[1:-1] else ""

    def statement_text(self, entry_id: str) -> StatementText:
        """Return the formulas of the entry, as they were written."""
        example = self.example
        return StatementText(
            id=entry_id,
            let=self.let,
            define=self.define,
            show=self.show,
            definition=self.definition or "",
            claims=tuple(
                (("claim", i, "formula"), item.formula, item.equality)
                for i, item in enumerate(self.claim)
            ),
            given=tuple(self.given),
            unsaid=tuple(self.unsaid),
            sign=self.sign_formula(),
            claim_given={i: tuple(item.given) for i, item in enumerate(self.claim) if item.given},
            claim_cited={i: item.cited for i, item in enumerate(self.claim) if item.cited},
            code_equals=(self.code.equals or "") if self.code else "",
            code_numpy=self.code.numpy if self.code else "",
            example_given=example.given if example else {},
            example_compute=tuple(example.compute) if example else (),
        )


class MistakeItem(_Strict):
    """A wrong answer that learners give, and what the card says to it."""

    answer: Formula = Field(description="The wrong answer, as a formula of the drawn names.")
    says: Prose = Field(description="What went wrong, in one sentence.")


class Exercise(_Strict):
    """A family of exercises: one task, with other numbers in every variant."""

    kind: Literal["exercise"] = Field(description="Always exercise.")
    title: Line = Field(description="What is practised, as a heading.")
    topic: Topic = Field(description="Group inside the subject (the folder), such as derivatives.")
    level: Annotated[int, Field(ge=1, le=3)] = Field(
        1, description="1 one step, 2 several steps, 3 needs an idea."
    )
    drills: list[EntryId] = Field(
        min_length=1, max_length=MANY, description="Ids of the entries that it practises."
    )
    let: dict[str, Formula] = Field(
        default_factory=dict,
        max_length=MANY,
        description="Free variables with their types: `x: real`.",
    )
    draw: dict[str, Formula] = Field(
        min_length=1,
        max_length=MANY,
        description="Names with what they are drawn from, `a: integers(1, 6)`, "
        "or the formula that they follow from.",
    )
    given: Annotated[
        list[Formula],
        BeforeValidator(_as_list, json_schema_input_type=OneOrMore),
        Field(
            default_factory=list,
            max_length=12,
            description="Conditions; a draw that does not meet them is drawn again.",
        ),
    ]
    show: dict[str, Annotated[str, StringConstraints(max_length=60)]] = Field(
        default_factory=dict,
        max_length=MANY,
        description="Another glyph for a name, such as s: \\sigma.",
    )
    ask: Prose = Field(description="The one task; at most 160 letters with its numbers.")
    answer: Formula = Field(
        description="What is asked for: a number, vector, matrix, expression, "
        "`set(a, b)` or `interval(a, b)`."
    )
    reply: Prose | None = Field(
        None, description="The answer as a sentence, at most 40 letters; without it the bare value."
    )
    choices: list[Line] = Field(
        default_factory=list,
        max_length=8,
        description="Words of which `answer` is the number.",
    )
    claim: Annotated[list[Formula], BeforeValidator(_as_list, json_schema_input_type=OneOrMore)] = (
        Field(
            min_length=1,
            max_length=6,
            description="What links the answer to the question: `d(f, x) == answer`.",
        )
    )
    steps: list[Prose] = Field(
        default_factory=list,
        max_length=8,
        description="The worked solution, line by line; a formula that begins with == goes on.",
    )
    hint: Prose | None = Field(None, description="What to think of, in one sentence.")
    mistakes: list[MistakeItem] = Field(
        default_factory=list, max_length=6, description="Wrong answers that learners give."
    )
    note: Annotated[list[Formula], BeforeValidator(_as_list, json_schema_input_type=OneOrMore)] = (
        Field(
            default_factory=list,
            max_length=8,
            description="What tells variants apart; without it the numbers in the problem.",
        )
    )
    allows: list[Literal["zero", "given"]] = Field(
        default_factory=list,
        max_length=2,
        description="`zero`: the answer may be 0; `given`: it may equal a given value.",
    )
    variants: Annotated[int, Field(ge=1, le=12)] = Field(
        12, description="How many variants at most."
    )
    sources: list[Line] = Field(
        default_factory=list, max_length=MANY, description="Where it is taught: DLB:6.5.2#6.44."
    )
    tags: list[Tag] = Field(default_factory=list, max_length=MANY, description="Further tags.")
    formerly: list[EntryId] = Field(
        default_factory=list,
        max_length=MANY,
        description="Earlier ids; the GUID stays that of the first.",
    )


_DECK_PART = r"[^\s:\"\x00-\x1f](?:[^:\"\x00-\x1f]*[^\s:\"\x00-\x1f])?"
"""A name between ``::``: Anki cuts spaces at its ends, and calls an empty one 'blank'."""


def _kept_by_anki(title: str) -> str:
    """Refuse the name of a deck that Anki would change, or that every learner has already."""
    if title.casefold() == "default" or not unicodedata.is_normalized("NFC", title):
        raise PydanticCustomError("string_pattern_mismatch", "Anki would change it")
    return without_formula(title)


class Selection(_Strict):
    """Entries that go into a deck; exactly one key, and a title for a sub-deck."""

    title: (
        Annotated[
            str,
            StringConstraints(pattern=rf"^{_DECK_PART}$", max_length=60),
            AfterValidator(_kept_by_anki),
        ]
        | None
    ) = Field(None, description="Makes a sub-deck of this name; an identity.")
    contents: list[Selection] | None = Field(
        None, min_length=1, max_length=1000, description="What goes into the sub-deck."
    )

    subject: Topic | None = Field(None, description="Every entry of this folder.")
    kind: Literal["equation", "concept", "algorithm", "notation"] | None = Field(
        None, description="Every entry of this kind."
    )
    entries: list[EntryId] | None = Field(None, description="These entries.")
    deck: EntryId | None = Field(None, description="All of another deck, in its own place.")


class Deck(_Strict):
    """What goes into one deck."""

    title: Annotated[
        str,
        StringConstraints(pattern=rf"^{_DECK_PART}(?:::{_DECK_PART})*$", max_length=100),
        AfterValidator(_kept_by_anki),
    ] = Field(description="Name in Anki, parents before `::`; an identity, never change it.")
    description: Words = Field(description="What it is, for readers of the shared deck.")
    contents: list[Selection] = Field(
        min_length=1, max_length=1000, description="What goes into it."
    )
    exercises: bool = Field(False, description="Two sub-decks: 'On the go' and 'Pen and paper'.")
    derivations: bool = Field(
        False, description="Derivations too; whole ones go to 'Pen and paper'."
    )
    version: Line | None = Field(None, description="Shown in the description of the deck.")


class QuestionText(_Strict):
    """A translated question."""

    ask: Prose | None = Field(None, description="The question.")
    answer: Prose | None = Field(None, description="The short answer.")
    more: Prose | None = Field(None, description="The explanation below the answer.")
    hint: Prose | None = Field(None, description="The hint on the front.")


class FigureText(_Strict):
    """Translated texts of a figure."""

    alt: Line | None = Field(None, description="What is seen, for those who cannot.")
    caption: Words | None = Field(None, description="The sentence below.")


class ExampleText(_Strict):
    """Translated text of the worked example."""

    text: Prose | None = Field(None, description="The story of the example.")


class UncheckedText(_Strict):
    """Translated reason."""

    why: Words | None = Field(None, description="Why no machine can check it.")


class Translation(_Strict):
    """The texts of an entry in another language, under the same keys."""

    title: Line | None = Field(None, description="The term in this language.")
    say: Line | None = Field(None, description="How the sign is read aloud.")
    meaning: Prose | None = Field(None, description="What it says, in one sentence.")
    conditions: Prose | None = Field(None, description="When it holds.")
    why: Prose | None = Field(None, description="Why it matters.")
    pitfall: Prose | None = Field(None, description="The typical mistake.")
    symbols: dict[str, Prose] = Field(
        default_factory=dict,
        max_length=MANY,
        description="What each symbol means; the keys are those of the entry.",
    )
    questions: dict[Literal["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8"], QuestionText] = Field(
        default_factory=dict, description="The questions, under the slots of the entry."
    )
    prompts: Prompts = Field(default_factory=Prompts, description="The wording of standard fronts.")
    figure: FigureText | None = Field(None, description="The texts of the figure.")
    example: ExampleText | None = Field(None, description="The text of the example.")
    unchecked: UncheckedText | None = Field(None, description="The reason in this language.")


class ListHead(_Strict):
    """What all notes of a list share."""

    title: Line = Field(description="Name of the list; the title of its notes.")
    topic: Topic = Field(description="Group inside the subject (the folder).")
    priority: Annotated[int, Field(ge=1, le=3)] = Field(2, description="1 first, 3 last.")
    sources: list[Line] = Field(
        default_factory=list, max_length=MANY, description="Where it is taught."
    )
    tags: list[Tag] = Field(default_factory=list, max_length=MANY, description="Further tags.")
    let: dict[str, Formula] = Field(
        default_factory=dict, max_length=MANY, description="Names in formulas, with their types."
    )
    reverse: bool = Field(False, description="Whether each note also asks for its question.")


class ListFigure(OwnPicture):
    """A picture of one's own in a list."""

    front: bool = Field(False, description="Whether it stands on the front, below the question.")


class PlainQuestion(_Strict):
    """A question and its short answer."""

    ask: Prose = Field(description="One question.")
    answer: Prose = Field(description="The one short answer.")
    more: Prose | None = Field(None, description="An explanation below the answer.")
    hint: Prose | None = Field(None, description="Opens on the front, for those who ask for it.")
    figure: ListFigure | None = Field(None, description="A picture of your own.")
    audio: FileName | None = Field(None, description="A sound file beside the list, on the back.")
    ask_audio: FileName | None = Field(None, description="A sound that the front plays.")
    tags: list[Tag] = Field(default_factory=list, max_length=MANY, description="Further tags.")
    priority: Annotated[int, Field(ge=1, le=3)] | None = Field(
        None, description="In place of that of the list."
    )
    reverse: bool | None = Field(None, description="In place of that of the list.")


class WholeList(ListHead):
    """A list of plain questions."""

    notes: dict[EntryId, PlainQuestion] = Field(
        min_length=1, description="Question and answer by id; an id is for ever."
    )


class RuleSet(_Strict):
    """Which rules of good cards apply, as linters say it."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    set: Literal["all", "small", "none"] = Field(
        "small", description="`small` for mistakes in any deck, `all` for the bundled library's."
    )
    also: list[str] = Field(default_factory=list, max_length=MANY, description="And these codes.")
    without: list[str] = Field(
        default_factory=list, max_length=MANY, alias="except", description="But not these codes."
    )


class ProjectFile(_Strict):
    """What holds for all content of a project."""

    namespace: str = Field(
        description="First part of every GUID, for ever: a word that only you use."
    )
    title: Line | None = Field(None, description="Name of the project.")
    author: Line | None = Field(None, description="Whose cards these are; told on each deck.")
    licence: Line | None = Field(None, description="What others may do; told on each deck.")
    language: str = Field(SOURCE, description="In which the entries are written.")
    tags: list[Tag] = Field(
        default_factory=list, max_length=MANY, description="Tags of every note, `a::b` too."
    )
    rules: RuleSet = Field(
        default_factory=RuleSet,
        description="The rules of good cards that apply.",
    )
    macros: dict[str, Annotated[str, StringConstraints(min_length=1, max_length=300)]] = Field(
        default_factory=dict,
        max_length=MANY,
        description="LaTeX by name: `R: \\mathbb{R}`, with #1 for an argument.",
    )


MODELS: Mapping[str, type[BaseModel]] = {
    "entry": Entry,
    "deck": Deck,
    "translation": Translation,
    "list": WholeList,
    "project": ProjectFile,
    "exercise": Exercise,
}


def read_model(model: type[Model], document: Document) -> tuple[Model | None, list[Problem]]:
    """Fit a document to a model.

    Parameters
    ----------
    model : type
        :class:`Entry`, :class:`Exercise`, :class:`Deck` or :class:`Translation`.
    document : Document

    Returns
    -------
    model or None
        None when anything does not fit.
    list of Problem
        Every misfit, at the key or value concerned.
    """
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        places = Places(document)
        return None, [
            places.problem(
                _as_written(m.path, document.data), m.code, m.message, m.hint, key=m.at_key
            )
            for m in misfits(model, _with_slots(document.data), error)
        ]


def misfits_of(model: type[BaseModel], data: object) -> list[Misfit]:
    """Return what of data does not fit a model."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        return misfits(model, data, error)
    return []


_SLOTTED = ("lines", "slips", "gaps", "calls", "invariants")


def _with_slots(data: object, key: str = "") -> object:
    """Return data with the parts of derivations and algorithms under their slots."""
    if isinstance(data, list) and key in _SLOTTED and len(data) <= MOST_LINES:
        return {f"{key[0]}{i}": part for i, part in enumerate(data, 1)}
    if isinstance(data, dict) and key not in ("figure", *_SLOTTED):
        return {name: _with_slots(part, str(name)) for name, part in data.items()}
    return data


def _as_written(path: tuple[str | int, ...], data: object) -> tuple[str | int, ...]:
    """Return a path into slots as one into the list that they were written as."""
    written: list[str | int] = []
    for step in path:
        listed = isinstance(data, list) and isinstance(step, str) and step[1:].isdecimal()
        written.append(int(str(step)[1:]) - 1 if listed else step)
        try:
            data = data[written[-1]]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            data = None
    return tuple(written)


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of one sort of file, for editors.

    Parameters
    ----------
    name : str
        A key of :data:`MODELS`.

    Returns
    -------
    dict
        In the vocabulary of draft 7, which all editors understand.

    Examples
    --------
    >>> json_schema("deck")["required"]
    ['title', 'description', 'contents']
    """
    schema = MODELS[name].model_json_schema(schema_generator=_Generator)
    if name == "entry":
        schema["properties"]["figure"] = _figure_schema(schema)
    converted = _draft_7(schema)
    assert isinstance(converted, dict)
    head = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"dlcards {name}",
    }
    return {**head, **{k: v for k, v in converted.items() if k != "title"}}


class _Generator(GenerateJsonSchema):
    """Lets editors accept the short forms that we accept: ``x**2`` for a curve."""

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> dict[str, Any]:
        whole = super().function_before_schema(schema)
        if "json_schema_input_schema" in schema:
            return whole
        short = _SHORT_FORMS.get(str(whole.get("type", "object")), [])
        return {"anyOf": [whole, {"type": short}]}


_SHORT_FORMS: Mapping[str, list[str]] = MappingProxyType(
    {
        "string": ["number", "boolean"],
        "number": ["string"],
        "integer": ["string"],
        "array": ["string", "number"],
        "object": ["string", "array"],
    }
)


def _figure_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the choice between the kinds of figure; their parts join the definitions."""
    from dlcards.figures import KINDS  # start-up

    choices = []
    for kind in KINDS:
        name = f"figure_{kind.name}"
        # Parts of two kinds may have the same name.
        template = f"#/$defs/{name}_{{model}}"
        part = kind.spec.model_json_schema(ref_template=template, schema_generator=_Generator)
        for inner, definition in part.pop("$defs", {}).items():
            schema.setdefault("$defs", {})[f"{name}_{inner}"] = definition
        part["properties"]["kind"]["description"] = "The kind of figure."
        schema["$defs"][name] = part
        choices.append(
            {
                "if": {
                    "properties": {"kind": {"const": kind.name}},
                    "required": ["kind"],
                    "not": {"required": ["panels"]},
                },
                "then": {"$ref": f"#/$defs/{name}"},
            }
        )
    image = ImageFigure.model_json_schema(schema_generator=_Generator)
    schema["$defs"]["figure_image"] = image
    own = {"properties": {"kind": {"const": "image"}}, "required": ["kind"]}
    choices.append({"if": own, "then": {"$ref": "#/$defs/figure_image"}})
    names = ["image", *(kind.name for kind in KINDS)]
    kinds = {"enum": names, "description": "The kind of figure."}
    panels = {
        "description": "Figures side by side, each with the keys of the figure and its own.",
        "type": "array",
        "minItems": 1,
        "items": {"type": "object", "properties": {"kind": kinds}},
    }
    return {
        "description": "A figure (docs/figure-kinds.md).",
        "type": "object",
        "anyOf": [{"required": ["kind"]}, {"required": ["panels"]}],
        "properties": {"kind": kinds, "panels": panels},
        "allOf": choices,
    }


def _draft_7(value: Any) -> Any:
    """Rewrite what newer drafts say otherwise."""
    if isinstance(value, list):
        return [_draft_7(item) for item in value]
    if not isinstance(value, dict):
        return value
    out = {}
    for key, item in value.items():
        if key == "$ref" and isinstance(item, str):
            out[key] = item.replace("#/$defs/", "#/definitions/")
        elif key == "$defs":
            out["definitions"] = _draft_7(item)
        elif key == "prefixItems":
            out["items"] = _draft_7(item)
        elif key == "discriminator" or (key == "title" and isinstance(item, str)):
            continue
        elif key == "items" and "prefixItems" in value:
            out["additionalItems"] = _draft_7(item)
        else:
            out[key] = _draft_7(item)
    return out
