"""What holds of one value of an object, or of each item of a list, as `rules.yaml` in the library says it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kmodel.manifests.conversions import wrong_value
from kmodel.manifests.fields import amount, at, both, either, is_empty, plain, says_nothing
from kmodel.manifests.nodes import Yaml, YamlList, YamlMap, YamlScalar, excerpt
from kmodel.manifests.paths import missing
from kmodel.manifests.schema import Limits, Schema
from kmodel.source import Diagnostic, Span


def limited(known: Schema, limits: Limits, node: Yaml) -> Iterator[Diagnostic]:
    """What is wrong with a value; with each item of a list, but for what is said of the list itself."""
    if limits.get("some") and not isinstance(node, YamlScalar) and is_empty(node):
        yield wrong_value(node, "nothing is in it", "at least one must be given")
    if isinstance(node, YamlMap):
        yield from _mapping(known, limits, node)
    elif isinstance(node, YamlList):
        if len(node.items) > limits.get("most", len(node.items)):
            yield wrong_value(node, f"there are {len(node.items)} of it", f"give at most {limits['most']}")
        for fields in limits.get("unique", ()):
            yield from twice(fields, node.items)
        yield from _named(limits.get("named"), node)
        for part in node.items:
            yield from limited(known, limits, part) if isinstance(part, YamlScalar) else ()
    elif node.value is not None:
        yield from _scalar(known, limits, node)


def _scalar(known: Schema, limits: Limits, node: YamlScalar) -> Iterator[Diagnostic]:
    if "among" in limits and node.value not in limits["among"]:
        yield wrong_value(node, f"`{excerpt(node.text)}` is none of what can stand here", f"write {either(limits['among'])}")
    if "format" in limits and isinstance(node.value, str):
        yield from _written(known, limits["format"], node.value, node.span)
    if limits.get("positive") and (number := amount(node)) is not None and number <= 0:
        yield wrong_value(node, f"`{excerpt(node.text)}` is out of range", "write more than 0")
    if "range" in limits and (number := amount(node)) is not None:
        low, high = limits["range"]
        if (low is not None and number < low) or (high is not None and number > high):
            bounds = f"of at least {low}" if high is None else f"of at most {high}" if low is None else f"from {low} to {high}"
            yield wrong_value(node, f"`{excerpt(node.text)}` is out of range", f"write a number {bounds}")


def _written(known: Schema, name: str, text: str, span: Span) -> Iterator[Diagnostic]:
    format_ = known.formats[name]
    if not format_.fits(text):
        most = f"at most {format_.most} characters: " if format_.most is not None else ""
        yield Diagnostic("wrong-value", f"`{excerpt(text)}` cannot stand here", span, (), f"write {most}{format_.says}")


def _mapping(known: Schema, limits: Limits, node: YamlMap) -> Iterator[Diagnostic]:
    keys, values, whole = limits.get("keys"), limits.get("values"), limits.get("whole")
    for key, part in node.fields.items():
        if whole is not None and known.formats[whole].fits(key) and (amount(part) or 0) % 1:
            yield wrong_value(part, f"there is no part of one `{key}`", "write a whole number")
        if keys is not None:
            yield from _written(known, keys["format"], key, node.keys[key])
        if values is not None and isinstance(part, YamlScalar) and part.value is not None:
            yield from _scalar(known, values, part)


def twice(fields: Sequence[str], parts: Iterable[Yaml]) -> Iterator[Diagnostic]:
    """Parts that have the first of the fields (0 is none), and the same in all of them; after `=` stands what a field is if not given."""
    names, defaults = zip(*(field.partition("=")[::2] for field in fields), strict=True)
    seen: dict[tuple[object, ...], Yaml] = {}
    for part in parts:
        given = at(part, names[0])
        if given is None or plain(given) in (None, 0):
            continue
        values = tuple(plain(at(part, name)) or default for name, default in zip(names, defaults, strict=True))
        first = seen.setdefault(values, given)
        if first is not given:
            also = ((first.span, "first given here"),)
            yield Diagnostic("duplicate-item", f"two items have the same {both(names)}", given.span, also, "change or remove one of them")


def _named(field: str | None, node: YamlList) -> Iterator[Diagnostic]:
    if field is not None and len(node.items) > 1:
        yield from (missing(field, part.span) for part in node.items if says_nothing(at(part, field)))
