"""The types of functions."""

from __future__ import annotations

from dlcards.claims.types.record import TypeWord

GROUP = "Functions"

TYPES: tuple[TypeWord, ...] = (
    TypeWord(
        "function",
        (0, 1, 2),
        2,
        GROUP,
        "any function: number to number, vector to number, vector to vector",
        "function(n, m)",
    ),
    TypeWord(
        "smooth_function",
        (0, 1, 2),
        2,
        GROUP,
        "differentiable as often as needed; otherwise the same",
        "smooth_function(n, m)",
        wider=("function",),
    ),
    TypeWord(
        "positive_function",
        (0,),
        0,
        GROUP,
        "smooth with values above 0",
        "positive_function",
        wider=("smooth_function",),
    ),
    TypeWord(
        "convex", (0, 1), 1, GROUP, "smooth and convex", "convex(n)", wider=("smooth_function",)
    ),
    TypeWord(
        "quadratic",
        (2,),
        1,
        GROUP,
        "convex and quadratic with curvature at most L",
        "quadratic(n, L)",
    ),
)
