"""Recorded traces replayed: reproduced, no longer reachable, spoiled."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from kmodel.confirm import replay_recorded
from kmodel.ground.system import System
from kmodel.ground.terms import TRUE, add, equal, less, number, variable
from kmodel.semantics import check_by_exhaustion
from kmodel.verdict import Origin, Trace, Violated, from_itf, to_itf
from tests.strategies.handmade import action, bool_variable, claim, defined, int_variable, system, undefined
from tests.strategies.systems import systems

X, P = int_variable("x", 0, 0, 2), bool_variable("p", 1)
x, p = variable(X), variable(P)
GROW = action("grow", TRUE, [(X, add(x, number(1)))])
RESET = action("reset", p, [(X, number(0))])
SMALL = claim("invariant", "small", less(x, number(2)))
NOW = system([X, P], [0, None], [GROW, RESET], [SMALL, defined()])
TRACE = Trace(((0, 1), (1, 1), (2, 1)), (0, 0))
ORIGIN = Origin("m.km", "m.check", "sha256:now")


def recorded(trace: Trace = TRACE, claim_: int = 0) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(json.dumps(to_itf(NOW, NOW.claims[claim_], trace, ORIGIN)))
    return written


@given(systems())
def test_all_that_is_violated_is_reproduced_from_its_file(made: System) -> None:
    for at, (claimed, verdict) in enumerate(zip(made.claims, check_by_exhaustion(made).verdicts, strict=True)):
        if isinstance(verdict, Violated):
            written = json.loads(json.dumps(to_itf(made, claimed, verdict.trace, ORIGIN)))
            report = replay_recorded(from_itf(written), made, "sha256:later")
            assert (report.kind, report.trace, report.claim) == ("reproduced", verdict.trace, at)


CHANGES = [
    (replace(NOW, actions=(action("grow", less(x, number(1)), GROW.updates), RESET)), 2, "`grow()` is not enabled"),
    (replace(NOW, actions=(RESET,)), 1, "there is no action `grow()` any more"),
    (replace(NOW, claims=(replace(SMALL, term=TRUE),)), None, "the claim holds in the last state"),
    (replace(NOW, initial=(equal(x, number(1)),)), 0, "the first state breaks 1 of the conditions"),
    (replace(NOW, claims=()), None, "no longer has the invariant `small`"),
]


@pytest.mark.parametrize(("changed", "step", "reason"), CHANGES)
def test_a_changed_spec_may_no_longer_reach_it(changed: System, step: int | None, reason: str) -> None:
    later, same = (replay_recorded(from_itf(recorded()), changed, f"sha256:{when}") for when in ("later", "now"))
    assert (later.kind, later.step) == ("unreachable", step)
    assert reason in str(later.reason)
    assert replace(later, kind="spoiled") == same


def test_a_spoiled_file_is_told_apart_from_a_changed_spec() -> None:
    written = recorded()
    written["states"][1]["x"] = {"#bigint": "2"}
    report = replay_recorded(from_itf(written), NOW, "sha256:now")
    assert (report.kind, report.step, report.reason) == ("spoiled", 1, "`grow()` takes `x` to 1, not to 2")


def test_an_undefined_step_is_found_again_by_what_it_says() -> None:
    written = recorded(replace(TRACE, undefined=("action", 0, 0)), 1)
    assert replay_recorded(from_itf(written), NOW, "sha256:now").kind == "reproduced"
    shifted = replace(NOW, actions=(RESET, replace(GROW, undefined=(undefined(p, "no-minimum"), *GROW.undefined))))
    report = replay_recorded(
        from_itf(recorded(Trace(((2, 0),), (), None, ("action", 0, 0)), 1)), replace(shifted, starts=()), "sha256:later"
    )
    assert report.kind == "reproduced"
    assert report.trace is not None
    assert report.trace.undefined == ("action", 1, 1)
    fixed = replace(NOW, actions=(replace(GROW, undefined=()), RESET))
    assert "nothing is undefined at the end" in str(replay_recorded(from_itf(written), fixed, "sha256:later").reason)


def test_steps_that_only_a_choice_tells_apart_are_told_apart_by_where_they_lead() -> None:
    leap = action("grow", TRUE, [(X, number(2))])
    made = replace(NOW, actions=(GROW, leap))
    trace = Trace(((0, 0), (2, 0)), (1,))
    written = json.loads(json.dumps(to_itf(made, SMALL, trace, ORIGIN)))
    assert replay_recorded(from_itf(written), made, "sha256:now").trace == trace
