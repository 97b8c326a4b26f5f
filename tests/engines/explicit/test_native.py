"""Machine code: wide states, growing tables, threads, limits, and code that is kept."""

from __future__ import annotations

from ctypes import CFUNCTYPE, c_uint64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmodel.engines import Budget
from kmodel.engines.explicit.clock import Clock
from kmodel.ground.system import System
from kmodel.ground.terms import OPERATIONS, add, less, multiply, number, variable
from kmodel.verdict.verdict import Exhaustion, HoldsToDepth, Proved, Unknown, Violated
from tests.engines.explicit.baselines import addresses, rollout, scheduler
from tests.strategies.handmade import action, claim, defined, int_variable, system, undefined
from tests.strategies.systems import systems
from tests.strategies.wide import widened

pytest.importorskip("llvmlite")
cache = pytest.importorskip("kmodel.engines.explicit.native.cache")
compiling = pytest.importorskip("kmodel.engines.explicit.native.compile")
lower = pytest.importorskip("kmodel.engines.explicit.native.lower")
packing = pytest.importorskip("kmodel.engines.explicit.native.packing")
searching = pytest.importorskip("kmodel.engines.explicit.native.search")
spaces = pytest.importorskip("kmodel.engines.explicit.native.space")
tier = pytest.importorskip("kmodel.engines.explicit.native.decide")


def searched(made: System, *, indexed: bool = False, threads: int = 1, **budget: int) -> searching.Native:
    limits = Budget(**budget)
    return searching.search(searching.program(made, indexed), limits, Clock(limits), threads)


def counts(run: searching.Native) -> tuple[int, int, int]:
    assert run.end == "exhausted"
    return run.states, run.generated, run.levels


KINDS = ("invariant", "transition", "witness", "defined")


@settings(max_examples=25)
@given(systems(kinds=KINDS), st.integers(1, 4))
def test_wide_states_change_nothing(made: System, words: int) -> None:
    narrow, wide = (tier.decided(each, Budget(), Clock(Budget())) for each in (made, widened(made, words)))
    assert narrow.effort == wide.effort
    assert narrow.vacuous == wide.vacuous
    for one, other in zip(narrow.verdicts, wide.verdicts, strict=True):
        assert type(one) is type(other)
        if isinstance(one, Violated):
            assert (one.trace.actions, one.trace.undefined) == (other.trace.actions, other.trace.undefined)


@pytest.mark.parametrize("indexed", [False, True])
def test_counts_while_the_table_grows(indexed: bool) -> None:
    assert counts(searched(addresses(2, 2, 4), indexed=indexed)) == (52_637, 240_325, 17)
    assert counts(searched(rollout(3, 2, 1, 6, 1, 1), indexed=indexed)) == (13_564, 61_731, 18)
    assert counts(searched(scheduler(3, 5, 2, 3, 1), indexed=indexed)) == (40_272, 404_749, 17)


def test_a_wide_table_grows() -> None:
    assert counts(searched(widened(addresses(2, 2, 4), 3))) == (52_637, 240_325, 17)


@pytest.mark.parametrize(("more", "words", "most"), [(0, 1, 40), (3, 4, 64)])
def test_what_a_state_takes(more: int, words: int, most: int) -> None:
    """Bytes of a state of up to 64 bits, and of up to 256, with its parent and its part of the table."""
    run = searched(widened(addresses(3, 2, 4), more) if more else addresses(3, 2, 4))
    assert (run.space.packing.words, run.states) == (words, 1_293_749)
    assert 8 * words + 4 < run.space.used / run.states <= most


def test_an_indexed_table_knows_each_state() -> None:
    space = searched(addresses(2, 2, 3), indexed=True).space
    assert [space.find(space.state(index)) for index in range(space.states)] == list(range(1, space.states + 1))


def test_ways_lead_from_first_states_step_by_step() -> None:
    run = searched(addresses(2, 2, 3))
    way = run.space.way(run.states - 1)
    assert len(way) == run.levels
    assert way[0] == 0


@pytest.mark.parametrize("threads", [2, 3])
@pytest.mark.parametrize("indexed", [False, True])
def test_threads_find_the_same_states(threads: int, indexed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_WORTH_THREADS", 100)
    run = searched(addresses(2, 2, 4), indexed=indexed, threads=threads)
    assert run.threaded
    assert counts(run) == (52_637, 240_325, 17)
    assert run.counts == searched(addresses(2, 2, 4)).counts
    assert len({run.space.state(index) for index in range(run.states)}) == run.states
    assert all(run.space.parent(index) is None or run.space.parent(index) < index for index in range(run.states))
    if indexed:
        assert all(run.space.find(run.space.state(index)) == index + 1 for index in range(0, run.states, 7))


def test_threads_find_a_trace_that_does_not_depend_on_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "_WORTH_THREADS", 10)
    made = addresses(2, 2, 3, bug=True)
    one, two = (tier.decided(made, budget, Clock(budget)) for budget in (Budget(), Budget(threads=2)))
    assert one.verdicts == two.verdicts
    assert any(isinstance(verdict, Violated) for verdict in one.verdicts)


# ---- limits


def verdicts(made: System, budget: Budget) -> list[object]:
    return list(tier.decided(made, budget, Clock(budget)).verdicts)


def test_out_of_memory_is_a_verdict() -> None:
    (verdict, *_) = verdicts(addresses(2, 2, 4), Budget(memory=600_000))
    assert isinstance(verdict, Unknown)
    assert verdict.reason.startswith("out of memory after ")
    assert verdict.depth is not None
    assert verdict.depth > 3


