"""What a check expects of a claim."""

from __future__ import annotations

from kmodel.ground.system import Claim, ClaimKind
from kmodel.reports import Expected
from kmodel.typed.module import CheckSymbol, Expectation

DEFINED = "defined"


def said(check: CheckSymbol, claim: str) -> Expectation | None:
    """The expectation that names the claim, if any."""
    return next((each for each in check.expectations if claim in each.claims), None)


def expected_of(check: CheckSymbol, claim: Claim) -> Expected:
    return expected(check, claim.name, claim.kind)


def expected(check: CheckSymbol, claim: str, kind: ClaimKind) -> Expected:
    """As the check says; a claim of which it says nothing should hold, a witness be reached."""
    found = said(check, claim)
    if found is None:
        return Expected("reached" if kind == "witness" else "holds")
    return Expected(found.verdict, found.depth, found.steps, found.span, found.every_scope)
