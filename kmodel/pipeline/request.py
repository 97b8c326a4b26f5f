"""What is asked of a run: paths, filters, bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path

from kmodel.engines.engine import PartialOrder
from kmodel.pipeline.ignores import Ignore
from kmodel.records import dataclass


def no_text() -> str:
    """Of a request that reads no standard input."""
    return ""


@dataclass(frozen=True, slots=True)
class Request:
    """`stdin` gives the text of manifests on standard input, for the path `-`. `claims` and `checks` are globs on short or
    qualified names. `seconds` are for each check, all in all; `states` and bytes of `memory` for each claim. `threads` None: all
    processors where one check is run at a time. `scope` maps entities (short names, and `ip`) to text, `faults` actions to budgets, both
    instead of what the checks say.
    `symmetry` False: every state is looked at, interchangeable individuals or not; `partial_order` is the engines'. `every_scope`:
    claims are proved for every scope where that can be done. `verbose`: reports say which individuals are not interchangeable, and why.
    `ignores` are findings accepted by hand, `baseline` a file of those known before. `jobs` None: as many processes as the work
    deserves; `slots`: how many of them one check may use. `executor` names a cluster that does them instead, `dask://HOST:PORT`."""

    paths: tuple[str, ...] = ()
    stdin: Callable[[], str] = no_text
    claims: str = "*"
    checks: str = "*"
    engine: str = "auto"
    depth: int | None = None
    seconds: float | None = 60.0
    states: int | None = None
    memory: int | None = None
    threads: int | None = None
    jobs: int | None = None
    slots: int = 1
    seed: int = 0
    solver: str | None = None
    symmetry: bool = True
    partial_order: PartialOrder = "auto"
    scope: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)
    nodes: str | None = None
    save: Path | None = None
    save_proofs: Path | None = None
    strict: bool = False
    every_scope: bool = False
    verbose: bool = False
    executor: str | None = None
    ignores: tuple[Ignore, ...] = ()
    baseline: Path | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a run is: `done` of `total` checks; `doing` says what goes on."""

    done: int
    total: int
    doing: str


Watch = Callable[[Stage], None]


def unwatched(_: Stage) -> None:
    return None
