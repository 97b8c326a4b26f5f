"""What a search found, as verdicts: traces against claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kmodel.engines.explicit.concrete import Concrete
from kmodel.engines.explicit.search import Search, steps_of, trace, way
from kmodel.ground.system import System
from kmodel.verdict.verdict import Violated


def only(system: System, claims: Sequence[int]) -> System:
    """The system with some of its claims (by index)."""
    return replace(system, claims=tuple(system.claims[at] for at in claims))


def violated(run: Search) -> dict[int, Violated]:
    """The claims that something was found against, each with a shortest trace."""
    if run.symmetry is None:
        steps = steps_of(run) if run.findings else None
        return {claim: Violated(trace(run, finding, steps), shortest=True) for claim, finding in run.findings.items() if steps is not None}
    found: dict[int, Violated] = {}
    follow = Concrete(run.system, run.symmetry) if run.findings else None
    for claim, finding in run.findings.items():
        path = list(map(run.layout.decode, way(run.seen, finding.state)))
        found |= {image: Violated(follow.trace(image, path), shortest=True) for image in run.images(claim) if follow is not None}
    return found
