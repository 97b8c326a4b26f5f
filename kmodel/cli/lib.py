"""`kmodel lib`."""

from __future__ import annotations

from collections.abc import Iterable

import click
from rich.text import Text

from kmodel.cli.terminal import faults, progress, show
from kmodel.pipeline.library import entries, library, named
from kmodel.pipeline.line import check
from kmodel.pipeline.request import Request
from kmodel.pipeline.specs import link
from kmodel.reports import styled
from kmodel.reports.catalogue import Entry, listing, page, shown


@click.group("lib", short_help="The library of specs and known failures.")
def command() -> None:
    """The library that comes with kmodel: Kubernetes as specs, and failures that happened with what prevents them."""


def _found(names: tuple[str, ...]) -> list[Entry]:
    """The entries of these names; of all, where there are none."""
    specs = link(named(names) if names else library().values())
    faults(specs.diagnostics)
    return list(entries(specs))


@command.command("list", short_help="The modules, a line each.")
@click.argument("names", metavar="[NAME]...", nargs=-1)
def list_(names: tuple[str, ...]) -> None:
    """The modules with what their checks come to; those of a folder where NAME is one, such as `incidents`."""
    show(listing(_found(names)))


@command.command("show", short_help="What a module models and claims.")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
def show_(names: tuple[str, ...]) -> None:
    """What the modules of this name say of themselves, their claims, their checks."""
    show(Text("\n\n").join([shown(entry) for entry in _found(names)]))


@command.command("run", short_help="Run a module's checks and tell every violation.")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.pass_context
def run(context: click.Context, names: tuple[str, ...]) -> None:
    """Run the checks of the modules of this name, such as `pi-day` or `incidents`, and tell every violation in full."""
    paths = tuple(map(str, named(names)))
    with progress() as watch:
        report = check(Request(paths=paths), watch)
    show(styled(report, every_violation=True))
    context.exit(report.status())


@command.command("page", short_help="The library as a page of Markdown.")
@click.option("--measure", is_flag=True, help="Run every check, and say how long each module took.")
def page_(measure: bool) -> None:
    """The library as a page of Markdown, as in `docs/library.md`."""
    known = _found(())
    click.echo(page(known, _measured(known) if measure else {}), nl=False)


def _measured(known: Iterable[Entry]) -> dict[str, float]:
    """How many seconds the checks of each module take, by themselves."""
    files = library()
    return {entry.module: check(Request(paths=(str(files[entry.module]),), jobs=1)).seconds for entry in known if entry.checks}
