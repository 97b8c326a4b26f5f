"""Many behaviours at once, drawn at random: bit i of a literal's number says what it is in behaviour i.

What is false in one of their states need not be refuted by a solver, which would find a counterexample for one suggestion after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from kmodel.engines.deadline import Clock
from kmodel.engines.sat.circuit import Literal, simulate
from kmodel.engines.sat.frames import Frames
from kmodel.engines.sat.machine import Machine
from kmodel.engines.sat.solve import Prover
from kmodel.records import dataclass

BEHAVIOURS = 4_096
STEPS = 32
"""So many steps are taken before what is left is looked at; where they refuted none `QUIET` times in a row, that is all."""

QUIET, MOST = 3, 40
_WHOLE = (1 << BEHAVIOURS) - 1


def never_false(machine: Machine, said: Sequence[Literal], clock: Clock) -> list[int]:
    """Which of these (indexes) are true in all states that some behaviours are looked at in: those that always hold, and maybe others.
    Raises Stopped."""
    kept = list(range(len(said)))
    behaviours = Behaviours.of(machine, clock)
    if behaviours is None:
        return kept
    quiet = 0
    for _ in range(MOST):
        behaviours.go(STEPS)
        true = behaviours.all_true([said[at] for at in kept])
        quiet = quiet + 1 if all(true) else 0
        kept = [at for at, holds in zip(kept, true, strict=True) if holds]
        if quiet == QUIET:
            break
    return kept


def _first(machine: Machine, clock: Clock) -> list[int] | None:
    """A first state, in all behaviours (None: there is none)."""
    frames = Frames.of(machine, Prover(clock))
    frames.begin()
    found = frames.prover.check()
    bits = frames.prover.values(frames.states[0]) if found else []
    frames.prover.close()
    return [_WHOLE if bit else 0 for bit in bits] if found else None


@dataclass(slots=True)
class Behaviours:
    """Where behaviours are: the bits of their `state`, and what they become by a step (`after`, of which `gates` are what they need)."""

    machine: Machine
    state: list[int]
    after: Sequence[Literal]
    gates: Sequence[int]
    random: Random
    clock: Clock

    @staticmethod
    def of(machine: Machine, clock: Clock) -> Behaviours | None:
        """All in a first state, if there is any."""
        state = _first(machine, clock)
        after = machine.state_bits(machine.after)
        gates = machine.circuit.cone([machine.steps, *after])
        return None if state is None else Behaviours(machine, state, after, gates, Random(0), clock)

    def go(self, steps: int) -> None:
        """So many steps, of each behaviour that can take the one that is drawn for it."""
        for _ in range(steps):
            self.clock.left()
            values = self._values(self.gates)
            moves, stays = values[self.machine.steps], values[-self.machine.steps]
            self.state = [(moves & values[new]) | (stays & old) for old, new in zip(self.state, self.after, strict=True)]

    def all_true(self, said: Sequence[Literal]) -> list[bool]:
        """Which are true in all behaviours, where they are."""
        values = self._values(self.machine.circuit.cone(said))
        return [values[literal] == _WHOLE for literal in said]

    def _values(self, gates: Sequence[int]) -> list[int]:
        """Of these gates, with a choice that is drawn for each behaviour."""
        circuit = self.machine.circuit
        values = [0] * (2 * len(circuit.gates))
        drawn = ((bit, self.random.getrandbits(BEHAVIOURS)) for bits in self.machine.choice.bits.values() for bit in bits)
        for number, value in (*zip(self.machine.inputs, self.state, strict=True), *drawn):
            values[number] = value
        simulate(circuit, gates, values, _WHOLE)
        return values
