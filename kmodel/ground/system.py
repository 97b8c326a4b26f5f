"""The ground system: a finite transition system over terms. No quantifier, parameter, record or text is left in it.

Invariants. A state is a tuple of ints, one per variable in the order of `variables` (a bool is 0 or 1), each within its bounds.
A step is one action whose `guard` holds; its updates are evaluated in the state before, variables without one stay.
Guard, update and claim terms are total; where the spec would be undefined, an `Undefined` says so:
an action's condition is evaluated in the state before (it already contains the part of the guard that leads to it), and when it
holds the system has an undefined step there, whatever the guard says. A claim's is evaluated like the claim itself.
An update of an int variable may leave the variable's bounds only where an `Undefined` of the action holds too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from kmodel.ground.terms import Term, Variable
from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed.types import Type
from kmodel.typed.values import Individual, Value

State: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Undefined:
    """`code` is out-of-range, absent-optional, missing-key, empty-choose, conflicting-assignment, division-by-zero,
    deleted-individual, assertion-failed, no-minimum or invalid-text; `message` says which value of what."""

    condition: Term
    code: str
    message: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Action:
    """One action with one choice of its parameters (and of what its body chooses)."""

    name: str
    arguments: tuple[tuple[str, Value], ...]
    component: str | None
    guard: Term
    updates: tuple[tuple[Variable, Term], ...]
    undefined: tuple[Undefined, ...]
    span: Span = field(compare=False, repr=False)

    @property
    def label(self) -> str:
        return f"{self.name}({', '.join(str(value) for _, value in self.arguments)})"

    def terms(self) -> Iterator[Term]:
        """All that it reads."""
        yield self.guard
        yield from (value for _, value in self.updates)
        yield from (each.condition for each in self.undefined)


@dataclass(frozen=True, slots=True)
class Formula:
    """A temporal formula: `op` is state (then `term`), not, and, or, always, eventually or until.

    `a leads_to b` is always (not a or eventually b); `until` is strong (b comes)."""

    op: Literal["state", "not", "and", "or", "always", "eventually", "until"]
    arguments: tuple[Formula, ...] = ()
    term: Term | None = None

    def terms(self) -> Iterator[Term]:
        if self.term is not None:
            yield self.term
        for each in self.arguments:
            yield from each.terms()


ClaimKind: TypeAlias = Literal["invariant", "transition", "property", "witness", "defined"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be decided. `name` is qualified; `binding` the claim's parameters (one ground claim for each choice).

    `term` is what must hold: of each reachable state (invariant), of each step (transition, with primed variables), or of some
    reachable state (witness). A property has `formula` instead, and `term` is TRUE. A `defined` claim (one a system, named
    `defined`) has TRUE: it says that no action has an undefined step. `exercised` is true where the claim says something (the left
    side of its implication, the domain of its quantifier); it must be reachable, else the claim is vacuous. For a transition it may
    have primed variables.
    """

    name: str
    kind: ClaimKind
    binding: tuple[tuple[str, Value], ...]
    term: Term
    formula: Formula | None
    exercised: Term
    undefined: tuple[Undefined, ...]
    span: Span = field(compare=False, repr=False)

    def terms(self) -> Iterator[Term]:
        """All that it says."""
        yield self.term
        yield self.exercised
        yield from (each.condition for each in self.undefined)
        if self.formula is not None:
            yield from self.formula.terms()


@dataclass(frozen=True, slots=True)
class Fairness:
    """Weak: a group that stays enabled is taken at last. Strong: one that is enabled again and again is. `actions` are indexes."""

    name: str
    kind: Literal["weak", "strong"]
    actions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """How a variable starts: at `value` (a term over rigid variables and variables of earlier starts), or anywhere (None)."""

    variable: Variable
    value: Term | None


# ---- how values of the language lie in variables


@dataclass(frozen=True, slots=True)
class FixedShape:
    """Always this value."""

    value: Value


@dataclass(frozen=True, slots=True)
class BoolShape:
    variable: Variable


@dataclass(frozen=True, slots=True)
class NumberShape:
    """The value is the variable's number."""

    variable: Variable


@dataclass(frozen=True, slots=True)
class ChoiceShape:
    """The value is `values[variable]` (an enum, an individual, an address, an optional one of these, …)."""

    variable: Variable
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class OptionalShape:
    """`none` where `present` is 0 (then the variables of `item` are at their least values)."""

    present: Variable
    item: Shape


@dataclass(frozen=True, slots=True)
class RecordShape:
    record: str
    fields: tuple[tuple[str, Shape], ...]


@dataclass(frozen=True, slots=True)
class TupleShape:
    items: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class SetShape:
    """Each possible item with the bool that says whether it is in the set."""

    items: tuple[tuple[Value, Variable], ...]


@dataclass(frozen=True, slots=True)
class MapShape:
    """Each possible key, the bool that says whether it is there, and its value (at its least where it is not)."""

    pairs: tuple[tuple[Value, Variable, Shape], ...]


@dataclass(frozen=True, slots=True)
class ListShape:
    """`length` items; the rest are at their least values."""

    length: Variable
    items: tuple[Shape, ...]


Shape: TypeAlias = (
    FixedShape | BoolShape | NumberShape | ChoiceShape | OptionalShape | RecordShape | TupleShape | SetShape | MapShape | ListShape
)


@dataclass(frozen=True, slots=True)
class Place:
    """What the spec calls a `var` (or an unset `const`): a field of an individual, or a module's (`individual` None).

    `name` is the program's for the field or variable; `label` how traces write it (`p1.ip`, `paused`)."""

    name: str
    individual: Individual | None
    type: Type
    shape: Shape
    rigid: bool

    @property
    def label(self) -> str:
        return label_of(self.individual, self.name)


def label_of(individual: Individual | None, name: str) -> str:
    """How a place is written in traces. Only one field of a name is in sight of a check, so its module is not said."""
    short = name.rsplit(".", 1)[-1]
    return short if individual is None else f"{individual}.{short}"


@dataclass(frozen=True, slots=True)
class SymmetricGroup:
    """Individuals that may be permuted without changing the system: verified on its terms."""

    entity: str
    individuals: tuple[Individual, ...]


@dataclass(frozen=True, slots=True)
class System:
    """One check of one program on one instance, ground.

    `counters` names the budget variable of each limited action. `scope` maps entities (short names, and `ip`) to sizes or text,
    `limits` actions to budgets; `assumed` are sentences on what was assumed and `hidden` on what was left out (inactive modules).
    """

    check: str
    variables: tuple[Variable, ...]
    starts: tuple[Start, ...]
    initial: tuple[Term, ...]
    actions: tuple[Action, ...]
    claims: tuple[Claim, ...]
    fairness: tuple[Fairness, ...]
    places: tuple[Place, ...]
    symmetric: tuple[SymmetricGroup, ...]
    scope: Mapping[str, int | str]
    limits: Mapping[str, int]
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """The part of a system that decides some of its claims: the cone of influence of their variables.

    `variables[i]`, `actions[i]` and `claims[i]` are the whole's indexes of the part's i-th. Every behaviour of the part, with the
    other variables at any start, is one of the whole, and the claims have the same verdicts and shortest traces.
    """

    system: System
    variables: tuple[int, ...]
    actions: tuple[int, ...]
    claims: tuple[int, ...]
