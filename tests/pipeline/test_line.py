"""The line as a function: an interrupt, a fault of kmodel itself, workers."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kmodel.engines.engine import Budget
from kmodel.ground.system import System
from kmodel.pipeline import line, work
from kmodel.pipeline.line import check
from kmodel.pipeline.pool import spread, workers
from kmodel.pipeline.request import Request, Stage
from kmodel.verdict import Effort, Outcome, Trace, Violated

SPEC = """\
module m
entity Pod { var n: 0..9 = 0 }
action up(p: Pod) {
  require p.n < 9
  p.n := p.n + 1
}
invariant bounded { sum(p in Pod: p.n) <= 107 }
check quick { scope Pod = 1  verify bounded }
check slow { scope Pod = 12  verify bounded }
check slow_too { scope Pod = 12  verify bounded }
"""


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "m.km"
    path.write_text(SPEC, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_keeps_what_is_done_and_leaves_no_process(jobs: int, spec: str) -> None:
    def watch(stage: Stage) -> None:
        if stage.done:
            raise KeyboardInterrupt

    report = check(Request(paths=(spec,), seconds=None, engine="explicit", jobs=jobs), watch)
    assert report.interrupted
    assert report.status() == 130
    assert [(result.check, result.verdict) for result in report.results] == [("quick", "proved")]
    assert multiprocessing.active_children() == []


def test_an_interrupt_tells_how_far_an_engine_was(spec: str) -> None:
    def watch(stage: Stage) -> None:
        if "slow" in stage.doing and "explicit" in stage.doing:
            raise KeyboardInterrupt

    report = check(Request(paths=(spec,), seconds=None, engine="explicit", jobs=1), watch)
    assert report.status() == 130
    quick, slow = report.results
    assert (quick.verdict, slow.check, slow.verdict) == ("proved", "slow", "unknown")
    assert slow.message is not None
    assert slow.message.startswith("interrupted while explicit: ")


def test_a_fault_of_kmodel_is_no_verdict_and_loses_no_other(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(job: line.Job, *rest: object) -> line.Decided:
        if job.check.short == "slow":
            raise AssertionError("this cannot be")
        return decide(job, *rest)  # type: ignore[arg-type]

    decide = line.decide
    monkeypatch.setattr(line, "decide", fail)
    monkeypatch.delenv("KMODEL_DEBUG", raising=False)
    report = check(Request(paths=(spec,), checks="*[kw]", jobs=1))
    assert [(result.check, result.standing) for result in report.results] == [("quick", "met"), ("slow", "error")]
    assert [(fault.code, fault.message) for fault in report.diagnostics] == [
        ("internal-error", "kmodel failed on the check `m.slow`: AssertionError: this cannot be")
    ]
    assert report.status() == 2


def test_a_wrong_trace_of_an_engine_is_an_error_and_never_shown(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def lie(system: System, name: str, budget: Budget) -> Outcome:
        state = tuple(0 for _ in system.variables)
        verdicts = tuple(Violated(Trace((state,), ()), shortest=True) for _ in system.claims)
        return Outcome(verdicts, (False,) * len(verdicts), Effort("liar"))

    monkeypatch.setattr(work, "run", lie)
    report = check(Request(paths=(spec,), checks="quick", jobs=1))
    assert {result.verdict for result in report.results} == {"unknown"}
    assert {fault.code for fault in report.diagnostics} == {"internal-error"}
    assert report.status(allow_inconclusive=True) == 2


def test_results_are_in_the_order_of_the_checks(spec: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def backwards(task: Callable[[int], line.Decided], jobs: int, processes: int) -> Iterator[tuple[int, line.Decided]]:
        yield from ((number, task(number)) for number in reversed(range(jobs)))

    monkeypatch.setattr(line, "spread", backwards)
    report = check(Request(paths=(spec,), scope={"Pod": "1"}))
    assert [result.check for result in report.results] == ["quick", "slow", "slow_too"]


def test_workers_do_all_the_work_once() -> None:
    assert sorted(spread(_square, 7, 2)) == [(number, number**2) for number in range(7)]
    assert list(spread(_square, 3, 1)) == [(0, 0), (1, 1), (2, 4)]
    assert multiprocessing.active_children() == []


def _square(number: int) -> int:
    return number**2


def test_a_worker_that_dies_is_told_and_takes_no_other_work_with_it() -> None:
    assert sorted(spread(_die, 5, 2), key=lambda pair: pair[0]) == [(0, 0), (1, None), (2, 2), (3, 3), (4, 4)]
    assert multiprocessing.active_children() == []


def test_workers_that_write_much_are_ended_at_once() -> None:
    results = spread(_much, 20, 2)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


def _much(_: int) -> bytes:
    return bytes(5_000_000)


def _die(number: int) -> int:
    if number == 1:
        os._exit(9)
    return number


def test_a_fault_in_a_worker_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(spread(_divide, 2, 2))
    assert multiprocessing.active_children() == []


def _divide(number: int) -> float:
    return 1 / number


def test_few_checks_need_no_processes() -> None:
    assert workers(3, None) == 1
    assert workers(3, 8) == 3
    assert workers(0, 4) == 1
    assert workers(100, 4) == 4
