"""What the compiled search does with large systems: `python -m bench.large`.

The first table has sizes of an example model whose counts are known from a reference in C++: all states without symmetry, and one state
for each orbit with it, whose sizes make up the count of all. Seconds are of the CPU, of the search with its code made before; `B/state`
is all memory that the search holds, for each state that it looked at.

The second table has models of so many action instances: how long it takes to write their program, to make quick code of it and to make
good code (with an empty cache), and to look at some thousands of states with all of it, making quick code included.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from bench.rates import ground
from bench.run import Case
from kmodel.engines.engine import Budget
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.native import compile as compiling
from kmodel.engines.explicit.native.search import program, search
from kmodel.engines.explicit.orbits import symmetry


@dataclass(frozen=True, slots=True)
class Known:
    """A case with or without symmetry, and the states and steps of a reference (of orbits, with it)."""

    case: Case
    symmetric: bool
    states: int
    steps: int


KNOWN = (
    Known(Case("ipam", (3, 3, 4)), False, 17_301_279, 91_515_493),
    Known(Case("ipam", (3, 3, 5)), True, 72_423, 453_488),
)
COMPILED = (
    Case("scheduling", (3, 8, 6, 7, 1)),
    Case("ipam", (4, 8, 13)),
    Case("rollout", (20, 2, 2, 70, 2, 2)),
    Case("rollout", (20, 2, 2, 710, 2, 2)),
)
MOST_LINES = 40_000
"""Of longer programs no good code is made."""


def counted(known: Known, folder: Path) -> str:
    system = ground(known.case, folder)
    ready = program(system)
    assert ready is not None
    compiling.compiled(ready.module.text, ("visit",), compiling.GOOD)
    before = time.process_time()
    run = search(ready, Budget(), Clock(Budget()), symmetry=symmetry(system) if known.symmetric else None)
    seconds = time.process_time() - before
    found = run.orbits, sum(run.steps) + run.starts
    agreement = "same counts" if found == (known.states, known.steps) else f"DIFFERENT: {found}"
    kind = "orbits" if known.symmetric else "states"
    size = run.space.used / run.orbits
    return f"{known.case.name:22} {kind:7} {run.orbits:>12,} {run.states:>13,} {agreement:12} {seconds:7.2f}s {size:7.1f}"


def compiled(case: Case, folder: Path) -> str:
    system = ground(case, folder)
    budget = Budget(states=5_000)
    times = [time.process_time()]
    ready = program(system)
    assert ready is not None
    times.append(time.process_time())
    for level in (compiling.QUICK, compiling.GOOD):
        if level == compiling.QUICK or ready.lines <= MOST_LINES:
            compiling.compiled(ready.module.text, ("visit",), level)
        times.append(time.process_time())
    search(replace(ready, improved=[]), budget, Clock(budget))
    times.append(time.process_time())
    took = " ".join(f"{(after - before) * 1e3:9.0f}" for before, after in pairwise(times))
    return f"{case.name:22} {len(system.actions):>9,} {ready.lines:>9,} {took}"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        sys.stdout.write(f"{'model':22} {'':7} {'looked at':>12} {'all states':>13} {'':12} {'CPU':>8} {'B/state':>7}\n")
        for known in KNOWN:
            sys.stdout.write(counted(known, Path(folder)) + "\n")
        heads = "".join(f" {head:>9}" for head in ("instances", "lines", "write ms", "quick ms", "good ms", "search ms"))
        sys.stdout.write(f"\n{'model':22}{heads}\n")
        for case in COMPILED:
            sys.stdout.write(compiled(case, Path(folder)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
