"""Outcomes by machine code."""

from __future__ import annotations

from kmodel.engines.engine import Budget
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.ends import rest
from kmodel.engines.explicit.generate import compiled, successors
from kmodel.engines.explicit.native.search import Native, program, reached, search
from kmodel.ground.system import State, System
from kmodel.verdict.verdict import Effort, Outcome, Violated


def decided(system: System, budget: Budget, clock: Clock) -> Outcome | None:
    """All claims, none of them temporal; None where the system has numbers that are too large."""
    ready = program(system, budget.threads)
    return None if ready is None else outcome(search(ready, budget, clock, budget.threads), budget)


def outcome(run: Native, budget: Budget) -> Outcome:
    """What a search found."""

    def reachable() -> frozenset[State]:
        return frozenset(reached(run))

    verdicts = [rest(run, budget, reachable)] * len(run.system.claims)
    steps = compiled(successors(run.system, run.form), "successors") if run.findings else None
    for claim in run.findings:
        assert steps is not None
        verdicts[claim] = Violated(run.trace(claim, steps), shortest=True)
    vacuous = tuple(None if idle and run.end != "exhausted" else idle for idle in run.idle)
    return Outcome(tuple(verdicts), vacuous, Effort("explicit", run.states, run.generated, run.levels, tuple(run.counts)))
