"""What was taken as files: a list of manifests for each kind of each namespace."""

from __future__ import annotations

import re
from typing import Any

from kmodel.manifests import write_yaml
from kmodel.snapshot.discovery import Resource
from kmodel.snapshot.taking import Item, Taken

OF_CLUSTER = "_cluster"  # no namespace can be called so
CONFIDENTIAL = ("Secret", ("data", "stringData"))
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"  # repeats the object, confidential values and all


def file_name(taken: Taken) -> str:
    """`shop/deployments.apps.yaml`. A server's names lead to nowhere else."""
    return f"{_safe(taken.namespace or OF_CLUSTER)}/{_safe(taken.resource.title)}.yaml"


def _safe(name: str) -> str:
    return re.sub(r"^\.|[^A-Za-z0-9._-]", "_", name)


def manifest(taken: Taken, confidential: bool) -> str:
    """The objects as `kubectl apply` would take them, in order of their names; confidential values only where asked for: else the
    keys alone, which references are about."""
    items = [_object(taken.resource, item, confidential) for item in sorted(taken.items, key=_name)]
    return write_yaml({"apiVersion": "v1", "kind": "List", "items": items})


def _name(item: Item) -> str:
    return str(_metadata(item).get("name"))


def _metadata(item: Item) -> dict[str, Any]:
    metadata = item.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _object(resource: Resource, item: Item, confidential: bool) -> Item:
    """Items of a list leave out what they are. What the server keeps of who wrote which field is nothing that is applied."""
    metadata = {key: value for key, value in _metadata(item).items() if key != "managedFields"}
    if isinstance(annotations := metadata.get("annotations"), dict):
        metadata["annotations"] = {key: value for key, value in annotations.items() if key != APPLIED}
    said = {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata}
    made = {**said, **item, **said}
    kind, fields = CONFIDENTIAL
    if confidential or resource.kind != kind or resource.group:
        return made
    return {key: dict.fromkeys(value, "") if key in fields and isinstance(value, dict) else value for key, value in made.items()}
