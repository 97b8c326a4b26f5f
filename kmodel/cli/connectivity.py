"""`kmodel connectivity`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import click

from kmodel.cli.terminal import standard_input
from kmodel.pipeline.connectivity import Connection, Conns, connectivity, everything, words
from kmodel.pipeline.probes import Probe, answer, read_probes


@click.command("connectivity", short_help="Print who can connect to whom, by network policies.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--probes", type=click.Path(dir_okay=False), metavar="FILE", help="Answer only the questions in this JSON file.")
@click.option("-o", "--output", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
def command(paths: tuple[str, ...], probes: str | None, form: str) -> None:
    """Print what the workloads of the manifests at PATH, and addresses outside, can open to each other: protocols and ports, exactly."""
    found = connectivity(paths, standard_input)
    if probes is not None:
        asked = read_probes(Path(probes))
        click.echo(_probes(asked, answer(found, asked), form))
    else:
        click.echo(_FORMS[form](found.connections()))


def _probes(asked: Sequence[Probe], allowed: Sequence[bool], form: str) -> str:
    rows = [
        {"from": each.source, "to": each.target, "port": each.port, "protocol": each.protocol, "allowed": may}
        for each, may in zip(asked, allowed, strict=True)
    ]
    if form == "json":
        return json.dumps(rows, indent=1)
    if form == "csv":
        return _table(rows[0].keys() if rows else [], [row.values() for row in rows])
    return "\n".join(
        f"{each.source} => {each.target} : {each.protocol} {each.port} {'allowed' if may else 'denied'}"
        for each, may in zip(asked, allowed, strict=True)
    )


def _text(found: Sequence[Connection]) -> str:
    return "\n".join(f"{each.source} => {each.target} : {words(each.conns)}" for each in found)


def _json(found: Sequence[Connection]) -> str:
    rows = [{"src": each.source, "dst": each.target, "conns": plain(each.conns)} for each in found]
    return "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]"


def plain(conns: Conns) -> object:
    if everything(conns):
        return "ALL"
    return [{"protocol": protocol, "ports": [list(span) for span in ports]} for protocol, ports in conns]


def _csv(found: Sequence[Connection]) -> str:
    return _table(["src", "dst", "conns"], [(each.source, each.target, words(each.conns)) for each in found])


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().rstrip("\n")


_FORMS: Mapping[str, Callable[[Sequence[Connection]], str]] = {"text": _text, "json": _json, "csv": _csv}
