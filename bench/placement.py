"""200 pods on 50 nodes: `python -m bench.placement`. How long `kmodel check` takes where all fit, where some fit nowhere, and where there
is no room for all.

The pods are of 20 Deployments; one in four keeps its pods on different nodes, one spreads them over three zones, one wants half of the
nodes. Whether all fit is asked as well with each node lost. Seconds are of the CPU, of the command as a whole.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

NODES, DEPLOYMENTS, REPLICAS = 50, 20, 10
ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
CLAIMS = ("pod_fits_some_node", "all_pods_fit_together", "all_pods_fit_after_losing")


def node(at: int, cpu: str) -> dict[str, Any]:
    labels = {ZONE: f"z{at % 3}", HOST: f"node-{at}", "disk": "ssd" if at % 2 else "hdd"}
    room = {"cpu": cpu, "memory": "16Gi", "pods": "110"}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": f"node-{at}", "labels": labels}, "status": {"allocatable": room}}


def placed(at: int) -> dict[str, Any]:
    """Where pods of a Deployment may be."""
    own = {"labelSelector": {"matchLabels": {"app": f"d{at}"}}}
    spread = {"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule", **own}
    apart = {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": HOST, **own}]}}
    ways: list[dict[str, Any]] = [{"affinity": apart}, {"topologySpreadConstraints": [spread]}, {"nodeSelector": {"disk": "ssd"}}, {}]
    return ways[at % 4]


def deployment(at: int, cpu: str) -> dict[str, Any]:
    requests = {"cpu": cpu, "memory": "512Mi"}
    pod = {**placed(at), "containers": [{"name": "c", "image": "x:1", "resources": {"requests": requests}}]}
    labels = {"app": f"d{at}"}
    spec = {"replicas": REPLICAS, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": pod}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": f"d{at}"}, "spec": spec}


def objects(cpu: str, too_big: bool) -> list[dict[str, Any]]:
    amounts = ["4500m" if too_big and at % 6 == 0 else f"{500 + 100 * (at % 6)}m" for at in range(DEPLOYMENTS)]
    return [*(node(at, cpu) for at in range(NODES)), *(deployment(at, amount) for at, amount in enumerate(amounts))]


def checked(given: list[dict[str, Any]]) -> tuple[float, dict[str, str]]:
    """CPU seconds, and the claims' verdicts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "all.json"
        path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": given}), encoding="utf-8")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ran = subprocess.run(
            [sys.executable, "-m", "kmodel", "check", str(path), "-o", "json"], capture_output=True, text=True, check=False
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    verdicts = {each["claim"].rpartition(".")[2]: each["verdict"] for each in json.loads(ran.stdout)["results"]}
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, verdicts


def main() -> None:
    sys.stdout.write(f"{'':22} {'CPU':>7}  {'  '.join(CLAIMS)}\n")
    for name, cpu, too_big in (("all fit", "4", False), ("some fit nowhere", "4", True), ("no room for all", "2", False)):
        seconds, verdicts = checked(objects(cpu, too_big))
        sys.stdout.write(f"{name:22} {seconds:6.1f}s  {'  '.join(verdicts[each] for each in CLAIMS)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
