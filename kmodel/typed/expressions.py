"""Typed expressions and statements: every name resolved, every type known, nothing implicit but `T` to `T?`.

Coercions (`T` to `T?`, int to IntOrString, range to int, bool to temporal) need no node: values are the same.
No local shadows another that is in sight, so that an environment is a flat mapping; beside each other two may share a name.
A parameter's stage is CONSTANT (an instance has one value for it; a call of a def is as late as its body and its arguments), and so is
that of a variable over an entity, an enum or a range; one over a computed set is as late as the set.
"""

from __future__ import annotations

from dataclasses import field
from enum import Enum
from typing import TypeAlias

from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed.types import Type
from kmodel.typed.values import Value


class Stage(Enum):
    """When a value is known: before any search (CONSTANT), in a state (STATE), in a step (STEP: uses `next`)."""

    CONSTANT = 0
    STATE = 1
    STEP = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    type: Type
    stage: Stage
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Constant(Typed):
    """A literal, an enum member, `none`, or anything else whose value needs no evaluation."""

    value: Value


@dataclass(frozen=True, slots=True)
class Local(Typed):
    """A parameter, a bound or let variable, `self` (the individual) in a field's default."""

    name: str


@dataclass(frozen=True, slots=True)
class ConstRef(Typed):
    """A module's `const`, by qualified name."""

    name: str


@dataclass(frozen=True, slots=True)
class VarRef(Typed):
    """A module's `var`, by qualified name."""

    name: str


@dataclass(frozen=True, slots=True)
class FieldRef(Typed):
    """A field of an individual. `target` has entity type (`entity` is its qualified name)."""

    target: Expr
    entity: str
    field_name: str


@dataclass(frozen=True, slots=True)
class Project(Typed):
    """A field of a record."""

    target: Expr
    field_name: str


@dataclass(frozen=True, slots=True)
class All(Typed):
    """Every individual of an entity (of a pool: those that exist), every member of an enum, every number of a range type:
    a set, of the type's values."""

    of: Type


@dataclass(frozen=True, slots=True)
class Apply(Typed):
    """An operator or built-in function of `operators.OPERATORS`, by its name there."""

    op: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Is(Typed):
    """`operand is name`. True: `name` is bound in what `and`, `implies`, `then`, `where` or `require` lets follow."""

    operand: Expr
    name: str


@dataclass(frozen=True, slots=True)
class If(Typed):
    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class Let(Typed):
    name: str
    value: Expr
    body: Expr


@dataclass(frozen=True, slots=True)
class Bound(Typed):
    """A variable and the set or list that it ranges over (evaluated with the earlier ones bound). `type` is the item's."""

    name: str
    domain: Expr


@dataclass(frozen=True, slots=True)
class Quantified(Typed):
    """`op` is forall or exists."""

    op: str
    bound: tuple[Bound, ...]
    where: Expr | None
    body: Expr


@dataclass(frozen=True, slots=True)
class Aggregate(Typed):
    """`op` is count (no body), sum, min or max of `body` over the bound variables. min and max of nothing are undefined."""

    op: str
    bound: tuple[Bound, ...]
    where: Expr | None
    body: Expr | None


@dataclass(frozen=True, slots=True)
class Comprehension(Typed):
    """A set or a list (by `type`) of `element`."""

    element: Expr
    bound: tuple[Bound, ...]
    where: Expr | None


@dataclass(frozen=True, slots=True)
class CallDef(Typed):
    """A call of a `def`, by qualified name."""

    name: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Holds(Typed):
    """A fact of a relation (by qualified name): true when its rules derive it."""

    relation: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class MakeRecord(Typed):
    """Every field has a value: defaults are filled in."""

    fields: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class MakeItems(Typed):
    """A set, list or tuple (by `type`) of these."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class MakeMap(Typed):
    pairs: tuple[tuple[Expr, Expr], ...]


@dataclass(frozen=True, slots=True)
class WithFields(Typed):
    """The record `target` with some fields replaced."""

    target: Expr
    changes: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Next(Typed):
    """The value of `operand` after the step."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Temporal(Typed):
    """`op` is always, eventually (one argument), until or leads_to (two). Their boolean combinations and quantifiers are
    Apply (not, and, or, implies, iff), Quantified, If with a state condition, all of type TemporalType."""

    op: str
    arguments: tuple[Expr, ...]


Expr: TypeAlias = (
    Constant
    | Local
    | ConstRef
    | VarRef
    | FieldRef
    | Project
    | All
    | Apply
    | Is
    | If
    | Let
    | Quantified
    | Aggregate
    | Comprehension
    | CallDef
    | Holds
    | MakeRecord
    | MakeItems
    | MakeMap
    | WithFields
    | Next
    | Temporal
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Require(Placed):
    condition: Expr


@dataclass(frozen=True, slots=True)
class Assert(Placed):
    condition: Expr


@dataclass(frozen=True, slots=True)
class LetStatement(Placed):
    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Assign(Placed):
    """`root` is a VarRef or a FieldRef of a `var`; `path` leads inward: a str is a record's field, an Expr a map's key."""

    root: VarRef | FieldRef
    path: tuple[str | Expr, ...]
    value: Expr


@dataclass(frozen=True, slots=True)
class IfStatement(Placed):
    condition: Expr
    then: tuple[Statement, ...]
    otherwise: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class ForStatement(Placed):
    bound: tuple[Bound, ...]
    where: Expr | None
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Choose(Placed):
    """Any one item where `where` holds (of the best by `score`, when `optimum` is maximizing or minimizing); none: undefined."""

    bound: Bound
    where: Expr | None
    optimum: str | None
    score: Expr | None
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Create(Placed):
    """Any individual of the pool that does not exist comes to exist as `name`; no such individual: the action is not enabled."""

    name: str
    entity: str
    values: tuple[tuple[str, Expr], ...]
    body: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Delete(Placed):
    target: Expr


Statement: TypeAlias = Require | Assert | LetStatement | Assign | IfStatement | ForStatement | Choose | Create | Delete
