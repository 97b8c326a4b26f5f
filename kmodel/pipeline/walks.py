"""Random walks through the checks of specs."""

from __future__ import annotations

from collections.abc import Iterator

from kmodel.engines.engine import Budget
from kmodel.engines.explicit.walk import simulate
from kmodel.ground import Grounding
from kmodel.pipeline.decide import instance_of
from kmodel.pipeline.request import Request
from kmodel.pipeline.sound import sound_jobs
from kmodel.pipeline.story import story
from kmodel.records import dataclass
from kmodel.reports import Story
from kmodel.semantics import replay


@dataclass(frozen=True, slots=True)
class Met:
    """A claim that walks broke (or a witness that they reached), and the trace."""

    claim: str
    is_witness: bool
    story: Story


@dataclass(frozen=True, slots=True)
class Walked:
    """What the walks through one check met. `taken` counts steps by action, most first; `missed` are claims that no walk broke and
    witnesses that none reached. `ended` says what ended the walks; where `counted` is false there were at least so many states."""

    check: str
    refused: str | None
    runs: int
    steps: int
    states: int
    stuck: int
    taken: tuple[tuple[str, int], ...]
    met: tuple[Met, ...]
    missed: tuple[str, ...]
    ended: str
    counted: bool


def walk(request: Request, runs: int, depth: int) -> Iterator[Walked]:
    """Walks at random through every check that the request names."""
    jobs, program = sound_jobs(request, "walk through")
    for job in jobs:
        walked = _walked(Grounding(program, job.check, instance_of(job, program)), runs, depth, request)
        yield walked
        if walked.ended == "interrupted":
            break


def _walked(grounding: Grounding, runs: int, depth: int, request: Request) -> Walked:
    system = grounding.system
    budget = Budget(seconds=request.seconds, states=request.states, memory=request.memory, seed=request.seed)
    found = simulate(system, runs, depth, request.seed, budget)
    taken: dict[str, int] = {}
    for action, count in zip(system.actions, found.taken, strict=True):
        name = action.name.rsplit(".", 1)[-1]
        taken[name] = taken.get(name, 0) + count
    met: list[Met] = []
    missed: dict[str, None] = {}
    for claim, trace in zip(system.claims, found.traces, strict=True):
        short = claim.name.rsplit(".", 1)[-1]
        if trace is not None and replay(system, claim, trace).reproduced:
            met.append(Met(short, claim.kind == "witness", story(system, claim, trace)))
        elif claim.kind != "defined":
            missed[short] = None
    order = tuple(sorted(taken.items(), key=lambda pair: (-pair[1], pair[0])))
    open_ = tuple(name for name in missed if all(name != each.claim for each in met))
    check, met_, ended = grounding.check.short, tuple(met), found.ended
    return Walked(check, found.refused, found.runs, found.steps, found.states, found.deadlocks, order, met_, open_, ended, found.counted)
