"""From the text of a spec to its grounding, for the tests of this folder. Import as `tests.ground.specs`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kmodel.ground import Grounding, slices
from kmodel.ground.system import Claim, System
from kmodel.semantics import check_by_exhaustion
from kmodel.source import Source, data
from kmodel.syntax import parse
from kmodel.syntax.tree import Tree
from kmodel.typed import Program, elaborate
from kmodel.typed.module import CheckSymbol
from kmodel.verdict.verdict import Outcome, Verdict


def program(text: str) -> Program:
    """The program of one module; imports come from the library."""
    made = elaborate([parse(Source("test.km", text))], _load)
    assert made.diagnostics == ()
    return made


def _load(module: str) -> Tree | None:
    path: Path = data("spec").joinpath(*module.split(".")).with_suffix(".km")
    return parse(Source(str(path), path.read_text(encoding="utf-8"))) if path.is_file() else None


def last_check(made: Program) -> CheckSymbol:
    return [check for module in made.modules.values() for check in module.checks][-1]


def grounding(text: str) -> Grounding:
    """Of the last check of the module (`module test` need not be written)."""
    made = program(text if text.lstrip().startswith("module") else f"module test\n{text}")
    return Grounding(made, last_check(made))


def system(text: str) -> System:
    return grounding(text).system


def outcome(of: System) -> Outcome:
    return check_by_exhaustion(of)


def verdicts(of: System) -> dict[tuple[str, tuple[tuple[str, str], ...]], Verdict]:
    """By short name and binding."""
    return {_key(claim): verdict for claim, verdict in zip(of.claims, outcome(of).verdicts, strict=True)}


def _key(claim: Claim) -> tuple[str, tuple[tuple[str, str], ...]]:
    return claim.name.rsplit(".", 1)[-1], tuple((name, str(value)) for name, value in claim.binding)


def kinds(of: System) -> dict[str, set[str]]:
    """The kinds of verdict by short name: of all of a claim's parts."""
    found: dict[str, set[str]] = {}
    for (name, _), verdict in verdicts(of).items():
        found.setdefault(name, set()).add(type(verdict).__name__)
    return found


def kinds_by_part(of: System) -> dict[str, set[str]]:
    """The same, each claim decided in its own part of the system."""
    found: dict[str, set[str]] = {}
    for part in slices(of):
        for name, kinds_ in kinds(part.system).items():
            found.setdefault(name, set()).update(kinds_)
    return found


def failed(found: Iterable[str]) -> bool:
    return "Violated" in set(found)
