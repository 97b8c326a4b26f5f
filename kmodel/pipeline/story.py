"""A trace in the spec's own words: what was free at first, then each step with only what it changes."""

from __future__ import annotations

from kmodel.ground import decode, describe, plain, variables_of
from kmodel.ground.cone import Cones, cone_of
from kmodel.ground.system import Action, Claim, Place, State, System
from kmodel.ground.terms import Variable
from kmodel.reports import Change, Event, Story
from kmodel.source import Span
from kmodel.verdict.verdict import Trace


def story(system: System, claim: Claim, trace: Trace) -> Story:
    """The trace (of the whole system) for people."""
    cone = frozenset(system.variables) if claim.kind == "defined" else cone_of(Cones(system), claim)
    events, loop = _events(system, cone, trace)
    return Story(_free(system, cone, trace.states[0]), events, loop, *_ending(system, claim, trace))


def _free(system: System, cone: frozenset[Variable], first: State) -> tuple[tuple[str, str], ...]:
    """The places that could have begun otherwise: unset constants and variables without a default, of what matters to the claim."""
    free = {start.variable for start in system.starts if start.value is None and start.variable in cone}
    chosen = [place for place in system.places if free.intersection(variables_of(place.shape))]
    return tuple((place.label, _text(place, first)) for place in chosen)


def _events(system: System, cone: frozenset[Variable], trace: Trace) -> tuple[tuple[Event, ...], int | None]:
    """What happens to what matters to the claim, and how many events lead to the loop.

    Fair components elsewhere go on meanwhile; their steps are left out, and so are those in which nothing happens, unless nothing
    else does.
    """
    steps = list(zip(trace.actions, trace.states[:-1], trace.states[1:], strict=True))
    head = len(steps) if trace.loop is None else trace.loop
    concerns = [action >= 0 and any(which in cone for which, _ in system.actions[action].updates) for action in trace.actions]
    told = [
        _event(system, system.actions[action], before, after)
        for (action, before, after), here in zip(steps[:head], concerns, strict=False)
        if here
    ]
    if trace.loop is None:
        return tuple(told), None
    round_ = [
        _event(system, system.actions[action], before, after)
        for (action, before, after), here in zip(steps[head:], concerns[head:], strict=True)
        if here
    ]
    return (*told, *(round_ or [Event(None, None, ())])), len(told)


def _event(system: System, action: Action, before: State, after: State) -> Event:
    return Event(_short(action.component), label(action), tuple(_changes(system, before, after)))


def _changes(system: System, before: State, after: State) -> list[Change]:
    texts = ((place, _text(place, before), _text(place, after)) for place in system.places if not place.rigid)
    return [Change(place.label, old, new) for place, old, new in texts if old != new]


def label(action: Action) -> str:
    """`bind(pod1, node2)`."""
    return f"{_short(action.name)}({', '.join(plain(value) for _, value in action.arguments)})"


def _ending(system: System, claim: Claim, trace: Trace) -> tuple[str | None, Span | None]:
    """What is undefined at the end, and where the spec says it."""
    match trace.undefined:
        case None:
            return None, None
        case ("claim", _, which):
            hole = claim.undefined[which]
            return f"here `{_short(claim.name)}` is undefined: {hole.message}", hole.span
        case (_, index, which):
            hole = system.actions[index].undefined[which]
            return f"{label(system.actions[index])} is undefined here: {hole.message}", hole.span


def _short(name: str | None) -> str | None:
    return name.rsplit(".", 1)[-1] if name else name


def _text(place: Place, state: State) -> str:
    return describe(decode(place.shape, state), place.type)