def test_a_limit_on_states_tells_how_far_it_got() -> None:
    (verdict, *_) = verdicts(addresses(2, 2, 4), Budget(states=10_000))
    assert isinstance(verdict, Unknown)
    assert verdict.reason.startswith("stopped after ")


def test_no_time_at_all() -> None:
    (verdict, *_) = verdicts(addresses(2, 2, 4), Budget(seconds=0.0))
    assert isinstance(verdict, Unknown)
    assert verdict.reason.startswith("out of time")


def test_to_a_depth() -> None:
    assert HoldsToDepth(3) in verdicts(addresses(2, 2, 4), Budget(depth=3))


# ---- what does not fit


def test_numbers_that_are_too_large_are_left_to_others() -> None:
    x = int_variable("x", 0, 0, 1 << 62)
    assert packing.packing(system([x], [0], [], [])) is None
    y = int_variable("y", 0, 0, 1 << 40)
    product = variable(y)
    for _ in range(2):
        product = add(product, product)
    square = claim("invariant", "small", less(multiply(product, product), number(1 << 80)))
    assert searching.program(system([y], [0], [], [square])) is None


def test_every_operator_has_a_rule() -> None:
    assert set(lower.RULES) == set(OPERATIONS)


def test_a_state_of_zeros_is_a_state() -> None:
    x = int_variable("x", 0, 0, 3)
    made = system([x], [0], [action("up", less(variable(x), number(3)), [(x, add(variable(x), number(1)))])], [defined()])
    assert counts(searched(made)) == (4, 4, 4)


def test_many_actions_are_in_several_functions() -> None:
    x = int_variable("x", 0, 0, 299)
    ups = [action(f"to{at}", less(variable(x), number(at)), [(x, number(at))]) for at in range(1, 300)]
    made = system([x], [0], ups, [defined(), claim("invariant", "small", less(variable(x), number(300)))])
    assert counts(searched(made)) == (300, 1 + 299 * 300 // 2, 2)


def test_more_claims_than_bits() -> None:
    x = int_variable("x", 0, 0, 9)
    up = action("up", less(variable(x), number(9)), [(x, add(variable(x), number(1)))])
    bad = action("bad", less(number(8), variable(x)), [], [undefined(less(number(8), variable(x)), "out-of-range")])
    claims = [claim("invariant", f"c{at}", less(variable(x), number(at % 10 + 1))) for at in range(70)]
    found = verdicts(system([x], [0], [up, bad], [*claims, defined()]), Budget())
    lengths = [verdict.trace.steps if isinstance(verdict, Violated) else None for verdict in found]
    assert lengths == [at % 10 + 1 if at % 10 < 9 else None for at in range(70)] + [9]


# ---- code that is kept


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "kmodel" / "code"


def test_code_is_kept_under_its_name(kept: Path) -> None:
    cache.write("a", b"code")
    assert cache.read("a") == b"code"
    assert cache.read("b") is None
    assert [path.name for path in kept.iterdir()] == ["a"]


def test_damaged_code_is_not_used(kept: Path) -> None:
    cache.write("a", b"code")
    cache.write("b", b"other")
    (kept / "a").write_bytes((kept / "a").read_bytes()[:-1] + b"?")
    assert cache.read("a") is None
    (kept / "a").write_bytes(b"")
    assert cache.read("a") is None
    (kept / "b").rename(kept / "a")
    assert cache.read("a") is None


def test_code_that_others_may_write_is_not_used(kept: Path) -> None:
    cache.write("a", b"code")
    (kept / "a").chmod(0o666)
    assert cache.read("a") is None


def test_a_folder_that_cannot_be_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache.write("a", b"code")
    assert cache.read("a") is None


def test_kept_machine_code_runs(kept: Path) -> None:
    text = "define i64 @answer() {\n  ret i64 42\n}\n"
    assert compiling.cached(text, ("answer",), compiling.GOOD) is None
    compiling.compiled(text, ("answer",), compiling.GOOD)
    again = compiling.cached(text, ("answer",), compiling.GOOD)
    assert again is not None
    assert CFUNCTYPE(c_uint64)(again.addresses["answer"])() == 42


def test_a_proof_lets_its_states_be_looked_up() -> None:
    budget = Budget(keep=100)
    (verdict, *_) = tier.decided(addresses(2, 2, 3), budget, Clock(budget)).verdicts
    assert isinstance(verdict, Proved)
    assert isinstance(verdict.certificate, Exhaustion)
    found = verdict.certificate.found
    assert found is not None
    sample = found.some(50)
    assert 25 <= len(sample) <= 50
    assert all(state in found for state in sample)
    assert tuple(9 for _ in sample[0]) not in found
    assert len(found) == verdict.certificate.states


def test_an_interrupt_waits_for_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """They work on memory that is freed when the search is left, so it is left when all have ended, however often it is interrupted."""
    joined: list[bool] = []

    class Interrupted:
        def __init__(self, **_: object) -> None: ...
        def start(self) -> None: ...
        def is_alive(self) -> bool:
            return len(joined) < 3

        def join(self) -> None:
            joined.append(True)
            if len(joined) < 3:
                raise KeyboardInterrupt

    monkeypatch.setattr(spaces, "Thread", Interrupted)
    ready = searching.program(addresses(2, 2, 2))
    space = spaces.Space(ready.packing, 1, ready.module.events)
    ready.load(space)
    ready.run_by(space, threads=True)
    space.employ(2)
    with pytest.raises(KeyboardInterrupt):
        space.run(0, 2)
    assert len(joined) == 3
