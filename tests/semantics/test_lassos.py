"""Fair lassos by example: what strong fairness leaves of a component is searched too."""

from __future__ import annotations

from typing import Literal

import pytest

from kmodel.ground.system import Fairness, Formula
from kmodel.ground.terms import equal, number, variable
from kmodel.semantics import check_by_exhaustion, replay
from kmodel.verdict import Proved, Violated
from tests.strategies.handmade import action, claim, int_variable, state_formula, system

X = int_variable("x", 0, 0, 2)
x = variable(X)


def at(value: int) -> Formula:
    return state_formula(equal(x, number(value)))


def move(before: int, after: int) -> tuple[str, int, int]:
    return f"from_{before}_to_{after}", before, after


MOVES = [action(name, equal(x, number(before)), [(X, number(after))]) for name, before, after in (move(0, 1), move(1, 0), move(1, 2))]
COMES = claim("property", "two_comes", formula=Formula("eventually", (at(2),)))


@pytest.mark.parametrize(
    ("groups", "broken"),
    [
        ([], True),
        ([("strong", 2)], True),
        ([("strong", 2), ("weak", 0)], False),
        ([("weak", 2), ("weak", 0)], True),
        ([("strong", 2), ("strong", 0)], False),
    ],
)
def test_what_must_happen(groups: list[tuple[Literal["weak", "strong"], int]], broken: bool) -> None:
    fairness = [Fairness(f"group{index}", kind, (index,)) for kind, index in groups]
    made = system([X], [1], MOVES, [COMES], fairness=fairness)
    verdict = check_by_exhaustion(made).verdicts[0]
    assert isinstance(verdict, Violated if broken else Proved)
    if isinstance(verdict, Violated):
        assert replay(made, COMES, verdict.trace).reproduced
