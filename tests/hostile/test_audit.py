"""Checking and building hostile content opens, starts, sends and executes nothing."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from audited import Seen, run_audited
from injected import INJECTIONS, KEYS, as_yaml, entry

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths of POSIX")

CODE = (
    "__import__('os').system('touch CANARY')",
    "().__class__.__base__.__subclasses__()  # CANARY",
    'exec(\'open("CANARY", "w")\')',
    "eval('CANARY')",
    "open('/etc/passwd').read() + 'CANARY'",
    "lambda: CANARY",
    "{{ CANARY.__init__.__globals__ }}",
    "{CANARY.__class__}",
    "%(CANARY)s",
    "$(touch CANARY)",
    "`touch CANARY`",
    "@CANARY",
    "f'{CANARY}'",
    "x if CANARY else y",
    "sympify('CANARY')",
    "[CANARY for CANARY in range(9)]",
)
FIGURES = (
    {"kind": "function_plot", "exprs": ["CANARY"], "x": [0, 1], "alt": "CANARY"},
    {"kind": "function_plot", "exprs": [CODE[0]], "x": [0, 1], "alt": "x"},
    {"kind": "function_plot", "exprs": ["x"], "x": [0, 1], "alt": "x", "caption": CODE[0]},
    {"kind": "function_plot", "exprs": ["x"], "x": [0, 1], "alt": "x", "labels": [CODE[0]]},
    {"kind": "../../CANARY", "alt": "x"},
    {"kind": "__init__", "alt": "x"},
    {"kind": "os", "alt": "x"},
)
YAML = (
    "title: !!python/object/apply:os.system ['touch CANARY']\n",
    "!!python/object/new:os.system ['touch CANARY']\n",
    "title: !!python/name:os.system\n",
    "title: &CANARY x\nmeaning: *CANARY\n",
    "<<: {title: CANARY}\n",
    "%TAG ! tag:yaml.org,2002:python/\n---\ntitle: !object:os.system CANARY\n",
)


def write_project(root: Path, every: int) -> None:
    """Write entries, decks, translations, and files of earlier builds, all of them hostile.

    One entry in `every` has code in one of its texts.
    """
    hostile = root / "formulas" / "hostile"
    hostile.mkdir(parents=True)
    (root / "decks").mkdir()
    (root / "build" / ".cache" / "figures").mkdir(parents=True)
    number = 0
    for place in KEYS:
        for text in CODE:
            number += 1
            if number > 2 and number % every:  # the first two are translated below
                continue
            (hostile / f"e-{number}.yaml").write_text(as_yaml(entry({place: text})), "utf-8")
    for number, figure in enumerate(FIGURES):
        data = {**entry({}), "figure": figure}
        (hostile / f"figure-{number}.yaml").write_text(as_yaml(data), "utf-8")
    for number, text in enumerate(YAML):
        (hostile / f"yaml-{number}.yaml").write_text(text, "utf-8")
    (hostile / "e-1.ko.yaml").write_text(as_yaml({"title": CODE[0], "meaning": CODE[6]}), "utf-8")
    (hostile / "e-2.ko.yaml").write_text(YAML[0], "utf-8")
    for number, text in enumerate((*INJECTIONS[:20], *CODE)):
        (hostile / f"text-{number}.yaml").write_text(as_yaml(entry({"meaning": text})), "utf-8")
    for number, text in enumerate(CODE):
        notes = {"a": {"ask": text, "answer": text}}
        data = {"title": text, "topic": "x", "sources": [text], "notes": notes}
        (hostile / f"list-{number}.notes.yaml").write_text(as_yaml(data), "utf-8")
    for number, text in enumerate(YAML):
        (hostile / f"broken-{number}.notes.yaml").write_text(text, "utf-8")
    deck = {"title": "A", "description": CODE[0], "contents": [{"subject": "hostile"}]}
    (root / "decks" / "hostile.yaml").write_text(as_yaml(deck), "utf-8")
    (root / "decks" / "code.yaml").write_text(YAML[0], "utf-8")
    pickled = b"cos\nsystem\n(S'touch CANARY'\ntR."
    for kept in ("formulas/checks.lock", "decks/ledger.tsv", "build/first-built.json"):
        (root / kept).write_bytes(pickled)
    caches = "deck-honest.en deck-hostile.en composed.en check list figures/CANARY"
    for kept in caches.split():
        (root / "build" / ".cache" / f"{kept}.json").write_bytes(pickled)
    (root / "formulas" / "sources.yaml").write_text(f"CODE: {{title: {CODE[7]!r}}}\n", "utf-8")


def write_honest(root: Path) -> None:
    """Write a deck that can be built, beside all that is hostile."""
    folder = root / "formulas" / "honest"
    folder.mkdir(parents=True)
    figure = {"kind": "function_plot", "exprs": ["x**2"], "x": [-1, 1], "alt": "A parabola."}
    code = {"equals": "x**2", "numpy": "def f(x):\n    return x**2  # CANARY\n"}
    data = {**entry({}), "figure": figure, "code": code, "why": "CANARY"}
    (folder / "honest.yaml").write_text(as_yaml(data), "utf-8")
    notes = {"a": {"ask": "CANARY?", "answer": "CANARY"}}
    listed = {"title": "CANARY", "topic": "x", "sources": ["A book"], "notes": notes}
    (folder / "listed.notes.yaml").write_text(as_yaml(listed), "utf-8")
    deck = {"title": "B", "description": "CANARY", "contents": [{"subject": "honest"}]}
    (root / "decks" / "honest.yaml").write_text(as_yaml(deck), "utf-8")


def trusted() -> tuple[str, ...]:
    """Return the folders in which Python and the programs' own code stand."""
    libraries = (sys.prefix, sys.base_prefix, sys.exec_prefix, str(ROOT / "src"))
    packages = [path for path in sys.path if path and Path(path).is_dir()]
    return tuple({os.path.realpath(path) for path in (*libraries, *packages)})


