"""Random walks by machine code are those by interpreted code, step by step; and what is left of a failing walk is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmodel.engines import Budget, Simulation, simulate
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.dice import dice
from kmodel.engines.explicit.layout import layout
from kmodel.engines.explicit.shrink import Shrinking
from kmodel.engines.explicit.walking import Walks, beginning, looking, walker
from kmodel.ground.system import System
from kmodel.semantics import replay
from tests.strategies.systems import systems

KINDS = ("invariant", "transition", "witness", "defined")
Walk = Callable[[System, int, int, int], Simulation]


@pytest.fixture(scope="module")
def tiers() -> Iterator[tuple[Walk, Walk]]:
    pytest.importorskip("llvmlite")
    with pytest.MonkeyPatch.context() as patch:

        def by(tier: str) -> Walk:
            def walked(made: System, runs: int, depth: int, seed: int) -> Simulation:
                patch.setenv("KMODEL_TIER", tier)
                return simulate(made, runs, depth, seed, Budget())

            return walked

        yield by("native"), by("python")


@given(systems(kinds=KINDS), st.integers(0, 12), st.integers(0, 12), st.integers(-3, 1 << 70))
def test_the_same_walks(tiers: tuple[Walk, Walk], made: System, runs: int, depth: int, seed: int) -> None:
    """All that is told of them: steps by action, states, ends, failures and their traces."""
    native, plain = tiers
    found = native(made, runs, depth, seed)
    assert found == plain(made, runs, depth, seed)
    for claim, trace in zip(made.claims, found.traces, strict=True):
        assert trace is None or replay(made, claim, trace).reproduced


@given(systems(kinds=KINDS), st.integers(0, 99))
def test_no_step_can_be_left_out(made: System, seed: int) -> None:
    """Of a walk that was made short: without any one action it meets no failure of the claim."""
    walks = Walks(made, layout(made), 25, seed, [], [True] * len(made.claims), [True] * len(made.claims))
    begin, one, look = beginning(walks, Clock(Budget())), walker(walks, None), looking(walks)
    for number in range(4):
        start = begin(number) if walks.listed != [] else None
        if start is not None:
            look(*one(start, number)[:2])
    shrinking = Shrinking(made, walks.form)
    for claim, failing in walks.found.items():
        short = shrinking.shrunk(claim, failing)
        assert len(short.taken) <= len(failing.taken)
        assert shrinking.failure(claim, short.path[-1]) == short.finding
        for at in range(len(short.taken)):
            assert shrinking.walked(claim, short.path[0], [*short.taken[:at], *short.taken[at + 1 :]]) is None


def test_all_steps_are_as_likely() -> None:
    """Chi-squared over 20,000 throws of ten actions: below the 99.9 % point of nine degrees of freedom. In any order the same is chosen."""
    options = [(action, action) for action in (0, 1, 2, 3, 7, 64, 65, 1000, 4095, 65535)]
    thrown, again = dice(1, 2), dice(1, 2)
    counts = dict.fromkeys((action for action, _ in options), 0)
    for _ in range(20_000):
        action, _ = thrown.step(options)
        assert again.step(options[::-1]) == (action, action)
        counts[action] += 1
    assert sum((count - 2000) ** 2 / 2000 for count in counts.values()) < 27.9


def test_all_starts_are_as_likely() -> None:
    counts = [0] * 7
    for walk in range(14_000):
        counts[dice(3, walk).start(7)] += 1
    assert sum((count - 2000) ** 2 / 2000 for count in counts) < 22.5
