"""Laws of the judge: it accepts what it finds by looking everywhere, and nothing that is spoiled."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Literal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kmodel.ground.system import Claim, Fairness, Formula, State, System
from kmodel.ground.terms import Term, Variable
from kmodel.semantics import (
    check_by_exhaustion,
    enabled_in,
    evaluate,
    explore,
    holds,
    holds_forever,
    initial,
    replay,
    successors,
    undefined,
    undefined_claim,
    why_no_step,
    why_not_initial,
)
from kmodel.verdict.verdict import Exhaustion, Proved, Trace, Violated
from tests.strategies.handmade import bool_variable, int_variable
from tests.strategies.systems import enumerate_systems, formulas, systems
from tests.strategies.terms import bool_terms, int_terms

SCOPE = (int_variable("x", 0, 0, 2), bool_variable("p", 1))
STATES = tuple(product(range(3), range(2)))


def every_state(system: System) -> Iterator[State]:
    """All combinations of the variables' values."""
    return product(*(range(which.low or 0, (1 if which.high is None else which.high) + 1) for which in system.variables))


def by_recursion(term: Term, state: State, after: State) -> int:
    """The value of a term once more, written as a reader of the table of operations would."""
    of = [by_recursion(argument, state, after) for argument in term.arguments]
    match term.op:
        case "true" | "false":
            return int(term.op == "true")
        case "variable" | "primed":
            assert isinstance(term.value, Variable)
            return (state if term.op == "variable" else after)[term.value.index]
        case "number":
            assert isinstance(term.value, int)
            return term.value
        case "not":
            return 1 - of[0]
        case "and" | "or":
            return min(of) if term.op == "and" else max(of)
        case "iff" | "equal":
            return int(of[0] == of[1])
        case "less" | "at_most":
            return int(of[0] - of[1] <= (0 if term.op == "at_most" else -1))
        case "if":
            return of[1 if of[0] else 2]
        case "select":
            return of[1:][of[0]]
        case "multiply":
            return of[0] * of[1]
        case "divide" | "modulo":
            whole, rest = divmod(of[0], of[1]) if of[1] else (0, 0)
            return whole if term.op == "divide" else rest
        case _:
            return sum(of)


@given(st.data())
def test_terms_mean_what_their_table_says_and_keep_their_interval(data: st.DataObject) -> None:
    term = data.draw(st.one_of(bool_terms(SCOPE, 3, after=True), int_terms(SCOPE, 3, after=True)))
    for state, after in product(STATES, STATES):
        value = evaluate(term, state, after)
        assert value == by_recursion(term, state, after)
        assert term.low is None or term.low <= value
        assert term.high is None or value <= term.high


@given(systems())
def test_initial_states_are_those_that_nothing_speaks_against(system: System) -> None:
    found = list(initial(system))
    assert len(set(found)) == len(found)
    assert set(found) == {state for state in every_state(system) if why_not_initial(system, state) is None}


@given(systems())
def test_successors_are_those_that_nothing_speaks_against(system: System) -> None:
    for state in list(every_state(system))[:12]:
        found = set(successors(system, state))
        enabled = {index for index, at in enumerate(enabled_in(system, [state])) if at}
        assert {index for index, _ in found} == enabled
        assert not enabled & {index for index, _ in undefined(system, state)}
        for index, after in product(range(len(system.actions)), every_state(system)):
            assert ((index, after) in found) is (why_no_step(system, state, index, after) is None)


@given(systems())
def test_what_exhaustion_finds_is_reproduced_and_what_it_proves_is_so(system: System) -> None:
    outcome = check_by_exhaustion(system)
    for claim, verdict in zip(system.claims, outcome.verdicts, strict=True):
        if isinstance(verdict, Violated):
            assert replay(system, claim, verdict.trace).reproduced
        else:
            assert isinstance(verdict, Proved)
            assert isinstance(verdict.certificate, Exhaustion)
            assert verdict.certificate.states == outcome.effort.states


def shortest(system: System, claim: Claim, most: int) -> int | None:
    """The length of a shortest failing trace, by trying all paths."""
    paths: list[tuple[State, ...]] = [(state,) for state in initial(system)]
    for length in range(most + 1):
        if any(fails(system, claim, path) for path in paths):
            return length
        paths = [(*path[-1:], after) for path in paths for _, after in successors(system, path[-1])]
        paths = list(dict.fromkeys(paths))
    return None


def fails(system: System, claim: Claim, path: Sequence[State]) -> bool:
    if claim.kind == "defined":
        return bool(undefined(system, path[-1]))
    if claim.kind == "transition" and len(path) < 2:
        return False
    where = path[-2:] if claim.kind == "transition" else path[-1:]
    return bool(undefined_claim(claim, *where)) or holds(claim, *where) is (claim.kind == "witness")


