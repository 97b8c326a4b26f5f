"""Annotations that GitHub Actions shows beside the lines of a change: workflow commands on standard output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from kmodel.reports.alerts import alerts_of
from kmodel.reports.excerpt import advice
from kmodel.reports.result import Reason, Report, Result, Standing
from kmodel.reports.words import is_idle, phrase, remark, summary
from kmodel.source import Span

_LEVELS: dict[Standing, str] = {"unmet": "error", "error": "error", "inconclusive": "warning", "note": "notice"}


def github(report: Report) -> str:
    """One command a line for all that a reader should see, then the summary."""
    return "\n".join([*_faults(report), *_results(report), f"kmodel: {summary(report)}"])


def _faults(report: Report) -> Iterable[str]:
    for diagnostic in report.diagnostics:
        yield _command("error", diagnostic.span, diagnostic.code, f"{diagnostic.message}\nhelp: {advice(diagnostic)}")


def _results(report: Report) -> Iterable[str]:
    """One a line of the input that something is wrong with; what is accepted is not repeated."""
    for result in report.results:
        open_ = [alert for alert in alerts_of(result) if alert.accepted is None]
        for where, found in groupby(open_, lambda alert: alert.where):
            yield _command(_LEVELS[result.standing], where, _title(result), _message(result, [alert.reason for alert in found]))
        if result.standing == "error" or (result.vacuous and not open_ and not is_idle(result)):
            yield _command(_LEVELS.get(result.standing, "warning"), result.span, _title(result), _message(result, []))


def _title(result: Result) -> str:
    return f"{result.check}: {result.claim}"


def _message(result: Result, reasons: Sequence[Reason]) -> str:
    lines = [phrase(result), remark(result), *(str(reason) for reason in reasons), result.attributes.get("fix", "")]
    return "\n".join(line for line in lines if line)


def _command(level: str, span: Span | None, title: str, message: str) -> str:
    places = f"file={_property(span.source.name)},line={span.line},col={span.column}," if span else ""
    return f"::{level} {places}title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
