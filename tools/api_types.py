"""Writes `spec/kubernetes/api/types.json`: which fields the built-in kinds have, of which types, and which they need.

    python tools/api_types.py _definitions.json > spec/kubernetes/api/types.json

The input is the API's published OpenAPI document (`api/openapi-spec/swagger.json` of kubernetes/kubernetes, or the `_definitions.json`
of one version in the package kubernetes-validate). What it says besides types is in `rules.yaml`, by hand. One type a line, so that
versions can be compared. Of versions that are not stable only the names of the kinds are kept.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from typing import Any

LEAVES = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry": "any",
}
STABLE = re.compile(r"v[0-9]+")
SERVER_SIDE = ("status",)  # what the server says of an object, not what one applies


def short(name: str) -> str:
    """`core.v1.Pod` for `io.k8s.api.core.v1.Pod`, `meta.v1.ObjectMeta` for what all have."""
    return ".".join(name.split(".")[-3:])


def expression(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """A type: a leaf's word, a type's name, `[T]` for a list, `{T}` for a mapping."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return LEAVES.get(name, short(name) if "properties" in definitions[name] else "any")
    kinds = schema.get("type", "any")
    kind = next((each for each in kinds if each != "null"), "any") if isinstance(kinds, list) else kinds
    if kind == "array":
        return f"[{expression(schema['items'], definitions)}]"
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"{{{expression(inner, definitions)}}}" if isinstance(inner, dict) else "any"
    return {"integer": "int", "boolean": "bool", "number": "number", "string": "string"}.get(kind, "any")


def main(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    definitions = document.get("$defs") or document["definitions"]
    kinds: dict[str, dict[str, str | None]] = {}
    types: dict[str, dict[str, Any]] = {}
    waiting: list[str] = []
    for name, schema in definitions.items():
        metadata = schema.get("properties", {}).get("metadata", {}).get("$ref", "")
        for each in schema.get("x-kubernetes-group-version-kind", ()):
            if metadata.endswith("ObjectMeta") and not each["kind"].endswith("Options"):
                stable = STABLE.fullmatch(each["version"]) is not None
                kinds.setdefault("/".join(filter(None, (each["group"], each["version"]))), {})[each["kind"]] = (
                    short(name) if stable else None
                )
                waiting += [name] if stable else []
    while waiting:
        name = waiting.pop()
        if short(name) in types or name in LEAVES:
            continue
        schema = definitions[name]
        fields = {
            key: value
            for key, value in schema.get("properties", {}).items()
            if key not in SERVER_SIDE or "metadata" not in schema["properties"]
        }
        types[short(name)] = {key: expression(value, definitions) for key, value in fields.items()}
        needed = [key for key in schema.get("required", ()) if key in fields]
        if needed:
            types[short(name)][""] = needed
        waiting += [found for value in fields.values() for found in referred(value) if "properties" in definitions[found]]
    write(kinds, types)


def referred(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        own = [schema["$ref"].rpartition("/")[2]] if "$ref" in schema else []
        return own + [name for value in schema.values() for name in referred(value)]
    return []


def write(kinds: Mapping[str, Mapping[str, str | None]], types: Mapping[str, Any]) -> None:
    lines = [f"{json.dumps(version)}: {json.dumps(found, sort_keys=True)}" for version, found in sorted(kinds.items())]
    sys.stdout.write('{"kinds": {\n' + ",\n".join(lines) + "\n},\n")
    lines = [f"{json.dumps(name)}: {json.dumps(found, sort_keys=True)}" for name, found in sorted(types.items())]
    sys.stdout.write('"types": {\n' + ",\n".join(lines) + "\n}}\n")


if __name__ == "__main__":
    main(sys.argv[1])
