"""One state for each orbit against all states: verdicts, shortest lengths, counts, vacuity and what a proof keeps agree exactly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from kmodel.confirm.certificates import Rechecked, recheck_states
from kmodel.engines import Budget
from kmodel.engines.explicit import explicit
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.decide import outcome_of
from kmodel.engines.explicit.orbits import Symmetry, symmetry, wider
from kmodel.engines.explicit.search import search
from kmodel.ground.symmetry import symmetric_groups
from kmodel.ground.system import System
from kmodel.ground.terms import Term, Variable, number, truth
from kmodel.semantics import check_by_exhaustion, replay
from kmodel.verdict.verdict import Exhaustion, Outcome, Proved, Verdict, Violated
from tests.strategies.symmetric import symmetric_systems


def same(made: System, ours: Outcome) -> None:
    """The outcome with symmetry is the judge's on all states."""
    right = check_by_exhaustion(made)
    for index, (verdict, expected) in enumerate(zip(ours.verdicts, right.verdicts, strict=True)):
        assert_same(made, index, verdict, expected)
    if any(isinstance(verdict, Proved) for verdict in ours.verdicts):
        assert ours.vacuous == right.vacuous
        assert replace(ours.effort, engine="", orbits=None) == replace(right.effort, engine="")


def assert_same(made: System, index: int, verdict: Verdict, expected: Verdict) -> None:
    if isinstance(expected, Violated):
        assert isinstance(verdict, Violated)
        assert replay(made, made.claims[index], verdict.trace).reproduced
        if expected.trace.loop is None:
            assert (verdict.shortest, verdict.trace.steps) == (True, expected.trace.steps)
        return
    assert verdict == expected
    assert getattr(verdict.certificate, "reachable", None) == getattr(expected.certificate, "reachable", None)  # type: ignore[union-attr]


@given(symmetric_systems())
def test_random_systems(made: System) -> None:
    same(made, explicit(made, Budget()))


@settings(max_examples=min(25, settings.default.max_examples))
@given(symmetric_systems())
def test_random_systems_in_machine_code(made: System) -> None:
    native = pytest.importorskip("kmodel.engines.explicit.native.decide")
    found = native.decided(made, Budget(), Clock(Budget()), symmetry(made))
    assert found is not None
    same(made, found)


@st.composite
def unlike_at_first(draw: st.DrawFn) -> tuple[System, Symmetry]:
    """Systems whose individuals do the same from different first states, and the permutations that only then are some."""
    made = draw(symmetric_systems(kinds=("invariant", "transition", "witness", "defined")))
    values = {which: draw(st.integers(which.low or 0, 1 if which.high is None else which.high)) for which in made.variables}
    starts = [replace(each, value=_value(each.variable, values[each.variable])) if draw(st.booleans()) else each for each in made.starts]
    made = replace(made, starts=tuple(starts), symmetric=())
    made = replace(made, symmetric=symmetric_groups(made))
    found = wider(made, symmetry(made))
    assume(found is not None)
    assert found is not None
    return made, found


def _value(which: Variable, value: int) -> Term:
    return truth(bool(value)) if which.sort == "bool" else number(value)


def same_but_for_counts(made: System, ours: Outcome) -> None:
    """Verdicts, shortest lengths and vacuity are the judge's on all states; what was looked at is no more."""
    right = check_by_exhaustion(made)
    for index, (verdict, expected) in enumerate(zip(ours.verdicts, right.verdicts, strict=True)):
        assert type(verdict) is type(expected)
        if isinstance(expected, Violated):
            assert_same(made, index, verdict, expected)
        if isinstance(verdict, Proved):
            assert isinstance(verdict.certificate, Exhaustion)
            claims = [at for at, each in enumerate(ours.verdicts) if isinstance(each, Proved)]
            again = recheck_states(made, claims, verdict.certificate, verdict.certificate.reachable or frozenset())
            assert all(isinstance(each, Rechecked) for each in again.values())
    if any(isinstance(verdict, Proved) for verdict in ours.verdicts):
        assert ours.vacuous == right.vacuous
        assert ours.effort.orbits is not None
        assert right.effort.states is not None
        event(f"spared: {ours.effort.orbits.states < right.effort.states}")
        assert ours.effort.orbits.states <= right.effort.states
        assert ours.effort.states is None


@given(unlike_at_first())
def test_individuals_that_differ_only_at_first(found: tuple[System, Symmetry]) -> None:
    made, wide = found
    budget = Budget()
    run = search(made, budget, Clock(budget), wide)
    same_but_for_counts(made, outcome_of(run, budget, Clock(budget)))


@settings(max_examples=min(25, settings.default.max_examples))
@given(unlike_at_first())
def test_individuals_that_differ_only_at_first_in_machine_code(found: tuple[System, Symmetry]) -> None:
    native = pytest.importorskip("kmodel.engines.explicit.native.decide")
    made, wide = found
    ours = native.decided(made, Budget(), Clock(Budget()), wide)
    assert ours is not None
    same_but_for_counts(made, ours)


@settings(max_examples=min(15, settings.default.max_examples))
@given(symmetric_systems(linked=True))
def test_random_systems_whose_individuals_refer_to_each_other(made: System) -> None:
    native = pytest.importorskip("kmodel.engines.explicit.native.decide")
    same(made, explicit(made, Budget()))
    same(made, native.decided(made, Budget(), Clock(Budget()), symmetry(made)))


@settings(max_examples=min(30, settings.default.max_examples))
@given(symmetric_systems(kinds=("property", "invariant")))
def test_random_properties(made: System) -> None:
    same(made, explicit(made, Budget()))
