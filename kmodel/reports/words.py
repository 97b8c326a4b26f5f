"""What a result is called in one line. The same words serve every form of report."""

from __future__ import annotations

from typing import assert_never

from kmodel.reports.result import Accepted, Read, Report, Result, Standing

OUTSIDE = "it may be meant so, or depends on what is outside the given objects"


def plural(number: int, thing: str, things: str | None = None) -> str:
    """`1 step`, `1,234 steps`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def opening(read: Read) -> str:
    """What was read: `1 spec, 2 checks, 45 objects (41 modelled)`."""
    checks = plural(read.checks, "check")
    parts = [plural(read.specs, "spec"), checks] if read.specs else []
    if read.objects:
        parts.append(f"{plural(read.objects, 'object')} ({read.modelled:,} modelled)")
    packs = f", for {checks} of the standard packs" if read.checks and not read.specs else ""
    return (", ".join(parts) or "nothing") + packs


def is_idle(result: Result) -> bool:
    """A rule that is about nothing which is given: rules are many, and most objects are not of their kind."""
    return result.vacuous and result.standing == "met" and "id" in result.attributes


def bounds(result: Result) -> str:
    """The scope and the limits: what a verdict is about."""
    scope = [f"{name} = {size}" for name, size in result.scope.items()]
    limits = [f"{action.rsplit('.', 1)[-1]} ≤ {most}" for action, most in result.limits.items()]
    return ", ".join(scope + limits)


def phrase(result: Result, scope: str | None = None) -> str:
    """The verdict, with its scope (in other words where `scope` gives them), its limits and what it rests on."""
    about = f" for {scope or bounds(result)}" if bounds(result) else ""
    proof = f": {result.proof}" if result.proof else ""
    match result.verdict:
        case "proved":
            return f"proved{about}{proof}"
        case "proved-all-scopes":
            limits = "".join(f", {action.rsplit('.', 1)[-1]} ≤ {most}" for action, most in result.limits.items())
            return f"proved for every scope{limits}{proof}"
        case "unreachable":
            return f"unreachable{about}{proof}"
        case "holds-to-depth":
            said = "not reached within" if result.kind == "witness" else "holds to depth"
            unit = " steps" if result.kind == "witness" else ""
            return f"{said} {result.depth}{unit}{about} ({result.engine})"
        case "violated":
            return f"violated{_after(result)}{about}"
        case "reached":
            return f"reached{_after(result)}{about}"
        case "unknown" | "error":
            why = f": {result.message}" if result.message else ""
            return result.verdict + why + (f"; nothing within {plural(result.depth, 'step')}" if result.depth is not None else "")
        case _:
            assert_never(result.verdict)


def _after(result: Result) -> str:
    """How the trace gets there; nothing where there is nothing to do."""
    story = result.story
    if story is not None and story.loop is not None:
        sooner = "" if result.shortest else ", perhaps sooner"
        return " by going round for ever" + (f" after {plural(story.loop, 'step')}{sooner}" if story.loop else "")
    fewer = "" if result.shortest else ", perhaps in fewer"
    return f" in {plural(result.steps, 'step')}{fewer}" if result.steps else ""


def remark(result: Result) -> str:
    """What the expectation adds to the verdict: nothing where a claim simply holds."""
    remarks = []
    if result.standing == "met" and result.verdict in ("violated", "unreachable"):
        remarks.append("as expected")
    if result.standing in ("unmet", "inconclusive"):
        remarks.append(f"expected: {result.expected}")
    if result.standing == "note":
        remarks.append(f"a note: {OUTSIDE}")
    if result.standing == "accepted":
        remarks.append("accepted")
    if result.narrow:
        remarks.append(f"not for every scope: {result.narrow}")
    if result.vacuous:
        remarks.append("vacuous: nothing exercises it")
    return "; ".join(remarks)


_STANDINGS: tuple[tuple[Standing, str], ...] = (
    ("met", "met"),
    ("unmet", "unmet"),
    ("inconclusive", "unknown"),
    ("error", "in error"),
    ("note", "noted"),
    ("accepted", "accepted"),
)


def summary(report: Report) -> str:
    """`12 met, 1 unmet`: the standings that occur, the best first, and what else there is to know."""
    parts = [f"{report.count(key):,} {word}" for key, word in _STANDINGS if report.count(key) or key == "met"]
    if report.diagnostics:
        parts.append(f"{plural(len(report.diagnostics), 'fault')} of the input")
    return ", ".join(parts)


def acceptance(accepted: Accepted) -> str:
    """`accepted by an annotation: the pool has a spare node`."""
    match accepted.by:
        case "annotation":
            return f"accepted by an annotation: {accepted.reason}"
        case "config":
            return f"accepted by the configuration: {accepted.reason}"
        case "baseline":
            return f"known already: it is in {accepted.reason}"
        case _:
            assert_never(accepted.by)
