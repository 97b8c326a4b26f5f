"""`kmodel connectivity`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import click

from kmodel.cli.connections import FORMS, listed, table
from kmodel.cli.exposed import FORMS as EXPOSED_FORMS
from kmodel.cli.terminal import standard_input
from kmodel.manifests import NotModelled
from kmodel.pipeline.asking import Asking
from kmodel.pipeline.connectivity import Connection, Connectivity, connectivity
from kmodel.pipeline.exposure import exposure as exposures
from kmodel.pipeline.grounds import grounds
from kmodel.pipeline.probes import Ends, Probe, answer, read_probes
from kmodel.reports.words import plural
from kmodel.source import Diagnostic, Rejected


@click.command("connectivity", short_help="Print who can connect to whom, by network policies.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--from", "source", metavar="END", help="Only from this workload (`namespace/name`) or, with --port, address.")
@click.option("--to", "target", metavar="END", help="Only to this workload or, with --port, address.")
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="With --from and --to: whether this port is reached.")
@click.option("--protocol", type=click.Choice(["TCP", "UDP", "SCTP"], case_sensitive=False), default="TCP", show_default=True)
@click.option("--explain", is_flag=True, help="With --port: the rules and the lines of the manifests that decide, on both sides.")
@click.option("--probes", type=click.Path(dir_okay=False), metavar="FILE", help="Answer only the questions in this JSON file.")
@click.option("--exposure", is_flag=True, help="What workloads are open to: addresses outside, the whole cluster, pods that may come.")
@click.option("--strict", is_flag=True, help="What nothing here reads is a fault, and so is what the API server would refuse.")
@click.option("-o", "--output", "form", type=click.Choice(list(FORMS)), default="text", show_default=True)
def command(
    paths: tuple[str, ...],
    source: str | None,
    target: str | None,
    port: int | None,
    protocol: str,
    explain: bool,
    probes: str | None,
    exposure: bool,
    strict: bool,
    form: str,
) -> None:
    """Print what the workloads of the manifests at PATH, and addresses outside, can open to each other: protocols and ports, exactly."""
    if (port is not None or explain) and (source is None or target is None or port is None):
        raise click.UsageError("a single question needs --from, --to and --port")
    if exposure:
        _exposure(paths, strict, form, alone=source is None and target is None and probes is None)
        return
    found = connectivity(paths, standard_input)
    _tell_unread(found.asking, strict)
    if probes is not None:
        asked = read_probes(Path(probes))
        click.echo(_probes(asked, answer(found, asked), form))
    elif source is not None and target is not None and port is not None:
        asked = (Probe(source, target, port, protocol.upper()),)
        if explain:
            click.echo(_explained(asked[0], *grounds(found, asked[0])))
        else:
            click.echo(_probes(asked, answer(found, asked), form))
    else:
        click.echo(FORMS[form](_between(found, source, target)))


def _exposure(paths: tuple[str, ...], strict: bool, form: str, alone: bool) -> None:
    if not alone or form not in EXPOSED_FORMS:
        raise click.UsageError(f"--exposure is about all workloads, and printed as {', '.join(EXPOSED_FORMS)}")
    found, asking = exposures(paths, standard_input)
    _tell_unread(asking, strict)
    click.echo(EXPOSED_FORMS[form](found))


def _tell_unread(asking: Asking, strict: bool) -> None:
    """What no rule reads, and objects that no API server would take, to standard error: what they say is not in the answer."""
    unread = asking.instance.not_modelled
    kinds = [f"{each.kind} ({each.objects})" for each in unread if each.path is None]
    fields = [each for each in unread if each.path is not None]
    refused = asking.refused
    if strict and (unread or refused):
        raise Rejected([*refused, *_unread(kinds, fields)])
    if kinds:
        click.echo(f"not read: {', '.join(kinds)}", err=True)
    if fields:
        of = plural(len({each.kind for each in fields}), "kind")
        click.echo(f"not read: {plural(len(fields), 'field')} of {of} (`--strict` lists them)", err=True)
    if refused:
        first = f"{refused[0].span}: {refused[0].message}"
        click.echo(f"refused by the API server: {plural(len(refused), 'fault')} (`--strict` lists them), the first at {first}", err=True)


def _unread(kinds: Sequence[str], fields: Sequence[NotModelled]) -> Iterator[Diagnostic]:
    help_ = "leave `--strict` out, or give only what is read"
    if kinds:
        yield Diagnostic("not-read", f"nothing here reads these kinds: {', '.join(kinds)}", help=help_)
    for kind, each in groupby(fields, lambda field: field.kind):
        shown = ", ".join(f"`{field.path}` ({field.objects})" for field in each)
        yield Diagnostic("not-read", f"nothing here reads these fields of {kind}: {shown}", help=help_)


def _between(found: Connectivity, source: str | None, target: str | None) -> list[Connection]:
    """The connections with these ends."""
    ends = Ends(found)
    start, end = (None if text is None else ends.name(text) for text in (source, target))
    return [each for each in found.connections() if start in (None, each.source) and end in (None, each.target)]


def _explained(probe: Probe, holds: bool, lines: Sequence[str]) -> str:
    return "\n".join([_answered(probe, holds), *(f"  {line}" for line in lines)])


def _answered(probe: Probe, may: bool) -> str:
    return f"{probe.source} => {probe.target} : {probe.protocol} {probe.port} {'allowed' if may else 'denied'}"


def _probes(asked: Sequence[Probe], allowed: Sequence[bool], form: str) -> str:
    rows = [
        {"from": each.source, "to": each.target, "port": each.port, "protocol": each.protocol, "allowed": may}
        for each, may in zip(asked, allowed, strict=True)
    ]
    if form == "json":
        return listed(rows)
    if form == "csv":
        return table(rows[0].keys() if rows else [], [row.values() for row in rows])
    return "\n".join(_answered(each, may) for each, may in zip(asked, allowed, strict=True))
