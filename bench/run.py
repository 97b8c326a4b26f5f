"""Runs kmodel beside a baseline on the example models and prints ratios: `python bench/run.py [--large] [--runs N]`.

Both commands run in turn, A B A B …, as whole processes; a row gives the counts of both (which must be the same), the median of
user and system CPU seconds of each, and their ratio. Ratios of one run can be compared; seconds of two machines cannot.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLAIM = {"ipam": "tracked", "rollout": "available", "scheduling": "cache_is_right"}
CAPACITIES, REQUESTS = (4, 4, 6, 8), (1, 1, 2, 2, 3, 3, 4, 1)


@dataclass(frozen=True, slots=True)
class Case:
    """A model with its sizes, in the order of the baseline's arguments."""

    model: str
    sizes: tuple[int, ...]

    @property
    def name(self) -> str:
        return f"{self.model} {' '.join(map(str, self.sizes))}"


SMALL = (
    Case("ipam", (2, 2, 3)),
    Case("ipam", (2, 2, 4)),
    Case("rollout", (3, 1, 1, 5, 1, 1)),
    Case("rollout", (3, 2, 1, 6, 1, 1)),
    Case("scheduling", (2, 4, 1, 2, 1)),
    Case("scheduling", (3, 5, 2, 3, 1)),
)
LARGE = (
    Case("ipam", (3, 2, 3)),
    Case("ipam", (2, 2, 5)),
    Case("ipam", (3, 2, 4)),
    Case("rollout", (4, 1, 1, 6, 2, 1)),
    Case("rollout", (4, 1, 1, 7, 2, 2)),
    Case("scheduling", (3, 6, 2, 3, 1)),
    Case("scheduling", (3, 8, 6, 7, 1)),
)


def check_text(case: Case, claim: str | None = None) -> str:
    """A module with one check of the example model at these sizes, of its usual claim or of another."""
    numbers = case.sizes
    if case.model == "ipam":
        lines = [f"scope Node = {numbers[0]}, Address = {numbers[1]}, Pod = {numbers[2]}"]
    elif case.model == "rollout":
        names = ("replicas", "max_surge", "max_unavailable", "", "changes", "crashes")
        lines = [f"scope Slot = {numbers[3]}"] + [f"set {name} = {number}" for name, number in zip(names, numbers, strict=True) if name]
    else:
        lines = [f"scope Node = {numbers[0]}, Pod = {numbers[1]}"]
        lines += [f"set Node.capacity = {list(CAPACITIES[: numbers[0]])}", f"set Pod.request = {list(REQUESTS[: numbers[1]])}"]
        lines += [f"set fewest_pods = {numbers[2]}", f"set pods_at_start = {numbers[3]}", f"set most_cordoned = {numbers[4]}"]
    claim = f"{case.model}.{claim or CLAIM[case.model]}"
    body = "\n  ".join([*lines, f"verify {claim}", f"expect holds {claim}"])
    return f"module bench.case\n\nimport examples.{case.model}\n\ncheck sizes {{\n  {body}\n}}\n"


def cpu_seconds(command: Sequence[str]) -> tuple[float, str]:
    """User and system seconds of the whole process, and what it printed."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, cwd=ROOT)
        _, _, usage = os.wait4(process.pid, 0)
        output.seek(0)
        return usage.ru_utime + usage.ru_stime, output.read()


def counts_of(report: str) -> str:
    """`distinct generated depth` of the first claim of a JSON report."""
    result = json.loads(report)["results"][0]
    return f"{result['states']} {result['generated']} {result['depth']}"


def measure(case: Case, runs: int, folder: Path) -> str:
    spec = folder / "case.km"
    spec.write_text(check_text(case), encoding="utf-8")
    ours = [sys.executable, "-m", "kmodel", "check", str(spec), "--engine", "explicit", "-o", "json"]
    theirs = [sys.executable, str(ROOT / "bench" / "baseline.py"), case.model, *map(str, case.sizes)]
    times: tuple[list[float], list[float]] = ([], [])
    printed = ["", ""]
    for _ in range(runs):
        for which, command in enumerate((ours, theirs)):
            seconds, printed[which] = cpu_seconds(command)
            times[which].append(seconds)
    mine, other = (statistics.median(series) for series in times)
    found, expected = counts_of(printed[0]), printed[1].strip()
    agreement = "same counts" if found == expected else f"DIFFERENT: {found}"
    return f"{case.name:28} {expected:>28}  {agreement:12} {mine:9.2f} {other:9.2f} {other / mine:8.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="the middle and benchmark sizes as well")
    parser.add_argument("--runs", type=int, default=3, help="runs of each command (the median counts)")
    arguments = parser.parse_args()
    header = f"{'model':28} {'distinct generated depth':>28}  {'':12} {'kmodel s':>9} {'baseline s':>9} {'ratio':>8}\n"
    sys.stdout.write(header)
    with tempfile.TemporaryDirectory() as folder:
        for case in SMALL + (LARGE if arguments.large else ()):
            sys.stdout.write(measure(case, arguments.runs, Path(folder)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
