"""Claims decided where steps that commute are looked at in one order: for spaces of which all states are too many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kmodel.engines.engine import Budget
from kmodel.engines.explicit import tiers
from kmodel.engines.explicit.ample import independence
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.ends import Looked, stopped
from kmodel.engines.explicit.findings import only, violated
from kmodel.engines.explicit.orbits import Symmetry, symmetry
from kmodel.engines.explicit.search import Search, search
from kmodel.ground.system import System
from kmodel.verdict.verdict import Effort, Exhaustion, HoldsToDepth, Outcome, Proved, Unknown, Verdict, Violated

_TRIED = 2_000
_WORTH = 0.05
"""After so many states, at least this share of them must have been spared some step: else all states are as soon looked at."""

_NOT_TREATED = Unknown("the order of independent steps may matter to it")


Decided = Callable[[System, Symmetry | None, Budget, Clock], Outcome]


def commuting(system: System, budget: Budget, clock: Clock, decided: Decided) -> Outcome | None:
    """What can be said of the claims that cannot tell in which order independent steps come, the others being unknown; None where
    nothing is gained. The effort's numbers are of the states that were looked at. `decided` looks at all of them."""
    chosen = [at for at, claim in enumerate(system.claims) if claim.kind != "property"]
    part = only(system, chosen)
    order = independence(part) if chosen and budget.depth is None else None
    if order is None:
        return None
    of = symmetry(part) if budget.symmetry else None
    tried = search(part, replace(budget, states=min(_TRIED, budget.states or _TRIED)), clock, of, order)
    if tried.end in ("exhausted", "decided"):
        return _outcome(system, chosen, part, looked_by(tried), budget, clock, decided)
    if tried.spared < _WORTH * len(tried.seen) and budget.partial_order == "auto":
        return None
    orderly = tiers.orderly()
    run = orderly(part, budget, clock, of, order) if orderly is not None else None
    return _outcome(system, chosen, part, run or looked_by(search(part, budget, clock, of, order)), budget, clock, decided)


def looked_by(run: Search) -> Looked:
    """What a search by interpreted code found."""
    return Looked(run.end, len(run.seen), run.generated, run.levels, run.checked, tuple(run.idle), violated(run))


def _outcome(system: System, chosen: list[int], part: System, run: Looked, budget: Budget, clock: Clock, decided: Decided) -> Outcome:
    effort = Effort("explicit", run.states, run.generated, run.levels)
    rest: Verdict = Unknown(stopped(run, budget))
    if run.end == "exhausted":
        rest = Proved(Exhaustion(run.states, run.generated, run.levels, commuting=True))
    found = _shortened(part, run.violated, budget, clock, decided)
    verdicts: list[Verdict] = [_NOT_TREATED] * len(system.claims)
    vacuous: list[bool | None] = [None] * len(system.claims)
    for place, at in enumerate(chosen):
        verdicts[at] = found.get(place, rest)
        vacuous[at] = None if run.idle[place] and run.end != "exhausted" else run.idle[place]
    return Outcome(tuple(verdicts), tuple(vacuous), effort)


def _shortened(part: System, found: dict[int, Violated], budget: Budget, clock: Clock, decided: Decided) -> dict[int, Violated]:
    """The traces that are shortest among all; those that have been found, where these are too many to look at."""
    if not found:
        return {}
    chosen = list(found)
    open_ = only(part, chosen)
    longest = max(verdict.trace.steps for verdict in found.values())
    again = decided(open_, symmetry(open_) if budget.symmetry else None, replace(budget, depth=longest), clock)
    pairs = zip(chosen, again.verdicts, strict=True)
    return {at: verdict if isinstance(verdict, Violated) else _as_found(found[at], verdict) for at, verdict in pairs}


def _as_found(verdict: Violated, other: Verdict) -> Violated:
    """The trace is the shortest if all states that fewer steps lead to were looked at."""
    far = other.depth if isinstance(other, Unknown | HoldsToDepth) else None
    return replace(verdict, shortest=far is not None and verdict.trace.steps <= far)
