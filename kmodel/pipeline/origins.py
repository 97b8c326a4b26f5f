"""Where a trace comes from, so that it can be replayed elsewhere: a portable path of its spec and a fingerprint of all that was read."""

from __future__ import annotations

from pathlib import Path

from kmodel.source import data
from kmodel.typed import Program
from kmodel.typed.module import CheckSymbol
from kmodel.verdict import Origin, fingerprint


def origin(program: Program, check: CheckSymbol, manifests: tuple[str, ...] = ()) -> Origin:
    """The origin of the check's traces."""
    return Origin(portable(check.span.source.name), check.name, texts_of(program, check), manifests)


def texts_of(program: Program, check: CheckSymbol) -> str:
    """The fingerprint of every module that the check sees."""
    return fingerprint(program.modules[name].source.text for name in sorted(check.active) if name in program.modules)


def portable(name: str) -> str:
    """The path of a spec without this machine's part: below `spec/` for what comes with kmodel, else relative to where one is."""
    path = Path(name).resolve()
    library = data("spec").resolve()
    if path.is_relative_to(library):
        return (Path("spec") / path.relative_to(library)).as_posix()
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.name
