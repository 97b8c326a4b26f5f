"""`kmodel check`."""

from __future__ import annotations

from pathlib import Path

import click

from kmodel.cli.terminal import progress, show, standard_input
from kmodel.cli.values import Output, budgets, outputs, pairs, seconds
from kmodel.engines.run import ENGINES
from kmodel.pipeline import Request, check
from kmodel.pipeline.files import write
from kmodel.reports import FORMS, Report, render, styled


@click.command("check", short_help="Check specs and manifests.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--property", "claims", metavar="GLOB", default="*", help="Only claims with such a name.")
@click.option("--check", "checks", metavar="GLOB", default="*", help="Only checks with such a name.")
@click.option(
    "--engine", type=click.Choice(["auto", *ENGINES, "simulate"]), default="auto", show_default=True, help="Which engine decides."
)
@click.option("--depth", metavar="N", type=click.IntRange(0), help="Look only this many steps deep.")
@click.option("--timeout", "seconds", metavar="TIME", default="60s", show_default=True, callback=seconds, help="For each claim.")
@click.option("--jobs", metavar="N", type=click.IntRange(1), help="Checks to run at once.  [default: what the work deserves]")
@click.option("--executor", metavar="dask://HOST:PORT", help="Run the checks on this Dask cluster.")
@click.option("--seed", metavar="N", type=int, default=0, show_default=True, help="For engines that draw at random.")
@click.option("--nodes", metavar="N|FILE", help="The nodes to assume: how many, or a file with them.")
@click.option("--scope", metavar="NAME=N", multiple=True, callback=pairs, help="How many individuals, instead of what the checks say.")
@click.option("--faults", metavar="ACTION=N", multiple=True, callback=budgets, help="How often an action may happen.")
@click.option("--save", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help="Write counterexamples there.")
@click.option("--strict", is_flag=True, help="What is not modelled fails, and so does a claim that nothing exercises.")
@click.option("--allow-inconclusive", is_flag=True, help="Exit with 0 where a limit came before an answer.")
@click.option(
    "-o",
    "--output",
    "output",
    metavar="FORM[=FILE]",
    multiple=True,
    callback=outputs,
    help=f"Repeatable: {', '.join(FORMS)}.  [default: text]",
)
def command(
    paths: tuple[str, ...],
    claims: str,
    checks: str,
    engine: str,
    depth: int | None,
    seconds: float | None,
    jobs: int | None,
    executor: str | None,
    seed: int,
    nodes: str | None,
    scope: dict[str, str],
    faults: dict[str, int],
    save: Path | None,
    strict: bool,
    allow_inconclusive: bool,
    output: tuple[Output, ...],
) -> None:
    """Check specs and manifests.

    PATH is a `.km` file, a folder of them, a manifest file or folder, or `-` for manifests on standard input; by default `spec/`.
    Manifests without a spec are checked against the standard packs.

    \b
    kmodel check spec/ --save counterexamples
    helm template . | kmodel check - --nodes 3
    kmodel check spec/ -o text -o junit=report.xml
    """
    request = Request(
        paths=paths or ("spec",),
        stdin=standard_input,
        claims=claims,
        checks=checks,
        engine=engine,
        depth=depth,
        seconds=seconds,
        jobs=jobs,
        executor=executor,
        seed=seed,
        scope=scope,
        faults=faults,
        nodes=nodes,
        save=save,
        strict=strict,
    )
    with progress() as watch:
        report = check(request, watch)
    for each in output:
        deliver(report, each)
    click.get_current_context().exit(report.status(allow_inconclusive))


def deliver(report: Report, output: Output) -> None:
    """One form of the report to where it goes."""
    if output.file is not None:
        write(output.file, render(report, output.form) + "\n")
    elif output.form == "text":
        show(styled(report))
    else:
        click.echo(render(report, output.form))
