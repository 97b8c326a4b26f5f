"""Spacer against enumeration, and on numbers without bounds."""

from __future__ import annotations

from hypothesis import given, settings

from kmodel.engines import Budget
from kmodel.engines.explicit import explicit
from kmodel.engines.liveness import liveness
from kmodel.engines.smt.recheck import recheck
from kmodel.engines.smt.spacer import REACHED, spacer
from kmodel.ground.system import Claim, Fairness, Formula, System
from kmodel.ground.terms import TRUE, add, at_most, equal, less, not_, number, primed, variable
from kmodel.verdict.verdict import Invariant, KLiveness, Proved, Unknown
from tests.strategies.handmade import action, claim, int_variable, state_formula, system
from tests.strategies.systems import systems

X, Y = int_variable("x", 0, None, None), int_variable("y", 1, None, None)


@given(systems(kinds=("invariant", "transition", "witness", "defined"), partial=False))
@settings(max_examples=15, deadline=None)
def test_random_systems(made: System) -> None:
    """It gives up where something is divided by what varies."""
    right, found = explicit(made, Budget()), spacer(made, Budget(seconds=2.0))
    for at, (expected, verdict) in enumerate(zip(right.verdicts, found.verdicts, strict=True)):
        if verdict in (Unknown("the solver gave up"), Unknown("out of time")):
            continue
        assert isinstance(verdict, Proved) == isinstance(expected, Proved)
        if isinstance(verdict, Proved):
            assert recheck(made, (at,), verdict.certificate)
            assert isinstance(verdict.certificate, Invariant)
        else:
            assert verdict == Unknown(REACHED)
            assert not recheck(made, (at,), Invariant((TRUE,)))


def unbounded(*claims: Claim) -> System:
    """x and y grow for ever, y twice as fast."""
    x, y = variable(X), variable(Y)
    both = action("both", TRUE, [(X, add(x, number(1))), (Y, add(y, number(2)))])
    return system([X, Y], [0, 0], [both], claims, fairness=[Fairness("grows", "weak", (0,))])


def test_numbers_without_bounds() -> None:
    x, y = variable(X), variable(Y)
    made = unbounded(
        claim("invariant", "twice", at_most(x, y)),
        claim("invariant", "never_five", not_(equal(x, number(5)))),
        claim("transition", "grows", less(x, primed(X))),
    )
    twice, never_five, grows = spacer(made, Budget()).verdicts
    assert isinstance(twice, Proved)
    assert isinstance(grows, Proved)
    assert recheck(made, (0,), twice.certificate)
    assert recheck(made, (2,), grows.certificate)
    assert never_five == Unknown(REACHED)
    assert not recheck(made, (1,), twice.certificate)


def test_a_property_of_numbers_without_bounds() -> None:
    """From some time on x is positive, since it grows for ever."""
    positive = Formula("eventually", (Formula("always", (state_formula(less(number(0), variable(X))),)),))
    made = unbounded(claim("property", "positive", formula=positive))
    (verdict,) = liveness(made, Budget()).verdicts
    assert isinstance(verdict, Proved)
    assert isinstance(verdict.certificate, KLiveness)
    assert recheck(made, (0,), verdict.certificate)
