"""The explicit engine: every reachable state is looked at, so that what holds is proved and what fails fails on a shortest trace."""

from __future__ import annotations

from kmodel.engines.engine import Budget
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.layout import unbounded
from kmodel.engines.explicit.properties import refute
from kmodel.engines.explicit.search import Search, search, steps_of, trace
from kmodel.ground.system import System
from kmodel.verdict.verdict import Effort, Exhaustion, HoldsToDepth, Outcome, Proved, Unknown, Verdict, Violated

ENGINE = "explicit"


def explicit(system: System, budget: Budget) -> Outcome:
    """Decides every claim, temporal ones by fair lassos; a system with unbounded variables it cannot treat."""
    endless = unbounded(system)
    if endless:
        claims = len(system.claims)
        return Outcome((Unknown(refusal(endless)),) * claims, (None,) * claims, Effort(ENGINE))
    clock = Clock(budget)
    run = search(system, budget, clock)
    rest = _rest(run, budget)
    verdicts = [rest] * len(system.claims)
    steps = steps_of(run) if run.findings else None
    for claim, finding in run.findings.items():
        assert steps is not None
        verdicts[claim] = Violated(trace(run, finding, steps), shortest=True)
    for claim, verdict in refute(run, clock).items():
        verdicts[claim] = verdict
    vacuous = tuple(None if idle and run.end != "exhausted" else idle for idle in run.idle)
    effort = Effort(ENGINE, len(run.seen), run.generated, run.levels, tuple(run.counts))
    return Outcome(tuple(verdicts), vacuous, effort)


def refusal(endless: tuple[str, ...]) -> str:
    """Why a system with these unbounded variables cannot be treated."""
    names = ", ".join(f"`{name}`" for name in endless[:3]) + (", …" if len(endless) > 3 else "")
    return f"states cannot be enumerated: {names} {'is' if len(endless) == 1 else 'are'} unbounded"


def _rest(run: Search, budget: Budget) -> Verdict:
    """What is known of the claims that nothing was found against."""
    match run.end:
        case "exhausted":
            few = len(run.seen) <= budget.keep
            reachable = frozenset(map(run.layout.decode, run.seen)) if few else None
            return Proved(Exhaustion(len(run.seen), run.generated, run.levels, reachable))
        case "depth":
            return HoldsToDepth(run.checked - 1)
        case "decided" | "states" | "seconds" | "memory":
            return Unknown(stopped(run, budget), run.checked - 1 if run.checked else None)


def stopped(run: Search, budget: Budget) -> str:
    """Why the search ended, and how far it got."""
    far = f"{len(run.seen):,} states" + (f" at depth {run.checked - 1}" if run.checked else ", all of them initial")
    if run.end == "seconds":
        return f"out of time ({budget.seconds:g} s) after {far}"
    return f"out of memory after {far}" if run.end == "memory" else f"stopped after {far}"
