"""Breadth-first search by machine code. Python drives the levels in rounds of some milliseconds, and treats what was hit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from functools import lru_cache
from itertools import islice
from threading import Thread
from time import perf_counter

from kmodel.engines.engine import Budget, Progress
from kmodel.engines.explicit.ample import Independence
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.closely import look_closely
from kmodel.engines.explicit.ends import End
from kmodel.engines.explicit.layout import Layout, layout
from kmodel.engines.explicit.native import compile as compiling
from kmodel.engines.explicit.native.memory import available
from kmodel.engines.explicit.native.orbits import Orbits
from kmodel.engines.explicit.native.order import Order
from kmodel.engines.explicit.native.packing import WORD, Packing, packing
from kmodel.engines.explicit.native.plan import exercised, failing
from kmodel.engines.explicit.native.runtime import Kind, runtime
from kmodel.engines.explicit.native.space import Space, functions
from kmodel.engines.explicit.native.visit import Module, module
from kmodel.engines.explicit.orbits import Symmetry
from kmodel.engines.explicit.search import Finding, Steps, initial, told
from kmodel.ground.system import State, System
from kmodel.records import dataclass
from kmodel.verdict.verdict import Trace

_RUNTIME = ("level", "insert", "rebuild", "find", "settle")
_FIRST_PORTION = 4_096
_MOST_PORTION = 1 << 22
_ROUND = 0.03
"""Seconds that a round should take."""

_WORTH_THREADS = 20_000
"""States in a round for which other threads are started."""

_LINES_A_SECOND = 10_000
"""A search is worth good code when it has lasted a second for so many lines of IR: that takes less than half of the time to compile, and
spares about a tenth of a search."""


@dataclass(slots=True)
class Native:
    """A search under way, as `search.Search` is. `findings` are of packed states, those of `form`; `found_at` has their indexes.

    Where all claims are decided before the end, the numbers are those of the levels before (`decided_with`): how much more was looked
    at depends on the size of rounds. With `symmetry` one state stands for each orbit, and at the end `weighed` has the number of all
    states, the counts of all, and the number of first states; before, the numbers are of orbits."""

    system: System
    form: Layout
    space: Space
    open: list[bool]
    idle: list[bool]
    findings: dict[int, Finding] = field(default_factory=dict)
    found_at: dict[int, int] = field(default_factory=dict)
    starts: int = 0
    levels: int = 0
    checked: int = 0
    end: End = "exhausted"
    decided_with: tuple[int, list[int]] | None = None
    symmetry: Symmetry | None = None
    expanded: int = 0
    weighed: tuple[int, list[int], int] | None = None

    @property
    def states(self) -> int:
        return self.orbits if self.weighed is None else self.weighed[0]

    @property
    def counts(self) -> list[int]:
        return self.steps if self.weighed is None else self.weighed[1]

    @property
    def orbits(self) -> int:
        """How many states were looked at."""
        return self.space.states if self.decided_with is None else self.decided_with[0]

    @property
    def steps(self) -> list[int]:
        """How many steps were made from them, by actions."""
        return self.space.counts() if self.decided_with is None else self.decided_with[1]

    @property
    def generated(self) -> int:
        return (self.starts if self.weighed is None else self.weighed[2]) + sum(self.counts)

    @property
    def enabled(self) -> tuple[int, ...]:
        """In how many states each action is enabled."""
        return tuple(self.counts) if self.symmetry is None else self.symmetry.shared(self.counts)

    def images(self, claim: int) -> Iterable[int]:
        """The claims that are decided with this one."""
        return (claim,) if self.symmetry is None else self.symmetry.images(claim)

    def path(self, claim: int) -> list[State]:
        """The states on a shortest way to what was found against the claim; with symmetry, those that stand for their orbits."""
        return [self.space.state(index) for index in self.space.way(self.found_at[claim])]

    @property
    def threaded(self) -> bool:
        """Whether several threads had a part in it."""
        return len(self.space.workers) > 1

    @property
    def decided(self) -> bool:
        return bool(self.open) and not any(self.open)

    def progress(self) -> Progress:
        queue = self.space.states - int(self.space.context.cursor)
        return Progress("explicit", self.states, self.generated, max(self.levels - 1, 0), queue)

    def trace(self, claim: int, steps: Steps) -> Trace:
        """A shortest way to what was found against the claim."""
        return told(self.form, list(map(self.form.encode, self.path(claim))), self.findings[claim], steps)


@lru_cache
def _runtime(kind: Kind) -> compiling.Code:
    return compiling.compiled(runtime(kind), _RUNTIME, compiling.BEST)


@dataclass(slots=True)
class Program:
    """A system ready to be searched: quick code now, better code when a search has lasted long enough for it."""

    system: System
    packing: Packing
    module: Module
    indexed: bool = False
    better: Thread | None = None
    improved: list[compiling.Code] = field(default_factory=list)

    def load(self, space: Space) -> None:
        """Gives the space its code: the good one where it is kept from before."""
        self.run_by(space, threads=False)
        visit = compiling.cached(self.module.text, ("visit",), compiling.GOOD)
        if visit is None:
            visit = compiling.compiled(self.module.text, ("visit",), compiling.QUICK)
        else:
            self.improved.append(visit)
        space.visit_by(visit.addresses["visit"], visit)

    def run_by(self, space: Space, threads: bool) -> None:
        """Gives the space the runtime for one thread, or for several."""
        code = _runtime(Kind(self.packing.words, threads, self.indexed))
        space.use(functions(code.addresses), code)

    def improve(self, space: Space, lasted: float) -> None:
        """Compiles good code beside the search, once, and uses it when it is there."""
        if self.better is None and not self.improved and lasted * _LINES_A_SECOND > self.lines:
            self.better = Thread(target=self._compile)
            self.better.start()
        elif self.better is not None and not self.better.is_alive():
            self.finish()
            space.visit_by(self.improved[0].addresses["visit"], self.improved[0])
            self.better = None

    @property
    def lines(self) -> int:
        return self.module.text.count("\n")

    def _compile(self) -> None:
        self.improved.append(compiling.compiled(self.module.text, ("visit",), compiling.GOOD))

    def finish(self) -> None:
        if self.better is not None:
            self.better.join()


def program(system: System, indexed: bool = False) -> Program | None:
    """The system's program; None where its variables or numbers are too large for machine words. The variables must be bounded."""
    packed = packing(system)
    made = None if packed is None else module(system, packed)
    if packed is None or made is None:
        return None
    return Program(system, packed, made, indexed)


