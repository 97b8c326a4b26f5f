"""Engines side by side: the first that decides is believed, whatever becomes of the others, and no process is left."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from kmodel.engines.deadline import Clock
from kmodel.engines.engine import Budget, Progress
from kmodel.engines.run import run as run_engine
from kmodel.ground import slices
from kmodel.ground.system import System
from kmodel.pipeline import findings, race, work
from kmodel.pipeline.judge import Finding
from kmodel.pipeline.line import check
from kmodel.pipeline.race import race as raced
from kmodel.pipeline.request import Request
from kmodel.pipeline.work import Work
from kmodel.semantics import check_by_exhaustion
from kmodel.verdict import Effort, HoldsToDepth, Invariant, Outcome, Proved, Trace, Unknown, Verdict, Violated
from tests.ground.specs import system as system_of
from tests.pipeline.test_within_time import for_ever
from tests.strategies.systems import systems

SPEC = """\
module m
var n: 0..9 = 0
var m: 0..9 = 0
action up() {
  require n < 9
  n := n + 1
}
action jump() {
  require n == 2
  n := 9
}
invariant small { n <= 8 }
invariant fits { n == 3 implies n < 4 }
check c { verify small, fits }
"""
Engine = Callable[[System, Budget], list[Verdict]]


@pytest.fixture(autouse=True)
def no_process_is_left() -> Any:
    yield
    assert multiprocessing.active_children() == []


def the_work(text: str = SPEC, **asked: Any) -> Work:
    made = system_of(text)
    whole = replace(made, claims=tuple(claim for claim in made.claims if claim.kind != "defined"))
    (part,) = slices(whole)
    return Work(0, part, whole, None, Request(**asked))


def run_by(monkeypatch: pytest.MonkeyPatch, **engines: Engine) -> None:
    """Processes are forks, so they have these engines, too."""

    def run(system: System, name: str, budget: Budget) -> Outcome:
        verdicts = engines[name](system, budget)
        return Outcome(tuple(verdicts), (False,) * len(verdicts), Effort(name))

    monkeypatch.setattr(race, "rivals", lambda _: tuple(engines))
    monkeypatch.setattr(work, "run", run)


def nothing(made: Work) -> list[Finding]:
    return [Finding(index, Unknown("nothing yet"), None, Effort("none"), 0, 0.0) for index in made.part.claims]


def run(made: Work, seconds: float = 60.0, slots: int = 2) -> list[Verdict]:
    return [each.verdict for each in raced(made, nothing(made), Clock.of(seconds), slots, lambda _: None)]


def steps(verdicts: list[Verdict]) -> list[int | None]:
    return [each.trace.steps if isinstance(each, Violated) else None for each in verdicts]


def long_way(system: System, _: Budget) -> list[Verdict]:
    """A trace that is not the shortest, and a proof that is one."""
    trace = Trace(tuple((at, 0)[: len(system.variables)] for at in range(10)), (0,) * 9)
    return [Violated(trace, shortest=False), Unknown("no opinion")]


def test_a_stuck_engine_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    run_by(monkeypatch, stuck=for_ever, explicit=lambda system, budget: list(_real(system, "explicit", budget).verdicts))
    small, fits = run(the_work())
    assert isinstance(small, Violated)
    assert small.confirmed
    assert small.trace.steps == 3
    assert isinstance(fits, Proved)


def _real(system: System, name: str, budget: Budget) -> Outcome:
    return run_engine(system, name, budget)


def test_all_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(_: System, budget: Budget) -> list[Verdict]:
        budget.report(Progress("stuck", depth=4))
        return for_ever()  # type: ignore[no-any-return]

    run_by(monkeypatch, stuck=stuck, dead=for_ever)
    assert run(the_work(), seconds=2.0) == [Unknown("nothing yet")] * 2


def test_an_engine_that_python_cannot_stop_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def deaf(*_: object) -> list[Verdict]:
        while True:
            try:
                for_ever()
            except BaseException:
                continue

    run_by(monkeypatch, deaf=deaf)
    assert run(the_work(), seconds=1.0) == [Unknown("nothing yet")] * 2


def test_a_killed_process_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> list[Verdict]:
        os.kill(os.getpid(), signal.SIGKILL)
        return []

    run_by(monkeypatch, killed=killed, explicit=lambda system, budget: list(_real(system, "explicit", budget).verdicts))
    assert steps(run(the_work())) == [3, None]
    run_by(monkeypatch, killed=killed)
    assert run(the_work()) == [Unknown("nothing yet; killed, perhaps for want of memory: `killed`")] * 2


def test_an_interrupt_ends_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupting(*_: object) -> list[Verdict]:
        os.kill(os.getppid(), signal.SIGINT)
        return for_ever()  # type: ignore[no-any-return]

    run_by(monkeypatch, interrupting=interrupting, stuck=for_ever)
    with pytest.raises(KeyboardInterrupt):
        run(the_work())


def test_a_fault_of_an_engine_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> list[Verdict]:
        raise ZeroDivisionError

    run_by(monkeypatch, faulty=faulty, stuck=for_ever)
    with pytest.raises(ZeroDivisionError):
        run(the_work())


def test_a_long_trace_waits_for_the_shortest(monkeypatch: pytest.MonkeyPatch) -> None:
    text = SPEC.replace("n == 2", "n == 8")
    run_by(monkeypatch, long=long_way, bmc=lambda *_: [HoldsToDepth(8), HoldsToDepth(8)])
    found = run(the_work(text))[0]
    assert isinstance(found, Violated)
    assert found.shortest
    assert found.trace.steps == 9
    run_by(monkeypatch, long=long_way, bmc=lambda *_: [HoldsToDepth(7), HoldsToDepth(8)])
    found = run(the_work(text))[0]
    assert isinstance(found, Violated)
    assert not found.shortest
    run_by(monkeypatch, long=long_way, explicit=lambda system, budget: list(_real(system, "explicit", budget).verdicts))
    assert steps(run(the_work())) == [3, None]


def test_what_contradicts_itself_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "confirm", lambda part, whole, outcome, recheck: outcome)
    run_by(monkeypatch, long=long_way, liar=lambda *_: [Proved(Invariant(())), Unknown("goes on, whoever is first")])
    found = run(the_work())[0]
    assert isinstance(found, Unknown)
    assert found.reason.startswith("internal: ")
    assert "contradict" in found.reason


def test_lemmas_come_back_about_the_same_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    made = the_work(SPEC.replace("n <= 8", "n < 9 or n > 3"))
    run_by(monkeypatch, pdr=lambda system, budget: list(_real(system, "pdr", budget).verdicts))
    for verdict in run(made, slots=1):
        assert isinstance(verdict, Proved)
        assert isinstance(verdict.certificate, Invariant)
        assert work.Recheck(Clock(None))(made.part.system, made.part.system.claims[0], verdict.certificate) is not False


@settings(max_examples=12)
@given(made=systems(kinds=("invariant", "witness", "transition")))
def test_whoever_wins_says_the_same(made: System) -> None:
    right = check_by_exhaustion(made).verdicts
    for part in slices(made):
        verdicts = run(Work(0, part, made, None, Request()))
        for index, verdict in zip(part.claims, verdicts, strict=True):
            assert steps([verdict]) == steps([right[index]])
            assert isinstance(verdict, Unknown) or type(verdict) is type(right[index])


def test_the_line_races_where_a_short_attempt_is_not_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.km"
    path.write_text(SPEC, encoding="utf-8")
    seen: list[str] = []

    def run(system: System, name: str, budget: Budget) -> Outcome:
        if name == "auto":
            return Outcome((Unknown("not yet"),) * len(system.claims), (None,) * len(system.claims), Effort("auto"))
        return _real(system, name, budget)

    monkeypatch.setattr(work, "run", run)
    alone = check(Request(paths=(str(path),), jobs=1))
    report = check(Request(paths=(str(path),), jobs=2), lambda stage: seen.append(stage.doing))
    assert {each.verdict for each in alone.results} == {"unknown"}
    assert [(each.verdict, each.steps) for each in report.results if each.kind != "defined"] == [("violated", 3), ("proved", None)]
    assert "c  explicit | induction | pdr | bmc: depth 0" in [each.removeprefix("m.") for each in seen]


def test_a_small_check_pays_nothing_for_it(tmp_path: Path) -> None:
    path = tmp_path / "m.km"
    path.write_text(SPEC, encoding="utf-8")
    code = (
        "import sys; from kmodel.pipeline.line import check; from kmodel.pipeline.request import Request;"
        f"check(Request(paths=({str(path)!r},), jobs=2));"
        "assert 'kmodel.pipeline.race' not in sys.modules and 'kmodel.ground.packed' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_worker_that_is_killed_leaves_no_racers() -> None:
    """The racers have the writing end of a pipe: it is closed when the last of them is gone."""
    reading, writing = os.pipe()
    worker = os.fork()
    if worker == 0:
        os.close(reading)
        made = the_work()
        race.rivals = lambda _: ("a", "b")  # type: ignore[assignment]
        work.run = for_ever
        raced(made, nothing(made), Clock(None), 2, lambda _: os.write(writing, b"x") and None)
        os._exit(0)
    os.close(writing)
    assert os.read(reading, 1) == b"x"
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    assert os.read(reading, 1) == b""
    os.close(reading)


def test_findings_uses_it_only_for_auto(monkeypatch: pytest.MonkeyPatch) -> None:
    made = findings.Search(Request(engine="bmc", slots=2), Clock(None), lambda _: None, [])
    assert not made._races
    assert findings.Search(Request(slots=2), Clock(None), lambda _: None, [])._races
    assert not findings.Search(Request(slots=1), Clock(None), lambda _: None, [])._races
