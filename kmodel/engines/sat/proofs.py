"""Property-directed reachability as an engine: inductive invariants in the spec's own terms, and traces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.engine import Budget, Progress
from kmodel.engines.joined import about
from kmodel.engines.sat.atoms import Cube, TooMany
from kmodel.engines.sat.pdr import Chain, Pdr
from kmodel.engines.sat.search import Search
from kmodel.engines.sat.template import Template
from kmodel.ground.system import System
from kmodel.records import dataclass
from kmodel.verdict.verdict import Effort, Invariant, Outcome, Proved, Unknown, Verdict, Violated

_SHARE = 0.5
"""Of the time left, for finding a shorter trace."""


def pdr(system: System, budget: Budget) -> Outcome:
    """Decides all claims but temporal properties of a finite system: proved by an invariant, violated, or unknown. A trace is a shortest
    one where bounded search finds it in the time there is."""
    run = Run(system, budget, Clock.of(budget.seconds))
    verdicts = tuple(run.verdict(at) for at in range(len(system.claims)))
    return Outcome(verdicts, (None,) * len(verdicts), Effort("pdr", depth=run.depth))


@dataclass(slots=True)
class Run:
    """The claims one after the other, over the same frames."""

    system: System
    budget: Budget
    clock: Clock
    reached: list[Pdr] = field(default_factory=list)

    @property
    def depth(self) -> int:
        return len(self.reached[-1].lemmas) - 1 if self.reached else 0

    def _frames(self) -> Pdr:
        """Begun anew after a claim whose lemmas grew too many."""
        if not self.reached:
            self.reached.append(Pdr.of(self.system, self.clock, self.budget.solver))
        return self.reached[-1]

    def verdict(self, claim: int) -> Verdict:
        try:
            frames = self._frames()
            self.budget.report(Progress("pdr", depth=self.depth))
            found = frames.prove(claim)
            if isinstance(found, tuple):
                return self._violated(claim, found)
            return Proved(Invariant(tuple(frames.vocabulary.lemma(cube) for cube in found)))
        except TooMany:
            self.reached.clear()
            return Unknown("the lemmas of its proof are too many")
        except Stopped as stopped:
            return Unknown(stopped.reason)

    def _violated(self, claim: int, chain: Chain) -> Verdict:
        of_steps = self.system.claims[claim].kind == "transition"
        steps = max(len(chain) - 1, 0) + of_steps
        try:
            return _shortest(self.system, claim, steps, self._part(), self.budget)
        except Stopped:
            return _along(self.system, claim, steps, chain, self)

    def _part(self) -> Clock:
        left = self.clock.left()
        return Clock.of(None if left is None else left * _SHARE)


def _shortest(system: System, claim: int, steps: int, clock: Clock, budget: Budget) -> Violated:
    """The shortest trace, which has at most so many steps. Raises Stopped."""
    search = Search.of(about(system, [claim]), clock, budget.solver)
    while not search.violated:
        assert search.depth < steps, "bounded search finds no failure where there is one"
        search.deepen()
    return search.violated[0]


def _along(system: System, claim: int, steps: int, chain: Chain, run: Run) -> Violated:
    """A trace from cube to cube. Raises Stopped."""
    search = Search.of(about(system, [claim]), run.clock, run.budget.solver)
    machine, vocabulary = search.machine, run.reached[-1].vocabulary
    atoms = Template.of(machine.circuit, machine.inputs, vocabulary.literals(machine, machine.now))
    assumptions: list[int] = []
    failing: dict[int, int] = {}
    for k in range(steps + 1):
        failing = search.next_place()
        there = search.frames.put(atoms, search.frames.states[-1])
        assumptions += _assumed(chain, k, there)
    found = search.frames.prover.check([*assumptions, failing[0]])
    assert found, "each cube leads to the next one"
    return Violated(search.path(0), shortest=False)


def _assumed(chain: Sequence[Cube], k: int, literals: Sequence[int]) -> list[int]:
    return [literals[each - 1] if each > 0 else -literals[-each - 1] for each in chain[k]] if k < len(chain) else []
