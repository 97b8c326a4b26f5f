"""From trees to a program: modules loaded, names declared, everything typed, faults collected by module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypedDict, TypeVar

from kmodel.graphs import components
from kmodel.source import Diagnostic, Span
from kmodel.syntax import tree
from kmodel.syntax.tree import Tree
from kmodel.typed import calls, operate
from kmodel.typed.checks import check
from kmodel.typed.declare import Declarations
from kmodel.typed.expressions import Stage
from kmodel.typed.faults import Fault, fault, suggest
from kmodel.typed.module import (
    ActionSymbol,
    ClaimSymbol,
    ComponentSymbol,
    Condition,
    ConstSymbol,
    EntitySymbol,
    EnumSymbol,
    Module,
    Program,
    QuerySymbol,
    ReadFrom,
    RecordSymbol,
    RelationSymbol,
    Rule,
    VarSymbol,
)
from kmodel.typed.relate import BOOL, TEMPORAL
from kmodel.typed.rules import rule, strata
from kmodel.typed.scope import Named, Scope
from kmodel.typed.statements import block
from kmodel.typed.typer import Typer
from kmodel.typed.types import EntityType

FORMS_OF = (calls, operate)  # imported for the forms whose typing they bring

Load = Callable[[str], Tree | None]
Declared = TypeVar("Declared", bound=tree.Declared)
Made = TypeVar("Made")


class Head(TypedDict):
    """What every symbol has."""

    name: str
    module: str
    span: Span
    doc: str | None


def elaborate(trees: Sequence[Tree], load: Load) -> Program:
    """The program of these trees and all that they import. A module with a fault, or that imports one, is left out of it."""
    faults: dict[str, list[Diagnostic]] = {}
    modules = _load(trees, load, faults)
    order = _order(modules, faults)
    closures: dict[str, frozenset[str]] = {}
    for name in order:
        imported = [closures[each.module] for each in modules[name].imports if each.module in closures]
        closures[name] = frozenset({name}).union(*imported)
    linker = _Linker(modules, order, closures, faults)
    program = linker.link()
    bad = {name for name in order if any(faults[module] for module in closures[name])} | (set(modules) - set(order))
    if not bad:
        return program
    diagnostics = tuple(found for name in modules for found in faults[name])
    good = [tree_ for name, tree_ in modules.items() if name not in bad]
    return replace(elaborate(good, lambda _: None), diagnostics=diagnostics)


def _load(trees: Sequence[Tree], load: Load, faults: dict[str, list[Diagnostic]]) -> dict[str, Tree]:
    """All modules, those asked for first; the faults of loading in `faults`."""
    modules: dict[str, Tree] = {}
    waiting = list(trees)
    while waiting:
        current = waiting.pop(0)
        if current.module in modules:
            if modules[current.module].source.name != current.source.name:
                message = (
                    f"`{current.module}` is the name of two files, `{modules[current.module].source.name}` and `{current.source.name}`"
                )
                faults[current.module].append(Diagnostic("duplicate-module", message, None, (), "give each module a name of its own"))
            continue
        modules[current.module] = current
        faults[current.module] = []
        for each in current.imports:
            if each.module in modules or any(each.module == other.module for other in waiting):
                continue
            loaded = load(each.module)
            if loaded is None:
                known = [other.module for other in [*modules.values(), *waiting]]
                faults[current.module].append(
                    Diagnostic("unknown-module", f"there is no module `{each.module}`", each.span, (), suggest(each.module, known))
                )
            else:
                waiting.append(loaded)
    return modules


def _order(modules: Mapping[str, Tree], faults: dict[str, list[Diagnostic]]) -> list[str]:
    """Modules after those they import, without those in a cycle."""
    known = {name: [each.module for each in module.imports if each.module in modules] for name, module in modules.items()}
    order: list[str] = []
    for component in components(list(modules), lambda name: known[name]):
        if len(component) == 1 and component[0] not in known[component[0]]:
            order.append(component[0])
            continue
        for name in component:
            place = next(each for each in modules[name].imports if each.module in component)
            cycle = " imports ".join(f"`{each}`" for each in [*component, component[0]])
            faults[name].append(
                Diagnostic("import-cycle", f"{cycle}", place.span, (), "move what both need to a module that imports neither")
            )
    return order


class _Linker:
    """Types the declarations of all modules, in the order of the line: names, fields, signatures, bodies, rules, claims, checks."""

    def __init__(
        self, modules: Mapping[str, Tree], order: list[str], closures: Mapping[str, frozenset[str]], faults: dict[str, list[Diagnostic]]
    ) -> None:
        self.modules, self.order, self.closures, self.faults = modules, order, closures, faults
        self.scopes: dict[str, Scope] = {name: Scope(name) for name in order}
        self.library = Declarations(self.scopes, closures, faults)

    def each(self, kind: type[Declared]) -> Iterator[tuple[Scope, Declared]]:
        for name in self.order:
            for declared in self.modules[name].declarations:
                if isinstance(declared, kind):
                    yield self.scopes[name], declared

    def with_fields(self) -> Iterator[tuple[Scope, tree.Record | tree.Entity]]:
        """Records, which makers of records need first, then entities."""
        yield from self.each(tree.Record)
        yield from self.each(tree.Entity)

    def named(self, scope: Scope, declared: tree.Declared) -> Named | None:
        named = scope.own.get(declared.name)
        return named if named is not None and named.declared is declared else None

    def link(self) -> Program:
        self.open_scopes()
        self.declare_fields()
        self.type_defaults()
        relations, rules = self.type_rules()
        claims = self.type_claims()
        return Program(
            modules=self.finish(claims),
            enums=dict(self.collect(tree.Enum, lambda scope, declared, _: EnumSymbol(declared.members, **_head(scope, declared)))),
            records=dict(self.collect(tree.Record, self.record)),
            entities=dict(self.collect(tree.Entity, self.entity)),
            consts=dict(self.collect(tree.Const, self.const)),
            vars=dict(self.collect(tree.Var, self.var)),
            defs=self.library.defs,
            relations=relations,
            rules=rules,
            components=dict(self.collect(tree.Component, self.component)),
            actions=dict(self.collect(tree.Action, self.action)),
            inits=tuple(self.conditions(tree.Init)),
            assumptions=tuple(self.conditions(tree.Assume)),
            claims=claims,
            queries=dict(self.collect(tree.Query, self.query)),
            diagnostics=tuple(found for name in self.modules for found in self.faults[name]),
        )

    def guarded(self, scope: Scope, work: Callable[[], Made]) -> Made | None:
        """What the work gives; a fault is kept for the module."""
        try:
            return work()
        except Fault as found:
            self.faults[scope.module].append(found.diagnostic)
            return None

    def collect(self, kind: type[Declared], make: Callable[[Scope, Declared, Named], Made]) -> Iterator[tuple[str, Made]]:
        """The symbols of one kind by qualified name; those with a fault are left out."""
        for scope, declared in self.each(kind):
            named = self.named(scope, declared)
            made = None if named is None else self.guarded(scope, partial(make, scope, declared, named))
            if made is not None:
                yield f"{scope.module}.{declared.name}", made

    # ---- names and fields

    def open_scopes(self) -> None:
        for name in self.order:
            for declared in self.modules[name].declarations:
                self.guarded(self.scopes[name], partial(self.scopes[name].declare, declared))
        for name in self.order:
            for each in self.modules[name].imports:
                if each.module in self.scopes:
                    self.scopes[name].open(self.scopes[each.module], each.alias)
            self.scopes[name].others = self.scopes

    def declare_fields(self) -> None:
        for scope, declared in self.with_fields():
            self.library.tables.setdefault(f"{scope.module}.{declared.name}", {})
        for scope, declared in self.with_fields():
            self.library.declare_fields(f"{scope.module}.{declared.name}", declared.fields, scope)
        for scope, extension in self.each(tree.Extend):
            owner = self.guarded(scope, partial(scope.need, extension.name, "entity", extension.name_span))
            if owner is not None:
                self.library.declare_fields(owner.name, extension.fields, scope)

    def type_defaults(self) -> None:
        for scope, declared in self.with_fields():
            self._defaults(scope, f"{scope.module}.{declared.name}", declared.fields)
        for scope, extension in self.each(tree.Extend):
            found = self.guarded(scope, partial(scope.find, extension.name, extension.name_span))
            if found is not None:
                self._defaults(scope, found.name, extension.fields)

    def _defaults(self, scope: Scope, owner: str, nodes: Sequence[tree.FieldDeclaration]) -> None:
        for node in nodes:
            self.guarded(scope, partial(self.default, scope, owner, node))

    def default(self, scope: Scope, owner: str, node: tree.FieldDeclaration) -> None:
        table = self.library.tables.get(owner, {})
        symbol = table.get(node.name)
        if symbol is None or node.default is None or symbol.span != node.name_span:
            return
        typer = Typer(scope, self.library, own=owner if node.kind != "field" else None)
        if node.kind != "field":
            typer.bind({"self": (EntityType(owner), Stage.CONSTANT)}, node.span)
        made = typer.expression(node.default, symbol.type)
        if made.stage is not Stage.CONSTANT and node.kind != "var":
            raise fault(
                "not-constant", "this default depends on the state", node.default.span, "a constant is known before anything happens"
            )
        table[node.name] = replace(symbol, default=made)

    # ---- symbols

    def record(self, scope: Scope, declared: tree.Record, named: Named) -> RecordSymbol:
        return RecordSymbol(tuple(self.library.fields(named.name).values()), **_head(scope, declared))

    def entity(self, scope: Scope, declared: tree.Entity, named: Named) -> EntitySymbol:
        sources = [self.guarded(scope, partial(self.source, scope, each)) for each in declared.sources]
        kept = tuple(each for each in sources if each is not None)
        return EntitySymbol(declared.pool, kept, tuple(self.library.fields(named.name).values()), **_head(scope, declared))

    def source(self, scope: Scope, node: tree.From) -> ReadFrom:
        version, _, kind = node.api_kind.rpartition("/")
        entity = None if node.times_entity is None else scope.need(node.times_entity, "entity", node.span).name
        return ReadFrom(
            version, kind, node.at, node.times, node.times_default if node.times_default is not None else 1, entity, span=node.span
        )

    def const(self, scope: Scope, declared: tree.Const, named: Named) -> ConstSymbol:
        type_ = self.library.type_of(named)
        value = None if declared.value is None else Typer(scope, self.library).expression(declared.value, type_)
        if value is not None and value.stage is not Stage.CONSTANT:
            raise fault("not-constant", "this depends on the state", value.span, "declare it as `var`")
        return ConstSymbol(type_, value, **_head(scope, declared))

    def var(self, scope: Scope, declared: tree.Var, named: Named) -> VarSymbol:
        type_ = self.library.type_of(named)
        self.library.check_finite(type_, declared.type.span)
        value = None if declared.value is None else Typer(scope, self.library).expression(declared.value, type_)
        return VarSymbol(type_, value, **_head(scope, declared))

    def component(self, scope: Scope, declared: tree.Component, named: Named) -> ComponentSymbol:
        per = None if declared.per is None else scope.need(declared.per, "entity", declared.span).name
        return ComponentSymbol(declared.fairness, per, **_head(scope, declared))  # type: ignore[arg-type] # weak, strong or None

    def action(self, scope: Scope, declared: tree.Action, named: Named) -> ActionSymbol:
        component = None if declared.component is None else self.component_name(scope, declared)
        parameters = self.library.signature(named)
        typer = Typer(scope, self.library)
        typer.bind({each.name: (each.type, Stage.CONSTANT) for each in parameters}, declared.span)
        body = block(typer, declared.body, self.faults[scope.module])
        return ActionSymbol(parameters, component, body, **_head(scope, declared))

    def component_name(self, scope: Scope, declared: tree.Action) -> str:
        assert declared.component is not None
        if declared.component not in scope.own:
            for module in sorted(self.closures[scope.module] - {scope.module}):
                named = self.scopes[module].own.get(declared.component)
                if named is not None and named.kind == "component":
                    return named.name
        return scope.need(declared.component, "component", declared.name_span).name

    def query(self, scope: Scope, declared: tree.Query, named: Named) -> QuerySymbol:
        parameters = self.library.signature(named)
        typer = Typer(scope, self.library)
        typer.bind({each.name: (each.type, Stage.CONSTANT) for each in parameters}, declared.span)
        wanted = None if declared.result is None else self.library.resolve(declared.result, scope)
        body = typer.expression(declared.body, wanted)
        return QuerySymbol(parameters, wanted or body.type, body, **_head(scope, declared))

    def conditions(self, kind: type[tree.Init] | type[tree.Assume]) -> Iterator[Condition]:
        for scope, declared in self.each(kind):
            for node in declared.conditions:
                made = self.guarded(scope, partial(Typer(scope, self.library).expression, node, BOOL))
                if made is not None:
                    yield Condition(declared.name, scope.module, made, span=node.span)

    def type_rules(self) -> tuple[dict[str, RelationSymbol], tuple[Rule, ...]]:
        for scope, declared in self.each(tree.Def):
            named = self.named(scope, declared)
            if named is not None:
                self.guarded(scope, partial(self.library.definition, named, declared.name_span))
        made = [self.guarded(scope, partial(rule, declared, scope, self.library)) for scope, declared in self.each(tree.Rule)]
        rules = tuple(each for each in made if each is not None)
        recursive, faults = strata(rules, self.library.defs)
        for source, diagnostic in faults:
            self.faults[source.rsplit(".", 1)[0]].append(diagnostic)

        def relation(scope: Scope, declared: tree.Relation, named: Named) -> RelationSymbol:
            return RelationSymbol(self.library.signature(named), named.name in recursive, **_head(scope, declared))

        return dict(self.collect(tree.Relation, relation)), rules

    # ---- claims and checks

    def type_claims(self) -> dict[str, ClaimSymbol]:
        return dict(self.collect(tree.Claim, self.claim))

    def claim(self, scope: Scope, declared: tree.Claim, named: Named) -> ClaimSymbol:
        parameters = self.library.signature(named)
        typer = Typer(scope, self.library, temporal=declared.kind == "property", steps=declared.kind == "transition")
        typer.bind({each.name: (each.type, Stage.CONSTANT) for each in parameters}, declared.span)
        body = typer.expression(declared.body, TEMPORAL if declared.kind == "property" else BOOL)
        attributes = {each.name: _attribute(each) for each in declared.attributes}
        return ClaimSymbol(declared.kind, parameters, body, attributes, **_head(scope, declared))  # type: ignore[arg-type] # the grammar's kinds

    def finish(self, claims: Mapping[str, ClaimSymbol]) -> dict[str, Module]:
        made: dict[str, Module] = {}
        for name in self.order:
            module, scope = self.modules[name], self.scopes[name]
            asked = [each for each in module.declarations if isinstance(each, tree.Check)]
            checks = [check(each, scope, self.library, claims, self.closures, self.faults[name]) for each in asked]
            made[name] = Module(name, module.source, tuple(each.module for each in module.imports), tuple(checks))
        return made


def _attribute(node: tree.Attribute) -> str:
    match node.value:
        case None:
            return "true"
        case tree.Literal(_, text) | tree.Name(text):
            return text
        case _:
            return node.value.span.text


def _head(scope: Scope, declared: tree.Declared) -> Head:
    return Head(name=f"{scope.module}.{declared.name}", module=scope.module, span=declared.name_span, doc=declared.doc)
