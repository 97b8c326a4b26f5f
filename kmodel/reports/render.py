"""The forms a report can take, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kmodel.reports.document import document
from kmodel.reports.github import github
from kmodel.reports.junit import junit
from kmodel.reports.markdown import markdown
from kmodel.reports.result import Report
from kmodel.reports.sarif import sarif
from kmodel.reports.text import styled


def _plain(report: Report) -> str:
    return styled(report).plain


FORMS: Mapping[str, Callable[[Report], str]] = {
    "text": _plain,
    "json": document,
    "junit": junit,
    "sarif": sarif,
    "github": github,
    "markdown": markdown,
}


def render(report: Report, form: str) -> str:
    """The report in one of FORMS, without a final line end."""
    return FORMS[form](report)
