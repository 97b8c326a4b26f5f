"""`kmodel snapshot`."""

from __future__ import annotations

from pathlib import Path

import click

from kmodel.pipeline.snapshot import snapshot
from kmodel.reports.words import plural


@click.command("snapshot", short_help="Write the manifests of a live cluster to a folder, read-only.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--context", metavar="NAME", help="The context of the kubeconfig.  [default: the current one]")
@click.option("--kubeconfig", metavar="FILE", help="The kubeconfig.  [default: $KUBECONFIG or ~/.kube/config]")
@click.option("-n", "--namespace", "namespaces", metavar="NAME", multiple=True, help="Only this namespace; repeatable.")
@click.option("--secret-data", "confidential", is_flag=True, help="Write the values in Secrets too, not only their keys.")
def command(folder: Path, context: str | None, kubeconfig: str | None, namespaces: tuple[str, ...], confidential: bool) -> None:
    """Write all that a cluster lists to DIR, a file for each kind of each namespace. Nothing is asked but GET.

    \b
    kmodel snapshot --context staging staging/
    kmodel check staging/
    kmodel connectivity staging/
    """
    done = snapshot(folder, kubeconfig, context, namespaces, confidential)
    for each in done.unread:
        click.echo(f"not read: {each.what} ({each.why})", err=True)
    click.echo(f"wrote {plural(done.objects, 'object')} in {plural(done.files, 'file')} to {folder}")
