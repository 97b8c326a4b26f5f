"""Annotations that GitHub Actions shows beside the lines of a change: workflow commands on standard output."""

from __future__ import annotations

from collections.abc import Iterable

from kmodel.reports.excerpt import advice
from kmodel.reports.result import Report, Result, Standing
from kmodel.reports.words import phrase, remark, summary
from kmodel.source import Span

_LEVELS: dict[Standing, str] = {"unmet": "error", "error": "error", "inconclusive": "warning", "note": "notice"}


def github(report: Report) -> str:
    """One command a line for all that a reader should see, then the summary."""
    return "\n".join([*_faults(report), *_results(report), f"kmodel: {summary(report)}"])


def _faults(report: Report) -> Iterable[str]:
    for diagnostic in report.diagnostics:
        yield _command("error", diagnostic.span, diagnostic.code, f"{diagnostic.message}\nhelp: {advice(diagnostic)}")


def _results(report: Report) -> Iterable[str]:
    for result in report.results:
        level = _LEVELS.get(result.standing) or ("warning" if result.vacuous else None)
        if level is not None:
            yield _command(level, _where(result), f"{result.check}: {result.claim}", _message(result))


def _where(result: Result) -> Span | None:
    """The object's line where there is one (that is what the change is about), else the claim's."""
    return next((span for reason in result.reasons for _, span in reason.objects), result.span)


def _message(result: Result) -> str:
    lines = [phrase(result), remark(result), *(str(reason) for reason in result.reasons), result.attributes.get("fix", "")]
    return "\n".join(line for line in lines if line)


def _command(level: str, span: Span | None, title: str, message: str) -> str:
    places = f"file={_property(span.source.name)},line={span.line},col={span.column}," if span else ""
    return f"::{level} {places}title={_property(title)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
