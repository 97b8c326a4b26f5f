"""Open scopes against ground ones: the formulas say of each state and step of a small scope just what the ground system says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kmodel.generalise import Everywhere, generalise
from kmodel.ground import Grounding
from kmodel.ground.open import OpenClaim, Opening
from kmodel.ground.system import System
from kmodel.semantics import check_by_exhaustion, evaluate
from kmodel.semantics.exhaustion import explore
from kmodel.semantics.steps import image
from kmodel.typed.module import CheckSymbol, Program
from kmodel.verdict.verdict import Violated
from tests.generalise.test_generalise import only_check, program_of
from tests.strategies.open_programs import programs
from tests.strategies.structures import structure

STATES = 60


def in_scope(check: CheckSymbol, *sizes: int) -> CheckSymbol:
    items = [
        replace(item, size=0 if item.pool is not None else size, pool=item.pool and size)
        for item, size in zip(check.scopes, sizes, strict=True)
    ]
    return replace(check, scopes=tuple(items))


def agree(program: Program, check: CheckSymbol, *sizes: int) -> None:
    grounding = Grounding(program, in_scope(check, *sizes))
    opening = Opening(program, check)
    said = [opening.claim(program.claims[name]) for name in check.claims]
    goals = [each for each in said if isinstance(each, OpenClaim)]
    system = grounding.system
    whole = opening.system(goals)
    assert not whole.left
    explored = explore(system, STATES)
    for first in list(explored.parents)[: explored.starts]:
        begun = structure(grounding, first)
        assert all(begun.worth(each, {}) for each in (*opening.initial, *whole.facts))
    for state in explored.states[:STATES]:
        here = structure(grounding, state)
        assert all(here.worth(each, {}) for each in whole.facts)
        for goal in goals:
            parts = [claim for claim in system.claims if claim.name == goal.name]
            holds = all(
                evaluate(part.term, state) and not any(evaluate(hole.condition, state) for hole in part.undefined) for part in parts
            )
            assert here.worth(goal.formula, {}) == holds, goal.name
        for action in opening.actions:
            ours = {after.canonical() for after in here.steps(action)}
            theirs = {
                structure(grounding, after).canonical()
                for at, which, after in image(system, [state])
                if system.actions[which].name == action.name
            }
            assert ours == theirs, action.name


@given(programs(), st.sampled_from([(1, 1, 1), (1, 2, 1), (2, 1, 1), (2, 2, 1), (0, 1, 1), (1, 0, 1)]))
@settings(max_examples=60, deadline=None)
def test_open_systems_are_the_ground_ones(text: str, sizes: tuple[int, int, int]) -> None:
    program = program_of(text)
    agree(program, only_check(program), *sizes)


def refuted(system: System) -> set[str]:
    outcome = check_by_exhaustion(system, None, 3_000)
    return {claim.name for claim, verdict in zip(system.claims, outcome.verdicts, strict=True) if isinstance(verdict, Violated)}


def never_wrong(text: str, sizes: list[tuple[int, int, int]]) -> int:
    """What is proved for every scope holds in each of these; how many claims are proved."""
    program = program_of(text)
    check = only_check(program)
    found = generalise(program, check, check.claims, 20.0)
    proved = {name for name, each in found.items() if isinstance(each, Everywhere)}
    for each in sizes if proved else ():
        assert not proved & refuted(Grounding(program, in_scope(check, *each)).system), (each, proved)
    return len(proved)


SIZES = [(1, 1, 0), (0, 2, 1), (2, 2, 1), (1, 3, 0), (3, 1, 1)]


@given(programs(most_actions=2))
@settings(max_examples=4, deadline=None)
def test_what_is_proved_for_every_scope_holds_in_small_ones(text: str) -> None:
    never_wrong(text, SIZES)


@pytest.mark.nightly
@given(programs())
@settings(max_examples=150, deadline=None)
def test_many_programs(text: str) -> None:
    never_wrong(text, [*SIZES, (2, 3, 2), (3, 2, 2)])
