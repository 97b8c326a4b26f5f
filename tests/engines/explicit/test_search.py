"""Verdicts, traces and exact numbers of states by enumeration, by example."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from kmodel.engines import Budget, Progress, run
from kmodel.engines.explicit import explicit
from kmodel.ground.system import Action, State, System
from kmodel.ground.terms import FALSE, TRUE, Term, Variable, add, and_, count, equal, if_, less, not_, number, primed, subtract, variable
from kmodel.semantics import replay
from kmodel.verdict.verdict import Exhaustion, HoldsToDepth, Outcome, Proved, Trace, Unknown, Violated
from tests.engines.explicit.baselines import addresses, rollout, scheduler
from tests.strategies.handmade import action, bool_variable, claim, defined, int_variable, system, undefined

X = int_variable("x", 0, 0, 5)
NOW = variable(X)
UP = action("up", less(NOW, number(5)), [(X, add(NOW, number(1)))])
DOWN = action("down", less(number(0), NOW), [(X, subtract(NOW, number(1)))])


def never(value: int, which: Variable = X) -> Term:
    return not_(equal(variable(which), number(value)))


def traces(made: System, outcome: Outcome) -> list[Trace | None]:
    """The trace of each violation, after the judge has accepted it."""
    found: list[Trace | None] = []
    for each, verdict in zip(made.claims, outcome.verdicts, strict=True):
        found.append(verdict.trace if isinstance(verdict, Violated) else None)
        if isinstance(verdict, Violated):
            assert replay(made, each, verdict.trace).reproduced
    return found


def test_a_counter_is_counted() -> None:
    made = system([X], [0], [UP, DOWN], [claim("invariant", "small", less(NOW, number(6)))])
    outcome = explicit(made, Budget())
    assert outcome.verdicts == (Proved(Exhaustion(states=6, generated=11, depth=6)),)
    assert (outcome.effort.states, outcome.effort.generated, outcome.effort.depth) == (6, 11, 6)
    assert outcome.effort.enabled == (5, 5)


def test_reachable_states_are_kept_where_they_are_few() -> None:
    made = system([X], [3], [DOWN], [claim("invariant", "small", less(NOW, number(4)))])
    few, many = explicit(made, Budget(keep=4)).verdicts[0], explicit(made, Budget(keep=3)).verdicts[0]
    assert isinstance(few, Proved)
    assert isinstance(few.certificate, Exhaustion)
    assert few.certificate.reachable == frozenset[State]({(0,), (1,), (2,), (3,)})
    assert isinstance(many, Proved)
    assert isinstance(many.certificate, Exhaustion)
    assert many.certificate.reachable is None


def test_each_claim_has_its_own_shortest_trace() -> None:
    claims = [
        claim("invariant", "not_3", never(3)),
        claim("witness", "four", equal(NOW, number(4))),
        claim("transition", "grows", less(NOW, primed(X))),
        claim("witness", "nine", less(number(8), NOW)),
        claim("invariant", "undefined", TRUE, extra=[undefined(equal(NOW, number(2)))]),
        defined(),
    ]
    made = system([X], [1], [action("up", TRUE, [(X, add(NOW, number(1)))]), DOWN], claims)
    found = traces(made, explicit(made, Budget()))
    assert [trace and trace.steps for trace in found] == [2, 3, 1, None, 1, 4]
    assert found[4] is not None
    assert found[4].undefined == ("claim", 0, 0)
    assert found[5] is not None
    assert found[5].undefined == ("action", 0, 0)


def test_a_claim_about_steps_is_tested_on_steps_to_known_states() -> None:
    """Only the step from 3 back to 0 breaks it."""
    made = system(
        [X], [0], [UP, action("reset", equal(NOW, number(3)), [(X, number(0))])], [claim("transition", "grows", less(NOW, primed(X)))]
    )
    found = traces(made, explicit(made, Budget()))
    assert found[0] is not None
    assert found[0].states[-2:] == ((3,), (0,))


def test_an_action_that_changes_nothing_is_a_step() -> None:
    made = system([X], [0], [action("wait", TRUE, [])], [claim("transition", "moves", not_(equal(NOW, primed(X))))])
    found = traces(made, explicit(made, Budget()))
    assert found == [Trace(((0,), (0,)), (0,))]
    assert explicit(system([X], [0], [action("wait", TRUE, [])], [claim("invariant", "fine")]), Budget()).effort.generated == 2


def test_a_known_old_value_above_zero_is_taken_off() -> None:
    """The update is computed and the old value known by the guard; the least value is not 0."""
    y, z = int_variable("y", 0, 3, 6), bool_variable("z", 1)
    step = action("step", equal(variable(y), number(5)), [(y, add(number(3), count(variable(z))))])
    made = system([y, z], [5, 1], [step], [claim("invariant", "not_4", never(4, y)), claim("invariant", "z", variable(z))])
    found = traces(made, explicit(made, Budget()))
    assert found[0] is not None
    assert found[0].states == ((5, 1), (4, 1))
    assert found[1] is None


def test_starts_anywhere_that_the_conditions_allow() -> None:
    y = int_variable("y", 1, -1, 1)
    made = system([X, y], [None, None], [], [claim("invariant", "fine")], initial=[less(variable(y), number(0)), less(number(2), NOW)])
    outcome = explicit(made, Budget())
    assert isinstance(outcome.verdicts[0], Proved)
    assert isinstance(outcome.verdicts[0].certificate, Exhaustion)
    assert outcome.verdicts[0].certificate.reachable == frozenset[State]({(3, -1), (4, -1), (5, -1)})


def test_a_start_is_computed_from_what_starts_before() -> None:
    rigid = int_variable("r", 1, 2, 3, rigid=True)
    made = system([X, rigid], [add(variable(rigid), number(1)), None], [], [claim("witness", "three", equal(NOW, number(3)))])
    found = traces(made, explicit(made, Budget()))
    assert found == [Trace(((3, 2),), ())]


def test_more_loops_than_python_allows() -> None:
    bits = [bool_variable(f"b{at}", at) for at in range(40)]
    same = [equal(variable(a), variable(b)) for a, b in pairwise(bits)]
    outcome = explicit(system(bits, [None] * 40, [], [claim("invariant", "fine")], initial=same), Budget())
    assert outcome.effort.states == 2


def test_without_an_initial_state_everything_holds_of_nothing() -> None:
    for conditions in ([FALSE], [less(NOW, number(2)), less(number(3), NOW)]):
        made = system(
            [X], [None], [UP], [claim("invariant", "not_0", never(0)), claim("witness", "one", equal(NOW, number(1)))], initial=conditions
        )
        outcome = explicit(made, Budget())
        assert outcome.verdicts == (Proved(Exhaustion(0, 0, 0)),) * 2
        assert outcome.vacuous == (True, True)


def test_deep_and_long_terms() -> None:
    """More than Python's parser and compiler take in one expression."""
    bits = [bool_variable(f"b{at}", at) for at in range(300)]
    deep = number(0)
    for bit in bits:
        deep = if_(variable(bit), add(deep, number(1)), deep)
    updates = [(bit, not_(variable(bit))) for bit in bits]
    claims = [claim("witness", "all", equal(deep, number(300))), claim("invariant", "few", less(count(*map(variable, bits)), number(300)))]
    made = system(bits, [0] * 300, [action("flip", TRUE, updates)], claims)
    assert [trace and trace.steps for trace in traces(made, explicit(made, Budget()))] == [1, 1]


