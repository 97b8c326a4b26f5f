"""Depth by depth, every behaviour that has that many steps: each claim's first failure, if it has one.

At depth d all states that d steps lead to are looked at, so that the first trace found is a shortest one. A search `ended` when no
behaviour has another step: then it has seen all there is. Temporal formulas are not looked at here; that they are undefined is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from kmodel.engines.deadline import Clock
from kmodel.engines.obligations import holes
from kmodel.engines.sat.circuit import FALSE, Literal
from kmodel.engines.sat.frames import Frames
from kmodel.engines.sat.machine import Machine
from kmodel.engines.sat.solve import Prover
from kmodel.engines.sat.template import Template
from kmodel.ground.rebuild import at_state
from kmodel.ground.system import System
from kmodel.ground.terms import TRUE as ALWAYS
from kmodel.records import dataclass
from kmodel.verdict.verdict import Trace, Violated

Said = tuple[Mapping[int, Literal], Mapping[int, Literal]]


@dataclass(slots=True)
class Search:
    """`depth` is the last one that was searched wholly. What is found stays found when the search is stopped.

    `states` and `steps` are the claims of states and those of steps; `watch` says of a state that they fail and are exercised."""

    machine: Machine
    frames: Frames
    states: tuple[int, ...]
    steps: tuple[int, ...]
    watch: Template
    violated: dict[int, Violated] = field(default_factory=dict)
    exercised: set[int] = field(default_factory=set)
    depth: int = -1
    ended: bool = False
    _known: list[Literal] = field(default_factory=list)

    @staticmethod
    def of(system: System, clock: Clock, solver: str | None) -> Search:
        machine = Machine.of(system)
        kinds = [claim.kind == "transition" for claim in system.claims]
        steps = tuple(at for at, of_steps in enumerate(kinds) if of_steps)
        states = tuple(at for at, of_steps in enumerate(kinds) if not of_steps)
        frames = Frames.of(machine, Prover(clock, solver), _said(machine, steps))
        return Search(machine, frames, states, steps, Template.of(machine.circuit, machine.inputs, _said(machine, states)))

    @property
    def open(self) -> list[int]:
        """The claims for which no failure is known."""
        return [at for at in range(len(self.machine.system.claims)) if at not in self.violated]

    def deepen(self) -> None:
        """Search the next depth. Raises Stopped."""
        failing, exercising = self._next()
        self._refute(failing, exercising)
        if not self.ended:
            self._exercise_more(exercising)
            self.depth += 1

    def look_ahead(self) -> None:
        """Find out whether any behaviour has one step more. Raises Stopped."""
        self._next()
        self.ended = not self.frames.prover.check()

    def next_place(self) -> dict[int, Literal]:
        """One step more; by claim, that it fails there. Nothing is looked for."""
        return dict(self._next()[0])

    def _next(self) -> Said:
        """The next state; by claim, that it fails there or of the step that leads there, and that it is exercised."""
        said = self.frames.step() if self.frames.states else self._begin()
        of_steps = _by_claim(self.steps, said)
        of_states = _by_claim(self.states, self.frames.put(self.watch, self.frames.states[-1]))
        return {**of_states[0], **of_steps[0]}, {**of_states[1], **of_steps[1]}

    def _begin(self) -> list[Literal]:
        self.frames.begin()
        return [FALSE] * (2 * len(self.steps))

    # ---- failures

    def _refute(self, failing: Mapping[int, Literal], exercising: Mapping[int, Literal]) -> None:
        """Find the open claims that fail at this depth; the others hold there, which is said for what follows."""
        open_ = {at: literal for at, literal in failing.items() if at not in self.violated and literal != FALSE}
        while open_ and self._some(list(open_.values())):
            self._note(exercising)
            found = [at for at, true in zip(open_, self.frames.prover.values(list(open_.values())), strict=True) if true]
            assert found, "a model of a disjunction satisfies one of its parts"
            self.violated.update(self._violations(found))
            open_ = {at: literal for at, literal in open_.items() if at not in found}
        self.frames.prover.add([-literal] for literal in open_.values())
        self.ended = not self._goes_on()
        if not self.ended:
            self._note(exercising)

    def _goes_on(self) -> bool:
        """Whether any behaviour gets here. One that is known to get to the state before is tried first: only its last step is open."""
        prover = self.frames.prover
        found = (bool(self._known) and prover.check(self._known)) or prover.check()
        path = [*self.frames.states[0], *self.frames.choices()] if found else []
        self._known = [own if value else -own for own, value in zip(path, prover.values(path), strict=True)]
        return found

    def _some(self, literals: Sequence[Literal]) -> bool:
        """Whether one of the literals can be true."""
        goal = self.frames.prover.fresh()
        self.frames.prover.add([[-goal, *literals]])
        found = self.frames.prover.check([goal])
        if not found:
            self.frames.prover.add([[-goal]])
        return found

    def _violations(self, claims: Sequence[int]) -> dict[int, Violated]:
        return {at: Violated(self.path(at), shortest=True) for at in claims}

    def path(self, claim: int) -> Trace:
        """The behaviour of the last model, at whose end the claim fails."""
        states = tuple(self.frames.read_states())
        path = Trace(states, tuple(self.frames.read_action(k) for k in range(len(states) - 1)))
        return Trace(path.states, path.actions, None, self._undefined(claim, path))

    def _undefined(self, at: int, path: Trace) -> tuple[str, int, int] | None:
        """What is undefined where the trace ends, if anything is."""
        claim = self.machine.system.claims[at]
        conditions = holes(self.machine.system, claim)
        before = path.states[-2] if claim.kind == "transition" else path.states[-1]
        variables = self.machine.system.variables
        here, after = (dict(zip(variables, state, strict=True)) for state in (before, path.states[-1]))
        values = at_state([condition for _, condition in conditions], here, after)
        return next((where for (where, _), value in zip(conditions, values, strict=True) if value is ALWAYS), None)

    # ---- what exercises the claims

    def _note(self, exercising: Mapping[int, Literal]) -> None:
        """Note what the last model exercises."""
        waiting = [at for at in exercising if at not in self.exercised]
        values = self.frames.prover.values([exercising[at] for at in waiting]) if waiting else []
        self.exercised.update(at for at, true in zip(waiting, values, strict=True) if true)

    def _exercise_more(self, exercising: Mapping[int, Literal]) -> None:
        """Look for behaviours that exercise the open claims that nothing exercised yet."""
        while True:
            waiting = (at for at in exercising if at not in self.exercised and at not in self.violated)
            literals = [exercising[at] for at in waiting if exercising[at] != FALSE]
            if not literals or not self._some(literals):
                return
            self._note(exercising)


def _said(machine: Machine, claims: Sequence[int]) -> list[Literal]:
    return [machine.fails(at) for at in claims] + [machine.exercised(at) for at in claims]


def _by_claim(claims: Sequence[int], said: Sequence[Literal]) -> tuple[dict[int, Literal], dict[int, Literal]]:
    return dict(zip(claims, said, strict=False)), dict(zip(claims, said[len(claims) :], strict=True))
