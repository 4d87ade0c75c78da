"""Matplotlib's settings: the same for every figure, wherever and by whomever it is drawn."""

from __future__ import annotations

import contextlib
import importlib
import warnings
from pathlib import Path
from typing import Any

from dlcards.figures.style import FORMULAS, INK, TEXT

RC: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "mathtext.fontset": FORMULAS,
    "text.color": INK,
    "text.usetex": False,
    "axes.unicode_minus": True,
    "svg.fonttype": "path",
    "svg.hashsalt": "dlcards",
    "svg.image_inline": True,
    "path.simplify": True,
    "path.simplify_threshold": 0.08,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}

_NOT_DRAWN = ("backend", "interactive", "toolbar", "webagg.", "keymap.")
"""Settings of windows. To look at the backend would choose one."""


def load_matplotlib() -> None:
    """Import Matplotlib without the ``matplotlibrc`` of the current folder.

    Matplotlib reads that file before any other when it is imported, and a broken one would
    end the import.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # a current folder that is gone holds no file
            stack.enter_context(contextlib.chdir(Path.cwd().anchor))
        importlib.import_module("matplotlib")


def settings() -> dict[str, Any]:
    """Return Matplotlib's settings for every figure, whatever the user's own are."""
    import matplotlib as mpl  # after load_matplotlib

    with warnings.catch_warnings(action="ignore"):  # of settings that are outdated
        usual = {
            key: mpl.rcParamsDefault[key]
            for key in mpl.rcParams
            if not key.startswith(_NOT_DRAWN) and mpl.rcParams[key] != mpl.rcParamsDefault[key]
        }
    return {**usual, **RC}
