"""Specs as test oracles: `open_model` grounds a check, `states` and `manifests` are Hypothesis strategies, `state_machine` makes a stateful
test of it.

It needs the extra `testing` (Hypothesis). What happens is decided by the reference semantics, step by step, so that a test of your own
controller compares it with the same definition that judges every trace.
"""

from kmodel.testing.machine import ModelMachine, state_machine
from kmodel.testing.manifests import manifests, objects
from kmodel.testing.model import Model, Step, Values, open_model
from kmodel.testing.states import states, walks

__all__ = ["Model", "ModelMachine", "Step", "Values", "manifests", "objects", "open_model", "state_machine", "states", "walks"]
