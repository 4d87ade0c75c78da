"""Entries of three decks that cite chapters and build on each other, for tests."""

from __future__ import annotations

import os
from pathlib import Path

SOURCES = """\
BOOK:
  title: A book
  url: https://example.org
  places: {"1": One, "6": Six, "6.5": Six five, "6.5.2": Six five two, "6.50": Fifty, "7": Seven}
VIDEO:
  title: Videos
  url: https://example.org/v
"""
DERIVED = """\
let: {x: real}
claim: x*(x + 1) == x**2 + x
derivation:
  from: x*(x + 1)
  idea: Multiply.
  lines:
    - {line: x*x + x, by: Multiply out}
    - {line: x**2 + x, by: A square}
"""
LIST = """\
title: Words
topic: words
sources: ["BOOK:1"]
notes:
  w-a: {ask: Which word is the first?, answer: Alpha}
  w-b: {ask: Which word is the second?, answer: Beta, tags: [greek]}
"""
EXERCISE = """\
kind: exercise
title: {title}
topic: {topic}
drills: [{drills}]
draw: {{a: "integers(2, 9)", b: "integers(2, 9)"}}
ask: Add $a$ and $b$.
answer: a + b
claim: answer - a == b
steps: [$a + b == answer$]
"""


def entry(title: str, cites: str, *requires: str, topic: str = "t", more: str = "") -> str:
    return (
        f"kind: concept\ntitle: {title}\ntopic: {topic}\nmeaning: {title} it is.\n{more}"
        f"questions:\n  q1: {{ask: What is {title} for?, answer: For tests of {title}}}\n"
        f"requires: [{', '.join(requires)}]\nsources: [{cites}]\n"
    )


def deck(title: str, *contents: str, more: str = "") -> str:
    rows = "".join(f"  - {each}\n" for each in contents)
    return f"title: {title}\ndescription: {title}, for the tests.\ncontents:\n{rows}{more}"


FILES = {
    "formulas/sources.yaml": SOURCES,
    "formulas/maths/limit.yaml": entry("Limit", "BOOK:1", topic="limits"),
    "formulas/maths/slope.yaml": entry(
        "Slope", '"BOOK:6.5.2#6.44"', "limit", more="tags: [exam]\n" + "priority: 1\n"
    ),
    "formulas/maths/chain.yaml": entry("Chain", "VIDEO:4", "slope", more=DERIVED),
    "formulas/maths/fifty.yaml": entry("Fifty", "BOOK:6.50", topic="limits"),
    "formulas/nets/net.yaml": entry("Net", "VIDEO:4, A talk", "chain", topic="nets"),
    "formulas/nets/words.notes.yaml": LIST,
    "formulas/apart/apart.yaml": entry("Apart", "VIDEO:9"),
    "exercises/maths/ex-slope.yaml": EXERCISE.format(title="Sums", topic="t", drills="slope"),
    "exercises/maths/ex-both.yaml": EXERCISE.format(title="Both", topic="t", drills="slope, chain"),
    "decks/first.yaml": deck("Top::1 First", "entries: [chain]", more="derivations: true\n"),
    "decks/maths.yaml": deck("Top::2 Maths", "subject: maths", more="exercises: true\n"),
    "decks/nets.yaml": deck("Top::3 Nets", "subject: nets"),
    "decks/everything.yaml": deck("Top", "deck: first", "deck: maths", "deck: nets"),
}


def write(root: Path) -> Path:
    """Write them below a folder and return it."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (1, 1))  # what changed just now may change again unseen
    return root
