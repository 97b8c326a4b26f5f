"""Proofs by Spacer (Komuravelli, Gurfinkel and Chaki, CAV 2014): z3's property-directed search for an inductive invariant of Horn clauses.

Numbers stay unbounded. One invariant is sought for each claim; it comes back as a term of the system, to be re-checked by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import z3

from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.engine import Budget
from kmodel.engines.obligations import failure, possible
from kmodel.engines.smt.encode import INTEGERS, Z3, declare, encode, within
from kmodel.engines.smt.solve import Prover
from kmodel.ground.rebuild import conjuncts
from kmodel.ground.system import Action, Claim, System
from kmodel.ground.terms import (
    FALSE,
    TRUE,
    Term,
    Variable,
    add,
    and_,
    at_most,
    equal,
    if_,
    less,
    multiply,
    negate,
    not_,
    number,
    or_,
    variable,
)
from kmodel.records import dataclass
from kmodel.verdict.verdict import Effort, Invariant, Outcome, Proved, Unknown, Verdict

_OPTIONS = dict.fromkeys(("xform.inline_eager", "xform.inline_linear", "xform.slice"), False)
"""The clauses stay as they are: what is inlined away has no invariant."""

REACHED = "a failure can be reached, and no trace was asked for"


def spacer(system: System, budget: Budget) -> Outcome:
    """Proves claims but temporal properties; what fails is left to engines that give traces."""
    clock = Clock.of(budget.seconds)
    verdicts = tuple(_verdict(system, claim, clock, budget.seed) for claim in system.claims)
    return Outcome(verdicts, (None,) * len(verdicts), Effort("spacer"))


def _verdict(system: System, claim: Claim, clock: Clock, seed: int) -> Verdict:
    if claim.kind == "property":
        return Unknown("proofs by reachability do not treat temporal properties")
    try:
        found = Horn.make(system).invariant(claim, clock, seed)
    except Stopped as stopped:
        return Unknown(stopped.reason)
    return Unknown(REACHED) if found is None else Proved(Invariant(tuple(conjuncts(found))))


@dataclass(frozen=True, slots=True)
class Horn:
    """A system as Horn clauses over a relation of all its variables: it holds at first, and after every action where it held before."""

    system: System
    constants: Mapping[Variable, Z3]
    reached: Z3

    @staticmethod
    def make(system: System) -> Horn:
        constants = {which: declare(INTEGERS, which, f"v{which.index}") for which in system.variables}
        sorts = [constant.sort() for constant in constants.values()]
        return Horn(system, constants, z3.Function("reached", *sorts, z3.BoolSort()))

    def said(self, term: Term, after: Mapping[Variable, Z3] | None = None) -> Z3:
        return encode(term, INTEGERS, self.constants, after or self.constants, {})

    def begins(self) -> list[Z3]:
        begun = [equal(variable(start.variable), start.value) for start in self.system.starts if start.value is not None]
        bounded = [within(INTEGERS, which, constant) for which, constant in self.constants.items()]
        return [*bounded, *(self.said(term) for term in (*begun, *self.system.initial))]

    def after(self, action: Action) -> dict[Variable, Z3]:
        return {**self.constants, **{which: self.said(value) for which, value in action.updates}}

    def invariant(self, claim: Claim, clock: Clock, seed: int) -> Term | None:
        """A term that holds in every reachable state and with which the claim does; None: the claim fails in some reachable state.
        Raises Stopped."""
        if not self._begins_at_all(clock, seed):
            return FALSE
        solver = z3.Fixedpoint()
        left = clock.left()
        solver.set(engine="spacer", **_OPTIONS, **{"spacer.random_seed": seed})
        if left is not None:
            solver.set(timeout=max(1, round(left * 1000)))
        here, fails = self.reached(*self.constants.values()), z3.Bool("fails")
        solver.register_relation(self.reached, fails.decl())
        solver.declare_var(*self.constants.values())
        solver.rule(here, self.begins())
        for action in self.system.actions:
            solver.rule(self.reached(*self.after(action).values()), [here, z3.simplify(self.said(possible(action)))])
        for failing in self._failing(claim):
            solver.rule(fails, [here, *failing])
        try:
            answer = solver.query(fails)
        except z3.Z3Exception as error:
            clock.left()
            raise (KeyboardInterrupt if "cancel" in str(error) else Stopped("the solver gave up")) from None
        return self._answer(solver, answer, clock)

    def _begins_at_all(self, clock: Clock, seed: int) -> bool:
        """Where no first state is, z3 drops the relation, and there is no invariant to be had of it."""
        prover = Prover.of(z3.Solver(), clock, seed)
        prover.add(self.begins())
        return prover.check()

    def _failing(self, claim: Claim) -> list[list[Z3]]:
        term = failure(self.system, claim)
        if claim.kind != "transition":
            return [[self.said(term)]]
        return [[self.said(possible(action)), self.said(term, self.after(action))] for action in self.system.actions]

    def _answer(self, solver: Z3, answer: Z3, clock: Clock) -> Term | None:
        if answer == z3.unknown:
            clock.left()
            raise Stopped("the solver gave up")
        if answer == z3.sat:
            return None
        found = z3.substitute_vars(solver.get_cover_delta(-1, self.reached), *self.constants.values())
        return Back({constant.get_id(): variable(which) for which, constant in self.constants.items()}).term(found)


_JOINED: Mapping[int, Callable[[Sequence[Term]], Term]] = {
    z3.Z3_OP_TRUE: lambda _: TRUE,
    z3.Z3_OP_FALSE: lambda _: FALSE,
    z3.Z3_OP_NOT: lambda parts: not_(parts[0]),
    z3.Z3_OP_AND: lambda parts: and_(*parts),
    z3.Z3_OP_OR: lambda parts: or_(*parts),
    z3.Z3_OP_IMPLIES: lambda parts: or_(not_(parts[0]), parts[1]),
    z3.Z3_OP_EQ: lambda parts: equal(parts[0], parts[1]),
    z3.Z3_OP_DISTINCT: lambda parts: not_(equal(parts[0], parts[1])),
    z3.Z3_OP_XOR: lambda parts: not_(equal(parts[0], parts[1])),
    z3.Z3_OP_LE: lambda parts: at_most(parts[0], parts[1]),
    z3.Z3_OP_LT: lambda parts: less(parts[0], parts[1]),
    z3.Z3_OP_GE: lambda parts: at_most(parts[1], parts[0]),
    z3.Z3_OP_GT: lambda parts: less(parts[1], parts[0]),
    z3.Z3_OP_ITE: lambda parts: if_(parts[0], parts[1], parts[2]),
    z3.Z3_OP_ADD: lambda parts: add(*parts),
    z3.Z3_OP_SUB: lambda parts: add(parts[0], *(negate(part) for part in parts[1:])),
    z3.Z3_OP_UMINUS: lambda parts: negate(parts[0]),
    z3.Z3_OP_MUL: lambda parts: multiply(parts[0], parts[1]),
}


@dataclass(frozen=True, slots=True)
class Back:
    """z3 terms as terms of the system again. Raises Stopped where an operation has no row."""

    known: Mapping[int, Term]

    def term(self, said: Z3) -> Term:
        known = self.known.get(said.get_id())
        if known is not None:
            return known
        if z3.is_int_value(said):
            return number(said.as_long())
        law = _JOINED.get(said.decl().kind()) if z3.is_app(said) else None
        if law is None:
            raise Stopped("the solver gave up")
        return law([self.term(part) for part in said.children()])
