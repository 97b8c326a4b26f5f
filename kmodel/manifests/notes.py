"""What the objects' annotations say, for whoever reads notes there."""

from __future__ import annotations

from collections.abc import Iterator

from kmodel.manifests.documents import Documents
from kmodel.manifests.nodes import Yaml, YamlMap, YamlScalar
from kmodel.records import dataclass
from kmodel.source import Span

ANNOTATIONS = ("metadata", "annotations")


@dataclass(frozen=True, slots=True)
class Note:
    """The text of one annotation; `object` names whose it is, as reports do."""

    object: str
    text: str
    span: Span


def noted(documents: Documents, key: str) -> Iterator[Note]:
    """The annotation of this key on every object that has it as a text."""
    for item in documents.objects:
        node: Yaml | None = item.root
        for step in (*ANNOTATIONS, key):
            node = node.fields.get(step) if isinstance(node, YamlMap) else None
        if isinstance(node, YamlScalar) and isinstance(node.value, str):
            yield Note(str(item), node.value, node.span)
