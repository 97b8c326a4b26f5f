"""Proofs for every scope: an inductive invariant that small scopes suggest, proved where sorts have any number of members.

The candidates are cut down to what a small scope's steps keep (`houdini`); of these, those that the claims need are chosen; and then each
is proved with quantifiers: it holds at first, and every action keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence

import z3

from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.smt.open.after import after
from kmodel.engines.smt.open.encode import Encoding
from kmodel.engines.smt.open.houdini import Small, formula_of
from kmodel.engines.smt.solve import Prover
from kmodel.ground.open.clauses import Clause, Family, Invariant
from kmodel.ground.open.logic import Formula
from kmodel.ground.open.opening import OpenClaim, OpenSystem
from kmodel.records import dataclass

ROUNDS = ((60, 3), (10_000, 3), (10_000, 4))
"""How many of the clauses are tried, the plainest first, and how many members each sort has in the small scope that they are tried in."""


def prove(
    system: OpenSystem, families: Sequence[Family], clauses: Sequence[Clause], seconds: float | None, seed: int = 0
) -> tuple[Invariant | str, ...]:
    """For each claim of the system an invariant that proves it for every scope, or why there is none."""
    clock = Clock.of(seconds)
    search = Search(system, families, clauses, clock, seed, ["no inductive invariant was found"] * len(system.claims))
    try:
        search.all()
    except Stopped as stopped:
        return tuple(stopped.reason if isinstance(each, str) else each for each in search.found)
    return tuple(search.found)


@dataclass(slots=True)
class Search:
    """Candidates are numbered: the claims first, then the clauses. `found` is what is known of each claim."""

    system: OpenSystem
    families: Sequence[Family]
    clauses: Sequence[Clause]
    clock: Clock
    seed: int
    found: list[Invariant | str]

    def all(self) -> None:
        found = self.found
        for most, size in ROUNDS:
            small = Small.make(self.system, self.families, self.clauses[:most], size, self.clock, self.seed)
            alive = small.inductive(small.starts(small.everything))
            for at in [at for at in sorted(alive) if at < len(found) and isinstance(found[at], str)]:
                found[at] = self._for_every_scope(self._closed(small, at, alive))
            if all(isinstance(each, Invariant) for each in found):
                break

    def _closed(self, small: Small, goal: int, alive: set[int]) -> set[int]:
        """The goal with what it needs, and what that needs."""
        chosen, open_ = {goal}, [goal]
        while open_:
            more = small.needed(open_.pop(), chosen, alive)
            chosen |= more
            open_ += sorted(more)
        return chosen

    def _for_every_scope(self, chosen: set[int]) -> Invariant | str:
        said = {at: formula_of(self.system, self.families, self.clauses, at) for at in sorted(chosen)}
        for at in said:
            fails = self._fails(said, at)
            if fails is not None:
                return fails
        first = len(self.system.claims)
        return Invariant(tuple(at for at in sorted(chosen) if at < first), tuple(at - first for at in sorted(chosen) if at >= first))

    def _fails(self, said: dict[int, OpenClaim | Formula], at: int) -> str | None:
        """Where the candidate does not follow, if so: at first, or after an action."""
        stepwise = isinstance(each := said[at], OpenClaim) and each.stepwise
        mine = _formula(each)
        if not stepwise and not self._never(self.system.initial, after_=mine):
            return "it is not so in the first state of every scope"
        held = [_formula(other) for other in said.values() if not (isinstance(other, OpenClaim) and other.stepwise)]
        for action in self.system.actions:
            if not self._never([*held, action.guard], after_=after(mine, action, stepwise)):
                return f"`{action.name.rsplit('.', 1)[-1]}` was not shown to keep the invariant in larger scopes"
        return None

    def _never(self, premises: Sequence[Formula], after_: Formula) -> bool:
        """Whether what follows holds wherever the premises do."""
        encoding = Encoding()
        prover = Prover.of(z3.Solver(), self.clock, self.seed)
        prover.add([encoding.term(each, {}) for each in (*self.system.facts, *premises)])
        prover.add([z3.Not(encoding.term(after_, {}))])
        try:
            return not prover.check()
        except Stopped as stopped:
            if stopped.reason == "the solver gave up":
                return False
            raise


def _formula(said: OpenClaim | Formula) -> Formula:
    return said.formula if isinstance(said, OpenClaim) else said
