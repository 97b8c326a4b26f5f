"""Every command that the READMEs show runs and ends as they say."""

from __future__ import annotations

import re
import shlex

import pytest

from tests.command import ROOT, kmodel

PAGES = ("README.md", "examples/README.md")
COMMANDS = [line for page in PAGES for line in re.findall(r"^\$ kmodel (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)]

# Commands that the pages say find something: status 1.
FINDS = {"check examples/shop", "simulate spec/examples/rollout.km --runs 20 --depth 50 --seed 2"}


@pytest.mark.parametrize("command", dict.fromkeys(COMMANDS))
def test_command(command: str) -> None:
    done = kmodel(*shlex.split(command))
    assert done.returncode == (1 if command in FINDS else 0), done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_findings_are_those_that_the_page_explains() -> None:
    page = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    shown = kmodel("check", "examples/shop").stdout
    explained = set(re.findall(r"\*\*(KM\d{4})", page))
    assert set(re.findall(r"id: (KM\d{4})", shown)) == explained
