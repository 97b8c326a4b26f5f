"""Values in the language's own notation."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from kmodel.ground.symbolic import ordered
from kmodel.typed.types import IntType, ListType, MapType, OptionalType, SetType, TupleType, Type
from kmodel.typed.values import MapValue, RecordValue, Value

_BYTES = (
    ("Pi", 2**50),
    ("Ti", 2**40),
    ("Gi", 2**30),
    ("Mi", 2**20),
    ("Ki", 2**10),
    ("P", 10**15),
    ("T", 10**12),
    ("G", 10**9),
    ("M", 10**6),
    ("k", 1000),
)
_TIMES = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000), ("ms", 1))


def describe(value: Value, type_: Type | None = None) -> str:
    """How the value is written; the type (None: not known) tells quantities from numbers, lists from tuples."""
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case int():
            return _number(value, _kind(type_))
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        case tuple():
            return _sequence(value, _bare(type_))
        case frozenset() | MapValue() | RecordValue():
            return "{" + ", ".join(_parts(value, _bare(type_))) + "}"
        case IPv6Address():
            return f'ip("{value}")'
        case IPv6Network():
            return f'cidr("{value}")'
        case IPv4Address() | IPv4Network():
            return str(value)
        case _:
            return str(value)


def plain(value: Value, type_: Type | None = None) -> str:
    """The same, but texts and addresses without quotation marks, as the built-in `text` has them."""
    return str(value) if isinstance(value, str | IPv6Address | IPv6Network) else describe(value, type_)


def _bare(type_: Type | None) -> Type | None:
    return _bare(type_.item) if isinstance(type_, OptionalType) else type_


def _kind(type_: Type | None) -> str:
    bare = _bare(type_)
    return bare.kind if isinstance(bare, IntType) else "int"


def _number(value: int, kind: str) -> str:
    if kind == "int":
        return str(value)
    if kind == "cpu":
        return f"{value // 1000}cpu" if value % 1000 == 0 and value else f"{value}m"
    if kind == "bytes":
        return _in_units(value, _BYTES) or f"{value}B"
    return _in_units(value, _TIMES) or "0s"


def _in_units(value: int, units: tuple[tuple[str, int], ...]) -> str | None:
    """In the unit with which the number is shortest, of those that divide it."""
    fitting = [f"{value // size}{name}" for name, size in units if value % size == 0 and value]
    return min(fitting, key=len, default=None)


def _sequence(value: tuple[Value, ...], type_: Type | None) -> str:
    if isinstance(type_, TupleType):
        return "(" + ", ".join(describe(item, each) for item, each in zip(value, type_.items, strict=True)) + ")"
    inner = type_.item if isinstance(type_, ListType) else None
    opening, closing = ("(", ")") if type_ is None else ("[", "]")
    return opening + ", ".join(describe(item, inner) for item in value) + closing


def _parts(value: frozenset[Value] | MapValue | RecordValue, type_: Type | None) -> list[str]:
    match value:
        case frozenset():
            inner = type_.item if isinstance(type_, SetType) else None
            return [describe(item, inner) for item in ordered(value)]
        case MapValue(pairs):
            key, item = (type_.key, type_.value) if isinstance(type_, MapType) else (None, None)
            return [f"{describe(name, key)}: {describe(each, item)}" for name, each in pairs]
        case RecordValue():
            return [f"{name}: {describe(each)}" for name, each in value.fields]
