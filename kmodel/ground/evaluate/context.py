"""Where an expression is evaluated: what its locals are worth, the condition that leads there, and before or after a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from kmodel.ground.symbolic import Sym
from kmodel.ground.terms import TRUE, Term, and_
from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class At:
    """`path` is the condition under which the value is meant; `after`: in the state after the step."""

    env: Mapping[str, Sym] = field(default_factory=dict)
    path: Term = TRUE
    after: bool = False

    def under(self, condition: Term) -> At:
        return self if condition is TRUE else At(self.env, and_(self.path, condition), self.after)

    def bind(self, name: str, value: Sym) -> At:
        return At({**self.env, name: value}, self.path, self.after)
