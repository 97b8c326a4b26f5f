"""How types relate: which fits where, what two have in common, which a state can hold, and how they are written.

`T` fits `T?`, a number fits a range of its kind (a value outside is an undefined step) and a range a number, a number or a text fits
IntOrString, a bool fits a temporal formula; sets, lists, maps and tuples fit as their parts do. Nothing else does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from kmodel.typed.types import (
    BoolType,
    BottomType,
    CidrType,
    EntityType,
    EnumType,
    IntOrStringType,
    IntType,
    IpType,
    ListType,
    MapType,
    OptionalType,
    RangeType,
    RecordType,
    SetType,
    StringType,
    TemporalType,
    TupleType,
    Type,
)

BOOL, INT, STRING, INT_OR_STRING, IP, CIDR = BoolType(), IntType(), StringType(), IntOrStringType(), IpType(), CidrType()
TEMPORAL, BOTTOM = TemporalType(), BottomType()
CPU, BYTES, DURATION = IntType("cpu"), IntType("bytes"), IntType("duration")

# Types that are one word.
PLAIN: Mapping[str, Type] = {
    "bool": BOOL,
    "int": INT,
    "cpu": CPU,
    "bytes": BYTES,
    "duration": DURATION,
    "string": STRING,
    "IntOrString": INT_OR_STRING,
    "ip": IP,
    "cidr": CIDR,
}
_WORDS: Mapping[Type, str] = {type_: name for name, type_ in PLAIN.items()} | {TEMPORAL: "a temporal formula", BOTTOM: "nothing"}


def number_kind(type_: Type) -> str | None:
    """int, cpu, bytes or duration; None for what is not a number."""
    match type_:
        case IntType(kind):
            return kind
        case RangeType():
            return "int"
        case _:
            return None


def optional(type_: Type) -> Type:
    """`T?`; an optional of an optional is one optional."""
    return type_ if isinstance(type_, OptionalType) else OptionalType(type_)


def present(type_: Type) -> Type:
    """`T` of `T?`, and any other type itself."""
    return type_.item if isinstance(type_, OptionalType) else type_


def fits(actual: Type, expected: Type) -> bool:
    """Whether a value of `actual` may stand where `expected` is wanted. A number that may be out of a range is found when it is."""
    if actual == expected or isinstance(actual, BottomType) or isinstance(expected, BottomType):
        return True
    match actual, expected:
        case ((IntType() | RangeType()), (IntType() | RangeType())):
            return number_kind(actual) == number_kind(expected)
        case _, OptionalType(item):
            return fits(present(actual), item)
        case ((IntType("int") | RangeType() | StringType()), IntOrStringType()):
            return True
        case BoolType(), TemporalType():
            return True
        case _:
            return _parts_fit(actual, expected)


def _parts_fit(actual: Type, expected: Type) -> bool:
    match actual, expected:
        case (SetType(a), SetType(b)) | (ListType(a), ListType(b)):
            return fits(a, b)
        case MapType(key, value), MapType(wanted_key, wanted):
            return fits(key, wanted_key) and fits(value, wanted)
        case TupleType(items), TupleType(wanted_items):
            return len(items) == len(wanted_items) and all(map(fits, items, wanted_items))
        case _:
            return False


def join(a: Type, b: Type) -> Type | None:
    """The least type that both fit, if there is one. Two different ranges have `int` in common."""
    if a == b or isinstance(b, BottomType):
        return a
    if isinstance(a, BottomType):
        return b
    match a, b:
        case ((IntType() | RangeType()), (IntType() | RangeType())):
            return IntType(a.kind if isinstance(a, IntType) else "int") if number_kind(a) == number_kind(b) else None
        case (OptionalType(), _) | (_, OptionalType()):
            inner = join(present(a), present(b))
            return None if inner is None else optional(inner)
        case _:
            return _join_parts(a, b) or (b if fits(a, b) else a if fits(b, a) else None)


def _join_parts(a: Type, b: Type) -> Type | None:
    match a, b:
        case SetType(x), SetType(y):
            item = join(x, y)
            return None if item is None else SetType(item)
        case ListType(x, most), ListType(y, other):
            item = join(x, y)
            return None if item is None else ListType(item, None if most is None or other is None else max(most, other))
        case MapType(key, value), MapType(other_key, other_value):
            joined = join(key, other_key), join(value, other_value)
            return None if joined[0] is None or joined[1] is None else MapType(joined[0], joined[1])
        case TupleType(items), TupleType(others) if len(items) == len(others):
            each = [join(x, y) for x, y in zip(items, others, strict=True)]
            known = tuple(x for x in each if x is not None)
            return TupleType(known) if len(known) == len(each) else None
        case _:
            return None


def item_type(type_: Type) -> Type | None:
    """What a set, list or map is walked by (a map: its keys)."""
    match type_:
        case SetType(item) | ListType(item):
            return item
        case MapType(key, _):
            return key
        case _:
            return None


Inside = Callable[[str], Iterable[Type]]


def is_finite(type_: Type, inside: Inside = lambda _: ()) -> bool:
    """Whether a state may hold the type: finite, but for unbounded numbers that are no items or keys. `inside` gives a record's
    fields' types."""
    match type_:
        case OptionalType(item):
            return is_finite(item, inside)
        case SetType(item):
            return is_countable(item, inside)
        case ListType(item, most):
            return most is not None and is_finite(item, inside)
        case MapType(key, value):
            return is_countable(key, inside) and is_finite(value, inside)
        case TupleType(items):
            return all(is_finite(item, inside) for item in items)
        case RecordType(name):
            return all(is_finite(item, inside) for item in inside(name))
        case _:
            return isinstance(type_, BoolType | RangeType | EnumType | EntityType | IpType | IntType | BottomType)


def is_countable(type_: Type, inside: Inside = lambda _: ()) -> bool:
    """Whether the type is finite, unbounded numbers included: it can be a parameter's, an item's or a key's in a state."""
    match type_:
        case IntType():
            return False
        case OptionalType(item) | ListType(item):
            return is_finite(type_, inside) and is_countable(item, inside)
        case MapType(_, value):
            return is_finite(type_, inside) and is_countable(value, inside)
        case TupleType(items):
            return all(is_countable(item, inside) for item in items)
        case RecordType(name):
            return all(is_countable(item, inside) for item in inside(name))
        case _:
            return is_finite(type_, inside)


def wording(type_: Type) -> str:
    """The type as it is written."""
    match type_:
        case RangeType(low, high):
            return f"{str(low).rsplit('.', 1)[-1]}..{str(high).rsplit('.', 1)[-1]}"
        case EnumType(name) | EntityType(name) | RecordType(name):
            return name.rsplit(".", 1)[-1]
        case OptionalType(item):
            return "none" if isinstance(item, BottomType) else f"({wording(item)})?" if isinstance(item, RangeType) else f"{wording(item)}?"
        case SetType(BottomType()) | ListType(BottomType()):
            return "an empty set" if isinstance(type_, SetType) else "an empty list"
        case SetType(item):
            return f"set[{wording(item)}]"
        case MapType(key, value):
            return f"map[{wording(key)}, {wording(value)}]"
        case ListType(item, most):
            return f"list[{wording(item)}]" if most is None else f"list[{wording(item)}, {most}]"
        case TupleType(items):
            return f"({', '.join(map(wording, items))})"
        case _:
            return _WORDS[type_]
