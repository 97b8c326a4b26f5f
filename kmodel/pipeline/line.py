"""The line as one function."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter

from kmodel import __version__
from kmodel.engines.engine import Progress
from kmodel.manifests import Documents, Instance, read
from kmodel.pipeline.baseline import read_baseline
from kmodel.pipeline.decide import Decided, decide, internal_error
from kmodel.pipeline.distance import far
from kmodel.pipeline.executors import remote
from kmodel.pipeline.files import find
from kmodel.pipeline.ignores import accept, annotated
from kmodel.pipeline.jobs import Job, Plan, linked, plan
from kmodel.pipeline.pool import processors, spread, workers
from kmodel.pipeline.request import Request, Stage, Watch, no_text, unwatched
from kmodel.pipeline.results import errors, unknowns
from kmodel.reports import Read, Report, Unmodelled
from kmodel.source import Diagnostic, Rejected
from kmodel.typed import Program


def check(request: Request, watch: Watch = unwatched) -> Report:
    """Reads what the request names, runs every check of it, and reports."""
    began = perf_counter()
    baseline = read_baseline(request.baseline) if request.baseline is not None else None
    inputs = find(request.paths)
    specs = linked(inputs)
    planned = plan(inputs, specs, request)
    decided, interrupted = _decide_all(planned, specs.program, request, watch)
    found = [decided[number] for number in sorted(decided)]
    read_, not_modelled = _coverage(planned.jobs, specs.program)
    ignores, unexplained = annotated(planned.documents)
    report = Report(
        version=__version__,
        read=replace(read_, specs=len(inputs.specs), checks=len(planned.jobs)),
        results=tuple(result for each in found for result in each.results),
        assumed=_shared([each.results[0].assumed for each in found if each.results]),
        skipped=planned.skipped,
        remarks=planned.remarks,
        manifests=tuple(dict.fromkeys(source.name for each in planned.documents for source in each.sources)),
        not_modelled=not_modelled,
        diagnostics=_once(
            [
                *inputs.diagnostics,
                *specs.diagnostics,
                *planned.diagnostics,
                *unexplained,
                *(fault for each in found for fault in each.diagnostics),
            ]
        ),
        strict=request.strict,
        interrupted=interrupted,
        seconds=perf_counter() - began,
    )
    return accept(report, (*ignores, *request.ignores), baseline)


def _decide_all(planned: Plan, program: Program, request: Request, watch: Watch) -> tuple[dict[int, Decided], bool]:
    """What each job came to, by its number; and whether the run was interrupted."""
    jobs = planned.jobs
    decided: dict[int, Decided] = {}
    last: list[Stage] = []

    def noted(stage: Stage) -> None:
        last[:] = [stage]
        watch(stage)

    try:
        for number, done in _spread(jobs, program, request, noted):
            decided[number] = done if done is not None else _died(jobs[number], program)
            watch(Stage(len(decided), len(jobs), jobs[number].check.name))
    except KeyboardInterrupt:
        under_way = [stage for stage in last if stage.done not in decided]
        return decided | {stage.done: _interrupted(jobs[stage.done], program, stage) for stage in under_way}, True
    return decided, False


def _interrupted(job: Job, program: Program, stage: Stage) -> Decided:
    """What is known of a check in which an engine was at work: how far that was."""
    return Decided(unknowns(job.check, program, f"interrupted while {stage.doing.removeprefix(job.check.name).strip()}"), ())


def _spread(jobs: tuple[Job, ...], program: Program, request: Request, watch: Watch) -> Iterator[tuple[int, Decided | None]]:
    """Here, in processes of this machine, or on the executor that the request names."""
    if request.executor is not None:
        return remote(request.executor, partial(_guarded, jobs, program, replace(request, stdin=no_text), unwatched), len(jobs))
    processes = workers(len(jobs), request.jobs)
    request = replace(request, slots=max(1, (request.jobs or processors()) // processes))
    if processes == 1 and request.threads is None:
        request = replace(request, threads=processors())
    return spread(partial(_guarded, jobs, program, request, watch if processes == 1 else unwatched), len(jobs), processes)


def _guarded(jobs: tuple[Job, ...], program: Program, request: Request, watch: Watch, number: int) -> Decided:
    """A fault of kmodel itself in one check must not lose the findings of the others; it is never a verdict."""
    job = jobs[number]
    try:
        return decide(job, program, request, partial(_tell, watch, number, len(jobs), job.check.name))
    except Rejected as rejected:
        return Decided(errors(job.check, program, "the check could not be finished"), rejected.diagnostics)
    except Exception as error:
        if os.environ.get("KMODEL_DEBUG"):
            raise
        return _internal(job, program, f"{type(error).__name__}: {error}")


def _tell(watch: Watch, number: int, total: int, name: str, progress: Progress) -> None:
    watch(Stage(number, total, f"{name}  {progress.engine}: {far(progress)}"))


def _died(job: Job, program: Program) -> Decided:
    return _internal(job, program, "its process was killed, perhaps for want of memory")


def _internal(job: Job, program: Program, reason: str) -> Decided:
    return Decided(errors(job.check, program, "kmodel failed"), (internal_error(job.check, reason),))


def _coverage(jobs: Sequence[Job], program: Program) -> tuple[Read, tuple[Unmodelled, ...]]:
    """How much of the objects the checks read, all together: per set of objects, what no check of them reads."""
    instances = [
        _read_by([job for job in jobs if job.cluster == cluster], program) for cluster in dict.fromkeys(job.cluster for job in jobs)
    ]
    unmodelled = {Unmodelled(item.kind, item.path, item.objects) for instance in instances for item in instance.not_modelled}
    counts = Read(objects=sum(each.objects for each in instances), modelled=sum(each.modelled for each in instances))
    return counts, tuple(sorted(unmodelled, key=lambda item: (item.kind, item.field or "", item.objects)))


def _read_by(jobs: Sequence[Job], program: Program) -> Instance:
    """What all these jobs, which are about the same objects, read of them."""
    active = frozenset().union(*(job.check.active for job in jobs))
    sizes = {entity: size for job in jobs for entity, size in job.sizes.items()}
    return read(jobs[0].documents or Documents((), ()), program, active, sizes)


def _shared(assumed: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The sentences that are so of every check."""
    first = assumed[0] if assumed else ()
    return tuple(sentence for sentence in first if all(sentence in each for each in assumed))


def _once(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(dict.fromkeys(diagnostics))
