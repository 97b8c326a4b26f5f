"""What one answer tells of other questions, which then need no solver.

A question is a conjunction. Where a part of it has no answer, it has none; and what answers a claim for one individual often answers
it for another, once both are exchanged. That is tried, and each state that is tried is looked at before it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from kmodel.ground.exchange import Asymmetric, Exchange, Exchanges
from kmodel.ground.rebuild import Rewriter, conjuncts, reading
from kmodel.ground.system import Claim, State, System
from kmodel.ground.terms import TRUE, Term
from kmodel.records import dataclass
from kmodel.typed.values import Individual


@dataclass(frozen=True, slots=True)
class Found:
    """A first state that answers a claim, and what is so in it."""

    claim: Claim
    parts: frozenset[Term]
    state: State


@dataclass(slots=True)
class Answers:
    """To the questions of a system so far: what solvers found, and conjunctions that have none."""

    system: System
    begun: Sequence[Term]
    found: dict[str, list[Found]] = field(default_factory=dict)
    refuted: list[frozenset[Term]] = field(default_factory=list)
    hard: dict[Term, None] = field(default_factory=dict)
    exchanges: Exchanges = field(init=False)

    def __post_init__(self) -> None:
        self.exchanges = Exchanges(self.system)

    def has_none(self, said: Term) -> bool:
        """Whether no first state can be so, as a part of it is known to be so in none."""
        parts = frozenset(conjuncts(said))
        return any(known <= parts for known in self.refuted)

    def state(self, claim: Claim, said: Term) -> State | None:
        """A first state that is so: one that was found, as it is or with two individuals exchanged."""
        known, parts = self.found.get(claim.name, ()), dict.fromkeys(conjuncts(said))
        for each in known:
            if self._are_so([part for part in parts if part not in each.parts], each.state):
                return each.state
        images = (self._image(each, claim) for each in known)
        return next((image for image in images if image is not None and self._are_so(self._ordered(parts), image)), None)

    def keep(self, claim: Claim, said: Term, state: State) -> None:
        """A state that was found by a solver."""
        self.found.setdefault(claim.name, []).append(Found(claim, frozenset(conjuncts(said)), state))

    def refute(self, said: Term) -> None:
        self.refuted.append(frozenset(conjuncts(said)))

    def _image(self, known: Found, claim: Claim) -> State | None:
        pair = _exchanged(known.claim, claim)
        try:
            return None if pair is None else _moved(self.system, self.exchanges.of(*pair), known.state)
        except Asymmetric:
            return None

    def _ordered(self, parts: Mapping[Term, None]) -> Iterator[Term]:
        """With those first that ruled a state out before."""
        yield from (part for part in self.hard if part in parts)
        yield from self.begun
        yield from (part for part in parts if part not in self.hard)

    def _are_so(self, parts: Iterable[Term], state: State) -> bool:
        value = Rewriter(reading(dict(zip(self.system.variables, state, strict=True))))
        wrong = next((part for part in parts if value(part) is not TRUE), None)
        if wrong is not None:
            self.hard[wrong] = None
        return wrong is None


def _exchanged(one: Claim, other: Claim) -> tuple[Individual, Individual] | None:
    """The two individuals in which claims of one name differ. Parts of a claim may be of more choices than others."""
    if [name for name, _ in one.binding] != [name for name, _ in other.binding]:
        return None
    apart = [(a, b) for (_, a), (_, b) in zip(one.binding, other.binding, strict=True) if a != b]
    match apart:
        case [(Individual() as a, Individual() as b)]:
            return a, b
        case _:
            return None


def _moved(system: System, by: Exchange, state: State) -> State:
    image = list(state)
    for which in system.variables:
        value, moved = state[which.index], by.indexes.get(which)
        image[by.variables.get(which, which).index] = value if moved is None else moved[value]
    return tuple(image)
