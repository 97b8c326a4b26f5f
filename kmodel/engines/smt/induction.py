"""Proof by k-induction (Sheeran, Singh and Stålmarck, FMCAD 2000) of all claims at once.

Base: no claim fails within the first k - 1 steps. Step: where the claims hold k times in a row, a claim holds once more. Claims lean
on each other; those that some k states in a row refute are dropped until the rest stands (Houdini: Flanagan and Leino, FME 2001).

That the k states may be taken to be all different: take a shortest behaviour that ends in a failure. Had it the same state twice before
its last one, what lies between could be cut out, and the last step with its failure would come sooner. The last state itself may be an
earlier one again: a claim about steps can fail there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field

import z3

from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.deepening import vacuous
from kmodel.engines.engine import Budget, Progress
from kmodel.engines.obligations import failure, possible
from kmodel.engines.smt.after import After
from kmodel.engines.smt.encode import BITS, Z3, Constants, Numbers, encode
from kmodel.engines.smt.frames import Unrolling, true_in
from kmodel.engines.smt.search import Search
from kmodel.engines.smt.solve import Prover
from kmodel.ground.rebuild import Reads
from kmodel.ground.system import System
from kmodel.ground.terms import FALSE, TRUE, Term
from kmodel.records import dataclass
from kmodel.verdict.verdict import Complete, Effort, Induction, Outcome, Proved, Unknown, Verdict

MOST_STATES = 4


def induction(system: System, budget: Budget, lemmas: Sequence[Term] = ()) -> Outcome:
    """Decides all claims but temporal properties: proved, or violated by a shortest trace within the first steps, or unknown.

    `lemmas` are known to hold of every reachable state. k goes up to 4, or to the budget's depth and one more where that is less."""
    search = Search.make(system, Clock.of(budget.seconds), budget.seed)
    steps = StepCase.make(search, budget.seed, lemmas)
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


@dataclass(frozen=True, slots=True)
class Argument:
    """What the step of a claim leans on: claims, itself included, and whether the states must be different."""

    claims: frozenset[int]
    distinct: bool


@dataclass(slots=True)
class StepCase:
    """k states in a row, wherever they come from (`row`), and after the last of them every action by itself, each asked of a solver of
    its own: one that has been asked many such questions is slower. `differ` says that the states do. `proved` are the claims that stand."""

    unrolling: Unrolling
    failures: Callable[[int], Mapping[int, Z3]]
    afters: tuple[After, ...]
    clock: Clock
    seed: int
    lemmas: tuple[Term, ...]
    row: list[Z3] = field(default_factory=list)
    differ: list[Z3] = field(default_factory=list)
    failing: list[Mapping[int, Z3]] = field(default_factory=list)
    proved: dict[int, Induction] = field(default_factory=dict)

    @staticmethod
    def make(search: Search, seed: int, lemmas: Sequence[Term]) -> StepCase:
        reads = Reads()
        afters = tuple(After.of(action, reads) for action in search.unrolling.system.actions)
        return StepCase(search.unrolling, search.failures, afters, search.prover.clock, seed, tuple(lemmas))

    def prove(self, k: int, claims: Sequence[int]) -> None:
        """Prove what can be proved of the claims, which hold of the first k states, after any k states in which they hold."""
        self._lengthen(k)
        arguments = self._stand(claims)
        whole = {at: self._whole(at, arguments) for at in arguments}
        self.proved.update({at: Induction(k, each.distinct, tuple(sorted(each.claims))) for at, each in whole.items()})

    def _lengthen(self, k: int) -> None:
        last = k - 1
        self.row += [*self.unrolling.within(0), *self.unrolling.lasting()] if last == 0 else self.unrolling.step(last - 1)
        self.row += [self.unrolling.at(last, lemma) for lemma in self.lemmas]
        self.differ += [z3.Not(self.unrolling.same(earlier, last)) for earlier in range(last)]
        self.failing.append(self.failures(last))

    def _stand(self, claims: Sequence[int]) -> dict[int, Argument]:
        """The claims that stand, leaning on each other and on those proved before."""
        goals = Goals(self.unrolling, self.afters, len(self.failing) - 1)
        kept, waiting = set(claims), list(claims)
        arguments: dict[int, Argument] = {}
        while waiting:
            at = waiting.pop()
            argument = self._argue(goals, at, frozenset(kept | self.proved.keys()))
            if argument is not None:
                arguments[at] = argument
                continue
            kept.remove(at)
            shaken = [each for each, known in arguments.items() if at in known.claims]
            arguments = {each: known for each, known in arguments.items() if each not in shaken}
            waiting += shaken
        return arguments

    def _argue(self, goals: Goals, at: int, kept: frozenset[int]) -> Argument | None:
        """Why no action makes the claim fail; None: one can, even where all that is kept holds."""
        argument = Argument(frozenset({at}), False)
        for action in range(len(self.afters)):
            said = goals.fails(at, action)
            while said is not None:
                model = self._model(said, argument)
                if model is None:
                    break
                more = frozenset(each for each in kept - argument.claims if self._fails_before(model, each))
                if not more and (argument.distinct or not self.differ or self.unrolling.numbers is not BITS):
                    return None
                argument = Argument(argument.claims | more, argument.distinct or not more)
        return argument

    def _model(self, said: Z3, argument: Argument) -> Z3 | None:
        """States in a row for which the argument's claims hold, and after which this is so."""
        prover = Prover.once(self.unrolling.numbers, self.clock, self.seed)
        prover.add([*self.row, *(self.differ if argument.distinct else ()), said])
        prover.add([z3.Not(failing[at]) for failing in self.failing for at in argument.claims if at in failing])
        return prover.model() if prover.check() else None

    def _fails_before(self, model: Z3, at: int) -> bool:
        return any(true_in(model, failing[at]) for failing in self.failing if at in failing)

    def _whole(self, at: int, arguments: Mapping[int, Argument]) -> Argument:
        """The claim's argument with those of the claims that it leans on, and of those that they lean on."""
        found, open_, distinct = {at}, [at], False
        while open_:
            argument = self._argument(open_.pop(), arguments)
            distinct = distinct or argument.distinct
            open_ += argument.claims - found
            found |= argument.claims
        return Argument(frozenset(found), distinct)

    def _argument(self, at: int, arguments: Mapping[int, Argument]) -> Argument:
        known = self.proved.get(at)
        return arguments[at] if known is None else Argument(frozenset(known.together), known.distinct)


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
        stepwise = system.claims[claim].kind == "transition"
        later = after.step(fails) if stepwise else after.state(fails)
        if later is FALSE or (later is fails and not stepwise):
            return None
        said = [encode(term, *self._place()) for term in (possible(system.actions[action]), after.link, later)]
        return z3.And(*said, *(() if after.link is TRUE else self.unrolling.within(self.last + 1)))

    def _place(self) -> tuple[Numbers, Constants, Constants, dict[Term, Z3]]:
        return self.unrolling.numbers, self.unrolling.state(self.last), self.unrolling.state(self.last + 1), self.known
