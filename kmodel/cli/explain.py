"""`kmodel explain`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import click

from kmodel.cli.terminal import faults
from kmodel.ground.system import ClaimKind
from kmodel.pipeline.expect import expected
from kmodel.pipeline.files import find_specs
from kmodel.pipeline.jobs import packs
from kmodel.pipeline.specs import Specs, link
from kmodel.source import Diagnostic, Rejected, data
from kmodel.syntax.tree import Action, Claim, Declared, Def, Entity, Query, Relation, Tree

_EXPLAINED = (Claim, Action, Query, Relation, Def, Entity)


@click.command("explain", short_help="Explain a diagnostic code, a claim or an action.")
@click.argument("what")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
def command(what: str, paths: tuple[str, ...]) -> None:
    """Explain WHAT: a diagnostic's code (`type-mismatch`), or a claim, an action or a relation of the specs at PATH.

    Without PATH it looks in `spec/` and in the packs that manifests are checked against.
    """
    if what in codes():
        click.echo(f"{what}\n\n{codes()[what]}")
        return
    specs = link(_specs(paths))
    found = list(_declarations(what, specs.trees.values()))
    if not found:
        faults(specs.diagnostics)
        raise Rejected([_unknown(what, specs)])
    click.echo("\n\n".join(_explained(tree, declared, specs) for tree, declared in found))


@cache
def codes() -> dict[str, str]:
    """What each diagnostic code means, from the page that documents them."""
    page = data("docs/diagnostics.md").read_text(encoding="utf-8")
    sections = re.split(r"^### `([a-z0-9-]+)`\n", page, flags=re.MULTILINE)
    return {
        code: re.split(r"^#+ ", text, maxsplit=1, flags=re.MULTILINE)[0].strip()
        for code, text in zip(sections[1::2], sections[2::2], strict=True)
    }


def _specs(paths: tuple[str, ...]) -> Iterable[Path]:
    if paths:
        specs, bad = find_specs(paths)
        if bad:
            raise Rejected(bad)
        return specs
    return (*find_specs(["spec"])[0], *packs())


def _declarations(what: str, trees: Iterable[Tree]) -> Iterator[tuple[Tree, Declared]]:
    for tree in trees:
        for declared in tree.declarations:
            if isinstance(declared, _EXPLAINED) and what in (declared.name, f"{tree.module}.{declared.name}"):
                yield tree, declared


def _explained(tree: Tree, declared: Declared, specs: Specs) -> str:
    """Where it is, what it says of itself, its text, its attributes, the checks about it."""
    kind = declared.kind if isinstance(declared, Claim) else type(declared).__name__.lower()
    parts = [f"{kind} {tree.module}.{declared.name}  ({declared.name_span})"]
    if declared.doc:
        parts.append(declared.doc.strip())
    parts.append("\n".join(f"  {line}" for line in declared.span.text.rstrip().splitlines()))
    symbol = specs.program.claims.get(f"{tree.module}.{declared.name}")
    if symbol is not None:
        parts += [f"{name}: {value}" for name, value in symbol.attributes.items()]
        parts += ["\n".join(lines)] if (lines := list(_used(symbol.name, symbol.kind, specs))) else []
    return "\n\n".join(parts)


def _used(claim: str, kind: ClaimKind, specs: Specs) -> Iterator[str]:
    for module in specs.program.modules.values():
        for check in module.checks:
            if claim in check.claims:
                yield f"check {check.name}  ({check.span}): expected {expected(check, claim, kind)}"


def _unknown(what: str, specs: Specs) -> Diagnostic:
    names = {declared.name for tree in specs.trees.values() for declared in tree.declarations if isinstance(declared, _EXPLAINED)}
    close = get_close_matches(what, sorted({*codes(), *names}), 1)
    help_ = (
        f"did you mean `{close[0]}`?" if close else "give a diagnostic's code, or the name of a claim or an action and the spec it is in"
    )
    return Diagnostic("unknown-name", f"nothing is known of `{what}`", help=help_)
