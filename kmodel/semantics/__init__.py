"""The judge: what a system is, by definition. It takes a `System` and gives values, states and steps; slow, total, and trusted.

Engines never import it, and it shares no code with them, so that what they find can be checked against it.
A group of actions is *enabled* in a state where one of them can be taken: its guard holds and it is not undefined. Nothing happening
is a step of every infinite behaviour; only fairness makes a system move.
"""

from kmodel.semantics.claims import holds, holds_forever, undefined_claim
from kmodel.semantics.evaluate import DEFINITIONS, evaluate, evaluate_all, operations
from kmodel.semantics.exhaustion import Explored, check_by_exhaustion, explore
from kmodel.semantics.lassos import find_lasso
from kmodel.semantics.replay import STUTTER, Replay, is_fair, replay
from kmodel.semantics.starts import Unbounded, initial, why_not_initial
from kmodel.semantics.steps import enabled_in, image, successors, undefined, undefined_in, why_no_step

__all__ = [
    "DEFINITIONS",
    "STUTTER",
    "Explored",
    "Replay",
    "Unbounded",
    "check_by_exhaustion",
    "enabled_in",
    "evaluate",
    "evaluate_all",
    "explore",
    "find_lasso",
    "holds",
    "holds_forever",
    "image",
    "initial",
    "is_fair",
    "operations",
    "replay",
    "successors",
    "undefined",
    "undefined_claim",
    "undefined_in",
    "why_no_step",
    "why_not_initial",
]
