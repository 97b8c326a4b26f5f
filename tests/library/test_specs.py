"""Every expectation in `spec/` is met, and every recorded counterexample still replays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import ROOT, kmodel, report

SPECS = sorted((ROOT / "spec").rglob("*.km"))
TRACES = sorted((ROOT / "counterexamples").rglob("*.itf.json"))


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_expectations_are_met(spec: Path) -> None:
    found = report(str(spec.relative_to(ROOT)))
    assert found.get("diagnostics", []) == []
    assert [(r["check"], r["claim"], r["verdict"], r["message"]) for r in found["results"] if not r["met"]] == []
    assert [(r["check"], r["claim"]) for r in found["results"] if r["vacuous"]] == []


def test_recorded_counterexamples_replay() -> None:
    done = kmodel("replay", "counterexamples/")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("reproduced") >= len(TRACES) > 0


def test_every_expected_violation_is_recorded() -> None:
    recorded = set()
    for path in TRACES:
        meta = json.loads(path.read_text(encoding="utf-8"))["#meta"]
        recorded.add((meta["check"].rsplit(".", 1)[-1], meta["claim"].rsplit(".", 1)[-1]))
    expected = {
        (result["check"], result["claim"])
        for result in report("spec/")["results"]
        if result["verdict"] == "violated" and result["expected"] == "violated"
    }
    assert expected
    assert expected - recorded == set()
