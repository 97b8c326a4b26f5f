"""One check decided: grounded, cut into slices, each run and confirmed, and every claim judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module

from kmodel.engines.deadline import Clock, Stopped
from kmodel.ground import Grounding
from kmodel.manifests import Instance, read
from kmodel.pipeline.alarm import within
from kmodel.pipeline.distance import Course
from kmodel.pipeline.everywhere import everywhere
from kmodel.pipeline.findings import findings
from kmodel.pipeline.jobs import Job
from kmodel.pipeline.judge import Finding
from kmodel.pipeline.request import Request
from kmodel.pipeline.results import Ground, errors, results, unknowns
from kmodel.pipeline.work import INTERNAL, Telling, is_internal
from kmodel.records import dataclass
from kmodel.reports import Result
from kmodel.source import Diagnostic, Rejected
from kmodel.typed import Program
from kmodel.typed.module import CheckSymbol
from kmodel.verdict import Unknown


@dataclass(frozen=True, slots=True)
class Decided:
    """The results of one check, and what is wrong with it."""

    results: tuple[Result, ...]
    diagnostics: tuple[Diagnostic, ...]


def decide(job: Job, program: Program, request: Request, tell: Telling) -> Decided:
    """Every claim of the check, in the request's time for it; where it cannot be grounded, an error for each."""
    clock = Clock.of(request.seconds)
    faults: tuple[Diagnostic, ...] = ()
    try:
        instance = within(clock, partial(instance_of, job, program))
        faults = instance.diagnostics if instance is not None else ()
        grounding = within(clock, partial(Grounding, program, job.check, instance))
    except Rejected as rejected:
        return Decided(errors(job.check, program, "the check cannot be made ground"), (*faults, *rejected.diagnostics))
    except Stopped:
        return Decided(unknowns(job.check, program, Course("the check was made ground").stopped), faults)
    proved, narrow = everywhere(job.check, program, grounding.system, _for_half(request, clock))
    ground = Ground(job, program, grounding, request, narrow)
    found = [*proved, *_others(ground, [finding.index for finding in proved], clock, tell)]
    return Decided(_results(ground, found, clock), (*faults, *_contradictions(job.check, found)))


def _others(ground: Ground, proved: Sequence[int], clock: Clock, tell: Telling) -> list[Finding]:
    """The findings of the claims that are not proved yet."""
    system, request, job = ground.grounding.system, ground.request, ground.job
    open_ = [at for at in range(len(system.claims)) if at not in proved]
    narrow = replace(system, claims=tuple(system.claims[at] for at in open_))
    found = findings(narrow, job.check, request, clock, tell)
    if request.save_proofs is not None:
        import_module("kmodel.pipeline.proofs").saved(narrow, job, ground.program, found, request)  # it needs a solver
    return [replace(finding, index=open_[finding.index]) for finding in found]


def _for_half(request: Request, clock: Clock) -> Request:
    """Of the time; the other half is for what is not proved for every scope."""
    left = clock.rest()
    return request if left is None else replace(request, seconds=left / 2)


def _results(ground: Ground, found: Sequence[Finding], clock: Clock) -> tuple[Result, ...]:
    """With all the reasons of what fails, if there is time for them."""
    try:
        return within(clock, partial(results, ground, found))
    except Stopped:
        return results(replace(ground, is_brief=True), found)


def instance_of(job: Job, program: Program) -> Instance | None:
    """What the objects of the job are for the check's modules."""
    return read(job.documents, program, job.check.active, job.sizes) if job.documents is not None else None


def _contradictions(check: CheckSymbol, found: Sequence[Finding]) -> Iterator[Diagnostic]:
    """What an engine said and the reference semantics did not bear out: never a verdict, and never passed over."""
    for finding in found:
        if isinstance(finding.verdict, Unknown) and is_internal(finding.verdict):
            yield internal_error(check, finding.verdict.reason.removeprefix(INTERNAL))


def internal_error(check: CheckSymbol, reason: str) -> Diagnostic:
    return Diagnostic(
        "internal-error",
        f"kmodel failed on the check `{check.name}`: {reason}",
        check.span,
        help="this is a fault of kmodel, please report it with the spec; `KMODEL_DEBUG=1` shows where it happened",
    )
