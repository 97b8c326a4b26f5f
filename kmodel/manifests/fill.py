"""The fields of an individual from its object, by their declared paths and types."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field
from functools import partial
from typing import TypeVar, assert_never

from kmodel.manifests.constants import Known, constant
from kmodel.manifests.conversions import member, simple, text, wrong_value
from kmodel.manifests.individuals import Draft
from kmodel.manifests.nodes import Yaml, YamlList, YamlMap, YamlScalar, is_absent
from kmodel.manifests.objects import NAME, NAMESPACE
from kmodel.manifests.owners import ROOT
from kmodel.manifests.paths import COPY, Selection, missing, select, show, steps, wrong_kind
from kmodel.manifests.references import References
from kmodel.manifests.scalars import resolve
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected, Span
from kmodel.typed.module import FieldSymbol, Program
from kmodel.typed.types import (
    BoolType,
    BottomType,
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
    TemporalType,
    TupleType,
    Type,
)
from kmodel.typed.values import MapValue, RecordValue, Value

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Read:
    """A value that the object gives, and where: at one `node`, if it is one; None instead of a Read says that it gives none."""

    value: Value
    span: Span = field(compare=False, repr=False)
    node: Yaml | None = field(default=None, compare=False, repr=False)


def every(parts: Iterable[Callable[[], T]]) -> list[T]:
    """All results, or all that is wrong with them."""
    results: list[T] = []
    diagnostics: list[Diagnostic] = []
    for part in parts:
        try:
            results.append(part())
        except Rejected as rejected:
            diagnostics.extend(rejected.diagnostics)
    if diagnostics:
        raise Rejected(diagnostics)
    return results


@dataclass(frozen=True, slots=True)
class Filler:
    """Reads the fields of one draft."""

    program: Program
    references: References
    draft: Draft

    def field(self, symbol: FieldSymbol) -> Read | None:
        """An entity's field: None when the object gives no value and the declaration may have a default to evaluate."""
        if symbol.at is None and not symbol.of:
            return None
        read = self.given(symbol, self.draft.part)
        if read is not None or symbol.default is not None:
            return read
        empty = self.empty(symbol.type)
        return None if empty is None else Read(empty.value, self.draft.object.span)

    def given(self, symbol: FieldSymbol, part: Yaml) -> Read | None:
        """What the object says of a field of an entity or of a record that is read from `part`."""
        root = self.draft.object.root
        if symbol.at is not None or not symbol.of:
            path = steps(symbol.at or symbol.short)
            read = self.at(symbol, symbol.type, part, path)
            return self.own(symbol, path) if read is None and part is self.draft.part else read
        if len(symbol.of) == 1:
            return self.at(symbol, symbol.type, root, steps(symbol.of[0]))
        return self.joined(symbol, [steps(path) for path in symbol.of])

    def own(self, symbol: FieldSymbol, path: tuple[str, ...]) -> Read | None:
        """What a part need not say, since it is the individual's: its name and namespace."""
        own = self.draft.base if path == NAME else self.draft.object.namespace if path == NAMESPACE else None
        return None if own is None else self.said(symbol.type, own)

    def said(self, type_: Type, value: str | int) -> Read:
        """What the draft itself says, as if it were written at the object's name."""
        node = YamlScalar(value, str(value), self.draft.object.span)
        return Read(self.value(type_, node), node.span)

    def at(self, symbol: FieldSymbol, type_: Type, node: Yaml, path: tuple[str, ...]) -> Read | None:
        if path == COPY:
            return self.said(type_, self.draft.copy)
        if path[0] == ROOT:
            node, path = self.draft.root.root, path[1:]
        selection = select(node, path)
        if not selection.present:
            return None
        if selection.many:
            return self.many(symbol, type_, selection, node)
        (found,) = selection.nodes
        assert found is not None
        return Read(self.value(type_, found), found.span, found)

    def many(self, symbol: FieldSymbol, type_: Type, selection: Selection, node: Yaml) -> Read:
        """What a path through a list leads to. An item that has nothing there counts if nothing is a value of the type."""
        match type_:
            case OptionalType(item=inner):
                return self.many(symbol, inner, selection, node)
            case ListType(item=item) | SetType(item=item):
                empty = self.empty(item)
                found = [one for one in selection.nodes if one is not None or empty is not None]
                values = every(partial(self.item, item, one, empty) for one in found)
                span = next((one.span for one in found if one is not None), node.span)
                return Read(self.collected(type_, values, span), span)
            case _:
                message = f"the path of `{symbol.short}` leads to several values, but its type holds one"
                help_ = "declare a list or a set, or a path without `[]`"
                raise Rejected([Diagnostic("path-yields-list", message, symbol.span, (), help_)])

    def item(self, type_: Type, node: Yaml | None, empty: Known | None) -> Value:
        if node is not None:
            return self.value(type_, node)
        assert empty is not None
        return empty.value

    def collected(self, type_: ListType | SetType, values: list[Value], span: Span) -> Value:
        if isinstance(type_, SetType):
            return frozenset(values)
        if type_.most is not None and len(values) > type_.most:
            message = f"{len(values)} items stand where at most {type_.most} fit"
            raise Rejected([Diagnostic("wrong-value", message, span, (), "remove some, or declare a longer list")])
        return tuple(values)

    def joined(self, symbol: FieldSymbol, paths: list[tuple[str, ...]]) -> Read | None:
        """Several values of the object's root: a tuple of them, or their texts with `/` between (nothing for an absent one)."""
        root = self.draft.object.root
        if isinstance(symbol.type, TupleType):
            return self.tuple_of(symbol, symbol.type.items, paths)
        types = (IntOrStringType() if path == COPY else StringType() for path in paths)
        reads = every(partial(self.at, symbol, type_, root, path) for type_, path in zip(types, paths, strict=True))
        if not (present := [read for read in reads if read is not None]):
            return None
        whole = "/".join("" if read is None else str(read.value) for read in reads)
        return Read(self.value(symbol.type, YamlScalar(whole, whole, present[0].span)), present[0].span)

    def tuple_of(self, symbol: FieldSymbol, types: tuple[Type, ...], paths: list[tuple[str, ...]]) -> Read | None:
        if len(types) != len(paths):
            message = f"`{symbol.short}` is a tuple of {len(types)}, but is read from {len(paths)} paths"
            raise Rejected([Diagnostic("wrong-path-count", message, symbol.span, (), "give as many paths as the tuple has items")])
        item = self.draft.object
        reads = every(partial(self.at, symbol, type_, item.root, path) for type_, path in zip(types, paths, strict=True))
        if not (present := [read for read in reads if read is not None]):
            return None
        known = [read or self.empty(type_) for read, type_ in zip(reads, types, strict=True)]
        absent = [missing(show(path), item.span) for path, one in zip(paths, known, strict=True) if one is None]
        if absent:
            raise Rejected(absent)
        return Read(tuple(one.value for one in known if one is not None), present[0].span)

    def empty(self, type_: Type) -> Known | None:
        """What nothing at all stands for: `none`, an empty collection, a record of defaults."""
        match type_:
            case OptionalType():
                return Known(None)
            case ListType():
                return Known(())
            case SetType():
                return Known(frozenset())
            case MapType():
                return Known(MapValue(()))
            case RecordType(name=name):
                return self.defaults(name)
            case _:
                return None

    def defaults(self, name: str) -> Known | None:
        values: list[tuple[str, Value]] = []
        for symbol in self.program.records[name].fields:
            known = constant(symbol.default) if symbol.default is not None else self.empty(symbol.type)
            if known is None:
                return None
            values.append((symbol.short, known.value))
        return Known(RecordValue(name, tuple(values)))

    def value(self, type_: Type, node: Yaml) -> Value:
        """A node that is there as a value of a type."""
        match type_:
            case BoolType() | IntType() | RangeType() | StringType() | IntOrStringType() | IpType() | CidrType():
                return simple(type_, node)
            case EnumType(name=name):
                return member(self.program.enums[name], node)
            case EntityType(name=name):
                return self.references.required(name, text(node), self.draft, node)
            case OptionalType(item=item):
                return self.optional(item, node)
            case RecordType(name=name):
                return self.record(name, node)
            case ListType(item=item) | SetType(item=item):
                return self.collected(type_, every(partial(self.value, item, one) for one in _list(node).items), node.span)
            case MapType():
                return self.mapping(type_, node)
            case TupleType(items=items):
                return self.fixed(items, _list(node))
            case TemporalType() | BottomType():
                raise AssertionError(f"no declared type: {type_}")
            case _:
                assert_never(type_)

    def optional(self, item: Type, node: Yaml) -> Value:
        if is_absent(node):
            return None
        if isinstance(item, EntityType):
            return self.references.optional(item.name, text(node), self.draft, node)
        return self.value(item, node)

    def fixed(self, types: tuple[Type, ...], node: YamlList) -> Value:
        if len(types) != len(node.items):
            message = f"{len(node.items)} items stand where {len(types)} are expected"
            raise Rejected([wrong_value(node, message, f"write {len(types)} items")])
        return tuple(every(partial(self.value, type_, one) for type_, one in zip(types, node.items, strict=True)))

    def mapping(self, type_: MapType, node: Yaml) -> Value:
        fields = _map(node)
        present = {key: one for key, one in fields.fields.items() if not is_absent(one)}
        pairs = every(partial(self.pair, type_, fields.keys[key], key, one) for key, one in present.items())
        return MapValue.of(dict(pairs))

    def pair(self, type_: MapType, span: Span, key: str, node: Yaml) -> tuple[Value, Value]:
        written = YamlScalar(resolve(key) if isinstance(type_.key, IntType | RangeType | BoolType) else key, key, span)
        first, second = every([partial(self.value, type_.key, written), partial(self.value, type_.value, node)])
        return first, second

    def record(self, name: str, node: Yaml) -> Value:
        fields = _map(node)
        return RecordValue(name, tuple(every(partial(self.part, symbol, fields) for symbol in self.program.records[name].fields)))

    def part(self, symbol: FieldSymbol, node: YamlMap) -> tuple[str, Value]:
        """A record's field: what the object gives, else a default that needs no evaluation, else nothing if that is a value."""
        known: Read | Known | None = self.given(symbol, node)
        if known is None:
            known = constant(symbol.default) if symbol.default is not None else self.empty(symbol.type)
        if known is None:
            raise Rejected([missing(show(steps(symbol.at or symbol.short)), node.span)])
        return symbol.short, known.value


def _list(node: Yaml) -> YamlList:
    if not isinstance(node, YamlList):
        raise Rejected([wrong_kind(node, "a list")])
    return node


def _map(node: Yaml) -> YamlMap:
    if not isinstance(node, YamlMap):
        raise Rejected([wrong_kind(node, "a mapping")])
    return node
