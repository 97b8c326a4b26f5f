"""Trees to a program: every name resolved, every expression typed, all faults at once."""

from kmodel.typed.elaborate import elaborate
from kmodel.typed.module import Program

__all__ = ["Program", "elaborate"]
