"""Connectivity agrees with packets that are tried one by one, and its ranges change only where some packet's fate does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmodel.cli.connections import as_json
from kmodel.pipeline.connectivity import Connectivity, connectivity
from kmodel.pipeline.probes import Probe, answer
from tests.differential.packets import CONTROLLER, Cluster, Object
from tests.differential.running import Runner
from tests.strategies.network import OUTSIDE, clusters
from tests.strategies.workloads import applied

PORTS = (1, 79, 80, 81, 82, 8080, 9000, 9001, 65535)


def _found(objects: list[Object]) -> Connectivity:
    return connectivity(["-"], lambda: "\n---\n".join(json.dumps(each) for each in objects))


def _probes() -> list[tuple[str, str, str, int]]:
    pods = ("p1", "p2", "p3")
    pairs = [pair for pair in product(pods, pods) if pair[0] != pair[1]]
    pairs += [(pod, each) for pod in pods for each in OUTSIDE] + [(each, pod) for pod in pods for each in OUTSIDE]
    return [(*pair, protocol, port) for pair in pairs for protocol in ("TCP", "UDP", "SCTP") for port in PORTS]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(clusters())
def test_every_packet(objects: list[Object]) -> None:
    _check(objects)


def _check(objects: list[Object]) -> None:
    reference, probes = Cluster(objects), _probes()
    said = answer(_found(objects), [Probe(source, target, port, protocol) for source, target, protocol, port in probes])
    wrong = [(probe, may) for probe, may in zip(probes, said, strict=True) if may != reference.allowed(*probe)]
    assert wrong == []


@pytest.mark.nightly
@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(clusters())
def test_every_packet_of_many_clusters(objects: list[Object]) -> None:
    _check(objects)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(clusters(), st.randoms(use_true_random=False))
def test_the_order_of_objects_says_nothing(objects: list[Object], random: object) -> None:
    shuffled = list(objects)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # a random.Random
    assert _found(objects).connections() == _found(shuffled).connections()


# ---- what is printed, of clusters with everything in them

PROTOCOLS = ("TCP", "UDP", "SCTP")


def _values(item: Any) -> Iterator[Any]:
    if isinstance(item, dict | list):
        for each in item.values() if isinstance(item, dict) else item:
            yield from _values(each)
    else:
        yield item


def _border_ports(objects: list[Object]) -> list[int]:
    """Around every number that could be a port's: between two neighbours nothing can change."""
    numbers = {each for each in _values(objects) if isinstance(each, int) and not isinstance(each, bool)}
    return sorted({port for each in (1, 65535, *numbers) for port in (each - 1, each, each + 1) if 1 <= port <= 65535})


def _border_addresses(objects: list[Object]) -> list[str]:
    """The ends of every range and the addresses beside them; every address of a pod or node."""
    found = set()
    for text in (each for each in _values(objects) if isinstance(each, str)):
        try:
            block = ip_network(text, strict=False)
        except ValueError:
            continue
        first, last = int(block[0]), int(block[-1])
        most = 2**block.max_prefixlen - 1
        kind = type(block[0])
        found |= {str(kind(each)) for each in (first - 1, first, last, last + 1) if 0 <= each <= most}
    return sorted(found | {"0.0.0.0", "255.255.255.255", "::", "ffff::"})


class Printed:
    """The rows of `-o json`, asked one packet at a time."""

    def __init__(self, found: Connectivity) -> None:
        rows = json.loads(as_json(found.connections()))
        self.rows = {(row["src"], row["dst"]): row["conns"] for row in rows}
        self.ends = {end for pair in self.rows for end in pair}
        self.ranges = sorted({end for end in self.ends if "/" not in end and "-" in end and "{" not in end})
        self.range = cache(self._range)
        assert len(self.rows) == len(rows)

    def _range(self, address: str) -> list[str]:
        meant = ip_address(address)
        pairs = [(each, *map(ip_address, each.split("-"))) for each in self.ranges]
        return [each for each, low, high in pairs if low.version == meant.version and low <= meant <= high]  # type: ignore[operator]

    def name(self, runner: Runner) -> str:
        return runner.own if runner.own in self.ends else runner.title

    @staticmethod
    def holds(conns: Any, protocol: str, port: int) -> bool:
        return conns == "ALL" or any(
            row["protocol"] == protocol and any(low <= port <= high for low, high in row["ports"]) for row in conns or ()
        )

    def allowed(self, sources: list[str], targets: list[str], protocol: str, port: int) -> bool:
        return any(self.holds(self.rows.get((one, other)), protocol, port) for one in sources for other in targets)


def _asked(printed: Printed, reference: Cluster, addresses: list[str]) -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Pairs of ends, each by its name in the cluster, and by the rows that speak of it."""
    named = {name: [printed.name(runner)] for name, runner in reference.running.items()}
    outside = {each: printed.range(each) for each in addresses}
    for one, ones in named.items():
        for other, others in named.items():
            if ones != others:
                yield one, other, ones, others
        for address, ranges in outside.items():
            if ":" not in address or any(":" in each for each in printed.ranges):
                yield one, address, ones, ranges
                yield address, one, ranges, ones
        yield CONTROLLER, one, [CONTROLLER], ones


def _check_printed(objects: list[Object]) -> None:
    printed, reference, ports = Printed(_found(objects)), Cluster(objects), _border_ports(objects)
    wrong = [
        (source, target, protocol, port, said)
        for source, target, sources, targets in _asked(printed, reference, _border_addresses(objects))
        for protocol, port in product(PROTOCOLS, ports)
        if (said := printed.allowed(sources, targets, protocol, port)) != reference.allowed(source, target, protocol, port)
    ]
    assert wrong == []


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(applied())
def test_what_is_printed(objects: list[Object]) -> None:
    _check_printed(objects)


@pytest.mark.nightly
@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(applied())
def test_what_is_printed_of_many_clusters(objects: list[Object]) -> None:
    _check_printed(objects)
