"""Walks under way, made one by one by interpreted code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from itertools import chain, islice
from random import Random
from typing import Protocol

from kmodel.engines.engine import Progress
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.dice import dice
from kmodel.engines.explicit.generate import check, compiled, expand, successors
from kmodel.engines.explicit.layout import Layout
from kmodel.engines.explicit.search import Finding, Place, Values, initial
from kmodel.engines.explicit.shrink import Failing
from kmodel.engines.explicit.starts import starts
from kmodel.ground.system import System
from kmodel.ground.terms import FALSE
from kmodel.records import dataclass

ENGINE = "simulate"

_BETWEEN_LOOKS = 1024
"""Steps between two looks at the clock."""

LISTED = 4_096
"""Where there are no more first states, each walk begins in one that it draws from a list of all."""


class Machine(Protocol):
    """Machine code that walks; `walk` makes walks from this number to before that one, or fewer, and returns those in which an open claim
    failed first, in order."""

    taken: list[int]
    runs: int
    deadlocks: int

    @property
    def states(self) -> int: ...
    @property
    def counted(self) -> bool: ...
    def walk(self, begins: Sequence[int], number: int, stop: int) -> Sequence[int]: ...


@dataclass(slots=True)
class Walks:
    """Walks under way: `found` has where each claim failed first, and in which walk. `listed` are all first states, if these are few."""

    system: System
    form: Layout
    depth: int
    seed: int
    taken: list[int]
    open: list[bool]
    idle: list[bool]
    listed: list[int] | None = None
    visited: set[int] = field(default_factory=set)
    found: dict[int, Failing] = field(default_factory=dict)
    runs: int = 0
    deadlocks: int = 0
    machine: Machine | None = None

    @property
    def states(self) -> int:
        return len(self.visited) if self.machine is None else self.machine.states

    @property
    def counted(self) -> bool:
        """Whether these are all."""
        return self.machine is None or self.machine.counted

    def progress(self) -> Progress:
        return Progress(ENGINE, self.states, sum(self.taken))


def walker(walks: Walks, clock: Clock | None) -> Callable[[int, int], tuple[list[int], list[int], bool]]:
    """Makes a walk from a state: each step is any of the steps that can be taken, all as likely. And whether it ended with none."""
    steps: Callable[[int], Sequence[tuple[int, int]]] = compiled(successors(walks.system, walks.form), "successors")

    def one(start: int, number: int) -> tuple[list[int], list[int], bool]:
        path, taken, thrown = [start], list[int](), dice(walks.seed, number)
        while len(taken) < walks.depth:
            options = steps(path[-1])
            if not options:
                return path, taken, True
            action, after = thrown.step(options)
            path.append(after)
            taken.append(action)
            if clock is not None and len(taken) % _BETWEEN_LOOKS == 0 and clock.expired(walks.progress):
                break
        return path, taken, False

    return one


def beginning(walks: Walks, clock: Clock) -> Callable[[int], int | None]:
    """Gives the state that a walk begins in: one of a list of all or, where they are many, the first that is found when each free variable
    tries its values from a random one on."""
    some = list(islice(initial(walks.system, walks.form), LISTED + 1))
    if len(some) <= LISTED:
        walks.listed = [packed for packed in some if packed is not None]
    source: Callable[[Values], Iterable[int | None]] = compiled(starts(walks.system, walks.form), "start0")

    def begin(number: int) -> int | None:
        if walks.listed is not None:
            return walks.listed[dice(walks.seed, number).start(len(walks.listed))]
        random = Random(dice(walks.seed, number).number)

        def values(low: int, high: int) -> Iterable[int]:
            middle = random.randint(low, high)
            return chain(range(middle, high + 1), range(low, middle))

        for packed in source(values) if FALSE not in walks.system.initial else ():
            if packed is not None:
                return packed
            if clock.expired(walks.progress):
                break
        return None

    return begin


def looking(walks: Walks) -> Callable[[list[int], list[int]], None]:
    """Checks the states of a walk that no walk was in before, and all steps from them."""
    state_check = compiled(check(walks.system, walks.form), "check")
    watched = any(claim.kind == "transition" for claim in walks.system.claims)
    step_check = compiled(expand(walks.system, walks.form), "expand") if watched else None
    counts = [0] * len(walks.system.actions)

    def look(path: list[int], taken: list[int]) -> None:
        def broken(claim: int, undefined: Place, state: int, action: int | None = None, after: int | None = None) -> bool:
            walks.open[claim] = False
            walks.found.setdefault(claim, Failing(path, taken, Finding(undefined, state, action, after)))
            return False

        fresh = [packed for packed in dict.fromkeys(path) if packed not in walks.visited]
        walks.visited.update(fresh)
        state_check(fresh, walks.open, walks.idle, broken, bool)
        if step_check is not None:
            step_check(fresh, {}, _ignore, counts, walks.open, walks.idle, broken, bool)

    return look


def _ignore(_: int) -> None:
    return None