def search(
    ready: Program,
    budget: Budget,
    clock: Clock,
    threads: int = 1,
    symmetry: Symmetry | None = None,
    order: Independence | None = None,
) -> Native:
    """All that is reachable within the budget, level by level, or until every claim but temporal ones is decided.

    With several threads the order of states within a level depends on chance, and so does which shortest trace is found. With `order`,
    which takes one thread, steps that commute are made in one order only, and all numbers are of what is left."""
    system = ready.system
    claims = len(system.claims)
    space = Space(ready.packing, len(system.actions), ready.module.events, available() if budget.memory is None else budget.memory)
    run = Native(system, layout(system), space, [True] * claims, [True] * claims, symmetry=symmetry)
    try:
        ready.load(space)
        orbits = None if symmetry is None else Orbits(space, symmetry)
        if order is not None:
            Order(space, order)
        _watch(run)
        run.end = _Levels(run, ready, budget, clock, threads).all()
        if orbits is not None and order is None:
            run.weighed = (*orbits.weigh(run.orbits, run.expanded), orbits.weigh(run.starts, 0)[0])
    except MemoryError:
        run.end = "memory"
    finally:
        ready.finish()
    return run


def _watch(run: Native, states_only: bool = False) -> None:
    """The events of open and of idle claims are wanted; those of steps not, with `states_only`."""
    for index, claim in enumerate(run.system.claims):
        wanted = not (states_only and claim.kind == "transition")
        for event, flag in ((failing(index), run.open[index]), (exercised(index), run.idle[index])):
            word, bit = divmod(event, WORD)
            if flag and wanted:
                run.space.watch[word] |= 1 << bit
            else:
                run.space.watch[word] &= ~(1 << bit)


