"""What written types mean. A type alias is its type; a range's bound may be an `int` constant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import assert_never

from kmodel.records import dataclass
from kmodel.source import Diagnostic, Span
from kmodel.syntax import tree
from kmodel.typed.faults import Fault, fault, silent, suggest
from kmodel.typed.relate import BOTTOM, PLAIN, number_kind, optional, wording
from kmodel.typed.scope import Named, Scope
from kmodel.typed.types import BottomType, EntityType, EnumType, ListType, MapType, RangeType, RecordType, SetType, TupleType, Type

_TYPES = ("enum", "record", "entity", "type")


@dataclass(slots=True)
class Resolver:
    """Resolves the types of all modules. What means nothing is reported, by module, and BottomType."""

    scopes: Mapping[str, Scope]
    faults: Mapping[str, list[Diagnostic]]
    type_of: Callable[[Named], Type]
    aliases: dict[str, Type] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def type(self, node: tree.TypeNode, scope: Scope) -> Type:
        try:
            return self._type(node, scope)
        except Fault as found:
            if found.diagnostic is not None:
                self.faults[scope.module].append(found.diagnostic)
            return BOTTOM

    def _type(self, node: tree.TypeNode, scope: Scope) -> Type:
        match node:
            case tree.NamedType(name):
                return PLAIN[name] if name in PLAIN else self._named(name, node.span, scope)
            case tree.OptionalType(item):
                return optional(self.type(item, scope))
            case tree.TupleType(items):
                return TupleType(tuple(self.type(item, scope) for item in items))
            case tree.RangeType(low, high):
                return RangeType(self._bound(low, node, scope), self._bound(high, node, scope))
            case tree.AppliedType():
                return self._applied(node, scope)
            case _:
                assert_never(node)

    def _bound(self, bound: int | str, node: tree.RangeType, scope: Scope) -> int | str:
        if isinstance(bound, int):
            return bound
        named = scope.need(bound, "const", node.span)
        type_ = self.type_of(named)
        if isinstance(type_, BottomType):
            raise silent()
        if number_kind(type_) != "int":
            raise fault("type-mismatch", f"`{bound}` is {wording(type_)}, and a bound is an int", node.span, "name an `int` constant")
        return named.name

    def _applied(self, node: tree.AppliedType, scope: Scope) -> Type:
        types = [self.type(argument, scope) for argument in node.arguments if not isinstance(argument, int)]
        lengths = [argument for argument in node.arguments if isinstance(argument, int)]
        match node.name, types, lengths:
            case "set", [item], []:
                return SetType(item)
            case "list", [item], []:
                return ListType(item)
            case "list", [item], [most]:
                return ListType(item, most)
            case "map", [key, value], []:
                return MapType(key, value)
            case _:
                help_ = "there are `set[T]`, `map[K, V]`, `list[T]` and `list[T, 5]`"
                raise fault("unknown-type", f"`{node.span.text}` is no type", node.span, help_)

    def _named(self, name: str, span: Span, scope: Scope) -> Type:
        named = scope.find(name, span)
        match named.kind if named is not None else None:
            case "enum":
                return EnumType(_qualified(named))
            case "record":
                return RecordType(_qualified(named))
            case "entity":
                return EntityType(_qualified(named))
            case "type":
                assert named is not None
                return self.alias(named)
            case _:
                pass
        if named is None and scope.incomplete:
            raise silent()
        known = [*PLAIN, *(each.declared.name for each in scope.visible(*_TYPES))]
        help_ = scope.to_import(name) or suggest(name, known) or "declare it, or import the module that does"
        raise fault("unknown-type", f"`{name}` is no type here", span, help_)

    def alias(self, named: Named) -> Type:
        """The type that a `type` declaration names; one that contains itself is a fault."""
        assert isinstance(named.declared, tree.TypeAliasDeclaration)
        if named.name in self.open:
            raise fault("recursive-type", f"`{named.declared.name}` is defined by itself", named.declared.name_span, "write the type out")
        if named.name not in self.aliases:
            self.open.append(named.name)
            self.aliases[named.name] = self.type(named.declared.type, self.scopes[named.module])
            self.open.pop()
        return self.aliases[named.name]


def _qualified(named: Named | None) -> str:
    assert named is not None
    return named.name
