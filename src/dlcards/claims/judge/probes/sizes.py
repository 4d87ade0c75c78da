"""Sizes and special matrices that are hardly drawn."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import product

from dlcards.claims.balls.errors import NoValue
from dlcards.claims.balls.matrices import Matrix
from dlcards.claims.judge.at_point import compare_at
from dlcards.claims.judge.budget import CLAIM_WORK, WHOLE_WORK
from dlcards.claims.judge.constants import all_parts, sizes_in
from dlcards.claims.judge.numeric.point import Scope
from dlcards.claims.judge.trial import Trial
from dlcards.claims.points.domain import EmptyDomain
from dlcards.claims.points.draw import LARGEST_SIZE, contains
from dlcards.claims.points.hypotheses import satisfied
from dlcards.claims.points.source import THEMES, Source, Tier
from dlcards.claims.tree import Node
from dlcards.claims.types.matrices.drawn import PATTERNS, far_out

_PATTERNED = frozenset({"matrix", "square"})
_PATTERN_SIZES = (4, 2, 3, 5, 4, 5, 2, 3)
_FEW_PATTERN_SIZES = (2, 3)
_SQUARE = frozenset({"matrix", "square", "symmetric", "spd", "psd", "invertible"})
_FAR_OUT_SIZES = (3, 5, 4, 7, 6)
_INVERSES = frozenset({"inv", "logm", "sqrtm"})
_LARGE_SIZES = (200, 64, 150, 100)
_MAKING_MATRICES = frozenset({"jac", "hess", "grad", "d", "D", "outer", "diag", "eye", "kron"})
_VECTORS = frozenset({"dim", "vector", "nonzero_vector", "positive_vector", "simplex"}) | {
    "open_simplex",
    "nonconstant",
    "onehot",
    "unit",
    "real",
    "positive",
    "nonzero",
    "nonnegative",
}
_SIZED_POINTS = (4, 1, 0, 2, *range(5, 21))
_CORNER_POINTS, _RARE_SIZES = (0, 2), (9, 10, 11)
"""Sizes that are hardly drawn are tried with zeros, identities and ones at least."""


def at_large_sizes(trial: Trial) -> None:
    """Try long vectors: equal entries, an axis, ordinary ones."""
    sizes = [name for name, kind in trial.scope.types.items() if kind.name == "dim"]
    tree = trial.claim.tree
    if not _has_only_vectors(tree, trial.scope) or len(sizes) != 1 or trial.work > CLAIM_WORK:
        return
    seed = f"{trial.seed} sizes"
    for number, size in enumerate(_LARGE_SIZES):
        with suppress(NoValue, EmptyDomain):
            _compare_at_size(trial, Source(seed, number), sizes, size)


def at_patterns(trial: Trial) -> None:
    """Try every kind of special matrix at small sizes."""
    kinds = {kind.name for kind in trial.scope.types.values()}
    names = [name for name, kind in trial.scope.types.items() if kind.name == "dim"]
    if not names or not kinds & _PATTERNED:
        return
    limit = trial.work + WHOLE_WORK
    sizes: tuple[int, ...] = _FEW_PATTERN_SIZES if _may_be_singular(trial) else ()
    sizes = _PATTERN_SIZES if trial.may_fail_at_a_size() else sizes
    for number, (size, pattern) in enumerate(product(sizes, range(PATTERNS))):
        source = Source(f"{trial.seed} patterns", number + 3, trial.constants, tier=Tier.SPECIAL)
        source.theme = THEMES * (pattern + 0.5) / PATTERNS
        with suppress(NoValue, EmptyDomain):
            if trial.work <= limit:
                _compare_at_size(trial, source, names, size)


def at_matrices_far_out(trial: Trial) -> None:
    """Try an inequality at matrices whose determinant, norm or signs are extreme."""
    types = trial.scope.types
    names = [name for name, kind in types.items() if kind.name == "dim"]
    own = [name for name in trial.names if types[name].name in _SQUARE]
    if not own or not names or not trial.is_ordered():
        return
    limit = trial.work + WHOLE_WORK
    for size in _FAR_OUT_SIZES:
        for number, matrix in enumerate(far_out(size) if size <= trial.largest else ()):
            source = Source(f"{trial.seed} far out {size}", number + 3, trial.constants)
            with suppress(NoValue, EmptyDomain):
                point = trial.sized(source, dict.fromkeys(names, size))
                if point is None or trial.work > limit:
                    continue
                evaluation = trial.evaluation(point)
                for name in own if number % 2 else own[:1]:
                    value = point.values[name]
                    fits = isinstance(value, Matrix) and value.shape == matrix.shape
                    if fits and contains(types[name], matrix, evaluation):
                        point.values[name] = matrix
                if satisfied(trial.scope, point, trial.hypotheses):
                    compare_at(trial, point)


def _may_be_singular(trial: Trial) -> bool:
    return any(part.name in _INVERSES for part in all_parts(trial.claim.tree, trial.scope))


def at_sizes_of_constants(trial: Trial) -> None:
    """Try vectors and matrices of the sizes at which the constants of a bound may break it."""
    names = [name for name, kind in trial.scope.types.items() if kind.name == "dim"]
    limit = trial.work + WHOLE_WORK
    costly = trial.largest < LARGEST_SIZE
    wanted = names and not costly and trial.may_fail_at_a_size()
    tried = [(size, _SIZED_POINTS) for size in sizes_in(trial.constants)]
    tried += [(size, _CORNER_POINTS) for size in _RARE_SIZES]
    for size, indices in tried if wanted else ():
        for index in indices:
            tier = Tier.SPECIAL if index % 2 else Tier.EXTREME
            source = Source(f"{trial.seed} size {size}", index, trial.constants, tier=tier)
            with suppress(NoValue, EmptyDomain):
                if trial.work <= limit:
                    _compare_at_size(trial, source, names, size)


def _compare_at_size(trial: Trial, source: Source, names: Sequence[str], size: int) -> None:
    point = trial.sized(source, dict.fromkeys(names, size))
    if point is not None:
        compare_at(trial, point)


def _has_only_vectors(tree: Node, scope: Scope) -> bool:
    """Tell whether nothing in a claim has more entries than a vector."""
    if any(kind.name not in _VECTORS for kind in scope.types.values()):
        return False
    return not any(
        part.name in _MAKING_MATRICES or (part.op == "matmul" and part.args[1].op == "T")
        for part in all_parts(tree, scope)
    )
