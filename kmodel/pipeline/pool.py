"""Many checks at once: worker processes, and nothing left behind after an interrupt."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from threading import Thread
from time import sleep
from typing import Any, TypeVar

from kmodel.engines.deadline import Clock, Stopped

Done = TypeVar("Done")
_FEW = 6
_task: list[Callable[[int], Any]] = []


def workers(jobs: int, wanted: int | None) -> int:
    """How many processes: as many as wanted, but not more than jobs; by default one for a few jobs, else one a processor."""
    default = 1 if jobs <= _FEW else processors()
    return max(1, min(jobs, wanted if wanted is not None else default))


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(task: Callable[[int], Done], jobs: int, processes: int) -> Generator[tuple[int, Done | None], None, None]:
    """`task(0)`, …, `task(jobs - 1)`, each with its number, as they are done; None where a worker died of it.

    Whoever stops iterating, or is interrupted, ends the workers. A single process is this one.
    """
    if processes == 1:
        yield from ((number, task(number)) for number in range(jobs))
    else:
        yield from apart(task, jobs, processes, Clock(None))


def apart(task: Callable[[int], Done], jobs: int, processes: int, clock: Clock) -> Generator[tuple[int, Done | None], None, None]:
    """The same, never in this process, and until the clock ends: then what still runs is ended, and no more is told."""
    left = set(range(jobs))
    try:
        for number, done in _together(task, sorted(left), processes, clock):
            left.discard(number)
            yield number, done
        for number in sorted(left):  # A worker died and took the others' work with it: each alone, to see who dies of it.
            alone = dict(_together(task, [number], 1, clock))
            yield number, alone.get(number)
    except (TimeoutError, Stopped):
        return


def _together(task: Callable[[int], Done], numbers: Sequence[int], processes: int, clock: Clock) -> Generator[tuple[int, Done], None, None]:
    """The tasks of these numbers as they are done, until a worker dies. Raises TimeoutError or Stopped where the clock ends first."""
    left = clock.left()
    # A fork has the program as it is; elsewhere it is sent to each worker once.
    method = "fork" if sys.platform == "linux" else None
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context(method), _begin, (task,))
    try:
        futures = {pool.submit(_run, number): number for number in numbers}
        for future in as_completed(futures, left):
            yield futures[future], future.result()
    except BrokenProcessPool:
        return
    finally:
        _end(pool)


def _begin(task: Callable[[int], object]) -> None:
    """In a worker: an interrupt is the parent's to handle, and without the parent there is nothing to work for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_follow, args=(os.getppid(),), daemon=True).start()
    _task.append(task)


def _follow(parent: int) -> None:
    """Ends the worker when its parent has ended, in whatever way."""
    while os.getppid() == parent:
        sleep(1)
    os._exit(1)


def _run(number: int) -> Any:
    return _task[-1](number)


def _end(pool: ProcessPoolExecutor) -> None:
    """At once: what still runs is not wanted any more.

    A child that is killed while it writes leaves half a result. The pool's thread reads the rest of it for ever, and the interpreter
    waits for that thread at its end, unless the last writing end of the pipe, which is our own, is closed. The thread is waited for,
    since it and we would otherwise both collect the same children."""
    for child in tuple((pool._processes or {}).values()):
        child.kill()
    with suppress(AttributeError, OSError):
        pool._result_queue._writer.close()  # type: ignore[attr-defined]
    pool.shutdown(wait=True, cancel_futures=True)
