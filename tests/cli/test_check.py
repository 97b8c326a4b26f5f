"""`kmodel check`, from files to what is printed."""

from __future__ import annotations

import json
import re

import pytest

from tests.cli.sandbox import LAMP, Sandbox

DARK = """\
read 1 spec, 1 check

spec/lamp.km
  dark
    ✓ stays_dark  violated in 1 step (as expected)
    ✓ few_turns   proved: 4 states, all of them looked at; re-checked by the reference semantics
    ✓ lit         reached in 1 step

3 met
"""
PODS = """\
module pods

entity Pod from v1/Pod {
  const priority: int = 0 at spec.priority
  const after: Pod? = none
}

@id("T1") @severity(high) @fix("lower it")
invariant modest { forall p in Pod: p.priority < 10 }

@severity(note)
invariant even { forall p in Pod: p.priority mod 2 == 0 }

check given {
  cluster
  verify modest, even
}
"""


def pod(name: str, priority: int, more: str = "") -> str:
    return f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\nspec:\n  priority: {priority}\n{more}"


@pytest.fixture
def lamp(sandbox: Sandbox) -> Sandbox:
    sandbox.write("spec/lamp.km", LAMP)
    return sandbox


def untimed(text: str) -> str:
    """Without the time that a run took, which is told where it is long enough."""
    return re.sub(r" in [\d.,]+ s$", "", text, flags=re.MULTILINE)


def test_all_met(lamp: Sandbox) -> None:
    done = lamp.run("check")
    assert done.exit_code == 0
    assert untimed(done.stdout) == DARK


def test_same_input_same_text(lamp: Sandbox) -> None:
    lamp.write("spec/more.km", LAMP.replace("module lamp", "module more"))
    texts = {re.sub(r" in [\d.]+ s$", "", lamp.run("check", "--jobs", jobs).stdout.rstrip()) for jobs in "112"}
    assert len(texts) == 1


def test_a_violation_is_told_with_its_trace_and_the_line(lamp: Sandbox) -> None:
    lamp.write("spec/lamp.km", LAMP.replace("expect violated stays_dark in 1", "expect holds stays_dark"))
    done = lamp.run("check")
    assert done.exit_code == 1
    told = done.stdout.split("\n\n")[2]
    assert told == (
        "✗ dark: stays_dark: violated in 1 step\n"
        "  Nobody lights it.\n"
        "  1  hand  flip()\n"
        "             on: false → true\n"
        "             turns: 0 → 1\n"
        "  --> spec/lamp.km:15:24\n"
        "  15 | invariant stays_dark { not on }\n"
        "     |                        ^^^^^^ false\n"
        "  expected: holds"
    )


@pytest.mark.parametrize(
    ("expectation", "status"),
    [
        ("expect violated stays_dark in 2", 1),
        ("expect violated few_turns", 1),
        ("expect unreachable lit", 1),
        ("expect holds few_turns to depth 2", 0),
        ("verify few_turns", 0),
        ("verify stays_dark", 1),
        ("verify lit", 0),
    ],
)
def test_expectations(expectation: str, status: int, sandbox: Sandbox) -> None:
    head, _, _ = LAMP.partition("check dark")
    sandbox.write("spec/lamp.km", f"{head}check dark {{\n  {expectation}\n}}\n")
    assert sandbox.run("check", "--property", expectation.split()[1 if "verify" in expectation else 2]).exit_code == status


def test_a_bound_is_no_proof(lamp: Sandbox) -> None:
    done = lamp.run("check", "--property", "few_turns", "--engine", "bmc", "--depth", "2")
    assert done.exit_code == 3
    assert "? few_turns  holds to depth 2 (bmc) (expected: holds)" in done.stdout
    assert lamp.run("check", "--property", "few_turns", "--engine", "bmc", "--depth", "2", "--allow-inconclusive").exit_code == 0


@pytest.mark.parametrize("engine", ["auto", "explicit", "bmc", "simulate"])
def test_engines_find_the_same(engine: str, lamp: Sandbox) -> None:
    result = lamp.report("--property", "stays_dark", "--engine", engine)["results"][0]
    assert (result["verdict"], result["steps"]) == ("violated", 1)


def test_filters(lamp: Sandbox) -> None:
    lamp.write("spec/more.km", LAMP.replace("module lamp", "module more"))
    assert len(lamp.report("--check", "more.*")["results"]) == 3
    assert [(r["file"], r["claim"]) for r in lamp.report("--property", "lit")["results"]] == [
        ("spec/lamp.km", "lit"),
        ("spec/more.km", "lit"),
    ]


