"""Of suggested invariants, those that are inductive together (Houdini: Flanagan and Leino, FME 2001), over bits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kmodel.engines.deadline import Clock
from kmodel.engines.sat.circuit import Literal
from kmodel.engines.sat.encode import Encoder
from kmodel.engines.sat.frames import Frames
from kmodel.engines.sat.machine import Machine
from kmodel.engines.sat.solve import Prover
from kmodel.engines.sat.template import Template
from kmodel.ground.system import System
from kmodel.ground.terms import Term
from kmodel.records import dataclass


def inductive(system: System, suggested: Sequence[Term], clock: Clock, solver: str | None = None) -> list[Term]:
    """The most of the suggestions that hold at first and that all together are kept by every step. Raises Stopped."""
    found = together(system, [(term,) for term in suggested], clock, solver)
    return [found.terms[at] for at in found.kept]


@dataclass(slots=True)
class Together:
    """`kept` (indexes of `terms`) hold at first, and after each step that begins where all of them hold. `before` and `following`
    are the literals of all terms on both sides of a step that is taken where `steps` holds."""

    terms: Sequence[Term]
    kept: list[int]
    prover: Prover
    steps: Literal
    before: Sequence[Literal]
    following: Sequence[Literal]

    def needed_by(self, wanted: Iterable[int]) -> list[int]:
        """Of the kept ones, those wanted and others with which these are inductive: what each leans on, by unsatisfiable cores."""
        needed = dict.fromkeys(wanted)
        waiting = list(needed)
        while waiting:
            for at in self._leans_on(waiting.pop(), list(needed)):
                if at not in needed:
                    needed[at] = None
                    waiting.append(at)
        return sorted(needed)

    def _leans_on(self, wanted: int, needed: Sequence[int]) -> list[int]:
        """Those that are needed already do, if they suffice."""
        for assumed in (needed, self.kept):
            if not self.prover.check([self.steps, *(self.before[at] for at in assumed), -self.following[wanted]]):
                core = set(self.prover.core())
                return [at for at in assumed if self.before[at] in core]
        raise AssertionError("what is kept is inductive")


def together(system: System, families: Sequence[Sequence[Term]], clock: Clock, solver: str | None = None) -> Together:
    """The most of the families of which all members are inductive together. Raises Stopped."""
    suggested = [term for family in families for term in family]
    fall = Fall([at for at, family in enumerate(families) for _ in family])
    machine = Machine.of(system)
    after = Encoder(machine.circuit, machine.after)
    now = [machine.encoder.literal(term) for term in suggested]
    roots = [machine.steps, *now, *(after.literal(term) for term in suggested)]
    template = Template.of(machine.circuit, machine.inputs, roots)
    first = Frames.of(machine, Prover(clock, solver))
    first.begin()
    held = first.put(template, first.states[0])[1 : 1 + len(suggested)]
    kept = _kept(first.prover, fall, range(len(suggested)), held)
    first.prover.close()
    step = Frames.of(machine, Prover(clock, solver))
    step.anywhere()
    steps, *rest = step.put(template, step.states[0])
    before, following = rest[: len(suggested)], rest[len(suggested) :]
    while True:
        smaller = _dropped(step.prover, fall, kept, [steps, *(before[at] for at in kept)], following)
        if len(smaller) == len(kept):
            return Together(suggested, kept, step.prover, steps, before, following)
        kept = smaller


@dataclass(frozen=True, slots=True)
class Fall:
    """By suggestion, its family's number: all of a family fall with one of them. Else each would need a counterexample of its own."""

    family: Sequence[int]

    def after(self, kept: Sequence[int], values: Sequence[bool]) -> list[int]:
        fallen = {self.family[at] for at, true in zip(kept, values, strict=True) if not true}
        return [at for at in kept if self.family[at] not in fallen]


def _kept(prover: Prover, fall: Fall, suggested: Sequence[int], held: Sequence[Literal]) -> list[int]:
    """Those that hold in all behaviours."""
    kept = list(suggested)
    while True:
        smaller = _dropped(prover, fall, kept, (), held)
        if len(smaller) == len(kept):
            return kept
        kept = smaller


def _dropped(prover: Prover, fall: Fall, kept: Sequence[int], assumed: Sequence[Literal], held: Sequence[Literal]) -> list[int]:
    """Without those that one behaviour refutes, if there is one that refutes any."""
    goal = prover.fresh()
    prover.add([[-goal, *(-held[at] for at in kept)]])
    if not kept or not prover.check([goal, *assumed]):
        return list(kept)
    values = prover.values([held[at] for at in kept])
    prover.add([[-goal]])
    return fall.after(kept, values)
