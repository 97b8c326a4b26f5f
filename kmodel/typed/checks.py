"""Checks: which instance, which modules, which claims, what is expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from kmodel.source import Diagnostic, Span
from kmodel.syntax import tree
from kmodel.typed.declare import Declarations
from kmodel.typed.expressions import Constant, Expr, Stage
from kmodel.typed.faults import Fault, fault, suggest
from kmodel.typed.module import CheckSymbol, ClaimSymbol, Expectation, ScopeItem, Setting
from kmodel.typed.relate import BOOL, CIDR, INT, item_type
from kmodel.typed.scope import Named, Scope
from kmodel.typed.typer import Typer
from kmodel.typed.types import ListType, Type
from kmodel.typed.values import Cidr, Individual


@dataclass(slots=True)
class _Draft:
    """A check while its lines are read."""

    node: tree.Check
    scope: Scope
    library: Declarations
    claims: Mapping[str, ClaimSymbol]
    closures: Mapping[str, frozenset[str]]
    scopes: list[ScopeItem] = field(default_factory=list)
    individuals: dict[str, Individual] = field(default_factory=dict)
    universe: Cidr | None = None
    settings: list[Setting] = field(default_factory=list)
    assumptions: list[Expr] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    verified: list[str] | None = None
    expectations: list[Expectation] = field(default_factory=list)
    expected: dict[str, Expectation] = field(default_factory=dict)
    cluster: tuple[str, ...] | None = None

    def typer(self) -> Typer:
        return Typer(self.scope, self.library, individuals=self.individuals)


def check(
    node: tree.Check,
    scope: Scope,
    library: Declarations,
    claims: Mapping[str, ClaimSymbol],
    closures: Mapping[str, frozenset[str]],
    faults: list[Diagnostic],
) -> CheckSymbol:
    """The typed check. Faults are collected, one a line."""
    draft = _Draft(node, scope, library, claims, closures)
    for item in sorted(node.items, key=lambda item: not isinstance(item, tree.Scope)):
        try:
            _TABLE[type(item)](draft, item)
        except Fault as found:
            faults.append(found.diagnostic)
    own = [name for name, claim in claims.items() if claim.module == scope.module]
    chosen = dict.fromkeys([*(own if draft.verified is None else draft.verified), *draft.expected])
    order = {name: at for at, name in enumerate(claims)}
    return CheckSymbol(
        tuple(draft.scopes),
        draft.universe,
        tuple(draft.settings),
        tuple(draft.assumptions),
        draft.limits,
        _active(draft),
        tuple(sorted(chosen, key=lambda name: order[name])),
        tuple(draft.expectations),
        draft.cluster,
        name=f"{scope.module}.{node.name}",
        module=scope.module,
        span=node.name_span,
        doc=node.doc,
    )


def _active(draft: _Draft) -> frozenset[str]:
    module = draft.scope.module
    if not draft.used:
        return draft.closures[module]
    return frozenset({module}).union(*(draft.closures[used] for used in draft.used))


def _scope(draft: _Draft, item: tree.Scope) -> None:
    if item.name == "ip":
        made = draft.typer().expression(item.value, CIDR)
        assert isinstance(made, Constant)
        draft.universe = made.value  # type: ignore[assignment] # a cidr literal's value
        return
    entity = draft.scope.need(item.name, "entity", item.span).name
    names: tuple[str, ...] = ()
    if isinstance(item.value, tree.Items) and item.value.kind == "set":
        names = tuple(each.name for each in item.value.items if isinstance(each, tree.Name))
        if len(names) != len(item.value.items):
            raise fault("not-a-name", "names of individuals are wanted here", item.value.span, "write `{web, db}`")
        size = len(names)
    else:
        size = _size(draft, item.value)
    for at, name in enumerate(names):
        if name in draft.individuals:
            raise fault("duplicate-name", f"`{name}` is named twice", item.value.span)
        draft.individuals[name] = Individual(entity, at, name, True)
    if item.pool is not None and item.pool < size:
        raise fault("pool-too-small", f"{size} of {item.pool} is more than all", item.span)
    draft.scopes.append(ScopeItem(entity, names, size, item.pool, item.unless_given, span=item.span))


def _size(draft: _Draft, node: tree.Expr) -> int:
    made = draft.typer().expression(node, INT)
    if not isinstance(made, Constant) or not isinstance(made.value, int) or made.value < 0:
        raise fault("not-constant", "a number of individuals is wanted here", node.span, "write a number, or names: `{web, db}`")
    return made.value


def _set(draft: _Draft, item: tree.Set) -> None:
    if item.owner is None:
        named = draft.scope.need(item.name, "const", item.span)
        value = _value(draft, item, draft.library.type_of(named))
        draft.settings.append(Setting(None, None, named.name, value, False, item.unless_given, span=item.span))
        return
    who = draft.individuals.get(item.owner)
    qualified = draft.scope.qualified(item.owner, item.name)
    if who is None and qualified is not None and qualified.kind == "const":
        value = _value(draft, item, draft.library.type_of(qualified))
        draft.settings.append(Setting(None, None, qualified.name, value, False, item.unless_given, span=item.span))
        return
    entity = who.entity if who else draft.scope.need(item.owner, "entity", item.span).name
    fields = draft.library.fields(entity)
    symbol = fields.get(item.name)
    if symbol is None:
        raise fault("unknown-field", f"{entity.rsplit('.', 1)[-1]} has no field `{item.name}`", item.span, suggest(item.name, fields))
    value, each = _field_value(draft, item, symbol.type) if who is None else (_value(draft, item, symbol.type), False)
    draft.settings.append(Setting(entity, who.name if who else None, item.name, value, each, item.unless_given, span=item.span))


def _is_any(node: tree.Expr) -> bool:
    return isinstance(node, tree.Name) and node.name == "any"


def _value(draft: _Draft, item: tree.Set, type_: Type) -> Expr | None:
    return None if _is_any(item.value) else _constant(draft.typer().expression(item.value, type_))


def _constant(made: Expr) -> Expr:
    if made.stage is not Stage.CONSTANT:
        raise fault("not-constant", "this depends on the state", made.span, "a constant is set before anything happens")
    return made


def _field_value(draft: _Draft, item: tree.Set, type_: Type) -> tuple[Expr | None, bool]:
    """One value for all individuals, or a list with one for each: whichever the field's type allows."""
    if _is_any(item.value):
        return None, False
    try:
        return _constant(draft.typer().expression(item.value, type_)), False
    except Fault as first:
        if not (isinstance(item.value, tree.Items) and item.value.kind == "list"):
            raise
        try:
            return _constant(draft.typer().expression(item.value, ListType(type_))), True
        except Fault as second:
            raise (first if item_type(type_) is not None and isinstance(type_, ListType) else second) from None


