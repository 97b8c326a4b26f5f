"""Bounded model checking (Biere, Cimatti, Clarke and Zhu, TACAS 1999): shortest traces, or that there are none to a depth.

How a search looks at one depth is its own matter; this goes from depth to depth, and makes verdicts of what was found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import count
from typing import Protocol

from kmodel.engines.deadline import Stopped
from kmodel.engines.engine import Budget, Progress
from kmodel.verdict.verdict import Complete, Effort, HoldsToDepth, Outcome, Proved, Unknown, Verdict, Violated

STEPS_WITHOUT_LIMIT = 20


class Search(Protocol):
    """`depth` is the last one that was searched wholly (-1: none); `ended`: no behaviour goes further. Claims are indexes."""

    @property
    def depth(self) -> int: ...
    @property
    def ended(self) -> bool: ...
    @property
    def open(self) -> Sequence[int]:
        """The claims for which no failure is known."""

    @property
    def violated(self) -> Mapping[int, Violated]: ...
    @property
    def exercised(self) -> AbstractSet[int]: ...

    def deepen(self) -> None:
        """Search the next depth. Raises Stopped."""

    def look_ahead(self) -> None:
        """Find out whether any behaviour has one step more. Raises Stopped."""


def search_depths(search: Search, claims: int, budget: Budget) -> Outcome:
    """Decides all claims, depth by depth to the budget's: violated by a shortest trace, or holds so far, or proved where no behaviour
    goes further. Where the budget limits neither depth nor seconds, 20 steps."""
    stopped = _deepen(search, budget)
    return Outcome(
        tuple(_verdict(search, at, budget, stopped) for at in range(claims)),
        tuple(vacuous(search, at) for at in range(claims)),
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
