"""Literate cases: every specification in `tests/cases/typing/*.md` gives exactly the faults that its comments say.

A heading `##` is a case; the `km` blocks below it are modules of one program. `# error: [code]` ends a line where a fault begins, with
a part of its message or help behind it if that matters. Blocks without such comments have no faults.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from kmodel.source import Source
from kmodel.syntax import parse
from kmodel.typed import Program, elaborate
from kmodel.typed.faults import CODES

FOLDER = Path(__file__).parent / "typing"
ERROR = re.compile(r"\[([\w-]+)\] *(.*)$")
BLOCK = re.compile(r"^```km\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Case:
    name: str
    blocks: tuple[str, ...]

    @property
    def faults(self) -> list[tuple[str, int, str, str]]:
        """Where which fault must begin, and what it must say."""
        return [
            (source_name(number), line, found[1], found[2])
            for number, block in enumerate(self.blocks)
            for line, text in enumerate(block.splitlines(), 1)
            for part in text.split("# error: ")[1:]
            if (found := ERROR.match(part.strip()))
        ]


def source_name(number: int) -> str:
    return f"block{number}.km"


def cases() -> list[Case]:
    return [
        Case(f"{path.stem}: {section.splitlines()[0]}", tuple(BLOCK.findall(section)))
        for path in sorted(FOLDER.glob("*.md"))
        for section in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    ]


CASES = cases()


def program(blocks: tuple[str, ...]) -> Program:
    trees = [parse(Source(source_name(number), block)) for number, block in enumerate(blocks)]
    return elaborate(trees, lambda _: None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    assert case.blocks, "a case without a specification"
    given = [*program(case.blocks).diagnostics]
    for source, line, code, text in case.faults:
        fitting = [each for each in given if each.code == code and each.span and (each.span.source.name, each.span.line) == (source, line)]
        said = [each for each in fitting if text in each.message or text in (each.help or "")]
        assert said, (
            f"{source}:{line}: no [{code}] {text}; there is {[(str(each.span), each.code, each.message, each.help) for each in given]}"
        )
        given.remove(said[0])
    assert [(str(each.span), each.code, each.message) for each in given] == []


def test_every_code_has_a_case() -> None:
    shown = {code for case in CASES for _, _, code, _ in case.faults}
    assert shown <= set(CODES)
    assert set(CODES) - shown == {"duplicate-module", "too-deep"}, "these two have tests in tests/typed, the others a case"


def test_every_fault_says_what_to_do() -> None:
    for case in CASES:
        for found in program(case.blocks).diagnostics:
            assert found.help, (case.name, found.code)
            assert found.span, (case.name, found.code)
            words = re.sub(r"`[^`]*`", "`", found.message)
            assert not words.endswith("."), found.message
            assert words[0].islower() or words[0] == "`" or words.split()[0][0].isupper(), found.message
