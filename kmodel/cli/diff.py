"""`kmodel diff`."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kmodel.cli.connections import listed, plain, table
from kmodel.cli.terminal import standard_input
from kmodel.pipeline.connectivity import connectivity, words
from kmodel.pipeline.differences import Difference, differences


@click.command("diff", short_help="Print which connections two states of the manifests allow differently.")
@click.argument("before", metavar="DIR1")
@click.argument("after", metavar="DIR2")
@click.option("-o", "--output", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@click.option("--exit-code", is_flag=True, help="End with status 1 where they differ.")
@click.pass_context
def command(context: click.Context, before: str, after: str, form: str, exit_code: bool) -> None:
    """Print the connections that the manifests at DIR2 add to those at DIR1, remove, or change in their ports."""
    one, other = connectivity((before,), standard_input), connectivity((after,), standard_input)
    known = (frozenset(one.names.values()), frozenset(other.names.values()))
    found = differences(one.connections(), other.connections(), known)
    shown = _FORMS[form](found)
    if shown:
        click.echo(shown)
    context.exit(1 if exit_code and found else 0)


def _text(found: Sequence[Difference]) -> str:
    return "\n".join(f"{each.kind}: {each.source} => {each.target} : {_change(each)}{_news(each)}" for each in found)


def _change(each: Difference) -> str:
    if each.kind == "changed":
        return f"{words(each.before)} -> {words(each.after)}"
    return words(each.after or each.before)


def _news(each: Difference) -> str:
    verb = "added" if each.kind == "added" else "removed"
    return f" (workload {verb}: {', '.join(each.workloads)})" if each.workloads else ""


def _json(found: Sequence[Difference]) -> str:
    return listed(
        {
            "diff_type": each.kind,
            "src": each.source,
            "dst": each.target,
            "dir1": plain(each.before),
            "dir2": plain(each.after),
            "workloads": list(each.workloads),
        }
        for each in found
    )


def _csv(found: Sequence[Difference]) -> str:
    rows = [(each.kind, each.source, each.target, words(each.before), words(each.after), " ".join(each.workloads)) for each in found]
    return table(["diff-type", "source", "destination", "dir1", "dir2", "workloads"], rows)


_FORMS = {"text": _text, "json": _json, "csv": _csv}
