"""Pictures do not depend on the processor: neither on its instructions nor on last bits."""

import importlib
import json
import os
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlcards.figures.arrays import steady, symmetric_eigen

SCRIPT = Path(__file__).with_name("digests.py")
UMATH: Any = importlib.import_module("numpy._core._multiarray_umath")
CHANGEABLE = " ".join(name for name in UMATH.__cpu_dispatch__ if UMATH.__cpu_features__[name])
"""What NumPy uses of this processor beyond what it asks of every one."""

PROCESSORS = [
    pytest.param({"NPY_DISABLE_CPU_FEATURES": CHANGEABLE}, id="no-vector-instructions"),
    pytest.param({"OPENBLAS_CORETYPE": "Nehalem"}, id="nehalem"),
    pytest.param({"OPENBLAS_CORETYPE": "Haswell"}, id="haswell"),
    pytest.param({"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA"}, id="no-fused-multiply"),
]
SENSITIVE = (
    "surface3d-2", "scatter-2", "scatter-15", "contour2d-5", "series-3", "series-6", "sampling-2",
    "st-mle-gaussian", "ca-grad-quadratic", "st-conditional-probability", "la-rotation-matrix",
)  # fmt: skip
"""Pictures in which rounding noise once chose a shade, a sign or the place of a label."""


PARTS = 192
parts = pytest.mark.parametrize(
    "part", [pytest.param(n, marks=pytest.mark.xdist_group(f"pictures {n}")) for n in range(PARTS)]
)


def digests(seed: int, *names: str, part: str = "0/1", **changed: str) -> dict[str, str]:
    usual = {k: v for k, v in os.environ.items() if not k.startswith(("OPENBLAS_", "NPY_"))}
    run = subprocess.run(
        [sys.executable, str(SCRIPT), str(seed), part, *names],
        env={**usual, **changed}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    found: dict[str, str] = json.loads(run.stdout)
    return found


@cache
def drawn_here(part: int) -> dict[str, str]:
    found = digests(0, part=f"{part}/{PARTS}")
    assert len(found) > 400 / PARTS / 2
    return found


@pytest.mark.slow
@pytest.mark.exhaustive(of=6)
def test_noise_in_the_last_bits_does_not_show(every: int) -> None:
    chosen = SENSITIVE[::every]
    usual = digests(0, *chosen)
    assert {name.removesuffix(" front") for name in usual} == set(chosen)
    assert digests(1, *chosen) == usual


@pytest.mark.slow
@pytest.mark.exhaustive(every=2 * PARTS)
@parts
@pytest.mark.parametrize("seed", [1, 2])
def test_noise_in_the_last_bits_shows_in_no_picture(seed: int, part: int) -> None:
    usual, noisy = drawn_here(part), digests(seed, part=f"{part}/{PARTS}")
    assert [name for name in usual if noisy[name] != usual[name]] == []


@pytest.mark.slow
@pytest.mark.exhaustive(every=2 * PARTS)
@parts
@pytest.mark.skipif(platform.machine() != "x86_64", reason="these switches are for x86-64")
@pytest.mark.parametrize("changed", PROCESSORS)
def test_every_processor_draws_the_same(changed: dict[str, str], part: int) -> None:
    usual, other = drawn_here(part), digests(0, part=f"{part}/{PARTS}", **changed)
    assert [name for name in usual if other[name] != usual[name]] == []


def test_numbers_that_differ_in_their_last_bits_become_equal() -> None:
    exact = np.random.default_rng(0).standard_normal(1000) * 10.0 ** np.arange(-500, 500, 1).clip(
        -300, 300
    )
    assert steady(exact) == pytest.approx(exact, rel=1e-12)
    assert steady(steady(exact)).tolist() == steady(exact).tolist()
    assert steady([0.1 + 0.2, 0.5, 3.0, -7.0, 0.0]).tolist() == [
        *steady([0.3]).tolist(), 0.5, 3.0, -7.0, 0.0,
    ]  # fmt: skip
    assert np.isnan(steady(np.nan))
    assert steady(np.inf) == np.inf


@pytest.mark.parametrize(
    "matrix", [[[2, 1], [1, 2]], [[3, 1.5], [1.5, 1]], [[1, -2], [-2, 4]], [[1, 0], [0, 3]]]
)
def test_eigenvectors_of_a_symmetric_matrix(matrix: list[list[float]]) -> None:
    values, vectors = symmetric_eigen(matrix)
    assert values == pytest.approx(np.linalg.eigvalsh(matrix).tolist(), abs=1e-12)
    for value, vector in zip(values, vectors, strict=True):
        assert np.array(matrix) @ vector == pytest.approx(value * np.array(vector), abs=1e-12)
        assert np.hypot(*vector) == pytest.approx(1.0)
    assert np.dot(*vectors) == pytest.approx(0.0, abs=1e-12)
