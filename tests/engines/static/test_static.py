"""The static engine, by each of its solvers, against the judge; and placements as large as are asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmodel.engines.engine import Budget
from kmodel.engines.pseudo import Refused, has_room, model_of
from kmodel.engines.static.decide import SOLVERS, again, no_answers, static
from kmodel.ground.system import System
from kmodel.ground.terms import Term, Variable, add, and_, at_most, count, equal, if_, less, multiply, not_, number, or_, variable
from kmodel.semantics import check_by_exhaustion, replay
from kmodel.verdict.verdict import Proved, Unknown, Violated
from tests.strategies.handmade import action, claim, int_variable, system
from tests.strategies.systems import systems

for_each = pytest.mark.parametrize("name", SOLVERS)


@for_each
@settings(max_examples=60)
@given(made=systems(kinds=("invariant", "witness", "defined"), most_actions=0))
def test_it_agrees_with_the_judge(name: str, made: System) -> None:
    pytest.importorskip(SOLVERS[name][0])
    outcome = static(made, Budget(solver=name))
    for told, verdict, right in zip(made.claims, outcome.verdicts, check_by_exhaustion(made).verdicts, strict=True):
        if isinstance(verdict, Unknown):
            assert "in it have a" in verdict.reason
        elif isinstance(verdict, Violated):
            assert isinstance(right, Violated)
            assert replay(made, told, verdict.trace).reproduced
        else:
            assert isinstance(right, Proved)
            assert again(no_answers(made), told, 10.0) in (True, None)


@st.composite
def sums(draw: st.DrawFn) -> Term:
    """A comparison of weighted counts."""
    parts = [if_(draw(_atoms), number(draw(_weights)), number(draw(_weights))) for _ in range(draw(st.integers(1, 4)))]
    total = add(*parts, multiply(number(draw(_weights)), variable(X)), count(draw(_atoms), draw(_atoms)))
    law = draw(st.sampled_from((less, at_most, equal)))
    return law(total, add(number(draw(_weights)), variable(Y)))


X, Y = int_variable("x", 0, 0, 3), int_variable("y", 1, 1, 2)
_weights = st.integers(-4, 6)
_atoms = st.sampled_from([equal(variable(X), number(value)) for value in range(4)] + [less(variable(Y), variable(X))])


@for_each
@settings(max_examples=80)
@given(said=st.lists(sums(), min_size=1, max_size=3))
def test_sums_mean_what_they_say(name: str, said: list[Term]) -> None:
    pytest.importorskip(SOLVERS[name][0])
    mixed = and_(said[0], or_(*said[1:], not_(said[-1])))
    made = system([X, Y], [None, None], [], [claim("witness", "some", mixed), claim("invariant", "none", not_(mixed))])
    found, right = static(made, Budget(solver=name)), check_by_exhaustion(made)
    assert [type(verdict) for verdict in found.verdicts] == [type(verdict) for verdict in right.verdicts]


def test_what_it_cannot_treat() -> None:
    product = system([X, Y], [None, None], [], [claim("witness", "some", equal(multiply(variable(X), variable(Y)), number(2)))])
    moving = system([X], [None], [action("go", equal(variable(X), number(0)), [(X, number(1))])], [claim("witness", "some")])
    for made in (product, moving):
        assert all(isinstance(verdict, Unknown) for verdict in static(made, Budget()).verdicts)
    with pytest.raises(Refused):
        model_of([int_variable("n", 0, 0, None)], [])


def packing(sizes: list[int], room: list[int]) -> tuple[list[Variable], Term]:
    """Each thing in one of the boxes, none too full."""
    things = [int_variable(f"thing{at}", at, 0, len(room) - 1) for at in range(len(sizes))]
    full = [
        add(*(if_(equal(variable(thing), number(box)), number(size), number(0)) for thing, size in zip(things, sizes, strict=True)))
        for box in range(len(room))
    ]
    return things, and_(*(at_most(total, number(most)) for total, most in zip(full, room, strict=True)))


@settings(max_examples=60)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=4), st.lists(st.integers(0, 9), min_size=2, max_size=3))
def test_adding_up_refuses_only_what_cannot_be(sizes: list[int], room: list[int]) -> None:
    things, fits = packing(sizes, room)
    made = system(things, [None] * len(things), [], [claim("witness", "packed", fits)])
    reached = isinstance(check_by_exhaustion(made).verdicts[0], Violated)
    if not has_room(model_of(things, [fits])):
        assert not reached
    assert isinstance(static(made, Budget()).verdicts[0], Violated) == reached


@for_each
def test_many_things_in_boxes_that_are_too_small_together(name: str) -> None:
    """Far too many ways to try: only adding up tells."""
    pytest.importorskip(SOLVERS[name][0])
    things, fits = packing([7] * 60, [7 * 3] * 20)
    made = system(things, [None] * 60, [], [claim("witness", "packed", fits)])
    assert isinstance(static(made, Budget(solver=name)).verdicts[0], Violated)
    things, fits = packing([7] * 60, [7 * 3] * 19 + [20])
    made = replace(made, claims=(claim("witness", "packed", fits),), variables=tuple(things))
    made = system(things, [None] * 60, [], [claim("witness", "packed", fits)])
    assert isinstance(static(made, Budget(solver=name)).verdicts[0], Proved)
