"""The CP-SAT solver of OR-Tools, an extra: it adds sums up by linear relaxation, which clauses cannot."""

from __future__ import annotations

from ortools.sat.python import cp_model

from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.pseudo import TRUE_LITERAL, Model

_HASTY = {"symmetry_level": 0, "cp_model_probing_level": 0, "linearization_level": 0, "max_deterministic_time": 0.5}
"""Without a look for symmetries, which takes longer than to place pods where there is room to spare (`bench/placement.py`)."""


def solve(model: Model, seconds: float | None, seed: int) -> frozenset[int] | None:
    """The literals of a solution, if there is one. Raises Stopped."""
    made = cp_model.CpModel()
    literals = [made.new_bool_var(f"{at}") for at in range(1, model.count + 1)]

    def said(literal: int) -> cp_model.LiteralT:
        return literals[literal - 1] if literal > 0 else literals[-literal - 1].negated()

    for clause in model.clauses:
        made.add_bool_or([said(literal) for literal in clause])
    for group in model.one_of:
        made.add_exactly_one([said(literal) for literal in group])
    for bound in model.bounds:
        total = cp_model.LinearExpr.weighted_sum([said(literal) for literal, _ in bound.weights], [weight for _, weight in bound.weights])
        constraint = made.add(total <= bound.most)
        if bound.when != TRUE_LITERAL:
            constraint.only_enforce_if(said(bound.when))
    clock = Clock.of(seconds)
    for effort in (_HASTY, {}):
        solver = cp_model.CpSolver()
        for name, value in {"num_workers": 1, "random_seed": seed, **effort}.items():
            setattr(solver.parameters, name, value)
        if (left := clock.rest()) is not None:
            solver.parameters.max_time_in_seconds = left
        answer = solver.solve(made)
        if answer != cp_model.UNKNOWN:
            break
    if answer == cp_model.INFEASIBLE:
        return None
    if answer not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise Stopped("out of time" if seconds is not None else "the solver gave up")
    return frozenset(at + 1 for at, literal in enumerate(literals) if solver.boolean_value(literal))
