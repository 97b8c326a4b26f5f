"""`docs/library.md` says what the specs say. The times in it are those of the day when it was written."""

from __future__ import annotations

import re

from tests.command import ROOT, kmodel


def test_the_page_is_fresh() -> None:
    written = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    done = kmodel("lib", "page")
    assert done.returncode == 0, done.stderr
    assert re.sub(r"Checked in [\d.]+ s\.\n\n", "", written) == done.stdout, "run `kmodel lib page --measure > docs/library.md`"


def test_every_module_says_what_it_models() -> None:
    shown = kmodel("lib", "page").stdout
    sections = re.split(r"^### ", shown, flags=re.MULTILINE)[1:]
    assert len(sections) >= 14
    assert [section.split("\n")[0] for section in sections if section.split("\n")[2].startswith("|")] == []
