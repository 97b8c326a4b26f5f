"""The checks that a request names, for commands that need all of them to be sound."""

from __future__ import annotations

from kmodel.pipeline.files import find
from kmodel.pipeline.jobs import Job, plan, wanted
from kmodel.pipeline.request import Request
from kmodel.pipeline.specs import link
from kmodel.source import Diagnostic, Rejected
from kmodel.typed import Program


def sound_jobs(request: Request, verb: str) -> tuple[tuple[Job, ...], Program]:
    """At least one check to do something with. Rejected where anything is wrong with what the request names."""
    inputs = find(request.paths)
    specs = link(wanted(inputs))
    planned = plan(inputs, specs, request)
    bad = (*inputs.diagnostics, *specs.diagnostics, *planned.diagnostics)
    if bad:
        raise Rejected(bad)
    if not planned.jobs:
        raise Rejected([Diagnostic("no-check", f"there is no check to {verb}", help="write a check with a `scope`")])
    return planned.jobs, specs.program


def only_job(request: Request, verb: str) -> tuple[Job, Program]:
    """The only one."""
    jobs, program = sound_jobs(request, verb)
    if len(jobs) > 1:
        names = ", ".join(f"`{job.check.short}`" for job in jobs)
        raise Rejected([Diagnostic("several-checks", f"there are several checks to {verb}: {names}", help="choose one: `--check NAME`")])
    return jobs[0], program
