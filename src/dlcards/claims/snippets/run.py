"""Running a snippet with real Python, for maintainers who ask for it.

The allow-list comes first, as always. What passes runs in a process of its own:
isolated mode, an empty environment, an empty temporary folder, limits on time,
memory, files and processes, and JSON over pipes. Functions among the arguments stay
here; the process asks for their values line by line.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import IO, Any

import numpy as np

from dlcards.claims.judge.numeric.values import NumericError
from dlcards.claims.snippets.check import (
    Input,
    SnippetVerdict,
    agrees,
    check_snippet,
    sample_inputs,
)
from dlcards.claims.snippets.grammar import Snippet, SnippetError, read_snippet
from dlcards.claims.snippets.interpreter import ArgumentFunction
from dlcards.claims.statement import Statement

PROCESSOR_SECONDS = 5
SECONDS = 10.0 * PROCESSOR_SECONDS
MEMORY_BYTES = 2 << 30
MAX_LINE = 2_000_000

_RUNNER = f"""
import json, math, sys
import numpy as np
try:
    import resource
except ImportError:
    resource = None
if resource is not None:
    for name, limit in (
        ("RLIMIT_CPU", {PROCESSOR_SECONDS}),
        ("RLIMIT_AS", {MEMORY_BYTES}),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_NOFILE", 8),
    ):
        if hasattr(resource, name):
            resource.setrlimit(getattr(resource, name), (limit, limit))
job = json.loads(sys.stdin.readline())

def say(answer):
    sys.stdout.write(json.dumps(answer) + chr(10))
    sys.stdout.flush()

def asked(place):
    def function(*values):
        say({{"call": place, "values": [np.asarray(v, float).tolist() for v in values]}})
        value = json.loads(sys.stdin.readline())
        return np.array(value) if isinstance(value, list) else value
    return function

def received(kind, value):
    if kind == "function":
        return asked(value)
    return np.array(value) if kind == "array" else value

names = {{"np": np, "math": math}}
exec(compile(job["source"], "snippet", "exec"), names)
for arguments in job["inputs"]:
    with np.errstate(all="ignore"):
        result = names[job["name"]](*[received(*argument) for argument in arguments])
    result = np.asarray(result)
    say({{"value": np.asarray(result.real, float).tolist()}})
"""


def run_snippet(statement: Statement, *, seed: int = 0) -> SnippetVerdict:
    """Run a snippet in an isolated process and compare it with its formula.

    Parameters
    ----------
    statement : Statement
        With a ``code`` part; what the allow-list refuses is not run.
    seed : int
        Another seed takes other inputs.
    """
    inspected = check_snippet(statement, seed=seed)
    if not inspected.holds or not inspected.compared:
        return inspected
    assert statement.code is not None
    try:
        snippet = read_snippet(statement.code.numpy)
        inputs = [x for x in sample_inputs(statement, snippet, seed=seed) if not x.far]
        results = execute(snippet, inputs)
        for item, result in zip(inputs, results, strict=True):
            if not agrees(result, item):
                message = "Python's own result differs from the formula"
                raise SnippetError("wrong-snippet", message)
    except SnippetError as error:
        return replace(inspected, points=0, code=error.code, message=error.message, end=1)
    except NumericError as error:
        return replace(inspected, points=0, code="check-failed", message=str(error), end=1)
    return inspected


def execute(snippet: Snippet, inputs: Sequence[Input]) -> list[np.ndarray[Any, Any]]:
    """Run an inspected snippet on inputs and return what it returns.

    Raises
    ------
    SnippetError
        ``wrong-snippet`` if it fails or does not stop.
    """
    job = {
        "source": ast.unparse(snippet.function),
        "name": snippet.name,
        "inputs": [
            [_sent(place, value) for place, value in enumerate(item.arguments)] for item in inputs
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", _RUNNER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        )
        clock = threading.Timer(SECONDS, process.kill)
        clock.start()
        try:
            return _converse(process, job, inputs)
        finally:
            clock.cancel()
            process.kill()
            process.communicate()


def _sent(place: int, value: Any) -> tuple[str, Any]:
    if isinstance(value, ArgumentFunction):
        return "function", place
    if isinstance(value, np.ndarray):
        return "array", value.tolist()
    return "number", value


def _converse(
    process: subprocess.Popen[str], job: dict[str, Any], inputs: Sequence[Input]
) -> list[np.ndarray[Any, Any]]:
    assert process.stdin is not None
    assert process.stdout is not None
    results: list[np.ndarray[Any, Any]] = []
    _say(process.stdin, job)
    while len(results) < len(inputs):
        line = process.stdout.readline(MAX_LINE)
        try:
            answer = json.loads(line)
        except ValueError:
            raise _failure(process) from None
        if "value" in answer:
            results.append(np.asarray(answer["value"], float))
            continue
        function = inputs[len(results)].arguments[answer["call"]]
        value = function.call(*[np.asarray(v, float) for v in answer["values"]])
        _say(process.stdin, np.asarray(value, float).tolist())
    return results


def _say(stream: IO[str], message: Any) -> None:
    try:
        stream.write(json.dumps(message) + "\n")
        stream.flush()
    except BrokenPipeError:
        pass


def _failure(process: subprocess.Popen[str]) -> SnippetError:
    _, errors = process.communicate()
    last = errors.strip().splitlines()[-1] if errors.strip() else ""
    message = f"the snippet fails: {last[:120]}" if last else "the snippet does not stop"
    return SnippetError("wrong-snippet", message)
