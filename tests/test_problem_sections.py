"""Every problem of packages and releases has its section in docs/problems.md."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "dlcards"
PLACES = ("ledger", "steps/package", "steps/release.py")


def codes() -> set[str]:
    found: set[str] = set()
    for place in PLACES:
        path = SOURCES / place
        for file in [path] if path.is_file() else sorted(path.glob("*.py")):
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    found |= set(code_of(call))
    return found


def code_of(call: ast.Call) -> list[str]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name not in ("Problem", "_problem") or len(call.args) < 2:
        return []
    code = call.args[1]
    return [code.value] if isinstance(code, ast.Constant) and isinstance(code.value, str) else []


def sections() -> list[str]:
    text = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    return re.findall(r"^## (\S+)$", text, re.MULTILINE)


def test_every_code_has_a_section() -> None:
    assert len(codes()) > 30
    assert codes() - set(sections()) == set()


def test_no_code_has_two_sections() -> None:
    assert len(set(sections())) == len(sections())
