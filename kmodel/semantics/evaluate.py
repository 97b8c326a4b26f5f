"""What a term's value is: one definition per operation, and nothing else decides it.

Every operation is total, so all arguments are evaluated, each shared term once. Many states are evaluated at a time only because
that is faster; there is one driver for one state and for many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import TypeAlias

from kmodel.ground.system import State
from kmodel.ground.terms import Term, Variable

Definition: TypeAlias = Callable[..., int]


def _read(term: Term, state: State) -> int:
    assert isinstance(term.value, Variable)
    return state[term.value.index]


def _number(term: Term) -> int:
    assert isinstance(term.value, int)
    return term.value


def _selected(index: int, options: tuple[int, ...]) -> int:
    assert 0 <= index < len(options), "an index is within its options by its interval"
    return options[index]


DEFINITIONS: dict[str, Definition] = {
    "true": lambda term, state, after: 1,
    "false": lambda term, state, after: 0,
    "number": lambda term, state, after: _number(term),
    "variable": lambda term, state, after: _read(term, state),
    "primed": lambda term, state, after: _read(term, after),
    "not": lambda term, state, after, a: int(not a),
    "and": lambda term, state, after, *parts: int(all(parts)),
    "or": lambda term, state, after, *parts: int(any(parts)),
    "iff": lambda term, state, after, a, b: int(a == b),
    "equal": lambda term, state, after, a, b: int(a == b),
    "less": lambda term, state, after, a, b: int(a < b),
    "at_most": lambda term, state, after, a, b: int(a <= b),
    "if": lambda term, state, after, condition, a, b: a if condition else b,
    "select": lambda term, state, after, index, *options: _selected(index, options),
    "count": lambda term, state, after, *parts: sum(parts),
    "add": lambda term, state, after, *parts: sum(parts),
    "multiply": lambda term, state, after, a, b: a * b,
    "divide": lambda term, state, after, a, b: a // b if b else 0,
    "modulo": lambda term, state, after, a, b: a % b if b else 0,
}
"""From each operation of `terms.OPERATIONS`: (the term, the state, the state after or None, the arguments' values) to its value."""


def evaluate(term: Term, state: State, after: State | None = None) -> int:
    """The term's value; a bool's is 0 or 1. `after` is the state after the step, for primed variables."""
    return evaluate_all((term,), (state,), None if after is None else (after,))[0][0]


def evaluate_all(terms: Iterable[Term], states: Sequence[State], afters: Sequence[State] | None = None) -> list[list[int]]:
    """For each term, its values in each of the states (`afters[i]` is the state after `states[i]`)."""
    wanted = tuple(terms)
    values: dict[Term, list[int]] = {}
    after: Iterable[State | None] = repeat(None) if afters is None else afters
    for term in _arguments_first(wanted):
        assert term.op != "primed" or afters is not None, "a primed variable needs a state after the step"
        columns = (values[argument] for argument in term.arguments)
        values[term] = list(map(DEFINITIONS[term.op], repeat(term), states, after, *columns))
    return [values[term] for term in wanted]


def _arguments_first(terms: Iterable[Term]) -> Iterable[Term]:
    """The terms and all they are made of, each once and after its arguments. No recursion: terms may be deep."""
    ordered: dict[Term, None] = {}
    stack = list(terms)
    while stack:
        waiting = [argument for argument in stack[-1].arguments if argument not in ordered]
        if waiting:
            stack.extend(waiting)
        else:
            ordered[stack.pop()] = None
    return ordered


def operations(terms: Iterable[Term]) -> int:
    """How many operations it takes to evaluate the terms, each shared one once."""
    return sum(1 for _ in _arguments_first(terms))
