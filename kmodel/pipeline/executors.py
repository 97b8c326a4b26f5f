"""Executors elsewhere, by the scheme of their address. What they need is imported when one is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TypeVar

from kmodel.source import Diagnostic, Rejected

Done = TypeVar("Done")

EXECUTORS: Mapping[str, str] = {"dask": "kmodel.pipeline.cluster"}


def remote(address: str, task: Callable[[int], Done], jobs: int) -> Iterator[tuple[int, Done | None]]:
    """`task(0)`, …, `task(jobs - 1)` done at `SCHEME://HOST:PORT`, each with its number; None where workers died of it. Rejected where
    nothing there does them."""
    scheme, separator, place = address.partition("://")
    if not separator or not place or scheme not in EXECUTORS:
        raise Rejected([Diagnostic("no-executor", f"`{address}` names no executor", help="write `--executor dask://HOST:PORT`")])
    try:
        module = import_module(EXECUTORS[scheme])
    except ImportError as error:
        message = f"`{address}` needs `{error.name}`, which is not installed"
        raise Rejected([Diagnostic("no-executor", message, help=f"pip install 'kmodel-k8s[{scheme}]'")]) from None
    found: Iterator[tuple[int, Done | None]] = module.spread(task, jobs, place)
    return found
