"""Constant values, as literals, manifests and constant evaluation give them. All are immutable and hashable.

| type | value |
|---|---|
| bool, int and ranges, string | `bool`, `int`, `str` |
| cpu, bytes, duration | `int`: thousandths of a cpu, bytes, milliseconds |
| IntOrString | `int` or `str` (`"25%"`) |
| ip, cidr | `ipaddress` addresses and networks |
| enum, entity | `Member`, `Individual` |
| T? | the value, or `None` |
| set, map | `frozenset`, `MapValue` |
| list, tuple | `tuple` |
| record | `RecordValue` |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeAlias

from kmodel.records import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """A member of the enum with this qualified name."""

    enum: str
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, order=True)
class Individual:
    """One individual of an entity (by qualified name). `index` counts from 0 within the entity.

    `named` individuals have an identity of their own; the others are interchangeable.
    """

    entity: str
    index: int
    name: str = field(compare=False)
    named: bool = field(compare=False, default=False)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class RecordValue:
    """A record's fields, in the order of its declaration."""

    record: str
    fields: tuple[tuple[str, Value], ...]

    def get(self, name: str) -> Value:
        return next(value for key, value in self.fields if key == name)


@dataclass(frozen=True, slots=True)
class MapValue:
    """A map; pairs are sorted by the text of their keys, so that equal maps are equal."""

    pairs: tuple[tuple[Value, Value], ...]

    @staticmethod
    def of(mapping: Mapping[Value, Value]) -> MapValue:
        return MapValue(tuple(sorted(mapping.items(), key=lambda pair: str(pair[0]))))

    def as_dict(self) -> dict[Value, Value]:
        return dict(self.pairs)


Ip: TypeAlias = IPv4Address | IPv6Address
Cidr: TypeAlias = IPv4Network | IPv6Network
Value: TypeAlias = (
    bool | int | str | Member | Individual | Ip | Cidr | tuple["Value", ...] | frozenset["Value"] | RecordValue | MapValue | None
)
