"""What runs, of the objects of a cluster: each pod that is given, and a pod of each template of which no pod is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Object = dict[str, Any]
KINDS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job", "CronJob")


@dataclass(frozen=True)
class Runner:
    """`title` is how it is called after its outermost controller, `own` after itself."""

    title: str
    own: str
    pod: Object

    @property
    def addresses(self) -> list[str]:
        status = self.pod.get("status") or {}
        listed = [each["ip"] for each in status.get("podIPs") or []]
        return list(dict.fromkeys([*listed, *([status["podIP"]] if status.get("podIP") else [])]))


def title(item: Object) -> str:
    return f"{item['metadata']['namespace']}/{item['metadata']['name']}[{item['kind']}]"


def runners(objects: list[Object]) -> list[Runner]:
    given = {title(each): each for each in objects if each["kind"] in ("Pod", *KINDS)}
    makes = {above for each in given.values() for above in _above(each, given)}
    return [
        Runner(_title(each, given), name, each if each["kind"] == "Pod" else _of_template(each))
        for name, each in given.items()
        if name not in makes
    ]


def _above(item: Object, given: dict[str, Object]) -> list[str]:
    """The titles of its controller, that one's, and so on, as far as they are given."""
    found: list[str] = []
    while item is not None:
        owner = next((each for each in item["metadata"].get("ownerReferences") or [] if each.get("controller")), None)
        if owner is None:
            break
        name = f"{item['metadata']['namespace']}/{owner['name']}[{owner['kind']}]"
        if name not in given:
            break
        found.append(name)
        item = given[name]
    return found


def _title(item: Object, given: dict[str, Object]) -> str:
    return [title(item), *_above(item, given)][-1] if item["kind"] == "Pod" else title(item)


def _of_template(item: Object) -> Object:
    spec = item["spec"]["jobTemplate"]["spec"] if item["kind"] == "CronJob" else item["spec"]
    template = spec["template"]
    metadata = {"labels": (template.get("metadata") or {}).get("labels"), **{key: item["metadata"][key] for key in ("name", "namespace")}}
    return {"metadata": metadata, "spec": template["spec"]}
