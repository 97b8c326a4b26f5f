"""`kmodel explain`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import click

from kmodel.cli.reasons import shown
from kmodel.cli.terminal import faults, standard_input
from kmodel.cli.values import pairs, seconds
from kmodel.engines.run import ENGINES
from kmodel.ground.system import ClaimKind
from kmodel.pipeline import pack_pages
from kmodel.pipeline.expect import expected
from kmodel.pipeline.files import Inputs, find, find_specs
from kmodel.pipeline.jobs import packs, wanted
from kmodel.pipeline.request import Request
from kmodel.pipeline.specs import Specs, link
from kmodel.pipeline.why import explanations
from kmodel.source import Diagnostic, Rejected, data
from kmodel.syntax.tree import Action, Claim, Declared, Def, Entity, Query, Relation, Tree

_EXPLAINED = (Claim, Action, Query, Relation, Def, Entity)


@click.command("explain", short_help="Explain a diagnostic code, a claim or an action.")
@click.argument("what")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--check", "checks", metavar="GLOB", default="*", help="Only checks with such a name.")
@click.option("--nodes", metavar="N|FILE", help="The nodes to assume: how many, or a file with them.")
@click.option("--scope", metavar="NAME=N", multiple=True, callback=pairs, help="How many individuals, instead of what the checks say.")
@click.option("--engine", type=click.Choice(list(ENGINES)), default="auto", show_default=True, help="Which engine decides.")
@click.option("--timeout", "limit", metavar="TIME", default="60s", show_default=True, callback=seconds, help="For each check, all in all.")
def command(
    what: str, paths: tuple[str, ...], checks: str, nodes: str | None, scope: dict[str, str], engine: str, limit: float | None
) -> None:
    """Explain WHAT: a finding's id (`KM0202`, or `packs` for all of them), a diagnostic's code (`type-mismatch`), or a claim, an action
    or a relation of the specs at PATH.

    With PATH it also says what proves a claim there (with `--engine pdr`, an invariant), or why it does not hold, or what fails about
    the object or individual WHAT of the manifests: the fewest lines that contradict the claim together, and the smallest change of
    tunable numbers that makes it hold. Without PATH it looks in `spec/` and in the packs that manifests are checked against.

    \b
    kmodel explain missing-scope
    kmodel explain pod_fits_some_node manifests/
    kmodel explain web manifests/ --nodes nodes.yaml
    """
    if what in codes():
        click.echo(f"{what}\n\n{codes()[what]}")
        return
    if not paths and (page := pack_pages.explained(what)) is not None:
        click.echo(page)
        return
    what = pack_pages.claim_named(what)
    request = Request(paths=paths, stdin=standard_input, checks=checks, nodes=nodes, scope=scope, engine=engine, seconds=limit)
    inputs = find(paths)
    specs = link(_specs(paths, inputs))
    found = list(_declarations(what, specs.trees.values()))
    told = [_explained(tree, declared, specs) for tree, declared in found]
    if paths and (not found or any(isinstance(declared, Claim) for _, declared in found)) and not specs.diagnostics:
        told += [shown(each) for each in explanations(request, what)]
    if not told:
        faults((*inputs.diagnostics, *specs.diagnostics))
        raise Rejected([_unknown(what, specs)])
    click.echo("\n\n".join(told))


@cache
def codes() -> dict[str, str]:
    """What each diagnostic code means, from the page that documents them."""
    page = data("docs/diagnostics.md").read_text(encoding="utf-8")
    sections = re.split(r"^### `([a-z0-9-]+)`\n", page, flags=re.MULTILINE)
    return {
        code: re.split(r"^#+ ", text, maxsplit=1, flags=re.MULTILINE)[0].strip()
        for code, text in zip(sections[1::2], sections[2::2], strict=True)
    }


def _specs(paths: tuple[str, ...], inputs: Inputs) -> Iterable[Path]:
    if inputs.diagnostics:
        raise Rejected(inputs.diagnostics)
    if paths:
        return wanted(inputs)
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
    close = get_close_matches(what, sorted({*codes(), *names, *pack_pages.ids()}), 1)
    help_ = (
        f"did you mean `{close[0]}`?" if close else "give a diagnostic's code, or the name of a claim or an action and the spec it is in"
    )
    return Diagnostic("unknown-name", f"nothing is known of `{what}`", help=help_)
