"""Reports: `render(report, form)` makes the text of one. Takes plain Results, decides nothing, and every form says the same."""

from kmodel.reports.render import FORMS, render
from kmodel.reports.result import Accepted, Change, Event, Expected, Read, Reason, Report, Result, Story, Unmodelled
from kmodel.reports.text import styled

__all__ = [
    "FORMS",
    "Accepted",
    "Change",
    "Event",
    "Expected",
    "Read",
    "Reason",
    "Report",
    "Result",
    "Story",
    "Unmodelled",
    "render",
    "styled",
]
