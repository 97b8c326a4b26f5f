"""Certificates that keep no states, looked at again by a solver of its own. A trusted file.

It shares with what made them only the encoding of terms, and of that the other half: numbers are integers without bounds here, the
solver is z3's general one, and what a system and a claim are is written down once more, as plainly as can be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import combinations
from typing import assert_never

import z3

from kmodel.engines.counting import counted, needed
from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.smt.encode import INTEGERS, Z3, Constants, declare, encode, within
from kmodel.engines.smt.solve import Prover
from kmodel.ground.alike import alike, alike_actions
from kmodel.ground.rebuild import Reads, Rewriter
from kmodel.ground.symmetry import symmetric_groups
from kmodel.ground.system import Action, Formula, System, Undefined
from kmodel.ground.terms import Term, Variable, variable
from kmodel.records import dataclass
from kmodel.verdict.verdict import Certificate, Complete, Counted, EveryScope, Exhaustion, Induction, Invariant, KLiveness

SECONDS = 60.0


def recheck(system: System, claims: Collection[int], certificate: Certificate, seconds: float | None = SECONDS) -> bool | None:
    """Whether the certificate proves these claims (indexes into the system's). None: no answer in that time, or none by a solver."""
    again = Again(system, Clock.of(seconds))
    try:
        match certificate:
            case Induction(k, distinct, together):
                return all(_stand(again, each, k, distinct) for each in _arguments(claims, together))
            case Complete(depth):
                return again.ends_by(depth) and all(again.hold_to((at,), depth) for at in claims)
            case Invariant(lemmas):
                return _invariantly(again, lemmas, claims)
            case KLiveness(parts):
                return all(_never_counts(system, at, parts, seconds) for at in claims)
            case Exhaustion() | EveryScope():
                return None
            case _:
                assert_never(certificate)
    except Stopped:
        return None


def _never_counts(system: System, claim: int, parts: Sequence[Counted], seconds: float | None) -> bool:
    """Whether each conjunct of the property has a system that never counts beyond its k."""
    told = system.claims[claim]
    if told.formula is None or {part.conjunct for part in parts} != set(needed(told)):
        return False
    systems = ((part.proof, counted(system, told, part.conjunct, part.groups, part.k)) for part in parts)
    return all(_fits(narrow, proof) and recheck(narrow, (0,), _over(narrow, proof), seconds) for proof, narrow in systems)


def _fits(system: System, proof: Certificate) -> bool:
    """Whether the certificate speaks of variables that there are."""
    lemmas = proof.lemmas if isinstance(proof, Invariant) else ()
    return all(which.index < len(system.variables) for which in Reads().of(lemmas))


def _over(system: System, proof: Certificate) -> Certificate:
    """The certificate over the variables of a system that was made anew."""
    if not isinstance(proof, Invariant):
        return proof
    rewrite = Rewriter(lambda leaf: variable(system.variables[leaf.value.index]) if isinstance(leaf.value, Variable) else None)
    return Invariant(tuple(rewrite(lemma) for lemma in proof.lemmas))


def _arguments(claims: Collection[int], together: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The sets of claims that must each stand by themselves."""
    if together:
        yield together
    yield from ((at,) for at in claims if at not in together)


def _stand(again: Again, claims: Sequence[int], k: int, distinct: bool) -> bool:
    """Whether the claims hold of the first k states, and after any k states in a row in which they hold."""
    if k < 1 or any(again.system.claims[at].kind == "property" for at in claims) or not again.hold_to(claims, k - 1):
        return False
    row = [*again.some_beginning(), *again.states(k), *(again.leads(place) for place in range(k - 1))]
    row += [z3.Not(again.fails(at, place)) for at in claims for place in range(k) if place or not again.of_steps(at)]
    row += [z3.Not(again.same(i, j)) for i, j in combinations(range(k), 2)] if distinct else []
    return all(again.never(*row, z3.Or([again.fails_by(at, k, action) for at in claims])) for action in again.system.actions)


def _invariantly(again: Again, lemmas: Sequence[Term], claims: Collection[int]) -> bool:
    """Whether the lemmas are an invariant from which the claims follow."""
    told = Told.of(again, lemmas)
    return told.begin() and all(map(told.kept_by, told.actions)) and all(map(told.imply, claims))


@dataclass(slots=True)
class Told:
    """Lemmas, those together that read the same, and what they say of state 0. If these `actions` keep those `asked`, all actions keep
    all lemmas. `bounds` says that values are in their bounds, `beginning` that those of variables that never change (`still`) are those of
    some beginning. `whole` is a solver that knows all of this, where it was needed."""

    again: Again
    lemmas: Mapping[frozenset[Variable], Z3]
    actions: Sequence[Action]
    asked: Mapping[frozenset[Variable], Z3]
    bounds: Sequence[Z3]
    beginning: Sequence[Z3]
    still: frozenset[Variable]
    reads: Reads
    whole: Prover | None = None

    @staticmethod
    def of(again: Again, lemmas: Sequence[Term]) -> Told:
        known: dict[Term, Z3] = {}
        reads = Reads()
        here = {lemma: encode(lemma, INTEGERS, again.at(0), again.at(0), known) for lemma in lemmas}
        still = frozenset(again.system.variables) - again.written()
        actions, some = _standing_for(again.system, list(here))
        asked = _by_reads(here, some, reads)
        return Told(again, _by_reads(here, here, reads), actions, asked, again.states(1), again.some_beginning(), still, reads)

    def begin(self) -> bool:
        """Whether the lemmas hold of all first states."""
        return self.again.never(*self.again.begins(self.again.at(0)), _not_all(self._said(self.lemmas)))

    def kept_by(self, action: Action) -> bool:
        """Whether they hold after the action in every state of which they hold. Those that read nothing that it writes are left as they
        are. The others are looked at by what they read beside the action, and only lemmas that read no more are assumed at first: what
        follows from some facts follows from more."""
        written = {which for which, _ in action.updates}
        moves = self.reads.of(action.terms()) | written
        beside: dict[frozenset[Variable], list[frozenset[Variable]]] = {}
        for read in self.asked:
            if not read.isdisjoint(written):
                beside.setdefault(read - moves, []).append(read)
        near = [read for read in self.lemmas if read <= moves or read - moves in beside]
        return not beside or self._stay(action, near, list(beside.values()))

    def _stay(self, action: Action, near: Sequence[frozenset[Variable]], parts: Sequence[Sequence[frozenset[Variable]]]) -> bool:
        """Whether the action leaves the lemmas of each part standing, by those that are near or, where these are not enough, by all."""
        possible, values = self.again.possible(action, 0), self.again.values(action, 0)
        prover = self._knowing(near, action)
        prover.add([possible])
        broken = (self._broken(part, values) for part in parts)
        return not any(_can_be(prover, each) and _can_be(self._everything(), z3.And(possible, each)) for each in broken)

    def _knowing(self, near: Sequence[frozenset[Variable]], action: Action) -> Prover:
        """A solver that knows these lemmas, and what the values are that the action and they read and that never change."""
        prover = Prover.of(z3.SimpleSolver(), self.again.clock, 0)
        is_still = not self.still.isdisjoint(self.reads.of(action.terms()).union(*near))
        prover.add([*self.bounds, *(self.beginning if is_still else ()), *self._said(near)])
        return prover

    def _said(self, reading: Iterable[frozenset[Variable]]) -> list[Z3]:
        return [self.lemmas[read] for read in reading]

    def _everything(self) -> Prover:
        if self.whole is None:
            self.whole = Prover.of(z3.Solver(), self.again.clock, 0)
            self.whole.add(self.facts)
        return self.whole

    def _broken(self, part: Sequence[frozenset[Variable]], values: Constants) -> Z3:
        """That one of the lemmas that read so fails in the state after an action, in terms of the one before."""
        now = self.again.at(0)
        put = [(now[which], values[which]) for which in frozenset().union(*part) if values[which] is not now[which]]
        return z3.substitute(_not_all([self.asked[read] for read in part]), *put)

    @property
    def facts(self) -> list[Z3]:
        """All that may be assumed of a state."""
        return [*self.bounds, *self.beginning, *self._said(self.lemmas)]

    def imply(self, claim: int) -> bool:
        """Whether the claim holds of every state of which the lemmas do, or of every step from one."""
        again = self.again
        if again.system.claims[claim].kind == "property":
            return False
        if again.of_steps(claim):
            return all(again.never(*self.facts, again.fails_by(claim, 1, action)) for action in again.system.actions)
        return again.never(*self.facts, again.fails(claim, 0))


def _by_reads(here: Mapping[Term, Z3], some: Iterable[Term], reads: Reads) -> dict[frozenset[Variable], Z3]:
    """What lemmas say, those together that read the same."""
    found: dict[frozenset[Variable], list[Z3]] = {}
    for lemma in some:
        found.setdefault(reads(lemma), []).append(here[lemma])
    return {read: z3.And(terms) for read, terms in found.items()}


def _standing_for(system: System, lemmas: Sequence[Term]) -> tuple[Sequence[Action], Sequence[Term]]:
    """All actions and one lemma of each orbit, or one action of each orbit and all lemmas, whichever is less; all of both where the lemmas
    are not made of whole orbits, under the exchanges that keep the system's steps and, as what never changes has the values of some
    beginning, its beginnings."""
    groups = symmetric_groups(system)
    of_lemmas = alike(system, groups, lemmas)
    if of_lemmas.open:
        return system.actions, lemmas
    actions = [system.actions[orbit[0]] for orbit in alike_actions(system, groups).orbits]
    some = [lemmas[orbit[0]] for orbit in of_lemmas.orbits]
    return (system.actions, some) if len(system.actions) * len(some) < len(actions) * len(lemmas) else (actions, lemmas)


def _can_be(prover: Prover, what: Z3) -> bool:
    """Whether it can, besides what the solver knows; it does not learn it."""
    prover.solver.push()
    prover.add([what])
    found = prover.check()
    prover.solver.pop()
    return found


def _not_all(said: Iterable[Z3]) -> Z3:
    return z3.Or([z3.Not(each) for each in said])


@dataclass(frozen=True, slots=True)
class Again:
    """A system's behaviours as z3 terms over integers: `places[k]` are the constants of the state after k steps. Variables that no
    action writes have the same ones everywhere."""

    system: System
    clock: Clock
    places: list[dict[Variable, Z3]] = field(default_factory=list)

    # ---- what a system does

    def at(self, place: int) -> Constants:
        for k in range(len(self.places), place + 1):
            self.places.append(self._constants(f"@{k}"))
        return self.places[place]

    def written(self) -> frozenset[Variable]:
        """The variables that some action changes."""
        return frozenset(which for action in self.system.actions for which, value in action.updates if value is not variable(which))

    def _constants(self, suffix: str) -> dict[Variable, Z3]:
        written = self.written()
        return {which: declare(INTEGERS, which, f"{which.index}{suffix if which in written else ''}") for which in self.system.variables}

    def states(self, count: int) -> list[Z3]:
        """That the first states have values in their variables' bounds."""
        return [self.bounded(self.at(place)) for place in range(count)]

    def bounded(self, constants: Constants) -> Z3:
        return z3.And([within(INTEGERS, which, constant) for which, constant in constants.items()])

    def begins(self, first: Constants) -> list[Z3]:
        told = [first[start.variable] == said(start.value, first) for start in self.system.starts if start.value is not None]
        return [self.bounded(first), *told, *(said(term, first) for term in self.system.initial)]

    def some_beginning(self) -> list[Z3]:
        """That the system begins somewhere, with the values that never change."""
        return self.begins(self._constants("@beginning"))

    def leads(self, place: int) -> Z3:
        """That some action leads from a place to the next one."""
        after = self.at(place + 1)
        actions = ((self.possible(action, place), self.values(action, place)) for action in self.system.actions)
        steps = [z3.And(possible, *(after[which] == value for which, value in values.items())) for possible, values in actions]
        return z3.And(self.bounded(after), z3.Or(steps))

    def possible(self, action: Action, place: int) -> Z3:
        now = self.at(place)
        return z3.And(said(action.guard, now), z3.Not(_undefined(action.undefined, now, now)))

    def values(self, action: Action, place: int) -> dict[Variable, Z3]:
        """The state after the action, over the one before."""
        now = self.at(place)
        return {**now, **{which: said(value, now) for which, value in action.updates}}

    def same(self, i: int, j: int) -> Z3:
        a, b = self.at(i), self.at(j)
        return z3.And([a[which] == b[which] for which in self.system.variables])

    # ---- what a claim says

    def of_steps(self, claim: int) -> bool:
        return self.system.claims[claim].kind == "transition"

    def fails(self, claim: int, place: int) -> Z3:
        """That the claim fails in a place, or of the step that leads there."""
        told = self.system.claims[claim]
        now, after = (self.at(place - 1), self.at(place)) if self.of_steps(claim) else (self.at(place), self.at(place))
        undefined = _undefined(told.undefined, now, after)
        match told.kind:
            case "invariant" | "transition":
                return z3.Or(undefined, z3.Not(said(told.term, now, after)))
            case "witness":
                return z3.Or(undefined, said(told.term, now))
            case "defined":
                return z3.Or([_undefined(action.undefined, now, now) for action in self.system.actions])
            case "property":
                assert told.formula is not None
                return z3.Or(undefined, z3.And(self._may_rest(place), z3.Not(self._truth(told.formula, place)[0])))
            case _:
                assert_never(told.kind)

    def fails_by(self, claim: int, place: int, action: Action) -> Z3:
        """That the action is taken to a place where the claim then fails: the place's state is put in terms of the one before."""
        values, constants = self.values(action, place - 1), self.at(place)
        put = [(constants[which], value) for which, value in values.items() if not constants[which].eq(value)]
        fails = self.fails(claim, place)
        return z3.And(self.possible(action, place - 1), z3.substitute(fails, *put) if put else fails)

    def _may_rest(self, place: int) -> Z3:
        """That no fair group can take a step, so that nothing need happen any more."""
        fair = {at for group in self.system.fairness for at in group.actions}
        return z3.And([z3.Not(self.possible(self.system.actions[at], place)) for at in sorted(fair)])

    def _truth(self, formula: Formula, last: int) -> list[Z3]:
        """The formula's value at each place of a behaviour in which nothing happens after the last one."""
        if formula.op == "state":
            assert formula.term is not None
            return [said(formula.term, self.at(place)) for place in range(last + 1)]
        parts = [self._truth(part, last) for part in formula.arguments]
        match formula.op:
            case "not":
                return [z3.Not(value) for value in parts[0]]
            case "and":
                return [z3.And(*values) for values in zip(*parts, strict=True)]
            case "or":
                return [z3.Or(*values) for values in zip(*parts, strict=True)]
            case "always":
                return [z3.And(parts[0][place:]) for place in range(last + 1)]
            case "eventually":
                return [z3.Or(parts[0][place:]) for place in range(last + 1)]
            case "until":
                firsts, seconds = parts
                return [z3.Or([z3.And(seconds[end], *firsts[place:end]) for end in range(place, last + 1)]) for place in range(last + 1)]
            case _:
                assert_never(formula.op)

    # ---- what is never so

    def never(self, *facts: Z3) -> bool:
        prover = Prover.of(z3.Solver(), self.clock, 0)
        prover.add(facts)
        return not prover.check()

    def _path(self, steps: int) -> list[Z3]:
        return [*self.begins(self.at(0)), *(self.leads(place) for place in range(steps))]

    def ends_by(self, depth: int) -> bool:
        """Whether no behaviour has more steps."""
        return self.never(*self._path(depth + 1))

    def hold_to(self, claims: Sequence[int], depth: int) -> bool:
        """Whether none of the claims fails within so many steps."""
        return all(self.never(*self._path(end), self.fails(at, end)) for at in claims for end in range(self.of_steps(at), depth + 1))


def said(term: Term, now: Constants, after: Constants | None = None) -> Z3:
    return encode(term, INTEGERS, now, after or now, {})


def _undefined(holes: Sequence[Undefined], now: Constants, after: Constants) -> Z3:
    return z3.Or([said(hole.condition, now, after) for hole in holes])
