"""Where output goes: reports to standard output or files, faults and progress to standard error, colour only to terminals."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from kmodel.pipeline.request import Stage, Watch, unwatched
from kmodel.reports.excerpt import diagnosis
from kmodel.source import Diagnostic


def show(text: Text) -> None:
    """To standard output, in colour on a terminal (and without where NO_COLOR says so)."""
    if sys.stdout.isatty():
        Console(highlight=False, markup=False, emoji=False).print(text, soft_wrap=True)
    else:
        click.echo(text.plain)


def faults(diagnostics: Iterable[Diagnostic]) -> None:
    """What is wrong with the input, to standard error."""
    text = Text("\n\n").join([diagnosis(diagnostic) for diagnostic in diagnostics])
    if sys.stderr.isatty():
        Console(stderr=True, highlight=False, markup=False, emoji=False).print(text, soft_wrap=True)
    else:
        click.echo(text.plain, err=True)


@contextmanager
def progress() -> Iterator[Watch]:
    """A line that says how far it is, while standard error is a terminal."""
    if not sys.stderr.isatty():
        yield unwatched
        return
    with Live(console=Console(stderr=True), auto_refresh=False, transient=True) as live:

        def watch(stage: Stage) -> None:
            live.update(Text(f"{stage.done}/{stage.total} checks  {stage.doing}", "dim", overflow="ellipsis", no_wrap=True), refresh=True)

        yield watch


def standard_input() -> str:
    """The text on standard input; what is not UTF-8 stays visible as a replaced character."""
    return sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
