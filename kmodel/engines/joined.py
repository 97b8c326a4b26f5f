"""Outcomes of several engines, or about parts of a system's claims, as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kmodel.ground.system import System
from kmodel.verdict.verdict import HoldsToDepth, Induction, Outcome, Proved, Unknown, Verdict, Violated


def about(system: System, claims: Sequence[int]) -> System:
    """The system with these of its claims."""
    return replace(system, claims=tuple(system.claims[at] for at in claims))


def side_by_side(parts: Sequence[tuple[Sequence[int], Outcome]], claims: int) -> Outcome:
    """The outcomes about different claims (indexes into the whole's), as one about all of them."""
    verdicts: list[Verdict] = [Unknown("no engine was asked")] * claims
    vacuous: list[bool | None] = [None] * claims
    for which, outcome in parts:
        for at, verdict, idle in zip(which, outcome.verdicts, outcome.vacuous, strict=True):
            verdicts[at], vacuous[at] = renamed(verdict, which), idle
    deepest = max((outcome.effort.depth or 0 for _, outcome in parts), default=0)
    return Outcome(tuple(verdicts), tuple(vacuous), replace(parts[0][1].effort, depth=deepest))


def join(first: Outcome, second: Outcome, claims: Sequence[int]) -> Outcome:
    """The outcome with what a second engine says of some of its claims, wherever that is stronger.

    The effort is that of the first engine that decided anything; its name, those of all whose verdicts stand."""
    verdicts, vacuous, engines = list(first.verdicts), list(first.vacuous), list(first.engines)
    for at, verdict, idle in zip(claims, second.verdicts, second.vacuous, strict=True):
        if strength(verdict) > strength(verdicts[at]):
            engines[at] = second.effort.engine
        verdicts[at] = stronger(verdicts[at], renamed(verdict, claims))
        vacuous[at] = idle if vacuous[at] is None else vacuous[at]
    decided = any(not isinstance(verdict, Unknown) for verdict in first.verdicts)
    helped = any(not isinstance(verdict, Unknown) for verdict in second.verdicts)
    effort = first.effort if decided or not helped else second.effort
    return Outcome(tuple(verdicts), tuple(vacuous), replace(effort, engine=", ".join(dict.fromkeys(engines))), tuple(engines))


def stronger(first: Verdict, second: Verdict) -> Verdict:
    """The stronger of two verdicts. What holds to a depth holds to the depth that another engine got to without a finding; a trace that is
    just longer than that is a shortest one."""
    if isinstance(first, Violated) and isinstance(second, Violated):
        return min(first, second, key=lambda each: (not each.shortest, each.trace.steps))
    best, other = (second, first) if strength(second) > strength(first) else (first, second)
    reached = other.depth if isinstance(other, Unknown | HoldsToDepth) else None
    if isinstance(best, HoldsToDepth):
        return HoldsToDepth(max(best.depth, -1 if reached is None else reached))
    if isinstance(best, Violated) and isinstance(other, HoldsToDepth) and other.depth >= best.trace.steps - 1:
        return replace(best, shortest=True)
    return best


def strength(verdict: Verdict) -> tuple[int, int]:
    match verdict:
        case Proved() | Violated():
            return 2, 0
        case HoldsToDepth(depth=depth):
            return 1, depth
        case Unknown(depth=depth):
            return 0, -1 if depth is None else depth


def renamed(verdict: Verdict, claims: Sequence[int]) -> Verdict:
    """A verdict about a part's claims as one about the whole's: `claims[i]` is the part's i-th."""
    if isinstance(verdict, Proved) and isinstance(verdict.certificate, Induction):
        together = tuple(claims[at] for at in verdict.certificate.together)
        return replace(verdict, certificate=replace(verdict.certificate, together=together))
    return verdict
