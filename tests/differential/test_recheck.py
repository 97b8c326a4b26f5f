"""Invariants looked at again, against all states one by one: what is no invariant is refuted, what is one is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from kmodel.engines.smt.recheck import recheck
from kmodel.ground.system import Claim, State, System
from kmodel.ground.terms import Term, Variable, and_, equal, not_, number, or_, variable
from kmodel.semantics import evaluate, holds, initial, successors, undefined_claim, undefined_in
from kmodel.verdict.verdict import Invariant
from tests.strategies.handmade import claim
from tests.strategies.systems import systems
from tests.strategies.terms import bool_terms

KINDS = ("invariant", "transition", "witness", "defined")


def proves(made: System, lemmas: Sequence[Term], told: Claim) -> bool:
    """As the reference semantics has it: the lemmas hold at first, each step from where they hold keeps them, and the claim holds there.
    Values that never change are those of some first state."""
    first = list(initial(made))
    still = still_in(made)
    begun = {tuple(state[at] for at in still) for state in first}
    held = [state for state in everywhere(made) if true_of(lemmas, state) and tuple(state[at] for at in still) in begun]
    steps = [(state, after) for state in held for _, after in successors(made, state)]
    kept = all(true_of(lemmas, state) for state in (*first, *(after for _, after in steps)))
    return kept and not any(
        fails(made, told, *pair) for pair in (steps if told.kind == "transition" else [(state, None) for state in held])
    )


def everywhere(made: System) -> list[State]:
    ranges = [range(which.low or 0, (1 if which.high is None else which.high) + 1) for which in made.variables]
    return [tuple(values) for values in product(*ranges)]


def still_in(made: System) -> list[int]:
    written = {which for action in made.actions for which, value in action.updates if value.value is not which}
    return [which.index for which in made.variables if which not in written]


def true_of(lemmas: Sequence[Term], state: State) -> bool:
    return all(evaluate(lemma, state) for lemma in lemmas)


def fails(made: System, told: Claim, state: State, after: State | None) -> bool:
    if told.kind == "defined":
        return undefined_in(made, [state])[0]
    return bool(undefined_claim(told, state, after)) or holds(told, state, after) == (told.kind == "witness")


@st.composite
def arguments(draw: st.DrawFn) -> tuple[System, list[Term]]:
    """A system, with a claim that follows from anything, and lemmas: terms and excluded parts of states, mostly made to hold at first."""
    made = draw(systems(kinds=KINDS))
    made = replace(made, claims=(*made.claims, claim("invariant", "nothing")))
    first = or_(*(_is(made, state, made.variables) for state in initial(made)))
    lemmas = draw(st.lists(bool_terms(made.variables, 2) | _excluded(made), min_size=1, max_size=4))
    return made, [or_(lemma, first) if draw(st.integers(0, 5)) else lemma for lemma in lemmas]


@st.composite
def _excluded(draw: st.DrawFn, made: System) -> Term:
    state = draw(st.sampled_from(everywhere(made)))
    return not_(_is(made, state, draw(st.lists(st.sampled_from(made.variables), min_size=1, unique=True))))


def _is(made: System, state: State, variables: Sequence[Variable]) -> Term:
    return and_(*(_has(which, state[which.index]) for which in variables))


def _has(which: Variable, value: int) -> Term:
    if which.sort == "int":
        return equal(variable(which), number(value))
    return variable(which) if value else not_(variable(which))


@settings(max_examples=3 * settings.default.max_examples)
@given(arguments())
def test_invariants_are_believed_where_they_are_invariants(argument: tuple[System, list[Term]]) -> None:
    made, lemmas = argument
    for at, each in enumerate(made.claims):
        assert recheck(made, [at], Invariant(tuple(lemmas))) is proves(made, lemmas, each)
