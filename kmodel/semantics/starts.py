"""In which states a system begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from kmodel.ground.system import Start, State, System
from kmodel.ground.terms import Term, Variable
from kmodel.semantics.evaluate import evaluate


class Unbounded(Exception):
    """The initial states cannot be enumerated, and why: a variable may start at any integer, or there are too many to try."""


def within(variable: Variable, value: int) -> bool:
    """Whether the variable may have this value."""
    if variable.sort == "bool":
        return value in (0, 1)
    return (variable.low is None or variable.low <= value) and (variable.high is None or value <= variable.high)


def initial(system: System, fixed: Mapping[int, int] | None = None, patience: int | None = None) -> Iterator[State]:
    """All initial states, each once, in which the `fixed` variables (by index) have these values.

    Raises `Unbounded`: also where more than `patience` values of variables were tried.
    """
    given = fixed or {}
    order = _order(system)
    constraints = _by_last_variable(system, order)
    if not all(evaluate(term, ()) for term in constraints[0]):
        return
    state = [0] * len(order)
    choices: list[Iterator[int]] = []
    tries = iter(count() if patience is None else range(patience))
    while True:
        if len(choices) == len(order):
            yield _checked(system, tuple(state))
        else:
            choices.append(_tried(_values(order[len(choices)], tuple(state), given), tries))
        while choices and not _advance(state, order, choices, constraints):
            choices.pop()
        if not choices:
            return


def _tried(values: Sequence[int], tries: Iterator[int]) -> Iterator[int]:
    for value in values:
        if next(tries, None) is None:
            raise Unbounded("there are too many ways to begin")
        yield value


def _advance(state: list[int], order: Sequence[Start], choices: Sequence[Iterator[int]], constraints: Sequence[Sequence[Term]]) -> bool:
    """Give the last variable chosen its next value that the constraints allow, if there is one."""
    index = order[len(choices) - 1].variable.index
    for value in choices[-1]:
        state[index] = value
        if all(evaluate(term, tuple(state)) for term in constraints[len(choices)]):
            return True
    return False


def _values(start: Start, state: State, fixed: Mapping[int, int]) -> Sequence[int]:
    """The values a variable may start at, given those that come before it."""
    which = start.variable
    if start.value is not None:
        value = evaluate(start.value, state)
        return (value,) if fixed.get(which.index, value) == value else ()
    if which.index in fixed:
        return (fixed[which.index],)
    if which.sort == "bool":
        return (0, 1)
    if which.low is None or which.high is None:
        raise Unbounded(f"`{which.name}` may start at any integer")
    return range(which.low, which.high + 1)


def _checked(system: System, state: State) -> State:
    for which in system.variables:
        assert within(which, state[which.index]), f"`{which.name}` starts out of its bounds"
    return state


def _order(system: System) -> list[Start]:
    """The starts, each after those its value is computed from."""
    waiting = sorted(system.starts, key=lambda start: not start.variable.rigid)
    assert sorted(start.variable.index for start in waiting) == list(range(len(system.variables))), "each variable starts once"
    known: set[int] = set()
    order: list[Start] = []
    while waiting:
        ready = [start for start in waiting if start.value is None or _reads(start.value) <= known]
        assert ready, "starts depend on each other"
        order += ready
        known |= {start.variable.index for start in ready}
        waiting = [start for start in waiting if start.variable.index not in known]
    return order


def _by_last_variable(system: System, order: Sequence[Start]) -> list[list[Term]]:
    """The initial constraints by how many variables of the order must be known before each can be evaluated."""
    position = {start.variable.index: at for at, start in enumerate(order, 1)}
    placed: list[list[Term]] = [[] for _ in range(len(order) + 1)]
    for term in system.initial:
        placed[max((position[index] for index in _reads(term)), default=0)].append(term)
    return placed


def _reads(term: Term) -> set[int]:
    """The indexes of the variables that a term speaks of."""
    seen: set[Term] = set()
    stack = [term]
    found: set[int] = set()
    while stack:
        part = stack.pop()
        if part in seen:
            continue
        seen.add(part)
        stack.extend(part.arguments)
        if isinstance(part.value, Variable):
            found.add(part.value.index)
    return found


def why_not_initial(system: System, state: State) -> str | None:
    """Why the system does not begin in this state (a state has a value in bounds for each variable); None where it does.

    Decided without enumeration, so of unbounded variables too."""
    wrong = next(_wrong_starts(system.starts, state), None)
    if wrong is not None:
        return wrong
    broken = sum(not evaluate(term, state) for term in system.initial)
    return f"the first state breaks {broken} of the conditions on initial states" if broken else None


def _wrong_starts(starts: Iterable[Start], state: State) -> Iterator[str]:
    for start in starts:
        if start.value is not None:
            right, given = evaluate(start.value, state), state[start.variable.index]
            if right != given:
                yield f"`{start.variable.name}` starts at {right}, not at {given}"
