"""Orbits of terms and actions under exchanges of interchangeable individuals, and what is asked of one member of each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kmodel.engines import Budget
from kmodel.engines.deadline import Clock
from kmodel.engines.sat.houdini import together
from kmodel.engines.sat.lanes import never_false
from kmodel.engines.sat.machine import Machine
from kmodel.engines.smt import recheck as rechecking
from kmodel.engines.smt.recheck import recheck
from kmodel.engines.strengthened import induction
from kmodel.ground.alike import alike, alike_actions
from kmodel.ground.rebuild import Reads, conjuncts
from kmodel.ground.symmetry import symmetric_groups
from kmodel.ground.system import Action, BoolShape, Place, System
from kmodel.ground.terms import FALSE, TRUE, Term, and_, equal, implies, not_, number, or_, variable
from kmodel.typed.types import BoolType
from kmodel.typed.values import Individual
from kmodel.verdict.verdict import Invariant, Proved
from tests.engines.test_leases import leasing
from tests.strategies.handmade import action, bool_variable, claim, system


def _named(made: System, name: str) -> Term:
    return next(variable(each) for each in made.variables if each.name == name)


def _homes(made: System) -> list[Term]:
    """That a pod which has an address has a home, of each pod."""
    pods = range(1, 4)
    return [implies(equal(_named(made, f"pod{at}.home"), number(0)), equal(_named(made, f"pod{at}.address"), number(0))) for at in pods]


def test_terms_about_one_pod_each_are_an_orbit() -> None:
    made = leasing("a not in n.leased")
    homes = _homes(made)
    both = equal(_named(made, "pod1.home"), _named(made, "pod2.home"))
    assert [len(each.individuals) for each in made.symmetric] == [2, 2, 3]
    assert alike(made, made.symmetric, homes).orbits == [[0, 1, 2]]
    found = alike(made, made.symmetric, [*homes, both])
    assert (found.orbits, found.open) == ([[0, 1, 2], [3]], {3})
    assert alike(made, (), homes).orbits == [[0], [1], [2]]


def test_actions_are_in_orbits_by_name() -> None:
    made = leasing("a not in n.leased")
    found = alike_actions(made, made.symmetric)
    names = [{made.actions[at].name for at in orbit} for orbit in found.orbits]
    assert not found.open
    assert sorted(map(len, found.orbits)) == [3, 6, 6]
    assert all(len(each) == 1 for each in names)


def test_what_is_kept_is_the_same_without_orbits() -> None:
    made = leasing("a not in n.leased")
    families = [(term,) for term in [*_homes(made), *(not_(equal(_named(made, f"pod{at}.node"), number(1))) for at in (1, 2, 3))]]
    kept = [
        {found.terms[at] for at in found.kept}
        for found in (together(each, families, Clock.of(None)) for each in (made, replace(made, symmetric=())))
    ]
    assert kept[0] == kept[1] == set(_homes(made))


def test_what_is_the_same_as_others_in_part_is_dropped_unless_it_is_wanted() -> None:
    made = leasing("a not in n.leased")
    some = _homes(made)[:2]
    assert together(made, [(term,) for term in some], Clock.of(None)).kept == []
    found = together(made, [(term,) for term in some], Clock.of(None), wanted=some)
    assert [found.terms[at] for at in found.kept] == some


def test_what_a_behaviour_refutes_is_dropped() -> None:
    made = leasing("a not in n.leased")
    machine = Machine.of(made)
    wrong = [
        FALSE,
        not_(equal(_named(made, "pod2.node"), number(1))),
        or_(*(equal(_named(made, f"pod{at}.home"), number(0)) for at in (1, 2, 3))),
    ]
    said = [machine.encoder.literal(term) for term in [*_homes(made), *wrong]]
    assert never_false(machine, said, Clock.of(None)) == [0, 1, 2]


def test_a_recheck_that_asks_less_refutes_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """One lemma of each orbit, or one action, and all of both where the lemmas are no whole orbits."""
    made = leasing("a not in n.leased")
    verdict = induction(made, Budget()).verdicts[0]
    assert isinstance(verdict, Proved)
    assert isinstance(verdict.certificate, Invariant)
    lemmas = verdict.certificate.lemmas
    asked = _counted(monkeypatch)
    assert recheck(made, [0], verdict.certificate) is True
    assert asked.pop() < len(made.actions) * len(lemmas)
    assert recheck(made, [0], Invariant(lemmas[1:])) is False
    assert asked.pop() == len(made.actions) * (len(lemmas) - 1)
    blind = next(at for at, each in enumerate(made.actions) if each.name.endswith("lease"))
    careless = [_without_a_look(each) if at == blind else each for at, each in enumerate(made.actions)]
    assert recheck(replace(made, actions=tuple(careless)), [0], verdict.certificate) is False


def _without_a_look(action: Action) -> Action:
    """At what is taken."""
    kept = [each for each in conjuncts(action.guard) if not any("leased" in which.name for which in Reads()(each))]
    assert len(kept) < len(conjuncts(action.guard))
    return replace(action, guard=and_(*kept))


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pairs of an action and a lemma were asked about, by recheck."""
    found: list[int] = []
    plain = rechecking._standing_for

    def counting(system: System, lemmas: list[Term]) -> object:
        actions, some = plain(system, lemmas)
        found.append(len(actions) * len(some))
        return actions, some

    monkeypatch.setattr(rechecking, "_standing_for", counting)
    return found


def test_individuals_that_begin_differently_are_asked_about_one_by_one() -> None:
    """What is assumed of variables that never change is not the same after an exchange of pods, although the steps are."""
    kept, now = ([bool_variable(f"{name}{at}", first + at) for at in range(2)] for name, first in (("kept", 0), ("now", 2)))
    things = [Individual("hand.Thing", at, f"thing{at}") for at in range(2)]
    fields = (("kept", kept), ("now", now))
    places = [Place(name, who, BoolType(), BoolShape(each), False) for name, all_ in fields for who, each in zip(things, all_, strict=True)]
    actions = [action("take", TRUE, [(now[at], variable(kept[at]))]) for at in range(2)]
    idle = claim("invariant", "idle", and_(*(not_(variable(each)) for each in now)))
    made = system([*kept, *now], [0, 1, 0, 0], actions, [idle], places=places)
    lemmas = [not_(variable(each)) for each in now]
    assert alike(made, symmetric_groups(made, lasting=True), lemmas).orbits == [[0, 1]]
    assert recheck(made, [0], Invariant(tuple(lemmas))) is False
    both = replace(made, starts=tuple(replace(each, value=FALSE) for each in made.starts))
    assert recheck(both, [0], Invariant(tuple(lemmas))) is True
