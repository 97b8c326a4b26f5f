"""A program: typed modules, linked. What a check sees of it is the closure of its module's imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from kmodel.records import dataclass
from kmodel.source import Diagnostic, Source, Span
from kmodel.typed.expressions import Expr, Statement
from kmodel.typed.types import Type
from kmodel.typed.values import Cidr

MOST_INDIVIDUALS = 100_000
"""More of one entity than this is taken for a mistake: a system of so many would take hours and all memory to write down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A declared thing. `name` is qualified (`module.name`; a field's is its plain name); `span` underlines the declared name."""

    name: str
    module: str
    span: Span = field(compare=False, repr=False)
    doc: str | None = None

    @property
    def short(self) -> str:
        return self.name.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True)
class EnumSymbol(Symbol):
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldSymbol(Symbol):
    """A field of an entity (`kind` const or var) or a record (field).

    `default` may refer to the individual as Local `self`; None means: must be given (const: else symbolic), starts anywhere (var).
    `tunable`: its numbers are what one would change first.
    `at` is a path in the object or part that an individual is read from, `of` are paths from that object's root;
    a record's field without `at` is read at its own name.
    """

    kind: Literal["const", "var", "field"]
    type: Type
    default: Expr | None
    at: str | None
    of: tuple[str, ...]
    tunable: bool = False


@dataclass(frozen=True, slots=True)
class RecordSymbol(Symbol):
    fields: tuple[FieldSymbol, ...]


@dataclass(frozen=True, slots=True)
class UnlessThere:
    """Objects are not read that have one of these values at the path, or with no values, anything. Of the paths in quotes `#…` none is
    in the object: see `kmodel.manifests.individuals`."""

    path: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadFrom:
    """Individuals are read from objects of this apiVersion/kind: one an object, or `times` (a path with its default, or one
    per individual of an entity, by qualified name) copies of the part at `at`."""

    api_version: str
    kind: str
    at: str | None
    times: str | None
    times_default: int
    times_entity: str | None
    unless: tuple[UnlessThere, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class EntitySymbol(Symbol):
    """`fields` are those of all modules of the program; each names its module."""

    pool: bool
    sources: tuple[ReadFrom, ...]
    fields: tuple[FieldSymbol, ...]


@dataclass(frozen=True, slots=True)
class ConstSymbol(Symbol):
    """`tunable`: its numbers are what one would change first."""

    type: Type
    value: Expr | None
    tunable: bool = False


@dataclass(frozen=True, slots=True)
class VarSymbol(Symbol):
    type: Type
    default: Expr | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """`domain` narrows the type's values; it may use earlier parameters and the state."""

    name: str
    type: Type
    domain: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class DefSymbol(Symbol):
    parameters: tuple[Parameter, ...]
    result: Type
    body: Expr


@dataclass(frozen=True, slots=True)
class RelationSymbol(Symbol):
    """`recursive`: some rule of the program leads back to it (only positively: negation is stratified)."""

    parameters: tuple[Parameter, ...]
    recursive: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """`head` is one expression per parameter of the relation; `variables` are the rule's own, with their types; those that are
    not in the head are existential."""

    relation: str
    module: str
    head: tuple[Expr, ...]
    variables: tuple[tuple[str, Type], ...]
    condition: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ComponentSymbol(Symbol):
    """`per` is an entity's qualified name: each of its individuals is a group of its own, of the instances whose first parameter
    of that entity it is; instances without one form one group."""

    fairness: Literal["weak", "strong"] | None
    per: str | None


@dataclass(frozen=True, slots=True)
class ActionSymbol(Symbol):
    parameters: tuple[Parameter, ...]
    component: str | None
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A conjunct of `init` or `assume` (`name` is empty for `init`)."""

    name: str
    module: str
    condition: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ClaimSymbol(Symbol):
    """With parameters: one claim for each choice of them. `attributes` are @id, @severity, @fix, … as constants' text."""

    kind: Literal["invariant", "transition", "property", "witness"]
    parameters: tuple[Parameter, ...]
    body: Expr
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class QuerySymbol(Symbol):
    parameters: tuple[Parameter, ...]
    result: Type
    body: Expr


@dataclass(frozen=True, slots=True)
class ScopeItem:
    """How many individuals (of a pool: `size` exist at first, of `pool`), or which by name. `entity` is qualified."""

    entity: str
    names: tuple[str, ...]
    size: int
    pool: int | None
    unless_given: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Setting:
    """`set`: a constant (`entity` None) or an entity's field (of all individuals: one value, a list in their order, or by
    `individual` name). `value` is of the constant's type, or, with `each`, a list of such; None (`any`) makes it symbolic."""

    entity: str | None
    individual: str | None
    name: str
    value: Expr | None
    each: bool
    unless_given: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Expectation:
    """`claims` are qualified names. `every_scope`: of claims that hold (or are unreachable), for any number of individuals."""

    verdict: Literal["holds", "violated", "reached", "unreachable"]
    claims: tuple[str, ...]
    depth: int | None
    steps: int | None
    every_scope: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CheckSymbol(Symbol):
    """`universe` is `scope ip`; `limits` map actions' qualified names to budgets; `active` are the modules whose actions, rules
    and conditions take part (closure of `use`, or of the module's imports); `claims` are those to decide, in order (verified or
    expected); `cluster` is None without a cluster, () for the objects given on the command line, else paths beside the spec."""

    scopes: tuple[ScopeItem, ...]
    universe: Cidr | None
    settings: tuple[Setting, ...]
    assumptions: tuple[Expr, ...]
    limits: Mapping[str, int]
    active: frozenset[str]
    claims: tuple[str, ...]
    expectations: tuple[Expectation, ...]
    cluster: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Module:
    """A file's own declarations; symbols by qualified name are in the Program."""

    name: str
    source: Source = field(repr=False)
    imports: tuple[str, ...]
    checks: tuple[CheckSymbol, ...]


@dataclass(frozen=True, slots=True)
class Program:
    """All sound modules, linked. All mappings are by qualified name.

    `diagnostics` are the faults found; a module with one (or that imports such a module) is not in the program.
    """

    modules: Mapping[str, Module]
    enums: Mapping[str, EnumSymbol]
    records: Mapping[str, RecordSymbol]
    entities: Mapping[str, EntitySymbol]
    consts: Mapping[str, ConstSymbol]
    vars: Mapping[str, VarSymbol]
    defs: Mapping[str, DefSymbol]
    relations: Mapping[str, RelationSymbol]
    rules: tuple[Rule, ...]
    components: Mapping[str, ComponentSymbol]
    actions: Mapping[str, ActionSymbol]
    inits: tuple[Condition, ...]
    assumptions: tuple[Condition, ...]
    claims: Mapping[str, ClaimSymbol]
    queries: Mapping[str, QuerySymbol]
    diagnostics: tuple[Diagnostic, ...]

    def closure(self, module: str) -> frozenset[str]:
        """The module and all that it imports, directly or not."""
        seen: set[str] = set()
        waiting = [module]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += self.modules[name].imports
        return frozenset(seen)


def of_objects(query: QuerySymbol, active: frozenset[str]) -> CheckSymbol:
    """What a check would be that asks the query of the objects given."""
    return CheckSymbol(
        name=f"{query.module}.objects",
        module=query.module,
        span=query.span,
        scopes=(),
        universe=None,
        settings=(),
        assumptions=(),
        limits={},
        active=active,
        claims=(),
        expectations=(),
        cluster=(),
    )
