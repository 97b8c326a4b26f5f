"""Claims proved for every scope, as findings of a check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter

from kmodel.generalise import Everywhere, Narrow, generalise
from kmodel.ground.system import System
from kmodel.pipeline.judge import Finding
from kmodel.pipeline.request import Request
from kmodel.typed import Program
from kmodel.typed.module import CheckSymbol
from kmodel.verdict.verdict import Effort, EveryScope, Proved

ENGINE = "every-scope"


def generalised(
    check: CheckSymbol, program: Program, system: System, request: Request, wanted: Sequence[str]
) -> tuple[Sequence[Finding], Mapping[str, str]]:
    """What of the wanted claims is proved for every scope, and why the others are not."""
    began = perf_counter()
    found = generalise(program, check, wanted, request.seconds, request.seed)
    spent = perf_counter() - began
    proofs = {name: each for name, each in found.items() if isinstance(each, Everywhere)}
    findings = []
    for index, claim in enumerate(system.claims):
        each = proofs.get(claim.name)
        if each is not None:
            proved = Proved(EveryScope(each.claims, each.invariants, each.left), each.rechecked)
            findings.append(Finding(index, proved, each.vacuous, Effort(ENGINE), -1, spent))
    return findings, {name: each.reason for name, each in found.items() if isinstance(each, Narrow)}
