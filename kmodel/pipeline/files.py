"""Which files are meant by the paths given, and their texts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from kmodel.manifests import is_manifest
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected, Source, Span, data

SPEC = ".km"


@dataclass(frozen=True, slots=True)
class Inputs:
    """The spec files given, and the paths of manifests: files, folders of them, and `-` for standard input."""

    specs: tuple[Path, ...]
    manifests: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]


def find(paths: Iterable[str]) -> Inputs:
    """Sorts the paths into specs and manifests; a folder with a spec anywhere in it is a folder of specs."""
    specs: dict[Path, None] = {}
    manifests: dict[str, None] = {}
    diagnostics: list[Diagnostic] = []
    for path in paths:
        found = list(spec_files(Path(path)))
        if found:
            specs.update(dict.fromkeys(found))
        elif is_manifest(path) or any(is_manifest(name) for name in _names(Path(path))):
            manifests[path] = None
        else:
            diagnostics.append(_nothing(Path(path)))
    return Inputs(tuple(specs), tuple(manifests), tuple(diagnostics))


def find_specs(paths: Iterable[str]) -> tuple[tuple[Path, ...], list[Diagnostic]]:
    """The specs that the paths lead to, and which paths lead to none."""
    found = {path: tuple(spec_files(Path(path))) for path in paths}
    specs = dict.fromkeys(spec for specs in found.values() for spec in specs)
    return tuple(specs), [_nothing(Path(path)) for path, specs in found.items() if not specs]


def spec_files(path: Path) -> Iterator[Path]:
    """The spec itself, or those in a folder in order of their names."""
    if path.suffix == SPEC and not path.is_dir():
        yield path
    yield from (Path(name) for name in _names(path) if name.endswith(SPEC))


def _names(folder: Path) -> Iterator[str]:
    """The files below a folder, in order; what is hidden is left out."""
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.join(at, name) for name in sorted(names) if not name.startswith("."))


def _nothing(path: Path) -> Diagnostic:
    if path.is_dir():
        return Diagnostic(
            "empty-input",
            f"there is no spec and no manifest in `{path}`",
            help="give a folder with `.km` files, or with manifests in `.yaml`, `.yml` or `.json` files; `kmodel init` writes a first spec",
        )
    if path.exists():
        return Diagnostic(
            "unknown-file-type",
            f"`{path}` is neither a spec nor a manifest",
            help="specs end in `.km`, manifests in `.yaml`, `.yml` or `.json`; `-` reads manifests from standard input",
        )
    return Diagnostic("no-such-path", f"there is no `{path}`", help="check the path; `kmodel init` writes a first spec to `spec/`")


def read(path: Path) -> Source:
    """The text of a spec; Rejected where it cannot be read or is not UTF-8."""
    name = shown(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown error").lower()
        raise Rejected(
            [Diagnostic("unreadable-file", f"`{name}` cannot be read: {reason}", help="check that it is a file and may be read")]
        ) from None
    try:
        return Source(name, raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise Rejected([_not_text(Source(name, raw.decode("utf-8", "replace")), raw[error.start])]) from None


def _not_text(source: Source, byte: int) -> Diagnostic:
    at = source.text.find("\ufffd")
    return Diagnostic(
        "not-utf8", f"`{source.name}` is not UTF-8: it has the byte 0x{byte:02x}", Span(source, at, at + 1), help="save the file as UTF-8"
    )


def shown(path: Path) -> str:
    """How reports name a file: below the current folder where it is there, `<kmodel>/…` for what comes with kmodel."""
    full = Path(os.path.abspath(path))
    for root, mark in ((Path.cwd(), ""), (data("spec"), "<kmodel>/")):
        if full.is_relative_to(root):
            return mark + full.relative_to(root).as_posix()
    return path.as_posix()


def write(path: Path, text: str) -> None:
    """A file of output, with the folders above it. Rejected where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise Rejected(
            [Diagnostic("unwritable-file", f"`{path}` cannot be written: {reason}", help="give a path that may be written")]
        ) from None
