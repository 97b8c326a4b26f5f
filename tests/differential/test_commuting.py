"""Where steps that commute are looked at in one order, verdicts and lengths are the judge's on all states."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from kmodel.engines import Budget
from kmodel.engines.explicit import explicit
from kmodel.engines.explicit.ample import Independence, chosen, independence
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.ends import Looked
from kmodel.engines.explicit.orbits import symmetry
from kmodel.engines.explicit.search import search
from kmodel.ground.rebuild import Reads
from kmodel.ground.system import Action, System
from kmodel.ground.terms import FALSE, TRUE, Term, Variable, add, and_, equal, modulo, not_, variable
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


# ---- machine code


def in_one_order(made: System, order: Independence, with_symmetry: bool = False) -> Looked:
    native = pytest.importorskip("kmodel.engines.explicit.native.decide")
    found = native.in_one_order(made, Budget(), Clock(Budget()), symmetry(made) if with_symmetry else None, order)
    assert isinstance(found, Looked)
    return found


def same_in_machine_code(made: System, with_symmetry: bool = False) -> None:
    """What fails and what is exercised is the judge's on all states; fewer states may be looked at."""
    order, right = independence(made), check_by_exhaustion(made)
    if order is None:
        return
    found = in_one_order(made, order, with_symmetry)
    wrong = {at for at, verdict in enumerate(right.verdicts) if isinstance(verdict, Violated)}
    assert found.violated.keys() == wrong
    for at, verdict in found.violated.items():
        assert replay(made, made.claims[at], verdict.trace).reproduced
    if found.end == "exhausted":
        assert right.effort.states is not None
        event(f"spared: {found.states < right.effort.states}")
        assert found.states <= right.effort.states
        assert found.idle == tuple(bool(idle) for idle in right.vacuous)


@settings(max_examples=min(40, settings.default.max_examples))
@given(processes())
def test_processes_in_machine_code(made: System) -> None:
    same_in_machine_code(made)


@settings(max_examples=min(25, settings.default.max_examples))
@given(systems(kinds=KINDS, most_actions=6), systems(kinds=("invariant",), most_actions=6, partial=False))
def test_two_systems_side_by_side_in_machine_code(made: System, other: System) -> None:
    same_in_machine_code(beside(made, other)[1])


@settings(max_examples=min(20, settings.default.max_examples))
@given(symmetric_systems(kinds=KINDS))
def test_together_with_symmetry_in_machine_code(made: System) -> None:
    same_in_machine_code(made, with_symmetry=True)


def test_sets_of_more_actions_than_a_word_has_bits() -> None:
    """70 flags in pairs, the second of each set after the first: of all their orders one is enough; the last pair is seen."""
    flags = [bool_variable(f"f{at}", at) for at in range(70)]
    guards = [and_(not_(variable(flag)), variable(flags[at - 1]) if at % 2 else TRUE) for at, flag in enumerate(flags)]
    acts = [action(f"set{at}", guard, [(flag, TRUE)]) for at, (guard, flag) in enumerate(zip(guards, flags, strict=True))]
    made = system(flags, [0] * 70, acts, [claim("invariant", "last", not_(variable(flags[-1])))])
    order = independence(made)
    assert order is not None
    found, theirs = in_one_order(made, order), search(made, Budget(), Clock(Budget()), None, order)
    assert found.violated.keys() == theirs.findings.keys() == {0}
    bare = replace(made, claims=())
    whole = search(bare, Budget(states=2_000), Clock(Budget()), None, order)
    assert (whole.end, in_one_order(bare, order).states) == ("exhausted", len(whole.seen))


# ---- planted faults


def two(claimed: Term, guard: Term = TRUE, *, turns: bool = False) -> System:
    """`one` sets x (where the guard holds), `other` sets y, which `turns` back again."""
    actions = [action("one", and_(not_(X), guard), [(_X, TRUE)]), action("other", not_(Y), [(_Y, TRUE)])]
    actions += [action("back", Y, [(_Y, FALSE)])] if turns else []
    return system([_X, _Y], [0, 0], actions, [claim("invariant", "told", claimed)])


_X, _Y = bool_variable("x", 0), bool_variable("y", 1)
X, Y = variable(_X), variable(_Y)
WITHOUT_A_VISIBLE_ACTION = two(not_(and_(X, not_(Y))))
WITHOUT_A_DEPENDENCE = two(not_(X), not_(Y))
WITHOUT_THE_PROVISO = two(not_(X), turns=True)


def found_by(made: System, order: Independence) -> tuple[bool, bool]:
    """Whether interpreted code and machine code find that the claim fails."""
    run = search(made, Budget(), Clock(Budget()), None, order)
    return bool(run.findings), bool(in_one_order(made, order).violated)


def test_a_visible_action_that_is_forgotten_is_noticed() -> None:
    right = Independence((), (1, 2), ((), ()), 0b11)
    assert found_by(WITHOUT_A_VISIBLE_ACTION, right) == (True, True)
    assert found_by(WITHOUT_A_VISIBLE_ACTION, replace(right, visible=0b01)) == (False, False)
    assert independence(WITHOUT_A_VISIBLE_ACTION) is None


def test_a_dependence_that_is_forgotten_is_noticed() -> None:
    right = Independence((), (3, 3), ((), ()), 0b01)
    assert found_by(WITHOUT_A_DEPENDENCE, right) == (True, True)
    assert found_by(WITHOUT_A_DEPENDENCE, replace(right, depends=(1, 2))) == (False, False)
    assert independence(WITHOUT_A_DEPENDENCE) is None


def test_that_steps_may_be_put_off_for_ever_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    order = independence(WITHOUT_THE_PROVISO)
    assert order is not None
    assert found_by(WITHOUT_THE_PROVISO, order) == (True, True)
    monkeypatch.setattr(
        "kmodel.engines.explicit.search.chosen", lambda plan, options, truths, _: chosen(plan, options, truths, lambda _: True)
    )
    module = pytest.importorskip("kmodel.engines.explicit.native.order")
    monkeypatch.setattr(module, "_TEXT", module._TEXT.replace("%is.new = icmp ne i64 %new, 0", "%is.new = icmp uge i64 %new, 0"))
    assert found_by(WITHOUT_THE_PROVISO, order) == (False, False)


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
