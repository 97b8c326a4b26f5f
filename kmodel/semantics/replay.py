"""Whether a trace is what it says: a behaviour of the system that ends in the failure of the claim.

Nobody sees a counterexample that this module has not accepted. Everything about a trace is doubted, its very form too.
"""

from __future__ import annotations

from collections.abc import Iterator

from kmodel.ground.system import Claim, Fairness, State, System
from kmodel.records import dataclass
from kmodel.semantics.claims import holds, holds_forever, undefined_claim
from kmodel.semantics.starts import why_not_initial, within
from kmodel.semantics.steps import enabled_in, undefined, why_no_step
from kmodel.verdict.verdict import Trace

STUTTER = -1


@dataclass(frozen=True, slots=True)
class Replay:
    """Reproduced, or why not: `step` k is the k-th step (0: the first state, None: the trace's form or its end)."""

    reproduced: bool
    step: int | None = None
    reason: str | None = None


def replay(system: System, claim: Claim, trace: Trace) -> Replay:
    """Whether the trace begins where the system does, takes only steps of it, and ends in the claim's failure.

    A property's trace must be a lasso on which the formula is false and which is fair to every group of the system.
    """
    malformed = next(_malformed(system, trace), None)
    if malformed is not None:
        return Replay(False, None, malformed)
    start = why_not_initial(system, trace.states[0])
    if start is not None:
        return Replay(False, 0, start)
    for step in range(1, trace.steps + 1):
        wrong = _wrong_step(system, trace, step)
        if wrong is not None:
            return Replay(False, step, wrong)
    unfounded = _unfounded(system, claim, trace)
    return Replay(unfounded is None, None, unfounded)


def _malformed(system: System, trace: Trace) -> Iterator[str]:
    if not trace.states:
        yield "the trace has no states"
        return
    if len(trace.states) != len(trace.actions) + 1:
        yield f"the trace has {len(trace.states)} states and {len(trace.actions)} steps"
    for at, state in enumerate(trace.states):
        if len(state) != len(system.variables):
            yield f"state {at} has {len(state)} values for {len(system.variables)} variables"
            return
        yield from (
            f"in state {at}, `{which.name}` is {state[which.index]}, out of its bounds"
            for which in system.variables
            if not within(which, state[which.index])
        )
    if trace.loop is not None and not 0 <= trace.loop < len(trace.states) - 1:
        yield "the loop does not begin at an earlier state of the trace"
    elif trace.loop is not None and trace.states[-1] != trace.states[trace.loop]:
        yield "the last state is not the one that the loop begins with"


def _wrong_step(system: System, trace: Trace, step: int) -> str | None:
    before, action, after = trace.states[step - 1], trace.actions[step - 1], trace.states[step]
    if action != STUTTER:
        return why_no_step(system, before, action, after)
    if trace.loop is None:
        return "nothing happens in a trace that does not go round"
    return None if before == after else "nothing happens and yet the state changes"


def _unfounded(system: System, claim: Claim, trace: Trace) -> str | None:
    """Why the trace, a behaviour of the system, does not show that the claim fails (a witness: is reached)."""
    if trace.undefined is not None:
        return _unfounded_undefined(system, claim, trace, *trace.undefined)
    if claim.kind == "property":
        return _unfounded_lasso(system, claim, trace)
    if trace.loop is not None:
        return "the trace goes round, but the claim is not a property"
    match claim.kind:
        case "invariant":
            return "the claim holds in the last state" if holds(claim, trace.states[-1]) else None
        case "witness":
            return None if holds(claim, trace.states[-1]) else "the last state is not what the witness describes"
        case "transition":
            if not trace.actions:
                return "the trace has no step"
            return "the claim holds of the last step" if holds(claim, trace.states[-2], trace.states[-1]) else None
        case "defined":
            return "the trace does not say what is undefined"


def _unfounded_undefined(system: System, claim: Claim, trace: Trace, of: str, action: int, hole: int) -> str | None:
    if trace.loop is not None:
        return "a trace that goes round does not end where something is undefined"
    if of == "action":
        if claim.kind != "defined":
            return "an undefined step says nothing of this claim"
        found = (action, hole) in undefined(system, trace.states[-1])
        return None if found else "no step from the last state is undefined as the trace says"
    if of != "claim" or action != 0:
        return "the trace does not say what is undefined"
    if claim.kind == "transition" and not trace.actions:
        return "the trace has no step"
    place = trace.states[-2:] if claim.kind == "transition" else trace.states[-1:]
    return None if hole in undefined_claim(claim, *place) else "the claim is not undefined at the end as the trace says"


def _unfounded_lasso(system: System, claim: Claim, trace: Trace) -> str | None:
    if trace.loop is None:
        return "the trace does not go round"
    assert claim.formula is not None, "a property has a formula"
    if holds_forever(claim.formula, trace.states[:-1], trace.loop):
        return "the property holds of the behaviour"
    unfair = next((group for group in system.fairness if not is_fair(system, group, trace)), None)
    return None if unfair is None else f"the loop is not fair to `{unfair.name}`"


def is_fair(system: System, group: Fairness, trace: Trace) -> bool:
    """Whether the trace's loop takes an action of the group, or need not: somewhere none can be taken (weak), nowhere any (strong)."""
    assert trace.loop is not None
    if any(action in group.actions for action in trace.actions[trace.loop :]):
        return True
    states: tuple[State, ...] = trace.states[trace.loop : -1]
    enabled = enabled_in(system, states)
    open_ = {at for action in group.actions for at in enabled[action]}
    return not open_ if group.kind == "strong" else len(open_) < len(states)
