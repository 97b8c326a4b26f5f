"""Clauses that may be invariants: for all values of a few variables, one of these atoms holds or one of those does not."""

from __future__ import annotations

from typing import TypeAlias

from kmodel.ground.open.logic import Formula, Var, forall, implies, not_, or_
from kmodel.records import dataclass

Literal: TypeAlias = tuple[int, bool]
"""An atom of a family, by its index, and whether it is to hold."""


@dataclass(frozen=True, slots=True)
class Family:
    """Atoms about the same variables; `meant` is where something is said of them (that they are there, and different)."""

    variables: tuple[Var, ...]
    meant: Formula
    atoms: tuple[Formula, ...]

    def formula(self, literals: tuple[Literal, ...]) -> Formula:
        said = (self.atoms[at] if holds else not_(self.atoms[at]) for at, holds in literals)
        return forall(self.variables, implies(self.meant, or_(*said)))


@dataclass(frozen=True, slots=True)
class Clause:
    """One of the literals holds; `family` is an index."""

    family: int
    literals: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Invariant:
    """What a claim's proof leans on: claims and clauses (by index), all of them inductive together, for every scope."""

    claims: tuple[int, ...]
    clauses: tuple[int, ...]
