"""Claims decided where steps that commute are looked at in one order: for spaces of which all states are too many."""

from __future__ import annotations

from dataclasses import replace

from kmodel.engines.engine import Budget
from kmodel.engines.explicit.ample import independence
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.ends import stopped
from kmodel.engines.explicit.findings import only, violated
from kmodel.engines.explicit.orbits import Symmetry, symmetry
from kmodel.engines.explicit.search import Search, search
from kmodel.ground.system import System
from kmodel.verdict.verdict import Effort, Exhaustion, Outcome, Proved, Unknown, Verdict, Violated

_TRIED = 2_000
_WORTH = 0.05
"""After so many states, at least this share of them must have been spared some step: else all states are as soon looked at."""

_NOT_TREATED = Unknown("the order of independent steps may matter to it")


def commuting(system: System, budget: Budget, clock: Clock) -> Outcome | None:
    """What can be said of the claims that cannot tell in which order independent steps come, the others being unknown; None where
    nothing is gained. The effort's numbers are of the states that were looked at."""
    chosen = [at for at, claim in enumerate(system.claims) if claim.kind != "property"]
    part = only(system, chosen)
    order = independence(part) if chosen and budget.depth is None else None
    if order is None:
        return None
    of = symmetry(part) if budget.symmetry else None
    tried = search(part, replace(budget, states=min(_TRIED, budget.states or _TRIED)), clock, of, order)
    if tried.end != "exhausted" and tried.spared < _WORTH * len(tried.seen) and budget.partial_order == "auto":
        return None
    run = tried if tried.end in ("exhausted", "decided") else search(part, budget, clock, of, order)
    return _outcome(system, chosen, part, run, budget, clock)


def _outcome(system: System, chosen: list[int], part: System, run: Search, budget: Budget, clock: Clock) -> Outcome:
    effort = Effort("explicit", len(run.seen), run.generated, run.levels)
    rest: Verdict = Unknown(stopped(run, budget))
    if run.end == "exhausted":
        rest = Proved(Exhaustion(len(run.seen), run.generated, run.levels, commuting=True))
    found = _shortened(part, violated(run), budget, clock)
    verdicts: list[Verdict] = [_NOT_TREATED] * len(system.claims)
    vacuous: list[bool | None] = [None] * len(system.claims)
    for place, at in enumerate(chosen):
        verdicts[at] = found.get(place, rest)
        vacuous[at] = None if run.idle[place] and run.end != "exhausted" else run.idle[place]
    return Outcome(tuple(verdicts), tuple(vacuous), effort)


def _shortened(part: System, found: dict[int, Violated], budget: Budget, clock: Clock) -> dict[int, Violated]:
    """The traces that are shortest among all; those that have been found, where these are too many to look at."""
    if not found:
        return {}
    chosen = list(found)
    open_ = only(part, chosen)
    longest = max(verdict.trace.steps for verdict in found.values())
    again = search(open_, replace(budget, depth=longest), clock, _symmetry(open_, budget))
    shorter = violated(again)
    known = again.checked
    return {at: shorter[place] if place in shorter else _as_found(found[at], known) for place, at in enumerate(chosen)}


def _symmetry(system: System, budget: Budget) -> Symmetry | None:
    return symmetry(system) if budget.symmetry else None


def _as_found(verdict: Violated, checked: int) -> Violated:
    """The trace is the shortest if all states that fewer steps lead to were looked at."""
    return replace(verdict, shortest=verdict.trace.steps < checked)
