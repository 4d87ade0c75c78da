"""Entries become what a learner reads: texts with printed formulas, sources with links.

This is the last step that knows the claim language; :mod:`~dlcards.build.compose` sees
LaTeX only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from dlcards import languages
from dlcards.build.pieces import names_in, printed, where_prose
from dlcards.cards.blanks import mark
from dlcards.cards.tags import source_tag
from dlcards.claims.lock import Checked
from dlcards.claims.parser import FormulaError, parse_formula
from dlcards.claims.print.latex import definition_latex, to_latex
from dlcards.claims.print.unicode import to_unicode
from dlcards.claims.print.where import DECOMPOSITIONS, given_latex, used_names, where_lines
from dlcards.claims.prose import Inline
from dlcards.claims.statement import EMPTY, Claim, FormulaProblem, Path, Statement
from dlcards.claims.tree import Node, sym, walk
from dlcards.claims.verdict import Level, Verdict
from dlcards.content.fronts import says
from dlcards.content.library import Item, Library, Source
from dlcards.content.lists import NoteList
from dlcards.content.prose import read_text, written_out
from dlcards.content.schema import Entry, PlainQuestion, Translation
from dlcards.content.texts import QUESTION_KEYS
from dlcards.model import (
    CardContent,
    CheckSummary,
    Illustration,
    MediaFile,
    PieceKind,
    PlainQuestions,
    Prose,
    QuestionContent,
    Region,
    SourceLink,
    SymbolMeaning,
    math,
    plain,
)

_ORDER = tuple(Level)

LINE = 34
"""Letters that fit on a phone; a longer chain is broken before each relation sign."""


def prepare(
    item: Item,
    library: Library,
    checked: Checked,
    figure: Illustration | None,
    front: Illustration | None,
    *,
    sounds: Mapping[str, str] = EMPTY,
    lang: str = languages.SOURCE,
) -> tuple[CardContent, tuple[FormulaProblem, ...]]:
    """Print everything that the cards of an entry show.

    Parameters
    ----------
    item : Item
    library : Library
        For the titles of prerequisites and the names of sources.
    checked : Checked
    figure, front : Illustration or None
    sounds : mapping of str to str
        Names of media files, by the name of the file in the entry.
    lang : str
        A text without a translation stays in the source language.
    """
    return _Preparation(item, library, lang, sounds).content(checked, figure, front)


def prepare_list(
    questions: NoteList,
    library: Library,
    *,
    lang: str = languages.SOURCE,
    figures: Mapping[str, Illustration] = EMPTY,
    sounds: Mapping[str, Mapping[str, MediaFile]] = EMPTY,
) -> PlainQuestions:
    """Prepare a list of plain questions.

    Parameters
    ----------
    questions : NoteList
    library : Library
    lang : str
    figures : mapping of str to Illustration
        By ``list/note``.
    sounds : mapping of str to mapping of str to MediaFile
        By ``list/note`` and the name of the file in the note.
    """
    head = questions.head
    shared = CardContent(
        id=questions.id,
        kind="concept",
        title=head.title,
        subject=questions.subject,
        topic=head.topic,
        priority=head.priority,
        lang=library.project.labels(lang),
        written=library.project.language,
        namespace=library.project.namespace,
        sources=tuple(
            source_link(library.sources, source, library.project.labels(lang))
            for source in head.sources
        ),
        source_tags=source_tags(library.sources, head.sources),
        tags=(*library.project.tags, *head.tags),
    )
    rich = {
        name: _with_media(
            _rich(name, questions, shared),
            questions.more.get(name),
            figures.get(f"{questions.id}/{name}"),
            {n: each.name for n, each in sounds.get(f"{questions.id}/{name}", EMPTY).items()},
        )
        for name in questions.notes
        if name in questions.more or name in questions.marked or head.reverse
    }
    return PlainQuestions(shared, questions.notes, rich)


def _rich(name: str, questions: NoteList, shared: CardContent) -> CardContent:
    """Return what a note shows that holds more than two texts in plain words."""
    ask, answer = questions.notes[name]
    more = questions.more.get(name)
    written = {"ask": ask, "answer": answer}
    if more is not None:
        written |= {"more": more.more or "", "hint": more.hint or ""}
    marked = questions.marked.get(name, {})
    statement = Statement(questions.id, EMPTY, EMPTY)
    prose = {
        key: printed(marked[key], statement) if key in marked else plain(text)
        for key, text in written.items()
    }
    more_prose, hint = prose.get("more", ()), prose.get("hint", ())
    question = QuestionContent(prose["ask"], prose["answer"], more_prose, hint)
    asked = {"q1": question}
    reverse = more.reverse if more is not None else None
    if questions.head.reverse if reverse is None else reverse:
        asked["q2"] = QuestionContent(prose["answer"], prose["ask"])
    content = replace(
        shared,
        id=f"{shared.id}/{name}",
        questions=asked,
        priority=(more and more.priority) or shared.priority,
        tags=(*shared.tags, *(more.tags if more is not None else ())),
    )
    return with_written(content)


def _with_media(
    content: CardContent,
    note: PlainQuestion | None,
    figure: Illustration | None,
    sounds: Mapping[str, str],
) -> CardContent:
    """Return a note with its picture and sounds; the reverse card swaps the sides of both."""
    if note is None or (figure is None and not sounds):
        return content
    front = figure if note.figure is not None and note.figure.front else None
    asked, told = sounds.get(note.ask_audio or "", ""), sounds.get(note.audio or "", "")
    questions = {
        slot: replace(question, ask_audio=asked, audio=told, picture=front)
        if slot == "q1"
        else replace(question, ask_audio=told, audio=asked)
        for slot, question in content.questions.items()
    }
    told_below = figure is not None and (figure.caption or figure.credit)
    on_back = figure if front is None or len(questions) > 1 or told_below else None
    return replace(content, questions=questions, figure=on_back)


class _Preparation:
    """Collects problems while the texts of one entry are read."""

    def __init__(self, item: Item, library: Library, lang: str, sounds: Mapping[str, str]) -> None:
        self.item = item
        self.entry = item.entry
        self.library = library
        self.lang = lang
        self.translation = item.translations.get(lang) or Translation()
        self.statement = item.statement or Statement(item.id, EMPTY, EMPTY)
        self.labels = languages.or_source(library.project.labels(lang))
        self.where_table = languages.table(self.labels, "where")
        self.macros = library.project.macros
        self.sounds = sounds
        self.problems: list[FormulaProblem] = []

    def content(
        self,
        checked: Checked,
        figure: Illustration | None,
        front: Illustration | None,
    ) -> tuple[CardContent, tuple[FormulaProblem, ...]]:
        entry, words = self.entry, self.translation
        content = CardContent(
            id=self.item.first_id,
            kind=entry.kind,
            title=words.title or entry.title,
            subject=self.item.subject,
            topic=entry.topic,
            priority=entry.priority,
            lang=self.library.project.labels(self.lang),
            written=self.library.project.language,
            namespace=self.library.project.namespace,
            formulas=tuple(self.headline()),
            further=tuple(self.further()),
            where=self.where(),
            where_defined=self.where_defined(),
            recalled=self.recalled(),
            where_further=self.where_further(),
            conditions=self.text(words.conditions, "conditions"),
            symbols=tuple(self.symbols()),
            meaning=self.text(words.meaning, "meaning"),
            why=self.text(words.why, "why"),
            pitfall=self.text(words.pitfall, "pitfall"),
            code=self.code(),
            code_from_words=entry.code is not None and entry.code.from_words,
            say=words.say or entry.say or "",
            sign_written=self.item.sign is not None and self.item.sign.node is None,
            example=tuple(self.example(checked)),
            marked=self.marked(),
            term=entry.title if self.lang != languages.SOURCE and words.title else "",
            questions={slot: self.question(slot) for slot in entry.questions},
            prompts=dict(self.prompts()),
            without=tuple(entry.without),
            figure=self.captioned(figure),
            figure_front=front,
            sources=tuple(source_link(self.library.sources, s, self.labels) for s in entry.sources),
            source_tags=source_tags(self.library.sources, entry.sources),
            check=self.check(checked),
            related=self.library.titles(entry.requires, self.lang),
            tags=(*self.library.project.tags, *entry.tags),
            personal=self.text(None, "personal"),
            regions=tuple(sorted(self.regions(), key=lambda region: region.number)),
            hide_all=self.item.image is None or self.item.image.hide == "all",
        )
        return with_written(content), tuple(dict.fromkeys(self.problems))

    def check(self, checked: Checked) -> CheckSummary | None:
        """Return how surely the formulas hold; a source that stands in is named in full."""
        found = summary(self.entry, checked.verdicts)
        if found is not None and self.item.sign is not None:
            return self.sign_check(found, self.item.sign, checked)
        if found is None or found.level is not Level.CITED:
            return found
        links = [source_link(self.library.sources, code) for code in found.note.split("; ")]
        return replace(found, note="; ".join(link.text for link in links))

    def sign_check(self, found: CheckSummary, sign: Inline, checked: Checked) -> CheckSummary:
        """Return what was tried of a notation: its relations, and its code."""
        formula = self.statement.code.equals if self.statement.code is not None else None
        other = formula is not None and formula != sign.node
        return replace(
            found,
            written=sign.node is None,
            code=checked.code_points,
            code_formula=to_latex(formula, self.statement) if formula and other else "",
        )

    # Formulas

    def headline(self) -> Iterable[str]:
        """Yield the formula to remember, then the definitions of the names in it."""
        if self.entry.unchecked is not None:
            yield written_out(self.entry.unchecked.latex, self.macros)[0]
        if self.item.sign is not None and self.item.sign.node is None:
            yield self.item.sign.text
        tree = self.main_tree()
        if tree is not None:
            yield to_latex(tree, self.statement, width=LINE)
            for name in self.named_in(tree, self.head()):
                yield definition_latex(name, self.statement)

    def main_tree(self) -> Node | None:
        if self.item.sign is not None:
            return self.item.sign.node
        if self.statement.definition is not None:
            return self.statement.definition
        shown = self.shown_claims()
        return shown[0].tree if shown else None

    def shown_claims(self) -> list[Claim]:
        pairs = zip(self.entry.claim, self.statement.claims, strict=False)
        return [claim for item, claim in pairs if item.shown]

    def named_in(self, tree: Node, head: str) -> list[str]:
        """Return the local names that a formula uses, breadth first.

        A name for a part of a decomposition is explained in words, not printed.
        """
        found: list[str] = []
        queue = [tree]
        while queue:
            for node in walk(queue.pop(0)):
                known = node.name in self.statement.definitions and node.name not in (*found, head)
                if node.op in ("sym", "call") and known:
                    body = self.statement.definitions[node.name].body
                    if not any(part.name in DECOMPOSITIONS for part in walk(body)):
                        found.append(node.name)
                        queue.append(body)
        return found

    def further(self) -> Iterable[str]:
        """Yield the other relations that are shown."""
        shown = self.shown_claims()
        whole = self.statement.definition is not None or self.item.sign is not None
        for claim in shown if whole else shown[1:]:
            assumed = ",\\ ".join(to_latex(relation, self.statement) for relation in claim.given)
            latex = to_latex(claim.tree, self.statement, width=LINE)
            yield rf"{latex} \quad ({assumed})" if assumed else latex

    def where(self) -> tuple[Prose, ...]:
        """Return what the names of the headline stand for, without those in its definitions."""
        told = self.of_headline()
        return self.where_lines(_by_itself(told), ()) if told is not None else ()

    def where_defined(self) -> tuple[Prose, ...]:
        """Return what the names stand for that only the definitions of the headline use."""
        told = self.of_headline()
        return self.where_behind(told, _by_itself(told)) if told is not None else ()

    def where_behind(self, told: Statement, front: Statement) -> tuple[Prose, ...]:
        """Return what the names of formula and definitions stand for that a front does not tell."""
        return self.where_lines(
            told,
            self.printed_names(),
            told=used_names(front, ()),
            assumed=given_latex(front),
        )

    def recalled(self) -> tuple[tuple[Prose, ...], tuple[Prose, ...]] | None:
        """Return what the front of *Recall* tells of names, and what its back adds.

        The entry's own question may put one side in words and name the letters of the other:
        then the letters of the first belong to the answer. None where it does not.
        """
        tree, told = self.main_tree(), self.of_headline()
        prompt = self.item.texts.get(("prompts", "recall"), ())
        if tree is None or told is None or not prompt or tree.op != "rel":
            return None
        first, *others = tree.args
        said = " ".join(f"${each.text}$" if each.node else each.text for each in prompt)
        declared = [*told.types, *told.definitions]
        named = {n for n in declared if says(said, n, to_unicode(sym(n), told))}
        asked = names_in(*others) & set(declared)
        if first.op != "call" or not asked or not asked <= named:
            return None
        front = _by_itself(replace(told, claims=(Claim("", others[-1]),), definition=None))
        names = (used_names(front, ()) | named) & used_names(_by_itself(told), ())
        lines = self.where_lines(front, (), names=names)
        rest = self.where_lines(told, self.printed_names(), told=names, assumed=given_latex(front))
        return lines, rest

    def where_further(self) -> tuple[Prose, ...]:
        """Return what the names stand for that only the further relations use."""
        shown = tuple(replace(claim, given=()) for claim in self.shown_claims())
        everything = replace(self.statement, claims=shown, code=None, example=None)
        headline = self.of_headline()
        if headline is None:
            return self.where_lines(everything)
        known = used_names(headline, self.printed_names())
        trees = [claim.tree for claim in shown]
        opened = {name for tree in trees for name in self.named_in(tree, self.head())}
        return self.where_lines(everything, opened, told=known, assumed=given_latex(headline))

    def printed_names(self) -> list[str] | None:
        """Return the names whose definitions stand beside the headline; None where all count."""
        tree = self.main_tree()
        if tree is None:
            return None
        return self.named_in(tree, self.head())

    def head(self) -> str:
        """Return the name that the definition of the entry introduces, empty if there is none."""
        definition = self.statement.definition
        return definition.args[0].name if definition is not None else ""

    def where_lines(
        self,
        shown: Statement,
        opened: Collection[str] | None = None,
        *,
        names: AbstractSet[str] | None = None,
        told: AbstractSet[str] = frozenset(),
        assumed: Collection[str] = (),
    ) -> tuple[Prose, ...]:
        """Print what names stand for; of what is defined, as far as its definition is opened."""
        names = used_names(shown, opened) if names is None else names
        lines = where_lines(shown, self.where_table, names=names, told=told, assumed=assumed)
        return tuple(map(where_prose, lines))

    def of_headline(self) -> Statement | None:
        """Return the statement with the formula that is remembered alone, None where it has none.

        The names of hand-written LaTeX are not those of the code.
        """
        tree, sign = self.main_tree(), self.item.sign
        if tree is None:
            return self.statement if sign is None else None
        claims = () if self.statement.definition is not None else tuple(self.shown_claims()[:1])
        if sign is not None:
            claims = (Claim("", tree),)
        return replace(self.statement, claims=claims, code=None, example=None)

    def symbols(self) -> Iterable[SymbolMeaning]:
        for key in self.entry.symbols:
            node = self.parse(key, ("symbols", key, "@key"))
            if node is not None:
                text = self.text(self.translation.symbols.get(key), "symbols", key)
                yield SymbolMeaning(to_latex(node, self.statement), text)

    def marked(self) -> str:
        """Return the headline with its blanks marked."""
        tree = self.main_tree()
        if tree is None or not self.entry.blanks or "cloze" in self.entry.without:
            return ""
        read = {
            int(slot.removeprefix("b")): self.parse(text, self.blank_place(slot))
            for slot, text in self.entry.blanks.items()
        }
        parts = {number: part for number, part in sorted(read.items()) if part is not None}
        if len(parts) < len(read):
            return ""
        marked, problems = mark(tree, self.statement, parts, width=LINE)
        self.problems += [replace(p, path=self.blank_place(str(p.path[-1]))) for p in problems]
        return marked

    def blank_place(self, slot: str) -> Path:
        """Return where a blank stands in the file: under its slot, or at its place in a list."""
        listed = isinstance(self.item.document.data["blanks"], list)
        return ("blanks", int(slot.removeprefix("b")) - 1 if listed else slot)

    def parse(self, text: str, path: Path) -> Node | None:
        try:
            return parse_formula(text)
        except FormulaError as error:
            self.problems.append(
                FormulaProblem(path, error.code, error.message, error.hint, error.start, error.end)
            )
            return None

    def code(self) -> str:
        """Return the code; that of an algorithm is asked for by cards of its own."""
        if self.entry.code is not None:
            return self.entry.code.numpy
        algorithm = self.entry.algorithm
        return algorithm.code if algorithm is not None and self.main_tree() is None else ""

    def example(self, checked: Checked) -> Iterable[Prose]:
        if self.entry.example is None or self.statement.example is None:
            return
        words = self.translation.example
        text = self.text(words.text if words else None, "example", "text")
        if text:
            yield text
        given = [
            f"{to_latex(parse_formula(name), self.statement)} = {to_latex(node, self.statement)}"
            for name, node in self.statement.example.given.items()
        ]
        if given:  # a line of formulas, so that it may be broken between them
            first, *others = map(math, given)
            yield sum(((*plain(", "), *other) for other in others), first)
        exact = checked.exact or (False,) * len(checked.examples)
        results = zip(self.statement.example.compute, checked.examples, exact, strict=False)
        for node, (_, value), is_exact in results:
            sign = "=" if is_exact else r"\approx"
            yield math(f"{to_latex(node, self.statement)} {sign} {value}")

    # Texts

    def text(self, translated: str | None, *path: str) -> Prose:
        """Print a text of the entry, or its translation."""
        read = self.item.texts.get(path, ())
        if translated:
            read, problems = read_text(translated, self.statement, path, self.macros)
            self.problems += problems
        return printed(read, self.statement)

    def question(self, slot: str) -> QuestionContent:
        words = self.translation.questions.get(slot)  # type: ignore[call-overload]
        ask, answer, more, hint = (
            self.text(getattr(words, key, None), "questions", slot, key) for key in QUESTION_KEYS
        )
        heard = self.entry.questions[slot].audio  # type: ignore[index]
        return QuestionContent(ask, answer, more, hint, self.sounds.get(heard or "", ""))

    def prompts(self) -> Iterable[tuple[str, Prose]]:
        for name in type(self.entry.prompts).model_fields:
            prompt = self.text(getattr(self.translation.prompts, name), "prompts", name)
            if prompt:
                yield name, prompt
        asked = self.text(None, "figure", "ask")
        if asked:
            yield "regions", asked

    def regions(self) -> Iterable[Region]:
        """Yield the parts of the picture that cards hide."""
        image = self.item.image
        for slot, part in sorted(image.regions.items()) if image is not None else ():
            sides = part.rect or part.ellipse or []
            left, top, width, height = (side / 100 for side in sides)
            number = int(slot.removeprefix("r"))
            yield Region(number, left, top, width, height, is_round=part.rect is None)

    def captioned(self, figure: Illustration | None) -> Illustration | None:
        words = self.translation.figure
        if figure is None or words is None:
            return figure
        return replace(figure, alt=words.alt or figure.alt, caption=words.caption or figure.caption)


def _by_itself(statement: Statement) -> Statement:
    """Return formulas by themselves, for fronts that do not show their definitions.

    What only a definition speaks of is not assumed.
    """
    trees = [*(claim.tree for claim in statement.claims), statement.definition]
    shown = names_in(*filter(None, trees))
    declared = statement.types.keys() | statement.definitions.keys()
    given = [
        relation
        for relation in statement.given
        if not names_in(relation) & declared or names_in(relation) & shown
    ]
    return replace(statement, given=tuple(given))


def with_written(content: CardContent) -> CardContent:
    """Return content that says so where a text holds LaTeX that nobody checked."""
    texts = [content.conditions, content.meaning, content.why, content.pitfall, content.personal]
    texts += [symbol.meaning for symbol in content.symbols]
    texts += [*content.example, *content.prompts.values()]
    for question in content.questions.values():
        texts += [question.ask, question.answer, question.more, question.hint]
    if not any(piece.kind is PieceKind.WRITTEN for text in texts for piece in text):
        return content
    check = content.check or CheckSummary(Level.UNCHECKED)
    return replace(content, check=replace(check, written=True))


def summary(entry: Entry, verdicts: tuple[Verdict, ...]) -> CheckSummary | None:
    """Return how surely the formulas of an entry hold.

    A definition is a definition, and a sign a convention, whatever follows. So is a first
    formula that says what the types do: it defines the word of the type. Otherwise the
    weakest claim that the card shows decides, without those that the types already say.
    Relations in texts, whose verdicts follow those of the claims, are no formula of the card.
    """
    if entry.unchecked is not None:
        return CheckSummary(Level.UNCHECKED, note=entry.unchecked.why)
    hidden = {place for place, claim in enumerate(entry.claim) if not claim.shown}
    of_claims = verdicts[: len(entry.claim)]  # relations in texts follow; no badge is about them
    shown = [v for place, v in enumerate(of_claims) if v.level is not None and place not in hidden]
    defines = bool(shown) and shown[0].level is Level.DEFINITION
    if entry.definition is not None or entry.sign is not None or defines:
        levels = Counter(verdict.level for verdict in of_claims)
        return CheckSummary(
            Level.DEFINITION,
            proved=levels[Level.PROVED] + levels[Level.PROVED_SMALL],
            tried=levels[Level.NUMERIC] + levels[Level.STATISTICAL],
        )
    telling = [v for v in shown if v.level is not Level.DEFINITION]
    if not telling:
        return None
    weakest = max((v.level for v in telling if v.level is not None), key=_ORDER.index)
    deciding = [v for v in telling if v.level is weakest]
    sizes = [size for v in deciding for size in v.tried.sizes or ()]
    return CheckSummary(
        weakest,
        min((v.points for v in deciding if v.points), default=0),
        "; ".join(dict.fromkeys(v.note for v in telling if v.note)),
        (min(sizes), max(sizes)) if sizes else None,
        any(v.tried.estimated for v in deciding),
    )


def source_link(
    sources: Mapping[str, Source], text: str, lang: str = languages.SOURCE
) -> SourceLink:
    """Return a citation as one would say it, with its address.

    Examples
    --------
    >>> book = Source("DLB", "Deep Learning", "https://example.org", {"6.5": "Backprop"}, {})
    >>> source_link({"DLB": book}, "DLB:6.5#6.44")
    SourceLink(text='Deep Learning, 6.5 Backprop, eq. 6.44', url='https://example.org')
    """
    if text.startswith(("https://", "http://")):
        return SourceLink(re.sub(r"^https?://(www\.)?", "", text), text)
    code, _, rest = text.partition(":")
    source = sources.get(code)
    if source is None:
        return SourceLink(text)
    place, _, equation = rest.partition("#")
    title = source.places.get(place, "")
    number = place if re.fullmatch(r"[0-9.]+", place) else ""
    said = f"{number} {title}".strip() or place
    labels = languages.table(languages.or_source(lang), "cards")["labels"]
    parts = [source.title, said, labels["equation"].format(number=equation) if equation else ""]
    url = source.urls.get(place) or source.url
    return SourceLink(", ".join(part for part in parts if part), url)


def source_tags(sources: Mapping[str, Source], cited: Iterable[str]) -> tuple[str, ...]:
    """Return the tags of what is cited, each once; a page on the web has none."""
    known = [text for text in cited if text.partition(":")[0] in sources]
    return tuple(dict.fromkeys(source_tag(text) for text in known))
