"""Terms under a condition keep their meaning wherever it holds; only conditions that never hold become false."""

from __future__ import annotations

from hypothesis import given

from kmodel.ground.consequences import Consequences, satisfiable
from kmodel.ground.terms import FALSE, Term, and_, at_most, equal, less, not_, number, variable
from kmodel.semantics import evaluate
from tests.strategies.handmade import bool_variable, int_variable
from tests.strategies.terms import bool_terms, int_terms

VARIABLES = [int_variable("x", 0, -2, 1), bool_variable("b", 1), int_variable("y", 2, 3, 5)]
STATES = [(x, b, y) for x in range(-2, 2) for b in (0, 1) for y in range(3, 6)]


@given(bool_terms(VARIABLES, 3), int_terms(VARIABLES, 3))
def test_a_term_is_the_same_where_the_condition_holds(condition: Term, term: Term) -> None:
    for given_ in (condition, and_(condition, equal(variable(VARIABLES[0]), number(1)), not_(variable(VARIABLES[1])))):
        short = Consequences().under(given_, term)
        assert all(evaluate(short, state) == evaluate(term, state) for state in STATES if evaluate(given_, state))


@given(bool_terms(VARIABLES, 3), bool_terms(VARIABLES, 2))
def test_what_is_false_never_holds(one: Term, other: Term) -> None:
    condition = and_(one, other)
    assert satisfiable(condition) in (condition, FALSE)
    assert satisfiable(condition) is condition or not any(evaluate(condition, state) for state in STATES)


def test_comparisons_that_leave_no_value_are_found() -> None:
    y = variable(VARIABLES[2])
    assert satisfiable(and_(at_most(y, number(4)), less(number(4), y))) is FALSE
    assert satisfiable(and_(at_most(y, number(4)), less(number(3), y))) is not FALSE
