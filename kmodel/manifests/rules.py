"""The rules beside the types, as `rules.yaml` in the library says them: of one value, and of several fields together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, TypeAlias

from kmodel.manifests.conversions import wrong_value
from kmodel.manifests.nodes import Yaml, YamlList, YamlMap, YamlScalar, excerpt, is_absent
from kmodel.manifests.objects import first_line
from kmodel.manifests.paths import EACH, missing, select, steps
from kmodel.manifests.quantities import quantity
from kmodel.manifests.schema import Limits, Schema
from kmodel.source import Diagnostic, Span

ANYTHING = "*"
Check: TypeAlias = "Callable[[Any, YamlMap], Iterator[Diagnostic]]"


# ---- of one value


def limited(known: Schema, limits: Limits, node: Yaml) -> Iterator[Diagnostic]:
    """What is wrong with a value; with each item of a list, but for what is said of the list itself."""
    if limits.get("some") and _is_empty(node):
        yield wrong_value(node, "nothing is in it", "at least one must be given")
    if isinstance(node, YamlMap):
        yield from _mapping(known, limits, node)
    elif isinstance(node, YamlList):
        if len(node.items) > limits.get("most", len(node.items)):
            yield wrong_value(node, f"there are {len(node.items)} of it", f"give at most {limits['most']}")
        yield from _unique(limits.get("unique", ()), node)
        yield from _named(limits.get("named"), node)
        for part in node.items:
            yield from limited(known, limits, part) if isinstance(part, YamlScalar) else ()
    elif node.value is not None:
        yield from _scalar(known, limits, node)


def _scalar(known: Schema, limits: Limits, node: YamlScalar) -> Iterator[Diagnostic]:
    if "among" in limits and node.value not in limits["among"]:
        yield wrong_value(node, f"`{excerpt(node.text)}` is none of what can stand here", f"write {_either(limits['among'])}")
    if "format" in limits and isinstance(node.value, str):
        yield from _written(known, limits["format"], node.value, node.span)
    if "range" in limits and (number := _amount(node)) is not None:
        low, high = limits["range"]
        if (low is not None and number < low) or (high is not None and number > high):
            bounds = f"from {low} to {high}" if high is not None else f"of at least {low}"
            yield wrong_value(node, f"`{excerpt(node.text)}` is out of range", f"write a number {bounds}")


def _written(known: Schema, name: str, text: str, span: Span) -> Iterator[Diagnostic]:
    format_ = known.formats[name]
    if not format_.fits(text):
        most = f"at most {format_.most} characters: " if format_.most is not None else ""
        yield Diagnostic("wrong-value", f"`{excerpt(text)}` cannot stand here", span, (), f"write {most}{format_.says}")


def _mapping(known: Schema, limits: Limits, node: YamlMap) -> Iterator[Diagnostic]:
    keys, values = limits.get("keys"), limits.get("values")
    for key, part in node.fields.items():
        if keys is not None:
            yield from _written(known, keys["format"], key, node.keys[key])
        if values is not None and isinstance(part, YamlScalar) and part.value is not None:
            yield from _scalar(known, values, part)


def _unique(fields: Sequence[str], node: YamlList) -> Iterator[Diagnostic]:
    seen: dict[tuple[object, ...], Yaml] = {}
    for part in node.items if fields else ():
        places = [_at(part, field) for field in fields]
        if places[0] is None:
            continue
        first = seen.setdefault(tuple(_plain(each) for each in places), places[0])
        if first is not places[0]:
            also = ((first.span, "first given here"),)
            yield Diagnostic(
                "duplicate-item", f"two items have the same {_and(fields)}", places[0].span, also, "change or remove one of them"
            )


def _named(field: str | None, node: YamlList) -> Iterator[Diagnostic]:
    if field is not None and len(node.items) > 1:
        yield from (missing(field, part.span) for part in node.items if _is_absent(_at(part, field)))


# ---- of several fields


def broken(rule: Limits, node: YamlMap) -> Iterator[Diagnostic]:
    """What the rule finds wrong, in its own words where it has some."""
    if not all(_has(node, field, values) for field, values in rule.get("when", {}).items()):
        return
    if any(_has(node, field, values) for field, values in rule.get("unless", {}).items()):
        return
    for name, check in _CHECKS.items():
        if name in rule:
            for found in check(rule[name], node):
                says = rule.get("says")
                yield found if says is None else Diagnostic("refused-object", says, found.span, found.also, found.help)


def _has(node: YamlMap, field: str, values: Sequence[object]) -> bool:
    found = _at(node, field)
    return _plain(found) in values or (ANYTHING in values and not _is_absent(found))


def _needs(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    yield from (missing(field, node.span) for field in fields if _is_absent(_at(node, field)))


def _lacks(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    for field in fields:
        if (found := _at(node, field)) is not None and not _is_absent(found):
            yield wrong_value(found, f"`{field}` cannot stand beside what is said here", "remove it")


def _at_most_one(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    found = [(field, part) for field in fields if (part := _at(node, field)) is not None and not _is_absent(part)]
    if len(found) > 1:
        (first, one), (second, other) = found[:2]
        also = ((first_line(one), f"`{first}` is given here"),)
        yield Diagnostic("wrong-value", f"`{second}` cannot stand beside `{first}`", first_line(other), also, "remove one of the two")


def _at_least_one(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    if all(_is_absent(_at(node, field)) for field in fields):
        yield Diagnostic("missing-field", f"none of {_and(fields)} is given", first_line(node), (), f"give {_either(fields)}")


def _one(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    yield from _at_least_one(fields, node)
    yield from _at_most_one(fields, node)


def _ordered(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    low, high = (_at(node, field) for field in fields)
    if low is not None and high is not None and (least := _whole(low)) is not None and (most := _whole(high)) is not None and most < least:
        yield wrong_value(high, f"`{fields[1]}` is {most}, and `{fields[0]}` is {least}", f"write a number that is not below {least}")


def _among(choices: Mapping[str, Sequence[object]], node: YamlMap) -> Iterator[Diagnostic]:
    for field, values in choices.items():
        found = _at(node, field)
        if _plain(found) not in values:
            help_ = f"write `{field}` with {_either(values)}"
            yield Diagnostic("wrong-value", f"`{field}` cannot be so here", first_line(node if found is None else found), (), help_)


def _differs(choices: Mapping[str, Sequence[object]], node: YamlMap) -> Iterator[Diagnostic]:
    for field, values in choices.items():
        if (found := _at(node, field)) is not None and _plain(found) in values:
            yield wrong_value(found, f"`{field}` cannot be so here", "write another value")


def _within(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    part, whole = (_at(node, field) for field in fields)
    have = whole.fields if isinstance(whole, YamlMap) else {}
    for key, wanted in part.fields.items() if isinstance(part, YamlMap) else ():
        if _plain(have.get(key)) != _plain(wanted):
            also = ((first_line(whole), f"`{fields[1]}` is here"),) if whole is not None else ()
            help_ = f"write `{key}: {_plain(wanted)}` in both `{fields[0]}` and `{fields[1]}`"
            yield Diagnostic("wrong-value", f"`{fields[1]}` has no `{key}: {_plain(wanted)}`", wanted.span, also, help_)


def _below(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    low, high = (_at(node, field) for field in fields)
    if not isinstance(low, YamlMap) or not isinstance(high, YamlMap):
        return
    for key, one in low.fields.items():
        other = high.fields.get(key)
        if other is None or (least := _amount(one)) is None or (most := _amount(other)) is None or least <= most:
            continue
        also = ((other.span, f"in `{fields[1]}`"),)
        yield Diagnostic(
            "wrong-value", f"`{key}` is more in `{fields[0]}` than in `{fields[1]}`", one.span, also, "write no more than there"
        )


def _inside(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    """That it can be read is told by the format of the fields."""
    whole, parts = (_at(node, field) for field in fields)
    outer = _network(whole)
    if outer is None or not isinstance(parts, YamlList):
        return
    for part in parts.items:
        inner = _network(part)
        if inner is not None and (inner.version != outer.version or inner.prefixlen <= outer.prefixlen or inner[0] not in outer):
            yield wrong_value(part, f"`{inner}` is no smaller part of `{outer}`", f"write a block inside of `{fields[0]}`, or remove it")


def _network(node: Yaml | None) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(str(_plain(node)), strict=False)
    except ValueError:
        return None


def _numbers(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    for field in fields:
        if (found := _at(node, field)) is not None and isinstance(_plain(found), str):
            yield wrong_value(found, f"`{field}` is a name", "write a number")


def _apart(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    first, second = (list(_all(node, steps(field))) for field in fields)
    seen = {_plain(part): part for part in first}
    for part in second:
        if (taken := seen.get(_plain(part))) is not None:
            also = ((taken.span, "first given here"),)
            yield Diagnostic("duplicate-item", f"{_and(fields)} have it both", part.span, also, "change or remove one of them")


def _known(fields: Sequence[str], node: YamlMap) -> Iterator[Diagnostic]:
    used, given = (list(_all(node, steps(field))) for field in fields)
    values = {_plain(part) for part in given}
    for part in used:
        if _plain(part) not in values:
            yield wrong_value(part, f"no `{fields[1]}` is `{_plain(part)}`", "write one that is there, or add it there")


def _all(node: Yaml | None, path: tuple[str, ...]) -> Iterator[YamlScalar]:
    """The values at the ends of a path through lists."""
    if not path:
        yield from [node] if isinstance(node, YamlScalar) and node.value is not None else []
    elif path[0] == EACH:
        for part in node.items if isinstance(node, YamlList) else ():
            yield from _all(part, path[1:])
    elif isinstance(node, YamlMap):
        yield from _all(node.fields.get(path[0]), path[1:])


_CHECKS: Mapping[str, Check] = {
    "needs": _needs,
    "lacks": _lacks,
    "one": _one,
    "at_most_one": _at_most_one,
    "at_least_one": _at_least_one,
    "ordered": _ordered,
    "among": _among,
    "differs": _differs,
    "within": _within,
    "below": _below,
    "inside": _inside,
    "numbers": _numbers,
    "apart": _apart,
    "known": _known,
}


# ---- values


def _at(node: Yaml, field: str) -> Yaml | None:
    if "." not in field:
        return node.fields.get(field) if isinstance(node, YamlMap) else None
    return next(iter(select(node, tuple(field.split("."))).nodes), None)


def _plain(node: Yaml | None) -> object:
    return node.value if isinstance(node, YamlScalar) else None if node is None else node


def _is_absent(node: Yaml | None) -> bool:
    return is_absent(node) or (isinstance(node, YamlScalar) and node.value == "") or (isinstance(node, YamlList) and not node.items)


def _is_empty(node: Yaml) -> bool:
    """A mapping of empty things is empty too: so is a selector that selects by nothing."""
    return _is_absent(node) or (isinstance(node, YamlMap) and all(_is_empty(part) for part in node.fields.values()))


def _whole(node: Yaml) -> int | None:
    return node.value if isinstance(node, YamlScalar) and isinstance(node.value, int) and not isinstance(node.value, bool) else None


def _amount(node: Yaml) -> Fraction | int | None:
    """A number, or an amount with a unit; texts that are neither have no bounds."""
    if not isinstance(node, YamlScalar) or isinstance(node.value, bool) or node.value is None:
        return None
    try:
        return quantity(node.value if isinstance(node.value, str) else str(node.value))
    except ValueError:
        return None


def _and(words: Sequence[object]) -> str:
    return " and ".join(f"`{each}`" for each in words)


def _either(words: Sequence[object]) -> str:
    shown = [f"`{each}`" for each in words]
    return " or ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
