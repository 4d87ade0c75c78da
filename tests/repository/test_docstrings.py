"""The examples in docstrings give what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Callable

import pytest

import dlcards

PARTS = [info.name for info in pkgutil.iter_modules(dlcards.__path__) if info.name != "__main__"]


@pytest.mark.parametrize("part", PARTS)
def test_examples_give_what_they_say(part: str, count: Callable[..., None]) -> None:
    first = importlib.import_module(f"dlcards.{part}")
    below = pkgutil.walk_packages(getattr(first, "__path__", ()), f"{first.__name__}.")
    finder, failed = doctest.DocTestFinder(exclude_empty=True), []
    for module in (first, *(importlib.import_module(info.name) for info in below)):
        for example in finder.find(module, module.__name__):
            if example.examples:
                count("examples in docstrings", len(example.examples))
                told: list[str] = []
                if doctest.DocTestRunner(verbose=False).run(example, out=told.append).failed:
                    failed.append("".join(told))
    assert not failed, "\n".join(failed)
