"""Depth by depth, every behaviour of a system that has that many steps: what each claim's first failure is, if it has one.

At depth d all states that d steps lead to have been looked at, and all lassos of at most d steps in which something happens. So the
first trace found is a shortest one. A search `ended` when no behaviour has another step: then it has seen all there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

import z3

from kmodel.engines.deadline import Clock
from kmodel.engines.obligations import failure, holes, possible
from kmodel.engines.smt.encode import Z3
from kmodel.engines.smt.frames import Bundle, Unrolling, true_in
from kmodel.engines.smt.lasso import LassoClaim, Lassos
from kmodel.engines.smt.solve import Prover
from kmodel.ground.system import System
from kmodel.records import dataclass
from kmodel.verdict.verdict import Trace, Violated


@dataclass(frozen=True, slots=True)
class Watch:
    """Claims of states, or claims of steps (`lag` 1: they end where the step does), with their failures and what exercises them."""

    claims: tuple[int, ...]
    failures: Bundle
    exercises: Bundle
    lag: int

    @staticmethod
    def of(unrolling: Unrolling, claims: Sequence[int], lag: int) -> Watch:
        chosen = [unrolling.system.claims[at] for at in claims]
        failures = unrolling.bundle([failure(unrolling.system, claim) for claim in chosen])
        return Watch(tuple(claims), failures, unrolling.bundle([claim.exercised for claim in chosen]), lag)

    def put(self, unrolling: Unrolling, bundle: Bundle, depth: int) -> Mapping[int, Z3]:
        """By claim, what the bundle says at a depth (nothing, of steps that would end before the first one does)."""
        return dict(zip(self.claims, unrolling.put(bundle, depth - self.lag), strict=True)) if self.claims and depth >= self.lag else {}


@dataclass(slots=True)
class Search:
    """`depth` is the last one that was searched wholly. What is found stays found when the search is stopped."""

    unrolling: Unrolling
    prover: Prover
    watches: tuple[Watch, Watch]
    lassos: Lassos
    violated: dict[int, Violated] = field(default_factory=dict)
    exercised: set[int] = field(default_factory=set)
    depth: int = -1
    ended: bool = False

    @staticmethod
    def make(system: System, clock: Clock, seed: int) -> Search:
        unrolling = Unrolling.make(system)
        steps = [at for at, claim in enumerate(system.claims) if claim.kind == "transition"]
        states = [at for at, claim in enumerate(system.claims) if claim.kind != "transition"]
        watches = (Watch.of(unrolling, states, 0), Watch.of(unrolling, steps, 1))
        prover = Prover.make(unrolling.numbers, clock, seed)
        return Search(unrolling, prover, watches, Lassos.make(unrolling, [possible(action) for action in system.actions]))

    @property
    def open(self) -> list[int]:
        """The claims for which no failure is known."""
        return [at for at in range(len(self.unrolling.system.claims)) if at not in self.violated]

    def deepen(self) -> None:
        """Search the next depth. Raises Stopped."""
        self.look_ahead()
        if self.ended:
            return
        depth = self.depth + 1
        exercises = self._put(depth, [watch.exercises for watch in self.watches])
        self._exercise(exercises)
        self._refute(depth, exercises)
        self._go_round(depth)
        self._exercise_more(exercises)
        self.depth = depth

    def look_ahead(self) -> None:
        """Say that there is one step more, and find out whether there can be. Raises Stopped."""
        self.prover.add(self.unrolling.start() if self.depth < 0 else self.unrolling.step(self.depth))
        self.ended = not self.prover.check()

    def _put(self, depth: int, bundles: Sequence[Bundle]) -> dict[int, Z3]:
        placed = (watch.put(self.unrolling, bundle, depth) for watch, bundle in zip(self.watches, bundles, strict=True))
        return {at: said for part in placed for at, said in part.items()}

    # ---- failures

    def failures(self, depth: int) -> dict[int, Z3]:
        """By claim, that it fails in state `depth` of the unrolling, or of the step that leads there."""
        return self._put(depth, [watch.failures for watch in self.watches])

    def _refute(self, depth: int, exercises: Mapping[int, Z3]) -> None:
        """Find the open claims that fail at this depth; the others hold there, which is said for what follows."""
        failing = {at: said for at, said in self.failures(depth).items() if at not in self.violated}
        while failing and self._holds_somewhere(z3.Or(list(failing.values()))):
            self._exercise(exercises)
            model = self.prover.model()
            found = [at for at, said in failing.items() if true_in(model, said)]
            assert found, "a model of a disjunction satisfies one of its parts"
            for at in found:
                self.violated[at] = Violated(self._failing(model, at, depth), shortest=True)
                del failing[at]
        self.prover.add([z3.Not(said) for said in failing.values()])

    def _holds_somewhere(self, said: Z3) -> bool:
        goal = self.prover.literal("goal", said)
        found = self.prover.check(goal)
        if not found:
            self.prover.add([z3.Not(goal)])
        return found

    def _failing(self, model: Z3, at: int, depth: int) -> Trace:
        claim = self.unrolling.system.claims[at]
        place = depth - 1 if claim.kind == "transition" else depth
        conditions = holes(self.unrolling.system, claim)
        undefined = next((where for where, condition in conditions if true_in(model, self.unrolling.at(place, condition))), None)
        path = self._path(model, depth)
        return Trace(path.states, path.actions, None, undefined)

    def _path(self, model: Z3, depth: int) -> Trace:
        states = tuple(self.unrolling.read_state(model, k) for k in range(depth + 1))
        return Trace(states, tuple(self.unrolling.read_action(model, k) for k in range(depth)))

    # ---- lassos

    def _go_round(self, depth: int) -> None:
        """Find the open properties that fail on a lasso of `depth` steps, then those that fail where nothing happens after them."""
        for lasso in self.lassos.at(depth):
            while True:
                open_ = [claim for claim in lasso.claims if claim.index not in self.violated]
                if not open_ or not self._holds_somewhere(z3.And(lasso.closed, z3.Or([claim.fails for claim in open_]))):
                    break
                self._found_round(open_, lasso.begins, depth)

    def _found_round(self, open_: Sequence[LassoClaim], begins: Z3 | None, depth: int) -> None:
        model = self.prover.model()
        path = self._path(model, depth)
        if begins is None:
            trace = Trace((*path.states, path.states[-1]), (*path.actions, -1), depth)
        else:
            trace = Trace(path.states, path.actions, model.eval(begins, model_completion=True).as_long())
        found = [claim.index for claim in open_ if true_in(model, claim.fails)]
        assert found, "a model of a disjunction satisfies one of its parts"
        self.violated.update({at: Violated(trace, shortest=True) for at in found})

    # ---- what exercises the claims

    def _exercise(self, exercises: Mapping[int, Z3]) -> None:
        """Note what the last model exercises."""
        waiting = [at for at in exercises if at not in self.exercised]
        model = self.prover.model() if waiting else None
        self.exercised.update(at for at in waiting if true_in(model, exercises[at]))

    def _exercise_more(self, exercises: Mapping[int, Z3]) -> None:
        """Look for behaviours that exercise the open claims that nothing exercised yet."""
        while waiting := [said for at, said in exercises.items() if at not in self.exercised and at not in self.violated]:
            if not self._holds_somewhere(z3.Or(waiting)):
                return
            self._exercise(exercises)
