"""Whether a proof is one, looked at once more by the reference semantics: slow, so within a fixed amount of work.

A set of states that holds the initial ones, that no step leaves, and in which the claim is true everywhere proves it. Where the set is
too large, a sample of it is looked at, and the text says so. The amount of work is counted in evaluated operations, not in seconds, so
that the same proof is always treated in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from random import Random
from typing import TypeAlias

from kmodel.ground.system import Claim, Formula, State, System
from kmodel.ground.terms import Term
from kmodel.records import dataclass
from kmodel.semantics import Unbounded, check_by_exhaustion, evaluate_all, find_lasso, image, initial, operations, undefined_in
from kmodel.verdict.verdict import Exhaustion, Outcome, Proved, Reached, Violated

WORK = 8_000_000
SAMPLE = 300
SMALL_WORK = 300_000
_LASSO_STATES = 200
_LASSO_WORK = 100_000
_PATIENCE = 200_000

Steps: TypeAlias = list[tuple[State, int, State]]
States: TypeAlias = frozenset[State] | Reached


@dataclass(frozen=True, slots=True)
class Refuted:
    """The proof is none, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rechecked:
    """By what the proof was looked at again, in words."""

    by: str


Recheck: TypeAlias = Rechecked | Refuted | None


def recheck_states(
    system: System, claims: Sequence[int], certificate: Exhaustion, reachable: States, work: int = WORK
) -> dict[int, Recheck]:
    """For each claim (by index) that the reachable states are said to prove: whether they do. None: nothing was looked at."""
    if len(reachable) != certificate.states:
        return dict.fromkeys(claims, Refuted(f"{certificate.states} states were reached, and {len(reachable)} were kept"))
    states, whole = _looked_at(system, claims, reachable, work)
    begins = _refute_start(system, reachable, len(states))
    if begins is not None:
        return dict.fromkeys(claims, begins if isinstance(begins, Refuted) else None)
    return _by_batches(system, claims, reachable, states, whole)


def _looked_at(system: System, claims: Sequence[int], reachable: States, work: int) -> tuple[list[State], bool]:
    """All the states where that is little enough work, else a sample, always the same."""
    most = work // _cost(system, claims)
    if not isinstance(reachable, frozenset):
        return list(reachable.some(min(SAMPLE, max(most, 1)))), False
    ordered = sorted(reachable)
    if len(ordered) <= most:
        return ordered, True
    return sorted(Random(0).sample(ordered, min(SAMPLE, max(most, 1), len(ordered)))), False


def _cost(system: System, claims: Iterable[int]) -> int:
    """How many operations a state and its steps take."""
    terms = [system.claims[index].term for index in claims]
    for action in system.actions:
        terms += [action.guard, *(term for _, term in action.updates), *(hole.condition for hole in action.undefined)]
    return operations(terms) + len(system.variables) + len(system.actions)


def _refute_start(system: System, reachable: States, most: int) -> Refuted | Unbounded | None:
    """None: the system begins among the reachable states (as far as `most` of its beginnings tell)."""
    try:
        for state in islice(initial(system, patience=_PATIENCE), max(most, SAMPLE)):
            if state not in reachable:
                return Refuted("the system begins where the proof has not been")
    except Unbounded as unbounded:
        return unbounded
    return None


