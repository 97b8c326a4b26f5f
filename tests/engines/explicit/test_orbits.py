"""Which permutations are used, and what they are used for: by example, and on models whose quotients other tools have counted."""

from __future__ import annotations

from dataclasses import replace
from math import factorial

import pytest

from bench.run import Case, check_text
from kmodel.engines import Budget
from kmodel.engines.explicit import explicit
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.decide import outcome_of
from kmodel.engines.explicit.orbits import symmetry, wider
from kmodel.engines.explicit.search import search
from kmodel.ground import slices
from kmodel.ground.symmetry import symmetric_groups
from kmodel.ground.system import BoolShape, Fairness, Formula, NumberShape, Place, System
from kmodel.ground.terms import FALSE, TRUE, Term, Variable, and_, at_most, count, equal, if_, not_, number, or_, variable
from kmodel.semantics import replay
from kmodel.typed.types import BoolType
from kmodel.typed.values import Individual
from kmodel.verdict.verdict import Proved, Violated
from tests.ground.specs import system as ground_system
from tests.strategies.handmade import action, bool_variable, claim, int_variable, state_formula, system

WORKERS = [Individual("worker", at, f"w{at}") for at in range(2)]


def grouped(made: System) -> System:
    found = replace(made, symmetric=symmetric_groups(made))
    assert [len(group.individuals) for group in found.symmetric] == [2]
    return found


def eventually(formula: Formula) -> Formula:
    return Formula("eventually", (formula,))


def test_fairness_to_each_of_them_forbids_taking_one_for_another() -> None:
    """One goes between 0 and 2, past the other, which waits at 1. Seen as a pair of numbers, first the one seems to act, then the other."""
    numbers = [int_variable(f"n{at}", at, 0, 3) for at in range(2)]
    places = [Place("n", who, BoolType(), NumberShape(which), False) for who, which in zip(WORKERS, numbers, strict=True)]
    nexts = [if_(equal(variable(n), number(1)), number(3), if_(equal(variable(n), number(0)), number(2), number(0))) for n in numbers]
    acts = [action("act", at_most(variable(n), number(2)), [(n, after)]) for n, after in zip(numbers, nexts, strict=True)]
    arrives = eventually(state_formula(or_(*(equal(variable(n), number(3)) for n in numbers))))
    begins = and_(or_(*(equal(variable(n), number(1)) for n in numbers)), *(at_most(variable(n), number(1)) for n in numbers))
    fairness = [Fairness(f"act of {who}", "weak", (at,)) for at, who in enumerate(WORKERS)]
    made = grouped(
        system(numbers, [None, None], acts, [claim("property", "p", formula=arrives)], initial=[begins], fairness=fairness, places=places)
    )
    assert symmetry(made) is None
    assert isinstance(explicit(made, Budget()).verdicts[0], Proved)
    together = replace(made, fairness=(Fairness("act", "weak", (0, 1)),))
    found = symmetry(together)
    assert found is not None
    assert found.order == 2
    (verdict,) = explicit(together, Budget()).verdicts
    assert isinstance(verdict, Violated)
    assert replay(together, together.claims[0], verdict.trace).reproduced


def turns() -> tuple[list[Variable], System]:
    """Whoever takes the turn has it alone."""
    flags = [bool_variable(f"f{at}", at) for at in range(2)]
    places = [Place("f", who, BoolType(), BoolShape(which), False) for who, which in zip(WORKERS, flags, strict=True)]
    take = [action("take", TRUE, [(flags[at], TRUE), (flags[1 - at], FALSE)]) for at in range(2)]
    fairness = [Fairness("take", "weak", (0, 1))]
    return flags, system(flags, [0, 0], take, [], fairness=fairness, places=places)


def test_a_formula_about_one_and_the_same_individual_forbids_it_too() -> None:
    """Some flag is set from some time on for ever, seen without names: but it need not be the same one."""
    flags, made = turns()
    stays = Formula("or", tuple(eventually(Formula("always", (state_formula(variable(flag)),))) for flag in flags))
    made = grouped(replace(made, claims=(claim("property", "p", formula=stays),)))
    assert symmetry(made) is None
    assert isinstance(explicit(made, Budget()).verdicts[0], Violated)


