"""The engines over bits on a scheduler, addresses and a rolling update (`bench/fleet.km`): `python -m bench.symbolic [--large]`.

Each row is one claim at one size, decided in a process of its own: CPU seconds of grounding (with slicing), of building circuits and
frames, and of solving, then of the whole process, and counts beside them. `z3` is the same question over z3 terms, and `abc` is
Berkeley's `pdr` on the circuit that `kmodel export --to aiger-binary` writes (package berkeley-abc), in CPU seconds of its process.
Ratios of one run can be compared; seconds of two machines cannot. What needs more than the limit is a row that says so.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.run import ROOT, cpu_seconds
from kmodel.engines.engine import Budget
from kmodel.engines.joined import about
from kmodel.engines.run import run
from kmodel.engines.sat.solve import Prover
from kmodel.exports import export
from kmodel.ground import Grounding, slices
from kmodel.ground.system import System
from kmodel.pipeline.files import find
from kmodel.pipeline.jobs import linked, plan
from kmodel.pipeline.request import Request
from kmodel.verdict.verdict import HoldsToDepth, Invariant, Proved, Unknown, Verdict, Violated


@dataclass(frozen=True, slots=True)
class Row:
    """`faults` are constants that the check sets; `against` is what the row is compared with: z3, abc or nothing."""

    pods: int
    nodes: int
    claim: str
    engine: str
    depth: int | None = None
    faults: tuple[str, ...] = ()
    against: str = ""

    @property
    def title(self) -> str:
        to = "" if self.depth is None else f" to {self.depth}"
        return f"{self.pods}x{self.nodes} {self.claim} {self.engine}{to}" + "".join(f", {fault}" for fault in self.faults)


ROWS = (
    Row(16, 8, "update_is_bounded", "bmc", 30, against="z3"),
    Row(16, 8, "update_is_bounded", "bmc", 30, ("trusts_observation",)),
    Row(16, 8, "unique_addresses", "bmc", 30, ("hands_out_blindly",)),
    Row(32, 16, "update_is_bounded", "bmc", 20),
    Row(8, 4, "unique_addresses", "pdr", against="abc"),
    Row(8, 4, "update_is_bounded", "pdr", against="abc"),
    Row(8, 4, "within_capacity", "induction"),
    Row(8, 4, "unique_addresses", "induction"),
)
LARGE = (
    Row(16, 8, "unique_addresses", "pdr", against="abc"),
    Row(16, 8, "update_is_bounded", "pdr", against="abc"),
    Row(16, 8, "within_capacity", "induction"),
)


def check_text(row: Row) -> str:
    """The model with one check of the row's claim at its size."""
    model = (ROOT / "bench" / "fleet.km").read_text(encoding="utf-8").partition("\ncheck ")[0]
    lines = [f"scope Node = {row.nodes}, Pod = {row.pods}, Address = 4", *(f"set {fault} = true" for fault in row.faults)]
    body = "\n  ".join([*lines, f"verify {row.claim}", f"expect holds {row.claim}"])
    return f"{model}\ncheck sizes {{\n  {body}\n}}\n"


def ground(row: Row, folder: Path) -> System:
    """The part of the system that decides the row's claim."""
    spec = folder / "case.km"
    spec.write_text(check_text(row), encoding="utf-8")
    request = Request(paths=(str(spec),))
    inputs = find(request.paths)
    specs = linked(inputs)
    job = plan(inputs, specs, request).jobs[0]
    for part in slices(Grounding(specs.program, job.check, None).system):
        for at, claim in enumerate(part.system.claims):
            if claim.name.endswith(row.claim):
                return about(part.system, [at])
    raise AssertionError(row)


# ---- in a process of its own


