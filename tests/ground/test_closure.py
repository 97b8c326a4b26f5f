"""Facts that rest on each other are the least that their rules allow, whichever way they are solved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from kmodel.engines import Budget
from kmodel.engines.explicit import explicit
from kmodel.ground.evaluate.closure import FEW, Closures, closure
from kmodel.ground.rebuild import Reads, substitute
from kmodel.ground.terms import FALSE, TRUE, Term, Variable, and_, not_, or_, variable
from kmodel.semantics import check_by_exhaustion, evaluate
from kmodel.verdict.verdict import Violated
from tests.ground.specs import system as ground_system
from tests.strategies.handmade import bool_variable

KNOWN = [bool_variable(f"k{at}", at) for at in range(3)]
STATES = list(product((0, 1), repeat=len(KNOWN)))


@st.composite
def coefficients(draw: st.DrawFn) -> Term:
    one = variable(draw(st.sampled_from(KNOWN)))
    return draw(st.sampled_from((FALSE, FALSE, TRUE, one, not_(one), and_(one, variable(KNOWN[0])))))


@st.composite
def bodies(draw: st.DrawFn) -> dict[Variable, Term]:
    """For each unknown a disjunction of a constant and some of the unknowns with coefficients, written in one way or another."""
    unknown = [Variable(f"u{at}", -1 - at, "bool", 0, 1) for at in range(draw(st.integers(1, 5)))]
    made: dict[Variable, Term] = {}
    for which in unknown:
        parts = [and_(draw(coefficients()), variable(other)) for other in unknown]
        if draw(st.booleans()):
            pair = [draw(st.sampled_from(unknown)) for _ in range(2)]
            parts.append(and_(draw(coefficients()), or_(*map(variable, pair))))
        made[which] = or_(draw(coefficients()), *parts)
    return made


def least(system: Mapping[Variable, Term], state: Sequence[int]) -> dict[Variable, int]:
    """By rounds of numbers. The unknowns follow the state's variables."""
    order = list(system)
    places = {which: Variable(which.name, len(state) + at, "bool", 0, 1) for at, which in enumerate(order)}
    terms = [_placed(system[which], places) for which in order]
    values = [0] * len(order)
    for _ in order:
        values = [int(evaluate(term, (*state, *values))) for term in terms]
    return dict(zip(order, values, strict=True))


def _placed(term: Term, places: Mapping[Variable, Variable]) -> Term:

    return substitute(term, {which: variable(place) for which, place in places.items()})


@given(bodies())
def test_the_closure_is_the_least_solution(system: dict[Variable, Term]) -> None:
    solved = Closures(Reads(), Counter({len(system): FEW})).solved(system)
    event(f"solved: {solved is not None}")
    assume(solved is not None)
    assert solved is not None
    for state in STATES:
        assert {which: int(evaluate(term, state)) for which, term in solved.items()} == least(system, state)


def test_what_is_not_linear_is_left() -> None:
    one, other = (Variable(f"u{at}", -1 - at, "bool", 0, 1) for at in range(2))
    both = {one: and_(variable(one), variable(other)), other: variable(one)}
    assert Closures(Reads(), {2: FEW}).solved(both) is None


def test_of_few_facts_rounds_are_unrolled() -> None:
    unknown = Variable("u", -1, "bool", 0, 1)
    assert Closures(Reads(), {1: FEW}).solved({unknown: variable(unknown)}) is None
    assert Closures(Reads(), {1: FEW + 1}).solved({unknown: variable(unknown)}) == {unknown: FALSE}


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 8, 9])
def test_the_longest_way_round_is_found(size: int) -> None:
    ring = tuple(tuple(TRUE if to == (at + 1) % size else FALSE for to in range(size)) for at in range(size))
    assert closure(ring) == ((TRUE,) * size,) * size


REACH = """
entity Node {{ var links: set[Node] = {{}} }}
action link(a: Node, b: Node) {{ require b not in a.links  a.links := a.links + {{b}} }}
relation reaches(a: Node, b: Node)
rule reaches(a, b) when b in a.links
{rule}
invariant acyclic {{ forall a, b in Node where a != b: not (reaches(a, b) and reaches(b, a)) }}
check net {{ scope Node = 3  expect violated acyclic }}
"""
RULES = (
    "rule reaches(a, b) when reaches(c, b) and c in a.links",
    "rule reaches(a, b) when reaches(a, c) and b in c.links",
    "rule reaches(a, b) when reaches(a, c) and reaches(c, b)",
)


@pytest.mark.parametrize("rule", RULES, ids=["right", "left", "twice"])
def test_reachability_is_decided_alike_and_interchangeable_nodes_stay_so(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kmodel.ground.evaluate.closure.FEW", 0)
    made = ground_system(REACH.format(rule=rule))
    assert [len(group.individuals) for group in made.symmetric] == [3]
    (ours, *_), (right, *_) = explicit(made, Budget()).verdicts, check_by_exhaustion(made).verdicts
    assert isinstance(ours, Violated)
    assert isinstance(right, Violated)
    assert ours.trace.steps == right.trace.steps == 2
