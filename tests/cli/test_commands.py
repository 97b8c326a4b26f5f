"""The other commands, and what all have in common."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kmodel import __version__
from kmodel.cli import SUMMARIES
from kmodel.cli.explain import codes
from kmodel.engines.explicit.clock import Clock
from kmodel.typed.faults import CODES
from tests.cli.sandbox import LAMP, Sandbox

ROOT = Path(__file__).resolve().parents[2]
QUERY = """\
module q
entity Node { const zone: int = ordinal(self) mod 2 }
query zone_of(n: Node): int = n.zone
query same_zone(a: Node, b: Node) = a != b and a.zone == b.zone
invariant ok { true }
check three { scope Node = 3  verify ok }
"""


def test_version_loads_no_stage() -> None:
    script = "import sys, kmodel.__main__; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert {"kmodel.cli", "click"} <= set(loaded)
    assert {"z3", "lark", "yaml", "rich", "kmodel.syntax", "kmodel.pipeline"} & set(loaded) == set()


def test_version_and_help(sandbox: Sandbox) -> None:
    assert sandbox.run("--version").stdout == f"kmodel {__version__}\n"
    for name, summary in SUMMARIES.items():
        assert summary in " ".join(sandbox.run("--help").stdout.split())
        assert sandbox.run(name, "--help").exit_code == 0
    assert sandbox.run("nothing").exit_code == 2


def test_init_writes_what_checks_and_overwrites_nothing(sandbox: Sandbox) -> None:
    assert sandbox.run("init").exit_code == 0
    done = sandbox.run("check")
    assert done.exit_code == 0
    assert done.stdout.rstrip().splitlines()[-1].startswith("4 met")
    assert "kmodel check -o github" in (sandbox.folder / ".github/workflows/kmodel.yaml").read_text()
    again = sandbox.run("init")
    assert again.exit_code == 2
    assert "error[file-exists]" in again.stderr
    assert sandbox.run("fmt", "--check").exit_code == 0


def test_fmt(sandbox: Sandbox) -> None:
    path = sandbox.write("spec/lamp.km", LAMP.replace("  require turns < 3", "      require   turns<3"))
    sandbox.write("spec/bad.km", "module bad {")
    before = path.read_text()
    assert sandbox.run("fmt", "--check", "spec/lamp.km").exit_code == 1
    diff = sandbox.run("fmt", "--diff", "spec/lamp.km")
    assert "+  require turns < 3" in diff.stdout
    assert path.read_text() == before
    done = sandbox.run("fmt")
    assert done.exit_code == 2
    assert "error[syntax-error]" in done.stderr
    assert path.read_text() == LAMP
    assert sandbox.run("fmt", "--check", "spec/lamp.km").exit_code == 0
    assert sandbox.run("fmt", "-", given=before).stdout == LAMP
    assert list(sandbox.folder.glob("spec/.*")) == []


def test_replay_reproduces_what_was_saved(sandbox: Sandbox) -> None:
    sandbox.write("spec/lamp.km", LAMP)
    sandbox.run("check", "--save", "counterexamples")
    done = sandbox.run("replay")
    assert done.exit_code == 0
    assert "lamp--dark--stays_dark.itf.json: reproduced" in done.stdout
    assert "flip()" in done.stdout


def test_replay_says_why_a_trace_is_no_longer_reachable(sandbox: Sandbox) -> None:
    sandbox.write("spec/lamp.km", LAMP)
    sandbox.run("check", "--save", "counterexamples")
    sandbox.write("spec/lamp.km", LAMP.replace("require turns < 3", "require turns < 3 and on"))
    done = sandbox.run("replay")
    assert done.exit_code == 1
    assert "no longer reachable at step 1, because" in done.stdout


def test_replay_of_a_spoiled_trace(sandbox: Sandbox) -> None:
    sandbox.write("spec/lamp.km", LAMP)
    sandbox.run("check", "--save", "counterexamples")
    (path,) = sandbox.folder.glob("counterexamples/*")
    data = json.loads(path.read_text())
    data["states"][-1]["turns"] = {"#bigint": "3"} if isinstance(data["states"][-1]["turns"], dict) else 3
    path.write_text(json.dumps(data))
    done = sandbox.run("replay")
    assert done.exit_code == 1
    assert "spoiled at step 1" in done.stdout


@pytest.mark.parametrize(
    ("text", "code"),
    [("{}", "invalid-trace"), ("not json", "invalid-trace"), ('{"#meta": {"format": "ITF"}}', "invalid-trace")],
)
def test_replay_of_what_is_no_trace(text: str, code: str, sandbox: Sandbox) -> None:
    sandbox.write("x.itf.json", text)
    done = sandbox.run("replay", "x.itf.json")
    assert done.exit_code == 2
    assert f"error[{code}]" in done.stderr


def test_replay_of_a_trace_of_another_spec(sandbox: Sandbox) -> None:
    sandbox.write("spec/lamp.km", LAMP)
    sandbox.run("check", "--save", "counterexamples")
    sandbox.write("spec/lamp.km", LAMP.replace("check dark", "check bright"))
    done = sandbox.run("replay")
    assert done.exit_code == 2
    assert "error[trace-of-another-spec]" in done.stderr
    (sandbox.folder / "spec/lamp.km").unlink()
    assert "error[trace-of-another-spec]" in sandbox.run("replay").stderr
    assert sandbox.run("replay", "nowhere").exit_code == 2


def test_replay_knows_the_manifests_and_the_options(sandbox: Sandbox) -> None:
    spec = "module t\nentity Thing from v1/Thing { const n: int = 0 at spec.n  var on: bool = false }\n"
    spec += "action flip(t: Thing) {\n  require t.n > 1 and not t.on\n  t.on := true\n}\n"
    spec += "invariant off { forall t in Thing: not t.on }\ncheck c {\n  cluster\n  expect violated off\n}\n"
    thing = "apiVersion: v1\nkind: Thing\nmetadata:\n  name: a\nspec:\n  n: 2\n"
    sandbox.write("spec/t.km", spec)
    sandbox.write("manifests/a.yaml", thing)
    assert sandbox.run("check", "spec", "manifests", "--faults", "flip=1", "--save", "counterexamples").exit_code == 0
    assert sandbox.run("replay").exit_code == 0
    sandbox.write("manifests/a.yaml", thing.replace("n: 2", "n: 1"))
    done = sandbox.run("replay")
    assert done.exit_code == 1
    assert "no longer reachable" in done.stdout


def test_fields_of_one_name_in_modules_that_do_not_see_each_other(sandbox: Sandbox) -> None:
    sandbox.write("spec/base.km", "module base\nentity Thing from v1/Thing\n")
    part = "module {name}\nimport base\nextend Thing {{ const n: int = 0 at spec.{name}  var up: {type} = {first} }}\n"
    part += "action go(t: Thing) {{\n  require t.n == {n}\n  t.up := {then}\n}}\n"
    part += "invariant stays {{ forall t in Thing: t.up == {first} }}\ncheck c {{\n  cluster\n  expect violated stays in 1\n}}\n"
    part += "check d {{\n  scope Thing = 1\n  set Thing.n = {n}\n  expect violated stays in 1\n}}\n"
    specs = {
        "spec/one.km": part.format(name="one", type="bool", first="true", then="false", n=1),
        "spec/two.km": part.format(name="two", type="0..3", first="0", then="3", n=2),
    }
    for name, text in specs.items():
        sandbox.write(name, text)
    sandbox.write("manifests/a.yaml", "apiVersion: v1\nkind: Thing\nmetadata:\n  name: a\nspec:\n  one: 1\n  two: 2\n")
    done = sandbox.run("check", "spec", "manifests", "--save", "counterexamples")
    assert done.exit_code == 0, done.output
    assert sandbox.run("replay").exit_code == 0
    for name in specs:
        told = sandbox.run("check", name, "spec/base.km", "manifests")
        assert told.exit_code == 0, told.output
    assert "4 of 4 reproduced" in sandbox.run("replay").stdout


def test_simulate(sandbox: Sandbox) -> None:
    sandbox.write("spec/lamp.km", LAMP)
    done = sandbox.run("simulate", "spec", "--runs", "20", "--seed", "7")
    assert done.exit_code == 1
    assert "✗ stays_dark: broken in 1 step" in done.stdout
    assert "✓ lit: reached in 1 step" in done.stdout
    assert done.stdout == sandbox.run("simulate", "spec", "--runs", "20", "--seed", "7").stdout


def test_simulate_ends_at_limits_with_what_it_met(sandbox: Sandbox) -> None:
    sandbox.write("spec/lamp.km", LAMP)
    limits = (("--max-states", "1", "enough states"), ("--max-memory", "300B", "out of memory"), ("--timeout", "0.0001s", "out of time"))
    for option, value, said in limits:
        done = sandbox.run("simulate", "spec", "--runs", "1000000", option, value)
        assert f"{said}: not all walks" in done.stdout
        assert "✗ stays_dark: broken in 1 step" in done.stdout


def test_an_interrupt_ends_walks_with_what_they_met(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.write("spec/lamp.km", LAMP)
    asked: list[int] = []

    def expired(clock: Clock, _: object) -> bool:
        asked.append(1)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return False

    monkeypatch.setattr(Clock, "expired", expired)
    done = sandbox.run("simulate", "spec", "--runs", "30")
    assert done.exit_code == 130
    assert "3 walks" in done.stdout
    assert "interrupted: not all walks" in done.stdout
    assert "stays_dark: broken" in done.stdout


def test_query(sandbox: Sandbox) -> None:
    sandbox.write("q.km", QUERY)
    rows = json.loads(sandbox.run("query", "same_zone", "q.km", "-o", "json").stdout)["tables"][0]["rows"]
    assert len(rows) == 2
    assert sandbox.run("query", "zone_of", "q.km", "-o", "csv").stdout.splitlines()[0] == "check,n,zone_of"
    assert "3 rows" in sandbox.run("query", "zone_of", "q.km").stdout
    assert "4 rows" in sandbox.run("query", "zone_of", "q.km", "--scope", "Node=4").stdout
    unknown = sandbox.run("query", "zones", "q.km")
    assert unknown.exit_code == 2
    assert "error[unknown-query]" in unknown.stderr


def test_query_of_manifests(sandbox: Sandbox) -> None:
    sandbox.write("q.km", "module q\nentity Thing from v1/Thing { const n: int at spec.n }\nquery big(t: Thing) = t.n > 1\n")
    things = "---\n".join(f"apiVersion: v1\nkind: Thing\nmetadata:\n  name: t{n}\nspec:\n  n: {n}\n" for n in range(4))
    sandbox.write("things.yaml", things)
    assert sandbox.run("query", "big", "q.km", "things.yaml", "-o", "csv").stdout == "check,t\nobjects,t2\nobjects,t3\n"
    assert sandbox.run("query", "big", "q.km", "-", "-o", "csv", given=things).stdout.count("\n") == 3
    assert "error[no-check]" in sandbox.run("query", "big", "q.km").stderr


def test_explain_a_claim_and_an_action(sandbox: Sandbox) -> None:
    sandbox.write("spec/lamp.km", LAMP)
    claim = sandbox.run("explain", "stays_dark").stdout
    assert "invariant lamp.stays_dark  (spec/lamp.km:15:11)" in claim
    assert "Nobody lights it." in claim
    assert "not on" in claim
    assert "check lamp.dark  (spec/lamp.km:21:7): expected violated in 1" in claim
    assert "require turns < 3" in sandbox.run("explain", "flip", "spec").stdout
    unknown = sandbox.run("explain", "flipp")
    assert unknown.exit_code == 2
    assert "did you mean `flip`?" in unknown.stderr


def test_explain_a_code(sandbox: Sandbox) -> None:
    assert "wrong: a number" in sandbox.run("explain", "type-mismatch").stdout


def test_every_code_that_is_used_is_explained() -> None:
    assert sorted(_used() - set(codes())) == []


def test_every_code_that_is_explained_is_used() -> None:
    literals = {
        text for path in (ROOT / "kmodel").rglob("*.py") for text in re.findall(r'"([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert sorted(set(codes()) - literals) == []


def _used() -> set[str]:
    """Codes as they are given to diagnostics: the first argument, a text with a hyphen."""
    call = re.compile(r'(?:Diagnostic|fault|reject|Undefined|UndefinedValue|_missing|_foreign)\(\s*"([a-z0-9]+(?:-[a-z0-9]+)+)"')
    return {code for path in (ROOT / "kmodel").rglob("*.py") for code in call.findall(path.read_text(encoding="utf-8"))} | set(CODES)


def test_a_pipe_that_closes_early_is_no_fault(sandbox: Sandbox) -> None:
    sandbox.write("spec/lamp.km", LAMP)
    script = f"{sys.executable} -m kmodel check spec -o json | head -c 1"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=sandbox.folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "{"
    assert done.stderr == ""


def test_export(sandbox: Sandbox) -> None:
    sandbox.write("spec/lamp.km", LAMP)
    assert "(check-sat)" in sandbox.run("export", "spec", "--to", "smtlib").stdout
    done = sandbox.run("export", "spec", "--to", "tla", "--property", "few_turns", "-o", "out/lamp.tla")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "few_turns ==" in (sandbox.folder / "out/lamp.tla").read_text()
    assert "stays_dark" not in (sandbox.folder / "out/lamp.tla").read_text()
    sandbox.write("spec/more.km", "module more\ncheck one { expect holds fine }\nproperty fine { eventually true }\n")
    done = sandbox.run("export", "spec", "--to", "smtlib")
    assert done.exit_code == 2
    assert "error[several-checks]" in done.stderr
    done = sandbox.run("export", "spec", "--to", "smtlib", "--check", "one")
    assert done.exit_code == 0
    assert done.stderr == "left out `fine`: a temporal property is no question of reachability\n"
