"""The time that a solver has."""

from __future__ import annotations

from time import monotonic
from typing import Literal, TypeAlias

from kmodel.records import dataclass

Reason: TypeAlias = Literal["out of time", "out of memory", "the solver gave up"]


class Stopped(Exception):
    """The solver has no answer; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Clock:
    """Ends at a time of `monotonic` (None: never)."""

    end: float | None

    @staticmethod
    def of(seconds: float | None) -> Clock:
        return Clock(None if seconds is None else monotonic() + seconds)

    def left(self) -> float | None:
        """Seconds; raises Stopped where there are none."""
        if self.end is None:
            return None
        left = self.end - monotonic()
        if left <= 0:
            raise Stopped("out of time")
        return left

    def rest(self) -> float | None:
        """Seconds that are left, however few; None: there is no end."""
        return None if self.end is None else max(self.end - monotonic(), 0.001)

    @property
    def is_over(self) -> bool:
        return self.end is not None and monotonic() >= self.end

    def part(self, share: float) -> Clock:
        """One that ends when this share of the time that is left is over."""
        left = self.rest()
        return self if left is None else Clock.of(left * share)

    def at_most(self, seconds: float) -> Clock:
        """One that ends in so many seconds, or with this one."""
        left = self.rest()
        return Clock.of(seconds if left is None else min(left, seconds))
