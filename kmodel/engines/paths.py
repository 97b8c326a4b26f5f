"""Symbolic engines by name: over bits for what is finite, over z3 terms for what is not, and for what only that path treats.

Both are imported when first used. Where python-sat is not installed, or `z3` is the solver that is asked for, all goes over z3 terms.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from time import monotonic

from kmodel.engines.engine import Budget, Engine
from kmodel.engines.joined import about, side_by_side
from kmodel.engines.obligations import all_terms, is_finite
from kmodel.ground.system import ClaimKind, System
from kmodel.records import dataclass
from kmodel.verdict.verdict import Outcome

SOLVERS = ("minisat22", "glucose4", "glucose42", "maplechrono", "cadical153", "cadical195", "z3")
"""The rows of the SAT solvers' table, which is read when one is first used, and z3."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Where an engine is for bits and for z3 terms. `left` are the kinds of claims that bits leave to z3."""

    bits: str
    terms: str
    left: tuple[ClaimKind, ...]


PDR = Paths("kmodel.engines.sat.proofs:pdr", "kmodel.engines.smt.spacer:spacer", ("property",))
BMC = Paths("kmodel.engines.sat.bmc:bmc", "kmodel.engines.smt.bmc:bmc", ("property",))


def function(place: str) -> Engine:
    """What `module:name` is."""
    module, _, name = place.partition(":")
    made: Engine = getattr(import_module(module), name)
    return made


def symbolic(paths: Paths) -> Engine:
    """The engine that goes by these paths, whatever the system."""
    return partial(_decide, paths)


def on_bits(system: System, budget: Budget) -> bool:
    """Whether the system's claims go to a SAT solver."""
    installed = budget.solver != "z3" and find_spec("pysat") is not None
    return installed and is_finite(system.variables, all_terms(system))


def _decide(paths: Paths, system: System, budget: Budget) -> Outcome:
    if not on_bits(system, budget):
        return function(paths.terms)(system, budget)
    end = None if budget.seconds is None else monotonic() + budget.seconds
    left = [at for at, claim in enumerate(system.claims) if claim.kind in paths.left]
    mine = [at for at, claim in enumerate(system.claims) if claim.kind not in paths.left]
    parts = [(mine, function(paths.bits)(about(system, mine), budget))] if mine else []
    if left:
        rest = budget if end is None else replace(budget, seconds=max(end - monotonic(), 0.001))
        parts.append((left, function(paths.terms)(about(system, left), rest)))
    return side_by_side(parts, len(system.claims))
