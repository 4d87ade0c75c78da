"""Progress and tables on a terminal; the only user of rich."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Advance = Callable[[int], None]
"""Called with the number of tasks that were finished."""


def _nothing(done: int) -> None:
    """Print nothing."""


class Progress:
    """Shows how far a step is; silent when nobody watches a terminal.

    Parameters
    ----------
    quiet : bool
        Never show anything.
    verbose : bool
        Also print a line for each step when there is no terminal.
    """

    __slots__ = ("_bars", "quiet", "verbose")

    def __init__(self, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet = quiet
        self.verbose = verbose
        self._bars: Any = None

    @contextmanager
    def step(self, name: str, total: int) -> Iterator[Advance]:
        """Show one step of ``total`` tasks while the block runs."""
        if self.quiet or total <= 0:
            yield _nothing
        elif not sys.stderr.isatty():
            if self.verbose:
                print(f"{name}: {total}", file=sys.stderr)
            yield _nothing
        else:
            with self._shown() as bars:
                task = bars.add_task(name, total=total)
                yield lambda done: bars.advance(task, done)

    @contextmanager
    def _shown(self) -> Iterator[Any]:
        """Yield the bars on the terminal: one display, also for steps within a step."""
        if self._bars is not None:
            yield self._bars
            return
        with _bars() as bars:
            self._bars = bars
            try:
                yield bars
            finally:
                self._bars = None

    def say(self, text: str) -> None:
        """Print a line about the work, only when asked to be verbose."""
        if self.verbose and not self.quiet:
            print(text, file=sys.stderr)


def _bars() -> Any:
    """Return an empty display of progress bars with the time that is left."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as RichProgress

    columns = (
        SpinnerColumn(),  # the first tasks start slowly: it shows that something is done
        TextColumn("{task.description:<22}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return RichProgress(*columns, console=Console(stderr=True), transient=True)


def terminal_width() -> int | None:
    """Return the columns of the terminal that shows our output; None where there is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], width: int | None = None) -> str:
    """Return a plain table, aligned for monospaced text with wide Hangul.

    Parameters
    ----------
    titles : sequence of str
    rows : iterable of sequence of str
    width : int or None
        The longest cells are cut until a row fits; None cuts nothing.

    Examples
    --------
    >>> print(table(("id", "level"), [("chain-rule", "proved")]))
    id          level
    chain-rule  proved
    """
    filled = [tuple(titles), *(tuple(row) for row in rows)]
    widths = [max(_width(row[i]) for row in filled) for i in range(len(titles))]
    while width is not None and sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > 6:
        widths[widths.index(max(widths))] -= 1
    lines = []
    for row in filled:
        shown = [_cut(cell, most) for cell, most in zip(row, widths, strict=True)]
        cells = [
            cell + " " * (most - _width(cell)) for cell, most in zip(shown, widths, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _cut(text: str, most: int) -> str:
    """Return a text that fits into so many columns."""
    if _width(text) <= most:
        return text
    while _width(text) > most - 1:
        text = text[:-1]
    return f"{text}…"


def _width(text: str) -> int:
    import unicodedata

    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text
    )
