"""Entries become notes: which cards an entry gets, and what stands in their fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from textwrap import dedent
from typing import Any

from dlcards import languages
from dlcards.cards import blanks, html
from dlcards.cards.highlight import highlight
from dlcards.cards.latex import fault as latex_fault
from dlcards.cards.measure import broken, size_class
from dlcards.cards.note_types import note_type, occlusion_type
from dlcards.cards.tags import note_tags
from dlcards.claims.statement import FormulaProblem, Path
from dlcards.claims.verdict import Level
from dlcards.model import (
    AlgorithmCall,
    AlgorithmContent,
    AlgorithmGap,
    AlgorithmInvariant,
    AlgorithmSlip,
    CardContent,
    CheckSummary,
    DerivationContent,
    DerivationLine,
    DerivationSlip,
    ExerciseContent,
    ExerciseMistake,
    ExerciseVariant,
    Illustration,
    Note,
    Piece,
    PieceKind,
    PlainQuestions,
    Prose,
    QuestionContent,
    SourceLink,
    math,
    plain,
)

CARD_FIELDS: Mapping[str, str] = {
    "recall": "RecallQ",
    "meaning": "MeaningQ",
    "recognise": "NameQ",
    "picture": "PictureQ",
    "code": "CodeQ",
    "read": "ReadQ",
    "term": "TermQ",
    "term-back": "TermBackQ",
    "say": "SayQ",
}
"""Standard cards of an entry, each with the field that holds its question."""

_STEM = 5
"""Letters by which words that begin alike are taken for one."""

GAP = "__gap__"
"""Stands for a gap while code is coloured; no name of a snippet may begin so."""

NoteContent = AlgorithmContent | CardContent | DerivationContent | ExerciseContent
"""What a note is composed from."""

QUESTION_SLOTS = tuple(f"q{number}" for number in range(1, 9))


def compose(content: CardContent) -> tuple[tuple[Note, ...], tuple[FormulaProblem, ...]]:
    r"""Make the notes of one entry.

    Parameters
    ----------
    content : CardContent

    Returns
    -------
    tuple of Note
        The Formula note and, when the entry names blanks, the Cloze note. Their deck is
        still open: :func:`place` chooses it.
    tuple of FormulaProblem
        Formulas that would break the card, an entry without any card; each points to a
        key of the entry.

    Examples
    --------
    >>> from dlcards.model import plain
    >>> notes, problems = compose(CardContent(
    ...     "chain-rule", "equation", "Chain rule", "calculus", "derivatives",
    ...     formulas=(r"\frac{dy}{dx} = \frac{dy}{du} \frac{du}{dx}",),
    ...     meaning=plain("Slopes multiply."), without=("recognise",)))
    >>> [note.guid for note in notes], notes[0].slots
    (['dlcards/chain-rule'], ('recall',))
    """
    problems = list(_content_problems(content))
    if problems:
        return (), tuple(problems)
    notes = []
    formula_note = _formula_note(content)
    if formula_note.slots:
        notes.append(formula_note)
    if "cloze" not in content.without and (numbers := blanks.slots(content.marked)):
        notes.append(_cloze_note(content, numbers))
    if content.regions and content.figure is not None:
        notes.append(_occlusion_note(content, content.figure))
    if not notes and not problems:
        message = "the entry has no card: no formula, no meaning to ask for, no question"
        problems.append(FormulaProblem((), "no-card", message, "add a question"))
    return (() if problems else tuple(notes)), tuple(problems)


def compose_questions(content: PlainQuestions, deck: str = "") -> tuple[Note, ...]:
    """Make one note of every plain question, each with one card.

    Parameters
    ----------
    content : PlainQuestions
    deck : str
        The deck of all of them, see :func:`deck_for`.

    Examples
    --------
    >>> shared = CardContent("bones", "concept", "Bones", "anatomy", "bones")
    >>> femur = ("Which bone is the longest?", "The femur")
    >>> note, = compose_questions(PlainQuestions(shared, {"femur": femur}))
    >>> note.guid, note.slots
    ('dlcards/bones/femur', ('q1',))
    """
    shared = content.shared
    example = QuestionContent(plain("?"), plain("!"))
    pattern = _formula_note(replace(shared, questions={"q1": example}))
    names = note_type("formula").field_names()
    ask, answer, last = (names.index(name) for name in ("Q1", "A1", "Id"))
    fields, slots, tags = list(pattern.fields), pattern.slots, pattern.tags
    language = _translated(shared)
    notes = []
    for name, (question, reply) in content.notes.items():
        if name in content.rich:
            notes.append(replace(_formula_note(content.rich[name]), deck=deck))
            continue
        entry = f"{shared.id}/{name}"
        fields[ask] = html.text(question)
        fields[answer] = f"<p>{html.text(reply)}</p>"
        fields[last] = entry
        guid = f"{shared.namespace}/{entry}{language}"
        notes.append(Note(guid, pattern.note_type, tuple(fields), tags, (), deck, entry, slots))
    return tuple(notes)


def compose_exercise(content: ExerciseContent) -> Note:
    """Make the note of one family of exercises.

    Raises
    ------
    ValueError
        If there is no variant.

    Examples
    --------
    >>> from dlcards.model import plain
    >>> note = compose_exercise(ExerciseContent("ex-sum", "Add", "calculus", "sums",
    ...     variants=(ExerciseVariant(plain("1 + 1"), plain("2")),)))
    >>> note.guid, note.tags[0]
    ('dlcards/ex-sum', 'dlcards::calculus::sums')
    """
    if not content.variants:
        raise ValueError(f"{content.id} has no variant")
    words = languages.table(content.lang, "cards")
    labels = words["labels"]
    first = content.variants[0]
    guid = _guid(content)
    fields = {
        **_common_fields(content, words, related_label=labels["drills"]),
        "Problem": html.prose(first.problem),
        "Answer": html.prose(first.answer),
        "Steps": _steps(first.steps, labels),
        "Hint": _hint(first, labels),
        "Mistakes": _mistakes(first, labels),
        "Variants": _variants(content, guid, words["exercise"], labels),
    }
    return _note(content, "exercise", guid, fields, ("exercise",), "exercise")


def compose_derivation(content: DerivationContent) -> tuple[Note, ...]:
    """Make the notes of one derivation: one of its steps, one of the whole on paper.

    Examples
    --------
    >>> from dlcards.model import plain
    >>> lines = (DerivationLine(0, "", "a"), DerivationLine(1, "=", "b", plain("a rule")))
    >>> steps, whole = compose_derivation(DerivationContent(
    ...     "e", "E", "calculus", "sums", "a = b", plain("An idea."), lines))
    >>> steps.guid, steps.slots
    ('dlcards/e/derivation', ('n1', 'r1', 'idea'))
    >>> whole.guid, whole.slots
    ('dlcards/e/derivation/whole', ('whole',))
    """
    words = languages.table(content.lang, "cards")
    common = _common_fields(content, words, related_label=words["labels"]["related"])
    part = f"branch/{content.branch}" if content.branch else "derivation"
    notes = []
    for guid, cards in (
        (_guid(content, part), _step_cards(content, words)),
        (_guid(content, f"{part}/whole"), _whole_card(content, words)),
    ):
        if not cards:
            continue
        fields = {**common, "Id": html.text(guid)}
        for slot, ask, reply in cards:
            fields |= {f"Ask {slot}": ask, f"Reply {slot}": reply}
        if len(cards) > 1:
            every = _chain(content.lines, words, rules=True)
            fields["Lines"] = html.fold(words["labels"]["lines"], every, css="fold")
        slots = tuple(slot for slot, _, _ in cards)
        notes.append(_note(content, "derivation", guid, fields, slots, "derivation"))
    return tuple(notes)


def compose_algorithm(content: AlgorithmContent) -> tuple[Note, ...]:
    r"""Make the notes of one algorithm: one of its parts, one of the whole on paper.

    Examples
    --------
    >>> from dlcards.model import plain
    >>> code = "def double(x):\n    return x + x"
    >>> parts, whole = compose_algorithm(AlgorithmContent(
    ...     "al-double", "Double", "algorithms", "basics", plain("Returns the double."), code,
    ...     gaps=(AlgorithmGap(1, 26, 31, ("2 * x",)),),
    ...     calls=(AlgorithmCall(1, "x = 2", "y = 4"),)))
    >>> parts.guid, parts.slots
    ('dlcards/al-double/algorithm', ('g1', 'c1'))
    >>> whole.guid, whole.slots
    ('dlcards/al-double/algorithm/whole', ('whole',))
    """
    words = languages.table(content.lang, "cards")
    common = _common_fields(content, words, related_label=words["labels"]["related"])
    code = html.fold(words["labels"]["whole"], highlight(content.code), css="fold")
    notes = []
    for part, cards in (
        ("algorithm", _algorithm_cards(content, words)),
        ("algorithm/whole", [_whole_algorithm(content, words)]),
    ):
        if not cards:
            continue
        guid = _guid(content, part)
        fields = {**common, "Code": code, "Ensures": _ensures(content, words)}
        fields["Id"] = html.text(guid)
        for slot, ask, reply in cards:
            fields |= {f"Ask {slot}": ask, f"Reply {slot}": reply}
        slots = tuple(slot for slot, _, _ in cards)
        notes.append(_note(content, "algorithm", guid, fields, slots, "algorithm"))
    return tuple(notes)


def place(notes: Iterable[Note], deck: str, *, lang: str, split: bool) -> tuple[Note, ...]:
    """Choose the deck of every note.

    Parameters
    ----------
    deck : str
        Name of the deck, parents before ``::``.
    split : bool
        Whether questions and exercises go to two sub-decks, for on the go and for
        pen and paper.

    Examples
    --------
    >>> note = Note("dlcards/ex-det", "dlcards Exercise", ())
    >>> place([note], "Maths", lang=languages.SOURCE, split=True)[0].deck
    'Maths::Pen and paper'
    """
    return tuple(
        replace(note, deck=deck_for(_place_of(note), deck, lang=lang, split=split))
        for note in notes
    )


def _place_of(note: Note) -> str:
    """Return the note type whose deck a note goes to: something whole needs paper."""
    return note_type("exercise").name if note.slots == ("whole",) else note.note_type


def deck_for(note_type_name: str, deck: str, *, lang: str, split: bool) -> str:
    """Return the deck for notes of a type.

    Examples
    --------
    >>> deck_for("dlcards Formula", "Maths", lang=languages.SOURCE, split=True)
    'Maths::On the go'
    """
    if not split:
        return deck
    part = "exercises" if note_type_name.endswith(" Exercise") else "cards"
    words = languages.table(lang, "cards")["decks"]
    return f"{deck}::{words[part]}"


def topic_line(subject: str, topic: str, lang: str, *, title: str = "") -> str:
    """Return the line with subject and topic above a question.

    A topic that names the entry, or is a part of its name, is left out: it would answer
    "what is this called?".

    Examples
    --------
    >>> topic_line("linear-algebra", "matrices", languages.SOURCE)
    'Linear algebra › Matrices'
    >>> topic_line("calculus", "limits", languages.SOURCE, title="Limit")
    'Calculus'
    >>> topic_line("ml", "attention", languages.SOURCE, title="Scaled dot-product attention")
    'Ml'
    """
    names = languages.table(lang, "cards")["names"]
    first, *rest = (
        names.get(part, part.replace("-", " ").capitalize())
        for part in dict.fromkeys((subject, topic))
    )
    told = [name for name in rest if not _tells(name.lower(), title.lower())]
    return " › ".join((first, *told))


def _tells(topic: str, title: str) -> bool:
    """Tell whether a topic holds the title, or the title all words of the topic."""
    if not title:
        return False
    told, said = re.findall(r"\w+", topic), re.findall(r"\w+", title)
    return title in topic or all(any(_alike(word, other) for other in said) for word in told)


def _alike(a: str, b: str) -> bool:
    """Tell whether two words begin alike: maps and map, projections and projection."""
    stem = min(len(a), len(b), _STEM)
    return a[:stem] == b[:stem]


def _topic(content: NoteContent) -> str:
    return topic_line(content.subject, content.topic, content.lang, title=content.title)


def _formula_note(content: CardContent) -> Note:
    words = languages.table(content.lang, "cards")
    fields = {
        **_common_fields(content, words, related_label=words["labels"]["related"]),
        **_reference_fields(content, words),
        **_recalled_fields(content),
        "FromWords": "1" if content.code_from_words else "",
        "Formula": _formulas(content.formulas, written=content.sign_written),
        "Say": html.text(content.say),
        "Term": html.text(content.term),
        "PictureFront": html.figure(content.figure_front, caption=False)
        if content.figure_front
        else "",
    }
    asked = {name: prompt for name in CARD_FIELDS if (prompt := _prompt(content, name, words))}
    for name, prompt in asked.items():
        fields[CARD_FIELDS[name]] = html.prose(prompt)
    questions = [slot for slot in QUESTION_SLOTS if slot in content.questions]
    for slot in questions:
        question = content.questions[slot]
        hint = html.fold(words["labels"]["hint"], html.prose(question.hint), css="fold hint")
        shown = html.figure(question.picture, caption=False) if question.picture else ""
        asked_aloud = html.sound(question.ask_audio) if question.ask_audio else ""
        fields[slot.upper()] = html.prose(question.ask) + asked_aloud + shown + hint
        more = html.element("p", html.prose(question.more), css="more")
        told = html.sound(question.audio) if question.audio else ""
        fields[f"A{slot[1:]}"] = html.element("p", html.prose(question.answer)) + told + more
    pictures = (
        content.figure,
        content.figure_front if "picture" in asked else None,
        *(question.picture for question in content.questions.values()),
    )
    if "picture" not in asked:
        fields["PictureFront"] = ""
    slots = (*asked, *questions)
    heard = [n for each in content.questions.values() for n in (each.audio, each.ask_audio) if n]
    return _note(content, "formula", _guid(content), fields, slots, content.kind, pictures, heard)


def _cloze_note(content: CardContent, numbers: Sequence[int]) -> Note:
    words = languages.table(content.lang, "cards")
    prompt = content.prompts.get("cloze") or _phrase(
        words["prompts"]["cloze"][content.kind], content
    )
    fields = {
        **_common_fields(content, words, related_label=words["labels"]["related"]),
        **_reference_fields(content, words),
        "Text": _with_blanks(content.marked),
        "Prompt": html.prose(prompt),
        "Extra": _further(content.formulas),
    }
    slots = tuple(f"cloze:{number}" for number in numbers)
    guid = _guid(content, "cloze")
    return _note(content, "cloze", guid, fields, slots, content.kind, (content.figure,))


def _occlusion_note(content: CardContent, picture: Illustration) -> Note:
    """Return a picture with parts that its cards hide, one at a time."""
    mode = int(content.hide_all)
    parts = []
    for region in content.regions:
        numbers = (
            ("left", region.left),
            ("top", region.top),
            *(
                (("rx", region.width / 2), ("ry", region.height / 2))
                if region.is_round
                else (("width", region.width), ("height", region.height))
            ),
        )
        shape = "ellipse" if region.is_round else "rect"
        said = "".join(f":{name}={value:.4f}" for name, value in numbers)
        parts.append(f"{{{{c{region.number}::image-occlusion:{shape}{said}:oi={mode}}}}}<br>")
    shown = html.element("p", html.prose(content.meaning))
    caption = html.element("p", html.text(picture.caption))
    credit = html.element("small", html.text(picture.credit))
    name, alt = html.attribute(picture.media.name), html.attribute(picture.alt)
    fields = {
        "Occlusion": "".join(parts),
        "Image": f'<img src="{name}" alt="{alt}">',
        "Header": html.prose(content.prompts.get("regions") or plain(content.title)),
        "Back Extra": shown + caption + credit,
        "Comments": html.text(content.id),
    }
    shape_of = occlusion_type(content.namespace)
    return Note(
        guid=_guid(content, "occlusion"),
        note_type=shape_of.name,
        fields=tuple(fields[name] for name in shape_of.field_names()),
        tags=_tags(content, content.kind),
        media=(picture.media.name,),
        entry=content.id,
        slots=tuple(f"cloze:{region.number}" for region in content.regions),
    )


def _with_blanks(marked: str) -> str:
    marked = broken(marked)
    shown, css = (
        rf"\[{blanks.cloze_latex(marked)}\]",
        size_class(blanks.without_marks(marked), blanks=len(blanks.slots(marked))),
    )
    return html.element("div", shown, css=css) if css else shown


def _note(
    content: NoteContent,
    folder: str,
    guid: str,
    fields: Mapping[str, str],
    slots: tuple[str, ...],
    kind: str,
    pictures: Sequence[Illustration | None] = (),
    sounds: Iterable[str] = (),
) -> Note:
    shape = note_type(folder, content.namespace)
    known = shape.field_names()
    assert set(fields) <= set(known), set(fields) - set(known)
    shown = pictures or (content.figure,)
    media = sorted({picture.media.name for picture in shown if picture} | set(sounds))
    return Note(
        guid=guid,
        note_type=shape.name,
        fields=tuple(fields.get(name, "") for name in known),
        tags=_tags(content, kind),
        media=tuple(media),
        entry=content.id,
        slots=slots,
    )


def _guid(content: NoteContent, part: str = "") -> str:
    language = _translated(content)
    tail = f"/{part}" if part else ""
    return f"{content.namespace}/{content.id}{tail}{language}"


def _translated(content: NoteContent) -> str:
    """Return what ends the GUID of a translation; empty for a note as its author wrote it."""
    return "" if content.lang == languages.or_source(content.written) else f"@{content.lang}"


def _tags(content: NoteContent, kind: str) -> tuple[str, ...]:
    level = (f"level::{content.level}",) if isinstance(content, ExerciseContent) else ()
    return note_tags(
        content.namespace,
        content.subject,
        content.topic,
        content.priority,
        kind,
        content.source_tags,
        (*level, *content.tags),
    )


def _prompt(content: CardContent, name: str, words: Mapping[str, Any]) -> Prose:
    """Return the question of a standard card, empty when the entry has no such card."""
    if name in content.without or not _has_card(content, name):
        return ()
    if own := content.prompts.get(name):
        return own
    table = words["prompts"].get(name)
    return _phrase(table[content.kind], content) if table else ()


def _has_card(content: CardContent, name: str) -> bool:
    """Return whether an entry has what a standard card needs."""
    if name == "picture":
        return content.figure_front is not None
    if name in ("term", "term-back"):
        return bool(content.term and _translated(content))
    if name == "meaning":
        wanted = content.kind in ("algorithm", "concept") or "meaning" in content.prompts
        return bool(content.meaning) and wanted
    if name == "say":
        return content.kind == "notation" and bool(content.say and content.formulas)
    if name in ("code", "read"):
        return bool(content.code and content.formulas)
    return bool(content.formulas)


def _phrase(sentence: str, content: AlgorithmContent | CardContent | DerivationContent) -> Prose:
    """Fill a phrase; what stands between stars is emphasised."""
    pieces = []
    for index, part in enumerate(sentence.split("*")):
        filled = part.replace("{title}", content.title)
        if isinstance(content, CardContent):
            filled = filled.replace("{term}", content.term)
        if filled:
            kind = PieceKind.EMPHASIS if index % 2 else PieceKind.TEXT
            pieces.append(Piece(kind, filled))
    return tuple(pieces)


def _common_fields(
    content: NoteContent,
    words: Mapping[str, Any],
    *,
    related_label: str,
) -> dict[str, str]:
    labels = words["labels"]
    return {
        "Title": html.text(content.title),
        "Topic": html.text(_topic(content)),
        "Figure": html.figure(content.figure, caption=True) if content.figure else "",
        "Check": _check(content, words),
        "Sources": html.fold(labels["sources"], _sources(content.sources), css="fold"),
        "Related": html.fold(related_label, html.related(content.related), css="fold"),
        "Lang": html.attribute(content.lang if _translated(content) else content.written),
        "Id": html.text(content.id),
    }


def _reference_fields(content: CardContent, words: Mapping[str, Any]) -> dict[str, str]:
    labels = words["labels"]
    return {
        "Where": _where(content.where),
        "WhereDefined": _where(content.where_defined),
        "Conditions": html.element("p", html.prose(content.conditions), css="conditions"),
        "Symbols": html.fold(labels["symbols"], _symbols(content), css="fold"),
        "Further": html.fold(labels["further"], _further_fold(content), css="fold"),
        "Meaning": html.prose(content.meaning),
        "CodeLabel": html.text(labels["code"]) if content.code else "",
        "Code": highlight(content.code),
        "Example": html.fold(labels["example"], html.paragraphs(content.example), css="fold"),
        "Why": _text_fold(labels["why"], content.why),
        "Pitfall": _text_fold(labels["pitfall"], content.pitfall),
        "Personal": _text_fold(labels["personal"], content.personal),
    }


def _recalled_fields(content: CardContent) -> dict[str, str]:
    """Return where lines of which the first stands on the front of *Recall*, where it differs."""
    if content.recalled is None:
        return {}
    front, rest = content.recalled
    return {"Where": _where(front), "WhereDefined": _where(rest)}


def _text_fold(label: str, prose: Prose) -> str:
    return html.fold(label, html.element("p", html.prose(prose)), css="fold")


def _formulas(formulas: Sequence[str], *, written: bool) -> str:
    headline = "".join(_sized(latex) for latex in formulas[:1])
    if written:
        headline = html.element("div", headline, css="written")
    return headline + _further(formulas)


def _further(formulas: Sequence[str]) -> str:
    return "".join(
        html.element("div", html.display_math(broken(latex)), css="further")
        for latex in formulas[1:]
    )


def _further_fold(content: CardContent) -> str:
    relations = "".join(_sized(latex) for latex in content.further)
    return relations + _where(content.where_further) if relations else ""


def _sized(latex: str) -> str:
    """Break a formula that is too long for a phone, and set it smaller if need be."""
    latex = broken(latex)
    shown, css = html.display_math(latex), size_class(latex)
    return html.element("div", shown, css=css) if css else shown


def _where(items: Sequence[Prose]) -> str:
    shown = "; ".join(map(_condition, items))
    return html.element("p", shown, css="where")


def _condition(item: Prose) -> str:
    """Break a formula that is too long for a phone; its letters are small as they are."""
    if [piece.kind for piece in item] != [PieceKind.MATH]:
        return f"<span>{html.prose(item)}</span>"
    latex = broken(item[0].text)
    css = ' class="longer"' if size_class(latex) == "longest" else ""
    return f"<span{css}>{html.prose(math(latex))}</span>"


def _symbols(content: CardContent) -> str:
    rows = "".join(
        f"<dt>{html.prose(math(symbol.latex))}</dt><dd>{html.prose(symbol.meaning)}</dd>"
        for symbol in content.symbols
    )
    return html.element("dl", rows, css="symbols")


def _sources(sources: Sequence[SourceLink]) -> str:
    rows = (html.element("li", html.link(source.text, source.url)) for source in sources)
    return html.element("ul", "".join(rows))


def _check(content: NoteContent, words: Mapping[str, Any]) -> str:
    check = content.check
    if check is None:
        return ""
    level = check.level.value
    if isinstance(content, ExerciseContent):
        level = "exercise"
    elif isinstance(content, DerivationContent):
        level = "derivation"
    elif isinstance(content, CardContent) and content.kind == "notation":
        level = "notation"
    elif isinstance(content, AlgorithmContent):
        level = "algorithm"
    numbers = {"points": check.points, "proved": check.proved, "tried": check.tried}
    told = [str(words["explanations"][level])]
    for name, number in numbers.items():
        told[0] = told[0].replace(f"{{{name}}}", str(number))
    if isinstance(content, AlgorithmContent | CardContent):
        if level == Level.UNCHECKED and isinstance(content, CardContent) and not content.formulas:
            told = []  # only texts hold LaTeX
        told += _tried(check, words["tried"])
    notes = check.note.split("; ")
    told += [words["notes"][note] for note in notes if note in words["notes"]]
    other = "; ".join(note for note in notes if note not in words["notes"])
    said = html.text(" ".join(told)) + _code_check(content, check, words["tried"])
    body = html.element("p", said) + html.element("p", html.text(other))
    silent = (Level.DEFINITION, Level.CITED, Level.UNCHECKED, "notation")
    mark = "" if level in silent else "✓ "
    label = words["checks"][level].replace("{points}", str(check.points))
    return html.fold(mark + label, body, css=f"fold check-{level}")


def _code_check(content: NoteContent, check: CheckSummary, words: Mapping[str, str]) -> str:
    """Say what the code of a notation was compared with."""
    if not isinstance(content, CardContent) or content.kind != "notation" or not content.code:
        return ""
    if not check.code:
        return html.text(f" {words['code-alone']}")
    if not check.code_formula:
        return html.text(f" {words['code-sign'].replace('{number}', str(check.code))}")
    told = words["code-formula"].replace("{number}", str(check.code))
    before, _, after = told.partition("{formula}")
    return html.text(f" {before}") + html.inline_math(check.code_formula) + html.text(after)


def _tried(check: CheckSummary, words: Mapping[str, str]) -> Iterator[str]:
    """Say what was tried: sizes, estimates, and the consequences of a definition."""
    if check.written:
        yield words["written"]
    if check.level is Level.DEFINITION:
        for key, number in (("proved", check.proved), ("compared", check.tried)):
            if number:
                yield words[key].replace("{number}", str(number))
        return
    if check.sizes is not None:
        low, high = map(str, check.sizes)
        yield words["sizes"].replace("{low}", low).replace("{high}", high)
    if check.estimated and check.level is Level.NUMERIC:  # a proof needs no estimate
        yield words["estimated"]


def _steps(steps: Sequence[Prose], labels: Mapping[str, str]) -> str:
    """Fold the worked lines one inside the other, so that each is opened by itself."""
    inside = ""
    for step in reversed(steps[1:]):
        inside = html.fold(labels["next"], html.element("p", html.prose(step)) + inside, css="next")
    first = html.element("p", html.prose(steps[0])) if steps else ""
    return html.fold(labels["steps"], first + inside, css="fold")


def _step_cards(content: DerivationContent, words: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return slot, front and back of every small card of a derivation."""
    cards = [
        (f"n{line.slot}", *_next_line(content, line, words))
        for line in content.lines[1:]
        if "next" not in line.without
    ]
    for before, line in pairwise(content.lines):
        if "rule" in line.without:
            continue
        steps = (replace(before, sign="", by=()), replace(line, by=()))
        known = _hypotheses(line.beside, content)
        front = _asked(content, "rule", words) + _chain(steps, words) + known
        cards.append((f"r{line.slot}", front, _rule(line, words)))
    cards += [(f"s{slip.slot}", *_slip_card(content, slip, words)) for slip in content.slips]
    if "idea" not in content.without:
        goal = _goal(content, words) + _hypotheses(content.of_goal, content)
        idea = html.element("p", html.prose(content.idea))
        cards.append(("idea", _asked(content, "idea", words) + goal, idea))
    return cards


