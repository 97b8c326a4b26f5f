"""Defaults that need no evaluation: constants, and records, lists, sets, tuples and maps of such."""

from __future__ import annotations

from collections.abc import Iterable

from kmodel.records import dataclass
from kmodel.typed.expressions import Constant, Expr, MakeItems, MakeMap, MakeRecord
from kmodel.typed.types import RecordType, SetType
from kmodel.typed.values import MapValue, RecordValue, Value


@dataclass(frozen=True, slots=True)
class Known:
    """A value, which may be `none`: None instead of a Known says that there is no value."""

    value: Value


def constant(expr: Expr) -> Known | None:
    """The value of an expression that needs no evaluation."""
    match expr:
        case Constant(value=value):
            return Known(value)
        case MakeRecord(type=RecordType(name=name), fields=fields):
            values = _all(part for _, part in fields)
            return values and Known(RecordValue(name, tuple(zip([key for key, _ in fields], _items(values), strict=True))))
        case MakeItems(items=items):
            values = _all(items)
            return Known(frozenset(_items(values))) if values and isinstance(expr.type, SetType) else values
        case MakeMap(pairs=pairs):
            keys, values = _all(key for key, _ in pairs), _all(value for _, value in pairs)
            return keys and values and Known(MapValue.of(dict(zip(_items(keys), _items(values), strict=True))))
        case _:
            return None


def _all(exprs: Iterable[Expr]) -> Known | None:
    """A tuple of the values, when all are known."""
    found = [constant(expr) for expr in exprs]
    known = [item.value for item in found if item is not None]
    return Known(tuple(known)) if len(known) == len(found) else None


def _items(known: Known) -> tuple[Value, ...]:
    assert isinstance(known.value, tuple)
    return known.value
