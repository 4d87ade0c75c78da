"""The map of a deck: what builds on what."""

from __future__ import annotations

import re

from dlcards.figures.roadmap import direct, draw_roadmap, layers

RING = {"limit": [], "slope": ["limit"], "chain": ["slope", "outside"], "sum": ["limit", "slope"]}


def test_columns_follow_the_longest_way() -> None:
    columns = layers(RING)
    assert [sorted(column) for column in columns] == [["limit"], ["slope"], ["chain", "sum"]]


def test_an_arrow_that_a_longer_way_replaces_is_left_out() -> None:
    assert sorted(direct(RING)) == [("limit", "slope"), ("slope", "chain"), ("slope", "sum")]


def test_a_column_is_ordered_by_its_neighbours() -> None:
    crossed = {"a": [], "b": [], "y": ["b"], "x": ["a"]}
    (first, second) = layers(crossed)
    assert [name.replace("a", "x").replace("b", "y") for name in first] == second


def test_the_picture_is_the_same_each_time_and_holds_every_box() -> None:
    titles = {name: name.capitalize() for name in RING}
    svg = draw_roadmap(titles, RING)
    assert svg == draw_roadmap(titles, RING)
    assert len(re.findall(rb"<path", svg)) >= len(RING) + len(direct(RING))
    assert b"<text" not in svg, "letters are paths, so that every machine shows them alike"
