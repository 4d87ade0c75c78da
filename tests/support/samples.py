"""Content for tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

Project = Callable[[Mapping[str, str]], Path]
"""Writes files below a fresh root and returns the root."""

ENTRY = """\
kind: concept
title: Power rule
topic: derivatives
let:
  x: positive
  n: real
claim: d(x**n, x) == n*x**(n - 1)
meaning: Bring the exponent down and lower it by one.
questions:
  q1: {ask: "What is the derivative of a constant, by the power rule?", answer: Zero}
  q2: {ask: "Which power has the derivative 2x?", answer: The square}
sources: ["https://example.org/calculus"]
"""

DECK = """\
title: Tests::Calculus
description: For the tests.
contents:
  - subject: calculus
"""
