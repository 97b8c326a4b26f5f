"""Temporal properties on the states that a search saw: each is refuted by a fair lasso, or has none there."""

from __future__ import annotations

from kmodel.engines.automaton import refuting
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.concrete import Concrete
from kmodel.engines.explicit.graph import Expired, Graph, graph, truths
from kmodel.engines.explicit.lasso import reach, shortest
from kmodel.engines.explicit.product import fair_parts, product
from kmodel.engines.explicit.search import Search, steps_of
from kmodel.ground.system import Formula
from kmodel.verdict.verdict import Trace, Unknown, Verdict, Violated


def refute(run: Search, clock: Clock) -> dict[int, Verdict]:
    """For each open property (by index) that has a fair lasso, the violation; Unknown where there was no time or memory to look.

    A lasso among some of the states is one of the system; where there is none, nothing is said."""
    wanted = {at: claim.formula for at, claim in enumerate(run.system.claims) if claim.formula is not None and run.open[at]}
    if not wanted:
        return {}
    if run.end in ("seconds", "memory"):
        return dict.fromkeys(wanted, Unknown(_late(run)))
    verdicts: dict[int, Verdict] = {}
    try:
        steps = graph(run, steps_of(run), clock)
        for at, formula in wanted.items():
            trace = _refutation(run, steps, formula, clock)
            if trace is not None:
                verdicts[at] = Violated(trace, shortest=False)
    except (Expired, MemoryError):
        return {at: verdicts.get(at, Unknown(_late(run))) for at in wanted}
    return verdicts


def _late(run: Search) -> str:
    return f"out of time or memory before behaviours through the {len(run.seen):,} states that were seen could be compared"


def _refutation(run: Search, steps: Graph, formula: Formula, clock: Clock) -> Trace | None:
    automaton = refuting(formula)
    fairness = run.system.fairness
    weak, strong = (sum(1 << at for at, group in enumerate(fairness) if group.kind == kind) for kind in ("weak", "strong"))
    whole = product(steps, automaton, truths(run, automaton.labels), weak, strong)

    def look(done: int) -> None:
        if done % 1024 == 0 and clock.expired(run.progress):
            raise Expired

    found, after = reach(whole, look)
    lasso = shortest(whole, found, fair_parts(whole, found, after))
    if lasso is None:
        return None
    states = tuple(run.layout.decode(steps.states[number]) for number in lasso.states)
    made = Trace(states, tuple(lasso.actions), lasso.loop)
    return made if run.symmetry is None else Concrete(run.system, run.symmetry).lasso(made, steps.groups)
