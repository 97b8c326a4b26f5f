"""What cubes of atoms say as terms."""

from __future__ import annotations

from itertools import product

import pytest

from kmodel.engines.sat.atoms import Vocabulary
from kmodel.ground.terms import at_most, not_, number, variable
from kmodel.semantics import evaluate
from tests.strategies.handmade import bool_variable, int_variable, system


@pytest.mark.parametrize(("low", "high"), [(0, 6), (2, 5), (-2, 1)])
def test_a_lemma_says_that_its_atoms_do_not_all_hold(low: int, high: int) -> None:
    which, on = int_variable("x", 0, low, high), bool_variable("on", 1)
    vocabulary = Vocabulary.of(system([which, on], [low if low > 0 else 0, 0], [], []))
    states = list(product(range(low, high + 1), range(2)))
    for signs in product((-1, 0, 1), repeat=len(vocabulary.atoms)):
        cube = frozenset(sign * at for at, sign in enumerate(signs, start=1) if sign)
        lemma = vocabulary.lemma(cube)
        for state in states:
            assert bool(evaluate(lemma, state)) is not _all_hold(vocabulary, cube, state)


def _all_hold(vocabulary: Vocabulary, cube: frozenset[int], state: tuple[int, ...]) -> bool:
    atoms = vocabulary.atoms
    values = {at: state[each.variable.index] for at, each in enumerate(atoms, start=1)}
    truths = {at: _holds(atoms[at - 1].kind, atoms[at - 1].value, value) for at, value in values.items()}
    return all(truths[abs(each)] is (each > 0) for each in cube)


def _holds(kind: str, value: int, held: int) -> bool:
    return bool(held >> value & 1) if kind == "bit" else held == value if kind == "value" else bool(held)


def test_the_high_bits_of_a_number_are_told_as_a_range() -> None:
    which = int_variable("used", 0, 0, 1023)
    vocabulary = Vocabulary.of(system([which], [0], [], []))
    assert vocabulary.lemma(frozenset({9, 10})) is not_(at_most(number(768), variable(which)))
