"""The same spec gives the same bytes: twice, in another process, on a machine without caches."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlcards import figures

CHOSEN = ("function_plot", "contour2d", "sampling", "comp_graph", "scatter", "map2d", "heatmap")
SCRIPT = """
import hashlib, json, sys
from dlcards import figures
found = {}
for name in json.loads(sys.argv[1]):
    spec, _ = figures.parse_spec(figures.kind_named(name).examples[0])
    found[name] = hashlib.sha256(figures.render(spec).svg).hexdigest()
assert "matplotlib.pyplot" not in sys.modules
print(json.dumps(found))
"""


def digest(name: str) -> str:
    kind = figures.kind_named(name)
    assert kind is not None
    spec, _ = figures.parse_spec(kind.examples[0])
    assert spec is not None
    return hashlib.sha256(figures.render(spec).svg).hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("name", [kind.name for kind in figures.KINDS])
def test_a_second_time(name: str) -> None:
    assert digest(name) == digest(name)


@pytest.mark.slow
def test_in_another_process_without_font_cache(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        environment = {**os.environ, "MPLCONFIGDIR": str(folder), "PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "-W", "error", "-c", SCRIPT, json.dumps(CHOSEN)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        assert json.loads(run.stdout) == {name: digest(name) for name in CHOSEN}


@pytest.mark.slow
def test_the_seed_changes_random_numbers_and_nothing_else_does() -> None:
    kind = figures.kind_named("sampling")
    assert kind is not None
    svgs = []
    for seed in (0, 1):
        spec, _ = figures.parse_spec({**kind.examples[0], "seed": seed})
        assert spec is not None
        svgs.append(figures.render(spec).svg)
    assert svgs[0] != svgs[1]
