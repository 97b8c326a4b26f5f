"""What is declared: types of fields, constants and parameters; defs and defaults are typed when first asked for.

A def has no recursion: one that is asked for while it is being typed is a fault (`recursive-def`), and so is a default that needs
itself. A field's name belongs to its entity, whichever modules bring fields: no two of a program may bring the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from kmodel.records import dataclass
from kmodel.source import Diagnostic, Span
from kmodel.syntax import tree
from kmodel.typed.expressions import Expr, Stage
from kmodel.typed.faults import Fault, fault, short, silent
from kmodel.typed.heads import field_head, head, is_tunable
from kmodel.typed.makers import not_a_set
from kmodel.typed.module import DefSymbol, FieldSymbol, Parameter
from kmodel.typed.relate import BOTTOM, is_countable, is_finite, item_type, wording
from kmodel.typed.scope import TERM, Named, Scope
from kmodel.typed.type_nodes import Resolver
from kmodel.typed.typer import Forms, Typer
from kmodel.typed.types import BottomType, EntityType, Type
from kmodel.typed.walk import parts


@dataclass(frozen=True, slots=True)
class Clash:
    """Two fields of one name, given to an entity by modules that do not see each other."""

    owner: str
    first: FieldSymbol
    second: FieldSymbol

    @property
    def modules(self) -> frozenset[str]:
        return frozenset({self.first.module, self.second.module})

    def told(self, place: Span) -> Diagnostic:
        message = f"`{short(self.owner)}` has two fields `{self.first.short}`: of `{self.first.module}` and of `{self.second.module}`"
        also = tuple((each.span, "declared here") for each in (self.first, self.second))
        return Diagnostic("duplicate-field", message, place, also, "rename one of them, or do not bring the two modules together")


@dataclass(slots=True)
class Declarations:
    """The program's declarations while it is being typed: the `Library` that typers ask. `faults` are collected by module."""

    forms: Forms
    scopes: Mapping[str, Scope]
    faults: Mapping[str, list[Diagnostic]]
    relation_stages: Mapping[str, Stage] = field(default_factory=dict)
    resolver: Resolver = field(init=False)
    tables: dict[str, dict[str, FieldSymbol]] = field(default_factory=dict)
    declared: dict[Span, tree.FieldDeclaration] = field(default_factory=dict)
    types: dict[str, Type] = field(default_factory=dict)
    signatures: dict[str, tuple[Parameter, ...]] = field(default_factory=dict)
    defs: dict[str, DefSymbol | None] = field(default_factory=dict)
    defaults: dict[Span, Expr | None] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    silenced: dict[str, Span] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.resolver = Resolver(self.scopes, self.faults, self.type_of)

    # ---- what typers ask

    def type_of(self, named: Named) -> Type:
        if named.name not in self.types:
            assert isinstance(named.declared, tree.Const | tree.Var)
            self.types[named.name] = BOTTOM
            self.types[named.name] = self.resolver.type(named.declared.type, self.scopes[named.module])
        return self.types[named.name]

    def alias(self, named: Named) -> Type:
        return self.resolver.alias(named)

    def members(self, enum: str) -> tuple[str, ...]:
        declared = self._declared(enum)
        assert isinstance(declared, tree.Enum)
        return declared.members

    def is_pool(self, entity: str) -> bool:
        declared = self._declared(entity)
        assert isinstance(declared, tree.Entity)
        return declared.pool

    def _declared(self, name: str) -> tree.Declaration:
        module, _, last = name.rpartition(".")
        return self.scopes[module].own[TERM, last].declared

    def fields(self, owner: str, closure: frozenset[str]) -> Mapping[str, FieldSymbol]:
        """What a module with these in sight sees of an entity or record, by the names that it writes."""
        table = self.tables.get(owner, {}).values()
        return {symbol.short: symbol for symbol in table if symbol.module in closure or symbol.kind == "field"}

    def signature(self, named: Named) -> tuple[Parameter, ...]:
        if named.name not in self.signatures:
            self.signatures[named.name] = ()
            self.signatures[named.name] = self._signature(named)
        return self.signatures[named.name]

    def result(self, named: Named, span: Span) -> tuple[Type, Stage]:
        made = self.definition(named, span)
        if made is None:
            raise silent()
        return made.result, made.body.stage

    def relation_stage(self, relation: str) -> Stage:
        return self.relation_stages.get(relation, Stage.STATE)

    def unexplained(self, module: str, span: Span) -> None:
        self.silenced.setdefault(module, span)

    # ---- fields

    def declare_fields(self, owner: str, nodes: Iterable[tree.FieldDeclaration], scope: Scope) -> None:
        """Adds fields to an entity's or record's table, without their defaults."""
        table = self.tables.setdefault(owner, {})
        for node in nodes:
            first = self.fields(owner, scope.closure).get(node.name)
            if first is not None:
                message = f"`{short(owner)}` already has a field `{node.name}`"
                also = ((first.span, "first declared here"),)
                self._note(scope, fault("duplicate-field", message, node.name_span, "give it another name", also))
                continue
            made = self._field(node, scope, node.name in table)
            table[made.name] = made
            self.declared[node.name_span] = node

    def _field(self, node: tree.FieldDeclaration, scope: Scope, taken: bool) -> FieldSymbol:
        """The symbol of a field. Where a module out of sight has taken its name, the program calls it by its module too."""
        type_ = self.resolver.type(node.type, scope)
        kind = node.kind
        assert kind in ("const", "var", "field"), kind
        made = head(scope.module, node) if taken else field_head(scope.module, node)
        return FieldSymbol(kind, type_, None, node.at, node.of, is_tunable(node), **made)  # type: ignore[arg-type] # asserted above

    def clashes(self, closure: frozenset[str]) -> Iterator[Clash]:
        """The fields of one entity that are called alike, and both in sight of these modules."""
        for owner, table in self.tables.items():
            seen: dict[str, FieldSymbol] = {}
            for symbol in table.values():
                if symbol.module in closure and seen.setdefault(symbol.short, symbol) is not symbol:
                    yield Clash(owner, seen[symbol.short], symbol)

    def check_state(self, type_: Type, span: Span, scope: Scope) -> None:
        """A fault where a state cannot hold the type."""
        if not is_finite(type_, self.inside):
            help_ = "it holds bool, enums, ranges, entities, ip; optionals, tuples, records, sets, maps and `list[T, 5]` of such; or int"
            self._note(scope, fault("infinite-state-type", f"a state cannot hold {wording(type_)}", span, help_))

    def inside(self, record: str) -> list[Type]:
        """The types of a record's fields."""
        return [symbol.type for symbol in self.tables.get(record, {}).values()]

    def default(self, symbol: FieldSymbol, owner: str) -> Expr | None:
        """A field's default, in sight of the individual as `self` and, by name, of its other fields; known before any search."""
        node = self.declared[symbol.span]
        if node.default is None:
            return None
        if symbol.span not in self.defaults:
            self.defaults[symbol.span] = self._default(symbol, owner, node.default)
        made = self.defaults[symbol.span]
        if made is None:
            raise silent()
        return made

    def _default(self, symbol: FieldSymbol, owner: str, node: tree.Expr) -> Expr | None:
        scope, key = self.scopes[symbol.module], f"{owner}.{symbol.name}"
        if key in self.open:
            message = f"the default of `{symbol.name}` needs itself"
            self._note(scope, fault("recursive-default", message, symbol.span, "give it a value of its own"))
            return None
        self.open.append(key)
        typer = self.typer(scope)
        if symbol.kind != "field":
            typer.own = owner
            typer.bind({"self": (EntityType(owner), Stage.CONSTANT)}, symbol.span)
        made = constant(typer, typer.expression(node, symbol.type), "a default")
        self.open.pop()
        return self.defaults.get(symbol.span, made)

    def finished(self, owner: str) -> tuple[FieldSymbol, ...]:
        """The fields of an entity or record with their defaults."""
        return tuple(replace(symbol, default=self._known(symbol, owner)) for symbol in self.tables[owner].values())

    def _known(self, symbol: FieldSymbol, owner: str) -> Expr | None:
        try:
            return self.default(symbol, owner)
        except Fault:
            return None

    # ---- parameters and defs

    def typer(self, scope: Scope) -> Typer:
        return Typer(scope, self, self.faults[scope.module])

    def with_parameters(self, scope: Scope, parameters: Iterable[Parameter]) -> Typer:
        """A typer that sees the parameters; an instance of a declaration has one value for each."""
        typer = self.typer(scope)
        typer.locals.update({each.name: (each.type, Stage.CONSTANT) for each in parameters})
        return typer

    def _signature(self, named: Named) -> tuple[Parameter, ...]:
        declared = named.declared
        assert isinstance(declared, tree.Def | tree.Relation | tree.Action | tree.Claim | tree.Query)
        typer, made = self.typer(self.scopes[named.module]), list[Parameter]()
        for node in declared.parameters:
            parameter = self._parameter(node, typer)
            if isinstance(declared, tree.Action | tree.Claim):
                self._check_parameter(parameter, typer.scope)
            typer.bind({node.name: (parameter.type, Stage.CONSTANT)}, node.span)
            made.append(parameter)
        return tuple(made)

    def _parameter(self, node: tree.Parameter, typer: Typer) -> Parameter:
        """`x: T`, or `x in s`, whose type is that of the set's items."""
        if node.type is not None:
            return Parameter(node.name, self.resolver.type(node.type, typer.scope), None, span=node.span)
        assert node.domain is not None
        domain = typer.expression(node.domain)
        item = item_type(domain.type)
        if item is None and not isinstance(domain.type, BottomType):
            typer.note(not_a_set(domain))
        return Parameter(node.name, item or BOTTOM, domain, span=node.span)

    def _check_parameter(self, parameter: Parameter, scope: Scope) -> None:
        """An action or claim is instantiated for each value: of a finite type, or of a set that is known before any search."""
        listed = parameter.domain is not None and parameter.domain.stage is Stage.CONSTANT
        if not listed and not is_countable(parameter.type, self.inside):
            message = f"`{parameter.name}` has endlessly many values, those of {wording(parameter.type)}"
            help_ = "give it an enum, an entity or a range, or choose it: `x in s`"
            self._note(scope, fault("infinite-parameter", message, parameter.span, help_))

    def definition(self, named: Named, span: Span) -> DefSymbol | None:
        """The typed def; None, and a fault, where it needs itself."""
        if named.name not in self.defs:
            if named.name in self.open:
                self._recursion(named, span)
                return None
            made = self._define(named)
            self.defs.setdefault(named.name, made)
        return self.defs[named.name]

    def _recursion(self, named: Named, span: Span) -> None:
        cycle = [name for name in self.open[self.open.index(named.name) :] if name in self.signatures]
        calls = " calls ".join(f"`{short(name)}`" for name in [*cycle, named.name])
        help_ = "a def cannot call itself: declare a `relation`, and `rule`s for it"
        self._note(self.scopes[named.module], fault("recursive-def", calls, named.declared.name_span, help_, ((span, "called here"),)))
        self.defs.update(dict.fromkeys(cycle))

    def _define(self, named: Named) -> DefSymbol:
        declared, scope = named.declared, self.scopes[named.module]
        assert isinstance(declared, tree.Def)
        parameters = self.signature(named)
        typer = self.with_parameters(scope, parameters)
        wanted = None if declared.result is None else self.resolver.type(declared.result, scope)
        self.open.append(named.name)
        body = typer.expression(declared.body, wanted)
        self.open.pop()
        return DefSymbol(parameters, wanted or body.type, body, **head(named.module, declared))

    def _note(self, scope: Scope, found: Fault) -> None:
        assert found.diagnostic is not None
        self.faults[scope.module].append(found.diagnostic)


def constant(typer: Typer, made: Expr, what: str) -> Expr:
    """The expression, which must be known before any search; what depends on the state in it is underlined."""
    late = made
    while found := next((part for part, _ in parts(late) if part.stage is not Stage.CONSTANT), None):
        late = found
    if late.stage is not Stage.CONSTANT:
        message = f"{what} is known before anything happens, and this depends on the state"
        typer.note(fault("not-constant", message, late.span, "use constants only; `init` relates what the first state holds"))
    return made
