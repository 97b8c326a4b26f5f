"""Verdicts against expectations: only a proof meets `holds`, only a trace `violated`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmodel.pipeline.judge import Finding, believed, depth, engines, generated, proof, standing, states, word, worst
from kmodel.reports import Expected
from kmodel.verdict.verdict import Complete, Effort, Exhaustion, HoldsToDepth, Induction, Proved, Trace, Unknown, Verdict, Violated


def trace(steps: int) -> Trace:
    return Trace(((0,),) * (steps + 1), (0,) * steps)


def violated(steps: int, shortest: bool = True) -> Violated:
    return Violated(trace(steps), shortest)


PROVED = Proved(Exhaustion(10, 20, 3))
BOUND = HoldsToDepth(7)
OPEN = Unknown("out of time", 4)

TABLE = [
    (PROVED, Expected("holds"), "met"),
    (PROVED, Expected("holds", depth=20), "met"),
    (PROVED, Expected("violated"), "unmet"),
    (PROVED, Expected("reached"), "unmet"),
    (PROVED, Expected("unreachable"), "met"),
    (BOUND, Expected("holds"), "inconclusive"),
    (BOUND, Expected("holds", depth=7), "met"),
    (BOUND, Expected("holds", depth=8), "inconclusive"),
    (BOUND, Expected("violated"), "inconclusive"),
    (BOUND, Expected("violated", depth=5), "inconclusive"),
    (BOUND, Expected("reached"), "inconclusive"),
    (BOUND, Expected("unreachable"), "inconclusive"),
    (violated(3), Expected("holds"), "unmet"),
    (violated(3), Expected("holds", depth=2), "unmet"),
    (violated(3), Expected("violated"), "met"),
    (violated(3), Expected("violated", steps=3), "met"),
    (violated(3), Expected("violated", steps=4), "unmet"),
    (violated(3), Expected("violated", steps=2), "unmet"),
    (violated(3, shortest=False), Expected("violated", steps=3), "inconclusive"),
    (violated(3, shortest=False), Expected("violated", steps=2), "inconclusive"),
    (violated(3, shortest=False), Expected("violated", steps=4), "unmet"),
    (violated(3), Expected("reached"), "met"),
    (violated(3), Expected("unreachable"), "unmet"),
    (OPEN, Expected("holds"), "inconclusive"),
    (OPEN, Expected("violated"), "inconclusive"),
]


@pytest.mark.parametrize(("verdict", "expected", "meant"), TABLE, ids=lambda value: str(value)[:40])
def test_standing(verdict: Verdict, expected: Expected, meant: str) -> None:
    assert standing(believed(verdict, expected), expected) == meant


def test_giving_up_beyond_the_depth_asked_for_is_an_answer() -> None:
    assert believed(OPEN, Expected("holds", depth=4)) == HoldsToDepth(4)
    assert believed(OPEN, Expected("holds", depth=5)) is OPEN
    assert believed(OPEN, Expected("holds")) is OPEN


def finding(verdict: Verdict, part: int = 0, count: int | None = 10, engine: str = "explicit") -> Finding:
    return Finding(0, verdict, False, Effort(engine, states=count, generated=count, depth=part), part, 0.5)


VERDICTS = st.sampled_from([PROVED, BOUND, HoldsToDepth(2), OPEN, Unknown("no"), violated(1), violated(4)])


@given(st.lists(VERDICTS, min_size=1, max_size=4), st.sampled_from(["holds", "unreachable"]))
def test_all_hold_only_if_each_does(verdicts: list[Verdict], wanted: str) -> None:
    expected = Expected(wanted)  # type: ignore[arg-type]
    kind = "witness" if wanted == "unreachable" else "invariant"
    decisive = worst([finding(verdict) for verdict in verdicts], kind, expected)  # type: ignore[arg-type]
    each = {standing(verdict, expected) for verdict in verdicts}
    assert (standing(decisive.verdict, expected) == "met") == (each == {"met"})
    assert (standing(decisive.verdict, expected) == "unmet") == ("unmet" in each)


@given(st.lists(VERDICTS, min_size=1, max_size=4))
def test_a_witness_with_parameters_is_reached_only_if_each_is(verdicts: list[Verdict]) -> None:
    decisive = worst([finding(verdict) for verdict in verdicts], "witness", Expected("reached"))
    assert (word(decisive.verdict, "witness") == "reached") == all(isinstance(verdict, Violated) for verdict in verdicts)


def test_the_shortest_of_several_traces_counts() -> None:
    decisive = worst([finding(violated(4)), finding(violated(2)), finding(PROVED)], "invariant", Expected("violated", steps=2))
    assert decisive.verdict == violated(2)


def test_a_proof_says_what_it_rests_on() -> None:
    again = Proved(Exhaustion(1200, 1, 1), rechecked="the reference semantics")
    assert proof([finding(PROVED)]) == "10 states, all of them looked at"
    assert proof([finding(again, count=1200)]) == "1,200 states, all of them looked at; re-checked by the reference semantics"
    assert proof([finding(PROVED, 0), finding(PROVED, 1)]) == "20 states, all of them looked at"
    assert proof([finding(again, 0), finding(PROVED, 1)]) == "20 states, all of them looked at"
    assert proof([finding(Proved(Induction(1)))]) == "by induction, every step keeps it"
    assert "3 states in a row" in (proof([finding(Proved(Induction(3)))]) or "")
    assert proof([finding(Proved(Complete(4)))]) == "no behaviour is longer than 4 steps, and all of them were looked at"
    assert proof([finding(PROVED), finding(OPEN)]) is None


def test_counts_are_added_once_a_slice() -> None:
    group = [finding(PROVED, 0, 5), finding(PROVED, 0, 5), finding(PROVED, 1, 7)]
    assert (states(group), generated(group), depth(group, PROVED), engines(group)) == (12, 12, 1, "explicit")
    assert states([*group, finding(PROVED, 2, None)]) is None
    assert depth(group, BOUND) == 7
