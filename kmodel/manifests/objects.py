"""The envelope of an object: which it is. The only field names that Python knows are here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import TypeAlias

from kmodel.manifests.nodes import Yaml, YamlList, YamlMap, YamlScalar, describe, is_absent
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Span

NAMESPACE = ("metadata", "namespace")
NAME = ("metadata", "name")
OWNERS = ("metadata", "ownerReferences")
ENVELOPE = (("apiVersion",), ("kind",), NAME, NAMESPACE, ("metadata", "generateName"))

Identity: TypeAlias = "tuple[str, str, str | None, str]"
"""What no two objects of a cluster share: group, kind, namespace, name."""


@dataclass(frozen=True, slots=True)
class Object:
    """`span` is its name; `root` all that it says."""

    api_version: str
    kind: str
    namespace: str | None
    name: str
    root: YamlMap = field(repr=False)
    span: Span = field(compare=False, repr=False)

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]

    @property
    def identity(self) -> Identity:
        return self.group, self.kind, self.namespace, self.name

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


def objects(document: Yaml) -> Iterator[Object | Diagnostic]:
    """The objects of a document, lists taken apart, and what is wrong with it."""
    if not isinstance(document, YamlMap):
        help_ = "write a mapping with `apiVersion`, `kind` and `metadata`"
        yield Diagnostic("not-an-object", f"this document is {describe(document)}, no object", first_line(document), (), help_)
        return
    kind = _text(document, ("kind",))
    if kind is None:
        yield _missing("missing-kind", document, ("kind",), "say what it is, or give only files with manifests")
        return
    items = document.fields.get("items")
    if kind.endswith("List") and (isinstance(items, YamlList) or is_absent(items)):
        yield from _items(kind, document, items)
    else:
        yield from _object(kind, document)


def _items(kind: str, document: YamlMap, items: Yaml | None) -> Iterator[Object | Diagnostic]:
    """The items of a typed list need not repeat what the list says of them all."""
    for item in items.items if isinstance(items, YamlList) else ():
        if isinstance(item, YamlMap) and kind != "List":
            said = {"apiVersion": document.fields.get("apiVersion"), "kind": _named(kind.removesuffix("List"), document)}
            yield from objects(_filled(item, said))
        else:
            yield from objects(item)


def _named(text: str, document: YamlMap) -> YamlScalar:
    return YamlScalar(text, text, document.keys["kind"])


def _filled(item: YamlMap, said: dict[str, Yaml | None]) -> YamlMap:
    more = {key: node for key, node in said.items() if node is not None and is_absent(item.fields.get(key))}
    if not more:
        return item
    keys = {key: node.span for key, node in more.items()}
    return YamlMap({**more, **item.fields, **more}, {**item.keys, **keys}, item.span, item.size, item.height)


def _object(kind: str, document: YamlMap) -> Iterator[Object | Diagnostic]:
    api_version = _text(document, ("apiVersion",))
    if api_version is None:
        yield _missing("missing-api-version", document, ("apiVersion",), "say which group and version of the API it is of")
    name_path = NAME if _text(document, NAME) else ENVELOPE[-1]
    name = _text(document, name_path)
    if name is None:
        yield _missing("missing-name", document, NAME, "name the object; it is told from others by its name")
    if api_version is not None and name is not None:
        span = _at(document, name_path)
        assert span is not None
        yield Object(api_version, kind, _text(document, NAMESPACE), name, document, span.span)


def _at(node: Yaml, path: tuple[str, ...]) -> Yaml | None:
    found: Yaml | None = node
    for step in path:
        found = found.fields.get(step) if isinstance(found, YamlMap) else None
    return found


def _text(document: YamlMap, path: tuple[str, ...]) -> str | None:
    match _at(document, path):
        case YamlScalar(value=str() as text) if text:
            return text
        case _:
            return None


def _missing(code: str, document: YamlMap, path: tuple[str, ...], help_: str) -> Diagnostic:
    """An absent part is shown at the document's beginning, one that is no text where it is."""
    shown, node = ".".join(path), _at(document, path)
    if node is None or is_absent(node):
        return Diagnostic(code, f"this object has no `{shown}`", first_line(document), (), help_)
    help_ = "quote it" if isinstance(node, YamlScalar) and node.text else "write a text here"
    return Diagnostic(code, f"`{shown}` must be a text, but this is {describe(node)}", first_line(node), (), help_)


def first_line(node: Yaml) -> Span:
    """A node's first line: enough to show which is meant."""
    text = node.span.text.split("\n", 1)[0].rstrip()
    return Span(node.span.source, node.span.start, node.span.start + len(text))
