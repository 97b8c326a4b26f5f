"""A recorded trace in the terms of a system, which may be that of a changed spec."""

from __future__ import annotations

from collections.abc import Mapping

from kmodel.ground.decode import encode
from kmodel.ground.system import Place, State, System
from kmodel.ground.terms import Variable
from kmodel.records import dataclass
from kmodel.verdict.itf import hidden_variables, places_by_label, texts
from kmodel.verdict.recorded import Recorded, Step
from kmodel.verdict.written import Json, Strange, read, read_number


@dataclass(frozen=True, slots=True)
class Matched:
    """`actions[i]` are the system's actions that the i-th step may mean (more than one where only a body's choice tells them apart),
    empty where nothing happens; `undefined` those of the undefined step. `claims` are the indexes of the claim (and of its like)."""

    claim: int
    states: tuple[State, ...]
    actions: tuple[tuple[int, ...], ...]
    undefined: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What the trace speaks of is not in the system; `step` k is the state after k steps, or None: nowhere in particular."""

    step: int | None
    reason: str


def match(recorded: Recorded, system: System) -> Matched | Unmatched:
    """The trace's claim, states and actions as the system's."""
    labelled = places_by_label(system)
    strange = _unknown(recorded, system, labelled)
    if strange is not None:
        return Unmatched(None, strange)
    claim = _claim(recorded, system)
    if claim is None:
        of = f" for {', '.join(f'{name} = {value}' for name, value in recorded.binding)}" if recorded.binding else ""
        return Unmatched(None, f"the check no longer has the {recorded.kind} `{shown(recorded.claim + of)}`")
    states: list[State] = []
    for at, (values, hidden) in enumerate(zip(recorded.states, recorded.hidden, strict=True)):
        try:
            states.append(_state(system, labelled, values, hidden))
        except Strange as strange_value:
            return Unmatched(at, str(strange_value))
    return _with_actions(recorded, system, claim, tuple(states))


def shown(text: str) -> str:
    """A file's text as it may be shown: what no terminal should be told is escaped."""
    return text if text.isprintable() else ascii(text)[1:-1]


def _claim(recorded: Recorded, system: System) -> int | None:
    wanted = (recorded.claim, recorded.kind, dict(recorded.binding))
    return next((at for at, claim in enumerate(system.claims) if (claim.name, claim.kind, texts(claim.binding)) == wanted), None)


def _unknown(recorded: Recorded, system: System, labelled: Mapping[str, Place]) -> str | None:
    """A variable that only one of the trace and the spec knows."""
    hidden = {which.name for which in hidden_variables(system)}
    for label in recorded.labels:
        if label not in labelled:
            return f"the trace speaks of `{shown(label)}`, which the spec no longer has"
    for label in labelled:
        if label not in recorded.labels:
            return f"the spec now has `{label}`, of which the trace does not speak"
    for name in sorted(name for state in recorded.hidden for name in hidden ^ state.keys()):
        known, unknown = ("spec", "trace") if name in hidden else ("trace", "spec")
        return f"the {known} counts `{shown(name)}`, and the {unknown} does not"
    return None


def _state(system: System, labelled: Mapping[str, Place], written: Mapping[str, Json], hidden: Mapping[str, Json]) -> State:
    values: dict[int, int] = {}
    for label, place in labelled.items():
        try:
            found = encode(place.shape, read(place.shape, written[label], place.type))
        except Strange as strange:
            raise Strange(f"`{label}`: {strange}") from None
        if found is None:
            raise Strange(f"`{label}` cannot have the value that the trace gives it")
        values |= {which.index: value for which, value in found.items()}
    for which in hidden_variables(system):
        values[which.index] = _number(which, hidden[which.name])
    return tuple(values[which.index] for which in system.variables)


def _number(which: Variable, written: Json) -> int:
    try:
        return read_number(written)
    except Strange as strange:
        raise Strange(f"`{which.name}`: {strange}") from None


def _with_actions(recorded: Recorded, system: System, claim: int, states: tuple[State, ...]) -> Matched | Unmatched:
    actions: list[tuple[int, ...]] = []
    for at, step in enumerate(recorded.steps, 1):
        found = () if step is None else _meant(system, step)
        if step is not None and not found:
            return Unmatched(at, f"there is no action `{shown(str(step))}` any more")
        actions.append(found)
    ending = recorded.ending.step if recorded.ending is not None else None
    undefined = () if ending is None else _meant(system, ending)
    if ending is not None and not undefined:
        return Unmatched(len(states), f"there is no action `{shown(str(ending))}` any more")
    return Matched(claim, states, tuple(actions), undefined)


def _meant(system: System, step: Step) -> tuple[int, ...]:
    wanted = dict(step.arguments)
    return tuple(at for at, action in enumerate(system.actions) if action.name == step.action and texts(action.arguments) == wanted)
