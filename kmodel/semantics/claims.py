"""What a claim says of a state, of a step, and of a behaviour that goes round for ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from kmodel.ground.system import Claim, Formula, State
from kmodel.semantics.evaluate import evaluate, evaluate_all

Truths: TypeAlias = list[bool]


def holds(claim: Claim, state: State, after: State | None = None) -> bool:
    """Whether the claim's term is true of the state, or of the step (a witness: whether it describes the state)."""
    return bool(evaluate(claim.term, state, after))


def undefined_claim(claim: Claim, state: State, after: State | None = None) -> list[int]:
    """Which of the claim's `undefined` conditions hold of the state, or of the step."""
    values = evaluate_all((hole.condition for hole in claim.undefined), (state,), None if after is None else (after,))
    return [index for index, value in enumerate(values) if value[0]]


def holds_forever(formula: Formula, states: Sequence[State], loop: int) -> bool:
    """Whether a formula is true of the behaviour that goes through the states and then round from `states[loop]` for ever."""
    return _truths(formula, states, loop)[0]


def _truths(formula: Formula, states: Sequence[State], loop: int) -> Truths:
    """At each position of the behaviour, whether the formula is true of what follows."""
    if formula.op == "state":
        assert formula.term is not None
        return [bool(value) for value in evaluate_all((formula.term,), states)[0]]
    parts = [_truths(argument, states, loop) for argument in formula.arguments]
    match formula.op:
        case "not":
            return [not value for value in parts[0]]
        case "and":
            return [all(values) for values in zip(*parts, strict=True)]
        case "or":
            return [any(values) for values in zip(*parts, strict=True)]
        case "always":
            return _fixpoint(True, len(states), loop, lambda at, later: parts[0][at] and later)
        case "eventually":
            return _fixpoint(False, len(states), loop, lambda at, later: parts[0][at] or later)
        case "until":
            return _fixpoint(False, len(states), loop, lambda at, later: parts[1][at] or (parts[0][at] and later))


def _fixpoint(start: bool, length: int, loop: int, law: Callable[[int, bool], bool]) -> Truths:
    """The solution of value[i] = law(i, value[next position]) that is nearest to `start` everywhere."""
    values = [start] * length
    while True:
        improved = [law(at, values[at + 1] if at + 1 < length else values[loop]) for at in range(length)]
        if improved == values:
            return values
        values = improved
