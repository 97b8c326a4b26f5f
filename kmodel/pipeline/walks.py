"""Random walks through the checks of specs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kmodel.engines.engine import Budget
from kmodel.engines.explicit.walk import simulate
from kmodel.ground import Grounding
from kmodel.pipeline.decide import instance_of
from kmodel.pipeline.files import find
from kmodel.pipeline.jobs import plan, wanted
from kmodel.pipeline.request import Request
from kmodel.pipeline.specs import link
from kmodel.pipeline.story import story
from kmodel.reports import Story
from kmodel.semantics import replay
from kmodel.source import Diagnostic, Rejected


@dataclass(frozen=True, slots=True)
class Met:
    """A claim that walks broke (or a witness that they reached), and the trace."""

    claim: str
    is_witness: bool
    story: Story


@dataclass(frozen=True, slots=True)
class Walked:
    """What the walks through one check met. `taken` counts steps by action, most first; `missed` are claims that no walk broke and
    witnesses that none reached."""

    check: str
    refused: str | None
    runs: int
    steps: int
    states: int
    stuck: int
    taken: tuple[tuple[str, int], ...]
    met: tuple[Met, ...]
    missed: tuple[str, ...]


def walk(request: Request, runs: int, depth: int) -> Iterator[Walked]:
    """Walks at random through every check that the request names."""
    inputs = find(request.paths)
    specs = link(wanted(inputs))
    planned = plan(inputs, specs, request)
    bad = (*inputs.diagnostics, *specs.diagnostics, *planned.diagnostics)
    if bad:
        raise Rejected(bad)
    if not planned.jobs:
        raise Rejected([Diagnostic("no-check", "there is no check to walk through", help="write a check with a `scope`")])
    for job in planned.jobs:
        yield _walked(Grounding(specs.program, job.check, instance_of(job, specs.program)), runs, depth, request)


def _walked(grounding: Grounding, runs: int, depth: int, request: Request) -> Walked:
    system = grounding.system
    found = simulate(system, runs, depth, request.seed, Budget(seconds=request.seconds, seed=request.seed))
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
    check = grounding.check.short
    return Walked(check, found.refused, found.runs, found.steps, found.states, found.deadlocks, order, tuple(met), open_)
