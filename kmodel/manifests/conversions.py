"""One scalar of a manifest to a value of a declared type. What does not fit is rejected with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from math import isfinite
from typing import TypeAlias

from kmodel.manifests.nodes import Yaml, YamlScalar, describe, excerpt
from kmodel.manifests.paths import wrong_kind
from kmodel.manifests.quantities import millicpu, milliseconds, quantity, seconds, whole_bytes
from kmodel.source import Diagnostic, Rejected
from kmodel.typed.module import EnumSymbol
from kmodel.typed.types import BoolType, CidrType, IntOrStringType, IntType, IpType, RangeType, StringType
from kmodel.typed.values import Cidr, Ip, Member

Simple: TypeAlias = BoolType | IntType | RangeType | StringType | IntOrStringType | IpType | CidrType

_QUANTITIES: dict[str, tuple[Callable[[str], int], Callable[[str], int], str]] = {
    "cpu": (millicpu, millicpu, "write cpus, such as `250m` or `0.5`"),
    "bytes": (whole_bytes, whole_bytes, "write bytes, such as `128Mi` or `1G`"),
    "duration": (milliseconds, seconds, "write a duration, such as `30s` or `1h30m`, or a number of seconds"),
}
_NOUNS = {"cpu": "an amount of cpu", "bytes": "an amount of bytes", "duration": "a duration"}
_NETWORK = re.compile(r"[^/]+/[0-9]{1,3}", re.ASCII)


def simple(type_: Simple, node: Yaml) -> bool | int | str | Ip | Cidr:
    """The value of a type that needs nothing but the node."""
    match type_:
        case BoolType():
            return _bool(node)
        case IntType(kind="int"):
            return _count(node)
        case IntType(kind=kind):
            return _quantity(kind, node)
        case RangeType():
            return _in_range(type_, node)
        case StringType():
            return text(node)
        case IntOrStringType():
            return _int_or_string(node)
        case IpType():
            return _ip(node)
        case CidrType():
            return _cidr(node)


def text(node: Yaml) -> str:
    match node:
        case YamlScalar(value=str() as value):
            return value
        case YamlScalar() if node.text:
            raise Rejected([wrong_kind(node, "a text", f'quote it: `"{excerpt(node.text)}"`')])
        case _:
            raise Rejected([wrong_kind(node, "a text")])


def whole(node: Yaml) -> int:
    """A whole number; `1e3` is one."""
    match node:
        case YamlScalar(value=bool()):
            pass
        case YamlScalar(value=int() as value):
            return value
        case YamlScalar(value=float() as value) if isfinite(value) and value.is_integer():
            return int(value)
        case YamlScalar(value=str() as value) if value.isascii() and value.removeprefix("-").isdigit():
            raise Rejected([wrong_kind(node, "a whole number", "remove the quotes")])
        case _:
            pass
    raise Rejected([wrong_kind(node, "a whole number")])


def _count(node: Yaml) -> int:
    """A whole number, or a quantity that is one: so are the counts among amounts of resources written (`"110"`, `1k`)."""
    match node:
        case YamlScalar(value=str() as value):
            try:
                exact = quantity(value)
            except ValueError:
                raise Rejected([wrong_kind(node, "a whole number")]) from None
            if exact.denominator != 1:
                raise Rejected([wrong_kind(node, "a whole number")])
            return exact.numerator
        case _:
            return whole(node)


def member(enum: EnumSymbol, node: Yaml) -> Member:
    """The member of an enum that is spelled exactly so."""
    name = text(node)
    if name not in enum.members:
        help_ = f"write one of {', '.join(f'`{known}`' for known in enum.members)}"
        raise Rejected([wrong_value(node, f"`{excerpt(name)}` is no {enum.short}", help_)])
    return Member(enum.name, name)


def wrong_value(node: Yaml, message: str, help_: str) -> Diagnostic:
    return Diagnostic("wrong-value", message, node.span, (), help_)


def _bool(node: Yaml) -> bool:
    match node:
        case YamlScalar(value=bool() as value):
            return value
        case YamlScalar(value="true" | "false"):
            raise Rejected([wrong_kind(node, "true or false", "remove the quotes")])
        case _:
            raise Rejected([wrong_kind(node, "true or false")])


def _quantity(kind: str, node: Yaml) -> int:
    of_text, of_number, help_ = _QUANTITIES[kind]
    try:
        match node:
            case YamlScalar(value=bool()):
                pass
            case YamlScalar(value=str() as value):
                return of_text(value)
            case YamlScalar(value=int() as value):
                return of_number(str(value))
            case YamlScalar(value=float()):
                return of_number(node.text.replace("_", ""))
            case _:
                pass
    except ValueError:
        message = f"{describe(node)} is not {_NOUNS[kind]}"
        raise Rejected([Diagnostic("invalid-quantity", message, node.span, (), help_)]) from None
    raise Rejected([wrong_kind(node, _NOUNS[kind], help_)])


def _in_range(type_: RangeType, node: Yaml) -> int:
    """A bound that names a constant is not checked here: a check may set it."""
    value = whole(node)
    low, high = type_.low, type_.high
    if (isinstance(low, int) and value < low) or (isinstance(high, int) and value > high):
        raise Rejected([wrong_value(node, f"{value} is not in {low}..{high}", f"write a number from {low} to {high}")])
    return value


def _int_or_string(node: Yaml) -> int | str:
    match node:
        case YamlScalar(value=str() as value):
            return value
        case YamlScalar(value=int() | float()) if not isinstance(node.value, bool):
            return whole(node)
        case _:
            raise Rejected([wrong_kind(node, "a whole number or a text")])


def _ip(node: Yaml) -> Ip:
    value = text(node)
    try:
        if "%" in value:
            raise ValueError(value)
        return ip_address(value)
    except ValueError:
        raise Rejected([wrong_value(node, f"`{excerpt(value)}` is no IP address", "write one such as `10.0.0.7`")]) from None


def _cidr(node: Yaml) -> Cidr:
    """A network; bits after its prefix are dropped, as the API does."""
    value = text(node)
    try:
        if not _NETWORK.fullmatch(value) or "%" in value:
            raise ValueError(value)
        return ip_network(value, strict=False)
    except ValueError:
        help_ = "write an address and the length of its prefix, such as `10.0.0.0/16`"
        raise Rejected([wrong_value(node, f"`{excerpt(value)}` is no range of addresses", help_)]) from None
