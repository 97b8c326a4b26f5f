"""Counterexamples written to files: their names and contents depend on nothing but the spec and what was asked."""

from __future__ import annotations

import json

from kmodel.ground.system import System
from kmodel.pipeline.origins import origin
from kmodel.pipeline.request import Request
from kmodel.typed import Program
from kmodel.typed.module import CheckSymbol
from kmodel.verdict import Trace, to_itf


def saved(system: System, check: CheckSymbol, program: Program, index: int, trace: Trace, request: Request) -> str | None:
    """Writes the trace against the claim (by index) where the request says; the path of the file."""
    if request.save is None:
        return None
    claim = system.claims[index]
    path = request.save / f"{check.module}--{check.short}--{claim.name.rsplit('.', 1)[-1]}.itf.json"
    request.save.mkdir(parents=True, exist_ok=True)
    manifests = request.paths if check.cluster == () else ()
    data = to_itf(system, claim, trace, origin(program, check, request, manifests))
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path.as_posix()
