"""Checks on a real local Dask cluster of two workers: the same results, and a worker that is killed loses nothing."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from kmodel.pipeline.executors import remote
from kmodel.pipeline.line import check
from kmodel.pipeline.request import Request
from kmodel.reports import render
from kmodel.source import Rejected
from tests.cli.sandbox import LAMP, Sandbox

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1") as cluster:
            yield str(cluster.scheduler_address).removeprefix("tcp://")


def _killing_its_worker_once(folder: str, number: int) -> int:
    """The first time that number 3 is done, its process is killed in the middle of it."""
    with Path(folder, f"begun-{number}").open("a") as marks:
        marks.write("x")
    if number == 3 and Path(folder, "begun-3").read_text() == "x":
        os.kill(os.getpid(), signal.SIGKILL)
    return number**2


def test_a_killed_worker_loses_nothing(scheduler: str, tmp_path: Path) -> None:
    done = sorted(remote(f"dask://{scheduler}", partial(_killing_its_worker_once, str(tmp_path)), 12))
    assert done == [(number, number**2) for number in range(12)]
    assert (tmp_path / "begun-3").read_text() == "xx"


def test_the_report_is_that_of_this_machine(scheduler: str, tmp_path: Path) -> None:
    path = tmp_path / "lamp.km"
    path.write_text(LAMP + "\ncheck again { expect violated stays_dark in 1 }\ncheck odd { expect holds stays_dark }\n")
    here = check(Request(paths=(str(path),)))
    there = check(Request(paths=(str(path),), executor=f"dask://{scheduler}"))
    same = [replace(each, seconds=0.0, results=tuple(replace(result, seconds=0.0) for result in each.results)) for each in (here, there)]
    assert len(there.results) == 9
    assert render(same[0], "text") == render(same[1], "text")
    assert same[0] == same[1]


def test_faults_of_a_task_are_raised(scheduler: str) -> None:
    with pytest.raises(ZeroDivisionError):
        list(remote(f"dask://{scheduler}", _inverse, 2))


def _inverse(number: int) -> float:
    return 1 / number


def test_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kmodel.pipeline.cluster._CONNECT", 0.2)
    for address in ("dask://127.0.0.1:1", "dask://", "slurm://a:1", "127.0.0.1:1"):
        with pytest.raises(Rejected) as rejected:
            list(remote(address, _inverse, 2))
        assert rejected.value.diagnostics[0].code == "no-executor"


def test_the_command(scheduler: str, tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    sandbox.write("spec/lamp.km", LAMP)
    assert sandbox.run("check", "--executor", f"dask://{scheduler}").exit_code == 0
    done = sandbox.run("check", "--executor", "here")
    assert done.exit_code == 2
    assert "error[no-executor]" in done.stderr
