"""Breadth-first search over packed states by generated code: all claims but temporal ones are decided on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace
from itertools import groupby, pairwise
from typing import TypeAlias

from kmodel.engines.engine import Budget, Progress
from kmodel.engines.explicit.ample import Independence, chosen
from kmodel.engines.explicit.canonical import Canonical
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.ends import End
from kmodel.engines.explicit.generate import check, compiled, expand, label, successors
from kmodel.engines.explicit.layout import Layout, layout
from kmodel.engines.explicit.orbits import Symmetry
from kmodel.engines.explicit.starts import starts
from kmodel.ground.system import System
from kmodel.ground.terms import FALSE
from kmodel.records import dataclass
from kmodel.verdict.verdict import Trace

Place: TypeAlias = tuple[str, int, int] | None
Steps: TypeAlias = Callable[[int], list[tuple[int, int]]]


_STATE = 240
"""Bytes that a state takes, about: two ints and their place in a dictionary."""


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

    `levels` counts the levels that have states, `checked` those of which all states were looked at. With `symmetry` one state stands
    for each orbit; `states` and `counts` are of all states nevertheless, `steps` of those that stand for orbits (and first ones).
    With `order`, steps that commute are made in one order only, and all numbers are of what is left; `spared` counts the states from
    which not all steps were made."""

    system: System
    layout: Layout
    seen: dict[int, int | None]
    counts: list[int]
    open: list[bool]
    idle: list[bool]
    symmetry: Symmetry | None = None
    order: Independence | None = None
    findings: dict[int, Finding] = field(default_factory=dict)
    states: int = 0
    starts: int = 0
    steps: int = 0
    spared: int = 0
    levels: int = 0
    checked: int = 0
    end: End = "exhausted"

    @property
    def generated(self) -> int:
        return self.starts + sum(self.counts)

    @property
    def enabled(self) -> tuple[int, ...]:
        """In how many states each action is enabled: in as many as its images are."""
        return tuple(self.counts) if self.symmetry is None else self.symmetry.shared(self.counts)

    def broken(self, claim: int, undefined: Place, state: int, action: int | None = None, after: int | None = None) -> bool:
        """Notes what decides a claim and, by symmetry, its images. Generated code asks only while the claim is open."""
        if self.open[claim]:
            self.findings[claim] = Finding(undefined, state, action, after)
            for image in self.images(claim):
                self.open[image] = False
        return False

    def exercise(self, claim: int) -> bool:
        for image in self.images(claim):
            self.idle[image] = False
        return False

    def images(self, claim: int) -> Iterable[int]:
        return (claim,) if self.symmetry is None else self.symmetry.images(claim)

    @property
    def decided(self) -> bool:
        return bool(self.open) and not any(self.open)

    def progress(self, queue: int = 0) -> Progress:
        return Progress("explicit", self.states, self.generated, max(self.levels - 1, 0), queue)


def search(system: System, budget: Budget, clock: Clock, symmetry: Symmetry | None = None, order: Independence | None = None) -> Search:
    """All that is reachable within the budget, level by level, or until every claim is decided. The variables must be bounded."""
    claims = len(system.claims)
    run = Search(system, layout(system), {}, [0] * len(system.actions), [True] * claims, [True] * claims, symmetry, order)
    room = None if budget.memory is None else budget.memory // _STATE
    few = room is not None and (budget.states is None or room < budget.states)
    try:
        run.end = _levels(run, replace(budget, states=room) if few else budget, clock)
    except MemoryError:
        run.end = "memory"
    if few and run.end == "states":
        run.end = "memory"
    return run


def _levels(run: Search, budget: Budget, clock: Clock) -> End:
    look = compiled(check(run.system, run.layout), "check")
    canonical = Canonical(run.symmetry, run.layout) if run.symmetry is not None else None
    step = _stepping(run, canonical) if run.order is None else _choosing(run, run.order, canonical)
    most = budget.states
    stopped = _begin(run, most, clock, canonical)
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
        before = run.states, run.steps, run.counts.copy()
        stopped = _each_part(run, frontier, most, clock, lambda part: step(part, following.append))  # noqa: B023
        if stopped == "decided":  # how much more was looked at depends on the size of parts
            run.states, run.steps, run.counts[:] = before
        frontier = following
    return stopped or "exhausted"


