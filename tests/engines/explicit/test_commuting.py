"""Which steps are left out, by example; and what is said of claims that are decided on what is left."""

from __future__ import annotations

from dataclasses import replace

from kmodel.engines import Budget
from kmodel.engines.explicit import explicit
from kmodel.engines.explicit.ample import independence
from kmodel.ground.system import Formula, System
from kmodel.ground.terms import FALSE, TRUE, and_, equal, less, not_, number, primed, variable
from kmodel.verdict.verdict import Exhaustion, Proved, Unknown, Violated
from tests.strategies.handmade import action, bool_variable, claim, int_variable, state_formula, system

LAMPS = [bool_variable(f"lamp{at}", at) for at in range(10)]


def lamps(*claims: object) -> System:
    """Ten lamps, each switched on once."""
    switches = [action(f"switch{at}", not_(variable(lamp)), [(lamp, TRUE)]) for at, lamp in enumerate(LAMPS)]
    return system(LAMPS, [0] * len(LAMPS), switches, claims)  # type: ignore[arg-type]


FIRST = claim("witness", "first", and_(variable(LAMPS[0]), not_(variable(LAMPS[0]))))
DARK = claim("invariant", "dark", not_(variable(LAMPS[0])))


def test_independent_steps_are_made_in_one_order() -> None:
    """1,024 states: of the nine lamps that the claim does not read, one after the other is switched, the tenth last."""
    never = replace(FIRST, term=equal(variable(LAMPS[0]), not_(variable(LAMPS[0]))), exercised=variable(LAMPS[0]))
    (verdict,) = explicit(lamps(never), Budget(partial_order="always")).verdicts
    assert isinstance(verdict, Proved)
    assert isinstance(verdict.certificate, Exhaustion)
    assert (verdict.certificate.states, verdict.certificate.commuting) == (11, True)
    assert verdict.certificate.reachable is None


def test_a_trace_is_shortest_among_all_orders() -> None:
    (verdict,) = explicit(lamps(DARK), Budget(partial_order="always")).verdicts
    assert isinstance(verdict, Violated)
    assert (verdict.trace.steps, verdict.shortest) == (1, True)


def test_it_helps_where_all_states_are_too_many() -> None:
    never = claim("invariant", "fine", TRUE, exercised=variable(LAMPS[0]))
    assert isinstance(explicit(lamps(never), Budget(states=100, partial_order="never")).verdicts[0], Unknown)
    assert isinstance(explicit(lamps(never), Budget(states=100)).verdicts[0], Proved)


def test_what_would_enable_a_step_is_not_put_off() -> None:
    """`late` can be taken only before `a` is; it needs `c` first."""
    g, h, v = (bool_variable(name, at) for at, name in enumerate("ghv"))
    actions = [
        action("a", not_(variable(g)), [(g, TRUE)]),
        action("late", and_(variable(h), not_(variable(g))), [(v, TRUE)]),
        action("c", not_(variable(h)), [(h, TRUE)]),
    ]
    made = system([g, h, v], [0, 0, 0], actions, [claim("witness", "late", variable(v))])
    (verdict,) = explicit(made, Budget(partial_order="always")).verdicts
    assert isinstance(verdict, Violated)
    assert verdict.trace.steps == 2


def test_what_is_in_doubt_is_not_treated() -> None:
    """Claims that a step which changes nothing could break, and temporal ones."""
    x = int_variable("x", 0, 0, 3)
    y = bool_variable("y", 1)
    grows = claim("transition", "grows", less(variable(x), primed(x)))
    comes = claim("property", "comes", formula=Formula("eventually", (state_formula(equal(variable(x), number(3))),)))
    kept = claim("transition", "kept", equal(primed(x), variable(x)))
    actions = [action("y", TRUE, [(y, not_(variable(y)))]), action("z", FALSE, [(x, number(0))])]
    for doubtful in (grows, comes):
        assert independence(system([x, y], [0, 0], actions, [doubtful])) is None
    assert independence(system([x, y], [0, 0], actions, [kept])) is not None
