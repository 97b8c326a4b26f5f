"""Systems whose states take more words than they need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kmodel.engines.explicit.steps import CONSTRUCTORS
from kmodel.ground.system import Start, System
from kmodel.ground.terms import Term, Variable, number, primed, variable
from tests.strategies.handmade import int_variable


def widened(made: System, words: int) -> System:
    """The same behaviour, with variables before the others that fill so many words and never change."""
    more = [int_variable(f"wide{at}", at, 0, (1 << 60) - 1, rigid=True) for at in range(words)]
    moved = [replace(which, index=which.index + words) for which in made.variables]
    swap = dict(zip(made.variables, moved, strict=True))
    from_term = _renamer(swap)
    return replace(
        made,
        variables=(*more, *moved),
        starts=(
            *(Start(which, number(at + 5)) for at, which in enumerate(more)),
            *(Start(swap[start.variable], None if start.value is None else from_term(start.value)) for start in made.starts),
        ),
        initial=tuple(map(from_term, made.initial)),
        actions=tuple(
            replace(
                each,
                guard=from_term(each.guard),
                updates=tuple((swap[which], from_term(term)) for which, term in each.updates),
                undefined=tuple(replace(hole, condition=from_term(hole.condition)) for hole in each.undefined),
            )
            for each in made.actions
        ),
        claims=tuple(
            replace(
                each,
                term=from_term(each.term),
                exercised=from_term(each.exercised),
                undefined=tuple(replace(hole, condition=from_term(hole.condition)) for hole in each.undefined),
            )
            for each in made.claims
        ),
        places=(),
    )


def _renamer(swap: dict[Variable, Variable]) -> Callable[[Term], Term]:
    def renamed(term: Term) -> Term:
        if isinstance(term.value, Variable):
            return (variable if term.op == "variable" else primed)(swap[term.value])
        return CONSTRUCTORS[term.op](*map(renamed, term.arguments)) if term.arguments else term

    return renamed
