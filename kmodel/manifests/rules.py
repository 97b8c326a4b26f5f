"""The rules of several fields of an object together, as `rules.yaml` in the library says them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, TypeAlias

from kmodel.manifests.conversions import wrong_value
from kmodel.manifests.fields import amount, at, both, either, leads_to, plain, says_nothing, scalars, whole_number
from kmodel.manifests.limits import limited, twice
from kmodel.manifests.nodes import Yaml, YamlList, YamlMap
from kmodel.manifests.objects import first_line
from kmodel.manifests.paths import missing, steps
from kmodel.manifests.schema import Limits, Schema
from kmodel.source import Diagnostic

ANYTHING = "*"
Check: TypeAlias = "Callable[[Schema, Any, YamlMap], Iterator[Diagnostic]]"
FewFields: TypeAlias = "Callable[[Any, YamlMap], Iterator[Diagnostic]]"


def broken(known: Schema, rule: Limits, node: YamlMap) -> Iterator[Diagnostic]:
    """What the rule finds wrong, in its own words where it has some."""
    if not all(_has(node, field, values) for field, values in rule.get("when", {}).items()):
        return
    if any(_has(node, field, values) for field, values in rule.get("unless", {}).items()):
        return
    for name, check in _CHECKS.items():
        if name in rule:
            for found in check(known, rule[name], node):
                says = rule.get("says")
                yield found if says is None else Diagnostic("refused-object", says, found.span, found.also, found.help)


def _has(node: YamlMap, field: str, values: Sequence[object]) -> bool:
    found = at(node, field)
    return plain(found) in values or (ANYTHING in values and not says_nothing(found))


def _each(known: Schema, rules: Mapping[str, Limits], node: YamlMap) -> Iterator[Diagnostic]:
    for path, rule in rules.items():
        for part in leads_to(node, steps(path)):
            yield from broken(known, rule, part) if isinstance(part, YamlMap) else ()


def _fields(known: Schema, fields: Mapping[str, Limits], node: YamlMap) -> Iterator[Diagnostic]:
    for path, limits in fields.items():
        for part in leads_to(node, steps(path)):
            yield from limited(known, limits, part)


def _equal(known: Schema, said: Mapping[str, Any], node: YamlMap) -> Iterator[Diagnostic]:
    """Where the second is not given the first is not either; where it is, the first is so by default."""
    fields = said["of"]
    low, high = (at(node, field) for field in fields)
    have = high.fields if isinstance(high, YamlMap) else {}
    for key, one in low.fields.items() if isinstance(low, YamlMap) else ():
        other = have.get(key)
        if known.formats[said["keys"]].fits(key) and (other is None or amount(one) != amount(other)):
            also = ((other.span, f"in `{fields[1]}`"),) if other is not None else ()
            message = f"`{key}` is not the same in `{fields[0]}` and `{fields[1]}`"
            yield Diagnostic("wrong-value", message, one.span, also, "write the same amount in both")


def _needs(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    yield from (missing(field, node.span) for field in fields if says_nothing(at(node, field)))


def _lacks(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    for field in fields:
        if (found := at(node, field)) is not None and not says_nothing(found):
            yield wrong_value(found, f"`{field}` cannot stand beside what is said here", "remove it")


def _at_most_one(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    found = [(field, part) for field in fields if (part := at(node, field)) is not None and not says_nothing(part)]
    if len(found) > 1:
        (first, one), (second, other) = found[:2]
        also = ((first_line(one), f"`{first}` is given here"),)
        yield Diagnostic("wrong-value", f"`{second}` cannot stand beside `{first}`", first_line(other), also, "remove one of the two")


def _at_least_one(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    if all(says_nothing(at(node, field)) for field in fields):
        yield Diagnostic("missing-field", f"none of {both(fields)} is given", first_line(node), (), f"give {either(fields)}")


def _one(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    yield from _at_least_one(fields, node)
    yield from _at_most_one(fields, node)


def _ordered(fields: Sequence[str], node: YamlMap, apart: int = 0) -> Iterator[Diagnostic]:
    low, high = (at(node, field) for field in fields)
    if (
        low is not None
        and high is not None
        and (least := whole_number(low)) is not None
        and (most := whole_number(high)) is not None
        and most < least + apart
    ):
        help_ = f"write a number of at least {least + apart}"
        yield wrong_value(high, f"`{fields[1]}` is {most}, and `{fields[0]}` is {least}", help_)


def _among(choices: Mapping[str, Sequence[object]], node: YamlMap) -> Iterator[Diagnostic]:
    for field, values in choices.items():
        found = at(node, field)
        if plain(found) not in values:
            help_ = f"write `{field}` with {either(values)}"
            yield Diagnostic("wrong-value", f"`{field}` cannot be so here", first_line(node if found is None else found), (), help_)


def _differs(choices: Mapping[str, Sequence[object]], node: YamlMap) -> Iterator[Diagnostic]:
    for path, values in choices.items():
        for found in leads_to(node, steps(path)):
            if plain(found) in values:
                yield wrong_value(found, f"`{path}` cannot be so here", "write another value")


def _by_itself(choices: Mapping[str, Sequence[object]], node: YamlMap) -> Iterator[Diagnostic]:
    for field, values in choices.items():
        found = at(node, field)
        for part in found.items if isinstance(found, YamlList) and len(found.items) > 1 else ():
            if plain(part) in values:
                yield wrong_value(part, f"`{plain(part)}` stands beside others", f"write it alone in `{field}`, or remove it")


def _given(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    if all(at(node, field) is None for field in fields):
        yield Diagnostic("missing-field", f"none of {both(fields)} is given", first_line(node), (), f"give {either(fields)}")


def _holds(choices: Mapping[str, Sequence[object]], node: YamlMap) -> Iterator[Diagnostic]:
    for path, values in choices.items():
        if not any(plain(part) in values for part in leads_to(node, steps(path))):
            yield Diagnostic("wrong-value", f"no `{path}` is {either(values)}", first_line(node), (), f"give one with {either(values)}")


def _same(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    one, other = (at(node, field) for field in fields)
    if one is not None and plain(one) != plain(other):
        yield wrong_value(one, f"`{fields[0]}` is not what `{fields[1]}` is", f"write `{plain(other)}`, or remove it")


def _distinct(choices: Mapping[str, Sequence[str]], node: YamlMap) -> Iterator[Diagnostic]:
    for path, fields in choices.items():
        yield from twice(fields, leads_to(node, steps(path)))


def _disjoint(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    one, other = (found.keys if isinstance(found := at(node, field), YamlMap) else {} for field in fields)
    for key in one.keys() & other.keys():
        also = ((one[key], "first given here"),)
        yield Diagnostic("duplicate-item", f"{both(fields)} have both `{key}`", other[key], also, "change or remove one of them")


def _bytes(said: Mapping[str, Any], node: YamlMap) -> Iterator[Diagnostic]:
    used = sum(len(text.encode(errors="replace")) for field in said.get("texts", ()) for text in _texts(node, field))
    used += sum(len("".join(text.split()).rstrip("=")) * 3 // 4 for field in said.get("base64", ()) for text in _texts(node, field))
    if used > said["most"]:
        message = f"it has {used:,} bytes of data"
        yield Diagnostic("wrong-value", message, first_line(node), (), f"write at most {said['most']:,} bytes into one object")


def _texts(node: YamlMap, field: str) -> Iterator[str]:
    found = at(node, field)
    for part in found.fields.values() if isinstance(found, YamlMap) else ():
        yield str(plain(part) or "")


def _within(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    part, whole = (at(node, field) for field in fields)
    have = whole.fields if isinstance(whole, YamlMap) else {}
    for key, wanted in part.fields.items() if isinstance(part, YamlMap) else ():
        if plain(have.get(key)) != plain(wanted):
            also = ((first_line(whole), f"`{fields[1]}` is here"),) if whole is not None else ()
            help_ = f"write `{key}: {plain(wanted)}` in both `{fields[0]}` and `{fields[1]}`"
            yield Diagnostic("wrong-value", f"`{fields[1]}` has no `{key}: {plain(wanted)}`", wanted.span, also, help_)


def _below(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    low, high = (at(node, field) for field in fields)
    if not isinstance(low, YamlMap) or not isinstance(high, YamlMap):
        return
    for key, one in low.fields.items():
        other = high.fields.get(key)
        if other is None or (least := amount(one)) is None or (most := amount(other)) is None or least <= most:
            continue
        also = ((other.span, f"in `{fields[1]}`"),)
        yield Diagnostic(
            "wrong-value", f"`{key}` is more in `{fields[0]}` than in `{fields[1]}`", one.span, also, "write no more than there"
        )


def _inside(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    """That it can be read is told by the format of the fields."""
    whole, parts = (at(node, field) for field in fields)
    outer = _network(whole)
    if outer is None or not isinstance(parts, YamlList):
        return
    for part in parts.items:
        inner = _network(part)
        if inner is not None and (inner.version != outer.version or inner.prefixlen <= outer.prefixlen or inner[0] not in outer):
            yield wrong_value(part, f"`{inner}` is no smaller part of `{outer}`", f"write a block inside of `{fields[0]}`, or remove it")


def _network(node: Yaml | None) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(str(plain(node)), strict=False)
    except ValueError:
        return None


def _numbers(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    for field in fields:
        if (found := at(node, field)) is not None and isinstance(plain(found), str):
            yield wrong_value(found, f"`{field}` is a name", "write a number")


def _apart(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    first, second = (scalars(node, field) for field in fields)
    seen = {plain(part): part for part in first}
    for part in second:
        if (taken := seen.get(plain(part))) is not None:
            also = ((taken.span, "first given here"),)
            yield Diagnostic("duplicate-item", f"{both(fields)} have it both", part.span, also, "change or remove one of them")


def _known(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    used, given = (scalars(node, field) for field in fields)
    values = {plain(part) for part in given}
    for part in used:
        if plain(part) not in values:
            yield wrong_value(part, f"no `{fields[1]}` is `{plain(part)}`", "write one that is there, or add it there")


def _simply(check: FewFields) -> Check:
    """Most rules need to know nothing but the fields."""
    return lambda _, said, node: check(said, node)


_CHECKS: Mapping[str, Check] = {
    "each": _each,
    "fields": _fields,
    "equal": _equal,
    "needs": _simply(_needs),
    "lacks": _simply(_lacks),
    "one": _simply(_one),
    "at_most_one": _simply(_at_most_one),
    "at_least_one": _simply(_at_least_one),
    "ordered": _simply(_ordered),
    "before": _simply(partial(_ordered, apart=1)),
    "among": _simply(_among),
    "differs": _simply(_differs),
    "holds": _simply(_holds),
    "same": _simply(_same),
    "alone": _simply(_by_itself),
    "given": _simply(_given),
    "distinct": _simply(_distinct),
    "disjoint": _simply(_disjoint),
    "within": _simply(_within),
    "below": _simply(_below),
    "inside": _simply(_inside),
    "numbers": _simply(_numbers),
    "apart": _simply(_apart),
    "known": _simply(_known),
    "bytes": _simply(_bytes),
}
