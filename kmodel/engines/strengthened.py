"""Induction with lemmas that nobody wrote: suggestions join the claims, and what stands together proves them."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from time import monotonic

from kmodel.engines.accounts import pairs, with_suggestions
from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.engine import Budget, Engine
from kmodel.engines.joined import about, join
from kmodel.engines.obligations import failure
from kmodel.engines.paths import on_bits
from kmodel.ground.system import System
from kmodel.ground.terms import Term, not_
from kmodel.verdict.verdict import Induction, Invariant, Outcome, Proved, Unknown, Verdict

_SHARE = 0.5


def induction(system: System, budget: Budget) -> Outcome:
    """Decides claims by k-induction; what that leaves open, by induction together with suggested lemmas."""
    plain = import_module("kmodel.engines.smt.induction").induction
    end = None if budget.seconds is None else monotonic() + budget.seconds
    wider = with_suggestions(system)
    claims = len(system.claims)
    if len(wider.claims) == claims:
        return _plain(plain, system, budget)
    lemmas = _lemmas(system, budget)
    first: Outcome = plain(wider, replace(budget, depth=0, seconds=_left(end, _SHARE)), lemmas)
    verdicts = tuple(_in_own_terms(wider, lemmas, each) for each in first.verdicts[:claims])
    found = replace(first, verdicts=verdicts, vacuous=first.vacuous[:claims], engines=("induction",) * claims)
    open_ = [at for at, verdict in enumerate(verdicts) if isinstance(verdict, Unknown)]
    if not open_ or budget.depth == 0:
        return found
    return join(found, _plain(plain, about(system, open_), replace(budget, seconds=_left(end, 1.0))), open_)


def _plain(plain: Engine, system: System, budget: Budget) -> Outcome:
    return plain(system, budget)


def _left(end: float | None, share: float) -> float | None:
    return None if end is None else max(end - monotonic(), 0.01) * share


def _lemmas(system: System, budget: Budget) -> tuple[Term, ...]:
    """Suggestions about pairs of variables that are inductive together, where bits can tell."""
    if not on_bits(system, budget):
        return ()
    seconds = None if budget.seconds is None else budget.seconds * _SHARE / 2
    try:
        kept: list[Term] = import_module("kmodel.engines.sat.houdini").inductive(system, pairs(system), Clock.of(seconds), budget.solver)
    except Stopped:
        return ()
    return tuple(kept)


def _in_own_terms(wider: System, lemmas: tuple[Term, ...], verdict: Verdict) -> Verdict:
    """A proof that leans on suggestions says what they are. Claims of steps lean on nothing that is said of the step before."""
    certificate = verdict.certificate if isinstance(verdict, Proved) else None
    if not isinstance(certificate, Induction):
        return verdict
    assert certificate.k == 1
    together = [wider.claims[at] for at in certificate.together if wider.claims[at].kind != "transition"]
    return Proved(Invariant((*lemmas, *(not_(failure(wider, claim)) for claim in together))))