def test_one_action_for_each_of_many_values() -> None:
    y = int_variable("y", 0, 0, 900)
    steps = [action(f"from_{at}", equal(variable(y), number(at)), [(y, number(at + 1))]) for at in range(900)]
    outcome = explicit(system([y], [0], steps, [claim("invariant", "fine")]), Budget())
    assert (outcome.effort.states, outcome.effort.depth) == (901, 901)


def test_shared_guards_beyond_the_levels_of_indentation() -> None:
    bits = [bool_variable(f"b{at}", at) for at in range(70)]
    guards: list[Term] = [TRUE]
    for bit in bits[1:]:
        guards.append(and_(guards[-1], variable(bit)))
    made = system(bits, [0, *[1] * 69], [action(f"a{at}", guard, [(bits[0], TRUE)]) for at, guard in enumerate(guards)], [])
    assert explicit(made, Budget()).effort.enabled == (2,) * 70


def test_alternatives_below_the_greatest_depth_of_tests_are_all_tested() -> None:
    """Two guards begin with the same comparison, where guards are no longer grouped."""
    bits = [bool_variable(f"b{at}", at) for at in range(60)]
    y = int_variable("y", 60, 0, 3)
    deepest = and_(*map(variable, bits[:50]))
    guards = [and_(*map(variable, bits[: at + 1])) for at in range(50)]
    guards += [
        and_(equal(variable(y), number(value)), deepest, variable(bit)) for value, bit in ((1, bits[50]), (1, bits[51]), (2, bits[52]))
    ]
    made = system(
        [*bits, y], [*[1] * 51, *[0] * 9, 1], [*(action(f"a{at}", guard, []) for at, guard in enumerate(guards)), flip(bits[51])], []
    )
    assert explicit(made, Budget()).effort.enabled == (*[2] * 50, 2, 1, 0, 2)


