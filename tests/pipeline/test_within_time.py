"""The time of a check is for all that is done for it: whatever never ends is ended, and it is said how far it came."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from kmodel.engines.deadline import Clock
from kmodel.engines.engine import Budget, Progress
from kmodel.ground.system import System
from kmodel.pipeline import decide, findings, why, work
from kmodel.pipeline.line import check
from kmodel.pipeline.request import Request
from kmodel.pipeline.why import explanations
from kmodel.reports import Result
from kmodel.verdict import Complete, Effort, HoldsToDepth, Outcome, Proved, Unknown

SPEC = """\
module m
entity Pod { var n: 0..3 = 0  var m: 0..3 = 0 }
action up(p: Pod) {
  require p.n < 3
  p.n := p.n + 1
}
action on(p: Pod) {
  require p.m < 3
  p.m := p.m + 1
}
invariant small { forall p in Pod: p.n <= 2 }
invariant few { forall p in Pod: p.m <= 3 }
check quick { scope Pod = 1  verify small, few }
"""


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "m.km"
    path.write_text(SPEC, encoding="utf-8")
    return str(path)


def for_ever(*_: object, **__: object) -> Any:
    for _ in count():
        pass


def checked(spec: str, seconds: float = 1.5) -> tuple[Result, ...]:
    report = check(Request(paths=(spec,), seconds=seconds, jobs=1))
    assert not report.diagnostics
    return tuple(each for each in report.results if each.kind != "defined")


@pytest.mark.parametrize(
    ("place", "name", "doing"),
    [
        (decide, "instance_of", "the check was made ground"),
        (decide, "Grounding", "the check was made ground"),
        (findings, "slices", "claims were told apart"),
        (work, "run", "an engine was made ready"),
        (work, "confirm", "what was found was looked at again"),
    ],
)
def test_a_stage_that_never_ends(place: Any, name: str, doing: str, spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, name, for_ever)
    results = checked(spec, 0.2 if place is decide else 3.0)
    assert [(each.verdict, each.standing) for each in results] == [("unknown", "inconclusive")] * 2
    assert {each.message for each in results} <= {f"out of time while {doing}", "out of time while other claims were decided"}
    assert results[0].message == f"out of time while {doing}"


def test_how_far_an_engine_came_is_told(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(_: System, __: str, budget: Budget) -> Outcome:
        budget.report(Progress("explicit", states=1234, depth=7, queue=5))
        return for_ever()

    monkeypatch.setattr(work, "run", stuck)
    assert checked(spec)[0].message == "out of time while an engine searched, explicit at 1,234 states, depth 7, 5 waiting"


def test_what_needs_no_confirmation_is_kept_when_the_time_ends(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def one_of_each(system: System, _: str, __: Budget) -> Outcome:
        verdicts = tuple(HoldsToDepth(9) if claim.name == "m.small" else Proved(Complete(1)) for claim in system.claims)
        return Outcome(verdicts, (False,) * len(verdicts), Effort("both"))

    monkeypatch.setattr(work, "run", one_of_each)
    monkeypatch.setattr(work, "confirm", for_ever)
    assert [each.verdict for each in checked(spec, 3.0)] == ["holds-to-depth", "unknown"]


def test_reasons_that_take_too_long_are_left_out(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kmodel.pipeline.results.reasons", for_ever)
    small, few = checked(spec, 3.0)
    assert (small.verdict, small.steps, small.reasons) == ("violated", 3, ())
    assert few.verdict == "proved"


@pytest.mark.parametrize(("factor", "asked"), [(2.0, ["m.small", "m.few"]), (0.1, ["m.small", "m.few", "m.small"])])
def test_what_one_slice_leaves_is_for_those_that_need_more(
    factor: float, asked: list[str], spec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless that is no more than what was not enough."""
    monkeypatch.setattr(findings, "_WORTH_ANOTHER", factor)
    seen: list[str] = []

    def slow(system: System, _: str, budget: Budget) -> Outcome:
        (claim, *_rest) = system.claims
        seen.append(claim.name)
        if seen.count("m.small") == 1 and claim.name == "m.small":
            return for_ever()
        return Outcome((HoldsToDepth(9),) * len(system.claims), (False,) * len(system.claims), Effort("slow"))

    monkeypatch.setattr(work, "run", slow)
    results = checked(spec, 3.0)
    assert [name for name in seen if name != "defined"] == asked
    assert [each.verdict for each in results] == ["unknown" if len(asked) == 2 else "holds-to-depth", "holds-to-depth"]


def test_a_second_attempt_leaves_nothing_worse() -> None:
    def finding(verdict: Unknown | Proved) -> work.Finding:
        return work.Finding(0, verdict, None, Effort("x"), 0, 0.0)

    far, near, proved = finding(Unknown("a", 9)), finding(Unknown("b", 3)), finding(Proved(Complete(1)))
    assert work.better(far, near) == work.better(near, far) == far
    assert work.better(proved, far) == work.better(far, proved) == proved


@pytest.mark.parametrize(
    ("name", "said", "missing"),
    [
        ("instance_of", "out of time while the check was made ground", None),
        ("Grounding", "out of time while the check was made ground", None),
        ("_core", "violated", "out of time"),
        ("of_behaviour", "violated", None),
    ],
)
def test_an_explanation_ends_with_its_time(
    name: str, said: str, missing: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.km"
    path.write_text("module s\nconst most: int = 2\ninvariant small { most > 3 }\ncheck c { verify small }\n", encoding="utf-8")

    def never(question: object, clock: Clock) -> object:
        return why.within(clock, for_ever)

    slow: Callable[..., object] = never if name == "_core" else for_ever
    monkeypatch.setattr(why, name, slow)
    if name == "of_behaviour":
        monkeypatch.setattr(why, "of_constants", lambda *_: None)
    (told,) = explanations(Request(paths=(str(path),), seconds=3.0), "small")
    assert (told.said, told.missing) == (said, missing)
    assert [reason.in_time for reason in told.reasons] == ([False] if name == "of_behaviour" else [])
