"""Bounded model checking over z3 terms, temporal properties and unbounded numbers included."""

from __future__ import annotations

from kmodel.engines.deadline import Clock
from kmodel.engines.deepening import search_depths
from kmodel.engines.engine import Budget
from kmodel.engines.smt.search import Search
from kmodel.ground.system import System
from kmodel.verdict.verdict import Outcome


def bmc(system: System, budget: Budget) -> Outcome:
    """Decides all claims to a depth (see `search_depths`)."""
    return search_depths(Search.make(system, Clock.of(budget.seconds), budget.seed), len(system.claims), budget)
