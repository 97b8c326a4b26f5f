"""From trees to a program: modules loaded, names declared, everything typed, faults collected by module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kmodel.syntax import tree
from kmodel.syntax.tree import Tree
from kmodel.typed.checks import uses
from kmodel.typed.imports import Load, Modules, collect
from kmodel.typed.link import Linker
from kmodel.typed.module import Program
from kmodel.typed.scope import Elsewhere


def elaborate(trees: Sequence[Tree], load: Load, elsewhere: Elsewhere | None = None) -> Program:
    """The program of these trees and all that they import, or that their checks use. `load` gives a module by its name, None where
    there is none (or raises Rejected with what is wrong with it). `elsewhere` finds modules for what is not known.

    `Program.diagnostics` has the faults of all modules. A module with one, or that imports such a module directly or not, is not in
    the program, nor is a check that uses one; everything else is.
    """
    modules = collect(trees, load)
    program = Linker(modules, elsewhere).link()
    bad = _bad(modules)
    diagnostics = modules.diagnostics()
    if bad:
        good = [_without(each, bad) for name, each in modules.trees.items() if name not in bad]
        program = Linker(collect(good, _nothing)).link()
    return replace(program, diagnostics=diagnostics)


def _nothing(_: str) -> None:
    """All that is sound is there already."""


def _bad(modules: Modules) -> frozenset[str]:
    """Modules with a fault, in a cycle, or that import such."""
    sound = {name for name in modules.order if not modules.faults[name] and name not in modules.broken}
    return frozenset(name for name in modules.trees if name not in sound or not modules.closures[name] <= sound)


def _without(module: Tree, bad: frozenset[str]) -> Tree:
    """The module without the checks that use what is not sound."""
    parts = ((part, each.module) for each in module.imports for part in (each.module.rsplit(".", 1)[-1], each.alias) if part)
    aliases: Mapping[str, str] = dict(parts)
    kept = tuple(
        each
        for each in module.declarations
        if not (isinstance(each, tree.Check) and any(aliases.get(name, name) in bad for name, _ in uses(each)))
    )
    return replace(module, declarations=kept)
