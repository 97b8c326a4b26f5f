"""Work that ends when its time is over, whatever it is doing: much of it, such as grounding, looks at no clock of its own.

The alarm raises an exception in the thread that works, and goes on doing so every second, since one that is raised inside of a callback
from machine code is lost. Solvers keep to clocks of their own. (z3 must not be interrupted from here: an interrupt that comes when it is
not at work makes it drop what it is told next.)
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread, get_ident
from time import monotonic
from typing import TypeVar

from kmodel.engines.deadline import Clock, Stopped

Done = TypeVar("Done")
_AGAIN = 1.0


class OutOfTime(BaseException):
    """Raised by an alarm. Not an Exception: who handles those must not take it for a fault of what was done."""


def within(clock: Clock, task: Callable[[], Done]) -> Done:
    """`task()`. Raises Stopped where the clock ends first."""
    if clock.end is None:
        return task()
    clock.left()
    bell = _Bell(clock.end)
    try:
        try:
            with _hushed():
                bell.start()
                done = task()
        finally:
            bell.stop()
    except OutOfTime:
        bell.stop()  # it may have rung on the way out
        bell.heard()
        raise  # it was the alarm of whoever called this
    bell.heard()  # what it interrupted may have been lost, and the rest taken for all
    return done


@contextmanager
def _hushed() -> Iterator[None]:
    """Nothing is printed of an alarm that rings in a destructor, where it is lost: it rings again."""
    before = sys.unraisablehook

    def hook(lost: sys.UnraisableHookArgs) -> None:
        if lost.exc_type is not OutOfTime:
            before(lost)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


class _Bell:
    """Rings in the thread that made it from `end` on, until it is stopped."""

    def __init__(self, end: float) -> None:
        self.end = end
        self._thread = ctypes.c_ulong(get_ident())
        self._lock = Lock()
        self._is_over = Event()
        self._rang = False

    def start(self) -> None:
        Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        wait = max(0.0, self.end - monotonic())
        while not self._is_over.wait(wait):
            with self._lock:
                if self._is_over.is_set():
                    return
                self._rang = True
                self._raise()
            wait = _AGAIN

    def stop(self) -> None:
        """What rang and was not raised yet is raised here. (To take it back, as CPython allows, makes 3.11 spin where a profiler or a
        coverage tool looks on.)"""
        is_silent = False
        while not is_silent:
            try:
                with self._lock:
                    self._is_over.set()
                is_silent = True  # but for one at most, from here on
                if self._rang:
                    self._raise()
                    self._await()
            except OutOfTime:
                continue

    def _await(self) -> None:
        """Until it is raised, which it is at the next jump back."""
        while True:
            pass

    def heard(self) -> None:
        """Raises Stopped where it rang."""
        if self._rang:
            raise Stopped("out of time")

    def _raise(self) -> None:
        """Takes the place of one that was not raised yet."""
        ctypes.pythonapi.PyThreadState_SetAsyncExc(self._thread, ctypes.py_object(OutOfTime))


__all__ = ["OutOfTime", "Stopped", "within"]
