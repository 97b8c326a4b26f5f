"""What a manifest says, before anything is known of its meaning: a light tree in which everything has its place.

An anchored part that is used several times is one object, so the tree may be a graph without cycles; `size` counts it expanded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from kmodel.records import dataclass
from kmodel.source import Span

Plain: TypeAlias = "bool | int | float | str | None"


@dataclass(frozen=True, slots=True)
class YamlScalar:
    """`text` is the value as written (of a quoted one: without quotes and escapes), for numbers that must stay exact."""

    value: Plain
    text: str = field(compare=False)
    span: Span = field(compare=False, repr=False)
    size: int = field(default=1, compare=False, repr=False)
    height: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class YamlList:
    items: tuple[Yaml, ...]
    span: Span = field(compare=False, repr=False)
    size: int = field(default=1, compare=False, repr=False)
    height: int = field(default=1, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class YamlMap:
    """`keys` has the place of each key of `fields`."""

    fields: Mapping[str, Yaml]
    keys: Mapping[str, Span] = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)
    size: int = field(default=1, compare=False, repr=False)
    height: int = field(default=1, compare=False, repr=False)


Yaml: TypeAlias = YamlScalar | YamlList | YamlMap


def is_absent(node: Yaml | None) -> bool:
    """An explicit null says as little as nothing at all."""
    return node is None or (isinstance(node, YamlScalar) and node.value is None)


def describe(node: Yaml) -> str:
    """What a node is, in words: `a list`, `the number 3`, …"""
    match node:
        case YamlList():
            return "a list"
        case YamlMap():
            return "a mapping"
        case YamlScalar(value=None):
            return "nothing"
        case YamlScalar(value=bool()):
            return f"the yes/no value `{node.text}`"
        case YamlScalar(value=int() | float()):
            return f"the number `{node.text}`"
        case YamlScalar():
            return f"the text `{excerpt(node.text)}`"


def excerpt(text: str) -> str:
    """The text on one line and not too long for a message."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
