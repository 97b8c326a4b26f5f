"""What network policies say of one packet, straight from the objects: slow, and without anything in common with the specs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address, ip_network
from typing import Any

from tests.differential.running import Object, Runner, runners


@dataclass(frozen=True)
class End:
    """A pod or nothing, and the address that the packet has at this end (None: of a pod whose address is not known)."""

    pod: Any
    address: str | None

    @property
    def on_host(self) -> bool:
        return bool(self.pod["spec"].get("hostNetwork"))

    @property
    def labels(self) -> Object:
        found: Object = self.pod["metadata"].get("labels") or {}
        return found

    @property
    def ports(self) -> list[Object]:
        """What its containers declare; of those that run first, the ones that go on beside the others."""
        spec = self.pod["spec"]
        beside = [each for each in spec.get("initContainers") or [] if each.get("restartPolicy") == "Always"]
        return [port for each in [*spec["containers"], *beside] for port in each.get("ports") or []]


CONTROLLER = "{ingress-controller}"
OUTSIDER = End({"metadata": {"name": "", "namespace": ""}, "spec": {"containers": []}}, None)
"""A pod in a namespace of which nothing is known: an ingress controller."""


class Cluster:
    def __init__(self, objects: list[Object]) -> None:
        self.objects = objects

    def of(self, *kinds: str) -> list[Object]:
        return [each for each in self.objects if each["kind"] in kinds]

    # ---- what is selected

    def space(self, name: str) -> Object:
        if not name:
            return {}
        found = next((each for each in self.of("Namespace") if each["metadata"]["name"] == name), None)
        return {**((found["metadata"].get("labels") or {}) if found else {}), "kubernetes.io/metadata.name": name}

    @staticmethod
    def selected(selector: Object, labels: Object) -> bool:
        for key, value in (selector.get("matchLabels") or {}).items():
            if labels.get(key) != value:
                return False
        for need in selector.get("matchExpressions") or []:
            has = need["key"] in labels
            if not {
                "In": has and labels.get(need["key"]) in (need.get("values") or ()),
                "NotIn": not has or labels.get(need["key"]) not in (need.get("values") or ()),
                "Exists": has,
                "DoesNotExist": not has,
            }[need["operator"]]:
                return False
        return True

    def pods_match(self, peer: Object, end: End) -> bool:
        """`namespaces` and `pods` of administrators' policies."""
        if end.pod is None or end.on_host:
            return False
        space = self.space(end.pod["metadata"]["namespace"])
        if "namespaces" in peer:
            return self.selected(peer["namespaces"], space)
        if "pods" in peer:
            return self.selected(peer["pods"]["namespaceSelector"], space) and self.selected(peer["pods"]["podSelector"], end.labels)
        return False

    # ---- ports

    @staticmethod
    def named(name: str, target: End, protocol: str, port: int) -> bool:
        if target.pod is None:
            return False
        return any(
            each.get("name") == name and (each.get("protocol") or "TCP") == protocol and each["containerPort"] == port
            for each in target.ports
        )

    def np_port(self, ports: list[Object] | None, target: End, protocol: str, port: int) -> bool:
        if not ports:
            return True
        for each in ports:
            if (each.get("protocol") or "TCP") != protocol:
                continue
            wanted = each.get("port")
            if wanted is None:
                return True
            if isinstance(wanted, str):
                if self.named(wanted, target, protocol, port):
                    return True
            elif wanted <= port <= each.get("endPort", wanted):
                return True
        return False

    def admin_port(self, rule: Object, target: End, protocol: str, port: int) -> bool:
        listed = [*(rule.get("ports") or []), *(rule.get("protocols") or [])]
        return not listed or any(self.admin_port_is(each, target, protocol, port) for each in listed)

    def admin_port_is(self, each: Object, target: End, protocol: str, port: int) -> bool:
        if "portNumber" in each:
            return each["portNumber"].get("protocol", "TCP") == protocol and bool(each["portNumber"]["port"] == port)
        if "portRange" in each:
            return each["portRange"].get("protocol", "TCP") == protocol and each["portRange"]["start"] <= port <= each["portRange"]["end"]
        for key in ("namedPort", "destinationNamedPort"):
            if key in each:
                return self.named(each[key], target, protocol, port)
        (name, body), *_ = each.items()
        if name.upper() != protocol:
            return False
        where = body.get("destinationPort")
        if where is None:
            return True
        return bool(where["number"] == port) if "number" in where else where["range"]["start"] <= port <= where["range"]["end"]

    # ---- peers

    @staticmethod
    def inside(address: str | None, cidr: str) -> bool:
        return address is not None and ip_address(address) in ip_network(cidr, strict=False)

    def np_peer(self, peers: list[Object] | None, namespace: str, other: End) -> bool:
        if not peers:
            return True
        for peer in peers:
            if "ipBlock" in peer:
                block = peer["ipBlock"]
                if self.inside(other.address, block["cidr"]) and not any(
                    self.inside(other.address, each) for each in block.get("except") or ()
                ):
                    return True
            elif other.pod is not None and not other.on_host:
                space, mine = other.pod["metadata"]["namespace"], peer.get("namespaceSelector")
                at = space == namespace if mine is None else self.selected(mine, self.space(space))
                if at and self.selected(peer.get("podSelector") or {}, other.labels):
                    return True
        return False

    @staticmethod
    def strange(peer: Object, ingress: bool) -> bool:
        return not {"namespaces", "pods", *(() if ingress else ("networks", "nodes"))} & peer.keys()

    def admin_peer(self, peer: Object, action: str, other: End, ingress: bool) -> bool:
        if self.strange(peer, ingress):
            return action in ("Deny", "Pass")
        if any(self.inside(other.address, each) for each in peer.get("networks", ())):
            return True
        return ("nodes" in peer and self.is_node(peer["nodes"], other)) or self.pods_match(peer, other)

    def is_node(self, selector: Object, other: End) -> bool:
        for node in self.of("Node"):
            if self.selected(selector, node["metadata"].get("labels") or {}):
                if other.pod is not None:
                    if other.on_host and other.pod["spec"]["nodeName"] == node["metadata"]["name"]:
                        return True
                elif other.address in [each["address"] for each in node["status"]["addresses"]]:
                    return True
        return False

    # ---- decisions

    def side(self, ingress: bool, subject: End, other: End, protocol: str, port: int) -> bool:
        """What the rules of one end say of the packet."""
        target = subject if ingress else other
        verdict = self.tier("Admin", ingress, subject, other, target, protocol, port)
        if verdict is not None:
            return verdict
        policies = [each for each in self.of("NetworkPolicy") if self.isolates(each, ingress, subject)]
        if policies:
            side = ("ingress", "from") if ingress else ("egress", "to")
            rules = [(each["metadata"]["namespace"], rule) for each in policies for rule in each["spec"].get(side[0]) or []]
            return any(
                self.np_peer(rule.get(side[1]), space, other) and self.np_port(rule.get("ports"), target, protocol, port)
                for space, rule in rules
            )
        verdict = self.tier("Baseline", ingress, subject, other, target, protocol, port)
        return verdict is not False

    def isolates(self, policy: Object, ingress: bool, subject: End) -> bool:
        spec = policy["spec"]
        types = spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
        return (
            not subject.on_host
            and policy["metadata"]["namespace"] == subject.pod["metadata"]["namespace"]
            and ("Ingress" if ingress else "Egress") in types
            and self.selected(spec.get("podSelector") or {}, subject.labels)
        )

    def tier(self, tier: str, ingress: bool, subject: End, other: End, target: End, protocol: str, port: int) -> bool | None:
        kinds = ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")
        default = {kinds[0]: "Admin", kinds[1]: "Baseline"}
        policies = [each for each in self.of(*kinds) if each["spec"].get("tier", default.get(each["kind"])) == tier]
        for policy in sorted(policies, key=lambda each: int(each["spec"].get("priority", 0))):
            if not self.pods_match(policy["spec"]["subject"], subject):
                continue
            for rule in policy["spec"].get("ingress" if ingress else "egress") or []:
                peers = rule["from" if ingress else "to"]
                hit = any(self.admin_peer(peer, rule["action"], other, ingress) for peer in peers)
                if hit and self.admin_port(rule, target, protocol, port):
                    if rule["action"] == "Pass" and any(self.strange(peer, ingress) for peer in peers):
                        return False
                    return {"Allow": True, "Accept": True, "Deny": False, "Pass": None}[rule["action"]]
        return None

    # ---- by Ingress and Route

    def published(self, target: End, port: int) -> bool:
        """Whether something leads to this port of the pod, which one of its containers declares for TCP."""
        if any(self.leads(service, each, target, port) for service, asked in self.backends() for each in self.asked(service, asked)):
            return True
        return any(self.leads(service, each, target, port) for route, service in self.routed() for each in self.taken(route, service, port))

    def routed(self) -> Iterator[tuple[Object, Object]]:
        for route in self.of("Route"):
            for end in [route["spec"]["to"], *(route["spec"].get("alternateBackends") or [])]:
                for service in self.of("Service"):
                    here = service["metadata"]["namespace"] == route["metadata"]["namespace"]
                    if here and end.get("weight", 100) > 0 and service["metadata"]["name"] == end["name"]:
                        yield route, service

    @staticmethod
    def taken(route: Object, service: Object, port: int) -> list[Object]:
        """The ports of the Service by whose endpoints the Route may get to this port of a pod."""
        wanted = (route["spec"].get("port") or {}).get("targetPort")
        if isinstance(wanted, int) and wanted != port:
            return []
        return [each for each in service["spec"]["ports"] if wanted in (None, port, each["name"])]

    @staticmethod
    def asked(service: Object, asked: Object) -> list[Object]:
        return [each for each in service["spec"]["ports"] if each["port"] == asked.get("number") or each["name"] == asked.get("name")]

    def backends(self) -> Iterator[tuple[Object, Object]]:
        """The Services that Ingresses name, each with the backend that names it."""
        for ingress in self.of("Ingress"):
            spec = ingress["spec"]
            rules = [path["backend"] for rule in spec.get("rules") or [] for path in rule["http"]["paths"]]
            for backend in [*rules, *([spec["defaultBackend"]] if "defaultBackend" in spec else [])]:
                for service in self.of("Service"):
                    of_it = service["metadata"]["namespace"] == ingress["metadata"]["namespace"]
                    if of_it and service["metadata"]["name"] == backend["service"]["name"]:
                        yield service, backend["service"]["port"]

    @staticmethod
    def leads(service: Object, each: Object, target: End, port: int) -> bool:
        selector = service["spec"].get("selector") or {}
        here = service["metadata"]["namespace"] == target.pod["metadata"]["namespace"]
        if not selector or not here or any(target.labels.get(key) != value for key, value in selector.items()):
            return False
        wanted = each.get("targetPort", each["port"])
        return each.get("protocol", "TCP") == "TCP" and any(
            wanted in (declared.get("name"), declared["containerPort"])
            and declared["containerPort"] == port
            and (declared.get("protocol") or "TCP") == "TCP"
            for declared in target.ports
        )

    # ---- the question

    @cached_property
    def running(self) -> dict[str, Runner]:
        return {each.pod["metadata"]["name"]: each for each in runners(self.objects)}

    def ends(self, name: str) -> list[End]:
        """By the name of a pod or workload, or an address."""
        runner = self.running.get(name)
        if runner is None:
            return [OUTSIDER if name == CONTROLLER else End(None, name)]
        return [End(runner.pod, each) for each in runner.addresses or self.of_its_node(runner)] or [End(runner.pod, None)]

    def of_its_node(self, runner: Runner) -> list[str]:
        spec = runner.pod["spec"]
        nodes = [each for each in self.of("Node") if spec.get("hostNetwork") and each["metadata"]["name"] == spec.get("nodeName")]
        return [each["address"] for node in nodes for each in node["status"]["addresses"] if each["type"] == "InternalIP"]

    def allowed(self, source: str, target: str, protocol: str, port: int) -> bool:
        """By some pair of addresses of one version, where they are known."""
        for one in self.ends(source):
            for other in self.ends(target):
                known = one.address is not None and other.address is not None
                if known and ip_address(str(one.address)).version != ip_address(str(other.address)).version:
                    continue
                if one is OUTSIDER and not (protocol == "TCP" and self.published(other, port)):
                    continue
                out = one.pod is None or self.side(False, one, other, protocol, port)
                if out and (other.pod is None or self.side(True, other, one, protocol, port)):
                    return True
        return False
