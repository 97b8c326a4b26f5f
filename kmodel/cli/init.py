"""`kmodel init`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from kmodel.manifests import is_manifest
from kmodel.pipeline.files import write
from kmodel.source import Diagnostic, Rejected

_TEMPLATES = Path(__file__).parent / "templates"
_FOLDERS = ("manifests", "k8s", "kubernetes", "deploy", "deployment", "deployments", "kube")
_CI = {
    "github": (("workflow.yaml", Path(".github/workflows/kmodel.yaml")),),
    "gitlab": (("gitlab.yaml", Path(".gitlab/kmodel.yaml")),),
    "none": (),
}


@click.command("init", short_help="Write a configuration, a first spec and a CI snippet.")
@click.option("--ci", type=click.Choice(list(_CI)), help="For which CI.  [default: what the repository looks like]")
def command(ci: str | None) -> None:
    """Write `.kmodel.yaml`, a commented spec in `spec/`, and a snippet for the repository's CI; nothing is overwritten."""
    files = (("config.yaml", Path(".kmodel.yaml")), ("example.km", Path("spec/example.km")), *_CI[ci or _host()])
    present = [path for _, path in files if path.exists()]
    if present:
        raise Rejected(Diagnostic("file-exists", f"`{path}` is there already", help="move it away first") for path in present)
    paths = ", ".join(["spec", *_manifests()])
    for template, path in files:
        text = (_TEMPLATES / template).read_text(encoding="utf-8")
        write(path, text.replace("{paths}", paths) if template == "config.yaml" else text)
        click.echo(f"wrote {path}")
    click.echo("now `kmodel check spec/` checks the spec; change it and see what breaks")
    click.echo("`kmodel check --write-baseline .kmodel-baseline.json` accepts what is found in manifests today")


def _host() -> str:
    """Where the repository's CI runs, by its files."""
    return "gitlab" if Path(".gitlab-ci.yml").exists() and not Path(".github").is_dir() else "github"


def _manifests() -> Iterator[str]:
    """The usual folders that have manifests in them."""
    for name in _FOLDERS:
        if Path(name).is_dir() and any(is_manifest(str(path)) for path in Path(name).rglob("*")):
            yield name
