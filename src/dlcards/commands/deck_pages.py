"""Pages about the decks, generated from the content: ``python -m dlcards.commands.deck_pages``."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import ceil
from pathlib import Path

from dlcards.build.flow import Content, Options, make_notes, workers
from dlcards.build.verify import Effort
from dlcards.cards.note_types import note_type
from dlcards.claims.verdict import Level
from dlcards.content.library import DeckSource, Item, Library
from dlcards.content.reader import read_library
from dlcards.content.selection import (
    deck_contents,
    deck_exercises,
    deck_items,
    each_deck,
    each_once,
    find_deck,
)
from dlcards.figures.roadmap import draw_roadmap
from dlcards.files import make_folder, write_atomically
from dlcards.languages import SOURCE
from dlcards.model import CardContent, CheckSummary, PieceKind, Prose
from dlcards.problems import ContentError, has_errors
from dlcards.project import cache_folder, find_root, output_folder
from dlcards.requests import RATES

HEAD = "<!-- Generated: python tasks.py docs -->\n"

LEVELS: Mapping[str, str] = {
    "proved": "proved",
    "proved-small": "proved for small sizes",
    "numeric": "checked at sampled points",
    "statistical": "checked by simulation",
    "definition": "definition",
    "cited": "from the source",
    "unchecked": "not checked",
}


class _Watcher:
    """Shows nothing."""

    @contextmanager
    def step(self, name: str, total: int) -> Iterator[Callable[[int], None]]:
        del name, total
        yield lambda done: None

    def say(self, text: str) -> None:
        del text


def pages(root: Path, output: Path) -> dict[str, bytes]:
    """Return every generated file by its path below ``docs``; what is drawn is kept in `output`.

    Raises
    ------
    ContentError
        When the content is wrong.
    """
    library, problems = read_library(root)
    if has_errors(problems):
        raise ContentError(problems)
    decks = {name: deck_items(library, find_deck(library, name)) for name in library.decks}
    items = each_once(decks.values())
    families = each_once(deck_exercises(library, deck) for deck in library.decks.values())
    options = Options(workers(None), cache_folder(output))
    effort = Effort(options.jobs)
    content = make_notes(library, items, effort, options, _Watcher(), families=families)
    if has_errors(content.problems):
        raise ContentError(content.problems)
    out: dict[str, bytes] = {}
    for name, group in sorted(decks.items()):
        held = [each for each in each_deck(library, [library.decks[name]]) if each.name != name]
        if held:
            text = _overview(library, name, group, content, held)
            out[f"deck-{name}.md"] = text.encode()
            continue
        index = _equations if name == "equations" else _index
        out[f"deck-{name}.md"] = index(library, name, group, content).encode()
        titles = {item.id: item.entry.title for item in group}
        requires = {item.id: list(item.entry.requires) for item in group}
        out[f"decks/{name}-map.svg"] = draw_roadmap(titles, requires)
    for item in items:
        figure = content.cards[item.id].figure
        if figure is not None:
            out[f"decks/{item.id}.svg"] = figure.media.content
    return out


def _head(library: Library, name: str, items: Sequence[Item], content: Content) -> str:
    deck = library.decks[name].deck
    levels = Counter(
        str(check.level) for item in items if (check := content.cards[item.id].check) is not None
    )
    cards, core = (_cards(library, name, content, core=each) for each in (False, True))
    pictures = sum(content.cards[item.id].figure is not None for item in items)
    counts = ", ".join(f"{levels[key]} {words}" for key, words in LEVELS.items() if levels[key])
    checks = [content.cards[item.id].check for item in items]
    strong = sum(check is not None and _by_machine(check) for check in checks)
    share = f" ({100 * strong / sum(levels.values()):.0f} % by machine)" if levels else ""
    formulas = f"Formulas: {counts}{share}." if levels else ""
    tried = [content.implemented.algorithms[i.id] for i in items if i.entry.algorithm is not None]
    if tried:
        formulas += f"Algorithms: {len(tried)}, tried at {sum(x.inputs for x in tried)} inputs."
    return (
        f"{HEAD}\n# {_short(deck.title)}\n\n{deck.description}\n\n"
        f"{len(items)} entries, {cards.total()} cards{_kinds(cards)}, {pictures} pictures. "
        f"{formulas}\n\n{_load(name, cards.total(), core.total())}\n"
    )


def _short(title: str) -> str:
    """Return the name of a deck without its parents and its number."""
    return title.split("::")[-1].lstrip("0123456789 ")


def _overview(
    library: Library,
    name: str,
    items: Sequence[Item],
    content: Content,
    held: Iterable[DeckSource],
) -> str:
    """Return the page of a deck that holds others, with a link to each of theirs."""
    lines = [
        f"- [{_short(each.deck.title)}](deck-{each.name}.md): "
        f"{len(deck_items(library, each))} entries"
        for each in held
    ]
    told = "One package with these decks; a note that several of them hold is in the first:\n"
    return "\n".join([_head(library, name, items, content), told, *lines, ""])


def _map(name: str) -> str:
    return f"![What builds on what](decks/{name}-map.svg)\n"


def _cards(library: Library, name: str, content: Content, *, core: bool = False) -> Counter[str]:
    """Count the cards of a deck as it is built, by their note type."""
    source = library.decks[name]
    contents = deck_contents(library, source, core=core)
    plan = content.plan(library, source, contents, SOURCE)
    return Counter(note.note_type for note in plan.notes for _ in note.slots)


def _kinds(cards: Counter[str]) -> str:
    """Say how many of the cards are exercises and how many belong to derivations."""
    named = (("exercises", "exercise"), ("on derivations", "derivation"))
    counted = ((cards[note_type(kind).name], words) for words, kind in named)
    told = [f"{number} {words}" for number, words in counted if number]
    return f" ({', '.join(told)})" if told else ""


def _load(name: str, whole: int, core: int) -> str:
    """Return a table of how long one learns, at so many new cards a day."""
    head = "".join(f" days at {rate} a day |" for rate in RATES)
    rows = [f"| new cards | number |{head}", "|---|--:|" + "--:|" * len(RATES)]
    for words, cards in (("whole deck", whole), (f"core: `build --deck {name} --core`", core)):
        days = "".join(f" {ceil(cards / rate)} |" for rate in RATES)
        rows.append(f"| {words} | {cards} |{days}")
    return "\n".join(rows) + "\n"


def _by_machine(check: CheckSummary) -> bool:
    """Whether a machine checked the formula, or what follows from a definition."""
    if check.level is Level.DEFINITION:
        return check.proved + check.tried > 0
    return check.level not in (Level.CITED, Level.UNCHECKED)


def _equations(library: Library, name: str, items: Sequence[Item], content: Content) -> str:
    parts = [_head(library, name, items, content) + _map(name)]
    for number, item in enumerate(items, 1):
        parts.append(_equation(number, content.cards[item.id]))
    return "\n".join(parts)


def _equation(number: int, card: CardContent) -> str:
    lines = [f"\n## {number}. {card.title}\n"]
    lines += [f"```math\n{latex}\n```\n" for latex in card.formulas]
    where = "; ".join(_prose(line) for line in card.where)
    if where:
        lines.append(f"where {where}.\n")
    if card.figure is not None:
        lines.append(
            f'<img src="decks/{card.id}.svg" width="420" alt="{_quoted(card.figure.alt)}">\n'
        )
        if card.figure.caption:
            lines.append(f"*{card.figure.caption}*\n")
    lines.append(_prose(card.meaning) + (f" {_prose(card.why)}" if card.why else "") + "\n")
    if card.code:
        lines.append(f"```python\n{card.code.rstrip()}\n```\n")
    if card.check is not None:
        points = f", {card.check.points} points" if str(card.check.level) == "numeric" else ""
        lines.append(f"Check: **{LEVELS[str(card.check.level)]}**{points}. ")
    lines.append("Sources: " + "; ".join(_link(s.text, s.url) for s in card.sources) + ".\n")
    return "\n".join(lines)


def _index(library: Library, name: str, items: Sequence[Item], content: Content) -> str:
    parts = [_head(library, name, items, content) + _map(name)]
    topics: dict[str, list[Item]] = {}
    for item in items:
        topics.setdefault(item.entry.topic, []).append(item)
    for topic, group in topics.items():
        parts.append(f"\n## {topic.replace('-', ' ').capitalize()}\n")
        parts.append("| idea | picture | formula | check | builds on | sources |")
        parts.append("|---|---|---|---|---|---|")
        parts += _rows(group, content)
    return "\n".join(parts) + "\n"


def _rows(items: Iterable[Item], content: Content) -> Iterator[str]:
    for item in items:
        card = content.cards[item.id]
        idea = f"**{card.title}**<br>{_prose(card.meaning, cell=True)}"
        alt = _quoted(card.figure.alt) if card.figure is not None else ""
        picture = f'<img src="decks/{card.id}.svg" width="160" alt="{alt}">' if alt else ""
        formula = f"${_cell(card.formulas[0])}$" if card.formulas else ""
        level = LEVELS[str(card.check.level)] if card.check else ""
        if item.entry.algorithm is not None:
            level = f"tried at {content.implemented.algorithms[item.id].inputs} inputs"
        before = ", ".join(title for _, title in card.related)
        sources = ", ".join(
            _link(code, link.url)
            for code, link in zip(item.entry.sources, card.sources, strict=True)
        )
        cells = (idea, picture, formula, level, before, sources)
        yield "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _prose(prose: Prose, *, cell: bool = False) -> str:
    out = []
    for piece in prose:
        if piece.kind in (PieceKind.MATH, PieceKind.DISPLAY):
            out.append(f"${_cell(piece.text) if cell else piece.text}$")
        elif piece.kind is PieceKind.CODE:
            out.append(f"`{piece.text}`")
        else:
            text = piece.text.replace("<", "&lt;").replace("*", r"\*").replace("$", r"\$")
            out.append(f"*{text}*" if piece.kind is PieceKind.EMPHASIS else text)
    return "".join(out)


def _cell(latex: str) -> str:
    """Write a formula without bars, which would end the cell of a table."""
    return latex.replace(r"\|", r"\Vert ").replace("|", r"\vert ").replace("\n", " ")


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _link(text: str, url: str) -> str:
    return f"[{text}]({url})" if url else text


def main() -> None:
    """Write the pages to ``docs`` and remove pictures that no page shows any more."""
    root = find_root(None, Path.cwd())
    made = pages(root, output_folder(root))
    docs = root / "docs"
    make_folder(docs / "decks", root)
    for path in (docs / "decks").glob("*.svg"):
        if f"decks/{path.name}" not in made:
            path.unlink()
    for name, content in made.items():
        write_atomically(docs / name, content, root)
    sys.stdout.write(f"{len(made)} files in {docs}\n")


if __name__ == "__main__":
    main()
