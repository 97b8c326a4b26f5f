"""Engines: from a system and a budget to a verdict on each claim, with the evidence. Each is as good as any other: `run` by name.

None imports the reference semantics, which judges what they find.
"""

from kmodel.engines.engine import Budget, Engine, Progress
from kmodel.engines.explicit.walk import Simulation, simulate
from kmodel.engines.run import ENGINES, run

__all__ = ["ENGINES", "Budget", "Engine", "Progress", "Simulation", "run", "simulate"]
