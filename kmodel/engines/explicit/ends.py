"""What the end of a search says about the claims that nothing was found against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

from kmodel.engines.engine import Budget
from kmodel.ground.system import State
from kmodel.records import dataclass
from kmodel.verdict.verdict import Exhaustion, HoldsToDepth, Proved, Reached, Unknown, Verdict, Violated

End: TypeAlias = Literal["exhausted", "decided", "depth", "states", "seconds", "memory"]


class Run(Protocol):
    """A search that has ended. `levels` counts the levels that have states, `checked` those of which all states were looked at."""

    @property
    def end(self) -> End: ...
    @property
    def states(self) -> int: ...
    @property
    def generated(self) -> int: ...
    @property
    def levels(self) -> int: ...
    @property
    def checked(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Looked:
    """What a search that spared steps found: `idle[c]` where claim c was not exercised, and a trace against each claim that fails."""

    end: End
    states: int
    generated: int
    levels: int
    checked: int
    idle: tuple[bool, ...]
    violated: dict[int, Violated]


def rest(run: Run, budget: Budget, reachable: Callable[[], frozenset[State]], found: Reached | None = None) -> Verdict:
    """What is known of the claims that nothing was found against; `reachable` gives all states where they are few enough to keep, `found`
    looks them up where they are many."""
    match run.end:
        case "exhausted":
            few = run.states <= budget.keep
            return Proved(Exhaustion(run.states, run.generated, run.levels, reachable() if few else None, found=None if few else found))
        case "depth":
            return HoldsToDepth(run.checked - 1)
        case "decided" | "states" | "seconds" | "memory":
            return Unknown(stopped(run, budget), run.checked - 1 if run.checked else None)


def stopped(run: Run, budget: Budget) -> str:
    """Why the search ended, and how far it got."""
    far = f"{run.states:,} states" + (f" at depth {run.checked - 1}" if run.checked else ", all of them initial")
    if run.end == "seconds":
        return f"out of time after {far}"
    return f"out of memory after {far}" if run.end == "memory" else f"stopped after {far}"
