"""Machine code and columns against the judge's own exhaustion: the same verdicts, lengths, counts and vacuity."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmodel.engines import Budget
from kmodel.engines.explicit.clock import Clock
from kmodel.ground.system import System
from kmodel.semantics import check_by_exhaustion, replay
from kmodel.verdict.verdict import HoldsToDepth, Outcome, Proved, Unknown, Violated
from tests.differential.test_explicit import assert_same
from tests.strategies.systems import enumerate_systems, systems

KINDS = ("invariant", "transition", "witness", "defined")


@pytest.fixture(scope="module", params=[("llvmlite", "native"), ("numpy", "columns")], ids=lambda param: param[1])
def tier(request: pytest.FixtureRequest) -> ModuleType:
    package, name = request.param
    pytest.importorskip(package)
    return import_module(f"kmodel.engines.explicit.{name}.decide")


def decided(tier: ModuleType, made: System, budget: Budget) -> Outcome:
    outcome = tier.decided(made, budget, Clock(budget))
    assert outcome is not None
    return outcome


def same(tier: ModuleType, made: System) -> None:
    """The outcome is the judge's."""
    ours, right = decided(tier, made, Budget()), check_by_exhaustion(made)
    for index, (verdict, expected) in enumerate(zip(ours.verdicts, right.verdicts, strict=True)):
        assert_same(made, index, verdict, expected)
    if any(isinstance(verdict, Proved) for verdict in ours.verdicts):
        assert ours.vacuous == right.vacuous
        assert replace(ours.effort, engine="") == replace(right.effort, engine="")
    else:
        assert all(idle is None or idle == expected for idle, expected in zip(ours.vacuous, right.vacuous, strict=True))


@given(systems(kinds=KINDS))
def test_random_systems(tier: ModuleType, made: System) -> None:
    same(tier, made)


def test_some_small_systems(tier: ModuleType) -> None:
    for made in list(enumerate_systems())[::6]:
        same(tier, made)


@pytest.mark.nightly
def test_every_small_system(tier: ModuleType) -> None:
    for made in enumerate_systems():
        same(tier, made)


@given(systems(kinds=KINDS), st.integers(0, 4))
def test_to_any_depth(tier: ModuleType, made: System, depth: int) -> None:
    """Within a depth just the failures with so few steps are found."""
    right = check_by_exhaustion(made)
    for claim, verdict, expected in zip(made.claims, decided(tier, made, Budget(depth=depth)).verdicts, right.verdicts, strict=True):
        near = isinstance(expected, Violated) and expected.trace.steps <= depth
        match verdict:
            case Violated(trace=trace):
                assert near
                assert replay(made, claim, trace).reproduced
            case HoldsToDepth(depth=reached):
                assert reached == depth
                assert not near
            case Proved():
                assert verdict == expected
            case Unknown():
                raise AssertionError(verdict)
