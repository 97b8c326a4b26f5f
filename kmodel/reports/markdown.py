"""The report as Markdown: what a job's summary or a comment shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from kmodel.reports.alerts import Alert, alerts
from kmodel.reports.excerpt import advice
from kmodel.reports.pages import page_of
from kmodel.reports.result import Report
from kmodel.reports.timeline import timeline
from kmodel.reports.words import opening, phrase, plural, summary

_MARKS = {"unmet": "❌", "inconclusive": "❔", "note": "📝", "accepted": "☑️"}
_MOST = 50


def markdown(report: Report) -> str:
    """Findings in a table, each with its line; the traces folded below; what was not modelled folded at the end."""
    found = alerts(report)
    blocks = [f"### {'✅' if report.status() == 0 else '❌'} kmodel: {summary(report)}", f"Read {opening(report.read)}."]
    blocks += [f"Assumed {'; '.join(report.assumed)}."] if report.assumed else []
    blocks += [_table(found)] if found else []
    blocks += list(_details(found))
    blocks += [_faults(report)] if report.diagnostics else []
    blocks += [_unmodelled(report)] if report.not_modelled else []
    return "\n\n".join(blocks)


def _table(found: tuple[Alert, ...]) -> str:
    rows = ["| | rule | object | finding |", "|---|---|---|---|", *(_row(alert) for alert in found[:_MOST])]
    if len(found) > _MOST:
        rows.append(f"| | | | and {len(found) - _MOST:,} more |")
    return "\n".join(rows)


def _row(alert: Alert) -> str:
    objects = ", ".join(dict.fromkeys(name for name, _ in alert.reason.objects)) or "(the whole)"
    where = f" ({alert.where.source.name}:{alert.where.line})" if alert.where is not None and alert.reason.objects else ""
    said = page_of(alert.result).summary
    if alert.accepted is not None:
        said += f" *Accepted ({alert.accepted.by}): {alert.accepted.reason}*"
    mark = _MARKS["accepted" if alert.accepted is not None else alert.result.standing]
    return f"| {mark} | `{alert.rule}` | {_cell(objects + where)} | {_cell(said)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _details(found: tuple[Alert, ...]) -> Iterator[str]:
    """Once a claim: its page, and the trace."""
    open_ = [alert for alert in found if alert.accepted is None and alert.result.standing != "note"]
    for _, group in groupby(open_[:_MOST], lambda alert: (alert.rule, alert.result.check)):
        first = next(group)
        body = [page_of(first.result).markdown, _cell(f"{first.result.check}: {phrase(first.result)}")]
        if first.story is not None and first.story.events:
            body.append(f"```text\n{timeline(first.story).plain}\n```")
        yield _folded(f"<code>{first.rule}</code> {_cell(page_of(first.result).summary)}", body)


def _faults(report: Report) -> str:
    lines = [
        f"- `{each.code}` {f'{each.span} ' if each.span else ''}{_cell(each.message)}: {_cell(advice(each))}" for each in report.diagnostics
    ]
    return "\n".join(["**What is wrong with the input**", "", *lines])


def _unmodelled(report: Report) -> str:
    lines = [
        f"- {kind}: {', '.join(item.field or plural(item.objects, 'object') for item in items)}"
        for kind, items in groupby(report.not_modelled, lambda item: item.kind)
    ]
    return _folded("Not modelled: nothing above says anything of these", ["\n".join(lines)])


def _folded(head: str, body: Iterable[str]) -> str:
    return "\n\n".join([f"<details><summary>{head}</summary>", *body, "</details>"])
