"""Temporal properties by machine code against interpreted code and the judge: verdicts, counts, and lassos that are the shortest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings

from kmodel.engines import Budget
from kmodel.engines.explicit import explicit
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.orbits import symmetry
from kmodel.ground.system import System
from kmodel.semantics import STUTTER, check_by_exhaustion, initial, replay, successors
from kmodel.verdict.verdict import Outcome, Trace, Violated
from tests.strategies.symmetric import symmetric_systems
from tests.strategies.systems import enumerate_systems, systems

decide = pytest.importorskip("kmodel.engines.explicit.native.decide")

LENGTH = 3
"""All behaviours of so many steps are tried for shorter ones."""


def compiled(made: System) -> Outcome:
    outcome: Outcome | None = decide.decided(made, Budget(), Clock(Budget()))
    assert outcome is not None
    return outcome


def agree(made: System) -> None:
    """Both tiers say what the judge says; each lasso is one, and is told to be the shortest only if all tiers find none shorter."""
    ours, plain, right = compiled(made), explicit(made, Budget()), check_by_exhaustion(made)
    assert ours.effort == plain.effort
    assert ours.vacuous == plain.vacuous
    for claim, verdict, other, expected in zip(made.claims, ours.verdicts, plain.verdicts, right.verdicts, strict=True):
        assert type(verdict) is type(other) is type(expected)
        if isinstance(verdict, Violated) and isinstance(other, Violated):
            assert replay(made, claim, verdict.trace).reproduced
            assert (verdict.shortest, verdict.trace.steps) == (other.shortest, other.trace.steps)


@given(systems(kinds=("property", "invariant")))
def test_random_systems(made: System) -> None:
    agree(made)


def test_some_small_systems() -> None:
    for made in list(enumerate_systems(properties=True))[::6]:
        agree(made)


@pytest.mark.nightly
def test_every_small_system() -> None:
    for made in enumerate_systems(properties=True):
        agree(made)


@settings(max_examples=min(25, settings.default.max_examples))
@given(symmetric_systems(kinds=("property", "invariant")))
def test_orbits(made: System) -> None:
    """One state for each orbit: a lasso is of concrete states all the same."""
    from_orbits = decide.decided(made, Budget(), Clock(Budget()), symmetry(made))
    right = check_by_exhaustion(made)
    for claim, verdict, expected in zip(made.claims, from_orbits.verdicts, right.verdicts, strict=True):
        assert type(verdict) is type(expected)
        assert not isinstance(verdict, Violated) or replay(made, claim, verdict.trace).reproduced


def behaviours(made: System, length: int) -> Iterator[Trace]:
    """All lassos of so many steps."""
    ways = [((start,), ()) for start in initial(made)]
    for _ in range(length):
        ways = [
            ((*states, after), (*actions, action))
            for states, actions in ways
            for action, after in [(STUTTER, states[-1]), *successors(made, states[-1])]
        ]
    for states, actions in ways:
        yield from (Trace(states, actions, loop) for loop in range(length) if states[loop] == states[-1])


@settings(max_examples=min(30, settings.default.max_examples))
@given(systems(kinds=("property",), partial=False, most_actions=3))
def test_no_lasso_is_shorter(made: System) -> None:
    """All short behaviours are tried."""
    made = replace(made, claims=made.claims[:1])
    (verdict,) = compiled(made).verdicts
    if isinstance(verdict, Violated) and verdict.trace.loop is not None:
        assert verdict.shortest
        for length in range(1, min(verdict.trace.steps, LENGTH + 1)):
            assert not any(replay(made, made.claims[0], each).reproduced for each in behaviours(made, length))