class _Levels:
    """The levels of one search."""

    def __init__(self, run: Native, ready: Program, budget: Budget, clock: Clock, threads: int) -> None:
        self.run, self.ready, self.budget, self.clock, self.threads = run, ready, budget, clock, threads
        self.space = run.space
        self.portion = _FIRST_PORTION
        self.began = perf_counter()

    def all(self) -> End:
        stopped = self._begin()
        run, space = self.run, self.space
        done = 0
        while stopped is None and done < space.states:
            run.levels += 1
            last = run.levels - 1 == self.budget.depth
            if last:
                _watch(run, states_only=True)
                space.context.expanding = 0
            end, counts = space.states, space.counts()
            stopped = self._level(end)
            if stopped == "decided":
                run.decided_with = end, counts
                run.expanded = done
            elif not last:
                run.expanded = min(end, int(space.context.cursor))
            if stopped is None or space.context.cursor == end:
                run.checked += 1
            if last and stopped is None:
                return "depth"
            done = end
        return stopped or "exhausted"

    def _begin(self) -> End | None:
        """The first states, some at a time; None from their generator lets us look at the time."""
        run, most = self.run, self.budget.states
        found = initial(run.system, run.form)
        while part := list(islice(found, 1024)):
            self.space.insert([run.form.decode(packed) for packed in part if packed is not None])
            run.starts = self.space.states
            if self.clock.expired(run.progress):
                return "seconds"
            if most is not None and run.starts > most:
                return "states"
        return None

    def _level(self, end: int) -> End | None:
        """The states up to `end`, round by round until something ends the search."""
        run, space, most = self.run, self.space, self.budget.states
        while space.context.cursor < end:
            self._round(min(end, int(space.context.cursor) + self.portion))
            if space.context.found:
                _treat(run, space.taken_hits())
            if run.decided:
                return "decided"
            if most is not None and run.states > most:
                return "states"
            if self.clock.expired(run.progress):
                return "seconds"
        return None

    def _round(self, stop: int) -> None:
        """Some states, and a guess how many the next round should have."""
        before = perf_counter()
        wanted = self.threads if stop - self.space.context.cursor >= _WORTH_THREADS else 1
        if wanted > len(self.space.workers):
            self.ready.run_by(self.space, threads=True)
            self.space.employ(wanted)
        self.space.run(stop, wanted)
        now = perf_counter()
        if now - before < _ROUND / 2:
            self.portion = min(self.portion * 2, _MOST_PORTION)
        elif now - before > _ROUND * 2:
            self.portion = max(self.portion // 2, 64)
        self.ready.improve(self.space, now - self.began)


def _treat(run: Native, hits: Sequence[int]) -> None:
    """Notes what the events that are no longer watched say of the claims, by the code of the interpreted tier."""
    gone = _gone(run)
    for index in range(len(run.idle)):
        if gone[exercised(index)]:
            for image in run.images(index):
                run.idle[image] = False
    failed = [is_open and gone[failing(index)] for index, is_open in enumerate(run.open)]
    if any(failed):
        _look(run, hits, failed)


def _gone(run: Native) -> list[bool]:
    """For each event whether it was there. On the last level of a limited depth nobody watches those of steps."""
    steps = bool(run.space.context.expanding)
    there: list[bool] = []
    for claim in run.system.claims:
        counted = steps or claim.kind != "transition"
        events = range(len(there), len(there) + 2)
        there += [counted and not run.space.watch[event // WORD] >> event % WORD & 1 for event in events]
    return there


def _look(run: Native, hits: Sequence[int], failed: list[bool]) -> None:
    """Finds where the claims failed."""

    def found(claim: int, finding: Finding, at: int) -> None:
        run.findings[claim], run.found_at[claim] = finding, hits[at]
        for image in run.images(claim):
            failed[image] = run.open[image] = False

    look_closely(run.system, run.form, list(map(run.space.state, hits)), failed, found)


def reached(run: Native) -> Iterator[State]:
    """All states that were looked at, breadth first."""
    return map(run.space.state, range(run.orbits))
