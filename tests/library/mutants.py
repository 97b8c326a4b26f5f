"""Specs with one change of meaning each: a guard or part of it that is dropped, a comparison that is off by one, a branch that is always
taken, an assignment, a rule or an action that is gone. A change that no expectation of any check notices shows a claim that is missing, or
that what was changed decides nothing.

`python -m tests.library.mutants spec/kubernetes/config.km ...` prints those that survive.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import click

from kmodel.pipeline.line import check
from kmodel.pipeline.request import Request
from kmodel.source import Source
from kmodel.syntax.parse import parse
from kmodel.syntax.tree import Action, Assign, Binary, Choose, Def, If, IfStatement, Init, Literal, Quantified, Require, Rule, Tree
from tests.command import ROOT

OFF_BY_ONE = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
CHANGED = (Action, Def, Rule, Init)
"""Declarations of what happens; claims and checks stay as they are."""

LIBRARY = ROOT / "spec"
SECONDS = 20.0
ANSWERS = (False, True, None)
FAILED = 9


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is put in the place of the characters from `start` to `end`, in the declaration `within`."""

    within: str
    start: int
    end: int
    put: str
    says: str

    def text(self, whole: str) -> str:
        return whole[: self.start] + self.put + whole[self.end :]


def mutants(tree: Tree) -> Iterator[Mutant]:
    """In the order of the text."""
    for declaration in tree.declarations:
        if isinstance(declaration, CHANGED):
            name = declaration.name or (declaration.span.text.split(" when")[0])
            if isinstance(declaration, Action | Rule):
                yield replaced(name, declaration, "", "gone")
            for node in inside(declaration):
                yield from of_node(name, node)


def inside(node: Any) -> Iterator[Any]:
    if isinstance(node, tuple):
        for each in node:
            yield from inside(each)
    elif is_dataclass(node) and hasattr(node, "span"):
        yield node
        for each in fields(node):
            if each.name not in ("span", "name_span"):
                yield from inside(getattr(node, each.name))


def of_node(name: str, node: Any) -> Iterator[Mutant]:
    match node:
        case Require():
            yield replaced(name, node, "", "dropped")
        case Assign():
            yield replaced(name, node, "", "dropped")
        case Binary(op="and" | "or" | "implies", left=left, right=right):
            yield replaced(name, node, f"({left.span.text})", f"only its left side, without {short(right)}")
            yield replaced(name, node, f"({right.span.text})", f"only its right side, without {short(left)}")
        case Binary(op=op, left=left, right=right) if op in OFF_BY_ONE:
            yield replaced(name, node, f"{left.span.text} {OFF_BY_ONE[op]} {right.span.text}", f"with {OFF_BY_ONE[op]}")
        case If(then=then, otherwise=otherwise):
            yield replaced(name, node, f"({then.span.text})", "always the first")
            yield replaced(name, node, f"({otherwise.span.text})", "always the last")
        case IfStatement(condition=condition):
            yield replaced(name, condition, "true", "always")
            yield replaced(name, condition, "false", "never")
        case Choose(optimum="minimizing" | "maximizing" as optimum):
            other = "minimizing" if optimum == "maximizing" else "maximizing"
            at = node.span.text.index(optimum) + node.span.start
            yield Mutant(name, at, at + len(optimum), other, f"{other} for {optimum}")
        case Quantified(op="forall" | "exists" as op):
            other = "exists" if op == "forall" else "forall"
            yield Mutant(name, node.span.start, node.span.start + len(op), other, f"`{short(node)}`: {other}")
        case Literal(kind="int") if node.text.isdigit():
            yield replaced(name, node, str(int(node.text) + 1), "one more")
        case _:
            return


def replaced(name: str, node: Any, put: str, says: str) -> Mutant:
    return Mutant(name, node.span.start, node.span.end, put, f"`{short(node)}`: {says}")


def short(node: Any) -> str:
    text = " ".join(node.span.text.split())
    return text if len(text) <= 90 else text[:89] + "…"


def is_noticed(path: Path) -> bool | None:
    """Whether some expectation is not met; None where the text means nothing at all."""
    report = check(Request(paths=(str(path),), seconds=SECONDS, jobs=1, threads=1))
    if report.diagnostics and not report.results:
        return None
    return any(each.standing not in ("met", "note") or each.vacuous for each in report.results)


def apart(path: Path) -> bool | None:
    """`is_noticed` in a process of its own, which nothing of another run is left in."""
    child = os.fork()
    if child == 0:
        code = FAILED
        try:
            code = ANSWERS.index(is_noticed(path))
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in range(len(ANSWERS)):
        raise AssertionError(f"the check of {path} failed")
    return ANSWERS[code]


def users(spec: Path, library: Path) -> list[Path]:
    """The file itself, and those that import it."""
    module = ".".join(spec.relative_to(library).with_suffix("").parts)
    return [spec, *(each for each in sorted(library.rglob("*.km")) if f"import {module}\n" in each.read_text(encoding="utf-8"))]


def judged(spec: Path, library: Path = LIBRARY) -> Iterator[tuple[Mutant, bool | None]]:
    """The mutants of a spec of the library, each with whether its checks, or those of a spec that imports it, notice."""
    text = spec.read_text(encoding="utf-8")
    files = users(spec, library)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "spec"
        shutil.copytree(library, copy)
        for mutant in mutants(parse(Source(str(spec), text))):
            (copy / spec.relative_to(library)).write_text(mutant.text(text), encoding="utf-8")
            yield mutant, noticed_by_some([copy / each.relative_to(library) for each in files])


def noticed_by_some(files: list[Path]) -> bool | None:
    for file in files:
        noticed = apart(file)
        if noticed is None or noticed:
            return noticed
    return False


def main(paths: list[str]) -> None:
    for path in paths:
        spec = (ROOT / path).resolve()
        text, killed, left = spec.read_text(encoding="utf-8"), 0, 0
        for mutant, noticed in judged(spec):
            killed += noticed is True
            left += noticed is False
            if noticed is False:
                click.echo(f"{path}:{text.count(chr(10), 0, mutant.start) + 1}: {mutant.within}: {mutant.says}")
        click.echo(f"{path}: {killed} of {killed + left} noticed")


if __name__ == "__main__":
    main(sys.argv[1:])
