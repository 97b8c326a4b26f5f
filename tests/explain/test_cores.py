"""Cores and cheapest changes against enumeration: a core contradicts, no smaller one does, and no cheaper change is enough."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from kmodel.engines.smt.cores import Knob, cheapest, core
from kmodel.ground.rebuild import at_state
from kmodel.ground.terms import TRUE, Term, Variable, add, at_most, equal, number, variable
from tests.strategies.handmade import bool_variable, int_variable
from tests.strategies.terms import draw_term

VARIABLES = [int_variable("x", 0, 0, 3), int_variable("y", 1, 0, 2), bool_variable("b", 2)]


@st.composite
def terms(draw: st.DrawFn) -> list[Term]:
    return [draw_term(draw, "bool", VARIABLES, 2) for _ in range(draw(st.integers(1, 6)))]


def together(said: Sequence[Term], variables: Sequence[Variable] = VARIABLES) -> bool:
    """Whether some values of the variables satisfy all, by trying them."""
    return any(
        all(term is TRUE for term in at_state(said, dict(zip(variables, row, strict=True))))
        for row in product(*(range((which.low or 0), (which.high or 0) + 1) for which in variables))
    )


@settings(max_examples=60)
@given(terms(), terms())
def test_a_core_contradicts_and_is_minimal(always: list[Term], said: list[Term]) -> None:
    found = core(always[:1], said, 10.0)
    assert (found is None) == together([*always[:1], *said])
    if found is not None:
        assert found.minimal
        kept = [said[at] for at in found.terms]
        assert not together([*always[:1], *kept])
        for left_out in found.terms:
            assert together([*always[:1], *(said[at] for at in found.terms if at != left_out)])


@settings(max_examples=30)
@given(terms(), st.integers(0, 3), st.integers(0, 2))
def test_no_cheaper_change_is_enough(said: list[Term], x: int, y: int) -> None:
    knobs = [Knob(VARIABLES[0], x, 3), Knob(VARIABLES[1], y, 2)]
    found = cheapest(said, knobs, 10.0)
    prices = {
        (int(a != x) + int(b != y), 3 * abs(a - x) + 2 * abs(b - y))
        for a, b in product(range(4), range(3))
        if together([*said, equal(variable(VARIABLES[0]), number(a)), equal(variable(VARIABLES[1]), number(b))])
    }
    if found is None:
        assert prices == set()
    else:
        a, b = found.get(VARIABLES[0], x), found.get(VARIABLES[1], y)
        assert (int(a != x) + int(b != y), 3 * abs(a - x) + 2 * abs(b - y)) == min(prices)


def test_numbers_without_bounds() -> None:
    x = int_variable("x", 0, 0, None)
    assert cheapest([at_most(number(2**40), add(variable(x), number(1)))], [Knob(x, 5, 1)], 10.0) == {x: 2**40 - 1}
    assert core([], [at_most(variable(x), number(5)), TRUE, at_most(number(7), variable(x))], 10.0) is not None
