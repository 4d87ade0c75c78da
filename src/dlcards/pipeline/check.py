"""Checking entries without building anything."""

from __future__ import annotations

from dlcards.pipeline.requests import CheckRequest, CheckResult, Watcher


def check(request: CheckRequest, watcher: Watcher) -> CheckResult:
    """Check entries: form, references, claims, snippets, figures and cards."""
    raise NotImplementedError
