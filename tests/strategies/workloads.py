"""Small clusters as people apply and dump them: workloads of every kind, null and absent fields, selectors of every form, Ingresses."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Object = dict[str, Any]

NAMESPACES = ("one", "two", "three")
KEYS, VALUES = ("app", "tier"), ("a", "b", "")
NAMES = ("http", "dns", "admin")
NUMBERS = (53, 80, 81, 8080, 65535)
PROTOCOLS = ("TCP", "UDP", "SCTP")
NODES = ("n1", "n2")
METADATA_NAME = "kubernetes.io/metadata.name"
TEMPLATED = {
    "Deployment": "apps/v1",
    "ReplicaSet": "apps/v1",
    "StatefulSet": "apps/v1",
    "DaemonSet": "apps/v1",
    "ReplicationController": "v1",
    "Job": "batch/v1",
    "CronJob": "batch/v1",
}

labels = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES))


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Object]:
    """Each field may be absent, or null, which means the same."""
    return st.fixed_dictionaries({}, optional={name: st.none() | value for name, value in fields.items()})


@st.composite
def requirements(draw: st.DrawFn) -> Object:
    key = draw(st.sampled_from((*KEYS, METADATA_NAME)))
    operator = draw(st.sampled_from(("In", "NotIn", "Exists", "DoesNotExist")))
    values = st.lists(st.sampled_from(NAMESPACES if key == METADATA_NAME else VALUES), min_size=1, max_size=2)
    rest = {"values": draw(values)} if operator.endswith("In") else draw(st.sampled_from(({}, {"values": None}, {"values": []})))
    return {"key": key, "operator": operator, **rest}


named = st.builds(lambda name: {METADATA_NAME: name}, st.sampled_from(NAMESPACES))
selectors = st.just({}) | _some(matchLabels=labels | named, matchExpressions=st.lists(requirements(), max_size=2))
full_selectors = st.fixed_dictionaries(
    {}, optional={"matchLabels": labels | named, "matchExpressions": st.lists(requirements(), max_size=2)}
)


# ---- what runs


@st.composite
def open_ports(draw: st.DrawFn) -> list[Object]:
    """Names are unique in a container, and numbers may be named twice."""
    found = []
    for name in draw(st.lists(st.sampled_from((*NAMES, None)), max_size=3, unique=True)):
        port: Object = {"containerPort": draw(st.sampled_from(NUMBERS))}
        if name is not None:
            port["name"] = name
        if protocol := draw(st.sampled_from((None, *PROTOCOLS))):
            port["protocol"] = protocol
        found.append(port)
    return found


@st.composite
def pod_specs(draw: st.DrawFn) -> Object:
    spec: Object = {"containers": [{"name": "c", "ports": draw(open_ports())}]}
    if draw(st.booleans()):
        again = draw(st.sampled_from(({}, {"restartPolicy": "Always"})))
        spec["initContainers"] = [{"name": "i", "ports": draw(open_ports()), **again}]
    if draw(st.integers(0, 5)) == 5:
        spec["hostNetwork"] = True
        spec["nodeName"] = draw(st.sampled_from(NODES))
    return spec


def _metadata(name: str, namespace: str, **more: Any) -> Object:
    return {"name": name, "namespace": namespace, **more}


def _status(draw: st.DrawFn, number: int) -> Object:
    v4, v6 = f"10.0.0.{number}", f"fd00::{number}"
    addresses = draw(st.sampled_from(([v4], [v4, v6], [v6], [])))
    both = {"podIPs": [{"ip": each} for each in addresses]}
    one = {"podIP": addresses[0]} if addresses else {}
    return draw(st.sampled_from(({**one, **both}, both) if len(addresses) > 1 else ({**one, **both}, one)))


@st.composite
def alone(draw: st.DrawFn, number: int) -> list[Object]:
    """A pod by itself."""
    pod_labels = draw(st.none() | labels)
    metadata = _metadata(f"w{number}", draw(st.sampled_from(NAMESPACES)), labels=pod_labels)
    return [{"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": draw(pod_specs()), "status": _status(draw, number)}]


@st.composite
def templated(draw: st.DrawFn, number: int) -> list[Object]:
    kind = draw(st.sampled_from(sorted(TEMPLATED)))
    spec: Object = {"template": {"metadata": {"labels": draw(labels)}, "spec": draw(pod_specs())}}
    if kind == "CronJob":
        spec = {"schedule": "@daily", "jobTemplate": {"spec": spec}}
    metadata = _metadata(f"w{number}", draw(st.sampled_from(NAMESPACES)), labels={"app": "of the object, not of its pods"})
    return [{"apiVersion": TEMPLATED[kind], "kind": kind, "metadata": metadata, "spec": spec}]


@st.composite
def dumped(draw: st.DrawFn, number: int) -> list[Object]:
    """A Deployment as a cluster lists it: with its ReplicaSet and two pods, which differ in their addresses."""
    (made,) = draw(templated(number))
    namespace, name = made["metadata"]["namespace"], made["metadata"]["name"]
    template = made["spec"]["template"] if "template" in made["spec"] else made["spec"]["jobTemplate"]["spec"]["template"]
    made = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": made["metadata"], "spec": {"template": template}}

    def owned(kind: str, version: str, by: str) -> list[Object]:
        return [{"apiVersion": version, "kind": kind, "name": by, "controller": True, "uid": "1"}]

    owners = owned("Deployment", "apps/v1", name)
    middle = {**made, "kind": "ReplicaSet", "metadata": _metadata(f"{name}-5f", namespace, ownerReferences=owners)}
    found = [made, middle]
    for copy in (1, 2):
        metadata = _metadata(
            f"{name}-5f-{copy}",
            namespace,
            labels=template["metadata"]["labels"],
            ownerReferences=owned("ReplicaSet", "apps/v1", f"{name}-5f"),
        )
        status = _status(draw, 10 * number + copy)
        found.append({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"], "status": status})
    return found


# ---- NetworkPolicy

blocks = st.sampled_from(
    (
        {"cidr": "10.0.0.0/8"},
        {"cidr": "10.0.0.3/30", "except": None},
        {"cidr": "10.0.0.0/8", "except": ["10.0.0.0/30", "10.0.0.8/29"]},
        {"cidr": "0.0.0.0/0", "except": ["10.0.0.2/31"]},
        {"cidr": "10.0.0.1/32"},
        {"cidr": "fd00::/16", "except": ["fd00::/127"]},
        {"cidr": "::/0", "except": []},
    )
)
peers = st.one_of(
    st.fixed_dictionaries({"podSelector": selectors}, optional={"namespaceSelector": st.none()}),
    st.fixed_dictionaries({"namespaceSelector": selectors}, optional={"podSelector": st.none()}),
    st.fixed_dictionaries({"podSelector": selectors, "namespaceSelector": selectors}),
    st.fixed_dictionaries({"ipBlock": blocks}),
)
ranges = st.sampled_from(({"port": 80, "endPort": 81}, {"port": 1, "endPort": 65535}, {"port": 53, "endPort": 53}, {"port": 81}))
policy_ports = st.one_of(
    _some(protocol=st.sampled_from(PROTOCOLS)),
    st.fixed_dictionaries({"port": st.sampled_from((*NUMBERS, *NAMES))}, optional={"protocol": st.none() | st.sampled_from(PROTOCOLS)}),
    st.builds(lambda where, more: {**where, **more}, ranges, _some(protocol=st.sampled_from(PROTOCOLS))),
)


def _rules(side: str) -> st.SearchStrategy[Any]:
    return st.lists(_some(**{side: st.lists(peers, max_size=3), "ports": st.lists(policy_ports, max_size=3)}), max_size=2)


types = st.sampled_from((None, [], ["Ingress"], ["Egress"], ["Egress", "Ingress"]))


@st.composite
def network_policies(draw: st.DrawFn, number: int) -> Object:
    optional = _some(podSelector=selectors, policyTypes=types, ingress=_rules("from"), egress=_rules("to"))
    metadata = _metadata(f"k{number}", draw(st.sampled_from(NAMESPACES)))
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": draw(optional)}


# ---- administrators

both = st.fixed_dictionaries({"namespaceSelector": full_selectors, "podSelector": full_selectors})
subjects = st.fixed_dictionaries({"namespaces": full_selectors}) | st.fixed_dictionaries({"pods": both})
NETWORKS = ("10.0.0.0/8", "10.0.0.0/30", "10.0.0.2/31", "0.0.0.0/0", "fd00::/16", "fd00::/127", "::/0")
outside = st.one_of(
    st.fixed_dictionaries({"networks": st.lists(st.sampled_from(NETWORKS), min_size=1, max_size=2)}),
    st.fixed_dictionaries({"nodes": full_selectors}),
)
protocol = st.fixed_dictionaries({}, optional={"protocol": st.sampled_from(PROTOCOLS)})
admin_ports = st.one_of(
    st.builds(lambda port, more: {"portNumber": {"port": port, **more}}, st.sampled_from(NUMBERS), protocol),
    st.builds(
        lambda ends, more: {"portRange": {"start": ends[0], "end": ends[1], **more}}, st.sampled_from(((80, 81), (1, 65535))), protocol
    ),
    st.fixed_dictionaries({"namedPort": st.sampled_from(NAMES)}),
)
where = st.sampled_from(
    (
        {},
        {"destinationPort": {"number": 80}},
        {"destinationPort": {"range": {"start": 81, "end": 9000}}},
        {"destinationPort": {"number": 53}},
    )
)
protocols = st.one_of(
    st.builds(lambda name, place: {name: place}, st.sampled_from(("tcp", "udp", "sctp")), where),
    st.fixed_dictionaries({"destinationNamedPort": st.sampled_from(NAMES)}),
)
UNKNOWN = {"domainNames": ["*.example.org"]}


@st.composite
def admin_rules(draw: st.DrawFn, kind: str, side: str) -> Object:
    """Names of domains may only be let through."""
    opens = "Accept" if kind == "ClusterNetworkPolicy" else "Allow"
    action = draw(st.sampled_from((opens, "Deny") if kind == "BaselineAdminNetworkPolicy" else (opens, "Deny", "Pass")))
    peer = subjects if side == "from" else subjects | outside
    if side == "to" and action == opens and kind != "BaselineAdminNetworkPolicy":
        peer = peer | st.just(UNKNOWN)
    rule: Object = {"action": action, side: draw(st.lists(peer, min_size=1, max_size=2))}
    key, port = ("protocols", protocols) if kind == "ClusterNetworkPolicy" else ("ports", admin_ports)
    if ports := draw(st.none() | st.lists(port, min_size=1, max_size=2)):
        rule[key] = ports
    return rule


@st.composite
def admin_policies(draw: st.DrawFn, kind: str, priority: int) -> Object:
    spec: Object = {"subject": draw(subjects)}
    if kind == "ClusterNetworkPolicy":
        spec["tier"] = draw(st.sampled_from(("Admin", "Baseline")))
    if kind != "BaselineAdminNetworkPolicy":
        spec["priority"] = priority
    for field, side in (("ingress", "from"), ("egress", "to")):
        spec[field] = draw(st.lists(admin_rules(kind, side), max_size=3))
    version = "v1alpha2" if kind == "ClusterNetworkPolicy" else "v1alpha1"
    name = "default" if kind == "BaselineAdminNetworkPolicy" else f"a{priority}"
    return {"apiVersion": f"policy.networking.k8s.io/{version}", "kind": kind, "metadata": {"name": name}, "spec": spec}


@st.composite
def administered(draw: st.DrawFn) -> list[Object]:
    """Policies of the older kinds, or of the new one; priorities are not in the order in which the policies are given."""
    if draw(st.booleans()):
        order = draw(st.permutations((0, 1, 1000)))
        return [draw(admin_policies("ClusterNetworkPolicy", order[number])) for number in range(draw(st.integers(0, 3)))]
    order = draw(st.permutations((0, 7, 1000)))
    made = [draw(admin_policies("AdminNetworkPolicy", order[number])) for number in range(draw(st.integers(0, 3)))]
    return made + ([draw(admin_policies("BaselineAdminNetworkPolicy", 0))] if draw(st.booleans()) else [])


# ---- Services and Ingresses


@st.composite
def services(draw: st.DrawFn, number: int) -> Object:
    ports = []
    for at, name in enumerate(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True))):
        port: Object = {"name": name, "port": draw(st.sampled_from((80, 443))) + at}
        if target := draw(st.none() | st.sampled_from((*NUMBERS, *NAMES))):
            port["targetPort"] = target
        if protocol_ := draw(st.sampled_from((None, None, *PROTOCOLS))):
            port["protocol"] = protocol_
        ports.append(port)
    spec: Object = {"ports": ports}
    if draw(st.integers(0, 4)):
        spec["selector"] = draw(labels)
    return {"apiVersion": "v1", "kind": "Service", "metadata": _metadata(f"s{number}", draw(st.sampled_from(NAMESPACES))), "spec": spec}


backends = st.builds(
    lambda name, port: {"service": {"name": name, "port": port}},
    st.sampled_from(("s0", "s1")),
    st.builds(lambda n: {"number": n}, st.sampled_from((80, 81, 443))) | st.builds(lambda n: {"name": n}, st.sampled_from(NAMES)),
)


@st.composite
def ingresses(draw: st.DrawFn, number: int) -> Object:
    spec: Object = {}
    if draw(st.booleans()):
        spec["defaultBackend"] = draw(backends)
    path = st.builds(lambda backend: {"path": "/", "pathType": "Prefix", "backend": backend}, backends)
    spec["rules"] = [{"http": {"paths": draw(st.lists(path, min_size=1, max_size=2))}}]
    metadata = _metadata(f"i{number}", draw(st.sampled_from(NAMESPACES)))
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


route_ends = st.fixed_dictionaries(
    {"kind": st.just("Service"), "name": st.sampled_from(("s0", "s1"))}, optional={"weight": st.sampled_from((0, 1))}
)


@st.composite
def routes(draw: st.DrawFn, number: int) -> Object:
    spec: Object = {"to": draw(route_ends)}
    if draw(st.booleans()):
        spec["alternateBackends"] = [draw(route_ends)]
    if port := draw(st.none() | st.sampled_from((*NUMBERS, *NAMES))):
        spec["port"] = {"targetPort": port}
    metadata = _metadata(f"r{number}", draw(st.sampled_from(NAMESPACES)))
    return {"apiVersion": "route.openshift.io/v1", "kind": "Route", "metadata": metadata, "spec": spec}


# ---- all


@st.composite
def applied(draw: st.DrawFn) -> list[Object]:
    """A cluster's objects in any order."""
    made: list[Object] = []
    for number in range(1, draw(st.integers(2, 4)) + 1):
        made += draw(st.one_of(alone(number), templated(number), dumped(number)))
    for name in draw(st.lists(st.sampled_from(NAMESPACES), unique=True)):
        made.append({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": draw(st.none() | labels)}})
    for number, name in enumerate(NODES, 1):
        status = {"addresses": [{"type": "Hostname", "address": name}, {"type": "InternalIP", "address": f"10.9.9.{number + 8}"}]}
        made.append({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": draw(labels)}, "status": status})
    made += [draw(network_policies(number)) for number in range(draw(st.integers(0, 4)))]
    made += draw(administered())
    made += [draw(services(number)) for number in range(draw(st.integers(0, 2)))]
    made += [draw(ingresses(number)) for number in range(draw(st.integers(0, 1)))]
    made += [draw(routes(number)) for number in range(draw(st.integers(0, 1)))]
    return list(draw(st.permutations(made)))
