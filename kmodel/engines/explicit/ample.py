"""Partial-order reduction: of steps that commute, one order is enough, as long as no claim can tell the difference.

In a state a *stubborn* set of actions is closed: with an action that can be taken it has all that depend on it, with one that cannot, all
that write what a false part of its guard reads. What can be taken of it is the *ample* set, if
  (C0) it is not empty unless nothing can be taken,
  (C1) what is left out cannot be what makes an action of it impossible or different: the set is closed,
  (C2) its actions write nothing that a claim reads,
  (C3) one of its steps leads to a state that was not seen yet, so that no action is put off for ever (queue proviso, breadth-first).
Two actions are independent if neither writes what the other reads or writes; guards, updates and what may be undefined are all read.
Claims about steps that nothing happening could break, and temporal claims (fairness sees which actions are enabled) are not treated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from kmodel.engines.explicit.choices import conjuncts
from kmodel.engines.explicit.steps import Steps
from kmodel.ground.rebuild import Reads
from kmodel.ground.system import Action, Claim, System
from kmodel.ground.terms import TRUE, Term, Variable, not_
from kmodel.records import dataclass

Step = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Independence:
    """Sets of actions are bits. `depends[a]`: the actions that do not commute with a. `needs[a]`: for each part of what a needs to be
    taken (an index into `parts`), the actions that write what it reads; few of them first. `visible`: actions that write what claims
    read."""

    parts: tuple[Term, ...]
    depends: tuple[int, ...]
    needs: tuple[tuple[tuple[int, int], ...], ...]
    visible: int

    def ample(self, enabled: Sequence[int], truths: int) -> Iterator[int]:
        """Ample sets as far as C0 to C2 go, the smallest first, none that leaves nothing out; bit i of `truths` says that the i-th
        part holds."""
        every = sum(1 << action for action in enabled)
        found = {closed & every for action in enabled if not self.visible >> action & 1 for closed in self._closed(action, every, truths)}
        yield from sorted(found, key=lambda chosen: (chosen.bit_count(), chosen))

    def _closed(self, seed: int, enabled: int, truths: int) -> Iterator[int]:
        """The least stubborn set with the seed, unless it is of no use."""
        chosen = open_ = 1 << seed
        while open_:
            action = (open_ & -open_).bit_length() - 1
            more = self.depends[action] if enabled >> action & 1 else self._enabling(action, truths)
            open_ = (open_ | more & ~chosen) & ~(1 << action)
            chosen |= more
            if chosen & enabled & self.visible or chosen & enabled == enabled:
                return
        yield chosen

    def _enabling(self, action: int, truths: int) -> int:
        """Actions one of which must be taken before the action can be: those that write what a false part reads."""
        return next(writers for part, writers in self.needs[action] if not truths >> part & 1)


def independence(system: System) -> Independence | None:
    """How the actions depend on each other; None where no claim-blind action commutes with another."""
    if not all(_blind_to_idling(claim) for claim in system.claims):
        return None
    reads = Reads()
    written = [frozenset(which for which, term in action.updates) for action in system.actions]
    used = [written[at] | reads.of(_terms(action)) for at, action in enumerate(system.actions)]
    numbers = range(len(system.actions))
    depends = tuple(_bits(other for other in numbers if written[at] & used[other] or written[other] & used[at]) | 1 << at for at in numbers)
    seen = reads.of(term for claim in system.claims for term in _watched(claim, system))
    visible = _bits(at for at in numbers if written[at] & seen)
    everything = (1 << len(numbers)) - 1
    if all(visible >> at & 1 or depends[at] == everything for at in numbers):
        return None
    parts: dict[Term, int] = {}
    needs = tuple(_needs(action, parts, written, reads) for action in system.actions)
    return Independence(tuple(parts), depends, needs, visible)


def _bits(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)


def _terms(action: Action) -> Iterator[Term]:
    yield action.guard
    yield from (term for _, term in action.updates)
    yield from (each.condition for each in action.undefined)


def _watched(claim: Claim, system: System) -> Iterator[Term]:
    yield claim.term
    yield claim.exercised
    yield from (each.condition for each in claim.undefined)
    if claim.kind == "defined":
        yield from (each.condition for action in system.actions for each in action.undefined)


def _blind_to_idling(claim: Claim) -> bool:
    """Whether only steps that change what the claim reads can decide it."""
    if claim.kind == "transition":
        steps = Steps()
        idle = Action("idle", (), None, TRUE, (), (), claim.span)
        return steps.after(claim.term, idle) is TRUE and not claim.undefined and not steps.primed(claim.exercised)
    return claim.kind != "property"


def _needs(action: Action, parts: dict[Term, int], written: Sequence[frozenset[Variable]], reads: Reads) -> tuple[tuple[int, int], ...]:
    conditions = [*conjuncts(action.guard), *(part for each in action.undefined for part in conjuncts(not_(each.condition)))]
    found = [
        (parts.setdefault(part, len(parts)), _bits(at for at, writes in enumerate(written) if writes & reads(part))) for part in conditions
    ]
    return tuple(sorted(found, key=lambda need: (need[1].bit_count(), need[0])))


def chosen(plan: Independence, options: Sequence[Step], truths: int, is_new: Callable[[int], bool]) -> Sequence[Step]:
    """The steps to take, of all that can be taken: those of the first ample set that leads to something new (C3), or all."""
    for ample in plan.ample([action for action, _ in options], truths):
        kept = [step for step in options if ample >> step[0] & 1]
        if any(is_new(after) for _, after in kept):
            return kept
    return options
