"""Where systems begin, what they do, and where they are undefined, by example."""

import pytest

from kmodel.ground.terms import TRUE, add, equal, less, not_, number, variable
from kmodel.semantics import Unbounded, initial, successors, undefined, why_no_step, why_not_initial
from tests.strategies.handmade import action, bool_variable, int_variable, system
from tests.strategies.handmade import undefined as hole

X, Y, P = int_variable("x", 0, 0, 2), int_variable("y", 1, 0, 3), bool_variable("p", 2)
x, y, p = variable(X), variable(Y), variable(P)
GROW = action("grow", TRUE, [(X, add(x, number(1)))])
SWAP = action("swap", p, [(X, number(0)), (P, less(x, y))])


def test_all_initial_states_in_the_order_of_starts() -> None:
    made = system([X, Y, P], [None, add(x, number(1)), None], [], [], initial=[not_(equal(x, number(1))), less(x, number(2))])
    assert list(initial(made)) == [(0, 1, 0), (0, 1, 1)]


def test_a_start_may_depend_on_a_rigid_variable_that_comes_later() -> None:
    rigid = int_variable("r", 1, 1, 2, rigid=True)
    made = system([X, rigid], [variable(rigid), None], [], [])
    assert list(initial(made)) == [(1, 1), (2, 2)]


def test_impossible_beginnings_leave_no_state() -> None:
    assert list(initial(system([X], [None], [], [], initial=[less(x, number(-1))]))) == []


def test_a_system_without_variables_has_one_state() -> None:
    assert list(initial(system([], [], [], []))) == [()]


def test_a_variable_that_starts_at_any_integer_cannot_be_enumerated() -> None:
    free = int_variable("n", 0, None, None)
    with pytest.raises(Unbounded, match="`n`"):
        list(initial(system([free], [None], [], [])))
    assert list(initial(system([free], [7], [], []))) == [(7,)]
    assert why_not_initial(system([free], [None], [], []), (-3,)) is None


def test_some_values_may_be_given() -> None:
    made = system([X, Y, P], [None, add(x, number(1)), None], [], [])
    assert list(initial(made, {1: 2})) == [(1, 2, 0), (1, 2, 1)]
    assert list(initial(made, {0: 2, 1: 2})) == []


def test_patience_ends() -> None:
    made = system([X, Y, P], [None, None, None], [], [], initial=[p, not_(p)])
    assert list(initial(made, patience=100)) == []
    with pytest.raises(Unbounded, match="too many ways"):
        list(initial(made, patience=10))


def test_a_start_out_of_bounds_is_a_contradiction() -> None:
    with pytest.raises(AssertionError):
        list(initial(system([X], [5], [], [])))


def test_updates_read_the_state_before_and_the_rest_stays() -> None:
    made = system([X, Y, P], [0, 0, 0], [GROW, SWAP], [])
    assert list(successors(made, (1, 2, 1))) == [(0, (2, 2, 1)), (1, (0, 2, 1))]


def test_an_undefined_step_is_not_taken() -> None:
    made = system([X, Y, P], [0, 0, 0], [GROW, SWAP], [])
    assert list(successors(made, (2, 2, 0))) == []
    assert undefined(made, (2, 2, 0)) == [(0, 0)]
    assert undefined(made, (1, 2, 0)) == []


def test_what_is_undefined_is_so_whatever_the_guard_says() -> None:
    made = system([X], [0], [action("never", less(x, number(-1)), [], [hole(TRUE)])], [])
    assert undefined(made, (0,)) == [(0, 0)]


def test_an_update_out_of_bounds_must_be_undefined() -> None:
    careless = action("careless", less(x, number(2)), [(X, add(x, number(1)))])
    made = system([X], [0], [careless], [])
    broken = action("broken", TRUE, [])
    broken = type(broken)("broken", (), None, TRUE, ((X, add(x, number(1))),), (), broken.span)
    assert list(successors(made, (2,))) == []
    with pytest.raises(AssertionError):
        list(successors(system([X], [0], [broken], []), (2,)))


@pytest.mark.parametrize(
    ("before", "index", "after", "reason"),
    [
        ((0, 0, 0), 0, (1, 0, 0), None),
        ((0, 0, 0), 7, (1, 0, 0), "there is no action 7"),
        ((0, 0, 0), 1, (0, 0, 0), "`swap()` is not enabled"),
        ((2, 0, 0), 0, (2, 0, 0), "`grow()` is undefined there: something is out-of-range"),
        ((0, 0, 0), 0, (2, 0, 0), "`grow()` takes `x` to 1, not to 2"),
        ((0, 0, 0), 0, (1, 3, 0), "`grow()` takes `y` to 0, not to 3"),
    ],
)
def test_why_there_is_no_such_step(before: tuple[int, ...], index: int, after: tuple[int, ...], reason: str | None) -> None:
    assert why_no_step(system([X, Y, P], [0, 0, 0], [GROW, SWAP], []), before, index, after) == reason
