"""Which traces the judge accepts, by example; that it rejects spoiled ones in general is a property."""

from dataclasses import replace

import pytest

from kmodel.ground.system import Claim, Fairness, Formula, System
from kmodel.ground.terms import add, equal, less, not_, number, primed, variable
from kmodel.semantics import Replay, replay
from kmodel.verdict.verdict import Trace
from tests.strategies.handmade import action, bool_variable, claim, defined, int_variable, state_formula, system, undefined

X, P = int_variable("x", 0, 0, 3), bool_variable("p", 1)
x, p = variable(X), variable(P)
STEP = action("step", less(x, number(3)), [(X, add(x, number(1)))])
BACK = action("back", equal(x, number(3)), [(X, number(0))])
LEAP = action("leap", p, [(X, add(x, number(2)))])
SYSTEM = system([X, P], [0, None], [STEP, BACK, LEAP], [])
SMALL = claim("invariant", "small", less(x, number(2)))
GROWS = claim("transition", "grows", less(x, primed(X)))
HIGH = claim("witness", "high", equal(x, number(2)))
PATH = Trace(((0, 0), (1, 0), (2, 0)), (0, 0))
ROUND = Trace(((0, 0), (1, 0), (2, 0), (3, 0), (0, 0)), (0, 0, 0, 1))
LASSO = replace(ROUND, loop=0)
STILL = Trace(((0, 1), (0, 1)), (-1,), 0)
THREE_COMES = claim("property", "three_comes", formula=Formula("eventually", (state_formula(equal(x, number(3))),)))
THREE_STAYS = claim("property", "three_stays", formula=Formula("eventually", (Formula("always", (state_formula(equal(x, number(3))),)),)))


def fair(kind: str, *actions: int) -> System:
    assert kind in ("weak", "strong")
    return replace(SYSTEM, fairness=(Fairness("group", "weak" if kind == "weak" else "strong", actions),))


@pytest.mark.parametrize(
    ("made", "claimed", "trace"),
    [
        (SYSTEM, SMALL, PATH),
        (SYSTEM, HIGH, PATH),
        (SYSTEM, GROWS, ROUND),
        (SYSTEM, defined(), Trace(((0, 1), (2, 1)), (2,), None, ("action", 2, 0))),
        (SYSTEM, replace(SMALL, undefined=(undefined(p),)), Trace(((0, 1),), (), None, ("claim", 0, 0))),
        (SYSTEM, replace(GROWS, undefined=(undefined(less(primed(X), x)),)), replace(ROUND, undefined=("claim", 0, 0))),
        (SYSTEM, THREE_STAYS, LASSO),
        (SYSTEM, THREE_COMES, STILL),
        (fair("weak", 1), THREE_COMES, STILL),
        (fair("strong", 0, 1), THREE_STAYS, LASSO),
    ],
)
def test_reproduced(made: System, claimed: Claim, trace: Trace) -> None:
    assert replay(made, claimed, trace) == Replay(True)


@pytest.mark.parametrize(
    ("made", "claimed", "trace", "step", "reason"),
    [
        (SYSTEM, SMALL, Trace((), ()), None, "no states"),
        (SYSTEM, SMALL, Trace(PATH.states, (0,)), None, "3 states and 1 steps"),
        (SYSTEM, SMALL, Trace(PATH.states[:2], PATH.actions), None, "2 states and 2 steps"),
        (SYSTEM, SMALL, Trace(((0, 0), (1,), (2, 0)), (0, 0)), None, "state 1 has 1 values"),
        (SYSTEM, SMALL, Trace(((0, 0), (4, 0)), (0,)), None, "out of its bounds"),
        (SYSTEM, SMALL, Trace(((1, 0), (2, 0)), (0,)), 0, "`x` starts at 0, not at 1"),
        (SYSTEM, SMALL, Trace(((0, 0), (2, 0)), (0,)), 1, "`x` to 1, not to 2"),
        (SYSTEM, SMALL, Trace(((0, 0), (0, 0), (1, 0), (2, 0)), (-1, 0, 0)), 1, "nothing happens in a trace"),
        (SYSTEM, SMALL, Trace(PATH.states[:2], (0,)), None, "the claim holds in the last state"),
        (SYSTEM, HIGH, Trace(PATH.states[:2], (0,)), None, "not what the witness describes"),
        (SYSTEM, GROWS, PATH, None, "the claim holds of the last step"),
        (SYSTEM, GROWS, Trace(((0, 0),), ()), None, "no step"),
        (SYSTEM, SMALL, replace(ROUND, loop=0), None, "not a property"),
        (SYSTEM, defined(), PATH, None, "does not say what is undefined"),
        (SYSTEM, defined(), replace(PATH, undefined=("action", 2, 0)), None, "no step from the last state is undefined"),
        (SYSTEM, defined(), replace(PATH, undefined=("claim", 0, 0)), None, "the claim is not undefined"),
        (SYSTEM, defined(), replace(PATH, undefined=("other", 0, 0)), None, "does not say what is undefined"),
        (SYSTEM, SMALL, Trace(((0, 1), (2, 1)), (2,), None, ("action", 2, 0)), None, "says nothing of this claim"),
        (SYSTEM, THREE_COMES, LASSO, None, "the property holds"),
        (SYSTEM, THREE_STAYS, ROUND, None, "does not go round"),
        (SYSTEM, THREE_STAYS, replace(LASSO, loop=1), None, "not the one that the loop begins with"),
        (SYSTEM, THREE_STAYS, replace(LASSO, loop=4), None, "does not begin at an earlier state"),
        (SYSTEM, THREE_COMES, Trace(((0, 1), (1, 1)), (-1,), 0), None, "not the one that the loop begins with"),
        (SYSTEM, THREE_COMES, Trace(((0, 0), (0, 1), (0, 0)), (-1, -1), 0), 1, "nothing happens and yet"),
        (fair("weak", 0, 1), THREE_COMES, STILL, None, "not fair to `group`"),
        (fair("strong", 2), THREE_STAYS, Trace(tuple((a, 1) for a, _ in LASSO.states), LASSO.actions, 0), None, "not fair to `group`"),
    ],
)
def test_spoiled(made: System, claimed: Claim, trace: Trace, step: int | None, reason: str) -> None:
    verdict = replay(made, claimed, trace)
    assert not verdict.reproduced
    assert verdict.step == step
    assert reason in str(verdict.reason)


def test_weak_fairness_excuses_what_is_not_always_enabled_and_strong_does_not() -> None:
    loop = Trace(((0, 0), (1, 0), (2, 0), (3, 0), (0, 0)), (0, 0, 0, 1), 0)
    idle = action("idle", equal(x, number(1)), [])
    for kind, accepted in (("weak", True), ("strong", False)):
        made = replace(fair(kind, 3), actions=(STEP, BACK, LEAP, idle))
        assert replay(made, THREE_STAYS, loop).reproduced is accepted


def test_not_of_a_formula() -> None:
    never = claim("property", "never", formula=Formula("not", (Formula("eventually", (state_formula(not_(equal(x, number(0)))),)),)))
    assert replay(SYSTEM, never, LASSO).reproduced
    assert not replay(SYSTEM, never, STILL).reproduced
