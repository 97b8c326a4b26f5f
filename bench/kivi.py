"""Kivi's eight cases: how soon each failure is found, and what proving each repair takes: `python -m bench.kivi [--runs N]`.

A row of the first table is one scope of one case: user and system CPU seconds of a whole `kmodel check` of the claim that is violated, and
what is left of them without start-up, which is the time of the same command for a spec of one state, run in turn with it (the medians of
both). A row of the second is a repaired case, every claim of which is proved with every interleaving: whole seconds and peak memory,
beside those of Kivi's verifier for its own safe variant with controllers interleaved item by item (measured once with SPIN 6.5.2 and
`gcc -O0`, on another machine of the same kind; a `+` where it had not finished). Kivi's models keep pods apart, ours count them, so
states are not compared; its least memory is SPIN's empty table.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "spec" / "incidents" / "kivi"
SCOPES = (3, 5, 10)
NOTHING = "module bench.nothing\n\nvar done: bool = false\n\ninvariant idle { not done }\n\ncheck idle { expect holds idle }\n"
ODD = {("c3", 10): 11}


@dataclass(frozen=True, slots=True)
class Peer:
    """What Kivi's verifier took: CPU seconds, megabytes, whether it finished."""

    seconds: float
    megabytes: int
    finished: bool = True


PEER = {
    ("c1", 3): Peer(0.12, 144),
    ("c1", 5): Peer(2.3, 660),
    ("c1", 10): Peer(33, 8269, finished=False),
    ("c2", 3): Peer(0.08, 138),
    ("c2", 5): Peer(0.11, 143),
    ("c2", 10): Peer(29, 4532),
    ("c3", 3): Peer(0.08, 138),
    ("c3", 10): Peer(0.10, 143),
    ("c4", 3): Peer(0.17, 159),
    ("c4", 5): Peer(4.5, 860),
    ("c5", 3): Peer(0.07, 138),
    ("c5", 10): Peer(28, 2830),
    ("c6", 3): Peer(0.08, 139),
    ("c6", 5): Peer(0.28, 165),
    ("c6", 10): Peer(43.5, 7540),
    ("c7", 3): Peer(0.08, 138),
    ("c7", 10): Peer(0.08, 138),
    ("c8", 3): Peer(0.29, 173),
    ("c8", 5): Peer(27, 3369, finished=False),
}


@dataclass(frozen=True, slots=True)
class Ran:
    """One command: CPU seconds, peak megabytes, its report."""

    seconds: float
    megabytes: float
    results: tuple[dict[str, object], ...]


def check(spec: Path, *options: str) -> Ran:
    command = [sys.executable, "-m", "kmodel", "check", str(spec), "-o", "json", *options]
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL, cwd=ROOT)
        _, _, usage = os.wait4(process.pid, 0)
        output.seek(0)
        results = tuple(json.loads(output.read())["results"])
    return Ran(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, results)


def violation(spec: Path, name: str, runs: int, nothing: Path) -> str:
    """The row of one failure."""
    first = check(spec, "--check", name)
    claim = next(str(r["claim"]) for r in first.results if r["verdict"] == "violated")
    whole, idle = list[float](), list[float]()
    for _ in range(runs):
        idle.append(check(nothing).seconds)
        found = check(spec, "--check", name, "--property", claim)
        assert [r["verdict"] for r in found.results] == ["violated"], f"{spec.stem} {name}"
        whole.append(found.seconds)
    mine, start = statistics.median(whole), statistics.median(idle)
    return f"{spec.stem:28} {name:9} {claim:30} {mine:7.2f} {start:9.2f} {max(0.0, mine - start):9.2f}"


def repair(spec: Path, scope: int) -> str:
    """The row of one repaired case."""
    case = spec.stem[:2]
    name = f"fixed_{ODD.get((case, scope), scope)}"
    ran = check(spec, "--check", name, "--jobs", "1")
    verdicts = {r["verdict"] for r in ran.results if r["kind"] != "witness"}
    assert verdicts == {"proved"}, f"{spec.stem} {name}: {verdicts}"
    peer = PEER.get((case, scope))
    other = " " * 26
    if peer is not None:
        more = "" if peer.finished else "+"
        other = f"{f'{peer.seconds:g}{more}':>9} {f'{peer.megabytes}{more}':>7} {ran.megabytes / peer.megabytes:7.1%}"
    return f"{spec.stem:28} {name:9} {ran.seconds:9.2f} {ran.megabytes:7.0f} {other}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="runs of each failure (the median counts)")
    arguments = parser.parse_args()
    specs = sorted(path for path in CASES.glob("c?_*.km") if path.stem != "c3_topologies")
    sys.stdout.write(f"{'case':28} {'check':9} {'claim':30} {'whole s':>7} {'start-up':>9} {'search s':>9}\n")
    with tempfile.TemporaryDirectory() as folder:
        nothing = Path(folder) / "nothing.km"
        nothing.write_text(NOTHING, encoding="utf-8")
        for spec in specs:
            for scope in SCOPES:
                name = f"scope_{ODD.get((spec.stem[:2], scope), scope)}"
                sys.stdout.write(violation(spec, name, arguments.runs, nothing) + "\n")
                sys.stdout.flush()
    sys.stdout.write(f"\n{'repaired case':28} {'check':9} {'whole s':>9} {'MB':>7} {'Kivi s':>9} {'MB':>7} {'memory':>7}\n")
    for spec in specs:
        for scope in SCOPES:
            sys.stdout.write(repair(spec, scope) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