def _by_batches(system: System, claims: Sequence[int], reachable: States, states: list[State], whole: bool) -> dict[int, Recheck]:
    verdicts: dict[int, Recheck] = dict.fromkeys(claims, Rechecked(_by(len(states), len(reachable), whole)))
    size = max(1, 200_000 // _cost(system, claims))
    for begin in range(0, len(states), size):
        batch = states[begin : begin + size]
        steps: Steps = [(batch[at], action, after) for at, action, after in image(system, batch)]
        escape = next((action for _, action, after in steps if after not in reachable), None)
        if escape is not None:
            return dict.fromkeys(claims, Refuted(f"`{system.actions[escape].label}` leads where the proof has not been"))
        for index in claims:
            reason = next(_faults(system, system.claims[index], batch, steps), None)
            if reason is not None:
                verdicts[index] = Refuted(reason)
    for index in claims:
        if system.claims[index].kind == "property" and isinstance(verdicts[index], Rechecked):
            verdicts[index] = _recheck_property(system, system.claims[index], states, verdicts[index], whole)
    return verdicts


def _by(looked: int, all_: int, whole: bool) -> str:
    if whole:
        return f"the reference semantics, on all {all_:,} states" if all_ != 1 else "the reference semantics, on the only state"
    return f"the reference semantics, on a sample of {looked:,} of {all_:,} states"


def _faults(system: System, claim: Claim, states: Sequence[State], steps: Steps) -> Iterator[str]:
    """Where the claim fails, among these states and these steps."""
    befores, afters = [before for before, _, _ in steps], [after for _, _, after in steps]
    values: Sequence[int]
    holes: Sequence[Sequence[int]]
    match claim.kind:
        case "transition":
            values, *holes = evaluate_all(_terms(claim), befores, afters)
            if not all(values):
                yield "there is a step of which the claim is false"
        case "defined":
            holes = [undefined_in(system, states)]
        case "invariant" | "witness" | "property":
            values, *holes = evaluate_all(_terms(claim), states)
            if claim.kind == "invariant" and not all(values):
                yield "there is a reachable state of which the claim is false"
            if claim.kind == "witness" and any(values):
                yield "there is a reachable state that the witness describes"
    if any(any(hole) for hole in holes):
        yield "something is undefined in a reachable state"


def _terms(claim: Claim) -> tuple[Term, ...]:
    return (claim.term, *(hole.condition for hole in claim.undefined))


def _recheck_property(system: System, claim: Claim, states: Sequence[State], checked: Recheck, whole: bool) -> Recheck:
    """That no fair behaviour breaks a property does not follow from its states alone: lassos are searched, where there are few states."""
    if not whole or len(states) > _LASSO_STATES or claim.formula is None:
        return None
    parts = list(_conjuncts(claim.formula))
    if any(len(states) * 4 ** _temporal(part) > _LASSO_WORK for part in parts):
        return None
    steps = [(states[at], action, after) for at, action, after in image(system, states)]
    begin = list(initial(system))
    lassos = (find_lasso(system, part, begin, steps) for part in parts)
    return checked if all(lasso is None for lasso in lassos) else Refuted("there is a fair behaviour that breaks the property")


def _conjuncts(formula: Formula) -> Iterator[Formula]:
    """Formulas that all hold where, and only where, the formula does: `always` goes over `and`."""
    if formula.op == "and":
        for argument in formula.arguments:
            yield from _conjuncts(argument)
    elif formula.op == "always" and formula.arguments[0].op in ("and", "always"):
        for part in _conjuncts(formula.arguments[0]):
            yield part if part.op == "always" else replace(formula, arguments=(part,))
    else:
        yield formula


def _temporal(formula: Formula) -> int:
    """How many temporal operators the formula has: the search for lassos goes over all guesses of their truth, now and next."""
    return sum(map(_temporal, formula.arguments)) + (formula.op in ("always", "eventually", "until"))


def look_again(system: System, claims: Sequence[int], work: int = SMALL_WORK) -> dict[int, Recheck]:
    """For proofs that keep no states: all states are looked at where they are few; where not, a failure among the first ones refutes."""
    limit = work // _cost(system, claims)
    chosen = [index for index in claims if system.claims[index].kind != "property"]
    if limit < 2 or not chosen:
        return dict.fromkeys(claims)
    outcome = check_by_exhaustion(system, [system.claims[index] for index in chosen], limit, _PATIENCE)
    return dict.fromkeys(claims) | {index: _seen(outcome, at) for at, index in enumerate(chosen)}


def _seen(outcome: Outcome, at: int) -> Recheck:
    match outcome.verdicts[at]:
        case Violated():
            return Refuted("there is a trace to where the claim fails")
        case Proved(certificate=Exhaustion(states=states)):
            return Rechecked(_by(states, states, True))
        case _:
            return None
