"""What an evaluator needs to know of the check beside the expression itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from kmodel.ground.symbolic import Sym
from kmodel.ground.system import Place
from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed.expressions import Expr
from kmodel.typed.module import DefSymbol, RelationSymbol, Rule
from kmodel.typed.types import Type
from kmodel.typed.values import Individual, Member, Value


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is given."""

    value: Sym


@dataclass(frozen=True, slots=True)
class Written:
    """What an expression says, of an individual if there is one; of the list that it gives, the item at `item`."""

    expr: Expr
    individual: Individual | None
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Free:
    """Whatever the place holds: a `var`, or a `const` that stands for every value."""

    place: Place


Definition: TypeAlias = Known | Written | Free


class Surroundings(Protocol):
    def const(self, name: str, span: Span) -> Definition:
        """A module's constant. Rejected where it has no value and cannot stand for every one."""

    def var(self, name: str) -> Place: ...

    def field(self, individual: Individual, name: str, span: Span) -> Definition: ...

    def exists(self, individual: Individual) -> Place | None:
        """Where it is said whether an individual of a pool exists; None for others."""

    def values(self, type_: Type, span: Span) -> Sequence[Value]:
        """All values of a finite type, in order (of a pool: those that may exist). Rejected for other types."""

    def ordinal(self, value: Individual | Member) -> int: ...

    def definition(self, name: str) -> DefSymbol: ...

    def relation(self, name: str) -> RelationSymbol: ...

    def rules(self, relation: str) -> Sequence[Rule]:
        """The rules of active modules."""

    def stratum(self, relation: str) -> Sequence[str]:
        """The relations that are defined through each other with this one."""