def flip(bit: Variable) -> Action:
    return action("flip", TRUE, [(bit, not_(variable(bit)))])


def test_each_way_in_which_a_step_is_undefined_counts() -> None:
    holes = [undefined(equal(NOW, number(9 - at))) for at in range(3)] + [undefined(equal(NOW, number(2)), "division-by-zero")]
    made = system([X], [0], [UP, action("other", FALSE, [], holes)], [defined()])
    (found,) = traces(made, explicit(made, Budget()))
    assert found == Trace(((0,), (1,), (2,)), (0, 0), None, ("action", 1, 3))


# ---- limits


def test_a_depth_is_a_number_of_steps() -> None:
    claims = [
        claim("invariant", "not_3", never(3)),
        claim("invariant", "not_4", never(4)),
        claim("transition", "t", less(primed(X), number(4))),
    ]
    made = system([X], [0], [UP], claims)
    for depth, steps in ((2, None), (3, 3)):
        outcome = explicit(made, Budget(depth=depth))
        assert [trace and trace.steps for trace in traces(made, outcome)] == [steps, None, None]
        assert outcome.verdicts[1:] == (HoldsToDepth(depth), HoldsToDepth(depth))
    assert [trace and trace.steps for trace in traces(made, explicit(made, Budget(depth=4)))] == [3, 4, 4]


def test_a_depth_beyond_the_last_state_is_a_proof() -> None:
    made = system([X], [0], [UP], [claim("invariant", "fine")])
    assert explicit(made, Budget(depth=5)).verdicts == (HoldsToDepth(5),)
    assert explicit(made, Budget(depth=6)).verdicts == (Proved(Exhaustion(6, 6, 6)),)


def test_a_number_of_states() -> None:
    made = system([X], [0], [UP], [claim("invariant", "not_5", never(5)), claim("witness", "one", equal(NOW, number(1)))])
    outcome = explicit(made, Budget(states=3))
    assert outcome.verdicts[0] == Unknown("stopped after 4 states at depth 2", 2)
    assert isinstance(outcome.verdicts[1], Violated)
    assert outcome.vacuous == (False, False)
    assert explicit(system([X], [None], [], [claim("invariant", "fine")]), Budget(states=3)).verdicts[0] == Unknown(
        "stopped after 4 states, all of them initial"
    )


def test_exactly_as_many_states_as_allowed() -> None:
    made = system([X], [0], [UP], [claim("invariant", "fine")])
    assert isinstance(explicit(made, Budget(states=6)).verdicts[0], Proved)
    assert isinstance(explicit(made, Budget(states=5)).verdicts[0], Unknown)


