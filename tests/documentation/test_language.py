"""Every example of the language reference is a module that elaborates, and its checks come out as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kmodel.typed.operators import OPERATORS
from tests.command import ROOT, kmodel, report

PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
EXAMPLES = {block.split()[1]: block for block in re.findall(r"```km\n(.*?)```", PAGE, re.DOTALL)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str, tmp_path: Path) -> None:
    spec = tmp_path / f"{name.rsplit('.', 1)[-1]}.km"
    spec.write_text(EXAMPLES[name], encoding="utf-8")
    found = report(str(spec))
    assert found.get("diagnostics", []) == []
    assert [(r["check"], r["claim"], r["verdict"]) for r in found["results"] if not r["met"]] == []
    assert ("check " in EXAMPLES[name]) == bool(found["results"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_formatted_without_loss(name: str) -> None:
    once = kmodel("fmt", "-", given=EXAMPLES[name])
    assert once.returncode == 0, once.stderr
    assert kmodel("fmt", "-", given=once.stdout).stdout == once.stdout


def test_the_operator_table_is_the_operators() -> None:
    rows = re.findall(r"^\| `(.+?)` \| `(.+?)` \| (.+?) \|$", PAGE, re.MULTILINE)
    assert {(r.written.replace("|", "\\|"), r.signature.replace("|", "\\|")) for r in OPERATORS.values()} <= {(w, s) for w, s, _ in rows}
