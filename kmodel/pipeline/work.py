"""A slice of a system to be decided by an engine, in some time, and confirmed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib import import_module
from time import perf_counter
from typing import TYPE_CHECKING

from kmodel.confirm import confirm
from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.engine import Budget, Progress
from kmodel.engines.joined import strength, stronger
from kmodel.engines.run import is_closed, run
from kmodel.ground.system import Claim, Slice, System
from kmodel.pipeline.alarm import within
from kmodel.pipeline.distance import Course
from kmodel.pipeline.judge import Finding
from kmodel.pipeline.request import Request
from kmodel.records import dataclass
from kmodel.verdict import Certificate, Effort, HoldsToDepth, Outcome, Unknown, Verdict

if TYPE_CHECKING:
    from kmodel.engines.static.transfer import Answers

_RECHECK = 60.0
_SUMS = 10.0
_MANY = 24
_FOR_THE_ENGINE = 0.9
"""Of a slice's time: the rest is for looking at the finding again."""

INTERNAL = "internal: "
"""What the reason begins with where an engine said what the reference semantics does not bear out."""

Telling = Callable[[Progress], None]


def unfinished(index: int, course: Course, part: int, spent: float) -> Finding:
    engine = course.progress.engine if course.progress is not None else ""
    return Finding(index, Unknown(course.stopped), None, Effort(engine), part, spent)


def better(old: Finding, new: Finding) -> Finding:
    """What both findings of one claim tell together."""
    verdict = stronger(old.verdict, new.verdict)
    from_ = new if strength(new.verdict) > strength(old.verdict) or verdict is new.verdict else old
    return replace(from_, verdict=verdict, vacuous=from_.vacuous if from_.vacuous is not None else old.vacuous)


def is_internal(verdict: Verdict) -> bool:
    return isinstance(verdict, Unknown) and verdict.reason.startswith(INTERNAL)


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """A slice to be decided, `number` of the `whole`, to the `depth` that is asked for."""

    number: int
    part: Slice
    whole: System
    depth: int | None
    request: Request

    def within(self, clock: Clock, engine: str, course: Course, tell: Telling) -> list[Finding]:
        """What the engine finds, confirmed; where the clock ends first, how far it came."""
        began = perf_counter()
        plain: dict[int, Finding] = {}
        try:
            return within(clock, partial(self._decided, clock, engine, course, tell, plain))
        except Stopped:
            spent = perf_counter() - began
            return [plain.get(index) or unfinished(index, course, self.number, spent) for index in self.part.claims]

    def _decided(self, clock: Clock, engine: str, course: Course, tell: Telling, plain: dict[int, Finding]) -> list[Finding]:
        """Puts what needs no confirmation in `plain`, before the rest is looked at again."""
        began = perf_counter()
        outcome = run(self.part.system, engine, self._budget(clock, course, tell))
        found = self._findings(outcome, perf_counter() - began)
        plain.update((each.index, each) for each in found if isinstance(each.verdict, HoldsToDepth | Unknown))
        course.begin("what was found was looked at again")
        outcome = confirm(self.part, self.whole, outcome, Recheck(clock))
        return self._findings(outcome, perf_counter() - began)

    def _findings(self, outcome: Outcome, spent: float) -> list[Finding]:
        return [
            Finding(index, verdict, vacuous, outcome.effort, self.number, spent)
            for index, verdict, vacuous in zip(self.part.claims, outcome.verdicts, outcome.vacuous, strict=True)
        ]

    def _budget(self, clock: Clock, course: Course, tell: Telling) -> Budget:
        request, left = self.request, clock.rest()

        def report(progress: Progress) -> None:
            course.doing, course.progress = "an engine searched", progress
            tell(progress)

        return Budget(
            depth=self.depth,
            seconds=None if left is None else left * _FOR_THE_ENGINE,
            states=request.states,
            memory=request.memory,
            threads=request.threads or 1,
            seed=request.seed,
            solver=request.solver,
            symmetry=request.symmetry,
            partial_order=request.partial_order,
            report=report,
        )

    def is_open(self, finding: Finding) -> bool:
        """Whether more time could tell more."""
        return not is_closed(finding.verdict, self.depth)


@dataclass(slots=True)
class Recheck:
    """By a solver, which is loaded only where there is such a proof; of what nothing happens in, by another one for sums if there is.
    What that one finds out for one claim may tell of the next."""

    clock: Clock
    answers: Answers | None = None

    def __call__(self, system: System, claim: Claim, certificate: Certificate) -> bool | None:
        left = self.clock.rest()
        if not system.actions and len(system.variables) > _MANY:
            decide = import_module("kmodel.engines.static.decide")
            if self.answers is None or self.answers.system is not system:
                self.answers = decide.no_answers(system)
            static: bool | None = decide.again(self.answers, claim, min(_SUMS, left or _SUMS))
            return static
        again = import_module("kmodel.engines.smt.recheck").recheck
        found: bool | None = again(system, [system.claims.index(claim)], certificate, min(_RECHECK, left or _RECHECK))
        return found
