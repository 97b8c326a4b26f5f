"""How far work has come, in words: for people who wait, and for what was not finished."""

from __future__ import annotations

from decimal import Decimal

from kmodel.engines.engine import Progress
from kmodel.records import dataclass

_LONG = 10**12


def far(progress: Progress) -> str:
    """How far an engine is; before it has begun, how far it may be to go."""
    if not progress.states:
        return f"depth {progress.depth}" if progress.space is None else f"at most {_about(progress.space)} states"
    waiting = f", {_about(progress.queue)} waiting" if progress.queue else ""
    rate = f", {_about(progress.rate)} a second" if progress.rate else ""
    return f"{progress.states:,} states, depth {progress.depth}{waiting}{rate}"


def _about(number: float) -> str:
    return f"{number:,.0f}" if number < _LONG else f"{Decimal(int(number)):.0e}".replace("e+", "e")


@dataclass(slots=True)
class Course:
    """What is being done; an engine's last progress while one works."""

    doing: str
    progress: Progress | None = None

    def begin(self, doing: str) -> None:
        self.doing, self.progress = doing, None

    @property
    def stopped(self) -> str:
        """Why there is no answer, where the time is over now."""
        at = f", {self.progress.engine} at {far(self.progress)}" if self.progress is not None else ""
        return f"out of time while {self.doing}{at}"