def test_a_round_through_orbits_is_followed_until_the_states_come_back() -> None:
    """Taking turns is one step from orbit to orbit and two from state to state."""
    flags, made = turns()
    idle: Term = equal(count(*map(variable, flags)), number(0))
    made = grouped(replace(made, claims=(claim("property", "p", formula=Formula("always", (eventually(state_formula(idle)),))),)))
    assert symmetry(made) is not None
    verdict = explicit(made, Budget()).verdicts[0]
    assert isinstance(verdict, Violated)
    assert replay(made, made.claims[0], verdict.trace).reproduced


def test_claims_that_allow_different_symmetry_are_decided_apart() -> None:
    flags, made = turns()
    both = claim("invariant", "one", at_most(count(*map(variable, flags)), number(1)))
    named = claim("property", "p", formula=eventually(state_formula(variable(flags[0]))))
    other = claim("property", "p", formula=eventually(state_formula(variable(flags[1]))))
    outcome = explicit(grouped(replace(made, claims=(named, both, other))), Budget())
    assert [type(verdict).__name__ for verdict in outcome.verdicts] == ["Violated", "Proved", "Violated"]
    assert outcome.effort.orbits is not None
    assert (outcome.effort.states, outcome.effort.orbits.states) == (3, 2)


def test_it_can_be_switched_off() -> None:
    flags, made = turns()
    made = grouped(replace(made, claims=(claim("invariant", "one", at_most(count(*map(variable, flags)), number(1))),)))
    assert explicit(made, Budget(symmetry=False)).effort.orbits is None


FLEET = """
entity Ship {{ var port: Ship? = none  var at_sea: bool = false }}
action sail(s: Ship) {{ require not s.at_sea  s.at_sea := true }}
action meet(s: Ship, t: Ship) {{ require s.at_sea and t.at_sea and s != t  s.port := t }}
invariant some {{ forall s in Ship: s.port is t implies s.at_sea }}
check fleet {{ scope Ship = {ships}  verify some }}
"""


@pytest.mark.parametrize("ships", [2, 3])
def test_individuals_that_refer_to_each_other_are_searched(ships: int) -> None:
    made = ground_system(FLEET.format(ships=ships))
    found = symmetry(made)
    assert found is not None
    assert (len(found.searched), found.order) == (1, factorial(ships))
    assert explicit(made, Budget()) == replace(explicit(made, Budget(symmetry=False)), effort=explicit(made, Budget()).effort)


def test_of_groups_that_share_a_table_one_is_sorted_and_one_searched() -> None:
    """Of the 16 tables of two rows and two columns, 7 differ by more than the order of rows and columns."""
    made = ground_system(
        """
        entity Row { var marks: set[Column] = {} }
        entity Column { var used: bool = false }
        action mark(r: Row, c: Column) { r.marks := r.marks + {c} }
        invariant few { forall r in Row: size(r.marks) <= 2 }
        check table { scope Row = 2, Column = 2  verify few }
        """
    )
    found = symmetry(made)
    assert found is not None
    assert (len(found.sorted), len(found.searched)) == (1, 1)
    orbits = explicit(made, Budget()).effort.orbits
    assert orbits is not None
    assert orbits.states == 7


def test_a_rule_for_one_of_them_keeps_them_apart_whatever_they_start_from() -> None:
    flags, made = turns()
    few = claim("invariant", "few", at_most(count(*map(variable, flags)), number(1)))
    made = system(flags, [0, 1], made.actions[:1], [few], places=made.places)
    assert wider(made, None) is None


def test_that_a_claim_about_another_one_fails_from_other_first_states_says_nothing() -> None:
    """The first has a flag at first, the second never: of the two claims one fails, and not the other."""
    flags, made = turns()
    apart = [claim("invariant", "unset", not_(variable(flag))) for flag in flags]
    made = system(flags, [1, 0], [], apart, places=made.places)
    assert wider(made, None) is None
    some = system(flags, [1, 0], [], [claim("invariant", "unset", not_(or_(*map(variable, flags))))], places=made.places)
    wide = wider(some, None)
    assert wide is not None
    run = search(some, Budget(), Clock(Budget()), wide)
    (verdict,) = outcome_of(run, Budget(), Clock(Budget())).verdicts
    assert isinstance(verdict, Violated)
    assert verdict.trace.states == ((1, 0),)


