"""Of suggested invariants, those that are inductive together (Houdini: Flanagan and Leino, FME 2001), over bits."""

from __future__ import annotations

from collections.abc import Sequence

from kmodel.engines.deadline import Clock
from kmodel.engines.sat.circuit import Literal
from kmodel.engines.sat.encode import Encoder
from kmodel.engines.sat.frames import Frames
from kmodel.engines.sat.machine import Machine
from kmodel.engines.sat.solve import Prover
from kmodel.engines.sat.template import Template
from kmodel.ground.system import System
from kmodel.ground.terms import Term


def inductive(system: System, suggested: Sequence[Term], clock: Clock, solver: str | None = None) -> list[Term]:
    """The most of the suggestions that hold at first and that all together are kept by every step. Raises Stopped."""
    machine = Machine.of(system)
    after = Encoder(machine.circuit, machine.after)
    now = [machine.encoder.literal(term) for term in suggested]
    roots = [machine.steps, *now, *(after.literal(term) for term in suggested)]
    template = Template.of(machine.circuit, machine.inputs, roots)
    first = Frames.of(machine, Prover(clock, solver))
    first.begin()
    held = first.put(template, first.states[0])[1 : 1 + len(suggested)]
    kept = _kept(first.prover, range(len(suggested)), (), held)
    step = Frames.of(machine, Prover(clock, solver))
    step.anywhere()
    steps, *rest = step.put(template, step.states[0])
    before, following = rest[: len(suggested)], rest[len(suggested) :]
    while True:
        smaller = _dropped(step.prover, kept, [steps, *(before[at] for at in kept)], following)
        if len(smaller) == len(kept):
            return [suggested[at] for at in kept]
        kept = smaller


def _kept(prover: Prover, suggested: Sequence[int], assumed: Sequence[Literal], held: Sequence[Literal]) -> list[int]:
    """Those that hold wherever what is assumed does."""
    kept = list(suggested)
    while True:
        smaller = _dropped(prover, kept, assumed, held)
        if len(smaller) == len(kept):
            return kept
        kept = smaller


def _dropped(prover: Prover, kept: Sequence[int], assumed: Sequence[Literal], held: Sequence[Literal]) -> list[int]:
    """Without those that one behaviour refutes, if there is one that refutes any."""
    goal = prover.fresh()
    prover.add([[-goal, *(-held[at] for at in kept)]])
    if not kept or not prover.check([goal, *assumed]):
        return list(kept)
    values = prover.values([held[at] for at in kept])
    prover.add([[-goal]])
    return [at for at, true in zip(kept, values, strict=True) if true]
