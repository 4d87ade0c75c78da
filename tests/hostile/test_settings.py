"""Files of settings in the current folder change nothing: no drawing, no package, no word."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from audited import run_audited

from samples import DECK, ENTRY

FIGURE = "figure: {kind: function_plot, exprs: [x**2], x: [-1, 1], alt: A parabola.}\n"
RAN = "raise SystemExit('this ran')\n"
RC = "font.size: 40\nxtick.major.size: 30\nfigure.subplot.left: 0.4\nsavefig.bbox: tight\n"
SETTINGS = {
    "matplotlibrc": RC,
    ".matplotlib/matplotlibrc": RC,
    "matplotlib/matplotlibrc": RC,
    "stylelib/default.mplstyle": RC,
    "fontlist.json": "{}",
    "fontlist-v390.json": "{}",
    "fonts.conf": "<fontconfig><dir>.</dir></fontconfig>",
    ".numpy-site.cfg": "[DEFAULT]\nlibrary_dirs = .\n",
    "site.cfg": "[DEFAULT]\nlibrary_dirs = .\n",
    "sitecustomize.py": RAN,
    "usercustomize.py": RAN,
    "any.pth": "import sys; sys.exit('this ran')\n",
    "python311._pth": ".\n",
    "pyvenv.cfg": "home = /\n",
    "python.cfg": "",
    "pybuilddir.txt": ".\n",
    "setup.cfg": "[dlcards]\nquiet = true\n",
    "setup.py": RAN,
    "conftest.py": RAN,
    "__init__.py": RAN,
    "pyproject.toml": '[tool.dlcards]\nroot = "/"\n[project]\nname = "evil"\n',
    "dlcards.toml": 'root = "/"\n',
    ".dlcards": "",
    ".env": "PYTHONPATH=.\nMATPLOTLIBRC=.\n",
    ".pdbrc": "import os; os._exit(7)\n",
    ".mpmathrc": RAN,
    ".sympy-history": RAN,
    "pygments.cfg": "",
    "click.cfg": "",
    "yaml.cfg": "",
}
HOSTILE_RC = (
    b"backend: module://evil\n",
    b"font.size: x\nno.such.key: 1\n",
    b"\xff\xfe\x00",
    b"text.usetex: True\nfont.family: none such\n",
)
SHOW = ["show", "power-rule", "--figure", "../picture.svg"]
COMMANDS = (
    ["build", "--all", "--no-cache", "--jobs", "2"],
    ["check", "--fresh", "--no-mutate", "--jobs", "2"],
    SHOW,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a project; commands are called from another folder."""
    for name in ("power-rule", "another-rule"):  # one alone would not be worth a worker
        path = tmp_path / f"project/formulas/calculus/{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ENTRY.replace("title: ", f"title: {name} ") + FIGURE, encoding="utf-8")
    (tmp_path / "project/decks").mkdir()
    (tmp_path / "project/decks/calculus.yaml").write_text(DECK, encoding="utf-8")
    return tmp_path / "project"


def result(root: Path, folder: Path, command: Sequence[str]) -> tuple[object, ...]:
    """Run a command in a folder; return what it says and what it writes."""
    written = (root / "build/calculus.apkg", root.parent / "picture.svg")
    for path in written:
        path.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "dlcards", "--root", str(root), *command],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
    )
    return (
        done.returncode,
        done.stderr,
        [path.read_bytes() for path in written if path.is_file()],
    )


@pytest.mark.slow
@pytest.mark.exhaustive(of=12)
def test_settings_in_the_current_folder_change_nothing(
    root: Path, tmp_path: Path, every: int, count: Callable[..., None]
) -> None:
    plain, settled = tmp_path / "plain", tmp_path / "settled"
    plain.mkdir()
    for name, text in SETTINGS.items():
        path = settled / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    commands = COMMANDS if every == 1 else (SHOW,)
    expected = [result(root, plain, command) for command in commands]
    assert {told[0] for told in expected} == {0}, expected
    assert [result(root, settled, command) for command in commands] == expected
    count("files of settings in the current folder", len(SETTINGS))
    for content in HOSTILE_RC[::every]:
        (settled / "matplotlibrc").write_bytes(content)
        assert result(root, settled, SHOW) == expected[-1], content
        count("files of settings in the current folder")


@pytest.mark.slow
@pytest.mark.exhaustive(of=3)
def test_no_file_of_the_current_folder_is_opened(root: Path, tmp_path: Path, every: int) -> None:
    folder = tmp_path / "settled"
    folder.mkdir()
    for name, text in SETTINGS.items():
        if "/" not in name and name != "sitecustomize.py":
            (folder / name).write_text(text, encoding="utf-8")
    own = {folder / name for name in ("hook", "logs", "matplotlib")}
    for command in COMMANDS[::every]:
        seen = run_audited(folder, "--root", str(root), *command)
        assert seen.code == 0, seen.output
        opened = {Path(path) for path, _ in seen.opened if Path(path).is_relative_to(folder)}
        assert {path for path in opened if not own & set(path.parents)} == set()


@pytest.mark.slow
def test_a_user_may_have_settings_of_their_own(root: Path, tmp_path: Path) -> None:
    """The file that MATPLOTLIBRC names is read, and changes no picture."""
    (tmp_path / "own").write_text(RC, encoding="utf-8")
    command = [sys.executable, "-m", "dlcards", "--root", str(root)]
    pictures = []
    for more in ({}, {"MATPLOTLIBRC": str(tmp_path / "own")}):
        subprocess.run(
            [*command, "show", "power-rule", "--figure", str(tmp_path / "own.svg")],
            env={**os.environ, **more},
            check=True,
            capture_output=True,
        )
        pictures.append((tmp_path / "own.svg").read_bytes())
    assert pictures[0] == pictures[1]
