"""Baselines, ignores with reasons, and the configuration: what keeps a gate closed to what is new and open to what is known."""

from __future__ import annotations

import json

import pytest

from tests.cli.sandbox import Sandbox
from tests.cli.test_check import PODS, pod

CONFIG = "version: 1\nignore:\n  - id: T1\n    object: Pod/b*\n    reason: it is old\n"


@pytest.fixture
def pods(sandbox: Sandbox) -> Sandbox:
    """Two pods against a claim of each, of which `bad` breaks it."""
    sandbox.write("pods.km", PODS)
    sandbox.write("objects/good.yaml", pod("good", 4))
    sandbox.write("objects/bad.yaml", pod("bad", 12))
    return sandbox


def annotated(text: str) -> str:
    return pod("bad", 12).replace("  name: bad\n", f"  name: bad\n  annotations:\n    kmodel.dev/ignore: {text}\n")


def standing(sandbox: Sandbox, *options: str) -> tuple[int, str]:
    done = sandbox.run("check", "pods.km", "objects", *options, "-o", "json")
    (result,) = [result for result in json.loads(done.stdout)["results"] if result["claim"] == "modest"]
    return done.exit_code, result["standing"]


def test_a_baseline_fails_only_on_what_is_new(pods: Sandbox) -> None:
    assert standing(pods) == (1, "unmet")
    written = pods.run("check", "pods.km", "objects", "--write-baseline", "known.json")
    assert written.exit_code == 0
    assert "wrote 1 finding to known.json" in written.stderr
    assert standing(pods, "--baseline", "known.json") == (0, "accepted")
    pods.write("objects/bad.yaml", "# one line further down\n" + pod("bad", 13))
    assert standing(pods, "--baseline", "known.json") == (0, "accepted")
    pods.write("objects/worse.yaml", pod("worse", 20))
    assert standing(pods, "--baseline", "known.json") == (1, "unmet")
    told = pods.run("check", "pods.km", "objects", "--baseline", "known.json").stdout
    assert "p = worse" in told
    assert "Pod bad: known already: it is in known.json" in told


def test_a_baseline_that_outlived_its_findings_is_remarked_on(pods: Sandbox) -> None:
    pods.run("check", "pods.km", "objects", "--write-baseline", "known.json")
    pods.write("objects/bad.yaml", pod("bad", 2))
    done = pods.run("check", "pods.km", "objects", "--baseline", "known.json")
    assert done.exit_code == 0
    assert "remark 1 finding of known.json is no longer there" in done.stdout


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 2, "findings": []}', '{"version": 1, "findings": [{"rule": "T1"}]}', "{", "[" * 9999]
)
def test_what_is_no_baseline_is_refused(pods: Sandbox, text: str) -> None:
    pods.write("known.json", text)
    done = pods.run("check", "pods.km", "objects", "--baseline", "known.json")
    assert done.exit_code == 2
    assert "error[not-a-baseline]" in done.stderr
    assert "known.json" in done.stderr


def test_a_missing_baseline_is_refused(pods: Sandbox) -> None:
    done = pods.run("check", "pods.km", "objects", "--baseline", "none.json")
    assert done.exit_code == 2
    assert "none.json" in done.stderr


def test_an_annotation_accepts_with_a_reason(pods: Sandbox) -> None:
    pods.write("objects/bad.yaml", annotated('"T1=the pool has a spare node; T2=so"'))
    assert standing(pods) == (0, "accepted")
    assert "Pod bad: accepted by an annotation: the pool has a spare node" in pods.run("check", "pods.km", "objects").stdout


@pytest.mark.parametrize("text", ["T1", "T1=", '"T1=a; =b"'])
def test_an_annotation_without_a_reason_is_refused(pods: Sandbox, text: str) -> None:
    pods.write("objects/bad.yaml", annotated(text))
    done = pods.run("check", "pods.km", "objects")
    assert done.exit_code == 2
    assert "error[ignore-without-reason]" in done.stdout
    assert "--> objects/bad.yaml:6:24" in done.stdout


def test_an_annotation_is_about_its_own_object(pods: Sandbox) -> None:
    pods.write("objects/good.yaml", annotated("T1=why").replace("bad", "good").replace("12", "4"))
    assert standing(pods) == (1, "unmet")
    assert (
        "remark nothing is found that the ignore of T1 at objects/good.yaml:6:24 is about" in pods.run("check", "pods.km", "objects").stdout
    )


def test_the_configuration_accepts_by_rule_and_object(pods: Sandbox) -> None:
    pods.write(".kmodel.yaml", CONFIG)
    assert standing(pods) == (0, "accepted")
    pods.write(".kmodel.yaml", CONFIG.replace("Pod/b*", "Pod/other"))
    assert standing(pods) == (1, "unmet")
    pods.write(".kmodel.yaml", CONFIG.replace("    object: Pod/b*\n", ""))
    assert standing(pods) == (0, "accepted")


def test_the_configuration_says_what_every_run_is_asked(pods: Sandbox) -> None:
    pods.write("project/.kmodel.yaml", "paths: [../pods.km, ../objects]\nbaseline: known.json\ntimeout: 5s\n")
    pods.run("check", "pods.km", "objects", "--write-baseline", "project/known.json")
    assert Sandbox(pods.folder / "project").run("check").exit_code == 0
    pods.write("project/deep/x.txt", "")
    assert Sandbox(pods.folder / "project/deep").run("check").exit_code == 0
    assert pods.run("check", "--config", "project/.kmodel.yaml").exit_code == 0


def test_the_command_line_comes_before_the_configuration(pods: Sandbox) -> None:
    pods.write(".kmodel.yaml", "paths: [nowhere]\nstrict: false\n")
    assert standing(pods, "--strict") == (1, "unmet")


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("path: [a]", "1:1", "did you mean `paths`?"),
        ("paths: a", "1:8", "stands where a list is expected"),
        ("nodes: -1", "1:8", "write a whole number from 1"),
        ("timeout: soon", "1:10", "`soon` is no time"),
        ("strict: 1", "1:9", "write `true` or `false`"),
        ("version: 2", "1:10", "this kmodel reads version 1"),
        ("ignore:\n  - id: T1", "2:5", "this ignore has no `reason`"),
        ("ignore:\n  - {id: T1, reason: x, why: y}", "2:5", "an ignore has no `why`"),
        ("scope: {Pod: many}", "1:14", "stands where a number is expected"),
        ("[]", "1:1", "no mapping"),
        ("a: 1\n---\nb: 2", "3:1", "one document"),
    ],
)
def test_what_is_wrong_with_a_configuration_has_a_place(pods: Sandbox, text: str, place: str, said: str) -> None:
    pods.write(".kmodel.yaml", text)
    done = pods.run("check", "pods.km", "objects")
    assert done.exit_code == 2
    assert "error[bad-config]" in done.stderr
    assert f"--> .kmodel.yaml:{place}" in done.stderr
    assert said in done.stderr


def test_the_configuration_is_looked_for_up_to_the_repository(pods: Sandbox) -> None:
    pods.write(".kmodel.yaml", "broken: true")
    pods.write("inner/.git/HEAD", "")
    pods.write("inner/pods.km", PODS.replace("  cluster\n", "  scope Pod = 1\n  set Pod.priority = 2\n"))
    assert Sandbox(pods.folder / "inner").run("check", "pods.km").exit_code == 0
