"""SARIF 2.1.0 (OASIS): one result an alert, the claims as rules, a trace as a code flow. `results` is there even when it is empty."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kmodel.reports.alerts import Alert, alerts, level, rule
from kmodel.reports.excerpt import advice
from kmodel.reports.pages import page_of
from kmodel.reports.result import Event, Report, Result, Story
from kmodel.reports.words import phrase
from kmodel.source import Diagnostic, Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"


def sarif(report: Report) -> str:
    """The whole report as a log of one run."""
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=2, ensure_ascii=False)


def _run(report: Report) -> dict[str, Any]:
    rules = {rule(result): result for result in reversed(report.results)}
    order = {name: index for index, name in enumerate(dict.fromkeys(rule(result) for result in report.results))}
    driver = {
        "name": "kmodel",
        "semanticVersion": report.version,
        "version": report.version,
        "rules": [_rule(name, rules[name]) for name in order],
    }
    return {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder in which kmodel ran."}}},
        "invocations": [_invocation(report)],
        "results": [_result(alert, report, order[alert.rule]) for alert in alerts(report)],
    }


def _rule(name: str, result: Result) -> dict[str, Any]:
    page = page_of(result)
    made: dict[str, Any] = {
        "id": name,
        "name": "".join(part.capitalize() for part in result.claim.split("_")),
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": page.what},
        "help": {"text": page.text, "markdown": page.markdown},
        "defaultConfiguration": {"level": level(result)},
        "properties": {"tags": ["kubernetes", result.module.rsplit(".", 1)[-1]], "precision": "very-high"},
    }
    return made


def _invocation(report: Report) -> dict[str, Any]:
    return {
        "executionSuccessful": not report.diagnostics and not report.count("error") and not report.interrupted,
        "exitCode": report.status(),
        "toolConfigurationNotifications": [_notification(each) for each in report.diagnostics],
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": f"{result.check}: {result.claim}: {phrase(result)}"}}
            for result in report.results
            if result.standing == "error"
        ],
    }


def _notification(diagnostic: Diagnostic) -> dict[str, Any]:
    made: dict[str, Any] = {
        "descriptor": {"id": diagnostic.code},
        "level": "error",
        "message": {"text": f"{diagnostic.message}; {advice(diagnostic)}"},
    }
    return made | ({"locations": [_location(diagnostic.span)]} if diagnostic.span is not None else {})


def _result(alert: Alert, report: Report, index: int) -> dict[str, Any]:
    """An alert that is open (nothing is known) has the kind that says so, and no level."""
    is_open = alert.result.standing == "inconclusive"
    made: dict[str, Any] = {
        "ruleId": alert.rule,
        "ruleIndex": index,
        "kind": "open" if is_open else "fail",
        "level": "none" if is_open else alert.level,
        "message": {"text": _message(alert)},
        "locations": [_place(alert, report)],
        "partialFingerprints": {"kmodelFinding/v1": alert.fingerprint},
    }
    related = [_location(span, name, number) for number, (name, span) in enumerate(_related(alert), 1)]
    return made | ({"relatedLocations": related} if related else {}) | _flow(alert) | _acceptance(alert)


def _message(alert: Alert) -> str:
    """What is wrong, of what, and what to do about it."""
    page = page_of(alert.result)
    objects = ", ".join(dict.fromkeys(name for name, _ in alert.reason.objects))
    parts = [f"{objects}: {page.summary}" if objects else page.summary, f"{alert.result.claim} is {phrase(alert.result)}."]
    parts += [f"It fails for {alert.reason}."] if str(alert.reason) and not objects else []
    parts += [f"Fix: {alert.result.attributes['fix']}."] if alert.result.attributes.get("fix") else []
    return " ".join(parts)


def _related(alert: Alert) -> Iterator[tuple[str, Span]]:
    """The other objects, then the line of the claim that is false."""
    yield from alert.reason.objects[1:]
    spec = alert.reason.span or alert.result.span
    if spec is not None and spec != alert.where:
        yield f"what is false of it, in {alert.result.claim}", spec


def _place(alert: Alert, report: Report) -> dict[str, Any]:
    """The alert's line. What is about no object is shown at the first file that was given, as what comes with kmodel is not in the
    reader's repository."""
    where = alert.where
    if where is not None and not (where.source.name.startswith("<") and report.manifests):
        return _location(where)
    first = next((name for name in report.manifests if not name.startswith("<")), "stdin")
    return {"physicalLocation": {"artifactLocation": _artifact(first), "region": {"startLine": 1}}}


def _location(span: Span, message: str | None = None, number: int | None = None) -> dict[str, Any]:
    physical = {"artifactLocation": _artifact(span.source.name), "region": _region(span)}
    made: dict[str, Any] = {"physicalLocation": physical}
    if number is not None:
        made = {"id": number, **made}
    return made | ({"message": {"text": message}} if message else {})


def _region(span: Span) -> dict[str, int]:
    line, column = span.source.position(span.end)
    return {"startLine": span.line, "startColumn": span.column, "endLine": line, "endColumn": column}


def _artifact(name: str) -> dict[str, str]:
    """A file below the current folder relative to it; what comes with kmodel and standard input by a name of their own."""
    if name.startswith("<"):
        return {"uri": quote(name.replace("<", "").replace(">", ""))}
    path = Path(os.path.abspath(name))
    if path.is_relative_to(Path.cwd()):
        return {"uri": quote(path.relative_to(Path.cwd()).as_posix()), "uriBaseId": _ROOT}
    return {"uri": path.as_uri()}


def _flow(alert: Alert) -> dict[str, Any]:
    """The trace: each step at the line that the alert is about."""
    story, where = alert.story, alert.where
    if story is None or not story.events or where is None:
        return {}
    steps = [_step(number, event, where) for number, event in enumerate(story.events, 1)]
    return {"codeFlows": [{"message": {"text": _ending(story)}, "threadFlows": [{"locations": steps}]}]}


def _step(number: int, event: Event, where: Span) -> dict[str, Any]:
    who = f"{event.component}: " if event.component else ""
    changes = "; ".join(f"{change.label}: {change.before} → {change.after}" for change in event.changes)
    text = f"{number}. {who}{event.action or 'nothing happens any more'}" + (f" ({changes})" if changes else "")
    made: dict[str, Any] = {"executionOrder": number, "location": _location(where, text)}
    return made | ({"state": {change.label: {"text": change.after} for change in event.changes}} if event.changes else {})


def _ending(story: Story) -> str:
    begun = "; ".join(f"{label} = {value}" for label, value in story.start)
    said = [f"At first {begun}."] if begun else []
    said += [f"After step {story.loop} it goes round for ever."] if story.loop is not None else []
    return " ".join([*said, story.ending or "The steps that lead there."])


def _acceptance(alert: Alert) -> dict[str, Any]:
    match alert.accepted:
        case None:
            return {}
        case accepted:
            made: dict[str, Any] = {
                "suppressions": [
                    {
                        "kind": "inSource" if accepted.by == "annotation" else "external",
                        "status": "accepted",
                        "justification": f"in the baseline {accepted.reason}" if accepted.by == "baseline" else accepted.reason,
                    }
                ]
            }
            return made | ({"baselineState": "unchanged"} if accepted.by == "baseline" else {})
