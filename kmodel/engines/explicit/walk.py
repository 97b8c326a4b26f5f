"""Random walks: no verdicts, but failures in scopes that are too large to enumerate. A seed walks the same way always, by interpreted and
by machine code; a walk depends on the seed and on its number only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeAlias

from kmodel.engines.engine import Budget
from kmodel.engines.explicit import tiers
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.decide import explicit, refusal
from kmodel.engines.explicit.layout import Layout, layout, unbounded
from kmodel.engines.explicit.search import Finding
from kmodel.engines.explicit.shrink import Failing, Shrinking
from kmodel.engines.explicit.walking import ENGINE, LISTED, Machine, Walks, beginning, looking, walker
from kmodel.ground.system import System
from kmodel.records import dataclass
from kmodel.verdict.verdict import Effort, Outcome, Trace, Unknown, Violated

_SHORTENING = 20_000
"""How many states are looked at to find shorter traces than the walks'."""

_SWIFTLY = 20_000
"""So many steps are worth loading a compiler for."""

_STATE = 240
"""Bytes that a state takes, about."""

Ended: TypeAlias = Literal["walked", "seconds", "states", "memory", "interrupted"]


@dataclass(frozen=True, slots=True)
class Simulation:
    """What random walks met. `states` are distinct; `deadlocks` are the walks that ended where no action can be taken; `taken[i]` counts
    the steps by action i. `traces[i]` leads to where claim i fails (a witness: is reached): None where no walk met that, as always for
    temporal properties. `refused` says why there were no walks. `runs` says how many were walked; `ended`, why not all. Where `counted` is
    false there was no memory to tell states from each other any more: there are at least so many."""

    seed: int
    runs: int
    steps: int
    states: int
    deadlocks: int
    taken: tuple[int, ...]
    traces: tuple[Trace | None, ...]
    refused: str | None = None
    ended: Ended = "walked"
    counted: bool = True


def simulate(system: System, runs: int, depth: int, seed: int, budget: Budget) -> Simulation:
    """`runs` walks of at most `depth` steps; every state of a walk is checked, and every step from it against claims about steps.

    Of `budget`, `seconds`, `states`, `memory` and `report` count. An interrupt ends the walks, not what is told of them."""
    endless = unbounded(system)
    claims, actions = len(system.claims), len(system.actions)
    if endless:
        return Simulation(seed, 0, 0, 0, 0, (0,) * actions, (None,) * claims, refusal(endless))
    walks = Walks(system, layout(system), depth, seed, [0] * actions, [True] * claims, [True] * claims)
    ended: Ended = "walked"
    refused: str | None = None
    try:
        refused, ended = _walk(walks, runs, budget, Clock(budget))
    except KeyboardInterrupt:
        ended = "interrupted"
    except MemoryError:
        ended = "memory"
    if ended == "interrupted":  # without the work of making them short
        traces = {claim: _direct(walks.form, failing) for claim, failing in walks.found.items()}
    else:
        traces = _shortened(walks, budget)
    found = tuple(traces.get(claim) for claim in range(claims))
    return Simulation(
        seed, walks.runs, sum(walks.taken), walks.states, walks.deadlocks, tuple(walks.taken), found, refused, ended, walks.counted
    )


def _walk(walks: Walks, runs: int, budget: Budget, clock: Clock) -> tuple[str | None, Ended]:
    """All the walks, until a limit is met; why there are none, where there are none."""
    begin = beginning(walks, clock)
    if walks.listed == []:
        return "no initial state was found", "walked"
    swift = tiers.walking() if runs * walks.depth >= _SWIFTLY or tiers.forced() else None
    walks.machine = None if swift is None else swift(walks, budget)
    some = _by_hand(walks, begin, clock) if walks.machine is None else _by_machine(walks, walks.machine, begin)
    while walks.runs < runs:
        if not some(runs):
            return (None, "seconds") if walks.runs else ("no initial state was found", "walked")
        if clock.expired(walks.progress):
            return None, "seconds"
        if budget.states is not None and walks.states > budget.states:
            return None, "states"
        if budget.memory is not None and (not walks.counted or (walks.machine is None and walks.states * _STATE > budget.memory)):
            return None, "memory"
    return None, "walked"


def _by_hand(walks: Walks, begin: Callable[[int], int | None], clock: Clock) -> Callable[[int], bool]:
    """Makes one walk; False where it has no beginning."""
    one, look = walker(walks, clock), looking(walks)

    def some(_: int) -> bool:
        start = begin(walks.runs)
        if start is None:
            return False
        path, taken, stuck = one(start, walks.runs)
        look(path, taken)
        for action in taken:
            walks.taken[action] += 1
        walks.deadlocks += stuck
        walks.runs += 1
        return True

    return some


def _by_machine(walks: Walks, machine: Machine, begin: Callable[[int], int | None]) -> Callable[[int], bool]:
    """Makes some walks. One in which a claim failed is made once more by hand, to see where."""
    one, look = walker(walks, None), looking(walks)

    def some(runs: int) -> bool:
        begins = walks.listed
        if begins is None:
            begins = [start for number in range(walks.runs, min(runs, walks.runs + LISTED)) if (start := begin(number)) is not None]
        hits = machine.walk(begins, walks.runs, runs if walks.listed is not None else walks.runs + len(begins))
        for number in hits:
            start = begin(number)
            assert start is not None
            path, taken, _ = one(start, number)
            look(path, taken)
        walks.taken, walks.runs, walks.deadlocks = machine.taken, machine.runs, machine.deadlocks
        return bool(begins)

    return some


def walks(system: System, budget: Budget) -> Outcome:
    """Random walks as an engine: what they meet is violated, all else unknown. 1,000 walks of 100 steps, or of the budget's depth."""
    depth = 100 if budget.depth is None else budget.depth
    result = simulate(system, 1000, depth, budget.seed, budget)
    if result.ended == "interrupted":
        raise KeyboardInterrupt
    reason = result.refused or _unmet(result)
    verdicts = tuple(Unknown(reason) if trace is None else Violated(trace, shortest=False) for trace in result.traces)
    return Outcome(verdicts, (None,) * len(verdicts), Effort(ENGINE, result.states, result.steps))


def _unmet(result: Simulation) -> str:
    """What was covered, and why not more."""
    if result.ended == "walked":
        return f"no random walk of {result.runs:,} met it, which proves nothing"
    why = {"seconds": "out of time", "memory": "out of memory"}.get(result.ended, "stopped")
    return f"{why} after {result.runs:,} random walks through {result.states:,} states: none met it, which proves nothing"


# ---- shorter traces


def _shortened(walks: Walks, budget: Budget) -> dict[int, Trace]:
    """The traces to what was found: without the steps that they do not need, and as a short search finds them where it does."""
    shrinking = Shrinking(walks.system, walks.form)
    traces = {claim: _direct(walks.form, shrinking.shrunk(claim, failing)) for claim, failing in walks.found.items()}
    longest = max((trace.steps for trace in traces.values()), default=0)
    if longest <= 1:
        return traces
    order = sorted(traces)
    part = replace(walks.system, claims=tuple(walks.system.claims[claim] for claim in order), fairness=())
    outcome = explicit(part, Budget(longest - 1, budget.seconds, _SHORTENING))
    for claim, verdict in zip(order, outcome.verdicts, strict=True):
        if isinstance(verdict, Violated) and verdict.trace.loop is None and verdict.trace.steps < traces[claim].steps:
            traces[claim] = verdict.trace
    return traces


def _direct(form: Layout, failing: Failing) -> Trace:
    return direct(form, failing.finding, failing.path, failing.taken)


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
