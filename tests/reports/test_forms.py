"""The reports for machines: their fields, their escapes, and that they all tell the same."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from kmodel.reports import FORMS, Reason, render
from tests.reports.sample import BROKEN, EVERYTHING, EXPECTED, FAULT, MANIFEST, MET, NOTE, UNKNOWN, VACUOUS, VIOLATED, report, result, span

FIELDS = {
    "file", "check", "claim", "kind", "verdict", "expected", "met", "engine", "depth", "states", "seconds", "scope", "limits",
    "trace", "locations", "message", "vacuous",
}  # fmt: skip


def test_json_has_the_promised_fields() -> None:
    document = json.loads(render(EVERYTHING, "json"))
    assert document["version"] == 1
    assert document["kmodel"] == "0.1.0"
    assert all(set(item) >= FIELDS for item in document["results"])
    assert document["read"]["objects"] == 45
    assert document["not_modelled"][0] == {"kind": "ConfigMap", "field": None, "objects": 3}
    assert document["summary"] == {"met": 3, "unmet": 2, "unknown": 1, "errors": 1, "notes": 1, "accepted": 0}


def test_json_of_a_violation() -> None:
    (item,) = json.loads(render(report(VIOLATED), "json"))["results"]
    assert (item["verdict"], item["expected"], item["met"], item["steps"]) == ("violated", "holds", False, 2)
    assert item["scope"] == {"Node": 2, "Pod": 3}
    assert item["locations"] == [{"file": "spec/ipam.km", "line": 4, "column": 3}, {"file": "manifests/web.yaml", "line": 3, "column": 9}]
    assert item["events"][0] == {
        "component": "scheduler",
        "action": "bind(pod1, node1)",
        "changes": [{"field": "pod1.node", "before": "none", "after": "node1"}],
    }
    assert (item["id"], item["severity"], item["fix"]) == ("KM0101", "high", "give each node a range of its own")


def test_json_of_a_diagnostic() -> None:
    (item,) = json.loads(render(report(diagnostics=(FAULT,)), "json"))["diagnostics"]
    assert (item["code"], item["file"], item["line"], item["column"]) == ("unknown-field", "spec/ipam.km", 4, 36)
    assert item["help"] == "did you mean `ip`?"


def test_junit_counts_what_its_cases_say() -> None:
    root = ElementTree.fromstring(render(EVERYTHING, "junit"))
    suite = root.find("testsuite[@name='spec/ipam.km']")
    assert suite is not None
    assert suite.attrib["tests"] == str(len(EVERYTHING.results)) == str(len(suite.findall("testcase")))
    for attribute, tag in (("failures", "failure"), ("skipped", "skipped"), ("errors", "error")):
        assert suite.attrib[attribute] == str(len(suite.findall(f"testcase/{tag}")))
    assert suite.find("testcase[@name='settles']/skipped") is not None
    assert root.find("testsuite[@name='input']/testcase/error[@type='unknown-field']") is not None


def test_junit_survives_characters_that_xml_cannot_hold() -> None:
    odd = result("x", verdict="unknown", standing="inconclusive", message="a \x00 <b> & \x1b[31m")
    skipped = ElementTree.fromstring(render(report(odd), "junit")).find(".//skipped")
    assert skipped is not None
    assert "<b> &" in skipped.attrib["message"]


def test_github_escapes() -> None:
    about = result(
        "x", verdict="violated", standing="unmet", reasons=(Reason("50% of\nall", None, (), (("web", span(MANIFEST, "a, b")),)),)
    )
    line = render(report(about), "github").splitlines()[0]
    assert line.startswith("::error file=manifests/web.yaml,line=5,col=13,title=disjoint%3A x::")
    assert line.endswith("50%25 of%0Aall")


def test_github_says_nothing_of_what_is_met() -> None:
    assert render(report(MET, EXPECTED), "github") == "kmodel: 2 met"
    levels = [line.split()[0] for line in render(report(UNKNOWN, NOTE, VACUOUS, BROKEN), "github").splitlines()[:-1]]
    assert levels == ["::warning", "::notice", "::warning", "::error"]


@pytest.mark.parametrize("form", FORMS)
def test_same_input_same_text(form: str) -> None:
    assert render(EVERYTHING, form) == render(EVERYTHING, form)


def test_status() -> None:
    assert report(MET, NOTE).status() == 0
    assert report(MET, VIOLATED).status() == 1
    assert report(MET, VIOLATED, diagnostics=(FAULT,)).status() == 2
    assert report(BROKEN).status() == 2
    assert report(MET, UNKNOWN).status() == 3
    assert report(MET, UNKNOWN).status(allow_inconclusive=True) == 0
    assert report(VIOLATED, UNKNOWN).status(allow_inconclusive=True) == 1
    assert report(MET, interrupted=True).status() == 130
    assert report(MET, strict=True).status() == 1
    assert report(MET, strict=True, not_modelled=()).status() == 0


def test_html_is_whole_and_escaped() -> None:
    shown = render(EVERYTHING, "html")
    assert shown.startswith("<!doctype html>")
    assert shown.rstrip().endswith("</html>")
    ElementTree.fromstring(_closed(shown))
    assert "<script" not in shown
    assert "http" not in shown


def _closed(page: str) -> str:
    """As XML: the elements that HTML leaves open are closed."""
    return re.sub(r"<(meta[^>]*)>", r"<\1/>", page.replace("<!doctype html>", "")).replace("details open", 'details open=""')


def test_html_tells_the_verdict_its_scope_and_the_trace() -> None:
    shown = render(report(VIOLATED), "html")
    assert "Node = 2, Pod = 3" in shown
    assert "bind(pod1, node1)" in shown
    assert "manifests/web.yaml:3:9" in shown
    assert "Give each node a range of its own" in shown


def test_html_escapes_what_manifests_say() -> None:
    wild = replace(VIOLATED, doc="A <b>bold</b> & 'quoted' claim.", reasons=())
    assert "A &lt;b&gt;bold&lt;/b&gt; &amp; &#39;quoted&#39; claim." in render(report(wild), "html")
