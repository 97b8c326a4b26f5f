"""Breadth-first search by columns, and its outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from itertools import islice
from typing import Any

import numpy as np

from kmodel.engines.engine import Budget, Progress
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.closely import look_closely
from kmodel.engines.explicit.columns.space import Space, Words, columns, encoded, put
from kmodel.engines.explicit.columns.terms import Columns
from kmodel.engines.explicit.ends import End, rest
from kmodel.engines.explicit.generate import compiled, successors
from kmodel.engines.explicit.layout import Layout, layout
from kmodel.engines.explicit.native.packing import packing
from kmodel.engines.explicit.native.plan import exercised, failing, state_events, transition_events
from kmodel.engines.explicit.native.visit import small
from kmodel.engines.explicit.orbits import Symmetry
from kmodel.engines.explicit.search import Finding, initial, told
from kmodel.ground.system import System
from kmodel.ground.terms import FALSE, Term, Variable, or_
from kmodel.records import dataclass
from kmodel.verdict.verdict import Effort, Outcome, Violated

_BATCH = 8_192


@dataclass(slots=True)
class Run:
    """A search under way, as `search.Search` is."""

    system: System
    form: Layout
    space: Space
    counts: list[int]
    open: list[bool]
    idle: list[bool]
    findings: dict[int, Finding] = field(default_factory=dict)
    found_at: dict[int, int] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    hits: list[int] = field(default_factory=list)
    states: int = 0
    starts: int = 0
    levels: int = 0
    checked: int = 0
    end: End = "exhausted"

    @property
    def generated(self) -> int:
        return self.starts + sum(self.counts)

    def progress(self) -> Progress:
        return Progress("explicit", self.space.states, self.generated, max(self.levels - 1, 0))


def decided(system: System, budget: Budget, clock: Clock, symmetry: Symmetry | None = None) -> Outcome | None:
    """All claims; None where one is temporal, numbers are too large, or symmetry spares more."""
    packed = packing(system)
    temporal = any(claim.formula is not None for claim in system.claims)
    if packed is None or temporal or symmetry is not None or not small(_terms(system)):
        return None
    claims = len(system.claims)
    run = Run(system, layout(system), Space(packed), [0] * len(system.actions), [True] * claims, [True] * claims)
    try:
        run.end = _Levels(run, budget, clock).all()
    except MemoryError:
        run.end = "memory"
    if run.end != "decided":
        run.states = run.space.states
    return _outcome(run, budget)


def _terms(system: System) -> Iterator[Term]:
    for action in system.actions:
        yield from (action.guard, *(term for _, term in action.updates), *(hole.condition for hole in action.undefined))
    yield from (term for _, term in (*state_events(system), *transition_events(system)))


def _outcome(run: Run, budget: Budget) -> Outcome:
    verdicts = [rest(run, budget, lambda: frozenset(map(run.space.state, range(run.states))))] * len(run.system.claims)
    steps = compiled(successors(run.system, run.form), "successors") if run.findings else None
    for claim, finding in run.findings.items():
        assert steps is not None
        packed = [run.form.encode(run.space.state(index)) for index in run.space.way(run.found_at[claim])]
        verdicts[claim] = Violated(told(run.form, packed, finding, steps), shortest=True)
    vacuous = tuple(None if idle and run.end != "exhausted" else idle for idle in run.idle)
    return Outcome(tuple(verdicts), vacuous, Effort("explicit", run.states, run.generated, run.levels, tuple(run.counts)))


class _Levels:
    """The levels of one search."""

    def __init__(self, run: Run, budget: Budget, clock: Clock) -> None:
        self.run, self.budget, self.clock = run, budget, clock
        system = run.system
        self.holes = [or_(*(hole.condition for hole in action.undefined)) for action in system.actions]
        self.of_states, self.of_steps = list(state_events(system)), list(transition_events(system))
        anywhere = or_(*self.holes)
        defined = [failing(at) for at, claim in enumerate(system.claims) if claim.kind == "defined" and anywhere is not FALSE]
        self.of_states += [(event, anywhere) for event in defined]

    def all(self) -> End:
        run, budget = self.run, self.budget
        stopped = self._begin()
        level = run.space.levels[-1] if stopped is None else []
        while len(level) and stopped is None:
            run.levels += 1
            last = run.levels - 1 == budget.depth
            before = run.space.states, run.counts.copy()
            found = list(self._steps(level, last))
            stopped = self._after_level()
            if stopped == "decided":
                run.states, run.counts[:] = before
            run.checked += stopped in (None, "decided")
            if last and stopped is None:
                return "depth"
            if stopped is None:
                level = run.space.add(*_joined(found, run.space.packing.words))
                stopped = self._limits()
        return stopped or "exhausted"

    def _begin(self) -> End | None:
        """The first states."""
        run, most = self.run, self.budget.states
        parts: list[Any] = [np.zeros((0, run.space.packing.words), np.uint64)]
        found = initial(run.system, run.form)
        while part := list(islice(found, 1024)):
            parts.append(encoded(run.space.packing, [run.form.decode(packed) for packed in part if packed is not None]))
            if self.clock.expired(run.progress):
                return "seconds"
            if most is not None and sum(map(len, parts)) > most:
                return "states"
        words = np.concatenate(parts)
        run.space.add(words, np.full(len(words), -1))
        run.starts = run.space.states
        return None

    def _steps(self, level: Words, last: bool) -> Iterator[tuple[Words, Any]]:
        """The states after all steps, and where these began; of the last level only events are looked at."""
        first = self.run.space.firsts[-1]
        for begin in range(0, len(level), _BATCH):
            if self.clock.expired(self.run.progress):
                self.run.end = "seconds"
                return
            yield from self._batch(level[begin : begin + _BATCH], first + begin, last)

    def _batch(self, words: Words, first: int, last: bool) -> Iterator[tuple[Words, Any]]:
        variables = columns(self.run.space.packing, words)
        values = Columns(variables)
        for event, term in self.of_states:
            self._note(event, values(term), first, len(words))
        for at, action in () if last else enumerate(self.run.system.actions):
            enabled = np.broadcast_to(values(action.guard) & ~values(self.holes[at]), len(words))
            rows = np.flatnonzero(enabled)
            if len(rows):
                self.run.counts[at] += len(rows)
                yield self._taken(at, words, rows, values, first)

    def _taken(self, at: int, words: Words, rows: Any, values: Columns, first: int) -> tuple[Words, Any]:
        packing, action = self.run.space.packing, self.run.system.actions[at]
        after = words[rows]
        changed: dict[Variable, Any] = {}
        for which, update in action.updates:
            column = np.broadcast_to(values(update), len(words))[rows]
            changed[which] = column
            put(packing.fields[which.index], after, column)
        if self.of_steps:
            before = {which: column[rows] for which, column in values.variables.items()}
            both = Columns(before, before | changed)
            for event, term in self.of_steps:
                self._note(event, both(term), rows + first, len(rows))
        return after, rows + first

    def _note(self, event: int, column: Any, first: Any, size: int) -> None:
        """Keeps the first state where an event is there."""
        if event not in self.run.seen and column.any():
            self.run.seen.add(event)
            at = int(np.argmax(np.broadcast_to(column, size)))
            self.run.hits.append(int(first[at]) if isinstance(first, np.ndarray) else first + at)

    def _after_level(self) -> End | None:
        """What the events of a level say; and whether the search is over."""
        run = self.run
        for index in range(len(run.idle)):
            run.idle[index] = run.idle[index] and exercised(index) not in run.seen
        failed = [is_open and failing(index) in run.seen for index, is_open in enumerate(run.open)]
        hits, run.hits = sorted(set(run.hits)), []
        if any(failed):
            look_closely(run.system, run.form, list(map(run.space.state, hits)), failed, lambda *found: _found(run, hits, *found))
        if run.open and not any(run.open):
            return "decided"
        return "seconds" if run.end == "seconds" else None

    def _limits(self) -> End | None:
        run, budget = self.run, self.budget
        if budget.memory is not None and run.space.used > budget.memory:
            return "memory"
        return "states" if budget.states is not None and run.space.states > budget.states else None


def _found(run: Run, hits: list[int], claim: int, finding: Finding, at: int) -> None:
    run.findings[claim], run.found_at[claim] = finding, hits[at]
    run.open[claim] = False


def _joined(found: list[tuple[Words, Any]], words: int) -> tuple[Words, Any]:
    if not found:
        return np.zeros((0, words), np.uint64), np.zeros(0, np.int64)
    return np.concatenate([after for after, _ in found]), np.concatenate([parents for _, parents in found])
