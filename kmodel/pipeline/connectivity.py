"""Who can connect to whom, as exact port sets: the queries of the library's connectivity module, for workloads as their titles name them.

A query there has a `source` and a `target`, each a workload or an address (an end that it leaves out is its own name, in braces), and
then a protocol and a port.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from operator import itemgetter
from typing import TypeAlias

from kmodel.pipeline.asking import Asking, ask
from kmodel.records import dataclass
from kmodel.regions import ADDRESSES, V4, Answer, Axis, Node, Region, address
from kmodel.source import data
from kmodel.typed.types import EntityType, IpType
from kmodel.typed.values import Individual

SPEC = ("kubernetes", "network", "connectivity.km")
TITLE, OWN_TITLE = "title", "own_title"
SOURCE, TARGET = "source", "target"

Ports: TypeAlias = tuple[tuple[int, int], ...]
Conns: TypeAlias = tuple[tuple[str, Ports], ...]
"""Protocols in order of their names, each with the ranges of its ports, both ends included. () is none at all."""


@dataclass(frozen=True, slots=True, order=True)
class Connection:
    """An end is a workload's title, a range of addresses, or something of a query's own (`{name}`)."""

    source: str
    target: str
    conns: Conns


class Connectivity:
    """What the manifests answer. Individuals are called by their titles, but by their own names where those of a title differ."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.answers = tuple(asking.regions.answer(query) for query in asking.queries)

    @cached_property
    def titles(self) -> Mapping[Individual, str]:
        individuals = {one: None for answer in self.answers for group in answer.classes for each in group for one in each.individuals}
        return {one: self.title(one, TITLE) for one in individuals}

    def title(self, individual: Individual, field: str) -> str:
        return str(self.asking.regions.field(individual, field))

    @cached_property
    def rows(self) -> Sequence[Sequence[Mapping[int, list[tuple[int | None, Region]]]]]:
        return [_by_class(answer) for answer in self.answers]

    @cached_property
    def names(self) -> Mapping[Individual, str]:
        places = _places(self.answers)
        faces: dict[str, set[object]] = {}
        alike: dict[str, set[tuple[tuple[int, int, int], ...]]] = defaultdict(set)
        for one, title in self.titles.items():
            alike[title].add(places[one])
        for title, several in alike.items():
            faces[title] = {self._face(each, title) for each in several} if len(several) > 1 else {None}
        return {one: title if len(faces[title]) == 1 else self.title(one, OWN_TITLE) for one, title in self.titles.items()}

    def _face(self, places: Iterable[tuple[int, int, int]], title: str) -> object:
        """All that an individual with these classes can do, but for what is between those of its title."""
        return frozenset(
            (number, place, other, region)
            for number, place, index in places
            for other, region in self.rows[number][place][index]
            if other is None or not self._only(self.answers[number], 1 - place, other, title)
        )

    def _only(self, answer: Answer, place: int, index: int, title: str) -> bool:
        return all(self.titles[one] == title for one in answer.classes[place][index].individuals)

    @cached_property
    def shows_v6(self) -> bool:
        """Whether version 6 plays a part: where it does not, its addresses are not shown."""
        return speaks_of_v6(self.answers)

    def connections(self) -> tuple[Connection, ...]:
        """Everything that is possible, in order."""
        with keeping():
            found = {(each.source, each.target, each.conns): each for answer in self.answers for each in self._of(answer)}
            return tuple(each for _, each in sorted(found.items(), key=itemgetter(0)))

    def _of(self, answer: Answer) -> Iterator[Connection]:
        names = [[tuple(dict.fromkeys(self.names[one] for one in each.individuals)) for each in group] for group in answer.classes]
        known: dict[Region, tuple[tuple[str | None, Conns], ...]] = {}
        for row, region in answer.rows:
            if region not in known:
                known[region] = tuple(spread(answer, region, self.shows_v6))
            ends = [group[at] for group, at in zip(names, row, strict=True)]
            for outside, conns in known[region]:
                for source, target in _pairs(answer, ends, outside):
                    if source != target:
                        yield Connection(source, target, conns)


def connectivity(manifests: Sequence[str], stdin: Callable[[], str]) -> Connectivity:
    """Reads the manifests and answers. Rejected for bad input, and for what the API server would refuse."""
    with keeping():
        return Connectivity(ask(data("spec").joinpath(*SPEC), manifests, stdin, (TITLE, OWN_TITLE)))


