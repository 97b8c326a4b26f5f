"""Arguments, exit statuses, and all that is printed. A command is loaded when it is called, so that `--version` answers at once."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click

from kmodel import __version__
from kmodel.source import Rejected

SUMMARIES: Mapping[str, str] = {
    "check": "Check specs and manifests.",
    "replay": "Replay recorded counterexamples.",
    "simulate": "Walk at random through a spec's behaviours.",
    "query": "Print a query's table.",
    "connectivity": "Print who can connect to whom, by network policies.",
    "diff": "Print which connections two states of the manifests allow differently.",
    "snapshot": "Write the manifests of a live cluster to a folder, read-only.",
    "explain": "Explain a diagnostic code, a claim or an action.",
    "export": "Write a check for other tools.",
    "lib": "The library of specs and known failures.",
    "init": "Write a configuration, a first spec and a CI snippet.",
    "fmt": "Format specs.",
}


class Commands(click.Group):
    """The commands by name. Bad input ends with status 2 and an interrupt with 130, whatever the command."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUMMARIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUMMARIES:
            return None
        command = importlib.import_module(f"kmodel.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Rejected as rejected:
            terminal = importlib.import_module("kmodel.cli.terminal")
            terminal.faults(rejected.diagnostics)
            ctx.exit(2)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(130)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kmodel", message="%(prog)s %(version)s")
def cli() -> None:
    """The model checker for Kubernetes: claims about clusters, proved or broken by the shortest trace.

    \b
    kmodel check spec/                         check the specs in a folder
    kmodel check manifests/                    check manifests against the standard packs
    helm template . | kmodel check -           the same, from standard input
    kmodel replay                              replay the recorded counterexamples

    Exit status: 0 every expectation met, 1 a claim violated or an expectation not met, 2 bad input, 3 inconclusive, 130 interrupted.
    """
