"""Several engines side by side on one slice, each in a process of its own: the first that decides is believed, the others are ended."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from kmodel.engines.deadline import Clock
from kmodel.engines.engine import Progress
from kmodel.engines.run import rivals
from kmodel.ground.packed import pack, unpack
from kmodel.pipeline.distance import Course
from kmodel.pipeline.judge import Finding
from kmodel.pipeline.pool import apart
from kmodel.pipeline.work import INTERNAL, Telling, Work, better, is_internal
from kmodel.records import dataclass
from kmodel.verdict.verdict import Exhaustion, Proved, Unknown, Violated

_IN_A_PROCESS = 0.95
"""Of the time: whoever is not done then tells how far it came, before its process is ended."""


@dataclass(frozen=True, slots=True)
class Runner:
    """What each process does: one of the engines on the slice, until the clock ends, in `slots` processes at once."""

    work: Work
    engines: Sequence[str]
    clock: Clock
    slots: int

    def __call__(self, number: int) -> bytes:
        waiting = len(self.engines) - number
        clock = self.clock.part(_IN_A_PROCESS * min(1.0, self.slots / waiting))
        found = self._work.within(clock, self.engines[number], Course("an engine was made ready"), _silent)
        return pack([_portable(each) for each in found], self.work.part.system.variables)

    @property
    def _work(self) -> Work:
        """With no more threads than the slice would have alone."""
        request = self.work.request
        return replace(self.work, request=replace(request, threads=max(1, (request.threads or 1) // self.slots)))


def race(work: Work, before: list[Finding], clock: Clock, slots: int, tell: Telling) -> list[Finding]:
    """What is known of each claim when all are decided, or the clock ends; `before` is what was known at first."""
    engines = rivals(work.part.system)
    tell(Progress(" | ".join(engines)))
    best, died = before, []
    with closing(apart(Runner(work, engines, clock, slots), len(engines), slots, clock)) as done:
        for number, data in done:
            if data is None:
                died.append(engines[number])
                continue
            found = unpack(data, work.part.system.variables)
            best = [_joined(*pair) for pair in zip(best, found, strict=True)]
            if not any(_goes_on(work, each) for each in best):
                break
    return [_mourning(each, died) for each in best]


def _goes_on(work: Work, finding: Finding) -> bool:
    """Whether another engine could tell more: also where there is a trace that may not be a shortest one."""
    verdict = finding.verdict
    if is_internal(verdict):
        return False
    return work.is_open(finding) or (isinstance(verdict, Violated) and not verdict.shortest and verdict.trace.loop is None)


def _joined(old: Finding, new: Finding) -> Finding:
    """A proof and a trace of the same claim are a fault of kmodel, and what is one stays one."""
    verdicts = (old.verdict, new.verdict)
    if any(map(is_internal, verdicts)):
        return old if is_internal(old.verdict) else new
    if any(isinstance(each, Proved) for each in verdicts) and any(isinstance(each, Violated) for each in verdicts):
        return replace(old, verdict=Unknown(f"{INTERNAL}`{old.effort.engine}` and `{new.effort.engine}` contradict each other"))
    return better(old, new)


def _mourning(finding: Finding, died: Sequence[str]) -> Finding:
    """Where nothing is known, what might have been."""
    verdict = finding.verdict
    if not died or not isinstance(verdict, Unknown) or is_internal(verdict):
        return finding
    names = ", ".join(f"`{engine}`" for engine in died)
    return replace(finding, verdict=replace(verdict, reason=f"{verdict.reason}; killed, perhaps for want of memory: {names}"))


def _portable(finding: Finding) -> Finding:
    """Without the states that a certificate keeps: they have been looked at again, and are too many to send."""
    verdict = finding.verdict
    if isinstance(verdict, Proved) and isinstance(verdict.certificate, Exhaustion):
        return replace(finding, verdict=replace(verdict, certificate=replace(verdict.certificate, reachable=None, found=None)))
    return finding


def _silent(_: Progress) -> None:
    return None
