"""The report for scripts: JSON, version 1. Fields are only ever added."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kmodel.reports.alerts import alerts_of
from kmodel.reports.excerpt import advice
from kmodel.reports.result import Reason, Report, Result, Story, Symmetry
from kmodel.reports.words import phrase
from kmodel.source import Diagnostic, Span


def document(report: Report) -> str:
    """The whole report; results are in the order in which they were asked for."""
    return json.dumps(_report(report), indent=2, ensure_ascii=False)


def _report(report: Report) -> dict[str, object]:
    return {
        "version": 1,
        "kmodel": report.version,
        "results": [_result(result) for result in report.results],
        "read": {
            "objects": report.read.objects,
            "modelled": report.read.modelled,
            "specs": report.read.specs,
            "checks": report.read.checks,
        },
        "assumed": list(report.assumed),
        "skipped": list(report.skipped),
        "remarks": list(report.remarks),
        "not_modelled": [{"kind": item.kind, "field": item.field, "objects": item.objects} for item in report.not_modelled],
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in report.diagnostics],
        "interrupted": report.interrupted,
        "summary": {
            "met": report.count("met"),
            "unmet": report.count("unmet"),
            "unknown": report.count("inconclusive"),
            "errors": report.count("error"),
            "notes": report.count("note"),
            "accepted": report.count("accepted"),
        },
    }


def _result(result: Result) -> dict[str, object]:
    return {
        "file": result.file,
        "check": result.check,
        "claim": result.claim,
        "kind": result.kind,
        "verdict": result.verdict,
        "expected": result.expected.verdict,
        "expected_depth": result.expected.depth,
        "expected_steps": result.expected.steps,
        "met": result.standing in ("met", "note", "accepted"),
        "standing": result.standing,
        "engine": result.engine,
        "proof": result.proof,
        "invariants": list(result.invariants),
        "narrow": result.narrow,
        "depth": result.depth,
        "states": result.states,
        "generated": result.generated,
        "symmetry": _symmetry(result.symmetry),
        "apart": list(result.apart) if result.apart is not None else None,
        "steps": result.steps,
        "seconds": round(result.seconds, 3),
        "scope": dict(result.scope),
        "limits": dict(result.limits),
        "assumed": list(result.assumed),
        "trace": result.trace,
        "events": _events(result.story),
        "locations": [_location(span) for span in _spans(result)],
        "message": phrase(result),
        "reasons": [_reason(reason) for reason in result.reasons],
        "fingerprints": [alert.fingerprint for alert in alerts_of(result)],
        "vacuous": result.vacuous,
        **_attributes(result.attributes),
    }


def _symmetry(symmetry: Symmetry | None) -> dict[str, object] | None:
    if symmetry is None:
        return None
    return {"orbits": symmetry.orbits, "generated": symmetry.generated, "individuals": list(symmetry.individuals)}


def _reason(reason: Reason) -> dict[str, object]:
    where = _location(reason.span) if reason.span is not None else {}
    objects = [{"object": name, **_location(span)} for name, span in reason.objects]
    accepted = {"by": reason.accepted.by, "reason": reason.accepted.reason} if reason.accepted is not None else None
    return {"text": str(reason), **where, "values": dict(reason.values), "objects": objects, "accepted": accepted}


def _attributes(attributes: Mapping[str, str]) -> dict[str, object]:
    return {name: attributes.get(name) for name in ("id", "severity", "fix")}


def _events(story: Story | None) -> list[dict[str, object]] | None:
    if story is None:
        return None
    return [
        {
            "component": event.component,
            "action": event.action,
            "changes": [{"field": change.label, "before": change.before, "after": change.after} for change in event.changes],
        }
        for event in story.events
    ]


def _spans(result: Result) -> list[Span]:
    """Where to look: the claim first, then the objects that its failure is about; each place once."""
    objects = [span for reason in result.reasons for _, span in reason.objects]
    return list(dict.fromkeys(span for span in (result.span, *objects) if span is not None))


def _location(span: Span) -> dict[str, object]:
    return {"file": span.source.name, "line": span.line, "column": span.column}


def _diagnostic(diagnostic: Diagnostic) -> dict[str, object]:
    where: dict[str, object] = _location(diagnostic.span) if diagnostic.span else {"file": None, "line": None, "column": None}
    also = [{**_location(span), "label": label} for span, label in diagnostic.also]
    return {"code": diagnostic.code, "message": diagnostic.message, **where, "help": advice(diagnostic), "also": also}
