"""Counterexamples written to files: their names and contents depend on nothing but the spec."""

from __future__ import annotations

import json
from pathlib import Path

from kmodel.ground.system import System
from kmodel.pipeline.origins import origin
from kmodel.typed import Program
from kmodel.typed.module import CheckSymbol
from kmodel.verdict import to_itf
from kmodel.verdict.verdict import Trace


def saved(system: System, check: CheckSymbol, program: Program, index: int, trace: Trace, folder: Path) -> str:
    """Writes the trace against the claim (by index); the path of the file."""
    claim = system.claims[index]
    path = folder / f"{check.module}--{check.short}--{claim.name.rsplit('.', 1)[-1]}.itf.json"
    folder.mkdir(parents=True, exist_ok=True)
    data = to_itf(system, claim, trace, origin(program, check))
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return str(path)
