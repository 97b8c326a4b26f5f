"""One state for each orbit against all states: verdicts, shortest lengths, counts, vacuity and what a proof keeps agree exactly."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from kmodel.engines import Budget
from kmodel.engines.explicit import explicit
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.orbits import symmetry
from kmodel.ground.system import System
from kmodel.semantics import check_by_exhaustion, replay
from kmodel.verdict.verdict import Outcome, Proved, Verdict, Violated
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


@settings(max_examples=min(30, settings.default.max_examples))
@given(symmetric_systems(kinds=("property", "invariant")))
def test_random_properties(made: System) -> None:
    same(made, explicit(made, Budget()))