def _next_line(
    content: DerivationContent, line: DerivationLine, words: Mapping[str, Any]
) -> tuple[str, str]:
    """Ask for a line by those before it and its rule, and by the goal unless it tells the line."""
    place = content.lines.index(line)
    rule = html.element("p", html.prose(line.by), css="by")
    sought = f'<p class="sign">{html.inline_math(line.sign)}</p><p class="sought">?</p>{rule}'
    front = (
        _asked(content, "next", words)
        + ("" if line.in_goal else _goal(content, words, css="goal far"))
        + _chain(content.lines[:place], words, near=(place - 1,), after=sought)
        + _hypotheses(line.needed, content)
    )
    return front, _chain((line,), words, rules=True) + _right_too("same-line", words)


def _counterexample(told: str) -> str:
    """Print where something fails; infinity, which the claim language spells, with its sign."""
    return html.element("p", html.text(re.sub(r"\boo\b", "∞", told)))


def _right_too(label: str, words: Mapping[str, Any]) -> str:
    return html.element("p", html.text(words["labels"][label]), css="more")


def _slip_card(
    content: DerivationContent, slip: DerivationSlip, words: Mapping[str, Any]
) -> tuple[str, str]:
    """Show all lines with a false one among them; the back tells which, and why."""
    labels = words["labels"]
    place = next(i for i, line in enumerate(content.lines) if line.slot == slip.instead)
    right = content.lines[place]
    wrong = replace(right, latex=slip.latex, by=())
    shown = (*content.lines[:place], wrong, *content.lines[place + 1 :])
    chain = _chain(shown, words, near=(place - 1,))
    known = _hypotheses(content.hypotheses, content)
    front = _asked(content, "slip", words) + chain + known
    back = (
        html.element("p", html.text(labels["wrong"]), css="part-label")
        + _chain((wrong,), words, css="wrong")
        + html.element("p", html.text(labels["right"]), css="part-label")
        + _chain((right,), words, rules=True)
        + html.element("p", html.prose(slip.says), css="says")
        + html.fold(labels["refuted"], _counterexample(slip.refuted), css="fold")
    )
    return front, back