def test_a_step_that_is_undefined_fails_the_check(lamp: Sandbox) -> None:
    lamp.write("spec/lamp.km", LAMP.replace("require turns < 3\n", ""))
    done = lamp.run("check", "--property", "lit")
    assert done.exit_code == 1
    assert "✗ defined  violated in 3 steps" in done.stdout
    assert "flip() is undefined here:" in done.stdout
    assert "turns := turns + 1" in done.stdout


def test_vacuous_claims_are_told_and_fail_where_strict(lamp: Sandbox) -> None:
    lamp.write("spec/lamp.km", LAMP.replace("{ turns == 0 implies not on }", "{ turns > 9 implies on }"))
    done = lamp.run("check", "--property", "few_turns")
    assert done.exit_code == 0
    assert "vacuous: nothing exercises it" in done.stdout
    assert lamp.run("check", "--property", "few_turns", "--strict").exit_code == 1
    assert lamp.report("--property", "few_turns")["results"][0]["vacuous"] is True


def test_every_failing_object_is_named_with_its_line(sandbox: Sandbox) -> None:
    sandbox.write("spec/pods.km", PODS)
    sandbox.write("manifests/a.yaml", "---\n".join([pod("low", 2), pod("high", 10), pod("higher", 12)]))
    done = sandbox.run("check", "spec", "manifests")
    assert done.exit_code == 1
    assert "Pod high --> manifests/a.yaml:13:13\n    13 |   priority: 10\n" in done.stdout.replace("default/", "")
    assert "for p = higher: p.priority is 12" in done.stdout.replace("default/", "")
    assert "low" not in done.stdout.split("✗ given: modest")[1].split("✗")[0].replace("lower it", "")
    assert "fix: lower it" in done.stdout


def test_a_note_does_not_fail(sandbox: Sandbox) -> None:
    sandbox.write("spec/pods.km", PODS)
    done = sandbox.run("check", "spec", "-", given=pod("odd", 3))
    assert done.exit_code == 0
    assert "· even    violated" in done.stdout
    assert "✓ modest" in done.stdout


def test_what_is_not_modelled_is_listed_and_fails_where_strict(sandbox: Sandbox) -> None:
    sandbox.write("spec/pods.km", PODS)
    given = pod("even", 2, "  hostname: x\n") + "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n"
    done = sandbox.run("check", "spec", "-", given=given)
    assert done.exit_code == 0
    assert "read 1 spec, 1 check, 2 objects (1 modelled)" in done.stdout
    assert "not modelled" in done.stdout
    assert "spec.hostname" in done.stdout
    assert "Secret" in done.stdout
    assert sandbox.run("check", "spec", "-", "--strict", given=given).exit_code == 1


def test_checks_of_manifests_are_left_out_without_any(sandbox: Sandbox) -> None:
    sandbox.write("spec/pods.km", PODS)
    done = sandbox.run("check")
    assert done.exit_code == 0
    assert "left out 1 check of manifests, as none are given" in done.stdout


def test_scope_and_faults_replace_what_the_check_says(sandbox: Sandbox) -> None:
    text = "module m\nentity Bulb { var on: bool = false }\naction flip(b: Bulb) {\n  require not b.on\n  b.on := true\n}\n"
    text += "invariant one { count(b in Bulb where b.on) <= 1 }\ncheck c {\n  scope Bulb = 1\n  expect holds one\n}\n"
    sandbox.write("spec/m.km", text)
    assert sandbox.run("check").exit_code == 0
    assert sandbox.run("check", "--scope", "Bulb=2").exit_code == 1
    done = sandbox.run("check", "--scope", "Bulb=2", "--faults", "flip=1")
    assert done.exit_code == 0
    assert "proved for Bulb = 2, flip ≤ 1:" in done.stdout


def test_reports_go_where_they_are_sent(lamp: Sandbox) -> None:
    done = lamp.run("check", "-o", "text", "-o", "json=out/report.json", "-o", "junit=out/report.xml")
    assert untimed(done.stdout) == DARK
    assert json.loads((lamp.folder / "out/report.json").read_text())["summary"]["met"] == 3
    assert "<testsuites" in (lamp.folder / "out/report.xml").read_text()


