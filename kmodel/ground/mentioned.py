"""Which individuals a system speaks of: those that have places, and those that places can hold."""

from __future__ import annotations

from collections.abc import Iterator

from kmodel.ground.system import (
    ChoiceShape,
    FixedShape,
    ListShape,
    MapShape,
    OptionalShape,
    Place,
    RecordShape,
    SetShape,
    Shape,
    System,
    TupleShape,
)
from kmodel.typed.values import Individual, MapValue, RecordValue, Value


def anonymous(system: System) -> dict[str, list[Individual]]:
    """The unnamed individuals that places and their values speak of, by entity."""
    found: set[Individual] = set()
    for place in system.places:
        found.update(() if place.individual is None else (place.individual,))
        found.update(_mentioned(place))
    groups: dict[str, list[Individual]] = {}
    for who in sorted(found):
        if not who.named:
            groups.setdefault(who.entity, []).append(who)
    return groups


def _mentioned(place: Place) -> Iterator[Individual]:
    for value in _values(place.shape):
        yield from _within(value)


def _values(shape: Shape) -> Iterator[Value]:
    match shape:
        case FixedShape(value):
            yield value
        case ChoiceShape(_, values):
            yield from values
        case OptionalShape(_, item):
            yield from _values(item)
        case RecordShape(_, fields):
            for _, part in fields:
                yield from _values(part)
        case TupleShape(items) | ListShape(_, items):
            for part in items:
                yield from _values(part)
        case SetShape(known):
            yield from (value for value, _ in known)
        case MapShape(pairs):
            for key, _, part in pairs:
                yield key
                yield from _values(part)
        case _:
            return


def _within(value: Value) -> Iterator[Individual]:
    match value:
        case Individual():
            yield value
        case tuple() | frozenset():
            for item in value:
                yield from _within(item)
        case RecordValue(_, fields):
            for _, item in fields:
                yield from _within(item)
        case MapValue(pairs):
            for key, item in pairs:
                yield from _within(key)
                yield from _within(item)
        case _:
            return
