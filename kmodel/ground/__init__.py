"""A check of a program to a finite transition system over terms, and back from states to the program's words."""

from kmodel.ground.cone import slices
from kmodel.ground.decode import decode, encode
from kmodel.ground.describe import describe, plain
from kmodel.ground.explain import Witness
from kmodel.ground.grounding import Grounding, Table, ground
from kmodel.ground.shapes import variables_of
from kmodel.ground.system import System

__all__ = ["Grounding", "System", "Table", "Witness", "decode", "describe", "encode", "ground", "plain", "slices", "variables_of"]
