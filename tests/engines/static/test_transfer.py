"""Answers that are taken from other answers: they are what the judge says, and few questions are left for a solver."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmodel.engines.engine import Budget
from kmodel.engines.static import decide, transfer
from kmodel.ground.system import System
from kmodel.ground.terms import equal, number, variable
from kmodel.semantics import check_by_exhaustion, replay
from kmodel.verdict.verdict import Violated
from tests.ground.specs import grounding
from tests.strategies.handmade import claim, int_variable, system


def boxes(sizes: list[int], room: list[int], marked: list[bool], apart: bool) -> System:
    """Things in boxes, some of which are marked, and one box lost. Boxes are alike only where they have as much room."""
    alone = "forall t in Thing, u in Thing where t != u: t.box != u.box" if apart else "true"
    return grounding(f"""
entity Box {{ const room: int = 0  const marked: bool = false }}
entity Thing {{ const size: int = 1  const wants: bool = false  const box: Box }}
def load(b: Box): int = sum(t in Thing where t.box == b: t.size)
def packed(): bool = (forall b in Box: load(b) <= b.room) and forall t in Thing: t.wants implies t.box.marked
witness together {{ packed() }}
witness without(lost: Box) {{ packed() and forall t in Thing: t.box != lost }}
invariant crowded(b: Box) {{ packed() and {alone} implies load(b) > 0 }}
check small {{
  scope Box = {len(room)}, Thing = {len(sizes)}
  set Box.room = [{", ".join(map(str, room))}]
  set Box.marked = [{", ".join(str(each).lower() for each in marked[: len(room)])}]
  set Thing.size = [{", ".join(map(str, sizes))}]
  set Thing.wants = [{", ".join(str(each).lower() for each in marked[-len(sizes) :])}]
  verify crowded
  expect reached together, without
}}
""").system


SIZES, ROOM = st.lists(st.integers(1, 3), min_size=2, max_size=4), st.lists(st.integers(0, 5), min_size=2, max_size=4)
MARKED = st.lists(st.booleans(), min_size=4, max_size=4)


@settings(max_examples=80)
@given(SIZES, ROOM, MARKED, st.booleans())
def test_what_is_transferred_is_what_the_judge_says(sizes: list[int], room: list[int], marked: list[bool], apart: bool) -> None:
    made = boxes(sizes, room, marked, apart)
    for told, verdict, right in zip(made.claims, decide.static(made, Budget()).verdicts, check_by_exhaustion(made).verdicts, strict=True):
        assert type(verdict) is type(right), told
        if isinstance(verdict, Violated):
            assert replay(made, told, verdict.trace).reproduced


def solved(made: System) -> int:
    with patch.object(decide, "_solved", wraps=decide._solved) as asked:
        decide.static(made, Budget())
    return asked.call_count


def test_few_questions_are_left() -> None:
    alike = boxes([1] * 6, [2] * 6, [True, False] * 3, False)
    assert len(alike.claims) == 8
    assert solved(alike) == 3, "together, without one of the boxes, crowded"
    assert solved(boxes([2] * 6, [1] * 6, [False] * 6, False)) == 2, "where not all fit, they do not without a box either"


def test_a_state_that_is_taken_without_a_look_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer.Answers, "_are_so", lambda self, parts, state: True)
    made = boxes([1, 1], [0, 2], [True, True, True, True], False)
    verdicts = decide.static(made, Budget()).verdicts
    wrong = [
        told
        for told, verdict in zip(made.claims, verdicts, strict=True)
        if isinstance(verdict, Violated) and not replay(made, told, verdict.trace).reproduced
    ]
    assert wrong


def test_parts_of_one_claim_may_be_of_more_choices_than_others() -> None:
    one, other = int_variable("x", 0, 0, 1), int_variable("y", 1, 0, 1)
    parts = [claim("invariant", "same", equal(variable(each), number(0))) for each in (one, other)]
    made = system([one, other], [None, None], [], [parts[0], replace(parts[1], binding=(("n", 1),))])
    assert all(isinstance(verdict, Violated) for verdict in decide.static(made, Budget()).verdicts)
