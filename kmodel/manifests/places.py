"""Where the parts of a value stand in the object that it was read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from kmodel.manifests.nodes import Yaml, YamlList, YamlMap, YamlScalar, is_absent
from kmodel.manifests.paths import EACH, select, steps
from kmodel.source import Span
from kmodel.typed.module import Program
from kmodel.typed.types import ListType, MapType, OptionalType, RecordType, SetType, Type

Path: TypeAlias = "tuple[str | int, ...]"
"""From a value to a part of it: names of fields, keys of maps (as text), positions of items."""


def places(program: Program, type_: Type, node: Yaml) -> Mapping[Path, Span]:
    """By path, the part of the node that says it: of an entry of a map, from its key on."""
    return dict(_places(program, type_, node, (), node.span))


def _places(program: Program, type_: Type, node: Yaml, path: Path, span: Span) -> Iterator[tuple[Path, Span]]:
    yield path, span
    match type_, node:
        case OptionalType(item=item), _:
            yield from _places(program, item, node, path, span)
        case ((ListType(item=item) | SetType(item=item)), YamlList(items=items)):
            for at, part in enumerate(items):
                yield from _places(program, item, part, (*path, at), part.span)
        case MapType(value=value), YamlMap(fields=fields, keys=keys):
            for key, part in fields.items():
                yield from _places(program, value, part, (*path, key), _entry(keys[key], part))
        case RecordType(name=name), YamlMap():
            yield from _fields(program, name, node, path)
        case _:
            return


def _fields(program: Program, record: str, node: YamlMap, path: Path) -> Iterator[tuple[Path, Span]]:
    for symbol in program.records[record].fields:
        at = steps(symbol.at or symbol.short)
        found = None if symbol.of or EACH in at else next(iter(select(node, at).nodes), None)
        if found is None or is_absent(found):
            continue
        holder = next(iter(select(node, at[:-1]).nodes), None) if len(at) > 1 else node
        span = _entry(holder.keys[at[-1]], found) if isinstance(holder, YamlMap) else found.span
        yield from _places(program, symbol.type, found, (*path, symbol.short), span)


def _entry(key: Span, value: Yaml) -> Span:
    """A key with its value where that is short; of a longer one the key."""
    return Span(key.source, key.start, value.span.end) if isinstance(value, YamlScalar) and value.span.start >= key.start else key
