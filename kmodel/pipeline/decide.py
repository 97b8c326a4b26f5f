"""One check decided: grounded, cut into slices, each run and confirmed, and every claim judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from time import perf_counter

from kmodel.confirm import confirm
from kmodel.engines.engine import Budget, Progress
from kmodel.engines.run import run
from kmodel.ground import Grounding, slices
from kmodel.ground.system import Claim, Slice, System
from kmodel.manifests import Instance, read
from kmodel.pipeline.files import shown
from kmodel.pipeline.jobs import Job
from kmodel.pipeline.judge import Finding, believed, depth, engines, generated, proof, seconds, standing, states, word, worst
from kmodel.pipeline.overrides import DEFINED, expectation
from kmodel.pipeline.reasons import reasons
from kmodel.pipeline.request import Request
from kmodel.pipeline.save import save
from kmodel.pipeline.story import story
from kmodel.reports import Expected, Result
from kmodel.source import Diagnostic, Rejected
from kmodel.typed import Program
from kmodel.typed.module import CheckSymbol
from kmodel.verdict.verdict import Violated


@dataclass(frozen=True, slots=True)
class Decided:
    """The results of one check, and what is wrong with it."""

    results: tuple[Result, ...]
    diagnostics: tuple[Diagnostic, ...]


def decide(job: Job, program: Program, request: Request, report: Reporter) -> Decided:
    """Every claim of the check; a check that cannot be grounded has an error for each."""
    instance = instance_of(job, program)
    try:
        grounding = Grounding(program, job.check, instance)
    except Rejected as rejected:
        return Decided(tuple(_errors(job.check, program)), rejected.diagnostics)
    budget = Budget(seconds=request.seconds, depth=request.depth, seed=request.seed, report=report)
    findings = [finding for number, part in enumerate(slices(grounding.system)) for finding in _part(number, part, grounding.system, request, budget, job.check)]
    return Decided(tuple(_results(job.check, program, grounding, findings, request)), instance.diagnostics if instance else ())
