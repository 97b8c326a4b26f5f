"""From verdicts to results: the verdict on all claims of one name together, and whether it is what the check expects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import assert_never

from kmodel.ground.system import ClaimKind
from kmodel.records import dataclass
from kmodel.reports import Expected
from kmodel.reports.result import Standing, Symmetry, Word
from kmodel.reports.words import plural
from kmodel.verdict.verdict import (
    Complete,
    Effort,
    EveryScope,
    Exhaustion,
    HoldsToDepth,
    Induction,
    Invariant,
    KLiveness,
    Proved,
    Unknown,
    Verdict,
    Violated,
)

_WHOLLY = re.compile(r", on (all [\d,]+ states|the only state)$")


@dataclass(frozen=True, slots=True)
class Finding:
    """The confirmed verdict on one ground claim (`index` into the whole system's claims). `part` is the slice it was found in; `apart` says
    what tells the individuals in it apart, where that was asked for."""

    index: int
    verdict: Verdict
    vacuous: bool | None
    effort: Effort
    part: int
    seconds: float
    apart: tuple[str, ...] = ()


def worst(findings: Iterable[Finding], kind: ClaimKind, expected: Expected) -> Finding:
    """The finding that decides for all claims of one name: each of them must be as expected.

    A trace counts most, the shortest first; of a witness that should be reached, the lack of one counts most.
    """
    wants_traces = kind == "witness" and expected.verdict != "unreachable"
    return min(findings, key=lambda finding: _rank(finding.verdict, wants_traces))


def _rank(verdict: Verdict, wants_traces: bool) -> tuple[int, int]:
    match verdict:
        case Violated(trace=trace):
            return (3, -trace.steps) if wants_traces else (0, trace.steps)
        case Unknown(depth=depth):
            return (1, depth if depth is not None else -1)
        case HoldsToDepth(depth=depth):
            return (2, depth)
        case Proved():
            return (0, 0) if wants_traces else (3, 0)
        case _:
            assert_never(verdict)


def believed(verdict: Verdict, expected: Expected) -> Verdict:
    """An engine that gave up beyond the depth that is asked for has answered."""
    if isinstance(verdict, Unknown) and verdict.depth is not None and expected.depth is not None and verdict.depth >= expected.depth:
        return HoldsToDepth(verdict.depth)
    return verdict


def word(verdict: Verdict, kind: ClaimKind) -> Word:
    match verdict:
        case Proved():
            everywhere = isinstance(verdict.certificate, EveryScope)
            return "unreachable" if kind == "witness" else "proved-all-scopes" if everywhere else "proved"
        case HoldsToDepth():
            return "holds-to-depth"
        case Violated():
            return "reached" if kind == "witness" else "violated"
        case Unknown():
            return "unknown"
        case _:
            assert_never(verdict)


def standing(verdict: Verdict, expected: Expected) -> Standing:
    """Whether the verdict is the expected one. Only a proof meets `holds`, only a trace `violated` and `reached`."""
    wants_trace = expected.verdict in ("violated", "reached")
    match verdict:
        case Proved():
            if expected.every_scope and not isinstance(verdict.certificate, EveryScope):
                return "inconclusive"
            return "unmet" if wants_trace else "met"
        case Violated():
            return _pinned(verdict, expected) if wants_trace else "unmet"
        case HoldsToDepth(depth=depth):
            enough = expected.depth is not None and depth >= expected.depth
            return "met" if enough and not wants_trace else "inconclusive"
        case Unknown():
            return "inconclusive"
        case _:
            assert_never(verdict)


def _pinned(verdict: Violated, expected: Expected) -> Standing:
    """`violated in n` is about the shortest trace: a longer one that may not be the shortest tells nothing."""
    steps = verdict.trace.steps
    if expected.steps is None:
        return "met"
    if steps >= expected.steps and not verdict.shortest:
        return "inconclusive"
    return "met" if steps == expected.steps else "unmet"


def proof(findings: Sequence[Finding]) -> str | None:
    """What the proofs of one claim rest on, in words; None where something is not proved."""
    proved = [finding.verdict for finding in findings if isinstance(finding.verdict, Proved)]
    if len(proved) < len(findings):
        return None
    looked, orbits = states(findings), symmetry(findings)
    if (looked is not None or orbits is not None) and all(isinstance(each.certificate, Exhaustion) for each in proved):
        said = _looked_at(looked, {each.rechecked for each in proved}, orbits)
        commuting = any(isinstance(each.certificate, Exhaustion) and each.certificate.commuting for each in proved)
        return f"{said}; of steps that commute, one order" if commuting else said
    return "; ".join(dict.fromkeys(_certificate(each) for each in proved))


def _looked_at(count: int | None, rechecked: set[str | None], orbits: Symmetry | None = None) -> str:
    """Of so many states (None: they were not counted) that lie in these orbits."""
    said = {again if again is None else _WHOLLY.sub("", again) for again in rechecked}
    again = next(iter(said)) if len(said) == 1 else None
    in_orbits = plural(orbits.orbits, "orbit") if orbits is not None else ""
    many = plural(count, "state") + (f" in {in_orbits}" if in_orbits else "") if count is not None else f"{in_orbits} of states"
    return f"{many}, {'the only one' if count == 1 else 'all of them looked at'}{_again(again)}"


def _again(rechecked: str | None) -> str:
    """That all states were looked at again needs no number: it is that of the proof."""
    return f"; re-checked by {_WHOLLY.sub('', rechecked)}" if rechecked else ""


def _certificate(verdict: Proved) -> str:
    again = _again(verdict.rechecked)
    match verdict.certificate:
        case Exhaustion(states=count):
            return _looked_at(count, {verdict.rechecked})
        case Induction(k=k):
            kept = "every step keeps it" if k == 1 else f"{k} states in a row that have it lead to another one"
            return f"by induction, {kept}{again}"
        case KLiveness(parts):
            most = max(part.k for part in parts)
            often = f"more than {plural(most, 'time')}" if most else "even once"
            return f"no behaviour meets what a fair violation needs again and again {often}{again}"
        case EveryScope(claims, invariants):
            more = len(claims) + len(invariants) - 1
            others = f" and {plural(more, 'more invariant')}" if more else ""
            return f"by induction, every step keeps it{others}{again}"
        case Invariant(lemmas):
            return f"by an invariant of {plural(len(lemmas), 'lemma')} that every step keeps{again}"
        case Complete(depth=depth):
            return f"no behaviour is longer than {plural(depth, 'step')}, and all of them were looked at{again}"
        case _:
            assert_never(verdict.certificate)


def states(findings: Iterable[Finding]) -> int | None:
    return _sum({finding.part: finding.effort.states for finding in findings}.values())


def symmetry(findings: Iterable[Finding]) -> Symmetry | None:
    """The orbits of all parts together; None where all states of all parts were looked at themselves."""
    efforts = {finding.part: finding.effort for finding in findings}.values()
    if all(effort.orbits is None for effort in efforts):
        return None
    individuals = dict.fromkeys(each for effort in efforts if effort.orbits is not None for each in effort.orbits.individuals)
    orbits = sum(effort.stored for effort in efforts)
    generated_ = sum(effort.orbits.generated if effort.orbits is not None else effort.generated or 0 for effort in efforts)
    return Symmetry(orbits, generated_, tuple(individuals))


def generated(findings: Iterable[Finding]) -> int | None:
    return _sum({finding.part: finding.effort.generated for finding in findings}.values())


def _sum(counts: Iterable[int | None]) -> int | None:
    known = list(counts)
    return sum(count for count in known if count is not None) if None not in known else None


def depth(findings: Iterable[Finding], verdict: Verdict) -> int | None:
    """How deep it was looked: the verdict's own depth, else the search's."""
    if isinstance(verdict, HoldsToDepth | Unknown):
        return verdict.depth
    depths = [finding.effort.depth for finding in findings if finding.effort.depth is not None]
    return max(depths, default=None)


def engines(findings: Iterable[Finding]) -> str:
    return ", ".join(dict.fromkeys(finding.effort.engine for finding in findings))


def seconds(findings: Iterable[Finding]) -> float:
    return sum({finding.part: finding.seconds for finding in findings}.values())
