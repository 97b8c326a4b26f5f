"""A property is looked at again conjunct by conjunct: together they fail where, and only where, the whole does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kmodel.confirm.certificates import _conjuncts
from kmodel.ground.system import Formula, System
from kmodel.semantics import find_lasso, image, initial
from kmodel.semantics.steps import successors
from tests.strategies.systems import formulas, systems


def _reached(system: System) -> list[tuple[int, ...]]:
    seen = dict.fromkeys(initial(system))
    waiting = list(seen)
    while waiting and len(seen) < 40:
        for _, after in successors(system, waiting.pop()):
            if after not in seen:
                seen[after] = None
                waiting.append(after)
    return list(seen)


@given(systems(kinds=("property",), partial=False), st.data())
def test_a_formula_fails_where_a_conjunct_does(system: System, data: st.DataObject) -> None:
    first, second = (data.draw(formulas(system.variables, depth=1)) for _ in range(2))
    whole = Formula("always", (Formula("and", (first, Formula("always", (second,)))),))
    states = _reached(system)
    steps = [(states[at], action, after) for at, action, after in image(system, states)]
    begin = list(initial(system))
    parts = list(_conjuncts(whole))
    assert len(parts) >= 2
    alone = [find_lasso(system, part, begin, steps) is None for part in parts]
    assert (find_lasso(system, whole, begin, steps) is None) == all(alone)
