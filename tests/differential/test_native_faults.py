"""Faults planted in the machine code's making: the differential tests must see each. What no test would see is not tested."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from kmodel.engines import Budget
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.orbits import symmetry
from kmodel.ground.system import System
from kmodel.ground.terms import variable
from kmodel.verdict.verdict import Violated
from tests.differential import test_symmetry, test_tiers
from tests.engines.explicit.baselines import addresses
from tests.strategies.symmetric import symmetric_systems
from tests.strategies.systems import enumerate_systems, systems
from tests.strategies.wide import widened

pytest.importorskip("llvmlite")
assembly = pytest.importorskip("kmodel.engines.explicit.native.assembly")
canonical = pytest.importorskip("kmodel.engines.explicit.native.canonical")
exchanges = pytest.importorskip("kmodel.engines.explicit.native.exchanges")
plan = pytest.importorskip("kmodel.engines.explicit.native.plan")
records = pytest.importorskip("kmodel.engines.explicit.native.records")
runtime = pytest.importorskip("kmodel.engines.explicit.native.runtime")
searching = pytest.importorskip("kmodel.engines.explicit.native.search")
tier = pytest.importorskip("kmodel.engines.explicit.native.decide")
visit = pytest.importorskip("kmodel.engines.explicit.native.visit")

Plant = Callable[[pytest.MonkeyPatch], None]
_few = settings(max_examples=80, derandomize=True, database=None, phases=(Phase.generate,), report_multiple_bugs=False)


@pytest.fixture(autouse=True)
def _nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Faulty code must not come from a folder, nor stay in one; and it may find states without end."""
    monkeypatch.setattr(searching, "available", lambda: 1_000_000)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(searching, "_runtime", searching._runtime.__wrapped__)


# ---- the differential tests, each once more


@_few
@given(systems(kinds=test_tiers.KINDS))
def random_systems(made: System) -> None:
    test_tiers.same(tier, made)


@_few
@given(systems(kinds=test_tiers.KINDS))
def random_wide_systems(made: System) -> None:
    test_tiers.same(tier, widened(made, 2))


@settings(_few, max_examples=30)
@given(symmetric_systems(linked=True))
def random_linked_systems(made: System) -> None:
    test_symmetry.same(made, tier.decided(made, Budget(), Clock(Budget()), symmetry(made)))


def a_longer_trace() -> None:
    """Each state of it comes from the one before."""
    made = addresses(2, 2, 3, bug=True)
    lengths = [verdict.trace.steps for verdict in tier.decided(made, Budget(), Clock(Budget())).verdicts if isinstance(verdict, Violated)]
    assert lengths == [6, 4]


def small_systems() -> None:
    for made in list(enumerate_systems())[::6]:
        test_tiers.same(tier, made)


def weak_hashes(patch: pytest.MonkeyPatch) -> None:
    """Most states have the hashes of others: they are told apart by comparison."""

    def mixed(self: Any, value: str, result: str) -> Iterator[str]:
        yield f"  {result} = and i64 {value}, 3"

    patch.setattr(assembly._Expander, "_mixed", mixed)


def seen(test: Callable[[], None]) -> bool:
    """Whether the test fails."""
    try:
        test()
    except (AssertionError, RuntimeError, LookupError, ValueError):
        return True
    return False


# ---- faults


def _replaced(module: Any, name: str, *changes: tuple[str, str]) -> Plant:
    """A text of IR, with something else in it."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        text = getattr(module, name)
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        patch.setattr(module, name, text)

    return plant


def _around(owner: Any, name: str, change: Callable[..., Any]) -> Plant:
    """A function, with something done to its results: `change(result, *arguments)`."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        plain = getattr(owner, name)
        patch.setattr(owner, name, lambda *arguments, **named: change(plain(*arguments, **named), *arguments))

    return plant


def _moved(words: Sequence[Any], *_: Any) -> tuple[Any, ...]:
    return tuple(replace(word, terms=tuple((term, offset + 1) for term, offset in word.terms)) for word in words)


