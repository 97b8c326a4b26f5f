"""A solver with a clock: an answer, or `Stopped` with the reason."""

from __future__ import annotations

from collections.abc import Iterable

import z3

from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.smt.encode import BITS, Z3, Numbers
from kmodel.records import dataclass

_LATER = 50
"""Milliseconds that z3 is given beyond the clock, so that when its time is over the clock's is, too."""

_CANCELLED = ("timeout", "canceled", "interrupted", "interrupted from keyboard", "interrupted by user")


@dataclass(frozen=True, slots=True)
class Prover:
    """An incremental z3 solver."""

    solver: Z3
    clock: Clock

    @staticmethod
    def make(numbers: Numbers, clock: Clock, seed: int) -> Prover:
        """The solver for finite domains where numbers are bit-vectors: ten times faster there than the general one."""
        return Prover.of(z3.SolverFor("QF_FD") if numbers is BITS else z3.SimpleSolver(), clock, seed)

    @staticmethod
    def once(numbers: Numbers, clock: Clock, seed: int) -> Prover:
        """For one question only."""
        return Prover.of(z3.SolverFor("QF_FD") if numbers is BITS else z3.Solver(), clock, seed)

    @staticmethod
    def of(solver: Z3, clock: Clock, seed: int) -> Prover:
        solver.set("random_seed", seed)
        return Prover(solver, clock)

    def add(self, said: Iterable[Z3]) -> None:
        self.clock.left()
        self.solver.add(list(said))

    def check(self, *assumptions: Z3) -> bool:
        """Whether what was added holds somewhere together with the assumptions (literals)."""
        left = self.clock.left()
        if left is not None:
            self.solver.set("timeout", round(left * 1000) + _LATER)
        answer = self.solver.check(*assumptions)
        if answer == z3.unknown:
            self._explain()
        return bool(answer == z3.sat)

    def _explain(self) -> None:
        """z3 takes the keyboard's interrupt for itself while it works: one that came before the time was over is handed on."""
        why = self.solver.reason_unknown()
        if why in _CANCELLED:
            self.clock.left()
            raise KeyboardInterrupt
        raise Stopped("out of memory" if "memory" in why else "the solver gave up")

    def model(self) -> Z3:
        return self.solver.model()

    def literal(self, name: str, said: Z3) -> Z3:
        """A new literal that implies what is said."""
        made = z3.FreshConst(z3.BoolSort(), name)
        self.add([z3.Implies(made, said)])
        return made
