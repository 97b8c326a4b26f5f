"""Temporal properties and random walks in CPU seconds, by machine code and by interpreted code: `python -m bench.behaviours [--runs N]`.

A property is decided on the whole graph: the search, its steps, what of them an automaton can follow, and its fair parts. The same is done
by interpreted code on the small size. The property of the example holds; without fairness of the component that starts pods it fails, and
the shortest lasso is found. Walks are 100 steps long at most; interpreted code makes fewer of them. Medians of user and system seconds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from bench.rates import ROWS, ground
from bench.run import Case
from kmodel.engines import Budget, Simulation, simulate
from kmodel.engines.explicit import explicit
from kmodel.ground.system import System
from kmodel.verdict import Outcome, Proved, Violated

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Property:
    """A size of the rollout, its states, and the tiers that decide it."""

    sizes: tuple[int, ...]
    states: int
    tiers: tuple[str, ...]


PROPERTIES = (
    Property((3, 2, 1, 6, 1, 1), 13_564, ("native", "python")),
    Property((4, 1, 1, 7, 2, 2), 2_675_716, ("native",)),
)
WALKS = {"native": 100_000, "python": 1_000}


@contextmanager
def tier(name: str) -> Iterator[None]:
    before = os.environ.get("KMODEL_TIER", "")
    os.environ["KMODEL_TIER"] = name
    try:
        yield
    finally:
        os.environ["KMODEL_TIER"] = before


def median(runs: int, work: Callable[[], _Result]) -> tuple[float, _Result]:
    times = list[float]()
    for _ in range(runs):
        began = time.process_time()
        result = work()
        times.append(time.process_time() - began)
    return statistics.median(times), result


def with_property(sizes: tuple[int, ...], folder: Path, *, fair: bool) -> System:
    """The rollout with its temporal property."""
    made = ground(Case("rollout", sizes), folder, claim="completes")
    return made if fair else replace(made, fairness=made.fairness[:1])


def decided(made: System) -> Outcome:
    return explicit(made, Budget(symmetry=False))


def properties(runs: int, folder: Path) -> Iterator[str]:
    for row in PROPERTIES:
        for fair in (True, False):
            made = with_property(row.sizes, folder, fair=fair)
            for name in row.tiers:
                with tier(name):
                    seconds, outcome = median(runs, lambda: decided(made))  # noqa: B023
                verdict = outcome.verdicts[0]
                assert outcome.effort.states == row.states, f"{outcome.effort.states} states"
                assert isinstance(verdict, Proved if fair else Violated)
                told = f"lasso of {verdict.trace.steps}" if isinstance(verdict, Violated) else "holds"
                label = f"rollout {' '.join(map(str, row.sizes))} {'fair' if fair else 'unfair'}"
                yield f"{label:30} {name:7} {row.states:>10,} states {told:12} {seconds:8.2f}s {row.states / seconds / 1e6:7.2f}M states/s"


def walks(runs: int, folder: Path) -> Iterator[str]:
    for row in ROWS:
        made = ground(row.case, folder)
        for name, many in WALKS.items():

            def work() -> Simulation:
                return simulate(made, many, 100, 0, Budget())  # noqa: B023

            with tier(name):
                seconds, found = median(runs, work)
            label = f"{row.case.model} {' '.join(map(str, row.case.sizes))}"
            counts = f"{found.steps:>10,} steps, {found.states:>9,} states"
            yield f"{label:30} {name:7} {counts} {seconds:8.2f}s {found.steps / seconds / 1e6:7.2f}M steps/s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="runs of each (the median counts)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for rows in (properties, walks):
            for line in rows(arguments.runs, Path(folder)):
                sys.stdout.write(line + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
