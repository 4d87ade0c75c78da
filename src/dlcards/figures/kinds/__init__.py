"""The kinds of figure, one file each."""

from __future__ import annotations

from dlcards.figures.kind import Kind
from dlcards.figures.kinds import (
    bars,
    comp_graph,
    contour2d,
    density,
    function_plot,
    heatmap,
    intervals,
    map2d,
    matrix_shapes,
    mosaic,
    network,
    sampling,
    scatter,
    series,
    surface3d,
    tree,
    vectors2d,
    vectors3d,
    venn,
)

KINDS: tuple[Kind, ...] = (
    function_plot.KIND,
    density.KIND,
    contour2d.KIND,
    comp_graph.KIND,
    series.KIND,
    sampling.KIND,
    surface3d.KIND,
    heatmap.KIND,
    vectors2d.KIND,
    bars.KIND,
    map2d.KIND,
    matrix_shapes.KIND,
    scatter.KIND,
    vectors3d.KIND,
    mosaic.KIND,
    tree.KIND,
    network.KIND,
    venn.KIND,
    intervals.KIND,
)
"""Every kind of figure, in the order of the documentation."""
