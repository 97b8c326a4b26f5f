"""What a system does: which steps a state has, and where a step is undefined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kmodel.ground.system import Action, State, System
from kmodel.semantics.evaluate import evaluate, evaluate_all
from kmodel.semantics.starts import within


def successors(system: System, state: State) -> Iterator[tuple[int, State]]:
    """Each step from a state: the action's index, and the state after it. A step that is undefined is not taken."""
    for _, action, after in image(system, (state,)):
        yield action, after


def image(system: System, states: Sequence[State]) -> Iterator[tuple[int, int, State]]:
    """Each step from each of the states: (the state's position, the action's index, the state after it), action by action."""
    for index, enabled in enumerate(enabled_in(system, states)):
        action = system.actions[index]
        befores = [states[at] for at in enabled]
        values = zip(*evaluate_all((term for _, term in action.updates), befores), strict=True) if action.updates else [()] * len(befores)
        for at, before, row in zip(enabled, befores, values, strict=True):
            yield at, index, _updated(action, before, row)


def enabled_in(system: System, states: Sequence[State]) -> list[list[int]]:
    """For each action, the positions of the states in which it can be taken: its guard holds and it is not undefined."""
    terms = [term for action in system.actions for term in (action.guard, *(undefined.condition for undefined in action.undefined))]
    columns = iter(evaluate_all(terms, states))
    found: list[list[int]] = []
    for action in system.actions:
        guard = next(columns)
        holes = [next(columns) for _ in action.undefined]
        found.append([at for at, open_ in enumerate(guard) if open_ and not any(hole[at] for hole in holes)])
    return found


def _updated(action: Action, before: State, row: tuple[int, ...]) -> State:
    after = list(before)
    for (which, _), value in zip(action.updates, row, strict=True):
        assert within(which, value), f"`{action.label}` takes `{which.name}` out of its bounds and is not undefined"
        after[which.index] = value
    return tuple(after)


def undefined(system: System, state: State) -> list[tuple[int, int]]:
    """The undefined steps of a state: (the action's index, the index in its `undefined`)."""
    return [(action, hole) for action, hole, value in _holes(system, (state,)) if value[0]]


def undefined_in(system: System, states: Sequence[State]) -> list[bool]:
    """Of each state, whether some step is undefined there."""
    found = [False] * len(states)
    for _, _, values in _holes(system, states):
        found = [before or bool(value) for before, value in zip(found, values, strict=True)]
    return found


def _holes(system: System, states: Sequence[State]) -> Iterator[tuple[int, int, list[int]]]:
    """Each undefined condition of each action with its values in the states."""
    places = [(at, hole) for at, action in enumerate(system.actions) for hole in range(len(action.undefined))]
    columns = evaluate_all((system.actions[at].undefined[hole].condition for at, hole in places), states)
    for (at, hole), values in zip(places, columns, strict=True):
        yield at, hole, values


def why_no_step(system: System, before: State, index: int, after: State) -> str | None:
    """Why the action does not lead from one state to the other; None where it does."""
    if not 0 <= index < len(system.actions):
        return f"there is no action {index}"
    action = system.actions[index]
    if not evaluate(action.guard, before):
        return f"`{action.label}` is not enabled"
    for hole in action.undefined:
        if evaluate(hole.condition, before):
            return f"`{action.label}` is undefined there: {hole.message}"
    right = _updated(action, before, tuple(evaluate(term, before) for _, term in action.updates))
    for which in system.variables:
        if right[which.index] != after[which.index]:
            return f"`{action.label}` takes `{which.name}` to {right[which.index]}, not to {after[which.index]}"
    return None
