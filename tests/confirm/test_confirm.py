"""Confirmation by example; its laws are in tests/properties/test_confirm.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kmodel.confirm import confirm
from kmodel.confirm.certificates import Rechecked, Refuted, look_again, recheck_states
from kmodel.ground.system import Claim, Fairness, Formula, Slice, System
from kmodel.ground.terms import TRUE, Term, add, equal, less, modulo, not_, number, variable
from kmodel.semantics import check_by_exhaustion, explore, replay
from kmodel.verdict import Complete, Effort, Exhaustion, HoldsToDepth, Induction, Outcome, Proved, Trace, Unknown, Verdict, Violated
from tests.strategies.handmade import action, claim, int_variable, state_formula, system
from tests.strategies.slices import whole_slice

X = int_variable("x", 0, 0, 3)
x = variable(X)
STEP = action("step", less(x, number(3)), [(X, add(x, number(1)))])
SMALL = claim("invariant", "small", less(x, number(2)))
PART = system([X], [0], [STEP], [SMALL])
TO_TWO = Trace(((0,), (1,), (2,)), (0, 0))


def outcome(*verdicts: Verdict) -> Outcome:
    return Outcome(verdicts, (None,) * len(verdicts), Effort("test"))


def around(*extra: Term, tick_guard: Term = TRUE) -> tuple[Slice, System]:
    """A whole with a clock before x: it goes round, and each step sets it to 0."""
    clock, second = int_variable("clock", 0, 0, 2), int_variable("x", 1, 0, 3)
    now = variable(second)
    grow = action("step", less(now, number(3)), [(second, add(now, number(1))), (clock, number(0))])
    tick = action("tick", tick_guard, [(clock, modulo(add(variable(clock), number(1)), number(3)))])
    claims = [claim("witness", "late", equal(variable(clock), number(2))), claim("invariant", "small", less(now, number(2)))]
    return Slice(PART, (1,), (1,), (1,)), system([clock, second], [None, 0], [tick, grow], claims, initial=extra)


def test_a_trace_is_told_in_the_wholes_terms() -> None:
    part, whole = around(equal(variable(int_variable("clock", 0, 0, 2)), number(1)))
    found = confirm(part, whole, outcome(Violated(TO_TWO, True))).verdicts[0]
    assert found == Violated(Trace(((1, 0), (0, 1), (0, 2)), (1, 1)), True, confirmed=True)


def test_what_the_whole_does_not_do_is_internal() -> None:
    part, whole = around()
    stubborn = replace(whole.actions[1], guard=equal(variable(whole.variables[1]), number(0)))
    found = confirm(part, replace(whole, actions=(whole.actions[0], stubborn)), outcome(Violated(TO_TWO, True))).verdicts[0]
    reason = "is one of a part of the system only: in the whole system, `step()` does not lead on at step 2"
    assert found == Unknown(f"internal: the trace against `small` {reason}")


def test_what_does_not_fail_in_the_whole_is_internal() -> None:
    part, whole = around()
    content = replace(whole.claims[1], term=TRUE)
    found = confirm(part, replace(whole, claims=(whole.claims[0], content)), outcome(Violated(TO_TWO, True))).verdicts[0]
    assert isinstance(found, Unknown)
    assert found.reason.endswith("in the whole system, the claim holds in the last state")


def test_what_is_not_reproduced_is_internal() -> None:
    found = confirm(*around(), outcome(Violated(Trace(((0,), (2,)), (0,)), True))).verdicts[0]
    assert found == Unknown("internal: the trace against `small` is not reproduced at step 1: `step()` takes `x` to 1, not to 2")


def stuck(kind: str) -> Fairness:
    return Fairness("clockwork", "weak" if kind == "weak" else "strong", (0,))


@pytest.mark.parametrize("kind", ["weak", "strong"])
def test_in_a_lasso_the_rest_of_the_whole_moves_where_it_must(kind: str) -> None:
    stays = claim("property", "small", formula=Formula("eventually", (state_formula(equal(x, number(3))),)))
    part, whole = around()
    formula = Formula("eventually", (state_formula(equal(variable(whole.variables[1]), number(3))),))
    whole = replace(whole, claims=(whole.claims[0], replace(stays, formula=formula)), fairness=(stuck(kind),))
    part = replace(part, system=replace(PART, claims=(stays,)))
    found = confirm(part, whole, outcome(Violated(Trace(((0,), (0,)), (-1,), 0), False))).verdicts[0]
    assert isinstance(found, Violated)
    assert 0 in found.trace.actions
    assert replay(whole, whole.claims[1], found.trace).reproduced


@pytest.mark.parametrize("verdict", [HoldsToDepth(1), Unknown("out of time", 3)])
def test_what_is_not_conclusive_stays(verdict: Verdict) -> None:
    assert confirm(*around(), outcome(verdict)).verdicts == (verdict,)


# ---- proofs


def ring(claimed: Claim) -> System:
    """Two counters that go round on their own: 36 states."""
    both = int_variable("x", 0, 0, 5), int_variable("y", 1, 0, 5)
    turns = [action(f"turn_{which.name}", TRUE, [(which, modulo(add(variable(which), number(1)), number(6)))]) for which in both]
    return system(both, [0, 0], turns, [claimed])


IN_BOUNDS = claim("invariant", "in_bounds", less(variable(int_variable("x", 0, 0, 5)), number(6)))
NEVER_FIVE = claim("invariant", "never_five", not_(equal(variable(int_variable("x", 0, 0, 5)), number(5))))


def test_a_proof_says_by_what_it_was_looked_at() -> None:
    made = ring(NEVER_FIVE)
    kept = frozenset(explore(made, 100).states)
    proof = Exhaustion(36, 73, 11, kept)
    assert recheck_states(made, [0], proof, kept) == {0: Refuted("there is a reachable state of which the claim is false")}
    true = ring(replace(NEVER_FIVE, term=TRUE))
    assert recheck_states(true, [0], proof, kept) == {0: Rechecked("the reference semantics, on all 36 states")}
    assert confirm(whole_slice(true), true, outcome(Proved(proof))).verdicts == (
        Proved(proof, "the reference semantics, on all 36 states"),
    )


def test_a_large_proof_is_sampled_and_says_so() -> None:
    made = ring(replace(NEVER_FIVE, term=TRUE))
    kept = frozenset(explore(made, 100).states)
    found = recheck_states(made, [0], Exhaustion(36, 73, 11, kept), kept, work=200)
    assert isinstance(found[0], Rechecked)
    assert found[0].by.startswith("the reference semantics, on a sample of ")
    assert found[0].by.endswith(" of 36 states")
    assert recheck_states(made, [0], Exhaustion(36, 73, 11, kept), kept, work=200) == found


def test_a_proof_that_a_step_leaves_does_not_stand() -> None:
    made = ring(replace(NEVER_FIVE, term=TRUE))
    kept = frozenset(state for state in explore(made, 100).states if state != (3, 3))
    assert recheck_states(made, [0], Exhaustion(35, 73, 11, kept), kept) == {0: Refuted("`turn_x()` leads where the proof has not been")}
    assert recheck_states(made, [0], Exhaustion(36, 73, 11, kept), kept) == {0: Refuted("36 states were reached, and 35 were kept")}
    elsewhere = frozenset({(9, 9)})
    assert recheck_states(made, [0], Exhaustion(1, 1, 1, elsewhere), elsewhere)[0] == Refuted(
        "the system begins where the proof has not been"
    )


@pytest.mark.parametrize("certificate", [Induction(2), Complete(9), Exhaustion(36, 73, 11)])
def test_proofs_without_states_are_looked_at_where_there_are_few(certificate: Induction | Complete | Exhaustion) -> None:
    made = ring(NEVER_FIVE)
    reason = "internal: the proof of `never_five` does not stand: there is a trace to where the claim fails"
    assert confirm(whole_slice(made), made, outcome(Proved(certificate))).verdicts == (Unknown(reason),)
    assert look_again(made, [0], work=0) == {0: None}


def test_an_induction_that_is_too_large_to_look_at_goes_to_the_solver() -> None:
    free = int_variable("n", 0, None, None)
    claimed = claim("invariant", "positive", less(number(-1), variable(free)))
    made = system([free], [None], [], [claimed], initial=[less(number(0), variable(free))])
    asked: list[tuple[System, Claim, Induction]] = []

    def solver(of: System, which: Claim, proof: Induction) -> bool:
        asked.append((of, which, proof))
        return proof.k == 1

    good, bad = (confirm(whole_slice(made), made, outcome(Proved(Induction(k))), solver).verdicts[0] for k in (1, 2))
    assert good == Proved(Induction(1), "a solver of its own")
    assert bad == Unknown("internal: the proof of `positive` does not stand: a solver of its own refutes the induction")
    assert asked[0] == (made, claimed, Induction(1))
    assert confirm(whole_slice(made), made, outcome(Proved(Induction(1)))).verdicts == (Proved(Induction(1)),)


def test_vacuity_and_effort_stay() -> None:
    made = ring(NEVER_FIVE)
    found = check_by_exhaustion(made)
    confirmed = confirm(whole_slice(made), made, found)
    assert (confirmed.vacuous, confirmed.effort) == (found.vacuous, found.effort)
