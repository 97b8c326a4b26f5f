"""A recorded trace executed again, step by step, on the system as it is now."""

from __future__ import annotations

from typing import Literal

from kmodel.ground.system import Claim, System, Undefined
from kmodel.records import dataclass
from kmodel.semantics import STUTTER, replay, undefined, undefined_claim, why_no_step
from kmodel.verdict import Matched, Recorded, Trace, Unmatched, match


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What became of a recorded trace, or proof (`stands`; else `unreachable` or `spoiled`, likewise).

    `unreachable`: the spec or what it was run on has changed since, and the trace is no longer possible, or no longer shows the failure.
    `spoiled`: nothing has changed, and yet it is not a trace of the system. `step` is where (0: the first state; None: nowhere in
    particular, or at the end), `trace` the trace as far as the system has its states and actions.
    """

    kind: Literal["reproduced", "stands", "unreachable", "spoiled"]
    step: int | None = None
    reason: str | None = None
    trace: Trace | None = None
    claim: int | None = None


def replay_recorded(recorded: Recorded, system: System, fingerprint: str) -> ReplayReport:
    """Whether the system (the whole one of the check that the trace names) still does what the trace says. `fingerprint` is that of
    the texts as they are now."""
    lost: Literal["unreachable", "spoiled"] = "spoiled" if fingerprint == recorded.origin.fingerprint else "unreachable"
    matched = match(recorded, system)
    if isinstance(matched, Unmatched):
        return ReplayReport(lost, matched.step, matched.reason)
    claim = system.claims[matched.claim]
    trace = _trace(recorded, system, claim, matched)
    if isinstance(trace, str):
        return ReplayReport(lost, None, trace, None, matched.claim)
    found = replay(system, claim, trace)
    if found.reproduced:
        return ReplayReport("reproduced", None, None, trace, matched.claim)
    return ReplayReport(lost, found.step, found.reason, trace, matched.claim)


def _trace(recorded: Recorded, system: System, claim: Claim, matched: Matched) -> Trace | str:
    """The trace, with each step by the action that leads on, of those that it may be; or why there is none."""
    actions = [_fitting(system, matched, at) for at in range(len(matched.actions))]
    trace = Trace(matched.states, tuple(actions), recorded.loop)
    ending = recorded.ending
    if ending is None:
        return trace
    places = _holes(system, claim, matched, trace)
    found = next((place for place, hole in places if (hole.code, hole.message) == (ending.code, ending.message)), None)
    if found is None:
        return f"nothing is undefined at the end as the trace says: {ending.message}"
    return Trace(trace.states, trace.actions, trace.loop, found)


def _fitting(system: System, matched: Matched, at: int) -> int:
    meant = matched.actions[at]
    before, after = matched.states[at], matched.states[at + 1]
    leading = (action for action in meant if why_no_step(system, before, action, after) is None)
    return next(leading, meant[0] if meant else STUTTER)


def _holes(system: System, claim: Claim, matched: Matched, trace: Trace) -> list[tuple[tuple[str, int, int], Undefined]]:
    """What is undefined where the trace ends: in the steps that it may mean, or else in the claim."""
    if matched.undefined:
        steps = [(action, hole) for action, hole in undefined(system, trace.states[-1]) if action in matched.undefined]
        return [(("action", action, hole), system.actions[action].undefined[hole]) for action, hole in steps]
    where = trace.states[-2:] if claim.kind == "transition" else trace.states[-1:]
    if claim.kind == "transition" and not trace.actions:
        return []
    return [(("claim", 0, hole), claim.undefined[hole]) for hole in undefined_claim(claim, *where)]
