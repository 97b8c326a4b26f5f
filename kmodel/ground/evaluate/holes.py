"""Where an evaluation is undefined: conditions gathered along the path that leads there."""

from __future__ import annotations

from dataclasses import dataclass, field

from kmodel.ground.system import Undefined
from kmodel.ground.terms import FALSE, TRUE, Term, and_
from kmodel.source import Span


@dataclass(slots=True)
class Holes:
    """`path` holds where the evaluation is; what was found so far is in `found`."""

    path: Term = TRUE
    found: list[Undefined] = field(default_factory=list)

    def note(self, condition: Term, code: str, message: str, span: Span) -> None:
        here = and_(self.path, condition)
        if here is not FALSE:
            self.found.append(Undefined(here, code, message, span))

    def repeat(self, hole: Undefined) -> None:
        """Notes what was found on another path, now on this one."""
        self.note(hole.condition, hole.code, hole.message, hole.span)
