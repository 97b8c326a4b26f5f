"""Random walks by generated code: no verdicts, but failures in scopes that are too large to enumerate. A seed walks the same way always."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from random import Random

from kmodel.engines.engine import Budget, Progress
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.decide import explicit, refusal
from kmodel.engines.explicit.generate import check, compiled, expand, successors
from kmodel.engines.explicit.layout import Layout, layout, unbounded
from kmodel.engines.explicit.search import Finding, Place, Values
from kmodel.engines.explicit.starts import starts
from kmodel.ground.system import System
from kmodel.ground.terms import FALSE
from kmodel.verdict.verdict import Effort, Outcome, Trace, Unknown, Violated

ENGINE = "simulate"

_SHORTENING = 20_000
"""How many states are looked at to find shorter traces than the walks'."""

_BETWEEN_LOOKS = 1024
"""Steps between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What random walks met. `states` are distinct; `deadlocks` are the walks that ended where no action can be taken; `taken[i]` counts
    the steps by action i. `traces[i]` leads to where claim i fails (a witness: is reached): None where no walk met that, as always for
    temporal properties. `refused` says why there were no walks. With less time than walks, `runs` says how many were walked."""

    seed: int
    runs: int
    steps: int
    states: int
    deadlocks: int
    taken: tuple[int, ...]
    traces: tuple[Trace | None, ...]
    refused: str | None = None


@dataclass(slots=True)
class _Walks:
    """Walks under way: `found` has where each claim failed first, as a walk of packed states and actions."""

    system: System
    form: Layout
    taken: list[int]
    open: list[bool]
    idle: list[bool]
    visited: set[int] = field(default_factory=set)
    found: dict[int, tuple[Finding, list[int], list[int]]] = field(default_factory=dict)
    runs: int = 0
    deadlocks: int = 0

    def progress(self) -> Progress:
        return Progress(ENGINE, len(self.visited), sum(self.taken))


def simulate(system: System, runs: int, depth: int, seed: int, budget: Budget) -> Simulation:
    """`runs` walks of at most `depth` steps; every state of a walk is checked, and every step from it against claims about steps.

    Of `budget`, `seconds` and `report` count."""
    endless = unbounded(system)
    claims, actions = len(system.claims), len(system.actions)
    if endless:
        return Simulation(seed, 0, 0, 0, 0, (0,) * actions, (None,) * claims, refusal(endless))
    walks = _Walks(system, layout(system), [0] * actions, [True] * claims, [True] * claims)
    refused = _walk(walks, runs, depth, Random(seed), Clock(budget))
    traces = _shortened(walks, budget)
    found = tuple(traces.get(claim) for claim in range(claims))
    return Simulation(seed, walks.runs, sum(walks.taken), len(walks.visited), walks.deadlocks, tuple(walks.taken), found, refused)


def _walk(walks: _Walks, runs: int, depth: int, random: Random, clock: Clock) -> str | None:
    """All the walks, until time is up; why there are none, where there are none."""
    steps: Callable[[int], Sequence[tuple[int, int]]] = compiled(successors(walks.system, walks.form), "successors")
    begin = _beginning(walks, random, clock)
    look = _looking(walks)
    while walks.runs < runs:
        start = begin()
        if start is None:
            return None if walks.runs else "no initial state was found"
        path, taken = _one(walks, start, depth, steps, random, clock)
        look(path, taken)
        walks.runs += 1
        if clock.expired(walks.progress):
            break
    return None


def _one(
    walks: _Walks, start: int, depth: int, steps: Callable[[int], Sequence[tuple[int, int]]], random: Random, clock: Clock
) -> tuple[list[int], list[int]]:
    """One walk: each step is any of the steps that can be taken, all as likely."""
    path, taken = [start], list[int]()
    while len(taken) < depth:
        options = steps(path[-1])
        if not options:
            walks.deadlocks += 1
            break
        action, after = options[int(random.random() * len(options))]
        path.append(after)
        taken.append(action)
        walks.taken[action] += 1
        if len(taken) % _BETWEEN_LOOKS == 0 and clock.expired(walks.progress):
            break
    return path, taken


