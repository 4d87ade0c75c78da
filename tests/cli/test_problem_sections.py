"""Every code of a problem has one section in docs/problems.md: cause, example, remedy."""

from __future__ import annotations

import ast
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dlcards.claims.verdict import Level
from dlcards.cli import explain
from dlcards.cli.console import Progress
from dlcards.commands.check import check
from dlcards.requests import CheckRequest
from samples import DECK, ENTRY, Project

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "dlcards"
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def statements() -> list[ast.AST]:
    """Return all places where a code may be given or taken."""
    files = [path for path in sorted(SOURCES.rglob("*.py")) if path.parent.name != "cli"]
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in files)
    kinds = (ast.Call, ast.Assign, ast.FunctionDef, ast.ClassDef)
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, kinds)]


def positions(nodes: Sequence[ast.AST]) -> dict[str, set[int]]:
    """Return where callables, by name, take an argument called ``code``."""
    found: dict[str, set[int]] = defaultdict(set)
    for node in nodes:
        names: list[str] = []
        if isinstance(node, ast.FunctionDef):
            names = [a.arg for a in (*node.args.posonlyargs, *node.args.args) if a.arg != "self"]
        elif isinstance(node, ast.ClassDef) and "message" in _fields(node):  # a kind of problem
            names = _fields(node)
        if "code" in names and isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name].add(names.index("code"))
    return found


def _fields(node: ast.ClassDef) -> list[str]:
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__":
            return [argument.arg for argument in part.args.args][1:]
    return [
        part.target.id
        for part in node.body
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    ]


def given(node: ast.AST, places: dict[str, set[int]]) -> Iterator[ast.expr]:
    """Yield what is given for ``code``: as argument, as default, by assignment."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        yield from (node.args[i] for i in places.get(name, ()) if i < len(node.args))
        yield from (keyword.value for keyword in node.keywords if keyword.arg == "code")
    elif isinstance(node, ast.Assign):
        if any(isinstance(target, ast.Name) and target.id == "code" for target in node.targets):
            yield node.value
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=False)
                yield from (v for t, v in pairs if isinstance(t, ast.Name) and t.id == "code")
    elif isinstance(node, ast.FunctionDef):
        defaults = node.args.defaults
        named = node.args.args[len(node.args.args) - len(defaults) :]
        yield from (d for a, d in zip(named, defaults, strict=True) if a.arg == "code")


def codes() -> set[str]:
    nodes = statements()
    places = positions(nodes)
    found: set[str] = set()
    for node in nodes:
        for value in given(node, places):
            options = (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
            assert not any(isinstance(o, ast.JoinedStr) for o in options), ast.unparse(value)
            found |= {
                option.value
                for option in options
                if isinstance(option, ast.Constant)
                and isinstance(option.value, str)
                and CODE.fullmatch(option.value)
            }
    return found


@pytest.mark.slow
def test_every_code_has_a_section_and_every_section_a_code() -> None:
    found = codes()
    assert len(found) > 120
    assert found == set(explain.sections())


def test_sections_are_sorted_and_none_is_there_twice() -> None:
    text = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    names = re.findall(r"^## (\S+)$", text, re.MULTILINE)
    assert len(names) > 120
    assert names == sorted(set(names))


@pytest.mark.parametrize("code", sorted(explain.sections()))
def test_a_section_tells_cause_example_and_remedy(code: str) -> None:
    parts = explain.sections()[code].split("\n\n")
    cause, example, remedy = parts
    assert all(line.startswith("    ") for line in example.splitlines())
    assert not cause.startswith(" ")
    assert not remedy.startswith(" ")


def test_the_document_is_what_the_command_prints() -> None:
    assert set(explain.levels()) == set(Level)
    for name in ("levels", "problems"):
        packaged = (SOURCES / "cli" / f"{name}.md").read_text(encoding="utf-8")
        assert packaged == (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


# The examples

EXAMPLES = re.findall(
    r"\S+",
    """
    ambiguous-glyph answer-leak answer-long bad-character bad-glyph bad-head bad-latex
    bad-name bad-syntax blank-not-found blank-visible circular-definition comma-splits-value
    duplicate-key duplicate-name empty-value label-leak level-not-reached list-question
    many-documents misplaced-relation missing-blanks missing-code missing-figure missing-key
    missing-pitfall missing-question missing-why no-card no-formula no-question no-value
    no-value-given not-a-function not-a-relation not-a-value not-a-variable out-of-range
    outside-window ragged-list random-argument refuted-claim reserved-name shadowed-name
    shape-of-answer two-formulas two-questions unbalanced-bracket unclosed-sign
    undefined-at-point unknown-key unknown-name unknown-reference unknown-type unknown-value
    unknown-word unpinned-definition unused-name vacuous-claim vague-question wrong-operator
    wrong-shape wrong-snippet wrong-type wrong-value yaml-anchor yaml-syntax yaml-tag
    yes-no-question
    """,
)


def entry_with(example: str) -> str:
    """Put an example into an entry, in place of what the entry says under the same keys."""
    example = textwrap.dedent(example)
    if example.startswith(("ask:", "answer:")):
        other = "" if "answer:" in example else "answer: Zero\n"
        other += "" if "ask:" in example else "ask: What is it?\n"
        example = "questions:\n  q1:\n" + textwrap.indent(f"{example}\n{other}", "    ")
    elif example.startswith("equals:"):
        example = "code:\n" + textwrap.indent(example, "  ")
    elif example.startswith("front_safe:"):
        figure = "kind: function_plot\nexprs: [x**2]\nx: [-2, 2]\nalt: A parabola.\n"
        example = "figure:\n" + textwrap.indent(figure + example, "  ")
    keys = re.findall(r"^([a-z_]+):", example, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z])", ENTRY, flags=re.MULTILINE)
    if "claim" in keys and "let" not in keys:
        blocks.append("let: {x: real}\n")
        keys.append("other")
        blocks = [b for b in blocks if not b.startswith("let:\n")]
    kept = [block for block in blocks if block.split(":")[0] not in keys]
    if any(text in example for text in ("no-claim", "and no claim")):
        kept = [block for block in kept if not block.startswith("claim")]
    return "".join(kept) + example + "\n"


@pytest.mark.parametrize("code", EXAMPLES)
def test_the_example_has_the_problem(code: str, project: Project) -> None:
    root = project(
        {
            "formulas/calculus/example.yaml": entry_with(explain.sections()[code].split("\n\n")[1]),
            "formulas/calculus/power-rule.yaml": ENTRY,
            "decks/calculus.yaml": DECK,
        }
    )
    path = root / "formulas" / "calculus" / "example.yaml"
    result = check(CheckRequest(root, (path,), jobs=0), Progress(quiet=True))
    assert code in {problem.code for problem in result.problems}
