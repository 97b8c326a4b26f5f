"""Whatever is wrong with the input: a diagnostic with its code, its place and a help, status 2, and what is right is still told."""

from __future__ import annotations

import sys

import pytest

from tests.cli.sandbox import LAMP, Sandbox

THINGS = """\
module things

entity Thing from v1/Thing {
  const weight: bytes at spec.weight
  const size: int = 1 at spec.size
}

invariant light { forall t in Thing: t.weight < 1Gi }

check given {
  cluster
  expect holds light
}
"""
THING = "apiVersion: v1\nkind: Thing\nmetadata:\n  name: a\nspec:\n  weight: 1Mi\n"

SPECS = {
    "unknown-field": "module bad\nentity Pod { var ip: int? = none }\n".replace("int?", "bool")
    + "invariant i { forall p in Pod: p.ipp }\n",
    "unknown-name": "module bad\ninvariant i { nothing }\n",
    "type-mismatch": "module bad\nvar n: 0..3 = 0\ninvariant i { n }\n",
    "duplicate-name": "module bad\nvar n: bool = true\nvar n: bool = false\n",
    "syntax-error": "module bad\ninvariant i { }\n",
    "unknown-module": "module bad\nimport nowhere.at_all\n",
    "import-cycle": "module bad\nimport bad2\n",
    "not-utf8": b"module bad\n# \xff\xfe\n",
}
MANIFESTS = {
    "yaml-syntax": "kind: [\n",
    "yaml-tab": "kind: Thing\nmetadata:\n\tname: a\n",
    "yaml-anchor-bomb": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)),
    "invalid-quantity": THING.replace("1Mi", "1Zz"),
    "missing-name": THING.replace("  name: a\n", "  labels: {}\n"),
    "duplicate-object": f"{THING}---\n{THING}",
    "wrong-kind": THING + "  size: [1, 2]\n",
    "not-utf8": b"kind: \xff\n",
}


@pytest.mark.parametrize("code", SPECS)
def test_bad_spec(code: str, sandbox: Sandbox) -> None:
    sandbox.write("spec/bad.km", SPECS[code])
    sandbox.write("spec/bad2.km", "module bad2\nimport bad\n" if code == "import-cycle" else "module bad2\n")
    sandbox.write("spec/lamp.km", LAMP)
    done = sandbox.run("check")
    assert done.exit_code == 2
    assert f"error[{code}]" in done.stdout
    assert "--> spec/bad" in done.stdout
    assert "help: " in done.stdout
    assert "✓ few_turns" in done.stdout
    (fault, *_) = [each for each in sandbox.report()["diagnostics"] if each["code"] == code]
    assert fault["file"].startswith("spec/bad")
    assert fault["line"] >= 1
    assert fault["column"] >= 1
    assert fault["help"]


@pytest.mark.parametrize("code", MANIFESTS)
def test_bad_manifest(code: str, sandbox: Sandbox) -> None:
    sandbox.write("spec/things.km", THINGS)
    sandbox.write("spec/lamp.km", LAMP)
    sandbox.write("manifests/bad.yaml", MANIFESTS[code])
    sandbox.write("manifests/good.yaml", THING.replace("name: a", "name: good").replace("1Mi", "2Gi"))
    done = sandbox.run("check", "spec", "manifests")
    assert done.exit_code == 2
    assert f"error[{code}]" in done.stdout
    assert "--> manifests/bad.yaml:" in done.stdout
    assert "help: " in done.stdout
    assert "light  " in done.stdout
    assert "✓ few_turns" in done.stdout
    assert "Traceback" not in done.output


def test_an_unreadable_file(sandbox: Sandbox) -> None:
    sandbox.write("spec/lamp.km", LAMP)
    (sandbox.folder / "spec" / "bad.km").symlink_to("nowhere.km")
    done = sandbox.run("check")
    assert done.exit_code == 2
    assert "error[unreadable-file]: `spec/bad.km` cannot be read" in done.stdout
    assert "✓ few_turns" in done.stdout


@pytest.mark.parametrize(("path", "code"), [("empty", "empty-input"), ("nowhere", "no-such-path"), ("notes.txt", "unknown-file-type")])
def test_nothing_to_check(path: str, code: str, sandbox: Sandbox) -> None:
    (sandbox.folder / "empty").mkdir()
    sandbox.write("notes.txt", "hello")
    done = sandbox.run("check", path)
    assert done.exit_code == 2
    assert f"error[{code}]" in done.stdout
    assert "help: " in done.stdout


def test_standard_input_that_is_no_manifest(sandbox: Sandbox) -> None:
    sandbox.write("spec/things.km", THINGS)
    for given in (b"\xff\xfe", b"", b"just text\n"):
        done = sandbox.run("check", "spec", "-", given=given)
        assert done.exit_code == 2
        assert "<stdin>" in done.stdout


def test_faults_of_options_say_what_there_is(sandbox: Sandbox) -> None:
    sandbox.write("spec/lamp.km", LAMP)
    assert "`text`, `json`, `junit`, `sarif`, `github`, `markdown`" in sandbox.run("check", "-o", "pdf").output
    assert sandbox.run("check", "-o", "pdf").exit_code == 2
    assert sandbox.run("check", "-o", "text", "-o", "json").exit_code == 2
    assert sandbox.run("check", "--engine", "magic").exit_code == 2
    assert sandbox.run("check", "--timeout", "soon").exit_code == 2
    for option, code in (("--scope=Lamp=2", "unknown-name"), ("--faults=flop=1", "unknown-name"), ("--check=x*", "nothing-matches")):
        done = sandbox.run("check", option)
        assert done.exit_code == 2
        assert f"error[{code}]" in done.stdout
    assert "did you mean `flip`?" in sandbox.run("check", "--faults=flop=1").stdout


def test_manifests_that_no_check_is_about_are_checked_against_the_packs(sandbox: Sandbox) -> None:
    sandbox.write("spec/lamp.km", LAMP)
    sandbox.write("manifests/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {serviceAccountName: b}\n")
    done = sandbox.run("check", "spec", "manifests")
    assert done.exit_code == 0
    assert "✓ few_turns" in done.stdout
    assert "id: KM0403" in done.stdout
    assert "KM0403" not in sandbox.run("check", "spec", "manifests", "--check", "dark").stdout


def test_a_very_deep_expression_is_no_traceback(sandbox: Sandbox) -> None:
    depth = sys.getrecursionlimit() * 3
    sandbox.write("spec/deep.km", f"module deep\ninvariant i {{ {'(' * depth}true{')' * depth} }}\ncheck c {{ verify i }}\n")
    done = sandbox.run("check")
    assert done.exit_code in (0, 2)
    assert "Traceback" not in done.output
