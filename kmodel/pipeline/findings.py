"""What an engine finds of each claim of a check, slice by slice, within the time of the check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from math import inf
from types import ModuleType

from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.explicit.apart import apart
from kmodel.ground import slices
from kmodel.ground.system import Slice, System
from kmodel.pipeline.alarm import within
from kmodel.pipeline.distance import Course
from kmodel.pipeline.expect import expected_of
from kmodel.pipeline.judge import Finding
from kmodel.pipeline.request import Request
from kmodel.pipeline.work import Telling, Work, better, unfinished
from kmodel.records import dataclass
from kmodel.typed.module import CheckSymbol

_SHORT, _OF_ALL = 5.0, 0.3
"""Seconds of a first attempt, where engines may be tried side by side after it; and its share at the most."""

_WORTH_ANOTHER = 2.0
"""How many times as long a second attempt must be able to take as the first one took."""


def findings(system: System, check: CheckSymbol, request: Request, clock: Clock, tell: Telling) -> list[Finding]:
    """What the request's engine finds of each claim, confirmed. Where the clock ends first, unknown, with how far it came."""
    course = Course("claims were told apart")
    try:
        parts = within(clock, partial(slices, system))
    except Stopped:
        return [unfinished(index, course, 0, 0.0) for index in range(len(system.claims))]
    works = [Work(at, part, system, _deepest(part, system, check, request), request) for at, part in enumerate(parts)]
    found = Search(request, clock, tell, works).all()
    return _told_apart(found, parts, clock) if request.verbose else found


def _told_apart(found: list[Finding], parts: Sequence[Slice], clock: Clock) -> list[Finding]:
    """With what tells individuals apart, if there is time for it."""
    try:
        told = within(clock, lambda: [apart(part.system) for part in parts])
    except Stopped:
        return found
    return [replace(finding, apart=told[finding.part]) for finding in found]


@dataclass(slots=True)
class Search:
    """The slices of one system. Each has its share of the time first; what is left then, those that are open."""

    request: Request
    clock: Clock
    tell: Telling
    works: Sequence[Work]

    def all(self) -> list[Finding]:
        """The shares are equal; whoever did not need all of it leaves the rest to those after, and to those that needed more."""
        found: dict[int, list[Finding]] = {}
        open_: dict[Work, float | None] = {}
        for work in self.works:
            share = self._first_share(len(self.works) - work.number)
            found[work.number] = group = self._attempt(work, share)
            if any(work.is_open(each) and (self._races or each.seconds >= (share or inf) / 2) for each in group):
                open_[work] = share
        for at, (work, had) in enumerate(open_.items()):
            found[work.number] = self._again(work, found[work.number], had, self._share(len(open_) - at))
        return [finding for group in found.values() for finding in group]

    @property
    def _races(self) -> bool:
        """Whether engines are tried side by side on what a short attempt leaves open."""
        return self.request.engine == "auto" and self.request.slots > 1

    def _share(self, waiting: int) -> float | None:
        """Seconds of one of so many slices (None: no limit)."""
        left = self.clock.rest()
        return None if left is None else left / waiting

    def _first_share(self, waiting: int) -> float | None:
        share = self._share(waiting)
        return min(_SHORT, (share or inf) * _OF_ALL) if self._races else share

    def _attempt(self, work: Work, seconds: float | None) -> list[Finding]:
        course = Course("other claims were decided" if self.clock.is_over else "an engine was made ready")
        return work.within(Clock.of(seconds), self.request.engine, course, self.tell)

    def _again(self, work: Work, before: list[Finding], had: float | None, share: float | None) -> list[Finding]:
        if self._races:
            module: ModuleType = import_module("kmodel.pipeline.race")  # needed by few checks
            raced: list[Finding] = module.race(work, before, Clock.of(share), self.request.slots, self.tell)
            return raced
        if share is None or had is None or share < _WORTH_ANOTHER * had:
            return before
        return [better(*pair) for pair in zip(before, self._attempt(work, share), strict=True)]


def _deepest(part: Slice, whole: System, check: CheckSymbol, request: Request) -> int | None:
    """The request's depth; else, where every claim of the slice is expected to a depth only, the greatest of them."""
    if request.depth is not None:
        return request.depth
    claims = [whole.claims[index] for index in part.claims]
    depths = [expected_of(check, claim).depth for claim in claims if claim.kind != "defined"]
    known = [depth for depth in depths if depth is not None]
    return max(known) if known and len(known) == len(depths) else None
