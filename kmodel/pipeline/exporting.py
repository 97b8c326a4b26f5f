"""A check's ground system for other tools."""

from __future__ import annotations

from dataclasses import replace

from kmodel.exports import Exported, export
from kmodel.ground import Grounding, System, slices
from kmodel.pipeline.decide import instance_of
from kmodel.pipeline.request import Request
from kmodel.pipeline.sound import only_job


def exported(request: Request, form: str) -> Exported:
    """The one check that the request names, in a format: the part that decides its claims, if one part does. Rejected otherwise."""
    job, program = only_job(request, "export")
    return export(_part(Grounding(program, job.check, instance_of(job, program)).system), form, request.depth)


def _part(whole: System) -> System:
    parts = slices(whole)
    return parts[0].system if len(parts) == 1 else replace(whole, symmetric=())
