"""SMT-LIB files mean what the system means: z3 reads and answers them, and agrees with the judge."""

from __future__ import annotations

import pytest
import z3
from hypothesis import given, settings

from kmodel.exports import export
from kmodel.ground.system import System
from kmodel.ground.terms import TRUE, add, less, number, variable
from kmodel.semantics import check_by_exhaustion
from kmodel.verdict.verdict import Proved, Violated
from tests.strategies.handmade import action, claim, int_variable, system
from tests.strategies.systems import enumerate_systems, systems

REACHABILITY = ("invariant", "transition", "witness", "defined")


def answers(text: str) -> list[str]:
    """What z3 says to each question of the file."""
    context = z3.Context()
    said: str = z3.Z3_eval_smtlib2_string(context.ref(), text)
    lines = said.splitlines()
    assert not any("error" in line for line in lines), said
    return [line for line in lines if line in ("sat", "unsat", "unknown")]


def agree_unrolled(made: System, depth: int) -> None:
    """At each depth the questions come in the claims' order, those of steps first and from depth 1 on."""
    found = answers(export(made, "smtlib", depth).text)
    right = check_by_exhaustion(made)
    steps = [at for at, each in enumerate(made.claims) if each.kind == "transition"]
    states = [at for at, each in enumerate(made.claims) if each.kind != "transition"]
    order = [(k, at) for k in range(depth + 1) for at in ([*steps, *states] if k else states)]
    assert len(found) == len(order)
    for at, verdict in enumerate(right.verdicts):
        failing = [k for (k, index), answer in zip(order, found, strict=True) if index == at and answer == "sat"]
        if isinstance(verdict, Violated) and verdict.trace.steps <= depth:
            assert failing[0] == verdict.trace.steps
        else:
            assert failing == []


@settings(max_examples=25)
@given(systems(kinds=REACHABILITY))
def test_unrollings_agree_with_the_judge(made: System) -> None:
    agree_unrolled(made, 3)


def test_horn_clauses_agree_with_the_judge() -> None:
    for made in list(enumerate_systems())[::9]:
        found = answers(export(made, "smtlib").text)
        assert found == ["sat" if isinstance(verdict, Proved) else "unsat" for verdict in check_by_exhaustion(made).verdicts]


@pytest.mark.nightly
@given(systems(kinds=REACHABILITY))
def test_horn_clauses_of_random_systems(made: System) -> None:
    right = check_by_exhaustion(made).verdicts
    for answer, verdict in zip(answers(export(made, "smtlib").text), right, strict=True):
        assert answer in ("unknown", "sat" if isinstance(verdict, Proved) else "unsat")


def test_unbounded_numbers_and_odd_names() -> None:
    grows = int_variable("a|b\\c p's n", 0, 0, None)
    twin = int_variable("a_b_c p's n", 1, 0, None)
    steps = [action("grow|", TRUE, [(grows, add(variable(grows), number(1))), (twin, variable(grows))])]
    made = system([grows, twin], [number(0), number(0)], steps, [claim("invariant", "twin_follows", less(variable(twin), number(3)))])
    assert answers(export(made, "smtlib", 3).text) == ["unsat", "unsat", "unsat", "unsat"]
    assert answers(export(made, "smtlib", 4).text)[-1] == "sat"


def test_a_system_without_variables() -> None:
    made = system([], [], [], [claim("invariant", "fine", TRUE), claim("witness", "here", TRUE)])
    assert answers(export(made, "smtlib").text) == ["sat", "unsat"]
    assert answers(export(made, "smtlib", 1).text) == ["unsat", "sat", "unsat", "unsat"]
