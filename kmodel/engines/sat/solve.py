"""SAT solvers by name, with a clock.

A row says what a solver can do. One that takes a budget of conflicts is stopped by the clock between two such budgets; the others look
at the clock before each question only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pysat.solvers import Solver

from kmodel.engines.deadline import Clock
from kmodel.engines.sat.circuit import TRUE, Clause, Literal
from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`name` is python-sat's. `budgets`: the solver can be told how many conflicts to spend."""

    name: str
    budgets: bool


SOLVERS: Mapping[str, Row] = {
    row.name: row
    for row in (
        Row("minisat22", True),
        Row("glucose4", True),
        Row("glucose42", True),
        Row("maplechrono", True),
        Row("cadical153", False),
        Row("cadical195", False),
    )
}
DEFAULT = "minisat22"
_CONFLICTS = 1_000


class Prover:
    """An incremental solver that hands out its own literals; literal 1 is true."""

    def __init__(self, clock: Clock, solver: str | None = None) -> None:
        self.row = SOLVERS[solver or DEFAULT]
        self.clock = clock
        self.free = TRUE + 1
        self._solver = Solver(name=self.row.name, bootstrap_with=[[TRUE]])
        self._add = self._solver.add_clause

    def close(self) -> None:
        self._solver.delete()

    def fresh(self) -> Literal:
        """A literal that nothing speaks of yet."""
        self.free += 1
        return self.free - 1

    def add(self, clauses: Iterable[Clause]) -> None:
        for clause in clauses:
            self._add(clause)

    def check(self, assumptions: Sequence[Literal] = ()) -> bool:
        """Whether the clauses can be true together with the assumptions. Raises Stopped."""
        self.clock.left()
        if self.clock.end is None or not self.row.budgets:
            return bool(self._solver.solve(assumptions=assumptions))
        while True:
            self._solver.conf_budget(_CONFLICTS)
            answer = self._solver.solve_limited(assumptions=assumptions)
            if answer is not None:
                return bool(answer)
            self.clock.left()

    def values(self, literals: Sequence[Literal]) -> list[bool]:
        """What the last model says of these literals; one that no clause mentions is false."""
        model = self.model()
        known = len(model)
        return [abs(literal) < known and (model[abs(literal)] > 0) == (literal > 0) for literal in literals]

    def model(self) -> list[Literal]:
        """By number, its literal that is true (of 0: 0)."""
        return [0, *(self._solver.get_model() or ())]

    def core(self) -> list[Literal]:
        """Assumptions that cannot be true together, from the last answer that was no."""
        return list(self._solver.get_core() or ())
