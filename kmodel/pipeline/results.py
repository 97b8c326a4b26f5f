"""Findings to results: all ground claims of one name together, with their expectation, their trace and the reasons of all that fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kmodel.ground import Grounding
from kmodel.ground.system import ClaimKind
from kmodel.pipeline.expect import expected
from kmodel.pipeline.jobs import Job
from kmodel.pipeline.judge import Finding, believed, depth, engines, generated, proof, seconds, standing, states, symmetry, word, worst
from kmodel.pipeline.reasons import MOST, about, reasons
from kmodel.pipeline.request import Request
from kmodel.pipeline.save import saved
from kmodel.pipeline.story import story
from kmodel.records import dataclass
from kmodel.reports import Reason, Result
from kmodel.reports.result import Standing
from kmodel.typed import Program
from kmodel.typed.module import CheckSymbol
from kmodel.verdict.verdict import EveryScope, HoldsToDepth, Proved, Unknown, Verdict, Violated


def errors(check: CheckSymbol, program: Program, message: str) -> tuple[Result, ...]:
    """An error for each claim of a check that could not be run."""
    claims = [program.claims[name] for name in check.claims if name in program.claims]
    return tuple(replace(_blank(check, program, claim.name, claim.kind), message=message, span=claim.span) for claim in claims)


def unknowns(check: CheckSymbol, program: Program, message: str) -> tuple[Result, ...]:
    """Of each claim, that it could not be decided."""
    return tuple(replace(each, verdict="unknown", standing="inconclusive") for each in errors(check, program, message))


@dataclass(frozen=True, slots=True)
class Ground:
    """What the findings are about; `narrow` says why claims are not proved for every scope where that was asked for. `is_brief`: without
    the reasons of what fails, since there is no time for them."""

    job: Job
    program: Program
    grounding: Grounding
    request: Request
    narrow: Mapping[str, str]
    is_brief: bool = False


def results(about_: Ground, findings: Sequence[Finding]) -> tuple[Result, ...]:
    """One result a name, in the order of the check's claims; that of undefined steps last, where it says something."""
    check, claims = about_.job.check, about_.grounding.system.claims
    named: dict[str, list[Finding]] = {name: [] for name in check.claims}
    for finding in sorted(findings, key=lambda each: each.index):
        named.setdefault(claims[finding.index].name, []).append(finding)
    made = [_result(about_, group) for group in named.values() if group]
    return tuple(result for result in made if _worth_saying(result, check))


def _worth_saying(result: Result, check: CheckSymbol) -> bool:
    """That no step is undefined goes without saying, unless the check speaks of it; so does a bound as deep as is asked for."""
    if result.kind != "defined" or result.expected.span is not None:
        return True
    asked = max((each.depth for each in check.expectations if each.depth is not None), default=None)
    enough = asked is not None and result.verdict == "holds-to-depth" and (result.depth or 0) >= asked
    return not result.verdict.startswith("proved") and not enough


def _result(about_: Ground, findings: list[Finding]) -> Result:
    system, strict = about_.grounding.system, about_.request.strict
    claim = system.claims[findings[0].index]
    blank = _blank(about_.job.check, about_.program, claim.name, claim.kind)
    group = [replace(finding, verdict=believed(finding.verdict, blank.expected)) for finding in findings]
    decisive = worst(group, claim.kind, blank.expected)
    vacuous = isinstance(decisive.verdict, Proved | HoldsToDepth) and all(finding.vacuous for finding in group)
    invariants = _invariants(decisive.verdict)
    made = replace(
        blank,
        verdict=word(decisive.verdict, claim.kind),
        standing=_standing(blank, decisive.verdict, vacuous, strict),
        message=decisive.verdict.reason if isinstance(decisive.verdict, Unknown) else None,
        span=claim.span,
        engine=engines(group),
        proof=proof(group),
        depth=depth(group, decisive.verdict),
        states=states(group),
        generated=generated(group),
        symmetry=symmetry(group),
        apart=tuple(dict.fromkeys(told for finding in group for told in finding.apart)) if about_.request.verbose else None,
        seconds=seconds(group),
        scope=dict.fromkeys(system.scope, "any") if invariants is not None else dict(system.scope),
        invariants=invariants or (),
        narrow=about_.narrow.get(claim.name),
        limits=dict(system.limits),
        vacuous=vacuous,
        assumed=system.assumed,
    )
    told = _told(made, about_, decisive) if isinstance(decisive.verdict, Violated) else made
    if made.standing == "met":
        return replace(told, reasons=_reasons(about_, decisive, True) if told.story is not None else ())
    others = [each for each in group if each is not decisive and _standing(blank, each.verdict, vacuous, strict) == made.standing]
    found = tuple(reason for each in [decisive, *others] for reason in _reasons(about_, each, each is decisive))
    return replace(told, reasons=found, more=len(found) >= MOST)


def _invariants(verdict: Verdict) -> tuple[str, ...] | None:
    """What a proof for every scope rests on."""
    if not isinstance(verdict, Proved) or not isinstance(verdict.certificate, EveryScope):
        return None
    return (*(name.rsplit(".", 1)[-1] for name in verdict.certificate.claims), *verdict.certificate.invariants)


def _reasons(about_: Ground, finding: Finding, is_decisive: bool) -> tuple[Reason, ...]:
    """Why one choice of the claim's parameters is not as expected; with its own story, where the result tells another's."""
    system = about_.grounding.system
    claim = system.claims[finding.index]
    if about_.is_brief:
        return ()
    if not isinstance(finding.verdict, Violated):
        return about(about_.grounding, claim)
    if claim.kind == "witness":
        return ()
    found = reasons(about_.grounding, finding.index, finding.verdict.trace)
    return found if is_decisive else tuple(replace(each, story=story(system, claim, finding.verdict.trace)) for each in found)


def _standing(blank: Result, verdict: Verdict, vacuous: bool, strict: bool) -> Standing:
    """A claim that only notes does not fail; a vacuous one does where that is asked for."""
    found = standing(verdict, blank.expected)
    if found == "unmet" and isinstance(verdict, Violated) and blank.attributes.get("severity") == "note":
        return "note"
    return "unmet" if found == "met" and vacuous and strict else found


def _told(result: Result, about_: Ground, finding: Finding) -> Result:
    """The result with its trace told, and saved where that is asked for."""
    assert isinstance(finding.verdict, Violated)
    system, trace = about_.grounding.system, finding.verdict.trace
    is_counterexample = result.verdict == "violated" or result.standing == "unmet"
    return replace(
        result,
        steps=trace.steps,
        shortest=finding.verdict.shortest,
        story=story(system, system.claims[finding.index], trace),
        trace=saved(system, about_.job, about_.program, finding.index, trace, about_.request) if is_counterexample else None,
    )


def _blank(check: CheckSymbol, program: Program, claim: str, kind: ClaimKind) -> Result:
    """What is known of a claim before it is decided."""
    symbol = program.claims.get(claim)
    return Result(
        file=check.span.source.name,
        module=check.module,
        check=check.short,
        claim=claim.rsplit(".", 1)[-1],
        kind=kind,
        verdict="error",
        expected=expected(check, claim, kind),
        standing="error",
        doc=symbol.doc if symbol is not None else None,
        attributes=dict(symbol.attributes) if symbol is not None else {},
    )
