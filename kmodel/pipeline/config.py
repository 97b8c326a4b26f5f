"""The configuration file, `.kmodel.yaml`: what every run of a repository should be asked, and what is accepted there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from kmodel.manifests import Yaml, YamlList, YamlMap, YamlScalar, describe, parse_yaml
from kmodel.pipeline.files import read
from kmodel.pipeline.ignores import Ignore
from kmodel.records import dataclass
from kmodel.reports import Accepted
from kmodel.source import Diagnostic, Rejected, Span

NAMES = (".kmodel.yaml", ".kmodel.yml")
VERSION = 1
_UNITS = {"": 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Config:
    """What a file says; None and empty where it does not. Paths are as seen from the current folder."""

    paths: tuple[str, ...] = ()
    nodes: str | None = None
    timeout: float | None = None
    scope: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)
    strict: bool = False
    allow_inconclusive: bool = False
    baseline: Path | None = None
    ignore: tuple[Ignore, ...] = ()


def parse_seconds(text: str) -> float | None:
    """`60s`, `2m`, `500ms`, `1h`; `0` and `none`: no limit. ValueError where it is no time."""
    if text == "none":
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|min|m|h|)", text)
    if match is None:
        raise ValueError(f"`{text}` is no time; write `60s`, `2m`, or `none` for no limit")
    return float(match[1]) * _UNITS[match[2]] or None


def found_config(start: Path) -> Path | None:
    """The file in this folder or the nearest above it, up to the root of the repository."""
    for folder in (start.absolute(), *start.absolute().parents):
        for name in NAMES:
            if (folder / name).is_file():
                return folder / name
        if (folder / ".git").exists():
            return None
    return None


def read_config(path: Path) -> Config:
    """What the file says. Rejected, with every fault and its place."""
    source = read(path)
    documents, diagnostics = parse_yaml(source)
    reader = _Reader(path.parent, list(diagnostics))
    config = reader.config(documents[0]) if documents else Config()
    if len(documents) > 1:
        reader.fault(documents[1].span, "a configuration is one document", "put it all in one document")
    if reader.diagnostics:
        raise Rejected(reader.diagnostics)
    return config


class _Bad(Exception):
    """A value that cannot be taken, at its node."""

    def __init__(self, node: Yaml, message: str, help_: str) -> None:
        self.node, self.message, self.help = node, message, help_
        super().__init__(message)


@dataclass(slots=True)
class _Reader:
    """Reads key by key, so that one fault does not hide the others."""

    folder: Path
    diagnostics: list[Diagnostic]

    def fault(self, span: Span, message: str, help_: str) -> None:
        text = span.text.split("\n", 1)[0].rstrip()
        self.diagnostics.append(Diagnostic("bad-config", message, Span(span.source, span.start, span.start + len(text)), help=help_))

    def config(self, node: Yaml) -> Config:
        if not isinstance(node, YamlMap):
            self.fault(node.span, f"the configuration is {describe(node)}, no mapping", "write `version: 1` and then a key a line")
            return Config()
        known = {"version": self._version, **self._keys()}
        values: dict[str, object] = {}
        for key, value in node.fields.items():
            if key.replace("-", "_") not in known:
                self._unknown(node.keys[key], key, known)
            elif (made := self._tried(known[key.replace("-", "_")], value)) is not None:
                values[key.replace("-", "_")] = made
        values.pop("version", None)
        return replace(Config(), **values)  # type: ignore[arg-type] # each value is what the reader of its key makes

    def _keys(self) -> dict[str, Callable[[Yaml], object]]:
        keys: dict[str, Callable[[Yaml], object]] = {
            "paths": lambda node: tuple(self._beside(_string(item)) for item in _items(node)),
            "nodes": self._nodes,
            "timeout": _timeout,
            "scope": lambda node: {key: _number(value, 1) for key, value in _fields(node)},
            "faults": lambda node: {key: int(_number(value, 0)) for key, value in _fields(node)},
            "strict": _truth,
            "allow_inconclusive": _truth,
            "baseline": lambda node: Path(self._beside(_string(node))),
            "ignore": lambda node: tuple(ignore for item in _items(node) if (ignore := self._tried(self._ignore, item)) is not None),
        }
        assert set(keys) == {each.name for each in fields(Config)}
        return keys

    def _tried(self, take: Callable[[Yaml], _T], node: Yaml) -> _T | None:
        try:
            return take(node)
        except _Bad as bad:
            self.fault(bad.node.span, bad.message, bad.help)
            return None

    def _unknown(self, span: Span, key: str, known: Mapping[str, object]) -> None:
        close = get_close_matches(key, known, 1)
        help_ = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(f'`{name}`' for name in known)}"
        self.fault(span, f"there is no setting `{key}`", help_)

    def _beside(self, path: str) -> str:
        """A path of the file, which is meant from the file's folder, as seen from here."""
        full = (self.folder / path).absolute()
        return str(full.relative_to(Path.cwd())) if full.is_relative_to(Path.cwd()) else str(full)

    def _nodes(self, node: Yaml) -> str:
        if isinstance(node, YamlScalar) and isinstance(node.value, str):
            return self._beside(node.value)
        return _number(node, 1)

    def _version(self, node: Yaml) -> int:
        if _number(node, 0) != str(VERSION):
            raise _Bad(node, f"this is a configuration of version {_number(node, 0)}", f"this kmodel reads version {VERSION}")
        return VERSION

    def _ignore(self, node: Yaml) -> Ignore:
        """`{id: KM0101, object: Kind/name, reason: …}`; the object may be left out."""
        parts = dict(_fields(node))
        help_ = "write `{id: KM0101, object: Kind/name, reason: why}`; without `object` it is ignored everywhere"
        for key in parts:
            if key not in ("id", "object", "reason"):
                raise _Bad(node, f"an ignore has no `{key}`", help_)
        for key in ("id", "reason"):
            if key not in parts:
                raise _Bad(node, f"this ignore has no `{key}`", help_)
        about = _string(parts["object"]) if "object" in parts else "*"
        return Ignore(_string(parts["id"]), about, Accepted("config", _string(parts["reason"])), node.span)


