"""Types. A named thing (enum, record, entity, constant bound) is held by its qualified name, `module.Name`."""

from __future__ import annotations

from typing import Literal, TypeAlias

from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class BoolType:
    pass


@dataclass(frozen=True, slots=True)
class IntType:
    """Whole numbers without bounds. `kind` is int, or a quantity: cpu (in thousandths), bytes, duration (in ms)."""

    kind: Literal["int", "cpu", "bytes", "duration"] = "int"


@dataclass(frozen=True, slots=True)
class RangeType:
    """Whole numbers from `low` to `high`, both included; a bound that is a str names an `int` constant."""

    low: int | str
    high: int | str


@dataclass(frozen=True, slots=True)
class StringType:
    pass


@dataclass(frozen=True, slots=True)
class IntOrStringType:
    """A number or a text, as Kubernetes' IntOrString: `8080`, `"http"`, `25%`."""


@dataclass(frozen=True, slots=True)
class IpType:
    pass


@dataclass(frozen=True, slots=True)
class CidrType:
    pass


@dataclass(frozen=True, slots=True)
class EnumType:
    name: str


@dataclass(frozen=True, slots=True)
class EntityType:
    name: str


@dataclass(frozen=True, slots=True)
class RecordType:
    name: str


@dataclass(frozen=True, slots=True)
class OptionalType:
    item: Type


@dataclass(frozen=True, slots=True)
class SetType:
    item: Type


@dataclass(frozen=True, slots=True)
class MapType:
    key: Type
    value: Type


@dataclass(frozen=True, slots=True)
class ListType:
    """`most` is the greatest length, or None (constants only)."""

    item: Type
    most: int | None = None


@dataclass(frozen=True, slots=True)
class TupleType:
    items: tuple[Type, ...]


@dataclass(frozen=True, slots=True)
class TemporalType:
    """A formula over whole behaviours: the body of a property. A bool is one too."""


@dataclass(frozen=True, slots=True)
class BottomType:
    """The type of `none`'s absent value, of the items of `{}` and `[]`: it fits every type. Never a declared type."""


Type: TypeAlias = (
    BoolType
    | IntType
    | RangeType
    | StringType
    | IntOrStringType
    | IpType
    | CidrType
    | EnumType
    | EntityType
    | RecordType
    | OptionalType
    | SetType
    | MapType
    | ListType
    | TupleType
    | TemporalType
    | BottomType
)
