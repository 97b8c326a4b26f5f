"""Typed expressions to values: constants where all is constant, terms where the state decides.

Where an operation is undefined, the evaluator notes under which condition (the path that leads there, and not its own
condition) and goes on with `BOTTOM`. One evaluator serves one reading of variables: as terms, or as the values of a state.
"""

from kmodel.ground.evaluate.context import At
from kmodel.ground.evaluate.evaluator import Evaluator, items_of
from kmodel.ground.evaluate.forms import gathered
from kmodel.ground.evaluate.surroundings import Definition, Free, Known, Surroundings, Written

__all__ = ["At", "Definition", "Evaluator", "Free", "Known", "Surroundings", "Written", "gathered", "items_of"]
