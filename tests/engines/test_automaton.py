"""Automata of formulas: their size, and that they accept exactly the behaviours on which the judge says the formula is false."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from kmodel.engines.automaton import Automaton, normal, refuting
from kmodel.graphs import components
from kmodel.ground.system import Formula
from kmodel.ground.terms import FALSE, TRUE, Term, not_, variable
from kmodel.semantics import evaluate, holds_forever
from tests.strategies.handmade import bool_variable, state_formula
from tests.strategies.systems import formulas

P, Q = bool_variable("p", 0), bool_variable("q", 1)
IS_P, IS_Q = state_formula(variable(P)), state_formula(variable(Q))
WORDS = [(states, loop) for size in (1, 2, 3) for states in product(product((0, 1), repeat=2), repeat=size) for loop in range(size)]
"""Behaviours over p and q of up to three states."""


def accepts(automaton: Automaton, states: tuple[tuple[int, ...], ...], loop: int) -> bool:
    """Whether the automaton has an accepted way along the behaviour: an accepting component of their product."""

    def fits(position: int, node: int) -> bool:
        return bool(evaluate(automaton.labels[node], states[position]))

    def after(place: tuple[int, int]) -> list[tuple[int, int]]:
        following = place[0] + 1 if place[0] + 1 < len(states) else loop
        return [(following, node) for node in automaton.following[place[1]] if fits(following, node)]

    for component in components([(0, node) for node in automaton.initial if fits(0, node)], after):
        nodes = {node for _, node in component}
        endless = any(place in component for each in component for place in after(each))
        if endless and all(goal & nodes for goal in automaton.accepting):
            return True
    return False


@given(formulas([P, Q], depth=3))
def test_an_automaton_accepts_what_refutes_its_formula(formula: Formula) -> None:
    automaton = refuting(formula)
    for states, loop in WORDS:
        assert accepts(automaton, states, loop) == (not holds_forever(formula, states, loop))


def test_common_automata_are_small() -> None:
    def size(*parts: Formula | str) -> int:
        formula = parts[-1]
        assert isinstance(formula, Formula)
        for op in reversed(parts[:-1]):
            assert op in ("always", "eventually")
            formula = Formula(op, (formula,))  # type: ignore[arg-type]  # checked above
        return len(refuting(formula).labels)

    response = Formula("or", (Formula("not", (IS_P,)), Formula("eventually", (IS_Q,))))
    assert size("eventually", IS_P) == 1
    assert size("always", IS_P) == 3
    assert size("eventually", "always", IS_P) == 2
    assert size("always", "eventually", IS_P) == 2
    assert size("always", response) == 3
    assert size("always", "always", "always", IS_P) == 3


def test_what_cannot_be_refuted_has_an_automaton_without_nodes() -> None:
    assert refuting(state_formula(TRUE)).labels == ()
    assert refuting(Formula("eventually", (Formula("or", (IS_P, state_formula(not_(variable(P))))),))).labels == ()


def test_states_are_put_into_one_term() -> None:
    both = Formula("not", (Formula("or", (IS_P, Formula("not", (IS_Q,)))),))
    expected: Term = variable(Q)
    assert normal(both, True).term.arguments == (not_(variable(P)), expected)
    assert normal(Formula("until", (IS_P, state_formula(FALSE))), True).term is FALSE


@given(st.data())
def test_the_same_formula_has_the_same_automaton(data: st.DataObject) -> None:
    formula = data.draw(formulas([P, Q], depth=3))
    assert refuting(formula) == refuting(formula)
