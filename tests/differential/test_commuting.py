"""Where steps that commute are looked at in one order, verdicts and lengths are the judge's on all states."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import event, given, settings
from hypothesis import strategies as st

from kmodel.engines import Budget
from kmodel.engines.explicit import explicit
from kmodel.engines.explicit.ample import independence
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.search import search
from kmodel.ground.rebuild import Reads
from kmodel.ground.system import Action, System
from kmodel.ground.terms import TRUE, Term, Variable, add, and_, equal, modulo, variable
from kmodel.ground.terms import number as number_
from kmodel.semantics import check_by_exhaustion, replay
from kmodel.verdict.verdict import Exhaustion, Proved, Violated
from tests.strategies.handmade import action, bool_variable, claim, int_variable, system
from tests.strategies.slices import beside
from tests.strategies.symmetric import symmetric_systems
from tests.strategies.systems import systems
from tests.strategies.terms import draw_term

KINDS = ("invariant", "transition", "witness", "defined")


def same(made: System) -> None:
    ours, right = explicit(made, Budget(partial_order="always")), check_by_exhaustion(made)
    for about, verdict, expected in zip(made.claims, ours.verdicts, right.verdicts, strict=True):
        if isinstance(expected, Violated):
            assert isinstance(verdict, Violated)
            assert (verdict.shortest, verdict.trace.steps) == (True, expected.trace.steps)
            assert replay(made, about, verdict.trace).reproduced
        else:
            assert isinstance(verdict, Proved)
            assert isinstance(expected, Proved)
            assert isinstance(verdict.certificate, Exhaustion)
            assert isinstance(expected.certificate, Exhaustion)
            event(f"spared: {verdict.certificate.states < expected.certificate.states}")
            assert verdict.certificate.states <= expected.certificate.states
    if all(isinstance(verdict, Proved) for verdict in ours.verdicts):
        assert ours.vacuous == right.vacuous


@given(systems(kinds=KINDS, most_actions=6), systems(kinds=("invariant",), most_actions=6, partial=False), st.booleans())
def test_two_systems_side_by_side(made: System, other: System, whole: bool) -> None:
    """Steps of the one commute with those of the other; the claims are about one of them, or both."""
    _, both = beside(made, other)
    same(both if whole else replace(both, claims=both.claims[len(other.claims) :]))


@given(systems(kinds=KINDS, most_actions=6))
def test_random_systems(made: System) -> None:
    same(made)


@given(symmetric_systems(kinds=KINDS))
def test_together_with_symmetry(made: System) -> None:
    same(made)


@st.composite
def processes(draw: st.DrawFn) -> System:
    """Two or three processes that go from place to place, each with a flag of its own, and now and then touch what they share."""
    shared = int_variable("shared", 0, 0, 2)
    places = [int_variable(f"at{number}", 1 + 2 * number, 0, 2) for number in range(draw(st.integers(2, 3)))]
    flags = [bool_variable(f"flag{number}", 2 + 2 * number) for number in range(len(places))]
    actions: list[Action] = []
    for number, (at, flag) in enumerate(zip(places, flags, strict=True)):
        for step in range(draw(st.integers(2, 4))):
            touches = draw(st.integers(0, 4))
            condition = draw_term(draw, "bool", [flag, shared], 1) if touches == 1 else TRUE
            updates: dict[Variable, Term] = {at: number_((step + draw(st.sampled_from((1, 1, 1, 2)))) % 3)}
            if touches == 2:
                further = modulo(add(variable(shared), number_(1)), number_(3))
                updates[shared] = draw(st.sampled_from((number_(step % 3), further, variable(at))))
            if touches == 3:
                updates[flag] = draw_term(draw, "bool", [flag, shared], 1)
            guard = and_(equal(variable(at), number_(step % 3)), condition)
            actions.append(action(f"step{step} of {number}", guard, updates.items()))
    kind = draw(st.sampled_from(("invariant", "witness", "transition")))
    told = draw(st.sampled_from(([shared], [places[-1], flags[0]], [places[0], places[1]], [shared, flags[1]], [shared, places[1]])))
    claims = [claim(kind, "told", draw_term(draw, "bool", told, 2, after=kind == "transition"))]
    order = [shared, *(which for pair in zip(places, flags, strict=True) for which in pair)]
    return system(order, [0] * len(order), actions, claims)


@given(processes())
def test_processes(made: System) -> None:
    same(made)


@settings(max_examples=300)
@given(processes())
def test_all_that_a_claim_can_see_of_processes_is_reached(made: System) -> None:
    assert_seen_alike(made)


@given(systems(kinds=("invariant",), most_actions=6, partial=False))
def test_all_that_a_claim_can_see_is_reached(made: System) -> None:
    assert_seen_alike(made)


def assert_seen_alike(made: System) -> None:
    """The values that the claims' variables have together in some state are the same in one order of steps and in all orders."""
    order = independence(made)
    if order is None:
        return
    bare = replace(made, claims=())
    part, whole = search(bare, Budget(), Clock(Budget()), None, order), search(bare, Budget(), Clock(Budget()))
    event(f"fewer: {len(part.seen) < len(whole.seen)}")
    assert part.seen.keys() <= whole.seen.keys()
    read = sorted(which.index for which in Reads().of(each.term for each in made.claims))

    def visible(packed: int) -> tuple[int, ...]:
        state = whole.layout.decode(packed)
        return tuple(state[at] for at in read)

    assert set(map(visible, part.seen)) == set(map(visible, whole.seen))
