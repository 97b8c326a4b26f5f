"""Engines by name, and `auto`: the one that fits first, the others for what it leaves open.

Engines are imported when first used, so that a check that needs no solver does not wait for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from math import prod
from time import monotonic

from kmodel.engines.engine import Budget, Engine
from kmodel.ground.system import System
from kmodel.verdict.verdict import HoldsToDepth, Outcome, Proved, Unknown, Verdict, Violated

ENGINES: Mapping[str, str] = {
    "explicit": "kmodel.engines.explicit.decide:explicit",
    "bmc": "kmodel.engines.smt.bmc:bmc",
    "induction": "kmodel.engines.smt.induction:induction",
}

# Above so many first states, enumeration gives way to a solver; above so many states, `auto` asks one for help.
FIRST_STATES = 50_000
STATES = 1_500_000
DEPTH = 12


def engine(name: str) -> Engine:
    """The engine of that name."""
    module, _, function = ENGINES[name].partition(":")
    made: Engine = getattr(import_module(module), function)
    return made


def run(system: System, name: str, budget: Budget) -> Outcome:
    """Decides the system's claims by the named engine, or by `auto`."""
    return auto(system, budget) if name == "auto" else engine(name)(system, budget)


@dataclass(frozen=True, slots=True)
class Turn:
    """An engine with a share of the time that is left, and its other limits."""

    name: str
    share: float
    states: int | None = None
    depth: int | None = None


def auto(system: System, budget: Budget) -> Outcome:
    """One engine after the other, until every claim has a verdict or the budget is spent."""
    end = None if budget.seconds is None else monotonic() + budget.seconds
    best: Outcome | None = None
    for turn in turns(system, budget):
        left = None if end is None else end - monotonic()
        if best is not None and (_closed(best) or (left is not None and left <= 0)):
            break
        seconds = None if left is None else left * turn.share
        states = turn.states if budget.states is None else min(budget.states, turn.states or budget.states)
        depth = budget.depth if budget.depth is not None else turn.depth
        found = engine(turn.name)(system, replace(budget, seconds=seconds, states=states, depth=depth))
        best = found if best is None else _better(best, found)
    assert best is not None
    return best


def turns(system: System, budget: Budget) -> Iterator[Turn]:
    """Which engines to ask, in order: enumeration where first states are few, solvers where they are many or unbounded."""
    first = first_states(system)
    if first is not None and first <= FIRST_STATES and not unbounded(system):
        yield Turn("explicit", 0.7, STATES)
        yield Turn("induction", 0.5)
        yield Turn("bmc", 1.0, depth=DEPTH)
        return
    if not system.actions or all(claim.kind == "witness" for claim in system.claims):
        yield Turn("bmc", 0.5, depth=DEPTH)
        yield Turn("induction", 1.0)
        return
    yield Turn("induction", 0.5)
    yield Turn("bmc", 1.0, depth=DEPTH)


def unbounded(system: System) -> bool:
    return any(which.low is None or which.high is None for which in system.variables)


def first_states(system: System) -> int | None:
    """At most so many first states there are, without looking at conditions; None: endlessly many."""
    free = [start.variable for start in system.starts if start.value is None]
    if any(which.low is None or which.high is None for which in free):
        return None
    return prod((which.high or 0) - (which.low or 0) + 1 for which in free)


def _closed(outcome: Outcome) -> bool:
    return all(isinstance(verdict, Proved | Violated) for verdict in outcome.verdicts)


def _better(first: Outcome, second: Outcome) -> Outcome:
    """Claim by claim the stronger verdict; what was done is told of the first engine, unless only the second decided anything."""
    verdicts = tuple(max(pair, key=_strength) for pair in zip(first.verdicts, second.verdicts, strict=True))
    vacuous = tuple(_known(pair) for pair in zip(first.vacuous, second.vacuous, strict=True))
    decided = any(isinstance(each, Proved | Violated) for each in first.verdicts)
    names = first.effort.engine if decided else second.effort.engine
    if decided and verdicts != first.verdicts:
        names = f"{first.effort.engine}, {second.effort.engine}"
    effort = first.effort if decided or first.effort.states is not None else second.effort
    return Outcome(verdicts, vacuous, replace(effort, engine=names))


def _known(pair: tuple[bool | None, bool | None]) -> bool | None:
    if False in pair:
        return False
    return True if True in pair else None


def _strength(verdict: Verdict) -> tuple[int, int]:
    match verdict:
        case Proved() | Violated():
            return (2, 0)
        case HoldsToDepth(depth=depth):
            return (1, depth)
        case Unknown(depth=depth):
            return (0, -1 if depth is None else depth)
