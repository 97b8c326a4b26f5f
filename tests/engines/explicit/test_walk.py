"""Random walks: what they meet, that a seed walks the same way, and that their traces are made short."""

from __future__ import annotations

from itertools import pairwise

from kmodel.engines import Budget, run, simulate
from kmodel.engines.explicit.layout import layout
from kmodel.engines.explicit.search import Finding
from kmodel.engines.explicit.walk import direct
from kmodel.ground.terms import FALSE, TRUE, add, equal, less, modulo, not_, number, primed, subtract, variable
from kmodel.semantics import replay
from kmodel.verdict.verdict import Trace, Unknown, Violated
from tests.engines.explicit.baselines import addresses
from tests.strategies.handmade import action, bool_variable, claim, defined, int_variable, state_formula, system

X = int_variable("x", 0, 0, 5)
NOW = variable(X)
UP = action("up", less(NOW, number(5)), [(X, add(NOW, number(1)))])
DOWN = action("down", less(number(0), NOW), [(X, subtract(NOW, number(1)))])


def test_what_walks_meet_is_counted() -> None:
    result = simulate(system([X], [0], [UP], [claim("witness", "three", equal(NOW, number(3)))]), 7, 100, 0, Budget())
    assert (result.runs, result.steps, result.states, result.deadlocks) == (7, 35, 6, 7)
    assert result.taken == (35,)
    assert result.traces == (Trace(((0,), (1,), (2,), (3,)), (0, 0, 0)),)


def test_a_walk_is_no_longer_than_asked() -> None:
    result = simulate(system([X], [0], [UP], []), 2, 3, 0, Budget())
    assert (result.steps, result.deadlocks) == (6, 0)


def test_the_same_seed_walks_the_same_way() -> None:
    made = addresses(2, 2, 2, bug=True)
    first, again, other = (simulate(made, 20, 30, seed, Budget()) for seed in (5, 5, 6))
    assert first == again
    assert first.taken != other.taken


def test_every_kind_of_claim_but_properties_is_watched() -> None:
    claims = [
        claim("invariant", "small", less(NOW, number(3))),
        claim("transition", "grows", less(NOW, primed(X))),
        claim("witness", "five", equal(NOW, number(5))),
        claim("witness", "nine", FALSE),
        claim("property", "p", formula=state_formula(FALSE)),
        defined(),
    ]
    made = system([X], [1], [action("up", TRUE, [(X, add(NOW, number(1)))]), DOWN], claims)
    result = simulate(made, 50, 60, 0, Budget())
    assert [trace and trace.steps for trace in result.traces] == [2, 1, 4, None, None, 4]
    for each, trace in zip(claims, result.traces, strict=True):
        assert trace is None or replay(made, each, trace).reproduced


def test_walks_start_at_any_initial_state() -> None:
    y = int_variable("y", 1, -2, 2)
    made = system([X, y], [None, None], [], [], initial=[less(NOW, number(2)), not_(equal(variable(y), number(0)))])
    result = simulate(made, 300, 5, 1, Budget())
    assert (result.states, result.deadlocks) == (8, 300)


def test_no_walks_without_a_start_or_without_bounds() -> None:
    assert (
        simulate(system([X], [None], [UP], [], initial=[less(number(5), NOW)]), 5, 5, 0, Budget()).refused == "no initial state was found"
    )
    endless = simulate(system([int_variable("x", 0, None, 3)], [0], [], [defined()]), 5, 5, 0, Budget())
    assert (endless.runs, endless.traces) == (0, (None,))
    assert endless.refused == "states cannot be enumerated: `x` is unbounded"


def test_walks_stop_when_time_is_up() -> None:
    result = simulate(system([X], [0], [UP, DOWN], []), 10**9, 10, 0, Budget(seconds=0))
    assert result.ended == "seconds"
    assert 0 < result.runs < 10**9


def test_detours_are_cut_out() -> None:
    made = system([X], [0], [UP, DOWN], [])
    form = layout(made)
    walk = [0, 1, 0, 1, 2, 1, 2, 3, 2]
    path = [form.encode((value,)) for value in walk]
    taken = [0 if after > before else 1 for before, after in pairwise(walk)]
    assert direct(form, Finding(None, path[7]), path, taken) == Trace(((0,), (1,), (2,), (3,)), (0, 0, 0))
    step = Finding(("claim", 0, 0), path[3], 1, path[0])
    assert direct(form, step, path, taken) == Trace(((0,), (1,), (0,)), (0, 1), None, ("claim", 0, 0))


def test_walks_that_no_short_search_can_shorten_are_replayed() -> None:
    """More states near the start than are looked at for a shorter trace: a bit for each way, and a far counter."""
    bits = [bool_variable(f"b{at}", at) for at in range(20)]
    far = int_variable("far", 20, 0, 40)
    flips = [action(f"flip{at}", TRUE, [(bit, not_(variable(bit)))]) for at, bit in enumerate(bits)]
    count_on = action("count", TRUE, [(far, modulo(add(variable(far), number(1)), number(41)))])
    goal = claim("witness", "far", equal(variable(far), number(9)))
    made = system([*bits, far], [0] * 21, [*flips, count_on], [goal])
    (trace,) = simulate(made, 5, 2000, 3, Budget()).traces
    assert trace is not None
    assert replay(made, goal, trace).reproduced
    assert len(set(trace.states)) == len(trace.states)


def test_as_an_engine() -> None:
    made = system([X], [0], [UP], [claim("invariant", "small", less(NOW, number(3))), claim("invariant", "fine")])
    outcome = run(made, "simulate", Budget(depth=20))
    assert outcome.verdicts[0] == Violated(Trace(((0,), (1,), (2,), (3,)), (0, 0, 0)), shortest=False)
    assert outcome.verdicts[1] == Unknown("no random walk of 1,000 met it, which proves nothing")
