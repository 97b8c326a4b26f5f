"""Engines by name; `auto` hands what one leaves open to the next. Solvers are stood in for, so that what they say is known."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module

import pytest

from kmodel.engines import ENGINES, Budget, Engine, run
from kmodel.engines.run import auto, engine, first_states
from kmodel.ground.system import System
from kmodel.ground.terms import TRUE, add, equal, less, not_, number, variable
from kmodel.verdict.verdict import Effort, Exhaustion, HoldsToDepth, Induction, Outcome, Proved, Trace, Unknown, Verdict, Violated
from tests.strategies.handmade import action, bool_variable, claim, int_variable, system

table = import_module("kmodel.engines.run")  # the package's `run` is the function
X = int_variable("x", 0, 0, 9)
NOW = variable(X)


@dataclass
class Stand:
    """Engines that give the verdicts they were told to give, by claim, and note what they were asked."""

    says: dict[str, list[dict[str, Verdict]]]
    asked: list[tuple[str, tuple[str, ...], Budget]] = field(default_factory=list)

    def engine(self, name: str) -> Engine:
        def answer(system: System, budget: Budget) -> Outcome:
            self.asked.append((name, tuple(each.name for each in system.claims), budget))
            told = self.says[name].pop(0)
            verdicts = tuple(told.get(each.name, Unknown(f"{name} does not know")) for each in system.claims)
            states = 300_001 if name == "explicit" else None
            return Outcome(verdicts, (None,) * len(verdicts), Effort(name, states))

        return answer


def stood(monkeypatch: pytest.MonkeyPatch, says: dict[str, list[dict[str, Verdict]]]) -> Stand:
    stand = Stand(says)
    monkeypatch.setattr(table, "engine", stand.engine)
    monkeypatch.setattr(table, "swift_enough", lambda: False)
    return stand


def made(names: Sequence[str] = ("a", "b", "c"), start: int | None = 0) -> System:
    return system([X], [start], [action("stay", TRUE, [])], [claim("invariant", name) for name in names])


BROKEN = Violated(Trace(((0,),), ()), shortest=True)
BY_STATES = Proved(Exhaustion(1, 2, 1))


def test_every_engine_is_there() -> None:
    assert set(ENGINES) == {"explicit", "bmc", "pdr", "spacer", "liveness", "induction", "static", "simulate", "auto"}
    for name in ENGINES:
        assert callable(engine(name))


def test_the_engine_that_is_named_decides() -> None:
    outcome = run(made(), "explicit", Budget())
    assert (outcome.effort.engine, outcome.verdicts) == ("explicit", (BY_STATES,) * 3)


def test_what_is_decided_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stand = stood(monkeypatch, {"explicit": [{"a": BROKEN, "b": BY_STATES, "c": BY_STATES}]})
    outcome = auto(made(), Budget())
    assert [name for name, _, _ in stand.asked] == ["explicit"]
    assert outcome.engines == ("explicit",) * 3


def test_open_claims_go_on_and_proofs_name_the_whole_systems_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = Proved(Induction(2, together=(0, 1)))
    stand = stood(monkeypatch, {"explicit": [{"a": BROKEN}], "pdr": [{}], "induction": [{"b": proof, "c": proof}]})
    outcome = auto(made(), Budget())
    assert [(name, claims) for name, claims, _ in stand.asked] == [
        ("explicit", ("a", "b", "c")),
        ("pdr", ("b", "c")),
        ("induction", ("b", "c")),
    ]
    assert outcome.verdicts == (BROKEN, Proved(Induction(2, together=(1, 2))), Proved(Induction(2, together=(1, 2))))
    assert outcome.engines == ("explicit", "induction", "induction")
    assert (outcome.effort.engine, outcome.effort.states) == ("explicit, induction", 300_001)


def test_enumeration_goes_on_where_induction_does_not_help(monkeypatch: pytest.MonkeyPatch) -> None:
    stand = stood(
        monkeypatch,
        {
            "explicit": [{}, {"a": BY_STATES}],
            "pdr": [{}],
            "induction": [{"b": Proved(Induction(1, together=(1,)))}],
            "bmc": [{"c": BROKEN}],
        },
    )
    outcome = auto(made(), Budget(seconds=1000))
    assert [(name, claims) for name, claims, _ in stand.asked] == [
        ("explicit", ("a", "b", "c")),
        ("pdr", ("a", "b", "c")),
        ("induction", ("a", "b", "c")),
        ("explicit", ("a", "c")),
        ("bmc", ("c",)),
    ]
    assert outcome.engines == ("explicit", "induction", "bmc")
    assert outcome.verdicts == (BY_STATES, Proved(Induction(1, together=(1,))), BROKEN)
    assert all(budget.seconds is not None and budget.seconds <= 1000 for _, _, budget in stand.asked)
    assert [budget.states for name, _, budget in stand.asked if name == "explicit"] == [table.STATES, table.MOST_STATES]


def test_a_limit_on_states_is_not_exceeded_by_going_on(monkeypatch: pytest.MonkeyPatch) -> None:
    stand = stood(monkeypatch, {"explicit": [{}], "pdr": [{}], "induction": [{}], "bmc": [{}]})
    auto(made(), Budget(states=1000))
    assert [(name, budget.states) for name, _, budget in stand.asked] == [(name, 1000) for name in ("explicit", "pdr", "induction", "bmc")]


def test_holding_to_the_depth_that_was_asked_for_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    stood(monkeypatch, {"explicit": [{name: HoldsToDepth(5) for name in "abc"}]})
    assert auto(made(), Budget(depth=5)).verdicts == (HoldsToDepth(5),) * 3


def test_what_holds_to_a_depth_holds_as_far_as_any_engine_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, list[dict[str, Verdict]]] = {
        "explicit": [{"a": Unknown("stopped", 7), "b": Unknown("stopped", 3)}, {}],
        "pdr": [{}],
        "induction": [{}],
        "bmc": [{"a": HoldsToDepth(5), "b": HoldsToDepth(5)}],
    }
    stood(monkeypatch, known)
    outcome = auto(made("ab"), Budget())
    assert outcome.verdicts == (HoldsToDepth(7), HoldsToDepth(5))


def test_solvers_come_first_where_states_cannot_be_enumerated(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = replace(made(), variables=(int_variable("n", 0, 0, None),))
    many = system([int_variable("n", 0, 0, 10**6)], [None], [action("stay", TRUE, [])], [claim("invariant", "a")])
    for each in (endless, many):
        stand = stood(monkeypatch, {"pdr": [{}], "induction": [{}], "bmc": [{}]})
        auto(each, Budget())
        assert [name for name, _, _ in stand.asked] == ["pdr", "induction", "bmc"]


def test_first_states_are_counted_without_conditions() -> None:
    y, b = int_variable("y", 1, 2, 4), bool_variable("b", 2)
    assert first_states(system([X, y, b], [0, None, None], [], [])) == 6
    assert first_states(system([int_variable("n", 0, None, 4)], [0], [], [])) is None


def test_the_real_engines_agree_in_turn() -> None:
    """A solver proves in one step what enumeration would have to count far for."""
    far = int_variable("far", 0, 0, 10**9)
    up = action("up", less(variable(far), number(10**9)), [(far, add(variable(far), number(1)))])
    claims = [
        claim("invariant", "fine", less(number(-1), variable(far))),
        claim("invariant", "not_7", not_(equal(variable(far), number(7)))),
    ]
    outcome = run(system([far], [0], [up], claims), "auto", Budget(states=50))
    assert isinstance(outcome.verdicts[0], Proved)
    assert isinstance(outcome.verdicts[1], Violated)
    assert outcome.verdicts[1].trace.steps == 7


def test_enumeration_waits_for_no_solver() -> None:
    code = "import sys, kmodel.engines; from kmodel.engines.run import engine; engine('explicit'); sys.exit('z3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
