"""Outcomes by machine code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kmodel.engines.engine import Budget
from kmodel.engines.explicit.ample import Independence
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.concrete import Concrete
from kmodel.engines.explicit.ends import Looked, rest
from kmodel.engines.explicit.generate import compiled, successors
from kmodel.engines.explicit.moves import orbit
from kmodel.engines.explicit.native.order import fits
from kmodel.engines.explicit.native.properties import can_refute, refute
from kmodel.engines.explicit.native.search import Native, Program, program, reached, search
from kmodel.engines.explicit.orbits import Symmetry, reduced
from kmodel.engines.explicit.properties import violations
from kmodel.ground.system import State, System
from kmodel.records import dataclass
from kmodel.verdict.verdict import Effort, Outcome, Trace, Verdict, Violated


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The states that a search found, where it keeps them; with symmetry, one of each orbit."""

    run: Native

    def __len__(self) -> int:
        return self.run.states

    def __contains__(self, state: object) -> bool:
        if not isinstance(state, tuple):
            return False
        fields = self.run.space.packing.fields
        inside = all(0 <= value - field.low < 1 << field.width for field, value in zip(fields, state, strict=True))
        return inside and self.run.space.find(state) > 0

    def some(self, most: int) -> Sequence[State]:
        """At most so many of them, from first to last at equal distances."""
        size = self.run.space.states
        step = max(1, -(-size // max(most, 1)))
        return [self.run.space.state(index) for index in range(0, size, step)]


def decided(system: System, budget: Budget, clock: Clock, symmetry: Symmetry | None = None) -> Outcome | None:
    """All claims; None where the system has numbers, or properties, that are too large."""
    temporal = any(claim.formula is not None for claim in system.claims)
    ready = program(system, indexed=temporal) if can_refute(system) else None
    if ready is None:
        return None
    run = search(ready, budget, clock, budget.threads, symmetry)
    refuted = refute(run, clock)
    broken = violations(refuted)
    if (run.findings or broken) and run.threaded and run.end != "seconds":  # one thread finds the same trace always
        run = search(_fresh(ready), budget, clock, 1, symmetry)
        refuted = refute(run, clock)
    if broken and symmetry is not None:  # a lasso through orbits is followed by a longer one: among all states there may be a shorter
        again = search(_fresh(ready), budget, clock)
        refuted |= violations(refute(again, clock)) if again.end in ("exhausted", "depth") else {}
    return outcome(run, budget, refuted)


def _fresh(ready: Program) -> Program:
    """To be searched once more."""
    return replace(ready, improved=list(ready.improved))


def outcome(run: Native, budget: Budget, refuted: Mapping[int, Verdict]) -> Outcome:
    """What a search found, and what is known of temporal claims."""

    def reachable() -> frozenset[State]:
        whole = reached(run)
        of = run.symmetry
        return frozenset(whole if of is None else (state for one in whole for state in orbit(one, of.generators)))

    verdicts = [rest(run, budget, reachable, Found(run))] * len(run.system.claims)
    for claim, trace in _traces(run):
        verdicts[claim] = Violated(trace, shortest=True)
    for claim, verdict in refuted.items():
        verdicts[claim] = verdict
    vacuous = tuple(None if idle and run.end != "exhausted" else idle for idle in run.idle)
    return Outcome(tuple(verdicts), vacuous, _effort(run))


def in_one_order(system: System, budget: Budget, clock: Clock, symmetry: Symmetry | None, order: Independence) -> Looked | None:
    """What is found where steps that commute are looked at in one order; None where the system has numbers that are too large."""
    ready = program(system) if fits(order) else None
    if ready is None:
        return None
    run = search(ready, budget, clock, 1, symmetry, order)
    found = {claim: Violated(trace, shortest=False) for claim, trace in _traces(run)}
    generated = run.starts + sum(run.steps)
    return Looked(run.end, run.orbits, generated, run.levels, run.checked, tuple(run.idle), found)


def _traces(run: Native) -> Iterator[tuple[int, Trace]]:
    """A shortest trace against each claim that something was found against, or against an image of it."""
    if run.findings and run.symmetry is None:
        steps = compiled(successors(run.system, run.form), "successors")
        yield from ((claim, run.trace(claim, steps)) for claim in run.findings)
    elif run.symmetry is not None and run.findings:
        follow = Concrete(run.system, run.symmetry)
        yield from ((image, follow.trace(image, run.path(claim))) for claim in run.findings for image in run.images(claim))


def _effort(run: Native) -> Effort:
    whole = Effort("explicit", run.states, run.generated, run.levels, run.enabled)
    return reduced(whole, run.symmetry, run.orbits, sum(run.steps) + run.starts)
