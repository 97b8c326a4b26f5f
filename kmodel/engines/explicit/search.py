"""Breadth-first search over packed states by generated code: all claims but temporal ones are decided on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, TypeAlias

from kmodel.engines.engine import Budget, Progress
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.generate import check, compiled, expand, successors
from kmodel.engines.explicit.layout import Layout, layout
from kmodel.engines.explicit.starts import starts
from kmodel.ground.system import System
from kmodel.ground.terms import FALSE
from kmodel.verdict.verdict import Trace

Place: TypeAlias = tuple[str, int, int] | None
End: TypeAlias = Literal["exhausted", "decided", "depth", "states", "seconds", "memory"]
Steps: TypeAlias = Callable[[int], list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What decides a claim: a state, or a step from it by `action` to `after`; `undefined` as in a trace."""

    undefined: Place
    state: int
    action: int | None = None
    after: int | None = None


@dataclass(slots=True)
class Search:
    """A search under way. `seen` has each state with the state it was found from (None: it is initial), in breadth-first order.

    `levels` counts the levels that have states, `checked` those of which all states were looked at."""

    system: System
    layout: Layout
    seen: dict[int, int | None]
    counts: list[int]
    open: list[bool]
    idle: list[bool]
    findings: dict[int, Finding] = field(default_factory=dict)
    starts: int = 0
    levels: int = 0
    checked: int = 0
    end: End = "exhausted"

    @property
    def generated(self) -> int:
        return self.starts + sum(self.counts)

    def broken(self, claim: int, undefined: Place, state: int, action: int | None = None, after: int | None = None) -> bool:
        """Notes what decides a claim. Generated code asks only while the claim is open."""
        self.findings[claim] = Finding(undefined, state, action, after)
        self.open[claim] = False
        return False

    def exercise(self, claim: int) -> bool:
        self.idle[claim] = False
        return False

    @property
    def decided(self) -> bool:
        return bool(self.open) and not any(self.open)

    def progress(self, queue: int = 0) -> Progress:
        return Progress("explicit", len(self.seen), self.generated, max(self.levels - 1, 0), queue)


def search(system: System, budget: Budget, clock: Clock) -> Search:
    """All that is reachable within the budget, level by level, or until every claim is decided. The variables must be bounded."""
    claims = len(system.claims)
    run = Search(system, layout(system), {}, [0] * len(system.actions), [True] * claims, [True] * claims)
    try:
        run.end = _levels(run, budget, clock)
    except MemoryError:
        run.end = "memory"
    return run


def _levels(run: Search, budget: Budget, clock: Clock) -> End:
    look = compiled(check(run.system, run.layout), "check")
    step = compiled(expand(run.system, run.layout), "expand")
    most = budget.states
    stopped = _begin(run, most, clock)
    frontier = list(run.seen)
    while frontier and stopped is None:
        run.levels += 1
        stopped = _each_part(run, frontier, None, clock, lambda part: look(part, run.open, run.idle, run.broken, run.exercise))
        if stopped is not None:
            break
        run.checked += 1
        if run.levels - 1 == budget.depth:
            return "depth"
        following: list[int] = []
        flags = run.counts, run.open, run.idle, run.broken, run.exercise
        stopped = _each_part(run, frontier, most, clock, lambda part: step(part, run.seen, following.append, *flags))  # noqa: B023
        frontier = following
    return stopped or "exhausted"


def _begin(run: Search, most: int | None, clock: Clock) -> End | None:
    """The initial states. None from the generator means that it only lets us look at the time."""
    for packed in initial(run.system, run.layout):
        if packed is not None:
            run.seen[packed] = None
            run.starts += 1
        if (packed is None or run.starts % 1024 == 0) and clock.expired(run.progress):
            return "seconds"
        if most is not None and run.starts > most:
            return "states"
    return None


Values: TypeAlias = Callable[[int, int], Iterable[int]]


def upwards(low: int, high: int) -> Iterable[int]:
    return range(low, high + 1)


def initial(system: System, form: Layout, values: Values = upwards) -> Iterator[int | None]:
    """The initial states, packed, each once, and None now and then; `values` orders what a free variable may be."""
    if FALSE in system.initial:
        return iter(())
    found: Iterator[int | None] = compiled(starts(system, form), "start0")(values)
    return found


def _each_part(run: Search, states: list[int], most: int | None, clock: Clock, treat: Callable[[list[int]], None]) -> End | None:
    """Treats the states part by part until something ends the search."""
    at = 0
    while at < len(states):
        part = states[at : at + _portion(run, most, clock)]
        at += len(part)
        treat(part)
        if run.decided:
            return "decided"
        if most is not None and len(run.seen) > most:
            return "states"
        if clock.expired(lambda: run.progress(len(states) - at)):  # noqa: B023
            return "seconds"
    return None


def _portion(run: Search, most: int | None, clock: Clock) -> int:
    """How many states to treat at once, so that the clock is looked at often and not many more than `most` states are seen."""
    if most is None:
        return clock.portion
    return min(clock.portion, max(1, (most - len(run.seen)) // max(1, len(run.counts))))


# ---- traces


def steps_of(run: Search) -> Steps:
    """The steps from a packed state."""
    return compiled(successors(run.system, run.layout), "successors")


def trace(run: Search, finding: Finding, steps: Steps) -> Trace:
    """A shortest way to what was found."""
    packed = way(run.seen, finding.state)
    actions = [taken(steps, before, after) for before, after in pairwise(packed)]
    if finding.action is not None and finding.after is not None:
        packed.append(finding.after)
        actions.append(finding.action)
    return Trace(tuple(map(run.layout.decode, packed)), tuple(actions), None, finding.undefined)


def way(seen: dict[int, int | None], packed: int) -> list[int]:
    """The states from an initial one to this one."""
    states = [packed]
    while (before := seen[states[-1]]) is not None:
        states.append(before)
    return states[::-1]


def taken(steps: Steps, before: int, after: int) -> int:
    """The first action that leads from one state to the other."""
    return min(action for action, reached in steps(before) if reached == after)