def faults(seen: Seen, project: Path, scratch: Path) -> list[str]:
    """Return everything that content made a command do."""
    code = (*trusted(), str(scratch / "hook"))
    machine = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system", "/dev/null")
    system = ("/usr/share", "/usr/lib", "/usr/local/share", "/etc/localtime", "/dev/urandom")
    readable = (
        *code,
        *machine,
        *system,
        str(project),
        str(scratch / "matplotlib"),
        tempfile.gettempdir(),
    )
    writable = (str(project), str(scratch / "matplotlib"), "/dev/null", "/dev/tty")
    fonts = (str(Path.home() / ".fonts"), str(Path.home() / ".local/share/fonts"))
    found = []
    for path, writing in seen.opened:
        allowed = writable if writing else (*readable, *fonts)
        if not path.startswith(allowed):
            found.append(f"{'writes' if writing else 'reads'} {path}")
    found += [f"changes {path}" for path in seen.changed if not path.startswith(writable)]
    for file, marked in seen.executed:
        known = os.path.realpath(file).startswith(code) or file.startswith("<")
        if marked or not known:
            found.append(f"executes {file}")
    found += seen.events
    workers = ("from multiprocessing.spawn import spawn_main", "from multiprocessing.resource_")
    for arguments in seen.processes[1:]:
        ours = any(text.startswith(workers) for text in arguments)
        if not ours and "dlcards" not in arguments:
            found.append(f"starts {arguments}")
    return found


@pytest.mark.slow
@pytest.mark.exhaustive(of=6)
def test_hostile_content_does_nothing(
    tmp_path: Path, every: int, count: Callable[..., None]
) -> None:
    project, scratch = tmp_path / "project", tmp_path / "scratch"
    scratch.mkdir()
    write_project(project, every)
    write_honest(project)
    count("files of hostile content under audit", sum(p.is_file() for p in project.rglob("*")))
    run_audited(scratch, script="import matplotlib.font_manager")  # it looks for fonts once
    outside = {path.name for path in scratch.iterdir()}
    commands = {
        "build --all": (1, ["build", "--all"]),
        "check": (1, ["check"]),
        "list": (1, ["list"]),
        "release": (1, ["release", "--version", "1.0.0"]),
        "preview": (0, ["preview", "--output", str(project / "page")]),
        "show": (0, ["show", "honest"]),
    }
    for name, (code, arguments) in [*commands.items()][::every]:
        seen = run_audited(scratch, "--root", str(project), *arguments)
        assert seen.code == code, (name, seen.output[-3000:])
        assert "Traceback" not in seen.output
        assert len(seen.opened) > 100
        assert name != "check" or len(seen.processes) > 2
        count("files opened under audit", len(seen.opened))
        assert sorted(set(faults(seen, project, scratch))) == [], name
    (project / "decks" / "ledger.tsv").unlink()
    seen = run_audited(scratch, "--root", str(project), "build", "--deck", "honest")
    assert seen.code == 0, seen.output[-3000:]
    assert sorted(set(faults(seen, project, scratch))) == []
    assert {path.name for path in scratch.iterdir()} == outside
    assert not list(tmp_path.rglob("CANARY"))


def test_the_audit_would_notice(tmp_path: Path) -> None:
    script = (
        "import os, socket, subprocess, sys\n"
        "exec('CANARY = 1')\n"
        "open('/etc/hostname').close()\n"
        "open('outside', 'w').close()\n"
        "subprocess.run([sys.executable, '-c', 'pass'])\n"
        "socket.socket().connect_ex(('127.0.0.1', 9))\n"
    )
    seen = run_audited(tmp_path, script=script)
    told = " ".join(faults(seen, tmp_path / "project", tmp_path / "scratch"))
    for wanted in ("executes <string>", "reads /etc/hostname", "outside", "socket.connect"):
        assert wanted in told, told
    assert "subprocess.Popen" in told
    assert "starts [" in told
