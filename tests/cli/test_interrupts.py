"""Ctrl-C ends a command with its own code, whatever a library makes of it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest

from dlcards import cli

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def wrapped(*arguments: Any, **more: Any) -> int:
    """Do what libraries in other languages do when Python is interrupted inside them."""
    try:
        os.kill(os.getpid(), signal.SIGINT)
        signal.sigtimedwait([], 5)
    except KeyboardInterrupt as error:
        raise RuntimeError("something could not be made") from error
    return 0


def plain(*arguments: Any, **more: Any) -> int:
    os.kill(os.getpid(), signal.SIGINT)
    signal.sigtimedwait([], 5)
    return 0


def ignoring(*arguments: Any, **more: Any) -> int:
    os.kill(os.getpid(), signal.SIGINT)
    return 0


@pytest.mark.parametrize("interrupted", [plain, wrapped])
def test_ctrl_c_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    interrupted: Callable[..., int],
) -> None:
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(cli.application, "main", interrupted)
    assert cli.run(["list"]) == 130
    assert capsys.readouterr().err == "stopped; what was there before is untouched\n"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_command_may_run_in_another_thread() -> None:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(cli.run(["--version"])))
    thread.start()
    thread.join()
    assert codes == [0]


def test_an_ignored_ctrl_c_stays_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        monkeypatch.setattr(cli.application, "main", ignoring)
        assert cli.run(["list"]) == 0
    finally:
        signal.signal(signal.SIGINT, before)
