"""`kmodel check`."""

from __future__ import annotations

from dataclasses import replace
from math import isinf
from pathlib import Path
from typing import Any, get_args

import click
from click.core import ParameterSource

from kmodel.cli.terminal import progress, show, standard_input
from kmodel.cli.values import Output, budgets, outputs, pairs, seconds, size
from kmodel.engines.engine import PartialOrder
from kmodel.engines.paths import SOLVERS
from kmodel.engines.run import ENGINES
from kmodel.pipeline.baseline import read_baseline, record
from kmodel.pipeline.config import Config, found_config, read_config
from kmodel.pipeline.files import write
from kmodel.pipeline.ignores import accept
from kmodel.pipeline.line import check
from kmodel.pipeline.request import Request
from kmodel.reports import FORMS, Report, render, styled
from kmodel.reports.words import plural


@click.command("check", short_help="Check specs and manifests.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--property", "claims", metavar="GLOB", default="*", help="Only claims with such a name.")
@click.option("--check", "checks", metavar="GLOB", default="*", help="Only checks with such a name.")
@click.option(
    "--engine", type=click.Choice(["auto", *ENGINES, "simulate"]), default="auto", show_default=True, help="Which engine decides."
)
@click.option("--depth", metavar="N", type=click.IntRange(0), help="Look only this many steps deep.")
@click.option(
    "--timeout", "seconds", metavar="TIME", default="60s", show_default=True, callback=seconds, help="For each check, all in all."
)
@click.option("--max-states", "states", metavar="N", type=click.IntRange(1), help="Look at so many states at most, for each claim.")
@click.option("--max-memory", "memory", metavar="SIZE", callback=size, help="For states, such as 2GiB.  [default: most of what is free]")
@click.option("--threads", metavar="N", type=click.IntRange(1), help="For one search.  [default: all processors for a single check]")
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1),
    help="Processes: checks, and engines of one check, at once.  [default: what the work deserves]",
)
@click.option("--executor", metavar="dask://HOST:PORT", help="Run the checks on this Dask cluster.")
@click.option("--seed", metavar="N", type=int, default=0, show_default=True, help="For engines that draw at random.")
@click.option("--symmetry/--no-symmetry", default=True, help="Let one state stand for those that differ by who is who.  [default: yes]")
@click.option("-v", "--verbose", is_flag=True, help="Say which individuals are not interchangeable, and why.")
@click.option("--every-scope", is_flag=True, help="Prove claims for any number of individuals, where that can be done.")
@click.option(
    "--partial-order",
    type=click.Choice(get_args(PartialOrder)),
    default="auto",
    show_default=True,
    help="Look at steps that commute in one order only (auto: where all states are too many).",
)
@click.option("--solver", type=click.Choice(SOLVERS), help="The SAT solver of bmc and pdr, or z3.  [default: minisat22]")
@click.option("--nodes", metavar="N|FILE", help="The nodes to assume: how many, or a file with them.")
@click.option("--scope", metavar="NAME=N", multiple=True, callback=pairs, help="How many individuals, instead of what the checks say.")
@click.option("--faults", metavar="ACTION=N", multiple=True, callback=budgets, help="How often an action may happen.")
@click.option("--save", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help="Write counterexamples there.")
@click.option(
    "--save-proofs", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help="Write invariants there that prove claims."
)
@click.option("--config", metavar="FILE", type=click.Path(path_type=Path), help="The configuration.  [default: .kmodel.yaml here or above]")
@click.option("--baseline", metavar="FILE", type=click.Path(path_type=Path), help="Fail only on what is not in this file.")
@click.option("--write-baseline", metavar="FILE", type=click.Path(path_type=Path), help="Write what is found there; it fails no more.")
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
    config: Path | None,
    baseline: Path | None,
    write_baseline: Path | None,
    allow_inconclusive: bool,
    output: tuple[Output, ...],
    **asked: Any,
) -> None:
    """Check specs and manifests.

    PATH is a `.km` file, a folder of them, a manifest file or folder, or `-` for manifests on standard input; by default `spec/`.
    Manifests without a spec are checked against the standard packs.

    \b
    kmodel check spec/ --save counterexamples
    helm template . | kmodel check - --nodes 3
    kmodel check spec/ -o text -o junit=report.xml
    kmodel check manifests/ --baseline .kmodel-baseline.json -o sarif=kmodel.sarif
    """
    settings = settled(config)
    known = None if write_baseline is not None else baseline or settings.baseline
    asked["verbose"] |= any(each.form == "json" for each in output)
    request = configured(Request(paths=paths, stdin=standard_input, baseline=known, **asked), settings)
    with progress() as watch:
        report = check(request, watch)
    if write_baseline is not None:
        report = recorded(report, write_baseline)
    for each in output:
        deliver(report, each)
    click.get_current_context().exit(report.status(allow_inconclusive or settings.allow_inconclusive))


def settled(config: Path | None) -> Config:
    """The file given, else the one that is found from here."""
    path = config or found_config(Path())
    return read_config(path) if path is not None else Config()


def configured(request: Request, settings: Config) -> Request:
    """The request with what the configuration says and the command line does not."""
    is_timed = click.get_current_context().get_parameter_source("seconds") is not ParameterSource.DEFAULT
    return replace(
        request,
        paths=request.paths or settings.paths or ("spec",),
        seconds=request.seconds if is_timed or settings.timeout is None else limited(settings.timeout),
        scope={**settings.scope, **request.scope},
        faults={**settings.faults, **request.faults},
        nodes=request.nodes if request.nodes is not None else settings.nodes,
        strict=request.strict or settings.strict,
        ignores=settings.ignore,
    )


def limited(timeout: float) -> float | None:
    """A limit that is never reached is none."""
    return None if isinf(timeout) else timeout


def recorded(report: Report, path: Path) -> Report:
    """The report with all that it finds written to a baseline, and so accepted."""
    click.echo(f"wrote {plural(record(path, report), 'finding')} to {path}", err=True)
    return accept(report, (), read_baseline(path))


def deliver(report: Report, output: Output) -> None:
    """One form of the report to where it goes."""
    if output.file is not None:
        write(output.file, render(report, output.form) + "\n")
    elif output.form == "text":
        show(styled(report))
    else:
        click.echo(render(report, output.form))
