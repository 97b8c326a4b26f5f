"""Types and expressions as a text says them, one class a form. Import them from `kmodel.syntax.tree`."""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from kmodel.records import dataclass
from kmodel.source import Span


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
