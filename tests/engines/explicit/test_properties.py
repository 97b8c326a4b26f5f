"""Temporal properties under weak and strong fairness, by example; each lasso is accepted by the judge."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from kmodel.engines import Budget
from kmodel.engines.explicit import explicit
from kmodel.ground.system import Fairness, Formula, System
from kmodel.ground.terms import TRUE, Term, add, and_, equal, less, modulo, not_, number, subtract, variable
from kmodel.semantics import replay
from kmodel.verdict.verdict import HoldsToDepth, Proved, Trace, Unknown, Violated
from tests.engines.explicit.baselines import rollout
from tests.strategies.handmade import action, bool_variable, claim, int_variable, state_formula, system, undefined

X = int_variable("x", 0, 0, 3)
NOW = variable(X)
ROUND = action("round", TRUE, [(X, modulo(add(NOW, number(1)), number(4)))])
UP = action("up", less(NOW, number(3)), [(X, add(NOW, number(1)))])


def at(value: int) -> Formula:
    return state_formula(equal(NOW, number(value)))


def eventually(formula: Formula) -> Formula:
    return Formula("eventually", (formula,))


def always(formula: Formula) -> Formula:
    return Formula("always", (formula,))


def leads_to(first: Formula, second: Formula) -> Formula:
    return always(Formula("or", (Formula("not", (first,)), eventually(second))))


def lasso(made: System) -> Trace | None:
    """The trace against the only claim, after the judge has accepted it; None where it is proved."""
    (verdict,) = explicit(made, Budget()).verdicts
    if isinstance(verdict, Proved):
        return None
    assert isinstance(verdict, Violated)
    assert verdict.shortest
    assert replay(made, made.claims[0], verdict.trace).reproduced
    return verdict.trace


def counter(formula: Formula, *fairness: Literal["weak", "strong"], stop: Term = TRUE) -> System:
    """x goes up to 3 and stays; `stop` is what its action needs."""
    step = action("up", and_(less(NOW, number(3)), stop), [(X, add(NOW, number(1)))])
    groups = [Fairness("up", kind, (0,)) for kind in fairness]
    return system([X], [0], [step], [claim("property", "p", formula=formula)], fairness=groups)


def test_without_fairness_nothing_need_happen() -> None:
    assert lasso(counter(eventually(at(3)))) == Trace(((0,), (0,)), (-1,), 0)
    assert lasso(counter(eventually(at(3)), "weak")) is None


@pytest.mark.parametrize(
    ("formula", "holds"),
    [
        (eventually(always(at(3))), True),
        (always(eventually(at(3))), True),
        (always(eventually(at(2))), False),
        (leads_to(at(1), at(2)), True),
        (leads_to(at(2), at(1)), False),
        (Formula("until", (state_formula(less(NOW, number(3))), at(3))), True),
        (Formula("until", (state_formula(less(NOW, number(2))), at(3))), False),
        (Formula("not", (Formula("until", (at(0), at(1))),)), False),
        (Formula("and", (eventually(at(1)), eventually(at(2)))), True),
        (Formula("or", (always(at(0)), eventually(at(1)))), True),
        (Formula("not", (eventually(at(3)),)), False),
    ],
)
def test_formulas_on_a_counter_that_must_count(formula: Formula, holds: bool) -> None:
    assert (lasso(counter(formula, "weak")) is None) == holds


def test_the_stem_is_the_shortest() -> None:
    found = lasso(counter(always(Formula("not", (at(2),)))))
    assert found is not None
    assert (found.states, found.loop) == (((0,), (1,), (2,), (2,)), 2)


def two_doors(kind: Literal["weak", "strong"]) -> System:
    """A door opens and closes for ever; who waits can pass only while it is open."""
    door, inside = bool_variable("door", 0), bool_variable("inside", 1)
    turn = action("turn", TRUE, [(door, not_(variable(door)))])
    enter = action("enter", and_(variable(door), not_(variable(inside))), [(inside, TRUE)])
    goal = claim("property", "enters", formula=eventually(state_formula(variable(inside))))
    return system([door, inside], [0, 0], [turn, enter], [goal], fairness=[Fairness("turn", "weak", (0,)), Fairness("enter", kind, (1,))])


def test_weak_fairness_lets_a_chance_go_by_and_strong_does_not() -> None:
    found = lasso(two_doors("weak"))
    assert found is not None
    assert (found.states, found.actions, found.loop) == (((0, 0), (1, 0), (0, 0)), (0, 0), 0)
    assert lasso(two_doors("strong")) is None


def test_a_strong_group_is_avoided_where_it_is_never_enabled() -> None:
    """At 3 nothing can be done any more, so that stopping there is fair; before, it is not."""
    found = lasso(counter(eventually(Formula("and", (at(3), at(2)))), "strong"))
    assert found is not None
    assert found.states[-1] == (3,)


def test_removing_states_leaves_a_smaller_fair_part() -> None:
    """Opening and closing for ever without entering is not fair, but to stop while the door is closed is."""
    made = two_doors("strong")
    found = lasso(replace(made, fairness=made.fairness[1:]))
    assert found == Trace(((0, 0), (0, 0)), (-1,), 0)


def test_a_loop_goes_through_what_makes_it_a_counterexample() -> None:
    """To spin at 0 is fair, but no counterexample to coming to rest there."""
    spin, turn = action("spin", TRUE, []), action("turn", TRUE, [(X, subtract(number(1), NOW))])
    goal = claim("property", "p", formula=eventually(always(at(0))))
    assert lasso(system([X], [0], [spin, turn], [goal], fairness=[Fairness("spin", "weak", (0,))])) == Trace(((0,), (1,), (1,)), (1, 0), 1)


def test_each_of_several_groups_is_served() -> None:
    y = int_variable("y", 1, 0, 2)
    steps = [ROUND, action("y", TRUE, [(y, modulo(add(variable(y), number(1)), number(3)))])]
    goal = claim("property", "p", formula=eventually(state_formula(and_(equal(NOW, number(3)), equal(variable(y), number(2))))))
    found = lasso(system([X, y], [0, 0], steps, [goal], fairness=[Fairness("x", "weak", (0,)), Fairness("y", "strong", (1,))]))
    assert found is not None
    assert set(found.actions[found.loop or 0 :]) >= {0, 1}


def test_a_group_is_enabled_only_where_its_step_is_defined() -> None:
    """The only step is undefined at 2: there nothing can be taken and staying is fair."""
    step = action("up", TRUE, [(X, add(NOW, number(1)))], [undefined(equal(NOW, number(2)))])
    made = system([X], [0], [step], [claim("property", "p", formula=eventually(at(3)))], fairness=[Fairness("up", "weak", (0,))])
    found = lasso(made)
    assert found is not None
    assert found.states[-1] == (2,)


def test_an_undefined_property_fails_where_it_is_undefined() -> None:
    made = system([X], [0], [UP], [claim("property", "p", formula=always(state_formula(TRUE)), extra=[undefined(equal(NOW, number(2)))])])
    (verdict,) = explicit(made, Budget()).verdicts
    assert verdict == Violated(Trace(((0,), (1,), (2,)), (0, 0), None, ("claim", 0, 0)), shortest=True)


def test_within_a_depth_lassos_are_found_and_absence_is_no_proof() -> None:
    made = counter(always(Formula("not", (at(2),))), "weak")
    assert explicit(made, Budget(depth=1)).verdicts == (HoldsToDepth(1),)
    assert isinstance(explicit(counter(eventually(at(3))), Budget(depth=1)).verdicts[0], Violated)
    assert explicit(made, Budget(states=1)).verdicts[0] == Unknown("stopped after 2 states at depth 0", 0)


def test_no_time_for_properties() -> None:
    verdict = explicit(rollout(3, 1, 1, 5, 1, 1, live=True), Budget(seconds=0)).verdicts[2]
    assert isinstance(verdict, Unknown)
    assert verdict.depth is None


def test_a_rollout_completes_if_its_controller_is_fair() -> None:
    made = rollout(2, 1, 1, 4, 1, 1, live=True)
    assert isinstance(explicit(made, Budget()).verdicts[2], Proved)
    unfair = replace(made, fairness=made.fairness[1:])
    verdict = explicit(unfair, Budget()).verdicts[2]
    assert isinstance(verdict, Violated)
    assert replay(unfair, unfair.claims[2], verdict.trace).reproduced
