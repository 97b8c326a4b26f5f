"""Random walks as an engine of `check`: they find violations, and prove nothing."""

from __future__ import annotations

from kmodel.engines.engine import Budget
from kmodel.engines.explicit.walk import simulate
from kmodel.ground.system import System
from kmodel.verdict import Effort, Outcome, Trace, Unknown, Verdict, Violated

RUNS = 1000
STEPS = 100


def walks(system: System, budget: Budget) -> Outcome:
    """What `RUNS` walks, of `budget.depth` or `STEPS` steps each, met of every claim."""
    found = simulate(system, RUNS, STEPS if budget.depth is None else budget.depth, budget.seed, budget)
    reason = found.refused or f"no random walk of {found.runs:,} met it, which proves nothing"
    verdicts: list[Verdict] = [_verdict(trace, reason) for trace in found.traces]
    effort = Effort("simulate", states=found.states, generated=found.steps)
    return Outcome(tuple(verdicts), (None,) * len(verdicts), effort)


def _verdict(trace: Trace | None, reason: str) -> Verdict:
    return Unknown(reason) if trace is None else Violated(trace, shortest=False)
