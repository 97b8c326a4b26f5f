"""Axes: parameters with too many values to list, as whole numbers from 0. What a rule says of them are intervals."""

from __future__ import annotations

from dataclasses import field
from ipaddress import IPv4Address, IPv6Address

from kmodel.records import dataclass
from kmodel.typed.types import Type
from kmodel.typed.values import Cidr, Ip, Value

V4 = 1 << 32
ADDRESSES = V4 + (1 << 128)


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """A variable of a type: its values are numbered from 0 in order, `low` is the first number's value (of ranges), `values` are
    those of a type that lists them. Addresses of version 6 follow those of version 4. `rank` orders axes in diagrams."""

    name: str
    type: Type = field(repr=False)
    rank: int
    size: int
    low: int = 0
    values: tuple[Value, ...] = field(default=(), repr=False)

    def value(self, number: int) -> Value | int:
        """The value that a number stands for; of an address axis, the address."""
        if self.values:
            return self.values[number]
        return address(number) if self.size == ADDRESSES else number + self.low

    def number(self, value: object) -> int:
        """The number of a value; -1 or `size` of one below or above all."""
        if self.values:
            return self.values.index(value)
        if isinstance(value, IPv4Address | IPv6Address):
            return position(value)
        assert isinstance(value, int)
        return max(-1, min(value - self.low, self.size))


def position(ip: Ip) -> int:
    return int(ip) if ip.version == 4 else V4 + int(ip)


def address(number: int) -> Ip:
    return IPv4Address(number) if number < V4 else IPv6Address(number - V4)


def block(cidr: Cidr) -> tuple[int, int]:
    """The numbers of a range of addresses, both ends included."""
    return position(cidr.network_address), position(cidr.broadcast_address)
