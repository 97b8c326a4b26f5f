"""Every expectation in `spec/` is met, and every recorded counterexample still replays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kmodel.pipeline.library import library
from kmodel.pipeline.specs import link
from tests.command import ROOT, kmodel, report

SPECS = sorted((ROOT / "spec").rglob("*.km"))
TRACES = sorted((ROOT / "counterexamples").rglob("*.itf.json"))


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_each_stands_alone(spec: Path) -> None:
    assert link([spec]).diagnostics == ()


def test_modules_are_called_after_their_files() -> None:
    assert set(library()) == set(link(SPECS).given)


def test_expectations_are_met_and_violations_recorded() -> None:
    """In one test, so that one process looks at everything once."""
    found = report("spec/")
    assert found.get("diagnostics", []) == []
    results = found["results"]
    assert [(r["file"], r["check"], r["claim"], r["verdict"], r["message"]) for r in results if not r["met"]] == []
    assert [(r["file"], r["check"], r["claim"]) for r in results if r["vacuous"]] == []
    assert {r["file"] for r in results} == {spec.relative_to(ROOT).as_posix() for spec in SPECS if has_checks(spec)}
    expected = {(r["check"], r["claim"]) for r in results if r["verdict"] == "violated" and r["expected"] == "violated"}
    assert expected
    assert expected - recorded() == set()


def has_checks(spec: Path) -> bool:
    """Whether it has checks that need no manifests of their own from the command line."""
    return any(
        check.cluster != ()
        for module in link([spec]).program.modules.values()
        for check in module.checks
        if check.module == module_of(spec)
    )


def module_of(spec: Path) -> str:
    return ".".join(spec.relative_to(ROOT / "spec").with_suffix("").parts)


def recorded() -> set[tuple[str, str]]:
    metas = [json.loads(path.read_text(encoding="utf-8"))["#meta"] for path in TRACES]
    return {(meta["check"].rsplit(".", 1)[-1], meta["claim"].rsplit(".", 1)[-1]) for meta in metas}


def test_recorded_counterexamples_replay() -> None:
    done = kmodel("replay", "counterexamples/")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("reproduced") >= len(TRACES) > 0
