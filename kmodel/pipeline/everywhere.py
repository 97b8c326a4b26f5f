"""Claims that are to be proved for every scope, before they are decided in the check's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TypeAlias

from kmodel.ground.system import System
from kmodel.pipeline.expect import said
from kmodel.pipeline.judge import Finding
from kmodel.pipeline.request import Request
from kmodel.typed import Program
from kmodel.typed.module import CheckSymbol

Found: TypeAlias = tuple[Sequence[Finding], Mapping[str, str]]
Prover: TypeAlias = Callable[[CheckSymbol, Program, System, Request, Sequence[str]], Found]


def everywhere(check: CheckSymbol, program: Program, system: System, request: Request) -> Found:
    """What is proved for every scope, and why the other claims for which that is wanted are not."""
    wanted = [name for name in check.claims if _wanted(check, program, name, request)]
    if not wanted:
        return (), {}
    prove: Prover = import_module("kmodel.pipeline.generalised").generalised  # loaded by those alone who ask for it
    return prove(check, program, system, request, wanted)


def _wanted(check: CheckSymbol, program: Program, name: str, request: Request) -> bool:
    """Where the check says so; where the request does, every claim that never fails as far as the check expects."""
    expected = said(check, name)
    if expected is not None and expected.every_scope:
        return True
    kind = program.claims[name].kind
    if not request.every_scope or kind == "property":
        return False
    return expected.verdict in ("holds", "unreachable") if expected is not None else kind != "witness"
