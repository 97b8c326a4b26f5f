"""A trace in the spec's own words: what was free at first, then each step with only what it changes."""

from __future__ import annotations

from kmodel.ground import decode, describe, plain, variables_of
from kmodel.ground.system import Action, Claim, Place, State, System
from kmodel.reports import Change, Event, Story
from kmodel.verdict.verdict import Trace


def story(system: System, claim: Claim, trace: Trace) -> Story:
    """The trace (of the whole system) for people."""
    return Story(_free(system, trace.states[0]), _events(system, trace), trace.loop, _ending(system, claim, trace))


def _free(system: System, first: State) -> tuple[tuple[str, str], ...]:
    """The places that could have begun otherwise: unset constants and variables without a default."""
    free = {start.variable for start in system.starts if start.value is None}
    chosen = [place for place in system.places if free.intersection(variables_of(place.shape))]
    return tuple((place.label, _text(place, first)) for place in chosen)


def _events(system: System, trace: Trace) -> tuple[Event, ...]:
    steps = zip(trace.actions, trace.states[:-1], trace.states[1:], strict=True)
    return tuple(_event(system, system.actions[action] if action >= 0 else None, before, after) for action, before, after in steps)


def _event(system: System, action: Action | None, before: State, after: State) -> Event:
    changes = tuple(_changes(system, before, after))
    return Event(None, None, changes) if action is None else Event(_short(action.component), label(action), changes)


def _changes(system: System, before: State, after: State) -> list[Change]:
    texts = ((place, _text(place, before), _text(place, after)) for place in system.places if not place.rigid)
    return [Change(place.label, old, new) for place, old, new in texts if old != new]


def label(action: Action) -> str:
    """`bind(pod1, node2)`."""
    return f"{_short(action.name)}({', '.join(plain(value) for _, value in action.arguments)})"


def _ending(system: System, claim: Claim, trace: Trace) -> str | None:
    match trace.undefined:
        case None:
            return None
        case ("claim", _, which):
            return f"here `{_short(claim.name)}` is undefined: {claim.undefined[which].message}"
        case (_, index, which):
            action = system.actions[index]
            return f"{label(action)} is undefined here: {action.undefined[which].message}"


def _short(name: str | None) -> str | None:
    return name.rsplit(".", 1)[-1] if name else name


def _text(place: Place, state: State) -> str:
    return describe(decode(place.shape, state), place.type)
