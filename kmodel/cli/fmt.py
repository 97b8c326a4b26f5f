"""`kmodel fmt`."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from pathlib import Path

import click

from kmodel.cli.terminal import faults, standard_input
from kmodel.pipeline.files import find_specs, read, shown
from kmodel.source import Diagnostic, Rejected, Source
from kmodel.syntax import parse, show


@click.command("fmt", short_help="Format specs.")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit with 1 where something would change.")
@click.option("--diff", is_flag=True, help="Change nothing; print what would change.")
def command(paths: tuple[str, ...], only_check: bool, diff: bool) -> None:
    """Format specs in place; PATH is a `.km` file, a folder of them (by default `spec/`), or `-` for standard input to output."""
    if "-" in paths:
        click.echo(formatted(Source("<stdin>", standard_input())), nl=False)
        return
    specs, bad = find_specs(paths or ("spec",))
    changed = [path for path in specs if _format(path, only_check or diff, diff, bad)]
    for path in changed if not diff else ():
        click.echo(f"{'would change' if only_check else 'changed'} {shown(path)}")
    if bad:
        faults(bad)
    click.get_current_context().exit(2 if bad else 1 if changed and only_check else 0)


def formatted(source: Source) -> str:
    """The text as it should be; it says the same, which is made sure."""
    tree = parse(source)
    text = show(tree)
    assert parse(Source(source.name, text)) == tree, f"formatting would change what {source.name} says"
    return text


def _format(path: Path, keep: bool, diff: bool, bad: list[Diagnostic]) -> bool:
    """Whether the file was not as it should be."""
    try:
        source = read(path)
        text = formatted(source)
    except Rejected as rejected:
        bad += rejected.diagnostics
        return False
    if text == source.text:
        return False
    if diff:
        click.echo("".join(_diff(source, text)), nl=False)
    if not keep:
        _replace(path, text)
    return True


def _replace(path: Path, text: str) -> None:
    """All of it or nothing: never half a file."""
    beside = path.with_name(f".{path.name}.kmodel-fmt")
    beside.write_text(text, encoding="utf-8")
    beside.chmod(path.stat().st_mode)
    os.replace(beside, path)


def _diff(source: Source, text: str) -> Iterator[str]:
    old, new = source.text.splitlines(keepends=True), text.splitlines(keepends=True)
    return difflib.unified_diff(old, new, f"a/{source.name}", f"b/{source.name}")
