"""Values while regions are computed: what is compared often is one object for each value, so that comparing costs nothing.

| value | here |
|---|---|
| individual, record, map | `Thing`, `Rec`, `Map`: one object each |
| an unlisted parameter | its `Axis` |
| a bool that depends on axes | a diagram's `Node` |
| another value that does | `Cases` |
| anything else | as in `kmodel.typed.values` |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from kmodel.records import dataclass
from kmodel.regions.axes import Axis
from kmodel.regions.diagrams import Node, Region
from kmodel.typed.values import Individual, MapValue, RecordValue, Value


@dataclass(slots=True, eq=False)
class Thing:
    """An individual and those of its fields that were asked for."""

    individual: Individual
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Rec:
    record: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    data: Mapping[Any, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """One of several values: each in its own region, all regions together everything where the value is meant."""

    parts: tuple[tuple[Any, Region], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """A set or list whose items are there in a region each."""

    parts: tuple[tuple[Any, Region], ...]


DEPENDENT = frozenset({Axis, Node, Cases, Members})


@dataclass(slots=True)
class Store:
    """One object for each value."""

    things: dict[Individual, Thing] = field(default_factory=dict)
    records: dict[tuple[object, ...], Rec] = field(default_factory=dict)
    maps: dict[tuple[object, ...], Map] = field(default_factory=dict)

    def enter(self, value: Value) -> Any:
        match value:
            case Individual():
                return self.thing(value)
            case RecordValue(record, fields):
                return self.record(record, {name: self.enter(each) for name, each in fields})
            case MapValue(pairs):
                return self.map({self.enter(key): self.enter(each) for key, each in pairs})
            case tuple():
                return tuple(map(self.enter, value))
            case frozenset():
                return frozenset(map(self.enter, value))
            case _:
                return value

    def leave(self, value: Any) -> Value:
        """The value as the other stages know it."""
        match value:
            case Thing(individual):
                return individual
            case Rec(record, fields):
                return RecordValue(record, tuple((name, self.leave(each)) for name, each in fields.items()))
            case Map(data):
                return MapValue.of({self.leave(key): self.leave(each) for key, each in data.items()})
            case tuple():
                return tuple(map(self.leave, value))
            case frozenset():
                return frozenset(map(self.leave, value))
            case _:
                return value  # type: ignore[no-any-return] # the same in both

    def thing(self, individual: Individual) -> Thing:
        found = self.things.get(individual)
        if found is None:
            found = self.things[individual] = Thing(individual)
        return found

    def record(self, name: str, fields: Mapping[str, Any]) -> Rec:
        key = (name, *fields.values())
        found = self.records.get(key)
        if found is None:
            found = self.records[key] = Rec(name, dict(fields))
        return found

    def map(self, data: Mapping[Any, Any]) -> Map:
        key = (frozenset((name, each, each.__class__) for name, each in data.items()),)
        found = self.maps.get(key)
        if found is None:
            found = self.maps[key] = Map(dict(data))
        return found
