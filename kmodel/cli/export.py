"""`kmodel export`."""

from __future__ import annotations

from pathlib import Path

import click

from kmodel.cli.terminal import standard_input
from kmodel.cli.values import pairs
from kmodel.exports import FORMATS
from kmodel.pipeline.exporting import exported
from kmodel.pipeline.files import write
from kmodel.pipeline.request import Request


@click.command("export", short_help="Write a check for other tools.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--to", "form", type=click.Choice(list(FORMATS)), required=True, help="The format.")
@click.option("--check", "checks", metavar="GLOB", default="*", help="The check with such a name.")
@click.option("--property", "claims", metavar="GLOB", default="*", help="Only claims with such a name.")
@click.option("--scope", metavar="NAME=N", multiple=True, callback=pairs, help="How many individuals, instead of what the check says.")
@click.option("--depth", metavar="N", type=click.IntRange(0), help="smtlib: unroll so many steps, instead of Horn clauses.")
@click.option("-o", "--output", metavar="FILE", help="Where it goes, instead of standard output.")
def command(
    paths: tuple[str, ...], form: str, checks: str, claims: str, scope: dict[str, str], depth: int | None, output: str | None
) -> None:
    """Write one check of the specs or manifests at PATH, made ground, as a file for other tools.

    \b
    smtlib   constrained Horn clauses (`sat`: the claim holds), or with --depth an unrolling (`unsat`: it holds to there)
    tla      a TLA+ module for TLC or Apalache
    aiger    the circuit of bits, an output for each claim that it fails; aiger-binary is what abc reads
    """
    request = Request(paths=paths, stdin=standard_input, checks=checks, claims=claims, scope=scope, depth=depth)
    made = exported(request, form)
    for sentence in made.left_out:
        click.echo(f"left out {sentence}", err=True)
    if made.data is not None:
        with click.open_file(output or "-", "wb") as file:
            file.write(made.data)
    elif output is None:
        click.echo(made.text, nl=False)
    else:
        write(Path(output), made.text)
