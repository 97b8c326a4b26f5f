"""Folders with files of which only one is applied at a time."""

from __future__ import annotations

from tests.cli.sandbox import Sandbox
from tests.cli.test_check import PODS, pod


def folder(sandbox: Sandbox) -> Sandbox:
    sandbox.write("pods.km", PODS)
    sandbox.write("objects/a.yaml", pod("one", 4))
    sandbox.write("objects/b.yaml", pod("one", 40) + "---\n" + pod("two", 40))
    sandbox.write("objects/c.yaml", pod("two", 2))
    sandbox.write("objects/same.yaml", "# again\n" + pod("one", 4))
    return sandbox


def test_a_file_that_says_otherwise_is_left_out_whole(sandbox: Sandbox) -> None:
    done = folder(sandbox).run("check", "pods.km", "objects")
    assert done.exit_code == 0
    assert "left out objects/b.yaml: it gives `one` otherwise than objects/a.yaml" in done.stdout
    assert "read 1 spec, 1 check, 2 objects" in done.stdout


def test_it_is_checked_where_it_is_named(sandbox: Sandbox) -> None:
    done = folder(sandbox).run("check", "pods.km", "objects/b.yaml")
    assert done.exit_code == 1
    assert "objects/b.yaml" in done.stdout


def test_named_files_and_strict_runs_have_no_alternatives(sandbox: Sandbox) -> None:
    for arguments in (["objects/a.yaml", "objects/b.yaml"], ["objects", "--strict"]):
        done = folder(sandbox).run("check", "pods.km", *arguments)
        assert done.exit_code == 2
        assert "error[duplicate-object]" in done.stdout


def test_one_file_cannot_contradict_itself(sandbox: Sandbox) -> None:
    folder(sandbox).write("objects/d.yaml", pod("three", 1) + "---\n" + pod("three", 2))
    done = sandbox.run("check", "pods.km", "objects")
    assert done.exit_code == 2
    assert "`Pod three` is given twice" in done.stdout
