"""Diagrams are sets: every operation agrees with that on the points themselves, and equal sets are one object."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from kmodel.regions.axes import Axis
from kmodel.regions.diagrams import Diagrams, Node, Region, boxes
from kmodel.typed.types import IntType

AXES = tuple(Axis(name, IntType(), rank, size) for rank, (name, size) in enumerate((("x", 7), ("y", 5), ("z", 3)), 1))
POINTS = tuple(product(*(range(axis.size) for axis in AXES)))
DIAGRAMS = Diagrams()


def points(region: Region) -> frozenset[tuple[int, ...]]:
    return frozenset(point for point in POINTS if DIAGRAMS.at(region, dict(zip(AXES, point, strict=True))) is True)


def _region(parts: list[tuple[int, int, int, bool]]) -> Region:
    region: Region = False
    for axis, low, length, negative in parts:
        part = DIAGRAMS.interval(AXES[axis], low, low + length)
        region = DIAGRAMS.not_(DIAGRAMS.or_(region, part)) if negative else DIAGRAMS.choose(part, DIAGRAMS.not_(region), region)
    return region


REGIONS = st.lists(st.tuples(st.integers(0, 2), st.integers(-1, 7), st.integers(0, 4), st.booleans()), max_size=6).map(_region)


@given(REGIONS, REGIONS, REGIONS)
def test_operations_are_those_of_sets(a: Region, b: Region, c: Region) -> None:
    everything = frozenset(POINTS)
    assert points(DIAGRAMS.and_(a, b)) == points(a) & points(b)
    assert points(DIAGRAMS.or_(a, b)) == points(a) | points(b)
    assert points(DIAGRAMS.not_(a)) == everything - points(a)
    assert points(DIAGRAMS.choose(a, b, c)) == (points(a) & points(b)) | (points(c) - points(a))
    assert points(DIAGRAMS.union([a, b, c])) == points(a) | points(b) | points(c)


@given(REGIONS, REGIONS)
def test_equal_sets_are_one_object(a: Region, b: Region) -> None:
    assert (a is b) == (points(a) == points(b))


@given(REGIONS, st.integers(0, 2))
def test_projection_asks_for_some_or_every_value(a: Region, index: int) -> None:
    rows = {point: [(*point[:index], value, *point[index + 1 :]) for value in range(AXES[index].size)] for point in POINTS}
    inside = points(a)
    assert points(DIAGRAMS.some(a, AXES[index])) == {point for point, row in rows.items() if any(each in inside for each in row)}
    assert points(DIAGRAMS.every(a, AXES[index])) == {point for point, row in rows.items() if all(each in inside for each in row)}


@given(REGIONS)
def test_boxes_cover_the_set_without_overlap(a: Region) -> None:
    covered: list[tuple[int, ...]] = []
    for box in boxes(a):
        limits = {axis: (low, high) for axis, low, high in box}
        covered += [
            p
            for p in POINTS
            if all(limits.get(axis, (0, 99))[0] <= at <= limits.get(axis, (0, 99))[1] for axis, at in zip(AXES, p, strict=True))
        ]
    assert len(covered) == len(set(covered))
    assert set(covered) == points(a)


@given(REGIONS)
def test_neighbours_differ_and_axes_go_down(a: Region) -> None:
    if isinstance(a, Node):
        assert all(one is not other for one, other in zip(a.kids, a.kids[1:], strict=False))
        assert all(not isinstance(kid, Node) or kid.axis.rank > a.axis.rank for kid in a.kids)
