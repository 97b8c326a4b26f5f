"""Symbols of declarations: what is made of each, typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.typed.declare import Declarations, constant
from kmodel.typed.faults import Fault, fault, short, word
from kmodel.typed.heads import head, is_tunable
from kmodel.typed.module import (
    ActionSymbol,
    ClaimSymbol,
    ComponentSymbol,
    Condition,
    ConstSymbol,
    EntitySymbol,
    EnumSymbol,
    QuerySymbol,
    ReadFrom,
    RecordSymbol,
    RelationSymbol,
    UnlessThere,
    VarSymbol,
)
from kmodel.typed.relate import BOOL, BOTTOM, TEMPORAL
from kmodel.typed.scope import Named, Scope, article
from kmodel.typed.statements import block

_CLAIMS = ("invariant", "transition", "property", "witness")


@dataclass(slots=True)
class Symbols:
    """Makes symbols with what the library knows."""

    library: Declarations

    # ---- types and what they hold

    def enum(self, scope: Scope, declared: tree.Enum, named: Named) -> EnumSymbol:
        for at, member in enumerate(declared.members):
            if member in declared.members[:at]:
                raise fault("duplicate-name", f"`{member}` is a member twice", declared.name_span, "leave one of them out")
        return EnumSymbol(declared.members, **head(scope.module, declared))

    def record(self, scope: Scope, declared: tree.Record, named: Named) -> RecordSymbol:
        return RecordSymbol(self.library.finished(named.name), **head(scope.module, declared))

    def entity(self, scope: Scope, declared: tree.Entity, named: Named) -> EntitySymbol:
        sources = tuple(self._source(scope, each) for each in declared.sources)
        return EntitySymbol(declared.pool, sources, self.library.finished(named.name), **head(scope.module, declared))

    def _source(self, scope: Scope, node: tree.From) -> ReadFrom:
        version, _, kind = node.api_kind.rpartition("/")
        entity = None if node.times_entity is None else scope.need(node.times_entity, "entity", word(node.span, node.times_entity)).name
        times = 1 if node.times_default is None else node.times_default
        unless = tuple(UnlessThere(each.path, each.values) for each in node.unless)
        return ReadFrom(version, kind, node.at, node.times, times, entity, unless, span=node.span)

    def extend(self, scope: Scope, declared: tree.Extend) -> None:
        """Adds the fields to the entity's."""
        named = scope.find(declared.name, declared.name_span)
        if named is not None and named.kind != "entity":
            message = f"`{declared.name}` is {article(named.kind)}, and only entities are extended"
            also = ((named.declared.name_span, "declared here"),)
            raise fault("not-an-entity", message, declared.name_span, "add the fields where it is declared", also)
        owner = scope.need(declared.name, "entity", declared.name_span)
        self.library.declare_fields(owner.name, declared.fields, scope)

    def contains_itself(self, name: str, cycle: Sequence[str]) -> None:
        """The fault of a record that contains itself; its fields have no type from then on."""
        module, _, last = name.rpartition(".")
        declared = next(each.declared for each in self.library.scopes[module].visible("record") if each.name == name)
        others = [short(each) for each in cycle if each != name]
        message = f"`{last}` contains itself" + (f", by {', '.join(f'`{each}`' for each in others)}" if others else "")
        found = fault("recursive-type", message, declared.name_span, "refer to an entity, whose individuals can form any graph")
        self._note(module, found)
        table = self.library.tables[name]
        table.update({field: replace(symbol, type=BOTTOM) for field, symbol in table.items()})

    # ---- constants and state

    def const(self, scope: Scope, declared: tree.Const, named: Named) -> ConstSymbol:
        type_, typer = self.library.type_of(named), self.library.typer(scope)
        value = None if declared.value is None else constant(typer, typer.expression(declared.value, type_), "a `const`")
        return ConstSymbol(type_, value, is_tunable(declared), **head(scope.module, declared))

    def var(self, scope: Scope, declared: tree.Var, named: Named) -> VarSymbol:
        type_, typer = self.library.type_of(named), self.library.typer(scope)
        self.library.check_state(type_, declared.type.span, scope)
        value = None if declared.value is None else constant(typer, typer.expression(declared.value, type_), "a first value")
        return VarSymbol(type_, value, **head(scope.module, declared))

    def conditions(self, scope: Scope, declared: tree.Init | tree.Assume) -> list[Condition]:
        typer = self.library.typer(scope)
        made: list[Condition] = []
        for node in declared.conditions:
            condition = typer.expression(node, BOOL)
            if isinstance(declared, tree.Assume):
                constant(typer, condition, "an assumption")
            made.append(Condition(declared.name, scope.module, condition, span=node.span))
        return made

    # ---- behaviour

    def relation(self, declared: tree.Relation, named: Named, recursive: bool) -> RelationSymbol:
        return RelationSymbol(self.library.signature(named), recursive, **head(named.module, declared))

    def component(self, scope: Scope, declared: tree.Component, named: Named) -> ComponentSymbol:
        per = None if declared.per is None else scope.need(declared.per, "entity", _after(declared.span, declared.per)).name
        fairness = declared.fairness
        assert fairness is None or fairness in ("weak", "strong"), fairness
        return ComponentSymbol(fairness, per, **head(scope.module, declared))  # type: ignore[arg-type] # asserted above

    def action(self, scope: Scope, declared: tree.Action, named: Named) -> ActionSymbol:
        component = self._component(scope, declared)
        parameters = self.library.signature(named)
        body = block(self.library.with_parameters(scope, parameters), declared.body)
        return ActionSymbol(parameters, component, body, **head(scope.module, declared))

    def _component(self, scope: Scope, declared: tree.Action) -> str | None:
        if declared.component is None:
            return None
        try:
            return scope.need(declared.component, "component", _after(declared.span, declared.component, "by")).name
        except Fault as found:
            self._note(scope.module, found)
            return None

    # ---- claims and queries

    def claim(self, scope: Scope, declared: tree.Claim, named: Named) -> ClaimSymbol:
        parameters = self.library.signature(named)
        typer = self.library.with_parameters(scope, parameters)
        typer.temporal, typer.steps = declared.kind == "property", declared.kind == "transition"
        body = typer.expression(declared.body, TEMPORAL if typer.temporal else BOOL)
        attributes = {each.name: _text(each) for each in declared.attributes}
        kind = declared.kind
        assert kind in _CLAIMS, kind
        return ClaimSymbol(kind, parameters, body, attributes, **head(scope.module, declared))  # type: ignore[arg-type] # asserted above

    def query(self, scope: Scope, declared: tree.Query, named: Named) -> QuerySymbol:
        parameters = self.library.signature(named)
        wanted = None if declared.result is None else self.library.resolver.type(declared.result, scope)
        body = self.library.with_parameters(scope, parameters).expression(declared.body, wanted)
        return QuerySymbol(parameters, wanted or body.type, body, **head(scope.module, declared))

    def _note(self, module: str, found: Fault) -> None:
        if found.diagnostic is not None:
            self.library.faults[module].append(found.diagnostic)


def _text(node: tree.Attribute) -> str:
    """What an attribute says: a text, a word or a number as written; nothing for one without a value."""
    match node.value:
        case None:
            return ""
        case tree.Literal(_, text) | tree.Name(text):
            return text
        case _:
            return node.value.span.text


def _after(span: Span, name: str, keyword: str = "per") -> Span:
    """Where a name stands after a keyword."""
    start = word(span, keyword)
    return word(Span(span.source, start.end, span.end), name)
