"""A program with conditions and invariants that are found for it, written as a module of its own and elaborated like any other."""

from __future__ import annotations

from collections.abc import Sequence

from kmodel.source import Source
from kmodel.syntax import Tree, parse
from kmodel.typed import Program, elaborate
from kmodel.typed.module import CheckSymbol

MODULE = "found_for_every_scope"


def extended(program: Program, check: CheckSymbol, declarations: Sequence[str]) -> Program:
    """The program with these declarations in the module `MODULE`, which sees all that the check sees."""
    made = _elaborated(program, check, declarations)
    assert not made.diagnostics, made.diagnostics
    return made


def misread(program: Program, check: CheckSymbol, declarations: Sequence[str]) -> frozenset[int]:
    """Which of the declarations (by index, one a line) are at fault where they stand."""
    made = _elaborated(program, check, declarations)
    lines = [each.span.source.text.count("\n", 0, each.span.start) for each in made.diagnostics if each.span is not None]
    return frozenset(line - 1 - len(closure(program, check)) for line in lines)


def _elaborated(program: Program, check: CheckSymbol, declarations: Sequence[str]) -> Program:
    names = closure(program, check)
    imports = [f"import {name}" for name in names]
    text = "\n".join([f"module {MODULE}", *imports, *declarations, ""])
    trees = [tree_of(program.modules[name].source) for name in names]
    return elaborate([*trees, parse(Source(f"<{MODULE}>", text))], _nothing)


def closure(program: Program, check: CheckSymbol) -> list[str]:
    """The modules that the check sees, and what they import."""
    found: dict[str, None] = {}
    waiting = [check.module, *sorted(check.active)]
    while waiting:
        name = waiting.pop()
        if name not in found and name in program.modules:
            found[name] = None
            waiting += program.modules[name].imports
    return sorted(found)


_trees: dict[Source, Tree] = {}


def tree_of(source: Source) -> Tree:
    if source not in _trees:
        _trees[source] = parse(source)
    return _trees[source]


def _nothing(_: str) -> None:
    """All that is imported is there already."""