WIDER = [
    (Case("rollout", (3, 1, 1, 5, 1, 1)), (269, 1_101, 18)),
    (Case("rollout", (4, 1, 1, 7, 2, 2)), (5_170, 36_341, 28)),
    (Case("scheduling", (3, 5, 2, 3, 1)), (7_588, 77_896, 15)),
    (Case("scheduling", (3, 8, 6, 7, 1)), (49_779, 572_389, 16)),
]


@pytest.mark.parametrize(("case", "quotient"), WIDER, ids=str)
def test_known_quotients_that_start_anywhere(case: Case, quotient: tuple[int, int, int]) -> None:
    """All slots, and all pods and nodes that are alike but for what they start as, are interchangeable where the steps are as well."""
    native = pytest.importorskip("kmodel.engines.explicit.native.decide")
    made = check_of(case)
    effort = native.decided(made, Budget(), Clock(Budget()), wider(made, symmetry(made))).effort
    assert (effort.orbits.states, effort.orbits.generated, effort.depth) == quotient
    assert effort.states is None


def test_where_orbits_are_too_many_more_permutations_are_used() -> None:
    """Of 7 slots with 4 pods there are 41,966 orbits where pods that are there at first differ from others, and 5,170 where not."""
    made = check_of(Case("rollout", (4, 1, 1, 7, 2, 2)))
    outcome = explicit(made, Budget(states=20_000))
    assert all(isinstance(verdict, Proved) for verdict in outcome.verdicts)
    assert outcome.effort.orbits is not None
    assert outcome.effort.orbits.states == 5_170
    assert not any(isinstance(verdict, Proved) for verdict in explicit(made, Budget(states=20_000, symmetry=False)).verdicts)


@pytest.mark.parametrize(
    ("case", "quotient"),
    [
        (Case("ipam", (2, 2, 3)), (455, 1_752)),
        (Case("rollout", (3, 1, 1, 5, 1, 1)), (594, 2_320)),
        (Case("scheduling", (2, 4, 1, 2, 1)), None),
    ],
    ids=str,
)
def test_known_quotients(case: Case, quotient: tuple[int, int] | None) -> None:
    """The quotients are those of TLC and of a reference in C++; all other numbers are those of the whole."""
    made = check_of(case)
    small, whole = explicit(made, Budget()), explicit(made, Budget(symmetry=False))
    assert small == replace(whole, effort=replace(whole.effort, orbits=small.effort.orbits))
    orbits = small.effort.orbits
    assert orbits is not None
    assert quotient is None or (orbits.states, orbits.generated) == quotient


@pytest.mark.parametrize(
    ("case", "whole", "quotient"),
    [
        (Case("ipam", (2, 2, 4)), (52_637, 240_325, 17), (916, 4_264)),
        (Case("ipam", (3, 2, 4)), (1_293_749, 7_040_857, 24), (6_308, 35_060)),
        (Case("ipam", (2, 3, 5)), (3_080_787, 16_715_517, 23), (4_407, 24_397)),
        (Case("ipam", (3, 3, 4)), (17_301_279, 91_515_493, 32), None),
        (Case("ipam", (3, 3, 5)), None, (72_423, 453_488)),
        (Case("rollout", (4, 1, 1, 7, 2, 2)), (2_675_716, 18_705_541, 39), (41_966, 290_421)),
        (Case("scheduling", (3, 8, 6, 7, 1)), (1_031_928, 11_277_415, 16), None),
    ],
    ids=str,
)
def test_known_quotients_in_machine_code(case: Case, whole: tuple[int, int, int] | None, quotient: tuple[int, int] | None) -> None:
    """From the sizes of orbits the numbers of all states are known, as TLC, SPIN and a reference in C++ count them."""
    native = pytest.importorskip("kmodel.engines.explicit.native.decide")
    made = check_of(case)
    outcome = native.decided(made, Budget(), Clock(Budget()), symmetry(made))
    assert all(isinstance(verdict, Proved) for verdict in outcome.verdicts)
    effort = outcome.effort
    assert whole is None or (effort.states, effort.generated, effort.depth) == whole
    assert quotient is None or (effort.orbits.states, effort.orbits.generated) == quotient


def check_of(case: Case) -> System:
    (part,) = slices(ground_system(check_text(case)))
    return part.system
