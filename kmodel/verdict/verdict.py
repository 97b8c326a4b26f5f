"""What an engine found out about a claim, with the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Protocol, TypeAlias

from kmodel.ground.system import State
from kmodel.ground.terms import Term
from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Trace:
    """States and the steps between them: `actions[i]` (an index into the system's actions, or -1 for a step in which nothing
    happens, only in a lasso) leads from `states[i]` to `states[i + 1]`.

    With `loop`, the last state is the same as `states[loop]` and the behaviour goes round for ever.
    `undefined` tells that the trace ends where something is undefined: ("action", index into actions, index into its
    undefined) of a step that would follow the last state, or ("claim", 0, index into the claim's undefined).
    A transition claim is violated by the trace's last step.
    """

    states: tuple[State, ...]
    actions: tuple[int, ...]
    loop: int | None = None
    undefined: tuple[str, int, int] | None = None

    @property
    def steps(self) -> int:
        return len(self.actions)


class Reached(Protocol):
    """Too many states to copy, where the engine keeps them."""

    def __len__(self) -> int: ...

    def __contains__(self, state: object) -> bool: ...

    def some(self, most: int) -> Sequence[State]:
        """A sample of at most so many, always the same."""
        ...


@dataclass(frozen=True, slots=True)
class Exhaustion:
    """All `states` reachable states were looked at; `depth` counts breadth-first levels, the initial one included.

    `reachable` are the states themselves where they are few enough to keep: an inductive invariant that can be re-checked. Of more
    states, `found` lets a sample be.
    `commuting`: of steps that commute only one order was looked at, so that the numbers are of the states that this leaves.
    """

    states: int
    generated: int
    depth: int
    reachable: frozenset[State] | None = field(default=None, repr=False, compare=False)
    commuting: bool = False
    found: Reached | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Induction:
    """The claim holds of the first `k` states of every behaviour, and after any k states in a row where it holds. `distinct`:
    the argument needed those states to be different. `together` are the claims (indexes into the system's, this one included) that
    the argument is about, all at once; empty: this one alone."""

    k: int
    distinct: bool = False
    together: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Complete:
    """No behaviour has more than `depth` steps in which something happens, and the claim holds of all those."""

    depth: int


@dataclass(frozen=True, slots=True)
class EveryScope:
    """The claim holds whatever the scope: `claims` (qualified names, this one included) and `invariants`, as text of the language, hold at
    first, and every step keeps them, for any number of individuals. `left` tells what may be anything in that argument."""

    claims: tuple[str, ...]
    invariants: tuple[str, ...]
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invariant:
    """All `lemmas` hold of the first states and are kept by every step, and the claim holds wherever they do."""

    lemmas: tuple[Term, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one conjunct of a property (by index; -1: that it is defined): no behaviour meets all that a violation of it that is fair to these
    groups needs more than `k` times. `proof` is of the system that counts (`engines.counting`)."""

    conjunct: int
    groups: tuple[int, ...]
    k: int
    proof: Certificate


@dataclass(frozen=True, slots=True)
class KLiveness:
    """A proof for each conjunct of a property."""

    conjuncts: tuple[Counted, ...]


Certificate: TypeAlias = Exhaustion | Induction | Complete | EveryScope | Invariant | KLiveness


@dataclass(frozen=True, slots=True)
class Proved:
    """Of every reachable state. For a witness: it is never reached. `rechecked` says by what (set by confirm)."""

    certificate: Certificate
    rechecked: str | None = None


@dataclass(frozen=True, slots=True)
class HoldsToDepth:
    """Of every state that at most `depth` steps lead to. For a witness: not reached within them."""

    depth: int


@dataclass(frozen=True, slots=True)
class Violated:
    """The trace ends in the failure (a witness: in a state that it describes). `shortest`: no trace with fewer steps does.
    `confirmed` is set by confirm after replay."""

    trace: Trace
    shortest: bool
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """`reason` is a sentence; up to `depth` steps (None: not even the first state) nothing was found."""

    reason: str
    depth: int | None = None


Verdict: TypeAlias = Proved | HoldsToDepth | Violated | Unknown


@dataclass(frozen=True, slots=True)
class Orbits:
    """What was looked at in the place of all states: one state for each `states` orbits, and `generated` steps from them (and first
    states). `individuals` says what was taken for interchangeable, in `order` permutations."""

    states: int
    generated: int
    order: int
    individuals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effort:
    """What an engine did. `enabled[i]` says in how many looked-at states action i was enabled (None: not counted). With `orbits`, the
    other numbers are those of all states nevertheless."""

    engine: str
    states: int | None = None
    generated: int | None = None
    depth: int | None = None
    enabled: tuple[int, ...] | None = None
    orbits: Orbits | None = None

    @property
    def stored(self) -> int:
        """How many states were really kept."""
        return (self.states or 0) if self.orbits is None else self.orbits.states


@dataclass(frozen=True, slots=True)
class Outcome:
    """One verdict per claim of the system, in its order; `vacuous[i]`: claim i was never exercised (None: not known).

    `engines[i]` gave verdict i; empty where `effort.engine` gave all of them."""

    verdicts: tuple[Verdict, ...]
    vacuous: tuple[bool | None, ...]
    effort: Effort
    engines: tuple[str, ...] = ()