def _fewer(conditions: Any) -> Any:
    return conditions[:-1]


def _whole_guards(made: list[Any], system: System) -> list[Any]:
    """Steps are taken where something about them is undefined."""
    return [
        replace(piece, conditions=plan.simplified((system.actions[piece.action].guard,))) if piece.action is not None else piece
        for piece in made
    ]


def _unheard(made: list[Any], system: System) -> list[Any]:
    """Nobody is told what is undefined in steps."""
    return [piece for piece in made if piece.event is None]


def _renamed_in_part(made: Any, value: str, values: Sequence[int], low: int) -> str:
    """Of an exchange, one half."""
    before = next((at for at, after in enumerate(values) if at != after and at >= low), None)
    if before is None:
        return value
    there = made.op(f"icmp eq i64 {value}, {before - low}")
    return str(made.emitter.fresh(f"select i1 {there}, i64 {values[before] - low}, i64 {value}"))


def _compared_in_part(patch: pytest.MonkeyPatch) -> None:
    """The last word is not."""

    def shortened(lines: Iterator[str], *_: Any) -> list[str]:
        *rest, last, test = lines
        return [*rest, last, test.replace(last.split()[0], last.split()[4].rstrip(","))]

    weak_hashes(patch)
    _around(assembly._Expander, "_same", shortened)(patch)


def _set(owner: Any, name: str, value: Any) -> Plant:
    return lambda patch: patch.setattr(owner, name, value)


FAULTS: dict[str, tuple[Plant, Callable[[], None]]] = {
    "a field written one bit further": (_around(plan.Planner, "_words", _moved), small_systems),
    "a guard without its last condition": (
        _around(visit, "pieces", lambda made, _: [replace(piece, conditions=_fewer(piece.conditions)) for piece in made]),
        random_systems,
    ),
    "steps that are undefined are taken": (_around(visit, "pieces", _whole_guards), random_systems),
    "undefined steps that nobody hears of": (_around(visit, "pieces", _unheard), random_systems),
    "a step left out": (_around(visit, "pieces", lambda made, _: made[:-1]), small_systems),
    "an event of another claim": (_around(plan, "failing", lambda event, _: event ^ 2), random_systems),
    "failed and exercised taken for each other": (_around(searching, "failing", lambda event, _: event ^ 1), random_systems),
    "steps claimed of the state before": (
        _around(plan.Planner, "_made", lambda made, *_: replace(made, after=tuple((which, variable(which)) for which, _ in made.after))),
        small_systems,
    ),
    "the parent of another state": (_replaced(runtime, "DRAIN", ("ptr %sources, i64 %from", "ptr %sources, i64 0")), a_longer_trace),
    "states of zeros are empty places": (_set(assembly, "_TOP", 0), small_systems),
    "a count for another action": (_replaced(runtime, "_LEVEL", ("i64 %action64", "i64 0")), random_systems),
    "a wide state compared in part": (_compared_in_part, random_wide_systems),
    "indexes of individuals that are not renamed": (_set(exchanges, "_renamed", lambda made, value, *_: value), random_linked_systems),
    "indexes of individuals renamed in part": (_set(exchanges, "_renamed", _renamed_in_part), random_linked_systems),
    "a permutation that is not tried": (_around(canonical, "walk", lambda path, *_: path[:-1]), random_linked_systems),
    "records in another order": (_around(records, "network", lambda pairs, *_: list(pairs)[1:]), random_linked_systems),
    "equal records that count once": (_around(records, "_multiplied", lambda same, *_: "1"), random_linked_systems),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_seen(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, test = FAULTS[fault]
    plant(monkeypatch)
    assert seen(test)


@pytest.mark.parametrize("test", [random_systems, random_wide_systems, random_linked_systems, small_systems, a_longer_trace])
def test_without_a_fault_none_is_seen(test: Callable[[], None]) -> None:
    assert not seen(test)


def test_states_are_told_apart_whatever_their_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    weak_hashes(monkeypatch)
    assert not seen(random_wide_systems)
