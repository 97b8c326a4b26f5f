"""Clauses and sums by z3's solver for finite domains."""

from __future__ import annotations

import z3

from kmodel.engines.deadline import Clock
from kmodel.engines.pseudo import TRUE_LITERAL, Model
from kmodel.engines.smt.encode import BITS, Z3
from kmodel.engines.smt.frames import true_in
from kmodel.engines.smt.solve import Prover
from kmodel.engines.smt.sums import GREATEST


def solve(model: Model, seconds: float | None, seed: int) -> frozenset[int] | None:
    """The literals of a solution, if there is one. Raises Stopped."""
    prover = Prover.once(BITS, Clock.of(seconds), seed)
    literals = [z3.Bool(f"{at}") for at in range(1, model.count + 1)]

    def said(literal: int) -> Z3:
        return literals[literal - 1] if literal > 0 else z3.Not(literals[-literal - 1])

    prover.add(z3.Or([said(literal) for literal in clause]) for clause in model.clauses)
    prover.add(z3.PbEq([(said(literal), 1) for literal in group], 1) for group in model.one_of)
    for bound in model.bounds:
        limit = _at_most([(said(literal), weight) for literal, weight in bound.weights], bound.most)
        prover.add([limit if bound.when == TRUE_LITERAL else z3.Implies(said(bound.when), limit)])
    if not prover.check():
        return None
    found = prover.model()
    return frozenset(at + 1 for at, literal in enumerate(literals) if true_in(found, literal))


def _at_most(weights: list[tuple[Z3, int]], most: int) -> Z3:
    """z3's weights are machine numbers: heavier ones are added as integers of as many bits as they need."""
    if most < 0:
        return z3.BoolVal(False)
    total = sum(weight for _, weight in weights)
    if total <= most:
        return z3.BoolVal(True)
    if total < GREATEST:
        return z3.PbLe(weights, most)
    wide = total.bit_length() + 1
    parts = [z3.If(condition, z3.BitVecVal(weight, wide), z3.BitVecVal(0, wide)) for condition, weight in weights]
    while len(parts) > 1:
        parts = [parts[at] + parts[at + 1] if at + 1 < len(parts) else parts[at] for at in range(0, len(parts), 2)]
    return z3.ULE(parts[0], most)
