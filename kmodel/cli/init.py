"""`kmodel init`."""

from __future__ import annotations

from pathlib import Path

import click

from kmodel.pipeline.files import write
from kmodel.source import Diagnostic, Rejected

_TEMPLATES = Path(__file__).parent / "templates"
_FILES = (("example.km", Path("spec/example.km")), ("workflow.yaml", Path(".github/workflows/kmodel.yaml")))


@click.command("init", short_help="Write a first spec and a CI snippet.")
def command() -> None:
    """Write a commented spec to `spec/` and a CI snippet to `.github/workflows/`; nothing is overwritten."""
    present = [path for _, path in _FILES if path.exists()]
    if present:
        raise Rejected(Diagnostic("file-exists", f"`{path}` is there already", help="move it away first") for path in present)
    for template, path in _FILES:
        write(path, (_TEMPLATES / template).read_text(encoding="utf-8"))
        click.echo(f"wrote {path}")
    click.echo("now `kmodel check spec/` checks it; change it and see what breaks")
