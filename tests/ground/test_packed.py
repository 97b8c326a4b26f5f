"""Packed values: the same terms with the same variables, however deep; with variables of their own where the reader has none."""

from __future__ import annotations

import subprocess
import sys
from functools import reduce

from hypothesis import given

from kmodel.ground.packed import pack, unpack
from kmodel.ground.system import System
from kmodel.ground.terms import add, at_most, if_, number, variable
from kmodel.semantics import check_by_exhaustion
from tests.strategies.handmade import int_variable
from tests.strategies.systems import systems


@given(systems())
def test_with_the_same_variables_it_is_the_same(made: System) -> None:
    again = unpack(pack(made, made.variables), made.variables)
    assert again == made
    assert all(one.term is other.term for one, other in zip(again.claims, made.claims, strict=True))


@given(systems())
def test_with_variables_of_its_own_it_means_the_same(made: System) -> None:
    again = unpack(pack(made))
    assert [which.name for which in again.variables] == [which.name for which in made.variables]
    assert not set(again.variables) & set(made.variables)
    assert check_by_exhaustion(again).verdicts == check_by_exhaustion(made).verdicts


def test_a_term_of_any_depth() -> None:
    x = int_variable("x", 0, 0, 3)
    deep = reduce(lambda term, at: add(number(at), if_(at_most(term, number(at % 7)), number(1), term)), range(20_000), variable(x))
    assert unpack(pack([deep, deep], [x]), [x]) == [deep, deep]


def test_another_process_reads_it() -> None:
    x = int_variable("x", 0, 0, 3)
    data = pack((x, at_most(variable(x), number(1))))
    code = (
        "import sys; from kmodel.ground.packed import unpack; from kmodel.ground.terms import *;"
        "x, term = unpack(sys.stdin.buffer.read()); assert term is at_most(variable(x), number(1))"
    )
    subprocess.run([sys.executable, "-c", code], input=data, check=True)
