"""kmodel's explicit search beside SPIN and TLC, in steps per CPU second: `python bench/rates.py [--runs N]`.

Each row is a benchmark size of an example model. kmodel and SPIN (`-O2`, depth first, every state kept, from the distribution's package)
are run in turn, A B A B …; the median of user and system seconds counts, of the search alone: kmodel's is measured in this process, with
its code made before, and SPIN's is its verifier's, without the seconds it takes to build it. `made` is kmodel's rate if its code is made
on the way, from nothing. Every state is looked at: no symmetry, one thread. `whole` is a whole `kmodel check`, from the start of the
interpreter to the report, with whatever it does by default and no code of its own from before. Both tools must have found the same states
and steps (SPIN counts its first step beside them). `2 thr.` compares seconds, not CPU seconds: it says something on an idle machine only.

TLC is not run here: its rates are those that were published of it for the same models, measured on another machine of the same kind with
one worker. A ratio to them is a hint, not a measurement.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench import spin
from bench.run import Case, check_text, cpu_seconds
from kmodel.engines.engine import Budget
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.native import compile as compiling
from kmodel.engines.explicit.native.search import Native, program, search
from kmodel.ground import Grounding, slices
from kmodel.ground.system import System
from kmodel.pipeline.files import find
from kmodel.pipeline.jobs import linked, plan
from kmodel.pipeline.request import Request


@dataclass(frozen=True, slots=True)
class Row:
    """A case, its states and steps (the first state is one), and TLC's published rate."""

    case: Case
    states: int
    steps: int
    tlc: int


ROWS = (
    Row(Case("ipam", (3, 2, 4)), 1_293_749, 7_040_857, 272_000),
    Row(Case("rollout", (4, 1, 1, 7, 2, 2)), 2_675_716, 18_705_541, 398_000),
    Row(Case("scheduling", (3, 8, 6, 7, 1)), 1_031_928, 11_277_415, 230_000),
)


def ground(case: Case, folder: Path, claim: str | None = None) -> System:
    spec = folder / "case.km"
    spec.write_text(check_text(case, claim), encoding="utf-8")
    request = Request(paths=(str(spec),))
    inputs = find(request.paths)
    specs = linked(inputs)
    job = plan(inputs, specs, request).jobs[0]
    return slices(Grounding(specs.program, job.check, None).system)[0].system


def searched(system: System, threads: int = 1, made: bool = True) -> tuple[float, float, Native]:
    """CPU seconds, seconds, and the search; with its code `made` before, or not."""
    budget = Budget(threads=threads)
    cpu, wall = time.process_time(), time.perf_counter()
    ready = program(system)
    assert ready is not None
    if made:
        compiling.compiled(ready.module.text, ("visit",), compiling.GOOD)
        cpu, wall = time.process_time(), time.perf_counter()
    run = search(ready, budget, Clock(budget), threads)
    return time.process_time() - cpu, time.perf_counter() - wall, run


def measure(row: Row, runs: int, folder: Path, has_spin: bool) -> str:
    system = ground(row.case, folder)
    command = spin.build(row.case.model, row.case.sizes, folder) if has_spin else []
    ours, cold, theirs, whole = list[float](), list[float](), list[float](), list[float]()
    walls: tuple[list[float], list[float]] = ([], [])
    printed, bytes_ = "", 0.0
    for at in range(runs):
        os.environ["XDG_CACHE_HOME"] = str(folder / f"run{at}")
        cold.append(searched(system, made=False)[0])
        cpu, wall, run = searched(system)
        assert (run.states, run.generated) == (row.states, row.steps), "different counts"
        bytes_ = run.space.used / run.states
        ours.append(cpu)
        walls[0].append(wall)
        walls[1].append(searched(system, threads=2)[1])
        if has_spin:
            seconds, printed = cpu_seconds(command)
            theirs.append(seconds)
        os.environ["XDG_CACHE_HOME"] = str(folder / f"whole{at}")
        whole.append(cpu_seconds([sys.executable, "-m", "kmodel", "check", str(folder / "case.km"), "--engine", "explicit"])[0])
    if has_spin:
        found = spin.counts(printed)
        assert found == (row.states + 1, row.steps + 1), f"SPIN counts {found}"
    return told(row, ours, cold, theirs, whole, bytes_, statistics.median(walls[0]) / statistics.median(walls[1]))


def told(row: Row, ours: list[float], cold: list[float], theirs: list[float], whole: list[float], size: float, speedup: float) -> str:
    mine, made = (row.steps / statistics.median(times) for times in (ours, cold))
    spins = row.steps / statistics.median(theirs) if theirs else 0.0
    other = f"{spins / 1e6:8.2f}M {mine / spins:7.1f}x" if spins else " " * 18
    published = f"{row.tlc / 1e6:8.2f}M {mine / row.tlc:7.0f}x"
    return (
        f"{row.case.name:26} {row.states:>10,} {row.steps:>11,} {mine / 1e6:8.1f}M {made / 1e6:8.1f}M {other} {published} "
        f"{statistics.median(whole):7.2f}s {size:6.1f} {speedup:6.2f}x"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5, help="runs of each (the median counts)")
    arguments = parser.parse_args()
    has_spin = all(map(shutil.which, ("spin", "gcc")))
    sys.stdout.write(
        f"{'model':26} {'states':>10} {'steps':>11} {'kmodel':>9} {'made':>9} {'SPIN -O2':>9} {'ratio':>8} {'TLC pub.':>9} {'ratio':>8} "
        f"{'whole':>8} {'B/st.':>6} {'2 thr.':>7}\n"
    )
    if not has_spin:
        sys.stdout.write("(spin and gcc are not installed: no measurement of SPIN)\n")
    for row in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(measure(row, arguments.runs, Path(folder), has_spin) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
