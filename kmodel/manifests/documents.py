"""Paths to objects: files, folders and standard input, YAML and JSON. Never raises for what the input says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from pathlib import Path

from kmodel.manifests.json_text import parse_json
from kmodel.manifests.nodes import Yaml
from kmodel.manifests.objects import Object, objects
from kmodel.manifests.rendered import render, renderer
from kmodel.manifests.yaml_text import parse_yaml
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Source, Span

SUFFIXES = frozenset({".yaml", ".yml", ".json"})
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Documents:
    """The objects in the order read, without those that have faults, and the texts that they were read from. `left_out` are faults
    for which whole files of a folder are not in it, `refused` the objects that the API server would not take."""

    objects: tuple[Object, ...]
    diagnostics: tuple[Diagnostic, ...]
    sources: tuple[Source, ...] = ()
    left_out: tuple[Diagnostic, ...] = ()
    refused: tuple[Object, ...] = ()


def is_manifest(path: str) -> bool:
    """Whether a file's name says that it holds manifests (`-` is standard input, which does)."""
    return path == STDIN or Path(path).suffix.lower() in SUFFIXES


def load(paths: Sequence[str], stdin: Callable[[], str], alternatives: bool = False) -> Documents:
    """Read every file once, folders by name (without what is hidden); `stdin` is called for the path `-`.

    No object may be given twice, except with the same words in two files. With `alternatives`, a file of a folder that gives an object
    of another one otherwise is left out as a whole: folders often hold files of which only one is applied at a time.
    """
    loading = _Loading(stdin, alternatives)
    for path in paths:
        loading.path(path)
    return Documents(tuple(loading.objects.values()), tuple(loading.diagnostics), tuple(loading.sources), tuple(loading.left_out))


def parse(source: Source) -> tuple[list[Yaml], list[Diagnostic]]:
    """The documents of a text: JSON by its name, or when it is JSON from a source that has no suffix to say so; else YAML."""
    if source.name.lower().endswith(".json"):
        return parse_json(source)
    if source.text.lstrip()[:1] in ("{", "["):
        documents, diagnostics = parse_json(source)
        if not diagnostics:
            return documents, diagnostics
    return parse_yaml(source)


@dataclass(slots=True)
class _Loading:
    stdin: Callable[[], str]
    alternatives: bool
    left_out: list[Diagnostic] = field(default_factory=list)
    folder: str | None = None
    objects: dict[tuple[str, str, str | None, str], Object] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def path(self, path: str) -> None:
        """All that a path leads to. Nothing at all is a fault, unless another fault says why."""
        before, found = len(self.diagnostics), 0
        self.folder = os.path.join(path, "") if self.alternatives and path != STDIN and os.path.isdir(path) else None
        by = renderer(path)
        if by is not None:
            found += self.add(render(path, by))
        for file in _files(path) if by is None else ():
            if isinstance(file, Diagnostic):
                self.diagnostics.append(file)
            else:
                found += self.file(file)
        if not found and len(self.diagnostics) == before:
            self.diagnostics.append(_empty(path))

    def file(self, path: str) -> int:
        """How many objects a file has; one that was read before is not read again."""
        key = path if path == STDIN or "\0" in path else os.path.realpath(path)
        if key not in self.seen:
            self.seen[key] = 0
            self.seen[key] = self.add(_read(path, self.stdin))
        return self.seen[key]

    def add(self, source: Source | Diagnostic) -> int:
        """How many objects a text has."""
        if isinstance(source, Diagnostic):
            self.diagnostics.append(source)
            return 0
        self.sources.append(source)
        return self.take(source)

    def take(self, source: Source) -> int:
        documents, diagnostics = parse(source)
        found = [item for document in documents for item in objects(document)]
        self.diagnostics += diagnostics
        self.diagnostics += [item for item in found if isinstance(item, Diagnostic)]
        given = [item for item in found if isinstance(item, Object)]
        again = [(item, first) for item in given if (first := self.objects.get(item.identity)) is not None and item.root != first.root]
        if again and all(self._is_alternative(*pair) for pair in again):
            self.left_out.append(_duplicate(*again[0]))
            return len(given)
        for item in given:
            first = self.objects.setdefault(item.identity, item)
            if first is not item and (first.root != item.root or first.span.source is source):
                self.diagnostics.append(_duplicate(item, first))
        return len(given)

    def _is_alternative(self, item: Object, first: Object) -> bool:
        """Both are in files of the one folder that is being read."""
        return self.folder is not None and all(each.span.source.name.startswith(self.folder) for each in (item, first))


def _files(path: str) -> Iterator[str | Diagnostic]:
    if path != STDIN and os.path.isdir(path):
        unreadable: list[Diagnostic] = []
        for folder, folders, names in os.walk(path, onerror=lambda error: unreadable.append(_unreadable(error.filename, error))):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from (os.path.join(folder, name) for name in sorted(names) if is_manifest(name) and not name.startswith("."))
        yield from unreadable
    else:
        yield path


def _read(path: str, stdin: Callable[[], str]) -> Source | Diagnostic:
    name = "<stdin>" if path == STDIN else path
    try:
        return _text(name, stdin().removeprefix("\ufeff") if path == STDIN else Path(path).read_bytes())
    except FileNotFoundError:
        return Diagnostic("no-such-path", f"there is no `{path}`", None, (), "give a file or folder that exists, or `-` for standard input")
    except UnicodeError as error:
        return Diagnostic("not-utf8", f"`{name}` is no UTF-8 text", None, (), f"save it as UTF-8 ({error})")
    except (OSError, ValueError) as error:
        return _unreadable(name, error)


def _text(name: str, data: bytes | str) -> Source | Diagnostic:
    """The text of a file; one that is not UTF-8 is shown with marks in place of what cannot be read."""
    data = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    try:
        return Source(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        source = Source(name, data.decode("utf-8-sig", "replace"))
        at = len(data[: error.start].decode("utf-8-sig", "replace"))
        help_ = "save the file as UTF-8"
        return Diagnostic("not-utf8", f"`{name}` is no UTF-8 text", Span(source, at, at + 1), (), help_)


def _unreadable(name: str, error: Exception) -> Diagnostic:
    reason = (error.strerror or "") if isinstance(error, OSError) else str(error)
    message = f"`{name}` cannot be read: {reason.lower() or 'unknown reason'}"
    return Diagnostic("unreadable-file", message, None, (), "check its permissions, and that it is a file")


def _empty(path: str) -> Diagnostic:
    name = "<stdin>" if path == STDIN else path
    help_ = "give files that end in .yaml, .yml or .json and hold objects"
    return Diagnostic("empty-input", f"there is no object in `{name}`", None, (), help_)


def _duplicate(item: Object, first: Object) -> Diagnostic:
    also = ((first.span, "first given here"),)
    help_ = "remove or rename one of the two; of files that are alternatives give those that are applied together"
    return Diagnostic("duplicate-object", f"`{item}` is given twice", item.span, also, help_)
