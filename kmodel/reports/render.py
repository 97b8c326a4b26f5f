"""The forms a report can take, by name."""

from __future__ import annotations

import importlib
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


def _html(report: Report) -> str:
    """Its templates are loaded when they are needed."""
    return str(importlib.import_module("kmodel.reports.html").html(report))


FORMS: Mapping[str, Callable[[Report], str]] = {
    "text": _plain,
    "json": document,
    "junit": junit,
    "sarif": sarif,
    "github": github,
    "markdown": markdown,
    "html": _html,
}


def render(report: Report, form: str) -> str:
    """The report in one of FORMS, without a final line end."""
    return FORMS[form](report)
