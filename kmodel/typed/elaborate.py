"""From trees to a program: modules loaded, names declared, everything typed, faults collected by module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from kmodel.graphs import components
from kmodel.source import Diagnostic
from kmodel.syntax import tree
from kmodel.syntax.tree import Tree
from kmodel.typed import calls, operate
from kmodel.typed.checks import check
from kmodel.typed.declare import Declarations
from kmodel.typed.expressions import Stage
from kmodel.typed.faults import Fault, fault, suggest
from kmodel.typed.module import (
    ActionSymbol,
    CheckSymbol,
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

assert calls and operate  # they bring the typing of their forms

Load = Callable[[str], Tree | None]


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
    sound = elaborate(good, lambda _: None) if good else replace(program, **_EMPTY)
    return replace(sound, diagnostics=diagnostics)


_EMPTY: dict[str, object] = {
    **dict.fromkeys(("modules", "enums", "records", "entities", "consts", "vars", "defs", "relations", "components", "actions", "claims", "queries"), {}),
    "rules": (),
    "inits": (),
    "assumptions": (),
}


def _load(trees: Sequence[Tree], load: Load, faults: dict[str, list[Diagnostic]]) -> dict[str, Tree]:
    """All modules, those asked for first; the faults of loading in `faults`."""
    modules: dict[str, Tree] = {}
    waiting = list(trees)
    while waiting:
        current = waiting.pop(0)
        if current.module in modules:
            if modules[current.module].source.name != current.source.name:
                message = f"`{current.module}` is the name of two files, `{modules[current.module].source.name}` and `{current.source.name}`"
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
                faults[current.module].append(Diagnostic("unknown-module", f"there is no module `{each.module}`", each.span, (), suggest(each.module, known)))
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
            faults[name].append(Diagnostic("import-cycle", f"{cycle}", place.span, (), "move what both need to a module that imports neither"))
    return order


class _Linker:
    """Types the declarations of all modules, in the order of the line: names, fields, signatures, bodies, rules, claims, checks."""

    def __init__(self, modules: Mapping[str, Tree], order: list[str], closures: Mapping[str, frozenset[str]], faults: dict[str, list[Diagnostic]]) -> None:
        self.modules, self.order, self.closures, self.faults = modules, order, closures, faults
        self.scopes: dict[str, Scope] = {name: Scope(name) for name in order}
        self.library = Declarations(self.scopes, closures, faults)

    def each(self, *kinds: type) -> Iterator[tuple[Scope, tree.Declaration]]:
        for name in self.order:
            for declared in self.modules[name].declarations:
                if isinstance(declared, kinds):
                    yield self.scopes[name], declared

    def named(self, scope: Scope, declared: tree.Declaration) -> Named | None:
        named = scope.own.get(declared.name)
        return named if named is not None and named.declared is declared else None

    def link(self) -> Program:
        self.open_scopes()
        self.declare_fields()
        self.type_defaults()
        relations, rules = self.type_rules()
        claims = self.type_claims()
        entities = {name: self.entity(scope, declared) for scope, declared in self.each(tree.Entity) if (name := f"{scope.module}.{declared.name}")}
        return Program(
            modules=self.finish(claims),
            enums={n: EnumSymbol(d.members, **_head(s, d)) for s, d in self.each(tree.Enum) if isinstance(d, tree.Enum) and (n := f"{s.module}.{d.name}")},
            records={n: RecordSymbol(tuple(self.library.fields(n).values()), **_head(s, d)) for s, d in self.each(tree.Record) if (n := f"{s.module}.{d.name}")},
            entities=entities,
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

    def guarded(self, scope: Scope, work: Callable[[], object]) -> object | None:
        """What the work gives; a fault is kept for the module."""
        try:
            return work()
        except Fault as found:
            self.faults[scope.module].append(found.diagnostic)
            return None

    def collect(self, kind: type, make: Callable[..., object]) -> Iterator[tuple[str, object]]:
        for scope, declared in self.each(kind):
            named = self.named(scope, declared)
            made = None if named is None else self.guarded(scope, lambda s=scope, d=declared, n=named: make(s, d, n))  # type: ignore[misc]
            if made is not None:
                yield f"{scope.module}.{declared.name}", made

    # ---- names and fields

    def open_scopes(self) -> None:
        for name in self.order:
            for declared in self.modules[name].declarations:
                self.guarded(self.scopes[name], lambda d=declared, n=name: self.scopes[n].declare(d))  # type: ignore[misc]
        for name in self.order:
            for each in self.modules[name].imports:
                if each.module in self.scopes:
                    self.scopes[name].open(self.scopes[each.module], each.alias)
            self.scopes[name].others = self.scopes

    def declare_fields(self) -> None:
        for scope, declared in self.each(tree.Record, tree.Entity):
            assert isinstance(declared, tree.Record | tree.Entity)
            self.library.tables.setdefault(f"{scope.module}.{declared.name}", {})
        for scope, declared in self.each(tree.Record, tree.Entity):
            assert isinstance(declared, tree.Record | tree.Entity)
            self.library.declare_fields(f"{scope.module}.{declared.name}", declared.fields, scope)
        for scope, declared in self.each(tree.Extend):
            assert isinstance(declared, tree.Extend)
            owner = self.guarded(scope, lambda s=scope, d=declared: s.need(d.name, "entity", d.name_span))  # type: ignore[misc]
            if isinstance(owner, Named):
                self.library.declare_fields(owner.name, declared.fields, scope)

    def type_defaults(self) -> None:
        """Defaults of records' fields first: makers of records need them."""
        for kinds in ((tree.Record,), (tree.Entity, tree.Extend)):
            for scope, declared in self.each(*kinds):
                owner = f"{scope.module}.{declared.name}"
                if isinstance(declared, tree.Extend):
                    found = scope.find(declared.name, declared.name_span)
                    owner = owner if found is None else found.name
                for node in declared.fields:  # type: ignore[union-attr] # records, entities and extensions have fields
                    self.guarded(scope, lambda s=scope, o=owner, n=node: self.default(s, o, n))  # type: ignore[misc]

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
            raise fault("not-constant", "this default depends on the state", node.default.span, "a constant is known before anything happens")
        table[node.name] = replace(symbol, default=made)

    # ---- symbols

    def entity(self, scope: Scope, declared: tree.Declaration) -> EntitySymbol:
        assert isinstance(declared, tree.Entity)
        name = f"{scope.module}.{declared.name}"
        sources = (self.guarded(scope, lambda s=scope, f=each: self.source(s, f)) for each in declared.sources)  # type: ignore[misc]
        kept = tuple(each for each in sources if isinstance(each, ReadFrom))
        return EntitySymbol(declared.pool, kept, tuple(self.library.fields(name).values()), **_head(scope, declared))

    def source(self, scope: Scope, node: tree.From) -> ReadFrom:
        version, _, kind = node.api_kind.rpartition("/")
        entity = None if node.times_entity is None else scope.need(node.times_entity, "entity", node.span).name
        return ReadFrom(version, kind, node.at, node.times, node.times_default if node.times_default is not None else 1, entity, span=node.span)

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

    def conditions(self, kind: type) -> Iterator[Condition]:
        for scope, declared in self.each(kind):
            assert isinstance(declared, tree.Init | tree.Assume)
            for node in declared.conditions:
                made = self.guarded(scope, lambda s=scope, n=node: Typer(s, self.library).expression(n, BOOL))  # type: ignore[misc]
                if made is not None:
                    yield Condition(declared.name, scope.module, made, span=node.span)  # type: ignore[arg-type] # an expression

    def type_rules(self) -> tuple[dict[str, RelationSymbol], tuple[Rule, ...]]:
        for scope, declared in self.each(tree.Def):
            named = self.named(scope, declared)
            if named is not None:
                self.guarded(scope, lambda n=named, d=declared: self.library.definition(n, d.name_span))  # type: ignore[misc]
        made = [self.guarded(scope, lambda s=scope, d=declared: rule(d, s, self.library)) for scope, declared in self.each(tree.Rule)]  # type: ignore[misc]
        rules = tuple(each for each in made if isinstance(each, Rule))
        recursive, faults = strata(rules, self.library.defs)
        for source, diagnostic in faults:
            self.faults[source.rsplit(".", 1)[0]].append(diagnostic)

        def relation(scope: Scope, declared: tree.Relation, named: Named) -> RelationSymbol:
            return RelationSymbol(self.library.signature(named), named.name in recursive, **_head(scope, declared))

        return dict(self.collect(tree.Relation, relation)), rules  # type: ignore[arg-type] # what `relation` gives

    # ---- claims and checks

    def type_claims(self) -> dict[str, ClaimSymbol]:
        return dict(self.collect(tree.Claim, self.claim))  # type: ignore[arg-type] # what `claim` gives

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
            checks: list[CheckSymbol] = []
            for declared in module.declarations:
                if isinstance(declared, tree.Check):
                    checks.append(check(declared, scope, self.library, claims, self.closures, self.faults[name]))
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


def _head(scope: Scope, declared: tree.Declaration) -> dict[str, object]:
    return {"name": f"{scope.module}.{declared.name}", "module": scope.module, "span": declared.name_span, "doc": declared.doc}
