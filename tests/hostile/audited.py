"""Commands under an audit hook, in every Python process that they start.

A ``sitecustomize`` on the path of the processes writes what each of them does to a file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HOOK = """
import os, sys

handle = os.open(
    os.path.join(os.environ["AUDIT_FOLDER"], f"{os.getpid()}.log"),
    os.O_WRONLY | os.O_CREAT | os.O_APPEND,
)
busy = []

def note(kind, *parts):
    told = "\\t".join(repr(part)[:2000] for part in parts)
    os.write(handle, f"{kind}\\t{told}\\n".encode("utf-8", "backslashreplace"))

note("process", sys.orig_argv)

def constants(code):
    for constant in code.co_consts:
        if hasattr(constant, "co_consts"):
            yield from constants(constant)
        elif isinstance(constant, str):
            yield constant
    yield from code.co_names

def audit(event, arguments):
    if busy:
        return
    busy.append(1)
    try:
        if event == "open":
            path, mode, flags = arguments
            if not isinstance(path, int):
                note("open", os.path.realpath(os.fsdecode(path)), mode, flags)
        elif event == "exec":
            code = arguments[0]
            marked = any("CANARY" in text for text in constants(code))
            note("exec", code.co_filename, marked)
        elif event == "pickle.find_class":
            # Records travel between our own processes; no file is ever read so.
            if not arguments[0].startswith(("dlcards.", "multiprocessing.")):
                note("pickle", *arguments)
        elif event.startswith((
            "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto",
            "subprocess", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
            "urllib", "http", "ftplib", "smtplib", "webbrowser",
        )):
            note("event", event, *arguments)
        elif event in ("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.symlink", "os.link",
                       "os.truncate", "os.chmod", "shutil.rmtree", "shutil.move"):
            last = arguments[-1]
            folder = f"/proc/self/fd/{last}" if isinstance(last, int) and last >= 0 else "."
            note("change", event, *[
                os.path.realpath(os.path.join(folder, os.fsdecode(a)))
                for a in arguments
                if isinstance(a, (str, bytes))
            ])
    finally:
        busy.pop()

sys.addaudithook(audit)
"""


@dataclass(frozen=True)
class Seen:
    """What the processes of a command did."""

    code: int
    output: str
    processes: list[list[str]]
    opened: list[tuple[str, bool]]
    changed: list[str]
    executed: list[tuple[str, bool]]
    events: list[str]


def run_audited(folder: Path, *arguments: str, script: str = "") -> Seen:
    """Run a command of dlcards, or a script, and return what was seen."""
    hook, logs, config = folder / "hook", folder / "logs", folder / "matplotlib"
    for each in (hook, logs, config):
        each.mkdir(exist_ok=True)
    for log in logs.iterdir():
        log.unlink()
    (hook / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    paths = [str(hook), os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AUDIT_FOLDER": str(logs),
        "MPLCONFIGDIR": str(config),
    }
    command = ["-c", script] if script else ["-m", "dlcards", *arguments]
    done = subprocess.run(
        [sys.executable, *command],
        env=environment,
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    seen = Seen(done.returncode, done.stdout + done.stderr, [], [], [], [], [])
    for log in sorted(logs.iterdir()):
        for line in log.read_text(encoding="utf-8").splitlines():
            _note(seen, *line.split("\t"))
    return seen


def _note(seen: Seen, kind: str, *parts: str) -> None:
    import ast

    if kind == "process":
        seen.processes.append(ast.literal_eval(parts[0]))
    elif kind == "open":
        writing = parts[1] != "None" and any(sign in parts[1] for sign in "wax+")
        flags = int(parts[2]) if parts[2] != "None" else 0
        by_flags = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        seen.opened.append((ast.literal_eval(parts[0]), writing or by_flags))
    elif kind == "change":
        seen.changed.extend(ast.literal_eval(part) for part in parts[1:])
    elif kind == "exec":
        seen.executed.append((ast.literal_eval(parts[0]), parts[1] == "True"))
    else:
        seen.events.append(json.dumps(parts))
