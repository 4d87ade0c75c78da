"""Matrices of every declared type, with rational entries."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from flint import fmpq, fmpq_mat

from dlcards.claims.balls.matrices import (
    Matrix,
    diagonal,
    identity,
    matmul,
    rank,
    transpose,
)
from dlcards.claims.balls.numbers import (
    ONE,
    TWO,
    ZERO,
    Infinity,
    Mode,
    Number,
    add,
    multiply,
    negate,
    subtract,
    total,
)
from dlcards.claims.balls.spectral import eigenvalues
from dlcards.claims.points.domain import Domain, EmptyDomain
from dlcards.claims.points.source import THEMES, Source, Tier, power_of_ten
from dlcards.claims.types.numbers.drawn import exact_sign
from dlcards.claims.types.vectors.drawn import mask, open_simplex, rationals, simplex

_COARSE = 5
"""Binary digits of the mirrors whose matmul is an orthogonal matrix."""

_SPREAD = 2.3
"""Eigenvalues e**(2.3 z): three standard deviations reach from 10⁻³ to 10³."""


def _filled(rows: int, columns: int, entry: Callable[[int, int], fmpq]) -> Matrix:
    return Matrix([[entry(i, j) for j in range(columns)] for i in range(rows)])


def from_rows(rows: Iterable[Sequence[Number]]) -> Matrix:
    """Return a matrix by its rows."""
    return Matrix([list(row) for row in rows])


def _normal(rows: int, columns: int, source: Source) -> Matrix:
    return from_rows(rationals(columns, source) for _ in range(rows))


def _any(rows: int, columns: int, source: Source) -> Matrix:
    drawn = _normal(rows, columns, source)
    if source.corner is not None:
        entries = (
            lambda i, j: ZERO,
            lambda i, j: fmpq(int(i == j)),
            lambda i, j: ONE,
        )
        return _filled(rows, columns, entries[source.corner])
    if source.is_special():
        return _special(rows, columns, source)
    if source.is_extreme():
        size = power_of_ten(source.whole(-3, 3))
        if source.chance(0.5):
            return drawn.map(lambda x: multiply(x, size))
        sizes = [power_of_ten(source.whole(-3, 3)) for _ in range(rows)]
        return matmul(diagonal(sizes), drawn)
    return drawn


PATTERNS = 19
"""Kinds of special square matrices."""


def _special(rows: int, columns: int, source: Source) -> Matrix:
    kinds = (0, 0, 0, *range(-2, 14 if rows == columns else 5))
    themed = source.theme < THEMES
    match kinds[int(source.theme / THEMES * len(kinds))] if themed else source.pick(kinds):
        case -2:
            return _filled(rows, columns, lambda i, j: ZERO)
        case -1:
            equal = source.pick((ONE, -ONE, *source.constants))
            return _filled(rows, columns, lambda i, j: equal if i == j else ZERO)
        case 0:
            place = source.whole(0, rows - 1), source.whole(0, columns - 1)
            return _filled(rows, columns, lambda i, j: fmpq(int((i, j) == place)))
        case 1:
            return _filled(rows, columns, lambda i, j: fmpq(source.whole(-2, 2)))
        case 2:
            left, right = rationals(rows, source), rationals(columns, source)
            return _filled(rows, columns, lambda i, j: left[i] * right[j])
        case 3:
            walsh = source.chance(0.4)  # of size 2, 4 and 8 the largest determinant of signs
            return _filled(
                rows, columns, lambda i, j: -ONE if walsh and (i & j).bit_count() % 2 else ONE
            )
        case 4:
            return _of_lower_rank(rows, columns, source)
        case 5:
            return _quarter_turns(rows)
        case 6:
            middle = source.chance(0.6)  # two chains, of which one may be empty
            cut = rows // 2 - 1 if middle else source.whole(-1, rows - 2)
            return _filled(rows, rows, lambda i, j: fmpq(int(j == i + 1 and i != cut)))
        case 8:
            turns = _quarter_turns(rows)
            return turns.combined(identity(rows), add)
        case 7:
            drawn = _normal(rows, columns, source)
            return drawn.combined(transpose(drawn), subtract)
        case 10:
            return _oblique(rows, source)
        case 11:
            return _filled(rows, rows, lambda i, j: fmpq(int(j == (i + 1) % rows)))
        case 12:
            chain = source.chance(0.5)  # a Jordan block, or a shear
            return _filled(
                rows, rows, lambda i, j: fmpq(int(i == j or (j == i + 1 and (chain or i == 0))))
            )
        case 13:
            return _anticommuting(rows, source)
        case _:
            values = rationals(rows, source)
            values[0] = source.pick((*source.constants, ONE, ZERO))
            turned = orthogonal(rows, source)
            return matmul(matmul(turned, diagonal(values)), transpose(turned))


def far_out(n: int) -> Iterator[Matrix]:
    """Yield matrices with an extreme determinant, norm, condition or pattern of signs.

    Signs of quadratic residues, those of Sylvester's orthogonal matrices, a negative diagonal in
    ones, second differences, powers of the first numbers, reciprocals of sums, the smaller of both
    indices, a triangle of ones.
    """
    squares = {k * k % n for k in range(1, n)}
    yield _filled(n, n, lambda i, j: ONE if i == j or (j - i) % n in squares else -ONE)
    yield _filled(n, n, lambda i, j: -ONE if (i & j).bit_count() % 2 else ONE)
    yield _filled(n, n, lambda i, j: -ONE if i == j else ONE)
    yield _filled(n, n, lambda i, j: (TWO, -ONE, ZERO)[min(abs(i - j), 2)])
    yield _filled(n, n, lambda i, j: fmpq((i + 1) ** j))
    yield _filled(n, n, lambda i, j: fmpq(1, i + j + 1))
    yield _filled(n, n, lambda i, j: fmpq(min(i, j) + 1))
    yield _filled(n, n, lambda i, j: ONE if i <= j else -ONE)
    yield _filled(n, n, lambda i, j: fmpq(int(i <= j)))


def _of_lower_rank(rows: int, columns: int, source: Source) -> Matrix:
    """Draw a matrix whose last row is the sum of those before, or 0."""
    above = _normal(rows, columns, source).rows[:-1]
    last = [total(row[j] for row in above) for j in range(columns)]
    return from_rows([*above, last])


def _quarter_turns(n: int) -> Matrix:
    def entry(i: int, j: int) -> fmpq:
        if n % 2 and i == n - 1:
            return fmpq(int(i == j))
        partner = i + 1 if i % 2 == 0 else i - 1
        return fmpq(-1 if i % 2 == 0 else 1) if j == partner else ZERO

    return _filled(n, n, entry)


def _oblique(n: int, source: Source) -> Matrix:
    """Return a projection that is not symmetric, or a mirror along it, its own inverse."""
    mirror = source.chance(0.5)
    first = [ONE] * n if not mirror else [-ONE] * n

    def entry(i: int, j: int) -> fmpq:
        return first[j] if i == 0 else fmpq(int(mirror and i == j))

    return _filled(n, n, entry)


def _anticommuting(n: int, source: Source) -> Matrix:
    """Return one of three matrices of which any two anticommute, if the size is even."""
    chosen = source.whole(0, 2)
    if chosen == 0:
        return _quarter_turns(n)
    if chosen == 1:
        return diagonal([-ONE if i % 2 else ONE for i in range(n)])
    return _quarter_turns(n).map(lambda x: ONE if exact_sign(x) else ZERO)


def orthogonal(n: int, source: Source) -> Matrix:
    """Draw a product of two mirrors, sometimes of three: both signs of the determinant."""
    found = identity(n)
    if source.corner == 0:
        return found
    if source.is_special():
        order = source.order(n)
        signs = [source.pick((ONE, ONE, fmpq(-1))) for _ in range(n)]
        return _filled(n, n, lambda i, j: signs[i] if order[i] == j else ZERO)
    for _ in range(2):
        normal = [source.rational(z, _COARSE) for z in source.normals(n)]
        length = sum((x * x for x in normal), ZERO)
        if length == 0:
            continue
        mirror = [
            [fmpq(int(i == j)) - 2 * normal[i] * normal[j] / length for j in range(n)]
            for i in range(n)
        ]
        found = matmul(found, from_rows(mirror))
    if source.chance(0.4):
        found = from_rows([[negate(x) for x in found.rows[0]], *found.rows[1:]])
    return found


def _spectrum(n: int, source: Source) -> list[fmpq]:
    """Draw positive eigenvalues: ordinary, all equal, or from 10⁻³ to 10³."""
    drawn = source.normals(n)
    if source.corner is not None:
        return [ONE] * n
    if source.is_special():
        equal = source.pick((ONE, source.rational(math.exp(_SPREAD * drawn[0])), *source.constants))
        return [equal if source.chance(0.8) else ONE for _ in range(n)]
    if source.is_extreme():
        return [source.rational(math.exp(_SPREAD * z)) for z in drawn]
    return [source.rational(0.4 + 2 / (1 + math.exp(-2 * z))) for z in drawn]


def _turned(spectrum: Sequence[fmpq], source: Source) -> Matrix:
    turned = orthogonal(len(spectrum), source)
    return matmul(matmul(turned, diagonal(spectrum)), transpose(turned))


def _symmetric(n: int, source: Source) -> Matrix:
    spectrum = [x if source.chance(0.5) else -x for x in _spectrum(n, source)]
    if source.corner == 1:
        spectrum = [ZERO] * n
    elif source.is_special() and source.chance(0.3):
        spectrum[source.whole(0, n - 1)] = ZERO
    return _turned(spectrum, source)


def _spd(n: int, source: Source) -> Matrix:
    return _turned(_spectrum(n, source), source)


def _psd(n: int, source: Source) -> Matrix:
    spectrum = _spectrum(n, source)
    if source.corner == 1:
        spectrum = [ZERO] * n
    elif source.chance(0.6):
        for i in range(source.whole(1, n)):
            spectrum[i] = ZERO
    return _turned(spectrum, source)


def invertible(n: int, source: Source) -> Matrix:
    """Draw singular values and the turns on both sides."""
    if source.corner == 0:
        return identity(n)
    spectrum = [x if source.chance(0.6) else -x for x in _spectrum(n, source)]
    left, right = orthogonal(n, source), orthogonal(n, source)
    return matmul(matmul(left, diagonal(spectrum)), right)


def _diagonal(n: int, source: Source) -> Matrix:
    return diagonal(_diagonal_entries(n, source))


def _diagonal_entries(n: int, source: Source) -> list[fmpq]:
    drawn = rationals(n, source)
    if source.corner is not None:
        return [(ZERO, ONE, fmpq(-1))[source.corner]] * n
    if source.is_special():
        return [fmpq(source.pick((0, 1, 1, -2))) for _ in range(n)]
    if source.is_extreme():
        return [x * power_of_ten(source.whole(-3, 3)) for x in drawn]
    return drawn


def _fullrank(rows: int, columns: int, source: Source) -> Matrix:
    if rows < columns:
        raise EmptyDomain(f"a {rows}x{columns} matrix cannot have independent columns")
    top = matmul(orthogonal(columns, source), diagonal(_spectrum(columns, source)))
    more = rows - columns
    empty = source.tier == "special" and source.chance(0.5)
    below = [[ZERO] * columns if empty else rationals(columns, source) for _ in range(more)]
    order = source.order(rows)
    together: list[Sequence[Number]] = [*top.rows, *below]
    return from_rows(together[i] for i in order)


def _mask_rows(rows: int, columns: int, source: Source) -> Matrix:
    """Draw masks of rows: any, or those of attention to what came before or to all others."""
    masks = from_rows(mask(columns, source) for _ in range(rows))
    if source.tier is not Tier.SPECIAL or not source.chance(0.4):
        return masks
    later, seen, hidden = source.chance(0.5), ZERO, Infinity(-1)

    def entry(i: int, j: int) -> Number:
        is_seen = j <= i if later else j != i or columns == 1
        return seen if is_seen else hidden

    return from_rows([[entry(i, j) for j in range(columns)] for i in range(rows)])


def _joint_table(rows: int, columns: int, source: Source) -> Matrix:
    if source.tier is Tier.SPECIAL and source.chance(0.3):
        share, other = fmpq(1, min(rows, columns)), source.chance(0.4)
        return _filled(
            rows, columns, lambda i, j: share if i == (columns - 1 - j if other else j) else ZERO
        )
    draw = open_simplex if source.tier == "benign" else simplex
    entries = draw(rows * columns, source)
    return from_rows(entries[i * columns : (i + 1) * columns] for i in range(rows))


def _stochastic(rows: int, columns: int, source: Source) -> Matrix:
    """Draw rows that sum to 1, each by itself or all of them the same."""
    if source.tier is Tier.SPECIAL and source.chance(0.2):
        return from_rows([simplex(columns, source)] * rows)
    return from_rows(simplex(columns, source) for _ in range(rows))


def tied(value: Matrix, kind: str, source: Source) -> Matrix:
    """Return a matrix that is tied to an earlier one of the same type."""
    if kind in ("square", "matrix", "symmetric", "diagonal") and source.chance(0.4):
        return value.map(negate)
    if kind in ("square", "orthogonal", "invertible") and source.chance(0.5):
        return transpose(value)
    return value


def _is_symmetric(value: Matrix) -> bool:
    rows = value.rows
    return all(_equal(rows[i][j], rows[j][i]) for i in range(len(rows)) for j in range(i))


def _equal(a: Number, b: Number) -> bool:
    return exact_sign(subtract(a, b)) == 0


def _is_diagonal(value: Matrix) -> bool:
    entries = [(i, j, x) for i, row in enumerate(value.rows) for j, x in enumerate(row)]
    return all(i == j or exact_sign(x) == 0 for i, j, x in entries)


def _is_orthogonal(value: Matrix) -> bool:
    return _same(matmul(value, transpose(value)), identity(len(value.rows)))


def _same(a: Matrix, b: Matrix) -> bool:
    return all(map(_equal, (x for r in a.rows for x in r), (x for r in b.rows for x in r)))


def _least_sign(value: Matrix) -> int:
    """Return the sign of the smallest eigenvalue, exactly for a rational matrix."""
    entries = [x for x in value.entries if isinstance(x, fmpq)]
    if len(entries) < len(value.entries):
        return exact_sign(eigenvalues(value, Mode())[0])
    n = len(value.rows)
    coefficients = fmpq_mat(n, n, entries).charpoly().coeffs()
    # The elementary symmetric functions of the eigenvalues, up to sign.
    signs = [
        exact_sign(c) * (1 if (n - k) % 2 == 0 else -1) for k, c in enumerate(coefficients[:n])
    ]
    return min(signs)


def _is_psd(value: Matrix) -> bool:
    return _is_symmetric(value) and _least_sign(value) >= 0


def _is_spd(value: Matrix) -> bool:
    return _is_symmetric(value) and _least_sign(value) > 0


def _is_distribution(entries: Sequence[Number]) -> bool:
    return min(map(exact_sign, entries)) >= 0 and exact_sign(subtract(total(entries), ONE)) == 0


def _square(draw: Callable[[int, Source], Matrix]) -> Callable[[Sequence[int], Source], Matrix]:
    return lambda sizes, source: draw(sizes[0], source)


_ANY = (
    "normal entries",
    "0, identity, ones, one entry, whole, low rank, turns, nilpotent, projections, Jordan, ties",
    "rows from 10⁻³ to 10³",
)
_EIGENVALUES = "from 10⁻³ to 10³"

MATRIX_DOMAINS: dict[str, Domain] = {
    "matrix": Domain(lambda s, source: _any(s[0], s[1], source), lambda *_: True, *_ANY),
    "square": Domain(lambda s, source: _any(s[0], s[0], source), lambda *_: True, *_ANY),
    "symmetric": Domain(
        _square(_symmetric),
        lambda value, _: _is_symmetric(value),
        "eigenvalues of both signs around 1",
        "0, ±identity, equal eigenvalues, singular ones",
        f"eigenvalues ± {_EIGENVALUES}",
    ),
    "spd": Domain(
        _square(_spd),
        lambda value, _: _is_spd(value),
        "eigenvalues around 1",
        "identity, equal eigenvalues, ties",
        f"eigenvalues {_EIGENVALUES}",
    ),
    "psd": Domain(
        _square(_psd),
        lambda value, _: _is_psd(value),
        "eigenvalues around 1, most with some 0",
        "0, identity, equal eigenvalues, ties",
        f"eigenvalues {_EIGENVALUES}, some 0",
    ),
    "invertible": Domain(
        _square(invertible),
        lambda value, _: rank(value) == len(value.rows),
        "singular values around 1, both signs of the determinant",
        "identity, equal singular values, permutations, ties",
        f"singular values {_EIGENVALUES}",
    ),
    "orthogonal": Domain(
        _square(orthogonal),
        lambda value, _: _is_orthogonal(value),
        "products of mirrors, both signs of the determinant",
        "identity, permutations with signs, ties",
        "as ordinary ones",
    ),
    "diagonal": Domain(
        _square(_diagonal),
        lambda value, _: _is_diagonal(value),
        "normal entries",
        "0, ±identity, small whole numbers",
        "entries from 10⁻³ to 10³",
    ),
    "mask_rows": Domain(
        lambda s, source: _mask_rows(s[0], s[1], source),
        lambda *_: True,
        "some entries hidden",
        "all but one hidden in every row, later ones, the diagonal",
        "all but one hidden in every row",
    ),
    "joint_table": Domain(
        lambda s, source: _joint_table(s[0], s[1], source),
        lambda value, _: _is_distribution(value.entries),
        "all over the inside",
        "all entries equal, one entry 1, equal entries on either diagonal alone",
        "some entries 0, some tiny",
    ),
    "stochastic": Domain(
        lambda s, source: _stochastic(s[0], s[1], source),
        lambda value, _: all(map(_is_distribution, value.rows)),
        "rows all over the inside",
        "equal entries, rows with one entry 1, equal rows",
        "some entries 0, some tiny",
    ),
    "fullrank": Domain(
        lambda s, source: _fullrank(s[0], s[1], source),
        lambda value, _: rank(value) == len(value.rows[0]),
        "normal rows below singular values around 1",
        "orthogonal columns, rows of 0",
        f"singular values {_EIGENVALUES}",
    ),
}
"""How matrices of every type are drawn."""
