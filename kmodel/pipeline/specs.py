"""From spec files to one program: parsing, and finding what they import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from pathlib import Path

from kmodel.pipeline.declares import declaring
from kmodel.pipeline.files import SPEC, read
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected, data
from kmodel.syntax import parse
from kmodel.syntax.tree import Tree
from kmodel.typed import Program, elaborate


@dataclass(frozen=True, slots=True)
class Specs:
    """The program of the given files; `given` are their modules in order, `trees` and `files` what each module that was read says
    and where it is."""

    program: Program
    given: tuple[str, ...]
    trees: Mapping[str, Tree]
    files: Mapping[str, Path]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(slots=True)
class Library:
    """Finds modules by name: among the given files, below their roots, in what comes with kmodel. Remembers what it read."""

    roots: list[Path] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    trees: dict[Path, Tree | None] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def open(self, path: Path) -> Tree | None:
        """The tree of a file; None, with diagnostics, where it is no spec."""
        if path not in self.trees:
            self.trees[path] = self._parse(path)
        return self.trees[path]

    def load(self, module: str) -> Tree | None:
        """The tree of a module by its name; None where no root has such a file."""
        for root in (*self.roots, data("spec")):
            path = root.joinpath(*module.split(".")).with_suffix(SPEC)
            tree = self.open(path) if path.is_file() else None
            if tree is not None and tree.module == module:
                self.files[module] = path
                return tree
            if path in self.trees and tree is None:
                self.broken.add(module)
        return None

    def heard(self, diagnostic: Diagnostic) -> bool:
        """Whether it only says that a module is not there whose own faults are known already."""
        return diagnostic.code == "unknown-module" and any(f"`{module}`" in diagnostic.message for module in self.broken)

    def _parse(self, path: Path) -> Tree | None:
        try:
            tree = parse(read(path))
        except Rejected as rejected:
            self.diagnostics += rejected.diagnostics
            return None
        root = _root(path, tree.module)
        if root not in self.roots:
            self.roots.append(root)
        self.files.setdefault(tree.module, path)
        return tree


def _root(path: Path, module: str) -> Path:
    """The folder that a module's name starts from: `spec/` for `spec/a/b.km` with `module a.b`; else the file's own."""
    names, full = tuple(module.split(".")), path.absolute()
    return full.parents[len(names) - 1] if full.with_suffix("").parts[-len(names) :] == names else full.parent


def link(paths: Iterable[Path]) -> Specs:
    """All the files as one program, with what they import. Faults are collected; what is sound is in the program."""
    library = Library()
    trees = [tree for tree in [library.open(path) for path in paths] if tree is not None]
    program = elaborate(trees, library.load, declaring((*library.trees, data("spec"))))
    given = tuple(dict.fromkeys(tree.module for tree in trees))
    known = {tree.module: tree for tree in library.trees.values() if tree is not None}
    return Specs(
        program, given, known, library.files, (*library.diagnostics, *(each for each in program.diagnostics if not library.heard(each)))
    )
