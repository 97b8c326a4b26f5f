"""What is declared: types of fields, constants and parameters; defs are typed when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from kmodel.source import Diagnostic, Span
from kmodel.syntax import tree
from kmodel.typed.expressions import Expr, Stage
from kmodel.typed.faults import Fault, fault, suggest
from kmodel.typed.module import DefSymbol, FieldSymbol, Parameter
from kmodel.typed.relate import BOOL, BYTES, CIDR, CPU, DURATION, INT, INT_OR_STRING, IP, STRING, is_finite, item_type, wording
from kmodel.typed.scope import Named, Scope
from kmodel.typed.typer import Typer
from kmodel.typed.types import (
    EntityType,
    EnumType,
    ListType,
    MapType,
    OptionalType,
    RangeType,
    RecordType,
    SetType,
    TupleType,
    Type,
)

PLAIN: Mapping[str, Type] = {
    "bool": BOOL,
    "int": INT,
    "cpu": CPU,
    "bytes": BYTES,
    "duration": DURATION,
    "string": STRING,
    "IntOrString": INT_OR_STRING,
    "ip": IP,
    "cidr": CIDR,
}


@dataclass(slots=True)
class Declarations:
    """The program's declarations while it is being typed: the `Library` that typers ask. `closures` are the modules that a module
    sees, itself included; `faults` are collected by module."""

    scopes: Mapping[str, Scope]
    closures: Mapping[str, frozenset[str]]
    faults: dict[str, list[Diagnostic]]
    tables: dict[str, dict[str, FieldSymbol]] = field(default_factory=dict)
    declared_types: dict[str, Type] = field(default_factory=dict)
    signatures: dict[str, tuple[Parameter, ...]] = field(default_factory=dict)
    defs: dict[str, DefSymbol] = field(default_factory=dict)
    stages: dict[str, Stage] = field(default_factory=dict)
    open_defs: list[str] = field(default_factory=list)
    open_aliases: list[str] = field(default_factory=list)

    # ---- what typers ask

    def type_of(self, named: Named) -> Type:
        if named.name not in self.declared_types:
            assert isinstance(named.declared, tree.Const | tree.Var)
            self.declared_types[named.name] = self.resolve(named.declared.type, self.scopes[named.module])
        return self.declared_types[named.name]

    def fields(self, qualified: str) -> Mapping[str, FieldSymbol]:
        return self.tables.get(qualified, {})

    def visible_field(self, symbol: FieldSymbol, module: str) -> bool:
        return symbol.module in self.closures[module]

    def parameters(self, named: Named) -> tuple[Type, ...]:
        return tuple(parameter.type for parameter in self.signature(named))

    def result(self, named: Named, span: Span) -> tuple[Type, Stage]:
        made = self.definition(named, span)
        return made.result, self.stages[named.name]

    def alias(self, named: Named) -> Type:
        assert isinstance(named.declared, tree.TypeAliasDeclaration)
        if named.name in self.open_aliases:
            raise fault("recursive-type", f"`{named.declared.name}` is defined by itself", named.declared.name_span)
        self.open_aliases.append(named.name)
        try:
            return self.resolve(named.declared.type, self.scopes[named.module])
        finally:
            self.open_aliases.pop()

    # ---- types

    def resolve(self, node: tree.TypeNode, scope: Scope) -> Type:
        """The type that a type expression means in a module."""
        match node:
            case tree.OptionalType(item):
                inner = self.resolve(item, scope)
                if isinstance(inner, OptionalType):
                    raise fault("nested-optional", "an optional of an optional says nothing more", node.span, "write one `?`")
                return OptionalType(inner)
            case tree.TupleType(items):
                return TupleType(tuple(self.resolve(item, scope) for item in items))
            case tree.RangeType(low, high):
                return RangeType(self._bound(low, node, scope), self._bound(high, node, scope))
            case tree.AppliedType():
                return self._applied(node, scope)
            case tree.NamedType(name):
                return PLAIN[name] if name in PLAIN else self._named(name, node.span, scope)

    def _bound(self, bound: int | str, node: tree.RangeType, scope: Scope) -> int | str:
        if isinstance(bound, int):
            return bound
        named = scope.need(bound, "const", node.span)
        if self.type_of(named) != INT and not isinstance(self.type_of(named), RangeType):
            raise fault("type-mismatch", f"`{bound}` is {wording(self.type_of(named))}, and a bound is an int", node.span)
        return named.name

    def _applied(self, node: tree.AppliedType, scope: Scope) -> Type:
        types = [self.resolve(argument, scope) for argument in node.arguments if not isinstance(argument, int)]
        most = next((argument for argument in node.arguments if isinstance(argument, int)), None)
        match node.name, types, most:
            case "set", [item], None:
                return SetType(item)
            case "list", [item], _:
                return ListType(item, most)
            case "map", [key, value], None:
                return MapType(key, value)
            case _:
                raise fault(
                    "unknown-type",
                    f"`{node.span.text}` is no type",
                    node.span,
                    "there are `set[T]`, `map[K, V]`, `list[T]` and `list[T, 5]`",
                )

    def _named(self, name: str, span: Span, scope: Scope) -> Type:
        named = scope.dotted(name, span)
        match named.kind if named else None:
            case "enum":
                return EnumType(_name(named))
            case "record":
                return RecordType(_name(named))
            case "entity":
                return EntityType(_name(named))
            case "type":
                assert named is not None
                return self.alias(named)
            case _:
                kinds = ("enum", "record", "entity", "type")
                known = [*PLAIN, *(each.declared.name for each in scope.visible() if each.kind in kinds)]
                raise fault(
                    "unknown-type", f"`{name}` is no known type", span, suggest(name, known) or "declare it, or import the module that does"
                )

    # ---- fields

    def declare_fields(self, owner: str, nodes: tuple[tree.FieldDeclaration, ...], scope: Scope) -> None:
        """Adds fields to an entity's or record's table; their defaults come later."""
        table = self.tables.setdefault(owner, {})
        for node in nodes:
            with_faults = self.faults[scope.module]
            try:
                self._declare_field(table, owner, node, scope)
            except Fault as found:
                with_faults.append(found.diagnostic)

    def _declare_field(self, table: dict[str, FieldSymbol], owner: str, node: tree.FieldDeclaration, scope: Scope) -> None:
        if node.name in table:
            first = table[node.name]
            raise fault(
                "duplicate-field",
                f"{owner.rsplit('.', 1)[-1]} already has a field `{node.name}`",
                node.name_span,
                "give it another name",
                ((first.span, "first declared here"),),
            )
        type_ = self.resolve(node.type, scope)
        if node.kind == "var":
            self.check_finite(type_, node.type.span)
        kind = cast(Literal["const", "var", "field"], node.kind)
        table[node.name] = FieldSymbol(
            kind, type_, None, node.at, node.of, name=node.name, module=scope.module, span=node.name_span, doc=node.doc
        )

    def check_finite(self, type_: Type, span: Span) -> None:
        if not is_finite(type_) or any(not is_finite(inner) for inner in self._inside(type_)):
            raise fault(
                "infinite-state-type",
                f"state cannot hold {wording(type_)}",
                span,
                "use an enum, a range, an entity, a bounded list or a set of these",
            )

    def _inside(self, type_: Type) -> list[Type]:
        if isinstance(type_, RecordType):
            return [symbol.type for symbol in self.tables.get(type_.name, {}).values()]
        item = item_type(type_)
        return [] if item is None else self._inside(item)

    # ---- parameters and defs

    def signature(self, named: Named) -> tuple[Parameter, ...]:
        if named.name not in self.signatures:
            assert isinstance(named.declared, tree.Def | tree.Relation | tree.Action | tree.Claim | tree.Query)
            finite = not isinstance(named.declared, tree.Def | tree.Query | tree.Relation)
            self.signatures[named.name] = self.typed_parameters(named.declared.parameters, self.scopes[named.module], finite)
        return self.signatures[named.name]

    def typed_parameters(self, nodes: tuple[tree.Parameter, ...], scope: Scope, finite: bool) -> tuple[Parameter, ...]:
        typer, made = Typer(scope, self), []
        for node in nodes:
            parameter = self._parameter(node, typer, finite)
            typer.bind({node.name: (parameter.type, Stage.CONSTANT)}, node.span)
            made.append(parameter)
        return tuple(made)

    def _parameter(self, node: tree.Parameter, typer: Typer, finite: bool) -> Parameter:
        domain: Expr | None = None
        if node.type is not None:
            type_ = self.resolve(node.type, typer.scope)
        else:
            assert node.domain is not None
            domain = typer.expression(node.domain)
            item = item_type(domain.type)
            if item is None:
                raise fault("not-a-set", f"this is {wording(domain.type)}, which has no items", domain.span)
            type_ = item
        if finite and domain is None and (not is_finite(type_) or type_ == INT):
            raise fault(
                "infinite-parameter",
                f"`{node.name}` has endlessly many values",
                node.span,
                "give it a range, or choose it from a set: `x in s`",
            )
        return Parameter(node.name, type_, domain, span=node.span)

    def definition(self, named: Named, span: Span) -> DefSymbol:
        """The typed def; one that needs itself is a fault."""
        if named.name in self.defs:
            return self.defs[named.name]
        declared = named.declared
        assert isinstance(declared, tree.Def)
        if named.name in self.open_defs:
            cycle = " calls ".join(
                f"`{each.rsplit('.', 1)[-1]}`" for each in [*self.open_defs[self.open_defs.index(named.name) :], named.name]
            )
            raise fault("recursive-def", f"{cycle}", span, "a def cannot call itself: declare a `relation` with rules")
        self.open_defs.append(named.name)
        try:
            made, stage = self._define(named, declared)
        finally:
            self.open_defs.pop()
        self.defs[named.name], self.stages[named.name] = made, stage
        return made

    def _define(self, named: Named, declared: tree.Def) -> tuple[DefSymbol, Stage]:
        scope = self.scopes[named.module]
        parameters = self.signature(named)
        typer = Typer(scope, self)
        typer.bind({parameter.name: (parameter.type, Stage.CONSTANT) for parameter in parameters}, declared.span)
        wanted = None if declared.result is None else self.resolve(declared.result, scope)
        body = typer.expression(declared.body, wanted)
        made = DefSymbol(
            parameters, wanted or body.type, body, name=named.name, module=named.module, span=declared.name_span, doc=declared.doc
        )
        return made, body.stage


def _name(named: Named | None) -> str:
    assert named is not None
    return named.name
