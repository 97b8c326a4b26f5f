"""A proof for every scope, read again from its text: by a solver of its own, and by the reference semantics in small scopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module

from kmodel.generalise.extend import MODULE, extended
from kmodel.generalise.samples import scopes
from kmodel.ground import Grounding, slices
from kmodel.ground.open import OpenClaim, Opening
from kmodel.semantics import check_by_exhaustion
from kmodel.source import Rejected
from kmodel.typed.module import CheckSymbol, Program
from kmodel.verdict.verdict import Proved, Violated

STATES = 1_000
SCOPES = 2
PATIENCE = 20_000


def recheck(program: Program, check: CheckSymbol, claims: Sequence[str], invariants: Sequence[str], seconds: float | None) -> str | None:
    """By what the proof was looked at again: that all of these are inductive for every scope. None: it does not stand."""
    whole = extended(program, check, [f"invariant {_name(at)} {{ {text} }}" for at, text in enumerate(invariants)])
    names = [*claims, *(f"{MODULE}.{_name(at)}" for at in range(len(invariants)))]
    opening = Opening(whole, check)
    said = [opening.claim(whole.claims[name]) for name in names]
    lasting = [each for each in said if isinstance(each, OpenClaim)]
    if len(lasting) < len(said) or not import_module("kmodel.engines.smt.open.recheck").recheck(opening.system(lasting), lasting, seconds):
        return None
    looked = _looked_at(whole, check, names)
    if looked is None:
        return None
    return "a solver of its own" + (f" and the reference semantics, on {looked:,} states of small scopes" if looked else "")


def _name(at: int) -> str:
    return f"found_{at + 1}"


def _looked_at(program: Program, check: CheckSymbol, names: Sequence[str]) -> int | None:
    """In how many states of small scopes the reference semantics finds them all to hold; None: in one it does not."""
    looked = 0
    for small, _ in zip(scopes(program, check), range(SCOPES), strict=False):
        try:
            system = Grounding(program, replace(small, claims=tuple(names))).system
        except Rejected:
            continue
        for part in slices(replace(system, claims=tuple(claim for claim in system.claims if claim.kind != "defined"))):
            outcome = check_by_exhaustion(part.system, part.system.claims, STATES, PATIENCE)
            if any(isinstance(verdict, Violated) for verdict in outcome.verdicts):
                return None
            if all(isinstance(verdict, Proved) for verdict in outcome.verdicts):
                looked += outcome.effort.states or 0
    return looked
