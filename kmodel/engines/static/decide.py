"""The engine: each claim is a question to a solver of clauses and sums, the first of the table that is installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec

from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.engine import Budget
from kmodel.engines.obligations import failure, holes
from kmodel.engines.pseudo import Model, Refused, has_room, model_of, starts_at
from kmodel.ground.rebuild import at_state
from kmodel.ground.system import Claim, System
from kmodel.ground.terms import TRUE, Term
from kmodel.verdict.verdict import Complete, Effort, Outcome, Proved, Trace, Unknown, Verdict, Violated

Solve = Callable[[Model, float | None, int], frozenset[int] | None]
"""The positive literals of a solution, or None where there is none. Raises Stopped."""

SOLVERS: Mapping[str, tuple[str, str]] = {
    "cp-sat": ("ortools", "kmodel.engines.static.cp_sat"),
    "z3": ("z3", "kmodel.engines.smt.pseudo_boolean"),
}
"""What each needs to be installed, and where it is; the first is asked first."""


def static(system: System, budget: Budget) -> Outcome:
    """Decides all claims of a system without actions; the others it cannot treat."""
    clock = Clock.of(budget.seconds)
    name = (
        budget.solver
        if budget.solver is not None and budget.solver in SOLVERS
        else next(each for each, (needed, _) in SOLVERS.items() if find_spec(needed))
    )
    verdicts = tuple(_verdict(system, claim, solver(name), clock, budget.seed) for claim in system.claims)
    return Outcome(verdicts, (None,) * len(verdicts), Effort("static", depth=0))


def solver(name: str) -> Solve:
    found: Solve = import_module(SOLVERS[name][1]).solve
    return found


def _verdict(system: System, claim: Claim, solve: Solve, clock: Clock, seed: int) -> Verdict:
    if system.actions or claim.kind in ("property", "transition"):
        return Unknown("only what is claimed of states is decided, and only where nothing happens")
    try:
        model = question(system, failure(system, claim))
        found = solve(model, clock.left(), seed) if has_room(model) else None
    except Refused as refused:
        return Unknown(str(refused))
    except Stopped as stopped:
        return Unknown(stopped.reason)
    return Proved(Complete(0)) if found is None else _violated(system, claim, model, found)


def again(system: System, claim: Claim, seconds: float) -> bool | None:
    """Whether the claim is proved by a solver that is not the first; None: no answer in that time, or no other solver."""
    name = next(each for each, (needed, _) in SOLVERS.items() if find_spec(needed) is not None)
    others = [each for each, (needed, _) in SOLVERS.items() if each != name and find_spec(needed) is not None]
    for other in others:
        verdict = _verdict(system, claim, solver(other), Clock.of(seconds), 1)
        if not isinstance(verdict, Unknown):
            return isinstance(verdict, Proved)
    return None


def question(system: System, said: Term) -> Model:
    """Is there a first state in which that is so? Raises Refused."""
    begun = [starts_at(start.variable, start.value) for start in system.starts if start.value is not None]
    return model_of(system.variables, [*begun, *system.initial, said])


def _violated(system: System, claim: Claim, model: Model, found: frozenset[int]) -> Violated:
    state = model.state(system.variables, found)
    known = dict(zip(system.variables, state, strict=True))
    undefined = next((where for where, condition in holes(system, claim) if at_state([condition], known)[0] is TRUE), None)
    return Violated(Trace((state,), (), None, undefined), shortest=True)
