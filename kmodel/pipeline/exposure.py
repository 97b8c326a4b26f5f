"""What workloads are open to: the queries of the library's exposure module.

A query there is called `in_…` or `out_…`, as its `workload` sees it. The other end is an `address`, a `peer` that rules speak of, or
everybody (it has neither). Where it has a `name`, all ports of the other end are called so. Without a protocol and a port it says which
workloads no rule is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import TypeAlias

from kmodel.pipeline.asking import Asking, ask
from kmodel.pipeline.connectivity import OWN_TITLE, TITLE, Conns, keeping, speaks_of_v6, spread
from kmodel.pipeline.selections import described
from kmodel.records import dataclass
from kmodel.regions import Answer
from kmodel.source import data
from kmodel.typed.types import EntityType
from kmodel.typed.values import Individual, RecordValue

SPEC = ("kubernetes", "network", "exposure.km")
EVERYBODY = "entire-cluster"
WORKLOAD, PEER, NAME = "workload", "peer", "name"
UNKNOWN, COUNTS, CALLED = "unknown", "counts", "called"

Key: TypeAlias = tuple[str, str, str]
"""The direction, the workload's name and the peer."""


@dataclass(slots=True)
class Open:
    """Ports by number, and (protocol, name) of ports that have no number yet."""

    conns: Conns = ()
    names: set[tuple[str, str]] = field(default_factory=set)

    def within(self, other: Open) -> bool:
        return _within(self.conns, other.conns) and self.names <= other.names


@dataclass(frozen=True, slots=True)
class Exposed:
    """`direction` is `in` or `out`, as seen from the workload."""

    direction: str
    workload: str
    peer: str
    conns: Conns
    names: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """`open`: what workloads are open to. `less`: peers that get less than everybody in the cluster does. `bare`: workloads that no rule
    is about, with the direction."""

    open: tuple[Exposed, ...]
    less: tuple[Exposed, ...]
    bare: tuple[tuple[str, str], ...]


def exposure(manifests: Sequence[str], stdin: Callable[[], str]) -> tuple[Exposure, Asking]:
    """Reads the manifests and answers. Rejected for bad input, and for what the API server would refuse."""
    with keeping():
        asking = ask(data("spec").joinpath(*SPEC), manifests, stdin, (TITLE, OWN_TITLE))
        return _Exposing(asking).exposure(), asking


class _Exposing:
    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.answers = tuple(asking.regions.answer(query) for query in asking.queries)

    def exposure(self) -> Exposure:
        opened: dict[Key, Open] = defaultdict(Open)
        named: list[tuple[Key, Conns, str]] = []
        for answer in self.answers:
            for key, conns, name in self._rows(answer):
                if name is None:
                    opened[key].conns = conns
                else:
                    named.append((key, conns, name))
        for key, conns, name in named:
            known = dict(opened[key].conns)
            opened[key].names |= {(protocol, name) for protocol, ports in conns if known.get(protocol) != ports}
        return Exposure(tuple(self._open(opened)), tuple(self._less(opened)), tuple(sorted(self._bare())))

    def _rows(self, answer: Answer) -> Iterator[tuple[Key, Conns, str | None]]:
        """What each workload is open to, the peer described, and what ports are called."""
        if not answer.axes:
            return
        v6 = speaks_of_v6(self.answers)
        for row, region in answer.rows:
            ends = self._ends(answer, row)
            peer = self.described[ends[PEER][0]] if PEER in ends else EVERYBODY
            name = str(self._field(ends[NAME][0], CALLED)) if NAME in ends else None
            for outside, conns in spread(answer, region, v6):
                for workload in {self.names[one] for one in ends[WORKLOAD]}:
                    yield (_direction(answer), workload, outside or peer), conns, name

    def _open(self, opened: Mapping[Key, Open]) -> Iterator[Exposed]:
        peers = set(self.described.values())
        for key in sorted(opened):
            everybody = opened.get((*key[:2], EVERYBODY), Open())
            if key[2] not in peers or not opened[key].within(everybody):
                yield _exposed(key, opened[key])

    def _less(self, opened: Mapping[Key, Open]) -> Iterator[Exposed]:
        for key in sorted(opened):
            if key[2] == EVERYBODY:
                for peer in sorted(set(self.described.values())):
                    one = opened.get((*key[:2], peer), Open())
                    if one.within(opened[key]) and not opened[key].within(one):
                        yield _exposed((*key[:2], peer), one)

    def _bare(self) -> Iterator[tuple[str, str]]:
        for answer in self.answers:
            if not answer.axes:
                for row, _ in answer.rows:
                    yield from {(self.names[one], _direction(answer)) for one in self._ends(answer, row)[WORKLOAD]}

    # ---- ends

    @cached_property
    def described(self) -> Mapping[Individual, str]:
        """The peers that count, each as its selectors describe it."""
        peers = {one for answer in self.answers for one in _individuals(answer, PEER) if self._field(one, COUNTS) is True}
        unknown = {one: self._field(one, UNKNOWN) for one in peers}
        return {one: described(value) for one, value in unknown.items() if isinstance(value, RecordValue)}

    @cached_property
    def names(self) -> Mapping[Individual, str]:
        """Workloads by their titles, but by their own where those of one title are treated differently."""
        faces: dict[Individual, set[object]] = defaultdict(set)
        for number, answer in enumerate(self.answers):
            for row, region in answer.rows:
                ends = self._ends(answer, row)
                face = (number, *(ends[name][0] for name in (PEER, NAME) if name in ends), region)
                for one in ends[WORKLOAD]:
                    faces[one].add(face)
        titles = {one: str(self._field(one, TITLE)) for one in dict.fromkeys(self._workloads())}
        alike: dict[str, set[object]] = defaultdict(set)
        for one, title in titles.items():
            alike[title].add(frozenset(faces[one]))
        return {one: title if len(alike[title]) == 1 else str(self._field(one, OWN_TITLE)) for one, title in titles.items()}

    def _workloads(self) -> Iterator[Individual]:
        for answer in self.answers:
            yield from _individuals(answer, WORKLOAD)

    def _field(self, one: Individual, name: str) -> object:
        return self.asking.regions.field(one, name)

    @staticmethod
    def _ends(answer: Answer, row: Sequence[int]) -> Mapping[str, Sequence[Individual]]:
        """The individuals of a row, by the query's parameters."""
        return {name: group[at].individuals for name, group, at in zip(_entities(answer), answer.classes, row, strict=True)}


def _entities(answer: Answer) -> list[str]:
    return [each.name for each in answer.query.parameters if isinstance(each.type, EntityType)]


def _individuals(answer: Answer, parameter: str) -> Iterator[Individual]:
    for name, group in zip(_entities(answer), answer.classes, strict=True):
        if name == parameter:
            for each in group:
                yield from each.individuals


def _direction(answer: Answer) -> str:
    return answer.query.short.partition("_")[0]


# ---- what is open


def _exposed(key: Key, one: Open) -> Exposed:
    return Exposed(*key, one.conns, tuple(sorted(one.names)))


def _within(a: Conns, b: Conns) -> bool:
    """Everything that the first allows is allowed by the second."""
    spans = dict(b)
    return all(
        any(low <= first and last <= high for low, high in spans.get(protocol, ())) for protocol, ports in a for first, last in ports
    )
