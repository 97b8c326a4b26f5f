"""Which few of many terms contradict each other, and the cheapest numbers with which none do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import z3

from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.smt.encode import INTEGERS, Z3, Constants, declare, encode, numbers_for, read, within
from kmodel.engines.smt.solve import Prover
from kmodel.ground.rebuild import Reads
from kmodel.ground.terms import Term, Variable
from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Core:
    """`terms` (indexes) contradict each other and what always holds. `minimal`: without any one of them that is not so."""

    terms: tuple[int, ...]
    minimal: bool


def core(always: Sequence[Term], terms: Sequence[Term], seconds: float | None, seed: int = 0) -> Core | None:
    """A core of terms that contradict each other; None where all can hold together. Earlier terms are given up first.

    Raises Stopped where time is over before there is any."""
    reads = Reads()
    variables = reads.of([*always, *terms])
    numbers = numbers_for(variables, [*always, *terms])
    constants = {which: declare(numbers, which, f"{which.index}") for which in variables}
    prover = Prover.once(numbers, Clock.of(seconds), seed)
    known: dict[Term, Z3] = {}
    prover.add([within(numbers, which, constant) for which, constant in constants.items()])
    prover.add([encode(term, numbers, constants, constants, known) for term in always])
    literals = [prover.literal("fact", encode(term, numbers, constants, constants, known)) for term in terms]
    if prover.check(*literals):
        return None
    return _least(prover, literals, _used(prover, literals, range(len(terms))))


def _used(prover: Prover, literals: Sequence[Z3], among: Iterable[int]) -> list[int]:
    """Those of the literals that the last contradiction needed."""
    needed = {literal.get_id() for literal in prover.solver.unsat_core()}
    return [at for at in among if literals[at].get_id() in needed]


def _least(prover: Prover, literals: Sequence[Z3], found: Sequence[int]) -> Core:
    """Without whatever is not needed, tried one after the other; what a later contradiction does not use need not be tried."""
    kept: list[int] = []
    waiting = list(found)
    try:
        while waiting:
            tried = waiting.pop(0)
            if prover.check(*(literals[at] for at in (*kept, *waiting))):
                kept.append(tried)
            else:
                waiting = _used(prover, literals, waiting)
    except Stopped:
        return Core(tuple(sorted([*kept, tried, *waiting])), False)
    return Core(tuple(sorted(kept)), True)


# ---- the smallest change


@dataclass(frozen=True, slots=True)
class Knob:
    """A number that may be changed, at a price for each one that it is away from what it is now."""

    variable: Variable
    now: int
    price: int


def cheapest(always: Sequence[Term], knobs: Sequence[Knob], seconds: float | None) -> dict[Variable, int] | None:
    """The values of the knobs that change with which `always` holds: the fewest, and of those the cheapest. None: there are none.

    Raises Stopped where time is over first."""
    reads = Reads()
    variables = reads.of(always) | {knob.variable for knob in knobs}
    constants: Constants = {which: declare(INTEGERS, which, f"{which.index}") for which in variables}
    optimizer = z3.Optimize()
    optimizer.set("timeout", round((Clock.of(seconds).left() or 0.0) * 1000) or 4_294_967_295)
    known: dict[Term, Z3] = {}
    optimizer.add([within(INTEGERS, which, constant) for which, constant in constants.items()])
    optimizer.add([encode(term, INTEGERS, constants, constants, known) for term in always])
    changed = [constants[knob.variable] != knob.now for knob in knobs]
    optimizer.minimize(z3.Sum([z3.If(each, 1, 0) for each in changed]))
    away = [constants[knob.variable] - knob.now for knob in knobs]
    optimizer.minimize(z3.Sum([knob.price * z3.If(far < 0, -far, far) for knob, far in zip(knobs, away, strict=True)]))
    answer = optimizer.check()
    if answer == z3.unknown:
        raise Stopped("out of time")
    if answer == z3.unsat:
        return None
    model = optimizer.model()
    values = {knob: read(INTEGERS, knob.variable, model.eval(constants[knob.variable], model_completion=True)) for knob in knobs}
    return {knob.variable: value for knob, value in values.items() if value != knob.now}
