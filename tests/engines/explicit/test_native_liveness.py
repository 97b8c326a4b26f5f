"""Temporal properties in machine code: limits, and that faults planted in the compiled functions are noticed."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence

import pytest

from kmodel.engines import Budget
from kmodel.engines.explicit.clock import Clock
from kmodel.ground.system import Fairness, Formula, System
from kmodel.ground.terms import TRUE, add, and_, equal, less, modulo, not_, number, variable
from kmodel.semantics import check_by_exhaustion, replay
from kmodel.verdict.verdict import Proved, Unknown, Verdict, Violated
from tests.strategies.handmade import action, bool_variable, claim, int_variable, state_formula, system

decide = pytest.importorskip("kmodel.engines.explicit.native.decide")
product = pytest.importorskip("kmodel.engines.explicit.native.product")

X, B, Y = int_variable("x", 0, 0, 3), bool_variable("b", 1), int_variable("y", 2, 0, 40)
NOW, ON = variable(X), variable(B)
UP = action("up", less(NOW, number(3)), [(X, add(NOW, number(1)))])
ROUND = action("round", TRUE, [(X, modulo(add(NOW, number(1)), number(4)))])
LATE = action("late", equal(NOW, number(2)), [(B, TRUE)])
AWAY = action("away", and_(ON, less(variable(Y), number(40))), [(Y, add(variable(Y), number(1)))])


def decided(made: System, budget: Budget | None = None) -> Sequence[Verdict]:
    budget = budget or Budget()
    outcome = decide.decided(made, budget, Clock(budget))
    assert outcome is not None
    return outcome.verdicts  # type: ignore[no-any-return]


def example(*fairness: Fairness, formula: Formula) -> System:
    made = claim("property", "p", formula=formula)
    return system([X, B, Y], [0, 0, 0], [ROUND, LATE, AWAY, UP], [made], fairness=list(fairness))


def eventually(formula: Formula) -> Formula:
    return Formula("eventually", (formula,))


IS_ON = eventually(state_formula(ON))
FAR = eventually(state_formula(equal(variable(Y), number(40))))
AGAIN = Formula("always", (eventually(state_formula(equal(NOW, number(0)))),))
GOES, COMES = Fairness("round", "weak", (0,)), Fairness("late", "strong", (1,))
LEFT = claim("property", "p", formula=eventually(Formula("always", (state_formula(not_(equal(NOW, number(0)))),))))
OFTEN = action("late", less(number(0), NOW), [(B, TRUE)])
EXAMPLES = (
    system([X, B], [0, 0], [ROUND, OFTEN], [claim("property", "p", formula=IS_ON)], fairness=[COMES]),
    system([X], [0], [UP], [LEFT], fairness=[Fairness("up", "weak", (0,))]),
    example(formula=IS_ON),
    example(GOES, formula=AGAIN),
    example(COMES, formula=IS_ON),
    example(GOES, COMES, formula=IS_ON),
    example(GOES, Fairness("late", "weak", (1,)), formula=IS_ON),
    example(GOES, COMES, Fairness("away", "weak", (2,)), formula=FAR),
    example(GOES, COMES, formula=FAR),
    example(GOES, COMES, Fairness("away", "strong", (2, 3)), formula=Formula("and", (FAR, IS_ON))),
)


def right(made: System) -> None:
    """The verdict is the judge's, and a lasso is one."""
    verdicts = decided(made)
    for each, verdict, expected in zip(made.claims, verdicts, check_by_exhaustion(made).verdicts, strict=True):
        assert type(verdict) is type(expected)
        assert not isinstance(verdict, Violated) or replay(made, each, verdict.trace).reproduced


def test_examples_hold_and_fail() -> None:
    for made in EXAMPLES:
        right(made)
    kinds = {type(decided(made)[0]) for made in EXAMPLES}
    assert kinds == {Proved, Violated}


