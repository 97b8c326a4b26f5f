"""Temporal properties on the states of a compiled search, by compiled code: as `explicit.properties` decides them."""

from __future__ import annotations

from collections.abc import Callable

from kmodel.engines.automaton import refuting
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.concrete import Concrete
from kmodel.engines.explicit.ends import stopped
from kmodel.engines.explicit.graph import Expired, Graph
from kmodel.engines.explicit.lasso import Lasso, through
from kmodel.engines.explicit.minimal import Shortest
from kmodel.engines.explicit.native.edges import Edges, treatable
from kmodel.engines.explicit.native.product import ACCEPTING, FAIR_PART, STILL, Nodes, fits
from kmodel.engines.explicit.native.search import Native
from kmodel.engines.explicit.product import Product
from kmodel.engines.explicit.properties import NOT_COMPARED, fairness, is_shortest, late, open_properties
from kmodel.ground.system import Formula, System
from kmodel.verdict.verdict import Trace, Unknown, Verdict, Violated


def can_refute(system: System) -> bool:
    """Whether there is room for all its temporal properties."""
    return treatable(system) and all(claim.formula is None or fits(refuting(claim.formula)) for claim in system.claims)


def refute(run: Native, clock: Clock) -> dict[int, Verdict]:
    """For each open property (by index) that has a fair lasso, the violation; Unknown where there was no time or memory to look."""
    wanted = open_properties(run.system, run.open)
    if not wanted:
        return {}
    if run.end in ("seconds", "memory"):
        return dict.fromkeys(wanted, Unknown(f"{stopped(run, clock.budget)}: {NOT_COMPARED}"))
    verdicts: dict[int, Verdict] = {}

    def wait() -> None:
        if clock.expired(run.progress):
            raise Expired

    try:
        edges = Edges(run.space, run.system)
        edges.make(wait)
        for at, formula in wanted.items():
            violated = _refutation(run, edges, formula, wait)
            if violated is not None:
                verdicts[at] = violated
    except (Expired, MemoryError) as limit:
        return {at: verdicts.get(at, late(limit, run.states)) for at in wanted}
    return verdicts


def _refutation(run: Native, edges: Edges, formula: Formula, wait: Callable[[], None]) -> Violated | None:
    nodes = Nodes(edges, run.system, refuting(formula), run.starts, wait)
    nodes.spread()
    if not nodes.sort():
        return None
    whole = _product(run, edges, nodes)
    lasso = _short(whole, nodes)
    if run.symmetry is not None:
        return Violated(Concrete(run.system, run.symmetry).lasso(_trace(run, lasso), edges.groups), shortest=False)
    search = Shortest(whole, nodes.live)
    lasso = search.than(lasso, nodes.entries(), nodes.back)
    return Violated(_trace(run, lasso), is_shortest(lasso, search.complete, run.end, run.checked))


def _product(run: Native, edges: Edges, nodes: Nodes) -> Product:
    """The same, for interpreted code that looks at little of it."""
    states, steps = nodes.states, int(edges.context.steps)
    first, targets = edges.first.view("I", states + 1), edges.targets.view("I", steps)
    graph = Graph(run.starts, first, targets, edges.actions.view("H", steps), edges.enabled.view("Q", states), edges.groups)
    following = [[tuple(at for at in range(len(nodes.allowed)) if mask >> at & 1) for mask in row] for row in nodes.allowed]
    return Product(graph, nodes.automaton, nodes.numbers("labels", "H"), following, 1 << nodes.shift, *fairness(run.system))


def _short(whole: Product, nodes: Nodes) -> Lasso:
    """A short lasso: from the nearest node of a fair part, from the nearest accepting one, and where all may stop for ever."""

    def round_from(place: int, still: bool) -> Lasso:
        way = nodes.back(nodes.node(place))
        somewhere = 0 if still else nodes.somewhere(way[-1])
        return through(whole, way, somewhere, lambda start, wanted: nodes.nearest(whole, start, wanted))

    near = [place for which in (FAIR_PART, FAIR_PART | ACCEPTING) if (place := nodes.first(which)) is not None]
    lassos = [round_from(place, still=False) for place in dict.fromkeys(near)]
    still = nodes.first(FAIR_PART | ACCEPTING | STILL)
    lassos += [] if still is None else [round_from(still, still=True)]
    return min(lassos, key=lambda lasso: len(lasso.actions))


def _trace(run: Native, lasso: Lasso) -> Trace:
    return Trace(tuple(map(run.space.state, lasso.states)), tuple(lasso.actions), lasso.loop)
