"""Walks by machine code: limits, and that faults planted in the compiled function are noticed beside interpreted code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kmodel.engines import Budget, Simulation, simulate
from kmodel.ground.terms import TRUE, add, less, not_, number, variable
from kmodel.semantics import replay
from tests.engines.explicit.baselines import addresses
from tests.strategies.handmade import action, bool_variable, claim, int_variable, system

walk = pytest.importorskip("kmodel.engines.explicit.native.walk")

MADE = addresses(2, 2, 2, bug=True)
FLAGS = [bool_variable(f"b{at}", at) for at in range(12)]
FAR = int_variable("far", 12, 0, 5)
ON = action("on", less(variable(FAR), number(5)), [(FAR, add(variable(FAR), number(1)))])
WIDE = system(
    [*FLAGS, FAR],
    [*[None] * 12, 0],
    [ON, *(action(f"flip{at}", TRUE, [(flag, not_(variable(flag)))]) for at, flag in enumerate(FLAGS))],
    [claim("invariant", "near", less(variable(FAR), number(4)))],
)


def by(tier: str, monkeypatch: pytest.MonkeyPatch, budget: Budget | None = None, runs: int = 40) -> Simulation:
    monkeypatch.setenv("KMODEL_TIER", tier)
    return simulate(MADE, runs, 30, 5, budget or Budget())


FAULTS = {
    "the last step that is known wins": ("%less = icmp ult i64 %lot, %least", "%less = icmp ule i64 0, %least"),
    "what fails is not told": ("%flagged = icmp slt i64 %result, 0", "%flagged = icmp slt i64 0, 0"),
    "all walks are one": ("%mixed = xor i64 %seed, %own", "%mixed = xor i64 %seed, 0"),
    "the last state of a walk is not kept": ("%long = add i64 %length, 1", "%long = add i64 %length, 0"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = FAULTS[fault]
    right, honest = by("python", monkeypatch), by("native", monkeypatch)
    assert honest == right
    text = walk.walking(walk.program(MADE).packing.words)
    assert before in text
    code = walk.compiling.compiled(text.replace(before, after), ("walk",), walk.compiling.QUICK)
    monkeypatch.setattr(walk, "_code", lambda _: code)
    assert by("native", monkeypatch) != right


def test_limits_end_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    states = by("native", monkeypatch, Budget(states=10), 10**6)
    memory = by("native", monkeypatch, Budget(memory=1000), 10**6)
    assert (states.ended, memory.ended, memory.counted) == ("states", "memory", False)
    for found in (states, memory):
        assert 0 < found.runs < 10**6
        assert any(trace is not None for trace in found.traces)


def test_without_memory_walks_go_on_uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "_MEMORY", 1000)
    found, counted = by("native", monkeypatch), by("python", monkeypatch)
    assert (found.ended, found.counted) == ("walked", False)
    assert replace(found, counted=True, states=counted.states) == counted


def test_where_first_states_are_many_each_walk_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """12 free flags: 4,096 first states are listed; with one more they are not."""
    more = replace(WIDE, starts=(*WIDE.starts[:-1], replace(WIDE.starts[-1], value=None)))
    for made in (WIDE, more):
        found = []
        for tier in ("native", "python"):
            monkeypatch.setenv("KMODEL_TIER", tier)
            found.append(simulate(made, 60, 20, 1, Budget()))
        assert found[0] == found[1]
        (trace,) = found[0].traces
        assert trace is not None
        assert replay(made, made.claims[0], trace).reproduced
