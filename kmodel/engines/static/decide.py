"""The engine: each claim is a question to a solver of clauses and sums, the first of the table that is installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec

from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.engine import Budget
from kmodel.engines.obligations import failure, holes
from kmodel.engines.pseudo import Model, Refused, has_room, model_of, starts_at
from kmodel.engines.static.transfer import Answers
from kmodel.ground.rebuild import at_state
from kmodel.ground.system import Claim, State, System
from kmodel.ground.terms import TRUE
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
    answers = no_answers(system)
    verdicts = tuple(_verdict(answers, claim, solver(name), clock, budget.seed) for claim in system.claims)
    return Outcome(verdicts, (None,) * len(verdicts), Effort("static", depth=0))


def solver(name: str) -> Solve:
    found: Solve = import_module(SOLVERS[name][1]).solve
    return found


def _verdict(answers: Answers, claim: Claim, solve: Solve, clock: Clock, seed: int) -> Verdict:
    system = answers.system
    if system.actions or claim.kind in ("property", "transition"):
        return Unknown("only what is claimed of states is decided, and only where nothing happens")
    said = failure(system, claim)
    try:
        state = None if answers.has_none(said) else answers.state(claim, said) or _solved(answers, claim, solve, clock, seed)
    except Refused as refused:
        return Unknown(str(refused))
    except Stopped as stopped:
        return Unknown(stopped.reason)
    return Proved(Complete(0)) if state is None else _violated(system, claim, state)


def _solved(answers: Answers, claim: Claim, solve: Solve, clock: Clock, seed: int) -> State | None:
    """A first state in which it fails. Raises Refused, Stopped."""
    variables, said = answers.system.variables, failure(answers.system, claim)
    model = model_of(variables, [*answers.begun, said])
    found = solve(model, clock.left(), seed) if has_room(model) else None
    if found is None:
        answers.refute(said)
        return None
    state = model.state(variables, found)
    answers.keep(claim, said, state)
    return state


def again(answers: Answers, claim: Claim, seconds: float) -> bool | None:
    """Whether the claim is proved by a solver that is not the first; None: no answer in that time, or no other solver.

    `answers` are to begin with none, and the other solver's own afterwards."""
    name = next(each for each, (needed, _) in SOLVERS.items() if find_spec(needed) is not None)
    others = [each for each, (needed, _) in SOLVERS.items() if each != name and find_spec(needed) is not None]
    for other in others:
        verdict = _verdict(answers, claim, solver(other), Clock.of(seconds), 1)
        if not isinstance(verdict, Unknown):
            return isinstance(verdict, Proved)
    return None


def no_answers(system: System) -> Answers:
    """To begin with. What is so in each first state is part of every question."""
    begun = [starts_at(start.variable, start.value) for start in system.starts if start.value is not None]
    return Answers(system, [*begun, *system.initial])


def _violated(system: System, claim: Claim, state: State) -> Violated:
    known = dict(zip(system.variables, state, strict=True))
    undefined = next((where for where, condition in holes(system, claim) if at_state([condition], known)[0] is TRUE), None)
    return Violated(Trace((state,), (), None, undefined), shortest=True)
