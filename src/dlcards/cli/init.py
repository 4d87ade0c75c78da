"""``dlcards init``: start a project of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from dlcards.files import write_new
from dlcards.problems import UsageError

FILES = {
    "formulas/algebra/binomial-square.yaml": """\
kind: equation
title: Square of a sum
topic: powers
priority: 1
let:
  a, b: real
claim: (a + b)**2 == a**2 + 2*a*b + b**2
symbols:
  2*a*b: the mixed term, once for each order
meaning: Squaring a sum gives both squares and twice the product.
pitfall: Forgetting the mixed term.
code:
  equals: (a + b)**2
  numpy: |
    def square(a, b):
        return a**2 + 2 * a * b + b**2
figure:
  kind: mosaic
  rule: product_rectangle
  params: {f: 3, g: 3, df: 1, dg: 1}
  alt: A square cut into two smaller squares and two equal rectangles.
  caption: The two rectangles are the mixed term.
blanks: [2*a*b]
questions:
  q1:
    ask: Which term is missing when one squares a sum term by term?
    answer: The mixed term, $2*a*b$
sources: ["https://en.wikipedia.org/wiki/Binomial_theorem"]
""",
    "decks/algebra.yaml": """\
# The title is the name of the deck in Anki: choose it once.
title: My Cards::Algebra
description: My first deck.
contents:
  - subject: algebra
""",
    ".gitignore": "/build/\n",
    ".gitattributes": "decks/ledger.tsv merge=union\n",
}


@click.command(epilog="Example: dlcards init my-cards")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> int:
    """Start a project with one entry and one deck; overwrite nothing."""
    taken = [name for name in FILES if (folder / name).exists()]
    if taken:
        raise UsageError(f"{folder / taken[0]} exists already; choose another folder")
    written: list[Path] = []
    try:
        for name, text in FILES.items():
            write_new(folder / name, text, folder)
            written.append(folder / name)
    except OSError:
        for path in written:
            path.unlink()
        raise
    click.echo(f"{folder}: one entry and one deck\nTry: dlcards --root {folder} build --all")
    return 0
