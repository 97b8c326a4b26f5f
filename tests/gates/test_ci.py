"""What CI is given: the action, the hooks and the snippets are what their published schemas say, and the action's steps run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from pre_commit.clientlib import load_manifest

from tests.cli.sandbox import Sandbox
from tests.command import ROOT

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
SHOP = ROOT / "examples" / "shop" / "shop.yaml"
RECORDED = Path(__file__).parent / "action.txt"


def schema(name: str) -> Any:
    vendored = files("check_jsonschema.builtin_schemas.vendor").joinpath(f"{name}.json")
    return json.loads(vendored.read_text(encoding="utf-8"))


def validate(name: str, document: Any) -> None:
    made = schema(name)
    jsonschema.validators.validator_for(made)(made).validate(document)


def evaluated(text: str, inputs: dict[str, str], status: str) -> str:
    """The expressions that the action uses."""
    values = {f"inputs.{key}": value for key, value in inputs.items()}
    values |= {"steps.check.outputs.status": status, "github.action_path": str(ROOT)}
    return re.sub(r"\$\{\{ ([\w.\-]+) \}\}", lambda match: values[match[1]], text)


def run(folder: Path, **given: str) -> tuple[list[subprocess.CompletedProcess[str]], dict[str, str]]:
    """The action's own steps after the installation, as a runner takes them; and the outputs of the check."""
    inputs = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()} | given
    outputs, summary = folder / "outputs", folder / "summary.md"
    outputs.touch()
    done = []
    for step in ACTION["runs"]["steps"]:
        if "run" not in step or step["name"] == "Install kmodel":
            continue
        known = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
        env = {key: evaluated(value, inputs, known.get("status", "")) for key, value in step["env"].items()}
        env |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        env |= {"GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(summary)}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done.append(subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False))
    return done, dict(line.split("=", 1) for line in outputs.read_text().splitlines())


def test_the_action_is_one() -> None:
    validate("github-actions", ACTION)
    assert all(step.get("shell") == "bash" for step in ACTION["runs"]["steps"] if "run" in step)
    assert not any("${{" in step["run"] for step in ACTION["runs"]["steps"] if "run" in step), "an input could be run as a command"


def test_the_actions_steps_run_as_recorded(tmp_path: Path) -> None:
    """`examples/shop` fails; annotations, summary and SARIF tell the same findings."""
    shutil.copy(SHOP, tmp_path / "shop.yaml")
    (check, verdict), outputs = run(tmp_path, paths="shop.yaml")
    transcript = (
        f"{check.stdout}\n--- summary.md\n{(tmp_path / 'summary.md').read_text(encoding='utf-8')}\n--- status {outputs['status']}\n"
    )
    if os.environ.get("RECORD"):
        RECORDED.write_text(transcript, encoding="utf-8")
    assert transcript == RECORDED.read_text(encoding="utf-8")
    assert (check.returncode, verdict.returncode, outputs["status"]) == (0, 1, "1")
    sarif = json.loads((tmp_path / "kmodel.sarif").read_text(encoding="utf-8"))
    told = {result["ruleId"] for result in sarif["runs"][0]["results"] if result["level"] == "error"}
    assert told == set(re.findall(r"KM\d{4}", " ".join(re.findall(r"\| ❌ \| `(KM\d{4})`", transcript))))
    assert check.stdout.count("::error ") == len(told)


def test_findings_need_not_fail_and_bad_input_always_does(tmp_path: Path) -> None:
    shutil.copy(SHOP, tmp_path / "shop.yaml")
    (_, verdict), outputs = run(tmp_path, paths="shop.yaml", fail="false")
    assert (verdict.returncode, outputs["status"]) == (0, "1")
    (_, verdict), outputs = run(tmp_path, paths="nothing", fail="false")
    assert (verdict.returncode, outputs["status"]) == (2, "2")


def test_a_baseline_and_more_options_reach_the_command(tmp_path: Path) -> None:
    shutil.copy(SHOP, tmp_path / "shop.yaml")
    Sandbox(tmp_path).run("check", "shop.yaml", "--write-baseline", "known.json")
    (check, verdict), outputs = run(tmp_path, paths="shop.yaml", baseline="known.json", args="--nodes 3")
    assert (verdict.returncode, outputs["status"]) == (0, "0"), check.stdout


def test_an_input_is_never_run(tmp_path: Path) -> None:
    run(tmp_path, paths="$(touch owned) ; touch owned", args="`touch owned`")
    assert not (tmp_path / "owned").exists()


def test_hooks_are_hooks() -> None:
    hooks = {hook["id"]: hook for hook in load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))}
    assert hooks["kmodel"]["pass_filenames"] is False
    assert re.search(hooks["kmodel"]["files"], "deploy/web.yml")


@pytest.mark.parametrize(("ci", "path", "name"), [
    ("github", ".github/workflows/kmodel.yaml", "github-workflows"),
    ("gitlab", ".gitlab/kmodel.yaml", "gitlab-ci"),
])  # fmt: skip
def test_init_writes_what_the_ci_takes(sandbox: Sandbox, ci: str, path: str, name: str) -> None:
    sandbox.write("deploy/web.yaml", SHOP.read_text(encoding="utf-8"))
    assert sandbox.run("init", "--ci", ci).exit_code == 0
    document = yaml.safe_load((sandbox.folder / path).read_text(encoding="utf-8"))
    validate(name, {"on" if key is True else key: value for key, value in document.items()})  # YAML 1.1 reads `on` as true
    done = sandbox.run("check", "-o", "json")
    assert done.exit_code == 1
    checked = {result["id"] or result["claim"] for result in json.loads(done.stdout)["results"]}
    assert {"KM0202", "enough_are_ready"} <= checked


def test_kubectl_finds_it() -> None:
    scripts = {each.name: each.value for each in entry_points(group="console_scripts")}
    assert scripts["kubectl-kmodel"] == scripts["kmodel"]
