"""The operators on constants: one function each, by name. What is undefined raises `UndefinedValue`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from kmodel.ground.describe import describe
from kmodel.typed.values import MapValue, Value


class UndefinedValue(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def _less(a: Any, b: Any) -> bool:
    """Numbers; addresses, all of version 4 before those of version 6."""
    different = not isinstance(a, int) and a.version != b.version
    return bool(a.version < b.version) if different else bool(a < b)


def _divide(a: int, b: int) -> int:
    if b == 0:
        raise UndefinedValue("division-by-zero", "the divisor is 0")
    return a // b


def _modulo(a: int, b: int) -> int:
    return a - b * _divide(a, b)


def _index(of: MapValue | tuple[Value, ...], at: Value) -> Value:
    if isinstance(of, MapValue):
        found = of.as_dict()
        if at not in found:
            raise UndefinedValue("missing-key", f"there is no key {describe(at)}")
        return found[at]
    assert isinstance(at, int)
    if not 0 <= at < len(of):
        raise UndefinedValue("missing-key", f"there is no position {at} in a list of {len(of)}")
    return of[at]


def _without(of: MapValue, key: Value) -> MapValue:
    return MapValue(tuple(pair for pair in of.pairs if pair[0] != key))


def _contains(item: Value, of: Any) -> bool:
    return item in (of.as_dict() if isinstance(of, MapValue) else of)


def _size(of: Any) -> int:
    if isinstance(of, MapValue):
        return len(of.pairs)
    return int(of.num_addresses) if hasattr(of, "num_addresses") else len(of)


def _within(inner: Any, outer: Any) -> bool:
    if inner.version != outer.version:
        return False
    return bool(inner.subnet_of(outer)) if hasattr(inner, "subnet_of") else inner in outer


def _parsed(parse: Callable[[str], Value], what: str) -> Callable[[str], Value]:
    def law(text: str) -> Value:
        try:
            return parse(text)
        except ValueError:
            raise UndefinedValue("invalid-text", f"{describe(text)} is not {what}") from None

    return law


def _matches(text: str, pattern: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        raise UndefinedValue("invalid-text", f"{describe(pattern)} is not a regular expression") from None


def _split(text: str, by: str) -> tuple[str, ...]:
    return tuple(text.split(by)) if by else tuple(text)


def _to_int(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[-+]?[0-9]{1,400}", text) else None


def _percent(value: int | str) -> int | None:
    return int(value[:-1]) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,400}%", value) else None


CONSTANT: Mapping[str, Callable[..., Any]] = {
    "not": lambda a: not a,
    "and": lambda *parts: all(parts),
    "or": lambda *parts: any(parts),
    "implies": lambda a, b: not a or b,
    "iff": lambda a, b: a == b,
    "equal": lambda a, b: a == b,
    "not_equal": lambda a, b: a != b,
    "less": _less,
    "at_most": lambda a, b: a == b or _less(a, b),
    "subset": lambda a, b: a <= b,
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "negate": lambda a: -a,
    "multiply": lambda a, b: a * b,
    "divide": _divide,
    "modulo": _modulo,
    "ceil_div": lambda a, b: -_divide(-a, b),
    "min": lambda *numbers: min(numbers),
    "max": lambda *numbers: max(numbers),
    "range": lambda a, b: frozenset(range(a, b + 1)),
    "member": _contains,
    "within": _within,
    "union": lambda a, b: a | b,
    "difference": lambda a, b: a - b,
    "intersection": lambda a, b: a & b,
    "concat": lambda a, b: a + b,
    "size": _size,
    "index": _index,
    "get": lambda m, k: m.as_dict().get(k),
    "put": lambda m, k, v: MapValue.of({**m.as_dict(), k: v}),
    "remove": _without,
    "restrict": lambda m, keys: MapValue(tuple(pair for pair in m.pairs if pair[0] in keys)),
    "keys": lambda m: frozenset(key for key, _ in m.pairs),
    "values": lambda m: frozenset(value for _, value in m.pairs),
    "to_set": lambda items: frozenset(items),
    "item": lambda t, at: t[at],
    "or_else": lambda o, d: d if o is None else o,
    "overlaps": lambda a, b: a.version == b.version and bool(a.overlaps(b)),
    "first_address": lambda c: c[0],
    "last_address": lambda c: c[-1],
    "prefix_length": lambda c: c.prefixlen,
    "addresses": lambda c: frozenset(c),
    "parse_ip": _parsed(ip_address, "an address"),
    "parse_cidr": _parsed(ip_network, "a range of addresses"),
    "starts_with": lambda s, t: s.startswith(t),
    "ends_with": lambda s, t: s.endswith(t),
    "matches": _matches,
    "split": _split,
    "lower": lambda s: s.lower(),
    "to_int": _to_int,
    "as_int": lambda v: v if isinstance(v, int) else None,
    "as_percent": _percent,
    "as_text": lambda v: v if isinstance(v, str) else None,
    "name": lambda e: e.name,
}
"""`text` and `ordinal` are not here: they need the type and the declaration."""
