"""Induction with lemmas that nobody wrote: suggestions join the claims, and what stands together proves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from kmodel.engines.accounts import pairs, suggestions, with_suggestions
from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.engine import Budget, Engine
from kmodel.engines.joined import about, join
from kmodel.engines.leases import leases
from kmodel.engines.obligations import failure
from kmodel.engines.paths import on_bits
from kmodel.ground.system import System
from kmodel.ground.terms import Term, not_
from kmodel.verdict.verdict import Effort, Induction, Invariant, Outcome, Proved, Unknown, Verdict

if TYPE_CHECKING:
    from kmodel.engines.sat.houdini import Together

_SHARE = 0.5
_OF_STATES = ("invariant", "witness", "defined")


def induction(system: System, budget: Budget) -> Outcome:
    """Decides claims by suggestions that are inductive together with them, over bits; what that leaves open, with suggestions over
    terms; and what that leaves open, by k-induction."""
    end = None if budget.seconds is None else monotonic() + budget.seconds
    proofs, idle, lemmas = _over_bits(system, budget)
    claims = range(len(system.claims))
    verdicts: tuple[Verdict, ...] = tuple(Proved(proofs[at]) if at in proofs else Unknown("no induction was found") for at in claims)
    vacuous = tuple(True if at in idle else None for at in claims)
    found = Outcome(verdicts, vacuous, Effort("induction", depth=0), ("induction",) * len(claims))
    open_ = [at for at in claims if at not in proofs]
    if not open_:
        return found
    return join(found, _by_terms(about(system, open_), lemmas, replace(budget, seconds=_left(end, 1.0))), open_)


def _by_terms(system: System, lemmas: tuple[Term, ...], budget: Budget) -> Outcome:
    plain = import_module("kmodel.engines.smt.induction").induction
    end = None if budget.seconds is None else monotonic() + budget.seconds
    wider = with_suggestions(system)
    claims = len(system.claims)
    if len(wider.claims) == claims:
        return _plain(plain, system, budget)
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


class _Found(NamedTuple):
    """Proofs by index of the claim, claims that nothing ever exercises, and lemmas about pairs of variables that are inductive together."""

    proofs: Mapping[int, Invariant]
    idle: frozenset[int]
    lemmas: tuple[Term, ...]


_NOTHING = _Found({}, frozenset(), ())


def _over_bits(system: System, budget: Budget) -> _Found:
    """What bits can tell."""
    if not on_bits(system, budget):
        return _NOTHING
    said = {at: not_(failure(system, claim)) for at, claim in enumerate(system.claims) if claim.kind in _OF_STATES}
    idle = {at: not_(system.claims[at].exercised) for at in said}
    about_pairs = pairs(system)
    single = dict.fromkeys([*about_pairs, *(each.term for each in suggestions(system)), *said.values(), *idle.values()])
    families = [*leases(system), *((term,) for term in single)]
    clock = Clock.of(None if budget.seconds is None else budget.seconds * _SHARE)
    try:
        found: Together = import_module("kmodel.engines.sat.houdini").together(
            system, families, clock, budget.solver, {*said.values(), *idle.values()}
        )
        return _proofs(found, said, idle, about_pairs)
    except Stopped:
        return _NOTHING


def _proofs(found: Together, said: Mapping[int, Term], idle: Mapping[int, Term], about_pairs: list[Term]) -> _Found:
    places = {found.terms[at]: at for at in found.kept}

    def with_needed(terms: Iterable[Term]) -> tuple[Term, ...]:
        return tuple(found.terms[at] for at in found.needed_by(places[term] for term in terms if term in places))

    proofs = {at: Invariant(with_needed([term])) for at, term in said.items() if term in places}
    lemmas = with_needed(about_pairs) if len(proofs) < len(said) else ()
    return _Found(proofs, frozenset(at for at, term in idle.items() if term in places), lemmas)


def _in_own_terms(wider: System, lemmas: tuple[Term, ...], verdict: Verdict) -> Verdict:
    """A proof that leans on suggestions says what they are. Claims of steps lean on nothing that is said of the step before."""
    certificate = verdict.certificate if isinstance(verdict, Proved) else None
    if not isinstance(certificate, Induction):
        return verdict
    assert certificate.k == 1
    together = [wider.claims[at] for at in certificate.together if wider.claims[at].kind != "transition"]
    return Proved(Invariant((*lemmas, *(not_(failure(wider, claim)) for claim in together))))
