"""What the objects say that no declaration reads, so that silence is never mistaken for agreement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kmodel.manifests.instance import NotModelled
from kmodel.manifests.nodes import Yaml, YamlList, YamlMap, is_absent
from kmodel.manifests.objects import ENVELOPE, OWNERS, Object
from kmodel.manifests.paths import EACH, show, steps
from kmodel.records import dataclass
from kmodel.typed.module import EntitySymbol, FieldSymbol, Program, ReadFrom
from kmodel.typed.types import ListType, OptionalType, RecordType, SetType, Type


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read from a node: the rest of a path, and the type of what it leads to (None: all below is read)."""

    path: tuple[str, ...]
    type: Type | None


def not_modelled(objects: Iterable[Object], program: Program, entities: Iterable[EntitySymbol]) -> tuple[NotModelled, ...]:
    """The kinds that no source names, and the outermost unread paths of the others, with the objects that have them."""
    sources = [(entity, source) for entity in entities for source in entity.sources]
    readings = _readings(program, sources)
    kinds = {kind for _, kind in readings}
    counts: dict[tuple[str, str | None], int] = {}
    for item in objects:
        known = readings.get((item.api_version, item.kind))
        if known is None:
            label = f"{item.kind} ({item.api_version})" if item.kind in kinds else item.kind
            counts[label, None] = counts.get((label, None), 0) + 1
            continue
        for path in {show(path) for path in _unread(program, item.root, known, ())}:
            counts[item.kind, path] = counts.get((item.kind, path), 0) + 1
    ordered = sorted(counts.items(), key=lambda pair: (pair[0][0], pair[0][1] or ""))
    return tuple(NotModelled(kind, path, count) for (kind, path), count in ordered)


def _readings(program: Program, sources: Iterable[tuple[EntitySymbol, ReadFrom]]) -> Mapping[tuple[str, str], frozenset[Reading]]:
    """What is read from the root of the objects of each kind."""
    found: dict[tuple[str, str], set[Reading]] = {}
    for entity, source in sources:
        known = found.setdefault((source.api_version, source.kind), {Reading(path, None) for path in ENVELOPE})
        start = steps(source.at) if source.at is not None else ()
        if source.times is not None:
            known.add(Reading(steps(source.times), None))
        known |= {Reading(OWNERS if each.path.startswith('"#') else steps(each.path), None) for each in source.unless}
        for symbol in entity.fields:
            known |= set(_of_field(program, symbol, start))
    return {key: frozenset(known) for key, known in found.items()}


def _of_field(program: Program, symbol: FieldSymbol, start: tuple[str, ...]) -> Iterator[Reading]:
    if symbol.at is not None:
        path = (*start, *steps(symbol.at))
        yield Reading(path, _item(symbol.type) if EACH in steps(symbol.at) else symbol.type)
    elif len(symbol.of) == 1:
        path = steps(symbol.of[0])
        yield Reading(path, _item(symbol.type) if EACH in path else symbol.type)
    else:
        yield from (Reading(steps(path), None) for path in symbol.of)
    yield from _of_records(program, symbol.type, set())


def _of_records(program: Program, type_: Type, seen: set[str]) -> Iterator[Reading]:
    """What the records of a type read from the object's root, wherever they stand."""
    match type_:
        case OptionalType(item=item) | ListType(item=item) | SetType(item=item):
            yield from _of_records(program, item, seen)
        case RecordType(name=name) if name not in seen:
            seen.add(name)
            for symbol in program.records[name].fields:
                yield from (Reading(steps(path), None) for path in symbol.of)
                yield from _of_records(program, symbol.type, seen)
        case _:
            pass


def _item(type_: Type) -> Type | None:
    match type_:
        case OptionalType(item=item):
            return _item(item)
        case ListType(item=item) | SetType(item=item):
            return item
        case _:
            return None


def _unread(program: Program, node: Yaml, readings: frozenset[Reading], at: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The outermost paths below a node that none of the readings of the node leads to."""
    inner = {deeper for reading in readings for deeper in _opened(program, reading)}
    if any(reading.path == () for reading in inner):
        return
    if isinstance(node, YamlMap):
        parts: Iterable[tuple[str, Yaml]] = node.fields.items()
    else:
        parts = ((EACH, item) for item in node.items) if isinstance(node, YamlList) else ()
    for step, part in parts:
        below = frozenset(Reading(reading.path[1:], reading.type) for reading in inner if reading.path[0] == step)
        if below:
            yield from _unread(program, part, below, (*at, step))
        elif not is_absent(part):
            yield (*at, step)


def _opened(program: Program, reading: Reading) -> Iterator[Reading]:
    """A reading whose path is at its end goes on into the fields of a record, or the items of a list; else it reads all."""
    if reading.path:
        yield reading
        return
    match reading.type:
        case OptionalType(item=item):
            yield from _opened(program, Reading((), item))
        case ListType(item=RecordType() | OptionalType() | ListType() | SetType() as item) | SetType(item=RecordType() as item):
            yield Reading((EACH,), item)
        case RecordType(name=name):
            for symbol in program.records[name].fields:
                if symbol.at is not None or not symbol.of:
                    path = steps(symbol.at or symbol.short)
                    yield Reading(path, _item(symbol.type) if EACH in path else symbol.type)
        case _:
            yield Reading((), None)
