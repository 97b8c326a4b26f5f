"""How types relate: which fits where, what two have in common, and how they are written."""

from __future__ import annotations

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


def number_kind(type_: Type) -> str | None:
    """int, cpu, bytes or duration; None for what is not a number."""
    match type_:
        case IntType(kind):
            return kind
        case RangeType():
            return "int"
        case _:
            return None


def fits(actual: Type, expected: Type) -> bool:
    """Whether a value of `actual` may stand where `expected` is wanted. A number that may be out of a range is found when it is."""
    if actual == expected or isinstance(actual, BottomType):
        return True
    match actual, expected:
        case ((IntType() | RangeType()), (IntType() | RangeType())):
            return number_kind(actual) == number_kind(expected)
        case OptionalType(a), OptionalType(b):
            return fits(a, b)
        case _, OptionalType(b):
            return fits(actual, b)
        case (SetType(a), SetType(b)) | (ListType(a), ListType(b)):
            return fits(a, b)
        case MapType(k, v), MapType(l, w):
            return fits(k, l) and fits(v, w)
        case TupleType(a), TupleType(b):
            return len(a) == len(b) and all(map(fits, a, b))
        case ((IntType("int") | RangeType()), IntOrStringType()):
            return True
        case BoolType(), TemporalType():
            return True
        case _:
            return False


def join(a: Type, b: Type) -> Type | None:
    """The least type that both fit, if there is one."""
    if isinstance(a, RangeType) and isinstance(b, RangeType) and a != b:
        return INT
    if fits(a, b):
        return INT if isinstance(b, RangeType) and isinstance(a, IntType) else b
    if fits(b, a):
        return a
    if isinstance(a, OptionalType) or isinstance(b, OptionalType):
        inner = join(a.item if isinstance(a, OptionalType) else a, b.item if isinstance(b, OptionalType) else b)
        return None if inner is None else OptionalType(inner)
    return None


def item_type(type_: Type) -> Type | None:
    """What a set, list or map is walked by."""
    match type_:
        case SetType(item) | ListType(item):
            return item
        case MapType(key, _):
            return key
        case _:
            return None


def is_finite(type_: Type) -> bool:
    """Whether a state may hold the type, unbounded numbers aside."""
    match type_:
        case BoolType() | RangeType() | EnumType() | EntityType() | IpType() | IntType():
            return True
        case OptionalType(item) | SetType(item):
            return is_finite(item)
        case ListType(item, most):
            return most is not None and is_finite(item)
        case MapType(key, value):
            return is_finite(key) and not isinstance(key, IntType) and is_finite(value)
        case TupleType(items):
            return all(map(is_finite, items))
        case RecordType():
            return True
        case _:
            return False


def wording(type_: Type) -> str:
    """The type as it is written."""
    match type_:
        case BoolType():
            return "bool"
        case IntType(kind):
            return kind
        case RangeType(low, high):
            return f"{str(low).rsplit('.', 1)[-1]}..{str(high).rsplit('.', 1)[-1]}"
        case StringType():
            return "string"
        case IntOrStringType():
            return "IntOrString"
        case IpType():
            return "ip"
        case CidrType():
            return "cidr"
        case EnumType(name) | EntityType(name) | RecordType(name):
            return name.rsplit(".", 1)[-1]
        case OptionalType(item):
            return f"({wording(item)})?" if isinstance(item, RangeType) else f"{wording(item)}?"
        case SetType(item):
            return f"set[{wording(item)}]"
        case MapType(key, value):
            return f"map[{wording(key)}, {wording(value)}]"
        case ListType(item, most):
            return f"list[{wording(item)}]" if most is None else f"list[{wording(item)}, {most}]"
        case TupleType(items):
            return f"({', '.join(map(wording, items))})"
        case TemporalType():
            return "a temporal formula"
        case BottomType():
            return "nothing"
