"""What workloads are open to: what the rows promise to pods that are in no manifest, such pods get when they come."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmodel.pipeline.exposure import EVERYBODY, Exposed, Exposure, exposure
from tests.differential.packets import Cluster, Object
from tests.strategies.network import NAMESPACES, clusters, labels

DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web"}]}}},
}


def _found(*objects: Object) -> Exposure:
    return exposure(["-"], lambda: "\n---\n".join(json.dumps(each) for each in objects))[0]


def _policy(**spec: Any) -> Object:
    metadata = {"name": "k", "namespace": "shop"}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": {"podSelector": {}, **spec}}


def _admin(kind: str, **spec: Any) -> Object:
    name = "default" if kind.startswith("Baseline") else "a"
    return {"apiVersion": "policy.networking.k8s.io/v1alpha1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def _peers(found: Exposure, direction: str) -> dict[str, Any]:
    return {each.peer: each.conns for each in found.open if each.direction == direction}


def test_a_rule_for_all_namespaces_opens_the_whole_cluster() -> None:
    found = _found(DEPLOYMENT, _policy(ingress=[{"from": [{"namespaceSelector": {}}], "ports": [{"port": 80}]}]))
    assert _peers(found, "in") == {EVERYBODY: (("TCP", ((80, 80),)),)}
    assert found.bare == (("shop/web[Deployment]", "out"),)


def test_no_selector_for_all_is_met_by_a_pod_with_any_labels() -> None:
    """`NotIn` is so of a pod without the label, but not of every pod."""
    some = {"matchExpressions": [{"key": "env", "operator": "NotIn", "values": ["b", "a"]}]}
    found = _found(DEPLOYMENT, _policy(ingress=[{"from": [{"namespaceSelector": some}]}]))
    assert list(_peers(found, "in")) == ["[namespace with {{Key:env,Operator:NotIn,Values:[a b],}}]/[all pods]"]


def test_what_follows_from_a_selector() -> None:
    """Pods with `env: a` are among those that have an `env`, and among those whose `env` is a or b."""
    exact, wide = {"matchLabels": {"env": "a"}}, {"matchExpressions": [{"key": "env", "operator": "In", "values": ["a", "b"]}]}
    rules = [{"from": [{"podSelector": exact}], "ports": [{"port": 1}]}, {"from": [{"podSelector": wide}], "ports": [{"port": 3}]}]
    has = {"podSelector": {"matchExpressions": [{"key": "env", "operator": "Exists"}]}}
    found = _peers(_found(DEPLOYMENT, _policy(ingress=[*rules, {"from": [has], "ports": [{"port": 5}]}])), "in")
    assert found["shop/[pod with {env=a}]"] == (("TCP", ((1, 1), (3, 3), (5, 5))),)
    assert found["shop/[pod with {{Key:env,Operator:In,Values:[a b],}}]"] == (("TCP", ((3, 3), (5, 5))),)


def test_administrators_take_from_some() -> None:
    """The baseline is for the whole cluster; what is denied to some namespaces is said beside."""
    deny = {"action": "Deny", "from": [{"namespaces": {"matchLabels": {"zone": "dmz"}}}]}
    found = _found(DEPLOYMENT, _admin("AdminNetworkPolicy", priority=5, subject={"namespaces": {}}, ingress=[deny]))
    assert _peers(found, "in")[EVERYBODY] != ()
    assert found.less == (Exposed("in", "shop/web[Deployment]", "[namespace with {zone=dmz}]/[all pods]", (), ()),)


def test_the_baseline_closes_what_no_policy_selects() -> None:
    closed = _admin("BaselineAdminNetworkPolicy", subject={"namespaces": {}}, ingress=[{"action": "Deny", "from": [{"namespaces": {}}]}])
    assert list(_peers(_found(DEPLOYMENT, closed), "in")) == ["0.0.0.0-255.255.255.255"]
    opened = _policy(ingress=[{"from": [{"namespaceSelector": {}}]}])
    assert EVERYBODY in _peers(_found(DEPLOYMENT, closed, opened), "in")


def test_names_of_ports_that_are_not_known_yet() -> None:
    found = _found(DEPLOYMENT, _policy(policyTypes=["Egress"], egress=[{"to": [{"namespaceSelector": {}}], "ports": [{"port": "http"}]}]))
    (row,) = (each for each in found.open if each.direction == "out")
    assert (row.peer, row.conns, row.names) == (EVERYBODY, (), (("TCP", "http"),))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(clusters(), labels, st.sampled_from(NAMESPACES))
def test_who_comes_gets_what_is_open_to_everybody(objects: list[Object], own: Object, namespace: str) -> None:
    """By NetworkPolicies alone; the rules of administrators take from some, which is said beside."""
    plain = [each for each in objects if "AdminNetworkPolicy" not in each["kind"] and each["kind"] != "ClusterNetworkPolicy"]
    comer = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "comer", "namespace": namespace, "labels": own},
        "spec": {"containers": [{"name": "c", "ports": []}]},
        "status": {"podIPs": []},
    }
    reference = Cluster([*plain, comer])
    for row in _found(*plain).open:
        if row.peer == EVERYBODY:
            pod = row.workload.partition("/")[2].partition("[")[0]
            for protocol, ports in row.conns:
                for port in {end for span in ports for end in span}:
                    assert _side(reference, row.direction, pod, protocol, port)


def _side(reference: Cluster, direction: str, pod: str, protocol: str, port: int) -> bool:
    """What the rules of the workload's side say of the one who comes."""
    (comer,) = reference.ends("comer")
    return any(reference.side(direction == "in", one, comer, protocol, port) for one in reference.ends(pod))
