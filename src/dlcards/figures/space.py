"""Points in space seen from one side: a parallel projection onto the panel."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from dlcards.figures.arrays import Array


@dataclass(frozen=True, slots=True)
class Camera:
    """A view of a box; the box is scaled to a unit cube, flattened by ``flat`` in height.

    Parameters
    ----------
    elevation, azimuth : float
        Degrees above the floor, and around the vertical axis.
    low, high : (x, y, z)
        Corners of the box.
    flat : float
        Height of the scaled box.
    """

    elevation: float
    azimuth: float
    low: tuple[float, float, float]
    high: tuple[float, float, float]
    flat: float = 0.75

    def project(self, x: ArrayLike, y: ArrayLike, z: ArrayLike) -> tuple[Array, Array, Array]:
        """Return right, up and nearness of points.

        Examples
        --------
        >>> camera = Camera(0, -90, (-1, -1, -1), (1, 1, 1), flat=1.0)
        >>> [round(float(v), 6) + 0.0 for v in camera.project(1, 0, 0)]
        [0.5, 0.0, 0.0]
        """
        scaled = [
            ((np.asarray(v, dtype=float) - a) / (b - a) - 0.5) * size
            for v, a, b, size in zip(
                (x, y, z), self.low, self.high, (1.0, 1.0, self.flat), strict=True
            )
        ]
        e, a = math.radians(self.elevation), math.radians(self.azimuth)
        right = -math.sin(a) * scaled[0] + math.cos(a) * scaled[1]
        toward = math.cos(a) * scaled[0] + math.sin(a) * scaled[1]
        up = -math.sin(e) * toward + math.cos(e) * scaled[2]
        near = math.cos(e) * toward + math.sin(e) * scaled[2]
        return right, up, near

    def window(self, room: float = 0.06) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the part of the panel that shows the whole box."""
        corners = np.array(
            [(x, y, z) for x in self._ends(0) for y in self._ends(1) for z in self._ends(2)]
        )
        right, up, _ = self.project(*corners.T)
        return (
            (float(right.min()) - room, float(right.max()) + room),
            (float(up.min()) - room, float(up.max()) + room),
        )

    def _ends(self, axis: int) -> tuple[float, float]:
        return self.low[axis], self.high[axis]
