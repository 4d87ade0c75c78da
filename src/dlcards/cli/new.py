"""``dlcards new``: start an entry, an exercise or a derivation from a commented skeleton."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from dlcards.claims.unparser import formula_text
from dlcards.cli.settings import Settings
from dlcards.files import (
    LONGEST_ID,
    LONGEST_SUBJECT,
    RESERVED_IDS,
    is_id,
    write_atomically,
    write_new,
)
from dlcards.problems import Problem, UsageError

KINDS = ("equation", "concept", "algorithm", "notation", "exercise", "derivation")

FORMULA = """\
# Every name with its type; types are hypotheses: real, positive, vector(n), matrix(m, n),
# function, event, random … All types and words: docs/claim-language.md
let:
  x: real
# What must hold. It is checked, and the formula on the card is printed from it.
claim: ""
# What each symbol means; keys are formulas.
symbols:
  x: ""
"""

SKELETON = """\
kind: {kind}
title: ""
# A group inside the subject, such as derivatives.
topic: ""
# 1 first … 3 last
priority: 2
{formula}# What it says, in one sentence.
meaning: ""
# Why it matters, and the typical mistake.
why: ""
pitfall: ""
# One function in NumPy, checked against the formula. Delete it if nobody computes this.
# code:
#   equals: …
#   numpy: |
#     def name(x):
#         return …
# All kinds of figure, each with examples: docs/figure-kinds.md
# figure:
#   kind: function_plot
#   exprs: [x**2]
#   x: [-2, 2]
#   alt: A parabola that opens upwards.
#   caption: …
# One question, one short answer; no yes/no. A released slot keeps its meaning for ever.
questions:
  q1:
    ask: ""
    answer: ""
  q2:
    ask: ""
    answer: ""
# Ids of the entries to learn before.
requires: []
# CODE:section of a code in formulas/sources.yaml, or a web address.
sources: [""]
"""


NOTATION = """\
kind: notation
title: ""
# A group inside the subject, such as indexing.
topic: ""
# 1 first … 3 last
priority: 2
# Every name of sign and code with its type; all types: docs/claim-language.md
let:
  A: matrix(m, n)
# The sign, in the claim language between dollars; LaTeX between \\( and \\) where that has no word.
sign: $A.T$
# How it is read aloud; a sign that is read by its title needs no card: without: [say]
say: ""
# What must hold of it, if anything; checked, and shown on the back.
# claim: A.T[i, j] == A[j, i]
# What it stands for, in one sentence.
meaning: ""
why: ""
pitfall: ""
# The sign in NumPy, compared with the formula after equals.
code:
  equals: A.T
  numpy: |
    def f(A):
        return A.T
prompts:
  # What the card says that asks for the sign, without reading it aloud.
  recall: ""
# A figure where it explains: docs/figure-kinds.md
questions:
  q1:
    ask: ""
    answer: ""
# Ids of the entries to learn before.
requires: []
# CODE:section of a code in formulas/sources.yaml, or a web address.
sources: [""]
"""

EXERCISE = """\
kind: exercise
title: ""
# A group inside the subject, such as derivatives.
topic: ""
# 1 one step, 2 several steps, 3 needs an idea
level: 1
# Ids of the entries that it practises.
drills: [{drills}]
# Free variables, where the answer is an expression.
# let:
#   x: real
# Names, drawn or worked out from those before; all draws: docs/exercises.md
draw:
  a, b: integers(2, 9)
# Conditions; a draw that fails one is drawn again.
given: a != b
# One task, at most 160 letters. Between dollars every name stands for its value.
ask: "What is $a + b$?"
answer: a + b
# What links the answer to the question; judged in every variant.
claim: answer - b == a
# What to think of, in one sentence.
hint: ""
# The worked solution; a formula that begins with == goes on from the one before.
steps:
  - $a + b == answer$
# Wrong answers that learners give, each with what went wrong.
mistakes:
  - answer: a*b
    says: ""
"""


ALGORITHM = """\
kind: algorithm
title: ""
# A group inside the subject, such as optimisers.
topic: ""
# 1 first … 3 last
priority: 2
# What it does, in one sentence.
meaning: ""
# Why it matters in deep learning, and the typical mistake.
why: ""
pitfall: ""
# All keys: docs/algorithms.md
algorithm:
  # What it returns, in one sentence; stands on every front.
  task: Returns the mean of the entries of $x$.
  # Inputs with their types; inputs that follow from others, and functions, under define.
  let:
    x: vector(n)
  # At most 15 lines of at most 46 letters.
  code: |
    def mean(x):
        total = 0.0
        for xi in x:
            total = total + xi
        return total / len(x)
  # What it returns, in order: real, integer, vector(n), matrix(m, n).
  returns: {mu: real}
  # What holds then, whatever the inputs.
  ensures:
    - n*mu == sum(x)
  # Variables of the loop; an invariant relates x_old and x_new.
  # loop: {total: real}
  # invariants:
  #   - {ask: "", answer: "", holds: total_new >= total_old}
  # Parts that cards hide; 'also' names what could stand there as well.
  gaps:
    - {hide: total + xi, also: [xi + total]}
  # Small values; what is returned is computed and asked for.
  calls:
    - {x: "[1, 2, 6]"}
  # Mistakes that the check has to notice.
  slips:
    - {right: len(x), wrong: (len(x) + 1), says: ""}
