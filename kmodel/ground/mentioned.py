"""Which individuals a system speaks of: those that have places, those that places can hold, and whose each variable is."""

from __future__ import annotations

from collections.abc import Iterator

from kmodel.ground.system import (
    BoolShape,
    ChoiceShape,
    FixedShape,
    ListShape,
    MapShape,
    NumberShape,
    OptionalShape,
    Place,
    RecordShape,
    SetShape,
    Shape,
    System,
    TupleShape,
)
from kmodel.ground.terms import Variable
from kmodel.typed.values import Individual, MapValue, RecordValue, Value


def anonymous(system: System) -> dict[str, list[Individual]]:
    """The unnamed individuals that places and their values speak of, by entity."""
    found: set[Individual] = set()
    for place in system.places:
        found.update(spoken_of(place))
    groups: dict[str, list[Individual]] = {}
    for who in sorted(found):
        if not who.named:
            groups.setdefault(who.entity, []).append(who)
    return groups


def spoken_of(place: Place) -> set[Individual]:
    """Whose place it is, and the individuals in its values."""
    own = () if place.individual is None else (place.individual,)
    return {*own, *(who for value in _values(place.shape) for who in _within(value))}


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


def owners(system: System) -> dict[Variable, frozenset[Individual]]:
    """The individuals that each variable belongs to: that whose place it lies in, and those in the keys that lead to it."""
    found: dict[Variable, frozenset[Individual]] = {}
    for place in system.places:
        own = frozenset(() if place.individual is None else (place.individual,))
        found.update(_owned(place.shape, own))
    return found


def _owned(shape: Shape, by: frozenset[Individual]) -> Iterator[tuple[Variable, frozenset[Individual]]]:
    match shape:
        case BoolShape(which) | NumberShape(which) | ChoiceShape(which, _):
            yield which, by
        case OptionalShape(given, item):
            yield given, by
            yield from _owned(item, by)
        case RecordShape(_, fields):
            for _, part in fields:
                yield from _owned(part, by)
        case TupleShape(items):
            for part in items:
                yield from _owned(part, by)
        case SetShape(known):
            yield from ((which, by.union(_within(value))) for value, which in known)
        case MapShape(pairs):
            for key, there, part in pairs:
                yield there, by.union(_within(key))
                yield from _owned(part, by.union(_within(key)))
        case ListShape(length, items):
            yield length, by
            for part in items:
                yield from _owned(part, by)
        case FixedShape():
            return


def referred(system: System) -> dict[Variable, tuple[frozenset[Individual], ...]]:
    """For each variable that chooses among values, the individuals that each of the values speaks of."""
    return {
        shape.variable: tuple(frozenset(_within(value)) for value in shape.values)
        for place in system.places
        for shape in _choices(place.shape)
    }


def _choices(shape: Shape) -> Iterator[ChoiceShape]:
    match shape:
        case ChoiceShape():
            yield shape
        case OptionalShape(_, item):
            yield from _choices(item)
        case RecordShape(_, fields):
            for _, part in fields:
                yield from _choices(part)
        case TupleShape(items) | ListShape(_, items):
            for part in items:
                yield from _choices(part)
        case MapShape(pairs):
            for _, _, part in pairs:
                yield from _choices(part)
        case _:
            return
