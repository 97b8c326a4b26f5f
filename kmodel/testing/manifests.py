"""Strategies for manifests: objects that the entities of a program are read from, with the fields that it reads.

What is drawn is what a spec can tell apart: every field that it reads, at its own path and of its own type, given or left out where the
spec has a default. Nothing else of an object is drawn, so that shrinking leaves what matters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from kmodel.manifests import EACH, NAMES_OF_OBJECTS, path_steps
from kmodel.pipeline.specs import Specs, link
from kmodel.source import Diagnostic, Rejected
from kmodel.typed.module import EntitySymbol, FieldSymbol, Program, ReadFrom
from kmodel.typed.types import (
    BoolType,
    CidrType,
    EntityType,
    EnumType,
    IntOrStringType,
    IntType,
    IpType,
    ListType,
    MapType,
    OptionalType,
    RangeType,
    RecordType,
    SetType,
    StringType,
    Type,
)

NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
_FEW = 3


def objects(path: str | Path, entity: str) -> st.SearchStrategy[dict[str, Any]]:
    """One object that the entity of the spec at `path` (or of what it imports) is read from."""
    specs = link([Path(path)])
    symbol = _entity(specs, entity)
    kinds = {(source.api_version, source.kind) for source in symbol.sources if source.times_entity is None}
    return st.sampled_from(sorted(kinds)).flatmap(lambda kind: _object(specs.program, *kind))


def manifests(path: str | Path, *entities: str, most: int = 4) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Objects for several entities, no two of one kind and name: what one cluster could have."""
    drawn = st.one_of([objects(path, entity) for entity in entities])
    return st.lists(drawn, max_size=most, unique_by=lambda item: (item["kind"], item["metadata"]["name"]))


def _entity(specs: Specs, name: str) -> EntitySymbol:
    found = [symbol for symbol in specs.program.entities.values() if name in (symbol.short, symbol.name) and symbol.sources]
    if specs.diagnostics or not found:
        missing = Diagnostic("unknown-entity", f"no entity `{name}` is read from manifests", help="name one that has `from`")
        raise Rejected(specs.diagnostics or [missing])
    return found[0]


@st.composite
def _object(draw: st.DrawFn, program: Program, api_version: str, kind: str) -> dict[str, Any]:
    """An object with what every entity reads that is read from its kind."""
    made: dict[str, Any] = {"apiVersion": api_version, "kind": kind, "metadata": {"name": draw(NAMES)}}
    readers = [
        (symbol, source)
        for symbol in program.entities.values()
        for source in symbol.sources
        if (source.api_version, source.kind) == (api_version, kind) and EACH not in _part(source)
    ]
    for _, source in readers:
        _put(made, _part(source), {})
        if source.times is not None and draw(st.booleans()):
            _put(made, path_steps(source.times), draw(st.integers(1, _FEW)))
    for field, path in _placed([(field, _part(source)) for symbol, source in readers for field in symbol.fields]):
        if (field.default is None and not isinstance(field.type, OptionalType)) or draw(st.booleans()):
            _put(made, path, draw(_values(program, field.type, 0)))
    return made


def _part(source: ReadFrom) -> tuple[str, ...]:
    return path_steps(source.at) if source.at is not None else ()


def _placed(fields: Sequence[tuple[FieldSymbol, tuple[str, ...]]]) -> list[tuple[FieldSymbol, tuple[str, ...]]]:
    """The fields that have one path of their own, and where it is. What goes through lists is read from what others write."""
    placed: dict[tuple[str, ...], FieldSymbol] = {}
    for field, part in fields:
        path = (*part, *path_steps(field.at)) if field.at is not None else path_steps(field.of[0]) if len(field.of) == 1 else ()
        is_own = path and EACH not in path and not path[0].startswith("#") and path not in NAMES_OF_OBJECTS
        if is_own and not any(path[: len(known)] == known or known[: len(path)] == path for known in placed):
            placed[path] = field
    return [(field, path) for path, field in placed.items()]


def _put(made: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        made = made.setdefault(step, {})
    if path:
        made.setdefault(path[-1], value)


def _values(program: Program, type_: Type, depth: int) -> st.SearchStrategy[Any]:
    """What a manifest may say where a value of the type is read."""
    match type_:
        case OptionalType(item=item):
            return _values(program, item, depth)
        case ListType(item=item) | SetType(item=item):
            return st.lists(_values(program, item, depth + 1), max_size=_FEW if depth < _FEW else 0)
        case MapType(value=value):
            return st.dictionaries(NAMES, _values(program, value, depth + 1), max_size=_FEW)
        case RecordType(name=name):
            return _record(program, program.records[name].fields, depth)
        case EnumType(name=name):
            return st.sampled_from(program.enums[name].members)
        case _:
            return _scalars(program, type_)


def _scalars(program: Program, type_: Type) -> st.SearchStrategy[Any]:
    match type_:
        case BoolType():
            return st.booleans()
        case IntType(kind="int"):
            return st.integers(0, 1000)
        case IntType(kind=kind):
            return st.integers(1, 4000).map(_UNITS[kind].format)
        case RangeType(low=low, high=high):
            return st.integers(low if isinstance(low, int) else 0, high if isinstance(high, int) else 0)
        case IntOrStringType():
            return st.one_of(st.integers(1, 65535), st.integers(0, 100).map("{}%".format), NAMES)
        case IpType():
            return st.ip_addresses(v=4).map(str)
        case CidrType():
            return st.integers(0, 255).map("10.{}.0.0/16".format)
        case StringType() | EntityType():
            return NAMES
        case _:
            raise AssertionError(f"no manifest says a {type_}")


_UNITS: Mapping[str, str] = {"cpu": "{}m", "bytes": "{}Mi", "duration": "{}s"}


@st.composite
def _record(draw: st.DrawFn, program: Program, fields: Sequence[FieldSymbol], depth: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for field in fields:
        path = path_steps(field.at or field.short)
        if field.of or EACH in path:
            continue
        if field.default is None or (depth < _FEW and draw(st.booleans())):
            _put(made, path, draw(_values(program, field.type, depth + 1)))
    return made
