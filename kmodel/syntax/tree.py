"""What a text says, before anything is known of its names: one class a form. Equality ignores places.

Names are the text's; numbers with a unit, addresses and strings keep their text in `Literal`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from kmodel.source import Source, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Everything that has a place."""

    span: Span = field(compare=False, repr=False)


# ---- types


@dataclass(frozen=True, slots=True)
class NamedType(Node):
    name: str


@dataclass(frozen=True, slots=True)
class AppliedType(Node):
    """`set[T]`, `map[K, V]`, `list[T]`, `list[T, 5]`: an argument is a type or the greatest length."""

    name: str
    arguments: tuple[TypeNode | int, ...]


@dataclass(frozen=True, slots=True)
class RangeType(Node):
    """`low..high`; a bound is a number or the name of an `int` constant."""

    low: int | str
    high: int | str


@dataclass(frozen=True, slots=True)
class TupleType(Node):
    items: tuple[TypeNode, ...]


@dataclass(frozen=True, slots=True)
class OptionalType(Node):
    item: TypeNode


TypeNode: TypeAlias = NamedType | AppliedType | RangeType | TupleType | OptionalType

# ---- expressions


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """`kind` is bool, none, int, quantity, percent, ip, cidr or string; `text` as written, a string's unescaped."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`op` is `not`, `-`, `always`, `eventually` or `next`."""

    op: str
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`op` as written: `+ - & * / mod == != < <= > >= in and or implies iff leads_to until ..` and `not in`."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Is(Node):
    """`operand is name`: true when the optional is present, and then `name` is its value."""

    operand: Expr
    name: str


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Expr
    then: Expr
    otherwise: Expr


@dataclass(frozen=True, slots=True)
class LetIn(Node):
    """`let name = value: body`."""

    name: str
    value: Expr
    body: Expr


@dataclass(frozen=True, slots=True)
class Binder(Node):
    """`p, q in domain`; the domain is an entity or type name, a set, a list or a range."""

    names: tuple[str, ...]
    domain: Expr


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`op` is `forall` or `exists`."""

    op: str
    binders: tuple[Binder, ...]
    where: Expr | None
    body: Expr


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """`count`, `sum`, `min` or `max`, over binders (`count(p in Pod where c)`, `sum(p in s: e)`) or over `arguments`."""

    op: str
    binders: tuple[Binder, ...]
    where: Expr | None
    body: Expr | None
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Comprehension(Node):
    """`{e for p in s where c}`, `[e for …]`, and `{p in s where c}` (then `element` is None); `kind` is set or list."""

    kind: str
    element: Expr | None
    binders: tuple[Binder, ...]
    where: Expr | None


@dataclass(frozen=True, slots=True)
class Field(Node):
    target: Expr
    name: str


@dataclass(frozen=True, slots=True)
class Index(Node):
    target: Expr
    index: Expr


@dataclass(frozen=True, slots=True)
class Assigned(Node):
    """`name = value`, in a call that makes a record and after `with`."""

    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`f(x)`, `x.f(y)` (then `receiver` is x), `Record(field = x)`."""

    name: str
    receiver: Expr | None
    arguments: tuple[Expr, ...]
    named: tuple[Assigned, ...]


@dataclass(frozen=True, slots=True)
class With(Node):
    target: Expr
    changes: tuple[Assigned, ...]


@dataclass(frozen=True, slots=True)
class Items(Node):
    """`{a, b}`, `[a, b]` or `(a, b)`: `kind` is set, list or tuple. `{}` is a set until its type says otherwise."""

    kind: str
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Pairs(Node):
    """`{a: b, …}`: a map, or a record where one is expected."""

    pairs: tuple[tuple[Expr, Expr], ...]


Expr: TypeAlias = (
    Name | Literal | Unary | Binary | Is | If | LetIn | Quantified | Aggregate | Comprehension | Field | Index | Call | With | Items | Pairs
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
class From(Node):
    """`from api/Kind at path times path = default` or `times count(Entity)`."""

    api_kind: str
    at: str | None
    times: str | None
    times_default: int | None
    times_entity: str | None


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
    Enum | Record | TypeAliasDeclaration | Entity | Extend | Const | Var | Assume | Def | Relation | Rule | Component | Action | Init | Claim | Query | Check
)


@dataclass(frozen=True, slots=True)
class Import(Node):
    module: str
    alias: str | None


@dataclass(frozen=True, slots=True)
class Comment(Node):
    """`text` with its mark; kept for the formatter."""

    text: str


@dataclass(frozen=True, slots=True)
class Tree:
    """A file. `module` is its dotted name; a file without a header is named by its file's stem."""

    source: Source = field(compare=False, repr=False)
    module: str
    imports: tuple[Import, ...]
    declarations: tuple[Declaration, ...]
    comments: tuple[Comment, ...] = field(compare=False, repr=False)