def _assume(draft: _Draft, item: tree.CheckAssume) -> None:
    draft.assumptions.append(_constant(draft.typer().expression(item.condition, BOOL)))


def _limit(draft: _Draft, item: tree.Limit) -> None:
    named = draft.scope.dotted(item.action, item.span) or _anywhere(draft, item.action)
    if named is None or named.kind != "action":
        known = [name.rsplit(".", 1)[-1] for name in _actions(draft)]
        raise fault("unknown-action", f"`{item.action}` is not a known action", item.span, suggest(item.action, known))
    if named.name in draft.limits:
        raise fault("duplicate-name", f"`{item.action}` is limited twice", item.span)
    draft.limits[named.name] = item.most


def _anywhere(draft: _Draft, name: str) -> Named | None:
    """A name of any module that the check's module sees, directly or not."""
    found = [
        draft.library.scopes[module].own[name]
        for module in sorted(draft.closures[draft.scope.module])
        if name in draft.library.scopes[module].own
    ]
    return found[0] if len(found) == 1 else None


def _actions(draft: _Draft) -> list[str]:
    return [
        each.name
        for module in draft.closures[draft.scope.module]
        for each in draft.library.scopes[module].own.values()
        if each.kind == "action"
    ]


def _use(draft: _Draft, item: tree.Use) -> None:
    for name in item.modules:
        module = draft.scope.qualifiers.get(name, name)
        matching = [each for each in draft.closures if each == module or each.endswith(f".{module}")]
        if len(matching) != 1:
            raise fault("unknown-module", f"`{name}` is no module that is imported", item.span, suggest(name, draft.scope.qualifiers))
        draft.used.append(matching[0])


def _globbed(draft: _Draft, glob: str, span: Span) -> list[str]:
    """The claims that a glob means: `claim`, `module.claim`, `module.*`, `*`."""
    seen = {
        name: claim
        for name, claim in draft.claims.items()
        if claim.module in draft.closures[draft.scope.module] or any(claim.module in draft.closures[u] for u in draft.used)
    }

    def matches(name: str) -> bool:
        module, _, short = name.rpartition(".")
        if "." not in glob:
            return fnmatchcase(short, glob)
        wanted, _, last = glob.rpartition(".")
        wanted = draft.scope.qualifiers.get(wanted, wanted)
        return fnmatchcase(short, last) and (module == wanted or module.endswith(f".{wanted}"))

    found = [name for name in seen if matches(name)]
    own = [name for name in found if seen[name].module == draft.scope.module]
    chosen = own or found if "*" not in glob else found
    if not chosen:
        known = [name.rsplit(".", 1)[-1] for name in seen]
        raise fault("unknown-claim", f"no claim is called `{glob}`", span, suggest(glob, known))
    return chosen


def _verify(draft: _Draft, item: tree.Verify) -> None:
    draft.verified = (draft.verified or []) + [name for glob in item.globs for name in _globbed(draft, glob, item.span)]


def _expect(draft: _Draft, item: tree.Expect) -> None:
    claims = tuple(dict.fromkeys(name for glob in item.globs for name in _globbed(draft, glob, item.span)))
    made = Expectation(item.verdict, claims, item.depth, item.steps, span=item.span)  # type: ignore[arg-type] # the token's own words
    for name in claims:
        witness = draft.claims[name].kind == "witness"
        if witness != (item.verdict in ("reached", "unreachable")):
            words = "`reached` or `unreachable`" if witness else "`holds` or `violated`"
            raise fault(
                "wrong-expectation",
                f"`{name.rsplit('.', 1)[-1]}` cannot be expected `{item.verdict}`",
                item.span,
                f"of a {draft.claims[name].kind} say {words}",
            )
        if name in draft.expected:
            raise fault(
                "duplicate-expectation",
                f"`{name.rsplit('.', 1)[-1]}` has two expectations",
                item.span,
                None,
                ((draft.expected[name].span, "the first one"),),
            )
        draft.expected[name] = made
    draft.expectations.append(made)


def _cluster(draft: _Draft, item: tree.Cluster) -> None:
    draft.cluster = (draft.cluster or ()) + item.paths


_TABLE: dict[type, Callable[..., None]] = {
    tree.Scope: _scope,
    tree.Set: _set,
    tree.CheckAssume: _assume,
    tree.Limit: _limit,
    tree.Use: _use,
    tree.Verify: _verify,
    tree.Expect: _expect,
    tree.Cluster: _cluster,
}
