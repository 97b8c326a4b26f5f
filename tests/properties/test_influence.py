"""What influences what: the closure that is made along components is the one that is made by adding until nothing is missing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kmodel.ground.influence import Influence
from kmodel.ground.rebuild import Reads
from kmodel.ground.system import System
from kmodel.ground.terms import Variable
from tests.strategies.systems import systems


def _added(system: System, inside: set[Variable], *, fair: bool) -> set[Variable]:
    """What one round adds."""
    reads = Reads()
    more: set[Variable] = set()
    for start in system.starts:
        if start.value is not None and start.variable in inside:
            more |= reads(start.value)
    for term in system.initial:
        more |= reads(term) if reads(term) & inside else set()
    written = [{which for which, _ in action.updates} for action in system.actions]
    taken = {at for at, variables in enumerate(written) if variables & inside}
    if fair:
        taken |= {at for group in system.fairness if taken & set(group.actions) for at in group.actions}
    for at in taken:
        action = system.actions[at]
        more |= reads(action.guard) | reads.of(each.condition for each in action.undefined)
        more |= written[at] if fair else set()
        more |= reads.of(term for which, term in action.updates if which in inside)
    return more - inside


@given(systems(), st.booleans(), st.data())
def test_the_closure_is_the_least_one(system: System, fair: bool, data: st.DataObject) -> None:
    seeds = data.draw(st.sets(st.sampled_from(system.variables)))
    inside = set(seeds)
    while more := _added(system, inside, fair=fair):
        inside |= more
    assert Influence(system, Reads(), fair=fair).of(seeds) == inside
