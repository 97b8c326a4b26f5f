"""Connectivity agrees with packets that are tried one by one, and its ranges change only where some packet's fate does."""

from __future__ import annotations

import json
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmodel.pipeline.connectivity import Connectivity, connectivity
from kmodel.pipeline.probes import Probe, answer
from tests.differential.packets import Cluster, Object
from tests.strategies.network import OUTSIDE, clusters

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