# All kinds of figure, each with examples: docs/figure-kinds.md
# figure:
#   kind: contour2d
# What it costs, and when it fails.
questions:
  q1:
    ask: ""
    answer: ""
  q2:
    ask: ""
    answer: ""
# Ids of the entries to learn before.
requires: []
# CODE:section of a code in formulas/sources.yaml, or a web address.
sources: [""]
"""


DERIVATION = """\
# Why the claim is true, line by line; each line is checked (docs/derivations.md).
derivation:
  # The one sentence that carries it.
  idea: ""
  from: {start}
  lines:
    # relation: <=, =>, <=>, … where it is not ==; uses: ids of entries and branches
    - line: {end}
      by: ""
  # Plausible false lines, each in place of the line that follows line 'after' (0: the start).
  slips:
    - after: 0
      line: ""
      says: ""
"""


@click.command(epilog="Example: dlcards new equation chain-rule --subject calculus")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("entry_id", metavar="ID")
@click.option(
    "--subject", default="", metavar="NAME", help="The folder in formulas/ or exercises/."
)
@click.option("--drills", default="", metavar="ID", help="The entry that an exercise practises.")
@click.pass_obj
def command(settings: Settings, kind: str, entry_id: str, subject: str, drills: str) -> int:
    """Write a commented skeleton of an entry or an exercise; overwrite nothing.

    A derivation is added to the entry ID.
    """
    if drills and (kind != "exercise" or not is_id(drills, LONGEST_ID)):
        raise UsageError("--drills names the entry that an exercise practises")
    if kind == "derivation":
        return _derivation(settings.find_own_root(), entry_id, subject)
    if not subject:
        raise UsageError("--subject is missing: the folder in formulas/ or exercises/")
    names_given = (("an id", entry_id, LONGEST_ID), ("a subject", subject, LONGEST_SUBJECT))
    for what, text, longest in names_given:
        if not is_id(text, longest) or text in RESERVED_IDS:
            message = f"{text!r} cannot be {what}: at most {longest}"
            raise UsageError(f"{message} lower-case letters, digits and single hyphens")
    root = settings.find_own_root()
    names = (f"*/{entry_id}.yaml", f"*/{entry_id}.notes.yaml")
    tops = [root / "formulas", root / "exercises"]
    taken = sorted(path for top in tops for pattern in names for path in top.glob(pattern))
    if taken:
        raise UsageError(f"{entry_id!r} exists already: {taken[0].relative_to(root).as_posix()}")
    top = "exercises" if kind == "exercise" else "formulas"
    folder = root / top / subject
    if folder.is_symlink():
        raise UsageError(f"{top}/{subject} is a link, and a link is not followed")
    path = folder / f"{entry_id}.yaml"
    text = EXERCISE.format(drills=drills) if kind == "exercise" else _skeleton(kind, root)
    write_new(path, text, root)
    shown = path.relative_to(root).as_posix()
    click.echo(f"{shown}\nFill in the blanks, then: dlcards check {shown}")
    return 0


def _skeleton(kind: str, root: Path) -> str:
    """Return the skeleton of an entry; a comment is what neither its kind nor a rule asks for."""
    from dlcards.content.project_file import read_project  # start-up

    rules = read_project(root, list[Problem]()).rules
    formula = FORMULA if kind == "equation" else _commented(FORMULA.replace('""', "…"))
    own = {"notation": NOTATION, "algorithm": ALGORITHM}
    text = own.get(kind) or SKELETON.format(kind=kind, formula=formula)
    optional = {
        'why: ""\n': "missing-why",
        'pitfall: ""\n': "missing-pitfall",
        '  q2:\n    ask: ""\n    answer: ""\n': "missing-question",
        "requires: []\n": "orphan",
        'sources: [""]\n': "missing-source",
    }
    for lines, rule in optional.items():
        if rule not in rules:
            text = text.replace(lines, _commented(lines.replace('""', "…")))
    return text


def _commented(lines: str) -> str:
    return re.sub(r"^(?!#)", "# ", lines, flags=re.MULTILINE).removesuffix("# ")


def _derivation(root: Path, entry_id: str, subject: str) -> int:
    """Add the skeleton of a derivation at the end of an entry, between the sides of its claim."""
    if subject:
        raise UsageError("--subject is of new entries; a derivation is added to the entry ID")
    from dlcards.commands.show import find_item  # start-up

    _, item, _ = find_item(root, entry_id)
    entry = item.entry
    if entry.derivation is not None:
        raise UsageError(f"{entry_id} has a derivation already")
    start, end = '""', '""'
    statement = item.statement
    if statement is not None and (statement.claims or statement.definition is not None):
        goal = statement.claims[0].tree if statement.claims else statement.definition
        if goal is not None and goal.op == "rel":
            sides = (goal.args[0], goal.args[-1])
            start, end = (json.dumps(formula_text(side)) for side in sides)
    path = root / item.document.file
    text = item.document.text
    added = DERIVATION.format(start=start, end=end)
    write_atomically(path, f"{text}{'' if text.endswith(chr(10)) else chr(10)}{added}".encode())
    click.echo(
        f"{item.document.file}\nFill in the blanks, then: dlcards check {item.document.file}"
    )
    return 0
