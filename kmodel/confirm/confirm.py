"""Everything an engine says is doubted once: traces are replayed, proofs are looked at again, by what shares nothing with the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from kmodel.confirm.certificates import SMALL_WORK, WORK, Recheck, Rechecked, Refuted, States, look_again, recheck_states
from kmodel.confirm.lift import Differs, lift
from kmodel.ground.system import Claim, Slice, System
from kmodel.semantics import replay
from kmodel.verdict.verdict import (
    Certificate,
    Complete,
    EveryScope,
    Exhaustion,
    HoldsToDepth,
    Induction,
    Invariant,
    KLiveness,
    Outcome,
    Proved,
    Unknown,
    Verdict,
    Violated,
)

_UNASKED = 40

RecheckInduction: TypeAlias = Callable[[System, Claim, Certificate], bool | None]


def confirm(part: Slice, whole: System, outcome: Outcome, recheck_induction: RecheckInduction | None = None) -> Outcome:
    """The part's outcome, as it may be shown: its traces are now the whole system's (states of all variables, the whole's actions),
    replayed and `confirmed`, its proofs say by what they were `rechecked`.

    A trace that the reference semantics does not reproduce, and a proof that it refutes, become Unknown with a reason that begins with
    `internal:` and says what differs. `recheck_induction` says whether a proof that keeps no states stands, by a solver of its own (None:
    it has no answer).
    """
    system = part.system
    assert len(outcome.verdicts) == len(system.claims) == len(part.claims), "one verdict a claim"
    proofs = _look_again(system, outcome.verdicts)
    verdicts = tuple(
        _confirmed(part, whole, index, verdict, proofs.get(index), recheck_induction) for index, verdict in enumerate(outcome.verdicts)
    )
    return replace(outcome, verdicts=verdicts)


def _confirmed(
    part: Slice, whole: System, index: int, verdict: Verdict, proof: Recheck, recheck_induction: RecheckInduction | None
) -> Verdict:
    match verdict:
        case Violated():
            return _replayed(part, whole, index, verdict)
        case Proved():
            return _proved(part.system, part.system.claims[index], verdict, proof, recheck_induction)
        case HoldsToDepth() | Unknown():
            return verdict


def _replayed(part: Slice, whole: System, index: int, verdict: Violated) -> Violated | Unknown:
    """The trace in the whole system, if both it and the part's are reproduced."""
    claim = part.system.claims[index]
    found = replay(part.system, claim, verdict.trace)
    if not found.reproduced:
        where = f" at step {found.step}" if found.step is not None else ""
        return _internal(f"the trace against `{claim.name}` is not reproduced{where}: {found.reason}")
    lifted = lift(part, whole, index, verdict.trace)
    if isinstance(lifted, Differs):
        return _internal(f"the trace against `{claim.name}` is one of a part of the system only: {lifted.reason}")
    return replace(verdict, trace=lifted, confirmed=True)


def _look_again(system: System, verdicts: Sequence[Verdict]) -> dict[int, Recheck]:
    """The proofs, those with one certificate at a time."""
    found: dict[int, Recheck] = {}
    groups: dict[tuple[Exhaustion, States] | None, list[int]] = {}
    for index, verdict in enumerate(verdicts):
        if isinstance(verdict, Proved):
            groups.setdefault(_kept(verdict.certificate), []).append(index)
    for kept, claims in groups.items():
        found |= _looked_at(system, claims, kept)
    return found


def _looked_at(system: System, claims: Sequence[int], kept: tuple[Exhaustion, States] | None) -> dict[int, Recheck]:
    """With less work where nobody asked: that every step is defined is looked at beside each claim, and a trace should not wait for it."""
    share = _UNASKED if all(system.claims[index].kind == "defined" for index in claims) else 1
    if kept is None:
        return look_again(system, claims, SMALL_WORK // share)
    return recheck_states(system, claims, *kept, WORK // share)


def _kept(certificate: Certificate) -> tuple[Exhaustion, States] | None:
    """The certificate and the states that it keeps, if it does."""
    match certificate:
        case Exhaustion(reachable=reachable, found=found):
            states = found if reachable is None else reachable
            return None if states is None else (certificate, states)
        case Induction() | Complete() | EveryScope() | Invariant() | KLiveness():
            return None


def _proved(system: System, claim: Claim, verdict: Proved, proof: Recheck, recheck_induction: RecheckInduction | None) -> Proved | Unknown:
    match proof:
        case Refuted(reason):
            return _internal(f"the proof of `{claim.name}` does not stand: {reason}")
        case Rechecked(by):
            return replace(verdict, rechecked=by)
        case None:
            return _by_solver(system, claim, verdict, recheck_induction)


def _by_solver(system: System, claim: Claim, verdict: Proved, recheck_induction: RecheckInduction | None) -> Proved | Unknown:
    if recheck_induction is None or isinstance(verdict.certificate, Exhaustion | EveryScope):
        return verdict
    match recheck_induction(system, claim, verdict.certificate):
        case None:
            return verdict
        case True:
            return replace(verdict, rechecked="a solver of its own")
        case False:
            what = "the induction" if isinstance(verdict.certificate, Induction) else "it"
            return _internal(f"the proof of `{claim.name}` does not stand: a solver of its own refutes {what}")


def _internal(reason: str) -> Unknown:
    return Unknown(f"internal: {reason}")