def test_no_more_steps_are_held_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind the places of a batch, and of all steps from one more state, nothing is written."""
    space = pytest.importorskip("kmodel.engines.explicit.native.space")
    sources, made = [], space.worker
    room = space.BATCH + 4 + space._SPARE

    def recorded(*sizes: int) -> object:
        one = made(*sizes)
        sources.extend(each for each in one.rest if type(each)._type_ is ctypes.c_uint32 and each[room] == space.NOBODY)
        return one

    monkeypatch.setattr(space, "_SPARE", space._SPARE + 8192)
    monkeypatch.setattr(space, "worker", recorded)
    y = int_variable("y", 2, 0, 2000)
    far = action("away", less(variable(y), number(2000)), [(y, add(variable(y), number(1)))])
    never = claim("property", "p", formula=eventually(state_formula(less(variable(y), number(0)))))
    (verdict,) = decided(system([X, B, y], [0, 0, 0], [ROUND, LATE, far, UP], [never], fairness=[GOES]))
    assert isinstance(verdict, Violated)
    (places,) = sources
    assert set(places[:room]) != {space.NOBODY}
    assert set(places[room:]) == {space.NOBODY}


FAULTS = {
    "weak fairness is to one group less": (
        "%kept = and i64 %due, %untaken",
        "%kept.all = and i64 %due, %untaken\n  %kept = and i64 %kept.all, -2",
    ),
    "strong fairness is taken for weak": ("%asked = and i64 %strong, %somewhere", "%asked = and i64 %strong, %everywhere"),
    "states that owe nothing are removed": ("%stays = icmp eq i64 %owes, 0", "%stays = icmp ne i64 0, 0"),
    "what is left is not looked at again": ("%done = icmp eq i64 %again, 0", "%done = icmp eq i64 0, 0"),
    "one accepting set is forgotten": ("%bare = icmp ne i64 %unmet, 0", "%bare = icmp ugt i64 %unmet, 1"),
    "a component ends too early": ("%another.one = icmp uge i64 %member.order, %own", "%another.one = icmp ugt i64 %member.order, %own"),
    "a way round leaves its part": ("  %inside = icmp eq i64 %w.part, %from.part", "  %inside = icmp eq i64 0, 0"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_noticed(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = FAULTS[fault]
    text = product.judging()
    assert before in text
    code = product.compiling.compiled(text.replace(before, after), product.NAMES, product.compiling.QUICK)
    monkeypatch.setattr(product, "_code", lambda: code)
    assert noticed(right)


def test_a_lasso_that_is_not_closed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = product.Nodes.nearest

    def astray(nodes: object, whole: object, start: int, wanted: object) -> object:
        way = honest(nodes, whole, start, wanted)
        return [*way[:-1], (way[-1][0], start)]

    monkeypatch.setattr(product.Nodes, "nearest", astray)
    assert noticed(right)


def noticed(check: Callable[[System], None]) -> list[System]:
    """The examples that go wrong."""
    wrong = []
    for made in EXAMPLES:
        try:
            check(made)
        except (AssertionError, StopIteration):
            wrong.append(made)
    return wrong


@pytest.mark.parametrize(("budget", "said"), [(Budget(memory=1 << 18), "out of memory"), (Budget(seconds=0), "out of time")])
def test_a_limit_leaves_it_open(budget: Budget, said: str) -> None:
    (verdict,) = decided(EXAMPLES[1], budget)
    assert isinstance(verdict, Unknown)
    assert verdict.reason.startswith(said)
    assert "could not be compared" in verdict.reason


def test_a_lasso_among_some_of_the_states_is_one() -> None:
    made = example(formula=IS_ON)
    (verdict,) = decided(made, Budget(states=2))
    assert isinstance(verdict, Violated)
    assert replay(made, made.claims[0], verdict.trace).reproduced


def test_a_depth_that_is_too_small_for_a_lasso_finds_none() -> None:
    made = example(GOES, COMES, formula=FAR)
    assert isinstance(decided(made)[0], Violated)
    assert not isinstance(decided(made, Budget(depth=1))[0], Proved)


def test_a_part_that_is_fair_to_nobody_is_none() -> None:
    never = example(Fairness("up", "strong", (3,)), formula=eventually(state_formula(not_(equal(NOW, number(0))))))
    assert isinstance(decided(never)[0], Proved)
