"""Statements and declarations as a text says them, one class a form. Import them from `kmodel.syntax.tree`."""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.syntax.tree_expressions import (
    Assigned,
    Binder,
    Expr,
    Node,
    TypeNode,
)

# ---- statements


@dataclass(frozen=True, slots=True)
class Require(Node):
    condition: Expr


@dataclass(frozen=True, slots=True)
class Assert(Node):
    condition: Expr


@dataclass(frozen=True, slots=True)
class Let(Node):
    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Assign(Node):
    """`place := value`; a place is a Name with Fields and Indexes behind it."""

    place: Expr
    value: Expr


@dataclass(frozen=True, slots=True)
class IfStatement(Node):
    condition: Expr
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class ForStatement(Node):
    binders: tuple[Binder, ...]
    where: Expr | None
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Choose(Node):
    """`optimum` is maximizing or minimizing, with its `score`; or None, None."""

    binder: Binder
    where: Expr | None
    optimum: str | None
    score: Expr | None
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Create(Node):
    name: str
    entity: str
    values: tuple[Assigned, ...]
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Delete(Node):
    target: Expr


Statement: TypeAlias = Require | Assert | Let | Assign | IfStatement | ForStatement | Choose | Create | Delete

# ---- declarations


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    name: str
    value: Expr | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared(Node):
    """`doc` is the text of the `##` lines above, without the marks; `name_span` underlines the name."""

    name: str
    name_span: Span = field(compare=False, repr=False)
    doc: str | None = None
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Enum(Declared):
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FieldDeclaration(Declared):
    """A field of an entity (`kind` const or var) or of a record (`kind` field).

    `at` is a path in the object (or its part), `of` are paths from the object's root.
    """

    kind: str
    type: TypeNode
    default: Expr | None
    at: str | None
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record(Declared):
    fields: tuple[FieldDeclaration, ...]


@dataclass(frozen=True, slots=True)
class TypeAliasDeclaration(Declared):
    type: TypeNode


@dataclass(frozen=True, slots=True)
class Unless(Node):
    """`unless path = "value", …`; without values: unless anything is there."""

    path: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class From(Node):
    """`from api/Kind at path times path = default unless …` or `times count(Entity)`."""

    api_kind: str
    at: str | None
    times: str | None
    times_default: int | None
    times_entity: str | None
    unless: tuple[Unless, ...]


@dataclass(frozen=True, slots=True)
class Entity(Declared):
    pool: bool
    sources: tuple[From, ...]
    fields: tuple[FieldDeclaration, ...]


@dataclass(frozen=True, slots=True)
class Extend(Declared):
    fields: tuple[FieldDeclaration, ...]


@dataclass(frozen=True, slots=True)
class Const(Declared):
    type: TypeNode
    value: Expr | None


@dataclass(frozen=True, slots=True)
class Var(Declared):
    type: TypeNode
    value: Expr | None


@dataclass(frozen=True, slots=True)
class Assume(Declared):
    conditions: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """`name: type` or `name in domain`."""

    name: str
    type: TypeNode | None
    domain: Expr | None


@dataclass(frozen=True, slots=True)
class Def(Declared):
    parameters: tuple[Parameter, ...]
    result: TypeNode | None
    body: Expr


@dataclass(frozen=True, slots=True)
class Relation(Declared):
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class Rule(Declared):
    """A name in `head` that means nothing yet is a variable of the rule."""

    head: tuple[Expr, ...]
    condition: Expr | None


@dataclass(frozen=True, slots=True)
class Component(Declared):
    """`fairness` is None, weak or strong; `per` an entity whose individuals are each treated fairly."""

    fairness: str | None
    per: str | None


@dataclass(frozen=True, slots=True)
class Action(Declared):
    parameters: tuple[Parameter, ...]
    component: str | None
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Init(Declared):
    """`name` is empty."""

    conditions: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Claim(Declared):
    """`kind` is invariant, transition, property or witness."""

    kind: str
    parameters: tuple[Parameter, ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class Query(Declared):
    parameters: tuple[Parameter, ...]
    result: TypeNode | None
    body: Expr


@dataclass(frozen=True, slots=True)
class Scope(Node):
    """`name = value of pool`: a number, a set of names, or (for `ip`) a range of addresses."""

    name: str
    value: Expr
    pool: int | None
    unless_given: bool


@dataclass(frozen=True, slots=True)
class Set(Node):
    """`set name = value`, `set owner.name = value`."""

    owner: str | None
    name: str
    value: Expr
    unless_given: bool


@dataclass(frozen=True, slots=True)
class Limit(Node):
    action: str
    most: int


@dataclass(frozen=True, slots=True)
class Use(Node):
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verify(Node):
    globs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expect(Node):
    """`verdict` is holds, violated, reached or unreachable; `depth` and `steps` are None where not said."""

    verdict: str
    globs: tuple[str, ...]
    depth: int | None
    steps: int | None
    every_scope: bool = False


@dataclass(frozen=True, slots=True)
class Cluster(Node):
    """No paths: the objects given on the command line."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckAssume(Node):
    condition: Expr


CheckItem: TypeAlias = Scope | Set | Limit | Use | Verify | Expect | Cluster | CheckAssume


@dataclass(frozen=True, slots=True)
class Check(Declared):
    items: tuple[CheckItem, ...]


Declaration: TypeAlias = (
    Enum
    | Record
    | TypeAliasDeclaration
    | Entity
    | Extend
    | Const
    | Var
    | Assume
    | Def
    | Relation
    | Rule
    | Component
    | Action
    | Init
    | Claim
    | Query
    | Check
)


@dataclass(frozen=True, slots=True)
class Import(Node):
    module: str
    alias: str | None


@dataclass(frozen=True, slots=True)
class Comment(Node):
    """`text` with its mark; kept for the formatter."""

    text: str
