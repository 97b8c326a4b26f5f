"""What `kubectl get -A -o yaml` prints: with status, and with what controllers have made beside them."""

from __future__ import annotations

import json
from typing import Any

from tests.cli.sandbox import Sandbox


def _pod(app: str) -> dict[str, Any]:
    return {"containers": [{"name": app, "image": app, "ports": [{"containerPort": 80}], "resources": {"requests": {"cpu": "1"}}}]}


def _made(kind: str, name: str, app: str, by: tuple[str, str, str] | None, **more: Any) -> dict[str, Any]:
    version, _, last = kind.rpartition("/")
    owners = [] if by is None else [{"apiVersion": by[0], "kind": by[1], "name": by[2], "uid": by[2], "controller": True}]
    metadata = {"name": name, "namespace": "shop", "uid": name, "labels": {"app": app}, "ownerReferences": owners}
    return {"apiVersion": version, "kind": last, "metadata": metadata, **more}


def _workload(kind: str, name: str, app: str, by: tuple[str, str, str] | None = None, **more: Any) -> dict[str, Any]:
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": app}}, "template": {"metadata": {"labels": {"app": app}}, "spec": _pod(app)}}
    return _made(kind, name, app, by, spec={**spec, **more}, status={"replicas": 2})


def _running(name: str, app: str, by: tuple[str, str, str], address: str, phase: str = "Running") -> dict[str, Any]:
    status = {"phase": phase, "podIP": address, "podIPs": [{"ip": address}], "hostIP": "192.168.0.1"}
    return _made("v1/Pod", name, app, by, spec={**_pod(app), "nodeName": "node"}, status=status)


def _dump() -> str:
    """A Deployment with two ReplicaSets, a StatefulSet, a Job that is done, a node and a policy."""
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node"}, "status": {"allocatable": {"cpu": "4", "memory": "8Gi"}}}
    rule = {"from": [{"ipBlock": {"cidr": "10.0.0.2/31"}}], "ports": [{"port": 80}]}
    policy = {"podSelector": {"matchLabels": {"app": "db"}}, "policyTypes": ["Ingress"], "ingress": [rule]}
    job = {"template": {"metadata": {"labels": {"app": "tidy"}}, "spec": {**_pod("tidy"), "restartPolicy": "Never"}}}
    done = _made("batch/v1/Job", "tidy-1", "tidy", ("batch/v1", "CronJob", "tidy"), spec=job, status={"conditions": [{"type": "Complete"}]})
    items = [
        node,
        _workload("apps/v1/Deployment", "web", "web"),
        _workload("apps/v1/ReplicaSet", "web-1", "web", ("apps/v1", "Deployment", "web")),
        _workload("apps/v1/ReplicaSet", "web-0", "web", ("apps/v1", "Deployment", "web"), replicas=0),
        _running("web-1-a", "web", ("apps/v1", "ReplicaSet", "web-1"), "10.0.0.2"),
        _running("web-1-b", "web", ("apps/v1", "ReplicaSet", "web-1"), "10.0.0.3"),
        _workload("apps/v1/StatefulSet", "db", "db"),
        _running("db-0", "db", ("apps/v1", "StatefulSet", "db"), "10.0.0.8"),
        _running("db-1", "db", ("apps/v1", "StatefulSet", "db"), "10.0.0.9"),
        done,
        _running("tidy-1-x", "tidy", ("batch/v1", "Job", "tidy-1"), "10.0.0.3", "Succeeded"),
        _made("networking.k8s.io/v1/NetworkPolicy", "db", "db", None, spec=policy),
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": items})


def test_connectivity(sandbox: Sandbox) -> None:
    sandbox.write("dump.json", _dump())
    done = sandbox.run("connectivity", "dump.json", "--to", "shop/db[StatefulSet]")
    assert done.stdout.splitlines() == [
        "10.0.0.2-10.0.0.3 => shop/db[StatefulSet] : TCP 80",
        "shop/web[Deployment] => shop/db[StatefulSet] : TCP 80",
    ]
    everything = sandbox.run("connectivity", "dump.json", "-o", "json").stdout
    ends = {end for row in json.loads(everything) for end in (row["src"], row["dst"]) if "/" in end}
    assert ends == {"shop/web[Deployment]", "shop/db[StatefulSet]"}


def test_a_pod_that_differs_is_listed_by_its_own_name(sandbox: Sandbox) -> None:
    dump = _dump().replace('"podIP": "10.0.0.3", "podIPs": [{"ip": "10.0.0.3"}]', '"podIP": "10.0.9.9"')
    sandbox.write("dump.json", dump)
    done = sandbox.run("connectivity", "dump.json", "--to", "shop/db[StatefulSet]")
    assert "shop/web-1-a[Pod] => shop/db[StatefulSet] : TCP 80" in done.stdout.splitlines()
    assert "web-1-b[Pod]" not in done.stdout


def test_packs_count_each_pod_once(sandbox: Sandbox) -> None:
    """Two pods of each workload, that want a cpu each, fit on a node with four; the Job is done."""
    sandbox.write("dump.json", _dump())
    report = sandbox.report("dump.json")
    found = {each["claim"]: each for each in report["results"]}
    assert found["all_pods_fit_together"]["scope"]["Pod"] == 4
    assert found["all_pods_fit_together"]["verdict"] == "reached"
    assert (report["read"]["objects"], report["read"]["modelled"]) == (12, 12)
