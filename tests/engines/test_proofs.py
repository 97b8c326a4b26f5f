"""Proofs that nobody wrote lemmas for, their certificates, and certificates that are spoiled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kmodel.engines import Budget
from kmodel.engines.accounts import pairs, suggestions
from kmodel.engines.deadline import Clock
from kmodel.engines.sat.houdini import inductive
from kmodel.engines.sat.proofs import pdr
from kmodel.engines.smt.recheck import recheck
from kmodel.engines.strengthened import induction
from kmodel.ground.system import BoolShape, Place, System
from kmodel.ground.terms import FALSE, TRUE, add, and_, at_most, count, equal, implies, less, not_, number, or_, variable
from kmodel.typed.types import BoolType
from kmodel.typed.values import Individual
from kmodel.verdict.verdict import Invariant, Proved
from tests.strategies.handmade import action, bool_variable, claim, int_variable, place, system

USED = int_variable("used", 0, 0, 7)
IN = [bool_variable(f"in{at}", at + 1) for at in range(4)]


def pool() -> System:
    """Four things that enter one by one while a counter is below 2: that at most two are in needs the counter's meaning."""
    used = variable(USED)
    enters = [
        action(f"enter{at}", and_(not_(variable(each)), less(used, number(2))), [(USED, add(used, number(1))), (each, TRUE)])
        for at, each in enumerate(IN)
    ]
    leaves = [action(f"leave{at}", variable(each), [(USED, add(used, number(-1))), (each, not_(TRUE))]) for at, each in enumerate(IN)]
    most = at_most(count(*map(variable, IN)), number(2))
    things = [Individual("hand.Thing", at, f"thing{at}") for at in range(4)]
    places = [place(USED), *(Place("inside", who, BoolType(), BoolShape(each), False) for who, each in zip(things, IN, strict=True))]
    return system([USED, *IN], [0, 0, 0, 0, 0], [*enters, *leaves], [claim("invariant", "at_most_two", most)], places=places)


@pytest.mark.parametrize("engine", [pdr, induction])
def test_a_counter_is_found_to_count(engine: object) -> None:
    made = pool()
    assert callable(engine)
    verdict = engine(made, Budget()).verdicts[0]
    assert isinstance(verdict, Proved)
    assert isinstance(verdict.certificate, Invariant)
    assert recheck(made, [0], verdict.certificate)


def test_suggestions_are_not_believed() -> None:
    """Of what is suggested, only what is inductive is kept."""
    made = pool()
    assert any(term.op == "equal" for term in (each.term for each in suggestions(made)))
    wrong = [equal(variable(USED), number(0)), or_(not_(variable(IN[0])), not_(variable(IN[1]))), at_most(variable(USED), number(2))]
    assert inductive(made, wrong, Clock.of(None)) == [wrong[2]]
    assert pairs(made) == []


def test_spoiled_certificates_are_refuted() -> None:
    made = pool()
    verdict = pdr(made, Budget()).verdicts[0]
    assert isinstance(verdict, Proved)
    assert isinstance(verdict.certificate, Invariant)
    lemmas = verdict.certificate.lemmas
    assert recheck(made, [0], Invariant(())) is False
    assert recheck(made, [0], Invariant((*lemmas, FALSE))) is False
    assert recheck(made, [0], Invariant((*lemmas, equal(variable(USED), number(0))))) is False
    assert recheck(made, [0], Invariant((*lemmas, implies(variable(IN[0]), variable(IN[1]))))) is False
    stronger = replace(made, claims=(claim("invariant", "at_most_one", at_most(count(*map(variable, IN)), number(1))),))
    assert recheck(stronger, [0], verdict.certificate) is False
    unbounded = replace(made, actions=(*made.actions, action("burst", TRUE, [(each, TRUE) for each in IN])))
    assert recheck(unbounded, [0], verdict.certificate) is False


def test_values_that_never_change_are_those_of_a_beginning() -> None:
    """Lemmas need not say again what is assumed of constants, and what is assumed of variables is not believed later."""
    kept, now = int_variable("kept", 0, 0, 3), int_variable("now", 1, 0, 3)
    small = claim("invariant", "small", less(variable(now), number(2)))
    step = claim("transition", "step", less(variable(kept), number(2)))
    take = action("take", TRUE, [(now, variable(kept))])
    made = system([kept, now], [None, 0], [take], [small, step], initial=[less(variable(kept), number(2))])
    proof = Invariant((less(variable(now), number(2)),))
    assert recheck(made, [0, 1], proof)
    assert recheck(replace(made, initial=()), [0], proof) is False
    assert recheck(replace(made, initial=()), [1], proof) is False
    more = action("more", TRUE, [(kept, number(3))])
    assert recheck(replace(made, actions=(*made.actions, more)), [0], proof) is False
    assert recheck(replace(made, actions=(more,)), [1], proof) is False


def test_an_action_is_looked_at_by_all_that_it_writes_and_by_far_lemmas() -> None:
    far, near, end, other = (bool_variable(name, at) for at, name in enumerate(("far", "near", "end", "other")))
    never = claim("invariant", "never", not_(variable(end)))
    take = action("take", TRUE, [(other, TRUE), (end, variable(near))])
    shed = action("shed", variable(near), [(near, not_(TRUE)), (far, not_(TRUE))])
    made = system([far, near, end, other], [0, 0, 0, 0], [take, shed], [never])
    link = implies(variable(near), variable(far))
    assert recheck(made, [0], Invariant((never.term, link, not_(variable(far)))))
    assert recheck(made, [0], Invariant((never.term, link))) is False
    assert recheck(made, [0], Invariant((never.term, not_(variable(far))))) is False
