"""What terms mean, by example."""

import pytest

from kmodel.ground.terms import (
    FALSE,
    OPERATIONS,
    TRUE,
    Term,
    add,
    and_,
    at_most,
    count,
    divide,
    equal,
    if_,
    less,
    modulo,
    multiply,
    not_,
    number,
    or_,
    primed,
    select,
    subtract,
    variable,
)
from kmodel.semantics import DEFINITIONS, evaluate, evaluate_all
from tests.strategies.handmade import bool_variable, int_variable

X, Y = int_variable("x", 0, -9, 9), int_variable("y", 1, -9, 9)
P, Q = bool_variable("p", 2), bool_variable("q", 3)
x, y, p, q = variable(X), variable(Y), variable(P), variable(Q)


def test_every_operation_has_a_definition() -> None:
    assert DEFINITIONS.keys() == OPERATIONS.keys()


@pytest.mark.parametrize(
    ("term", "state", "value"),
    [
        (TRUE, (), 1),
        (FALSE, (), 0),
        (number(-4), (), -4),
        (x, (5, 0, 0, 0), 5),
        (not_(p), (0, 0, 1, 0), 0),
        (and_(p, q), (0, 0, 1, 0), 0),
        (or_(p, q), (0, 0, 0, 1), 1),
        (equal(p, q), (0, 0, 0, 0), 1),
        (equal(x, y), (2, 3, 0, 0), 0),
        (less(x, y), (2, 2, 0, 0), 0),
        (at_most(x, y), (2, 2, 0, 0), 1),
        (if_(p, x, y), (2, 3, 0, 0), 3),
        (select(modulo(x, number(3)), (y, number(7), x)), (-5, 4, 0, 0), 7),
        (count(p, q, not_(q)), (0, 0, 1, 1), 2),
        (subtract(x, y), (2, 5, 0, 0), -3),
        (multiply(x, y), (-2, 5, 0, 0), -10),
        (divide(x, y), (-7, 2, 0, 0), -4),
        (divide(x, y), (7, -2, 0, 0), -4),
        (divide(x, y), (7, 0, 0, 0), 0),
        (modulo(x, y), (-7, 2, 0, 0), 1),
        (modulo(x, y), (7, -2, 0, 0), -1),
        (modulo(x, y), (7, 0, 0, 0), 0),
    ],
    ids=str,
)
def test_value(term: Term, state: tuple[int, ...], value: int) -> None:
    assert evaluate(term, state) == value


def test_primed_variables_are_read_after_the_step() -> None:
    assert evaluate(less(x, primed(X)), (1, 0, 0, 0), (2, 0, 0, 0)) == 1
    with pytest.raises(AssertionError):
        evaluate(primed(X), (1, 0, 0, 0))


def test_many_states_at_a_time() -> None:
    assert evaluate_all((x, add(x, y)), [(1, 2, 0, 0), (3, 4, 0, 0)]) == [[1, 3], [3, 7]]


def test_a_shared_term_costs_once() -> None:
    term = x
    for _ in range(200):
        term = if_(less(term, y), add(term, y), subtract(y, term))
    assert evaluate(term, (0, 0, 0, 0)) == 0


def test_deep_terms_do_not_exhaust_the_stack() -> None:
    term = x
    for _ in range(20_000):
        term = if_(p, y, add(x, term))
    assert evaluate(term, (1, 5, 1, 0)) == 5
