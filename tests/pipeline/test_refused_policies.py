"""Policies that mean nothing, as no cluster takes them, are refused; odd ones that it takes are not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kmodel.pipeline.connectivity import Connectivity, connectivity
from kmodel.source import Rejected

Object = dict[str, Any]
PODS = [
    {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "n", "labels": {"app": name}}, "spec": {"containers": []}}
    for name in ("a", "b")
]
SOUND: dict[str, str] = {
    "NetworkPolicy": "networking.k8s.io/v1",
    "AdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1",
    "BaselineAdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1",
    "ClusterNetworkPolicy": "policy.networking.k8s.io/v1alpha2",
}


def _policy(kind: str, name: str = "default", **spec: Any) -> Object:
    metadata = {"name": name, **({"namespace": "n"} if kind == "NetworkPolicy" else {})}
    return {"apiVersion": SOUND[kind], "kind": kind, "metadata": metadata, "spec": spec}


def _np(**spec: Any) -> Object:
    return _policy("NetworkPolicy", podSelector=spec.pop("podSelector", {}), **spec)


def _anp(**spec: Any) -> Object:
    return _policy("AdminNetworkPolicy", **{"priority": 1, "subject": {"namespaces": {}}, **spec})


def _cnp(name: str = "c", **spec: Any) -> Object:
    return _policy("ClusterNetworkPolicy", name, **{"priority": 1, "tier": "Admin", "subject": {"namespaces": {}}, **spec})


def _found(*policies: Object) -> Connectivity:
    return connectivity(["-"], lambda: "\n---\n".join(json.dumps(each) for each in (*PODS, *policies)))


def _expression(operator: str, *values: str, key: str = "app") -> Object:
    return {"matchExpressions": [{"key": key, "operator": operator, **({"values": list(values)} if values else {})}]}


def _from(**peer: Any) -> Object:
    return _np(ingress=[{"from": [peer]}])


def _allow(peer: Object, **more: Any) -> Object:
    return {"action": "Allow", "from": [peer], **more}


MEANINGLESS = {
    "key": _np(podSelector={"matchLabels": {"app@b": "x"}}),
    "value": _np(podSelector={"matchLabels": {"app": "x y"}}),
    "in nothing": _from(podSelector=_expression("In")),
    "exists with values": _from(namespaceSelector=_expression("Exists", "x")),
    "greater": _from(podSelector=_expression("Gt", "1")),
    "operator": _from(podSelector=_expression("Is", "1")),
    "type": _np(policyTypes=["Inbound"]),
    "three types": _np(policyTypes=["Ingress", "Egress", "Ingress"]),
    "block": _from(ipBlock={"cidr": "10.0.0"}),
    "no block": _from(ipBlock={"except": ["10.0.0.0/8"]}),
    "except": _from(ipBlock={"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}),
    "protocol": _np(ingress=[{"ports": [{"protocol": "ICMP"}]}]),
    "port": _np(ingress=[{"ports": [{"port": 0}]}]),
    "end": _np(ingress=[{"ports": [{"port": 9, "endPort": 8}]}]),
    "end of a name": _np(ingress=[{"ports": [{"port": "http", "endPort": 80}]}]),
    "empty peer": _np(ingress=[{"from": [{}]}]),
    "two peers in one": _from(ipBlock={"cidr": "10.0.0.0/8"}, podSelector={}),
    "admin in nothing": _anp(subject={"namespaces": _expression("In")}),
    "admin greater": _anp(ingress=[_allow({"namespaces": _expression("Gt", "1")})]),
    "admin range": _anp(ingress=[_allow({"namespaces": {}}, ports=[{"portRange": {"start": 9, "end": 8}}])]),
    "admin priority": _anp(priority=1001),
    "baseline pass": _policy(
        "BaselineAdminNetworkPolicy", subject={"namespaces": {}}, ingress=[{"action": "Pass", "from": [{"namespaces": {}}]}]
    ),
    "baseline name": _policy("BaselineAdminNetworkPolicy", "other", subject={"namespaces": {}}),
    "cluster range": _cnp(
        ingress=[
            {
                "action": "Accept",
                "from": [{"namespaces": {}}],
                "protocols": [{"tcp": {"destinationPort": {"range": {"start": 8, "end": 8}}}}],
            }
        ]
    ),
}
LEGAL = {
    "name with capitals": {**_np(), "metadata": {"name": "Odd_Name", "namespace": "n"}},
    "range of one": _anp(ingress=[_allow({"namespaces": {}}, ports=[{"portRange": {"start": 8, "end": 8}}])]),
    "host bits": _from(ipBlock={"cidr": "10.0.0.7/8", "except": ["10.0.0.9/16"]}),
    "no types": _np(policyTypes=[]),
    "same port twice": _np(ingress=[{"ports": [{"port": 80}, {"port": 80}]}]),
}


@pytest.mark.parametrize("policy", MEANINGLESS.values(), ids=MEANINGLESS.keys())
def test_meaningless(policy: Object) -> None:
    with pytest.raises(Rejected) as refused:
        _found(policy)
    assert all(each.span is not None for each in refused.value.diagnostics)


@pytest.mark.parametrize("policy", LEGAL.values(), ids=LEGAL.keys())
def test_legal(policy: Object) -> None:
    assert _found(policy).connections()


RULE = {"action": "Deny", "from": [{"namespaces": {}}]}
OTHERS = {"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "b"}}}}


def test_cluster_policies_of_one_priority_where_either_may_win() -> None:
    """The API takes them, and leaves open which decides: there is no answer where both are about some pod in one direction."""
    with pytest.raises(Rejected):
        _found(_cnp("c", ingress=[RULE]), _cnp("d", ingress=[RULE], subject=OTHERS))
    mine = {"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "a"}}}}
    assert _found(_cnp("c", ingress=[RULE], subject=mine), _cnp("d", ingress=[RULE], subject=OTHERS))
    assert _found(_cnp("c", ingress=[RULE]), _cnp("d", egress=[{"action": "Deny", "to": [{"namespaces": {}}]}]))
    assert _found(_cnp("c", ingress=[RULE]), _cnp("d", ingress=[RULE], tier="Baseline"))


def test_passing_on_to_a_peer_that_is_not_known_opens_nothing() -> None:
    """The API wants it to deny all: an older reader must not open what a newer policy does not mean to."""
    strange = _cnp(ingress=[{"action": "Pass", "from": [{"serviceAccounts": {}}]}])
    assert not [each for each in _found(strange).connections() if each.source.startswith("n/") and each.target.startswith("n/")]


def test_the_newest_version_of_cluster_policies() -> None:
    newest = {**_cnp(ingress=[RULE]), "apiVersion": "policy.networking.k8s.io/v1beta1"}
    assert _found(newest).connections() == _found(_cnp(ingress=[RULE])).connections()
