"""`kmodel query`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence

import click

from kmodel.cli.terminal import standard_input
from kmodel.cli.values import pairs
from kmodel.pipeline.request import Request
from kmodel.pipeline.tables import Answer, answers


@click.command("query", short_help="Print a query's table.")
@click.argument("name")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--check", "checks", metavar="GLOB", default="*", help="Only in checks with such a name.")
@click.option("--scope", metavar="NAME=N", multiple=True, callback=pairs, help="How many individuals, instead of what the checks say.")
@click.option("-o", "--output", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
def command(name: str, paths: tuple[str, ...], checks: str, scope: dict[str, str], form: str) -> None:
    """Print the table of the query NAME, for each check of the specs at PATH that it belongs to, or of the manifests at PATH."""
    request = Request(paths=paths, stdin=standard_input, checks=checks, scope=scope)
    click.echo(_FORMS[form](list(answers(name, request))))


def _text(found: Sequence[Answer]) -> str:
    return "\n\n".join(_table(answer) for answer in found)


def _table(answer: Answer) -> str:
    lines = [answer.columns, *answer.rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(answer.columns))]
    shown = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([f"{answer.check}: {len(answer.rows)} row{'' if len(answer.rows) == 1 else 's'}", *(f"  {line}" for line in shown)])


def _json(found: Sequence[Answer]) -> str:
    tables = [{"check": each.check, "rows": [dict(zip(each.columns, row, strict=True)) for row in each.rows]} for each in found]
    return json.dumps({"version": 1, "tables": tables}, indent=2, ensure_ascii=False)


def _csv(found: Sequence[Answer]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for at, answer in enumerate(found):
        if at == 0:
            writer.writerow(["check", *answer.columns])
        writer.writerows([answer.check, *row] for row in answer.rows)
    return out.getvalue().rstrip("\n")


_FORMS: Mapping[str, Callable[[Sequence[Answer]], str]] = {"text": _text, "json": _json, "csv": _csv}
