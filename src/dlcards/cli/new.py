"""``dlcards new``: start an entry from a commented skeleton."""

from __future__ import annotations

import click

from dlcards.cli.settings import Settings
from dlcards.files import LONGEST_ID, LONGEST_SUBJECT, RESERVED_IDS, is_id, write_new
from dlcards.problems import UsageError

KINDS = ("equation", "concept", "algorithm", "notation")

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
# Why it matters in deep learning, and the typical mistake.
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


@click.command(epilog="Example: dlcards new equation chain-rule --subject calculus")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("entry_id", metavar="ID")
@click.option("--subject", required=True, metavar="NAME", help="The folder in formulas/.")
@click.pass_obj
def command(settings: Settings, kind: str, entry_id: str, subject: str) -> int:
    """Write a commented skeleton of an entry; overwrite nothing."""
    names_given = (("an id", entry_id, LONGEST_ID), ("a subject", subject, LONGEST_SUBJECT))
    for what, text, longest in names_given:
        if not is_id(text, longest) or text in RESERVED_IDS:
            message = f"{text!r} cannot be {what}: at most {longest}"
            raise UsageError(f"{message} lower-case letters, digits and single hyphens")
    root = settings.find_own_root()
    names = (f"*/{entry_id}.yaml", f"*/{entry_id}.notes.yaml")
    taken = sorted(path for pattern in names for path in (root / "formulas").glob(pattern))
    if taken:
        raise UsageError(f"{entry_id!r} exists already: {taken[0].relative_to(root).as_posix()}")
    folder = root / "formulas" / subject
    if folder.is_symlink():
        raise UsageError(f"formulas/{subject} is a link, and a link is not followed")
    path = folder / f"{entry_id}.yaml"
    formula = FORMULA if kind == "equation" else FORMULA.replace('claim: ""', "# claim: …")
    write_new(path, SKELETON.format(kind=kind, formula=formula), root)
    shown = path.relative_to(root).as_posix()
    click.echo(f"{shown}\nFill in the blanks, then: dlcards check {shown}")
    return 0
