"""Who reaches whom in large clusters: `python -m bench.connectivity`. CPU seconds and the peak of memory of `kmodel connectivity -o json`.

A third of the namespaces denies all that nobody allows; the other policies select one or several workloads, by labels and expressions, and
allow from pods of other namespaces, from blocks of addresses with holes, on numbered ports, named ports and ranges. Pods are objects with
an address each, as `kubectl get -o yaml` prints them, with the ReplicaSet that owns them; `templates` has Deployments in their place.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

Object: TypeAlias = dict[str, Any]
SEED = 7


@dataclass(frozen=True, slots=True)
class Size:
    """Of a cluster: `templates` has its workloads as templates, without pods."""

    pods: int
    workloads: int
    policies: int
    namespaces: int
    templates: bool = False


SIZES = (Size(1_000, 50, 200, 10), Size(1_000, 50, 200, 10, True), Size(10_000, 500, 200, 25), Size(10_000, 500, 1_000, 25))


def space(size: Size, at: int) -> str:
    return f"team-{at % size.namespaces}"


def labels(at: int) -> dict[str, str]:
    return {"app": f"app-{at}", "tier": ("web", "api", "db")[at % 3], "part": f"part-{at % 7}"}


def pod_spec(at: int) -> Object:
    ports = [{"name": "http", "containerPort": 8080 + at % 3}, {"name": "metrics", "containerPort": 9090}]
    return {"containers": [{"name": "c", "image": "x:1", "ports": ports}]}


def pod(size: Size, at: int, number: int) -> Object:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"app-{at}-5d9", "uid": f"u{at}", "controller": True}
    metadata = {"name": f"app-{at}-5d9-{number}", "namespace": space(size, at), "labels": labels(at), "ownerReferences": [owner]}
    address = at * (size.pods // size.workloads) + number
    status = {"podIP": f"10.{100 + address // 65_536}.{address // 256 % 256}.{address % 256}"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod_spec(at), "status": status}


def deployment(size: Size, at: int) -> Object:
    template = {"metadata": {"labels": labels(at)}, "spec": pod_spec(at)}
    spec = {"replicas": size.pods // size.workloads, "selector": {"matchLabels": {"app": f"app-{at}"}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": f"app-{at}", "namespace": space(size, at)}, "spec": spec}


# ---- policies


def selected(size: Size, random: Random) -> Object:
    at = random.randrange(size.workloads)
    tiers = {"matchExpressions": [{"key": "tier", "operator": "In", "values": random.sample(["web", "api", "db"], 2)}]}
    apart = {"matchExpressions": [{"key": "part", "operator": "NotIn", "values": [f"part-{at % 7}"]}]}
    return random.choice([{"matchLabels": {"app": f"app-{at}"}}, {"matchLabels": {"tier": labels(at)["tier"]}}, tiers, apart])


def peer(size: Size, random: Random) -> Object:
    team = {"matchLabels": {"kubernetes.io/metadata.name": space(size, random.randrange(size.namespaces))}}
    second = random.randrange(100)
    block = {"cidr": f"10.{second}.0.0/16", "except": [f"10.{second}.{random.randrange(256)}.0/24"]}
    pods = {"namespaceSelector": team, "podSelector": selected(size, random)}
    return random.choice([{"podSelector": selected(size, random)}, {"namespaceSelector": team}, pods, {"ipBlock": block}])


def ports(random: Random) -> list[Object]:
    low = random.randrange(1_000, 60_000)
    named, ranged = {"port": random.choice(["http", "metrics"])}, {"port": low, "endPort": low + random.randrange(1, 500)}
    return random.choice([[named], [ranged], [{"port": random.choice([53, 443, 5432])}, {"protocol": "UDP", "port": 53}]])


def policy(size: Size, number: int, random: Random) -> Object:
    at = random.randrange(size.workloads)
    way, side = random.choice([("Ingress", "from"), ("Egress", "to")])
    rules = [{side: [peer(size, random) for _ in range(random.randint(1, 3))], "ports": ports(random)} for _ in range(random.randint(1, 3))]
    who = random.choice([{"matchLabels": {"app": f"app-{at}"}}, {"matchLabels": {"tier": labels(at)["tier"]}}])
    return _policy(space(size, at), f"p{number}", {"podSelector": who, "policyTypes": [way], way.lower(): rules})


def _policy(namespace: str, name: str, spec: Object) -> Object:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def objects(size: Size) -> list[Object]:
    random = Random(SEED)
    denied = [each for each in range(size.namespaces) if each % 3 == 0]
    made = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": space(size, at)}} for at in range(size.namespaces)]
    if size.templates:
        made += [deployment(size, at) for at in range(size.workloads)]
    else:
        made += [pod(size, at, number) for at in range(size.workloads) for number in range(size.pods // size.workloads)]
    made += [_policy(space(size, at), "deny", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}) for at in denied]
    return [*made, *(policy(size, number, random) for number in range(size.policies - len(denied)))]


# ---- measuring


def measured(size: Size) -> tuple[float, int, int]:
    """CPU seconds of the command, and the connections; the most memory, in MB, of all commands so far."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "all.json"
        path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects(size)}), encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "kmodel", "connectivity", str(path), "-o", "json"]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode:
        sys.exit(ran.stderr)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return spent, len(json.loads(ran.stdout)), after.ru_maxrss // 1024


def main() -> None:
    sys.stdout.write(f"{'pods':>7}{'workloads':>11}{'policies':>10}{'connections':>13}{'CPU s':>8}{'peak MB':>9}\n")
    for size in SIZES:
        spent, found, peak = measured(size)
        as_what = "  templates" if size.templates else ""
        sys.stdout.write(f"{size.pods:>7,}{size.workloads:>11}{size.policies:>10}{found:>13,}{spent:>8.1f}{peak:>9,}{as_what}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