@contextmanager
def keeping() -> Iterator[None]:
    """Without looking for garbage: nearly all that is made here is kept, and would be looked through again and again, then and later."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.freeze()
            gc.enable()


# ---- ends


def _pairs(answer: Answer, ends: Sequence[Sequence[str]], outside: str | None) -> Iterator[tuple[str, str]]:
    """The ends of a row: its workloads' names, a range of addresses, or the query's own name in braces."""
    types = {each.name: each.type for each in answer.query.parameters}
    waiting = iter(ends)
    own = ["{" + answer.query.short.replace("_", "-") + "}"]
    sides = [
        next(waiting) if isinstance(types.get(name), EntityType) else [outside or ""] if isinstance(types.get(name), IpType) else own
        for name in (SOURCE, TARGET)
    ]
    return ((source, target) for source in sides[0] for target in sides[1])


def _places(answers: Sequence[Answer]) -> dict[Individual, tuple[tuple[int, int, int], ...]]:
    """For each individual its classes: the answer, the place among its entity parameters, and the class there."""
    found: dict[Individual, list[tuple[int, int, int]]] = defaultdict(list)
    for number, answer in enumerate(answers):
        for place, group in enumerate(answer.classes):
            for index, each in enumerate(group):
                for one in each.individuals:
                    found[one].append((number, place, index))
    return {one: tuple(places) for one, places in found.items()}


def _by_class(answer: Answer) -> tuple[Mapping[int, list[tuple[int | None, Region]]], ...]:
    """For each place among the entity parameters, the rows of each class there: the class at the other place, and the region."""
    found: tuple[dict[int, list[tuple[int | None, Region]]], ...] = tuple(defaultdict(list) for _ in answer.classes)
    for row, region in answer.rows:
        for place, index in enumerate(row):
            found[place][index].append((row[1 - place] if len(row) > 1 else None, region))
    return found


# ---- regions as people read them


def speaks_of_v6(answers: Sequence[Answer]) -> bool:
    """Whether some answer is about addresses of version 6, and not all of them."""
    return any(_cuts_v6(region) for answer in answers for _, region in answer.rows)


def _cuts_v6(region: Region) -> bool:
    if not isinstance(region, Node) or region.axis.size != ADDRESSES:
        return False
    return any(cut > V4 for cut in region.cuts) or (region.cuts == (V4,) and region.kids[0] is False)


def spread(answer: Answer, region: Region, v6: bool) -> Iterator[tuple[str | None, Conns]]:
    """The row's ranges of addresses (None: it has none), each with what is possible there."""
    outside = next((axis for axis in answer.axes.values() if axis.size == ADDRESSES), None)
    rest = [axis for axis in answer.axes.values() if axis is not outside]
    if outside is None:
        yield None, _conns(rest, region)
        return
    parts = region.parts() if isinstance(region, Node) and region.axis is outside else [(0, ADDRESSES - 1, region)]
    for low, high, kid in parts:
        if kid is not False:
            for first, last in ((low, min(high, V4 - 1)), (max(low, V4), high))[: 2 if v6 else 1]:
                if first <= last:
                    yield f"{address(first)}-{address(last)}", _conns(rest, kid)


def _conns(axes: Sequence[Axis], region: Region) -> Conns:
    """The protocols with their ports."""
    protocol, port = axes
    parts = region.parts() if isinstance(region, Node) and region.axis is protocol else [(0, protocol.size - 1, region)]
    found = {
        str(protocol.value(number)): _ports(port, kid) for low, high, kid in parts if kid is not False for number in range(low, high + 1)
    }
    return tuple(sorted(found.items()))


def _ports(port: Axis, region: Region) -> Ports:
    parts = region.parts() if isinstance(region, Node) else [(0, port.size - 1, region)]
    return tuple((low + port.low, high + port.low) for low, high, kid in parts if kid is True)


def everything(conns: Conns) -> bool:
    """Whether it is all protocols on all ports."""
    return len(conns) == len(_PROTOCOLS) and all(ports == ((1, 65535),) for _, ports in conns)


_PROTOCOLS = ("SCTP", "TCP", "UDP")


def words(conns: Conns) -> str:
    """`TCP 80,443-500,UDP 53`, as other network policy tools write it."""
    if everything(conns):
        return "All Connections"
    shown = [f"{protocol} " + ",".join(str(low) if low == high else f"{low}-{high}" for low, high in ports) for protocol, ports in conns]
    return ",".join(shown) or "No Connections"
