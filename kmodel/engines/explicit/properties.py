"""Temporal properties on the states that a search saw: each is refuted by a fair lasso, or has none there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kmodel.engines.automaton import refuting
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.concrete import Concrete
from kmodel.engines.explicit.ends import End, stopped
from kmodel.engines.explicit.graph import Expired, Graph, graph, truths
from kmodel.engines.explicit.lasso import Lasso, back, reach, short
from kmodel.engines.explicit.minimal import Entry, Shortest
from kmodel.engines.explicit.product import fair_parts, product, starts
from kmodel.engines.explicit.search import Search, steps_of
from kmodel.ground.system import Formula, System
from kmodel.verdict.verdict import Trace, Unknown, Verdict, Violated

NOT_COMPARED = "behaviours through them could not be compared"


def refute(run: Search, clock: Clock) -> dict[int, Verdict]:
    """For each open property (by index) that has a fair lasso, the violation; Unknown where there was no time or memory to look.

    A lasso among some of the states is one of the system; where there is none, nothing is said."""
    wanted = open_properties(run.system, run.open)
    if not wanted:
        return {}
    if run.end in ("seconds", "memory"):
        return dict.fromkeys(wanted, Unknown(f"{stopped(run, clock.budget)}: {NOT_COMPARED}"))
    verdicts: dict[int, Verdict] = {}
    try:
        steps = graph(run, steps_of(run), clock)
        for at, formula in wanted.items():
            violated = _refutation(run, steps, formula, clock)
            if violated is not None:
                verdicts[at] = violated
    except (Expired, MemoryError) as limit:
        return {at: verdicts.get(at, late(limit, run.states)) for at in wanted}
    return verdicts


def open_properties(system: System, open_: list[bool]) -> dict[int, Formula]:
    return {at: claim.formula for at, claim in enumerate(system.claims) if claim.formula is not None and open_[at]}


def violations(verdicts: Mapping[int, Verdict]) -> dict[int, Violated]:
    return {at: verdict for at, verdict in verdicts.items() if isinstance(verdict, Violated)}


def late(limit: Expired | MemoryError, states: int) -> Unknown:
    """All states were seen, and then a limit was met."""
    what = "time" if isinstance(limit, Expired) else "memory"
    return Unknown(f"out of {what} after {states:,} states: {NOT_COMPARED}")


def fairness(system: System) -> tuple[int, int]:
    """A bit for each weakly and for each strongly fair group."""
    weak, strong = (sum(1 << at for at, group in enumerate(system.fairness) if group.kind == kind) for kind in ("weak", "strong"))
    return weak, strong


def is_shortest(lasso: Lasso, complete: bool, end: End, checked: int) -> bool:
    """Whether no lasso of the system is shorter, if none among the states that were seen is (`complete`): all with fewer steps are among
    them."""
    return complete and (end == "exhausted" or len(lasso.actions) <= checked)


def _refutation(run: Search, steps: Graph, formula: Formula, clock: Clock) -> Violated | None:
    automaton = refuting(formula)
    held = truths(run, automaton.labels)
    whole = product(steps, automaton, held, *fairness(run.system))

    def look(done: int) -> None:
        if done % 1024 == 0 and clock.expired(run.progress):
            raise Expired

    found, after = reach(whole, starts(whole, held), look)
    parts = list(fair_parts(whole, found, after))
    lasso = short(whole, found, parts)
    if lasso is None:
        return None
    seen = list(run.seen)
    if run.symmetry is not None:
        return Violated(Concrete(run.system, run.symmetry).lasso(_trace(run, seen, lasso), steps.groups), shortest=False)
    live = {whole.state(node) for part in parts for node in part}
    search = Shortest(whole, live.__contains__)
    lasso = search.than(lasso, _entries(found), lambda node: back(found, node))
    return Violated(_trace(run, seen, lasso), is_shortest(lasso, search.complete, run.end, run.checked))


def _trace(run: Search, seen: list[int], lasso: Lasso) -> Trace:
    return Trace(tuple(run.layout.decode(seen[number]) for number in lasso.states), tuple(lasso.actions), lasso.loop)


def _entries(found: dict[int, int | None]) -> Iterator[Entry]:
    distance: dict[int, int] = {}
    for node, before in found.items():
        distance[node] = 0 if before is None else distance[before] + 1
        yield Entry(node, distance[node])
