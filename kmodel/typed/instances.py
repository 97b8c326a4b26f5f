"""The instance that a check is about: its scopes, and the constants that it sets."""

from __future__ import annotations

from dataclasses import field, replace
from ipaddress import ip_network

from kmodel.records import dataclass
from kmodel.source import Diagnostic, Span
from kmodel.syntax import tree
from kmodel.typed import expressions as typed
from kmodel.typed.declare import Declarations, constant
from kmodel.typed.expressions import Expr
from kmodel.typed.faults import fault, silent, suggest_or_list, word
from kmodel.typed.module import MOST_INDIVIDUALS, FieldSymbol, ScopeItem, Setting
from kmodel.typed.names import no_field
from kmodel.typed.relate import CIDR
from kmodel.typed.scope import Named, Scope
from kmodel.typed.typer import Typer
from kmodel.typed.types import ListType, Type
from kmodel.typed.values import Cidr, Individual

Key = tuple[str | None, str | None, str]


@dataclass(slots=True)
class Instance:
    """What has been read of it. `individuals` are those that scopes name."""

    scope: Scope
    library: Declarations
    scopes: list[ScopeItem] = field(default_factory=list)
    individuals: dict[str, Individual] = field(default_factory=dict)
    universe: Cidr | None = None
    settings: dict[Key, Setting] = field(default_factory=dict)

    def typer(self, faults: list[Diagnostic]) -> Typer:
        return replace(self.library.typer(self.scope), faults=faults, individuals=self.individuals)


# ---- scopes


def read_scope(instance: Instance, item: tree.Scope) -> None:
    """`Pod = 3`, `Pod = {web, db}`, `Pod = 1 of 3`, `ip = 10.244.0.0/29`."""
    if item.name == "ip":
        if instance.universe is not None:
            raise fault("duplicate-scope", "`ip` has two scopes", item.span, "leave one of them out")
        instance.universe = _universe(instance, item)
        return
    place = word(item.span, item.name)
    entity = instance.scope.need(item.name, "entity", place).name
    first = next((each for each in instance.scopes if each.entity == entity), None)
    if first is not None:
        raise fault("duplicate-scope", f"`{item.name}` has two scopes", place, "leave one of them out", ((first.span, "the first one"),))
    names = _names(instance, item.value, entity)
    size = len(names) if names is not None else _size(item.value)
    if max(size, item.pool or 0) > MOST_INDIVIDUALS:
        raise fault(
            "invalid-scope", f"so many individuals are too many: {max(size, item.pool or 0):,}", item.span, f"at most {MOST_INDIVIDUALS:,}"
        )
    if item.pool is not None and not instance.library.is_pool(entity):
        help_ = f"declare it with `entity {item.name} pool`"
        raise fault("not-a-pool", f"individuals of `{item.name}` neither come nor go", place, help_)
    if item.pool is not None and item.pool < size:
        help_ = "write how many there are at first, and how many at most"
        raise fault("invalid-scope", f"no more than {item.pool} are to exist, and {size} at first", item.span, help_)
    instance.scopes.append(ScopeItem(entity, names or (), size, item.pool, item.unless_given, span=item.span))


def _universe(instance: Instance, item: tree.Scope) -> Cidr:
    made = instance.typer(instance.library.faults[instance.scope.module]).expression(item.value, CIDR)
    match made:
        case typed.Constant(value) if made.type == CIDR:
            return value  # type: ignore[return-value] # a cidr's
        case typed.Apply("parse_cidr", (typed.Constant(str(text)),)):
            return _parsed(text, item.value.span)
        case typed.Constant():
            raise silent()
        case _:
            raise fault("invalid-scope", "a range of addresses is wanted here", item.value.span, "write it out: `scope ip = 10.244.0.0/29`")


def _parsed(text: str, span: Span) -> Cidr:
    try:
        return ip_network(text)
    except ValueError:
        raise fault("invalid-scope", f"`{text}` is not a range of addresses", span, "write it out: `scope ip = 10.244.0.0/29`") from None


def _names(instance: Instance, node: tree.Expr, entity: str) -> tuple[str, ...] | None:
    """The names of `{web, db}`, which the check knows from now on; None where there is no such set."""
    if not isinstance(node, tree.Items) or node.kind != "set":
        return None
    names: list[str] = []
    for each in node.items:
        if not isinstance(each, tree.Name):
            raise fault("invalid-scope", "names of individuals are wanted here", each.span, "write `{web, db}`")
        if each.name in instance.individuals:
            raise fault("duplicate-name", f"`{each.name}` is named twice", each.span, "give each individual a name of its own")
        instance.individuals[each.name] = Individual(entity, len(names), each.name, True)
        names.append(each.name)
    return tuple(names)


