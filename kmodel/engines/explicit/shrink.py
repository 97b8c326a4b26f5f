"""A failure's walk with all steps left out that it does not need: what is left fails no more if any one step is taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kmodel.engines.explicit.generate import check, compiled, expand, successors
from kmodel.engines.explicit.layout import Layout
from kmodel.engines.explicit.search import Finding, Place
from kmodel.ground.system import System
from kmodel.records import dataclass

WORK = 100_000
"""Steps that are tried, at most."""


@dataclass(frozen=True, slots=True)
class Failing:
    """A walk of packed states, the actions between them, and what was found in the last state or in a step from it."""

    path: list[int]
    taken: list[int]
    finding: Finding


class Shrinking:
    """Walks the same actions without some of them, leaving out those that are not possible any more (Zeller and Hildebrandt's delta
    debugging, IEEE TSE 28(2), 2002)."""

    def __init__(self, system: System, form: Layout) -> None:
        self.system = system
        self.steps: Callable[[int], Sequence[tuple[int, int]]] = compiled(successors(system, form), "successors")
        self.check, self.expand = compiled(check(system, form), "check"), compiled(expand(system, form), "expand")
        self.work = 0

    def shrunk(self, claim: int, failing: Failing) -> Failing:
        """A walk to a failure of the claim from the same state, of no more steps."""
        self.work = WORK
        pieces = 2
        while failing.taken:
            size = -(-len(failing.taken) // pieces)
            fewer = self._fewer(claim, failing, size)
            if fewer is not None:
                failing, pieces = fewer, max(pieces - 1, 2)
            elif size == 1 or self.work <= 0:
                break
            else:
                pieces = min(2 * pieces, len(failing.taken))
        return failing

    def _fewer(self, claim: int, failing: Failing, size: int) -> Failing | None:
        """The walk without one piece of so many steps."""
        for begin in range(0, len(failing.taken), size):
            if self.work <= 0:
                return None
            found = self.walked(claim, failing.path[0], [*failing.taken[:begin], *failing.taken[begin + size :]])
            if found is not None:
                return found
        return None

    def walked(self, claim: int, start: int, actions: Sequence[int]) -> Failing | None:
        """As far as the first failure, if there is one."""
        path, taken = [start], list[int]()
        found = self.failure(claim, start)
        for action in actions:
            if found is not None:
                break
            self.work -= 1
            after = dict(self.steps(path[-1])).get(action)
            if after is not None:
                path.append(after)
                taken.append(action)
                found = self.failure(claim, after)
        return None if found is None else Failing(path, taken, found)

    def failure(self, claim: int, packed: int) -> Finding | None:
        """What breaks the claim in the state, or in a step from it."""
        found: list[Finding] = []
        claims, actions = len(self.system.claims), len(self.system.actions)
        open_ = [at == claim for at in range(claims)]

        def broken(_: int, undefined: Place, state: int, action: int | None = None, after: int | None = None) -> bool:
            found.append(Finding(undefined, state, action, after))
            return False

        self.check([packed], open_, [False] * claims, broken, bool)
        if not found and self.system.claims[claim].kind == "transition":
            self.expand([packed], {}, bool, [0] * actions, open_, [False] * claims, broken, bool)
        return found[0] if found else None