def _beginning(walks: _Walks, random: Random, clock: Clock) -> Callable[[], int | None]:
    """Gives an initial state: the first that is found when each free variable tries its values from a random one on."""
    source: Callable[[Values], Iterable[int | None]] = compiled(starts(walks.system, walks.form), "start0")

    def values(low: int, high: int) -> Iterable[int]:
        middle = random.randint(low, high)
        return chain(range(middle, high + 1), range(low, middle))

    def begin() -> int | None:
        for packed in source(values) if FALSE not in walks.system.initial else ():
            if packed is not None:
                return packed
            if clock.expired(walks.progress):
                break
        return None

    return begin


def _looking(walks: _Walks) -> Callable[[list[int], list[int]], None]:
    """Checks the states of a walk that no walk was in before, and all steps from them."""
    state_check = compiled(check(walks.system, walks.form), "check")
    watched = any(claim.kind == "transition" for claim in walks.system.claims)
    step_check = compiled(expand(walks.system, walks.form), "expand") if watched else None
    counts = [0] * len(walks.system.actions)

    def look(path: list[int], taken: list[int]) -> None:
        def broken(claim: int, undefined: Place, state: int, action: int | None = None, after: int | None = None) -> bool:
            walks.open[claim] = False
            walks.found.setdefault(claim, (Finding(undefined, state, action, after), path, taken))
            return False

        fresh = [packed for packed in dict.fromkeys(path) if packed not in walks.visited]
        walks.visited.update(fresh)
        state_check(fresh, walks.open, walks.idle, broken, bool)
        if step_check is not None:
            step_check(fresh, {}, _ignore, counts, walks.open, walks.idle, broken, bool)

    return look


def _ignore(_: int) -> None:
    return None


def walks(system: System, budget: Budget) -> Outcome:
    """Random walks as an engine: what they meet is violated, all else unknown. 1,000 walks of 100 steps, or of the budget's depth."""
    depth = 100 if budget.depth is None else budget.depth
    result = simulate(system, 1000, depth, budget.seed, budget)
    reason = result.refused or f"{result.runs:,} random walks of at most {depth} steps met no failure"
    verdicts = tuple(Unknown(reason) if trace is None else Violated(trace, shortest=False) for trace in result.traces)
    return Outcome(verdicts, (None,) * len(verdicts), Effort(ENGINE, result.states, result.steps))


# ---- shorter traces


def _shortened(walks: _Walks, budget: Budget) -> dict[int, Trace]:
    """The traces to what was found: as a short search finds them where it does, else the walks without their detours."""
    traces = {claim: direct(walks.form, *found) for claim, found in walks.found.items()}
    longest = max((trace.steps for trace in traces.values()), default=0)
    if longest == 0:
        return traces
    order = sorted(traces)
    part = replace(walks.system, claims=tuple(walks.system.claims[claim] for claim in order), fairness=())
    outcome = explicit(part, Budget(longest - 1, budget.seconds, _SHORTENING))
    for claim, verdict in zip(order, outcome.verdicts, strict=True):
        if isinstance(verdict, Violated) and verdict.trace.loop is None and verdict.trace.steps < traces[claim].steps:
            traces[claim] = verdict.trace
    return traces


def direct(form: Layout, finding: Finding, path: list[int], taken: list[int]) -> Trace:
    """The walk to the finding, without the ways round from a state to itself."""
    last = {packed: at for at, packed in enumerate(path[: path.index(finding.state) + 1])}
    states, actions, at = [path[0]], list[int](), last[path[0]]
    while states[-1] != finding.state:
        actions.append(taken[at])
        states.append(path[at + 1])
        at = last[path[at + 1]]
    if finding.action is not None and finding.after is not None:
        actions.append(finding.action)
        states.append(finding.after)
    return Trace(tuple(map(form.decode, states)), tuple(actions), None, finding.undefined)
