"""A watcher for tests."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext


class Silent:
    """Shows no progress."""

    def step(self, name: str, total: int) -> AbstractContextManager[Callable[[int], None]]:
        return nullcontext(lambda done: None)

    def say(self, text: str) -> None:
        """Say nothing."""
