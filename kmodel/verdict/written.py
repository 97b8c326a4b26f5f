"""Values as the Informal Trace Format writes them, by the shape of the place that holds them.

| value | written |
|---|---|
| bool; text, enum member, individual, address | itself; its text |
| whole number | `{"#bigint": "12"}` |
| `none`, and a value of an optional type | `{"tag": "None", "value": {"#tup": []}}`, `{"tag": "Some", "value": …}` |
| tuple, list | `{"#tup": […]}`, `[…]` |
| set, map | `{"#set": […]}`, `{"#map": [[key, value], …]}` |
| record | an object of its fields |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from json import dumps
from typing import NoReturn, TypeAlias, assert_never

from kmodel.ground.system import (
    BoolShape,
    ChoiceShape,
    FixedShape,
    ListShape,
    MapShape,
    NumberShape,
    OptionalShape,
    RecordShape,
    SetShape,
    Shape,
    TupleShape,
)
from kmodel.typed.types import ListType, MapType, OptionalType, SetType, TupleType, Type
from kmodel.typed.values import MapValue, RecordValue, Value

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

NONE: Json = {"tag": "None", "value": {"#tup": []}}


class Strange(Exception):
    """A written value is none that the place can hold; the text says why."""


def some(value: Json) -> Json:
    return {"tag": "Some", "value": value}


def write_plain(value: Value, type_: Type | None = None) -> Json:
    """A value of which no shape is known; the type (None: not known) tells optional values and lists."""
    if isinstance(type_, OptionalType):
        return NONE if value is None else some(write_plain(value, type_.item))
    match value:
        case None:
            return NONE
        case bool():
            return value
        case int():
            return {"#bigint": str(value)}
        case tuple():
            return _write_items(value, type_)
        case frozenset():
            inner = type_.item if isinstance(type_, SetType) else None
            return {"#set": sorted((write_plain(item, inner) for item in value), key=str)}
        case MapValue(pairs):
            key, item = (type_.key, type_.value) if isinstance(type_, MapType) else (None, None)
            return {"#map": [[write_plain(name, key), write_plain(each, item)] for name, each in pairs]}
        case RecordValue():
            return {name: write_plain(each) for name, each in value.fields}
        case _:
            return str(value)


def _write_items(value: tuple[Value, ...], type_: Type | None) -> Json:
    if isinstance(type_, ListType):
        return [write_plain(item, type_.item) for item in value]
    types: Iterable[Type | None] = type_.items if isinstance(type_, TupleType) else (None,) * len(value)
    return {"#tup": [write_plain(item, each) for item, each in zip(value, types, strict=True)]}


def write(shape: Shape, value: Value, type_: Type | None = None) -> Json:
    """The value of a place of this shape."""
    match shape:
        case FixedShape():
            return write_plain(value, type_)
        case BoolShape():
            return bool(value)
        case NumberShape():
            return write_plain(value)
        case ChoiceShape(values=values):
            return _write_choice(values, value, type_)
        case OptionalShape(item=item):
            return NONE if value is None else some(write(item, value, type_.item if isinstance(type_, OptionalType) else None))
        case RecordShape(fields=fields):
            assert isinstance(value, RecordValue)
            return {name: write(part, value.get(name)) for name, part in fields}
        case TupleShape(items=items):
            assert isinstance(value, tuple)
            return {"#tup": [write(part, each) for part, each in zip(items, value, strict=True)]}
        case SetShape(items=known):
            assert isinstance(value, frozenset)
            return {"#set": [write_plain(item, _item(type_)) for item, _ in known if item in value]}
        case MapShape(pairs=pairs):
            assert isinstance(value, MapValue)
            held = value.as_dict()
            return {"#map": [[write_plain(key, _key(type_)), write(part, held[key])] for key, _, part in pairs if key in held]}
        case ListShape(items=items):
            assert isinstance(value, tuple)
            return [write(part, each) for part, each in zip(items, value, strict=False)]
        case _:
            assert_never(shape)


def _item(type_: Type | None) -> Type | None:
    return type_.item if isinstance(type_, SetType) else None


def _key(type_: Type | None) -> Type | None:
    return type_.key if isinstance(type_, MapType) else None


def _write_choice(values: Sequence[Value], value: Value, type_: Type | None) -> Json:
    """One of some values, which are optional ones where one of them is `none`."""
    inner = type_.item if isinstance(type_, OptionalType) else None if None in values else type_
    if None not in values and not isinstance(type_, OptionalType):
        return write_plain(value, inner)
    return NONE if value is None else some(write_plain(value, inner))


def read(shape: Shape, written: Json, type_: Type | None = None) -> Value:
    """The value that is written; raises `Strange` where a place of this shape has none so written."""
    match shape:
        case FixedShape(value=value):
            return _one_of([value], [write(shape, value, type_)], written)
        case BoolShape():
            return _bool(written)
        case NumberShape():
            return read_number(written)
        case ChoiceShape(values=values):
            return _one_of(values, [_write_choice(values, value, type_) for value in values], written)
        case OptionalShape(item=item):
            inner = type_.item if isinstance(type_, OptionalType) else None
            return None if written == NONE else read(item, _some(written), inner)
        case RecordShape(record=record, fields=fields):
            given = _fields(written, [name for name, _ in fields])
            return RecordValue(record, tuple((name, read(part, given[name])) for name, part in fields))
        case TupleShape(items=items):
            return tuple(read(part, each) for part, each in zip(items, _exactly(len(items), _under("#tup", written)), strict=True))
        case SetShape(items=known):
            possible = [item for item, _ in known]
            forms = [write_plain(item, _item(type_)) for item in possible]
            return frozenset(_one_of(possible, forms, each) for each in _distinct(_under("#set", written)))
        case MapShape():
            return _read_map(shape, written, type_)
        case ListShape(items=items):
            return tuple(read(part, each) for part, each in zip(items, _at_most(len(items), _items(written)), strict=False))
        case _:
            assert_never(shape)


def _read_map(shape: MapShape, written: Json, type_: Type | None) -> Value:
    keys = [key for key, _, _ in shape.pairs]
    forms = [write_plain(key, _key(type_)) for key in keys]
    parts = {key: part for key, _, part in shape.pairs}
    found: dict[Value, Value] = {}
    for pair in _under("#map", written):
        name, item = _exactly(2, _items(pair))
        key = _one_of(keys, forms, name)
        if key in found:
            _refuse(name, "is there twice")
        found[key] = read(parts[key], item)
    return MapValue.of(found)


def read_number(written: Json) -> int:
    """The whole number that is written; raises `Strange`."""
    text = written["#bigint"] if isinstance(written, Mapping) and written.keys() == {"#bigint"} else None
    if isinstance(text, str) and len(text) <= 4000 and text.removeprefix("-").isdecimal() and text.isascii():
        return int(text)
    return _refuse(written, "is not a whole number")


def _bool(written: Json) -> bool:
    return written if isinstance(written, bool) else _refuse(written, "is neither true nor false")


def _one_of(values: Sequence[Value], forms: Sequence[Json], written: Json) -> Value:
    for value, form in zip(values, forms, strict=True):
        if form == written and isinstance(form, bool) == isinstance(written, bool):
            return value
    return _refuse(written, "is not a value that it can have")


def _some(written: Json) -> Json:
    if isinstance(written, Mapping) and written.keys() == {"tag", "value"} and written["tag"] == "Some":
        return written["value"]
    return _refuse(written, "is not an optional value")


def _fields(written: Json, names: Sequence[str]) -> Mapping[str, Json]:
    if isinstance(written, Mapping) and written.keys() == set(names):
        return written
    return _refuse(written, f"is not a record of {', '.join(f'`{name}`' for name in names)}")


def _under(tag: str, written: Json) -> Sequence[Json]:
    if isinstance(written, Mapping) and written.keys() == {tag}:
        return _items(written[tag])
    return _refuse(written, f"is not written with `{tag}`")


def _items(written: Json) -> Sequence[Json]:
    return written if isinstance(written, list | tuple) else _refuse(written, "is not a list")


def _exactly(size: int, items: Sequence[Json]) -> Sequence[Json]:
    return items if len(items) == size else _refuse(list(items), f"has not {size} items")


def _at_most(size: int, items: Sequence[Json]) -> Sequence[Json]:
    return items if len(items) <= size else _refuse(list(items), f"has more than {size} items")


def _distinct(items: Sequence[Json]) -> Sequence[Json]:
    twice = next((item for at, item in enumerate(items) if item in items[:at]), None)
    return items if twice is None else _refuse(twice, "is there twice")


def _refuse(written: Json, why: str) -> NoReturn:
    text = dumps(written, ensure_ascii=False)
    raise Strange(f"`{text if len(text) <= 60 else text[:59] + '…'}` {why}")