@given(systems(kinds=("invariant", "transition", "witness", "defined"), most_actions=3))
def test_exhaustion_finds_shortest_traces(system: System) -> None:
    for claim, verdict in zip(system.claims, check_by_exhaustion(system).verdicts, strict=True):
        found = shortest(system, claim, 6)
        if isinstance(verdict, Violated) and verdict.trace.steps <= 6:
            assert found == verdict.trace.steps
        else:
            assert found is None


def test_counts_of_the_enumerated_systems() -> None:
    for system in enumerate_systems():
        outcome = check_by_exhaustion(system)
        reached = set(explore(system, 100).states)
        assert outcome.effort.states == len(reached)
        steps = [step for state in reached for step in successors(system, state)]
        assert outcome.effort.generated == len(list(initial(system))) + len(steps)
        never = [isinstance(verdict, Proved) for verdict in outcome.verdicts[:3]]
        assert never == [(value,) not in reached for value in range(3)]


def test_a_limit_leaves_the_rest_unknown() -> None:
    for system in enumerate_systems():
        whole, part = check_by_exhaustion(system), check_by_exhaustion(system, limit=1)
        for sure, guess in zip(whole.verdicts, part.verdicts, strict=True):
            assert type(guess) is not Proved or type(sure) is Proved
            assert not isinstance(guess, Violated) or (isinstance(sure, Violated) and sure.trace.steps == guess.trace.steps)


# ---- temporal claims


def unrolled(formula: Formula, states: Sequence[State], loop: int, at: int) -> bool:
    """A formula's truth at a position, by looking far enough ahead: the behaviour has no more than its states to offer."""
    ahead = [at + more for more in range(len(states) + 1)]
    ahead = [position if position < len(states) else loop + (position - loop) % (len(states) - loop) for position in ahead]
    now = [[unrolled(argument, states, loop, position) for position in ahead] for argument in formula.arguments]
    match formula.op:
        case "state":
            assert formula.term is not None
            return bool(evaluate(formula.term, states[at]))
        case "not":
            return not now[0][0]
        case "and":
            return now[0][0] and now[1][0]
        case "or":
            return now[0][0] or now[1][0]
        case "always":
            return all(now[0])
        case "eventually":
            return any(now[0])
        case "until":
            return any(comes and all(now[0][:position]) for position, comes in enumerate(now[1]))


@given(st.data(), st.lists(st.sampled_from(STATES), min_size=1, max_size=4), st.integers(0, 3))
def test_formulas_on_lassos(data: st.DataObject, states: list[State], loop: int) -> None:
    assume(loop < len(states))
    formula = data.draw(formulas(SCOPE, 2))
    assert holds_forever(formula, states, loop) is unrolled(formula, states, loop, 0)


def lassos(system: System, most: int) -> Iterator[Trace]:
    """All lassos of at most `most` steps."""
    paths = [Trace((state,), ()) for state in initial(system)]
    for _ in range(most):
        grown = []
        for path in paths:
            for action, after in [(-1, path.states[-1]), *successors(system, path.states[-1])]:
                grown.append(Trace((*path.states, after), (*path.actions, action)))
        for path in grown:
            for loop in range(path.steps):
                if path.states[loop] == path.states[-1]:
                    yield replace(path, loop=loop)
        paths = grown


def check_against_all_lassos(system: System, most: int) -> None:
    candidates = list(lassos(system, most))
    for claim, verdict in zip(system.claims, check_by_exhaustion(system).verdicts, strict=True):
        if claim.kind == "property" and isinstance(verdict, Proved):
            assert not any(replay(system, claim, trace).reproduced for trace in candidates)
        elif claim.kind == "property" and isinstance(verdict, Violated):
            assert replay(system, claim, verdict.trace).reproduced


@given(systems(kinds=("property",), most_actions=2, partial=False))
@settings(max_examples=60)
def test_no_lasso_escapes_a_proof(system: System) -> None:
    assume(len(list(initial(system))) <= 2)
    check_against_all_lassos(system, 4)


@pytest.mark.parametrize("kind", ["weak", "strong"])
def test_no_lasso_escapes_a_proof_of_the_enumerated_systems(kind: Literal["weak", "strong"]) -> None:
    verdicts = set()
    for system in list(enumerate_systems(properties=True))[::5]:
        fair_system = replace(system, fairness=tuple(Fairness(group.name, kind, group.actions) for group in system.fairness))
        check_against_all_lassos(fair_system, 4)
        verdicts |= {type(verdict) for verdict in check_by_exhaustion(fair_system).verdicts[-2:]}
    assert verdicts == {Proved, Violated}


# ---- spoiled traces


