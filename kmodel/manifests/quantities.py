"""Kubernetes' quantities (`250m`, `1.5Gi`, `1e3`) and durations (`1h30m`), exactly.

A quantity is a signed decimal number with a power of 1000, of 1024, or of ten; what is finer than the unit it is kept in is
rounded up, as the API does. The grammar is that of apimachinery's `resource.Quantity` and of Go's `time.ParseDuration`.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil

SUFFIXES: dict[str, Fraction] = {
    **{suffix: Fraction(1000) ** power for power, suffix in enumerate(["n", "u", "m", "", "k", "M", "G", "T", "P", "E"], -3)},
    **{suffix: Fraction(1024) ** power for power, suffix in enumerate(["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"], 1)},
}
UNITS: dict[str, Fraction] = {
    "ns": Fraction(1, 10**9),
    "us": Fraction(1, 10**6),
    "µs": Fraction(1, 10**6),
    "μs": Fraction(1, 10**6),
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "m": Fraction(60),
    "h": Fraction(3600),
}
MOST = 2**63 - 1  # the API holds quantities and durations in 64 bits

_NUMBER = r"[0-9]+\.?[0-9]*|\.[0-9]+"
_QUANTITY = re.compile(rf"(?P<sign>[+-]?)(?P<number>{_NUMBER})(?:[eE](?P<exponent>[+-]?[0-9]+)|(?P<suffix>[a-zA-Z]*))", re.ASCII)
_PART = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>[a-zµμ]+)")
_DURATION = re.compile(rf"(?P<sign>[+-]?)(?P<parts>(?:(?:{_NUMBER})[a-zµμ]+)+|0)")
_LONGEST = 100  # characters, and the greatest exponent: the exact value stays small


def quantity(text: str) -> Fraction:
    """The exact value of a quantity; ValueError when it is none or is too large."""
    found = _QUANTITY.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None or (found["suffix"] or "") not in SUFFIXES:
        raise ValueError(f"no quantity: {text}")
    exponent = int(found["exponent"] or 0)
    if abs(exponent) > _LONGEST:
        raise ValueError(f"no quantity: {text}")
    value = Fraction(found["number"]) * Fraction(10) ** exponent * SUFFIXES[found["suffix"] or ""]
    return _signed(text, found["sign"], value)


def duration(text: str) -> Fraction:
    """The seconds of a duration; ValueError when it is none or is too large."""
    found = _DURATION.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise ValueError(f"no duration: {text}")
    parts = list(_PART.finditer(found["parts"]))
    if any(part["unit"] not in UNITS for part in parts):
        raise ValueError(f"no duration: {text}")
    return _signed(text, found["sign"], sum((Fraction(part["number"]) * UNITS[part["unit"]] for part in parts), Fraction(0)))


def _signed(text: str, sign: str, value: Fraction) -> Fraction:
    if value > MOST:
        raise ValueError(f"too large: {text}")
    return -value if sign == "-" else value


def millicpu(text: str) -> int:
    """A quantity of cpu in thousandths, rounded up."""
    return ceil(quantity(text) * 1000)


def whole_bytes(text: str) -> int:
    """A quantity in bytes, rounded up."""
    return ceil(quantity(text))


def milliseconds(text: str) -> int:
    """A duration in milliseconds, rounded up."""
    return ceil(duration(text) * 1000)


def seconds(text: str) -> int:
    """A plain number of seconds, in milliseconds, rounded up."""
    return ceil(quantity(text) * 1000)
