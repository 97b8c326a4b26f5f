"""The time an engine has, and when it last told how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace
from time import perf_counter

from kmodel.engines.engine import Budget, Progress
from kmodel.records import dataclass

_BETWEEN_REPORTS = 0.25
_SLICE = 0.03
"""Seconds: how often progress is told, and how long a piece of work between two looks at the clock should take."""


@dataclass(slots=True)
class Clock:
    budget: Budget
    started: float = field(default_factory=perf_counter)
    told: float = field(default_factory=perf_counter)
    looked: float = field(default_factory=perf_counter)
    portion: int = 64
    """How many states to treat until the next look."""

    space: int | None = None
    """How many states there are at most."""

    def expired(self, progress: Callable[[], Progress]) -> bool:
        """Whether time is up. Tells progress now and then, and sizes the next portion of work."""
        now = perf_counter()
        if now - self.told >= _BETWEEN_REPORTS:
            self.told = now
            done = progress()
            self.budget.report(replace(done, rate=done.states / max(now - self.started, _SLICE), space=self.space))
        spent, self.looked = now - self.looked, now
        if spent < _SLICE / 2:
            self.portion = min(self.portion * 2, 20_000)
        elif spent > _SLICE * 2:
            self.portion = max(self.portion // 2, 1)
        return self.budget.seconds is not None and now - self.started > self.budget.seconds