def _size(node: tree.Expr) -> int:
    if isinstance(node, tree.Literal) and node.kind == "int":
        return int(node.text)
    raise fault("invalid-scope", "a number of individuals is wanted here", node.span, "write how many, `3`, or which, `{web, db}`")


# ---- settings


def read_setting(instance: Instance, item: tree.Set) -> None:
    """`set x = e`, `set Pod.f = e`, `set web.f = e`; the value `any` stands for every one that is allowed."""
    if item.owner is None:
        _set_const(instance, item, instance.scope.need(item.name, "const", word(item.span, item.name)))
        return
    who = instance.individuals.get(item.owner)
    named = None if who else instance.scope.qualified(item.owner, item.name, item.span)
    if named is not None and named.kind == "const":
        _set_const(instance, item, named)
        return
    entity = who.entity if who else _entity(instance, item)
    symbol = _const_field(instance, item, entity)
    value, each = _one(instance, item, symbol.type) if who else _one_or_each(instance, item, symbol.type)
    _add(instance, Setting(entity, who.name if who else None, symbol.name, value, each, item.unless_given, span=item.span))


def _add(instance: Instance, made: Setting) -> None:
    key = (made.entity, made.individual, made.name)
    first = instance.settings.get(key)
    if first is not None:
        raise fault("duplicate-setting", "this is set twice", made.span, "leave one of them out", ((first.span, "the first one"),))
    instance.settings[key] = made


def _set_const(instance: Instance, item: tree.Set, named: Named) -> None:
    value, _ = _one(instance, item, instance.library.type_of(named))
    _add(instance, Setting(None, None, named.name, value, False, item.unless_given, span=item.span))


def _entity(instance: Instance, item: tree.Set) -> str:
    assert item.owner is not None
    place = word(item.span, item.owner)
    named = instance.scope.find(item.owner, place)
    if named is not None and named.kind == "entity":
        return named.name
    if named is None and instance.scope.incomplete:
        raise silent()
    known = [*instance.individuals, *(each.declared.name for each in instance.scope.visible("entity"))]
    message = f"`{item.owner}` is no entity, and no individual that a `scope` here names"
    raise fault("unknown-entity", message, place, suggest_or_list(item.owner, known, "there is"))


def _const_field(instance: Instance, item: tree.Set, entity: str) -> FieldSymbol:
    assert item.owner is not None
    rest = Span(item.span.source, word(item.span, item.owner).end, item.span.end)
    place = word(rest, item.name)
    typer = instance.typer([])
    symbol = typer.fields(entity).get(item.name)
    if symbol is None:
        raise no_field(typer, entity, item.name, place)
    if symbol.kind == "var":
        also = ((symbol.span, "declared here"),)
        message = f"`{item.name}` is state, and `set` gives constants"
        raise fault("not-constant", message, place, "restrict the first state with `init`", also)
    return symbol


def _is_any(node: tree.Expr) -> bool:
    return isinstance(node, tree.Name) and node.name == "any"


def _one(instance: Instance, item: tree.Set, type_: Type) -> tuple[Expr | None, bool]:
    """One value of the type."""
    faults = instance.library.faults[instance.scope.module]
    value = None if _is_any(item.value) else _typed(instance, item, type_, faults)
    return value, False


def _typed(instance: Instance, item: tree.Set, type_: Type, faults: list[Diagnostic]) -> Expr:
    typer = instance.typer(faults)
    return constant(typer, typer.expression(item.value, type_), "what is set")


def _one_or_each(instance: Instance, item: tree.Set, type_: Type) -> tuple[Expr | None, bool]:
    """One value for all individuals, or else a list with one for each."""
    if _is_any(item.value):
        return None, False
    for_all: list[Diagnostic] = []
    value = _typed(instance, item, type_, for_all)
    if not for_all:
        return value, False
    for_each: list[Diagnostic] = []
    values = _typed(instance, item, ListType(type_), for_each)
    if not for_each:
        return values, True
    listed = isinstance(item.value, tree.Items) and item.value.kind == "list" and not isinstance(type_, ListType)
    instance.library.faults[instance.scope.module].extend(for_each if listed else for_all)
    return value, False
