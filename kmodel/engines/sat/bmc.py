"""Bounded model checking over bits."""

from __future__ import annotations

from kmodel.engines.deadline import Clock
from kmodel.engines.deepening import search_depths
from kmodel.engines.engine import Budget
from kmodel.engines.sat.search import Search
from kmodel.ground.system import System
from kmodel.verdict.verdict import Outcome


def bmc(system: System, budget: Budget) -> Outcome:
    """Decides all claims but temporal properties of a finite system, to a depth (see `search_depths`)."""
    return search_depths(Search.of(system, Clock.of(budget.seconds), budget.solver), len(system.claims), budget)
