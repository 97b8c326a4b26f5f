"""Trees to a program: every name resolved, every expression typed, all faults at once."""

from kmodel.typed.elaborate import elaborate
from kmodel.typed.module import Program
from kmodel.typed.scope import Elsewhere

__all__ = ["Elsewhere", "Program", "elaborate"]