def decide(row: Row, solver: str | None, seconds: float) -> dict[str, float | str]:
    """Decides the row here; how many CPU seconds each part took."""
    solving = _timed(Prover)
    with tempfile.TemporaryDirectory() as folder:
        start = time.process_time()
        system = ground(row, Path(folder))
        grounded = time.process_time()
        outcome = run(system, row.engine, Budget(depth=row.depth, seconds=seconds, solver=solver))
        done = time.process_time()
    counts = f"{len(system.variables)} variables, {len(system.actions)} actions"
    parts = {"ground": grounded - start, "build": done - grounded - solving[0], "solve": solving[0]}
    return {**parts, "counts": counts, "verdict": told(outcome.verdicts[0])}


def _timed(prover: type[Prover]) -> list[float]:
    """The CPU seconds that the solver's answers take from now on."""
    spent, plain = [0.0], prover.check

    def check(self: Prover, assumptions: object = ()) -> bool:
        start = time.process_time()
        try:
            return plain(self, assumptions)  # type: ignore[arg-type]
        finally:
            spent[0] += time.process_time() - start

    prover.check = check  # type: ignore[assignment,method-assign]
    return spent


def told(verdict: Verdict) -> str:
    match verdict:
        case Violated(trace=trace):
            return f"violated in {trace.steps}"
        case HoldsToDepth(depth=depth):
            return f"holds to {depth}"
        case Proved(certificate=Invariant() as invariant):
            return f"proved by {len(invariant.lemmas)} lemmas"
        case Proved():
            return "proved"
        case Unknown(reason=reason):
            return f"unknown: {reason}"


# ---- the table


def measured(row: Row, solver: str, seconds: float) -> tuple[float, dict[str, float | str]]:
    """CPU seconds of the whole process, and what it says of itself."""
    order = json.dumps([row.pods, row.nodes, row.claim, row.engine, row.depth, row.faults])
    total, printed = cpu_seconds([sys.executable, "-m", "bench.symbolic", "--row", order, "--solver", solver, "--limit", str(seconds)])
    found: dict[str, float | str] = json.loads(printed)
    return total, found


def abc_seconds(row: Row, limit: int) -> str:
    """CPU seconds of abc's pdr on the circuit of the row's claim, or why there are none."""
    if shutil.which("berkeley-abc") is None:
        return "berkeley-abc is not installed"
    with tempfile.TemporaryDirectory() as folder:
        circuit = Path(folder) / "case.aig"
        circuit.write_bytes(export(ground(row, Path(folder)), "aiger-binary").data or b"")
        seconds, printed = cpu_seconds(["timeout", str(2 * limit), "berkeley-abc", "-q", f"read {circuit}; strash; pdr -T {limit}"])
    return f"{seconds:.2f}" if "Property proved" in printed else f"no answer in {limit} s"


def line(row: Row, limit: int) -> str:
    total, found = measured(row, "-", limit)
    other = ""
    if row.against == "z3":
        theirs, said = measured(row, "z3", 5 * limit)
        other = f"z3 {theirs:.2f} s ({said['verdict']}), {theirs / total:.1f}x"
    elif row.against == "abc":
        other = f"abc pdr {abc_seconds(row, limit)}"
    parts = " ".join(f"{found[part]:8.2f}" for part in ("ground", "build", "solve"))
    return f"{row.title:58} {parts} {total:8.2f}  {found['verdict']:24} {found['counts']:30} {other}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--large", action="store_true", help="the proofs at 16 pods and 8 nodes as well")
    parser.add_argument("--limit", type=float, default=60, help="seconds for each question")
    parser.add_argument("--row", help=argparse.SUPPRESS)
    parser.add_argument("--solver", default="-", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.row:
        pods, nodes, claim, engine, depth, faults = json.loads(arguments.row)
        row = Row(pods, nodes, claim, engine, depth, tuple(faults))
        sys.stdout.write(json.dumps(decide(row, None if arguments.solver == "-" else arguments.solver, arguments.limit)))
        return
    sys.stdout.write(f"{'pods x nodes, claim, engine':58} {'ground':>8} {'build':>8} {'solve':>8} {'whole':>8}  CPU seconds\n")
    for row in ROWS + (LARGE if arguments.large else ()):
        sys.stdout.write(line(row, int(arguments.limit)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
