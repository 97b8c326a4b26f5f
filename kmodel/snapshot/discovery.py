"""What a cluster can list: of each kind one version, the one that something reads or else the one that the server prefers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from kmodel.records import dataclass
from kmodel.snapshot.client import Get, Unanswered

# What is measured or has happened: no manifests, and often more than all the rest.
LEFT_OUT = frozenset({"Event", "NodeMetrics", "PodMetrics"})


@dataclass(frozen=True, slots=True, order=True)
class Resource:
    """`name` is the plural that paths have, as in `/api/v1/pods`."""

    api_version: str
    kind: str
    name: str
    namespaced: bool

    @property
    def group(self) -> str:
        return self.api_version.rpartition("/")[0]

    @property
    def title(self) -> str:
        """As `kubectl` writes it: `ingresses.networking.k8s.io`."""
        return f"{self.name}.{self.group}" if self.group else self.name

    def path(self, namespace: str | None) -> str:
        """Where its objects are listed, of one namespace or of all."""
        root = f"/apis/{self.api_version}" if self.group else f"/api/{self.api_version}"
        return f"{root}/namespaces/{namespace}/{self.name}" if namespace is not None else f"{root}/{self.name}"


@dataclass(frozen=True, slots=True)
class NotRead:
    """What the server did not let be read, and why."""

    what: str
    why: str


def discover(get: Get, wanted: Collection[tuple[str, str]]) -> tuple[list[Resource], list[NotRead]]:
    """All that can be listed, in order, and what is not known because the server did not say. `wanted` are (API version, kind)."""
    found: list[Resource] = []
    unread: list[NotRead] = []
    for versions in _groups(get):
        by_kind: dict[str, list[Resource]] = {}
        for version in versions:
            for resource in _served(get, version, unread):
                by_kind.setdefault(resource.kind, []).append(resource)
        found += [_chosen(each, wanted) for each in by_kind.values()]
    return sorted(found), unread


def _groups(get: Get) -> Iterator[list[str]]:
    """The versions of each group, the preferred one first. Unanswered where the server does not even say that."""
    yield from ([str(version)] for version in _list(get("/api"), "versions"))
    for group in _list(get("/apis"), "groups"):
        preferred = str(_map(_map(group).get("preferredVersion")).get("groupVersion"))
        served = [str(_map(version).get("groupVersion")) for version in _list(group, "versions")]
        yield sorted(served, key=lambda version: version != preferred)


def _served(get: Get, version: str, unread: list[NotRead]) -> Iterator[Resource]:
    try:
        answer = get(f"/apis/{version}" if "/" in version else f"/api/{version}")
    except Unanswered as error:
        unread.append(NotRead(version, f"{error.status} {error.reason}"))
        return
    for each in map(_map, _list(answer, "resources")):
        name, kind = str(each.get("name")), str(each.get("kind"))
        if "list" in _list(each, "verbs") and "/" not in name and kind not in LEFT_OUT:
            yield Resource(version, kind, name, bool(each.get("namespaced")))


def _chosen(served: list[Resource], wanted: Collection[tuple[str, str]]) -> Resource:
    return next((each for each in served if (each.api_version, each.kind) in wanted), served[0])


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(holder: Any, key: str) -> list[Any]:
    found = _map(holder).get(key)
    return found if isinstance(found, list) else []
