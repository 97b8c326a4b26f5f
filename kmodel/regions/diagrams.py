"""Sets of points over axes, as decision diagrams whose branches are intervals. Equal sets are one object.

A node asks one axis where the point is: `kids[i]` is what remains to be asked from `cuts[i - 1]` up to before `cuts[i]`. Axes are asked
in the order of their ranks, adjacent kids differ, and nodes are shared: so a set has one diagram, and comparing sets is comparing
objects. True is the set of all points, False the empty one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import reduce
from typing import TypeAlias

from kmodel.records import dataclass
from kmodel.regions.axes import Axis

Region: TypeAlias = "bool | Node"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    axis: Axis
    cuts: tuple[int, ...]
    kids: tuple[Region, ...]

    def parts(self) -> Iterator[tuple[int, int, Region]]:
        """The intervals of the axis, both ends included, and what remains of each."""
        low = 0
        for high, kid in zip((*self.cuts, self.axis.size), self.kids, strict=True):
            yield low, high - 1, kid
            low = high


@dataclass(slots=True)
class Diagrams:
    """Makes and combines diagrams, and remembers what it made."""

    unique: dict[tuple[object, ...], Node] = field(default_factory=dict)
    conjoined: dict[tuple[Node, Node], Region] = field(default_factory=dict)
    joined: dict[tuple[Node, Node], Region] = field(default_factory=dict)
    unions: dict[tuple[Region, ...], Region] = field(default_factory=dict)
    negated: dict[Node, Region] = field(default_factory=dict)

    def node(self, axis: Axis, cuts: list[int], kids: list[Region]) -> Region:
        """The node with these kids, adjacent ones that are equal joined."""
        kept_cuts: list[int] = []
        kept = [kids[0]]
        for cut, kid in zip(cuts, kids[1:], strict=True):
            if kid is not kept[-1]:
                kept_cuts.append(cut)
                kept.append(kid)
        if not kept_cuts:
            return kept[0]
        key = (axis, tuple(kept_cuts), tuple(kept))
        found = self.unique.get(key)
        if found is None:
            found = self.unique[key] = Node(axis, key[1], key[2])
        return found

    def interval(self, axis: Axis, low: int, high: int) -> Region:
        """The points whose number on the axis is from low to high."""
        low, high = max(low, 0), min(high, axis.size - 1)
        if low > high:
            return False
        cuts, kids = ([low], [False, True]) if low > 0 else ([], [True])
        if high < axis.size - 1:
            cuts, kids = [*cuts, high + 1], [*kids, False]
        return self.node(axis, cuts, list(kids))

    def and_(self, a: Region, b: Region) -> Region:
        if a is False or b is False:
            return False
        if a is True or a is b:
            return b
        if b is True:
            return a
        found = self.conjoined.get((a, b))
        if found is None:
            found = self.conjoined[a, b] = self.conjoined[b, a] = self._both(a, b, self.and_)
        return found

    def or_(self, a: Region, b: Region) -> Region:
        if a is True or b is True:
            return True
        if a is False or a is b:
            return b
        if b is False:
            return a
        found = self.joined.get((a, b))
        if found is None:
            found = self.joined[a, b] = self.joined[b, a] = self._both(a, b, self.or_)
        return found

    def union(self, regions: Sequence[Region]) -> Region:
        """All of them together, halves first: so many small ones cost little."""
        if len(regions) <= 2:
            return self.or_(regions[0], regions[-1]) if regions else False
        key = tuple(regions)
        found = self.unions.get(key)
        if found is None:
            half = len(regions) // 2
            found = self.unions[key] = self.or_(self.union(regions[:half]), self.union(regions[half:]))
        return found

    def _both(self, a: Node, b: Node, law: Callable[[Region, Region], Region]) -> Region:
        if a.axis is not b.axis:
            upper, lower = (a, b) if a.axis.rank < b.axis.rank else (b, a)
            return self.node(upper.axis, list(upper.cuts), [law(kid, lower) for kid in upper.kids])
        cuts = sorted({*a.cuts, *b.cuts})
        kids = [law(a.kids[bisect_right(a.cuts, at)], b.kids[bisect_right(b.cuts, at)]) for at in (0, *cuts)]
        return self.node(a.axis, cuts, kids)

    def not_(self, a: Region) -> Region:
        if not isinstance(a, Node):
            return not a
        found = self.negated.get(a)
        if found is None:
            found = self.node(a.axis, list(a.cuts), [self.not_(kid) for kid in a.kids])
            self.negated[a] = found
            if isinstance(found, Node):
                self.negated[found] = a
        return found

    def choose(self, condition: Region, then: Region, otherwise: Region) -> Region:
        return self.or_(self.and_(condition, then), self.and_(self.not_(condition), otherwise))

    def some(self, a: Region, axis: Axis) -> Region:
        """The points from which some value of the axis leads into the set."""
        return self._project(a, axis, self.or_, {})

    def every(self, a: Region, axis: Axis) -> Region:
        return self._project(a, axis, self.and_, {})

    def _project(self, a: Region, axis: Axis, join: Callable[[Region, Region], Region], done: dict[Node, Region]) -> Region:
        if not isinstance(a, Node) or a.axis.rank > axis.rank:
            return a
        if a not in done:
            if a.axis is axis:
                made = reduce(join, a.kids)
            else:
                made = self.node(a.axis, list(a.cuts), [self._project(kid, axis, join, done) for kid in a.kids])
            done[a] = made
        return done[a]

    def at(self, a: Region, point: Mapping[Axis, int]) -> Region:
        """What remains of the set where some axes have these numbers."""
        while isinstance(a, Node) and a.axis in point:
            a = a.kids[bisect_right(a.cuts, point[a.axis])]
        if not isinstance(a, Node):
            return a
        return self.node(a.axis, list(a.cuts), [self.at(kid, point) for kid in a.kids])


def boxes(a: Region, inside: tuple[tuple[Axis, int, int], ...] = ()) -> Iterator[tuple[tuple[Axis, int, int], ...]]:
    """The set as boxes that do not overlap: for each axis that matters an interval, both ends included."""
    if a is True:
        yield inside
    elif isinstance(a, Node):
        for low, high, kid in a.parts():
            yield from boxes(kid, (*inside, (a.axis, low, high)))
