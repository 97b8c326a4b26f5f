"""Jobs on a Dask cluster. Loaded only where one is asked for: `distributed` is an extra."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, as_completed
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

from distributed import Client, KilledWorker

from kmodel.source import Diagnostic, Rejected

Done = TypeVar("Done")
_CONNECT = 10.0


@contextmanager
def connected(address: str) -> Iterator[Executor]:
    """The cluster whose scheduler is at `HOST:PORT`, as an executor. What still waits there at the end is cancelled."""
    try:
        client = Client(f"tcp://{address}", timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        help_ = "start one with `dask scheduler`, and workers with `dask worker HOST:PORT`"
        raise Rejected([Diagnostic("no-executor", f"no Dask scheduler answers at `{address}`: {reason}", help=help_)]) from None
    executor = client.get_executor(pure=False)
    try:
        yield executor
    finally:
        executor.shutdown(wait=False)
        client.close()


def spread(task: Callable[[int], Done], jobs: int, address: str) -> Iterator[tuple[int, Done | None]]:
    """`task(0)`, …, `task(jobs - 1)`, each with its number, as they are done; None where several workers died of it.

    The work of a worker that dies is done by another one.
    """
    packed = pickle.dumps(task)
    with connected(address) as executor:
        futures = {executor.submit(_run, packed, number): number for number in range(jobs)}
        for future in as_completed(futures):
            died = isinstance(future.exception(), KilledWorker)
            yield futures[future], None if died else future.result()


@lru_cache(maxsize=2)
def _task(packed: bytes) -> Callable[[int], Any]:
    """A worker unpacks what all its jobs have in common once."""
    made: Callable[[int], Any] = pickle.loads(packed)
    return made


def _run(packed: bytes, number: int) -> Any:
    return _task(packed)(number)
