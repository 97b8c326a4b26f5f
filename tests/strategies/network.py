"""Small clusters with policies of every kind: pods with and without addresses, named ports, both versions of addresses."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Object = dict[str, Any]

KEYS, VALUES = ("app", "tier"), ("a", "b")
NAMESPACES = ("one", "two")
BLOCKS = ("10.0.0.0/8", "10.0.0.0/30", "10.0.0.2/31", "0.0.0.0/0", "fd00::/16", "fd00::/127", "::/0")
OUTSIDE = ("10.0.0.1", "10.0.0.3", "10.9.9.9", "192.0.2.1", "fd00::1", "2001:db8::1")
PORTS = (80, 81, 8080)
NAMES = ("http", "dns")

labels = st.fixed_dictionaries({"app": st.sampled_from(VALUES)}, optional={"tier": st.sampled_from(VALUES)})
wanted = st.sampled_from(({}, {}, *({key: value} for key in KEYS for value in VALUES)))


@st.composite
def selectors(draw: st.DrawFn) -> Object:
    made: Object = {}
    if found := draw(wanted):
        made["matchLabels"] = found
    if draw(st.integers(0, 4)) == 4:
        operator = draw(st.sampled_from(("In", "NotIn", "Exists", "DoesNotExist")))
        values = {"values": draw(st.lists(st.sampled_from(VALUES), min_size=1, max_size=2, unique=True))} if operator.endswith("In") else {}
        made["matchExpressions"] = [{"key": draw(st.sampled_from((*KEYS, "kubernetes.io/metadata.name"))), "operator": operator, **values}]
    return made


@st.composite
def pods(draw: st.DrawFn, number: int) -> Object:
    ports = draw(
        st.lists(
            st.fixed_dictionaries(
                {"containerPort": st.sampled_from(PORTS), "name": st.sampled_from(NAMES)},
                optional={"protocol": st.sampled_from(("TCP", "UDP", "SCTP"))},
            ),
            min_size=1,
            max_size=3,
        )
    )
    addresses = draw(st.sampled_from(([f"10.0.0.{number}"], [f"10.0.0.{number}", f"fd00::{number}"], [f"fd00::{number}"], [])))
    host = draw(st.integers(0, 5)) == 5
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": f"p{number}", "namespace": draw(st.sampled_from(NAMESPACES)), "labels": draw(labels)},
        "spec": {
            "containers": [{"name": "c", "ports": ports}],
            **({"hostNetwork": True, "nodeName": draw(st.sampled_from(("n1", "n2")))} if host else {}),
        },
        "status": {"podIPs": [{"ip": each} for each in addresses]},
    }


blocks = st.sampled_from(
    (
        {"cidr": "10.0.0.0/8"},
        {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/30"]},
        {"cidr": "0.0.0.0/0", "except": ["10.0.0.2/31", "192.0.2.0/24"]},
        {"cidr": "fd00::/16", "except": ["fd00::/127"]},
        {"cidr": "::/0"},
    )
)
peers = st.one_of(
    st.fixed_dictionaries({"podSelector": selectors()}),
    st.fixed_dictionaries({"namespaceSelector": selectors()}),
    st.fixed_dictionaries({"podSelector": selectors(), "namespaceSelector": selectors()}),
    st.fixed_dictionaries({"ipBlock": blocks}),
)
policy_ports = st.one_of(
    st.fixed_dictionaries({}, optional={"protocol": st.sampled_from(("TCP", "UDP", "SCTP"))}),
    st.fixed_dictionaries({"port": st.sampled_from((*PORTS, *NAMES))}, optional={"protocol": st.sampled_from(("TCP", "UDP"))}),
    st.fixed_dictionaries({"port": st.just(80), "endPort": st.sampled_from((80, 81, 9000))}),
)


def _rules(side: str) -> st.SearchStrategy[Any]:
    rule = st.fixed_dictionaries({}, optional={side: st.lists(peers, max_size=3), "ports": st.lists(policy_ports, max_size=2)})
    return st.lists(rule, min_size=1, max_size=2)


@st.composite
def network_policies(draw: st.DrawFn, number: int) -> Object:
    spec: Object = {"podSelector": draw(selectors())}
    for field, side in (("ingress", "from"), ("egress", "to")):
        if draw(st.booleans()):
            spec[field] = draw(_rules(side))
    if draw(st.booleans()):
        spec["policyTypes"] = draw(st.sampled_from((["Ingress"], ["Egress"], ["Ingress", "Egress"])))
    metadata = {"name": f"k{number}", "namespace": draw(st.sampled_from(NAMESPACES))}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


both = st.fixed_dictionaries({"namespaceSelector": selectors(), "podSelector": selectors()})
subjects = st.one_of(st.just({"namespaces": {}}), st.fixed_dictionaries({"namespaces": selectors()}), st.fixed_dictionaries({"pods": both}))
outside_peers = st.one_of(
    st.fixed_dictionaries({"networks": st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=2)}),
    st.fixed_dictionaries({"nodes": selectors()}),
)
admin_ports = st.one_of(
    st.fixed_dictionaries({"portNumber": st.fixed_dictionaries({"port": st.sampled_from(PORTS)}, optional={"protocol": st.just("UDP")})}),
    st.just({"portRange": {"start": 80, "end": 81}}),
    st.fixed_dictionaries({"namedPort": st.sampled_from(NAMES)}),
)
destinations = st.sampled_from(({}, {"destinationPort": {"number": 80}}, {"destinationPort": {"range": {"start": 81, "end": 9000}}}))
protocols = st.one_of(
    st.builds(lambda name, where: {name: where}, st.sampled_from(("tcp", "udp", "sctp")), destinations),
    st.fixed_dictionaries({"destinationNamedPort": st.sampled_from(NAMES)}),
)


@st.composite
def admin_policies(draw: st.DrawFn, number: int, kind: str) -> Object:
    cluster, baseline = kind == "ClusterNetworkPolicy", kind == "BaselineAdminNetworkPolicy"
    actions = ("Accept", "Deny", "Pass") if cluster else ("Allow", "Deny") if baseline else ("Allow", "Deny", "Pass")
    spec: Object = {"subject": draw(subjects)}
    if not baseline:
        spec["priority"] = number
    if cluster:
        spec["tier"] = draw(st.sampled_from(("Admin", "Baseline")))
    ports = {"protocols": st.lists(protocols, max_size=2)} if cluster else {"ports": st.lists(admin_ports, max_size=2)}
    for field, side in (("ingress", "from"), ("egress", "to")):
        peer = subjects if side == "from" else st.one_of(subjects, outside_peers)
        unknown = st.just({"domainNames": ["example.org"]})
        peer = st.one_of(peer, unknown) if cluster else peer
        rule = st.fixed_dictionaries({"action": st.sampled_from(actions), side: st.lists(peer, min_size=1, max_size=2)}, optional=ports)
        spec[field] = draw(st.lists(rule, min_size=1, max_size=3))
    version = "v1alpha2" if cluster else "v1alpha1"
    name = "default" if baseline else f"a{number}"
    return {"apiVersion": f"policy.networking.k8s.io/{version}", "kind": kind, "metadata": {"name": name}, "spec": spec}


@st.composite
def clusters(draw: st.DrawFn) -> list[Object]:
    """Pods, namespaces, nodes and policies; sometimes with the older kinds of the administrator, sometimes with the new one."""
    made: list[Object] = [draw(pods(number)) for number in (1, 2, 3)]
    declared = draw(st.lists(st.sampled_from(NAMESPACES), unique=True))
    made += [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": draw(labels)}} for name in declared]
    for number, name in enumerate(("n1", "n2"), 1):
        status = {"addresses": [{"type": "Hostname", "address": name}, {"type": "InternalIP", "address": f"10.9.9.{number + 8}"}]}
        made.append({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": draw(labels)}, "status": status})
    made += [draw(network_policies(number)) for number in range(draw(st.integers(1, 4)))]
    if draw(st.booleans()):
        made += [draw(admin_policies(number, "ClusterNetworkPolicy")) for number in range(draw(st.integers(1, 3)))]
    else:
        made += [draw(admin_policies(number, "AdminNetworkPolicy")) for number in range(draw(st.integers(0, 2)))]
        made += [draw(admin_policies(9, "BaselineAdminNetworkPolicy"))] if draw(st.booleans()) else []
    return made
