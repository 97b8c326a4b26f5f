"""The library: its list, a module of it, and its failures told by name."""

from __future__ import annotations

from tests.cli.sandbox import Sandbox


def test_list_counts_verdicts(sandbox: Sandbox) -> None:
    listed = sandbox.run("lib", "list").stdout
    assert "kubernetes.cluster" in listed
    assert "violated" in listed
    some = sandbox.run("lib", "list", "examples").stdout
    assert "examples.ipam" in some
    assert "kubernetes.cluster" not in some
    assert some.splitlines()[-1].startswith("3 modules")


def test_show_says_what_a_module_claims(sandbox: Sandbox) -> None:
    shown = sandbox.run("lib", "show", "examples.rollout").stdout
    assert "A Deployment replaces its pods" in shown
    assert "check counts_the_wrong_pods for Slot = 5" in shown
    assert "violated in 4 steps  available" in shown


def test_run_tells_violations_that_were_expected(sandbox: Sandbox) -> None:
    done = sandbox.run("lib", "run", "examples.rollout")
    assert done.exit_code == 0
    assert "✓ counts_the_wrong_pods: available: violated in 4 steps" in done.stdout
    assert "remove_ready" in done.stdout


def test_a_name_that_there_is_not(sandbox: Sandbox) -> None:
    done = sandbox.run("lib", "run", "examples.rolout")
    assert done.exit_code == 2
    assert "nothing in the library is called `examples.rolout`" in done.stderr
    assert "did you mean `examples.rollout`?" in done.stderr
