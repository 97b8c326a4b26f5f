"""The alarm: whatever works is ended, nothing else is, and nothing is left of it."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from itertools import count
from threading import Thread, active_count
from time import monotonic

import pytest

from kmodel.engines.deadline import Clock, Stopped
from kmodel.pipeline.alarm import OutOfTime, within


def for_ever() -> None:
    for _ in count():
        pass


def swallowing() -> None:
    """Handles every fault, as a loop over many items does."""
    for _ in count():
        try:
            int("x")
        except Exception:
            continue


def test_what_never_ends_is_ended() -> None:
    for task in (for_ever, swallowing):
        with pytest.raises(Stopped, match="out of time"):
            within(Clock.of(0.01), task)


def test_what_ends_in_time_is_as_without_an_alarm() -> None:
    assert within(Clock.of(60.0), lambda: 7) == within(Clock.of(None), lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(Clock.of(60.0), lambda: 1 // 0)


def test_no_time_is_not_begun() -> None:
    with pytest.raises(Stopped):
        within(Clock(monotonic() - 1), lambda: pytest.fail("it was begun"))


def test_an_alarm_inside_of_another_is_its_own() -> None:
    def inner() -> str:
        with pytest.raises(Stopped):
            within(Clock.of(0.01), for_ever)
        return "went on"

    assert within(Clock.of(60.0), inner) == "went on"


def test_the_outer_alarm_is_no_end_of_the_inner_time() -> None:
    went_on = []

    def inner() -> None:
        try:
            within(Clock.of(60.0), for_ever)
        except Stopped:
            went_on.append(True)

    with pytest.raises(Stopped):
        within(Clock.of(0.01), inner)
    assert not went_on


def test_an_exception_that_a_callback_loses_is_raised_again() -> None:
    lost = []

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
    def callback(_: int) -> int:
        try:
            for_ever()
        except OutOfTime as alarm:
            lost.append(alarm)
            raise
        return 0

    with pytest.raises(Stopped):
        within(Clock.of(0.01), lambda: [callback(0), for_ever()])
    assert len(lost) == 1


def test_it_works_in_any_thread_and_leaves_none() -> None:
    before = active_count()
    found: list[str] = []

    def work() -> None:
        try:
            within(Clock.of(0.01), for_ever)
        except Stopped as stopped:
            found.append(stopped.reason)

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert found == ["out of time"]
    assert active_count() <= before + 1  # the bell's own ends as soon as it sees that it is over


def test_an_alarm_that_rings_as_the_work_ends_is_heard_nowhere_else() -> None:
    """Thousands of works that end at about the time of their alarm: each is done or stopped, and no exception comes later."""
    done = 0
    for at in range(3000):
        try:
            done += within(Clock.of(at % 30 * 1e-5 + 1e-5), lambda: sum(range(50)) > 0)
        except Stopped:
            continue
    assert done <= 3000


def test_an_alarm_in_a_destructor_is_not_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[type[BaseException] | None] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: told.append(lost.exc_type))
    hook = sys.unraisablehook

    class Ended:
        def __init__(self, by: type[BaseException]) -> None:
            self.by = by

        def __del__(self) -> None:
            raise self.by

    def task() -> None:
        Ended(OutOfTime)
        Ended(ValueError)

    within(Clock.of(60.0), task)
    assert told == [ValueError]
    assert sys.unraisablehook is hook


def test_a_profiler_or_a_coverage_tool_may_look_on() -> None:
    """A process of its own: what goes wrong here goes on for ever, and hears no signal."""
    code = """
import sys
from itertools import count
from kmodel.engines.deadline import Clock, Stopped
from kmodel.pipeline.alarm import within
def for_ever():
    for _ in count(): pass
sys.setprofile(lambda *_: None)
print(within(Clock.of(60), lambda: "done"))
try: within(Clock.of(0.01), for_ever)
except Stopped: print("stopped")
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.split() == ["done", "stopped"]
