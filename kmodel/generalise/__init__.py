"""From small scopes to every scope: a program, a check and its claims to proofs that need no scope."""

from kmodel.generalise.generalise import Answer, Everywhere, Narrow, generalise

__all__ = ["Answer", "Everywhere", "Narrow", "generalise"]