def test_saved_traces_are_the_same_every_time(lamp: Sandbox) -> None:
    texts = set()
    for folder in "ab":
        (result,) = [each for each in lamp.report("--save", folder)["results"] if each["trace"]]
        assert result["trace"] == f"{folder}/lamp--dark--stays_dark.itf.json"
        texts.add((lamp.folder / result["trace"]).read_text())
    (text,) = texts
    assert str(lamp.folder) not in text
    assert json.loads(text)["#meta"]["spec"] == "spec/lamp.km"


def test_a_module_is_found_from_its_own_folder(sandbox: Sandbox) -> None:
    sandbox.write("spec/a/b.km", "module a.b\nimport a.c\ninvariant i { free }\ncheck k { verify i }\n")
    sandbox.write("spec/a/c.km", "module a.c\nvar free: bool = true\n")
    assert sandbox.run("check", "spec/a/b.km").exit_code == 0
    assert Sandbox(sandbox.folder / "spec" / "a").run("check", "b.km").exit_code == 0


def test_what_tells_individuals_apart_is_told_when_asked_for(sandbox: Sandbox) -> None:
    sandbox.write(
        "spec/slots.km",
        """
module slots
entity Slot { var taken: bool = ordinal(self) == 0 }
action turn(s: Slot) { s.taken := not s.taken }
invariant some { count(s in Slot where s.taken) <= 2 }
check three { scope Slot = 3  expect violated some }
""",
    )
    told = "slot1 and slot2: `slot1.taken` starts as something else for the other"
    assert told in sandbox.run("check", "-v").stdout
    assert told not in sandbox.run("check").stdout
    (result,) = json.loads(sandbox.run("check", "-o", "json").stdout)["results"]
    assert result["apart"] == [told]


def test_what_the_api_server_would_refuse_is_refused_with_its_line(sandbox: Sandbox) -> None:
    containers = "  containers: [{name: web, image: web, ports: [{containerPort: 80000}]}]\n"
    sandbox.write("objects/pod.yaml", f"apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n{containers}")
    done = sandbox.run("check", "objects")
    assert done.exit_code == 2
    assert "error[wrong-value]: `80000` is out of range" in done.stdout
    assert "--> objects/pod.yaml:5:64" in done.stdout
    assert "help: write a number from 1 to 65535" in done.stdout


def test_a_pod_that_fits_on_one_node_only_is_told_with_the_node(sandbox: Sandbox) -> None:
    for name, disk in (("n1", "ssd"), ("n2", "hdd")):
        sandbox.write(f"objects/{name}.yaml", f"{{apiVersion: v1, kind: Node, metadata: {{name: {name}, labels: {{disk: {disk}}}}}}}")
    spec = "{nodeSelector: {disk: ssd}, containers: [{name: db, image: db}]}"
    sandbox.write("objects/pod.yaml", f"{{apiVersion: v1, kind: Pod, metadata: {{name: db}}, spec: {spec}}}")
    done = sandbox.run("check", "objects")
    assert "for p = db, lost = n1: places(p) is {n1}" in done.stdout
    assert re.search(r"Node n1 --> objects/n1.yaml:1:\d+", done.stdout)


def test_a_refused_object_is_named_as_left_out(sandbox: Sandbox) -> None:
    """What is said to be missing may be one of these."""
    sandbox.write("conf.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: conf}, data: {a: 5}}")
    container = "{name: c, image: x, envFrom: [{configMapRef: {name: conf}}]}"
    sandbox.write("pod.yaml", f"{{apiVersion: v1, kind: Pod, metadata: {{name: web}}, spec: {{containers: [{container}]}}}}")
    done = sandbox.run("check", "conf.yaml", "pod.yaml")
    assert done.exit_code == 2
    assert re.search(r"left out ConfigMap conf \(conf.yaml:1:\d+\): the API server would refuse it", done.stdout)


def test_a_spec_may_read_objects_that_are_cut_down(sandbox: Sandbox) -> None:
    sandbox.write("spec/pods.km", PODS)
    given = "apiVersion: v1\nkind: Pod\nmetadata: {name: even}\nspec: {priority: 2}\n"
    done = sandbox.run("check", "spec", "-", given=given)
    assert done.exit_code in (0, 1)
    assert "the API server would refuse some objects (1 fault; a check of the manifests alone lists them)" in done.stdout
    assert "<stdin>:4:7: `containers` is missing here" in done.stdout