def _items(node: Yaml) -> tuple[Yaml, ...]:
    if not isinstance(node, YamlList):
        raise _Bad(node, f"{describe(node)} stands where a list is expected", "write `[a, b]`, or one item a line after `- `")
    return node.items


def _fields(node: Yaml) -> Iterator[tuple[str, Yaml]]:
    if not isinstance(node, YamlMap):
        raise _Bad(node, f"{describe(node)} stands where a mapping is expected", "write `name: value`, one a line")
    yield from node.fields.items()


def _string(node: Yaml) -> str:
    if not (isinstance(node, YamlScalar) and isinstance(node.value, str) and node.value.strip()):
        raise _Bad(node, f"{describe(node)} stands where a text is expected", "write a text; quote it where it looks like something else")
    return node.value


def _number(node: Yaml, least: int) -> str:
    is_number = isinstance(node, YamlScalar) and isinstance(node.value, int) and not isinstance(node.value, bool)
    if not (is_number and isinstance(node, YamlScalar) and isinstance(node.value, int) and node.value >= least):
        raise _Bad(node, f"{describe(node)} stands where a number is expected", f"write a whole number from {least}")
    return str(node.value)


def _truth(node: Yaml) -> bool:
    if not (isinstance(node, YamlScalar) and isinstance(node.value, bool)):
        raise _Bad(node, f"{describe(node)} stands where `true` or `false` is expected", "write `true` or `false`")
    return node.value


def _timeout(node: Yaml) -> float:
    """`none` is a limit that is never reached."""
    text = node.text if isinstance(node, YamlScalar) else ""
    try:
        return parse_seconds(text) or float("inf")
    except ValueError as error:
        raise _Bad(node, str(error).partition(";")[0], "write `60s`, `2m`, or `none` for no limit") from None
