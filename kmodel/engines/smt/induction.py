"""Proof by k-induction (Sheeran, Singh and Stålmarck, FMCAD 2000) of all claims at once.

Base: no claim fails within the first k - 1 steps. Step: where the claims hold k times in a row, a claim holds once more. Claims lean
on each other; those that some k states in a row refute are dropped until the rest stands (Houdini: Flanagan and Leino, FME 2001).

That the k states may be taken to be all different: take a shortest behaviour that ends in a failure. Had it the same state twice before
its last one, what lies between could be cut out, and the last step with its failure would come sooner. The last state itself may be an
earlier one again: a claim about steps can fail there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import z3

from kmodel.engines.engine import Budget, Progress
from kmodel.engines.smt.after import After
from kmodel.engines.smt.bmc import vacuous
from kmodel.engines.smt.encode import BITS, Z3, encode
from kmodel.engines.smt.frames import Unrolling, possible
from kmodel.engines.smt.search import Search, failure
from kmodel.engines.smt.solve import Clock, Prover, Stopped
from kmodel.ground.rebuild import Reads
from kmodel.ground.system import System
from kmodel.ground.terms import FALSE, Term, and_
from kmodel.verdict.verdict import Complete, Effort, Induction, Outcome, Proved, Unknown, Verdict

MOST_STATES = 4


def induction(system: System, budget: Budget) -> Outcome:
    """Decides all claims but temporal properties: proved, or violated by a shortest trace within the first steps, or unknown.

    k goes up to 4, or to the budget's depth and one more where that is less."""
    search = Search.make(system, Clock.of(budget.seconds), budget.seed)
    steps = StepCase.make(search, budget.seed)
    most = MOST_STATES if budget.depth is None else min(MOST_STATES, budget.depth + 1)
    reason = _induct(search, steps, most, budget)
    return Outcome(
        tuple(_verdict(search, steps, at, reason) for at in range(len(system.claims))),
        tuple(vacuous(search, at) for at in range(len(system.claims))),
        Effort("induction", depth=max(search.depth, 0)),
    )


def _induct(search: Search, steps: StepCase, most: int, budget: Budget) -> str:
    """Why there is no more to be had."""
    try:
        for k in range(1, most + 1):
            search.deepen()
            budget.report(Progress("induction", depth=k - 1))
            open_ = [at for at in search.open if at not in steps.proved and not _temporal(search, at)]
            if search.ended or not open_:
                break
            steps.prove(k, open_)
    except Stopped as stopped:
        return stopped.reason
    return f"not inductive up to k = {most}"


def _temporal(search: Search, at: int) -> bool:
    return search.unrolling.system.claims[at].kind == "property"


def _verdict(search: Search, steps: StepCase, at: int, reason: str) -> Verdict:
    if at in search.violated:
        return search.violated[at]
    if at in steps.proved:
        return Proved(steps.proved[at])
    depth = search.depth if search.depth >= 0 else None
    if search.ended:
        return Proved(Complete(depth or 0))
    return Unknown("induction does not treat temporal properties" if _temporal(search, at) else reason, depth)


