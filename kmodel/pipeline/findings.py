"""What an engine finds of each claim of a check, slice by slice, within the time of the check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from time import perf_counter

from kmodel.confirm import confirm
from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.engine import Budget, Progress
from kmodel.engines.run import run
from kmodel.ground import slices
from kmodel.ground.system import Claim, Slice, System
from kmodel.pipeline.alarm import within
from kmodel.pipeline.distance import Course
from kmodel.pipeline.expect import expected_of
from kmodel.pipeline.judge import Finding
from kmodel.pipeline.random_walks import walks
from kmodel.pipeline.request import Request
from kmodel.typed.module import CheckSymbol
from kmodel.verdict import Certificate, Effort, HoldsToDepth, Outcome, Unknown

_RECHECK = 60.0
_SUMS = 10.0
_MANY = 24
_FOR_THE_ENGINE = 0.9
"""Of a slice's time: the rest is for looking at the finding again."""

_WORTH_ANOTHER = 2.0
"""How many times as long a second attempt must be able to take as the first one took."""

Telling = Callable[[Progress], None]


def findings(system: System, check: CheckSymbol, request: Request, clock: Clock, tell: Telling) -> list[Finding]:
    """What the request's engine finds of each claim, confirmed. Where the clock ends first, unknown, with how far it came."""
    course = Course("claims were told apart")
    try:
        parts = within(clock, partial(slices, system))
    except Stopped:
        return [_unfinished(index, course, 0, 0.0) for index in range(len(system.claims))]
    return Search(system, check, request, clock, tell, parts).all()


def _unfinished(index: int, course: Course, part: int, spent: float) -> Finding:
    engine = course.progress.engine if course.progress is not None else ""
    return Finding(index, Unknown(course.stopped), None, Effort(engine), part, spent)


@dataclass(slots=True)
class Search:
    """The slices of one system. Each has its share of the time first; what is left then, those that are open."""

    whole: System
    check: CheckSymbol
    request: Request
    clock: Clock
    tell: Telling
    parts: Sequence[Slice]

    def all(self) -> list[Finding]:
        """The shares are equal; whoever did not need all of it leaves the rest to those after, and to those that needed more."""
        found: dict[int, list[Finding]] = {}
        cut_short: dict[int, float] = {}
        for number in range(len(self.parts)):
            share = self._share(len(self.parts) - number)
            found[number] = self._within(number, share)
            if share is not None and any(_is_open(each) and each.seconds >= share / 2 for each in found[number]):
                cut_short[number] = share
        for at, (number, had) in enumerate(cut_short.items()):
            share = self._share(len(cut_short) - at)
            if share is not None and share > _WORTH_ANOTHER * had:
                found[number] = [_better(*pair) for pair in zip(found[number], self._within(number, share), strict=True)]
        return [finding for group in found.values() for finding in group]

    def _share(self, waiting: int) -> float | None:
        """Seconds of one of so many slices (None: no limit)."""
        left = self.clock.rest()
        return None if left is None else left / waiting

    def _within(self, number: int, seconds: float | None) -> list[Finding]:
        began = perf_counter()
        course = Course("other claims were decided" if self.clock.is_over else "an engine was made ready")
        clock = Clock.of(seconds)
        try:
            return within(clock, partial(self._part, number, clock, course))
        except Stopped:
            return [_unfinished(index, course, number, perf_counter() - began) for index in self.parts[number].claims]

    def _part(self, number: int, clock: Clock, course: Course) -> list[Finding]:
        """One slice, run and confirmed."""
        began = perf_counter()
        part = self.parts[number]
        outcome = _run(part.system, self.request.engine, self._budget(part, clock, course))
        course.begin("what was found was looked at again")
        outcome = confirm(part, self.whole, outcome, partial(_recheck, clock))
        spent = perf_counter() - began
        return [
            Finding(index, verdict, vacuous, outcome.effort, number, spent)
            for index, verdict, vacuous in zip(part.claims, outcome.verdicts, outcome.vacuous, strict=True)
        ]

    def _budget(self, part: Slice, clock: Clock, course: Course) -> Budget:
        request, left = self.request, clock.rest()

        def report(progress: Progress) -> None:
            course.doing, course.progress = "an engine searched", progress
            self.tell(progress)

        return Budget(
            depth=self._deepest(part),
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

    def _deepest(self, part: Slice) -> int | None:
        """The request's depth; else, where every claim of the slice is expected to a depth only, the greatest of them."""
        if self.request.depth is not None:
            return self.request.depth
        claims = [self.whole.claims[index] for index in part.claims]
        depths = [expected_of(self.check, claim).depth for claim in claims if claim.kind != "defined"]
        known = [depth for depth in depths if depth is not None]
        return max(known) if known and len(known) == len(depths) else None


def _is_open(finding: Finding) -> bool:
    return isinstance(finding.verdict, Unknown | HoldsToDepth)


def _better(old: Finding, new: Finding) -> Finding:
    return new if _is_open(old) and _depth(new) >= _depth(old) else old


def _depth(finding: Finding) -> int:
    """How deep the finding is known to reach; one that is decided needs to reach no further."""
    match finding.verdict:
        case HoldsToDepth(depth=depth):
            return depth
        case Unknown(depth=depth):
            return -1 if depth is None else depth
        case _:
            return 1 << 30


def _run(system: System, engine: str, budget: Budget) -> Outcome:
    return walks(system, budget) if engine == "simulate" else run(system, engine, budget)


def _recheck(clock: Clock, system: System, claim: Claim, certificate: Certificate) -> bool | None:
    """By a solver, which is loaded only where there is such a proof; of what nothing happens in, by another one for sums if there is."""
    left = clock.rest()
    if not system.actions and len(system.variables) > _MANY:
        static: bool | None = import_module("kmodel.engines.static.decide").again(system, claim, min(_SUMS, left or _SUMS))
        return static
    again = import_module("kmodel.engines.smt.recheck").recheck
    found: bool | None = again(system, [system.claims.index(claim)], certificate, min(_RECHECK, left or _RECHECK))
    return found
