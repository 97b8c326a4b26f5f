"""Which of many candidates are inductive together, in a small scope (Houdini: Flanagan and Leino, FME 2001).

A scope is small when its sorts have a few members; quantifiers are written out there, so that a solver without quantifiers answers. What is
not inductive there is not inductive in every scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import product
from typing import TypeAlias

import z3

from kmodel.engines.deadline import Clock
from kmodel.engines.smt.encode import Z3
from kmodel.engines.smt.frames import true_in
from kmodel.engines.smt.open.after import after
from kmodel.engines.smt.open.encode import Encoding
from kmodel.engines.smt.solve import Prover
from kmodel.ground.open.clauses import Clause, Family
from kmodel.ground.open.logic import Formula, Sort, Var
from kmodel.ground.open.opening import OpenClaim, OpenSystem
from kmodel.ground.open.updates import OpenAction
from kmodel.records import dataclass


@dataclass(slots=True)
class Small:
    """The system in a small scope. Candidates are numbered: the claims first, then the clauses."""

    system: OpenSystem
    families: Sequence[Family]
    clauses: Sequence[Clause]
    encoding: Encoding
    clock: Clock
    seed: int
    before: list[Z3] = field(default_factory=list)
    provers: dict[int, Prover] = field(default_factory=dict)
    fails: dict[tuple[int, int], Z3] = field(default_factory=dict)

    @staticmethod
    def make(system: OpenSystem, families: Sequence[Family], clauses: Sequence[Clause], size: int, clock: Clock, seed: int) -> Small:
        def members(_: Sort) -> int:
            return size

        return Small(system, families, clauses, Encoding(members), clock, seed)

    @property
    def everything(self) -> range:
        return range(len(self.system.claims) + len(self.clauses))

    # ---- what holds before a step

    def holds(self, at: int) -> Z3:
        """A literal for: the candidate holds in the state before."""
        return z3.Bool(f"holds!{self.encoding.serial}!{at}")

    def premises(self) -> list[Z3]:
        """The facts of the system, and what the candidates' literals mean."""
        if not self.before:
            self.before.extend(self._premises())
        return self.before

    def _premises(self) -> list[Z3]:
        env: Mapping[Var, Z3] = {}
        said = [self.encoding.term(fact, env) for fact in self.system.facts]
        for at, claim in enumerate(self.system.claims):
            if not claim.stepwise:
                said.append(z3.Implies(self.holds(at), self.encoding.term(claim.formula, env)))
        said += [z3.Implies(self.holds(at), instance) for at, instance in self._instances()]
        return said

    def _instances(self) -> Iterator[tuple[int, Z3]]:
        """Each clause, said of all members."""
        first = len(self.system.claims)
        for number, family in enumerate(self.families):
            mine = [(first + at, clause) for at, clause in enumerate(self.clauses) if clause.family == number]
            for row in product(*(self._members(var.sort) for var in family.variables)) if mine else ():
                env = dict(zip(family.variables, row, strict=True))
                meant = self.encoding.term(family.meant, env)
                atoms = _both(self.encoding.term(atom, env) for atom in family.atoms)
                absent = z3.Not(meant)
                yield from ((at, z3.Or([absent, *_literals(clause, atoms)])) for at, clause in mine)

    def _members(self, sort: Sort) -> Sequence[Z3]:
        self.encoding.sort(sort)
        return self.encoding.universe[sort]

    # ---- what fails after a step

    def failing(self, at: int, action: int) -> Z3:
        """A literal for: the candidate fails after the action's step."""
        return z3.Bool(f"fails!{self.encoding.serial}!{at}!{action}")

    def _failures(self, action: OpenAction, number: int) -> Iterator[Z3]:
        for at, claim in enumerate(self.system.claims):
            yield z3.Implies(self.failing(at, number), z3.Not(self.encoding.term(after(claim.formula, action, claim.stepwise), {})))
        meant: dict[int, Z3] = {}
        atoms: dict[int, list[Both]] = {}
        for at, family in enumerate(self.families):
            meant[at] = self.encoding.term(after(family.meant, action, False), {})
            atoms[at] = _both(self.encoding.term(after(atom, action, False), {}) for atom in family.atoms)
        for at, clause in enumerate(self.clauses, len(self.system.claims)):
            failing, known = z3.Not(self.failing(at, number)), atoms[clause.family]
            yield z3.Or([failing, meant[clause.family]])
            yield from (z3.Or([failing, known[each][1 - holds]]) for each, holds in clause.literals)

    def prover(self, number: int) -> Prover:
        """For the steps of one action."""
        if number not in self.provers:
            action = self.system.actions[number]
            made = Prover.of(z3.SimpleSolver(), self.clock, self.seed)
            made.add([*self.premises(), self.encoding.term(action.guard, {}), *self._failures(action, number)])
            self.provers[number] = made
        return self.provers[number]

    # ---- what stands

    def starts(self, alive: Iterable[int]) -> set[int]:
        """Those that hold in every first state."""
        prover = Prover.of(z3.SimpleSolver(), self.clock, self.seed)
        prover.add([self.encoding.term(each, {}) for each in (*self.system.facts, *self.system.initial)])
        atoms = [_both(self.encoding.term(atom, {}) for atom in family.atoms) for family in self.families]
        failures = {at: self._fails_at_first(at, atoms) for at in alive}
        return self._standing(prover, failures, [])

    def _fails_at_first(self, at: int, atoms: Sequence[Sequence[Both]]) -> Z3:
        claims = self.system.claims
        if at < len(claims):
            return z3.BoolVal(False) if claims[at].stepwise else z3.Not(self.encoding.term(claims[at].formula, {}))
        clause = self.clauses[at - len(claims)]
        meant = self.encoding.term(self.families[clause.family].meant, {})
        return z3.And([meant, *(atoms[clause.family][each][1 - holds] for each, holds in clause.literals)])

    def _standing(self, prover: Prover, failures: Mapping[int, Z3], assumed: Sequence[Z3]) -> set[int]:
        """Those that never fail, as long as all of them are assumed."""
        alive = set(failures)
        while alive:
            goal = prover.literal("goal", z3.Or([failures[at] for at in sorted(alive)]))
            if not prover.check(goal, *assumed):
                break
            model = prover.model()
            fallen = {at for at in alive if true_in(model, failures[at])}
            assert fallen, "a model of a disjunction satisfies one of its parts"
            alive -= fallen
        return alive

    def inductive(self, alive: set[int]) -> set[int]:
        """The greatest part of the candidates that every step keeps."""
        open_ = list(range(len(self.system.actions)))
        while open_:
            number = open_.pop(0)
            kept = self._kept(number, alive)
            if kept != alive:
                alive = kept
                open_ = [*open_, *(other for other in range(len(self.system.actions)) if other not in open_)]
        return alive

    def _kept(self, number: int, alive: set[int]) -> set[int]:
        prover = self.prover(number)
        while True:
            goal = prover.literal("goal", z3.Or([self.failing(at, number) for at in sorted(alive)]))
            if not alive or not prover.check(goal, *(self.holds(at) for at in sorted(alive))):
                return alive
            model = prover.model()
            fallen = {at for at in alive if true_in(model, self.failing(at, number))}
            assert fallen, "a model of a disjunction satisfies one of its parts"
            alive = alive - fallen

    def needed(self, goal: int, chosen: set[int], alive: set[int]) -> set[int]:
        """What else of the inductive candidates keeps the goal in every step; as few as dropping one by one leaves."""
        found: set[int] = set()
        for number in range(len(self.system.actions)):
            prover, fails = self.prover(number), self.failing(goal, number)
            base = [self.holds(at) for at in sorted(chosen | found | {goal})]
            if not prover.check(fails, *base):
                continue
            more = self._core(prover, fails, base, sorted(alive - chosen - found - {goal}))
            found |= self._fewest(prover, fails, base, more)
        return found

    def _core(self, prover: Prover, fails: Z3, base: Sequence[Z3], others: Sequence[int]) -> list[int]:
        """Of the candidates, the plainest first: as many as are needed, twice as many at a time."""
        size = 4
        while prover.check(fails, *base, *(self.holds(at) for at in others[:size])):
            assert size < len(others), "all candidates together keep each of them"
            size *= 2
        names = {str(each) for each in prover.solver.unsat_core()}
        return [at for at in others[:size] if str(self.holds(at)) in names]

    def _fewest(self, prover: Prover, fails: Z3, base: Sequence[Z3], core: list[int]) -> set[int]:
        """Longer clauses are dropped first: those that remain are plainer."""
        kept = list(core)
        for at in sorted(core, reverse=True):
            rest = [each for each in kept if each != at]
            if not prover.check(fails, *base, *(self.holds(each) for each in rest)):
                kept = rest
        return set(kept)


Both: TypeAlias = tuple[Z3, Z3]
"""That an atom does not hold, and that it does."""


def _both(atoms: Iterable[Z3]) -> list[Both]:
    return [(z3.Not(atom), atom) for atom in atoms]


def _literals(clause: Clause, atoms: Sequence[Both]) -> list[Z3]:
    return [atoms[at][holds] for at, holds in clause.literals]


def formula_of(system: OpenSystem, families: Sequence[Family], clauses: Sequence[Clause], at: int) -> OpenClaim | Formula:
    """Candidate `at`: a claim, or a clause as a formula."""
    if at < len(system.claims):
        return system.claims[at]
    clause = clauses[at - len(system.claims)]
    return families[clause.family].formula(clause.literals)
