"""Verdicts, traces and exact numbers of states by enumeration, by example."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from kmodel.engines import Budget, Progress, run
from kmodel.engines.explicit import explicit
from kmodel.ground.system import System
from kmodel.ground.terms import FALSE, TRUE, Term, Variable, add, equal, implies, less, not_, number, primed, subtract, variable
from kmodel.semantics import replay
from kmodel.verdict.verdict import Exhaustion, HoldsToDepth, Outcome, Proved, Trace, Unknown, Violated
from tests.engines.explicit.baselines import addresses, rollout, scheduler
from tests.strategies.handmade import action, bool_variable, claim, defined, int_variable, system, undefined

X = int_variable("x", 0, 0, 5)
NOW = variable(X)
UP = action("up", less(NOW, number(5)), [(X, add(NOW, number(1)))])
DOWN = action("down", less(number(0), NOW), [(X, subtract(NOW, number(1)))])


def never(value: int, which: Variable = X) -> Term:
    return not_(equal(variable(which), number(value)))


def traces(made: System, outcome: Outcome) -> list[Trace | None]:
    """The trace of each violation, after the judge has accepted it."""
    found: list[Trace | None] = []
    for each, verdict in zip(made.claims, outcome.verdicts, strict=True):
        found.append(verdict.trace if isinstance(verdict, Violated) else None)
        if isinstance(verdict, Violated):
            assert replay(made, each, verdict.trace).reproduced
    return found


def test_a_counter_is_counted() -> None:
    made = system([X], [0], [UP, DOWN], [claim("invariant", "small", less(NOW, number(6)))])
    outcome = explicit(made, Budget())
    assert outcome.verdicts == (Proved(Exhaustion(states=6, generated=11, depth=6)),)
    assert (outcome.effort.states, outcome.effort.generated, outcome.effort.depth) == (6, 11, 6)
    assert outcome.effort.enabled == (5, 5)


def test_reachable_states_are_kept_where_they_are_few() -> None:
    made = system([X], [3], [DOWN], [claim("invariant", "small", less(NOW, number(4)))])
    few, many = explicit(made, Budget(keep=4)).verdicts[0], explicit(made, Budget(keep=3)).verdicts[0]
    assert isinstance(few, Proved)
    assert isinstance(few.certificate, Exhaustion)
    assert few.certificate.reachable == {(0,), (1,), (2,), (3,)}
    assert isinstance(many, Proved)
    assert isinstance(many.certificate, Exhaustion)
    assert many.certificate.reachable is None


def test_each_claim_has_its_own_shortest_trace() -> None:
    claims = [
        claim("invariant", "not_3", never(3)),
        claim("witness", "four", equal(NOW, number(4))),
        claim("transition", "grows", less(NOW, primed(X))),
        claim("witness", "nine", less(number(8), NOW)),
        claim("invariant", "undefined", TRUE, extra=[undefined(equal(NOW, number(2)))]),
        defined(),
    ]
    made = system([X], [1], [action("up", TRUE, [(X, add(NOW, number(1)))]), DOWN], claims)
    found = traces(made, explicit(made, Budget()))
    assert [trace and trace.steps for trace in found] == [2, 3, 1, None, 1, 4]
    assert found[4] is not None
    assert found[4].undefined == ("claim", 0, 0)
    assert found[5] is not None
    assert found[5].undefined == ("action", 0, 0)


def test_a_claim_about_steps_is_tested_on_steps_to_known_states() -> None:
    """Only the step from 3 back to 0 breaks it."""
    made = system([X], [0], [UP, action("reset", equal(NOW, number(3)), [(X, number(0))])], [claim("transition", "grows", less(NOW, primed(X)))])
    found = traces(made, explicit(made, Budget()))
    assert found[0] is not None
    assert found[0].states[-2:] == ((3,), (0,))


def test_an_action_that_changes_nothing_is_a_step() -> None:
    made = system([X], [0], [action("wait", TRUE, [])], [claim("transition", "moves", not_(equal(NOW, primed(X))))])
    found = traces(made, explicit(made, Budget()))
    assert found == [Trace(((0,), (0,)), (0,))]
    assert explicit(system([X], [0], [action("wait", TRUE, [])], [claim("invariant", "fine")]), Budget()).effort.generated == 2


def test_a_known_old_value_above_zero_is_taken_off() -> None:
    """The update is computed and the old value known by the guard; the least value is not 0."""
    y, z = int_variable("y", 0, 3, 6), bool_variable("z", 1)
    step = action("step", equal(variable(y), number(5)), [(y, add(number(3), variable_of(z)))])
    made = system([y, z], [5, 1], [step], [claim("invariant", "not_4", never(4, y)), claim("invariant", "z", variable(z))])
    found = traces(made, explicit(made, Budget()))
    assert found[0] is not None
    assert found[0].states == ((5, 1), (4, 1))
    assert found[1] is None


def variable_of(which: Variable) -> Term:
    """A bool as a number."""
    from_zero = add(number(0), number(0))
    return from_zero if which is None else _counted(variable(which))


def _counted(term: Term) -> Term:
    from_terms = [number(1), number(0)]
    return if_number(term, *from_terms)


def if_number(condition: Term, a: Term, b: Term) -> Term:
    return add(b, a) if condition is TRUE else b if condition is FALSE else _choice(condition, a, b)
