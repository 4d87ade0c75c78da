"""Prints the digest of many pictures; with a seed, as a processor with other last bits draws them.

``python digests.py SEED PART NAME...``: a name is an example of the gallery such as ``series-3``,
or a YAML file of the library; without names all of both are drawn, of part ``3/12`` those with
the numbers 3, 15, 27, …. The seed 0 changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[2]
ELEMENTARY = (
    "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "arcsin", "arccos",
    "arctan", "arctan2", "sinh", "cosh", "tanh", "hypot", "power", "logaddexp", "geomspace",
)  # fmt: skip
LINEAR = ("solve", "inv", "cholesky", "norm")


def add_noise(seed: int) -> None:
    """Change the last bit of elementary functions, and the signs of eigenvectors, at random."""
    rng = np.random.default_rng(seed)

    def off(value: Any) -> Any:
        exact = np.asarray(value)
        with np.errstate(all="ignore"):
            moved = exact + np.spacing(exact) * rng.integers(-1, 2, exact.shape)
        keep = ~np.isfinite(exact) | (exact == 0) | (np.abs(exact) == 1)
        result = np.where(keep, exact, moved)
        return result if isinstance(value, np.ndarray) else np.float64(result)

    class Noisy:
        def __init__(self, function: Callable[..., Any]) -> None:
            self.function = function

        def __call__(self, *args: Any, **named: Any) -> Any:
            return off(self.function(*args, **named))

        def __getattr__(self, name: str) -> Any:
            return getattr(self.function, name)

    def signed(function: Callable[..., Any]) -> Callable[..., Any]:
        def changed(matrix: Any) -> Any:
            values, vectors = function(matrix)
            if values.dtype.kind == "c":
                return values, vectors
            return off(values), off(vectors) * rng.choice([-1.0, 1.0], vectors.shape[-1])

        return changed

    def svd(matrix: Any, function: Callable[..., Any] = np.linalg.svd) -> Any:
        left, values, right = function(matrix)
        signs = rng.choice([-1.0, 1.0], len(values))
        return off(left) * signs, off(values), off(right) * signs[:, None]

    for name in ELEMENTARY:
        setattr(np, name, Noisy(getattr(np, name)))
    for name in LINEAR:
        setattr(np.linalg, name, Noisy(getattr(np.linalg, name)))
    for name in ("eig", "eigh"):
        setattr(np.linalg, name, signed(getattr(np.linalg, name)))
    np.linalg.svd = svd  # type: ignore[assignment]


def names() -> list[str]:
    """Return the names of all pictures."""
    from dlcards import figures

    examples = [f"{kind.name}-{n + 1}" for kind in figures.KINDS for n in range(len(kind.examples))]
    return [*examples, *sorted(path.stem for path in (ROOT / "formulas").glob("*/*.yaml"))]


def drawings(names: Container[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the names and the SVG of pictures, of backs and fronts."""
    # Only now: the functions of NumPy may have been changed.
    from dlcards import figures
    from dlcards.claims.resolver import read_statement
    from dlcards.content.schema import Entry, read_model
    from dlcards.documents import read_document

    for kind in figures.KINDS:
        for number, example in enumerate(kind.examples, 1):
            name = f"{kind.name}-{number}"
            if name in names:
                spec, problems = figures.parse_spec(example)
                assert spec is not None, problems
                yield name, figures.render(spec).svg
                yield f"{name} front", figures.render(spec, front=True).svg
    for path in sorted((ROOT / "formulas").glob("*/*.yaml")):
        if path.stem not in names:
            continue
        document, _ = read_document(path.read_text(encoding="utf-8"), path.name)
        if document is None or not isinstance(document.data.get("figure"), dict):
            continue
        entry, problems_ = read_model(Entry, document)
        assert entry is not None, problems_
        statement, _ = read_statement(entry.statement_text(path.stem))
        spec, problems = figures.parse_spec(document.data["figure"])
        assert spec is not None, problems
        yield path.stem, figures.render(spec, statement=statement).svg
        if spec.common.front_safe:
            front = figures.render(spec, statement=statement, front=True)
            yield f"{path.stem} front", front.svg


if __name__ == "__main__":
    if int(sys.argv[1]):
        add_noise(int(sys.argv[1]))
    part, parts = map(int, sys.argv[2].split("/"))
    chosen = set(sys.argv[3:] or names()[part::parts])
    found = {name: hashlib.sha256(svg).hexdigest() for name, svg in drawings(chosen)}
    print(json.dumps(found))
