"""One check decided: grounded, cut into slices, each run and confirmed, and every claim judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from time import perf_counter

from kmodel.confirm import confirm
from kmodel.engines.engine import Budget, Progress
from kmodel.engines.run import run
from kmodel.ground import Grounding, slices
from kmodel.ground.system import Claim, Slice, System
from kmodel.manifests import Instance, read
from kmodel.pipeline.everywhere import everywhere
from kmodel.pipeline.expect import expected_of
from kmodel.pipeline.jobs import Job
from kmodel.pipeline.judge import Finding
from kmodel.pipeline.random_walks import walks
from kmodel.pipeline.request import Request
from kmodel.pipeline.results import Ground, errors, results
from kmodel.reports import Result
from kmodel.source import Diagnostic, Rejected
from kmodel.typed import Program
from kmodel.typed.module import CheckSymbol
from kmodel.verdict import Certificate, Outcome, Unknown

INTERNAL = "internal: "
_RECHECK = 60.0
_SUMS = 10.0
_MANY = 24
Telling = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Decided:
    """The results of one check, and what is wrong with it."""

    results: tuple[Result, ...]
    diagnostics: tuple[Diagnostic, ...]


def decide(job: Job, program: Program, request: Request, tell: Telling) -> Decided:
    """Every claim of the check; where it cannot be grounded, an error for each."""
    instance = instance_of(job, program)
    faults = instance.diagnostics if instance is not None else ()
    try:
        grounding = Grounding(program, job.check, instance)
    except Rejected as rejected:
        return Decided(errors(job.check, program, "the check cannot be made ground"), (*faults, *rejected.diagnostics))
    proved, narrow = everywhere(job.check, program, grounding.system, request)
    found = [*proved, *_others(grounding.system, [finding.index for finding in proved], job.check, request, tell)]
    return Decided(results(Ground(job, program, grounding, request, narrow), found), (*faults, *_contradictions(job.check, found)))


def instance_of(job: Job, program: Program) -> Instance | None:
    """What the objects of the job are for the check's modules."""
    return read(job.documents, program, job.check.active, job.sizes) if job.documents is not None else None


def findings(system: System, check: CheckSymbol, request: Request, tell: Telling) -> list[Finding]:
    """What the request's engine finds of each claim, confirmed."""
    return [finding for number, part in enumerate(slices(system)) for finding in _part(number, part, system, check, request, tell)]


def _others(system: System, proved: Sequence[int], check: CheckSymbol, request: Request, tell: Telling) -> list[Finding]:
    """The findings of the claims that are not proved yet."""
    open_ = [at for at in range(len(system.claims)) if at not in proved]
    narrow = replace(system, claims=tuple(system.claims[at] for at in open_))
    return [replace(finding, index=open_[finding.index]) for finding in findings(narrow, check, request, tell)]


def _part(number: int, part: Slice, whole: System, check: CheckSymbol, request: Request, tell: Telling) -> Iterator[Finding]:
    """One slice, run and confirmed."""
    began = perf_counter()
    depth = _depth(part, whole, check, request)
    budget = Budget(
        depth=depth,
        seconds=request.seconds,
        states=request.states,
        memory=request.memory,
        threads=request.threads or 1,
        seed=request.seed,
        solver=request.solver,
        symmetry=request.symmetry,
        partial_order=request.partial_order,
        report=tell,
    )
    outcome = confirm(part, whole, _run(part.system, request.engine, budget), partial(_recheck, request.seconds))
    spent = perf_counter() - began
    for index, verdict, vacuous in zip(part.claims, outcome.verdicts, outcome.vacuous, strict=True):
        yield Finding(index, verdict, vacuous, outcome.effort, number, spent)


def _run(system: System, engine: str, budget: Budget) -> Outcome:
    return walks(system, budget) if engine == "simulate" else run(system, engine, budget)


def _recheck(seconds: float | None, system: System, claim: Claim, certificate: Certificate) -> bool | None:
    """By a solver, which is loaded only where there is such a proof; of what nothing happens in, by another one for sums if there is."""
    if not system.actions and len(system.variables) > _MANY:
        static: bool | None = import_module("kmodel.engines.static.decide").again(system, claim, min(_SUMS, seconds or _SUMS))
        return static
    again = import_module("kmodel.engines.smt.recheck").recheck
    found: bool | None = again(system, [system.claims.index(claim)], certificate, min(_RECHECK, seconds or _RECHECK))
    return found


def _contradictions(check: CheckSymbol, found: Sequence[Finding]) -> Iterator[Diagnostic]:
    """What an engine said and the reference semantics did not bear out: never a verdict, and never passed over."""
    for finding in found:
        if isinstance(finding.verdict, Unknown) and finding.verdict.reason.startswith(INTERNAL):
            yield internal_error(check, finding.verdict.reason.removeprefix(INTERNAL))


def internal_error(check: CheckSymbol, reason: str) -> Diagnostic:
    return Diagnostic(
        "internal-error",
        f"kmodel failed on the check `{check.name}`: {reason}",
        check.span,
        help="this is a fault of kmodel, please report it with the spec; `KMODEL_DEBUG=1` shows where it happened",
    )


def _depth(part: Slice, whole: System, check: CheckSymbol, request: Request) -> int | None:
    """The request's depth; else, where every claim of the slice is expected to a depth only, the greatest of them."""
    if request.depth is not None:
        return request.depth
    depths = [expected_of(check, whole.claims[index]).depth for index in part.claims if whole.claims[index].kind != "defined"]
    known = [depth for depth in depths if depth is not None]
    return max(known) if known and len(known) == len(depths) else None