def test_no_time_at_all() -> None:
    verdict = explicit(addresses(2, 2, 4), Budget(seconds=0)).verdicts[0]
    assert isinstance(verdict, Unknown)
    assert verdict.reason.startswith("out of time after")


def test_unbounded_variables_are_named() -> None:
    made = system([int_variable("balance", 0, 0, None)], [0], [], [claim("invariant", "fine"), defined()])
    reason = "states cannot be enumerated: `balance` is unbounded"
    assert explicit(made, Budget()).verdicts == (Unknown(reason), Unknown(reason))


def test_progress_is_told_and_an_interrupt_goes_through() -> None:
    def interrupt(progress: Progress) -> None:
        assert progress.engine == "explicit"
        assert progress.space is not None
        assert progress.space >= progress.states
        if progress.states:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explicit(addresses(2, 2, 6), Budget(report=interrupt))


# ---- vacuity


def test_a_claim_is_vacuous_where_nothing_exercises_it() -> None:
    claims = [
        claim("invariant", "a", TRUE, exercised=equal(NOW, number(2))),
        claim("invariant", "b", TRUE, exercised=less(number(2), NOW)),
        claim("transition", "c", TRUE, exercised=less(primed(X), NOW)),
        claim("transition", "d", TRUE, exercised=less(NOW, primed(X))),
        claim("invariant", "e", never(1), exercised=equal(NOW, number(4))),
    ]
    made = system([X], [0], [action("up", less(NOW, number(2)), [(X, add(NOW, number(1)))])], claims)
    assert explicit(made, Budget()).vacuous == (False, True, True, False, True)
    assert explicit(made, Budget(depth=1)).vacuous == (None, None, None, False, None)


# ---- systems that other model checkers counted

COUNTS = [
    (addresses(1, 1, 1), (9, 14, 5)),
    (addresses(2, 1, 2), (249, 761, 10)),
    (addresses(2, 2, 3), (8391, 31635, 16)),
    (rollout(1, 1, 0, 2, 1, 0), (7, 7, 7)),
    (rollout(2, 0, 1, 3, 2, 1), (764, 2334, 17)),
    (rollout(3, 1, 1, 5, 1, 1), (4600, 18020, 18)),
    (scheduler(2, 3, 1, 2, 1), (567, 3718, 11)),
    (scheduler(2, 4, 1, 2, 1), (2892, 22807, 14)),
]


@pytest.mark.parametrize(("made", "counts"), COUNTS, ids=lambda each: "-".join(map(str, each)) if isinstance(each, tuple) else "")
def test_known_counts(made: System, counts: tuple[int, int, int]) -> None:
    outcome = explicit(made, Budget())
    assert (outcome.effort.states, outcome.effort.generated, outcome.effort.depth) == counts
    assert outcome.verdicts == (Proved(Exhaustion(*counts)),) * len(made.claims)


def test_known_counts_of_each_action() -> None:
    expected = {
        "flip": 8,
        "create": 2864,
        "start": 3779,
        "be_ready": 3779,
        "kill_unready": 1824,
        "kill_ready": 744,
        "finish": 2298,
        "crash": 2723,
    }
    made = rollout(3, 1, 1, 5, 1, 1)
    enabled = explicit(made, Budget()).effort.enabled
    assert enabled is not None
    counted: Counter[str] = Counter()
    for each, times in zip(made.actions, enabled, strict=True):
        counted[each.name] += times
    assert counted == expected


@pytest.mark.parametrize(
    ("made", "steps"),
    [(addresses(1, 1, 2, bug=True), 6), (rollout(3, 1, 1, 5, 1, 1, bug=True), 4), (scheduler(3, 5, 2, 3, 1, bug=True), 4)],
    ids=["addresses", "rollout", "scheduler"],
)
def test_known_shortest_traces(made: System, steps: int) -> None:
    first = traces(made, run(made, "explicit", Budget()))[0]
    assert first is not None
    assert first.steps == steps