@dataclass(slots=True)
class StepCase:
    """k states in a row, wherever they come from: `holding[c]` says that claim c holds of them, `distinct` that they all differ.

    What comes after the last of them is asked action by action. `proved` are the claims that stand."""

    search: Search
    prover: Prover
    holding: tuple[Z3, ...]
    distinct: Z3
    afters: tuple[After, ...]
    proved: dict[int, Induction] = field(default_factory=dict)

    @staticmethod
    def make(search: Search, seed: int) -> StepCase:
        system, reads = search.unrolling.system, Reads()
        prover = Prover.make(search.unrolling.numbers, search.prover.clock, seed)
        holding = tuple(z3.Bool(f"holding{at}") for at in range(len(system.claims)))
        return StepCase(search, prover, holding, z3.Bool("distinct"), tuple(After.of(action, reads) for action in system.actions))

    def prove(self, k: int, claims: Sequence[int]) -> None:
        """Prove what can be proved of the claims, which hold of the first k states, from the last k - 1 states and one more."""
        self._lengthen(k)
        leaning = self._stand(k, claims)
        needed = {at: self._needed(at, leaning) for at in leaning}
        self.proved.update({at: self._certificate(k, each, leaning) for at, each in needed.items()})

    def _lengthen(self, k: int) -> None:
        unrolling, last = self.search.unrolling, k - 1
        self.prover.add([*unrolling.within(0), *unrolling.lasting()] if k == 1 else unrolling.step(last - 1))
        self.prover.add(unrolling.within(k))
        self.prover.add([z3.Implies(self.holding[at], z3.Not(said)) for at, said in self.search.failures(last).items()])
        self.prover.add([z3.Implies(self.distinct, z3.Not(unrolling.same(earlier, last))) for earlier in range(last)])

    def _stand(self, k: int, claims: Sequence[int]) -> dict[int, frozenset[str]]:
        """The claims that stand together with those proved before, each with the names of the assumptions that it needed."""
        goals = Goals(self.search.unrolling, self.afters, k - 1)
        kept, waiting = set(claims), list(claims)
        leaning: dict[int, frozenset[str]] = {}
        while waiting:
            at = waiting.pop()
            names = self._follows(goals, at, kept)
            if names is not None:
                leaning[at] = names
                continue
            kept.remove(at)
            shaken = [each for each, names in leaning.items() if str(self.holding[at]) in names]
            leaning = {each: names for each, names in leaning.items() if each not in shaken}
            waiting += shaken
        return leaning

    def _follows(self, goals: Goals, at: int, kept: set[int]) -> frozenset[str] | None:
        """The assumptions from which it follows that no action makes the claim fail; None where one can."""
        assumed = [self.holding[each] for each in sorted(kept | self.proved.keys())]
        if goals.last > 0 and self.search.unrolling.numbers is BITS:
            assumed.append(self.distinct)
        needed = {str(self.holding[at])}
        for action in range(len(self.afters)):
            said = goals.fails(at, action)
            if said is not None:
                goal = self.prover.literal("goal", said)
                if self.prover.check(goal, *assumed):
                    return None
                needed |= {str(literal) for literal in self.prover.solver.unsat_core()} - {str(goal)}
                self.prover.add([z3.Not(goal)])
        return frozenset(needed)

    def _needed(self, at: int, leaning: Mapping[int, frozenset[str]]) -> frozenset[int]:
        """The claim, those that its argument needed, those that theirs needed, and so on."""
        found, open_ = {at}, [at]
        while open_:
            for each in self._next(open_.pop(), leaning) - found:
                found.add(each)
                open_.append(each)
        return frozenset(found)

    def _next(self, at: int, leaning: Mapping[int, frozenset[str]]) -> set[int]:
        if at in self.proved:
            return set(self.proved[at].together)
        return {each for each, literal in enumerate(self.holding) if str(literal) in leaning[at]}

    def _certificate(self, k: int, needed: frozenset[int], leaning: Mapping[int, frozenset[str]]) -> Induction:
        distinct = any(self.proved[at].distinct if at in self.proved else str(self.distinct) in leaning[at] for at in needed)
        return Induction(k, distinct, tuple(sorted(needed)))


@dataclass(frozen=True, slots=True)
class Goals:
    """That a claim fails after an action, said of state `last` of an unrolling (and of the next one, where variables stay primed)."""

    unrolling: Unrolling
    afters: tuple[After, ...]
    last: int
    known: dict[Term, Z3] = field(default_factory=dict)

    def fails(self, claim: int, action: int) -> Z3 | None:
        """None: it cannot, or fails only where it failed before."""
        system, after = self.unrolling.system, self.afters[action]
        fails = failure(system, system.claims[claim])
        later = after.step(fails) if system.claims[claim].kind == "transition" else after.state(fails)
        if later is FALSE or (later is fails and system.claims[claim].kind != "transition"):
            return None
        said = and_(possible(system.actions[action]), after.link, later)
        return encode(said, self.unrolling.numbers, self.unrolling.state(self.last), self.unrolling.state(self.last + 1), self.known)
