"""The explicit engine: every reachable state is looked at, so that what holds is proved and what fails fails on a shortest trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kmodel.engines.engine import Budget, Progress
from kmodel.engines.explicit import tiers
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.commuting import commuting
from kmodel.engines.explicit.ends import rest
from kmodel.engines.explicit.findings import only, violated
from kmodel.engines.explicit.layout import space, unbounded
from kmodel.engines.explicit.moves import orbit
from kmodel.engines.explicit.orbits import Symmetry, may_be_wider, reduced, symmetry, wider
from kmodel.engines.explicit.properties import refute, violations
from kmodel.engines.explicit.search import Search, search
from kmodel.ground.system import State, System
from kmodel.verdict.verdict import Effort, Outcome, Unknown, Verdict

ENGINE = "explicit"

_FEW, _FEW_ORBITS = 3_000, 200
"""Until so many states (or such that stand for their orbits, which takes longer) interpreted code is done before machine code is there."""

_COUNTED = 1_000_000
"""That the number of all states is known, and not only that of orbits, is worth looking at so many."""


def explicit(system: System, budget: Budget) -> Outcome:
    """Decides every claim, temporal ones by fair lassos; a system with unbounded variables it cannot treat.

    Claims for which different individuals are interchangeable are decided one kind after the other."""
    endless = unbounded(system)
    if endless:
        claims = len(system.claims)
        return Outcome((Unknown(refusal(endless)),) * claims, (None,) * claims, Effort(ENGINE))
    clock = Clock(budget, space=space(system))
    budget.report(Progress(ENGINE, space=clock.space))
    first = commuting(system, budget, clock, _decided) if budget.partial_order == "always" else None
    if first is not None and not any(isinstance(verdict, Unknown) for verdict in first.verdicts):
        return first
    parts = [(chosen, _decided(part, of, budget, clock)) for chosen, part, of in _parts(system, budget)]
    outcome = parts[0][1] if len(parts) == 1 else _together(len(system.claims), parts)
    return outcome if budget.partial_order == "never" else _helped(system, outcome, first, budget, clock)


def _helped(system: System, outcome: Outcome, first: Outcome | None, budget: Budget, clock: Clock) -> Outcome:
    """The outcome with what is known of its open claims where steps that commute are looked at in one order."""
    open_ = [at for at, verdict in enumerate(outcome.verdicts) if isinstance(verdict, Unknown)]
    if not open_:
        return outcome
    found = first or commuting(system, budget, clock, _decided)
    closed = [at for at in open_ if found is not None and not isinstance(found.verdicts[at], Unknown)]
    if found is None or not closed:
        return outcome
    verdicts, vacuous = list(outcome.verdicts), list(outcome.vacuous)
    for at in closed:
        verdicts[at], vacuous[at] = found.verdicts[at], found.vacuous[at]
    return replace(outcome, verdicts=tuple(verdicts), vacuous=tuple(vacuous), effort=found.effort)


Part = tuple[Sequence[int], System, Symmetry | None]


def _parts(system: System, budget: Budget) -> list[Part]:
    """The claims (by index) that are decided by one search, as a system of their own, and its symmetry: all of them, or temporal ones
    apart where these allow less."""
    every = range(len(system.claims))
    if not budget.symmetry or not system.symmetric:
        return [(every, system, None)]
    temporal = [at for at in every if system.claims[at].formula is not None]
    rest = [at for at in every if system.claims[at].formula is None]
    parts: list[Part] = [(chosen, part, symmetry(part)) for chosen in (rest, temporal) if chosen for part in (only(system, chosen),)]
    if len({of.groups if of is not None else () for _, _, of in parts}) > 1:
        return parts
    return [(every, system, symmetry(system))]


def _together(claims: int, parts: Sequence[tuple[Sequence[int], Outcome]]) -> Outcome:
    """The outcome on all claims, with the effort of the search that saved most."""
    verdicts: list[Verdict] = [Unknown("not decided")] * claims
    vacuous: list[bool | None] = [None] * claims
    for chosen, outcome in parts:
        for at, verdict, idle in zip(chosen, outcome.verdicts, outcome.vacuous, strict=True):
            verdicts[at], vacuous[at] = verdict, idle
    return Outcome(tuple(verdicts), tuple(vacuous), parts[0][1].effort)


def _decided(system: System, symmetric: Symmetry | None, budget: Budget, clock: Clock) -> Outcome:
    """By one search; where that is long, by compiled code."""
    temporal = any(claim.formula is not None for claim in system.claims)
    widens = budget.symmetry and not temporal and may_be_wider(system)
    if not tiers.forced():
        first = _few(budget, _FEW if symmetric is None else _FEW_ORBITS)
        run = search(system, first, clock, symmetric)
        if run.end != "states" or (first is budget and not widens):
            return outcome_of(run, budget, clock)
    # Only a search that is not over by now is worth loading a compiler for, and one that is long, looking for more permutations.
    counted = _few(budget, _COUNTED) if widens else budget
    outcome = _swiftly(system, symmetric, counted, clock)
    if not widens or not any(isinstance(verdict, Unknown) for verdict in outcome.verdicts):
        return outcome
    wide = wider(system, symmetric)
    if wide is None and counted is budget:
        return outcome
    return _swiftly(system, wide or symmetric, budget, clock)


def _swiftly(system: System, symmetric: Symmetry | None, budget: Budget, clock: Clock) -> Outcome:
    """By the fastest code that there is."""
    swift = tiers.swift()
    compiled = None if swift is None else swift(system, budget, clock, symmetric)
    return compiled if compiled is not None else outcome_of(search(system, budget, clock, symmetric), budget, clock)


def _few(budget: Budget, most: int) -> Budget:
    """A budget of so many states."""
    return budget if budget.states is not None and budget.states <= most else replace(budget, states=most)


def outcome_of(run: Search, budget: Budget, clock: Clock) -> Outcome:
    """What a search by interpreted code found."""
    verdicts = [rest(run, budget, lambda: _reachable(run))] * len(run.system.claims)
    for claim, verdict in (violated(run) | _refuted(run, budget, clock)).items():
        verdicts[claim] = verdict
    vacuous = tuple(None if idle and run.end != "exhausted" else idle for idle in run.idle)
    return Outcome(tuple(verdicts), vacuous, _effort(run))


def _refuted(run: Search, budget: Budget, clock: Clock) -> dict[int, Verdict]:
    """The temporal claims that are refuted. A lasso through orbits is followed by one through states; a shorter one is looked for
    among all states, if these can be searched."""
    found = refute(run, clock)
    if run.symmetry is None or not violations(found):
        return found
    again = search(run.system, budget, clock)
    return found | (violations(refute(again, clock)) if again.end in ("exhausted", "depth") else {})


def _effort(run: Search) -> Effort:
    whole = Effort(ENGINE, run.states, run.generated, run.levels, run.enabled)
    return reduced(whole, run.symmetry, len(run.seen), run.steps)


def refusal(endless: tuple[str, ...]) -> str:
    """Why a system with these unbounded variables cannot be treated."""
    names = ", ".join(f"`{name}`" for name in endless[:3]) + (", …" if len(endless) > 3 else "")
    return f"states cannot be enumerated: {names} {'is' if len(endless) == 1 else 'are'} unbounded"


def _reachable(run: Search) -> frozenset[State]:
    """All states that were reached, those of whole orbits with them."""
    seen = map(run.layout.decode, run.seen)
    of = run.symmetry
    return frozenset(seen) if of is None else frozenset(state for one in seen for state in orbit(one, of.generators))
