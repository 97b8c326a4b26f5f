"""What a term about the state after an action says of the state before it (the weakest precondition of Dijkstra, 1975).

Sums and counts over what the action does not touch stay the very same terms, so that a solver need not find out that they are equal.
An update that could leave its variable's bounds, by its interval, is not put in place: the variable is primed then, and `link` says
what it is equal to. A term may rely on the bounds of what it reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from kmodel.ground.rebuild import Reads, Rewriter
from kmodel.ground.system import Action
from kmodel.ground.terms import TRUE, Term, Variable, and_, equal, primed, variable
from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class After:
    """The state after an action, in terms of the state before: `values` of what it writes, and the `link` of what stays primed."""

    values: Mapping[Variable, Term]
    link: Term
    reads: Reads = field(default_factory=Reads)

    @staticmethod
    def of(action: Action, reads: Reads) -> After:
        values = {which: value if _fits(which, value) else primed(which) for which, value in action.updates}
        links = (TRUE if _fits(which, value) else equal(primed(which), value) for which, value in action.updates)
        return After(values, and_(*links), reads)

    def state(self, term: Term) -> Term:
        """What a term about a state says of the state after the action. The same term, where that reads nothing that is written."""
        rewrite = Rewriter(lambda leaf: self._value(leaf) if leaf.op == "variable" else None)
        self._skip(term, rewrite)
        return rewrite(term)

    def step(self, term: Term) -> Term:
        """What a term about a step says of the action's step."""
        return Rewriter(lambda leaf: self._following(leaf) if leaf.op == "primed" else None)(term)

    def _value(self, leaf: Term) -> Term | None:
        return self.values.get(leaf.value) if isinstance(leaf.value, Variable) else None

    def _following(self, leaf: Term) -> Term:
        assert isinstance(leaf.value, Variable)
        return self.values.get(leaf.value, variable(leaf.value))

    def _skip(self, term: Term, rewrite: Rewriter) -> None:
        """Parts that read nothing that is written stay as they are."""
        seen, open_ = {term}, [term]
        while open_:
            top = open_.pop()
            if self.reads(top).isdisjoint(self.values):
                rewrite.done[top] = top
                continue
            new = [part for part in top.arguments if part not in seen]
            seen.update(new)
            open_.extend(new)


def _fits(which: Variable, value: Term) -> bool:
    if which.sort == "bool":
        return True
    above = which.low is None or (value.low is not None and value.low >= which.low)
    return above and (which.high is None or (value.high is not None and value.high <= which.high))
