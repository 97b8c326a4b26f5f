"""Lists of objects, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from kmodel.records import dataclass
from kmodel.snapshot.client import Get, Unanswered
from kmodel.snapshot.discovery import NotRead, Resource

PAGE = 500
EXPIRED = 410  # a list that is continued after some minutes is no more to be had as it was

Item: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """The objects of a kind in one namespace (None: of the cluster), in the server's order."""

    resource: Resource
    namespace: str | None
    items: Sequence[Item]


def take(get: Get, resources: Sequence[Resource], namespaces: Sequence[str]) -> Iterator[Taken | NotRead]:
    """All objects, kind by kind; of these namespaces only, if there are any. What may not be read is told and left."""
    for resource in resources:
        for place in namespaces if resource.namespaced and namespaces else (None,):
            try:
                yield from _by_namespace(resource, _whole(get, resource.path(place)))
            except Unanswered as error:
                where = f" in {place}" if place is not None else ""
                yield NotRead(resource.title + where, f"{error.status} {error.reason}")


def _whole(get: Get, path: str) -> list[Item]:
    """A whole list; one that expires between two pages is asked for again at once, as the API's own clients do."""
    try:
        return [item for page in _pages(get, path) for item in page]
    except Unanswered as error:
        if error.status != EXPIRED:
            raise
        return _items(get(path))


def _pages(get: Get, path: str) -> Iterator[list[Item]]:
    query: dict[str, str | int] = {"limit": PAGE}
    seen: set[str] = set()
    while True:
        answer = get(path, **query)
        yield _items(answer)
        metadata = answer.get("metadata")
        token = metadata.get("continue") if isinstance(metadata, dict) else None
        if not isinstance(token, str) or not token:
            return
        if token in seen:
            raise Unanswered(0, "the list continues for ever")
        seen.add(token)
        query["continue"] = token


def _items(answer: Mapping[str, Any]) -> list[Item]:
    items = answer.get("items")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _by_namespace(resource: Resource, items: Sequence[Item]) -> Iterator[Taken]:
    parts: dict[str | None, list[Item]] = {}
    for item in items:
        metadata = item.get("metadata")
        namespace = metadata.get("namespace") if resource.namespaced and isinstance(metadata, dict) else None
        parts.setdefault(namespace if isinstance(namespace, str) else None, []).append(item)
    for namespace in sorted(parts, key=lambda each: each or ""):
        yield Taken(resource, namespace, parts[namespace])
