"""`kmodel explain`: the lines that contradict a claim together, and the smallest change, on objects and on specs."""

from __future__ import annotations

import pytest

from kmodel.pipeline.request import Request
from kmodel.pipeline.why import Explained, Reason, explanations
from tests.cli.sandbox import Sandbox, inside

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      nodeSelector:
        zone: east
        disktype: ssd
      containers:
        - name: web
          image: web:1
          resources: {requests: {cpu: 500m}}
"""
BIG = """\
apiVersion: v1
kind: Pod
metadata: {name: big}
spec:
  containers:
    - name: big
      image: big:1
      resources:
        requests: {cpu: 5, memory: 1Gi}
"""
NODES = """\
apiVersion: v1
kind: Node
metadata:
  name: n1
  labels: {zone: east, disktype: ssd}
spec:
  taints:
    - {key: dedicated, value: db, effect: NoSchedule}
status:
  allocatable: {cpu: 4, memory: 8Gi}
---
apiVersion: v1
kind: Node
metadata:
  name: n2
  labels:
    zone: east
    disktype: hdd
status:
  allocatable:
    cpu: 2
    memory: 8Gi
"""


@pytest.fixture
def sandbox(tmp_path: object) -> Sandbox:
    made = Sandbox(tmp_path)  # type: ignore[arg-type] # pytest's own path
    for name, text in (("web", WEB), ("big", BIG), ("nodes", NODES)):
        made.write(f"objects/{name}.yaml", text)
    return made


def explained(sandbox: Sandbox, what: str, *paths: str) -> list[Explained]:
    with inside(sandbox.folder):
        return list(explanations(Request(paths=paths), what))


def lines(reason: Reason) -> list[str]:
    """The places of parts of objects."""
    return [f"{line.span.source.name}:{line.span.line}" for line in reason.parts]


def edits(reason: Reason) -> list[tuple[str, str, str]]:
    return [(edit.of, edit.before, edit.now) for edit in (reason.change.edits if reason.change else ())]


def test_why_a_pod_fits_nowhere(sandbox: Sandbox) -> None:
    (fits,) = [each for each in explained(sandbox, "web", "objects") if each.claim == "pod_fits_some_node"]
    (reason,) = fits.reasons
    assert reason.minimal
    assert lines(reason) == ["objects/nodes.yaml:8", "objects/nodes.yaml:18", "objects/web.yaml:12"]
    assert [line.of for line in reason.parts] == ["n1.taints[0].effect", "n2.labels.disktype", "web-0.node_selector.disktype"]
    assert {line.span.text for line in reason.rules} == {
        "labels[k] == selector[k]",
        "taint.effect == PreferNoSchedule or exists t in tolerations: tolerates(t, taint)",
    }


def test_giving_up_any_line_of_a_reason_lets_the_pod_run(sandbox: Sandbox) -> None:
    """The lines are edited one at a time, as a person would, and the claim holds each time."""
    for name, old, new in (
        ("nodes", "effect: NoSchedule", "effect: PreferNoSchedule"),
        ("nodes", "disktype: hdd", "disktype: ssd"),
        ("web", "        disktype: ssd\n", ""),
    ):
        text = {"nodes": NODES, "web": WEB}[name]
        sandbox.write(f"objects/{name}.yaml", text.replace(old, new))
        done = {result["claim"]: result["verdict"] for result in sandbox.report("objects/web.yaml", "objects/nodes.yaml")["results"]}
        assert done["pod_fits_some_node"] == "proved"
        sandbox.write(f"objects/{name}.yaml", text)


def test_the_smallest_change_of_requests(sandbox: Sandbox) -> None:
    (fits,) = [each for each in explained(sandbox, "big", "objects") if each.claim == "pod_fits_some_node"]
    (reason,) = fits.reasons
    assert lines(reason) == ["objects/big.yaml:9", "objects/nodes.yaml:8", "objects/nodes.yaml:21"]
    assert edits(reason) == [("big.containers[0].requests.cpu", "5cpu", "2cpu")]


def test_the_smallest_change_of_a_rolling_update(sandbox: Sandbox) -> None:
    spread = WEB.replace("      nodeSelector:\n        zone: east\n        disktype: ssd\n", "      affinity:\n" + _SHUNS)
    sandbox.write("web/web.yaml", spread)
    (claim,) = [each for each in explained(sandbox, "rollout_finishes", "web", "objects/nodes.yaml") if each.claim == "rollout_finishes"]
    assert claim.said in ("violated", "proved")
    sandbox.write("web/web.yaml", spread.replace("  replicas: 2", "  strategy: {rollingUpdate: {maxUnavailable: 0}}\n  replicas: 2"))
    one = NODES.replace("    - {key: dedicated, value: db, effect: NoSchedule}", "    []")
    sandbox.write("nodes.yaml", one)
    (claim,) = explained(sandbox, "rollout_finishes", "web", "nodes.yaml")
    assert claim.said == "violated"
    assert edits(claim.reasons[0]) == [("web.max_unavailable", "0", "1")]


_SHUNS = """\
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector: {matchLabels: {app: web}}
"""

ROOM = """\
module room
const replicas: 1..9 = 3
@tunable const surge: int = 0
@tunable const room: int = 2
const load: 0..9
entity Light { var on: bool = false }
action lit(l: Light) {
  require not l.on and room > 10
  l.on := true
}
witness shines { exists l in Light: l.on }
invariant fits { replicas + surge <= room }
check begin {
  scope Light = 1
  expect violated fits
  expect unreachable shines
}
"""


def test_constants_and_unreachable_states(sandbox: Sandbox) -> None:
    sandbox.write("room.km", ROOM)
    shines, fits = sorted(explained(sandbox, "begin", "room.km"), key=lambda each: each.claim or "", reverse=True)
    assert [line.span.text for line in fits.reasons[0].parts] == ["3", "2"]
    assert [line.span.text for line in fits.reasons[0].rules] == ["replicas + surge <= room"]
    assert edits(fits.reasons[0]) == [("room", "2", "3")]
    assert [line.span.text for line in shines.reasons[0].rules] == ["room > 10", "on", "exists l in Light: l.on"]
    assert edits(shines.reasons[0]) == [("room", "2", "11")]


def test_assumptions_that_contradict_each_other(sandbox: Sandbox) -> None:
    assumed = "assume busy { load > 5 }\nassume small { replicas > 2 and load <= room }\n"
    sandbox.write("room.km", ROOM.replace("entity Light", assumed + "entity Light"))
    (conflict,) = explained(sandbox, "fits", "room.km")
    assert conflict.claim is None
    assert [line.span.text for line in conflict.reasons[0].rules] == ["load > 5", "load <= room"]
    assert [line.of for line in conflict.reasons[0].parts] == ["room"]


def test_a_larger_range_of_addresses(sandbox: Sandbox) -> None:
    sandbox.write(
        "net.km",
        "module net\n@tunable const net: cidr = 10.0.0.0/31\nentity Pod { var ip: ip? = none }\n"
        "action give(p: Pod, a in addresses(net)) {\n  require p.ip == none and forall q in Pod: q.ip != a\n  p.ip := a\n}\n"
        "witness all_have { forall p in Pod: p.ip != none }\ncheck three {\n  scope Pod = 3\n  expect unreachable all_have\n}\n",
    )
    (claim,) = explained(sandbox, "all_have", "net.km")
    assert edits(claim.reasons[0]) == [("net", "10.0.0.0/31", "10.0.0.0/30")]


def test_the_command(sandbox: Sandbox) -> None:
    shown = sandbox.run("explain", "big", "objects").stdout
    assert "objects/big.yaml:9" in shown
    assert "big.containers[0].requests.cpu: 5cpu -> 2cpu" in shown
    shown = sandbox.run("explain", "pod_fits_some_node", "objects").stdout
    assert "invariant packs.scheduling.pod_fits_some_node" in shown
    assert "these cannot all be so for p = web-0:" in shown
    done = sandbox.run("explain", "nobody", "objects")
    assert done.exit_code == 2
    assert "error[unknown-name]" in done.stderr


def test_which_objects_have_no_place_together(sandbox: Sandbox) -> None:
    """Three pods that shun each other and two nodes: the reason names the pods' object and the nodes."""
    alone = "affinity:\n" + _SHUNS.replace("        ", "          ", 1)
    web = WEB.replace("nodeSelector:\n        zone: east\n        disktype: ssd\n", alone).replace("replicas: 2", "replicas: 3")
    labels = ('labels: {kubernetes.io/hostname: "1"}', 'labels: {kubernetes.io/hostname: "2"}')
    nodes = "---\n".join(
        f"apiVersion: v1\nkind: Node\nmetadata:\n  name: n{at}\n  {text}\nstatus:\n  allocatable: {{cpu: 8, memory: 8Gi}}\n"
        for at, text in enumerate(labels)
    )
    sandbox.write("all/web.yaml", web.replace("          podAnti", "        podAnti"))
    sandbox.write("all/nodes.yaml", nodes)
    (claim,) = explained(sandbox, "all_pods_fit_together", "all")
    assert claim.said == "unreachable"
    (reason,) = claim.reasons
    assert [line.span.text for line in reason.rules] == ["count(q in pods where lives_on(q, domain)) <= 1"]
    assert {line.of for line in reason.parts} == {"web-0", "n0", "n1"}
