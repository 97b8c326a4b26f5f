"""The report as a page of HTML that needs nothing else: verdicts with their scopes, findings with lines of manifests, traces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from jinja2 import Environment, PackageLoader, StrictUndefined

from kmodel import __version__
from kmodel.reports.alerts import Alert, alerts
from kmodel.reports.excerpt import advice
from kmodel.reports.pages import page_of
from kmodel.reports.result import Reason, Report
from kmodel.reports.words import acceptance, bounds, opening, phrase, summary

_PAGES = Environment(
    loader=PackageLoader("kmodel.reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_PAGES.globals.update(acceptance=acceptance, advice=advice, bounds=bounds, page_of=page_of, phrase=phrase)


def html(report: Report) -> str:
    """All text of manifests and specs is escaped; there are no scripts."""
    return _PAGES.get_template("report.html").render(
        report=report,
        version=__version__,
        summary=summary(report),
        opening=opening(report.read),
        findings=list(_findings(alerts(report))),
        checks=[(key, list(group)) for key, group in groupby(report.results, attrgetter("file", "check"))],
        unmodelled=[(kind, list(items)) for kind, items in groupby(report.not_modelled, attrgetter("kind"))],
    )


def _findings(found: Iterable[Alert]) -> Iterator[tuple[Alert, list[tuple[object, list[Reason]]]]]:
    """The alerts of one claim together, unless one is accepted and another is not; those about the same objects side by side."""
    for _, group in groupby(found, lambda alert: (alert.rule, alert.result.check, alert.accepted)):
        same = list(group)
        cases: dict[object, list[Reason]] = {}
        for alert in same:
            cases.setdefault(alert.reason.objects, []).append(alert.reason)
        yield same[0], list(cases.items())