def _whole_card(content: DerivationContent, words: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return slot, front and back of the card for pen and paper, unless it makes no sense."""
    if "whole" in content.without:
        return []
    known = _hypotheses(content.hypotheses, content)
    goal = html.element("div", _sized(content.goal), css="goal")
    front = _asked(content, "whole", words) + goal + known
    title = html.element("p", html.text(content.title), css="part-label")
    idea = html.element("p", html.prose(content.idea), css="says")
    lines = _chain(content.lines, words, rules=True, tick="☐ ")
    return [("whole", front, title + lines + idea + _right_too("same-proof", words))]


def _asked(
    content: AlgorithmContent | DerivationContent, card: str, words: Mapping[str, Any]
) -> str:
    if isinstance(content, AlgorithmContent):
        title = content.title
        for told in (words, languages.table(languages.SOURCE, "cards")):  # titles may be either
            title = title.removesuffix(told["algorithm"]["told"])
        pieces = _phrase(words["algorithm"][card], replace(content, title=title))
    else:
        pieces = _phrase(words["derivation"][card], content)
    return html.element("h1", html.prose(pieces), css="ask")


def _goal(content: DerivationContent, words: Mapping[str, Any], css: str = "goal") -> str:
    label = html.element("p", html.text(words["labels"]["goal"]), css="label")
    return html.element("div", label + _sized(content.goal), css=css)


def _hypotheses(known: Sequence[Prose], content: DerivationContent) -> str:
    conditions = html.element("p", html.prose(content.conditions), css="conditions")
    return _where(known) + conditions


def _chain(
    lines: Sequence[DerivationLine],
    words: Mapping[str, Any],
    *,
    rules: bool = False,
    tick: str = "",
    css: str = "",
    near: Sequence[int] = (),
    after: str = "",
) -> str:
    """Return lines below each other, their signs in a column of their own.

    Where some are near what is asked for, dots may stand for the others on a small back. The
    style sheet draws them: as text they would tell where to look.
    """
    rows = []
    for place, line in enumerate(lines):
        far = "far" if near and place not in near else ""
        if far and place - 1 in (-1, *near):
            rows.append('<p class="sign gap"></p><p class="gap"></p>')
        latex = broken(line.latex)
        beside = latex.replace(r"\\", r"\\ \quad\quad ")  # the signs have a column of their own
        size = " ".join(filter(None, (size_class(rf"\quad\quad {beside}"), css, far)))
        sign = html.inline_math(line.sign) if line.sign else ""
        rows.append(f'<p class="{f"sign {far}".strip()}">{sign}</p>')
        rows.append(html.element("p", html.inline_math(rf"\displaystyle {latex}"), css=size))
        if rules and line.by:
            said = html.text(tick) + html.prose(line.by)
            if line.uses and not tick:
                titles = ", ".join(title for _, title in line.uses)
                said += html.text(f" · {words['labels']['uses']}: {titles}")
            rows.append(html.element("p", said, css="by"))
    return html.element("div", "".join(rows) + after, css="chain")


def _rule(line: DerivationLine, words: Mapping[str, Any]) -> str:
    titles = ", ".join(title for _, title in line.uses)
    more = html.text(f"{words['labels']['uses']}: {titles}") if titles else ""
    return html.element("p", html.prose(line.by)) + html.element("p", more, css="more")


def _algorithm_cards(
    content: AlgorithmContent, words: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Return slot, front and back of every small card of an algorithm."""
    cards = [(f"g{gap.slot}", *_gap_card(content, gap, words)) for gap in content.gaps]
    cards += [(f"c{call.slot}", *_call_card(content, call, words)) for call in content.calls]
    cards += [(f"s{slip.slot}", *_code_slip_card(content, slip, words)) for slip in content.slips]
    cards += [(f"i{each.slot}", *_invariant_card(content, each)) for each in content.invariants]
    return cards


def _gap_card(
    content: AlgorithmContent, gap: AlgorithmGap, words: Mapping[str, Any]
) -> tuple[str, str]:
    """Hide a part of the code; the back tells it, and what could stand there as well."""
    labels = words["labels"]
    text = f"{content.code[: gap.start]}{GAP}{content.code[gap.end :]}"
    lines = content.code.count("\n", gap.start, gap.end) + 1
    mark = "?" if lines == 1 else f"? {labels['gap-lines'].replace('{number}', str(lines))}"
    shown = highlight(text).replace(GAP, html.element("span", html.text(mark), css="gap"))
    hint = html.fold(labels["hint"], html.prose(gap.hint), css="fold hint")
    front = _asked(content, "gap", words) + _task(content) + shown + _where(content.where) + hint
    also = "".join(highlight(other) for other in gap.also)
    return front, (
        highlight(_part_at(content.code, gap.start, gap.end))
        + (html.element("p", html.text(labels["also"]), css="part-label") + also if also else "")
        + _right_too("same", words)
    )


def _call_card(
    content: AlgorithmContent, call: AlgorithmCall, words: Mapping[str, Any]
) -> tuple[str, str]:
    """Ask what is returned for small values, which stand below the code."""
    functions = _where(tuple(math(latex) for latex in call.functions))
    label = html.element("p", html.text(words["labels"]["given"]), css="part-label")
    front = _asked(content, "call", words) + highlight(content.code)
    return front + label + highlight(call.given) + functions, highlight(call.returned)


def _code_slip_card(
    content: AlgorithmContent, slip: AlgorithmSlip, words: Mapping[str, Any]
) -> tuple[str, str]:
    """Show the code with a mistake in it; the back tells the line, and where it fails."""
    labels = words["labels"]
    code = content.code
    wrong = f"{code[: slip.start]}{slip.wrong}{code[slip.end :]}"
    front = _asked(content, "slip", words) + _task(content) + highlight(wrong)
    back = (
        html.element("p", html.text(labels["wrong"]), css="part-label")
        + html.element("div", highlight(_lines_at(wrong, slip.start, len(slip.wrong))), css="wrong")
        + html.element("p", html.text(labels["right"]), css="part-label")
        + highlight(_lines_at(code, slip.start, slip.end - slip.start))
        + html.element("p", html.prose(slip.says), css="says")
        + html.fold(labels["fails"], _counterexample(slip.fails), css="fold")
    )
    return front + _where(content.where), back


def _lines_at(code: str, start: int, length: int) -> str:
    """Return the whole lines on which a part of the code stands."""
    first = code.rfind("\n", 0, start) + 1
    last = code.find("\n", start + length)
    return dedent(code[first : last if last >= 0 else len(code)])


def _part_at(code: str, start: int, end: int) -> str:
    r"""Return a part of the code; its further lines keep their place beside the first.

    Examples
    --------
    >>> code = "def f(x):\n    for i in x:\n        g(i)"
    >>> _part_at(code, 14, len(code))
    'for i in x:\n    g(i)'
    """
    line = code[code.rfind("\n", 0, start) + 1 :]
    indent = line[: len(line) - len(line.lstrip())]
    return dedent(indent + code[start:end])


def _invariant_card(content: AlgorithmContent, invariant: AlgorithmInvariant) -> tuple[str, str]:
    front = html.element("h1", html.prose(invariant.ask), css="ask") + highlight(content.code)
    back = html.element("p", html.prose(invariant.answer)) + html.element(
        "div", _sized(invariant.holds), css="formula"
    )
    return front + _where(content.where), back + _where(invariant.terms)


def _whole_algorithm(content: AlgorithmContent, words: Mapping[str, Any]) -> tuple[str, str, str]:
    signature = highlight(content.code.partition("\n")[0])
    front = _asked(content, "whole", words) + _task(content) + signature + _where(content.where)
    back = highlight(content.code) + _right_too("same", words) + _achieved(content, words)
    return "whole", front, back


def _task(content: AlgorithmContent) -> str:
    return html.element("p", html.prose(content.task), css="task")


def _ensures(content: AlgorithmContent, words: Mapping[str, Any]) -> str:
    formulas = "".join(map(_sized, content.ensures))
    return html.fold(words["labels"]["ensures"], formulas + _where(content.terms), css="fold")


def _achieved(content: AlgorithmContent, words: Mapping[str, Any]) -> str:
    label = html.element("p", html.text(words["labels"]["ensures"]), css="part-label")
    formulas = html.element("div", "".join(map(_sized, content.ensures)), css="formula")
    return label + formulas + _where(content.terms)


def _hint(variant: ExerciseVariant, labels: Mapping[str, str]) -> str:
    return _text_fold(labels["hint"], variant.hint)


def _mistakes(variant: ExerciseVariant, labels: Mapping[str, str]) -> str:
    rows = "".join(
        html.element("li", f"{html.prose(each.answer)}: {html.prose(each.says)}")
        for each in variant.mistakes
    )
    return html.fold(labels["mistakes"], html.element("ul", rows), css="fold")


def _variants(
    content: ExerciseContent, guid: str, said: Mapping[str, str], labels: Mapping[str, str]
) -> str:
    """Return what the script of the template chooses from, and the words that it shows."""
    told = {"note": guid, **said}
    data = "".join(f' data-{name}="{html.attribute(text)}"' for name, text in told.items())
    sections = (_variant(variant, labels) for variant in content.variants)
    return f'<div class="words"{data}></div>{"".join(sections)}'


def _variant(variant: ExerciseVariant, labels: Mapping[str, str]) -> str:
    parts = {
        "problem": html.prose(variant.problem),
        "hint": _hint(variant, labels),
        "answer": html.prose(variant.answer),
        "steps": _steps(variant.steps, labels),
        "mistakes": _mistakes(variant, labels),
        "slips": "".join(map(_slip, variant.mistakes)),
    }
    inside = "".join(f'<div class="{name}">{part}</div>' for name, part in parts.items())
    check = f' data-check="{html.attribute(variant.check)}"' if variant.check else ""
    return f"<section{check}>{inside}</section>"


def _slip(mistake: ExerciseMistake) -> str:
    check = html.attribute(mistake.check)
    return f'<p data-check="{check}" hidden>{html.prose(mistake.says)}</p>' if check else ""


def _content_problems(content: CardContent) -> Iterable[FormulaProblem]:
    if content.lang not in languages.codes():
        message = f"there are no words for the language {content.lang!r}"
        hint = f"one of {', '.join(languages.codes())}"
        yield FormulaProblem((), "unknown-language", message, hint)
    for path, latex in _all_latex(content):
        if fault := latex_fault(latex):
            yield FormulaProblem(path, "bad-latex", fault, "correct the LaTeX")


def _all_latex(content: CardContent) -> Iterable[tuple[Path, str]]:
    """Yield every formula a card would show, with the key of the entry it comes from."""
    checked = content.formulas[1:] if content.sign_written else content.formulas
    for latex in (*checked, *content.further):
        yield ("unchecked", "latex"), latex
    for symbol in content.symbols:
        yield ("symbols",), symbol.latex
    texts: list[tuple[Path, Prose]] = [
        ((name,), getattr(content, name))
        for name in ("meaning", "conditions", "why", "pitfall", "personal")
    ]
    texts += [(("symbols",), symbol.meaning) for symbol in content.symbols]
    texts += [(("example",), line) for line in content.example]
    texts += [(("let",), line) for line in (*content.where, *content.where_defined)]
    texts += [(("prompts", name), prompt) for name, prompt in content.prompts.items()]
    for slot, question in content.questions.items():
        for part in ("ask", "answer", "more", "hint"):
            texts.append((("questions", slot, part), getattr(question, part)))
    for path, prose in texts:
        for piece in prose:
            if piece.kind in (PieceKind.MATH, PieceKind.DISPLAY):
                yield path, piece.text
