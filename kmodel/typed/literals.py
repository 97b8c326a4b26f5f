"""Literals: the values that numbers with a unit, addresses and texts mean.

| written | type, value |
|---|---|
| `m`, `cpu` | cpu, in thousandths |
| `B`, `k M G T P` (1000), `Ki Mi Gi Ti Pi` (1024) | bytes |
| `ms s min h d` | duration, in milliseconds |
| `25%` | IntOrString, the text itself |

An amount that is no whole number of these is rounded up. `0` is zero of whatever kind is expected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Network
from math import ceil

from kmodel.syntax import tree
from kmodel.typed.expressions import Constant, Stage
from kmodel.typed.faults import fault
from kmodel.typed.relate import BOOL, BOTTOM, BYTES, CIDR, CPU, DURATION, INT, INT_OR_STRING, IP, STRING, optional, present
from kmodel.typed.types import IntOrStringType, IntType, OptionalType, Type
from kmodel.typed.values import Value

UNITS: Mapping[str, tuple[Type, int]] = {
    "m": (CPU, 1),
    "cpu": (CPU, 1000),
    "B": (BYTES, 1),
    **{unit: (BYTES, 1000**power) for power, unit in enumerate(("k", "M", "G", "T", "P"), 1)},
    **{unit: (BYTES, 1024**power) for power, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi"), 1)},
    "ms": (DURATION, 1),
    "s": (DURATION, 1000),
    "min": (DURATION, 60_000),
    "h": (DURATION, 3_600_000),
    "d": (DURATION, 86_400_000),
}


def literal(node: tree.Literal, expected: Type | None) -> Constant:
    """The constant that a literal means, in the light of the type that is expected."""
    type_, value = _meaning(node)
    wanted = None if expected is None else present(expected)
    if isinstance(wanted, IntOrStringType) and type_ in (STRING, INT):
        type_ = INT_OR_STRING
    if isinstance(wanted, IntType) and type_ == INT and value == 0:
        type_ = wanted
    if node.kind == "none" and expected is not None:
        type_ = optional(expected)
    return Constant(value, type=type_, stage=Stage.CONSTANT, span=node.span)


def _meaning(node: tree.Literal) -> tuple[Type, Value]:
    match node.kind:
        case "bool":
            return BOOL, node.text == "true"
        case "none":
            return OptionalType(BOTTOM), None
        case "int":
            return INT, int(node.text)
        case "quantity":
            return _quantity(node)
        case "percent":
            return INT_OR_STRING, node.text
        case "ip" | "cidr":
            return _address(node)
        case _:
            return STRING, node.text


def _quantity(node: tree.Literal) -> tuple[Type, Value]:
    parts = re.fullmatch(r"([\d.]+)([A-Za-z]+)", node.text)
    assert parts is not None, node.text
    type_, size = UNITS[parts[2]]
    return type_, ceil(Fraction(parts[1]) * size)


def _address(node: tree.Literal) -> tuple[Type, Value]:
    try:
        if node.kind == "ip":
            return IP, IPv4Address(node.text)
        network = IPv4Network(node.text, strict=False)
    except ValueError:
        what = "an address" if node.kind == "ip" else "a range of addresses"
        help_ = "write four numbers of 0 to 255, and for a range `/` and 0 to 32"
        raise fault("invalid-literal", f"`{node.text}` is not {what}", node.span, help_) from None
    if str(network) != node.text:
        raise fault("host-bits-set", f"`{node.text}` has bits beyond its prefix", node.span, f"the range is `{network}`")
    return CIDR, network
