"""The pytest plugin, in a pytest of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.sandbox import LAMP
from tests.cli.test_check import PODS, pod

SPECS = {
    "lamp.km": LAMP,
    "wrong.km": LAMP.replace("module lamp", "module wrong").replace("expect violated stays_dark in 1", "expect holds stays_dark"),
    # The cubes that sum to 42 have seventeen digits.
    "slow.km": "module slow\nvar n: int\nvar m: int\nvar k: int\naction more() { n := n + 1 }\n"
    "invariant odd { n * n * n + m * m * m + k * k * k != 42 }\ncheck c { expect holds odd }\n",
    "bad.km": "module bad {",
    "pods.km": PODS,
}


def run(folder: Path, *arguments: str) -> tuple[int, str, dict[str, str]]:
    """Status, output, and how each case ended."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", "--junitxml=junit.xml", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    cases = ElementTree.parse(folder / "junit.xml").iter("testcase")
    ends = {f"{case.get('classname')}.{case.get('name')}": next((child.tag for child in case), "passed") for case in cases}
    return done.returncode, done.stdout, ends


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in SPECS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "objects").mkdir()
    (tmp_path / "objects" / "bad.yaml").write_text(pod("bad", 12), encoding="utf-8")
    return tmp_path


def test_each_claim_is_a_test(folder: Path) -> None:
    status, said, ends = run(folder, "--kmodel", "lamp.km", "wrong.km", "pods.km", "slow.km", "--kmodel-timeout=3")
    assert status == 1
    assert {ends[f"lamp.km.dark.{claim}"] for claim in ("few_turns", "stays_dark", "lit", "defined")} == {"passed"}
    assert ends["wrong.km.dark.stays_dark"] == "failure"
    assert "1  hand  flip()" in said
    assert ends["pods.km.given.modest"] == "skipped"
    assert "it is about manifests, and `--kmodel-manifests` names none" in said
    assert ends["slow.km.c.odd"] == "skipped", said
    assert list(ends.values()).count("failure") == 1
    assert "wrong.km::dark::stays_dark" in said


def test_manifests_are_given_and_faults_are_told(folder: Path) -> None:
    status, said, ends = run(folder, "--kmodel", "bad.km", "pods.km", "--kmodel-manifests=objects", "--continue-on-collection-errors")
    assert status == 1
    assert ends["pods.km.given.modest"] == "failure"
    assert "Pod bad --> objects/bad.yaml" in said
    assert "error[syntax-error]" in said


def test_without_the_option_nothing_is_collected(folder: Path) -> None:
    status, said, _ = run(folder, "lamp.km")
    assert status in (4, 5), said
