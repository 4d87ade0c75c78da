"""The options that choose a part of the decks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

_OPTIONS = (
    ("source", "CODE:PLACE", "Only what cites it: 3B1B-CA:4, DLB:6.5 with its sections, DLB."),
    ("topic", "NAME", "Only this topic."),
    ("tag", "TAG", "Only notes with this tag, or one below it."),
    ("id", "ID", "Only this entry, exercise or list."),
)


def choosing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--source``, ``--topic``, ``--tag`` and ``--id``, each as often as wanted."""
    for name, value, told in reversed(_OPTIONS):
        option = click.option(f"--{name}", f"{name}s", multiple=True, metavar=value, help=told)
        command = option(command)
    return command
