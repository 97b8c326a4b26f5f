"""The explicit engine against the judge's own exhaustion: verdicts, shortest lengths, counts and vacuity agree exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmodel.engines import Budget
from kmodel.engines.explicit import explicit
from kmodel.engines.explicit.express import Writer
from kmodel.engines.explicit.generate import compiled, label
from kmodel.engines.explicit.layout import layout
from kmodel.engines.explicit.steps import Steps
from kmodel.ground.system import System
from kmodel.ground.terms import Term, and_, less, number, subtract
from kmodel.semantics import check_by_exhaustion, evaluate, initial, replay, successors
from kmodel.verdict.verdict import Exhaustion, HoldsToDepth, Outcome, Proved, Trace, Unknown, Verdict, Violated
from tests.strategies.handmade import bool_variable, int_variable, system
from tests.strategies.systems import enumerate_systems, systems
from tests.strategies.terms import bool_terms, int_terms


def same(made: System) -> Outcome:
    """The engine's outcome, found to be the judge's."""
    ours, right = explicit(made, Budget()), check_by_exhaustion(made)
    for index, (verdict, expected) in enumerate(zip(ours.verdicts, right.verdicts, strict=True)):
        assert_same(made, index, verdict, expected)
    if any(isinstance(verdict, Proved) for verdict in ours.verdicts):
        assert ours.vacuous == right.vacuous
        assert replace(ours.effort, engine="") == replace(right.effort, engine="")
    else:
        assert all(idle is None or idle == expected for idle, expected in zip(ours.vacuous, right.vacuous, strict=True))
    return ours


def assert_same(made: System, index: int, verdict: Verdict, expected: Verdict) -> None:
    if isinstance(verdict, Violated):
        assert isinstance(expected, Violated)
        assert replay(made, made.claims[index], verdict.trace).reproduced
        assert (verdict.trace.loop is None) == (expected.trace.loop is None)
        if verdict.trace.loop is None:
            assert (verdict.shortest, verdict.trace.steps) == (True, expected.trace.steps)
        return
    assert isinstance(verdict, Proved)
    assert verdict == expected
    assert isinstance(expected, Proved)
    assert verdict.certificate == expected.certificate
    assert getattr(verdict.certificate, "reachable", None) == getattr(expected.certificate, "reachable", None)


@given(systems(kinds=("invariant", "transition", "witness", "defined")))
def test_random_systems(made: System) -> None:
    same(made)


@given(systems(kinds=("property",)))
def test_random_properties(made: System) -> None:
    same(made)


@pytest.mark.parametrize("properties", [False, True])
def test_every_small_system(properties: bool) -> None:
    for made in enumerate_systems(properties=properties):
        same(made)


@given(systems(), st.integers(0, 4))
def test_to_any_depth(made: System, depth: int) -> None:
    """Within a depth just the failures with so few steps are found."""
    right = check_by_exhaustion(made)
    for claim, verdict, expected in zip(made.claims, explicit(made, Budget(depth=depth)).verdicts, right.verdicts, strict=True):
        near = isinstance(expected, Violated) and expected.trace.loop is None and expected.trace.steps <= depth
        match verdict:
            case Violated(trace=trace):
                assert replay(made, claim, trace).reproduced
                assert near or trace.loop is not None
            case HoldsToDepth(depth=reached):
                assert reached == depth
                assert not near
            case Proved():
                assert verdict == expected
            case Unknown():
                raise AssertionError(verdict)


@given(systems(), st.integers(0, 12))
def test_a_limit_on_states_never_gives_a_wrong_verdict(made: System, states: int) -> None:
    right = check_by_exhaustion(made)
    for claim, verdict, expected in zip(made.claims, explicit(made, Budget(states=states)).verdicts, right.verdicts, strict=True):
        match verdict:
            case Violated(trace=trace):
                assert replay(made, claim, trace).reproduced
            case Unknown(depth=depth):
                failed = isinstance(expected, Violated) and expected.trace.loop is None
                assert not failed or depth is None or (isinstance(expected, Violated) and expected.trace.steps > depth)
            case Proved(certificate=Exhaustion(commuting=True, states=fewer)):
                # Too many states for all orders of steps, and few enough for one order of those that commute.
                assert isinstance(expected, Proved)
                assert isinstance(expected.certificate, Exhaustion)
                assert fewer <= expected.certificate.states
            case Proved():
                assert verdict == expected
            case HoldsToDepth():
                raise AssertionError(verdict)


# ---- no lasso is missed


def lassos(made: System, longest: int) -> Iterator[Trace]:
    """Every lasso of at most so many steps."""
    paths: list[tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]] = [((state,), ()) for state in initial(made)]
    for _ in range(longest):
        paths = [
            ((*states, after), (*actions, action))
            for states, actions in paths
            for action, after in [*successors(made, states[-1]), (-1, states[-1])]
        ]
        for states, actions in paths:
            for loop, state in enumerate(states[:-1]):
                if state == states[-1]:
                    yield Trace(states, actions, loop)


@given(systems(kinds=("property",), most_actions=2, partial=False))
def test_where_a_property_is_proved_no_short_lasso_refutes_it(made: System) -> None:
    if isinstance(explicit(made, Budget()).verdicts[0], Proved):
        assert not any(replay(made, made.claims[0], trace).reproduced for trace in lassos(made, 3))


# ---- terms

VARIABLES = [int_variable("x", 0, -2, 1), bool_variable("b", 1), int_variable("y", 2, 3, 9), bool_variable("c", 3)]
STATES = [(x, b, y, c) for x in range(-2, 2) for b in (0, 1) for y in (3, 4, 9) for c in (0, 1)]


@given(bool_terms(VARIABLES, 4))
def test_generated_tests_mean_what_the_judge_says(term: Term) -> None:
    form = layout(system(VARIABLES, [0, 0, 3, 0], [], []))
    values = compiled(label((term,), form), "label")(map(form.encode, STATES))
    assert values == [evaluate(term, state) for state in STATES]


@given(int_terms(VARIABLES, 4))
def test_generated_numbers_mean_what_the_judge_says(term: Term) -> None:
    """Each is compared with its value in each state: a number is at most itself and no less."""
    form = layout(system(VARIABLES, [0, 0, 3, 0], [], []))
    text = Writer(form, {}, {}).value(term)
    count = compiled(f"def count(s):\n    return {text}\n", "count")
    for state in STATES:
        value = count(form.encode(state))
        assert value == evaluate(term, state)
        exact = and_(less(subtract(term, number(1)), number(value)), less(number(value - 1), term))
        assert compiled(label((exact,), form), "label")([form.encode(state)]) == [1]


@given(systems(kinds=("transition",), most_actions=2), st.data())
def test_claims_about_steps_keep_their_meaning_for_an_action(made: System, data: st.DataObject) -> None:
    term = data.draw(bool_terms(made.variables, 3, after=True))
    steps = Steps()
    for state in explored(made):
        for at, after in successors(made, state):
            assert evaluate(steps.after(term, made.actions[at]), state, after) == evaluate(term, state, after)


def explored(made: System) -> list[tuple[int, ...]]:
    states = list(initial(made))
    for state in states[:20]:
        states += [after for _, after in successors(made, state) if after not in states]
    return states
