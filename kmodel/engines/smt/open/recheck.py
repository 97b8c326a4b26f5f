"""A proof for every scope, looked at again by a solver of its own. A trusted file.

It shares with what found the proof the encoding of formulas and nothing else: the state after a step has functions of its own here, which
the action defines, and the solver is set up differently.
"""

from __future__ import annotations

from collections.abc import Sequence

import z3

from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.smt.encode import Z3
from kmodel.engines.smt.open.encode import Encoding
from kmodel.engines.smt.solve import Prover
from kmodel.ground.open.logic import App, Formula, Symbol, forall, rebuilt, same
from kmodel.ground.open.opening import OpenClaim, OpenSystem
from kmodel.ground.open.updates import OpenAction

SECONDS = 30.0


def recheck(system: OpenSystem, invariants: Sequence[OpenClaim], seconds: float | None = SECONDS) -> bool | None:
    """Whether all of these are so in every reachable state (or of every step) in every scope, by induction. None: no answer."""
    clock = Clock.of(seconds)
    lasting = [each.formula for each in invariants if not each.stepwise]
    try:
        return all(_starts(system, each, clock) for each in lasting) and all(
            _kept(system, lasting, each, action, clock) for each in invariants for action in system.actions
        )
    except Stopped:
        return None


def _starts(system: OpenSystem, formula: Formula, clock: Clock) -> bool:
    encoding = Encoding()
    return _never(encoding, [*system.facts, *system.initial], formula, clock)


def _kept(system: OpenSystem, lasting: Sequence[Formula], each: OpenClaim, action: OpenAction, clock: Clock) -> bool:
    """The invariants hold before, the action is taken, and each symbol that it writes is afterwards what it says."""
    encoding = Encoding()
    written = [_defined(action, symbol) for symbol in action.updates]
    later = each.formula if each.stepwise else rebuilt(each.formula, lambda part: _later(part, action))
    if each.stepwise:
        later = rebuilt(later, lambda part: _same(part, action))
    return _never(encoding, [*system.facts, *lasting, action.guard, *written], later, clock)


def _defined(action: OpenAction, symbol: Symbol) -> Formula:
    update = action.updates[symbol]
    return forall(update.parameters, same(App(symbol, update.parameters, True), update.value))


def _later(part: Formula, action: OpenAction) -> Formula | None:
    return App(part.symbol, part.arguments, True) if isinstance(part, App) and part.symbol in action.updates else None


def _same(part: Formula, action: OpenAction) -> Formula | None:
    """What is not written is the same after the step."""
    return App(part.symbol, part.arguments) if isinstance(part, App) and part.after and part.symbol not in action.updates else None


def _never(encoding: Encoding, premises: Sequence[Formula], conclusion: Formula, clock: Clock) -> bool:
    solver: Z3 = z3.SimpleSolver()
    solver.set("auto_config", False)
    prover = Prover.of(solver, clock, 7)
    prover.add([encoding.term(each, {}) for each in premises])
    prover.add([z3.Not(encoding.term(conclusion, {}))])
    return not prover.check()
