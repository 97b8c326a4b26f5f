"""Counterexamples written to files: their names and contents depend on nothing but the spec and what was asked."""

from __future__ import annotations

import json

from kmodel.ground.system import System
from kmodel.pipeline.files import write
from kmodel.pipeline.jobs import Job
from kmodel.pipeline.origins import origin
from kmodel.pipeline.request import Request
from kmodel.typed import Program
from kmodel.verdict import Trace, to_itf


def saved(system: System, job: Job, program: Program, index: int, trace: Trace, request: Request) -> str | None:
    """Writes the trace against the claim (by index) where the request says; the path of the file."""
    if request.save is None:
        return None
    claim = system.claims[index]
    path = request.save / f"{job.check.module}--{job.check.short}--{claim.name.rsplit('.', 1)[-1]}.itf.json"
    text = json.dumps(to_itf(system, claim, trace, origin(program, job, request)), indent=1, ensure_ascii=False)
    write(path, text + "\n")
    return path.as_posix()
