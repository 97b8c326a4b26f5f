"""Between states and values: what a place holds in a state, and which variables a value sets."""

from __future__ import annotations

from typing import assert_never

from kmodel.ground.shapes import assign
from kmodel.ground.system import (
    BoolShape,
    ChoiceShape,
    FixedShape,
    ListShape,
    MapShape,
    NumberShape,
    OptionalShape,
    RecordShape,
    SetShape,
    Shape,
    State,
    TupleShape,
)
from kmodel.ground.terms import FALSE, Term, Variable
from kmodel.typed.values import MapValue, RecordValue, Value


def decode(shape: Shape, state: State) -> Value:
    """The value that a place of this shape holds in the state."""
    match shape:
        case FixedShape(value):
            return value
        case BoolShape(which):
            return bool(state[which.index])
        case NumberShape(which):
            return state[which.index]
        case ChoiceShape(which, values):
            return values[state[which.index]]
        case OptionalShape(given, item):
            return decode(item, state) if state[given.index] else None
        case RecordShape(record, parts):
            return RecordValue(record, tuple((name, decode(part, state)) for name, part in parts))
        case TupleShape(items):
            return tuple(decode(part, state) for part in items)
        case SetShape(known):
            return frozenset(value for value, which in known if state[which.index])
        case MapShape(pairs):
            return MapValue.of({key: decode(part, state) for key, there, part in pairs if state[there.index]})
        case ListShape(length, items):
            return tuple(decode(part, state) for part in items[: state[length.index]])
        case _:
            assert_never(shape)


def encode(shape: Shape, value: Value) -> dict[Variable, int] | None:
    """The variables' values with which a place of this shape holds the value; None where it cannot."""
    written = assign(shape, value)
    if written.misfit is not FALSE:
        return None
    return {which: _constant(term) for which, term in written.updates}


def _constant(term: Term) -> int:
    if term.op == "number":
        assert isinstance(term.value, int)
        return term.value
    return int(term.op == "true")