def found_traces(system: System) -> list[tuple[Claim, Trace]]:
    verdicts = check_by_exhaustion(system).verdicts
    return [(claim, verdict.trace) for claim, verdict in zip(system.claims, verdicts, strict=True) if isinstance(verdict, Violated)]


@given(systems(), st.data())
def test_a_state_that_is_not_the_actions_is_rejected(system: System, data: st.DataObject) -> None:
    for claim, trace in found_traces(system):
        at = data.draw(st.integers(0, trace.steps))
        states = list(trace.states)
        states[at] = data.draw(st.sampled_from(list(every_state(system))))
        spoiled = replace(trace, states=tuple(states))
        believed = replay(system, claim, spoiled).reproduced
        assert believed is is_evidence(system, claim, spoiled)


@given(systems(), st.data())
def test_an_action_that_does_not_lead_on_is_rejected(system: System, data: st.DataObject) -> None:
    for claim, trace in found_traces(system):
        if trace.actions:
            at = data.draw(st.integers(0, trace.steps - 1))
            actions = list(trace.actions)
            actions[at] = data.draw(st.integers(-2, len(system.actions)))
            spoiled = replace(trace, actions=tuple(actions))
            assert replay(system, claim, spoiled).reproduced is is_evidence(system, claim, spoiled)


@given(systems())
def test_wrong_lengths_are_rejected(system: System) -> None:
    for claim, trace in found_traces(system):
        spoiled = [
            replace(trace, states=(*trace.states, trace.states[-1])),
            replace(trace, states=trace.states[:-1]),
            replace(trace, actions=(*trace.actions, 0)),
            replace(trace, states=(), actions=()),
            replace(trace, states=tuple(state[:-1] for state in trace.states)),
            replace(trace, states=tuple((*state, 0) for state in trace.states)),
            replace(trace, loop=len(trace.states) - 1),
            replace(trace, loop=-1),
        ]
        if trace.actions:
            spoiled.append(replace(trace, actions=trace.actions[:-1]))
        assert not any(replay(system, claim, each).reproduced for each in spoiled)


@given(systems())
def test_a_shortest_trace_cannot_be_cut(system: System) -> None:
    for claim, trace in found_traces(system):
        if trace.loop is None and trace.steps:
            assert not replay(system, claim, replace(trace, states=trace.states[:-1], actions=trace.actions[:-1])).reproduced
            assert not replay(system, claim, replace(trace, states=trace.states[1:], actions=trace.actions[1:])).reproduced


@given(systems(), st.sampled_from([None, ("action", 0, 0), ("claim", 0, 0), ("claim", 1, 0), ("action", 0, -1), ("", 0, 0)]))
def test_what_is_said_to_be_undefined_is_looked_at(system: System, ending: tuple[str, int, int] | None) -> None:
    for claim, trace in found_traces(system):
        spoiled = replace(trace, undefined=ending)
        assert replay(system, claim, spoiled).reproduced is is_evidence(system, claim, spoiled)


def is_evidence(system: System, claim: Claim, trace: Trace) -> bool:
    """Whether the trace shows what it should, said in one breath over `initial`, `successors` and the rest."""
    pairs = list(zip(trace.states, trace.actions, trace.states[1:], strict=False))
    if trace.states[0] not in set(initial(system)):
        return False
    for before, action, after in pairs:
        stays = action == -1 and trace.loop is not None and before == after
        if not stays and (action, after) not in set(successors(system, before)):
            return False
    if trace.undefined is not None:
        of, action, hole = trace.undefined
        where = trace.states[-2:] if claim.kind == "transition" else trace.states[-1:]
        enough = claim.kind != "transition" or bool(pairs)
        named = of == "claim" and action == 0 and enough and hole in undefined_claim(claim, *where)
        acted = of == "action" and claim.kind == "defined" and (action, hole) in undefined(system, trace.states[-1])
        return trace.loop is None and (named or acted)
    if trace.loop is None:
        return claim.kind not in ("property", "defined") and fails_plainly(claim, trace.states)
    assert claim.formula is not None
    if trace.states[-1] != trace.states[trace.loop] or unrolled(claim.formula, trace.states[:-1], trace.loop, 0):
        return False
    return all(fair(system, group.kind, set(group.actions), trace) for group in system.fairness)


def fails_plainly(claim: Claim, states: Sequence[State]) -> bool:
    if claim.kind == "transition":
        return len(states) > 1 and not holds(claim, states[-2], states[-1])
    return holds(claim, states[-1]) is (claim.kind == "witness")


def fair(system: System, kind: str, group: set[int], trace: Trace) -> bool:
    enabled = [bool(group & {action for action, _ in successors(system, state)}) for state in trace.states[trace.loop : -1]]
    taken = bool(group & set(trace.actions[trace.loop :]))
    return taken or not (all(enabled) if kind == "weak" else any(enabled))
