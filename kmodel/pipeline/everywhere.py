"""Claims that are to be proved for every scope, before they are decided in the check's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter

from kmodel.generalise import Everywhere, Narrow, generalise
from kmodel.ground.system import System
from kmodel.pipeline.expect import said
from kmodel.pipeline.judge import Finding
from kmodel.pipeline.request import Request
from kmodel.typed import Program
from kmodel.typed.module import CheckSymbol
from kmodel.verdict.verdict import Effort, EveryScope, Proved

ENGINE = "every-scope"


def everywhere(check: CheckSymbol, program: Program, system: System, request: Request) -> tuple[Sequence[Finding], Mapping[str, str]]:
    """What is proved for every scope, and why the other claims for which that is wanted are not."""
    wanted = [name for name in check.claims if _wanted(check, program, name, request)]
    if not wanted:
        return (), {}
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


def _wanted(check: CheckSymbol, program: Program, name: str, request: Request) -> bool:
    """Where the check says so; where the request does, every claim that never fails as far as the check expects."""
    expected = said(check, name)
    if expected is not None and expected.every_scope:
        return True
    kind = program.claims[name].kind
    if not request.every_scope or kind == "property":
        return False
    return expected.verdict in ("holds", "unreachable") if expected is not None else kind != "witness"
