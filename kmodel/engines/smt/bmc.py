"""Bounded model checking (Biere, Cimatti, Clarke and Zhu, TACAS 1999): shortest traces, or that there are none to a depth."""

from __future__ import annotations

from itertools import count

from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.engine import Budget, Progress
from kmodel.engines.smt.search import Search
from kmodel.ground.system import System
from kmodel.verdict.verdict import Complete, Effort, HoldsToDepth, Outcome, Proved, Unknown, Verdict

STEPS_WITHOUT_LIMIT = 20


def bmc(system: System, budget: Budget) -> Outcome:
    """Decides all claims, depth by depth to the budget's: violated by a shortest trace, or holds so far, or proved where no behaviour
    goes further. Where the budget limits neither depth nor seconds, 20 steps."""
    search = Search.make(system, Clock.of(budget.seconds), budget.seed)
    stopped = _deepen(search, budget)
    return Outcome(
        tuple(_verdict(search, at, budget, stopped) for at in range(len(system.claims))),
        tuple(vacuous(search, at) for at in range(len(system.claims))),
        Effort("bmc", depth=max(search.depth, 0)),
    )


def _deepen(search: Search, budget: Budget) -> Stopped | None:
    """Until all is decided, the depth is reached, or (then it is returned) something stops the search."""
    limit = STEPS_WITHOUT_LIMIT if budget.depth is None and budget.seconds is None else budget.depth
    try:
        for depth in count():
            search.deepen()
            budget.report(Progress("bmc", depth=depth))
            if search.ended or not search.open:
                return None
            if depth == limit:
                search.look_ahead()
                return None
    except Stopped as stopped:
        return stopped
    return None


def _verdict(search: Search, at: int, budget: Budget, stopped: Stopped | None) -> Verdict:
    if at in search.violated:
        return search.violated[at]
    if search.ended:
        return Proved(Complete(max(search.depth, 0)))
    if search.depth >= 0 and (stopped is None or (stopped.reason == "out of time" and budget.depth is None)):
        return HoldsToDepth(search.depth)
    assert stopped is not None
    return Unknown(stopped.reason, search.depth if search.depth >= 0 else None)


def vacuous(search: Search, at: int) -> bool | None:
    """Whether nothing exercises the claim, as far as the search knows."""
    return False if at in search.exercised else True if search.ended and at not in search.violated else None
