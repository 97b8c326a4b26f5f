"""Baseline files: what was found before, so that a run fails only on what is new. JSON, sorted, one finding a line in a diff."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kmodel.pipeline.files import read, shown, write
from kmodel.records import dataclass
from kmodel.reports import Report
from kmodel.reports.alerts import Alert, alerts
from kmodel.source import Diagnostic, Rejected, Source, Span

VERSION = 1
_HELP = "`kmodel check … --write-baseline FILE` writes one"


@dataclass(frozen=True, slots=True)
class Baseline:
    """Findings known before: their rules by fingerprint. `name` is the file."""

    name: str
    known: dict[str, str]


def read_baseline(path: Path) -> Baseline:
    """Rejected, with the place, where it is no baseline."""
    source = read(path)
    try:
        document = json.loads(source.text)
    except json.JSONDecodeError as error:
        at = min(error.pos, max(0, len(source.text) - 1))
        raise Rejected([_no_baseline(source, at, f"{error.msg[:1].lower()}{error.msg[1:]}")]) from None
    except RecursionError:
        raise Rejected([_no_baseline(source, 0, "it is nested too deeply")]) from None
    return Baseline(source.name, dict(_entries(document, source)))


def _entries(document: Any, source: Source) -> Iterator[tuple[str, str]]:
    if not isinstance(document, dict) or document.get("version") != VERSION or not isinstance(document.get("findings"), list):
        raise Rejected([_no_baseline(source, 0, f'it has no `"version": {VERSION}` and no list of `"findings"`')])
    for entry in document["findings"]:
        match entry:
            case {"fingerprint": str() as print_, "rule": str() as rule}:
                yield print_, rule
            case _:
                raise Rejected([_no_baseline(source, 0, "a finding has no `fingerprint` or no `rule`")])


def record(path: Path, report: Report) -> int:
    """All that the report finds and nobody has ignored by hand; how many findings that is."""
    found = [alert for alert in alerts(report) if alert.accepted is None or alert.accepted.by == "baseline"]
    entries = {alert.fingerprint: _entry(alert) for alert in found if alert.result.standing != "inconclusive"}
    ordered = sorted(entries.values(), key=lambda entry: (entry["rule"], entry["objects"], entry["fingerprint"]))
    write(path, json.dumps({"version": VERSION, "findings": ordered}, indent=1, ensure_ascii=False) + "\n")
    return len(entries)


def _entry(alert: Alert) -> dict[str, Any]:
    return {
        "rule": alert.rule,
        "claim": alert.result.claim,
        "objects": list(dict.fromkeys(name for name, _ in alert.reason.objects)),
        "about": alert.reason.key,
        "fingerprint": alert.fingerprint,
    }


def _no_baseline(source: Source, at: int, why: str) -> Diagnostic:
    return Diagnostic("not-a-baseline", f"`{shown(Path(source.name))}` is no baseline: {why}", Span(source, at, at + 1), help=_HELP)