def _stepping(run: Search, canonical: Canonical | None) -> Callable[[list[int], Callable[[int], None]], None]:
    """Makes the steps from some states, and gives those that are new to `new`."""
    step = compiled(expand(run.system, run.layout, orbits=canonical is not None), "expand")
    flags = run.open, run.idle, run.broken, run.exercise

    def plain(part: list[int], new: Callable[[int], None]) -> None:
        before = len(run.seen)
        step(part, run.seen, new, run.counts, *flags)
        run.states += len(run.seen) - before

    def weighed(part: list[int], new: Callable[[int], None]) -> None:
        assert canonical is not None

        def fresh(packed: int) -> None:
            run.states += canonical.size(packed)
            new(packed)

        for size, states in groupby(sorted(part, key=canonical.size), canonical.size):
            counts = [0] * len(run.counts)
            step(list(states), run.seen, fresh, counts, *flags, canonical)
            run.steps += sum(counts)
            run.counts[:] = [many + size * more for many, more in zip(run.counts, counts, strict=True)]

    return plain if canonical is None else weighed


def _choosing(run: Search, order: Independence, canonical: Canonical | None) -> Callable[[list[int], Callable[[int], None]], None]:
    """Makes some of the steps from some states: where several commute, in one order."""
    truths = compiled(label(order.parts, run.layout), "label")
    steps = steps_of(run)
    look = compiled(expand(run.system, run.layout), "expand")
    watched = any(claim.kind == "transition" for claim in run.system.claims)
    flags = [0] * len(run.counts), run.open, run.idle, run.broken, run.exercise

    def one(state: int, truth: int, new: Callable[[int], None]) -> None:
        options = [(action, after if canonical is None else canonical(after)) for action, after in steps(state)]
        kept = chosen(order, options, truth, lambda after: after not in run.seen)
        run.spared += len(kept) < len(options)
        for action, after in kept:
            run.counts[action] += 1
            run.steps += 1
            if after not in run.seen:
                run.seen[after] = state
                run.states += 1
                new(after)

    def some(part: list[int], new: Callable[[int], None]) -> None:
        if watched:
            look(part, {}, bool, *flags)
        for state, truth in zip(part, truths(part), strict=True):
            one(state, truth, new)

    return some


def _begin(run: Search, most: int | None, clock: Clock, canonical: Canonical | None) -> End | None:
    """The initial states. None from the generator means that it only lets us look at the time."""
    for packed in initial(run.system, run.layout):
        if packed is not None:
            run.seen[packed if canonical is None else canonical(packed)] = None
            run.starts += 1
            run.states += 1
        if (packed is None or run.starts % 1024 == 0) and clock.expired(run.progress):
            return "seconds"
        if most is not None and run.starts > most:
            return "states"
    run.steps = len(run.seen)
    if canonical is not None and not canonical.from_starts:
        run.states = run.starts = sum(map(canonical.size, run.seen))
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
    return told(run.layout, way(run.seen, finding.state), finding, steps)


def told(form: Layout, packed: list[int], finding: Finding, steps: Steps) -> Trace:
    """The trace through these states to what was found in the last of them, or in a step from it."""
    actions = [taken(steps, before, after) for before, after in pairwise(packed)]
    if finding.action is not None and finding.after is not None:
        packed = [*packed, finding.after]
        actions.append(finding.action)
    return Trace(tuple(map(form.decode, packed)), tuple(actions), None, finding.undefined)


def way(seen: dict[int, int | None], packed: int) -> list[int]:
    """The states from an initial one to this one."""
    states = [packed]
    while (before := seen[states[-1]]) is not None:
        states.append(before)
    return states[::-1]


def taken(steps: Steps, before: int, after: int) -> int:
    """The first action that leads from one state to the other."""
    return min(action for action, reached in steps(before) if reached == after)
