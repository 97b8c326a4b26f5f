"""JUnit XML: a test case per check and claim; what is not known is skipped, what is wrong with the input an error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from kmodel.reports.excerpt import diagnosis
from kmodel.reports.result import Report, Result
from kmodel.reports.timeline import timeline
from kmodel.reports.words import acceptance, phrase, remark
from kmodel.source import Diagnostic

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGS = {"unmet": "failure", "inconclusive": "skipped", "accepted": "skipped", "error": "error"}


def junit(report: Report) -> str:
    """The whole report: a suite a file, and one for the faults of the input."""
    root = Element("testsuites", name="kmodel")
    for file, results in groupby(report.results, lambda result: result.file):
        _suite(root, file, list(results))
    if report.diagnostics:
        _faults(root, report.diagnostics)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _suite(root: Element, file: str, results: Sequence[Result]) -> None:
    counts = {tag: str(sum(_TAGS.get(result.standing) == tag for result in results)) for tag in _TAGS.values()}
    suite = SubElement(
        root,
        "testsuite",
        name=_text(file),
        tests=str(len(results)),
        failures=counts["failure"],
        skipped=counts["skipped"],
        errors=counts["error"],
        time=f"{sum(result.seconds for result in results):.3f}",
    )
    for result in results:
        _case(suite, result)


def _case(suite: Element, result: Result) -> None:
    case = SubElement(suite, "testcase", classname=f"{result.module}.{result.check}", name=result.claim, time=f"{result.seconds:.3f}")
    tag = _TAGS.get(result.standing)
    if tag is None:
        SubElement(case, "system-out").text = _text(phrase(result))
        return
    outcome = SubElement(case, tag, message=_text("; ".join(filter(None, (phrase(result), remark(result))))))
    outcome.text = _text(_details(result))


def _details(result: Result) -> str:
    parts = [timeline(result.story).plain] if result.story is not None else []
    for reason in result.reasons:
        parts += [str(reason), *(f"  {name} ({span})" for name, span in reason.objects)]
        parts += [acceptance(reason.accepted)] if reason.accepted is not None else []
    parts += [f"fix: {result.attributes['fix']}"] if result.attributes.get("fix") else []
    return "\n".join(parts)


def _faults(root: Element, diagnostics: Sequence[Diagnostic]) -> None:
    size = str(len(diagnostics))
    suite = SubElement(root, "testsuite", name="input", tests=size, failures="0", skipped="0", errors=size, time="0.000")
    for diagnostic in diagnostics:
        name = str(diagnostic.span) if diagnostic.span else diagnostic.code
        case = SubElement(suite, "testcase", classname=f"input.{diagnostic.code}", name=_text(name), time="0.000")
        SubElement(case, "error", message=_text(diagnostic.message), type=diagnostic.code).text = _text(diagnosis(diagnostic).plain)


def _text(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_XML.sub("�", text)
