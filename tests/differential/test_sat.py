"""The engines over bits against the judge's own exhaustion, and their encoding of terms against the reference semantics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kmodel.engines import Budget
from kmodel.engines.sat.bmc import bmc
from kmodel.engines.sat.circuit import TRUE, Circuit, Literal, simulate
from kmodel.engines.sat.encode import ROWS, Encoder, free_bits
from kmodel.engines.sat.machine import Machine
from kmodel.engines.sat.proofs import pdr
from kmodel.engines.sat.words import read
from kmodel.engines.smt.recheck import recheck
from kmodel.ground.system import State, System
from kmodel.ground.terms import OPERATIONS, Term, Variable
from kmodel.semantics import check_by_exhaustion, evaluate, initial, replay, successors
from kmodel.typed.values import Individual, Value
from kmodel.verdict.verdict import Complete, HoldsToDepth, Invariant, Proved, Violated
from tests.strategies.handmade import bool_variable, int_variable
from tests.strategies.symmetric import symmetric_systems
from tests.strategies.systems import enumerate_systems, systems
from tests.strategies.terms import bool_terms, int_terms

KINDS = ("invariant", "transition", "witness", "defined")
DEPTH = 8

# ---- terms

VARIABLES = [int_variable("x", 0, -2, 1), bool_variable("b", 1), int_variable("y", 2, 3, 9), bool_variable("c", 3)]
STATES = [(x, b, y, c) for x in range(-2, 2) for b in (0, 1) for y in (3, 4, 9) for c in (0, 1)]


def inputs(variables: Sequence[Variable], words: dict[Variable, tuple[int, ...]], state: State) -> dict[int, bool]:
    bits = ((bit, state[which.index] >> at & 1 == 1) for which in variables for at, bit in enumerate(words[which]))
    return {bit: value for bit, value in bits if bit > TRUE}


def simulated(circuit: Circuit, given: Mapping[int, bool], roots: Sequence[Literal]) -> list[bool]:
    """The roots' values where inputs have these; a second simulation beside, with the opposite inputs, changes nothing."""
    values = [0] * (2 * len(circuit.gates))
    for number, value in given.items():
        values[number] = 0b01 if value else 0b10
    simulate(circuit, circuit.cone(roots), values, 0b11)
    return [bool(values[root] & 0b01) for root in roots]


def assert_same_values(term: Term) -> None:
    circuit = Circuit()
    words = {which: free_bits(circuit, which) for which in VARIABLES}
    bits = Encoder(circuit, words).word(term)
    for state in STATES:
        values = simulated(circuit, inputs(VARIABLES, words, state), bits)
        assert (int(values[0]) if term.sort == "bool" else read(values)) == evaluate(term, state)


@given(bool_terms(VARIABLES, 4))
def test_bits_of_tests_mean_what_the_judge_says(term: Term) -> None:
    assert_same_values(term)


@given(int_terms(VARIABLES, 4))
def test_bits_of_numbers_mean_what_the_judge_says(term: Term) -> None:
    assert_same_values(term)


def test_every_operation_has_a_row() -> None:
    assert set(ROWS) == set(OPERATIONS)


# ---- steps

ARGUMENTS = (None, True, 7, *(Individual(kind, at, f"{kind}{at}") for kind in "ab" for at in range(2)))


@st.composite
def named_alike(draw: st.DrawFn) -> System:
    """Actions that share names and not the number or the kinds of their arguments: some choose more on their way, some nothing."""
    made = draw(systems(kinds=KINDS))
    arguments = st.lists(st.sampled_from(ARGUMENTS), max_size=2)
    actions = (replace(each, name=draw(st.sampled_from(("go", "run"))), arguments=_named(draw(arguments))) for each in made.actions)
    return replace(made, actions=tuple(actions))


def _named(values: Sequence[Value]) -> tuple[tuple[str, Value], ...]:
    return tuple((f"x{at}", value) for at, value in enumerate(values))


@given(systems(kinds=("transition",)) | named_alike())
def test_a_machine_takes_the_steps_of_its_system(made: System) -> None:
    """From each state, each action leads where the judge says; where the action cannot be taken, the machine takes no step."""
    machine = Machine.of(made)
    outputs = [machine.steps, *machine.state_bits(machine.after)]
    for state in list(initial(made))[:8]:
        expected = dict(successors(made, state))
        for action, key in enumerate(machine.choice.keys):
            values = inputs(made.variables, dict(machine.now), state)
            values |= {bit: value >> at & 1 == 1 for slot, value in key for at, bit in enumerate(machine.choice.bits[slot])}
            steps, *after = simulated(machine.circuit, values, outputs)
            assert steps == (action in expected)
            assert not steps or machine.read_state(after) == expected[action]


# ---- bounded model checking


def assert_bounded(made: System, depth: int) -> None:
    ours, right = bmc(made, Budget(depth=depth)), check_by_exhaustion(made)
    for claim, verdict, expected in zip(made.claims, ours.verdicts, right.verdicts, strict=True):
        match verdict:
            case Violated(trace=trace, shortest=True):
                assert isinstance(expected, Violated)
                assert trace.steps == expected.trace.steps <= depth
                assert replay(made, claim, trace).reproduced
            case HoldsToDepth(depth=reached):
                assert reached == depth
                assert isinstance(expected, Proved) or (isinstance(expected, Violated) and expected.trace.steps > depth)
            case Proved(certificate=Complete(depth=last)):
                assert isinstance(expected, Proved)
                assert last <= depth
            case _:
                raise AssertionError(verdict)
    assert all(idle is None or idle == told for idle, told in zip(ours.vacuous, right.vacuous, strict=True))


@given(systems(kinds=KINDS), st.integers(0, DEPTH))
def test_bounded_checking_finds_just_the_failures_within_its_depth(made: System, depth: int) -> None:
    assert_bounded(made, depth)


@given(named_alike())
def test_bounded_checking_of_actions_with_one_name(made: System) -> None:
    assert_bounded(made, DEPTH)


@settings(max_examples=min(40, settings.default.max_examples))
@given(symmetric_systems())
def test_bounded_checking_of_many_instances_of_an_action(made: System) -> None:
    assert_bounded(made, DEPTH)


def test_every_small_system() -> None:
    for made in enumerate_systems():
        assert_bounded(made, DEPTH)


# ---- proofs


def assert_proved_or_violated(made: System) -> None:
    """Each claim is decided as the judge decides it; a proof is one for a solver of its own, a trace is a shortest one."""
    ours, right = pdr(made, Budget()), check_by_exhaustion(made)
    for at, (claim, verdict, expected) in enumerate(zip(made.claims, ours.verdicts, right.verdicts, strict=True)):
        match verdict:
            case Proved(certificate=Invariant() as certificate):
                assert isinstance(expected, Proved)
                assert recheck(made, [at], certificate)
            case Violated(trace=trace, shortest=True):
                assert isinstance(expected, Violated)
                assert trace.steps == expected.trace.steps
                assert replay(made, claim, trace).reproduced
            case _:
                raise AssertionError(verdict)


@given(systems(kinds=KINDS) | named_alike())
def test_pdr_decides_every_claim(made: System) -> None:
    assert_proved_or_violated(made)


def test_pdr_on_every_small_system() -> None:
    for made in list(enumerate_systems())[::4]:
        assert_proved_or_violated(made)
